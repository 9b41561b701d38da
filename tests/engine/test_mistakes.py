"""Predict first: plausible wrong answers, and the mistake that a wrong answer shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, note

from bpviz.engine.mistakes import (
    PRECISION,
    Answer,
    Judgement,
    Kind,
    Score,
    Verdict,
    answers,
    contribution_answers,
    judge,
    judge_contribution,
    significant_digits,
)
from bpviz.engine.trace import Trace, run
from bpviz.graph.graph import Graph
from bpviz.graph.parse import parse
from bpviz.graph.program import program

from .mixed_graphs import mixed_graphs
from .random_graphs import scalar_graphs

CHAIN = "q = 3*x; f = q * z", {"x": -2, "z": -4}
BRANCHES = "a = 2*x; b = x*y; f = a * b", {"x": 3, "y": 5}


def of(text: str, values: dict[str, Any]) -> Trace:
    return run(parse(text, values))


def said(text: str, values: dict[str, Any], name: str, typed: float, digits: int | None = None) -> Judgement:
    trace = of(text, values)
    digits = significant_digits(str(typed)) if digits is None else digits
    return judge(trace, trace.graph.find(name), typed, digits)


def told(found: list[Answer]) -> dict[tuple[Kind | None, float], str]:
    return {(answer.kind, round(answer.value, 9)): answer.sentence for answer in found}


@given(scalar_graphs)
def test_right_answers_are_right_and_wrong_ones_are_wrong(graph: Graph) -> None:
    note(program(graph))
    trace = run(graph)
    asked_for: list[tuple[Callable[..., list[Answer]], Callable[..., Judgement], int, Any]] = [
        (answers, judge, id_, gradient) for id_ in graph.nodes if (gradient := trace.gradient(id_)) is not None
    ]
    for wire in range(len(trace.plan.wires)):
        asked_for.append((contribution_answers, judge_contribution, wire, float(trace.contribution(wire))))
    for answering, judging, asked, expected in asked_for:
        found = answering(trace, asked)
        right, *wrong = found
        assert right.value == expected
        assert right.kind is None
        for digits in (3, 8, 17):
            rounded = float(f"{right.value:.{digits - 1}e}")
            assert judging(trace, asked, rounded, digits) == Judgement(Verdict.RIGHT, None, right.sentence)
        for answer in wrong:
            assert answer.kind is not None
            assert abs(answer.value - right.value) > PRECISION * abs(right.value)
            verdict = judging(trace, asked, answer.value, 17)
            assert verdict == Judgement(Verdict.WRONG, answer.kind, answer.sentence)
            assert "nan" not in answer.sentence.lower()
            assert answer.sentence.endswith(".")
        values = [answer.value for answer in found]
        assert len({f"{value:.6e}" for value in values}) == len(values)


@given(mixed_graphs())
def test_numbers_among_arrays_are_asked_for_and_arrays_are_not(graph: Graph) -> None:
    note(program(graph))
    trace = run(graph)
    for id_ in graph.nodes:
        gradient = trace.gradient(id_)
        if gradient is None or isinstance(gradient, float):
            continue
        assert answers(trace, id_) == []
        refusal = judge(trace, id_, 1.0, 1)
        assert refusal.verdict is Verdict.UNASKED
        assert "is an array" in refusal.sentence
    for wire in range(len(trace.plan.wires)):
        is_number = isinstance(trace.sent(wire).contribution, float)
        assert bool(contribution_answers(trace, wire)) == is_number
        assert (judge_contribution(trace, wire, 77.7, 3).verdict is Verdict.UNASKED) != is_number
        assert not any("NaN" in answer.sentence for answer in contribution_answers(trace, wire))
    for leaf in graph.leaves():
        assert not any("NaN" in answer.sentence for answer in answers(trace, leaf.id))


def test_every_mistake_at_one_wire() -> None:
    trace = of(*CHAIN)
    assert told(answers(trace, trace.graph.find("x"))) == {
        (None, -12.0): "Right: −4 × 3 = −12.",
        (Kind.NO_UPSTREAM, 3.0): "You took the local derivative ∂q/∂x = 3 alone; q multiplies it with the upstream "
        "gradient ∂f/∂q = −4.",
        (Kind.PASSED_ON, -4.0): "You passed the upstream gradient −4 on as it is; q multiplies it with ∂q/∂x = 3.",
        (Kind.WRONG_OPERAND, 8.0): "You took the wrong operand: in q = 3 · x, ∂q/∂x is 3, not −2.",
        (Kind.SIGN, 12.0): "The size is right, the sign is not.",
        (
            Kind.ADDED,
            -1.0,
        ): "You added the upstream gradient −4 and the local derivative 3; the chain rule multiplies them.",
        (Kind.VALUE, -2.0): "−2 is the value of x; its gradient says how fast f changes with x.",
    }


def test_every_mistake_where_branches_meet() -> None:
    trace = of(*BRANCHES)  # a = 6, b = 15; ∂f/∂a = 15, ∂f/∂b = 6; ∂a/∂x = 2, ∂b/∂x = 5
    found = told(answers(trace, trace.graph.find("x")))
    whole = {key: sentence for key, sentence in found.items() if "What else arrives is right" not in sentence}
    assert whole.pop((Kind.SIGN, 0.0)) == "The sign of what b sends is wrong; all else is right."
    assert whole == {
        (None, 60.0): "Right: 6 × 5 + 15 × 2 = 60.",
        (
            Kind.OVERWRITTEN,
            30.0,
        ): "You kept only the last contribution, 30 from a; all that arrives is added.",
        (
            Kind.NO_UPSTREAM,
            7.0,
        ): "You added up the local derivatives 5 and 2 alone; each is multiplied with its upstream "
        "gradient: 6 at b and 15 at a.",
        (
            Kind.PASSED_ON,
            21.0,
        ): "You added up the upstream gradients 6 and 15 as they are; b multiplies with ∂b/∂x = 5 and "
        "a multiplies with ∂a/∂x = 2.",
        (Kind.WRONG_OPERAND, 63.0): "You took the wrong operands: ∂b/∂x is 5, not 3; ∂a/∂x is 2, not 3.",
        (Kind.SIGN, -60.0): "The size is right, the sign is not.",
        (
            Kind.ADDED,
            28.0,
        ): "You added upstream gradients and local derivatives; each wire multiplies its two: 6 × 5 and 15 × 2.",
        (Kind.VALUE, 3.0): "3 is the value of x; its gradient says how fast f changes with x.",
    }
    assert found[Kind.PASSED_ON, 36.0] == (
        "You passed the upstream gradient 6 on as it is; b multiplies it with ∂b/∂x = 5. What else arrives is right."
    )
    assert (Kind.NO_UPSTREAM, 32.0) in found


@given(scalar_graphs)
def test_an_open_question_is_not_given_away(graph: Graph) -> None:
    """Whatever is typed, nothing that is said tells the right answer, nor its size, in any style of writing."""
    note(program(graph))
    trace = run(graph)
    asked = [
        *((answers, judge, id_) for id_ in graph.nodes if trace.gradient(id_) is not None),
        *((contribution_answers, judge_contribution, wire) for wire in range(len(trace.plan.wires))),
    ]
    for answering, judging, place in asked:
        right, *wrong = answering(trace, place)
        for typed in (*(answer.value for answer in wrong), 77.7 + right.value, np.inf):
            judgement = judging(trace, place, typed, 17)
            assert judgement.verdict is not Verdict.RIGHT
            told = plain_numbers(judgement.sentence)
            assert not [number for number in told if abs(number - abs(right.value)) <= 0.005 * abs(right.value)], (
                f"{right.value} in {judgement.sentence}"
            )


def plain_numbers(sentence: str) -> list[float]:
    """The numbers in a sentence, without their signs; independent of how the engine finds them."""
    for sign in "()[],;:?=×+·/ ":
        sentence = sentence.replace("·10⁻", "e-").replace("·10", "e+").replace(f"{sign}", " ")
    found = []
    for word in sentence.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")).split():
        try:
            found.append(abs(float(word.strip("−.").rstrip("."))))
        except ValueError:
            continue
    return found


@pytest.mark.parametrize(
    ("text", "values", "name", "typed", "kind", "words"),
    [
        (*CHAIN, "x", 3, Kind.NO_UPSTREAM, "upstream gradient ∂f/∂q = −4"),
        (*CHAIN, "x", -4, Kind.PASSED_ON, "q multiplies it with ∂q/∂x = 3"),
        (*CHAIN, "q", -6, Kind.WRONG_OPERAND, "in f = q · z, ∂f/∂q is z."),
        ("q = x / y; f = 7*q", {"x": -2, "y": 5}, "y", -8.75, Kind.WRONG_OPERAND, "∂q/∂y is −x / y² = 0.08, not −1.25"),
        ("q = x / y; f = 7*q", {"x": -2, "y": 5}, "x", -3.5, Kind.WRONG_OPERAND, "∂q/∂x is 1 / y = 0.2, not −0.5"),
        ("f = x*y + x*x", {"x": 2, "y": 5}, "x", 5, Kind.OVERWRITTEN, "kept only the last contribution, 5 from v₁"),
        ("f = x*x + x*y", {"x": 2, "y": 5}, "x", 5, Kind.OVERWRITTEN, "kept only the first contribution, 5 from v₂"),
        ("f = x*x + x*y", {"x": 2, "y": 5}, "x", 2, Kind.OVERWRITTEN, "from v₁ (second input); all that"),
        ("f = y − 3*x", {"x": 2, "y": 5}, "x", 3, Kind.NO_UPSTREAM, "You took the local derivative ∂v₁/∂x alone"),
        ("f = sin(2*x**2)", {"x": 0.7}, "x", -1.56, Kind.SIGN, "The size is right, the sign is not."),
        ("f = sin(2*x**2)", {"x": 0.7}, "x", 2.514, Kind.ADDED, "the chain rule multiplies them"),
        ("f = sin(2*x**2)", {"x": 0.7}, "x", 0.7, Kind.VALUE, "0.7 is the value of x"),
        ("f = 2*x", {"x": 7}, "f", 14, Kind.VALUE, "14 is the value of f"),
        ("f = 2*x", {"x": 7}, "f", -1, Kind.SIGN, "The size is right, the sign is not."),
        ("g = 2*y; f = x*x", {"x": 7, "y": 3}, "y", 3, Kind.VALUE, "3 is the value of y"),
    ],
)  # fmt: skip
def test_diagnoses(text: str, values: dict[str, Any], name: str, typed: float, kind: Kind, words: str) -> None:
    judgement = said(text, values, name, typed)
    assert (judgement.verdict, judgement.kind) == (Verdict.WRONG, kind)
    assert words in judgement.sentence


@pytest.mark.parametrize(
    ("text", "values", "name", "sentence"),
    [
        (*CHAIN, "x", "One wire brings x its gradient, from q: the upstream gradient ∂f/∂q times the local derivative "
         "∂q/∂x."),
        (*BRANCHES, "x", "Two wires bring x its gradient, from b and a: add ∂f/∂b · ∂b/∂x + ∂f/∂a · ∂a/∂x."),
        ("f = x*x*x*x", {"x": 2}, "x", "Four wires bring x its gradient, from f, v₂, v₁ (first input) and others: "
         "add ∂f/∂f · ∂₂f + ∂f/∂v₂ · ∂v₂/∂x + ∂f/∂v₁ · ∂₁v₁ + …."),
        ("f = 2*x", {"x": 7}, "f", "The way back starts here: how fast does f change with itself?"),
        ("g = 2*y; f = x*x", {"x": 7, "y": 3}, "y", "Nothing is sent to y."),
    ],
)  # fmt: skip
def test_what_nobody_can_explain_gets_a_hint(text: str, values: dict[str, Any], name: str, sentence: str) -> None:
    assert said(text, values, name, 77.7) == Judgement(Verdict.WRONG, None, sentence)
    assert said(text, values, name, np.inf).sentence == f"The answer is a finite number. {sentence}"


@pytest.mark.parametrize(
    ("text", "values", "name", "sentence"),
    [
        ("sum(x)", {"x": [1, 2]}, "x", "x is an array of 2 numbers: only single numbers are asked for."),
        ("sqrt(x)", {"x": 0}, "x", "The gradient of x is ∞: there is nothing to predict."),
        ("ln(x)", {"x": -1}, "x", "There is no gradient: ln is defined for x > 0; x is −1."),
        ("c = constant(3); f = c*x", {"x": 1}, "c", "c is a constant: it has no gradient."),
        ("x + _", {"x": 1}, "x", "There is no gradient: f waits for its second input to be wired."),
    ],
)
def test_what_is_not_asked(text: str, values: dict[str, Any], name: str, sentence: str) -> None:
    assert said(text, values, name, 1.0) == Judgement(Verdict.UNASKED, None, sentence)
    trace = of(text, values)
    assert answers(trace, trace.graph.find(name)) == []


def test_a_wire_of_a_graph_that_broke_is_not_asked() -> None:
    trace = of("ln(x)*x", {"x": -1})
    assert judge_contribution(trace, 0, 1.0, 1).verdict is Verdict.UNASKED


@pytest.mark.parametrize(
    ("typed", "digits", "verdict", "kind"),
    [
        (0.6667, 4, Verdict.RIGHT, None),
        (0.6666, 4, Verdict.RIGHT, None),  # cut off instead of rounded
        (0.67, 2, Verdict.RIGHT, None),
        (0.66, 2, Verdict.RIGHT, None),
        (0.6667, 17, Verdict.ROUGH, None),
        (0.7, 1, Verdict.ROUGH, None),
        (0.67, 3, Verdict.ROUGH, None),
        (-0.67, 2, Verdict.WRONG, Kind.SIGN),
        (0.68, 2, Verdict.WRONG, None),
        (0, 1, Verdict.WRONG, None),
        (0.3, 1, Verdict.WRONG, None),
        (0.33, 2, Verdict.WRONG, Kind.NO_UPSTREAM),
        (2, 1, Verdict.WRONG, Kind.PASSED_ON),
        (2.333, 4, Verdict.WRONG, Kind.ADDED),
        (2.332, 4, Verdict.WRONG, None),
        (2.34, 3, Verdict.WRONG, Kind.ADDED),
        (2.35, 3, Verdict.WRONG, None),
        (5, 0, Verdict.WRONG, Kind.VALUE),
        (1e-320, 3, Verdict.WRONG, None),
        (1e308, 3, Verdict.WRONG, None),
    ],
)
def test_as_far_as_the_digits_go(typed: float, digits: int, verdict: Verdict, kind: Kind | None) -> None:
    """∂f/∂x = 2/3, of an upstream gradient 2 and a local derivative 1/3."""
    judgement = said("q = x/3; f = 2*q", {"x": 5}, "x", typed, digits)
    assert (judgement.verdict, judgement.kind) == (verdict, kind)


def test_what_is_left_of_a_sum_that_cancels_is_zero() -> None:
    trace = of("f = 0.1*x + 0.2*x − 0.3*x", {"x": 1})
    assert trace.gradient("x") != 0
    assert judge(trace, trace.graph.find("x"), 0.0, 1).verdict is Verdict.RIGHT


def test_what_one_wire_sends() -> None:
    trace = of(*BRANCHES)
    wire = trace.wire(trace.graph.find("a"), 1)
    assert wire is not None
    assert judge_contribution(trace, wire, 30, 2) == Judgement(Verdict.RIGHT, None, "Right: a sends 15 × 2 = 30 to x.")
    assert judge_contribution(trace, wire, 15, 2).kind is Kind.PASSED_ON
    assert judge_contribution(trace, wire, 45, 2).kind is Kind.WRONG_OPERAND
    assert judge_contribution(trace, wire, 60, 2) == Judgement(
        Verdict.WRONG,
        Kind.WHOLE,
        "That is the whole gradient of x; asked is only what a sends: the upstream gradient ∂f/∂a times the local "
        "derivative ∂a/∂x.",
    )
    assert judge_contribution(trace, wire, 777, 3).sentence == (
        "What a sends to x is the upstream gradient ∂f/∂a times the local derivative ∂a/∂x."
    )


def test_numbers_that_come_through_arrays_have_only_the_mistakes_that_make_sense() -> None:
    trace = of("sum(A*x)", {"A": [2, 3], "x": 0.7})
    assert [(answer.value, answer.kind) for answer in answers(trace, trace.graph.find("x"))] == [
        (5.0, None),
        (-5.0, Kind.SIGN),
        (0.7, Kind.VALUE),
    ]


def test_a_node_with_very_many_uses() -> None:
    text = "\n".join(
        [f"t{i} = {i}*x" for i in range(2_000)] + ["s0 = 1*t0"] + [f"s{i} = s{i - 1} + t{i}" for i in range(1, 2_000)]
    )
    trace = of(text, {"x": 1})
    right, *wrong = answers(trace, trace.graph.find("x"))
    assert right.value == 2_000 * 1_999 / 2
    assert len(wrong) < 9
    assert max(len(answer.sentence) for answer in [right, *wrong]) < 300


def test_mistakes_in_one_of_many_shares_are_not_looked_for() -> None:
    for uses, is_looked_for in ((8, True), (9, False)):
        trace = of("f = " + " + ".join(f"{i + 2}*sin(x)" for i in range(uses)), {"x": 1})
        found = answers(trace, trace.graph.find("x"))
        assert any("What else arrives" in answer.sentence for answer in found) == is_looked_for


def test_of_several_mistakes_the_closest_explains() -> None:
    """The upstream gradient is 100, with the local derivative added 100.5, and the value 101."""
    kinds = {typed: said("q = 0.5*x; f = 100*q", {"x": 101}, "x", typed, 3).kind for typed in (99.9, 100, 100.5, 101)}
    assert kinds == {99.9: Kind.PASSED_ON, 100: Kind.PASSED_ON, 100.5: Kind.ADDED, 101: Kind.VALUE}


def test_the_score_counts() -> None:
    score = Score()
    for typed in (-12, -4, -4, 3, 777, -11.95):
        score = score.with_(said(*CHAIN, "x", typed))
    score = score.with_(said("sum(x)", {"x": [1, 2]}, "x", 1))
    assert score == Score(1, 4, {Kind.PASSED_ON: 2, Kind.NO_UPSTREAM: 1})


@pytest.mark.parametrize(
    ("text", "digits"),
    [("−0.050", 2), ("5.0e-7", 2), ("12", 2), ("0", 1), ("", 1), ("-1.25E+10", 3), ("100", 3), ("0.667", 3)],
)
def test_digits_that_were_typed(text: str, digits: int) -> None:
    assert significant_digits(text) == digits
