"""Room for one pill: the first place along its wire at which it covers no card and none of the pills placed before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .boxes import Box, around, edges, meet, meets_any
from .geometry import PILL_CHARACTER, PILL_GAP, PILL_HEIGHT, PORT_RADIUS, Point, Rect

_OFF_CARDS = PORT_RADIUS + 2.0
_LOOKED_AROUND = max(_OFF_CARDS, PILL_GAP)  # how far from a pill others and cards are in its way
_ASIDE = 1.3  # pills, as far as one makes way for another
_ENDS = 18.0  # of a pill, together: what is wider than its text


@dataclass(frozen=True, slots=True)
class Place:
    """Which of the texts for a pill has room, and where; or else where it stands least in the way.

    What lies outside of all that was `tried` had no part in that; the place itself is the last of these.
    """

    choice: int
    rect: Rect
    has_room: bool
    tried: tuple[Box, ...] = field(compare=False)
    looked_at: Box = field(compare=False)  # all that was tried, and what is between

    @property
    def reach(self) -> float:
        """How far at most from the point on the wire where it was tried it is seen."""
        return max(self.rect.width / 2, (0.5 + _ASIDE) * self.rect.height)

    def stays(self, gone: Iterable[Box], come: Iterable[Box], changed: Iterable[Box]) -> bool:
        """Whether it is the same when cards are `gone` from boxes, and have `come` to others, and pills that are
        placed before this one have `changed`."""
        if any(meet(self.tried[-1], box) for box in come):
            return False
        return not any(meet(box, self.looked_at) and meets_any(box, self.tried) for box in (*gone, *changed))


def place_for(
    lengths: Sequence[float],
    points: Sequence[Point],
    size: float,
    taken: NDArray[np.float64],
    cards_near: Callable[[float, float, float, float], list[Box]],
) -> Place:
    """The place of a pill with one of several texts, so many characters long, the first where there is room for it, at
    one of some points of its wire; `size` times as large as on the desk, and clear of what is `taken`."""
    widest, height = (max(lengths) * PILL_CHARACTER + _ENDS) * size, PILL_HEIGHT * size
    across, down = widest / 2 + _LOOKED_AROUND, (0.5 + _ASIDE) * height + _LOOKED_AROUND

    @cache
    def cards(x: float, y: float) -> list[Box]:
        return cards_near(x - across, y - down, x + across, y + down)

    near = _near(points, across, down, taken) if len(taken) else []
    off_cards: tuple[int, Rect] | None = None
    tried: list[Box] = []
    for choice, length in enumerate(lengths):
        width = (length * PILL_CHARACTER + _ENDS) * size
        for x, y in points:
            left, middle, there = x - width / 2, y - height / 2, cards(x, y)
            for top in (middle, *_beside(left, middle, width, height, near)):
                tried.append(around(left, top, width, height, _LOOKED_AROUND))
                if there and meets_any(around(left, top, width, height, _OFF_CARDS), there):
                    continue
                if not (near and meets_any(around(left, top, width, height, PILL_GAP - 1.0), near)):
                    return _found(choice, Rect(left, top, width, height), tried, has_room=True)
                if off_cards is None or off_cards[0] < choice:
                    off_cards = choice, Rect(left, top, width, height)
    (x, y), width = points[0], (lengths[-1] * PILL_CHARACTER + _ENDS) * size
    choice, place = off_cards or (len(lengths) - 1, Rect(x - width / 2, y - height / 2, width, height))
    tried.append(edges(place.grown(_LOOKED_AROUND)))
    return _found(choice, place, tried, has_room=False)


def _found(choice: int, rect: Rect, tried: Sequence[Box], *, has_room: bool) -> Place:
    lefts, tops, rights, bottoms = zip(*tried, strict=True)
    return Place(choice, rect, has_room, tuple(tried), (min(lefts), min(tops), max(rights), max(bottoms)))


def _near(points: Sequence[Point], across: float, down: float, taken: NDArray[np.float64]) -> list[Box]:
    """Those of many boxes that may be in the way at one of some points."""
    xs, ys = zip(*points, strict=True)
    left, top, right, bottom = taken.T
    inside = (left < max(xs) + across) & (right > min(xs) - across) & (top < max(ys) + down) & (bottom > min(ys) - down)
    found: list[Box] = taken[inside].tolist()
    return found


def _beside(left: float, top: float, width: float, height: float, taken: Collection[Box]) -> list[float]:
    """The heights just below and just above what is in the way of a pill: wires into one card run close together."""
    if not taken:
        return []
    box = around(left, top, width, height, PILL_GAP - 1.0)
    in_the_way = [other for other in taken if meet(other, box)]
    if not in_the_way:
        return []
    below, above = max(other[3] for other in in_the_way) + PILL_GAP, min(other[1] for other in in_the_way) - PILL_GAP
    return [y for y in (below, above - height) if abs(y - top) < _ASIDE * height]
