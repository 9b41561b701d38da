"""The one stateful object that every view is given: document, trace, playhead, selection."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ..document.diagram import Diagram
from ..document.document import Document, Edit
from ..engine.plan import Plan
from ..engine.trace import Trace
from ..graph.graph import Graph, GraphError, NodeId
from ..stage.scenery import Scenery
from ..stage.stage import Stage
from ..stage.stepping import next_stop, previous_stop
from .playback import Playback
from .theme import LIGHT, Theme


class Session(QObject):
    """Joins what the user made and what happens when it runs.

    Views read state from the properties when a signal says that it changed, and act by `edit`, `seek` on the
    playback, and `select`.
    """

    changed = Signal(object, object)  # the old and the new Diagram
    traced = Signal()  # there is a new trace
    selected = Signal()
    saved = Signal()  # the path, or whether there is something unsaved
    said = Signal(str, bool)  # a sentence for the user, and whether it is about a fault
    themed = Signal()
    lit = Signal()  # another path is pointed out

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = Document()
        self.playback = Playback(self)
        self.theme: Theme = LIGHT
        self.path: Path | None = None
        self.selection: frozenset[NodeId] = frozenset()
        self.selected_wire: tuple[NodeId, int] | None = None
        self.lit_wires: tuple[tuple[NodeId, int], ...] = ()
        self._plan: Plan | None = None
        self._plan, self.trace = self._run(self.document.current.graph)
        self._prepared: tuple[Graph, Plan, Trace] | None = None
        self._stage: Stage | None = None
        self._scenery: Scenery | None = None
        self.document.listen(self._on_changed)
        self.playback.moved.connect(self._forget_stage)
        self.playback.stops = self._stop

    # Reading

    @property
    def diagram(self) -> Diagram:
        return self.document.current

    @property
    def graph(self) -> Graph:
        return self.document.current.graph

    @property
    def stage(self) -> Stage:
        """What is shown now."""
        if self._stage is None:
            if self._scenery is None or not self._scenery.serves(self.diagram):
                self._scenery = Scenery(self.diagram)
            self._stage = Stage(self.diagram, self.trace, self.playback.time, self._scenery)
        return self._stage

    def _stop(self, time: float, is_ahead: bool) -> float:
        """Where a step from a time ends."""
        return (next_stop if is_ahead else previous_stop)(self.trace, time, self.playback.stride)

    def _forget_stage(self, _time: float = 0.0) -> None:
        self._stage = None

    # Acting

    def edit(self, label: str, edit: Edit, merge: Hashable | None = None) -> bool:
        """Applies an edit; whether it was done.  A refusal is said to the user."""
        try:
            self.document.edit(label, lambda diagram: self._rehearsed(edit(diagram)), merge)
        except GraphError as refusal:
            self.said.emit(sentence(refusal), True)
            return False
        return True

    def undo(self) -> None:
        if label := self.document.undo_label:
            self.document.undo()
            self.said.emit(f"Undone: {label}", False)

    def redo(self) -> None:
        if label := self.document.redo_label:
            self.document.redo()
            self.said.emit(f"Done again: {label}", False)

    def open(self, diagram: Diagram, path: Path | None) -> None:
        """Another document.  Raises GraphError when it is too large to run."""
        self._rehearsed(diagram)
        self.path = path
        self.select(())
        self.document.replace(diagram)
        self.playback.seek(float(len(self.trace)))
        self.saved.emit()

    def mark_saved(self, path: Path) -> None:
        self.path = path
        self.document.mark_saved()
        self.saved.emit()

    def select(self, nodes: Iterable[NodeId], wire: tuple[NodeId, int] | None = None) -> None:
        """Selects nodes, or one wire by the input that it enters."""
        chosen = frozenset(nodes) & self.graph.nodes.keys()
        if (chosen, wire) != (self.selection, self.selected_wire):
            self.selection, self.selected_wire = chosen, wire
            self.selected.emit()

    def light(self, wires: Iterable[tuple[NodeId, int]]) -> None:
        """Points out some wires, each by the input that it enters, and the nodes at their ends."""
        if (chosen := tuple(wires)) != self.lit_wires:
            self.lit_wires = chosen
            self.lit.emit()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.themed.emit()

    # Document changed → run → publish

    def _rehearsed(self, diagram: Diagram) -> Diagram:
        """`diagram`, after its graph was run: one that cannot be run never becomes the document."""
        if diagram.graph is not self.graph:
            self._prepared = (diagram.graph, *self._run(diagram.graph))
        return diagram

    def _run(self, graph: Graph) -> tuple[Plan, Trace]:
        """Compiles only when the structure changed; another number re-runs the plan."""
        plan = self._plan
        if plan is None or not plan.serves(graph):
            plan = Plan(graph)
            plan.run()
        else:
            plan.run_with(graph)
        return plan, Trace(plan, graph)

    def _on_changed(self, old: Diagram, new: Diagram) -> None:
        self._forget_stage()
        selected = self.selection, self.selected_wire
        self._let_go_of_what_is_gone()  # before anyone is told of anything
        if old.graph is not new.graph:
            prepared, self._prepared = self._prepared, None
            if prepared is not None and prepared[0] is new.graph:
                self._plan, self.trace = prepared[1:]
            else:
                self._plan, self.trace = self._run(new.graph)
            self.playback.set_length(len(self.trace))
        self.changed.emit(old, new)
        if selected != (self.selection, self.selected_wire):
            self.selected.emit()
        if old.graph is not new.graph:
            self.traced.emit()
        self.saved.emit()

    def _let_go_of_what_is_gone(self) -> None:
        nodes, wire = self.graph.nodes, self.selected_wire
        self.selection &= nodes.keys()
        if wire is not None:
            inputs = nodes[wire[0]].inputs if wire[0] in nodes else ()
            if wire[1] >= len(inputs) or inputs[wire[1]] is None:
                self.selected_wire = None


def sentence(error: Exception) -> str:
    """A message as a sentence: it begins with its own words (they may be names) and ends with a full stop."""
    text = str(error)
    return text if text.endswith((".", "!", "?")) else text + "."
