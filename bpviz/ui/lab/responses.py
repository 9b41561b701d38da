"""Which nodes respond: the output, unless the reader adds others or takes it away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton

from ...engine.analysis.coordinates import Coordinate
from ...engine.analysis.sections import Target
from ...engine.trace import Trace
from ...graph.graph import NodeId
from ..session import Session
from .pages import is_large, text_font

MOST_NUMBERS = 500_000  # of a graph that is run again for every point of a plot
_LISTED = 60  # nodes of a menu; with more, it begins with the named ones


class ResponseChoice(QToolButton):
    """A menu of nodes that can be ticked, at least one of them.  An array stands for its first entries."""

    changed = Signal()

    def __init__(self, session: Session, most: int) -> None:
        """At most `most` curves."""
        super().__init__()
        self._session, self._most = session, most
        self._chosen: list[NodeId] | None = None  # None: the output, whichever it is
        self.targets: list[Target] = []
        self.is_cut = False  # more was wanted than there are curves
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        several = "; several stand together" if most > 1 else ""
        self.setToolTip(f"Which node is looked at{several}")
        self.setAccessibleName("Curves of")
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)

    def dress(self) -> None:
        theme = self._session.theme
        self.setFont(text_font(theme, 13))
        self.setFixedHeight(42 if is_large(theme) else 30)

    def follow(self) -> None:
        """Fits the choice to the present graph: what is gone is not chosen any more."""
        graph, trace = self._session.graph, self._session.trace
        if self._chosen is not None:
            self._chosen = [node for node in self._chosen if node in graph.nodes] or None
        chosen = self._chosen if self._chosen is not None else [graph.result] if graph.result is not None else []
        wanted: list[Target] = []
        for node in chosen:
            row = trace.plan.row_of.get(node)
            shape = () if row is None else trace.plan.shapes[row]
            wanted += [Target(node, at) for at in _first_entries(shape, self._most + 1)]
        self.is_cut = len(wanted) > self._most
        self.targets = wanted[: self._most]
        names = ", ".join(self.name(target) for target in self.targets[:3]) + (" …" if len(self.targets) > 3 else "")
        self.setText(f"of {names}  ▾" if names else "of …")

    def name(self, target: Target) -> str:
        """`u`, or `y[0, 1]`."""
        spoken = self._session.graph.spoken(target.node)
        return f"{spoken}[{', '.join(map(str, target.entry))}]" if target.entry else spoken

    def choose(self, nodes: Sequence[NodeId]) -> None:
        """Draws these nodes; the first one has the tangent."""
        self._chosen = list(nodes) or None
        self.follow()
        self.changed.emit()

    def _fill(self) -> None:
        menu, graph = self.menu(), self._session.graph
        menu.clear()
        shown = {target.node for target in self.targets}
        computed = [node for node in graph.nodes.values() if not node.op.is_leaf]
        computed.sort(key=lambda node: (node.id not in shown, not node.name))
        for node in computed[:_LISTED]:
            action = menu.addAction(graph.spoken(node.id))
            action.setCheckable(True)
            action.setChecked(node.id in shown)
            action.triggered.connect(lambda ticked=False, id_=node.id: self._tick(id_, ticked))
        if not computed:
            menu.addAction("Nothing is computed yet").setEnabled(False)

    def _tick(self, node: NodeId, is_ticked: bool) -> None:
        graph = self._session.graph
        now = list(dict.fromkeys(target.node for target in self.targets))
        if self._most == 1:
            self.choose([node])
        elif not is_ticked:
            self.choose([id_ for id_ in now if id_ != node])
        elif node in graph.nodes and len(self.targets) >= self._most:
            self._session.said.emit(f"There are at most {self._most} curves: take one away first.", True)
        else:
            self.choose([*now, node])


def _first_entries(shape: Sequence[int], most: int) -> list[tuple[int, ...]]:
    size = int(np.prod(shape, dtype=np.int64))
    found = (np.unravel_index(k, tuple(shape)) if shape else () for k in range(min(size, most)))
    return [tuple(int(i) for i in entry) for entry in found]


def obstacle(trace: Trace, coordinate: Coordinate | None, targets: Sequence[Target]) -> str:
    """Why there is nothing to draw, or an empty string."""
    graph = trace.graph
    if not graph.nodes:
        return "There is no graph yet. Type an expression at the top, such as 3x² − 4x."
    if coordinate is None or coordinate.node not in trace.plan.row_of:
        return "No input has a number that could be moved. Give one a value first."
    if not targets:
        return "Nothing is computed yet. Wire the inputs to an operation."
    missing = targets[0].node
    if missing not in trace.plan.row_of:
        why = trace.plan.waiting.get(missing) or trace.plan.misfits.get(missing) or "something is missing"
        return f"{graph.spoken(missing)} cannot be computed: {why.removesuffix('.')}."
    if (count := len(trace.buffers.values)) > MOST_NUMBERS:
        return (
            f"The graph holds {count:,} numbers, and all of them change from one point of a plot to the next. "
            f"Plots are drawn for up to {MOST_NUMBERS:,}."
        )
    return ""
