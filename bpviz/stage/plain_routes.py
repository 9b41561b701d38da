"""Plain routes as rows of numbers (x1, y1, x2, y2): the same as `Curve.between`, for routes to the right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..engine.spacing import spread
from .cells import Floats, Places

CLEAR = 14.0  # how far wires stay away from cards that they pass
SAMPLES, SPACING = 40, 20.0  # at so many points, and so near, it is looked whether a card is in the way of a route
_FEW = 4  # boxes that are looked at one by one
MOST_SAMPLES = 4000  # of a route, however long


def _reach(ways: Floats) -> Floats:
    """How far the handles of a route reach."""
    reach: Floats = np.maximum(40.0, np.minimum(np.abs(ways[:, 2] - ways[:, 0]) * 0.5, 160.0))
    return reach


def boxes_of(ways: Floats) -> Floats:
    """What plain routes do not leave: (left, top, right, bottom)."""
    reach = _reach(ways)
    x1, y1, x2, y2 = ways.T
    left, right = np.minimum(x1, x2 - reach), np.maximum(x2, x1 + reach)
    return np.stack([left, np.minimum(y1, y2), right, np.maximum(y1, y2)], axis=1)


def counts_of(ways: Floats) -> Places:
    """At how many points each is looked at."""
    left, top, right, bottom = boxes_of(ways).T
    counts: Places = np.clip((right - left + bottom - top) / SPACING, SAMPLES, MOST_SAMPLES).astype(np.intp)
    return counts


def points_along(ways: Floats) -> tuple[Places, Floats, Floats]:
    """The points at which routes are looked at, one route after the other: the place of the route, x and y."""
    counts = counts_of(ways)
    way = np.repeat(np.arange(len(ways)), counts)
    t = spread(np.zeros(len(ways), dtype=np.intp), counts) / (counts[way] - 1)
    u, reach = 1 - t, _reach(ways)[way]
    x1, y1, x2, y2 = ways[way].T
    first, second, third, fourth = u * u * u, 3 * t * u * u, 3 * t * t * u, t * t * t
    return (
        way,
        first * x1 + second * (x1 + reach) + third * (x2 - reach) + fourth * x2,
        (first + second) * y1 + (third + fourth) * y2,
    )


def walked(way: tuple[float, float, float, float]) -> Iterator[tuple[float, float]]:
    """The very same points of one route, one after the other: for who needs only the first of them."""
    x1, y1, x2, y2 = way
    reach = max(40.0, min(abs(x2 - x1) * 0.5, 160.0))
    left, right, top, bottom = min(x1, x2 - reach), max(x2, x1 + reach), min(y1, y2), max(y1, y2)
    count = int(min(max((right - left + bottom - top) / SPACING, SAMPLES), MOST_SAMPLES))
    for number in range(count):
        t = number / (count - 1)
        u = 1 - t
        first, second, third, fourth = u * u * u, 3 * t * u * u, 3 * t * t * u, t * t * t
        yield (
            first * x1 + second * (x1 + reach) + third * (x2 - reach) + fourth * x2,
            (first + second) * y1 + (third + fourth) * y2,
        )


def hits(x: Floats, y: Floats, ways: Floats, boxes: Floats) -> NDArray[np.bool_]:
    """Whether points of routes come too near to cards; at its own two ends none does."""
    left, top, right, bottom = boxes.T
    found: NDArray[np.bool_] = (left < x) & (right > x) & (top < y + CLEAR / 2) & (bottom > y - CLEAR / 2)
    found &= (x > ways.T[0] + CLEAR) & (x < ways.T[2] - CLEAR)
    return found


def passing(ways: Floats, boxes: Floats) -> NDArray[np.bool_]:
    """Which routes come too near to one of a few cards."""
    met = np.zeros(len(ways), dtype=bool)
    way, x, y = points_along(ways)
    if len(boxes) <= _FEW:
        for box in boxes:
            met[way[hits(x, y, ways[way], box[None])]] = True
        return met
    counts, edges = np.bincount(way, minlength=len(ways)), boxes_of(ways).T
    begins = np.cumsum(counts) - counts
    for box in boxes:  # most of them are near to a few of the routes alone
        near = touching(edges, box[None])
        near = near[~met[near]]
        points = spread(begins[near], counts[near])
        met[way[points[hits(x[points], y[points], ways[way[points]], box[None])]]] = True
    return met


def touching(edges: Floats, boxes: Floats) -> Places:
    """Which of many boxes, given by their four edges (left, top, right, bottom), touch one of a few others, or come
    near to it."""
    if len(boxes) > 1:  # as a rule side by side: what is far from all of them is soon left out
        around = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])[None]
        near = _touching(edges, around)
        return near[_touching(edges[:, near], boxes)]
    return _touching(edges, boxes)


def _touching(edges: Floats, boxes: Floats) -> Places:
    found = np.zeros(edges.shape[1], dtype=bool)
    left, top, right, bottom = edges
    for x, y, end, below in boxes.tolist():
        found |= (left <= end) & (right >= x) & (top <= below + CLEAR) & (bottom >= y - CLEAR)
    return np.flatnonzero(found)
