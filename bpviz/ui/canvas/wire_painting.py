"""Paints wires: a line coloured by what flows or has flowed along it, with an arrow head where a gradient went."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen

from ...graph.graph import NodeId
from ...stage.acting import Spotlight
from ...stage.chords import chords
from ...stage.geometry import PORT_RADIUS, Curve, Point, Rect
from ...stage.stage import Stage
from ...stage.wires import Wire
from ..theme import Theme
from .batches import draw_lines
from .faces import mixed
from .recordings import Recorder, is_of_pixels
from .shapes import bezier

VEIL = 0.8  # how much of what is not in the light is covered
_TOLERANCE = 0.12  # of a pixel: how far chords may be from their curve
_OVERLAP = 0.15  # of a pixel: how far each reaches past its end, where a seam would be seen between two


@dataclass
class Stroke:
    """How a wire is painted."""

    pen: QPen
    head: QPainterPath | None
    curve: Curve
    known: tuple[float, NDArray[np.float64]] | None = None  # the chords of the curve, for pixels so fine

    def __post_init__(self) -> None:
        self.look = self.pen.color().rgba(), self.pen.widthF()


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
    wires.sort(key=lambda wire: (wire.flow != 0.0, wire.carries_gradient))  # where they cross, what matters lies above
    is_fleeting = recorder is not None and not recorder.portion.is_kept  # in a hand it runs otherwise at every move
    by_lines = is_of_pixels(painter) and light is None and not is_fleeting
    for is_plain, group in groupby(wires, lambda wire: by_lines and not wire.flow):
        strokes = [(wire, _stroke_of(wire, theme, recorder)) for wire in group]
        if is_plain:
            _paint_by_lines(painter, [stroke for _, stroke in strokes], parts)
            continue
        for wire, stroke in strokes:
            painter.setPen(stroke.pen)
            painter.drawPath(bezier(stroke.curve))
            _paint_head(painter, stroke)
            if light is not None:
                _veil_wire(painter, wire, light, theme)


def _stroke_of(wire: Wire, theme: Theme, recorder: Recorder | None) -> Stroke:
    if recorder is None or wire.flow:
        return _stroke(wire, theme)
    return recorder.once(("wire", wire.target, wire.slot), (wire, theme.name), lambda: _stroke(wire, theme))


def _paint_by_lines(painter: QPainter, strokes: list[Stroke], parts: Sequence[Rect] | None) -> None:
    """Several at once, by chords instead of curves, and of these only what lies in the parts: looks the same, and takes
    Qt half the time or less."""
    rows = _chords(strokes, painter.deviceTransform().m11())
    counts = [len(there) for there in rows]
    every = np.concatenate(rows)
    met = _lie_in(every, parts)
    begins = [0, *np.cumsum(counts).tolist()]
    is_met = np.logical_or.reduceat(met, begins[:-1]).tolist()
    for _, group in groupby(range(len(strokes)), lambda i: strokes[i].look):
        alike = list(group)
        first, last = begins[alike[0]], begins[alike[-1] + 1]
        painter.setPen(strokes[alike[0]].pen)
        draw_lines(painter, every[first:last][met[first:last]])
        for i in alike:
            if is_met[i]:
                _paint_head(painter, strokes[i])


def _chords(strokes: list[Stroke], scale: float) -> list[NDArray[np.float64]]:
    """The chords of every one, for pixels of which `scale` make a unit of the scene."""
    fine = max(2.0 ** math.ceil(math.log2(scale)), 1.0)  # from farther away they would be few anyway
    missing = [stroke for stroke in strokes if stroke.known is None or stroke.known[0] != fine]
    rows, until = chords([each.curve for each in missing], _TOLERANCE / fine)
    _overlap(rows, until, _OVERLAP / fine)
    begin = 0
    for stroke, end in zip(missing, until.tolist(), strict=True):
        stroke.known = fine, rows[begin:end]
        begin = end
    return [stroke.known[1] for stroke in strokes if stroke.known is not None]


def _overlap(rows: NDArray[np.float64], until: NDArray[np.intp], by: float) -> None:
    """Every one of the lines of several curves reaches past its ends, but at the ends of the curves."""
    way = rows[:, 2:] - rows[:, :2]
    way *= by / np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
    is_first, is_last = np.zeros(len(rows) + 1, dtype=bool), np.zeros(len(rows), dtype=bool)
    is_first[0] = is_first[until] = is_last[until - 1] = True
    rows[~is_first[:-1], :2] -= way[~is_first[:-1]]
    rows[~is_last, 2:] += way[~is_last]


def _lie_in(rows: NDArray[np.float64], parts: Sequence[Rect] | None) -> NDArray[np.bool_]:
    """Which lines may lie in one of some parts."""
    if parts is None:
        return np.ones(len(rows), dtype=bool)
    left, right = np.minimum(rows[:, 0], rows[:, 2]), np.maximum(rows[:, 0], rows[:, 2])
    top, bottom = np.minimum(rows[:, 1], rows[:, 3]), np.maximum(rows[:, 1], rows[:, 3])
    met = np.zeros(len(rows), dtype=bool)
    for part in parts:
        met |= (left <= part.right) & (right >= part.x) & (top <= part.bottom) & (bottom >= part.y)
    return met


def _paint_head(painter: QPainter, stroke: Stroke) -> None:
    if stroke.head is not None:
        painter.fillPath(stroke.head, stroke.pen.color())


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
    return Stroke(pen, head, wire.curve)


def _head(end: Point, way: Point, clear: float, size: float) -> QPainterPath:
    """An arrow head where a wire has carried a gradient to: at its beginning, or in forward mode at its end."""
    (dx, dy), reach = way, 6.0 + size
    x, y = end[0] - clear * dx, end[1] - clear * dy
    head = QPainterPath(QPointF(x, y))
    head.lineTo(x - reach * (dx - 0.6 * dy), y - reach * (dy + 0.6 * dx))
    head.lineTo(x - reach * (dx + 0.6 * dy), y - reach * (dy - 0.6 * dx))
    head.closeSubpath()
    return head
