"""A graph over two coordinates, all else held: the landscape f(x, y), its gradient, its level lines.

The gradient points where f grows fastest and stands at a right angle on the level line; along a unit vector u, f
changes by ∇f · u, the directional derivative (Zhang et al., Dive into Deep Learning, section 2.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, hypot, isfinite, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..steps import Floats
from ..trace import Trace
from .coordinates import Coordinate
from .sections import Section, Target, at_all

Segments = NDArray[np.float64]  # line pieces, each (x0, y0, x1, y1)


class Plane(Section):
    """A target as a function of two coordinates, with everything else as it was in a run."""

    def __init__(self, trace: Trace, first: Coordinate, second: Coordinate, target: Target) -> None:
        """Both coordinates must stand in the graph, and differ."""
        self.second = second
        super().__init__(trace, first, [target])

    def _seed_rows(self) -> set[int]:
        return {self._own, self.trace.plan.row_of[self.second.node]}

    @property
    def place(self) -> tuple[float, float]:
        """Where the coordinates are in the run."""
        return self.x, self.second.number(self.trace.graph)

    def _moved_to(self, x: Floats) -> dict[int, Any]:
        values = {self._own: self._entered(x[:, 0])}
        other = self.trace.plan.row_of[self.second.node]
        if other not in values:
            held = self.trace.plan.value_view(other, self.trace.buffers)
            values[other] = np.array(np.broadcast_to(held, (len(x), *held.shape)), dtype=np.float64)
        values[other][at_all(self.second.entry)] = x[:, 1]
        return values

    def _moving(self, count: int) -> dict[int, Any]:
        zeros = np.zeros((count, 2))
        tangents = {row: np.zeros_like(values) for row, values in self._moved_to(zeros).items()}
        along = self._direction
        tangents[self._own][at_all(self.coordinate.entry)] += along[0]
        tangents[self.trace.plan.row_of[self.second.node]][at_all(self.second.entry)] += along[1]
        return tangents

    _direction = (1.0, 0.0)

    def values(self, x: Floats, y: Floats) -> Floats:
        """f on the grid of these numbers: one row for each of `y`, one column for each of `x`; NaN where there is
        none."""
        xs, ys = np.meshgrid(x, y)
        points = np.stack([xs.ravel(), ys.ravel()], axis=1)
        return self.at(points, with_slopes=False)[0][0].reshape(xs.shape)

    def gradients(self, points: Sequence[tuple[float, float]]) -> tuple[Floats, Floats]:
        """f at points, and (∂f/∂x, ∂f/∂y) there as rows; by forward mode."""
        at = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        columns = []
        values = np.full(len(at), np.nan)
        for along in ((1.0, 0.0), (0.0, 1.0)):
            self._direction = along
            (values,), (slopes,) = self.at(at)
            columns.append(slopes)
        return values, np.stack(columns, axis=1)


@dataclass(frozen=True)
class Arrow:
    """The gradient at a point, and what follows for directions."""

    x: float
    y: float

    @property
    def length(self) -> float:
        """How fast f grows in the steepest direction."""
        return hypot(self.x, self.y)

    @property
    def angle(self) -> float:
        """Where it points, in radians from the first axis towards the second."""
        return atan2(self.y, self.x)

    @property
    def is_there(self) -> bool:
        return isfinite(self.x) and isfinite(self.y)

    def along(self, angle: float) -> float:
        """The directional derivative ∇f · u for the unit vector u at this angle."""
        return self.x * cos(angle) + self.y * sin(angle)


def levels(values: Floats, most: int = 11) -> list[float]:
    """Heights for level lines: evenly spaced round numbers, or such that each is passed by as much of the ground, where
    the landscape has a few steep walls and a wide valley."""
    finite = values[np.isfinite(values)]
    if not len(finite) or finite.min() == finite.max():
        return []
    low, high = float(finite.min()), float(finite.max())
    middle = float(np.median(finite))
    if isfinite(high - low) and 0.2 <= (middle - low) / (high - low) <= 0.8:
        return [level for level in _round_steps(low, high, most) if low < level < high]
    found = np.unique(np.percentile(finite, np.linspace(4.0, 96.0, most)))
    return [float(level) for level in found if low < level < high]


def _round_steps(low: float, high: float, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten."""
    raw = (high - low) / most
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if power * factor >= raw * (1 - 1e-9))
    first, last = int(np.ceil(low / step)), int(np.floor(high / step))
    return [float(i * step) for i in range(first, last + 1)]


def level_line(x: Floats, y: Floats, values: Floats, level: float) -> Segments:
    """Where f is `level`, as pieces of straight lines through the cells of a grid; none where f has no value.

    Marching squares with linear interpolation along the edges (Lorensen and Cline 1987, in two dimensions); in a saddle
    cell, the mean of the corners decides which corners belong together.
    """
    v00, v10 = values[:-1, :-1], values[:-1, 1:]
    v01, v11 = values[1:, :-1], values[1:, 1:]
    with np.errstate(all="ignore"):
        above = [corner > level for corner in (v00, v10, v11, v01)]
        sound = np.isfinite(v00 + v10 + v01 + v11)
        code = np.where(sound, above[0] * 1 + above[1] * 2 + above[2] * 4 + above[3] * 8, 0)
        centre = (v00 + v10 + v01 + v11) / 4 > level
        x0, x1 = np.broadcast_arrays(x[None, :-1], v00)[0], np.broadcast_arrays(x[None, 1:], v00)[0]
        y0, y1 = np.broadcast_arrays(y[:-1, None], v00)[0], np.broadcast_arrays(y[1:, None], v00)[0]

        def between(a: Floats, b: Floats, va: Floats, vb: Floats) -> Floats:
            return np.asarray(a + (b - a) * np.clip((level - va) / (vb - va), 0.0, 1.0))

        bottom = np.stack([between(x0, x1, v00, v10), y0], axis=-1)
        top = np.stack([between(x0, x1, v01, v11), y1], axis=-1)
        left = np.stack([x0, between(y0, y1, v00, v01)], axis=-1)
        right = np.stack([x1, between(y0, y1, v10, v11)], axis=-1)
    edges = {"b": bottom, "t": top, "l": left, "r": right}
    pieces = []
    for codes, ends in _CASES:
        cells = np.isin(code, codes)
        if cells.any():
            pieces.append(np.concatenate([edges[ends[0]][cells], edges[ends[1]][cells]], axis=1))
    for saddle, joined, parted in ((5, _TURNED, _STRAIGHT), (10, _STRAIGHT, _TURNED)):
        for together, pairs in ((True, joined), (False, parted)):
            cells = (code == saddle) & (centre == together)
            if cells.any():
                pieces += [np.concatenate([edges[a][cells], edges[b][cells]], axis=1) for a, b in pairs]
    return np.concatenate(pieces) if pieces else np.zeros((0, 4))


_TURNED, _STRAIGHT = (("l", "t"), ("b", "r")), (("l", "b"), ("t", "r"))  # edges joined in a saddle cell
# Which edges of a cell the line crosses, by which corners are above: 1, 2, 4, 8 counterclockwise from bottom left.
_CASES = (
    ((1, 14), ("l", "b")),
    ((2, 13), ("b", "r")),
    ((4, 11), ("t", "r")),
    ((8, 7), ("l", "t")),
    ((3, 12), ("l", "r")),
    ((6, 9), ("b", "t")),
)
