"""What is said of a gradient in plain words, and of one that goes to many entries."""

from __future__ import annotations

from typing import Any

import pytest

from bpviz.engine.arrays import jacobian_in_words
from bpviz.engine.derivation import derivation
from bpviz.engine.explain import sentence
from bpviz.engine.meaning import meaning_of_gradient
from bpviz.engine.telling import Telling, told
from bpviz.engine.trace import Sent, Trace, run
from bpviz.graph.parse import parse


def meaning(trace: Trace, name: str) -> str:
    node = trace.graph.find(name)
    return meaning_of_gradient(trace, node, trace.gradient(node))


@pytest.mark.parametrize(
    ("text", "values", "name", "said"),
    [
        ("f = x * y", {"x": 2, "y": -4}, "x", "As x grows by a little Δx, f falls by about 4 · Δx."),
        ("f = x * y", {"x": 2, "y": -4}, "y", "As y grows by a little Δy, f grows by about 2 · Δy."),
        ("f = x - y", {"x": 2, "y": -4}, "y", "As y grows by a little, f falls by about as much."),
        ("f = x^2", {"x": 0}, "x", "As x grows by a little, f hardly changes."),
        ("f = relu(x)", {"x": 0}, "x", ""),  # it grows, whatever the convention is
        ("q = 2*x; f = q + x", {"x": 1}, "q", ""),
        ("f = sum(x)", {"x": [1, 2]}, "x", ""),
        ("f = ln(x) * 0", {"x": 0}, "x", ""),
    ],
)
def test_what_a_gradient_means(text: str, values: dict[str, Any], name: str, said: str) -> None:
    assert meaning(run(parse(text, values)), name) == said


def test_of_tangents_it_says_nothing() -> None:
    trace = run(parse("f = x * y", {"x": 2, "y": 3}))
    assert meaning(told(trace, Telling.FORWARD, trace.graph.find("x")), "y") == ""


def sentence_to(trace: Trace, name: str) -> str:
    node = trace.graph.find(name)
    return next(sentence(trace, i) for i, event in enumerate(trace) if isinstance(event, Sent) and event.target == node)


def test_one_number_goes_to_every_entry_alike() -> None:
    trace = run(parse("m = mean(x); f = 6*m; g = sum(x*y)", {"x": [1, 2, 6], "y": [2, 2, 2]}), output="f")
    assert sentence_to(trace, "x") == (
        "m passes back G / 3 = 2 to every entry of x, where G = ∂f/∂m = 6. "
        "Locally ∂m/∂x is a matrix of 1 × 3 numbers, all of them 0.3333."
    )
    found = derivation(trace, trace.graph.find("x"), len(trace))
    assert found is not None
    assert found.remarks[0] == "G is the gradient of m, one number that every entry receives."


def test_entries_that_are_alike_by_chance_are_not_called_so() -> None:
    trace = run(parse("n = norm(x); f = 5*n", {"x": [2, 2]}))
    assert "every entry" not in sentence_to(trace, "x")
    assert "all of them" not in jacobian_in_words(trace, trace.graph.find("n"), 0)
