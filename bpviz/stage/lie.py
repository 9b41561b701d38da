"""The lie of the land from afar: cards and routes of a scenery as rows of numbers, which are painted in a few calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress, count
from operator import is_not
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from ..engine.trace import Trace
from ..graph.graph import NodeId
from .acting import Spotlight
from .geometry import Curve, Rect
from .outlines import Outlines
from .sampling import sampled
from .scenery import Scenery

Floats = NDArray[np.float64]
BENDS = 6  # of a route
_FINE, _PLAIN = 0.1, 0.035  # zooms from which a wire has its full number of bends, and any at all


class Lie:
    """The lie of the land: rectangles of cards, routes of wires, as rows of numbers."""

    def __init__(self, scenery: Scenery, before: Lie | None = None) -> None:
        """What has not moved since `before` is taken over from it."""
        self._of, self._numbers = ref(scenery), scenery.wire_numbers  # which may hold this: neither outlives its use
        self.nodes: list[NodeId] = list(scenery.rects)
        self.cards: Floats = scenery.boxes.copy()
        self.cards[:, 2:] -= self.cards[:, :2]
        self.wires, self._curves = scenery.wires, scenery.curves
        self._boxes = scenery.wire_boxes
        if before is None:
            points = sampled(self._curves, BENDS + 1)
        else:
            points, changed = self._points_of(before)
            points[changed] = sampled([self._curves[place] for place in changed], BENDS + 1)
        self._points: Floats = points
        self._routes: dict[int, Floats] = {}
        self._outlines: Outlines | None = (
            before._outlines if before is not None and before.wires is self.wires else None
        )
        self._dimmed: tuple[Spotlight, NDArray[np.bool_], NDArray[np.bool_]] | None = None

    def is_of(self, scenery: Scenery) -> bool:
        """Whether it is that of a scenery."""
        return self._of() is scenery

    def _points_of(self, before: Lie) -> tuple[Floats, list[int]]:
        """The points along wires that run as they did, and the places of the others."""
        if before.wires is self.wires:
            return before._points.copy(), list(compress(count(), map(is_not, self._curves, before._curves)))
        held = before._numbers
        places = [held.get(wire, -1) for wire in self.wires]
        curves = [None, *before._curves]  # the first for those that were not there
        changed = map(is_not, self._curves, [curves[place + 1] for place in places])
        points = before._points[places] if len(before._points) else np.empty((len(places), BENDS + 1, 2))
        return points, list(compress(count(), changed))

    def outlines_of(self, trace: Trace) -> Outlines:
        """What is to be seen of it when, in a story."""
        if self._outlines is None or not self._outlines.serves(trace):
            self._outlines = Outlines(trace, self.nodes, self.wires)
        return self._outlines

    def routes(self, zoom: float) -> Floats:
        """Every wire as lines (x1, y1, x2, y2), fewer of them the farther away."""
        stride = _stride(zoom)
        if stride not in self._routes:
            self._routes[stride] = _lines(self._points[:, ::stride])
        return self._routes[stride]

    def cards_in(self, parts: Iterable[Rect]) -> NDArray[np.bool_]:
        """Which cards touch any of these."""
        x, y, width, height = self.cards.T
        return _touching((x, y, x + width, y + height), parts)

    def wires_in(self, parts: Iterable[Rect]) -> NDArray[np.bool_]:
        """The same of wires, by the rectangles around them."""
        return _touching(self._boxes.T, parts)

    def dimmed_cards(self, light: Spotlight | None) -> NDArray[np.bool_]:
        return np.zeros(len(self.nodes), dtype=bool) if light is None else self._dim(light)[1]

    def dimmed_wires(self, light: Spotlight | None) -> NDArray[np.bool_]:
        return np.zeros(len(self.wires), dtype=bool) if light is None else self._dim(light)[2]

    def _dim(self, light: Spotlight) -> tuple[Spotlight, NDArray[np.bool_], NDArray[np.bool_]]:
        if self._dimmed is None or self._dimmed[0] is not light:
            cards = np.array([light.on_node(node) < 0.5 for node in self.nodes], dtype=bool)
            wires = np.array([light.on_wire(*wire) < 0.5 for wire in self.wires], dtype=bool)
            self._dimmed = light, cards, wires
        return self._dimmed


def routes_of(curves: Sequence[Curve], zoom: float) -> Floats:
    """The same for some routes that are not kept: an array of routes × lines × 4."""
    return _lines(sampled(curves, BENDS + 1)[:, :: _stride(zoom)])


def pieces(zoom: float) -> int:
    """Of how many lines a wire is at a zoom."""
    return BENDS // _stride(zoom)


def _touching(boxes: Sequence[Floats] | Floats, parts: Iterable[Rect]) -> NDArray[np.bool_]:
    """Which of many boxes (their lefts, tops, rights and bottoms) touch any part."""
    left, top, right, bottom = boxes
    found = np.zeros(len(left), dtype=bool)
    for part in parts:
        found |= (left <= part.right) & (right >= part.x) & (top <= part.bottom) & (bottom >= part.y)
    return found


def _stride(zoom: float) -> int:
    """How many bends make a line at a zoom."""
    return 1 if zoom >= _FINE else 2 if zoom >= _PLAIN else BENDS


def _lines(points: Floats) -> Floats:
    return np.concatenate([points[:, :-1], points[:, 1:]], axis=2)
