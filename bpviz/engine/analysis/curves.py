"""Curves to be drawn: a section sampled so that poles, jumps and the ends of domains are seen as what they are.

A first look is at evenly spaced points.  Where a curve leaps, ends, or shoots out of what else there is to see, it is
looked at again between, some rounds deep: what then is still a leap over a stretch thousands of times shorter is a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from ...ops import numerals
from ..steps import Floats
from .sections import Section

POINTS, POINTS_OF_ARRAYS = 401, 121  # the second where some operation takes one point at a time
WIDEST = 1e12  # from 0, to either side: beyond, neighbouring pixels are too far apart to say anything
_PARTS, _ROUNDS = 8, 4
_MOST = 48  # stretches that are looked at again in one round
_LEAP = 0.02  # of the height: what the curve may depart from its slopes over one stretch
_BEND = 0.25  # of the height of the derivative, likewise; it may be steep where the curve only bends
_FAR = 3.0  # heights beyond what is usual
_POLE = 30.0  # heights: what is farther than that at the edge of a gap is on its way to infinity
_OVERFLOWING = 1e200  # what is larger leaves float64 without a pole, as e^x does
_CREEPING = 0.01  # heights that ln still falls with every halving of the distance


@dataclass(frozen=True)
class Curve:
    """A target along a section: points from left to right, NaN in `y` at every gap; `slope` is the derivative, with
    gaps of its own where it jumps.  `asymptotes` has the places of the poles, `rough` those of all points without a
    derivative that have values to both sides: corners, jumps and poles."""

    x: Floats
    y: Floats
    slope: Floats
    asymptotes: tuple[float, ...]
    rough: tuple[float, ...]


class RangeError(ValueError):
    """A range over which nothing can be drawn, in a sentence for the reader."""


def checked_range(low: float, high: float) -> tuple[float, float]:
    """The range as it can be drawn: ends the wrong way round are put right.  Raises RangeError."""
    if not (isfinite(low) and isfinite(high)):
        raise RangeError("a range goes from one finite number to another")
    low, high = min(low, high), max(low, high)
    if max(abs(low), abs(high)) > WIDEST:
        raise RangeError(f"a range reaches at most to {numerals.short(WIDEST)}: a curve that wide would say nothing")
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-3):
        raise RangeError(
            "the range is empty: it begins where it ends"
            if low == high
            else "the range is too narrow: float64 tells hardly any of its numbers apart"
        )
    return low, high


def curves(section: Section, low: float, high: float) -> list[Curve]:
    """The targets of a section from `low` to `high`, one curve each.

    Finer samples are shared by all of them, so all curves have the same x but for the gaps.
    """
    count = POINTS if section.takes_many else POINTS_OF_ARRAYS
    x = np.linspace(low, high, count)
    if low < section.x < high:
        x = np.unique(np.append(x, section.x))  # where one stands is never beside the curve
    ys, slopes = section.at(x)
    heights = [_height(y) for y in ys]
    suspects = _suspects(x, ys, slopes, heights)
    for _ in range(_ROUNDS):
        if not len(suspects):
            break
        parts = np.arange(1, _PARTS) / _PARTS
        begin, end = x[suspects], x[suspects + 1]
        between = (begin[:, None] + (end - begin)[:, None] * parts).ravel()
        between = np.setdiff1d(between, x)
        if not len(between):
            break
        more, more_slopes = section.at(between)
        edges = np.sort(np.concatenate([begin, end]))
        x, order = np.unique(np.concatenate([x, between]), return_index=True)
        ys = [np.concatenate([y, new])[order] for y, new in zip(ys, more, strict=True)]
        slopes = [np.concatenate([s, new])[order] for s, new in zip(slopes, more_slopes, strict=True)]
        found = _suspects(x, ys, slopes, heights)
        # only what lies in a stretch that was just looked at: the others would be new, and there is an end to it
        place = np.searchsorted(edges, x[found], side="right")
        suspects = found[place % 2 == 1]
    finest = (high - low) / (count - 1) / _PARTS**_ROUNDS
    return [_curve(x, y, slope, height, finest) for y, slope, height in zip(ys, slopes, heights, strict=True)]


def _height(y: Floats) -> float:
    """How much there is to see from the lowest to the highest usual value."""
    finite = y[np.isfinite(y)]
    if not len(finite):
        return 1.0
    low, high = (float(v) for v in np.percentile(finite, (8.0, 92.0)))
    if high / 2 - low / 2 <= 0:
        low, high = float(finite.min()), float(finite.max())
    height = high / 2 - low / 2
    return min(2 * height, 1e300) if height > 0 else max(abs(low), 1.0)


def _suspects(x: Floats, ys: list[Floats], slopes: list[Floats], heights: list[float]) -> NDArray[np.intp]:
    """The stretches, by their beginnings, that should be looked at again, the worst ones first if there are many."""
    worst = np.zeros(len(x) - 1)
    for y, slope, height in zip(ys, slopes, heights, strict=True):
        worst = np.maximum(worst, np.maximum(_doubts(x, y, slope, height), _steepness(slope)))
    found = np.flatnonzero(worst)
    if len(found) > _MOST:
        found = np.sort(found[np.argsort(-worst[found], kind="stable")[:_MOST]])
    return found


def _doubts(x: Floats, y: Floats, slope: Floats, height: float) -> Floats:
    """How much is wrong with joining each point to the next; 0 where nothing is."""
    with np.errstate(all="ignore"):
        there = np.isfinite(y)
        ends = there[1:] != there[:-1]
        middle = float(np.median(y[there])) if there.any() else 0.0
        off = np.clip((y - middle) / height, -_POLE, _POLE)  # how far it goes where nobody sees it does not count
        steep = np.where(np.isfinite(slope), slope, 0.0) / height
        width = np.diff(x)
        rise = np.diff(off)
        expected = np.clip((steep[1:] + steep[:-1]) / 2 * width, -2 * _POLE, 2 * _POLE)
        doubt = np.where(there[1:] & there[:-1] & (np.abs(rise) > _LEAP), np.abs(rise - expected), 0.0)
        doubt = np.where(doubt > _LEAP, doubt, 0.0)
        peak = (np.minimum(np.abs(off[1:]), np.abs(off[:-1])) > _FAR) & (slope[1:] * slope[:-1] < 0)
    return np.where(ends, 2 * _POLE, np.where(peak, _POLE, doubt))


def _leaps(x: Floats, y: Floats, slope: Floats, height: float) -> NDArray[np.bool_]:
    """Where the curve rises otherwise than any slope between those of its two ends would have it."""
    with np.errstate(all="ignore"):
        rise, width = np.diff(y), np.diff(x)
        most = np.fmax(slope[1:], slope[:-1]) * width
        least = np.fmin(slope[1:], slope[:-1]) * width
        return np.fmax(rise - most, least - rise) > _LEAP * height


def _steepness(slope: Floats) -> Floats:
    """Where the derivative itself leaps, as that of |x| does at 0."""
    with np.errstate(all="ignore"):
        height = _height(slope)
        finite = slope[np.isfinite(slope)]
        middle = float(np.median(finite)) if len(finite) else 0.0
        rise = np.abs(np.diff(np.clip((slope - middle) / height, -_FAR, _FAR)))
    return np.where(np.isfinite(rise) & (rise > _BEND), rise / _POLE, 0.0)


def _curve(x: Floats, y: Floats, slope: Floats, height: float, finest: float) -> Curve:
    """Puts the gaps in: a point without a value between two that shall not be joined."""
    width = np.diff(x)
    is_fine = width <= 2 * finest * (1 + 1e-6)
    is_joined = np.isfinite(y[1:]) & np.isfinite(y[:-1])
    leaps = is_fine & is_joined & _leaps(x, y, slope, height)
    corners = is_fine & (_steepness(slope) > 0) & ~leaps
    found = (_pole(x, y, slope, height, int(k)) for k in np.flatnonzero(leaps | ~is_joined))
    poles = [pole for pole in found if pole is not None]
    breaks = np.flatnonzero(leaps | corners)
    middle = (x[breaks] + x[breaks + 1]) / 2
    at = breaks + 1
    joined = y[breaks] / 2 + y[breaks + 1] / 2
    heights = np.where(leaps[breaks], np.nan, joined)
    near = (x[-1] - x[0]) / 2000
    rough = [_roundest(float(x[k]), float(x[k + 1])) for k in breaks.tolist()]
    inner = [pole for pole in poles if np.isfinite(y[x < pole][-1:]).any() and np.isfinite(y[x > pole][:1]).any()]
    return Curve(
        np.insert(x, at, middle),
        np.insert(y, at, heights),
        np.insert(slope, at, np.nan),
        _apart(poles, near),
        _apart(sorted([*rough, *inner]), near),
    )


def _apart(places: list[float], near: float) -> tuple[float, ...]:
    """Without those that are hardly another place than the one before."""
    found: list[float] = []
    for place in places:
        if not found or place - found[-1] > near:
            found.append(place)
    return tuple(found)


def _pole(x: Floats, y: Floats, slope: Floats, height: float, k: int) -> float | None:
    """Where the curve goes to infinity between the points k and k + 1, if it does."""
    sides = [i for i in (k, k + 1) if isfinite(y[i])]
    middle = float(np.median(y[np.isfinite(y)])) if sides else 0.0
    for i in sides:
        if abs(y[i]) > _OVERFLOWING:
            continue
        is_far = abs(y[i] - middle) / height > _POLE
        # Where y = ln d at a distance d of the gap, y′ · d stays what it is; at the end of √ it goes to 0.
        climb = abs(slope[i]) * (x[k + 1] - x[k]) / height
        if is_far or (len(sides) == 1 and isfinite(climb) and climb > _CREEPING):
            return _roundest(float(x[k]), float(x[k + 1]))
    return None


def _roundest(low: float, high: float) -> float:
    """The number with the fewest digits from `low` to `high`."""
    if low <= 0.0 <= high:
        return 0.0
    middle = low + (high - low) / 2
    rounded = (float(f"{middle:.{digits}g}") for digits in range(1, 17))
    return next((number for number in rounded if low <= number <= high), middle)


def tangent_text(name: str, variable: str, x: float, y: float, slope: float, digits: int = numerals.FEW) -> str:
    """The equation of the tangent at a point: `u = 2x − 3`, `u = −3`, `u = x`; `x = 0` where it is vertical."""
    if not isfinite(x) or np.isnan(slope) or not isfinite(y):
        return ""
    if not isfinite(slope):
        return f"{variable} = {numerals.short(x, digits)}"
    constant = _tidy(y - slope * x, max(abs(y), abs(slope * x)))
    slope = _tidy(slope, abs(slope))
    if slope == 0:
        return f"{name} = {numerals.short(constant, digits)}"
    size = numerals.short(abs(slope), digits)
    between = " · " if "·" in size or len(variable) > 1 else ""  # 2x, but 2 · w1
    line = f"{numerals.MINUS if slope < 0 else ''}{variable if size == '1' else f'{size}{between}{variable}'}"
    if constant == 0:
        return f"{name} = {line}"
    sign = numerals.MINUS if constant < 0 else "+"
    return f"{name} = {line} {sign} {numerals.short(abs(constant), digits)}"


def _tidy(number: float, size: float) -> float:
    """Without what float64 has added: of two numbers of this size, a difference this small is rounding."""
    if abs(number) <= 4e-15 * size:
        return 0.0
    return float(f"{number:.12g}")
