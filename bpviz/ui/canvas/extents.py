"""How far what is painted reaches: where in the scene, and in which pixels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QRegion

from ...graph.graph import NodeId
from ...stage.geometry import Curve, Rect
from ...stage.scenery import Scenery
from ...stage.stage import Stage
from .foresight import sizes
from .largeprint import pill_look, pill_size, token_size
from .painting import token_width
from .spots import Spots

if TYPE_CHECKING:
    from .view import Canvas

AROUND = 60.0  # scene units: farther from its card nothing of it is seen
CARD, WIRE, PILL = 16.0, 18.0, 4.0  # how far edges, marks, arrow heads and glows reach
_PILL_REACH = 150.0  # how far pills stick out from around their wires, at least: of some it is not known yet
_LARGER_PILL = 90.0  # how much farther pills reach in large print
_TOKEN_HEIGHT, _TOKEN_SIDE, _TOKEN_ARROW = 18.0, 36.0, 20.0  # half its height; its ends with an arrow; one above it
_PIXELS = 3  # for lines that are as thick from far away
_MOST_PARTS, _TILE = 40, 64  # rectangles; of more, tiles of so many pixels


def region_of(canvas: Canvas, rects: Iterable[Rect]) -> QRegion:
    """Places in the scene in pixels of a canvas, as far as they are in view; of many, all tiles that they touch."""
    camera, view = canvas.camera, QRectF(canvas.rect())
    found = []
    for rect in rects:
        x, y = camera.to_screen((rect.x, rect.y))
        place = QRectF(x, y, rect.width * camera.zoom, rect.height * camera.zoom)
        if place.intersects(view.adjusted(-_PIXELS, -_PIXELS, _PIXELS, _PIXELS)):
            found.append((place & view).toAlignedRect().adjusted(-_PIXELS, -_PIXELS, _PIXELS, _PIXELS) & canvas.rect())
    region = QRegion()
    for tile in found if len(found) <= _MOST_PARTS else _tiled(found, canvas.rect()):
        region += tile
    return region & canvas.rect()


def _tiled(places: Iterable[QRect], whole: QRect) -> Iterator[QRect]:
    """The tiles that some rectangles touch, put together where they are side by side, and alike in several rows."""
    tiles = np.zeros((whole.height() // _TILE + 1, whole.width() // _TILE + 1), dtype=np.int8)
    for place in places:
        left, top, right, bottom = place.left(), place.top(), place.right(), place.bottom()
        tiles[top // _TILE : bottom // _TILE + 1, left // _TILE : right // _TILE + 1] = 1
    row = 0
    while row < len(tiles):
        until = row + 1
        while until < len(tiles) and (tiles[until] == tiles[row]).all():
            until += 1
        edges = np.flatnonzero(np.diff(tiles[row], prepend=0, append=0)).tolist()
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            yield QRect(begin * _TILE, row * _TILE, (end - begin) * _TILE, (until - row) * _TILE)
        row = until


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


def tokens(stage: Stage, least: float) -> Iterator[Rect]:
    """Where numbers in flight are, from near, or in print of which no letter is smaller than `least`."""
    size = token_size(least)
    for token in stage.tokens(size, pill_size(least)):
        half = (token_width(token, 14.0 * size) / 2 + _TOKEN_SIDE) * token.scale
        arrow = _TOKEN_ARROW if token.is_gradient and token.course.is_down else 0.0  # which keeps its size
        height = _TOKEN_HEIGHT * size + arrow * token.scale
        yield Rect(token.at[0] - half, token.at[1] - height, 2 * half, 2 * height)


def pills(canvas: Canvas, stage: Stage, node: NodeId) -> Iterator[Rect]:
    """Where the pills stand on the wires into a node, as large as the canvas shows them."""
    for pill in stage.pills_by_slot(node, sizes(canvas)[1]):
        if pill is not None:
            place = pill_look(pill, canvas.least) if canvas.least else None
            yield (pill.rect if place is None else place[2]).grown(PILL)


def cards_in(spots: Spots, view: Rect, parts: list[Rect]) -> list[NodeId]:
    """The nodes whose cards are to be painted for some parts of what is in view, in order."""
    every = spots.card_places(view.grown(AROUND))
    return [spots.nodes[place] for place in every[_touching(spots.boxes[every], parts, AROUND)].tolist()]


def wired_in(spots: Spots, view: Rect, parts: list[Rect], *, is_large: bool = False) -> list[NodeId]:
    """The nodes of which the wires into them are to be painted, with their pills, in order; in large print?"""
    reach = pill_reach(spots, is_large=is_large)
    every = spots.wire_places(view.grown(reach))
    places = every[_touching(spots.wire_boxes[every], parts, reach)].tolist()
    return list(dict.fromkeys(spots.wires[place][0] for place in places))


def with_pills_near(spots: Spots, wired: Iterable[NodeId], place: Rect, *, is_large: bool = False) -> list[NodeId]:
    """Those of some nodes for which pills, in large print or not, may be seen in a place: of long wires that pass there
    most have theirs elsewhere."""
    near, pills = place.grown(pill_reach(spots, is_large=is_large)), spots.scenery.pills
    return [node for node in wired if pills.may_stand_in(node, near)]


def with_pills_in(
    stage: Stage, spots: Spots, wired: Iterable[NodeId], view: Rect, parts: Sequence[Rect], size: float
) -> list[NodeId]:
    """Those of some nodes for which pills, so many times as large as on the desk, lie in some parts of the view; of
    those for which it is not known yet where they stand, all that may have some in view."""
    near, places = view.grown(pill_reach(spots)), spots.scenery.pills
    return [
        node
        for node in wired
        if (
            _has_pills_in(stage, node, parts, size)
            if stage.knows_pills(node, size)
            else places.may_stand_in(node, near)
        )
    ]


def _has_pills_in(stage: Stage, node: NodeId, parts: Sequence[Rect], size: float) -> bool:
    pills = stage.pills_by_slot(node, size)
    return any(part.touches(pill.rect) for pill in pills if pill is not None for part in parts)


def pill_reach(spots: Spots, *, is_large: bool = False) -> float:
    """How far from around its wire a pill may be seen."""
    return max(_PILL_REACH, spots.scenery.pills.reach) + (_LARGER_PILL if is_large else 0.0)


def wired_near(scenery: Scenery, place: Rect, nodes: Iterable[NodeId]) -> list[NodeId]:
    """Those of some nodes into which a wire runs that touches a rectangle, or might."""
    return [node for node in nodes if any(place.touches(curve.bounds) for curve in _curves_into(scenery, node))]


def _curves_into(scenery: Scenery, node: NodeId) -> Iterator[Curve]:
    curves = (scenery.curve(node, slot) for slot in range(len(scenery.inputs[node])))
    return (curve for curve in curves if curve is not None)


def count_in(spots: Spots, view: Rect) -> int:
    """How many cards and wires are in view."""
    return len(spots.card_places(view)) + len(spots.wire_places(view))


def _touching(boxes: NDArray[np.float64], parts: list[Rect], around: float) -> NDArray[np.bool_]:
    """Which boxes (left, top, right, bottom) lie, at least partly, in one of some parts, or `around` it."""
    left, top, right, bottom = boxes.T[:, :, None]
    edges = np.array([(part.x, part.y, part.right, part.bottom) for part in parts])
    begin, above, end, below = edges.T + np.array([-around, -around, around, around])[:, None]
    found: NDArray[np.bool_] = ((left <= end) & (right >= begin) & (top <= below) & (bottom >= above)).any(axis=1)
    return found
