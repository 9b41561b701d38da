"""A graph along one coordinate, all else held: f(x) and f′(x) for many x at once, and for complex x.

Derivatives are forward mode: a tangent of 1 enters at the coordinate and flows with the values, exact at every point
(Griewank and Walther, *Evaluating Derivatives*, 2nd ed., 2008, chapter 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...graph.graph import NodeId
from ...ops import Op
from ..differences import Corner, in_front
from ..steps import Floats
from ..trace import Trace
from .coordinates import Coordinate
from .points import at_points, takes_many

Bools = NDArray[np.bool_]
Complexes = NDArray[np.complex128]
MOST_NUMBERS = 250_000  # that are held for one node at once: more points go through in parts


@dataclass(frozen=True)
class Target:
    """What responds: a node, or one entry of one that is an array."""

    node: NodeId
    entry: tuple[int, ...] = ()


class Section:
    """The targets as functions of a coordinate, with everything else as it was in a run.

    The nodes on the way are computed again for all points at once, as far as their operations allow.  Where one of
    them is not finite, so that the run would fail there, values and derivatives are NaN.
    """

    def __init__(self, trace: Trace, coordinate: Coordinate, targets: Sequence[Target]) -> None:
        """The coordinate must stand in the graph; targets without a place in the plan are NaN everywhere."""
        self.trace, self.coordinate, self.targets = trace, coordinate, tuple(targets)
        plan = trace.plan
        self._own = plan.row_of[coordinate.node]
        self._seeds = self._seed_rows()
        self._rows = [plan.row_of.get(target.node) for target in targets]
        self._cone = self._between({row for row in self._rows if row is not None})
        self._moved = {*self._seeds, *self._cone}

    def _seed_rows(self) -> set[int]:
        """The rows of the inputs that move by themselves."""
        return {self._own}

    def _between(self, goals: set[int]) -> list[int]:
        """The rows that move with the coordinate and that a goal depends on, in order."""
        plan, moved = self.trace.plan, set(self._seeds)
        for row in range(min(moved) + 1, max(goals, default=-1) + 1):
            if not moved.isdisjoint(plan.input_rows(row)):
                moved.add(row)
        wanted = moved & goals
        for row in sorted(moved, reverse=True):
            if row in wanted:
                wanted.update(moved.intersection(plan.input_rows(row)))
        return sorted(wanted - self._seeds)

    # What is known before anything is computed

    @property
    def x(self) -> float:
        """Where the coordinate is in the run."""
        return self.coordinate.number(self.trace.graph)

    def depends(self, number: int) -> bool:
        """Whether a target depends on the coordinate at all."""
        return self._rows[number] in self._moved

    @property
    def takes_many(self) -> bool:
        """Whether all operations on the way take many points in one call."""
        plan = self.trace.plan
        return all(
            takes_many(
                self._op(row),
                tuple(plan.shapes[source] for source in plan.input_rows(row)),
                tuple(source in self._moved for source in plan.input_rows(row)),
            )
            for row in self._cone
        )

    @property
    def _is_elementwise(self) -> bool:
        return all(self._op(row).structured is None for row in self._cone)

    @property
    def is_analytic(self) -> bool:
        """Whether all operations on the way compute with complex numbers as holomorphic functions."""
        return self._is_elementwise and all(self._op(row).analytic for row in self._cone)

    def corner(self) -> Corner | None:
        """The first node on the way that sits on a corner of its operation, in the run."""
        plan, buffers = self.trace.plan, self.trace.buffers
        with np.errstate(all="ignore"):
            for row in self._cone:
                if (kink := self._op(row).kink) is None:
                    continue
                inputs = [plan.value_view(source, buffers) for source in plan.input_rows(row)]
                if np.any(kink.where(*inputs)):
                    return Corner(plan.rows[row], kink.statement)
        return None

    def is_like(self, trace: Trace) -> bool:
        """Whether another run lies on this section: it differs at most in where the coordinate is."""
        if trace.plan is not self.trace.plan:
            return False
        old, new, own = self.trace.graph, trace.graph, self.coordinate
        if old is new:
            return True
        for id_, node in new.nodes.items():
            before = old.nodes[id_].value
            if not node.op.is_leaf or node.value is before:
                continue
            held = np.asarray(node.value)
            if id_ == own.node and held.shape == np.shape(np.asarray(before)):
                held = np.array(held, dtype=np.float64)
                held[own.entry] = np.asarray(before)[own.entry]
            if not np.array_equal(held, np.asarray(before), equal_nan=True):
                return False
        return True

    def continues(self, before: Section) -> bool:
        """Whether the curves of another section are those of this one, too: only the coordinate has moved since."""
        return self.coordinate == before.coordinate and self.targets == before.targets and before.is_like(self.trace)

    # Computing

    def at(self, x: Floats, *, with_slopes: bool = True) -> tuple[list[Floats], list[Floats]]:
        """For each target its values at `x`, a list of numbers, and its derivatives there (else an empty list)."""
        most = max(1, MOST_NUMBERS // self._widest)
        if len(x) <= most:
            return self._at(x, with_slopes)
        parts = [self._at(x[begin : begin + most], with_slopes) for begin in range(0, len(x), most)]
        values, slopes = ([list(row) for row in zip(*side, strict=True)] for side in zip(*parts, strict=True))
        return [np.concatenate(row) for row in values], [np.concatenate(row) for row in slopes]

    @cached_property
    def _widest(self) -> int:
        """Entries of the largest array on the way."""
        return max((prod(self.trace.plan.shapes[row]) for row in self._moved), default=1) or 1

    def _at(self, x: Floats, with_slopes: bool) -> tuple[list[Floats], list[Floats]]:
        plan, buffers, count = self.trace.plan, self.trace.buffers, len(x)
        values: dict[int, Any] = self._moved_to(x)
        slopes: dict[int, Any] = self._moving(count) if with_slopes else {}
        holds: dict[int, Bools] = {
            row: np.isfinite(moved).reshape(count, -1).all(axis=1) for row, moved in values.items()
        }
        with np.errstate(all="ignore"):
            for row in self._cone:
                sources = plan.input_rows(row)
                moves = tuple(source in values for source in sources)
                args = [
                    values[source] if moved else plan.value_view(source, buffers)
                    for source, moved in zip(sources, moves, strict=True)
                ]
                tangents = [slopes.get(source) for source in sources]
                out, slope = at_points(self._op(row), args, moves, tangents, count)
                shape = (count, *plan.shapes[row])
                values[row] = out = _spread(out, shape)
                if slope is not None:
                    slopes[row] = _spread(slope, shape)
                sound: Bools = np.isfinite(out) if out.ndim == 1 else _whole(np.isfinite(out))
                for source in sources:
                    if source in holds:
                        sound = sound & holds[source]
                holds[row] = sound
        found = [self._picked(number, values, holds, count, None) for number in range(len(self.targets))]
        if not with_slopes:
            return found, []
        return found, [self._picked(number, slopes, holds, count, 0.0) for number in range(len(self.targets))]

    def _picked(
        self, number: int, moved: dict[int, Any], holds: dict[int, Bools], count: int, still: float | None
    ) -> Floats:
        """What a target has at every point: as it moves, or as it stands still."""
        row, target, trace = self._rows[number], self.targets[number], self.trace
        if row is None:
            return np.full(count, np.nan)
        if row in self._moved and row in holds:
            values = moved[row][at_all(target.entry)] if row in moved else np.zeros(count)
            return np.where(holds[row], values, np.nan)
        value = trace.value(target.node)
        if value is None:
            return np.full(count, np.nan)
        return np.full(count, np.asarray(value)[target.entry] if still is None else still)

    def complex_at(self, x: float, steps: Floats) -> Complexes | None:
        """The first target at x + i·h for every step h; None where the operations do not allow it."""
        if not self.is_analytic or self._rows[0] is None:
            return None
        plan, buffers, count = self.trace.plan, self.trace.buffers, len(steps)
        moved = np.asarray(self._entered(np.full(count, x)), dtype=np.complex128)
        moved[at_all(self.coordinate.entry)] += 1j * steps
        values: dict[int, Any] = {self._own: moved}
        try:
            with np.errstate(all="ignore"):
                for row in self._cone:
                    shape, sources = (count, *plan.shapes[row]), plan.input_rows(row)
                    args = [
                        in_front(values[source], len(shape)) if source in values else plan.value_view(source, buffers)
                        for source in sources
                    ]
                    values[row] = np.broadcast_to(np.asarray(self._op(row).forward(*args), np.complex128), shape)
        except TypeError:  # of a ufunc that has no complex form after all
            return None
        if self._rows[0] not in values:
            return np.full(count, np.nan, dtype=np.complex128)
        found: Complexes = values[self._rows[0]][at_all(self.targets[0].entry)]
        return found

    def _moved_to(self, x: Floats) -> dict[int, Any]:
        """The inputs that move, at every point."""
        return {self._own: self._entered(x)}

    def _moving(self, count: int) -> dict[int, Any]:
        """Their tangents: in which direction they move."""
        return {self._own: self._entered(np.ones(count), np.float64(0.0))}

    def _entered(self, x: Floats, elsewhere: np.float64 | None = None) -> Floats:
        """The input at every point: the coordinate moves, its other entries stay (or are `elsewhere`)."""
        held = self.trace.plan.value_view(self._own, self.trace.buffers)
        shape = (len(x), *held.shape)
        made = np.array(np.broadcast_to(held if elsewhere is None else elsewhere, shape), dtype=np.float64)
        made[at_all(self.coordinate.entry)] = x
        return made

    def _op(self, row: int) -> Op:
        return self.trace.graph.nodes[self.trace.plan.rows[row]].op


def at_all(entry: tuple[int, ...]) -> Any:
    """The index of an entry at all points."""
    return (slice(None), *entry)


def _whole(sound: Bools) -> Bools:
    """Which points are sound in all entries."""
    found: Bools = np.asarray(sound.reshape(len(sound), -1).all(axis=1))
    return found


def _spread(found: Any, shape: tuple[int, ...]) -> Floats:
    """What an operation gave, in the shape that its row has."""
    array: Floats = np.asarray(found, dtype=np.float64)
    return array if array.shape == shape else np.broadcast_to(array, shape)
