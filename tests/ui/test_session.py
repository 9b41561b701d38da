"""The session: document changed, run, publish."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.graph.graph import GraphError, NodeId
from bpviz.graph.parse import parse
from bpviz.ui.session import Session

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def session() -> Session:
    made = Session()
    made.open(Diagram.of(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})), None)
    return made


def id_of(session: Session, name: str) -> NodeId:
    return session.graph.by_name[name]


def said(session: Session) -> list[tuple[str, bool]]:
    heard: list[tuple[str, bool]] = []
    session.said.connect(lambda text, is_fault: heard.append((text, is_fault)))
    return heard


class TestRunning:
    def test_an_edit_is_run_and_told(self, session: Session, qtbot: QtBot) -> None:
        with qtbot.waitSignals([session.changed, session.traced, session.saved]):
            assert session.edit("Set x", lambda diagram: edits.set_value(diagram, id_of(session, "x"), 1.0))
        assert session.trace.value("f") == -24.0
        assert session.stage.card(id_of(session, "f")).value == "−24"

    def test_another_number_runs_the_same_plan(self, session: Session) -> None:
        plan = session.trace.plan
        session.edit("Set x", lambda diagram: edits.set_value(diagram, id_of(session, "x"), 1.0))
        assert session.trace.plan is plan
        session.edit("Delete", lambda diagram: edits.delete(diagram, {id_of(session, "z")}))
        assert session.trace.plan is not plan

    def test_moving_runs_nothing(self, session: Session) -> None:
        trace, traced = session.trace, []
        session.traced.connect(lambda: traced.append(True))
        session.edit("Move", lambda diagram: edits.move(diagram, {id_of(session, "x"): (9.0, 9.0)}))
        assert session.trace is trace
        assert traced == []
        assert session.stage.rect(id_of(session, "x")).x == 9.0

    def test_an_earlier_trace_keeps_its_numbers(self, session: Session) -> None:
        before = session.trace
        session.edit("Set x", lambda diagram: edits.set_value(diagram, id_of(session, "x"), 1.0))
        assert before.value("f") == -12.0

    def test_undo_brings_the_numbers_back(self, session: Session) -> None:
        session.edit("Set x", lambda diagram: edits.set_value(diagram, id_of(session, "x"), 1.0))
        heard = said(session)
        session.undo()
        assert session.trace.value("f") == -12.0
        session.redo()
        assert session.trace.value("f") == -24.0
        assert heard == [("Undone: Set x", False), ("Done again: Set x", False)]


class TestRefusing:
    def test_a_refused_edit_is_said_and_changes_nothing(self, session: Session) -> None:
        before, trace, heard = session.diagram, session.trace, said(session)
        assert not session.edit(
            "Wire", lambda diagram: edits.connect(diagram, id_of(session, "f"), id_of(session, "q"), 0)
        )
        assert heard == [("f already depends on q: this wire would close a cycle, which has no value.", True)]
        assert session.diagram is before
        assert session.trace is trace
        assert session.document.undo_label is None

    def test_what_cannot_be_run_never_becomes_the_document(self, session: Session) -> None:
        wide = Diagram.of(parse("f = x * y", {"x": [[1.0]] * 10_000, "y": [1.0] * 10_000}))
        before, heard = session.diagram, said(session)
        assert not session.edit("Other", lambda diagram: wide)
        assert session.diagram is before
        assert "bpviz stops at" in heard[0][0]
        with pytest.raises(GraphError):
            session.open(wide, None)
        assert session.diagram is before
        assert session.trace.graph is before.graph


class TestSelecting:
    def test_nodes_or_a_wire(self, session: Session) -> None:
        told: list[bool] = []
        session.selected.connect(lambda: told.append(True))
        session.select({id_of(session, "x"), 999})
        assert session.selection == {id_of(session, "x")}
        session.select({id_of(session, "x")})
        session.select((), (id_of(session, "f"), 1))
        assert (session.selection, session.selected_wire) == (frozenset(), (id_of(session, "f"), 1))
        assert len(told) == 2

    def test_what_is_deleted_is_not_selected_when_anyone_looks(self, session: Session) -> None:
        x = id_of(session, "x")
        session.select({x, id_of(session, "y")})
        seen: list[bool] = []
        for signal in (session.changed, session.traced, session.selected, session.saved, session.playback.changed):
            signal.connect(lambda *_: seen.append(session.selection <= session.graph.nodes.keys()))
        session.edit("Delete", lambda diagram: edits.delete(diagram, {x}))
        assert session.selection == {id_of(session, "y")}
        assert len(seen) >= 5
        assert all(seen)

    @pytest.mark.parametrize("text", ["f = sin(x)", "g = x", "q = x + y; f = _ * _"])
    def test_a_wire_that_is_gone_is_not_selected(self, session: Session, text: str) -> None:
        session.select((), (id_of(session, "f"), 1))
        session.edit("Type", lambda diagram: edits.rewrite(diagram, text))
        assert session.selected_wire is None

    def test_a_wire_that_is_still_there_stays_selected(self, session: Session) -> None:
        session.select((), (id_of(session, "f"), 1))
        session.edit("Delete", lambda diagram: edits.delete(diagram, {id_of(session, "x")}))
        assert session.selected_wire == (id_of(session, "f"), 1)


class TestOpening:
    def test_everything_begins_anew(self, session: Session) -> None:
        session.select({id_of(session, "x")})
        session.edit("Set x", lambda diagram: edits.set_value(diagram, id_of(session, "x"), 1.0))
        session.open(Diagram.of(parse("f = sin(u)", {"u": 0})), None)
        assert session.selection == frozenset()
        assert session.document.undo_label is None
        assert not session.document.is_dirty
        assert session.playback.time == session.playback.length == len(session.trace)
