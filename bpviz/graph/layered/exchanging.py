"""Sweeps by barycentres, and exchanges of neighbours, over whole columns at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .crossings import Floats, Ints
from .grid import Grid


class Exchanger:
    """Places of the vertices in their columns, and two ways to better them."""

    def __init__(self, grid: Grid, place: Ints) -> None:
        self.grid, self.place = grid, place.copy()
        self._before, self._after = grid.sided(grid.right, grid.left), grid.sided(grid.left, grid.right)
        self._ports = np.zeros(len(grid.left)), grid.port_share[self._after.order]

    def sweep(self, *, rightward: bool, is_turned: bool) -> None:
        """Sorts one column after the other by the mean place of its neighbours in the column before.

        Vertices without neighbours there keep their places.  Of vertices with the same mean the order stays, or is
        turned over if `is_turned`.
        """
        grid, place = self.grid, self.place
        links, ports = (self._before, self._ports[0]) if rightward else (self._after, self._ports[1])
        firsts, starts = grid.first.tolist(), links.first[grid.first].tolist()
        has_several = grid.piece.any()
        for number in range(1, grid.width) if rightward else range(grid.width - 2, -1, -1):
            first, end = firsts[number], firsts[number + 1]
            if end - first < 2:
                continue
            span = slice(starts[number], starts[number + 1])
            sums = np.bincount(links.near[span] - first, place[links.far[span]] + ports[span], end - first)
            count = links.count[first:end]
            now = np.empty(end - first, np.intp)
            now[place[first:end]] = np.arange(end - first)
            is_held = count[now] > 0
            sorted_ = now[is_held][::-1] if is_turned else now[is_held]
            now[is_held] = sorted_[(sums[sorted_] / count[sorted_]).argsort(kind="stable")]
            if has_several:
                now = now[grid.piece[first + now].argsort(kind="stable")]
            place[first + now] = np.arange(end - first)

    def exchange(self, most: int) -> None:
        """Swaps neighbours in a column while that saves crossings, all columns of even and of odd number in turn."""
        idle = 0
        for turn in range(2 * most):
            idle = 0 if self._swap(turn % 2) else idle + 1
            if idle == 2:
                return

    def _swap(self, parity: int) -> bool:
        """Swaps neighbours in every other column: of overlapping pairs that gain, those that gain most."""
        grid, place = self.grid, self.place
        at = np.empty(len(grid), np.intp)
        at[grid.first[grid.column] + place] = np.arange(len(grid))
        upper, lower = at[:-1], at[1:]
        is_pair = (grid.column[upper] == grid.column[lower]) & (grid.piece[upper] == grid.piece[lower])
        gain = self._gain(upper, lower, is_pair & (grid.column[upper] % 2 == parity))
        before, behind = np.zeros_like(gain), np.zeros_like(gain)
        before[1:], behind[:-1] = gain[:-1], gain[1:]
        chosen = np.flatnonzero((gain > 0) & (gain > before) & (gain >= behind))
        place[upper[chosen]] += 1
        place[lower[chosen]] -= 1
        return bool(len(chosen))

    def _gain(self, upper: Ints, lower: Ints, is_pair: NDArray[np.bool_]) -> Floats:
        """How many crossings fewer there were if the vertices of each pair changed places."""
        partner = np.full(len(self.grid), -1, np.intp)
        partner[upper[is_pair]] = lower[is_pair]
        gain = np.zeros(len(self.grid))
        for links, ports in zip((self._before, self._after), self._ports, strict=True):
            end = self.place[links.far] + ports
            keys = links.near * (len(self.grid) + 4.0) + end
            ordered = np.sort(keys)
            mine = np.flatnonzero(partner[links.near] >= 0)
            other = partner[links.near[mine]]
            wanted = other * (len(self.grid) + 4.0) + end[mine]
            less = ordered.searchsorted(wanted, "left") - links.first[other]
            more = links.first[other + 1] - ordered.searchsorted(wanted, "right")
            gain += np.bincount(links.near[mine], less - more, len(self.grid))
        return np.where(is_pair, gain[upper], 0.0)
