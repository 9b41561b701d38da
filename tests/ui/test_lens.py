"""The nudge lens without hands: what it looks at, how far it reaches, and what becomes of it when the graph changes."""

from __future__ import annotations

import math
from typing import Any

import pytest
from PySide6.QtCore import QPointF

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.engine.telling import Telling
from bpviz.graph.parse import parse
from bpviz.ui.canvas.lens import told_numbers
from bpviz.ui.curve import CurveChart
from bpviz.ui.lens import round_reach
from bpviz.ui.session import Session
from bpviz.ui.theme import DARK

pytestmark = pytest.mark.usefixtures("qapp")


def session_of(program: str, **values: Any) -> Session:
    session = Session()
    session.open(Diagram.of(parse(program, values)), None)
    return session


def looking(program: str, name: str, **values: Any) -> Session:
    """A session with the lens over a node."""
    session = session_of(program, **values)
    session.lens.open(session.graph.find(name))
    return session


def seen(session: Session) -> tuple[str, str, str]:
    """What was predicted, what happened, and the gap."""
    nudge = session.lens.nudge
    assert nudge is not None
    return told_numbers(nudge)


@pytest.mark.parametrize(
    ("size", "reach"),
    [
        (1.5, 2),
        (1.0, 1),
        (2.5, 5),
        (5.1, 10),
        (0.02, 0.02),
        (0.0201, 0.05),
        (3e8, 5e8),
        (0, 1),
        (1e-12, 1),
        (math.inf, 1),
    ],
)
def test_the_reach_is_a_round_number(size: float, reach: float) -> None:
    assert round_reach(size) == reach


class TestLookingAt:
    def test_the_one_selected_node_or_else_the_first_input(self) -> None:
        session = session_of("q = x + y; f = q*z", x=-2, y=5, z=-4)
        session.lens.toggle()
        assert session.lens.name == "x"
        assert session.selection == {session.graph.find("x")}
        session.select([session.graph.find("q")])
        assert (session.lens.name, session.lens.h, session.lens.reach) == ("q", 0.0, 2.0)
        session.select([])
        assert session.lens.name == "q", "it stays where it was"
        session.lens.toggle()
        assert not session.lens.is_on

    def test_nothing_to_look_at(self) -> None:
        session, said = Session(), list[str]()
        session.said.connect(lambda text, _: said.append(text))
        session.lens.toggle()
        assert not session.lens.is_on
        assert said == ["There is nothing to nudge yet: first build a graph."]

    @pytest.mark.parametrize(
        ("program", "name", "values", "sentence"),
        [
            ("c = constant(3); f = c*x", "c", {"x": 1}, "c is a constant: it has no gradient."),
            ("f = ln(x)", "x", {"x": -1}, "There is no gradient: ln is defined for x > 0; x is −1."),
            ("y = x[1:1]; f = sum(y)", "y", {"x": [1, 2]}, "y is empty: there is nothing to move."),
        ],
    )
    def test_what_cannot_be_moved(self, program: str, name: str, values: dict[str, Any], sentence: str) -> None:
        session = looking(program, name, **values)
        assert not session.lens.is_usable
        assert session.lens.obstacle == sentence
        assert session.lens.response is None

    def test_an_entry_of_an_array(self) -> None:
        session, said = looking("f = sum(x*x)", "x", x=[1, 2]), list[str]()
        session.said.connect(lambda text, _: said.append(text))
        assert (session.lens.entry, session.lens.name, session.lens.value) == ((0,), "x[0]", 1.0)
        assert session.lens.set_entry(" [1] ")
        session.lens.move(1.0)
        assert seen(session) == ("4", "5", "1")
        for wrong in ("2", "0, 1", "x", "-1", ""):
            assert not session.lens.set_entry(wrong)
        assert session.lens.entry == (1,)
        assert said[0] == "There is no such entry: they go from 0 to 1."
        assert said[1:] == ["The entries of 2 numbers are named by one number."] * 4

    def test_a_question_that_stands_is_not_answered_by_the_lens(self) -> None:
        session = looking("f = x*y", "x", x=2, y=3)
        session.predicting.toggle()
        assert session.lens.obstacle == "∂f/∂x is still a question: the lens would give the answer away."
        assert not session.lens.is_usable
        session.playback.is_animated = False
        session.predicting.answer("3")
        assert session.lens.is_usable
        session.select([session.graph.find("y")])
        assert not session.lens.is_usable
        session.predicting.toggle()
        assert session.lens.is_usable


class TestMoving:
    def test_predicted_actual_gap(self) -> None:
        session = looking("f = x*x", "x", x=3)
        session.lens.move(0.5)
        assert seen(session) == ("3", "3.25", "0.25")
        session.lens.move(-3.0)
        assert seen(session) == ("−18", "−9", "9")
        assert session.lens.reach == 5.0, "the reach grows with the step"
        session.lens.move(0.0)
        assert seen(session) == ("0", "0", "0")

    def test_a_straight_line_has_no_gap_but_rounding(self) -> None:
        session = looking("f = 0.1*x + 0.7*x", "x", x=0.3)
        session.lens.move(0.123)
        assert seen(session)[2] == "0"

    def test_what_breaks_and_what_is_not_a_number(self) -> None:
        session = looking("f = ln(x)", "x", x=1)
        session.lens.move(-1.0)
        assert seen(session) == ("−1", "breaks", "—")
        session.lens.move(math.nan)
        session.lens.move(math.inf)
        assert session.lens.h == -1.0
        session = looking("f = sqrt(x)", "x", x=0)
        session.lens.move(1.0)
        assert seen(session) == ("∞", "1", "—")

    def test_the_ends_of_what_a_float_can_hold(self) -> None:
        session = looking("f = x*y", "x", x=1e300, y=1e-300)
        assert session.lens.reach == 5e299
        session.lens.move(5e299)
        assert seen(session) == ("0.5", "0.5000", "0")
        for _ in range(5):
            session.lens.widen(is_wider=True)
        assert session.lens.reach <= 1e300

    def test_the_thumb_is_finer_near_the_middle(self) -> None:
        lens = looking("f = x*x", "x", x=3).lens
        assert [lens.h_at(part) for part in (-2.0, -1.0, -0.5, 0.0, 0.1, 0.5, 1.0)] == [-2, -2, -0.5, 0, 0.02, 0.5, 2]
        for part in (-1.0, -0.5, 0.0, 0.1, 1.0):
            lens.move(lens.h_at(part))
            assert lens.part == pytest.approx(part)

    def test_wider_and_narrower(self) -> None:
        lens = looking("f = x*x", "x", x=3).lens
        lens.move(2.0)
        reaches = []
        for is_wider in (True, True, False, False, False, False):
            lens.widen(is_wider=is_wider)
            reaches.append(lens.reach)
        assert reaches == [5, 10, 5, 2, 1, 0.5]
        assert lens.h == 0.5


class TestMeanwhile:
    def test_the_document_is_not_touched(self) -> None:
        session = looking("f = x*x", "x", x=3)
        before, dirty = session.diagram, session.document.is_dirty
        session.lens.move(1.0)
        assert session.diagram is before
        assert session.document.is_dirty == dirty
        assert session.document.undo_label is None

    def test_other_values_keep_the_step(self) -> None:
        session = looking("f = x*x", "x", x=3)
        session.lens.move(0.5)
        session.edit("Set", lambda diagram: edits.set_value(diagram, session.graph.find("x"), 1.0))
        assert seen(session) == ("1", "1.25", "0.25")
        session.undo()
        assert seen(session) == ("3", "3.25", "0.25")

    def test_another_shape(self) -> None:
        session = looking("f = sum(x*x)", "x", x=[1, 2])
        session.lens.set_entry("1")
        find = session.graph.find
        session.edit("Set", lambda diagram: edits.set_value(diagram, find("x"), 4.0))
        assert (session.lens.entry, session.lens.value) == ((), 4.0)
        session.undo()
        assert session.lens.entry == (0,)

    def test_what_is_deleted_is_no_longer_looked_at(self) -> None:
        session = looking("f = x*x + y", "x", x=3, y=1)
        x = session.graph.find("x")
        session.edit("Delete", lambda diagram: edits.delete(diagram, [x]))
        assert not session.lens.is_on

    def test_an_output_that_breaks_and_comes_back(self) -> None:
        session = looking("f = ln(x)*y", "y", x=2, y=3)
        session.lens.move(1.0)
        x = session.graph.find("x")
        session.edit("Set", lambda diagram: edits.set_value(diagram, x, -1.0))
        assert session.lens.obstacle.startswith("There is no gradient")
        session.undo()
        assert seen(session)[1] == "0.6931"

    def test_whatever_is_told_the_lens_shows_the_gradient(self) -> None:
        session = looking("f = x*x", "x", x=3)
        session.lens.move(1.0)
        for telling in (Telling.FORWARD, Telling.OVERWRITES):
            session.tell(telling)
            assert seen(session) == ("6", "7", "1")

    def test_another_document(self) -> None:
        session = looking("f = x*x", "x", x=3)
        session.open(Diagram.of(parse("g = y*y", {"y": 2})), None)
        assert not session.lens.is_on


class TestChart:
    def chart(self, session: Session) -> CurveChart:
        made = CurveChart(session, session.lens)
        made.resize(280, 150)
        return made

    def test_places_and_numbers(self) -> None:
        session = looking("f = x*x", "x", x=3)
        chart = self.chart(session)
        room, (low, high) = chart.room, chart.span
        assert (chart.x_of(-2.0), chart.x_of(0.0), chart.x_of(2.0)) == (room.left(), room.center().x(), room.right())
        assert low < -12.0 < 16.0 < high
        assert chart.y_of(low) == pytest.approx(room.bottom())
        assert chart.y_of(high) == pytest.approx(room.top())
        assert chart.y_of(16.0) < chart.y_of(0.0) < chart.y_of(-12.0)

    def test_the_ink_is_where_the_curve_is(self) -> None:
        session = looking("f = ln(x)", "x", x=1)
        session.lens.move(0.5)
        session.lens.widen(is_wider=True)
        session.lens.widen(is_wider=True)
        session.set_theme(DARK)
        chart = self.chart(session)
        picture = chart.grab().toImage()
        scale = picture.devicePixelRatio()
        blue = [
            x / scale
            for x in range(picture.width())
            for y in range(picture.height())
            if picture.pixelColor(x, y) == DARK["forward"]
        ]
        assert min(blue) > chart.x_of(-1.0) - 3.0, "left of it there is no logarithm"
        assert max(blue) > chart.x_of(session.lens.reach) - 4.0

    @pytest.mark.parametrize(
        ("program", "x", "h"),
        [
            ("f = 1/x", 1.0, -1.0),
            ("f = sqrt(x)", 0.0, 1.0),
            ("f = x*x*x", 1e100, 5e99),
            ("f = 1e300*x*1e8", 1.0, 0.5),
            ("f = 0*x", 1.0, 0.5),
            ("f = floor(x)", 0.5, 0.3),
            ("f = exp(1000*x)", 0.5, 0.1),
        ],
    )
    def test_whatever_the_curve_it_is_drawn(self, program: str, x: float, h: float) -> None:
        session = looking(program, "x", x=x)
        session.lens.move(h)
        chart = self.chart(session)
        low, high = chart.span
        assert -math.inf < low < high < math.inf
        assert not chart.grab().isNull()

    def test_a_click_sets_the_step(self) -> None:
        session = looking("f = x*x", "x", x=3)
        chart = self.chart(session)
        chart._set(QPointF(chart.x_of(1.0), 40.0).x())
        assert session.lens.h == 1.0
