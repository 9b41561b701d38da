"""What goes wrong with `=` in place of `+=`, and without a topological order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from bpviz.engine.trace import Trace, run
from bpviz.engine.wrong_ways import WrongWay, overwritten, unordered
from bpviz.graph.graph import Graph, NodeId
from bpviz.graph.parse import parse
from bpviz.graph.program import program

from .mixed_graphs import mixed_graphs
from .random_graphs import array_graphs, scalar_graphs

GRAPHS = st.one_of(scalar_graphs, array_graphs, mixed_graphs())
WAYS = [overwritten, unordered]


def of(text: str, **values: Any) -> tuple[Trace, WrongWay, WrongWay]:
    trace = run(parse(text, values))
    return trace, overwritten(trace), unordered(trace)


def named(trace: Trace, way: WrongWay) -> dict[str, Any]:
    return {trace.graph.label(node): gradient for node, gradient in way.gradients.items()}


def reasons(trace: Trace, way: WrongWay) -> dict[str, str]:
    return {trace.graph.label(node): reason for node, reason in way.wrong.items()}


@given(GRAPHS)
def test_wrong_is_what_differs_and_each_has_its_reason(graph: Graph) -> None:
    note(program(graph))
    trace = run(graph)
    for way in (overwritten(trace), unordered(trace)):
        assert set(way.gradients) == {id_ for id_ in graph.nodes if trace.gradient(id_) is not None}
        assert sorted(way.order) == list(range(len(trace.plan.wires))) == sorted(way.sent)
        for node, gradient in way.gradients.items():
            right: Any = trace.gradient(node)
            size = max((np.max(trace.magnitudes[wire]) for wire in trace.wires_into(node)), default=0.0)
            assert np.shape(gradient) == np.shape(right)
            assert (node in way.wrong) == (not np.allclose(gradient, right, rtol=1e-9, atol=1e-12 * size))
        for node, reason in way.wrong.items():
            assert graph.spoken(node) in reason
            assert reason.endswith(".")


@given(GRAPHS)
def test_overwriting_is_a_pass_in_which_the_last_contribution_stays(graph: Graph) -> None:
    trace = run(graph)
    way = overwritten(trace)
    assert list(way.order) == list(range(len(trace.plan.wires)))
    for node, gradient in way.gradients.items():
        if into := trace.wires_into(node):
            assert np.array_equal(gradient, way.sent[into[-1]])


@given(scalar_graphs)
def test_each_node_sends_what_it_has_at_its_turn(graph: Graph) -> None:
    note(program(graph))
    trace = run(graph)
    way = unordered(trace)
    have: dict[NodeId, float] = {trace.output: 1.0} if trace.output is not None else {}
    passed: dict[NodeId, float] = {}
    for wire in way.order:
        sent = trace.sent(wire)
        upstream = passed.setdefault(sent.source, have[sent.source])
        assert way.sent[wire] == pytest.approx(upstream * float(np.ravel(sent.local)[0]), rel=1e-12, abs=1e-300)  # type: ignore[arg-type]
        have[sent.target] = have.get(sent.target, 0.0) + float(way.sent[wire])
    assert {node: way.gradients[node] for node in have} == have
    first_reached = list(dict.fromkeys([trace.output, *(trace.sent(wire).target for wire in way.order)]))
    senders = list(dict.fromkeys(trace.sent(wire).source for wire in way.order))
    assert senders == [node for node in first_reached if node in senders]


@given(GRAPHS)
def test_trees_come_out_right_both_ways(graph: Graph) -> None:
    trace = run(graph)
    if any(len(trace.wires_into(id_)) > 1 for id_ in graph.nodes):
        return
    for way in (overwritten(trace), unordered(trace)):
        assert not way.wrong
        assert " nothing goes wrong here: " in way.summary
        for node, gradient in way.gradients.items():
            assert np.array_equal(gradient, trace.gradient(node))  # type: ignore[arg-type]


def test_a_tree() -> None:
    trace, one, other = of("q = x + y; f = q * z", x=-2, y=5, z=-4)
    assert named(trace, one) == named(trace, other) == {"x": -4.0, "y": -4.0, "z": 3.0, "q": -4.0, "f": 1.0}
    assert one.summary == "With = in place of +=, nothing goes wrong here: no node receives more than one share."
    assert other.summary == (
        "Without a topological order, nothing goes wrong here: every node has all its shares before it sends."
    )


def test_shares_that_are_lost_without_harm() -> None:
    _, one, other = of("a = 2*x; h = 0*a; f = a + h", x=3)
    assert one.summary == "With = in place of +=, 2 of 4 gradients come out wrong: a and x."
    assert other.summary == "Without a topological order, nothing goes wrong here: what arrives too late adds up to 0."
    _, one, _ = of("a = 3*x; b = 0*x; f = a + b", x=3)
    assert one.summary == "With = in place of +=, nothing goes wrong here: what is overwritten adds up to 0."


def test_overwritten_and_inherited() -> None:
    trace, way, _ = of("q = x * y; r = 3*q; f = r + q", x=-2, y=5)
    assert named(trace, way) == {"f": 1.0, "r": 1.0, "q": 3.0, "x": 15.0, "y": -6.0}
    assert reasons(trace, way) == {
        "q": "q receives 1 from f, then 3 from r, which overwrites what was there: 3 instead of 4.",
        "x": "x inherits the error of q, whose gradient is 3 instead of 4: it gets 15 instead of 20.",
        "y": "y inherits the error of q, whose gradient is 3 instead of 4: it gets −6 instead of −8.",
    }
    assert way.summary == "With = in place of +=, 3 of 5 gradients come out wrong: q, y and x."


def test_overwritten_by_what_was_wrong_already() -> None:
    trace, way, _ = of("q = 2*x; f = q*q + x", x=3)
    assert reasons(trace, way) == {
        "q": "q receives 6 from v₁, then 6 from v₁, which overwrites what was there: 6 instead of 12.",
        "x": "x receives 1 from f, then 12 from q, which overwrites what was there: 12 instead of 25. What q sent was "
        "wrong already.",
    }


def test_zeros_may_be_overwritten() -> None:
    trace, way, _ = of("f = x*y + x*x", x=0, y=5)
    assert named(trace, way)["x"] == 5.0
    assert not way.wrong


def test_too_late_and_inherited() -> None:
    trace, _, way = of("q = x * y; r = 2*q; s = 3*r; f = s + q; ", x=-2, y=5)
    assert named(trace, way) == {"f": 1.0, "s": 1.0, "r": 3.0, "q": 7.0, "x": 5.0, "y": -2.0}
    assert reasons(trace, way) == {
        "x": "q passed 1 on before 6 from r arrived, so x gets 5 from q instead of 35.",
        "y": "q passed 1 on before 6 from r arrived, so y gets −2 from q instead of −14.",
    }
    assert way.summary == "Without a topological order, 2 of 6 gradients come out wrong: y and x."
    trace, _, way = of("p = 7*x; q = 2*p; r = 2*q; s = 3*r; f = s + q", x=1)
    assert reasons(trace, way) == {
        "p": "q passed 1 on before 6 from r arrived, so p gets 2 from q instead of 14.",
        "x": "x inherits the error of p, whose gradient is 2 instead of 14: it gets 14 instead of 98.",
    }


def test_what_was_reached_first_sends_first() -> None:
    trace, _, way = of("g = x*y; b = 3*g; c = 5*b; d = 7*g; f = d + c", x=2, y=1)
    senders = dict.fromkeys(trace.graph.label(trace.sent(wire).source) for wire in way.order)
    assert list(senders) == ["f", "d", "c", "g", "b"]
    assert named(trace, way)["x"] == 7.0
    assert reasons(trace, way)["x"] == "g passed 7 on before 15 from b arrived, so x gets 7 from g instead of 22."


def test_an_error_is_inherited_where_only_zeros_are_overwritten() -> None:
    trace, way, _ = of("q = 2*x; f = q*q + 0*x", x=3)
    assert reasons(trace, way)["x"] == (
        "x inherits the error of q, whose gradient is 6 instead of 12: it gets 12 instead of 24."
    )


def test_arrays() -> None:
    trace, way, _ = of("h = A@x; f = sum(h*h)", A=[[1, 2], [3, 4]], x=[1, 2])
    assert np.array_equal(way.gradients[trace.graph.find("h")], [5, 11])
    assert np.array_equal(way.gradients[trace.graph.find("A")], [[5, 10], [11, 22]])
    assert reasons(trace, way)["h"] == (
        "h receives [5, 11] from v₁, then [5, 11] from v₁, which overwrites what was there: [5, 11] instead of "
        "[10, 22]."
    )


@pytest.mark.parametrize(
    ("text", "values", "summary"),
    [
        ("x + _", {"x": 1}, "There is no gradient: f waits for its second input to be wired."),
        ("ln(x)", {"x": -1}, "There is no gradient: ln is defined for x > 0; x is −1."),
    ],
)
def test_without_gradients(text: str, values: dict[str, Any], summary: str) -> None:
    for way in of(text, **values)[1:]:
        assert way.summary == summary
        assert not way.gradients
        assert not way.wrong


def test_an_empty_graph() -> None:
    for wrong_way in WAYS:
        assert wrong_way(run(Graph())).summary == "There is nothing to differentiate."


def test_what_is_not_finite_is_not_called_wrong_where_it_is_the_same() -> None:
    trace, way, other = of("a = sqrt(x); f = a*x + x", x=0)
    for each in (way, other):
        assert set(each.gradients) == {trace.graph.find(name) for name in ("x", "a", "v1", "f")}
        assert not each.wrong


def test_a_long_chain() -> None:
    text = "t0 = x\n" + "\n".join(f"t{i + 1} = t{i} + t{i}" for i in range(1_000))
    trace, way, other = of(text, x=1)
    assert way.gradients[trace.graph.find("x")] == 1.0
    assert other.gradients[trace.graph.find("x")] == 2.0**1000
    assert len(way.wrong) == 1_001
    assert way.wrong[trace.graph.find("t999")] == (
        "t₉₉₉ receives 1 from t₁₀₀₀, then 1 from t₁₀₀₀, which overwrites what was there: 1 instead of 2."
    )
