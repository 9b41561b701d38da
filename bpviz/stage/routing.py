"""Routes of wires around the cards in their way: all of a large graph at once, or again only those that change.

A route follows from its two ends and from the cards that it meets.  Beside each route is kept what was looked at to
find it, so that after some cards have moved it is known which routes would come out otherwise: those are found again,
and the result is the same as if all were.

Here everything leads to the right: where it leads down, cards and ends come turned, and the routes are turned back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ..document.groups import Slot
from .boxes import Box
from .course import Course
from .found import Found, Looked
from .geometry import CARD_WIDTH, Curve, Point
from .obstacles import Obstacles, Way
from .patched import Patched
from .plain_routes import CLEAR
from .progress import Tell, within

Passage: TypeAlias = tuple[float, float, float]
"""From which x to which a route runs level, and at which height."""

FARTHEST = 60_000.0  # from end to end, about 200 columns: who sees both ends of such a wire sees no card in its way
_FEW = 40  # routes, of which each is found by itself
_SEARCH = 0.7  # of the time goes into looking for cards in the way
_TOLD = 8192  # routes, after which it is told how many are known


@dataclass(frozen=True, slots=True)
class Ends:
    """From where to where a wire runs, and the points that people have put it through."""

    start: Point
    end: Point
    bends: tuple[Point, ...] = ()


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
    free = [i for i, held in enumerate(ends) if not held.bends and _length(held) <= FARTHEST]
    ways = [(*ends[i].start, *ends[i].end) for i in free]
    around = _one_by_one(obstacles, free, ways) if len(free) <= _FEW else _together(obstacles, free, ways, tell)
    curves = {}
    for i, (slot, held) in enumerate(wires.items()):
        if i % _TOLD == 0:
            tell(_SEARCH + (1.0 - _SEARCH) * i / len(wires))
        if held.bends:
            curves[slot] = Curve.along(held.start, held.bends, held.end)  # where people want it
        elif i in around.passages:
            curves[slot] = Curve.through(held.start, sorted(around.passages[i]), held.end)
        else:
            curves[slot] = Curve.between(held.start, held.end)
    return Found(
        Patched({slot: course.turned_curve(curve) for slot, curve in curves.items()} if course.is_down else curves),
        slots,
        {slot: place for place, slot in enumerate(slots)},
        around.looked,
    )


def _length(ends: Ends) -> float:
    return abs(ends.end[0] - ends.start[0]) + abs(ends.end[1] - ends.start[1])


@dataclass(frozen=True, slots=True)
class _Around:
    """What routes go around, by their places: level from x1 to x2 at a height y; and what was looked at for them."""

    passages: Mapping[int, list[Passage]]
    looked: Looked


def _one_by_one(obstacles: Obstacles, places: Iterable[int], ways: Iterable[Way]) -> _Around:
    """For a few routes: each to its end before the next."""
    passages: dict[int, list[Passage]] = {}
    tried, tried_by, searched, searched_by = list[Way](), list[int](), list[Box](), list[int]()
    for place, whole in zip(places, ways, strict=True):
        left_to_go = [whole]
        while left_to_go:
            x1, y1, x2, y2 = way = left_to_go.pop()
            if x2 - x1 < CARD_WIDTH:
                continue
            tried.append(way)
            tried_by.append(place)
            if (met := obstacles.first_on(way)) is not None:
                left, right, y = met
                gap = obstacles.gap(left, right, y)
                passages.setdefault(place, []).append((left, right, gap))
                searched.append(_searched(left, right, y, gap))
                searched_by.append(place)
                left_to_go += (x1, y1, left, gap), (right, gap, x2, y2)
    return _Around(
        passages,
        Looked(
            np.array(tried).reshape(-1, 4),
            np.array(tried_by, dtype=np.intp),
            np.array(searched).reshape(-1, 4),
            np.array(searched_by, dtype=np.intp),
        ),
    )


def _together(obstacles: Obstacles, places: Sequence[int], plain: Sequence[Way], tell: Tell) -> _Around:
    """For many: all of them at once, then all parts of those that meet cards, until there is nothing in the way."""
    passages: dict[int, list[Passage]] = {}
    ways, by = np.array(plain).reshape(-1, 4), np.array(places, dtype=np.intp)
    none = np.zeros((0, 4)), np.zeros(0, dtype=np.intp)
    tried, tried_by, searched, searched_by = [none[0]], [none[1]], [none[0]], [none[1]]
    while True:
        is_long = ways[:, 2] - ways[:, 0] >= CARD_WIDTH
        ways, by = ways[is_long], by[is_long]
        if not len(ways):
            break
        so_far = _SEARCH * (1.0 - 0.5 ** (len(tried) - 1))  # half of the rest: nobody knows how often they meet cards
        tried.append(ways)
        tried_by.append(by)
        met, where = obstacles.first_met(ways, within(tell, so_far, (so_far + _SEARCH) / 2))
        before, after, boxes = ways[met].copy(), ways[met].copy(), np.empty((len(met), 4))
        for i, (wire, (left, right, y)) in enumerate(zip(by[met].tolist(), where.tolist(), strict=True)):
            gap = obstacles.gap(left, right, y)
            passages.setdefault(wire, []).append((left, right, gap))
            before[i, 2:], after[i, :2] = (left, gap), (right, gap)
            boxes[i] = _searched(left, right, y, gap)
        searched.append(boxes)
        searched_by.append(by[met])
        ways, by = np.concatenate([before, after]), np.concatenate([by[met], by[met]])
    gaps, gaps_by = np.concatenate(searched), np.concatenate(searched_by)
    return _Around(passages, Looked(np.concatenate(tried), np.concatenate(tried_by), gaps, gaps_by))


def _searched(left: float, right: float, y: float, gap: float) -> Box:
    """What was looked at for a gap: within it another card would make another one."""
    away = abs(gap - y) + 2 * CLEAR
    return left, y - away, right, y + away
