"""Finding an operation by what people call it: its name, its sign, its formula, or some of its letters."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

from ..ops import OPS, Op

EXACT, BEGINS, WITHIN, SCATTERED, TOLD = range(5)  # how well a query fits, the best first

_SIGNS = {
    "*": "mul",
    "×": "mul",
    "/": "div",
    "÷": "div",
    "+": "add",
    "-": "sub",
    "−": "sub",
    "^": "pow",
    "**": "pow",
}
_GAPS = re.compile(r"[\s_-]+")
_LETTERS = ("x", "y", "z")  # by which formulas name their inputs
_SAME = str.maketrans({"−": "-", "·": "*", "×": "*", "^": None, " ": None, "÷": "/"})


def matching(query: str) -> list[Op]:
    """The listed operations that a query means, the best first; all of them, in their order, for an empty one."""
    return [op for _, op in ranked(query)]


def ranked(query: str) -> list[tuple[int, Op]]:
    """The same with how well each fits."""
    listed = [op for op in OPS.values() if op.is_listed]
    words = query.strip().lower()
    if not words:
        return [(EXACT, op) for op in listed]
    found = [(rank, op) for op in listed if (rank := _rank(op, words)) is not None]
    return sorted(found, key=lambda pair: pair[0])


def _rank(op: Op, words: str) -> int | None:
    """How well an operation fits; None for not at all."""
    if words in _SIGNS:
        return EXACT if _SIGNS[words] == op.name else None
    names, sought = _names(op), flat(words)
    formula = _formula(words)
    if sought in names or formula in _formulas(op):
        return EXACT
    if any(name.startswith(sought) for name in names):
        return BEGINS
    if any(sought in name for name in names):
        return WITHIN
    if len(sought) > 1 and any(_is_scattered(sought, name) for name in names):
        return SCATTERED
    return TOLD if words in op.summary.lower() or formula in _formula(op.summary) else None


@lru_cache(maxsize=512)
def _names(op: Op) -> tuple[str, ...]:
    return tuple(flat(name) for name in (op.name, op.title, op.symbol, *op.aliases))


@lru_cache(maxsize=65_536)
def flat(text: str) -> str:
    """In small letters and without exponents or gaps, so that `e^x` finds eˣ, and `crossentropy` Cross-entropy."""
    plain = normalize("NFKC", text).lower().replace("^", "")
    return _GAPS.sub("", plain) or plain


@lru_cache(maxsize=512)
def _formulas(op: Op) -> frozenset[str]:
    """How the operation is written, of x, y and z."""
    if not 0 < op.arity <= len(_LETTERS):
        return frozenset()
    return frozenset(_formula(spelling.template.format(*_LETTERS)) for spelling in (op.code, op.text))


@lru_cache(maxsize=1024)
def _formula(text: str) -> str:
    """A formula however it is typed: `1 / (1 + e^-x)` is 1/(1 + e⁻ˣ)."""
    return normalize("NFKC", text).lower().replace("**", "^").translate(_SAME)


def _is_scattered(sought: str, name: str) -> bool:
    """Whether the letters come in this order, the first one first, and none left out by more than a word."""
    rest = iter(name)
    return name[:1] == sought[:1] and all(letter in rest for letter in sought)
