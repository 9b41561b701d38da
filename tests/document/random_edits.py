"""Edits as a user makes them, one after the other, drawn by hypothesis from what the diagram allows."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.document.document import Edit
from bpviz.graph.graph import Graph, GraphError
from bpviz.ops import OPS

PLACES = st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
ARRAYS = st.lists(st.lists(NUMBERS, min_size=2, max_size=2), min_size=1, max_size=3)
NAMES = st.sampled_from(["", "x", "y", "θ", "w_1", "naïve", "f", "2x", "sin", "lambda", "v1", "π"])
OPERATIONS = st.sampled_from([op.name for op in OPS.values() if op.is_listed])
PROGRAMS = st.sampled_from(
    ["f = x * y", "q = x + y; f = q * z", "sin(2 * x**2)", "v1 = x * x; v1 + v1", "w = parameter(2); w * [1, 2]", "x +"]
)


@st.composite
def edit_of(draw: st.DrawFn, graph: Graph) -> Edit:
    """An edit of a diagram of `graph`, which may still refuse it."""
    kinds: list[Callable[[], Edit]] = [lambda: _addition(draw), lambda: _rewriting(draw)]
    if graph.nodes:
        kinds += [lambda make=make: make(draw, graph) for make in (_wiring, _change, _wiring, _removal)]  # type: ignore[misc]
    return draw(st.sampled_from(kinds))()


def _addition(draw: st.DrawFn) -> Edit:
    op, at = draw(OPERATIONS), draw(PLACES)
    return lambda diagram: edits.add(diagram, op, at)


def _rewriting(draw: st.DrawFn) -> Edit:
    text = draw(PROGRAMS)
    return lambda diagram: edits.rewrite(diagram, text)


def _node(draw: st.DrawFn, graph: Graph) -> int:
    return draw(st.sampled_from(sorted(graph.nodes)))


def _wiring(draw: st.DrawFn, graph: Graph) -> Edit:
    source, target = _node(draw, graph), _node(draw, graph)
    slot = draw(st.integers(0, max(graph.nodes[target].op.arity - 1, 0)))
    return lambda diagram: edits.connect(diagram, source, target, slot)


def _removal(draw: st.DrawFn, graph: Graph) -> Edit:
    node = _node(draw, graph)
    if graph.nodes[node].op.arity and draw(st.booleans()):
        return lambda diagram: edits.disconnect(diagram, node, 0)
    return lambda diagram: edits.delete(diagram, {node})


def _change(draw: st.DrawFn, graph: Graph) -> Edit:
    node, value, name, at = _node(draw, graph), draw(NUMBERS | ARRAYS), draw(NAMES), draw(PLACES)
    kind = draw(st.sampled_from(["variable", "parameter", "constant"]))
    changes: list[Edit] = [
        lambda diagram: edits.set_value(diagram, node, value),
        lambda diagram: edits.rename(diagram, node, name),
        lambda diagram: edits.set_kind(diagram, node, kind),
        lambda diagram: edits.set_output(diagram, node),
        lambda diagram: edits.move(diagram, {node: at}),
        edits.arrange,
    ]
    return draw(st.sampled_from(changes))


@st.composite
def diagrams(draw: st.DrawFn) -> Diagram:
    """What comes of some edits."""
    diagram = Diagram()
    for _ in range(draw(st.integers(0, 12))):
        edit = draw(edit_of(diagram.graph))
        try:
            diagram = edit(diagram)
        except GraphError:
            continue
    return diagram
