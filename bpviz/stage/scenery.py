"""Where everything of a diagram lies: what follows from places and wires, whatever the values and the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from ..document.diagram import Diagram
from ..graph.graph import NodeId
from .geometry import CARD_WIDTH, Curve, Point, Rect, card_rect, in_port, out_port
from .pill_places import PillPlaces

CLEAR = 14.0  # how far wires stay away from cards that they pass
SAMPLES, SPACING = 40, 20.0  # at so many points, and so near, it is looked whether a card is in the way of a route


class Scenery:
    """The rectangles of cards, the places of ports, the routes of wires."""

    def __init__(self, diagram: Diagram) -> None:
        self._positions, self._structure = diagram.positions, diagram.graph.structure
        self.inputs: Mapping[NodeId, tuple[NodeId | None, ...]] = self._structure.inputs
        self.rects: dict[NodeId, Rect] = {
            id_: card_rect(node, diagram.positions[id_]) for id_, node in diagram.graph.nodes.items()
        }
        self.pills = PillPlaces(self)
        self._curves: dict[tuple[NodeId, int], Curve | None] = {}
        corners = [(r.x, r.y, r.right, r.bottom) for r in self.rects.values()]
        self._left, self._top, self._right, self._bottom = np.array(corners).reshape(-1, 4).T

    def serves(self, diagram: Diagram) -> bool:
        """Whether nothing has moved or been wired since."""
        return diagram.positions is self._positions and diagram.graph.structure is self._structure

    def in_port(self, node: NodeId, slot: int) -> Point:
        """Where the wire of a slot enters a card."""
        return in_port(self.rects[node], slot, len(self.inputs[node]))

    def out_port(self, node: NodeId) -> Point:
        """Where wires leave a card."""
        return out_port(self.rects[node])

    def is_free(self, place: Rect) -> bool:
        """Whether no card touches a rectangle."""
        return not self._touching(place).any()

    def _touching(self, place: Rect) -> NDArray[np.bool_]:
        return (
            (self._left < place.right) & (self._right > place.x) & (self._top < place.bottom) & (self._bottom > place.y)
        )

    def curve(self, target: NodeId, slot: int) -> Curve | None:
        """The route of the wire into a slot, around the cards in its way; None while it is not wired."""
        if (target, slot) not in self._curves:
            source = self.inputs[target][slot]
            self._curves[target, slot] = None if source is None else self._route(source, target, slot)
        return self._curves[target, slot]

    def _route(self, source: NodeId, target: NodeId, slot: int) -> Curve:
        start, end = self.out_port(source), self.in_port(target, slot)
        passages = self._passages(start, end)
        return Curve.through(start, passages, end) if passages else Curve.between(start, end)

    def _passages(self, start: Point, end: Point) -> list[tuple[float, float, float]]:
        """Where a wire has to run level to pass the cards in its way: (x1, x2, y) from left to right.

        What leads to and from such a place may meet other cards than the plain route, and is looked at in turn.
        """
        if end[0] - start[0] < CARD_WIDTH:
            return []  # nothing stands between neighbours, and loops back are drawn as loops
        for left, right, y in self._met(Curve.between(start, end)):
            if start[0] < left and right < end[0]:
                gap = self._gap(left, right, y)
                return [*self._passages(start, (left, gap)), (left, right, gap), *self._passages((right, gap), end)]
        return []

    def _met(self, route: Curve) -> Iterator[tuple[float, float, float]]:
        """The cards that a route of one piece comes too near: from x1 to x2 with room to turn, and where it does."""
        bounds = route.bounds
        near = np.flatnonzero(self._touching(bounds))
        if not len(near):
            return
        t = np.linspace(0.0, 1.0, max(SAMPLES, int((bounds.width + bounds.height) / SPACING)))
        weights = np.stack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3], axis=1)
        x, y = np.hsplit(weights @ np.array(route.points), 2)
        hits = (self._left[near] < x) & (self._right[near] > x)
        hits &= (self._top[near] < y + CLEAR / 2) & (self._bottom[near] > y - CLEAR / 2)
        hits &= (x > route.start[0] + CLEAR) & (x < route.end[0] - CLEAR)
        for i in np.flatnonzero(hits.any(axis=1)).tolist():
            met = near[hits[i]]
            yield float(self._left[met].min()) - CLEAR, float(self._right[met].max()) + CLEAR, float(y[i, 0])

    def _gap(self, left: float, right: float, y: float) -> float:
        """The height nearest to `y` at which a wire passes all cards between `left` and `right`."""
        near = (self._left < right) & (self._right > left)
        heights = np.concatenate([self._top[near] - CLEAR, self._bottom[near] + CLEAR])
        for height in heights[np.argsort(np.abs(heights - y))]:
            if self.is_free(Rect(left, float(height) - CLEAR / 2, right - left, CLEAR)):
                return float(height)
        return y
