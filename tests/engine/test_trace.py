"""The trace tells the same story as the plan, event by event and bit by bit."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from bpviz.engine.plan import Plan
from bpviz.engine.trace import Accumulated, Computed, Event, Failed, Seeded, Sent, Trace, run
from bpviz.graph.graph import Graph, GraphError, NodeId, same_value
from bpviz.graph.parse import parse
from bpviz.graph.program import program

from .random_graphs import array_graphs, scalar_graphs

GRAPHS = st.one_of(scalar_graphs, array_graphs)


def story(text: str, **values: Any) -> list[tuple[Any, ...]]:
    """All events of a run, nodes by label."""
    trace = run(parse(text, values))
    label = trace.graph.label
    told: list[tuple[Any, ...]] = []
    for event in trace:
        match event:
            case Computed(node, value):
                told.append(("computed", label(node), value))
            case Seeded(node, gradient):
                told.append(("seeded", label(node), gradient))
            case Sent(source, target, slot, upstream, local, contribution):
                told.append(("sent", label(source), label(target), slot, upstream, local, contribution))
            case Accumulated(target, before, contribution, after):
                told.append(("accumulated", label(target), before, contribution, after))
            case Failed(node, reason):
                told.append(("failed", label(node), reason))
    return told


def test_the_example_of_the_issue() -> None:
    assert story("q = x + y; f = q * z", x=-2, y=5, z=-4) == [
        ("computed", "x", -2.0),
        ("computed", "y", 5.0),
        ("computed", "z", -4.0),
        ("computed", "q", 3.0),
        ("computed", "f", -12.0),
        ("seeded", "f", 1.0),
        ("sent", "f", "q", 0, 1.0, -4.0, -4.0),
        ("accumulated", "q", 0.0, -4.0, -4.0),
        ("sent", "f", "z", 1, 1.0, 3.0, 3.0),
        ("accumulated", "z", 0.0, 3.0, 3.0),
        ("sent", "q", "x", 0, -4.0, 1.0, -4.0),
        ("accumulated", "x", 0.0, -4.0, -4.0),
        ("sent", "q", "y", 1, -4.0, 1.0, -4.0),
        ("accumulated", "y", 0.0, -4.0, -4.0),
    ]


def test_two_paths_add_and_constants_get_nothing() -> None:
    assert story("x*x + 3*x", x=5)[5:] == [
        ("seeded", "f", 1.0),
        ("sent", "f", "v1", 0, 1.0, 1.0, 1.0),
        ("accumulated", "v1", 0.0, 1.0, 1.0),
        ("sent", "f", "v2", 1, 1.0, 1.0, 1.0),
        ("accumulated", "v2", 0.0, 1.0, 1.0),
        ("sent", "v2", "x", 1, 1.0, 3.0, 3.0),
        ("accumulated", "x", 0.0, 3.0, 3.0),
        ("sent", "v1", "x", 0, 1.0, 5.0, 5.0),
        ("accumulated", "x", 3.0, 5.0, 8.0),
        ("sent", "v1", "x", 1, 1.0, 5.0, 5.0),
        ("accumulated", "x", 8.0, 5.0, 13.0),
    ]


@given(GRAPHS)
def test_sums_are_exactly_those_of_the_plan(graph: Graph) -> None:
    note(program(graph))
    plan = Plan(graph).run()
    trace = Trace(plan, graph)
    latest: dict[NodeId, Any] = {}
    for sent, accumulated in pairwise(trace[trace.seed_position + 1 :]):
        if not (isinstance(sent, Sent) and isinstance(accumulated, Accumulated)):
            continue
        assert accumulated.target == sent.target
        assert same_value(accumulated.contribution, sent.contribution)
        before = latest.get(sent.target, accumulated.before)
        assert sent.target in latest or not np.any(accumulated.before)
        assert same_value(accumulated.before, before)
        assert np.array_equal(accumulated.after, np.add(before, sent.contribution))
        latest[sent.target] = accumulated.after
    for id_, row in plan.row_of.items():
        if graph.nodes[id_].is_constant:
            continue
        gradient = trace.gradient(id_)
        assert gradient is not None
        assert np.array_equal(gradient, plan.gradient_view(row))
        if id_ in latest:
            assert np.array_equal(gradient, latest[id_])
        elif id_ != graph.result:
            assert not np.any(gradient)


@given(GRAPHS)
def test_nobody_sends_before_everything_has_arrived(graph: Graph) -> None:
    trace = run(graph)
    for event in trace:
        if isinstance(event, Sent):
            assert same_value(event.upstream, trace.gradient(event.source))
            assert graph.nodes[event.source].inputs[event.slot] == event.target
            assert not graph.nodes[event.target].is_constant
    sources = [event.source for event in trace if isinstance(event, Sent)]
    computed = [event.node for event in trace if isinstance(event, Computed)]
    assert [computed.index(source) for source in sources] == sorted(map(computed.index, sources), reverse=True)
    assert sorted(computed) == sorted(graph.nodes)


@given(GRAPHS)
def test_a_frame_is_what_the_events_so_far_add_up_to(graph: Graph) -> None:
    note(program(graph))
    trace = run(graph)
    values: dict[NodeId, Any] = {}
    gradients: dict[NodeId, Any] = {}
    for n in range(len(trace) + 1):
        frame = trace.frame(n)
        if n:
            assert same_event(frame.event, trace[n - 1])
            tell(trace[n - 1], values, gradients)
        else:
            assert frame.event is None
        for id_ in graph.nodes:
            assert same_value(frame.value(id_), values.get(id_))
            assert same_value(frame.gradient(id_), gradients.get(id_))


def tell(event: Event, values: dict[NodeId, Any], gradients: dict[NodeId, Any]) -> None:
    match event:
        case Computed(node, value):
            values[node] = value
        case Seeded(node, gradient):
            gradients[node] = gradient
        case Accumulated(target, _, _, after):
            gradients[target] = after


def same_event(one: Event | None, other: Event) -> bool:
    return type(one) is type(other) and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in other.__match_args__
    )


def test_a_trace_is_a_sequence() -> None:
    trace = run(parse("x*y", {"x": 2, "y": 3}))
    assert len(trace) == len(list(trace)) == 3 + 1 + 4
    assert trace[-1] == trace[7] == Accumulated(trace.graph.find("y"), 0.0, 2.0, 2.0)
    assert trace[2:4] == [trace[2], trace[3]]
    assert trace[3] in trace
    assert (trace.forward_length, trace.backward_length, trace.seed_position) == (3, 5, 3)
    for i in (8, -9):
        with pytest.raises(IndexError, match=f"the trace has 8 events; there is no event {i}"):
            trace[i]
    with pytest.raises(IndexError, match="there is no moment 9"):
        trace.frame(9)


def test_places_in_the_sequence() -> None:
    graph = parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})
    trace = run(graph)
    for id_ in graph.nodes:
        position = trace.computed_position(id_)
        assert position is not None
        assert trace[position] == Computed(id_, trace.value(id_))  # type: ignore[arg-type]
    wire = trace.wire(graph.find("q"), 1)
    assert wire is not None
    event = trace[trace.sent_position(wire)]
    assert isinstance(event, Sent)
    assert (event.source, event.target, event.slot) == (graph.find("q"), graph.find("y"), 1)
    assert trace.wires_into(graph.find("y")) == [wire]
    assert trace.wire(graph.find("x"), 0) is None
    assert trace.wires_into(graph.find("f")) == []


def test_a_trace_outlives_later_runs_of_its_plan() -> None:
    graph = parse("x**2", {"x": 3})
    plan = Plan(graph).run()
    trace = Trace(plan, graph)
    plan.run(x=10.0)
    assert (trace.value("f"), trace.gradient("x")) == (9.0, 6.0)
    assert (plan.value("f"), plan.gradient("x")) == (100.0, 20.0)


def test_arrays_in_events_cannot_be_written() -> None:
    trace = run(parse("2*x", {"x": [1, 2]}))
    for array in (trace.value("f"), trace.gradient("x"), trace[-1].after):  # type: ignore[union-attr]
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5.0  # type: ignore[index]


def test_a_chain_of_twenty_thousand() -> None:
    n = 20_000
    graph = parse("t0 = x + 1\n" + "\n".join(f"t{i} = t{i - 1} * 1.00001" for i in range(1, n + 1)), {"x": 1})
    trace = run(graph)
    expected = np.cumprod(np.full(n, 1.00001))[-1]
    assert trace.value(f"t{n}") == pytest.approx(2 * expected, rel=1e-12)
    assert trace.gradient("x") == pytest.approx(expected, rel=1e-12)
    assert len(trace) == (2 * n + 3) + 1 + 2 * (n + 1)
    last = trace[-1]
    assert isinstance(last, Accumulated)
    assert last.after == trace.gradient("x")
    assert trace.frame(len(trace) - 1).gradient(graph.find("x")) is None


def test_an_input_with_many_uses() -> None:
    n = 4_000
    graph = parse(
        "\n".join([f"t{i} = x * {i}" for i in range(n)] + [f"s{i} = s{i - 1} + t{i}" for i in range(1, n)]).replace(
            "s0 +", "t0 +"
        ),
        {"x": 1},
    )
    trace = run(graph)
    after = [event.after for event in trace if isinstance(event, Accumulated) and event.target == graph.find("x")]
    assert len(after) == n
    assert after[-1] == trace.gradient("x") == n * (n - 1) / 2


# What broke and what waits


@pytest.mark.parametrize(
    ("text", "values", "failed"),
    [
        ("ln(x)", {"x": -2}, [("f", "ln is defined for x > 0; x is −2")]),
        ("1/x", {"x": 0}, [("f", "division needs a divisor other than 0; x is 0")]),
        ("0**x", {"x": -1}, [("f", "a power of 0 needs an exponent of 0 or more")]),
        ("(-2)**x", {"x": 0.5}, [("f", "a power of a negative number needs a whole exponent; x is 0.5")]),
        ("sqrt(x - 3)", {"x": 2}, [("f", "the square root is defined for x ≥ 0; v₁ is −1")]),
        ("asin(x) + y", {"x": 2, "y": 1}, [("v1", "asin is defined for −1 ≤ x ≤ 1; x is 2")]),
        ("exp(x)", {"x": 1000}, [("f", "exp(x) is too large for float64")]),
        ("x*x", {"x": 1e200}, [("f", "x · x is too large for float64")]),
        ("1/0", {}, [("f", "division needs a divisor other than 0; here it is 1 / 0")]),
        ("1e200*1e200", {}, [("f", "1·10²⁰⁰ × 1·10²⁰⁰ is too large for float64")]),
        ("ln(x)", {"x": [1, -1]}, [("f", "ln is defined for x > 0; x is −1 (entry [1])")]),
        ("a = ln(x); b = 1/y; a + b", {"x": 0, "y": 0}, [("a", "ln is defined"), ("b", "division needs")]),
        (
            "sqrt(x)",
            {"x": 0},
            [("f", "the local derivative ∂f/∂x = 1 / (2 · √x) is infinite, or too large for float64, where x is 0")],
        ),
    ],
)
def test_failures_are_told_last_and_in_words(text: str, values: dict[str, Any], failed: list[tuple[str, str]]) -> None:
    told = story(text, **values)
    assert [event[0] for event in told[-len(failed) :]] == ["failed"] * len(failed)
    assert "failed" not in [event[0] for event in told[: -len(failed)]]
    for event, (label, reason) in zip(told[-len(failed) :], failed, strict=True):
        assert event[1] == label
        assert event[2].startswith(reason)


def test_what_does_not_depend_on_a_failure_is_still_shown() -> None:
    graph = parse("a = ln(x); b = 2*y; c = a + b; d = c*y", {"x": -2, "y": 3})
    trace = run(graph)
    assert (trace.value("b"), trace.value("a"), trace.value("c"), trace.gradient("y")) == (6.0, None, None, None)
    assert not trace.has_backward
    assert trace.troubles == {
        graph.find("a"): "ln is defined for x > 0; x is −2",
        graph.find("c"): "c waits for a, which could not be computed",
        graph.find("d"): "d waits for a, which could not be computed",
    }
    assert same_value(trace.failed_value(graph.find("a")), np.nan)
    assert trace.is_at_fault(graph.find("a"))
    assert not trace.is_at_fault(graph.find("c"))
    with_gradients = run(graph, "b")
    assert with_gradients.gradient("y") == 2.0
    assert [failure.node for failure in with_gradients.failures] == [graph.find("a")]


def test_a_gradient_that_breaks_is_told_with_its_wire() -> None:
    trace = run(parse("a = x*1e200; f = 1e200*a", {"x": 1e-300}))
    assert trace.gradient("x") == np.inf
    assert [(f.node, f.reason) for f in trace.failures] == [
        (trace.graph.find("a"), "the gradient that a sends to x is too large for float64")
    ]


def test_half_built_graphs_compute_as_far_as_they_can() -> None:
    graph = parse("a = x + _; b = sin(_) * x; c = 2*x; d = a + c; e1 = y*2; f = _*_", {"x": 3})
    trace = run(graph)
    assert trace.value("c") == 6.0
    assert {graph.label(id_): reason for id_, reason in trace.troubles.items()} == {
        "y": "y waits for a value",
        "a": "a waits for its second input to be wired",
        "v1": "v₁ waits for its input to be wired",
        "b": "b waits for v₁",
        "d": "d waits for a",
        "e1": "e₁ waits for y",
        "f": "f waits for both inputs to be wired",
    }
    assert len(trace) == len([1 for event in trace if isinstance(event, Computed)]) == 4
    assert run(graph, "c").gradient("x") == 2.0


def test_misfits_name_both_shapes() -> None:
    graph = parse("q = x + y; f = 2*q; g = 2*x")
    graph = graph.with_inputs({"x": [1, 2], "y": [1, 2, 3]})
    trace = run(graph, "g")
    assert trace.value("g") is not None
    assert [failure.reason for failure in trace.failures] == [
        "add cannot combine x with shape 2 and y with shape 3: "
        "counted from the right, sizes must be equal, or one of them 1"
    ]
    assert trace.troubles[graph.find("f")] == "f waits for q"


def test_an_empty_graph_has_an_empty_trace() -> None:
    trace = run(Graph())
    assert len(trace) == 0
    assert list(trace) == []
    assert trace.frame(0).event is None
    with pytest.raises(GraphError):
        trace.value("x")
