"""Where everything of a diagram lies: what follows from places and wires, whatever the values and the time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..document.diagram import Diagram
from ..graph.graph import NodeId
from .geometry import CARD_WIDTH, Curve, Point, Rect, card_rect, in_port, out_port
from .pill_places import PillPlaces

CLEAR = 14.0  # how far wires stay away from cards that they pass
SAMPLES = 40  # points of a route at which it is looked whether a card is in the way


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
        plain = Curve.between(start, end)
        if end[0] - start[0] < CARD_WIDTH:
            return plain  # nothing stands between neighbours, and loops back are drawn as loops
        passages: list[tuple[float, float, float]] = []
        x = start[0]
        for i in range(1, SAMPLES):
            px, py = plain.at(i / SAMPLES)
            if px <= x or not start[0] + CLEAR < px < end[0] - CLEAR:
                continue
            hit = np.flatnonzero(self._touching(Rect(px, py - CLEAR / 2, 0.0, CLEAR)))
            if not len(hit):
                continue
            left, right = float(self._left[hit].min()) - CLEAR, float(self._right[hit].max()) + CLEAR
            if left <= x or right >= end[0]:
                continue
            passages.append((left, right, self._gap(left, right, py)))
            x = right
        return Curve.through(start, passages, end) if passages else plain

    def _gap(self, left: float, right: float, y: float) -> float:
        """The height nearest to `y` at which a wire passes all cards between `left` and `right`."""
        near = (self._left < right) & (self._right > left)
        heights = np.concatenate([self._top[near] - CLEAR, self._bottom[near] + CLEAR])
        for height in heights[np.argsort(np.abs(heights - y))]:
            if self.is_free(Rect(left, float(height) - CLEAR / 2, right - left, CLEAR)):
                return float(height)
        return y
