"""Columns in which every vertex stands where it crosses least, as the neighbouring columns are.

Sifting (Matuszewski, Schönfeld and Molitor, "Using sifting for k-layer straightline crossing minimization", 1999)
with all moves of a column weighed at once: C[u, v], the crossings of the links of u with those of v while u stands
above v, is a product of two matrices.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .crossings import Floats, Ints
from .grid import Grid

WIDEST = 400  # a column of more vertices is left as it is: C has the square of that


@dataclass(frozen=True)
class _Column:
    """What stays the same of a column, whatever the order of its neighbours."""

    first: int
    size: int
    before: Floats  # (vertex, vertex of the column before): how many links join them
    before_first: int
    after: Floats  # (vertex, link to the column after): 1 where it begins
    ends: Ints  # vertex at the end of each of these links
    port: Floats
    apart: NDArray[np.float64] | None  # what keeps parts of the graph apart, if there are several


class Sifter:
    """Betters the columns of a grid one at a time.  `place` is changed in place; `work` counts about how much."""

    def __init__(self, grid: Grid, place: Ints) -> None:
        self.grid, self.place = grid, place
        self.work = 0.0
        self._columns: dict[int, _Column | None] = {}
        self._by_left, self._by_right = grid.sided(grid.left, grid.right), grid.sided(grid.right, grid.left)
        self._port, self._has_free = grid.port_share[self._by_left.order], bool(len(grid.free))

    def _column(self, number: int) -> _Column | None:
        if number not in self._columns:
            self._columns[number] = self._made(number)
        return self._columns[number]

    def _made(self, number: int) -> _Column | None:
        grid = self.grid
        first, end = int(grid.first[number]), int(grid.first[number + 1])
        size = end - first
        span = slice(int(self._by_left.first[first]), int(self._by_left.first[end]))
        ends = self._by_left.far[span]
        if not 1 < size <= WIDEST or len(ends) > 3 * WIDEST:
            return None
        after = np.zeros((size, len(ends)))
        after[self._by_left.near[span] - first, np.arange(len(ends))] = 1.0
        before_first, before = 0, np.zeros((size, 0))
        if number:
            before_first = int(grid.first[number - 1])
            if first - before_first > 3 * WIDEST:
                return None
            before = np.zeros((size, first - before_first))
            span = slice(int(self._by_right.first[first]), int(self._by_right.first[end]))
            np.add.at(before, (self._by_right.near[span] - first, self._by_right.far[span] - before_first), 1.0)
            span = slice(int(self._by_left.first[first]), int(self._by_left.first[end]))
        piece, apart = grid.piece[first:end], None
        if piece[0] != piece[-1]:
            apart = 1e9 * np.sign(piece[:, None] - piece[None]).astype(np.float64)
        return _Column(first, size, before, before_first, after, ends, self._port[span], apart)

    def order(self, number: int) -> Ints:
        """The vertices of a column from top to bottom, counted from the first of its numbers."""
        span = slice(self.grid.first[number], self.grid.first[number + 1])
        order = np.empty(span.stop - span.start, np.intp)
        order[self.place[span]] = np.arange(len(order))
        return order

    def excess(self, number: int) -> Floats | None:
        """How many crossings more there are while the vertex of a row stands above that of a column."""
        column = self._column(number)
        if column is None:
            return None
        places = self.place
        self.work += 800.0 + column.size * (column.before.shape[1] + len(column.ends) + 3.0 * column.size) / 8.0
        cost = np.zeros((column.size, column.size))
        if column.before.size:
            ends = np.empty(column.before.shape[1], np.intp)
            ends[places[column.before_first : column.first]] = np.arange(len(ends))
            links = column.before[:, ends]
            cost += links @ (links.cumsum(1) - links).T
        if column.after.size:
            keys = places[column.ends] + column.port
            by_key = keys.argsort()
            links = column.after[:, by_key]
            before = links.cumsum(1) - links
            if self._has_free:  # links that enter at the same point do not cross
                before = before[:, keys[by_key].searchsorted(keys[by_key], "left")]
            cost += links @ before.T
        cost -= cost.T.copy()
        if column.apart is not None:
            cost = np.where(column.apart != 0, column.apart, cost)
        return cost

    def sift(self, number: int) -> int:
        """Moves vertices of a column, the best move first, while that saves crossings; how many it saved."""
        excess = self.excess(number)
        return 0 if excess is None else self.sort(number, excess)

    def sort(self, number: int, excess: Floats) -> int:
        order, saved = self.order(number), 0.0
        size = len(order)
        sums = np.zeros((size, size + 1))
        now = excess[order[:, None], order]
        moved = False
        while True:
            self.work += 80.0 + size * size / 25.0
            now.cumsum(1, out=sums[:, 1:])
            gain = sums - sums.diagonal()[:, None]
            which, to = divmod(int(gain.argmax()), size + 1)
            if gain[which, to] < 0.5:
                break
            saved += float(gain[which, to])
            moved = True
            vertex = order[which]
            if to > which:
                order[which : to - 1] = order[which + 1 : to].copy()
                order[to - 1] = vertex
            else:
                order[to + 1 : which + 1] = order[to:which].copy()
                order[to] = vertex
            now = excess[order[:, None], order]
        if moved:
            first = self.grid.first[number]
            self.place[first + order] = np.arange(size)
        return round(saved)

    def read(self, number: int) -> bool:
        """Swaps neighbours that stand against the order of reading, while that costs no crossing; whether any did."""
        excess, moved = self.excess(number), False
        if excess is None:
            return False
        order, waiting = self.order(number), True
        while waiting:
            waiting = False
            for above in range(len(order) - 1):
                u, v = order[above], order[above + 1]
                if u > v and excess[u, v] >= 0:
                    order[above], order[above + 1] = v, u
                    waiting = moved = True
        self.place[self.grid.first[number] + order] = np.arange(len(order))
        return moved

    def kick(self, number: int, jolt: float, random: np.random.Generator) -> int:
        """Moves the vertices of a column some `jolt` places up or down; how many crossings more there are then."""
        excess = self.excess(number)
        if excess is None:
            return 0
        order = self.order(number)
        shaken = np.arange(len(order)) + random.normal(0.0, min(jolt, 0.4 * len(order)), len(order))
        piece = self.grid.piece[self.grid.first[number] + order]
        now = order[np.lexsort((shaken, piece))]
        old = self.place[self.grid.first[number] : self.grid.first[number + 1]].copy()
        new = old.copy()
        new[now] = np.arange(len(now))
        self.place[self.grid.first[number] : self.grid.first[number + 1]] = new
        changed = (new[:, None] < new).astype(np.float64) - (old[:, None] < old)
        return round(float(np.vdot(excess, changed)) / 2)

    def settle(self, numbers: Iterable[int], most: float) -> int:
        """Sifts columns, and the neighbours of those in which something moved, until nothing saves more.

        Stops as well when `work` has reached `most`.  How many crossings were saved.
        """
        waiting, saved = dict.fromkeys(numbers), 0
        while waiting and self.work < most:
            number = next(iter(waiting))
            del waiting[number]
            if gained := self.sift(number):
                saved += gained
                for other in (number - 1, number + 1):
                    if 0 <= other < self.grid.width:
                        waiting[other] = None
        return saved
