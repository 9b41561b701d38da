"""Reverse mode, forward mode and differences say the same, on random graphs of all kinds of operations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, note

from bpviz.engine.counting import Counting, counted
from bpviz.engine.derive import derive
from bpviz.engine.plan import Plan
from bpviz.engine.tangents import tangents
from bpviz.engine.trace import Accumulated, Sent, Trace, run
from bpviz.engine.work import costs
from bpviz.graph.graph import Graph, GraphError, NodeId
from bpviz.graph.parse import parse
from bpviz.graph.program import program
from bpviz.ops import OPS
from bpviz.ops.op import Work

from .mixed_graphs import STRUCTURED, mixed_graphs


def directions(graph: Graph) -> dict[NodeId, Any]:
    """A direction for each input, not along an axis."""
    random = np.random.default_rng(3)
    return {node.id: random.uniform(0.5, 1.5, np.shape(as_given(node.value))) for node in graph.leaves()}


def as_given(value: Any) -> Any:
    """A value that is there."""
    assert value is not None
    return value


def slope_by_differences(graph: Graph, moved: dict[NodeId, Any]) -> tuple[float, float]:
    """The slope of the sum of the output's entries along directions, and how far it can be trusted."""
    plan = Plan(graph)
    estimates = []
    for h in (1e-3, 5e-4):
        at = {}
        for step in (-2, -1, 1, 2):
            for node, direction in moved.items():
                plan.set(node, as_given(graph.nodes[node].value) + step * h * direction)
            with np.errstate(all="ignore"):
                plan.evaluate()
            assert plan.output_row is not None
            at[step] = float(plan.value_view(plan.output_row).sum())
        estimates.append((8 * (at[1] - at[-1]) - (at[2] - at[-2])) / (12 * h))
    return estimates[1], abs(estimates[1] - estimates[0])


@given(mixed_graphs())
def test_reverse_is_forward_is_numeric(graph: Graph) -> None:
    note(program(graph))
    trace, moved = run(graph), directions(graph)
    assert not trace.failures
    ahead = tangents(trace, moved).get(graph.result or 0, 0.0)
    terms = [np.asarray(trace.gradient(node)) * direction for node, direction in moved.items()]
    back, size = sum(float(term.sum()) for term in terms), sum(float(np.abs(term).sum()) for term in terms)
    assert float(np.sum(ahead)) == pytest.approx(back, rel=1e-10, abs=1e-10 * (1 + size))
    slope, doubt = slope_by_differences(graph, moved)
    assert slope == pytest.approx(back, rel=1e-6, abs=1e-6 * (1 + size) + 10 * doubt)


@given(mixed_graphs())
def test_the_gradient_as_a_graph_has_the_value_of_the_gradient(graph: Graph) -> None:
    note(program(graph))
    trace, derived = run(graph), derive(graph)
    values = run(derived.graph)
    note(program(derived.graph))
    for node, gradient in derived.gradients.items():
        expected, found = trace.gradient(node), values.value(gradient)
        assert found is not None, values.troubles
        assert expected is not None
        assert np.shape(found) == np.shape(expected)
        assert np.allclose(found, expected, rtol=1e-10, atol=1e-10 * (1 + np.max(np.abs(expected))))


@given(mixed_graphs(9))
def test_the_gradient_can_be_differentiated_again(graph: Graph) -> None:
    """Backward over backward is forward over backward: two ways to v · Hessian."""
    note(program(graph))
    derived = derive(graph)
    for node, gradient in derived.gradients.items():
        of_gradient = derived.graph.with_output(gradient)
        trace, moved = run(of_gradient), directions(of_gradient)
        assert not trace.failures, node
        ahead = np.sum(tangents(trace, moved).get(gradient, 0.0))
        terms = [np.asarray(trace.gradient(id_)) * direction for id_, direction in moved.items()]
        size = sum(float(np.abs(term).sum()) for term in terms)
        assert ahead == pytest.approx(sum(float(term.sum()) for term in terms), rel=1e-9, abs=1e-9 * (1 + size))


@given(mixed_graphs())
def test_the_trace_of_tensors_adds_up(graph: Graph) -> None:
    plan = Plan(graph).run()
    trace = Trace(plan, graph)
    latest: dict[NodeId, Any] = {}
    for event in trace[trace.seed_position + 1 :]:
        if isinstance(event, Accumulated):
            assert np.array_equal(event.before, latest.get(event.target, np.zeros(np.shape(event.before))))
            assert np.allclose(event.after, event.before + event.contribution, rtol=1e-14, atol=1e-14)
            latest[event.target] = event.after
        elif isinstance(event, Sent):
            op = graph.nodes[event.source].op
            assert event.local is not None
            if op.structured is None:
                assert np.shape(event.local) == np.shape(event.upstream)
            else:
                sent = np.ravel(event.upstream) @ event.local
                assert np.allclose(sent, np.ravel(event.contribution), rtol=1e-10, atol=1e-10)
    for node, gradient in latest.items():
        assert np.array_equal(gradient, trace.gradient(node))  # type: ignore[arg-type]


def test_the_random_graphs_try_structured_operations() -> None:
    assert {"matmul", "sum", "softmax", "reshape", "concatenate", "layer_norm"} <= {op.name for op in STRUCTURED}


# Forward mode by itself


def test_a_tangent_flows_with_the_values() -> None:
    graph = parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})
    found = {graph.label(node): tangent for node, tangent in tangents(run(graph), {graph.find("x"): 1.0}).items()}
    assert found == {"x": 1.0, "q": 1.0, "f": -4.0}


def test_directions_are_checked() -> None:
    graph = parse("f = sum(x); g = 2*y", {"x": [1, 2]})
    with pytest.raises(GraphError, match=r"a direction of x has the shape 2, not \(\)"):
        tangents(run(graph), {graph.find("x"): 1.0})
    with pytest.raises(GraphError, match="y has no value, so it cannot move"):
        tangents(run(graph), {graph.find("y"): 1.0})


# What the modes cost


def test_reverse_mode_pays_once_for_all_inputs() -> None:
    """f = x₁·x₂·…·xₙ, multiplied from the left: n − 1 products of two."""
    for n in (2, 5, 20):
        product = "x1" + "".join(f" * x{i}" for i in range(2, n + 1))
        graph = parse(product, {f"x{i}": 1.5 for i in range(1, n + 1)})
        found = costs(Plan(graph), [node.id for node in graph.leaves()])
        assert found.passes == n
        assert found.reverse.multiplications == 2 * (n - 1)
        # xᵢ is multiplied with one local derivative in its own product and in each one after it
        assert found.forward.multiplications == sum(n - max(i, 2) + 1 for i in range(1, n + 1))
        assert found.reverse.additions == found.forward.additions == 0


def test_sums_where_paths_meet_are_counted() -> None:
    graph = parse("a = 2*x; b = 3*x; f = a*b", {"x": 1})
    found = costs(Plan(graph), [graph.find("x")])
    assert (found.reverse.multiplications, found.reverse.additions) == (4, 1)
    assert (found.forward.multiplications, found.forward.additions) == (4, 1)


def test_a_matrix_product_costs_what_its_rules_compute() -> None:
    graph = parse("f = A @ B", {"A": np.ones((2, 3)), "B": np.ones((3, 4))})
    found = costs(Plan(graph), [graph.find("A")])
    # G·Bᵀ: 2×4 by 4×3; Aᵀ·G: 3×2 by 2×4
    assert (found.reverse.multiplications, found.reverse.additions) == (2 * 3 * 4 + 3 * 4 * 2, 2 * 3 * 3 + 3 * 4 * 1)
    assert found.passes == 6
    assert found.forward.multiplications == 6 * 2 * 4 * 3


def test_every_structured_rule_can_be_counted() -> None:
    for op in OPS.values():
        for probe in op.probes:
            values = [np.full(shape, 0.5) for shape in probe.shapes]
            bound = op.with_(len(values) if op.is_variadic else None, **probe.attributes)
            text = [f"x{i}" for i in range(len(values))]
            graph = Graph(
                [
                    *(_leaf(i + 1, name, value) for i, (name, value) in enumerate(zip(text, values, strict=True))),
                    _node(99, bound, len(values)),
                ]
            )
            found = costs(Plan(graph), [1])
            assert found.reverse.multiplications >= 0


def _leaf(id_: int, name: str, value: Any) -> Any:
    from bpviz.graph.graph import Node

    return Node(id_, OPS["variable"], (), float(value) if np.ndim(value) == 0 else value, name)


def _node(id_: int, op: Any, count: int) -> Any:
    from bpviz.graph.graph import Node

    return Node(id_, op, tuple(range(1, count + 1)), None, "f")


def test_what_a_rule_uses_twice_is_counted_once() -> None:
    x = Counting((3,))
    product = x * x
    assert counted(product + product) == Work(3, 3)
