"""Where a gradient meets its local derivative: beside the pill, where less of everything else is in the way."""

from __future__ import annotations

from collections.abc import Sequence

from .geometry import Point, Rect
from .motion import ARROW, TOKEN_GAP
from .scenery import Scenery


def meeting_place(
    scenery: Scenery,
    pill: Rect,
    others: Sequence[Rect],
    token: tuple[float, float],
    away: float,
    way: Point,
    *,
    is_below: bool = False,
) -> Point:
    """The middle of a token of some width and height, with an arrow on its `way`: `away` from the middle of a pill,
    above it or, if it then goes on downwards, below; or on the other side, or moved aside along it, if fewer cards and
    `others` are covered there."""
    x, y = pill.x + pill.width / 2, pill.y + pill.height / 2
    width, height = token

    def taken(aside: float, middle: float) -> Rect:
        left, top = x + aside - width / 2, middle - height / 2
        arrow = Rect(left + ARROW * way[0], top + ARROW * way[1], width, height)
        return Rect(left, top, width, height).united(arrow)

    def covered(place: Rect) -> int:
        return scenery.covered(place) + sum(place.touches(other) for other in others)

    sides = (y + away, y - away) if is_below else (y - away, y + away)
    best, fewest = (x, sides[0]), covered(taken(0.0, sides[0]))
    for middle in sides if fewest else ():
        place = taken(0.0, middle)
        asides = [0.0]
        for left, _, right, _ in scenery.boxes_at(place).tolist():
            asides += [right + TOKEN_GAP - place.x, left - TOKEN_GAP - place.right]
        for aside in sorted(asides, key=abs):
            if abs(aside) <= width / 2 and (found := covered(taken(aside, middle))) < fewest:
                best, fewest = (x + aside, middle), found
    return best
