"""Numbers as people read them: a real minus sign, few digits where space is short, else all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

MINUS = "−"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_ON_THE_LINE = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", f"{MINUS}0123456789")
_PLAIN = range(-4, 6)  # decimal exponents that are written without a power of ten
FEW = 4
MANY = 8  # digits for numbers that a person typed


def superscript(number: int) -> str:
    """`-12` as `⁻¹²`."""
    return str(number).translate(_SUPERSCRIPTS)


def _scientific(mantissa: str, exponent: int) -> str:
    return f"{mantissa}·10{superscript(exponent)}"


def level(text: str) -> str:
    """What `short` and `full` write, but with nothing above the line, where it would be too small: `−2e−5`."""
    mantissa, ten, power = text.partition("·10")
    return f"{mantissa}e{power.translate(_ON_THE_LINE)}" if ten else text


def short(number: float, digits: int = FEW) -> str:
    """`number` in at most `digits` significant digits.

    A number that needs no more is written exactly and as briefly as it can be (`2`, `−0.5`); one that was
    rounded shows all of its `digits` (`0.3333`, `1.000`), so that the reader can tell the two apart.
    """
    number = float(number)
    if number != number:
        return "NaN"
    if number in (float("inf"), float("-inf")):
        return "∞" if number > 0 else f"{MINUS}∞"
    if number == 0:
        return "0"
    rounded = f"{abs(number):.{digits - 1}e}"
    mantissa, exponent = rounded.split("e")
    exact = float(rounded) == abs(number)
    power = int(exponent)
    if exact:
        mantissa = mantissa.rstrip("0").rstrip(".")
        text = np.format_float_positional(abs(number), trim="-") if power in _PLAIN else _scientific(mantissa, power)
    elif -4 <= power < digits:
        text = f"{float(rounded):.{digits - 1 - power}f}"
    else:
        text = _scientific(mantissa, power)
    return MINUS + text if number < 0 else text


def full(number: float) -> str:
    """`number` with all the digits that tell it from its neighbours."""
    number = float(number)
    if number != number or number in (float("inf"), float("-inf")):
        return short(number)
    text = code(abs(number))
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = _scientific(mantissa, int(exponent))
    return MINUS + text if number < 0 or (number == 0 and np.signbit(number)) else text


def code(number: float) -> str:
    """`number` as it is typed in the language, without loss: `2`, `0.1`, `1e-07`."""
    number = float(number)
    is_short = number.is_integer() and abs(number) < 1e16 and not (number == 0 and np.signbit(number))
    return str(int(number)) if is_short else repr(number)


def sized(shape: Sequence[int]) -> str:
    """How a shape is said wherever one is: `2 × 3`, `7`; that of a single number has no sizes, `()`."""
    return " × ".join(map(str, shape)) if shape else "()"


def shape_text(shape: Sequence[int]) -> str:
    """What an array is, by its shape: `a number`, `7 numbers`, `2 × 3 numbers`."""
    return f"{sized(shape)} numbers" if shape else "a number"


def brief(value: Any, digits: int = FEW, most: int = 6) -> str:
    """A scalar or a small array on one line; a large array as its shape."""
    array = np.asarray(value)
    if array.ndim == 0:
        return short(float(array), digits)
    if array.size > most:
        return f"[{shape_text(array.shape)}]"
    return "[" + ", ".join(brief(entry, digits, most) for entry in array) + "]"


@lru_cache(maxsize=4096)
def shorter(number: str) -> tuple[str, ...]:
    """A number as it stands on a card, and with fewer digits where that makes it shorter."""
    mantissa, power, exponent = number.replace(MINUS, "-").partition("·10")
    try:
        held = float(mantissa)
    except ValueError:  # a formula has no digits to lose
        return (number,)
    found = [number]
    for digits in (3, 2):
        text = short(held, digits) + power + exponent
        if len(text) < len(found[-1]):
            found.append(text)
    return tuple(found)


class Shown(Enum):
    """What stands for a value or a gradient: its number, its formula, or both."""

    NUMBERS = "numbers"
    FORMULAS = "formulas"
    BOTH = "both"


@dataclass(frozen=True, eq=False)
class Style:
    """How the reader wants numbers: in so many significant digits, some as `fractions`, or as formulas."""

    digits: int = FEW
    fractions: Mapping[float, Fraction] = field(default_factory=dict)
    shown: Shown = Shown.NUMBERS

    def short(self, number: float) -> str:
        """As the function `short`, or `−1/3`."""
        exact = self.fractions.get(float(number))
        if exact is None or exact.denominator == 1:
            return short(number, self.digits)
        return f"{MINUS if exact < 0 else ''}{abs(exact.numerator)}/{exact.denominator}"

    def brief(self, value: Any, most: int = 6) -> str:
        """As the function `brief`."""
        return self.short(float(value)) if np.ndim(value) == 0 else brief(value, self.digits, most)


PLAIN = Style()


def spelled(value: Any) -> str:
    """A scalar or an array as a literal of the language, without loss."""
    array = np.asarray(value)
    if array.ndim == 0:
        return code(float(array))
    return "[" + ", ".join(spelled(entry) for entry in array) + "]"


def in_parentheses(text: str) -> str:
    """A negative number among signs of operation: `1 × (−4)`."""
    return f"({text})" if text.startswith(MINUS) else text


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 input`, `2 inputs`, `1,200 passes`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
