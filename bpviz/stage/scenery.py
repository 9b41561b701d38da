"""Where everything of a diagram lies: what follows from places and wires, whatever the values and the time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from ..document.diagram import Diagram
from ..document.groups import GroupId, Slot
from ..graph.graph import NodeId
from . import rewiring
from .cells import Box
from .course import Course
from .found import Found
from .geometry import CARD_HEIGHT, CARD_WIDTH, Curve, Point, Rect
from .grouping import GroupCard, View
from .obstacles import Obstacles
from .order import Order, moved_rows
from .patched import Patched
from .pill_places import PillPlaces
from .progress import Tell
from .routing import Ends, routes

MOST_MOVED = 300  # cards; of more, all routes are found anew

if TYPE_CHECKING:
    from ..graph.change import Change
    from .keeping import Kept
    from .lie import Lie


@dataclass(frozen=True, slots=True)
class Led:
    """How a scenery differs from one `before` that is arranged alike: cards have moved, wires are led elsewhere."""

    before: ref[Scenery]
    cards: frozenset[NodeId]
    wires: frozenset[Slot]


class Scenery:
    """The rectangles of cards, the places of ports, the routes of wires.

    A card is known by its node, that of a group by its face; nodes hidden in a group are where its card is.
    """

    def __init__(self, diagram: Diagram, inside: GroupId | None = None, before: Scenery | None = None) -> None:
        """What is seen from inside a group, or from outside of all.

        What was worked out for the scenery `before` and still holds is taken over; the result is the same without.
        """
        self._positions, self._graph, self._structure = diagram.positions, diagram.graph, diagram.graph.structure
        self._routes = diagram.routes
        self.course = Course(diagram.direction)
        self.bends = {route.wire: route.points for route in diagram.routes}
        self.inputs: Mapping[NodeId, tuple[NodeId | None, ...]] = self._structure.inputs
        self._groups, self._inside, self._result = diagram.groups, inside, diagram.graph.result
        self.pills = PillPlaces(self)
        self.kept: Kept | None = None  # what was drawn here last
        self.lie: Lie | None = None  # how it looks from afar, if that has been worked out
        self.rects: dict[NodeId, Rect]
        self.boxes: NDArray[np.float64]  # the same as rows of (left, top, right, bottom)
        self._curves: dict[tuple[NodeId, int], Curve | None] = {}
        self.led: Led | None = None  # how it differs from the one before, if that is known
        if type(before) is not Scenery or before.course != self.course:
            before = None  # nothing stays where wires lead another way
        self.view: View | None = rewiring.view_of(diagram, inside, before)
        if before is not None and self.is_arranged_alike(before):
            self.place_of = before.place_of
            self.rects, self.boxes, moved = rewiring.moved_from(before, diagram, self.view)
            self._take_over(before, moved, rewiring.change_since(before._graph, diagram.graph))
            return
        if before is None:
            self.rects = rewiring.rects_of(diagram, self.view)
            self.boxes = rewiring.boxes_of(self.rects)
            return
        change = rewiring.change_since(before._graph, diagram.graph)
        self.rects, moved, order = rewiring.rects_after(before, diagram, self.view, change)
        self.place_of = order.place_of(before.place_of)
        self.boxes = rewiring.boxes_after(before, self.rects, self.place_of, moved, order)
        self._take_over(before, moved, change)

    def is_arranged_alike(self, before: Scenery) -> bool:
        """Whether the cards are the same and wired alike, though perhaps elsewhere."""
        seen, held = self.view, before.view
        is_same_view = (
            seen is held if seen is None or held is None else seen.shown is held.shown and seen.inside is None
        )
        return is_same_view and before._structure is self._structure and before.course == self.course

    def _take_over(self, before: Scenery, moved: Collection[NodeId], change: Change[NodeId]) -> None:
        """The routes and pills of `before` that are as they were, though some cards have moved, come, or gone."""
        if "_found" not in vars(before) or len(moved) > MOST_MOVED:
            return
        gone, come = (
            [(at.x, at.y, at.right, at.bottom) for id_ in moved if (at := rects.get(id_)) is not None]
            for rects in (before.rects, self.rects)
        )
        corners = np.array([*gone, *come]).reshape(-1, 4)
        turned = self.course.turned_boxes
        known, is_alike = before._found, self.is_arranged_alike(before) and self._routes is before._routes
        order: Order[Slot] | None = None
        if is_alike:
            wires = {slot for id_ in moved for slot in self._wires_at(id_)} & before._ends.keys()
            wires |= known.meeting(turned(corners))
            self._ends = before._ends.with_({slot: self._ends_of(*slot) for slot in wires})
            self._obstacles = before._obstacles.with_moved(turned(self.boxes), [self.place_of[id_] for id_ in moved])
        else:
            if before.inside == self.inside:
                ends, wires, order = rewiring.ends_after(self, before, change, set(moved))
                self._ends = Patched(ends)
            else:
                wires = {slot for slot, ends in self._ends.items() if before._ends.get(slot) != ends}
                order = Order(list(self._ends), known.place_of)
            wires |= known.meeting(turned(corners)) & self._ends.keys()
        fresh = routes(self._obstacles, {slot: self._ends[slot] for slot in sorted(wires)}, self.course)
        wires = {slot for slot, curve in fresh.curves.items() if known.curves.get(slot) != curve}
        very_same = {slot: known.curves[slot] for slot in fresh.curves.keys() - wires}
        self._found = known.with_(replace(fresh, curves=fresh.curves.with_(very_same)), order)
        self.pills.take_over(before.pills, wires, gone, come)
        if is_alike:
            self.led = Led(ref(before), frozenset(moved), frozenset(wires))
            self.kept = None if before.kept is None else before.kept.led(wires, self.pills.replaced)
        if order is not None:
            self._keep_wire_boxes(before, wires, order)
        elif "wire_boxes" in vars(before):
            self.wires, self.wired, self.wire_numbers = before.wires, before.wired, before.wire_numbers
            self.wire_boxes, self.wire_spans = before.wire_boxes.copy("K"), before.wire_spans.copy("K")
            for slot in wires:
                curve, number = self._found.curves[slot], self.wire_numbers[slot]
                self.wire_boxes[number] = _corners(curve)
                self.wire_spans[number] = self._span(curve)

    def _keep_wire_boxes(self, before: Scenery, wires: Collection[Slot], order: Order[Slot]) -> None:
        """The boxes of wires that do not run as `before`, and of all others, now that there are other wires."""
        self.wires, self.wire_numbers, curves = order.keys, self._found.place_of, self._found.curves
        if "wire_boxes" in vars(before) and "wire_spans" in vars(before):
            fresh = {self.wire_numbers[slot]: curves[slot] for slot in wires}
            corners = {number: _corners(curve) for number, curve in fresh.items()}
            spans = {number: self._span(curve) for number, curve in fresh.items()}
            self.wire_boxes = moved_rows(before.wire_boxes, order.origins, corners)
            self.wire_spans = moved_rows(before.wire_spans, order.origins, spans)

    @cached_property
    def _obstacles(self) -> Obstacles:
        return Obstacles(self.course.turned_boxes(self.boxes))

    @cached_property
    def place_of(self) -> Mapping[NodeId, int]:
        """Which row of `boxes` is a card's."""
        return {node: place for place, node in enumerate(self.rects)}

    def serves(self, diagram: Diagram, inside: GroupId | None = None) -> bool:
        """Whether nothing has moved or been wired since."""
        return (
            diagram.positions is self._positions
            and diagram.graph.structure is self._structure
            and diagram.routes is self._routes
            and diagram.groups is self._groups
            and diagram.direction is self.course.direction
            and (not self._groups or (inside, diagram.graph.result) == (self._inside, self._result))
        )

    def posed(self, diagram: Diagram) -> Diagram:
        """The diagram as it is shown here: unless cards are on their way, as it is."""
        return diagram

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
        return [slot for slot in self._slots_of(card) if self.curve(*slot) is not None]

    def _slots_of(self, card: NodeId) -> list[Slot]:
        """The slots that the in ports of a card feed."""
        group = self.group_of(card)
        if group is not None:
            return [slot for port in group.ins for slot in port.slots]
        return [(card, slot) for slot in range(len(self.inputs[card]))]

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

    def boxes_at(self, place: Rect) -> NDArray[np.float64]:
        """The cards that touch a rectangle, as rows of (left, top, right, bottom)."""
        return self.boxes[self._touching(place)]

    def covered(self, place: Rect) -> int:
        """How many cards touch a rectangle."""
        return int(self._touching(place).sum())

    def cards_near(self, left: float, top: float, right: float, bottom: float) -> list[Box]:
        """The cards that may meet a box (left, top, right, bottom), and all that do: for who asks of very many."""
        if not self.course.is_down:
            return self._obstacles.near(left, top, right, bottom)
        return [(x, y, end, below) for y, x, below, end in self._obstacles.near(top, left, bottom, right)]

    def _touching(self, place: Rect) -> NDArray[np.bool_]:
        left, top, right, bottom = self.boxes.T
        found: NDArray[np.bool_] = (left < place.right) & (right > place.x) & (top < place.bottom) & (bottom > place.y)
        return found

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
        return list(self._ends)

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
        return self._found.curves[target, slot]

    @cached_property
    def _found(self) -> Found:
        """All routes, with what they depend on."""
        return routes(self._obstacles, self._ends, self.course)

    def find_routes(self, tell: Tell) -> None:
        """Works all routes out; `tell` is told how many of them are known, as a part from 0 to 1."""
        self._found = routes(self._obstacles, self._ends, self.course, tell)

    @cached_property
    def _ends(self) -> Patched[Slot, Ends]:
        """From where to where the wires in view run, as if all led to the right."""
        if self.view is None:
            return Patched(self._plain_ends())
        return Patched(
            {
                (node, slot): self._ends_of(node, slot)
                for node in (*self.rects, *self.view.hidden)
                for slot, source in enumerate(self.inputs[node])
                if source is not None and self._is_seen(source, node)
            }
        )

    def _plain_ends(self) -> dict[Slot, Ends]:
        """The same where every node has its own card: for very many wires this is what opening them waits for."""
        course, rects = self.course, self.rects
        turned, starts, ends = course.turned, dict[NodeId, Point](), dict[Slot, Ends]()
        for target, rect in rects.items():
            sources = self.inputs[target]
            for slot, source in enumerate(sources):
                if source is None:
                    continue
                if source not in starts:
                    starts[source] = turned(course.out_port(rects[source]))
                ends[target, slot] = Ends(starts[source], turned(course.in_port(rect, slot, len(sources))))
        ends.update((slot, self._ends_of(*slot)) for slot in self.bends)
        return ends

    def _ends_of(self, target: NodeId, slot: int) -> Ends:
        source = self.inputs[target][slot]
        assert source is not None
        bends, turned = self.bends.get((target, slot), ()), self.course.turned
        is_led = bends and self._has_own_cards(source, target)
        start, end = turned(self.out_port(source)), turned(self.in_port(target, slot))
        return Ends(start, end, tuple(map(turned, bends)) if is_led else ())

    def _wires_at(self, card: NodeId) -> list[Slot]:
        """The slots whose wires, if they are seen, end or begin at a card."""
        consumers = self._structure.consumers
        return [*self._slots_of(card), *(slot for node, _ in self.out_ports(card) for slot in consumers[node])]

    @property
    def curves(self) -> list[Curve]:
        """The routes of all `wires`."""
        return list(self._found.curves.plain().values())

    @cached_property
    def wire_boxes(self) -> NDArray[np.float64]:
        """What the routes of `wires` do not leave, as rows of (left, top, right, bottom)."""
        curves = self.curves
        if not curves:
            return np.zeros((0, 4))
        counts = np.fromiter((len(curve.points) for curve in curves), dtype=np.intp, count=len(curves))
        each = chain.from_iterable(point for curve in curves for point in curve.points)
        points = np.fromiter(each, dtype=np.float64, count=2 * int(counts.sum())).reshape(-1, 2)
        begins = np.cumsum(counts) - counts
        corners = np.hstack([np.minimum.reduceat(points, begins), np.maximum.reduceat(points, begins)])
        return np.asfortranarray(corners)

    @cached_property
    def wire_spans(self) -> NDArray[np.float64]:
        """How far along the course the routes of `wires` begin and end."""
        along = 1 if self.course.is_down else 0
        spans = [(curve.points[0][along], curve.points[-1][along]) for curve in self.curves]
        return np.asfortranarray(np.array(spans, dtype=np.float64).reshape(-1, 2))

    def _span(self, curve: Curve) -> tuple[float, float]:
        return self.course.turned(curve.start)[0], self.course.turned(curve.end)[0]

    @cached_property
    def wire_numbers(self) -> Mapping[Slot, int]:
        """Which row of `wire_boxes` is a wire's."""
        return {slot: number for number, slot in enumerate(self.wires)}


def _corners(curve: Curve) -> tuple[float, float, float, float]:
    xs, ys = zip(*curve.points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
