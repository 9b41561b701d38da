"""Routes of wires around the cards in their way: all of a large graph at once, or again only those that change.

A route follows from its two ends and from the cards that it meets.  Beside each route is kept what was looked at to
find it, so that after some cards have moved it is known which routes would come out otherwise: those are found again,
and the result is the same as if all were.

Here everything leads to the right: where it leads down, cards and ends come turned, and the routes are turned back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..document.groups import Slot
from .course import Course
from .found import Found, Looked
from .geometry import CARD_WIDTH, Curve, Point
from .obstacles import Obstacles
from .patched import Patched
from .plain_routes import CLEAR
from .progress import Tell, within

FARTHEST = 60_000.0  # from end to end, about 200 columns: who sees both ends of such a wire sees no card in its way
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
        Patched({slot: course.turned_curve(curve) for slot, curve in curves.items()} if course.is_down else curves),
        slots,
        {slot: place for place, slot in enumerate(slots)},
        Looked(
            np.concatenate([none[0], *tried]),
            np.concatenate([none[1], *tried_by]),
            np.concatenate([none[0], *searched]),
            np.concatenate([none[1], *searched_by]),
        ),
    )
