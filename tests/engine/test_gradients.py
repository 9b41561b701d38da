"""Every value and every gradient of random graphs, against an independent implementation and against differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, note

from bpviz.engine.trace import Trace, run
from bpviz.graph.graph import Graph, NodeId
from bpviz.graph.parse import parse
from bpviz.graph.program import program

from .. import oracle
from .random_graphs import array_graphs, scalar_graphs


def assert_agrees_with_autograd(graph: Graph) -> None:
    """To 1e-12 relative; where terms cancel, relative to the terms and not to what is left of them."""
    note(program(graph))
    trace = run(graph)
    values, gradients, sizes = oracle.values(graph), oracle.gradients(graph), sizes_of_terms(trace)
    for id_, node in graph.nodes.items():
        label = graph.label(id_)
        assert trace.value(id_) == pytest.approx(values[id_], rel=1e-12, abs=1e-12), label
        if node.is_constant and id_ != graph.result:
            assert trace.gradient(id_) is None
            continue
        gradient: Any = trace.gradient(id_)
        assert np.shape(gradient) == np.shape(values[id_])
        error = np.abs(gradient - gradients[id_])
        assert np.all(error <= 1e-12 * sizes[id_]), f"{label}: {gradient}, expected {gradients[id_]}"


def sizes_of_terms(trace: Trace) -> dict[NodeId, Any]:
    """What the gradients would be if all local derivatives were positive: the size of the terms that are added."""
    graph, plan = trace.graph, trace.plan
    sizes: dict[NodeId, Any] = {id_: np.zeros(plan.shapes[row]) for id_, row in plan.row_of.items()}
    sizes[graph.result or 0] += 1.0
    for wire in range(len(plan.wires)):
        event = trace.sent(wire)
        assert event.local is not None
        terms = np.abs(event.local) * sizes[event.source]
        target = sizes[event.target]
        target += over(terms, target.shape)
    return sizes


def over(array: Any, shape: tuple[int, ...]) -> Any:
    """The sum of all entries that one entry of `shape` was broadcast to, found by brute force."""
    places = np.broadcast_to(np.arange(int(np.prod(shape))).reshape(shape), array.shape)
    return np.array([array[places == place].sum() for place in range(int(np.prod(shape)))]).reshape(shape)


@given(scalar_graphs)
def test_random_scalar_graphs_agree_with_autograd(graph: Graph) -> None:
    assert_agrees_with_autograd(graph)


@given(array_graphs)
def test_random_array_graphs_agree_with_autograd(graph: Graph) -> None:
    assert_agrees_with_autograd(graph)


@given(scalar_graphs)
def test_random_scalar_graphs_agree_with_differences(graph: Graph) -> None:
    note(program(graph))
    trace = run(graph)
    for node in graph.nodes.values():
        if node.is_constant:
            continue
        h = 1e-4

        def output(step: float, id_: NodeId = node.id) -> float:
            return float(oracle.values(graph, {id_: step})[graph.result or 0])

        slope = (8 * (output(h) - output(-h)) - (output(2 * h) - output(-2 * h))) / (12 * h)
        assert trace.gradient(node.id) == pytest.approx(slope, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "inputs", "values", "gradients"),
    [
        ("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}, {"q": 3, "f": -12}, {"x": -4, "y": -4, "z": 3, "q": -4}),
        ("3x²−4x", {"x": 1}, {"f": -1}, {"x": 2}),
        ("x*x", {"x": 3}, {"f": 9}, {"x": 6}),
        ("a = 2*x; b = 3*x; f = a*b", {"x": 1}, {"f": 6}, {"x": 12, "a": 3, "b": 2}),
        ("x + x + x", {"x": 5}, {"f": 15}, {"x": 3}),
        ("x**3", {"x": -2}, {"f": -8}, {"x": 12}),
        ("x/y", {"x": 1, "y": 4}, {"f": 0.25}, {"x": 0.25, "y": -0.0625}),
        ("w = parameter(2); f = w*x", {"x": 3}, {"f": 6}, {"w": 3, "x": 2}),
        ("max(x, y)", {"x": 2, "y": 2}, {"f": 2}, {"x": 0.5, "y": 0.5}),
        ("max(x, x)", {"x": 2}, {"f": 2}, {"x": 1}),
        ("relu(x) + abs(x)", {"x": 0}, {"f": 0}, {"x": 0}),
        # the output depends on neither y nor b
        ("a = 2*x; b = a*y; a", {"x": 3, "y": 4}, {"a": 6, "b": 24}, {"a": 1, "x": 2, "y": 0, "b": 0}),
        # an input as the output
        ("y = 2*x; x", {"x": 3}, {"y": 6}, {"x": 1, "y": 0}),
    ],
)
def test_exact_numbers(
    text: str, inputs: dict[str, float], values: dict[str, float], gradients: dict[str, float]
) -> None:
    trace = run(parse(text, inputs))
    assert {name: trace.value(name) for name in values} == values
    assert {name: trace.gradient(name) for name in gradients} == gradients
    assert trace.gradient(trace.graph.result or 0) == 1.0


def test_gradients_are_summed_back_over_broadcast_axes() -> None:
    graph = parse("f = w*x + b", {"w": [[1], [2]], "x": [1, 2, 3], "b": 10})
    trace = run(graph)
    assert trace.value("f").tolist() == [[11.0, 12.0, 13.0], [12.0, 14.0, 16.0]]  # type: ignore[union-attr]
    assert trace.gradient("w").tolist() == [[6.0], [6.0]]  # type: ignore[union-attr]
    assert trace.gradient("x").tolist() == [3.0, 3.0, 3.0]  # type: ignore[union-attr]
    assert trace.gradient("b") == 6.0
    assert trace.gradient("f").tolist() == [[1.0] * 3] * 2  # type: ignore[union-attr]


def test_the_output_can_be_chosen() -> None:
    graph = parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})
    trace = run(graph, "q")
    assert (trace.gradient("x"), trace.gradient("z"), trace.gradient("f")) == (1.0, 0.0, 0.0)
    assert run(graph, graph.find("q")).gradient("y") == 1.0
    assert graph.output is None
