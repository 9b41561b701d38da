"""The canvas from far away: cards as blocks of colour, wires as thin lines, each kind drawn in one call.

Near, a card takes a tenth of a millisecond to paint; thousands in view leave no time for text nobody can read.  What
lies where is put into arrays once for every arrangement, what is when to be seen once for every story; then a picture
takes a multiplication and a few calls of Qt.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ...stage.acting import Spotlight
from ...stage.geometry import Rect
from ...stage.lie import BENDS, Lie
from ...stage.outlines import Look, Outlines
from ...stage.stage import Stage
from ..theme import Theme
from .batches import draw_lines, draw_rects
from .camera import Camera
from .faces import mixed
from .heat import HEATS, Heat, ramp

if TYPE_CHECKING:
    from .view import Canvas

Floats = NDArray[np.float64]
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

    def paint(self, painter: QPainter, light: Spotlight | None, parts: Sequence[Rect]) -> None:
        """Cards and wires in view, as far as they lie in some parts of it; what is not in the `light` is dimmed."""
        canvas = self._canvas
        stage, theme, camera = canvas.session.stage, canvas.theme, canvas.camera
        if self._lie is None or not self._lie.is_of(stage.scenery):
            self._lie = stage.scenery.lie = stage.scenery.lie or Lie(stage.scenery, self._lie)
        lie, step = self._lie, stage.now.step
        outlines = lie.outlines_of(stage.trace)
        view = camera.view(canvas.width(), canvas.height())
        part = reduce(Rect.united, parts, parts[0]).grown(_PIXELS / camera.zoom)
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_wires(painter, lie, outlines.carried <= step, camera, view, part, light)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        looks = outlines.looks(step)
        dimmed = lie.dimmed_cards(light)
        seen = lie.cards_in(part)
        if canvas.heat.is_on:
            _paint_heat(painter, lie, canvas.heat, stage, outlines, seen & ~dimmed, camera, theme)
            seen &= dimmed | (outlines.reached > step)
        for is_dim in (True, False):
            for look, (fill, edge) in _STYLES.items():
                chosen = seen & (looks == look) & (dimmed == is_dim)
                _paint_blocks(painter, lie.cards[chosen], camera, *_toned(theme, fill, edge, is_dim))
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._paint_action(painter, stage, theme)

    def _paint_wires(
        self,
        painter: QPainter,
        lie: Lie,
        carried: NDArray[np.bool_],
        camera: Camera,
        view: Rect,
        part: Rect,
        light: Spotlight | None,
    ) -> None:
        theme, seen, dimmed = self._canvas.theme, lie.wires_in(part), lie.dimmed_wires(light)
        routes, in_view = lie.routes(camera.zoom), lie.wires_in(view)
        for is_dim in (True, False):
            for tone, chosen in (("wire", ~carried), ("backward", carried)):
                colour = theme[tone] if not is_dim else mixed(theme[tone], theme["paper"], _DIM)
                chosen = chosen & (dimmed == is_dim)
                lines = routes[seen & chosen].reshape(-1, 4)
                is_smooth = int(np.count_nonzero(in_view & chosen)) * routes.shape[1] <= MOST_SMOOTH
                painter.setPen(QPen(colour, 1.2 if is_smooth else 0))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smooth)
                draw_lines(painter, (lines - (camera.x, camera.y, camera.x, camera.y)) * camera.zoom)

    def _paint_action(self, painter: QPainter, stage: Stage, theme: Theme) -> None:
        """What happens now, over all that rests."""
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
    camera: Camera,
    theme: Theme,
) -> None:
    """Cards that have a gradient, in the colours of heat; those whose gradient is 0, in the palest tint."""
    heats = heat.of_many(stage, lie.nodes, outlines)
    for number in range(-1, HEATS + 1):
        colour = theme["backward_tint"] if number < 0 else ramp(theme, number / HEATS)
        chosen = lie.cards[seen & (heats == number) & (outlines.reached <= stage.now.step)]
        _paint_blocks(painter, chosen, camera, colour, colour)


def _paint_blocks(painter: QPainter, cards: Floats, camera: Camera, fill: QColor, edge: QColor) -> None:
    if not len(cards):
        return
    zoom = camera.zoom
    blocks = (cards - (camera.x, camera.y, 0.0, 0.0)) * zoom
    if cards[:, 2].max() * zoom < _HARDLY:
        blocks[:, 2:] = np.maximum(blocks[:, 2:], 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(edge)
    else:
        painter.setPen(QPen(edge, 2.0 if zoom >= 0.2 else 1.0))
        painter.setBrush(fill)
    draw_rects(painter, blocks)
