"""What lies where: the canvas's index for finding things under the mouse and in view."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from ...graph.graph import NodeId
from ...stage.geometry import Point, Rect
from ...stage.scenery import Scenery


class Part(Enum):
    """What of a diagram a spot belongs to."""

    CARD = "card"
    IN_PORT = "in port"
    OUT_PORT = "out port"
    WIRE = "wire"


@dataclass(frozen=True)
class Spot:
    """Something at a point: a node's card or port, or the wire into a slot."""

    part: Part
    node: NodeId
    slot: int = 0


PORT_REACH = 12.0
WIRE_REACH = 6.0


class Spots:
    """Rectangles of cards and wires as arrays, in the order in which they are painted."""

    def __init__(self, scenery: Scenery) -> None:
        self.scenery = scenery
        self.nodes: list[NodeId] = list(scenery.rects)
        rects = list(scenery.rects.values())
        self._left = np.array([r.x for r in rects])
        self._top = np.array([r.y for r in rects])
        self._right = np.array([r.right for r in rects])
        self._bottom = np.array([r.bottom for r in rects])
        self.wires: list[tuple[NodeId, int]] = []
        boxes: list[tuple[float, float, float, float]] = []
        for node in self.nodes:
            for slot, source in enumerate(scenery.inputs[node]):
                if source is None:
                    continue
                curve = scenery.curve(node, slot)
                assert curve is not None
                box = curve.bounds
                self.wires.append((node, slot))
                boxes.append((box.x, box.y, box.right, box.bottom))
        self._wire_boxes = np.array(boxes).reshape(-1, 4)

    def cards_touching(self, view: Rect) -> list[NodeId]:
        """The nodes whose cards lie at least partly in a rectangle."""
        return [self.nodes[place] for place in self.card_places(view).tolist()]

    def card_places(self, view: Rect) -> NDArray[np.intp]:
        """The same, by their places in `nodes`."""
        hit = (
            (self._left <= view.right) & (self._right >= view.x) & (self._top <= view.bottom) & (self._bottom >= view.y)
        )
        return np.flatnonzero(hit)

    def wires_touching(self, view: Rect) -> list[tuple[NodeId, int]]:
        """The wires whose boxes lie at least partly in a rectangle."""
        return [self.wires[place] for place in self.wire_places(view).tolist()]

    def wire_places(self, view: Rect) -> NDArray[np.intp]:
        """The same, by their places in `wires`."""
        boxes = self._wire_boxes
        hit = (
            (boxes[:, 0] <= view.right)
            & (boxes[:, 2] >= view.x)
            & (boxes[:, 1] <= view.bottom)
            & (boxes[:, 3] >= view.y)
        )
        return np.flatnonzero(hit)

    def at(self, point: Point, zoom: float) -> Spot | None:
        """The topmost thing at a scene point: ports first, then cards, then wires."""
        reach = PORT_REACH / max(zoom, 0.5)
        near = Rect(point[0] - reach, point[1] - reach, 2 * reach, 2 * reach)
        close = list(reversed(self.cards_touching(near)))
        for node in close:
            if spot := self._port_at(node, point, reach):
                return spot
        for node in close:
            if self.scenery.rects[node].contains(point):
                return Spot(Part.CARD, node)
        return self._wire_at(point, WIRE_REACH / zoom)

    def _port_at(self, node: NodeId, point: Point, reach: float) -> Spot | None:
        ports = [(distance, Part.IN_PORT, slot) for slot, distance in enumerate(self._in_port_distances(node, point))]
        ports.append((_distance(point, self.scenery.out_port(node)), Part.OUT_PORT, 0))
        distance, part, slot = min(ports, key=lambda port: port[0])
        return Spot(part, node, slot) if distance <= reach else None

    def _in_port_distances(self, node: NodeId, point: Point) -> list[float]:
        slots = range(len(self.scenery.inputs[node]))
        return [_distance(point, self.scenery.in_port(node, slot)) for slot in slots]

    def nearest_in_port(self, point: Point, reach: float) -> Spot | None:
        """The in port closest to a point, if one is within reach."""
        near = Rect(point[0] - reach, point[1] - reach, 2 * reach, 2 * reach)
        found = [
            (distance, node, slot)
            for node in self.cards_touching(near)
            for slot, distance in enumerate(self._in_port_distances(node, point))
        ]
        distance, node, slot = min(found, default=(np.inf, 0, 0))
        return Spot(Part.IN_PORT, node, slot) if distance <= reach else None

    def _wire_at(self, point: Point, reach: float) -> Spot | None:
        near = Rect(point[0] - reach, point[1] - reach, 2 * reach, 2 * reach)
        for node, slot in reversed(self.wires_touching(near)):
            curve = self.scenery.curve(node, slot)
            if curve is not None and curve.distance(point) <= reach + 2.0:
                return Spot(Part.WIRE, node, slot)
        return None


def _distance(one: Point, other: Point) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))
