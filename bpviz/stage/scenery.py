"""Where everything of a diagram lies: what follows from places and wires, whatever the values and the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..document.diagram import Diagram
from ..document.groups import GroupId, Slot
from ..graph.graph import NodeId
from . import grouping
from .geometry import CARD_HEIGHT, CARD_WIDTH, Curve, Point, Rect, card_rect, in_port, out_port
from .grouping import GroupCard, View
from .pill_places import PillPlaces

if TYPE_CHECKING:
    from .keeping import Kept

CLEAR = 14.0  # how far wires stay away from cards that they pass
SAMPLES, SPACING = 40, 20.0  # at so many points, and so near, it is looked whether a card is in the way of a route


class Scenery:
    """The rectangles of cards, the places of ports, the routes of wires.

    A card is known by its node, that of a group by its face; nodes hidden in a group are where its card is.
    """

    def __init__(self, diagram: Diagram, inside: GroupId | None = None) -> None:
        """What is seen from inside a group, or from outside of all."""
        self._positions, self._structure = diagram.positions, diagram.graph.structure
        self._routes = diagram.routes
        self.bends = {route.wire: route.points for route in diagram.routes}
        self.inputs: Mapping[NodeId, tuple[NodeId | None, ...]] = self._structure.inputs
        self._groups, self._inside, self._result = diagram.groups, inside, diagram.graph.result
        self.view: View | None = grouping.view(diagram, inside)
        self.rects: dict[NodeId, Rect] = (
            {id_: card_rect(node, diagram.positions[id_]) for id_, node in diagram.graph.nodes.items()}
            if self.view is None
            else grouping.rects(diagram, self.view)
        )
        self.pills = PillPlaces(self)
        self.kept: Kept | None = None  # what was drawn here last
        self._curves: dict[tuple[NodeId, int], Curve | None] = {}
        corners = [(r.x, r.y, r.right, r.bottom) for r in self.rects.values()]
        self._left, self._top, self._right, self._bottom = np.array(corners).reshape(-1, 4).T

    def serves(self, diagram: Diagram, inside: GroupId | None = None) -> bool:
        """Whether nothing has moved or been wired since."""
        return (
            diagram.positions is self._positions
            and diagram.graph.structure is self._structure
            and diagram.routes is self._routes
            and diagram.groups is self._groups
            and (not self._groups or (inside, diagram.graph.result) == (self._inside, self._result))
        )

    # Cards

    def card_of(self, node: NodeId) -> NodeId | None:
        """By which node the card is known on which a node is seen; None if it is not in view."""
        card = node if self.view is None else self.view.hidden.get(node, node)
        return card if card in self.rects else None

    def group_of(self, node: NodeId) -> GroupCard | None:
        """The card of the group that hides a node, or has it for its face."""
        return None if self.view is None else self.view.cards.get(self.view.hidden.get(node, node))

    def rect(self, node: NodeId) -> Rect:
        """Where the card lies on which a node is seen; where its own would be, if it is not in view."""
        card = self.card_of(node)
        return self.rects[card] if card is not None else Rect(*self._positions[node], CARD_WIDTH, CARD_HEIGHT)

    @property
    def is_whole(self) -> bool:
        """Whether one looks at the whole diagram, and not into a group."""
        return self.view is None or self.view.inside is None

    def is_beside(self, node: NodeId) -> bool:
        """Whether a node lies outside of the group that is looked into, and its card only stands for it."""
        return self.view is not None and node in self.view.outside

    # Ports

    def in_port(self, node: NodeId, slot: int) -> Point:
        """Where the wire of a slot enters a card."""
        group = self.group_of(node)
        if group is None:
            return in_port(self.rect(node), slot, len(self.inputs[node]))
        number = next((i for i, port in enumerate(group.ins) if (node, slot) in port.slots), 0)
        return group.in_place(number)

    def out_port(self, node: NodeId) -> Point:
        """Where wires from a node leave a card."""
        group = self.group_of(node)
        return out_port(self.rect(node)) if group is None else group.out_place(node)

    def in_ports(self, card: NodeId) -> list[tuple[Slot, Point]]:
        """The in ports of a card, each by a slot that it feeds."""
        group = self.group_of(card)
        slots = [(card, slot) for slot in range(len(self.inputs[card]))]
        if group is not None:
            slots = [port.slots[0] for port in group.ins]
        elif self.is_beside(card):
            slots = [slot for slot in slots if self.curve(*slot) is not None]
        return [(slot, self.in_port(*slot)) for slot in slots]

    def out_ports(self, card: NodeId) -> list[tuple[NodeId, Point]]:
        """The out ports of a card, each by the node whose value leaves there."""
        group = self.group_of(card)
        return [(node, self.out_port(node)) for node in ((card,) if group is None else group.outs)]

    def behind(self, target: NodeId, slot: int) -> tuple[Slot, ...]:
        """The slots that the same port feeds: several only where a group's card is in front of them."""
        group = self.group_of(target)
        ports = () if group is None else group.ins
        return next((port.slots for port in ports if (target, slot) in port.slots), ((target, slot),))

    # Neighbours

    def wires_into(self, card: NodeId) -> list[Slot]:
        """The wires that enter a card."""
        group = self.group_of(card)
        if group is not None:
            slots = [slot for port in group.ins for slot in port.slots]
        else:
            slots = [(card, slot) for slot in range(len(self.inputs[card]))]
        return [slot for slot in slots if self.curve(*slot) is not None]

    def wires_from(self, card: NodeId) -> list[Slot]:
        """The wires that leave a card, by the inputs that they enter."""
        consumers = self._structure.consumers
        return [slot for node, _ in self.out_ports(card) for slot in consumers[node] if self.curve(*slot) is not None]

    def cards_into(self, card: NodeId) -> list[NodeId]:
        """The cards that feed a card, in the order of its ports."""
        sources = (self.inputs[node][slot] for node, slot in self.wires_into(card))
        found = (self.card_of(source) for source in sources if source is not None)
        return list(dict.fromkeys(other for other in found if other is not None))

    def cards_from(self, card: NodeId) -> list[NodeId]:
        """The cards that a card feeds."""
        found = (self.card_of(node) for node, _ in self.wires_from(card))
        return list(dict.fromkeys(other for other in found if other is not None))

    # Room

    def is_free(self, place: Rect) -> bool:
        """Whether no card touches a rectangle."""
        return not self._touching(place).any()

    def covered(self, place: Rect) -> int:
        """How many cards touch a rectangle."""
        return int(self._touching(place).sum())

    def _touching(self, place: Rect) -> NDArray[np.bool_]:
        return (
            (self._left < place.right) & (self._right > place.x) & (self._top < place.bottom) & (self._bottom > place.y)
        )

    def curve(self, target: NodeId, slot: int) -> Curve | None:
        """The route of the wire into a slot, through its points if it has some, else around the cards in its way.

        None while it is not wired, and for what is hidden in a group or not in view.
        """
        if (target, slot) not in self._curves:
            source = self.inputs[target][slot]
            is_seen = source is not None and self._is_seen(source, target)
            self._curves[target, slot] = self._route(source, target, slot) if is_seen and source is not None else None
        return self._curves[target, slot]

    @cached_property
    def wires(self) -> list[Slot]:
        """The wires in view, by the inputs that they enter."""
        nodes = self.rects if self.view is None else [*self.rects, *self.view.hidden]
        return [(node, slot) for node in nodes for slot in range(len(self.inputs[node])) if self.curve(node, slot)]

    @cached_property
    def wired(self) -> list[NodeId]:
        """The nodes that wires in view enter."""
        return list(dict.fromkeys(node for node, _ in self.wires))

    def _is_seen(self, source: NodeId, target: NodeId) -> bool:
        """Whether a wire runs between two cards in view, at least one of them within what is looked into."""
        if self.view is None:
            return True
        ends = self.card_of(source), self.card_of(target)
        return None not in ends and ends[0] != ends[1] and not {source, target} <= self.view.outside

    def _has_own_cards(self, *nodes: NodeId) -> bool:
        return all(self.group_of(node) is None and not self.is_beside(node) for node in nodes)

    def _route(self, source: NodeId, target: NodeId, slot: int) -> Curve:
        start, end = self.out_port(source), self.in_port(target, slot)
        bends = self.bends.get((target, slot))
        if bends and self._has_own_cards(source, target):
            return Curve.along(start, bends, end)  # where people want it
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
