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


def quotients(section: Section, kind: Difference, steps: Floats) -> list[Quotient]:
    """The first target's difference quotients where the coordinate is, for all steps."""
    (found,), _, _ = _gathered(section, [(kind, steps)])
    return found


def marches(section: Section, steps: Floats) -> dict[Difference, list[Quotient]]:
    """The quotients of every kind for all steps."""
    found, _, _ = _gathered(section, [(kind, steps) for kind in Difference])
    return dict(zip(Difference, found, strict=True))


def _gathered(section: Section, wanted: list[tuple[Difference, Floats]]) -> tuple[list[list[Quotient]], float, float]:
    """The quotients of all that is wanted, each for its steps, and value and slope of the target: the section is
    computed once for all the places that it takes, since a call costs more than a hundred points."""
    x = section.x
    ends = [kind.ends(x, steps) for kind, steps in wanted]
    parts = [np.array([x]), *(place for pair in ends for place in pair)]
    (values, *_), (slopes, *_) = section.at(np.concatenate(parts))
    pieces = iter(np.split(values, np.cumsum([len(part) for part in parts])[:-1]))
    y, slope = float(next(pieces)[0]), float(slopes[0])
    all_found = []
    for kind, steps in wanted:
        low, high, width = next(pieces), next(pieces), kind.width(steps)
        with np.errstate(all="ignore"):
            found = (high - low) / width
            noise = _EPSILON * (np.abs(high) + np.abs(low)) / np.abs(width)
            errors = np.abs(found - slope)
        rows = zip(np.atleast_1d(steps).tolist(), found.tolist(), errors.tolist(), noise.tolist(), strict=True)
        all_found.append([Quotient(*row) for row in rows])
    return all_found, y, slope


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


def errors_of(section: Section) -> Errors:
    """The errors of the first target at the coordinate, for steps from 1 to 1e-16."""
    h = 10.0 ** (np.arange(LARGEST * _PER_DECADE, SMALLEST * _PER_DECADE - 1, -1) / _PER_DECADE)
    found, y, slope = _gathered(section, [(kind, h) for kind in Difference])
    errors = {kind: np.array([each.error for each in row]) for kind, row in zip(Difference, found, strict=True)}
    with np.errstate(all="ignore"):
        rounding = _EPSILON * max(abs(y), 1e-300) / h
        truncation = {kind: _truncation(h, errors[kind], rounding, kind.order) for kind in Difference}
        imaginary = section.complex_at(section.x, h)
        complex_step = None if imaginary is None else np.abs(imaginary.imag / h - slope)
    return Errors(
        h, errors, {kind: _best(h, found) for kind, found in errors.items()}, rounding, truncation, complex_step
    )


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
