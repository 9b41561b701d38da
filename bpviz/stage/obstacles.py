"""The cards that wires go around: which of them a plain route meets first, and where there is a gap beside them.

While cards are moved most of the others stay, and so does most of what was worked out about them: it is kept in a chart
that many sceneries share, and the few cards that are `astray`, elsewhere than the chart has them, are looked at beside.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TypeAlias

import numpy as np

from .boxes import Box, meet
from .cells import Cells, Floats, Places
from .plain_routes import CLEAR, counts_of, points_along, walked
from .progress import Tell

Way: TypeAlias = tuple[float, float, float, float]
"""A plain route from (x1, y1) to (x2, y2)."""

Met: TypeAlias = tuple[float, float, float]
"""From which x to which there is no way, with room to turn; and at which height a route comes there."""

_AT_ONCE = 400_000  # points that are looked up together
_MOST_STEPS = 64  # of a walk; who has met nothing by then is looked up as one of many
_GAP_WITHIN, _GAP_FARTHEST = 200.0, 1600.0  # how far from a card a gap beside it is looked for, at first and at last
_MOST_KNOWN = 20_000  # plain routes
_MOST_ASTRAY = 40  # cards that are looked at everywhere rather than to make a chart anew


class _Chart:
    """Where cards lay once, as rows of (left, top, right, bottom), and what was worked out of it."""

    def __init__(self, boxes: Floats) -> None:
        self.boxes = boxes
        self.met: dict[Way, Met | None] = {}  # by plain routes that were looked at
        self._heights: dict[tuple[float, float], list[float]] = {}

    def remember(self, way: Way, met: Met | None) -> None:
        """What a plain route meets first: while a card is moved, the far part of its wires stays as it is."""
        if len(self.met) >= _MOST_KNOWN:
            self.met.clear()
        self.met[way] = met

    @cached_property
    def cells(self) -> Cells:
        return Cells(self.boxes, CLEAR)

    @cached_property
    def _by_left(self) -> tuple[Places, Floats, float]:
        order = np.argsort(self.boxes[:, 0])
        return order, self.boxes[order, 0], float((self.boxes[:, 2] - self.boxes[:, 0]).max())

    def between(self, left: float, right: float) -> Places:
        """The cards that lie, at least partly, between two x."""
        order, lefts, widest = self._by_left
        begin, end = np.searchsorted(lefts, [left - widest, right])
        return order[begin:end]

    def heights(self, left: float, right: float) -> list[float]:
        """The free heights there, of which it is known for good."""
        found = self._heights.get((left, right))
        if found is None:
            found = self._heights[left, right] = _free(self.boxes[self.between(left, right)], left, right)
        return found


class Obstacles:
    """The cards that wires go around: rows of (left, top, right, bottom)."""

    def __init__(self, boxes: Floats, chart: _Chart | None = None, astray: Collection[int] = ()) -> None:
        self.boxes = boxes
        self._left, self._top, self._right, self._bottom = boxes.T
        self._chart, self._astray = chart or _Chart(boxes), frozenset(astray)
        self._also = np.array(sorted(self._astray), dtype=np.intp)

    def with_moved(self, boxes: Floats, moved: Collection[int]) -> Obstacles:
        """The same cards, of which some rows have changed."""
        astray = self._astray.union(moved)
        return Obstacles(boxes, self._chart, astray) if len(astray) <= _MOST_ASTRAY else Obstacles(boxes)

    def first_on(self, way: Way) -> Met | None:
        """What a plain route (x1, y1, x2, y2) meets first, of what it can go around: from x1 to x2 with room to turn,
        and at which height it does."""
        x1, y1, x2, y2 = way
        low, high = min(y1, y2) - CLEAR, max(y1, y2) + CLEAR
        is_at_rest = not any(meet((x1, low, x2, high), box) for box in self._places_astray)
        if is_at_rest and way in self._chart.met:
            return self._chart.met[way]
        met, is_known = self._met_on_a_walk(way)
        if not is_known:
            _, where = self.first_met(np.array([way]))
            met = tuple(where[0].tolist()) if len(where) else None
        if is_at_rest:
            self._chart.remember(way, met)
        return met

    def _met_on_a_walk(self, way: Way) -> tuple[Met | None, bool]:
        """The same by walking along it, for most meet a card after a few steps; and whether that is known, or it is a
        long way."""
        (x1, y1, x2, y2), cells, number = way, self._chart.cells, 0
        low, high = min(y1, y2) - CLEAR, max(y1, y2) + CLEAR
        also = [box for box in self._cards_astray if meet((x1, low, x2, high), box)]
        left = top = right = bottom = 0.0  # of the cell in which one is
        there: list[Box] = []  # the cards that may be in the way in it
        for x, y in walked(way):
            if number == _MOST_STEPS:
                return None, False
            number += 1
            if not x1 + CLEAR < x < x2 - CLEAR:  # at its own two ends none is in the way
                continue
            if not (left <= x < right and top <= y < bottom):
                (left, top, right, bottom), cards = cells.at(x, y)
                there = [*(box for card, box in cards if card not in self._astray), *also]
            begin, end = math.inf, -math.inf  # of those that are in the way here
            for near, above, far, below in there:
                if near < x < far and above < y + CLEAR / 2 and below > y - CLEAR / 2:
                    begin, end = min(begin, near), max(end, far)
            if x1 < begin - CLEAR < end + CLEAR < x2:
                return (begin - CLEAR, end + CLEAR, y), True
        return None, True

    @cached_property
    def _cards_astray(self) -> list[Box]:
        return list(map(tuple, self.boxes[self._also].tolist()))

    def first_met(self, ways: Floats, tell: Tell = lambda part: None) -> tuple[Places, Floats]:
        """Of many plain routes, the places of those that meet such cards, and what each meets first; found at all
        points of all, a part of them at a time."""
        counts = counts_of(ways)
        fulls = np.arange(_AT_ONCE, counts.sum() + _AT_ONCE, _AT_ONCE)
        ends = np.searchsorted(np.cumsum(counts), fulls) + 1
        met, where, begin = [], [], 0
        for end in np.minimum(ends, len(ways)).tolist():
            if end > begin:
                tell(begin / len(ways))
                places, passed = self._met_together(ways[begin:end])
                met.append(places + begin)
                where.append(passed)
                begin = end
        return np.concatenate(met), np.concatenate(where)

    def _met_together(self, ways: Floats) -> tuple[Places, Floats]:
        way, x, y = points_along(ways)
        points, cards = [], []
        for point, card in self._near(x, y):
            px, py, on = x[point], y[point], way[point]
            hit = (self._left[card] < px) & (self._right[card] > px)
            hit &= (self._top[card] < py + CLEAR / 2) & (self._bottom[card] > py - CLEAR / 2)
            hit &= (px > ways[on, 0] + CLEAR) & (px < ways[on, 2] - CLEAR)
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
        yield from self._chart.cells.near(x, y)
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

    def near(self, left: float, top: float, right: float, bottom: float) -> list[Box]:
        """The cards that may meet a box, and all that do."""
        astray = self._astray
        found = [box for card, box in self._chart.cells.cards_in(left, top, right, bottom) if card not in astray]
        return [*found, *self._cards_astray] if astray else found

    def gap(self, left: float, right: float, y: float) -> float:
        """The height nearest to `y` at which a wire passes all cards between `left` and `right`; of two, the upper."""
        if not any(x < right and end > left for x, _, end, _ in self._places_astray):
            return _nearest(self._chart.heights(left, right), y)
        within = _GAP_WITHIN
        while within <= _GAP_FARTHEST:  # there is one nearby as a rule
            cards = [box for box in self.near(left, y - within, right, y + within) if box[0] < right and box[2] > left]
            heights = [height for _, top, _, bottom in cards for height in (top - CLEAR, bottom + CLEAR)]
            for height in sorted(heights, key=lambda height: (abs(height - y), height)):
                if abs(height - y) > within - CLEAR:
                    break  # what is in the way there may lie outside of what was looked up
                if not any(top - CLEAR / 2 < height < bottom + CLEAR / 2 for _, top, _, bottom in cards):
                    return height
            within *= 2
        return _nearest(_free(self.boxes, left, right), y)

    @cached_property
    def _places_astray(self) -> list[Box]:
        """Where the cards that are astray lie, and did."""
        return [*self._cards_astray, *map(tuple, self._chart.boxes[self._also].tolist())]


def _nearest(heights: list[float], y: float) -> float:
    """The nearest of some heights in order; of two, the upper."""
    place = bisect_left(heights, y)
    return min(heights[max(place - 1, 0) : place + 1], key=lambda height: abs(height - y), default=y)


def _free(boxes: Floats, left: float, right: float) -> list[float]:
    """The heights just above and just below some cards at which a wire passes them between two x, in order."""
    boxes = boxes[(boxes[:, 0] < right) & (boxes[:, 2] > left)]
    top, bottom = boxes[:, 1], boxes[:, 3]
    by_top = np.argsort(top)
    above, below = top[by_top] - CLEAR / 2, np.maximum.accumulate(bottom[by_top] + CLEAR / 2)
    heights = np.unique(np.concatenate([top - CLEAR, bottom + CLEAR]))
    before = np.searchsorted(above, heights)  # so many cards begin above a wire at that height
    is_free = (before == 0) | (below[before - 1] <= heights)
    found: list[float] = heights[is_free].tolist()
    return found
