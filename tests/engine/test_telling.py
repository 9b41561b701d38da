"""The same run told in other ways: forward mode, and what goes wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, note
from hypothesis import strategies as st

from bpviz.engine.explain import explain, sentence
from bpviz.engine.tangents import tangents
from bpviz.engine.telling import Telling, movable, told
from bpviz.engine.trace import Accumulated, Computed, Overwritten, Pushed, Seeded, Sent, Trace, run
from bpviz.engine.wrong_sweeps import Wrong, done_wrong
from bpviz.engine.wrong_ways import overwritten, unordered
from bpviz.graph.graph import Graph, GraphError
from bpviz.graph.parse import parse
from bpviz.graph.program import program

from .mixed_graphs import mixed_graphs
from .random_graphs import array_graphs, scalar_graphs

GRAPHS = st.one_of(scalar_graphs, array_graphs, mixed_graphs())


def of(text: str, **values: Any) -> Trace:
    return run(parse(text, values))


def consistent(story: Trace) -> None:
    """The events follow one from the other, and end in what the story says it comes to."""
    has: dict[int, Any] = {}
    sent: Any = None
    for i, event in enumerate(story):
        match event:
            case Seeded(node=node, gradient=gradient):
                has[node] = gradient
            case Sent(upstream=received) | Pushed(tangent=received):
                assert np.array_equal(received, has[event.source], equal_nan=True)
                sent = event
            case Accumulated():
                assert sent is not None
                assert event.target == sent.target
                assert np.array_equal(event.contribution, sent.contribution, equal_nan=True)
                assert np.array_equal(event.before, has.get(event.target, np.zeros_like(event.before)), equal_nan=True)
                has[event.target] = event.after
        for node, now in has.items():
            assert np.array_equal(story.frame(i + 1).gradient(node), now, equal_nan=True)  # type: ignore[arg-type]
        assert sentence(story, i).endswith((".", ".)"))
    for node, now in has.items():
        assert np.array_equal(story.gradient(node), now, equal_nan=True)  # type: ignore[arg-type]


@given(GRAPHS)
def test_forward_mode_is_a_story_of_the_tangents(graph: Graph) -> None:
    note(program(graph))
    trace = run(graph)
    assume(movable(trace))
    for node in movable(trace)[:3]:
        story = told(trace, Telling.FORWARD, node)
        value: Any = trace.value(node)
        assert story.seed == node
        assert story.forward_length == trace.forward_length
        expected = tangents(trace, {node: np.ones(np.shape(value)) if np.ndim(value) else 1.0})
        for other in graph.nodes:
            if trace.value(other) is not None and not graph.nodes[other].is_constant:
                found: Any = story.gradient(other)
                right: Any = expected.get(other, 0.0)
                size = 1.0 + np.max(np.abs(right), initial=0.0)
                assert np.allclose(found, right, rtol=1e-12, atol=1e-12 * size, equal_nan=True)
    if len(graph) < 15:
        consistent(told(trace, Telling.FORWARD))


@given(GRAPHS)
def test_what_goes_wrong_is_a_story_of_that_way(graph: Graph) -> None:
    note(program(graph))
    trace = run(graph)
    for mistake in (overwritten, unordered):
        way, story = mistake(trace), done_wrong(trace, mistake)
        assert len(story) >= trace.forward_length + trace.backward_length
        assert story.sweep is not None
        assert list(story.sweep.wrong) == list(way.wrong)
        for node, gradient in way.gradients.items():
            assert np.array_equal(story.gradient(node), gradient, equal_nan=True)  # type: ignore[arg-type]
            row = trace.plan.row_of[node]
            assert np.array_equal(story.sweep.right(row), trace.gradient(node), equal_nan=True)  # type: ignore[arg-type]
    if len(graph) < 12:
        consistent(done_wrong(trace, unordered))


def test_the_events_of_forward_mode() -> None:
    trace = of("f = (x + y) * x", x=3, y=2)
    graph, story = trace.graph, told(of("f = (x + y) * x", x=3, y=2), Telling.FORWARD)
    x, f = graph.by_name["x"], graph.by_name["f"]
    q = graph.nodes[f].inputs[0] or 0
    assert story[4:] == [
        Seeded(x, 1.0),
        Pushed(x, q, 0, 1.0, 1.0, 1.0),
        Accumulated(q, 0.0, 1.0, 1.0),
        Pushed(q, f, 0, 1.0, 3.0, 3.0),
        Accumulated(f, 0.0, 3.0, 3.0),
        Pushed(x, f, 1, 1.0, 5.0, 5.0),
        Accumulated(f, 3.0, 5.0, 8.0),
    ]
    assert [sentence(story, i) for i in (4, 7, 10)] == [
        "Let x move, and see what follows: ∂x/∂x = 1.",
        "v₁ passes on 1 × 3 = 3 to f, because locally ∂f/∂v₁ = x = 3.",
        "f adds it to what it has: 3 + 5 = 8. So ∂f/∂x = 8.",
    ]


def test_the_first_that_can_move_is_one_on_which_the_output_depends() -> None:
    trace = of("u = 2; f = x * y", x=3, y=2)
    assert [trace.graph.spoken(node) for node in movable(trace)] == ["x", "y", "u"]
    with pytest.raises(GraphError, match="nothing here can move"):
        told(of("f = 1 + 2"), Telling.FORWARD)


def test_a_node_in_the_middle_moves_by_itself() -> None:
    trace = of("q = x + y; f = q * x", x=3, y=2)
    story = told(trace, Telling.FORWARD, trace.graph.by_name["q"])
    assert (story.gradient("f"), story.gradient("x"), story.gradient("q")) == (3.0, 0.0, 1.0)


def test_overwriting_loses_the_first_share_and_says_so() -> None:
    trace = of("a = x * y; b = 4 * x; f = a + b", x=2, y=3)
    story = done_wrong(trace, overwritten)
    x = trace.graph.by_name["x"]
    (event,) = [e for e in story if isinstance(e, Overwritten) and e.target == x and e.before]
    assert (event.before, event.contribution, event.after) == (4.0, 3.0, 3.0)
    (i,) = [i for i, e in enumerate(story) if e == event]
    assert sentence(story, i) == (
        "x loses what it had, because = is not +=: 3 takes the place of 4. So ∂f/∂x = 3 instead of 7."
    )
    assert story.sweep is not None
    assert (
        story.sweep.wrong[x] == "x receives 4 from b, then 3 from a, which overwrites what was there: 3 instead of 7."
    )
    assert isinstance(story.sweep, Wrong)
    assert story.sweep.summary == "With = in place of +=, 1 of 5 gradients comes out wrong: x."


def test_where_only_a_zero_is_lost_the_error_is_told_from_its_source() -> None:
    trace = of("q = 3 * x; r = q * 0; s = q * y; a = x * 0; f = r + s + 5 * q + a", x=2, y=7)
    story = done_wrong(trace, overwritten)
    x = trace.graph.by_name["x"]
    last = max(i for i, event in enumerate(story) if isinstance(event, Overwritten) and event.target == x)
    assert "takes the place of 0. Wrong: x inherits the error of q" in sentence(story, last)


def test_without_an_order_what_comes_late_is_not_passed_on() -> None:
    trace = of("b = 3 * g; c = 5 * b; d = 7 * g; f = d * c + b", g=2)
    story = done_wrong(trace, unordered)
    b = trace.graph.by_name["b"]
    assert story.gradient("b") == trace.gradient("b") == 71.0  # the late share is added …
    (sent,) = [e for e in story if isinstance(e, Sent) and e.source == b]
    assert (sent.upstream, sent.contribution) == (1.0, 3.0)  # … after b had sent
    assert story.gradient("g") == 213.0
    assert trace.gradient("g") == 423.0


@pytest.mark.parametrize("telling", list(Telling))
def test_where_nothing_can_be_told_the_values_are(telling: Telling) -> None:
    trace = of("f = ln(x)", x=-1)
    story = told(trace, telling)
    assert isinstance(story[0], Computed)
    assert all(explain(story, i) for i in range(len(story)))


def test_tangents_that_are_too_large_are_said() -> None:
    story = told(of("a = x * 1e200; f = a * 1e200", x=1e-250), Telling.FORWARD)
    assert [failure.reason for failure in story.failures] == ["the tangent that a sends to f is too large for float64"]
    infinite = told(of("f = sqrt(x)", x=0), Telling.FORWARD)
    assert [failure.reason for failure in infinite.failures] == [
        "the local derivative ∂f/∂x = 1 / (2 · √x) is infinite, or too large for float64, where x is 0"
    ]
