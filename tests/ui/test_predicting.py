"""Predict first without hands: the barrier of the playback, when questions are asked, and how they are counted."""

from __future__ import annotations

import math

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.engine.mistakes import Kind
from bpviz.engine.telling import Telling
from bpviz.graph.parse import parse
from bpviz.ui.playback import EVENTS_PER_SECOND, Playback
from bpviz.ui.question import QuestionPanel, score_text
from bpviz.ui.session import Session
from bpviz.ui.theme import PROJECTOR

pytestmark = pytest.mark.usefixtures("qapp")
EVENT = 1 / EVENTS_PER_SECOND  # seconds


@pytest.fixture
def playback() -> Playback:
    """At the start of a story of ten events, of which four may be seen."""
    made = Playback()
    made.set_length(10)
    made.seek(0.0)
    made.set_barrier(4.0)
    return made


def session_of(program: str, **values: float) -> Session:
    """A session with a graph at the end of its run, in which nothing takes time."""
    session = Session()
    session.playback.is_animated = False
    session.open(Diagram.of(parse(program, values)), None)
    return session


@pytest.fixture
def session() -> Session:
    return session_of("q = 3*x; f = q*z", x=-2, z=-4)


def asked(session: Session) -> str | None:
    node = session.predicting.node
    return None if node is None else session.predicting.asked_for(node)


class TestBarrier:
    def test_nothing_goes_past_it(self, playback: Playback) -> None:
        stopped: list[float] = []
        playback.stopped.connect(lambda: stopped.append(playback.time))
        playback.seek(9.0)
        assert playback.time == 4.0
        playback.seek(0.0)
        playback.go_to(9.0)
        playback.advance(100.0)
        assert (playback.time, playback.is_moving) == (4.0, False)
        playback.step_forward()
        playback.play()
        assert (playback.time, playback.is_moving) == (4.0, False)
        assert stopped == [0.0, 0.0, 4.0, 4.0]

    def test_back_is_free(self, playback: Playback) -> None:
        playback.seek(4.0)
        playback.step_back()
        playback.advance(EVENT)
        assert playback.time == 3.0

    def test_playing_is_held_up_and_goes_on(self, playback: Playback) -> None:
        playback.play()
        playback.advance(100.0)
        assert (playback.time, playback.is_playing) == (4.0, False)
        playback.set_barrier(7.0)
        assert playback.is_playing
        playback.advance(100.0)
        assert (playback.time, playback.is_playing) == (7.0, False)
        playback.pause()
        playback.set_barrier(math.inf)
        assert not playback.is_playing, "who paused does not want to play"

    def test_a_barrier_that_comes_down_on_the_way(self, playback: Playback) -> None:
        playback.set_barrier(math.inf)
        playback.play()
        playback.advance(EVENT)
        playback.set_barrier(3.0)
        playback.advance(100.0)
        assert playback.time == 3.0
        playback.set_barrier(1.0)
        assert playback.time == 1.0
        playback.go_to(0.0)
        playback.set_barrier(0.5)
        assert (playback.time, playback.is_moving) == (0.5, False)

    def test_a_passage_that_is_repeated_stops_at_it(self, playback: Playback) -> None:
        playback.repeat((2.0, 6.0))
        playback.play()
        for _ in range(20):
            playback.advance(EVENT)
        assert (playback.time, playback.is_playing) == (4.0, False)
        playback.repeat((1.0, 3.0))
        playback.play()
        playback.advance(100.0)
        assert playback.is_playing, "before it, it goes round and round"
        playback.pause()

    def test_another_length(self, playback: Playback) -> None:
        playback.seek(9.0)
        playback.set_length(20)
        assert playback.time == 4.0
        playback.set_length(2)
        assert playback.time == 2.0


class TestAsking:
    def test_at_the_end_everything_is_asked(self, session: Session) -> None:
        session.predicting.toggle()
        assert asked(session) == "∂f/∂q"
        assert session.playback.time == session.told_until == session.trace.sent_position(0)

    def test_in_the_middle_of_a_share_it_counts_as_shown(self, session: Session) -> None:
        session.playback.seek(session.trace.sent_position(0) + 0.7)
        session.predicting.toggle()
        assert asked(session) is None
        session.playback.seek(99.0)
        assert asked(session) == "∂f/∂z"

    def test_which_gradients_may_be_told(self, session: Session) -> None:
        predicting, find = session.predicting, session.graph.find
        assert all(map(predicting.tells, session.graph.nodes))
        predicting.toggle()
        assert [predicting.tells(find(name)) for name in ("f", "q", "z", "x")] == [True, False, False, False]
        predicting.answer("-4")
        assert [predicting.tells(find(name)) for name in ("f", "q", "z", "x")] == [True, True, False, False]

    def test_the_same_run_told_in_another_way_and_back(self, session: Session) -> None:
        session.predicting.toggle()
        session.predicting.answer("-4")
        session.tell(Telling.FORWARD)
        assert (asked(session), session.told_until) == (None, math.inf)
        assert "single numbers on the way back" in session.predicting.obstacle
        session.tell(Telling.BACKWARD)
        session.playback.seek(99.0)
        assert asked(session) == "∂f/∂z", "what was answered stays answered"

    def test_an_edit_that_does_not_change_the_run_changes_nothing(self, session: Session) -> None:
        session.predicting.toggle()
        session.predicting.answer("-4")
        session.edit("Move", lambda diagram: edits.move(diagram, {session.graph.find("q"): (5.0, 5.0)}))
        assert asked(session) == "∂f/∂z"
        session.edit("Set", lambda diagram: edits.set_value(diagram, session.graph.find("x"), 1.0))
        assert asked(session) == "∂f/∂q"

    def test_arrays_are_passed_without_a_question(self) -> None:
        session = session_of("f = sum(A * x)", x=2, A=[1, 2])  # type: ignore[arg-type]
        session.predicting.toggle()
        assert asked(session) == "∂f/∂x"
        session.predicting.answer("3")
        session.playback.seek(99.0)
        assert session.playback.time == session.playback.length

    def test_nothing_to_ask(self) -> None:
        session = session_of("f = sum(A)", A=[1, 2])  # type: ignore[arg-type]
        session.predicting.toggle()
        assert session.playback.time == session.playback.length
        assert session.predicting.obstacle.startswith("There is nothing to predict here")
        session.predicting.toggle()
        session.open(Diagram.of(parse("f = ln(x)", {"x": -1})), None)
        session.predicting.toggle()
        assert session.predicting.obstacle == "There is no gradient: ln is defined for x > 0; x is −1."

    def test_two_thousand_nodes(self) -> None:
        lines = ["a0 = x*y", *(f"a{i} = a{i - 1} + y" for i in range(1, 1000)), "f = a999"]
        session = session_of("; ".join(lines), x=2, y=3)
        session.predicting.toggle()
        for _ in range(5):
            assert session.predicting.node is not None
            assert session.predicting.answer("1")
            session.playback.seek(math.inf)
        assert session.predicting.score.right == 5


class TestScore:
    def test_a_question_counts_once_and_a_mistake_once(self, session: Session) -> None:
        predicting = session.predicting
        predicting.toggle()
        for typed in ("4", "4.0", "1", "4"):
            assert not predicting.answer(typed)
        assert (predicting.score.right, predicting.score.wrong) == (0, 1)
        assert predicting.score.by_kind == {Kind.SIGN: 1, Kind.PASSED_ON: 1}
        assert predicting.answer("-4")
        assert predicting.answer("-6")
        assert (predicting.score.right, predicting.score.wrong) == (1, 1)
        assert score_text(predicting.score) == "At first try: 1 right, 1 wrong\nmost often: turned the sign"
        predicting.forget_score()
        assert score_text(predicting.score) == ""

    def test_it_outlives_another_graph(self, session: Session) -> None:
        session.predicting.toggle()
        session.predicting.answer("-4")
        session.open(Diagram.of(parse("f = x*y", {"x": 2, "y": 3})), None)
        assert asked(session) == "∂f/∂x"
        session.predicting.answer("3")
        assert score_text(session.predicting.score) == "At first try: 2 right, 0 wrong"


class TestPanel:
    @pytest.mark.parametrize("pixels", [14.0, 20.0])
    def test_sizes_follow_the_given_one(self, session: Session, pixels: float, qtbot: QtBot) -> None:
        panel = QuestionPanel(session, pixels)
        qtbot.addWidget(panel)
        panel.show()
        session.predicting.toggle()
        session.predicting.answer("4")
        pieces = [piece for kind in (QLabel, QPushButton, QLineEdit) for piece in panel.findChildren(kind)]
        sizes = {piece.font().pixelSize() for piece in pieces}
        assert min(sizes) >= 0.9 * pixels
        height = panel.height()
        for act in (
            lambda: session.predicting.set_choosing(True),
            lambda: session.predicting.answer("-4"),
            lambda: session.playback.seek(0.0),
            lambda: session.open(Diagram.of(parse("f = ln(x)", {"x": -1})), None),
        ):
            act()
            layout = panel.layout()
            assert layout is not None
            assert layout.minimumSize().height() <= panel.height() == height, "nothing jumps"

    def test_another_theme_than_that_of_the_session(self, session: Session, qtbot: QtBot) -> None:
        panel = QuestionPanel(session)
        qtbot.addWidget(panel)
        panel.set_theme(PROJECTOR)
        session.predicting.toggle()
        assert PROJECTOR["backward_tint"].name() in panel.styleSheet()

    def test_a_panel_goes_before_the_session(self, session: Session) -> None:
        panel = QuestionPanel(session)
        panel.deleteLater()
        session.predicting.toggle()
        assert asked(session) == "∂f/∂q"
