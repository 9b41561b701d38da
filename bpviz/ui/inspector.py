"""The inspector: all there is to know about one node, in full precision and as mathematics."""

from __future__ import annotations

import time
from itertools import chain

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from ..document.diagram import Diagram
from ..engine.meaning import meaning_of_gradient
from ..engine.notation import cut
from ..engine.paths import without_gradient
from ..engine.trace import Trace
from ..graph.graph import NodeId
from .attributes import Choices, has_choices
from .contributions import show_contributions
from .copying import copy_derivation
from .costs import show_costs
from .derivations import Derivations
from .gradient_check import show_check
from .header import show_header
from .ledger import show_ledger
from .lens_panel import LensButton
from .local_derivatives import show_local_derivatives
from .panel import Panel
from .sentences import kept_together
from .session import Session
from .slices import A_FRAME, AWAITED, HURRIED, UNHURRIED, Pieces, Slices
from .wire_row import WireRow

_AT_ONCE = 0.012  # seconds of work; what takes longer does not stop everything else
_WAIT = 70  # milliseconds after a change: a slider in motion is not slowed down by mathematics being set
FAST, _WAIT_FAST = 4.0, 250  # at that speed nobody reads every node: milliseconds
_LONGEST_NAME = 22  # characters in a heading


class Inspector(QScrollArea):
    """Shows the one selected node; without one, the node that the playhead is at, or else the output.

    The derivations of its value and of its gradient follow the playhead at once and stay the same widgets, so that
    mouse and keyboard stay where they are; what stands around them is made anew, soon: or at once, where it tells what
    is asked for by now.
    """

    left = Signal()  # the user is done here

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self._session = session
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Inspector")
        self.node: NodeId | None = None
        self.choices: Choices | None = None
        self._derivations = Derivations(session)
        self.value, self.gradient = self._derivations.value, self._derivations.gradient
        self.gradient.copied.connect(self._copy)
        self._parts = [Panel(session.theme) for _ in range(3)]  # above, between and below the derivations
        self._compose()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._is_waited_for = False  # somebody asked for another node, and looks here
        self._soon.timeout.connect(self._begin)
        self._slices = Slices(self)
        self._slices.done.connect(self._later)
        self._is_all = True  # whether nothing was left out because the story went on
        self._shown: tuple[object, ...] = ()
        self._step = 0  # the last that the story came to
        self._told: tuple[Trace, int] = session.story, 0  # the story, and how many of its events stand there
        for signal in (session.selected, session.opened):
            signal.connect(self._now)
        heard = session.traced, session.themed, session.playback.changed, session.changed, session.predicting.changed
        for signal in heard:
            signal.connect(self._later)
        session.playback.moved.connect(self._follow)
        session.changed.connect(self._give_way)
        self.refresh()

    def _compose(self) -> None:
        body = self._body = QWidget()
        body.setObjectName("panel")
        body.setMinimumWidth(1)  # what is too wide is cut, and does not push the rest out of view
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(18, 8, 18, 16)
        self._column.setSpacing(6)
        for piece in (self._parts[0], self.value, self._parts[1], self.gradient, self._parts[2]):
            self._column.addWidget(piece)
        self._column.addStretch(1)
        self.setWidget(body)

    def sizeHint(self) -> QSize:
        return QSize(312, 600)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._later()

    @property
    def is_awaiting(self) -> bool:
        """Whether it will be made anew soon."""
        return self._soon.isActive() or self._slices.is_busy

    def catch_up(self) -> None:
        """It is seen again, after it was covered."""
        if self.isVisible():
            self._follow()

    @property
    def _is_seen(self) -> bool:
        return self.isVisible() and self.window().updatesEnabled()  # behind a projector, the window is not

    def _later(self, *_: object) -> None:
        if not self._is_seen:
            return
        if self.node is None and self.chosen is not None:
            self._parts[0].hide()  # that there is nothing yet
        if self._gives_away:
            self.refresh()
        elif self._key() != self._shown and not self.is_awaiting:
            playback = self._session.playback
            self._soon.start(_WAIT_FAST if playback.is_moving and playback.speed >= FAST else _WAIT)

    @property
    def _gives_away(self) -> bool:
        """Whether something stands there that may be asked for: of a later moment, or of another story."""
        (story, steps), session = self._told, self._session
        if self.node is None or session.predicting.coming is None:
            return False
        is_same = story.plan is session.story.plan and type(story.sweep) is type(session.story.sweep)
        return not is_same or max(steps, self._derivations.told_steps) > session.told_until

    def _now(self) -> None:
        """Another node was asked for: at rest it is told before anything else is done.  Where many are chosen, nobody
        waits for one."""
        if self._session.playback.is_moving or len(self._session.standing.cards) > 1:
            self._later()
        elif self._is_seen and self._gives_away:
            self.refresh()
        elif self._is_seen and self._key() != self._shown:
            self._slices.drop()
            self._is_waited_for = True
            self._soon.start(0)

    def _follow(self) -> None:
        """The playhead has moved: the derivations tell it at once, the rest soon.

        While it moves, it does not wait for a moment that could not be prepared: that is told when it is.
        """
        step, self._step = self._step, self._session.stage.now.step
        if step != self._step:
            self._slices.put_off()
        is_here = self._is_seen and self.node in self._session.story.graph.nodes and self.chosen == self.node
        if is_here and (self._derivations.is_ready(self.node) or not self._session.playback.is_moving):
            self._derivations.tell(self.node)
        self._later()

    def _give_way(self, old: Diagram, new: Diagram) -> None:
        """While cards are on their way, as under a hand, all else can wait."""
        if old.graph is new.graph:
            self._slices.put_off()
            if self._soon.isActive():
                self._soon.start(A_FRAME)

    @property
    def chosen(self) -> NodeId | None:
        """The node to be shown; the one that is shown may be gone by now."""
        session = self._session
        if len(session.standing.cards) == 1:
            return next(iter(session.standing.cards))
        acting = session.stage.acting()
        return acting[-1] if acting else session.graph.result

    def _key(self) -> tuple[object, ...]:
        session = self._session
        is_hurried = not self._is_all and session.playback.is_moving
        return self.chosen, session.stage.now.step, self._is_all or is_hurried, *self._context()

    def _context(self) -> tuple[object, ...]:
        """What does not change while the story goes on."""
        session = self._session
        return session.selection, session.story, session.graph, session.theme

    def _copy(self) -> None:
        if (node := self.chosen) is not None:
            copy_derivation(self._session, node)

    def refresh(self) -> None:
        """Builds the panel for the node to be shown, at once; nothing of the one before is left, not even unseen."""
        self._soon.stop()
        self._slices.drop()
        before = self._parts
        for _ in self._made():
            pass
        for part in before if before is not self._parts else ():
            part.setParent(None)  # which takes long

    def _begin(self) -> None:
        """Builds it little by little, while the story goes on; where somebody waits for it, at once what takes no
        longer than a moment."""
        is_waited_for, self._is_waited_for = self._is_waited_for, False
        self._slices.drop()
        made, end = self._made(), time.process_time() + _AT_ONCE
        while is_waited_for and time.process_time() < end:
            if next(made, made) is made:
                return
        is_moving = self._session.playback.is_moving
        self._slices.begin(made, AWAITED if is_waited_for else UNHURRIED if is_moving else HURRIED)

    def _made(self) -> Pieces:
        """The panel for the node to be shown now; what is there stays until all of it is made."""
        before, parts = self._parts, [self._panel() for _ in self._parts]
        try:
            yield from self._made_of(parts)
        finally:  # nobody wants the one or the other any more
            for part in filter(isValid, before if parts is self._parts else parts):
                part.deleteLater()

    def _made_of(self, parts: list[Panel]) -> Pieces:
        self._is_all = True
        key, context, node = self._key(), self._context(), self.chosen
        step, story = self._session.stage.now.step, self._session.story
        choices = None
        if node is None:
            parts[0].remark("Here stands all about one node, as soon as there is one.")
        else:
            if self._session.selection == {node} and has_choices(story.graph.nodes[node].op):
                choices = Choices(self._session, node)
                choices.setParent(parts[0])  # with which it goes, if this is never shown
            for _ in chain(self._filled(parts, node, step, choices), self._readied(parts), self._prepared(node)):
                yield
                if self._context() != context or step > self._session.told_until:
                    return
        self._shown, self._told = key, (story, step)
        before, self.choices, self.node = self.choices, choices, node
        typed = before.retire() if before is not None else None
        place = self.verticalScrollBar().value()
        self._derivations.tell(node)
        self._replace(parts)
        self._column.activate()
        height = max(self._column.totalMinimumHeightForWidth(self._body.width()), self.viewport().height())
        self._body.resize(self._body.width(), height)  # or for one frame all of it is squeezed into the view
        self.verticalScrollBar().setValue(place)
        if typed is not None and before is not None and choices is not None and node == before.node:
            choices.resume(typed)
        self._slices.rest()
        yield

    def _readied(self, parts: list[Panel]) -> Pieces:
        """Finds the place of everything before it is shown."""
        for part in parts:
            yield from part.readied(self._parts[0].width())

    def _prepared(self, node: NodeId) -> Pieces:
        """Gets the derivations ready, of a moment that may go on meanwhile; to show all of it is a frame's work."""
        is_ready = False
        while not is_ready:
            yield from self._derivations.prepared(node)
            self._slices.rest()
            yield
            is_ready = not self._session.playback.is_moving or self._derivations.is_ready(node)

    def _panel(self) -> Panel:
        """An empty one, not shown yet."""
        made = Panel(self._session.theme)
        made.hide()
        made.setParent(self.widget())
        made.column.setContentsMargins(0, 0, 0, 0)
        return made

    def _replace(self, parts: list[Panel]) -> None:
        """Puts other pieces around the derivations."""
        rows = (row for part in self._parts for row in part.findChildren(WireRow))
        if any(row.is_pointed_at for row in rows):  # what is lit from elsewhere stays
            self._session.light(())  # the row that the mouse was over goes away
        self._column.setEnabled(False)  # places are found once, for all of it
        for old, new in zip(self._parts, parts, strict=True):
            self._column.replaceWidget(old, new)
            new.setVisible(new.column.count() > 0)
            old.hide()
        self._column.setEnabled(True)
        self._parts = parts

    # What stands around them

    def _filled(self, parts: list[Panel], node: NodeId, step: int, choices: Choices | None) -> Pieces:
        """Puts all but the derivations into three panels, as it is after `step` events."""
        above, between, below = parts
        session, story = self._session, self._session.story
        frame = story.frame(step)
        self._is_all = yield from show_header(above, session.graph, node, is_hurried=session.playback.is_moving)
        if trouble := story.troubles.get(node):
            above.notice(trouble, is_fault=node in {failed.node for failed in story.failures})
        if choices is not None:  # what can be set of the operation: axis, stride, the number of inputs
            above.heading("Settings")
            choices.left.connect(self.left)
            above.add(choices)
        above.heading("Value")
        missing = "not computed yet" if node not in story.troubles else "cannot be computed"
        above.number(frame.value(node), missing, "ink", style=story.style)
        if story.sweep is None or node not in story.plan.row_of:
            if story.sweep is None and story.output is not None and node not in story.troubles:
                between.remark(f"{without_gradient(story, node)}.")
            yield from show_local_derivatives(below, story, node, step)
            return
        if story.graph.nodes[node].is_constant:
            between.remark("A constant cannot change, so no gradient is sent to it.")
            return
        is_complete = len(frame.arrived(node)) == len(story.wires_into(node))
        between.heading(self._gradient_heading(story, node))
        between.number(frame.gradient(node), self._no_gradient(story, node), "backward", style=story.style)
        if is_complete and (wrong := story.sweep.wrong.get(node)):
            between.notice(wrong, is_fault=True)
        elif is_complete and (meant := meaning_of_gradient(story, node, frame.gradient(node))):
            between.remark(kept_together(meant))
        yield
        yield from show_contributions(below, session, node, step)
        if not story.sweep.is_backward:
            yield from show_costs(below, session)
        is_plain = story is session.trace and is_complete and node != story.output
        if is_plain and frame.gradient(node) is not None:
            show_ledger(below, session, node)
            yield
        yield from show_local_derivatives(below, story, node, step)
        if is_plain and frame.gradient(node) is not None:
            yield from show_check(below, story, node)
            below.add(LensButton(session, node))
            yield

    @staticmethod
    def _gradient_heading(story: Trace, node: NodeId) -> str:
        assert story.sweep is not None and story.seed is not None
        seed, name = (cut(story.graph.spoken(end), _LONGEST_NAME) for end in (story.seed, node))
        return f"Gradient  ∂{seed}/∂{name}" if story.sweep.is_backward else f"Tangent  ∂{name}/∂{seed}"

    @staticmethod
    def _no_gradient(story: Trace, node: NodeId) -> str:
        """Why a node has no gradient at this moment."""
        if node == story.seed or story.wires_into(node):
            return "not reached yet"
        assert story.sweep is not None and story.seed is not None
        ends = [story.graph.spoken(end) for end in (story.seed, node)]
        one, other = ends if story.sweep.is_backward else ends[::-1]
        return f"0: {one} does not depend on {other}"
