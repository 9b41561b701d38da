"""Routes of wires around the cards in their way: all of a large graph at once, or again only those that change.

A route follows from its two ends and from the cards that it meets.  Beside each route is kept what was looked at to
find it, so that after some cards have moved it is known which routes would come out otherwise: those are found again,
and the result is the same as if all were.

Here everything leads to the right: where it leads down, cards and ends come turned, and the routes are turned back.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ..document.groups import Slot
from .cells import Cells, Floats, Places
from .course import Course
from .found import Found, Looked
from .geometry import CARD_WIDTH, Curve, Point
from .plain_routes import CLEAR, boxes_of, counts_of, hits, points_along

Tell: TypeAlias = Callable[[float], None]
"""Is told how much is done, from 0 to 1; what it raises ends the work."""

FARTHEST = 60_000.0  # from end to end, about 200 columns: who sees both ends of such a wire sees no card in its way
_MARGIN = np.array([0.0, -CLEAR / 2, 0.0, CLEAR / 2])
_AT_ONCE = 400_000  # points that are looked up together
_FEW = 3  # routes; so many are found before a grid is made
_SEARCH = 0.7  # of the time goes into looking for cards in the way
_TOLD = 8192  # routes, after which it is told how many are known
_MOST_ASTRAY = 40  # cards that are looked at everywhere rather than to make a grid anew


@dataclass(frozen=True, slots=True)
class Ends:
    """From where to where a wire runs, and the points that people have put it through."""

    start: Point
    end: Point
    bends: tuple[Point, ...] = ()


class Obstacles:
    """The cards that wires go around: rows of (left, top, right, bottom)."""

    def __init__(self, boxes: Floats) -> None:
        self.boxes = boxes
        self._also: Places = np.zeros(0, dtype=np.intp)  # cards that are elsewhere than where the grid has them
        self._left, self._top, self._right, self._bottom = boxes.T
        self._gaps: dict[tuple[float, float], list[float]] = {}
        self._grid: Cells | None = None
        self._by_left: tuple[Places, Floats, float] | None = None

    def with_moved(self, boxes: Floats, moved: Sequence[int]) -> Obstacles:
        """The same cards, of which some rows have changed.  What was worked out for looking them up still serves."""
        also = np.union1d(self._also, moved).astype(np.intp)
        made = Obstacles(boxes)
        if len(also) <= _MOST_ASTRAY:
            made._also, made._grid, made._by_left = also, self._grid, self._by_left
        return made

    def first_met(self, ways: Floats, tell: Tell = lambda part: None) -> tuple[Places, Floats]:
        """Of plain routes (x1, y1, x2, y2), the places of those that meet cards, and for each the first that it can go
        around: from x1 to x2 with room to turn, and at which height it does."""
        if len(ways) <= _FEW and self._grid is None:
            found = [self._met_few(ways[i : i + 1]) for i in range(len(ways))]
            those = [i for i, (met, _) in enumerate(found) if len(met)]
            return np.array(those, dtype=np.intp), np.array([found[i][1][0] for i in those]).reshape(-1, 3)
        counts = counts_of(ways)
        fulls = np.arange(_AT_ONCE, counts.sum() + _AT_ONCE, _AT_ONCE)
        ends = np.searchsorted(np.cumsum(counts), fulls) + 1
        met, where, begin = [], [], 0
        for end in np.minimum(ends, len(ways)).tolist():
            if end > begin:
                tell(begin / len(ways))
                places, passed = self._met_many(ways[begin:end])
                met.append(places + begin)
                where.append(passed)
                begin = end
        return np.concatenate(met), np.concatenate(where)

    def _met_few(self, way: Floats) -> tuple[Places, Floats]:
        """The same for one route, from the cards that come near to its box."""
        left, top, right, bottom = (boxes_of(way) + _MARGIN)[0]
        near = np.flatnonzero((self._left < right) & (self._right > left) & (self._top < bottom) & (self._bottom > top))
        _, x, y = points_along(way)
        point, card = np.nonzero(hits(x[:, None], y[:, None], way[0], self.boxes[near]))
        return self._first(way, np.zeros(len(x), dtype=np.intp), y, point, near[card])

    def _met_many(self, ways: Floats) -> tuple[Places, Floats]:
        """The same for many, by a grid of cells that know the cards in them."""
        way, x, y = points_along(ways)
        points, cards = [], []
        for point, card in self._near(x, y):
            px, py, on = x[point], y[point], way[point]
            hit = (self._left[card] < px) & (self._right[card] > px)
            hit &= (self._top[card] < py + CLEAR / 2) & (self._bottom[card] > py - CLEAR / 2)
            hit &= (px > ways[on, 0] + CLEAR) & (px < ways[on, 2] - CLEAR)  # at its own two ends none is in the way
            hits = np.flatnonzero(hit)
            points.append(point[hits])
            cards.append(card[hits])
        none = np.zeros(0, dtype=np.intp)
        point, card = np.concatenate([none, *points]), np.concatenate([none, *cards])
        if len(self._also):
            order = np.argsort(point, kind="stable")
            point, card = point[order], card[order]
        return self._first(ways, way, y, point, card)

    def _near(self, x: Floats, y: Floats) -> Iterator[tuple[Places, Places]]:
        """Points with the cards that may lie there, a part of all such pairs at a time."""
        if self._grid is None:
            self._grid = Cells(self.boxes + np.array([0.0, -CLEAR, 0.0, CLEAR]))
        yield from self._grid.near(x, y)
        if len(self._also):
            yield np.repeat(np.arange(len(x)), len(self._also)), np.tile(self._also, len(x))

    def _first(self, ways: Floats, way: Places, y: Floats, point: Places, card: Places) -> tuple[Places, Floats]:
        """From which points lie on which cards, both in order of the points: what every route meets first."""
        if not len(point):
            return np.zeros(0, dtype=np.intp), np.zeros((0, 3))
        begins = np.flatnonzero(np.concatenate([[True], point[1:] != point[:-1]]))
        left = np.minimum.reduceat(self._left[card], begins) - CLEAR
        right = np.maximum.reduceat(self._right[card], begins) + CLEAR
        points = point[begins]
        on = way[points]
        goes = np.flatnonzero((ways[on, 0] < left) & (right < ways[on, 2]))
        found, firsts = np.unique(on[goes], return_index=True)
        chosen = goes[firsts]
        return found, np.stack([left[chosen], right[chosen], y[points[chosen]]], axis=1)

    def gap(self, left: float, right: float, y: float) -> float:
        """The height nearest to `y` at which a wire passes all cards between `left` and `right`; of two, the upper."""
        free = self._gaps.get((left, right))
        if free is None:
            free = self._gaps[left, right] = self._free(left, right)
        place = bisect_left(free, y)
        return min(free[max(place - 1, 0) : place + 1], key=lambda height: abs(height - y), default=y)

    def _free(self, left: float, right: float) -> list[float]:
        """The heights just above and just below cards at which a wire passes, in order."""
        if self._by_left is None:
            order = np.argsort(self._left)
            self._by_left = order, self._left[order], float((self._right - self._left).max())
        order, lefts, widest = self._by_left
        begin, end = np.searchsorted(lefts, [left - widest, right])
        near = np.union1d(order[begin:end], self._also) if len(self._also) else order[begin:end]
        near = near[(self._left[near] < right) & (self._right[near] > left)]
        top, bottom = self._top[near], self._bottom[near]
        by_top = np.argsort(top)
        above, below = top[by_top] - CLEAR / 2, np.maximum.accumulate(bottom[by_top] + CLEAR / 2)
        heights = np.unique(np.concatenate([top - CLEAR, bottom + CLEAR]))
        before = np.searchsorted(above, heights)  # so many cards begin above a wire at that height
        is_free = (before == 0) | (below[before - 1] <= heights)
        found: list[float] = heights[is_free].tolist()
        return found


def within(tell: Tell, begin: float, end: float) -> Tell:
    """Who is told of a part of the work, as of all of it."""
    return lambda part: tell(begin + (end - begin) * part)


def routes(
    obstacles: Obstacles,
    wires: Mapping[Slot, Ends],
    course: Course,
    tell: Tell = lambda part: None,
) -> Found:
    """The routes of wires, as they run on their course.

    Where a plain route comes too near to a card it runs level past it; what leads to and from there may meet other
    cards than the plain route, and is looked at in turn.  Nothing stands between neighbours, and loops back are drawn
    as loops.  Wires of enormous length run plainly: to look at all of their way would take minutes, of many.  `tell` is
    told how much is done, from 0 to 1.
    """
    slots, ends = list(wires), list(wires.values())
    rows = np.array([(*held.start, *held.end) for held in ends], dtype=np.float64).reshape(-1, 4)
    passages: dict[int, list[tuple[float, float, float]]] = {}
    near = np.abs(rows[:, 2] - rows[:, 0]) + np.abs(rows[:, 3] - rows[:, 1]) <= FARTHEST
    free = [i for i, held in enumerate(ends) if not held.bends and near[i]]
    by = np.array(free, dtype=np.intp)
    ways = rows[by]
    tried, tried_by, searched, searched_by = [], [], [], []
    while len(ways):
        is_long = ways[:, 2] - ways[:, 0] >= CARD_WIDTH
        ways, by = ways[is_long], by[is_long]
        tried.append(ways)
        tried_by.append(by)
        if not len(ways):
            break
        so_far = _SEARCH * (1.0 - 0.5 ** (len(tried) - 1))  # half of the rest: nobody knows how often they meet cards
        met, where = obstacles.first_met(ways, within(tell, so_far, (so_far + _SEARCH) / 2))
        before, after, boxes = ways[met].copy(), ways[met].copy(), np.empty((len(met), 4))
        for i, (wire, (left, right, y)) in enumerate(zip(by[met].tolist(), where.tolist(), strict=True)):
            gap = obstacles.gap(left, right, y)
            passages.setdefault(wire, []).append((left, right, gap))
            before[i, 2:], after[i, :2] = (left, gap), (right, gap)
            away = abs(gap - y) + 2 * CLEAR
            boxes[i] = left, y - away, right, y + away
        searched.append(boxes)
        searched_by.append(by[met])
        ways, by = np.concatenate([before, after]), np.concatenate([by[met], by[met]])
    curves = {}
    for i, (slot, held) in enumerate(wires.items()):
        if i % _TOLD == 0:
            tell(_SEARCH + (1.0 - _SEARCH) * i / len(wires))
        if held.bends:
            curves[slot] = Curve.along(held.start, held.bends, held.end)  # where people want it
        elif i in passages:
            curves[slot] = Curve.through(held.start, sorted(passages[i]), held.end)
        else:
            curves[slot] = Curve.between(held.start, held.end)
    none = np.zeros((0, 4)), np.zeros(0, dtype=np.intp)
    return Found(
        {slot: course.turned_curve(curve) for slot, curve in curves.items()} if course.is_down else curves,
        slots,
        {slot: place for place, slot in enumerate(slots)},
        Looked(
            np.concatenate([none[0], *tried]),
            np.concatenate([none[1], *tried_by]),
            np.concatenate([none[0], *searched]),
            np.concatenate([none[1], *searched_by]),
        ),
    )
