"""The stage: everything that is shown of a diagram and its trace at a time, on demand, by node."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..document.diagram import Diagram
from ..engine.explain import Span, explain
from ..engine.trace import Accumulated, Computed, Event, Failed, Pushed, Seeded, Sent, Trace, run
from ..graph.graph import NodeId
from ..ops.numerals import Shown
from . import motion
from .acting import Spotlight
from .annotations import annotations_of, rect_of
from .cards import Card, Outline, card, outline, trouble
from .geometry import (
    CARD_HEIGHT,
    CARD_WIDTH,
    TROUBLE_LINE,
    TROUBLE_PADDING,
    Curve,
    Point,
    Rect,
)
from .group_faces import group_card, group_outline
from .keeping import Kept
from .meeting import meeting_place
from .motion import Places, Token
from .scenery import Scenery
from .timing import moment
from .wires import Pill, Wire, pills, senders_reached, wire

_MOST_KEPT = 2_000  # cards, and the wires into so many, of one moment
MOST_WITH_PILLS = 600  # cards; working out where all pills of more would stand takes seconds


class Stage:
    """A diagram, what happened when it ran, and a time along that: the same three always show the same."""

    def __init__(
        self, diagram: Diagram, trace: Trace | None = None, time: float = 0.0, scenery: Scenery | None = None
    ) -> None:
        """`trace` must be of the diagram's graph (without one the graph is run), `scenery` must serve the diagram."""
        self.diagram = diagram
        self.scenery = scenery if scenery is not None else Scenery(diagram)
        self.graph = diagram.graph
        self.trace = trace if trace is not None else run(diagram.graph)
        self.time, self.now = time, moment(self.trace, time)
        self._cards: dict[NodeId, Card] = {}  # while the camera moves, the same is asked for again and again
        self._wires: dict[NodeId, list[Wire]] = {}
        self._pills: dict[tuple[NodeId, float], list[Pill | None]] = {}
        self._tokens: dict[tuple[float, float], list[Token]] = {}
        self._caption: tuple[Span, ...] | None = None

    def at(self, time: float) -> Stage:
        """The same story at another time."""
        return Stage(self.diagram, self.trace, time, self.scenery)

    @property
    def _kept(self) -> Kept:
        """What other times between the same two events look like."""
        kept = self.scenery.kept
        if kept is None or not kept.serves(self.trace, self.now):
            kept = self.scenery.kept = Kept(self.trace, self.now.step)
        return kept

    # Cards

    def rect(self, node: NodeId) -> Rect:
        """Where a card lies."""
        return self.scenery.rect(node)

    def card(self, node: NodeId) -> Card:
        """The face of a card."""
        return _once(self._cards, node, self._card)

    def _card(self, node: NodeId) -> Card:
        if (group := self.scenery.group_of(node)) is not None:
            return group_card(self.trace, group, self.now)
        kept = self._kept
        made = kept.cards.get(node)
        if made is None:
            made = card(self.trace, node, self.now)
            made = replace(made, is_beside=True) if self.scenery.is_beside(node) else made
            if kept.holds_card(node):
                kept.cards[node] = made
        return made

    def outline(self, node: NodeId) -> Outline:
        """A card as it looks from far away."""
        group = self.scenery.group_of(node)
        return outline(self.trace, node, self.now) if group is None else group_outline(self.trace, group, self.now)

    def lit(self, node: NodeId, light: Spotlight) -> float:
        """How brightly a card is lit: that of a group as the brightest of what is in it."""
        group = self.scenery.group_of(node)
        return light.on_node(node) if group is None else max(map(light.on_node, group.members))

    def trouble_rect(self, node: NodeId, lines: int) -> Rect:
        """Where the message of a card with trouble lies: below it, or above, where it would cover a card below, and
        neither ports nor the word output are in its way."""
        rect, height, course = self.rect(node), lines * TROUBLE_LINE + TROUBLE_PADDING, self.scenery.course
        width = max(rect.width, CARD_WIDTH)
        below = Rect(rect.x, rect.bottom + course.below_card, width, height)
        above = Rect(rect.x, rect.y - course.below_card - height, width, height)
        if course.is_down or node == self.graph.result:
            return below
        return above if self.scenery.is_free(above) and not self.scenery.is_free(below) else below

    # Wires

    def curve(self, target: NodeId, slot: int) -> Curve | None:
        """The route of the wire into a slot; None while it is not wired."""
        return self.scenery.curve(target, slot)

    def wires(self, target: NodeId) -> list[Wire]:
        """The wires into a node."""
        return _once(self._wires, target, self._wires_into)

    def _wires_into(self, target: NodeId) -> list[Wire]:
        kept = self._kept
        if (known := kept.wires.get(target)) is not None:
            return known
        found = []
        for slot, source in enumerate(self.graph.nodes[target].inputs):
            curve = self.curve(target, slot)
            if source is not None and curve is not None:
                found.append(wire(self.trace, source, target, slot, curve, self.now, self.scenery.course))
        if kept.holds_wires(target):
            kept.wires[target] = found
        return found

    def pills(self, target: NodeId) -> list[Pill]:
        """The local derivatives that stand on the wires into a node."""
        return [pill for pill in self.pills_by_slot(target) if pill is not None]

    def pills_by_slot(self, target: NodeId, size: float = 1.0) -> list[Pill | None]:
        """The same, one for each input, with room for texts `size` times as large; None where there is none (yet)."""
        return _once(self._pills, (target, size), lambda key: self._pills_into(*key))

    def knows_pills(self, target: NodeId, size: float = 1.0) -> bool:
        """Whether it was worked out already where they stand."""
        return target in self._kept.pills.get(size, ()) or self.scenery.pills.holds(target, size)

    def has_no_pills(self, target: NodeId) -> bool:
        """Whether there are none yet."""
        return not any(senders_reached(self.trace, self.scenery, target, self.now))

    def _pills_into(self, target: NodeId, size: float) -> list[Pill | None]:
        kept = self._kept
        held = kept.pills.setdefault(size, {})
        found = held.get(target)
        if found is None:
            found = pills(self.trace, self.scenery, target, self.now, size)
            if kept.holds_pills(target):
                held[target] = found
        return found

    # Motion

    def tokens(self, size: float = 1.0, pill_size: float = 1.0) -> list[Token]:
        """The numbers in flight; of what happens within a group that is not open, none.

        They are painted `size` times as large as on the desk, and the pills that they meet, `pill_size` times.
        """
        return _once(self._tokens, (size, pill_size), lambda key: self._tokens_of(*key))

    def _tokens_of(self, size: float, pill_size: float) -> list[Token]:
        event = self.now.event or self.now.last
        if event is None or isinstance(event, Failed):
            return []
        sent = self._sent(event)
        if sent is not None and self.curve(sent.consumer, sent.slot) is None:
            return []
        curves: dict[int, Curve] = {}
        pill, pill_at = None, None
        if sent is not None and (self.now.event is not None or event is sent):
            pill = self.pills_by_slot(sent.consumer, pill_size)[sent.slot]
            pill_at = None if pill is None else self._beside_pill(sent, pill, size, pill_size)
        match self.now.event:
            case Computed(node=node):
                curves = {w.slot: w.curve for w in self.wires(node)}
            case Sent() | Pushed() as sent:
                curve = self.curve(sent.consumer, sent.slot)
                assert curve is not None
                curves = {sent.slot: curve}
        if isinstance(event, Seeded) and self.scenery.card_of(event.node) is None:
            return []
        rects = {node: self._landing(node, sent) for node in nodes_of(event)}
        local = None if pill is None else pill.rect
        places = Places(rects, curves, pill_at, self._port(event), self.scenery.course, size, local)
        found = motion.tokens(self.trace, self.now, places) + motion.resting(self.trace, self.now, places)
        is_symbolic = self.trace.style.shown is Shown.FORMULAS
        return [replace(token, is_symbolic=True) for token in found] if is_symbolic else found

    def _beside_pill(self, sent: Sent | Pushed, pill: Pill, size: float, pill_size: float) -> Point:
        """Where what is sent becomes the product; as long as it is under way, at the same place."""
        return _once(self._kept.meetings, (size, pill_size), lambda sizes: self._meeting(sent, pill, *sizes))

    def _meeting(self, sent: Sent | Pushed, pill: Pill, size: float, pill_size: float) -> Point:
        pills = self.pills_by_slot(sent.consumer, pill_size)
        others = [other.rect for other in pills if other is not None and other is not pill]
        token = motion.product_size(self.trace, sent, size)
        way, course = self.scenery.course.way(ahead=isinstance(sent, Pushed)), self.scenery.course
        waiting = motion.waiting_rect(self.trace, sent, self._port(sent), course, size)
        goal = self._landing(sent.target, sent).bottom if waiting.touches(pill.rect) else waiting.bottom
        is_below = not course.is_down and goal > pill.rect.bottom
        away = motion.beside_pill(size, pill_size)
        return meeting_place(self.scenery, pill.rect, others, token, away, way, is_below=is_below)

    def _sent(self, event: Event) -> Sent | Pushed | None:
        """What was sent as an event, or before it was added by one."""
        if isinstance(event, Accumulated):
            event = self.trace[self.now.step - (1 if self.now.event is event else 2)]
        return event if isinstance(event, Sent | Pushed) else None

    def _landing(self, node: NodeId, sent: Sent | Pushed | None) -> Rect:
        """The card on whose strip a number stands that comes or goes; within a group's card, which shows the gradient
        of its face alone, a place at the port of the node."""
        group = self.scenery.group_of(node)
        if group is None or node == group.face:
            return self.rect(node)
        is_consumer = sent is not None and node == sent.consumer
        port = self.scenery.in_port(node, sent.slot) if is_consumer and sent else self.scenery.out_port(node)
        return self.scenery.course.strip_at(port, is_in=is_consumer)

    def _port(self, event: Event) -> Point:
        """Where what is sent enters its target: on the way back at the out port, in forward mode at an in port."""
        if isinstance(event, Accumulated) and self.now.event is event and self.now.index:
            event = self.trace[self.now.index - 1]  # the one in which it was sent
        if isinstance(event, Pushed):
            return self.scenery.in_port(event.target, event.slot)
        node = nodes_of(event)[-1]
        is_pushed = isinstance(event, Seeded) and self.trace.sweep is not None and not self.trace.sweep.is_backward
        return self.scenery.course.in_port(self.rect(node), 0, 1) if is_pushed else self.scenery.out_port(node)

    def acting(self) -> list[NodeId]:
        """The nodes that the present event is about."""
        return nodes_of(self.now.event or self.now.last)

    # Words

    def caption(self) -> tuple[Span, ...]:
        """What is happening, or has just happened, in words; and where, if it is hidden."""
        if self._caption is None:
            self._caption = self._worded()
        return self._caption

    def _worded(self) -> tuple[Span, ...]:
        if self.now.index is None and not self.now.step:
            return (Span(_opening(self.trace)),)
        told = explain(self.trace, self.now.step - 1 if self.now.index is None else self.now.index)
        place = self._hiding_place()
        return (Span(f"{place}: "), *told) if place else told

    def _hiding_place(self) -> str:
        """`Inside neuron`, where all that happens is hidden in the card of a group; `Outside of neuron`, where one
        stands in a group and it happens elsewhere."""
        if (view := self.scenery.view) is None:
            return ""
        nodes = self.acting()
        cards = {self.scenery.card_of(node) for node in nodes}
        if cards == {None}:
            return next((f"Outside of {group.name}" for group in self.diagram.groups if group.id == view.inside), "")
        groups = {group.name for node in nodes if (group := self.scenery.group_of(node)) is not None}
        return f"Inside {groups.pop()}" if len(cards) == 1 and groups else ""

    # The whole picture

    def bounds(self, *, with_pills: bool = True) -> Rect:
        """What everything takes up, at any time; an empty diagram takes up a card.  Where pills stand takes long to
        find out while cards move."""
        whole: Rect | None = None
        for rect in self._extents(with_pills=with_pills):
            whole = rect if whole is None else whole.united(rect)
        return whole or Rect(0.0, 0.0, CARD_WIDTH, CARD_HEIGHT)

    def _extents(self, *, with_pills: bool) -> Iterable[Rect]:
        yield from around(self.scenery.boxes)
        yield from map(rect_of, annotations_of(self.diagram, self.scenery.inside).values())
        spans = self.scenery.wire_spans
        yield from around(self.scenery.wire_boxes[spans[:, 1] < spans[:, 0]])
        for slot in self.scenery.bends:
            if (curve := self.curve(*slot)) is not None:
                yield curve.bounds
        if len(self.scenery.rects) > MOST_WITH_PILLS:
            return  # a pill or a message at the edge of such a picture is smaller than its margin
        for node in self.trace.troubles:
            if node in self.scenery.rects and (lines := trouble(self.trace, node)):
                yield self.trouble_rect(node, len(lines))
        if not with_pills:
            return
        for node in self.scenery.wired:
            for pill in self._final_pills(node):
                yield pill.rect

    def _final_pills(self, node: NodeId) -> list[Pill]:
        return self.at(float(len(self.trace))).pills(node) if self.trace.has_backward else []


def around(boxes: NDArray[np.float64]) -> list[Rect]:
    """What rows of (left, top, right, bottom) take up together; nothing for none."""
    if not len(boxes):
        return []
    lefts, tops, rights, bottoms = boxes.T
    left, top = float(lefts.min()), float(tops.min())
    return [Rect(left, top, float(rights.max()) - left, float(bottoms.max()) - top)]


def nodes_of(event: Event | None) -> list[NodeId]:
    """The nodes that an event is about."""
    match event:
        case Computed(node=node) | Seeded(node=node) | Failed(node=node):
            return [node]
        case Sent(source=source, target=target) | Pushed(source=source, target=target):
            return [source, target]
        case Accumulated(target=target):
            return [target]
    return []


def _opening(trace: Trace) -> str:
    if not trace.graph.nodes:
        return "There is nothing to tell yet: the canvas is empty."
    if not len(trace):
        return "Nothing can be computed yet: give the inputs values, and wire what waits."
    return "Ready: step forward with → to watch the values flow, then the gradients come back."


_Key = TypeVar("_Key")
_Seen = TypeVar("_Seen")


def _once(held: dict[_Key, _Seen], key: _Key, make: Callable[[_Key], _Seen]) -> _Seen:
    """What is seen of a node, made once."""
    if key not in held:
        if len(held) >= _MOST_KEPT:
            held.clear()
        held[key] = make(key)
    return held[key]
