"""Edits as a user makes them, one after the other, drawn by hypothesis from what the diagram allows."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from bpviz.document import annotating, arranging, edits, regrouping, reusing, wiring
from bpviz.document.diagram import Diagram
from bpviz.document.document import Edit
from bpviz.graph.graph import Graph, GraphError
from bpviz.graph.layout import Direction
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
        makers = _wiring, _change, _wiring, _removal, _handling, _grouping
        kinds += [lambda make=make: make(draw, graph) for make in makers]  # type: ignore[misc]
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


def _handling(draw: st.DrawFn, graph: Graph) -> Edit:
    """What hands do with wires."""
    node, other = _node(draw, graph), _node(draw, graph)
    slot = draw(st.integers(0, max(graph.nodes[other].op.arity - 1, 0)))
    kinds: list[Edit] = [lambda diagram: wiring.attach(diagram, node, other)]
    kinds += [lambda diagram, act=act: act(diagram, {node, other}) for act in (wiring.detach, wiring.delete_healing)]  # type: ignore[misc]
    if graph.nodes[other].op.arity:
        kinds.append(lambda diagram: wiring.insert(diagram, node, other, slot))
        kinds.append(lambda diagram: wiring.cut(diagram, [(other, slot)]))
        kinds.append(lambda diagram: wiring.swap(diagram, other))
    return draw(st.sampled_from(kinds))


def _grouping(draw: st.DrawFn, graph: Graph) -> Edit:
    """What hands do with groups: of those that there are, one by its place."""
    nodes = draw(st.sets(st.sampled_from(sorted(graph.nodes)), min_size=min(2, len(graph)), max_size=5))
    place, is_open, at = draw(st.integers(0, 3)), draw(st.booleans()), draw(PLACES)

    def of_one(act: Callable[[Diagram, int], Diagram]) -> Edit:
        return lambda diagram: act(diagram, diagram.groups[place].id) if place < len(diagram.groups) else diagram

    kinds: list[Edit] = [
        lambda diagram: regrouping.group(diagram, nodes),
        of_one(lambda diagram, id_: regrouping.set_open(diagram, id_, is_open=is_open)),
        of_one(regrouping.ungroup),
        of_one(lambda diagram, id_: reusing.use(diagram, reusing.operation_of(diagram, id_), at)),
    ]
    return draw(st.sampled_from(kinds if len(graph) > 1 else kinds[1:]))


def _change(draw: st.DrawFn, graph: Graph) -> Edit:
    node, value, name, at = _node(draw, graph), draw(NUMBERS | ARRAYS), draw(NAMES), draw(PLACES)
    kind = draw(st.sampled_from(["variable", "parameter", "constant"]))
    changes: list[Edit] = [
        lambda diagram: edits.set_value(diagram, node, value),
        lambda diagram: edits.rename(diagram, node, name),
        lambda diagram: edits.set_kind(diagram, node, kind),
        lambda diagram: edits.set_output(diagram, node),
        lambda diagram: edits.move(diagram, {node: at}),
        lambda diagram: annotating.pin(diagram, {node}),
        lambda diagram: annotating.add_frame(diagram, name, at, (300.0, 200.0)),
        lambda diagram: annotating.add_note(diagram, name + " $x^2$", at, (200.0, 40.0)),
        *(
            lambda diagram, slot=slot: annotating.add_bend(diagram, node, slot, 0, at)
            for slot, source in enumerate(graph.nodes[node].inputs)
            if source is not None
        ),
        arranging.arrange,
        *(lambda diagram, way=way: arranging.arrange(diagram, direction=way) for way in Direction),
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
