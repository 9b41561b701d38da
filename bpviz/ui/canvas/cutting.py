"""A stroke across wires that cuts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from ...document import wiring
from ...ops import numerals
from ...stage.geometry import Curve, Point, Rect
from .gestures import Gesture
from .shapes import bezier
from .spots import Part, Wire

if TYPE_CHECKING:
    from .view import Canvas

_SAMPLES = 32  # straight pieces that stand for a Bezier curve


class CutWires(Gesture):
    """Every wire that the hand crosses is cut when the button is let go, also those on which it begins: the wire, or
    all wires of the port, at which it was pressed.  Esc cuts none."""

    cursor = Qt.CursorShape.CrossCursor
    goes_beyond = True

    def __init__(self, canvas: Canvas, start: Point) -> None:
        super().__init__(canvas)
        self._stroke = [start]
        self.crossed: dict[Wire, None] = dict.fromkeys(_wires_at(canvas, start))  # in the order in which they were

    def move(self, point: Point, screen: Point) -> None:
        last = self._stroke[-1]
        self._stroke.append(point)
        box = Rect(min(last[0], point[0]), min(last[1], point[1]), abs(last[0] - point[0]), abs(last[1] - point[1]))
        for wire in self.canvas.spots.wires_touching(box):
            curve = self.canvas.session.stage.curve(*wire)
            if curve is not None and wire not in self.crossed and crosses(curve, last, point):
                self.crossed[wire] = None
        self.canvas.update()

    def finish(self, point: Point) -> None:
        wires = tuple(self.crossed)
        if wires:
            label = f"Cut {numerals.count(len(wires), 'wire')}"
            self.canvas.session.edit(label, lambda diagram: wiring.cut(diagram, wires))

    def paint(self, painter: QPainter) -> None:
        theme, near = self.canvas.theme, min(self.canvas.camera.zoom, 1.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme["fault"], 3.5 / near, Qt.PenStyle.DotLine))
        for wire in self.crossed:
            if (curve := self.canvas.session.stage.curve(*wire)) is not None:
                painter.drawPath(bezier(curve))
        painter.setPen(QPen(theme["fault"], 1.6 / self.canvas.camera.zoom, Qt.PenStyle.DashLine))
        painter.drawPolyline(QPolygonF([QPointF(*place) for place in self._stroke]))


def _wires_at(canvas: Canvas, point: Point) -> list[Wire]:
    """The wire that passes a point, or those that end at the port there."""
    spot, scenery = canvas.spots.at(point, canvas.camera.zoom), canvas.session.scenery
    if spot is None or spot.part is Part.CARD:
        return []
    if spot.part is Part.OUT_PORT:
        fed = canvas.session.graph.structure.consumers[spot.node]
        return [slot for slot in fed if scenery.curve(*slot) is not None]
    return [slot for slot in scenery.behind(spot.node, spot.slot) if scenery.curve(*slot) is not None]


def crosses(curve: Curve, start: Point, end: Point) -> bool:
    """Whether the straight line from `start` to `end` crosses a curve."""
    along = np.array([curve.at(i / (_SAMPLES * curve.pieces)) for i in range(_SAMPLES * curve.pieces + 1)])
    one, other = np.array(start), np.array(end)
    sides = _side(one, other, along)
    pieces_part = sides[:-1] * sides[1:] <= 0.0  # the ends of a piece lie on either side of the line
    line_parts = _side(along[:-1], along[1:], one) * _side(along[:-1], along[1:], other) <= 0.0
    return bool(np.any(pieces_part & line_parts))


def _side(start: NDArray[np.float64], end: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.float64]:
    """On which side of a line a point lies, by the sign; arrays of shape (…, 2)."""
    along, towards = end - start, point - start
    crossed: NDArray[np.float64] = along[..., 0] * towards[..., 1] - along[..., 1] * towards[..., 0]
    return crossed
