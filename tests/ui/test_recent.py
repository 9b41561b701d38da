"""Undo and redo in a large graph bring back what was worked out, and it is right."""

from __future__ import annotations

import pytest

from bpviz.document import edits
from bpviz.engine.trace import run
from bpviz.stage.readying import ready
from bpviz.stage.scenery import Scenery
from bpviz.ui import recent
from bpviz.ui.recent import LARGE
from bpviz.ui.session import Session
from bpviz.ui.window import Window
from tests.stories.test_opening import tangle


def is_right(session: Session) -> bool:
    """Whether run, gradients and routes are those of the diagram; the story's end is looked at."""
    fresh, ids = run(session.graph), list(session.graph.nodes)
    assert session.trace.graph is session.graph
    assert [session.trace.value(id_) for id_ in ids[::40]] == [fresh.value(id_) for id_ in ids[::40]]
    assert [session.trace.gradient(id_) for id_ in ids[::40]] == [fresh.gradient(id_) for id_ in ids[::40]]
    assert len(session.story) == len(fresh)
    return session.scenery.curves == Scenery(session.diagram).curves


@pytest.fixture
def session(window: Window) -> Session:
    window.session.open(tangle(LARGE + 60), None)
    return window.session


def test_what_comes_back_is_what_was_there(session: Session, window: Window) -> None:
    whole, buffers = session.scenery, session.trace.buffers
    window.canvas.fit()
    window.canvas.repaint()
    gone = list(session.graph.nodes)[-40:]
    assert session.edit("Delete", lambda held: edits.delete(held, gone))
    fewer = session.scenery
    assert is_right(session)
    session.undo()
    assert session.scenery is whole
    assert session.trace.buffers is buffers
    window.canvas.repaint()
    session.redo()
    assert session.scenery is fewer
    assert is_right(session)


def test_numbers_that_were_changed_meanwhile_count(session: Session) -> None:
    leaf = session.graph.leaves()[0].id
    assert session.edit("Add", lambda held: edits.add(held, "exp", (-900.0, 0.0)))
    session.undo()
    assert session.edit("Change", lambda held: edits.set_value(held, leaf, 0.25))
    assert is_right(session)
    assert session.edit("Delete", lambda held: edits.delete(held, list(held.graph.nodes)[-3:]))
    for go in (session.undo, session.undo, session.redo, session.redo, session.undo):
        go()
        assert is_right(session)


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST_NODES", 2 * LARGE)
    held, diagrams = recent.Recent(), [tangle(LARGE) for _ in range(3)]
    for diagram in diagrams:
        held.keep(ready(diagram, lambda part: None))
    assert [held.of(diagram) is not None for diagram in diagrams] == [False, True, True]
    small = tangle(20)
    held.keep(ready(small, lambda part: None))
    assert held.of(small) is None
    held.forget()
    assert held.of(diagrams[2]) is None
