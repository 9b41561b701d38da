"""Paints wires: a line coloured by what flows or has flowed along it, with an arrow head where a gradient went."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen

from ...graph.graph import NodeId
from ...stage.acting import Spotlight
from ...stage.geometry import PORT_RADIUS, Curve, Point, Rect
from ...stage.stage import Stage
from ...stage.wires import Wire
from ..theme import Theme
from .faces import mixed
from .hulls import hulls
from .recordings import Recorder
from .shapes import bezier

VEIL = 0.8  # how much of what is not in the light is covered


@dataclass(frozen=True)
class Stroke:
    """How a wire is painted."""

    pen: QPen
    line: QPainterPath
    head: QPainterPath | None
    curve: Curve

    @cached_property
    def hulls(self) -> NDArray[np.float64]:
        """Where it may be, as rows of (left, top, right, bottom)."""
        return hulls(self.curve)


def paint_wires(
    painter: QPainter,
    stage: Stage,
    wired: Iterable[NodeId],
    theme: Theme,
    light: Spotlight | None = None,
    recorder: Recorder | None = None,
    parts: Sequence[Rect] | None = None,
    is_wanted: Callable[[Wire], bool] = lambda wire: True,
) -> None:
    """The wires into some nodes, as far as they are wanted, and lie in some `parts`; what is not in the `light` fades
    into the paper."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    wires = [
        wire
        for node in wired
        if recorder is None or recorder.admits_wires(node)
        for wire in stage.wires(node)
        if is_wanted(wire)
    ]
    strokes = [(wire, _stroke_of(wire, theme, recorder)) for wire in wires]
    for wire, stroke in strokes if parts is None else _within(strokes, parts):
        painter.setPen(stroke.pen)
        painter.drawPath(stroke.line)
        if stroke.head is not None:
            painter.fillPath(stroke.head, stroke.pen.color())
        if light is not None:
            _veil_wire(painter, wire, light, theme)


def _stroke_of(wire: Wire, theme: Theme, recorder: Recorder | None) -> Stroke:
    if recorder is None or wire.flow:
        return _stroke(wire, theme)
    return recorder.once(("wire", wire.target, wire.slot), (wire, theme.name), lambda: _stroke(wire, theme))


def _within(strokes: list[tuple[Wire, Stroke]], parts: Sequence[Rect]) -> list[tuple[Wire, Stroke]]:
    """Those that may lie in one of some parts."""
    if not strokes:
        return []
    boxes = [stroke.hulls for _, stroke in strokes]
    left, top, right, bottom = np.concatenate(boxes).T
    met = np.zeros(len(left), dtype=bool)
    for part in parts:
        met |= (left <= part.right) & (right >= part.x) & (top <= part.bottom) & (bottom >= part.y)
    begins = np.cumsum([0, *map(len, boxes[:-1])])
    return list(compress(strokes, np.logical_or.reduceat(met, begins)))


def veil(painter: QPainter, shape: QPainterPath, lit: float, theme: Theme) -> None:
    """Paper over what is not lit."""
    if lit < 1.0:
        paper = QColor(theme["paper"])
        paper.setAlphaF(VEIL * (1.0 - lit))
        painter.fillPath(shape, paper)


def _veil_wire(painter: QPainter, wire: Wire, light: Spotlight, theme: Theme) -> None:
    """A wire that is not lit fades into the paper."""
    stroker = QPainterPathStroker()
    stroker.setWidth(wire.thickness + 14.0 if wire.carries_gradient else wire.thickness + 2.0)
    veil(painter, stroker.createStroke(bezier(wire.curve)), light.on_wire(wire.target, wire.slot), theme)


def _stroke(wire: Wire, theme: Theme) -> Stroke:
    colour, size = theme["wire"], wire.thickness
    if wire.flow > 0:
        colour, size = mixed(theme["wire"], theme["forward"], wire.flow), size + 1.0 * wire.flow
    elif wire.flow < 0 or wire.carries_gradient:
        strength = max(-wire.flow, 0.62 if wire.carries_gradient else 0.0)
        colour, size = mixed(theme["wire"], theme["backward"], strength), size - 1.0 * wire.flow
    head = None
    if wire.carries_gradient and not wire.flow:  # while a number is in flight, it has an arrow of its own
        end, clear = (wire.curve.end, 2.0 + PORT_RADIUS) if wire.ahead else (wire.curve.start, 2.0)
        head = _head(end, wire.course.way(ahead=wire.ahead), clear, size)
    pen = QPen(colour, size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    return Stroke(pen, bezier(wire.curve), head, wire.curve)


def _head(end: Point, way: Point, clear: float, size: float) -> QPainterPath:
    """An arrow head where a wire has carried a gradient to: at its beginning, or in forward mode at its end."""
    (dx, dy), reach = way, 6.0 + size
    x, y = end[0] - clear * dx, end[1] - clear * dy
    head = QPainterPath(QPointF(x, y))
    head.lineTo(x - reach * (dx - 0.6 * dy), y - reach * (dy + 0.6 * dx))
    head.lineTo(x - reach * (dx + 0.6 * dy), y - reach * (dy - 0.6 * dx))
    head.closeSubpath()
    return head
