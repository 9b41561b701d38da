"""Formulas: trees of operations on names and numbers, simplified as they grow, in three notations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from . import names, numerals
from .op import ATOM, NEGATION_IN_CODE, NEGATION_IN_PRINT, PRODUCT, Op, Operand, Quantity, Spelling

_POWER_OF_TEN, _FRACTION = re.compile("·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)"), re.compile(r"(\d+)/(\d+)")
_EXPONENT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


class Notation(Enum):
    """`CODE` parses back without loss; `TEXT` is one line for people; `LATEX` is for typesetting."""

    CODE = "code"
    TEXT = "text"
    LATEX = "latex"


class Formula(Operand):
    """A name, a number, or an operation applied to formulas.  Operations on formulas simplify lightly."""

    __slots__ = ()

    def apply(self, op: Op, args: Sequence[Quantity]) -> Formula:
        return simplified(op, tuple(formula(arg) for arg in args))

    def __str__(self) -> str:
        return written(self, Notation.TEXT)


@dataclass(frozen=True)
class Name(Formula):
    """A node, by its name."""

    name: str


@dataclass(frozen=True)
class Number(Formula):
    """A float, or an array as nested tuples."""

    value: Any

    @property
    def scalar(self) -> float | None:
        return self.value if isinstance(self.value, float) else None


@dataclass(frozen=True)
class Figure(Formula):
    """A number, or an array, as somebody wrote it: `1/3`, `[1, 2]`."""

    text: str


@dataclass(frozen=True)
class Applied(Formula):
    """`op` of `args`, kept as it was written."""

    op: Op
    args: tuple[Formula, ...]


@dataclass(frozen=True)
class Hole(Formula):
    """An input that nobody wired yet."""


@dataclass(frozen=True)
class Verbatim(Formula):
    """Something that is no operation but stands among formulas, such as d/dx [x²], as it is written."""

    text: str
    latex: str
    precedence: int = ATOM


def formula(quantity: Quantity) -> Formula:
    """A number as a formula; formulas as they are."""
    if isinstance(quantity, Formula):
        return quantity
    array = np.asarray(quantity, dtype=float)
    return Number(float(array) if array.ndim == 0 else _tuples(array.tolist()))


def _tuples(nested: Any) -> Any:
    return tuple(_tuples(entry) for entry in nested) if isinstance(nested, list) else nested


def simplified(op: Op, args: tuple[Formula, ...]) -> Formula:
    """`op(args)` without ×1, ×0, +0, powers of 1 and 0, and arithmetic on plain numbers."""
    numbers = [arg.scalar if isinstance(arg, Number) else None for arg in args]
    if (result := folded(op, numbers)) is not None:
        return Number(result)
    match op.name:
        case "add":
            return _sum(op, args, numbers)
        case "sub":
            return _difference(op, args, numbers)
        case "mul":
            return _product(op, args, numbers)
        case "div":
            if numbers[1] == 1:
                return args[0]
            if (negated := _negated(args[0])) is not None and numbers[0] != 0:
                return formula(-(negated / args[1]))
        case "pow":
            if numbers[1] == 1:
                return args[0]
            if numbers[1] == 0:
                return Number(1.0)
        case "neg":
            if (negated := _negated(args[0])) is not None:
                return negated
    return Applied(op, args)


def folded(op: Op, numbers: Sequence[float | None]) -> float | None:
    """`op(*numbers)`, where a number may stand in place of the arithmetic: 6 for 2 · 3, but no decimals for ⅓."""
    if op.name not in ("add", "sub", "mul", "neg", "pow") or any(number is None for number in numbers):
        return None
    with np.errstate(all="ignore"):
        result = float(op.forward(*(np.float64(number) for number in numbers if number is not None)))
    is_short = np.isfinite(result) and numerals.code(result) == numerals.short(result).replace(numerals.MINUS, "-")
    return result if is_short else None


def _negated(term: Formula) -> Formula | None:
    """−term, where that is a simpler formula."""
    if isinstance(term, Number) and term.scalar is not None and term.scalar <= 0:
        return Number(-term.scalar + 0.0)
    return term.args[0] if isinstance(term, Applied) and term.op.name == "neg" else None


def _sum(op: Op, args: tuple[Formula, ...], numbers: list[float | None]) -> Formula:
    if numbers[0] == 0:
        return args[1]
    if numbers[1] == 0:
        return args[0]
    if (negated := _negated(args[1])) is not None:
        return formula(args[0] - negated)
    return Applied(op, args)


def _difference(op: Op, args: tuple[Formula, ...], numbers: list[float | None]) -> Formula:
    if numbers[1] == 0:
        return args[0]
    if numbers[0] == 0:
        return formula(-args[1])
    if (negated := _negated(args[1])) is not None:
        return formula(args[0] + negated)
    return Applied(op, args)


def _product(op: Op, args: tuple[Formula, ...], numbers: list[float | None]) -> Formula:
    left, right = args
    if 0 in numbers:
        return Number(0.0)
    if numbers[0] == 1:
        return right
    if numbers[1] == 1:
        return left
    if numbers[0] == -1:
        return formula(-right)
    if numbers[1] is not None and numbers[0] is None:
        return formula(right * left)  # the number comes first: 2 · x
    if isinstance(right, Applied) and right.op.name == "neg":
        return formula(-(left * right.args[0]))
    if left == right:
        return formula(left**2.0)
    return Applied(op, args)


def written(root: Formula, notation: Notation, digits: int = numerals.MANY) -> str:
    """`root` in `notation`, numbers in at most `digits` digits (in code, in all).  Depth is no limit."""
    done: dict[int, tuple[str, int]] = {}  # id of a formula in this tree -> text and precedence
    pending: list[tuple[Formula, bool]] = [(root, False)]
    while pending:
        term, ready = pending.pop()
        if isinstance(term, Applied) and not ready:
            pending.append((term, True))
            pending.extend((arg, False) for arg in term.args if id(arg) not in done)
        elif isinstance(term, Applied):
            done[id(term)] = _joined(term, [done[id(arg)] for arg in term.args], notation)
        else:
            done[id(term)] = _leaf(term, notation, digits)
    return done[id(root)][0]


def _joined(term: Applied, args: list[tuple[str, int]], notation: Notation) -> tuple[str, int]:
    spelling: Spelling = getattr(term.op, notation.value)
    if notation is Notation.CODE and term.op.name == "neg" and isinstance(term.args[0], Number):
        return f"neg({args[0][0]})", ATOM  # -2 is a number, not the negation of one
    if notation is Notation.TEXT and term.op.name == "pow" and (raised := _raised(term, args)):
        return raised
    if notation is Notation.LATEX and term.op.name == "mul" and _reads_without_sign(term, args):
        return f"{args[0][0]}{args[1][0]}", spelling.precedence
    opening, closing = (r"\left(", r"\right)") if notation is Notation.LATEX else ("(", ")")
    needs = spelling.slots + (0,) * (len(args) - len(spelling.slots))
    template = spelling.template
    if term.op.name == "mul" and notation is not Notation.CODE and all(map(_is_number, term.args)):
        template = template.replace("·", "×").replace(r"\cdot", r"\times")  # the dot may be that of 3·10⁸
        needs = (PRODUCT, PRODUCT)  # 2 × 3·10⁸
    texts = [
        f"{opening}{text}{closing}" if precedence < need else text
        for (text, precedence), need in zip(args, needs, strict=True)
    ]
    return template.format(*texts), spelling.precedence


def _is_number(term: Formula) -> bool:
    return isinstance(term, Number | Figure)


def _raised(term: Applied, args: list[tuple[str, int]]) -> tuple[str, int] | None:
    """x², where the exponent is a small whole number."""
    exponent = term.args[1].scalar if isinstance(term.args[1], Number) else None
    if exponent is None or not exponent.is_integer() or abs(exponent) > 99:
        return None
    text, precedence = args[0]
    spelling = term.op.text
    base = f"({text})" if precedence < spelling.slots[0] else text
    return base + numerals.superscript(int(exponent)), spelling.precedence


def _reads_without_sign(term: Applied, args: list[tuple[str, int]]) -> bool:
    """2x needs no dot, 2·3 does."""
    left, right = term.args
    return (
        isinstance(left, Number)
        and left.scalar is not None
        and not isinstance(right, Number)
        and args[1][1] > term.op.latex.precedence
        and args[1][0][0].isalpha()
    )


def _leaf(term: Formula, notation: Notation, digits: int) -> tuple[str, int]:
    if isinstance(term, Hole):
        return ("_" if notation is Notation.CODE else r"\square" if notation is Notation.LATEX else "▢"), ATOM
    if isinstance(term, Verbatim):
        return (term.latex if notation is Notation.LATEX else term.text), term.precedence
    if isinstance(term, Name):
        match notation:
            case Notation.CODE:
                return term.name, ATOM
            case Notation.TEXT:
                return names.text(term.name), ATOM
            case Notation.LATEX:
                return names.latex(term.name), ATOM
    assert isinstance(term, Number | Figure)
    if notation is Notation.CODE:
        assert isinstance(term, Number), "what is only written down cannot be computed with"
        text = numerals.spelled(term.value)
        return text, NEGATION_IN_CODE if text.startswith("-") else ATOM
    text = term.text if isinstance(term, Figure) else numerals.brief(term.value, digits)
    told = latex_number(text) if notation is Notation.LATEX else text
    if text.startswith(numerals.MINUS):
        return told, NEGATION_IN_PRINT
    is_product = not text.startswith("[") and ("·" in text or "/" in text)  # 3·10⁻⁷, 1/3
    return told, PRODUCT if is_product else ATOM


def latex_number(text: str) -> str:
    """What `numerals` writes, as LaTeX: `−2·10⁻⁵` as `-2 \\cdot 10^{-5}`, `−1/3` as a fraction, and arrays of these."""
    if "numbers" in text:  # a shape in place of an array
        return rf"\text{{{text}}}"
    text = text.replace(numerals.MINUS, "-").replace("∞", r"\infty ").replace("NaN", r"\text{NaN}")
    text = text.replace("×", r"\times").replace("[", r"\left[").replace("]", r"\right]")
    text = _POWER_OF_TEN.sub(lambda found: rf" \cdot 10^{{{found[1].translate(_EXPONENT)}}}", text)
    return _FRACTION.sub(r"\\frac{\1}{\2}", text)


def in_words(op: Op, args: Sequence[Formula]) -> Formula:
    """`op(args)` as it was built, without simplifying."""
    return Applied(op, tuple(args))


def partial(op: Op, slot: int, args: Sequence[Formula]) -> Formula:
    """∂op/∂(input `slot`) as the textbook writes it, in terms of `args`."""
    return formula(op.partials[slot].shown(*args, in_words(op, args)))
