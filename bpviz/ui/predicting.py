"""Predict first: the playhead stops before every gradient, and goes on when it was predicted, or shown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ..engine.asking import ALL_DIGITS, Questions, choices, read_answer
from ..engine.mistakes import Judgement, Kind, Score, Verdict, answers, judge
from ..engine.paths import without_gradient
from ..engine.trace import Trace
from ..graph.graph import GraphError, NodeId

if TYPE_CHECKING:
    from .session import Session


class Predicting(QObject):
    """The questions of a session, which of them is asked now, and how the answers went.

    Questions come in the order of the trace and the playhead passes none that is open, so all before the first open
    one are answered.  Nothing is kept longer than the session.
    """

    changed = Signal()  # on or off, what is asked, what was said, the score
    asked = Signal()  # a question begins to stand, or somebody wants to go on without an answer

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._questions = Questions(session.trace)
        self._open: tuple[int, NodeId] | None = None  # the first open question: its wire and node
        self._mistakes: set[Kind | None] | None = None  # made at the open question; None while no answer was wrong
        self.is_on = False
        self.is_choosing = False  # among answers, in place of typing one
        self.score = Score()
        self.said: Judgement | None = None  # of the last answer
        self.tried: set[int] = set()  # the choices that were wrong
        self._standing: NodeId | None = None
        self._answered = session.graph, 0  # a graph, and the wire before which all of its questions are answered
        self._is_edited = False  # whether it is an edit that moves the playhead
        session.traced.connect(self._settle)
        session.playback.moved.connect(self._look)
        session.playback.stopped.connect(self._insist)

    # What is asked

    @property
    def node(self) -> NodeId | None:
        """The node whose gradient is asked for now."""
        return self._standing

    @property
    def coming(self) -> NodeId | None:
        """The node whose gradient is asked for next, or now."""
        return self._open[1] if self._open is not None else None

    @property
    def told_until(self) -> float:
        """The time up to which the story may be told; infinity when there is nothing to keep back."""
        return math.inf if self._open is None else float(self._questions.trace.sent_position(self._open[0]))

    def tells(self, node: NodeId) -> bool:
        """Whether the gradient of a node may be told: nothing on the way to it is still asked for."""
        if self._open is None:
            return True
        into = self._questions.trace.wires_into(node)
        return not into or self._questions.trace.sent_position(into[-1]) < self.told_until

    @property
    def choices(self) -> list[float]:
        """What there is to choose from; always the same for the same question."""
        return [] if self._standing is None else choices(self._questions.trace, self._standing)

    @property
    def has_questions(self) -> bool:
        """Whether there is anything to be asked at all in this trace."""
        return self._questions.next(0) is not None

    @property
    def obstacle(self) -> str:
        """Why nothing is asked, as a sentence."""
        trace = self._questions.trace
        if not trace.graph.nodes or trace.output is None:
            return "There is nothing to predict yet: first build a graph."
        if not trace.has_backward:
            return f"{without_gradient(trace, trace.output)}."
        return "There is nothing to predict here: only single numbers on the way back are asked for."

    # Acting

    def toggle(self) -> None:
        """On or off.  Turned on in the middle, what has been revealed is not asked for; at the end, everything is."""
        self.is_on = not self.is_on
        playback = self._session.playback
        self._begin(self._questions.first_at(playback.time))
        if self.is_on and self._open is None:
            self._begin(0)
        playback.set_barrier(self.told_until)
        self._look()
        self.changed.emit()

    def start_over(self) -> None:
        """Asks everything again."""
        self._begin(0)
        self._session.playback.set_barrier(self.told_until)
        self._look()
        self.changed.emit()

    def follow(self, trace: Trace) -> None:
        """Another trace: all its gradients are asked for, unless it is told again.  Its length is told afterwards."""
        self._questions, self._is_edited = Questions(trace), True
        self._standing = None
        self._begin(self._answered[1] if self._answered[0] is trace.graph else 0)
        self._session.playback.barrier = self.told_until

    def set_choosing(self, is_choosing: bool) -> None:
        """Whether answers are chosen, or typed."""
        self.is_choosing = is_choosing
        self.changed.emit()

    def forget_score(self) -> None:
        """Counts from 0 again."""
        self.score = Score()
        self.changed.emit()

    def answer(self, text: str) -> bool:
        """Judges what was typed; whether the question is done with."""
        try:
            typed, digits = read_answer(text)
        except GraphError as error:
            self.said = Judgement(Verdict.UNASKED, None, str(error))
            self.changed.emit()
            return False
        return self._judge(typed, digits)

    def choose(self, place: int) -> bool:
        """Judges one of the choices; whether the question is done with."""
        found = self.choices
        if place >= len(found) or place in self.tried:
            return False
        if not (is_done := self._judge(found[place], ALL_DIGITS)):
            self.tried.add(place)
            self.changed.emit()
        return is_done

    def show(self) -> None:
        """Gives the answer; a question that had no wrong answer yet counts as wrong."""
        if self._standing is None:
            return
        if self._mistakes is None:
            self.score = self.score.with_(Judgement(Verdict.WRONG, None, ""))
        right = answers(self._questions.trace, self._standing)[0]
        told = right.sentence.replace("Right: ", f"{self.asked_for(self._standing)} = ")
        self._done(Judgement(Verdict.UNASKED, None, told))

    def asked_for(self, node: NodeId) -> str:
        """`∂f/∂q`."""
        trace = self._questions.trace
        assert trace.output is not None
        return f"∂{trace.graph.spoken(trace.output)}/∂{trace.graph.spoken(node)}"

    def _judge(self, typed: float, digits: int) -> bool:
        if self._standing is None:
            return False
        found = judge(self._questions.trace, self._standing, typed, digits)
        if found.verdict is Verdict.RIGHT:
            if self._mistakes is None:
                self.score = self.score.with_(found)
            told = found.sentence.replace("Right: ", f"Right: {self.asked_for(self._standing)} = ")
            self._done(Judgement(Verdict.RIGHT, None, told))
            return True
        if found.verdict is Verdict.WRONG:
            self._count(found)
        self.said = found
        self.changed.emit()
        return False

    def _count(self, wrong: Judgement) -> None:
        """A question counts as wrong once, and every mistake at it once."""
        counted = self.score.with_(wrong)
        if self._mistakes is None:
            self.score, self._mistakes = counted, {wrong.kind}
        elif wrong.kind not in self._mistakes:
            self.score = Score(self.score.right, self.score.wrong, counted.by_kind)
            self._mistakes.add(wrong.kind)

    def _done(self, said: Judgement) -> None:
        """The question is closed: the playhead goes on, and shows what was asked for."""
        assert self._open is not None
        wire, playback = self._open[0], self._session.playback
        self._begin(wire + 1)
        self.said, self._standing = said, None
        self.changed.emit()  # the keyboard goes back before the next question takes it
        playback.set_barrier(self.told_until)
        if not playback.is_playing:
            playback.go_to(self._questions.trace.sent_position(wire) + 2.0)
        self.changed.emit()

    def _begin(self, wire: int) -> None:
        """Nothing before `wire` is asked for."""
        self._open = self._questions.next(wire) if self.is_on else None
        self._mistakes = self.said = None
        self.tried = set()
        if self.is_on and self.has_questions:
            self._answered = self._questions.trace.graph, wire

    # Following the playhead

    def _look(self, _time: float = 0.0) -> None:
        standing = self._open[1] if self._open is not None and self._session.playback.time == self.told_until else None
        if standing == self._standing:
            return
        self._standing = standing
        self.changed.emit()
        if standing is not None and not self._is_edited:  # who edits goes on editing
            self.asked.emit()

    def _settle(self) -> None:
        self._is_edited = False
        self.changed.emit()

    def _insist(self) -> None:
        if self._standing is not None:
            self.asked.emit()
