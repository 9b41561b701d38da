"""Graph → text → the same graph, whatever was wired."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, note
from hypothesis import strategies as st

from bpviz.graph.graph import Graph, Node, NodeId
from bpviz.graph.naming import NAMED_CONSTANTS
from bpviz.graph.parse import parse
from bpviz.graph.program import full_formula, local_derivative, node_formula, program
from bpviz.graph.shapes import infer_shapes
from bpviz.ops import OPS

LISTED = [op for op in OPS.values() if op.is_listed and op.structured is None and not op.is_leaf]
STRUCTURED = [OPS[name] for name in ("sum", "dot", "stack", "reshape", "transpose", "slice", "mse", "flip")]
NUMBERS = st.one_of(st.integers(-3, 3).map(float), st.floats(allow_nan=False, allow_infinity=False))
ARRAYS = st.lists(NUMBERS, min_size=3, max_size=3).map(np.array)  # of one shape: they all fit together
NAMES = st.sampled_from(["x", "y1", "w_in", "λ", "loss", "e", "π", "v1", "v2", "f", "c", "c1", "number_7", "sum"])


@st.composite
def graphs(draw: st.DrawFn, most: int = 14) -> Graph:
    """Any graph that hands can wire: holes, unnamed results that are shared, leaves of all kinds, any output."""
    names = draw(st.lists(NAMES, unique=True))
    ids = draw(st.permutations(range(1, most + 1)))
    nodes: list[Node] = []
    for id_ in ids[: draw(st.integers(1, most))]:
        kind = draw(st.sampled_from(["leaf", "result"])) if nodes else "leaf"
        name = draw(st.sampled_from([names[-1], ""])) if names else ""
        if kind == "leaf":
            node = draw(leaf(id_, name))
        else:
            op = draw(st.sampled_from(LISTED if draw(st.integers(0, 9)) else STRUCTURED))
            sources = st.one_of(st.none(), st.sampled_from([node.id for node in nodes]))
            node = Node(id_, op, tuple(draw(sources) for _ in range(op.arity)), None, name)
        if node.name and node.name in names:
            names.remove(node.name)
        nodes.append(node)
    output = draw(st.one_of(st.none(), st.sampled_from([node.id for node in nodes])))
    graph = Graph(draw(st.permutations(nodes)), output)
    assume(not infer_shapes(graph).misfits)  # the language refuses what does not fit
    assume(graph.result is not None and not is_kept(graph.nodes[graph.result]))  # `π` alone is an input named f
    note(f"{list(graph.nodes.values())}, output {graph.output}\n{program(graph)}")
    return graph


@st.composite
def leaf(draw: st.DrawFn, id_: NodeId, name: str) -> Node:
    if name in NAMED_CONSTANTS:
        return Node(id_, OPS["constant"], (), NAMED_CONSTANTS[name], name)
    kind = draw(st.sampled_from(["variable", "parameter", "constant"])) if name else "constant"
    return Node(id_, OPS[kind], (), draw(st.one_of(st.none(), NUMBERS, ARRAYS)), name)


def is_kept(node: Node) -> bool:
    return node.is_constant and node.name in NAMED_CONSTANTS


def shape(graph: Graph, roots: Sequence[NodeId]) -> tuple[Any, ...]:
    """A graph without ids, names of unnamed nodes and order: every node by what it is and what it is made of."""
    numbers: dict[NodeId, int] = {}
    described: list[Any] = []

    def visit(id_: NodeId) -> int:
        if id_ not in numbers:
            node = graph.nodes[id_]
            inputs = tuple(None if source is None else visit(source) for source in node.inputs)
            value = np.array(node.value).tolist() if node.value is not None else None
            numbers[id_] = len(described)
            described.append((node.op.name, inputs, repr(value)))
        return numbers[id_]

    return tuple(map(visit, roots)), described


def assert_same(graph: Graph, again: Graph) -> None:
    """The same nodes, wires, values and output; names may be added where there were none."""
    assert again.by_name.keys() >= graph.by_name.keys()
    assert len(again) == len(graph)
    named = sorted(graph.by_name)
    output = [] if graph.result is None else [graph.result]
    output_again = [] if again.result is None else [again.result]
    assert shape(graph, [*output, *map(graph.find, named)]) == shape(again, [*output_again, *map(again.find, named)])


@given(graphs())
def test_a_program_parses_to_the_graph_that_it_was_written_from(graph: Graph) -> None:
    text = program(graph)
    again = parse(text)
    assert_same(graph, again)
    assert_same(again, parse(program(again)))


@given(graphs())
def test_on_one_line_too(graph: Graph) -> None:
    assert_same(graph, parse(program(graph, separator="; ")))


@given(graphs())
def test_without_the_numbers_of_the_inputs(graph: Graph) -> None:
    assert_same(bare(graph), bare(parse(program(graph, values=False))))


def bare(graph: Graph) -> Graph:
    """A graph whose inputs are variables without values."""
    inputs = {node.id for node in graph.leaves()}
    nodes = graph.nodes.values()
    variable = OPS["variable"]
    return Graph([n.with_(value=None, op=variable) if n.id in inputs else n for n in nodes], graph.output)


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        # x*x, wired by hand
        ([(1, "variable", (), "x"), (2, "mul", (1, 1), "")], "v1 = x * x"),
        # a result that feeds two
        (
            [(1, "variable", (), "x"), (2, "sin", (1,), ""), (3, "mul", (2, 2), "f")],
            "v1 = sin(x)\nf = v1 * v1",
        ),
        # the label is taken
        ([(1, "variable", (), "v1"), (2, "sin", (1,), "")], "v2 = sin(v1)"),
        # holes
        ([(1, "add", (None, None), "f"), (2, "sin", (1,), "g")], "f = _ + _\ng = sin(f)"),
        # copies
        ([(1, "variable", (), "x"), (2, "identity", (1,), "y")], "y = x"),
        ([(1, "variable", (), "x"), (2, "neg", (1,), ""), (3, "identity", (2,), "y")], "y = identity(-x)"),
        # unused
        ([(1, "variable", (), "x"), (2, "parameter", (), "w"), (3, "neg", (1,), "f")], "w = parameter()\nf = -x"),
    ],
)
def test_by_hand(nodes: list[tuple[int, str, tuple[int | None, ...], str]], expected: str) -> None:
    graph = Graph([Node(id_, OPS[op], inputs, None, name) for id_, op, inputs, name in nodes])
    assert program(graph) == expected
    assert_same(graph, parse(expected))


def test_shared_numbers_stay_one_node() -> None:
    nodes = [Node(1, OPS["constant"], (), 2.0), Node(2, OPS["mul"], (1, 1), None, "f")]
    assert program(Graph(nodes)) == "c = constant(2)\nf = c * c"


def test_values_keep_every_digit() -> None:
    text = program(parse("x = 1; x", {"x": [0.1 + 0.2, 1e300, -5e-324]}))
    assert text == "x = [0.30000000000000004, 1e+300, -5e-324]\nx"


@pytest.mark.parametrize("op", ["add", "sin"])
def test_a_deep_expression_is_cut_where_the_parser_would_give_up(op: str) -> None:
    nodes = [Node(0, OPS["variable"], (), 0.5, "x")]
    nodes += [Node(i, OPS[op], (i - 1, 0)[: OPS[op].arity]) for i in range(1, 3_001)]
    graph = Graph(nodes)
    again = parse(program(graph))
    assert len(again) == len(graph)
    assert again.structure.levels[-1] == (again.result,)
    assert len(again.structure.levels) == 3_001


def test_formulas_of_nodes() -> None:
    graph = parse("q = x + 2*y; f = max(q, sin(z)) * π")
    label = {graph.label(id_): id_ for id_ in graph.nodes}
    assert str(node_formula(graph, label["q"])) == "x + v₁"
    assert str(node_formula(graph, label["v1"])) == "2 · y"
    assert str(node_formula(graph, label["x"])) == "x"
    assert str(full_formula(graph, label["f"])) == "max(x + 2 · y, sin(z)) · π"
    assert full_formula(graph, label["f"], most=4) is None
    assert str(local_derivative(graph, label["v1"], 1)) == "2"
    assert str(local_derivative(graph, label["f"], 0)) == "π"
    assert str(local_derivative(parse("f = _ * x"), 2, 1)) == "▢"
