"""Difference quotients on their way to the derivative, and how large their error is at every step.

Two errors meet: truncation, which falls with h (one-sided like h, central like h²), and rounding, which rises as
ε|f|/h; their sum is a V on logarithmic axes, with the best h where the two are equal (Press et al., *Numerical
Recipes*, 3rd ed., 2007, section 5.7).  The complex step Im f(x + ih)/h has no difference that could cancel, and so no
left arm (Squire and Trapp, SIAM Review 40, 1998).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import floor, isfinite, log10

import numpy as np

from ...ops import numerals
from ..steps import Floats
from .sections import Section

MARCH = (0.1, 0.01, 0.001, 0.0001, 0.00001)  # the steps of the table
LARGEST, SMALLEST = 0, -16  # exponents of ten: the steps of the V
_PER_DECADE = 4
_EPSILON = float(np.finfo(np.float64).eps)


class Difference(Enum):
    """Between which points a quotient is taken; h may be negative, too."""

    FORWARD = "forward"
    BACKWARD = "backward"
    CENTRAL = "central"

    @property
    def order(self) -> int:
        """The power of h with which its truncation falls."""
        return 2 if self is Difference.CENTRAL else 1

    def ends(self, x: Floats | float, h: Floats | float) -> tuple[Floats, Floats]:
        """The two places whose values are subtracted, the first from the second."""
        before = x if self is Difference.FORWARD else np.subtract(x, h)
        after = x if self is Difference.BACKWARD else np.add(x, h)
        first, second = np.broadcast_arrays(np.asarray(before, np.float64), np.asarray(after, np.float64))
        return np.atleast_1d(first), np.atleast_1d(second)

    def width(self, h: Floats | float) -> Floats:
        """The difference of the two places, as it is written: h or 2h."""
        return np.atleast_1d(np.asarray(h, np.float64)) * (2.0 if self is Difference.CENTRAL else 1.0)


@dataclass(frozen=True)
class Quotient:
    """(f(b) − f(a)) / (b − a) beside the derivative.  NaN where f breaks."""

    h: float
    value: float
    error: float  # |value − derivative|
    noise: float  # how much of `value` rounding may have made


@dataclass(frozen=True)
class Errors:
    """The error of every kind of difference against h, largest h first; the best h of each, and its error.

    `rounding` is ε|f|/h, `truncation` the line of each kind that its error follows while h is large (None where it
    does not: a straight line has no truncation).  `complex_step` is None where the operations do not allow it.
    """

    h: Floats
    errors: dict[Difference, Floats]
    best: dict[Difference, tuple[float, float]]
    rounding: Floats
    truncation: dict[Difference, Floats | None]
    complex_step: Floats | None


@dataclass(frozen=True)
class Secant:
    """The line through two points of the curve, from left to right as the kind of difference takes them."""

    before: tuple[float, float]
    after: tuple[float, float]
    quotient: Quotient


class Approach:
    """The first target's difference quotients where the coordinate is, on their way to the derivative.

    `y` and `slope` are the value and the derivative there, NaN where there is none; `errors` is the V.  All of its
    steps, and those of the table, go through the graph at once, since a pass costs more than a hundred points.
    """

    def __init__(self, section: Section) -> None:
        self._section = section
        h = 10.0 ** (np.arange(LARGEST * _PER_DECADE, SMALLEST * _PER_DECADE - 1, -1) / _PER_DECADE)
        wanted = [(kind, steps) for steps in (h, np.array(MARCH), -np.array(MARCH)) for kind in Difference]
        x = section.x
        ends = [kind.ends(x, steps) for kind, steps in wanted]
        places = [np.array([x]), *(place for pair in ends for place in pair)]
        (values, *_), (slopes, *_) = section.at(np.concatenate(places))
        pieces = iter(np.split(values, np.cumsum([len(place) for place in places])[:-1]))
        self.y, self.slope = float(next(pieces)[0]), float(slopes[0])
        found = [(kind, steps, next(pieces), next(pieces)) for kind, steps in wanted]
        count = len(Difference)
        self.errors = self._errors(h, {row[0]: self._compared(*row)[1] for row in found[:count]})
        self._marches = [{row[0]: self._listed(*row) for row in rows} for rows in (found[count:-count], found[-count:])]

    def march(self, sign: float) -> dict[Difference, list[Quotient]]:
        """The quotients of the table, `MARCH` with this sign, for every kind."""
        return self._marches[0 if sign > 0 else 1]

    def secant(self, kind: Difference, h: float) -> Secant:
        """The secant of one step."""
        (low,), (high,) = kind.ends(self._section.x, h)
        values = self._section.at(np.array([low, high]), with_slopes=False)[0][0]
        (quotient,) = self._listed(kind, np.array([h]), values[:1], values[1:])
        return Secant((float(low), float(values[0])), (float(high), float(values[1])), quotient)

    def _compared(self, kind: Difference, steps: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
        """Quotients, their errors, and how much rounding may have made of them."""
        width = kind.width(steps)
        with np.errstate(all="ignore"):
            found = (high - low) / width
            return found, np.abs(found - self.slope), _EPSILON * (np.abs(high) + np.abs(low)) / np.abs(width)

    def _listed(self, kind: Difference, steps: Floats, low: Floats, high: Floats) -> list[Quotient]:
        columns = (np.atleast_1d(steps), *self._compared(kind, steps, low, high))
        return [Quotient(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]

    def _errors(self, h: Floats, errors: dict[Difference, Floats]) -> Errors:
        with np.errstate(all="ignore"):
            rounding = _EPSILON * max(abs(self.y), 1e-300) / h
            truncation = {kind: _truncation(h, errors[kind], rounding, kind.order) for kind in Difference}
            imaginary = self._section.complex_at(self._section.x, h)
            complex_step = None if imaginary is None else np.abs(imaginary.imag / h - self.slope)
        best = {kind: _best(h, error) for kind, error in errors.items()}
        return Errors(h, errors, best, rounding, truncation, complex_step)


def _truncation(h: Floats, error: Floats, rounding: Floats, order: int) -> Floats | None:
    """c · hᵖ with the c that the error has where it is far above rounding, as h falls."""
    is_clear = np.isfinite(error) & (error > 100 * rounding) & (error > 0) & (h <= 0.3)
    if np.count_nonzero(is_clear) < 3:
        return None
    ratios = error[is_clear] / h[is_clear] ** order
    middle = float(np.median(ratios))
    if not 0 < middle < np.inf or np.max(np.abs(np.log10(ratios / middle))) > 2:
        return None  # a corner: the error does not fall
    line: Floats = middle * h**order
    return line


def _best(h: Floats, error: Floats) -> tuple[float, float]:
    """The h with the smallest error, looked for among its neighbours: at a single step, rounding may have luck."""
    known = np.isfinite(error)
    if not known.any():
        return float("nan"), float("nan")
    with np.errstate(all="ignore"):
        size = np.where(known, np.log10(np.maximum(error, 1e-18)), 20.0)
    padded = np.pad(size, 2, mode="edge")
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(padded, 5), axis=1)
    lowest = np.flatnonzero(smooth <= smooth.min() + 1e-12)
    at = int(lowest[len(lowest) // 2])
    near = range(max(at - 2, 0), min(at + 3, len(h)))
    place = min(near, key=lambda k: (abs(size[k] - smooth[at]), abs(k - at)))
    return float(h[place]), float(error[place])


def digits_of(number: float, noise: float, most: int = 10) -> str:
    """A quotient without the digits that rounding has made: `2.03`, though float64 says 2.0299999999999976."""
    if not isfinite(number):
        return numerals.short(number)
    places = most if noise <= 0 else max(0, min(most, -floor(log10(noise)) - 1))
    text = f"{abs(number):.{places}f}"
    if float(text) == 0 or abs(number) >= 1e7:
        return numerals.short(number, 6)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return numerals.MINUS + text if number < 0 else text


def agreeing(text: str, number: float, limit: float) -> int:
    """How many characters of `text`, which says `number`, agree with the limit: both rounded there are the same."""
    if not (isfinite(number) and isfinite(limit)) or "·" in text:
        return 0
    head = text.partition(".")[0]
    places = len(text.partition(".")[2])
    for kept in range(places, -1, -1):
        if abs(number - limit) <= 0.5 * 10.0**-kept:
            return len(text) if kept >= places else len(head) + (1 + kept if kept else 0)
    return 0
