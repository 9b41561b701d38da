"""Gradients as heat: how large the gradient of every node is, by colour and by the width of a glow, on a log scale.

The ramp goes from the tint of gradients to their orange and differs in lightness all the way, and the glow grows with
it, so it can be read without telling red from green, or without colours at all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPen

from ...engine.trace import Trace
from ...graph.graph import NodeId, Value
from ...ops import numerals
from ...stage.outlines import Outlines
from ...stage.stage import Stage
from ..fonts import Face, font
from ..theme import Theme
from .faces import mixed

if TYPE_CHECKING:
    from .view import Canvas

THINNEST, THICKEST = 3.0, 13.0  # of the glow around a card, in scene units
LEGEND_WIDTH, LEGEND_HEIGHT, MARGIN = 184.0, 50.0, 14.0  # pixels
HEATS = 12  # steps of colour from far away
MOST_DECADES = 6  # smaller gradients than that far below the largest look alike


class Heat:
    """The heat of a canvas, while it `is_on`."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.is_on = False
        self._scale: tuple[Trace, tuple[int, int] | None] | None = None
        self._ends: tuple[Outlines, NDArray[np.int16]] | None = None

    def decades(self) -> tuple[int, int] | None:
        """The powers of ten at the two ends of the scale, from all gradients of the whole story, so that it does not
        change while that is told; None where no gradient is a number other than 0."""
        story = self._canvas.session.story
        if self._scale is None or self._scale[0] is not story:
            sizes = story.gradient_sizes(list(story.graph.nodes))
            self._scale = story, _decades(sizes[np.isfinite(sizes) & (sizes > 0)])
        return self._scale[1]

    def level(self, stage: Stage, node: NodeId) -> float | None:
        """From 0 to 1 where on the scale a node's gradient lies now; None while it has none, or where it is 0."""
        scale = self.decades()
        return _level(scale, magnitude(stage.trace.frame(stage.now.step).gradient(node)))

    def of_many(self, stage: Stage, nodes: Sequence[NodeId], outlines: Outlines) -> NDArray[np.int16]:
        """For every node its level as a whole number from 0 to `HEATS`; −1 where `level` is None."""
        scale, step = self.decades(), stage.now.step
        if self._ends is None or self._ends[0] is not outlines:
            self._ends = outlines, _heats(scale, stage.trace.gradient_sizes(nodes))
        heats = np.where(outlines.whole <= step, self._ends[1], -1).astype(np.int16)
        for place in np.flatnonzero((outlines.reached <= step) & (outlines.whole > step)).tolist():
            heats[place] = _heat(self.level(stage, nodes[place]))  # something is still to be added
        return heats

    # Painting

    def paint(self, painter: QPainter, nodes: Iterable[NodeId]) -> None:
        """A glow below every card that has a gradient; at least a pixel wide, however far away."""
        stage, theme, zoom = self._canvas.session.stage, self._canvas.theme, self._canvas.camera.zoom
        painter.setPen(Qt.PenStyle.NoPen)
        for node in nodes:
            level = self.level(stage, node)
            if level is None:
                continue
            width = max(THINNEST + (THICKEST - THINNEST) * level, 1.0 / zoom)
            grown = stage.rect(node).grown(width)
            painter.setBrush(ramp(theme, level))
            painter.drawRoundedRect(QRectF(grown.x, grown.y, grown.width, grown.height), 9.0 + width, 9.0 + width)

    def paint_legend(self, painter: QPainter) -> None:
        """The scale, in pixels, in the lower right corner."""
        canvas, theme, scale = self._canvas, self._canvas.theme, self.decades()
        size = max(11.0, canvas.least * canvas.camera.zoom)
        part = size / 11.0
        box = QRectF(0.0, 0.0, LEGEND_WIDTH * part, LEGEND_HEIGHT * part)
        box.moveBottomRight(QPointF(canvas.width() - MARGIN, canvas.height() - MARGIN))
        painter.setPen(QPen(theme["line"], 1.0))
        painter.setBrush(theme["surface"])
        painter.drawRoundedRect(box, 8.0, 8.0)
        painter.setFont(font(Face.TEXT, size))
        painter.setPen(theme["muted"])
        inside = box.adjusted(12.0 * part, 7.0 * part, -12.0 * part, -7.0 * part)
        title = "size of the gradient" if scale else "no gradient yet"
        painter.drawText(QPointF(inside.left(), inside.top() + 9.0 * part), title)
        if scale is None:
            return
        colours = QLinearGradient(inside.left(), 0.0, inside.right(), 0.0)
        for tenth in range(11):
            colours.setColorAt(tenth / 10, ramp(theme, tenth / 10))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours)
        thin, thick = 2.0 * part, 9.0 * part
        middle = inside.top() + 19.0 * part
        wedge = [
            QPointF(inside.left(), middle - thin / 2), QPointF(inside.right(), middle - thick / 2),
            QPointF(inside.right(), middle + thick / 2), QPointF(inside.left(), middle + thin / 2),
        ]  # fmt: skip
        painter.drawPolygon(wedge)
        painter.setPen(theme["ink"])
        few, many = (numerals.short(10.0**power) for power in scale)
        if canvas.session.predicting.coming is not None:
            few, many = "small", "large"  # the ends tell of gradients that are still asked for
        painter.drawText(QPointF(inside.left(), inside.bottom()), few)
        across = QFontMetricsF(painter.font()).horizontalAdvance(many)
        painter.drawText(QPointF(inside.right() - across, inside.bottom()), many)


def ramp(theme: Theme, level: float) -> QColor:
    """From pale to full orange."""
    return mixed(mixed(theme["backward_tint"], theme["backward"], 0.18), theme["backward"], level)


def magnitude(gradient: Value | None) -> float | None:
    """The largest absolute entry."""
    if gradient is None or isinstance(gradient, float):
        return None if gradient is None else abs(gradient)
    return float(np.max(np.abs(gradient), initial=0.0))


def _level(scale: tuple[int, int] | None, size: float | None) -> float | None:
    if scale is None or not size:
        return None
    if not math.isfinite(size):
        return 1.0
    return min(max((math.log10(size) - scale[0]) / (scale[1] - scale[0]), 0.0), 1.0)


def _heat(level: float | None) -> int:
    return -1 if level is None else round(level * HEATS)


def _heats(scale: tuple[int, int] | None, sizes: NDArray[np.float64]) -> NDArray[np.int16]:
    """`_heat` of the `_level` of every size; −1 is none."""
    found = np.full(len(sizes), -1, dtype=np.int16)
    if scale is not None:
        found[~np.isfinite(sizes)] = HEATS
        some = np.flatnonzero(np.isfinite(sizes) & (sizes > 0))
        levels = (np.log10(sizes[some]) - scale[0]) / (scale[1] - scale[0])
        found[some] = np.rint(np.clip(levels, 0.0, 1.0) * HEATS)
    return found


def _decades(sizes: NDArray[np.float64]) -> tuple[int, int] | None:
    """The powers of ten around positive numbers."""
    powers = np.log10(sizes)
    if not len(powers):
        return None
    most = math.ceil(powers.max() - 1e-9)
    least = max(math.floor(powers.min() + 1e-9), most - MOST_DECADES)
    return (least, most) if least < most else (most - 1, most)
