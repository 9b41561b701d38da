"""What of the canvas is painted again as time passes: only what changes, pixel for pixel as in the whole picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QRegion

from ...graph.graph import NodeId
from ...stage.changes import change
from ...stage.geometry import Curve, Point, Rect
from ...stage.stage import Stage
from ..session import Session
from .camera import Camera
from .largeprint import pill_look, pill_size, token_size
from .middle_distance import NEAR_FROM_ZOOM, TEXT_FROM_ZOOM
from .painting import token_width
from .spots import Spots

if TYPE_CHECKING:
    from .view import Canvas

AROUND = 60.0  # scene units: farther from its card nothing of it is seen
_CARD, _WIRE, _PILL = 16.0, 18.0, 4.0  # how far edges, marks, arrow heads and glows reach
_PILL_REACH = 150.0  # how far pills stick out from around their wires, at least: of some it is not known yet
_LARGER_PILL = 90.0  # how much farther pills reach in large print
_TOKEN_HEIGHT, _TOKEN_SIDE, _TOKEN_ARROW = 18.0, 36.0, 20.0  # half its height; its ends with an arrow; one above it
_PIXELS = 3  # for lines that are as thick from far away
_MOST_PARTS = 40  # rectangles; of more, the one around all of them


class Repainting(QObject):
    """Knows which moment a canvas shows.  What changes in other ways than by time is painted by `update`, all of it."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._session: Session = canvas.session
        self._shown: Stage | None = None
        self._camera: Camera | None = None  # at the moment before

    def follow(self) -> None:
        """The time has come to another moment."""
        if not self._canvas.updatesEnabled():
            self._shown = None  # it is covered; uncovered, all of it will be painted
            return
        before, self._shown = self._shown, self._session.stage
        camera, self._camera = self._camera, self._canvas.camera
        is_turning = camera != self._camera  # as it follows what happens: it will go on, and all of it changes
        region = None if before is None or is_turning else self._between(before, self._shown)
        if region is None:
            self._canvas.update()
        else:
            self._canvas.update(region)

    def _between(self, one: Stage, other: Stage) -> QRegion | None:
        """Where two moments differ, in pixels; None if that may be anywhere."""
        canvas = self._canvas
        if one.trace is not other.trace or one.diagram is not other.diagram or one.trace.troubles:
            return None
        if canvas.camera.zoom < (TEXT_FROM_ZOOM if canvas.least else NEAR_FROM_ZOOM) or other.scenery.view is not None:
            return None  # thin lines that are cut off look different; what happens in a group is seen on its card
        if canvas.light is not None or canvas.kinship.light is not None or canvas.heat.is_on:
            return None  # light falls on everything
        found = change(one.trace, one.now, other.now)
        if found is None:
            return None
        least = canvas.least
        rects = [one.rect(node).grown(max(_CARD, 1.7 * least)) for node in found.cards]
        for wire in found.wires:
            curve = one.curve(*wire)
            rects += [] if curve is None else [hull.grown(_WIRE) for hull in hulls(curve)]
        for stage in (one, other):
            for pill in (pill for node in found.pills for pill in stage.pills_by_slot(node, pill_size(least))):
                if pill is None:
                    continue
                place = pill_look(pill, least) if least else None
                rects.append((pill.rect if place is None else place[2]).grown(_PILL))
            rects += _tokens(stage, token_size(least), pill_size(least))
        return self._region(rects)

    def _region(self, rects: Iterable[Rect]) -> QRegion:
        found, camera = QRegion(), self._canvas.camera
        for rect in rects:
            x, y = camera.to_screen((rect.x, rect.y))
            place = QRectF(x, y, rect.width * camera.zoom, rect.height * camera.zoom).toAlignedRect()
            found += place.adjusted(-_PIXELS, -_PIXELS, _PIXELS, _PIXELS)
        return found & self._canvas.rect()


def parts_of(canvas: Canvas, region: QRegion) -> list[Rect]:
    """A region of the canvas in scene units."""
    shapes = list(region)  # type: ignore[call-overload]
    if len(shapes) > _MOST_PARTS:
        shapes = [region.boundingRect()]
    zoom = canvas.camera.zoom
    corners = (canvas.camera.to_scene(shape.x(), shape.y()) for shape in shapes)
    return [
        Rect(x, y, shape.width() / zoom, shape.height() / zoom) for (x, y), shape in zip(corners, shapes, strict=True)
    ]


def _tokens(stage: Stage, size: float, pill_size: float) -> Iterator[Rect]:
    """Where numbers in flight are; `size` is how much larger their letters are than on the desk."""
    for token in stage.tokens(size, pill_size):
        half = (token_width(token, 14.0 * size) / 2 + _TOKEN_SIDE) * token.scale
        arrow = _TOKEN_ARROW if token.is_gradient and token.course.is_down else 0.0  # which keeps its size
        height = _TOKEN_HEIGHT * size + arrow * token.scale
        yield Rect(token.at[0] - half, token.at[1] - height, 2 * half, 2 * height)


def cards_in(spots: Spots, view: Rect, parts: list[Rect]) -> list[NodeId]:
    """The nodes whose cards are to be painted for some parts of what is in view, in order."""
    every, found = view.grown(AROUND), [spots.card_places(part.grown(AROUND)) for part in parts]
    return [spots.nodes[place] for place in _common(spots.card_places(every), found)]


def wired_in(spots: Spots, view: Rect, parts: list[Rect], *, is_large: bool = False) -> list[NodeId]:
    """The nodes of which the wires into them are to be painted, with their pills, in order; in large print?"""
    reach = max(_PILL_REACH, spots.scenery.pills.reach) + (_LARGER_PILL if is_large else 0.0)
    every, found = view.grown(reach), [spots.wire_places(part.grown(reach)) for part in parts]
    return list(dict.fromkeys(spots.wires[place][0] for place in _common(spots.wire_places(every), found)))


def _common(every: NDArray[np.intp], parts: list[NDArray[np.intp]]) -> list[int]:
    """What is in view, and in one of the parts."""
    wanted = {place for part in parts for place in part.tolist()}  # sets: numpy would first import what it needs here
    return [place for place in every.tolist() if place in wanted]


@lru_cache(maxsize=20_000)
def hulls(curve: Curve) -> tuple[Rect, ...]:
    """Rectangles that a curve does not leave, closer than the one around all of it."""
    found: list[Rect] = []
    for i in range(0, len(curve.points) - 1, 3):
        for half in _halves(curve.points[i : i + 4]):
            for quarter in _halves(half):
                xs, ys = [x for x, _ in quarter], [y for _, y in quarter]
                found.append(Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)))
    return tuple(found)


def _halves(points: tuple[Point, ...]) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """A cubic Bézier cut in the middle, by de Casteljau."""
    a, b, c, d = points
    ab, bc, cd = _middle(a, b), _middle(b, c), _middle(c, d)
    abc, bcd = _middle(ab, bc), _middle(bc, cd)
    middle = _middle(abc, bcd)
    return (a, ab, abc, middle), (middle, bcd, cd, d)


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
