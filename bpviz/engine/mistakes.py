"""Predict first: the right gradient among the answers that common mistakes lead to, and which mistake an answer shows.

A mistake is diagnosed by making it: a wrong answer is explained by the mistake that leads to the same number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from math import floor, isfinite, log10

from ..graph.graph import NodeId
from ..ops import numerals
from .listing import joined_by_name
from .paths import without_gradient
from .slips import (
    Answer,
    Kind,
    Share,
    named,
    product_or_number,
    reasoned,
    shares_of,
    slips,
    slips_of_share,
    value_taken,
)
from .trace import Trace

__all__ = [
    "Answer",
    "Judgement",
    "Kind",
    "Score",
    "Verdict",
    "answers",
    "contribution_answers",
    "judge",
    "judge_contribution",
    "significant_digits",
]

PRECISION = 0.01  # relative error that is never accepted; answers closer than that are one
_NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>\d[\d,]*(?:\.\d+)?)(?:·10(?P<power>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?:/(?P<bottom>[1-9]\d*))?(?!\w)"
)
_EXPONENT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")
_APART = 1e-3  # relative distance of two wrong answers, so that they look different
_ROUNDING = 1e-9  # relative to the sum of all magnitudes


class Verdict(Enum):
    """What an answer is worth.  A rough one is not wrong, but more or other digits are asked for."""

    RIGHT = "right"
    ROUGH = "rough"
    WRONG = "wrong"
    UNASKED = "unasked"


@dataclass(frozen=True)
class Judgement:
    """The verdict on an answer, the mistake that explains it, if one does, and what to say."""

    verdict: Verdict
    kind: Kind | None
    sentence: str


@dataclass(frozen=True)
class Score:
    """How a session of predictions went; `by_kind` counts the mistakes that could be explained."""

    right: int = 0
    wrong: int = 0
    by_kind: Mapping[Kind, int] = field(default_factory=dict)

    def with_(self, judgement: Judgement) -> Score:
        """The score with one more judgement; rough answers do not count, since they are given again."""
        by_kind = dict(self.by_kind)
        if judgement.kind is not None:
            by_kind[judgement.kind] = by_kind.get(judgement.kind, 0) + 1
        right, wrong = judgement.verdict is Verdict.RIGHT, judgement.verdict is Verdict.WRONG
        return Score(self.right + right, self.wrong + wrong, by_kind)


def answers(trace: Trace, node: NodeId) -> list[Answer]:
    """The right gradient of a node, then plausible wrong ones, the likeliest first; nothing if it cannot be asked."""
    question = _about_node(trace, node)
    return [] if isinstance(question, str) else [question.right, *question.wrong]


def contribution_answers(trace: Trace, wire: int) -> list[Answer]:
    """The same for what one wire sends."""
    question = _about_wire(trace, wire)
    return [] if isinstance(question, str) else [question.right, *question.wrong]


def judge(trace: Trace, node: NodeId, typed: float, digits: int) -> Judgement:
    """What to say to somebody who typed this number, of so many significant digits, as the gradient of a node.

    It is right if it is within one unit of its last digit and within 1 %.
    """
    return _judged(_about_node(trace, node), typed, digits)


def judge_contribution(trace: Trace, wire: int, typed: float, digits: int) -> Judgement:
    """The same for what one wire sends."""
    return _judged(_about_wire(trace, wire), typed, digits)


def significant_digits(text: str) -> int:
    """How many digits somebody typed: 2 in `−0.050`, and in `5.0e-7`; at least 1."""
    mantissa = text.lower().partition("e")[0]
    digits = "".join(filter(str.isdigit, mantissa))
    return max(1, len(digits.lstrip("0")))


# What is asked


@dataclass(frozen=True)
class _Question:
    right: Answer
    wrong: Sequence[Answer]
    hint: str
    noise: float  # differences that are nothing but rounding


def _question(right: Answer, guesses: Iterator[Answer], hint: str, noise: float) -> _Question:
    """The guesses that nobody could take for the right answer, nor for each other; none of them tells it."""
    wrong: list[Answer] = []
    for guess in guesses:
        if not isfinite(guess.value) or _is_close(guess.value, right.value, PRECISION, noise):
            continue
        if not any(_is_close(guess.value, other.value, _APART, noise) for other in wrong):
            wrong.append(replace(guess, sentence=guess.without_numbers) if _tells(guess, right.value) else guess)
    return _Question(right, wrong, hint, noise)


def _tells(guess: Answer, right: float) -> bool:
    """Whether the right answer, or its size, is among the numbers of a sentence that is said while the question is
    open."""
    return any(_is_close(number, abs(right), PRECISION, 0.0) for number in numbers_in(guess.sentence))


def numbers_in(text: str) -> Iterator[float]:
    """The numbers of a sentence, without their signs; those in names, in exponents and `11th` are no numbers."""
    for found in _NUMBER.finditer(text):
        exponent = int((found["power"] or "⁰").translate(_EXPONENT))
        yield float(f"{found['digits'].replace(',', '')}e{exponent}") / float(found["bottom"] or 1)


def _about_node(trace: Trace, node: NodeId) -> _Question | str:
    """The question for the gradient of a node, or why there is none."""
    gradient, name = trace.gradient(node), trace.graph.spoken(node)
    if gradient is None:
        return f"{without_gradient(trace, node)}."
    if not isinstance(gradient, float):
        return f"{name} is an array of {numerals.shape_text(gradient.shape)}: only single numbers are asked for."
    if not isfinite(gradient):
        return f"The gradient of {name} is {numerals.short(gradient)}: there is nothing to predict."
    shares = shares_of(trace, trace.wires_into(node))
    noise = sum(_ROUNDING * abs(share.contribution) for share in shares)
    right = Answer(gradient, None, f"Right: {reasoned(trace, node)}.")
    return _question(right, slips(trace, node, gradient, shares), _hint(trace, node, shares), noise)


def _about_wire(trace: Trace, wire: int) -> _Question | str:
    """The question for what a wire sends, or why there is none."""
    if not trace.has_backward:
        return f"{without_gradient(trace, trace.plan.rows[trace.plan.wires.target[wire]])}."
    (share,) = shares_of(trace, [wire])
    target, sent = trace.graph.spoken(share.sent.target), share.sent.contribution
    if not isinstance(sent, float):
        return f"{target} is an array of {numerals.shape_text(sent.shape)}: only single numbers are asked for."
    if not isfinite(sent):
        return f"{share.source} sends {numerals.short(sent)} to {target}: there is nothing to predict."
    right = Answer(sent, None, f"Right: {share.source} sends {product_or_number(share)} to {target}.")

    def guesses() -> Iterator[Answer]:
        yield from slips_of_share(trace, share)
        whole = trace.gradient(share.sent.target)
        assert isinstance(whole, float)
        only = f"That is the whole gradient of {target}; asked is only what {share.source} sends: {share.rule}."
        yield Answer(whole, Kind.WHOLE, only)
        yield from value_taken(trace, share.sent.target)

    return _question(right, guesses(), f"What {share.source} sends to {target} is {share.rule}.", _ROUNDING * abs(sent))


def _hint(trace: Trace, node: NodeId, shares: Sequence[Share]) -> str:
    """How to find the gradient, with the wires by name and without a number."""
    name = trace.graph.spoken(node)
    if not shares:
        if node == trace.output:
            return f"The way back starts here: how fast does {named(trace, node)} change with itself?"
        return f"Nothing is sent to {name}."
    if len(shares) == 1:
        return f"One wire brings {name} its gradient, from {shares[0].source}: {shares[0].rule}."
    terms = " + ".join(f"{share.of_output} · {share.of_source}" for share in shares[:3])
    dots = " + …" if len(shares) > 3 else ""
    many = _WORDS[len(shares)] if len(shares) < len(_WORDS) else "Many"
    sources = joined_by_name([share.source for share in shares])
    return f"{many} wires bring {name} its gradient, from {sources}: add {terms}{dots}."


# Judging


def _judged(question: _Question | str, typed: float, digits: int) -> Judgement:
    if isinstance(question, str):
        return Judgement(Verdict.UNASKED, None, question)
    if not isfinite(typed):
        return Judgement(Verdict.WRONG, None, f"The answer is a finite number. {question.hint}")
    right, unit = question.right.value, _unit(typed, digits)

    def fits(value: float) -> bool:
        apart = abs(typed - value)
        return apart <= question.noise or (apart <= unit and apart <= PRECISION * abs(value))

    if fits(right):
        return Judgement(Verdict.RIGHT, None, question.right.sentence)
    matching = [guess for guess in question.wrong if fits(guess.value)]
    if matching:
        closest = min(matching, key=lambda guess: abs(typed - guess.value))
        return Judgement(Verdict.WRONG, closest.kind, closest.sentence)
    if abs(typed - right) <= unit / 2 and right:
        return Judgement(Verdict.ROUGH, None, "Right as far as it goes; give one more digit.")
    if abs(typed - right) <= PRECISION * abs(right):
        return Judgement(Verdict.ROUGH, None, "Nearly: the last digits are not right.")
    return Judgement(Verdict.WRONG, None, question.hint)


def _unit(typed: float, digits: int) -> float:
    """One unit of the last digit of a number of so many significant digits; of those that a float can hold."""
    if not typed:
        return 0.0
    place = floor(log10(abs(typed))) - min(max(digits, 1), 12) + 1
    return 10.0**place * (1 + _ROUNDING)


def _is_close(one: float, other: float, relative: float, noise: float) -> bool:
    return abs(one - other) <= max(noise, relative * abs(other))
