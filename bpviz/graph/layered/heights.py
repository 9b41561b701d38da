"""How high every vertex lies: wires straight where they can be, no two vertices too near.

The method of Brandes and Köpf, "Fast and simple horizontal coordinate assignment" (2001): vertices are strung together
along straight wires in four ways, each drawn as compactly as it can be, and the middle of the four is taken.  As in
"Size- and port-aware horizontal node coordinate assignment" (Rüegg and others, 2015), a wire is straight when it runs
level from port to port.  The drawings are made compact by two longest paths and not by classes, whose original
description was wrong (Brandes, Walter and Zink, "Erratum", 2020).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .crossings import Floats, Ints
from .grid import Grid

Bools = NDArray[np.bool_]
MANY = 30_000  # vertices of a large graph, for which two drawings have to do


@dataclass(frozen=True)
class Extents:
    """How far each vertex reaches above and below its wire, and how much room two neighbours in a column want."""

    above: Floats
    below: Floats
    card_gap: float
    lane_gap: float
    gap: float  # between a card and a lane

    def distances(self, grid: Grid, upper: Ints, lower: Ints) -> Floats:
        """How far apart the wires of neighbours lie at least."""
        cards = (grid.node[upper] >= 0).astype(np.intp) + (grid.node[lower] >= 0)
        gaps: Floats = np.array([self.lane_gap, self.gap, self.card_gap])[cards]
        return self.below[upper] + gaps + self.above[lower]


def heights(grid: Grid, place: Ints, extents: Extents) -> Floats:
    """The y of the place where wires leave each vertex.  Connected parts of the graph know nothing of each other."""
    crossing = _crossing_long_wires(grid, place)
    drawings = []
    for leftward in (False, True) if len(grid) < MANY else (False,):
        for upward in (False, True):
            drawing = _Drawing(grid, place, extents, leftward, upward, crossing)
            drawings.append(-drawing.compact() if upward else drawing.compact())
    middle = _balanced(grid, np.array(drawings), extents)
    return _drawn_near(grid, place, extents, middle) if len(grid) < MANY else middle


def _drawn_near(grid: Grid, place: Ints, extents: Extents, height: Floats) -> Floats:
    """The same, where what has one wire only, such as most inputs, is as near to its end as the column lets it.

    Half of the four drawings know nothing of that neighbour.
    """
    is_end = np.bincount(np.concatenate([grid.left, grid.right]), minlength=len(grid)) == 1
    wish = np.bincount(grid.right, height[grid.left] - grid.port, len(grid))
    wish += np.bincount(grid.left, height[grid.right] + grid.port, len(grid))

    order = np.empty(len(grid), np.intp)
    order[grid.first[grid.column] + place] = np.arange(len(order))
    upper, lower = order[:-1], order[1:]
    meets = (grid.column[upper] == grid.column[lower]) & (grid.piece[upper] == grid.piece[lower])
    distance = np.where(meets, extents.distances(grid, upper, lower), -np.inf).tolist()
    found, wishes, line = height.tolist(), wish.tolist(), order.tolist()
    for turn in (range(len(line)), range(len(line) - 1, -1, -1)) * 2:
        for i in turn:
            if is_end[line[i]]:
                least = found[line[i - 1]] + distance[i - 1] if i else -np.inf
                most = found[line[i + 1]] - distance[i] if i + 1 < len(line) else np.inf
                if least <= most:
                    found[line[i]] = min(max(wishes[line[i]], least), most)
    return np.array(found)


def _balanced(grid: Grid, drawings: Floats, extents: Extents) -> Floats:
    """The mean of the middle two of the drawings, each laid on the flattest one at its own side."""
    pieces = int(grid.piece.max(initial=0)) + 1
    top, bottom = (np.full((len(drawings), pieces), end) for end in (np.inf, -np.inf))
    for i, drawing in enumerate(drawings):
        np.minimum.at(top[i], grid.piece, drawing - extents.above)
        np.maximum.at(bottom[i], grid.piece, drawing + extents.below)
    flattest = np.argmin(bottom - top, axis=0), np.arange(pieces)
    for i, drawing in enumerate(drawings):
        side = top if i % 2 == 0 else bottom
        drawing += (side[flattest] - side[i])[grid.piece]
    drawings = np.sort(drawings, axis=0)
    middle: Floats = drawings[len(drawings) // 2 - 1] + drawings[len(drawings) // 2]
    return middle / 2


def _crossing_long_wires(grid: Grid, place: Ints) -> Bools:
    """The links that cross a link between two lanes: these must not be straight at its cost (type 1 conflicts)."""
    is_inner = (grid.node[grid.left] < 0) & (grid.node[grid.right] < 0)
    at = grid.first[grid.column] + place
    left, right = at[grid.left], at[grid.right]
    order = np.argsort(left[is_inner], kind="stable")
    inner_left, inner_right = left[is_inner][order], right[is_inner][order]
    # Places are counted over all columns, so those of other columns come all before or all after.
    upto = np.concatenate([[-1], np.maximum.accumulate(inner_right)]) if len(order) else np.array([-1])
    behind = np.concatenate([np.minimum.accumulate(inner_right[::-1])[::-1], [len(grid)]]) if len(order) else upto + 2
    crosses: Bools = (upto[inner_left.searchsorted(left, "left")] > right) | (
        behind[inner_left.searchsorted(left, "right")] < right
    )
    return crosses & ~is_inner if len(order) else np.zeros(len(left), np.bool_)


class _Drawing:
    """One of the four ways: vertices aligned with a neighbour to the left or right, from the top or the bottom."""

    def __init__(
        self, grid: Grid, place: Ints, extents: Extents, leftward: bool, upward: bool, crossing: Bools
    ) -> None:
        count = (grid.first[1:] - grid.first[:-1])[grid.column]
        self.grid, self.extents, self.is_upward = grid, extents, upward
        self.at = grid.first[grid.column] + (count - 1 - place if upward else place)  # along all columns
        kept = ~crossing
        near, far = (grid.left, grid.right) if leftward else (grid.right, grid.left)
        offset = (grid.port if leftward else -grid.port) * (-1.0 if upward else 1.0)  # height of near less that of far
        self.parent, self.shift = self._aligned(near[kept], far[kept], offset[kept])
        self._strung()

    def _aligned(self, near: Ints, far: Ints, offset: Floats) -> tuple[Ints, Floats]:
        """Each vertex with the middle one of its neighbours, if nothing above it took that or one below."""
        size = len(self.grid)
        parent, shift = np.arange(size), np.zeros(size)
        order = np.lexsort((-offset, self.at[far], near))
        near, far, offset = near[order], far[order], offset[order]
        count = np.bincount(near, minlength=size)
        begin = np.cumsum(count) - count
        linked = np.flatnonzero(count)
        linked = linked[np.argsort(self.at[linked], kind="stable")]
        for half in (1, 0):  # the lower of two middles where the upper one is taken
            chosen = begin[linked] + (count[linked] - half) // 2
            wanted = self.at[far[chosen]]
            taken = np.where(parent[linked] != linked, self.at[parent[linked]], -1)
            highest = np.concatenate([[-1], np.maximum.accumulate(np.maximum(wanted, taken))[:-1]])
            if half == 0:
                lowest = np.minimum.accumulate(np.where(taken >= 0, taken, size)[::-1])[::-1]
                is_open = (taken < 0) & (wanted < lowest)
                highest = np.concatenate([[-1], np.maximum.accumulate(np.where(is_open, wanted, taken))[:-1]])
            else:
                is_open = np.ones(len(linked), np.bool_)
            fits = is_open & (wanted > highest)
            parent[linked[fits]], shift[linked[fits]] = far[chosen[fits]], offset[chosen[fits]]
        return parent, shift

    def _strung(self) -> None:
        """Follows the alignments to their ends: the vertex that begins each string, and the height above that."""
        while True:
            following = self.parent[self.parent]
            if (following == self.parent).all():
                return
            self.shift = self.shift + self.shift[self.parent]
            self.parent = following

    def compact(self) -> Floats:
        """Every string as high as it can be, and then as low as those below it let it be."""
        order = np.empty(len(self.grid), np.intp)
        order[self.at] = np.arange(len(order))
        upper, lower = order[:-1], order[1:]
        meets = (self.grid.column[upper] == self.grid.column[lower]) & (
            self.grid.piece[upper] == self.grid.piece[lower]
        )
        upper, lower = upper[meets], lower[meets]
        distance = self.extents.distances(self.grid, *((lower, upper) if self.is_upward else (upper, lower)))
        distance = distance + self.shift[upper] - self.shift[lower]
        strings, number = np.unique(self.parent, return_inverse=True)
        height = _packed(len(strings), number[upper], number[lower], distance)
        return height[number] + self.shift


def _packed(size: int, upper: Ints, lower: Ints, distance: Floats) -> Floats:
    """Heights with `height[lower] - height[upper] >= distance`: longest paths from above, then pulled down."""
    below: list[list[tuple[int, float]]] = [[] for _ in range(size)]
    for a, b, d in zip(upper.tolist(), lower.tolist(), distance.tolist(), strict=True):
        below[a].append((b, d))
    waits = np.bincount(lower, minlength=size).tolist()
    height = [0.0] * size
    ready = [string for string, count in enumerate(waits) if not count]
    for string in ready:
        y = height[string]
        for other, d in below[string]:
            if y + d > height[other]:
                height[other] = y + d
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    for string in reversed(ready):
        if below[string]:
            height[string] = max(height[string], min(height[other] - d for other, d in below[string]))
    return np.array(height)
