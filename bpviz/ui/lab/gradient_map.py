"""The landscape over two inputs, with the gradient at the point, its level line, and an arrow to be turned."""

from __future__ import annotations

from math import cos, isfinite, radians, sin

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from ...engine.analysis.fields import Arrow as Gradient
from ...engine.analysis.fields import Plane
from ..session import Session
from .contours import Arrow, Landscape
from .plot import Plot

Field = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""Where the points lie across and up, and the heights: a row for each of those above."""
_REACH = 3.0  # to all sides of the point, at first
_GRID, _COARSE = 141, 61  # points along each axis; while something is dragged over a graph of many operations
_LONG, _SHORT = 0.24, 0.09  # of the view: the longest arrow, and one of a gradient that is hardly any
_FARTHEST = 1e10  # from the origin: a plot goes hardly farther
_SLOW = 150  # nodes on the way, from which on the grid is coarse during a drag


class GradientMap(Plot):
    """`angle` is that of the direction, in radians from the first axis towards the second."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, "The landscape")
        self.plotItem.vb.setAspectLocked(True)  # a right angle is one only where both axes have one scale
        self.angle = radians(30.0)
        self.landscape = Landscape(self)
        self.gradient_arrow = Arrow(self, "backward")
        self.direction_arrow = Arrow(self, "ink", 2.2, has_head=False)  # its end is the handle
        self.corner = self.add_curve("", "ink", width=1.4)  # the right angle at the level line
        self.tangent = self.add_line("", "ink", Qt.PenStyle.DotLine, 1.4)
        self.point = self.add_handle("the point", "forward")
        self.tip = self.add_handle("the direction", "ink", "d")
        self._drawn: tuple[object, ...] | None = None  # for what the landscape was drawn

    def go_home(self, plane: Plane) -> None:
        """Some ground on all sides of the point."""
        x, y = (min(max(v, -_FARTHEST), _FARTHEST) if isfinite(v) else 0.0 for v in plane.place)
        size = max(abs(x), abs(y))
        reach = _REACH * (10.0 ** np.floor(np.log10(size)) if size >= 10 else 1.0)
        self.plotItem.vb.setRange(xRange=(x - reach, x + reach), yRange=(y - reach, y + reach), padding=0.0)

    def draw_field(self, plane: Plane, *, is_held: bool) -> Field | None:
        """The landscape; None if it stands there already.  What is returned is its middle, as wide as high."""
        (left, right), (low, high) = self.x_range, self.y_range
        fine = _COARSE if is_held and len(plane.trace.graph) > _SLOW else _GRID
        wanted = (plane.coordinate, plane.second, plane.targets, left, right, low, high, fine, _elsewhere(plane))
        if wanted == self._drawn:
            return None
        self._drawn = wanted
        x, y = np.linspace(left, right, fine), np.linspace(low, high, fine)
        values = plane.values(x, y)
        self.landscape.show(x, y, values)
        graph = plane.trace.graph
        self.set_labels(plane.coordinate.label(graph), plane.second.label(graph))
        reach = min(right - left, high - low) / 2 * (1 + 1e-9)
        across, up = np.abs(x - (left + right) / 2) <= reach, np.abs(y - (low + high) / 2) <= reach
        return x[across], y[up], values[np.ix_(up, across)]

    def place(self, x: float, y: float, value: float, gradient: Gradient) -> None:
        """The point, the level line through it, and both arrows."""
        self.point.put(x, y)
        self.landscape.show_level(value)
        (left, right), (low, high) = self.x_range, self.y_range
        reach = min(right - left, high - low)
        length = gradient.length
        if gradient.is_there and length > 0:
            # as long as it says, as far as that can be seen: longer ones only point
            size = min(max(length, _SHORT * reach), _LONG * reach)
            self.gradient_arrow.put(x, y, size * gradient.x / length, size * gradient.y / length)
            self.tangent.run_through(x, y, -gradient.x / gradient.y if gradient.y else float("inf"))
            self._mark_right_angle(x, y, gradient.angle, 0.028 * reach)
        else:
            self.gradient_arrow.put(x, y, float("nan"), float("nan"))
            self.tangent.run_through(float("nan"), y, 0.0)
            self.corner.set([], [])
        turned = _LONG * 0.8 * reach
        self.direction_arrow.put(x, y, turned * cos(self.angle), turned * sin(self.angle))
        self.tip.put(*self.direction_arrow.tip)

    def _mark_right_angle(self, x: float, y: float, angle: float, size: float) -> None:
        along = np.array([cos(angle), sin(angle)]) * size
        across = np.array([-along[1], along[0]])
        corner = np.array([across, along + across, along]) + np.array([x, y])
        self.corner.set(corner[:, 0], corner[:, 1])


def _elsewhere(plane: Plane) -> tuple[object, ...]:
    """Everything that the map depends on besides the two coordinates: all other numbers of the graph."""
    found: list[object] = [id(plane.trace.plan)]
    for node in plane.trace.graph.nodes.values():
        if not node.op.is_leaf or node.value is None:
            continue
        value = np.array(node.value, dtype=np.float64)
        for held in (plane.coordinate, plane.second):
            if held.node == node.id:
                value[held.entry] = 0.0
        found.append(value.tobytes())
    return tuple(found)
