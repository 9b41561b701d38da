"""Memory is not tidied up while something is made, and always again afterwards."""

from __future__ import annotations

import gc
import weakref

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.document.edits import EditError
from bpviz.graph.graph import Graph, Node
from bpviz.graph.parse import parse
from bpviz.ops import OPS
from bpviz.ui.session import Session
from bpviz.ui.tidying import undisturbed
from bpviz.ui.window import Window


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


def many(count: int) -> Diagram:
    """Inputs, none of them wired."""
    nodes = [Node(i, OPS["variable"], (), 1.0, f"x{i}") for i in range(count)]
    return Diagram(Graph(nodes), {i: (i % 50 * 300.0, i // 50 * 150.0) for i in range(count)})


class _Loop:
    """What only a look through everything finds, once nobody has it any more."""

    def __init__(self) -> None:
        self.itself = self


def test_of_a_large_graph_only_what_is_new_is_looked_through(window: Window) -> None:
    held, session = _Loop(), window.session
    watched = weakref.ref(held)
    session.open(many(2_000), None)
    before = gc.get_freeze_count()
    del held
    gc.collect()
    assert watched() is not None
    session.open(many(3), None)
    gc.collect()
    assert watched() is None
    assert gc.get_freeze_count() < before


def test_scenery_goes_as_soon_as_nobody_looks(window: Window) -> None:
    session = window.session
    session.open(many(3), None)
    watched = weakref.ref(session.scenery)
    gc.collect()
    gc.disable()
    try:
        session.edit("Add", lambda diagram: edits.add(diagram, "tanh", (900.0, 0.0)))
        window.canvas.repaint()
        session.edit("Add", lambda diagram: edits.add(diagram, "tanh", (900.0, 200.0)))
        window.canvas.repaint()
        assert watched() is None
    finally:
        gc.enable()
