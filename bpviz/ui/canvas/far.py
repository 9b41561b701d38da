"""The canvas from far away: cards as blocks of colour, wires as thin lines, each kind drawn in one call.

Near, a card takes a tenth of a millisecond to paint; thousands in view leave no time for text nobody can read.  What
lies where is put into arrays once for every arrangement, what is when to be seen once for every story; then a picture
takes a multiplication and a few calls of Qt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ...document.groups import Slot
from ...graph.graph import NodeId
from ...stage.acting import Spotlight
from ...stage.geometry import Rect
from ...stage.lie import BENDS, Lie, pieces, routes_of
from ...stage.outlines import Look, Outlines
from ...stage.stage import Stage
from ..theme import Theme
from .batches import draw_lines, draw_rects
from .camera import Camera
from .faces import mixed
from .heat import HEATS, Heat, ramp

if TYPE_CHECKING:
    from .strata import Carried
    from .view import Canvas

Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
_PIXELS = 3  # how far lines and edges reach
_HARDLY = 3.0  # pixels: a narrower card has no room for an edge
_DIM = 0.75
MOST_SMOOTH = 1000  # pieces of wires; smooth lines take three times as long
_STYLES = {
    Look.AHEAD: ("surface", "wire"),
    Look.COMPUTED: ("surface", "forward"),
    Look.CONSTANT: ("surface", "muted"),
    Look.REACHED: ("backward_tint", "backward"),
    Look.FAILED: ("fault_tint", "fault"),
}


class Far:
    """Paints a canvas from far away."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._lie: Lie | None = None
        self._counted: tuple[Lie, Rect, int] | None = None  # wires in view

    def paint_wires(
        self, painter: QPainter, light: Spotlight | None, parts: Sequence[Rect], carried: Carried | None = None
    ) -> None:
        """The wires in view, as far as they lie in some parts of it, and are not `carried`; what is not in the `light`
        is dimmed."""
        stage, lie = self._canvas.session.stage, self._lie_without(carried)
        have_sent = lie.outlines_of(stage.trace).carried <= stage.now.step
        seen, dimmed = lie.wires_in(self._grown(parts)), lie.dimmed_wires(light)
        seen[self._numbers(() if carried is None else carried.wires)] = False
        self._draw_wires(painter, lie.routes(self._canvas.camera.zoom), have_sent, seen, dimmed)

    def paint_these_wires(self, painter: QPainter, wires: Iterable[Slot]) -> None:
        """Some wires, as they run now."""
        stage, numbers = self._canvas.session.stage, self._numbers(wires)
        curves = [stage.scenery.curve(*stage.scenery.wires[number]) for number in numbers]
        routes = routes_of([curve for curve in curves if curve is not None], self._canvas.camera.zoom)
        have_sent = self._outlines().carried[numbers] <= stage.now.step
        every = np.ones(len(numbers), dtype=bool)
        self._draw_wires(painter, routes, have_sent, every, ~every)

    def paint_cards(
        self, painter: QPainter, light: Spotlight | None, parts: Sequence[Rect], carried: Carried | None = None
    ) -> None:
        """The same of cards."""
        canvas, lie = self._canvas, self._lie_without(carried)
        stage = canvas.session.stage
        outlines, step = lie.outlines_of(stage.trace), stage.now.step
        dimmed, seen = lie.dimmed_cards(light), lie.cards_in(self._grown(parts))
        seen[self._places(() if carried is None else carried.cards)] = False
        if canvas.heat.is_on:
            with _in_pixels(painter) as to_pixels:
                hot = seen & ~dimmed
                _paint_heat(painter, lie, canvas.heat, stage, outlines, hot, to_pixels, canvas.theme)
            seen &= dimmed | (outlines.reached > step)
        self._draw_cards(painter, lie.cards, outlines.looks(step), seen, dimmed)

    def paint_these_cards(self, painter: QPainter, nodes: Iterable[NodeId]) -> None:
        """Some cards, where they lie now."""
        stage, places = self._canvas.session.stage, self._places(nodes)
        cards = stage.scenery.boxes[places]
        cards[:, 2:] -= cards[:, :2]
        every = np.ones(len(places), dtype=bool)
        self._draw_cards(painter, cards, self._outlines().looks(stage.now.step)[places], every, ~every)

    def _lie_without(self, carried: Carried | None) -> Lie:
        """In which all lies where it does now, but what is `carried` perhaps."""
        is_of_use = carried is not None and self._lie is not None and self._lie.is_of(carried.before)
        return self._lie if is_of_use and self._lie is not None else self._latest()

    def _latest(self) -> Lie:
        stage = self._canvas.session.stage
        if self._lie is None or not self._lie.is_of(stage.scenery):
            self._lie = stage.scenery.lie = stage.scenery.lie or Lie(stage.scenery, self._lie)
        return self._lie

    def _outlines(self) -> Outlines:
        """What is to be seen when, which does not depend on where it lies."""
        scenery = self._canvas.session.stage.scenery
        lie = self._lie if self._lie is not None and self._lie.wires is scenery.wires else self._latest()
        return lie.outlines_of(self._canvas.session.stage.trace)

    def _places(self, nodes: Iterable[NodeId]) -> list[int]:
        place_of = self._canvas.session.stage.scenery.place_of
        return [place_of[node] for node in nodes]

    def _numbers(self, wires: Iterable[Slot]) -> list[int]:
        """Which rows are those of some wires, in order."""
        number_of = self._canvas.session.stage.scenery.wire_numbers
        return sorted(number_of[wire] for wire in wires)

    def _grown(self, parts: Sequence[Rect]) -> list[Rect]:
        """Where something lies that reaches into what is to be painted."""
        return [part.grown(_PIXELS / self._canvas.camera.zoom) for part in parts]

    def _draw_wires(self, painter: QPainter, routes: Floats, have_sent: Mask, seen: Mask, dimmed: Mask) -> None:
        theme, is_smooth = self._canvas.theme, self.is_smooth(self._canvas.camera)
        with _in_pixels(painter) as to_pixels:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smooth)
            for is_dim in (True, False):
                for tone, chosen in (("wire", ~have_sent), ("backward", have_sent)):
                    colour = theme[tone] if not is_dim else mixed(theme[tone], theme["paper"], _DIM)
                    lines = routes[seen & chosen & (dimmed == is_dim)].reshape(-1, 4)
                    painter.setPen(QPen(colour, 1.2 if is_smooth else 0))
                    draw_lines(painter, lines * to_pixels.zoom + (*to_pixels.origin, *to_pixels.origin))

    def is_smooth(self, camera: Camera) -> bool:
        """Whether so little is in view that lines are smooth."""
        lie, view = self._lie, camera.view(self._canvas.width(), self._canvas.height())
        if lie is None:
            return True
        if self._counted is None or self._counted[:2] != (lie, view):
            self._counted = lie, view, int(np.count_nonzero(lie.wires_in([view])))
        return self._counted[2] * pieces(camera.zoom) <= MOST_SMOOTH

    def _draw_cards(self, painter: QPainter, cards: Floats, looks: NDArray[np.uint8], seen: Mask, dimmed: Mask) -> None:
        with _in_pixels(painter) as to_pixels:
            for is_dim in (True, False):
                for look, tones in _STYLES.items():
                    chosen = cards[seen & (looks == look) & (dimmed == is_dim)]
                    _paint_blocks(painter, chosen, to_pixels, *_toned(self._canvas.theme, *tones, is_dim))

    def paint_action(self, painter: QPainter) -> None:
        """What happens now, over all that rests."""
        stage, theme = self._canvas.session.stage, self._canvas.theme
        for node in stage.acting():
            if node not in stage.graph.nodes or stage.scenery.card_of(node) is None:
                continue
            for wire in stage.wires(node):
                if wire.flow:
                    pen = QPen(theme["forward" if wire.flow > 0 else "backward"], 3.0)
                    pen.setCosmetic(True)
                    painter.setPen(pen)
                    points = [wire.curve.at(i / BENDS) for i in range(BENDS + 1)]
                    painter.drawLines([QLineF(*one, *other) for one, other in pairwise(points)])
            outline, rect = stage.outline(node), stage.rect(node)
            glow = max(outline.forward_glow, outline.backward_glow)
            if glow:
                tone = "forward" if outline.forward_glow >= outline.backward_glow else "backward"
                grown = rect.grown(3.0 / self._canvas.camera.zoom * glow)
                painter.fillRect(QRectF(grown.x, grown.y, grown.width, grown.height), theme[tone])


@dataclass(frozen=True)
class _ToPixels:
    """From scene to screen: how many pixels a unit is, and where the scene's origin lies."""

    zoom: float
    origin: tuple[float, float]


@contextmanager
def _in_pixels(painter: QPainter) -> Iterator[_ToPixels]:
    """The units of a painter of the scene are pixels for a moment, and edges are not smooth."""
    scene = painter.worldTransform()
    painter.save()
    painter.resetTransform()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    yield _ToPixels(scene.m11(), (scene.dx(), scene.dy()))
    painter.restore()


def _toned(theme: Theme, fill: str, edge: str, is_dim: bool) -> tuple[QColor, QColor]:
    if is_dim:
        return mixed(theme[fill], theme["paper"], _DIM), mixed(theme[edge], theme["paper"], _DIM)
    return theme[fill], theme[edge]


def _paint_heat(
    painter: QPainter,
    lie: Lie,
    heat: Heat,
    stage: Stage,
    outlines: Outlines,
    seen: NDArray[np.bool_],
    to_pixels: _ToPixels,
    theme: Theme,
) -> None:
    """Cards that have a gradient, in the colours of heat; those whose gradient is 0, in the palest tint."""
    heats = heat.of_many(stage, lie.nodes, outlines)
    for number in range(-1, HEATS + 1):
        colour = theme["backward_tint"] if number < 0 else ramp(theme, number / HEATS)
        chosen = lie.cards[seen & (heats == number) & (outlines.reached <= stage.now.step)]
        _paint_blocks(painter, chosen, to_pixels, colour, colour)


def _paint_blocks(painter: QPainter, cards: Floats, to_pixels: _ToPixels, fill: QColor, edge: QColor) -> None:
    if not len(cards):
        return
    zoom = to_pixels.zoom
    blocks = cards * zoom + (*to_pixels.origin, 0.0, 0.0)
    if cards[:, 2].max() * zoom < _HARDLY:
        blocks[:, 2:] = np.maximum(blocks[:, 2:], 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(edge)
    else:
        painter.setPen(QPen(edge, 2.0 if zoom >= 0.2 else 1.0))
        painter.setBrush(fill)
    draw_rects(painter, blocks)
