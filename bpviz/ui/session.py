"""The one stateful object that every view is given: document, trace, playhead, selection."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ..document.annotating import points_of
from ..document.annotations import AnnotationId
from ..document.diagram import Diagram
from ..document.document import Document, Edit
from ..engine.exact import fractions
from ..engine.plan import Plan
from ..engine.telling import Telling, told
from ..engine.trace import Trace
from ..graph.graph import Graph, GraphError, NodeId
from ..graph.layout import Direction
from ..ops.numerals import FEW, Shown, Style
from ..stage.anchors import time_of
from ..stage.readying import Ready
from ..stage.scenery import Scenery
from ..stage.stage import Stage
from ..stage.stepping import next_stop, previous_stop
from .lens import Lens
from .mine import Mine
from .playback import Playback
from .predicting import Predicting
from .recent import Recent
from .selection import Selection
from .settings import DIRECTION, Settings
from .standing import Standing
from .theme import LIGHT, Theme
from .tidying import undisturbed


class Session(QObject):
    """Joins what the user made and what happens when it runs.

    `trace` is the run with its gradients; `story` is the same run as it is told now, which may be in forward mode, or
    with what goes wrong.  The stage shows the story.

    Views read state from the properties when a signal says that it changed, and act by `edit`, `seek` on the
    playback, and `select`.
    """

    changed = Signal(object, object)  # the old and the new Diagram
    opened = Signal()  # another document takes the place of the last
    traced = Signal()  # there is a new trace
    selected = Signal()
    settling = Signal()  # the document is to be saved, drawn or left: whatever is half typed counts now, or not
    saved = Signal()  # the path, or whether there is something unsaved
    said = Signal(str, bool)  # a sentence for the user, and whether it is about a fault
    themed = Signal()
    lit = Signal()  # another path is pointed out
    pointed = Signal()  # another wire is under the mouse
    drafted = Signal()  # something else stands in the expression bar that means nothing yet
    posed = Signal()  # cards are shown elsewhere, on their way to where they lie

    def __init__(self, parent: QObject | None = None, settings: Settings | None = None) -> None:
        super().__init__(parent)
        self.settings = settings if settings is not None else Settings(parent=self)
        self.settings.failed.connect(lambda sentence: self.said.emit(sentence, True))
        self.document = Document(Diagram(direction=self.preferred_direction))
        self.standing = Standing(self)
        self.mine = Mine(self)
        self.playback = Playback(self)
        self.theme: Theme = LIGHT
        self.path: Path | None = None
        self._draft = ""
        self.data = ""  # the data set that the document brought along, by name
        self.selection: frozenset[NodeId] = frozenset()
        self.selected_wire: tuple[NodeId, int] | None = None
        self.selected_bend: int | None = None  # which point of the selected wire
        self.selected_annotations: frozenset[AnnotationId] = frozenset()
        self.lit_wires: tuple[tuple[NodeId, int], ...] = ()
        self.pointed_wire: tuple[NodeId, int] | None = None
        self._plan: Plan | None = None
        self._plan, self.trace = self._run(self.document.current.graph)
        self.digits, self.is_exact, self.shown = FEW, False, Shown.NUMBERS
        self.telling = Telling.BACKWARD
        self.seed: NodeId | None = None  # where the tangents of forward mode begin
        self.story: Trace = self.trace
        self._prepared: tuple[Graph, Plan, Trace] | None = None
        self._coming: Ready | None = None
        self._recent = Recent()
        self._told: tuple[object, ...] = ()  # what there is to be saved, undone and done again
        self._stage: Stage | None = None
        self._scenery: Scenery | None = None
        self.document.listen(self._on_changed)
        self.playback.moved.connect(self.forget_stage)
        self.playback.stops = self._stop
        self.predicting = Predicting(self)
        self.lens = Lens(self)

    # Reading

    @property
    def draft(self) -> str:
        """What stands in the expression bar and means nothing yet."""
        return self._draft

    @draft.setter
    def draft(self, text: str) -> None:
        if text != self._draft:
            self._draft = text
            self.drafted.emit()

    @property
    def diagram(self) -> Diagram:
        return self.document.current

    @property
    def graph(self) -> Graph:
        return self.document.current.graph

    @property
    def preferred_direction(self) -> Direction:
        """Where the wires of graphs lead that are new here."""
        return Direction(self.settings.get(DIRECTION))

    @property
    def stage(self) -> Stage:
        """What is shown now."""
        if self._stage is None:
            self._stage = Stage(self.scenery.posed(self.diagram), self.story, self.playback.time, self.scenery)
        return self._stage

    @property
    def scenery(self) -> Scenery:
        """Where everything lies, as it is seen from where one stands."""
        if self._scenery is None or not self._scenery.serves(self.diagram, self.standing.inside):
            self._scenery = Scenery(self.diagram, self.standing.inside, self._scenery)
        return self._scenery

    @property
    def bookmarks(self) -> list[tuple[float, str]]:
        """When the story comes to the bookmarks, and their notes, in order of time."""
        placed = [(time_of(self.story, mark.anchor), mark.note) for mark in self.diagram.bookmarks]
        return sorted((time, note) for time, note in placed if time is not None)

    @property
    def told_until(self) -> float:
        """The time up to which the story may be told: the gradient that comes next may be a question."""
        return self.predicting.told_until

    def _stop(self, time: float, is_ahead: bool) -> float:
        """Where a step from a time ends."""
        return (next_stop if is_ahead else previous_stop)(self.story, time, self.playback.stride)

    def pose(self, scenery: Scenery) -> None:
        """Shows cards on their way to where they lie, for as long as the scenery serves the diagram."""
        self._scenery = scenery
        self.forget_stage()
        self.posed.emit()

    def forget_stage(self, _time: float = 0.0) -> None:
        """Something else is to be shown."""
        self._stage = None

    # Acting

    def edit(self, label: str, edit: Edit, merge: Hashable | None = None, ready: Ready | None = None) -> bool:
        """Applies an edit, of which what comes may be `ready`; whether it was done.  A refusal is said to the user."""
        self._take(ready)
        self.document.leave(self._selected())
        try:
            with undisturbed():
                self.document.edit(label, lambda old: self._rehearsed(self.standing.housed(old, edit(old))), merge)
        except GraphError as refusal:
            self.said.emit(sentence(refusal), True)
            return False
        return True

    def undo(self) -> None:
        if label := self.document.undo_label:
            self.travel(self.document.undo)
            self.said.emit(f"Undone: {label}", False)

    def go_to_moment(self, place: int) -> None:
        """To just after a step of the history."""
        if place != self.document.place and 0 <= place < len(self.document.labels):
            self.travel(lambda: self.document.go_to(place))
            label = self.document.labels[place]
            self.said.emit(f"As it was after: {label}" if label else "As it was at the beginning.", False)

    def redo(self) -> None:
        if label := self.document.redo_label:
            self.travel(self.document.redo)
            self.said.emit(f"Done again: {label}", False)

    def travel(self, go: Callable[[], object]) -> None:
        """Goes to another moment of the history, and selects what was selected there."""
        self.document.leave(self._selected())
        with undisturbed():
            go()
        if isinstance(kept := self.document.selected, Selection):
            self.select(kept.nodes, kept.wire, bend=kept.bend, annotations=kept.annotations)

    def _selected(self) -> Selection:
        return Selection(self.selection, self.selected_wire, self.selected_bend, self.selected_annotations)

    def open(
        self,
        diagram: Diagram,
        path: Path | None,
        data: str = "",
        ready: Ready | None = None,
        *,
        is_saved: bool = True,
    ) -> None:
        """Another document; an example may name the data set that it is to learn, and a large one may be `ready`.

        Raises GraphError when it is too large to run.
        """
        self._take(ready)
        self._rehearsed(diagram)
        self.path, self.data, self.telling, self.seed = path, data, Telling.BACKWARD, None
        self.select(())
        self.lens.put_away()
        self.standing.begin_anew()
        self._scenery = None  # nobody goes back to the last document
        self._recent.forget()
        self.document.replace(diagram, is_saved=is_saved)
        self.playback.seek(float(len(self.story)))
        self.opened.emit()
        self.saved.emit()

    def mark_saved(self, path: Path) -> None:
        self.path = path
        self.document.mark_saved()
        self.saved.emit()

    def select(
        self,
        nodes: Iterable[NodeId],
        wire: tuple[NodeId, int] | None = None,
        *,
        bend: int | None = None,
        annotations: Iterable[AnnotationId] = (),
    ) -> None:
        """Selects nodes, frames and notes; or one wire by the input that it enters, or one of its points."""
        before = self._selected()
        self.selection = self.standing.chosen(frozenset(nodes).intersection(self.graph.nodes), before.nodes)
        self.selected_wire, self.selected_bend = wire, bend
        self.selected_annotations = frozenset(annotations)
        self._let_go_of_what_is_gone()
        if self._selected() != before:
            self.selected.emit()

    def light(self, wires: Iterable[tuple[NodeId, int]]) -> None:
        """Points out some wires, each by the input that it enters, and the nodes at their ends."""
        if (chosen := tuple(wires)) != self.lit_wires:
            self.lit_wires = chosen
            self.lit.emit()

    def point(self, wire: tuple[NodeId, int] | None) -> None:
        """Says which wire the mouse is on, on the canvas: what is said of it elsewhere is pointed out."""
        if wire != self.pointed_wire:
            self.pointed_wire = wire
            self.pointed.emit()

    def set_style(self, *, digits: int | None = None, is_exact: bool | None = None, shown: Shown | None = None) -> None:
        """How numbers are written from now on; what is not given stays."""
        self.digits = self.digits if digits is None else digits
        self.is_exact = self.is_exact if is_exact is None else is_exact
        self.shown = self.shown if shown is None else shown
        self._retell()
        self.traced.emit()

    def _styled(self, trace: Trace) -> Trace:
        return trace.written(Style(self.digits, fractions(trace) if self.is_exact else {}, self.shown))

    def tell(self, telling: Telling, seed: NodeId | None = None) -> None:
        """Tells the run in another way; in forward mode from `seed`, or else from the first input."""
        self.telling, self.seed = telling, seed
        self._retell()
        self.traced.emit()

    def _retell(self, *, is_edited: bool = False) -> None:
        """The story of the present trace; the right one where there is nothing else to tell."""
        try:
            story = told(self.trace, self.telling, self.seed)
        except GraphError as refusal:
            self.telling, self.seed, story = Telling.BACKWARD, None, self.trace
            self.said.emit(sentence(refusal), True)
        if self.telling is Telling.FORWARD:
            self.seed = story.seed
        is_right = story is self.trace
        self.trace = self._styled(self.trace)
        self.story = self.trace if is_right else self._styled(story)
        self.forget_stage()
        self.predicting.follow(self.story)
        self.playback.set_length(len(self.story), is_edited=is_edited)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.themed.emit()

    # Document changed → run → publish

    def _take(self, ready: Ready | None) -> None:
        """Keeps the run of what comes next, and where everything lies there."""
        self._prepared = None if ready is None else (ready.diagram.graph, ready.plan, ready.trace)
        self._coming = ready

    def _rehearsed(self, diagram: Diagram) -> Diagram:
        """`diagram`, after its graph was run: one that cannot be run never becomes the document."""
        if diagram.graph is not self.graph and (self._prepared is None or self._prepared[0] is not diagram.graph):
            self._prepared = (diagram.graph, *self._run(diagram.graph))
        return diagram

    def _run(self, graph: Graph) -> tuple[Plan, Trace]:
        """Compiles only when the structure changed; another number re-runs the plan."""
        plan = self._plan
        if plan is not None and not plan.serves(graph):
            plan = plan.following(graph)
        if plan is None:
            plan = Plan(graph)
            plan.run()
        else:
            plan.run_with(graph)
        return plan, Trace(plan, graph)

    def _exchange(self, old: Diagram, new: Diagram) -> None:
        """Keeps what was worked out for one large diagram, and takes what is known of another."""
        seen, coming = self._scenery, self._coming
        if self._plan is not None and type(seen) is Scenery and seen.serves(old, self.standing.inside):
            self._recent.keep(Ready(old, self._plan, self.trace, seen))
        self._coming = None
        known = coming if coming is not None and coming.diagram is new else self._recent.of(new)
        if known is not None:
            self._prepared, self._scenery = (new.graph, known.plan, known.trace), known.scenery

    def _on_changed(self, old: Diagram, new: Diagram) -> None:
        self.forget_stage()
        if old.graph.structure is not new.graph.structure:
            self._exchange(old, new)
        selected, has_left = self._selected(), self.standing.settle()
        self._let_go_of_what_is_gone()  # before anyone is told of anything
        if self.seed not in self.graph.nodes:
            self.seed = None
        if old.graph is not new.graph:
            prepared, self._prepared = self._prepared, None
            if prepared is not None and prepared[0] is new.graph:
                self._plan, self.trace = prepared[1:]
            else:
                self._plan, self.trace = self._run(new.graph)
            self._retell(is_edited=True)
        self.changed.emit(old, new)
        if has_left:
            self.standing.changed.emit()
        if selected != self._selected():
            self.selected.emit()
        if old.graph is not new.graph:
            self.traced.emit()
        told, self._told = self._told, (self.document.is_dirty, self.document.place, tuple(self.document.labels))
        if told != self._told or not new.differs_in_places_alone(old):
            self.saved.emit()

    def _let_go_of_what_is_gone(self) -> None:
        nodes, wire = self.graph.nodes, self.selected_wire
        self.selection = self.standing.whole(frozenset(node for node in self.selection if node in nodes))
        self.selected_annotations = self.selected_annotations.intersection(self.standing.beside)
        if wire is not None:
            inputs = nodes[wire[0]].inputs if wire[0] in nodes else ()
            if wire[1] >= len(inputs) or inputs[wire[1]] is None:
                self.selected_wire = wire = None
        if self.selected_bend is not None:
            bends = () if wire is None else points_of(self.diagram, *wire)
            self.selected_bend = self.selected_bend if self.selected_bend < len(bends) else None


def sentence(error: Exception) -> str:
    """A message as a sentence: it begins with its own words (they may be names) and ends with a full stop."""
    text = str(error)
    return text if text.endswith((".", "!", "?")) else text + "."
