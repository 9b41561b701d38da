"""Memory is not tidied up while something is made, and always again afterwards."""

from __future__ import annotations

import gc

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.document.edits import EditError
from bpviz.graph.parse import parse
from bpviz.ui.session import Session
from bpviz.ui.tidying import undisturbed


def test_it_rests_during_an_edit_and_goes_on_after_it_even_if_that_is_refused(qapp: object) -> None:
    session, seen = Session(), []
    diagram = Diagram.of(parse("f = x + 1", {"x": 1.0}))

    def look(old: Diagram) -> Diagram:
        seen.append(gc.isenabled())
        return diagram

    def refuse(old: Diagram) -> Diagram:
        seen.append(gc.isenabled())
        raise EditError("no")

    assert session.edit("Make", look)
    assert gc.isenabled()
    assert not session.edit("Break", refuse)
    assert gc.isenabled()
    session.changed.connect(lambda: seen.append(gc.isenabled()))
    session.undo()
    assert gc.isenabled()
    session.edit("Make", lambda _: edits.delete(diagram, list(diagram.graph.nodes)))
    assert seen == [False] * 4


def test_who_has_turned_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with undisturbed():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
