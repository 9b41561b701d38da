"""A plan is compiled once and run often, and calls numpy once for all alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpviz.engine import schedule
from bpviz.engine.plan import Plan
from bpviz.graph.graph import Graph, GraphError, Node
from bpviz.graph.parse import parse
from bpviz.ops import OPS
from bpviz.ops.op import Op, Partial

from .random_graphs import array_graphs, scalar_graphs


@given(st.one_of(scalar_graphs, array_graphs), st.floats(0.9, 1.1))
def test_running_again_is_as_good_as_compiling_again(graph: Graph, factor: float) -> None:
    plan = Plan(graph).run()
    moved = {node.id: np.multiply(node.value, factor) for node in graph.leaves() if node.value is not None}
    other = graph.with_values({id_: value if value.ndim else float(value) for id_, value in moved.items()})
    assert plan.serves(other)
    fresh = Plan(other).run()
    again = plan.run_with(other)
    for ours, theirs in [
        (again.buffers.values, fresh.buffers.values),
        (again.buffers.gradients, fresh.buffers.gradients),
        (again.buffers.sent, fresh.buffers.sent),
    ]:
        assert np.array_equal(ours, theirs, equal_nan=True)


def test_what_waits_changes_nothing_that_is_computed() -> None:
    graph = parse("q = x + y; f = q * z; g = [1, 2] + x; f", {"x": -2, "y": 5, "z": -4})
    plan, new, q = Plan(graph).run(), max(graph.nodes) + 1, graph.find("q")
    edits: list[tuple[list[Node], set[int]]] = [
        ([Node(new, OPS["mul"], (None, None)), Node(new + 1, OPS["tanh"], (new,))], set()),
        ([Node(new, OPS["mul"], (q, None))], set()),
        ([Node(new, OPS["mul"], (q, None), None, "later")], set()),
        ([], {new + 1}),
    ]
    for number, (come, gone) in enumerate(edits):
        before = graph.with_inputs({"x": float(number)})
        assert plan.serves(before)
        graph = before.edited(come, gone)
        followed, fresh = plan.following(graph), Plan(graph).run()
        assert followed is not None
        plan = followed.run_with(graph)
        assert (plan.graph, plan.rows, plan.shapes) == (graph, fresh.rows, fresh.shapes)
        assert (plan.output_row, plan.misfits, plan.waiting) == (fresh.output_row, fresh.misfits, fresh.waiting)
        assert np.array_equal(plan.buffers.values, fresh.buffers.values, equal_nan=True)
        assert np.array_equal(plan.buffers.gradients, fresh.buffers.gradients, equal_nan=True)


@pytest.mark.parametrize("name", ["q", "f", "x"])
def test_what_is_computed_otherwise_is_compiled(name: str) -> None:
    graph = parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})
    plan, node = Plan(graph), graph.find(name)
    held = graph.nodes[node]
    other = held.with_(op=OPS["mul"]) if name == "q" else held.with_(inputs=held.inputs[::-1], value=None)
    assert plan.following(graph.edited([other])) is None
    waits = Node(9, OPS["tanh"], (None,))
    assert plan.following(graph.edited([waits])) is not None
    assert plan.following(graph.with_output(graph.find("q")).edited([waits])) is None, "another output"
    assert plan.following(graph.edited([Node(9, OPS["tanh"], (node,))])) is None, "it does not wait"
    assert plan.following(Graph([*graph.nodes.values(), waits])) is None, "it is not known to follow"


def test_run_by_name() -> None:
    plan = Plan(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}))
    assert plan.run().value("f") == -12.0
    assert plan.run(x=1.0, z=2).value("f") == 12.0
    assert (plan.gradient("x"), plan.gradient("q"), plan.gradient("z")) == (2.0, 2.0, 6.0)
    arrays = Plan(parse("f = x*x", {"x": [1, 2]})).run(x=[3, 4])
    assert arrays.gradient("x").tolist() == [6.0, 8.0]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"w": 1.0}, "there is no node “w”"),
        ({"f": 1.0}, "f is not an input with a value"),
        ({"x": [1.0, 2.0]}, r"x was compiled with shape \(\), got 2"),
        ({"x": "one"}, "a value is a number or a list of numbers"),
        ({"y": 1.0}, "y is not an input with a value"),
    ],
)
def test_values_that_do_not_fit(values: dict[str, Any], message: str) -> None:
    plan = Plan(parse("f = x + 1; y*2; f", {"x": 1}))
    with pytest.raises(GraphError, match=message):
        plan.run(**values)


def test_what_waits_is_said() -> None:
    plan = Plan(parse("f = x + y", {"x": 1})).run()
    with pytest.raises(GraphError, match="f cannot be computed: f waits for y"):
        plan.value("f")


def test_a_plan_serves_graphs_that_differ_only_in_numbers_and_names() -> None:
    graph = parse("f = x*y", {"x": 1, "y": 2})
    plan = Plan(graph)
    renamed = Graph([node.with_(name=node.name + "2") for node in graph.nodes.values()])
    assert plan.serves(graph.with_inputs({"x": 5}))
    assert plan.serves(renamed)
    assert not plan.serves(graph.with_inputs({"x": [1, 2]}))
    assert not plan.serves(graph.with_values({graph.find("x"): None}))
    assert not plan.serves(graph.with_output(graph.find("x")))
    assert not plan.serves(parse("f = x + y", {"x": 1, "y": 2}))
    assert not plan.serves(Graph([node for node in graph.nodes.values() if node.name != "f"]))


def counting(op: Op, calls: list[str]) -> Op:
    """An operation that writes down when it computes."""

    def counted(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any) -> Any:
            calls.append(what)
            return function(*args)

        return called

    partials = tuple(Partial(counted("partial", rule.exact), rule.shown) for rule in op.partials)
    return replace(op, forward=counted("forward", op.forward), partials=partials)


def test_alike_scalars_of_a_level_are_one_call() -> None:
    calls: list[str] = []
    sine, total = counting(OPS["sin"], calls), OPS["add"]
    nodes = [Node(i, OPS["variable"], (), 0.1 * i, f"x{i}") for i in range(64)]
    nodes += [Node(64 + i, sine, (i,)) for i in range(64)]
    level, next_id = list(range(64, 128)), 128
    while len(level) > 1:
        pairs = list(zip(level[::2], level[1::2], strict=True))
        nodes += [Node(next_id + i, total, pair) for i, pair in enumerate(pairs)]
        level, next_id = list(range(next_id, next_id + len(pairs))), next_id + len(pairs)
    plan = Plan(Graph(nodes))
    calls.clear()  # compiling tries a rule once, on the number 1
    plan.run()
    assert calls == ["forward", "partial"]
    assert plan.gradient("x3") == pytest.approx(np.cos(0.3), rel=1e-15)


@pytest.mark.parametrize("n", [10, 1_000])
def test_work_grows_with_the_length_of_a_chain(n: int) -> None:
    calls: list[str] = []
    sine = counting(OPS["sin"], calls)
    nodes = [Node(0, OPS["variable"], (), 1.0, "x"), *(Node(i, sine, (i - 1,)) for i in range(1, n + 1))]
    Plan(Graph(nodes)).run()
    assert (calls.count("forward"), calls.count("partial")) == (n, n)


def test_only_the_output_s_ancestors_work_on_the_way_back() -> None:
    calls: list[str] = []
    sine = counting(OPS["sin"], calls)
    nodes = [Node(1, OPS["variable"], (), 1.0, "x"), Node(2, sine, (1,)), Node(3, sine, (2,)), Node(4, sine, (1,))]
    Plan(Graph(nodes, output=2)).run()
    assert (calls.count("forward"), calls.count("partial")) == (2, 1)


def test_numbers_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = parse("x*y", {"x": np.ones((2_000, 1)), "y": np.ones((1, 2_000))})
    assert Plan(graph).run().value("f").sum() == 4e6  # type: ignore[union-attr]
    monkeypatch.setattr(schedule, "MOST_ENTRIES", 3_000_000)
    with pytest.raises(GraphError, match="the graph holds 4,004,000 numbers; bpviz stops at 3,000,000"):
        Plan(graph)


@pytest.mark.parametrize(
    ("text", "shapes", "message"),
    [
        ("a @ b", {"a": (1_000, 1_000), "b": (1_000, 1_000, 1)}, "the gradient of f needs room for 1,000,000,000"),
        ("attention(x, x, x)", {"x": (50_000, 2)}, "attention needs room for 2,500,000,000 numbers at once"),
        ("conv2d(x, w)", {"x": (3, 500, 500), "w": (1, 3, 21, 21)}, "needs room for 304,819,200 numbers at once"),
        ("expand(x, shape=[100000, 100000])", {"x": ()}, "the graph holds 10,000,000,001 numbers; bpviz stops at"),
        ("pad(x, 100000000)", {"x": (3,)}, "the graph holds 200,000,006 numbers"),
    ],
)  # fmt: skip
def test_what_would_fill_the_memory_is_refused_before(
    text: str, shapes: dict[str, tuple[int, ...]], message: str
) -> None:
    with pytest.raises(GraphError, match=message):
        Plan(parse(text, {name: np.ones(shape) for name, shape in shapes.items()}))
