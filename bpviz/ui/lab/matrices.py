"""The Jacobian and the Hessian with their numbers, and how well line and parabola follow the function."""

from __future__ import annotations

from math import isfinite

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from ...engine.analysis.approximations import Curvature, Ray, approximation, curvature
from ...engine.analysis.coordinates import Coordinate, inputs_of
from ...engine.analysis.sections import Target
from ...engine.jacobians import hessian, jacobian
from ...engine.trace import Trace
from ...graph.graph import GraphError, NodeId
from ...ops import names, numerals
from ..session import Session, sentence
from .duo import Duo
from .matrix_plot import MOST_SHOWN, MatrixPlot
from .matrix_words import chain_rule
from .pages import Page, is_large, text_font
from .plot import Plot
from .responses import ResponseChoice, obstacle
from .segments import Segments
from .words import MathLine, Obstacle, Remark

Floats = NDArray[np.float64]
MOST_INPUTS = 400  # entries; the Hessian of more is nothing to look at, and takes long
_REACH, _POINTS = 2.0, 241
_NARROW = 5  # columns, that find room beside the plot
_FLAT, _VERY_FLAT = 1.5, 5.0  # times as wide as high: from there on matrix and plot stand side by side


class MatricesPage(Page):
    """Follows the run: first derivatives of every entry of a node, or second derivatives of one number."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.kinds = Segments(("Jacobian", "Hessian"))
        self.kinds.choose(1)
        self.response = ResponseChoice(session, 1)
        self.matrix = MatrixPlot(session, "The matrix")
        self.eigenvalues = MathLine(session, 16.0)
        self.remark = Remark(session, 2)
        self.plot = Plot(session, "The function and its approximations")
        self.truth = self.plot.add_curve("f", "forward", width=2.4)
        self.linear = self.plot.add_curve("linear", "backward", Qt.PenStyle.DashLine)
        self.quadratic = self.plot.add_curve("quadratic", "backward", Qt.PenStyle.DotLine, 2.6)
        self.point = self.plot.add_handle("the point", "forward")
        self.along = QComboBox()
        self.along.setAccessibleName("Along which direction")
        self._caption = QLabel("along")
        self.obstacle = Obstacle(session)
        self._coordinates: list[Coordinate] = []
        self._directions: list[tuple[str, Floats]] = []
        self._ray: tuple[Ray, float, Floats, Floats] | None = None
        self.curvature: Curvature | None = None
        self._compose()
        self.kinds.turned.connect(lambda _kind: self.follow())
        self.response.changed.connect(self.follow)
        self.along.activated.connect(lambda _place: self._draw_ray())
        self.plot.viewed.connect(self._draw_ray)
        self.plot.reset.connect(self._reset)

    def _compose(self) -> None:
        hand = QHBoxLayout()
        hand.setSpacing(10)
        hand.addWidget(self.kinds)
        hand.addWidget(self.response)
        hand.addStretch(1)
        hand.addWidget(self._caption)
        hand.addWidget(self.along)
        plots = QWidget()
        column = QVBoxLayout(plots)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._duo = Duo(self.matrix, self.plot, above=0.48)
        column.addWidget(self._duo, 1)
        column.addWidget(self.eigenvalues)
        column.addWidget(self.remark)
        self._stack = self.put(hand, plots, self.obstacle)
        self.plot.view_x(-_REACH, _REACH)
        self.setFocusProxy(self.plot)

    def dress(self) -> None:
        theme = self.session.theme
        for piece in (self.response, self.remark, self.obstacle):
            piece.dress()
        self.kinds.dress(theme)
        for widget in (self.along, self._caption):
            widget.setFont(text_font(theme, 13))
            widget.setFixedHeight(42 if is_large(theme) else 30)

    # What is asked

    @property
    def is_hessian(self) -> bool:
        return self.kinds.chosen == 1

    def follow(self) -> None:
        self.response.follow()
        trace = self.session.trace
        graph = trace.graph
        nodes = [node for node in inputs_of(graph) if not graph.nodes[node].is_constant]
        self._coordinates = [
            Coordinate(node, tuple(int(i) for i in at)) for node in nodes for at in np.ndindex(_shape(trace, node))
        ]
        first = self._coordinates[0] if self._coordinates else None
        reason = obstacle(trace, first, self.response.targets) or self._too_many() or self._broken(trace)
        self._ray = None
        if not reason:
            try:
                self._show(trace, nodes, self.response.targets[0])
            except GraphError as refusal:
                reason = f"{sentence(refusal)}"
        self.obstacle.setText(reason)
        self._stack.setCurrentIndex(1 if reason else 0)

    def _broken(self, trace: Trace) -> str:
        """Why there are no derivatives here, or an empty string."""
        node = self.response.targets[0].node
        if trace.value(node) is not None:
            return ""
        why = next((failure.reason.removesuffix(".") for failure in trace.failures), "")
        return f"{trace.graph.spoken(node)} has no value here{': ' + why if why else ''}."

    def _too_many(self) -> str:
        count = len(self._coordinates)
        if count <= MOST_INPUTS:
            return ""
        return f"The inputs have {count:,} entries. Matrices are shown for up to {MOST_INPUTS}."

    # What is shown

    def _show(self, trace: Trace, nodes: list[NodeId], target: Target) -> None:
        """Raises GraphError with the reason where there is no such matrix."""
        labels = [held.label(trace.graph) for held in self._coordinates]
        name = self.response.name(Target(target.node))
        rows = jacobian(trace.graph, target.node, nodes)
        first = int(np.ravel_multi_index(target.entry, _shape(trace, target.node))) if target.entry else 0
        gradient, bends = rows[first], np.zeros((rows.shape[1], rows.shape[1]))
        columns = [f"∂/∂{x}" for x in labels]
        self.curvature = None
        if self.is_hessian:
            bends = hessian(trace.graph, nodes, target.node)
            self.curvature = curvature(bends)
            self.matrix.show_matrix(bends, [f"∂{name}/∂{x}" for x in labels], columns)
        else:
            self.matrix.show_matrix(rows, _entries(name, _shape(trace, target.node)), columns)
        height, width = self.matrix.matrix.shape
        self._duo.flatten(_FLAT if width <= max(_NARROW, 2 * height) else _VERY_FLAT)  # a long row needs all the width
        self._tell(name, target, rows)
        value = float(np.ravel(trace.value(target.node))[first])  # type: ignore[arg-type]
        self._offer(labels)
        direction = self._directions[max(self.along.currentIndex(), 0)][1]
        self._ray = Ray(trace, self._coordinates, direction, target), value, gradient, bends
        self._draw_ray()

    def _tell(self, name: str, target: Target, rows: Floats) -> None:
        cut = f" Shown are the first {MOST_SHOWN} rows and columns." if max(rows.shape) > MOST_SHOWN else ""
        if not self.is_hessian:
            entries = "its gradient, in a row" if len(rows) == 1 else f"in each row the gradient of an entry of {name}"
            chain = chain_rule(self.session.trace, self._coordinates, target.node, rows)
            self.eigenvalues.setVisible(bool(chain))
            self.eigenvalues.set_text(*((("chain rule  ", "muted"), (chain, "backward")) if chain else ()))
            after = "The tangent follows the function near the point."
            if chain:
                after = f"What arrives at {name}, times the transpose of its Jacobian J, arrives at the inputs."
            self.remark.say(f"The Jacobian: {entries}. {after}{cut}")
            return
        self.eigenvalues.setVisible(True)
        if self.curvature is None:
            self.eigenvalues.set_text()
            self.remark.say(f"Some second derivatives of {name} are not finite here, so there are no eigenvalues.")
        else:
            told = ", ".join(numerals.short(float(value), 4) for value in self.curvature.values[:6])
            more = " …" if len(self.curvature.values) > 6 else ""
            self.eigenvalues.set_text(("eigenvalues  ", "muted"), (f"λ = {told}{more}", "backward"))
            self.remark.say(self.curvature.sentence(name) + cut)

    def _offer(self, labels: list[str]) -> None:
        """The directions to look along: every input, the gradient's eigenvectors where there are any."""
        size = len(labels)
        found = [(names.text(label), unit) for label, unit in zip(labels, np.eye(size), strict=True)][:MOST_SHOWN]
        if self.curvature is not None and size > 1:
            pairs = zip(self.curvature.values, self.curvature.directions.T, strict=True)
            found += [(f"eigenvector of λ = {numerals.short(float(value), 4)}", unit) for value, unit in pairs][
                :MOST_SHOWN
            ]
        self._directions = found
        wanted = [name for name, _ in found]
        if [self.along.itemText(i) for i in range(self.along.count())] != wanted:
            place = self.along.currentIndex()
            self.along.clear()
            self.along.addItems(wanted)
            self.along.setCurrentIndex(place if 0 <= place < len(wanted) else 0)

    def _draw_ray(self) -> None:
        """The function along the direction, with line and parabola."""
        if self._ray is None or not self.shows(self._ray[0].trace):
            return
        ray, value, gradient, bends = self._ray
        name, direction = self._directions[max(self.along.currentIndex(), 0)]
        if direction is not ray.direction:
            ray = Ray(ray.trace, ray.coordinates, direction, ray.targets[0])
            self._ray = ray, value, gradient, bends
        near = approximation(value, gradient, bends, direction)
        t = np.unique(np.append(np.linspace(*self.plot.x_range, _POINTS), 0.0))
        (heights,), _ = ray.at(t, with_slopes=False)
        self.truth.rename(self.response.name(ray.targets[0]))
        self.truth.set(t, heights)
        self.linear.set(t, near.linear(t))
        self.quadratic.set(t, near.quadratic(t))
        self.quadratic.show(self.is_hessian and isfinite(near.bend))
        self.point.put(0.0, value)
        shown = [self.truth]
        self.plot.view_heights(shown, (value,))
        step = f"t along {name}" if " " in name else f"change of {name}"
        self.plot.set_labels(step, self.truth.name)
        self.plot.describe(f"{self.truth.name} along {name}, slope {numerals.short(near.slope)}")

    def _reset(self) -> None:
        self.plot.view_x(-_REACH, _REACH)
        self._draw_ray()


def _shape(trace: Trace, node: NodeId) -> tuple[int, ...]:
    return trace.plan.shapes[trace.plan.row_of[node]]


def _entries(name: str, shape: tuple[int, ...]) -> list[str]:
    """The names of all entries of an array, `y[0, 1]`; of a number, its own."""
    return [f"{name}[{', '.join(map(str, at))}]" if shape else name for at in np.ndindex(*shape)]
