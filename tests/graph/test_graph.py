"""The graph: what it refuses, what follows from its wires, and that it never changes."""

from __future__ import annotations

import math
import re
from typing import Any

import networkx as nx
import numpy as np
import pytest

from bpviz.graph.graph import Graph, GraphError, Node, as_value
from bpviz.graph.naming import fresh_name, name_fault
from bpviz.graph.parse import parse
from bpviz.graph.shapes import infer_shapes
from bpviz.graph.values import parse_value
from bpviz.ops import OPS

X = Node(1, OPS["variable"], (), 2.0, "x")


def node(id_: int, op: str, *inputs: int | None, name: str = "") -> Node:
    return Node(id_, OPS[op], inputs, None, name)


@pytest.mark.parametrize(
    ("nodes", "output", "message"),
    [
        ([X, X], None, "two nodes have the id 1"),
        ([node(2, "sin", 9)], None, "node 2 (sin) is wired to node 9, which does not exist"),
        ([X, node(2, "add", 1)], None, "node 2 (add) takes 2 inputs, got 1"),
        ([X, node(2, "sin", 1, 1, name="y")], None, "node y (sin) takes 1 input, got 2"),
        ([X, node(2, "sin", 1, name="x")], None, "two nodes have the name “x”"),
        ([node(1, "variable")], None, "a variable needs a name"),
        ([X, node(2, "sin", 1, name="sin")], None, "“sin” is the name of an operation; choose another name, such as"),
        ([X, node(2, "sin", 1, name="in")], None, "“in” is a word of the language; choose another name, such as in_"),
        ([X, node(2, "sin", 1, name="2x")], None, "“2x” is not a name"),
        ([X, node(2, "sin", 1, name="ﬁ")], None, "“ﬁ” is not a name"),  # the language reads it as fi
        ([X], 7, "the output is node 7, which does not exist"),
        ([node(1, "neg", 1)], None, "the graph has a cycle: node 1 → node 1"),
        (
            [X, node(2, "add", 1, 4, name="a"), node(3, "neg", 2), node(4, "sin", 3, name="c"), node(5, "neg", 4)],
            None,
            "the graph has a cycle: a → node 3 → c → a",
        ),
        ([node(7, "neg", 8), node(8, "add", 7, 8)], None, "the graph has a cycle: node 7 → node 8 → node 7"),
        (
            [node(1, "neg", 20_000), *(node(i, "neg", i - 1) for i in range(2, 20_001))],
            None,
            "the graph has a cycle: node 1 → node 2 → node 3 → node 4 → node 5 → node 6 → … → node 20000 → node 1 "
            "(20,000 nodes)",
        ),
    ],
)
def test_what_cannot_be_is_refused(nodes: list[Node], output: int | None, message: str) -> None:
    with pytest.raises(GraphError, match="^" + re.escape(message)):
        Graph(nodes, output)


def test_levels_are_those_of_networkx() -> None:
    graph = parse("a = x*y; b = a + sin(x); c = b*a*y; d = exp(c) - b; x*1")
    generations = list(nx.topological_generations(graph.structure.digraph))
    assert [set(level) for level in graph.structure.levels] == [set(level) for level in generations]


def test_ancestors_and_descendants() -> None:
    graph = parse("q = x + y; f = q * z")
    x, y, q, f = map(graph.find, "xyqf")
    assert graph.structure.ancestors(q) == {x, y, q}
    assert graph.structure.descendants(x) == {x, q, f}


def test_labels() -> None:
    graph = parse("v2 = 2*x + sin(y)*[1, 2]; theta1*v2*cos(x)")
    # results are numbered in the order in which they were made, past the number that is taken
    labels = [graph.label(id_) for level in graph.structure.levels for id_ in level]
    assert labels == ["2", "x", "y", "[1, 2]", "theta1", "v1", "v3", "v6", "v4", "v2", "v5", "f"]
    assert graph.spoken(graph.find("theta1")) == "θ₁"
    assert graph.spoken(graph.find("v1")) == "v₁"
    assert {graph.spoken(i) for i in graph.nodes if graph.nodes[i].is_constant} == {"2", "[1, 2]"}
    assert graph.label(graph.find("v3")) == "v3"


def test_a_constant_is_called_by_its_number_also_after_it_changed() -> None:
    graph = Graph([X, Node(2, OPS["constant"], (), 1.5), node(3, "mul", 1, 2)])
    assert (graph.label(2), graph.spoken(2)) == ("1.5", "1.5")
    assert graph.with_values({2: -3.0}).spoken(2) == "−3"


def test_find_suggests_a_close_name() -> None:
    with pytest.raises(GraphError, match=r"^there is no node “momentun”; did you mean momentum\?$"):
        parse("momentum*2").find("momentun")


def test_changed_values_share_the_structure_and_leave_the_old_graph_alone() -> None:
    graph = parse("f = x*y", {"x": 1, "y": 2})
    other = graph.with_values({graph.find("x"): 5.0})
    assert other.structure is graph.structure
    assert (graph.nodes[1].value, other.nodes[1].value) == (1.0, 5.0)
    assert graph != other
    assert graph == parse("f = x*y", {"x": 1, "y": 2})
    assert graph.same_wires(other)
    assert not graph.same_wires(graph.with_output(graph.find("x")))
    with pytest.raises(TypeError):
        graph.nodes[1] = X  # type: ignore[index]


def test_arrays_in_nodes_cannot_be_written() -> None:
    given = np.array([1.0, 2.0])
    held = as_value(given)
    given[0] = 9.0
    assert np.array_equal(held, [1.0, 2.0])
    with pytest.raises(ValueError, match="read-only"):
        held[0] = 3.0  # type: ignore[index]


def test_graphs_with_nan_can_be_compared() -> None:
    one, other = (Graph([X.with_(value=as_value([1.0, math.nan]))]) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert Graph([X.with_(value=math.nan)]) == Graph([X.with_(value=math.nan)])
    assert Graph([X.with_(value=1.0)]) != Graph([X.with_(value=as_value([1.0]))])


@pytest.mark.parametrize(
    ("text", "output"),
    [("f = x*y; g = f + 1", "g"), ("a = x + 1; b = x + 2", "b"), ("x; y", "y"), ("f = x; x = 3", "f")],
)
def test_default_output(text: str, output: str) -> None:
    graph = parse(text)
    assert graph.result == graph.find(output)


def test_an_empty_graph() -> None:
    assert Graph().result is None
    assert Graph().structure.levels == ()
    assert infer_shapes(Graph()).known == {}


@pytest.mark.parametrize("name", ["x", "w_in", "λ", "x1", "été", "parameter_", "match", "print", "f"])
def test_names(name: str) -> None:
    assert name_fault(name) is None


def test_fresh_names() -> None:
    assert fresh_name([], ["f", "y"]) == "f"
    assert fresh_name(["f"], ["f", "y"]) == "y"
    assert fresh_name(["f", "y", "y1"], ["f", "y"]) == "y2"
    assert fresh_name([], ["sin", "x"]) == "x"


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        (((), (3,)), (3,)),
        (((2, 1), (3,)), (2, 3)),
        (((4, 1, 3), (2, 1)), (4, 2, 3)),
        (((1,), (1, 1)), (1, 1)),
    ],
)
def test_shapes_broadcast(shapes: tuple[tuple[int, ...], tuple[int, ...]], expected: tuple[int, ...]) -> None:
    graph = parse("x*y", {"x": np.ones(shapes[0]), "y": np.ones(shapes[1])})
    assert infer_shapes(graph).known[graph.find("f")] == expected


def test_shapes_that_do_not_fit_or_are_not_known() -> None:
    graph = parse("q = x + y; f = q*z; g = exp(z)")
    values: dict[str, Any] = {"x": as_value([1, 2]), "y": as_value([1, 2, 3])}
    graph = graph.with_values({graph.find(name): value for name, value in values.items()})
    shapes = infer_shapes(graph)
    assert set(shapes.known) == {graph.find("x"), graph.find("y")}
    assert set(shapes.misfits) == {graph.find("q")}
    assert "x with shape 2 and y with shape 3" in shapes.misfits[graph.find("q")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", 2.0),
        (" −1.5e-3 ", -0.0015),
        ("π", math.pi),
        ("[1, −2, 3]", [1.0, -2.0, 3.0]),
        ("[[1, 2], [3, 4]]", [[1.0, 2.0], [3.0, 4.0]]),
    ],
)
def test_values_as_people_type_them(text: str, expected: Any) -> None:
    value = parse_value(text)
    assert (value.tolist() if isinstance(value, np.ndarray) else value) == expected


@pytest.mark.parametrize(
    "text",
    [
        *["", "  ", "x", "1 2", "x = 3", "1;2", "sin(1)", "1j", "True", "(" * 5_000, "\ud800"],
        *["nan", "inf", "-Infinity", "1e999", "[1, nan]", "[1, 1e999]"],
        *["[", "[]", "[1, [2]]", "['1']", "[x]", "[1, None]", "[1]*9", "[" * 100_000],
    ],
    ids=lambda text: repr(text[:12]),
)
def test_other_values_are_refused_in_words(text: str) -> None:
    with pytest.raises(GraphError) as caught:
        parse_value(text)
    assert 10 < len(str(caught.value)) < 150
