"""A graph near a point: its linear and quadratic approximations along a ray, and what the Hessian says of its shape.

f(x + t·d) ≈ f(x) + t ∇f·d + ½ t² dᵀ H d (Taylor); where the slope is zero, the eigenvalues of H decide between a
minimum (all positive), a maximum (all negative) and a saddle (both signs); see Boyd and Vandenberghe, *Convex
Optimization* (2004).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from ...ops import numerals
from ..steps import Floats
from ..trace import Trace
from .coordinates import Coordinate
from .sections import Section, Target, at_all

_NOTHING = 1e-10  # of the largest eigenvalue: what is smaller cannot be told from rounding


class Ray(Section):
    """A target along a straight line through the present point: coordinates move together, by t times a direction."""

    def __init__(self, trace: Trace, coordinates: Sequence[Coordinate], direction: Floats, target: Target) -> None:
        """All coordinates must stand in the graph; `direction` has a number for each of them."""
        self.coordinates, self.direction = tuple(coordinates), direction
        super().__init__(trace, coordinates[0], [target])

    def _seed_rows(self) -> set[int]:
        return {self.trace.plan.row_of[held.node] for held in self.coordinates}

    def _moved_to(self, x: Floats) -> dict[int, Any]:
        plan, buffers = self.trace.plan, self.trace.buffers
        moved = {}
        for row in self._seed_rows():
            value = plan.value_view(row, buffers)
            moved[row] = np.array(np.broadcast_to(value, (len(x), *value.shape)), dtype=np.float64)
        for held, part in zip(self.coordinates, self.direction, strict=True):
            moved[plan.row_of[held.node]][at_all(held.entry)] += part * x
        return moved

    def _moving(self, count: int) -> dict[int, Any]:
        plan = self.trace.plan
        tangents = {row: np.zeros((count, *plan.shapes[row])) for row in self._seed_rows()}
        for held, part in zip(self.coordinates, self.direction, strict=True):
            tangents[plan.row_of[held.node]][at_all(held.entry)] += part
        return tangents


class Shape(Enum):
    """What a surface looks like near a point, by the signs of the eigenvalues of its Hessian."""

    BOWL = "a bowl"
    DOME = "a dome"
    SADDLE = "a saddle"
    VALLEY = "a valley"
    RIDGE = "a ridge"
    FLAT = "flat"


@dataclass(frozen=True)
class Curvature:
    """The eigenvalues of a Hessian, the largest first, and the directions that belong to them, as columns."""

    values: Floats
    directions: Floats

    @property
    def _signs(self) -> Floats:
        least = _NOTHING * float(np.abs(self.values).max(initial=0.0))
        return np.where(np.abs(self.values) <= least, 0.0, np.sign(self.values))

    @property
    def shape(self) -> Shape:
        up, down = bool((self._signs > 0).any()), bool((self._signs < 0).any())
        level = bool((self._signs == 0).any())
        if up and down:
            return Shape.SADDLE
        if up:
            return Shape.VALLEY if level else Shape.BOWL
        if down:
            return Shape.RIDGE if level else Shape.DOME
        return Shape.FLAT

    @property
    def condition(self) -> float:
        """How much more it curves in one direction than in another; infinite with a level direction."""
        sizes = np.abs(self.values)
        least = float(sizes.min(initial=np.inf))
        return float("inf") if least <= _NOTHING * float(sizes.max(initial=0.0)) else float(sizes.max()) / least

    def sentence(self, name: str) -> str:
        """What the eigenvalues say, for the reader."""
        up, down, level = (int((self._signs == sign).sum()) for sign in (1, -1, 0))
        match self.shape:
            case Shape.BOWL:
                told = f"All eigenvalues are positive: {name} curves up in every direction, like a bowl."
            case Shape.DOME:
                told = f"All eigenvalues are negative: {name} curves down in every direction, like a dome."
            case Shape.SADDLE:
                told = (
                    f"Eigenvalues of both signs: a saddle. {name} curves up in {numerals.count(up, 'direction')} and"
                    f" down in {down}."
                )
            case Shape.VALLEY:
                told = (
                    f"No eigenvalue is negative, but {level} {'is' if level == 1 else 'are'} zero: {name} curves up"
                    " like a valley, whose floor has no curvature."
                )
            case Shape.RIDGE:
                told = (
                    f"No eigenvalue is positive, but {level} {'is' if level == 1 else 'are'} zero: {name} curves down"
                    " like a ridge, whose crest has no curvature."
                )
            case Shape.FLAT:
                return f"All second derivatives are zero: near this point {name} is as straight as its tangent plane."
        if np.isfinite(self.condition) and len(self.values) > 1:
            told += f" Condition number {numerals.short(self.condition, 4)}."
        return told


def curvature(hessian: Floats) -> Curvature | None:
    """The eigenvalues of a symmetric matrix; None where it has entries that are no numbers."""
    if not np.isfinite(hessian).all():
        return None
    values, directions = np.linalg.eigh((hessian + hessian.T) / 2)
    return Curvature(values[::-1].copy(), _turned(directions[:, ::-1].copy()))


def _turned(directions: Floats) -> Floats:
    """An eigenvector may point either way: towards its largest component."""
    largest = np.abs(directions).argmax(axis=0)
    return np.asarray(directions * np.sign(directions[largest, np.arange(directions.shape[1])]))


@dataclass(frozen=True)
class Approximation:
    """f(x + t·d) as a polynomial in t: `value` + `slope` t + ½ `bend` t²."""

    value: float
    slope: float
    bend: float

    def linear(self, t: Floats) -> Floats:
        """The tangent."""
        return self.value + self.slope * t

    def quadratic(self, t: Floats) -> Floats:
        """The parabola that touches most closely."""
        with np.errstate(all="ignore"):
            return self.linear(t) + 0.5 * self.bend * t * t


def approximation(value: float, gradient: Floats, hessian: Floats, direction: Floats) -> Approximation:
    """Along a direction, from the value, the gradient and the Hessian at the point."""
    return Approximation(value, float(gradient @ direction), float(direction @ hessian @ direction))
