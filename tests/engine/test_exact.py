"""Exact fractions and formulas in place of numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from bpviz.engine.exact import fractions
from bpviz.engine.explain import sentence
from bpviz.engine.telling import Telling, told
from bpviz.engine.trace import Trace, run
from bpviz.graph.graph import Graph
from bpviz.graph.parse import parse
from bpviz.ops.numerals import Shown, Style
from bpviz.stage.cards import card
from bpviz.stage.pill_words import pill_texts
from bpviz.stage.timing import moment

from .random_graphs import scalar_graphs


def of(text: str, **values: Any) -> Trace:
    return run(parse(text, values))


@pytest.mark.parametrize(
    ("text", "value", "gradient"),
    [
        ("f = x / 3", "2/3", "1/3"),
        ("f = x / 3 + 0.1", "23/30", "1/3"),
        ("f = (x / 3) ^ 3", "8/27", "4/9"),
        ("f = 1 / (1 + x)", "1/3", "−1/9"),
        ("f = (x / 3) ^ -2", "9/4", "−9/4"),
        ("f = relu(x / 7) * abs(-x)", "4/7", "4/7"),
        ("f = max(x / 3, 1 / 2)", "2/3", "1/3"),
        ("f = x * x", "4", "4"),
    ],
)
def test_rational_graphs_are_exact(text: str, value: str, gradient: str) -> None:
    trace = of(text, x=2)
    style = Style(fractions=fractions(trace))
    assert (style.brief(trace.value("f")), style.brief(trace.gradient("x"))) == (value, gradient)


@pytest.mark.parametrize("text", ["f = sin(x)", "f = pi * x", "f = x ^ 0.5", "f = exp(x) / exp(x)"])
def test_what_is_not_rational_stays_decimal(text: str) -> None:
    trace = of(text, x=2)
    value: Any = trace.value("f")
    assert value not in fractions(trace)


@given(scalar_graphs)
def test_every_fraction_is_its_float(graph: Graph) -> None:
    trace = run(graph)
    for telling in (Telling.BACKWARD, Telling.OVERWRITES, Telling.UNORDERED):
        story = told(trace, telling)
        for number, exact in fractions(story).items():
            assert isinstance(exact, Fraction)
            assert float(exact) == pytest.approx(number, rel=1e-9)
            assert 1 < exact.denominator <= 9_999


def test_sentences_are_written_in_the_style() -> None:
    trace = of("f = x * y / 3", x=2, y=5)
    exact = trace.written(Style(fractions=fractions(trace)))
    assert sentence(exact, len(exact) - 4) == "v₁ passes back 1/3 × 5 = 5/3 to x, because locally ∂v₁/∂x = y = 5."
    assert sentence(trace, len(trace) - 4) == "v₁ passes back 0.3333 × 5 = 1.667 to x, because locally ∂v₁/∂x = y = 5."
    digits = trace.written(Style(digits=7))
    assert sentence(digits, 4).startswith("Compute f = v₁ / 3 = 10 / 3 = 3.333333.")


def test_formulas_in_place_of_numbers_and_beside_them() -> None:
    trace = of("a = x * y; b = sin(x); f = a * b + x", x=2, y=3)
    end, x, f = moment(trace, float(len(trace))), trace.graph.by_name["x"], trace.graph.by_name["f"]
    symbols, both = trace.written(Style(shown=Shown.FORMULAS)), trace.written(Style(shown=Shown.BOTH))
    face = card(symbols, x, end)
    assert (face.value, face.strip, face.gradient) == ("x", "∂f/∂x", "1 + a · cos(x) + b · y")
    assert card(symbols, f, end).value == "x · y · sin(x) + x"
    face = card(both, f, end)
    assert (face.caption, face.value, face.gradient) == ("f = x · y · sin(x) + x", "7.456", "1")
    face = card(both, trace.graph.by_name["y"], end)
    assert (face.strip, face.gradient) == ("∂f/∂y = b · x", "1.819")
    product = trace.wire(trace.graph.by_name["a"], 0) or 0
    assert pill_texts(symbols, product)[0] == "∂a/∂x = y"


def test_partial_sums_are_told_as_they_grow() -> None:
    trace = of("a = x * y; f = a + x", x=2, y=3)
    symbols, x = trace.written(Style(shown=Shown.FORMULAS)), trace.graph.by_name["x"]
    told_at = [card(symbols, x, moment(symbols, time)).gradient for time in range(len(trace) + 1)]
    assert list(dict.fromkeys(told_at)) == ["", "1", "1 + y"]


def test_a_gradient_that_is_too_long_to_read_stays_a_number() -> None:
    text = "\n".join(["a0 = x", *(f"a{i + 1} = a{i} * sin(a{i}) + cos(a{i})" for i in range(6)), "f = a6 * 1"])
    trace = of(text, x=0.3).written(Style(shown=Shown.FORMULAS))
    face = card(trace, trace.graph.by_name["x"], moment(trace, float(len(trace))))
    assert (
        face.gradient
        == card(trace.written(Style()), trace.graph.by_name["x"], moment(trace, float(len(trace)))).gradient
    )


def test_overwriting_is_told_in_formulas_too() -> None:
    story = told(of("a = x * y; f = a + x", x=2, y=3), Telling.OVERWRITES).written(Style(shown=Shown.FORMULAS))
    face = card(story, story.graph.by_name["x"], moment(story, float(len(story))))
    assert face.is_wrong
    assert face.gradient == "y"


def test_captions_are_told_in_formulas_where_the_cards_are() -> None:
    trace = of("q = x + y; f = q * z", x=-2, y=5, z=-4).written(Style(shown=Shown.FORMULAS))
    captions = [sentence(trace, i) for i in range(len(trace))]
    assert captions[2:8] == [
        "z is an input.",
        "Compute q = x + y.",
        "Compute f = q · z = (x + y) · z.",
        "The way back starts at the output: ∂f/∂f = 1, because f changes exactly as fast as itself.",
        "f passes back 1 · z = z to q, because locally ∂f/∂q = z.",
        "q receives its only share: z. So ∂f/∂q = z.",
    ]
    several = of("a = x * y; f = a + x", x=2, y=3).written(Style(shown=Shown.FORMULAS))
    assert sentence(several, len(several) - 3) == "x adds it to what it has: 1 + y. So ∂f/∂x = 1 + y."
    ahead = told(several, Telling.FORWARD, several.graph.by_name["x"]).written(Style(shown=Shown.FORMULAS))
    assert "x passes on 1 · y = y to a, because locally ∂a/∂x = y." in [sentence(ahead, i) for i in range(len(ahead))]


def test_where_a_formula_says_nothing_the_caption_has_numbers() -> None:
    symbols = Style(shown=Shown.FORMULAS)
    kink = of("f = relu(x) * 2", x=0).written(symbols)
    assert any("1 × 0" in sentence(kink, i) or "2 × 0 = 0" in sentence(kink, i) for i in range(len(kink)))
    wrong = told(of("a = x * y; f = a + x", x=2, y=3), Telling.OVERWRITES).written(symbols)
    assert sentence(wrong, len(wrong) - 3).startswith(
        "x loses what it had, because = is not +=: 3 takes the place of 1"
    )
    array = of("f = sum(x * x)", x=[1.0, 2.0]).written(symbols)
    assert sentence(array, 0) == "The input x is [1, 2]."
