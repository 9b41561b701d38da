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
from .boxes import Box, edges
from .found import Found
from .geometry import Curve, Point
from .obstacles import Obstacles
from .order import Order, moved_rows
from .patched import Patched
from .pill_places import PillPlaces
from .placement import Placement
from .progress import Tell
from .routing import Ends, routes

MOST_MOVED = 300  # cards; of more, all routes are found anew

if TYPE_CHECKING:
    from .keeping import Kept
    from .lie import Lie


@dataclass(frozen=True, slots=True)
class Led:
    """How a scenery differs from one `before` that is arranged alike: cards have moved, wires are led elsewhere."""

    before: ref[Scenery]
    cards: frozenset[NodeId]
    wires: frozenset[Slot]


class Scenery(Placement):
    """Cards with their ports, the routes of wires around them, and where there is room for pills."""

    def __init__(self, diagram: Diagram, inside: GroupId | None = None, before: Scenery | None = None) -> None:
        """What is seen from inside a group, or from outside of all.

        What was worked out for the scenery `before` and still holds is taken over; the result is the same without.
        """
        if type(before) is not Scenery or before.course.direction is not diagram.direction:
            before = None  # nothing stays where wires lead another way
        super().__init__(diagram, inside, before)
        self._routes = diagram.routes
        # a wire of a card that stands for a group begins or ends elsewhere than where its points were put
        self.bends = {r.wire: r.points for r in diagram.routes if self.has_own_cards(r.source, r.target)}
        self._curves: dict[Slot, Curve | None] = {}
        self.pills = PillPlaces(self)
        self.kept: Kept | None = None  # what was drawn here last
        self.lie: Lie | None = None  # how it looks from afar, if that has been worked out
        self.led: Led | None = None  # how it differs from the one before, if that is known
        if before is not None and "found" in vars(before) and len(self.moved) <= MOST_MOVED:
            self._take_over(before)

    def _take_over(self, before: Scenery) -> None:
        """The routes and pills of `before` that are as they were, though some cards have moved, come, or gone."""
        moved = self.moved
        gone, come = ([edges(rects[id_]) for id_ in moved if id_ in rects] for rects in (before.rects, self.rects))
        corners = np.array([*gone, *come]).reshape(-1, 4)
        turned = self.course.turned_boxes
        known, is_alike = before.found, self.is_arranged_alike(before) and self._routes is before._routes
        order: Order[Slot] | None = None
        if is_alike:
            wires = {slot for id_ in moved for slot in self.wires_at(id_)} & before.ends.keys()
            wires |= known.meeting(turned(corners))
            self.ends = before.ends.with_({slot: self.ends_of(*slot) for slot in wires})
            self._obstacles = before._obstacles.with_moved(turned(self.boxes), [self.place_of[id_] for id_ in moved])
        else:
            if before.inside == self.inside:
                ends, wires, order = rewiring.ends_after(self, before)
                self.ends = Patched(ends)
            else:
                wires = {slot for slot, ends in self.ends.items() if before.ends.get(slot) != ends}
                order = Order(list(self.ends), known.place_of)
            wires |= known.meeting(turned(corners)) & self.ends.keys()
        fresh = routes(self._obstacles, {slot: self.ends[slot] for slot in sorted(wires)}, self.course)
        wires = {slot for slot, curve in fresh.curves.items() if known.curves.get(slot) != curve}
        very_same = {slot: known.curves[slot] for slot in fresh.curves.keys() - wires}
        self.found = known.with_(replace(fresh, curves=fresh.curves.with_(very_same)), order)
        self.pills.take_over(before.pills, wires, gone, come)
        if is_alike:
            self.led = Led(ref(before), moved, frozenset(wires))
            self.kept = None if before.kept is None else before.kept.led(wires, self.pills.replaced)
        if order is not None:
            self._keep_wire_boxes(before, wires, order)
        elif "wire_boxes" in vars(before):
            self.wires, self.wired, self.wire_numbers = before.wires, before.wired, before.wire_numbers
            self.wire_boxes, self.wire_spans = before.wire_boxes.copy("K"), before.wire_spans.copy("K")
            for slot in wires:
                curve, number = self.found.curves[slot], self.wire_numbers[slot]
                self.wire_boxes[number] = _corners(curve)
                self.wire_spans[number] = self._span(curve)

    def _keep_wire_boxes(self, before: Scenery, wires: Collection[Slot], order: Order[Slot]) -> None:
        """The boxes of wires that do not run as `before`, and of all others, now that there are other wires."""
        self.wires, self.wire_numbers, curves = order.keys, self.found.place_of, self.found.curves
        if "wire_boxes" in vars(before) and "wire_spans" in vars(before):
            fresh = {self.wire_numbers[slot]: curves[slot] for slot in wires}
            corners = {number: _corners(curve) for number, curve in fresh.items()}
            spans = {number: self._span(curve) for number, curve in fresh.items()}
            self.wire_boxes = moved_rows(before.wire_boxes, order.origins, corners)
            self.wire_spans = moved_rows(before.wire_spans, order.origins, spans)

    @cached_property
    def _obstacles(self) -> Obstacles:
        return Obstacles(self.course.turned_boxes(self.boxes))

    def serves(self, diagram: Diagram, inside: GroupId | None = None) -> bool:
        """Whether nothing has moved or been wired since."""
        return (
            diagram.positions is self._positions
            and diagram.graph.structure is self.structure
            and diagram.routes is self._routes
            and diagram.groups is self._groups
            and diagram.direction is self.course.direction
            and (not self._groups or (inside, diagram.graph.result) == (self._inside, self._result))
        )

    def posed(self, diagram: Diagram) -> Diagram:
        """The diagram as it is shown here: unless cards are on their way, as it is."""
        return diagram

    # Neighbours

    def in_ports(self, card: NodeId) -> list[tuple[Slot, Point]]:
        """The in ports of a card, each by a slot that it feeds."""
        group = self.group_of(card)
        slots = [(card, slot) for slot in range(len(self.inputs[card]))]
        if group is not None:
            slots = [port.slots[0] for port in group.ins]
        elif self.is_beside(card):
            slots = [slot for slot in slots if self.curve(*slot) is not None]
        return [(slot, self.in_port(*slot)) for slot in slots]

    def wires_into(self, card: NodeId) -> list[Slot]:
        """The wires that enter a card."""
        return [slot for slot in self.slots_of(card) if self.curve(*slot) is not None]

    def wires_from(self, card: NodeId) -> list[Slot]:
        """The wires that leave a card, by the inputs that they enter."""
        consumers = self.structure.consumers
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

    def cards_near(self, left: float, top: float, right: float, bottom: float) -> list[Box]:
        """The cards that may meet a box (left, top, right, bottom), and all that do: for who asks of very many."""
        if not self.course.is_down:
            return self._obstacles.near(left, top, right, bottom)
        return [(x, y, end, below) for y, x, below, end in self._obstacles.near(top, left, bottom, right)]

    def curve(self, target: NodeId, slot: int) -> Curve | None:
        """The route of the wire into a slot, through its points if it has some, else around the cards in its way.

        None while it is not wired, and for what is hidden in a group or not in view.
        """
        if (target, slot) not in self._curves:
            source = self.inputs[target][slot]
            is_seen = source is not None and self.is_seen(source, target)
            self._curves[target, slot] = self._route(source, target, slot) if is_seen and source is not None else None
        return self._curves[target, slot]

    @cached_property
    def wires(self) -> list[Slot]:
        """The wires in view, by the inputs that they enter."""
        return list(self.ends)

    @cached_property
    def wired(self) -> list[NodeId]:
        """The nodes that wires in view enter."""
        return list(dict.fromkeys(node for node, _ in self.wires))

    def _route(self, source: NodeId, target: NodeId, slot: int) -> Curve:
        return self.found.curves[target, slot]

    @cached_property
    def found(self) -> Found:
        """All routes, with what they depend on."""
        return routes(self._obstacles, self.ends, self.course)

    def find_routes(self, tell: Tell) -> None:
        """Works all routes out; `tell` is told how many of them are known, as a part from 0 to 1."""
        self.found = routes(self._obstacles, self.ends, self.course, tell)

    @cached_property
    def ends(self) -> Patched[Slot, Ends]:
        """From where to where the wires in view run, as if all led to the right."""
        if self.view is None:
            return Patched(self._plain_ends())
        return Patched(
            {
                (node, slot): self.ends_of(node, slot)
                for node in (*self.rects, *self.view.hidden)
                for slot, source in enumerate(self.inputs[node])
                if source is not None and self.is_seen(source, node)
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
        ends.update((slot, self.ends_of(*slot)) for slot in self.bends)
        return ends

    def ends_of(self, target: NodeId, slot: int) -> Ends:
        source = self.inputs[target][slot]
        assert source is not None
        bends, turned = self.bends.get((target, slot), ()), self.course.turned
        start, end = turned(self.out_port(source)), turned(self.in_port(target, slot))
        return Ends(start, end, tuple(map(turned, bends)))

    @property
    def curves(self) -> list[Curve]:
        """The routes of all `wires`."""
        return list(self.found.curves.plain().values())

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
