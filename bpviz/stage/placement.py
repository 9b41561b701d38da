"""Where the cards of a diagram lie, and their ports, whatever the wires, the values and the time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import compress, repeat
from operator import is_, is_not

import numpy as np
from numpy.typing import NDArray

from ..document.diagram import Diagram
from ..document.groups import GroupId, Slot, differ_in_places_alone
from ..graph.change import Change, difference
from ..graph.graph import Graph, NodeId
from . import grouping
from .boxes import edges
from .course import Course
from .geometry import CARD_HEIGHT, CARD_WIDTH, Point, Rect, card_rect
from .grouping import GroupCard, View
from .order import Order, moved_rows

Floats = NDArray[np.float64]


class Placement:
    """The rectangles of cards, and the places of their ports.

    A card is known by its node, that of a group by its face; nodes hidden in a group are where its card is.
    """

    def __init__(self, diagram: Diagram, inside: GroupId | None = None, before: Placement | None = None) -> None:
        """What is seen from inside a group, or from outside of all.

        What was worked out for the placement `before` and still holds is taken over, the very same rectangles where
        nothing has changed; all comes out in the order and with the numbers of one that is made from nothing.
        """
        graph = diagram.graph
        self._positions, self._graph, self.structure = diagram.positions, graph, graph.structure
        self.course = Course(diagram.direction)
        self.inputs: Mapping[NodeId, tuple[NodeId | None, ...]] = self.structure.inputs
        self._groups, self._inside, self._result = diagram.groups, inside, graph.result
        self.view = self._view_after(before, diagram)
        self.change = (before or self).change_to(graph)
        self.moved: frozenset[NodeId] = frozenset()  # cards that have come, gone or changed
        self.rects: dict[NodeId, Rect]
        self.boxes: Floats  # the same as rows of (left, top, right, bottom), each edge in a row of memory
        if before is None:
            self.rects = _rects_of(diagram, self.view)
            self.boxes = _boxes_of(self.rects)
        elif self.is_arranged_alike(before):
            self._keep_all(before, diagram)
        else:
            self._keep_some(before, diagram)

    def change_to(self, graph: Graph) -> Change[NodeId]:
        """Which nodes of a graph are not those of this one, but for the numbers of leaves."""
        if graph.structure is self.structure:
            return Change((), frozenset(), keeps_order=True, count=len(graph))
        follows = graph.follows
        is_next = follows is not None and follows[0]() is self._graph
        return follows[1] if follows is not None and is_next else difference(self._graph.nodes, graph.nodes)

    def _view_after(self, before: Placement | None, diagram: Diagram) -> View | None:
        """What is seen from inside a group, or from outside of all."""
        is_same = before is not None and before._graph is diagram.graph and before._inside == self._inside
        if is_same and before is not None and differ_in_places_alone(before._groups, diagram.groups):
            return grouping.view_after(before.view, diagram)
        return grouping.view(diagram, self._inside)

    def is_arranged_alike(self, before: Placement) -> bool:
        """Whether the cards are the same and wired alike, though perhaps elsewhere."""
        seen, held = self.view, before.view
        is_same_view = (
            seen is held if seen is None or held is None else seen.shown is held.shown and seen.inside is None
        )
        return is_same_view and before.structure is self.structure and before.course == self.course

    def _keep_all(self, before: Placement, diagram: Diagram) -> None:
        """Where the same cards are now, of which some have moved."""
        nodes, moved = diagram.places.moved_since(before._positions), dict[NodeId, Rect]()
        if self.view is not None and before.view is not None:
            held = before.view.cards
            moved = {face: card.rect for face, card in self.view.cards.items() if card.at != held[face].at}
            nodes = frozenset(node for node in nodes if node in before.rects and node not in self.view.cards)
        moved |= {node: card_rect(diagram.graph.nodes[node], diagram.positions[node]) for node in nodes}
        self.place_of, self.rects, self.boxes = before.place_of, before.rects | moved, before.boxes.copy(order="K")
        for card, at in moved.items():
            self.boxes[self.place_of[card]] = edges(at)
        self.moved = frozenset(moved)

    def _keep_some(self, before: Placement, diagram: Diagram) -> None:
        """Where cards are after changes to some nodes or their places."""
        self.rects, self.moved, order = self._rects_after(before, diagram)
        self.place_of = order.place_of(before.place_of)
        there = (id_ for id_ in self.moved if id_ in self.rects)
        fresh = {self.place_of[id_]: edges(self.rects[id_]) for id_ in there}
        self.boxes = moved_rows(before.boxes, order.origins, fresh)

    def _rects_after(
        self, before: Placement, diagram: Diagram
    ) -> tuple[dict[NodeId, Rect], frozenset[NodeId], Order[NodeId]]:
        """The rectangles after such changes; which cards have come, gone or changed; and in which order they come."""
        held, seen, change = before.rects, self.view, self.change
        nodes, positions = diagram.graph.nodes, diagram.positions
        others = dict.fromkeys((*change.others, *diagram.places.moved_since(before._positions)))
        if seen is None and before.view is None and change.keeps_order:
            fresh = {id_: card_rect(nodes[id_], positions[id_]) for id_ in others}
            differ = {id_: rect for id_, rect in fresh.items() if rect != held.get(id_)}
            order = Order.patched(list(held), before.place_of, change.gone, [id_ for id_ in differ if id_ not in held])
            return change.patched(held, differ), frozenset(change.gone | differ.keys()), order
        if before.inside is not None or (seen is not None and seen.inside is not None):
            found = _rects_of(diagram, seen)
        else:
            shown = nodes if seen is None else seen.shown
            found = dict(zip(shown, map(held.get, shown), strict=True))  # type: ignore[arg-type]  # None goes at once
            faces = before.view.cards.keys() if before.view is not None else frozenset[NodeId]()
            for id_ in {*others, *faces, *compress(found, map(is_, found.values(), repeat(None)))} & found.keys():
                found[id_] = card_rect(nodes[id_], positions[id_])
            for face, card in seen.cards.items() if seen is not None else ():
                found[face] = card.rect
        moved = set(held.keys() - found.keys())
        for id_ in compress(found, map(is_not, found.values(), map(held.get, found))):
            if found[id_] == held.get(id_):
                found[id_] = held[id_]
            else:
                moved.add(id_)
        return found, frozenset(moved), Order(list(found), before.place_of)

    @cached_property
    def place_of(self) -> Mapping[NodeId, int]:
        """Which row of `boxes` is a card's."""
        return {node: place for place, node in enumerate(self.rects)}

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
    def inside(self) -> GroupId | None:
        """The group that is looked into; None where one looks at the whole diagram."""
        return None if self.view is None else self.view.inside

    def is_beside(self, node: NodeId) -> bool:
        """Whether a node lies outside of the group that is looked into, and its card only stands for it."""
        return self.view is not None and node in self.view.outside

    # Ports

    def in_port(self, node: NodeId, slot: int) -> Point:
        """Where the wire of a slot enters a card."""
        group = self.group_of(node)
        if group is None:
            return self.course.in_port(self.rect(node), slot, len(self.inputs[node]))
        number = next((i for i, port in enumerate(group.ins) if (node, slot) in port.slots), 0)
        return group.in_place(number)

    def out_port(self, node: NodeId) -> Point:
        """Where wires from a node leave a card."""
        group = self.group_of(node)
        return self.course.out_port(self.rect(node)) if group is None else group.out_place(node)

    def out_ports(self, card: NodeId) -> list[tuple[NodeId, Point]]:
        """The out ports of a card, each by the node whose value leaves there."""
        group = self.group_of(card)
        return [(node, self.out_port(node)) for node in ((card,) if group is None else group.outs)]

    def behind(self, target: NodeId, slot: int) -> tuple[Slot, ...]:
        """The slots that the same port feeds: several only where a group's card is in front of them."""
        group = self.group_of(target)
        ports = () if group is None else group.ins
        return next((port.slots for port in ports if (target, slot) in port.slots), ((target, slot),))

    # Wires that may be seen

    def is_seen(self, source: NodeId, target: NodeId) -> bool:
        """Whether a wire runs between two cards in view, at least one of them within what is looked into."""
        if self.view is None:
            return True
        ends = self.card_of(source), self.card_of(target)
        return None not in ends and ends[0] != ends[1] and not {source, target} <= self.view.outside

    def has_own_cards(self, *nodes: NodeId) -> bool:
        return all(self.group_of(node) is None and not self.is_beside(node) for node in nodes)

    def slots_of(self, card: NodeId) -> list[Slot]:
        """The slots that the in ports of a card feed."""
        group = self.group_of(card)
        if group is not None:
            return [slot for port in group.ins for slot in port.slots]
        return [(card, slot) for slot in range(len(self.inputs[card]))]

    def wires_at(self, card: NodeId) -> list[Slot]:
        """The slots whose wires, if they are seen, end or begin at a card."""
        consumers = self.structure.consumers
        return [*self.slots_of(card), *(slot for node, _ in self.out_ports(card) for slot in consumers[node])]

    # Room

    def is_free(self, place: Rect) -> bool:
        """Whether no card touches a rectangle."""
        return not self._touching(place).any()

    def boxes_at(self, place: Rect) -> NDArray[np.float64]:
        """The cards that touch a rectangle, as rows of (left, top, right, bottom)."""
        return self.boxes[self._touching(place)]

    def covered(self, place: Rect) -> int:
        """How many cards touch a rectangle."""
        return int(self._touching(place).sum())

    def _touching(self, place: Rect) -> NDArray[np.bool_]:
        left, top, right, bottom = self.boxes.T
        found: NDArray[np.bool_] = (left < place.right) & (right > place.x) & (top < place.bottom) & (bottom > place.y)
        return found


def _rects_of(diagram: Diagram, seen: View | None) -> dict[NodeId, Rect]:
    """Where all cards lie, in the order in which they are painted."""
    if seen is not None and seen.inside is not None:
        return grouping.rects(diagram, seen)
    nodes, positions = diagram.graph.nodes, diagram.positions
    found = {id_: card_rect(nodes[id_], positions[id_]) for id_ in (nodes if seen is None else seen.shown)}
    for face, card in seen.cards.items() if seen is not None else ():
        found[face] = card.rect
    return found


def _boxes_of(rects: Mapping[NodeId, Rect]) -> Floats:
    """The same as rows of (left, top, right, bottom), each edge in a row of memory."""
    rows = list(map(edges, rects.values()))
    return np.asfortranarray(np.array(rows, dtype=np.float64).reshape(-1, 4))
