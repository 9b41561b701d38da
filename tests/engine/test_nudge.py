"""The nudge lens: what the gradient predicts beside what happens."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from bpviz.engine.nudge import Nudge, nudge, nudges
from bpviz.engine.trace import run
from bpviz.graph.graph import Graph
from bpviz.graph.parse import parse
from bpviz.graph.program import program

from .mixed_graphs import mixed_graphs
from .random_graphs import scalar_graphs


def of(text: str, name: str, h: float, entry: tuple[int, ...] = (), **values: Any) -> Nudge:
    """The nudge of a named node."""
    trace = run(parse(text, values))
    return nudge(trace, trace.graph.find(name), h, entry)


@given(st.one_of(scalar_graphs, mixed_graphs()), st.data())
def test_a_tiny_step_does_what_the_gradient_says(graph: Graph, data: st.DataObject) -> None:
    note(program(graph))
    trace = run(graph)
    node = data.draw(st.sampled_from([id_ for id_ in graph.nodes if trace.gradient(id_) is not None]))
    shape = np.shape(trace.value(node))  # type: ignore[arg-type]
    entry = tuple(data.draw(st.integers(0, size - 1)) for size in shape)
    slope = float(np.asarray(trace.gradient(node))[entry])
    gaps = []
    for h in (1e-4, 1e-5):
        found = nudge(trace, node, h, entry)
        assert found.predicted == slope * h
        assert found.gap is not None
        gaps.append(abs(found.gap))
    # a quadratic remainder falls to a hundredth, and there is a linear one where there is a corner
    assert gaps[1] <= 0.05 * gaps[0] + 100 * found.noise + 1e-9 * abs(slope)


@given(scalar_graphs, st.lists(st.floats(-3, 3), min_size=1, max_size=5))
def test_the_actual_change_is_that_of_another_run(graph: Graph, steps: list[float]) -> None:
    note(program(graph))
    trace = run(graph)
    assert trace.output is not None
    before = trace.value(trace.output)
    assert isinstance(before, float)
    for leaf in graph.leaves():
        assert isinstance(leaf.value, float)
        for found in nudges(trace, leaf.id, steps):
            after = run(graph.with_values({leaf.id: leaf.value + found.h})).value(trace.output)
            assert (after is None) == (found.actual is None)
            if found.actual is not None and after is not None:
                assert before + found.actual == pytest.approx(after, rel=1e-9, abs=1e-9 * (1 + abs(before)))
            assert found.sentence.endswith((".", ".)"))


def test_a_curve_is_its_points() -> None:
    trace = run(parse("x*x*y", {"x": 3, "y": 2}))
    node, steps = trace.graph.find("x"), [-2.0, -0.5, 0.0, 0.5, 2.0]
    curve = nudges(trace, node, steps)
    assert [found.actual for found in curve] == [2 * (3 + h) ** 2 - 18 for h in steps]
    assert [found.predicted for found in curve] == [12 * h for h in steps]
    assert [found.gap for found in curve] == [2 * h * h for h in steps]
    assert [found.is_straight for found in curve] == [False, False, True, False, False]
    assert [nudge(trace, node, h).actual for h in steps] == [found.actual for found in curve]
    assert nudges(trace, node, []) == []


def test_a_slot_without_a_derivative_moves_the_output_all_the_same() -> None:
    found = of("where(x, 3*y, y) + x", "x", -2, x=1, y=5)
    assert (found.predicted, found.actual) == (-2.0, -12.0)
    choice = of("sum(embedding(y, x)) + 0*x", "x", 1, x=1, y=[[2, 1], [3, 1], [7, 1]])
    assert (choice.predicted, choice.actual) == (0.0, 4.0)


def test_an_output_that_is_an_array_counts_with_its_sum() -> None:
    found = of("A @ x", "x", 0.5, (1,), A=[[1, 2], [3, 4]], x=[1, 2])
    assert (found.predicted, found.actual, found.gap) == (3.0, 3.0, 0.0)


def test_an_entry_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        of("sum(x)", "x", 0.5, (2,), x=[1, 2])


@pytest.mark.parametrize(
    ("text", "name", "h", "values", "sentence"),
    [
        (
            "q = x + y; f = q * z",
            "x",
            0.1,
            {"x": -2, "y": 5, "z": -4},
            "Moving x by 0.1, from −2 to −1.9, should change f by −4 × 0.1 = −0.4; and so it does.",
        ),
        (
            "q = x + y; f = q * z",
            "q",
            0.0,
            {"x": -2, "y": 5, "z": -4},
            "q is 3. Move it by some h: as the gradient has it, f changes by −4 · h.",
        ),
        (
            "q = x + y; f = q * q",
            "q",
            -1,
            {"x": -2, "y": 5},
            "Moving q by −1, from 3 to 2, should change f by 6 × (−1) = −6; it changes by −5, off the straight line "
            "by 1.",
        ),
        (
            "ln(2*x)",
            "x",
            -3,
            {"x": 2},
            "Moving x by −3, from 2 to −1, breaks f: ln is defined for x > 0; v₁ is −2. The gradient predicts "
            "0.5 × (−3) = −1.5, and cannot know.",
        ),
        (
            "ln(2*x)",
            "v1",
            -5,
            {"x": 2},
            "Moving v₁ by −5, from 4 to −1, breaks f: ln is defined for x > 0; v₁ is −1. The gradient predicts "
            "0.25 × (−5) = −1.25, and cannot know.",
        ),
        (
            "sin(x)*x",
            "x",
            float("inf"),
            {"x": 2},
            "x is 2, and cannot be moved by ∞: nothing finite would be left.",
        ),
        (
            "relu(x)",
            "x",
            1,
            {"x": 0},
            "Moving x by 1, from 0 to 1, should change f by 0 × 1 = 0; it changes by 1, off the straight line by 1. "
            "(f: relu has a corner at 0; its derivative there is taken as 0, by convention.)",
        ),
        (
            "sqrt(x)",
            "x",
            1,
            {"x": 0},
            "Moving x by 1, from 0 to 1, should change f by ∞ × 1 = ∞; it changes by 1.",
        ),
        (
            "g = 2*y; f = x*x",
            "y",
            1,
            {"x": 1, "y": 2},
            "Moving y by 1, from 2 to 3, should change f by 0 × 1 = 0; and so it does.",
        ),
        ("c = constant(3); f = c*x", "c", 1, {"x": 1}, "c is a constant: it has no gradient."),
        ("ln(x)", "x", 1, {"x": -1}, "There is no gradient: ln is defined for x > 0; x is −1."),
        (
            "x*[1, 2]",
            "x",
            1,
            {"x": 1},
            "Moving x by 1, from 1 to 2, should change the sum of the entries of f by 3 × 1 = 3; and so it does.",
        ),
        (
            "sum(x*x)",
            "x",
            1,
            {"x": [1, 2]},
            "Moving entry [0] of x by 1, from 1 to 2, should change f by 2 × 1 = 2; it changes by 3, off the straight "
            "line by 1.",
        ),
        (
            "exp(x*x)",
            "x",
            1e3,
            {"x": 0},
            "Moving x by 1000, from 0 to 1000, breaks f: exp(v₁) is too large for float64, whose largest number is "
            "about 1.8·10³⁰⁸; v₁ is 1·10⁶. The gradient predicts 0 × 1000 = 0, and cannot know.",
        ),
    ],
)
def test_sentences(text: str, name: str, h: float, values: dict[str, Any], sentence: str) -> None:
    assert of(text, name, h, **values).sentence == sentence


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("where(x, ln(x), 2*x)", "ln is defined for x > 0; x is 0."),  # ln(x) is not taken
        ("tanh(exp(1e4 − 1e4*x))", "exp(v₂) is too large for float64"),  # it is 1
        ("1/(1/x + 1)", "division needs a divisor other than 0; x is 0."),
    ],
)
def test_what_breaks_unnoticed_by_the_output_breaks_all_the_same(text: str, reason: str) -> None:
    found = of(text, "x", -1, x=1)
    assert found.actual is None
    assert reason in found.sentence


def test_what_was_broken_before_is_not_blamed() -> None:
    trace = run(parse("g = ln(y); f = ln(2*x)", {"x": 2, "y": -7}), "f")
    assert "; v₁ is −2." in nudge(trace, trace.graph.find("x"), -3).sentence
