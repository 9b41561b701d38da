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
from bpviz.ui.application import application
from bpviz.ui.session import Session
from bpviz.ui.tidying import Tidying, undisturbed
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
    del held
    gc.collect()
    assert watched() is not None
    session.open(many(3), None)
    gc.collect()
    assert watched() is None


def test_what_is_large_goes_without_a_look_as_soon_as_nobody_needs_it(window: Window) -> None:
    session, deep = window.session, "; ".join(["a0 = x + y", *(f"a{i} = sin(a{i - 1}) * x" for i in range(1, 4))])
    wide = "; ".join(f"b{i} = (x - {i}) * y + sin(y - {i})" for i in range(9)) + "; f = a3 + b0 + b1 + b2"
    session.open(Diagram.of(parse(f"{deep}; {wide}", {"x": 1.0, "y": 2.0})), None)
    window.canvas.repaint()
    watched = [weakref.ref(held) for held in (session.scenery, session.trace, session.trace.plan)]
    session.select({1})
    gc.collect()
    gc.disable()
    try:
        for place in range(3):  # the narrator, the inspector and others hold on to the last story for a while
            session.edit("Add", lambda diagram, place=place: edits.add(diagram, "tanh", (900.0, 200.0 * place)))  # type: ignore[misc]
            window.canvas.repaint()
        session.open(many(3), None)
        window.inspector.refresh()
        application().processEvents()
        assert [held() for held in watched] == [None] * 3
    finally:
        gc.enable()


def test_after_the_first_look_at_a_small_graph_too_only_what_is_new_is_looked_through(window: Window) -> None:
    """A look through everything would take longer than a frame, just when somebody takes hold of a card."""
    tidying = Tidying(window.session)
    window.session.open(many(3), None)
    tidying._tidy()
    assert gc.get_freeze_count() > 10_000
    seen: list[int] = []

    def watch(phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            seen.append(len(gc.get_objects()))

    everything = len(gc.get_objects()) + gc.get_freeze_count()
    gc.callbacks.append(watch)
    try:
        tidying._tidy()
    finally:
        gc.callbacks.remove(watch)
    assert max(seen) < 0.2 * everything
