"""What lies where: the canvas's index for finding things under the mouse and in view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...graph.graph import NodeId
from ...stage.geometry import Point, Rect, face_middle
from ...stage.scenery import Scenery

Wire: TypeAlias = tuple[NodeId, int]  # by the input that it enters


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
_PARTS = np.linspace(0.0, 1.0, 25)[:, None]  # the parameters of points along a Bezier curve
_WEIGHTS = np.hstack([(1 - _PARTS) ** 3, 3 * (1 - _PARTS) ** 2 * _PARTS, 3 * (1 - _PARTS) * _PARTS**2, _PARTS**3])
UNDER = 26.0  # how far from the middle of a card a wire under it may pass, in scene units


class Spots:
    """Rectangles of cards and wires as arrays, in the order in which they are painted."""

    def __init__(self, scenery: Scenery) -> None:
        self.scenery = scenery
        self.nodes: list[NodeId] = list(scenery.rects)
        self.boxes = scenery.boxes  # as rows of (left, top, right, bottom)
        self._left, self._top, self._right, self._bottom = scenery.boxes.T
        self.wires: list[tuple[NodeId, int]] = scenery.wires
        self.wire_boxes = scenery.wire_boxes

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
        boxes = self.wire_boxes
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
        card = self.card_at(point)
        return self._wire_at(point, WIRE_REACH / zoom) if card is None else Spot(Part.CARD, card)

    def card_at(self, point: Point) -> NodeId | None:
        """The topmost card at a scene point."""
        return next(iter(reversed(self.cards_touching(Rect(*point, 0.0, 0.0)))), None)

    def _port_at(self, card: NodeId, point: Point, reach: float) -> Spot | None:
        ports = [*self._in_ports(card, point), *self._out_ports(card, point)]
        distance, spot = min(ports, key=lambda port: port[0])
        return spot if distance <= reach else None

    def _in_ports(self, card: NodeId, point: Point) -> Iterator[tuple[float, Spot]]:
        for (node, slot), place in self.scenery.in_ports(card):
            yield _distance(point, place), Spot(Part.IN_PORT, node, slot)

    def _out_ports(self, card: NodeId, point: Point) -> Iterator[tuple[float, Spot]]:
        for node, place in self.scenery.out_ports(card):
            yield _distance(point, place), Spot(Part.OUT_PORT, node)

    def in_ports_near(self, point: Point, reach: float) -> list[tuple[float, Spot]]:
        """The in ports within reach of a point with their distances, the nearest first."""
        ports = (port for card in self._cards_near(point, reach) for port in self._in_ports(card, point))
        return _nearest(ports, reach)

    def out_ports_near(self, point: Point, reach: float) -> list[tuple[float, Spot]]:
        """The out ports within reach of a point with their distances, the nearest first."""
        ports = (port for card in self._cards_near(point, reach) for port in self._out_ports(card, point))
        return _nearest(ports, reach)

    def _cards_near(self, point: Point, reach: float) -> list[NodeId]:
        return self.cards_touching(Rect(point[0] - reach, point[1] - reach, 2 * reach, 2 * reach))

    def wire_under(self, card: Rect, may_be: Callable[[NodeId, int], bool]) -> Wire | None:
        """The wire that passes nearest to the middle of a card's face, of those that may be it."""
        middle = card.x + card.width / 2, face_middle(card)
        near = Rect(middle[0] - UNDER, middle[1] - UNDER, 2 * UNDER, 2 * UNDER)
        wires = self.wires_touching(near)
        distances = self._distances(wires, middle)
        order = [i for i in np.argsort(distances) if distances[i] < UNDER]
        return next((wires[i] for i in order if may_be(*wires[i])), None)

    def _wire_at(self, point: Point, reach: float) -> Spot | None:
        near = Rect(point[0] - reach, point[1] - reach, 2 * reach, 2 * reach)
        wires = self.wires_touching(near)
        close = np.flatnonzero(self._distances(wires, point) <= reach + 2.0)
        return Spot(Part.WIRE, *wires[close[-1]]) if len(close) else None

    def _distances(self, wires: Sequence[Wire], point: Point) -> NDArray[np.float64]:
        """About how far a point is from each of some wires: from the nearest of many chords along it."""
        curves = [self.scenery.curve(*wire) for wire in wires]
        pieces = [curve.points[i : i + 4] for curve in curves if curve for i in range(0, len(curve.points) - 1, 3)]
        if not pieces:
            return np.empty(0)
        along = np.einsum("tk,pkd->ptd", _WEIGHTS, np.array(pieces)) - np.array(point)
        chords = along[:, 1:] - along[:, :-1]
        lengths = np.maximum(np.sum(chords**2, axis=2), 1e-12)
        parts = np.clip(-np.sum(along[:, :-1] * chords, axis=2) / lengths, 0.0, 1.0)
        reached = along[:, :-1] + parts[..., None] * chords
        nearest = np.hypot(reached[..., 0], reached[..., 1]).min(axis=1)
        begins = np.cumsum([0, *(curve.pieces for curve in curves[:-1] if curve)])
        distances: NDArray[np.float64] = np.minimum.reduceat(nearest, begins)
        return distances


def _distance(one: Point, other: Point) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))


def _nearest(ports: Iterable[tuple[float, Spot]], reach: float) -> list[tuple[float, Spot]]:
    return sorted((port for port in ports if port[0] <= reach), key=lambda port: port[0])
