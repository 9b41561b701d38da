"""Wires: their routes, how thick they are, and the pills with local derivatives."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..document.groups import Slot
from ..engine.trace import Accumulated, Computed, Pushed, Seeded, Sent, Trace
from ..graph.graph import NodeId
from . import timing
from .course import RIGHTWARD, Course
from .geometry import Curve, Rect
from .scenery import Scenery
from .timing import Moment, eased

THINNEST, THICKEST = 2.0, 7.0


@dataclass(frozen=True, slots=True)
class Pill:
    """A local derivative on its wire: `∂f/∂q = z = −4`.  `is_used` once a gradient was multiplied with it."""

    text: str
    rect: Rect
    is_used: bool
    glow: float
    opacity: float = 1.0

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing of it changes from frame to frame."""
        return not self.glow and self.opacity == 1.0


@dataclass(frozen=True, slots=True)
class Wire:
    """A wire from `source` to input `slot` of `target`.

    `carries_gradient` once a contribution has come back along it; `flow` is how much it glows: positive while a value
    runs forward, negative while a gradient runs.  Gradients run back, except in forward mode, where they run `ahead` on
    the `course`.
    """

    source: NodeId
    target: NodeId
    slot: int
    curve: Curve
    thickness: float
    carries_gradient: bool
    flow: float
    ahead: bool = False
    course: Course = RIGHTWARD

    @property
    def enters(self) -> Slot:
        """The input, by which the wire is known."""
        return self.target, self.slot


def thickness(magnitude: float) -> float:
    """How thick a wire is for what it has carried back: by the logarithm of the largest entry's magnitude."""
    if not math.isfinite(magnitude):
        return THICKEST
    return min(THINNEST + 1.6 * math.log10(1.0 + 9.0 * magnitude), THICKEST)


def wire(trace: Trace, source: NodeId, target: NodeId, slot: int, curve: Curve, now: Moment, course: Course) -> Wire:
    """A wire at a moment.  (On the way back the wire's `target` is the node that sends along it to `source`.)"""
    number = trace.wire(target, slot)
    carried = number is not None and now.step > trace.sent_position(number)
    flow = 0.0
    match now.event:
        case Computed(node=node) if node == target:
            flow = 1.0 - eased(now.progress, timing.ARRIVED, 1.0)
        case (Sent() | Pushed()) as sent if sent.consumer == target and sent.slot == slot:
            flow = -eased(now.progress, 0.0, 0.2)
            carried = now.progress > timing.MULTIPLIED
        case Accumulated() if number is not None and now.index == trace.sent_position(number) + 1:
            flow = -(1.0 - eased(now.progress, 0.3, 1.0))
        case None if number is not None and now.step - 1 == trace.sent_position(number):
            flow = -1.0
    size = THINNEST
    if carried and number is not None:
        size = thickness(float(trace.magnitudes[number]))
    ahead = trace.sweep is not None and not trace.sweep.is_backward
    return Wire(source, target, slot, curve, size, carried, flow, ahead, course)


def pills(trace: Trace, scenery: Scenery, target: NodeId, now: Moment, size: float = 1.0) -> list[Pill | None]:
    """The pills on the wires into `target`, one for each slot, kept apart; None where there is none (yet).

    A pill appears when what sends along its wire has its gradient; one for which there is no room, only while a
    gradient is multiplied with it.  Places are found for pills `size` times as large as on the desk.
    """
    inputs, reached = scenery.inputs[target], senders_reached(trace, scenery, target, now)
    if not any(reached):
        return [None for _ in inputs]
    placed = scenery.pills.into(trace, target, size)
    found: list[Pill | None] = []
    for slot in range(len(inputs)):
        number, opacity = trace.wire(target, slot), reached[slot]
        if number is None or not opacity or (target, slot) not in placed:
            found.append(None)
            continue
        place, glow = placed[target, slot], _glow(trace, number, now)
        is_used = now.step > trace.sent_position(number)
        opacity = opacity if place.has_room else min(opacity, glow)
        found.append(Pill(place.text, place.rect, is_used, glow, opacity) if opacity else None)
    return found


def senders_reached(trace: Trace, scenery: Scenery, target: NodeId, now: Moment) -> list[float]:
    """For each wire into a node, how far its pill has appeared: it does when the sweep comes to what sends along it."""
    inputs = scenery.inputs[target]
    if trace.sweep is None or not trace.has_backward:
        return [0.0 for _ in inputs]
    if trace.sweep.is_backward:
        return [_reached(trace, target, now)] * len(inputs)
    known = {source: _reached(trace, source, now) for source in set(inputs) if source is not None}
    return [0.0 if source is None else known[source] for source in inputs]


def _reached(trace: Trace, node: NodeId, now: Moment) -> float:
    """How far the pills on the wires along which `node` sends have appeared."""
    if trace.frame(now.step).gradient(node) is not None:
        return 1.0
    event = now.event
    arrives = event.node if isinstance(event, Seeded) else event.target if isinstance(event, Accumulated) else None
    return eased(now.progress, timing.ARRIVED, 1.0) if arrives == node else 0.0


def _glow(trace: Trace, number: int, now: Moment) -> float:
    sent_at = trace.sent_position(number)
    if now.index == sent_at:
        return eased(now.progress, timing.AT_PILL - 0.15, timing.AT_PILL)
    if now.index == sent_at + 1:
        return 1.0 - eased(now.progress, 0.0, timing.ARRIVED)
    return 1.0 if now.event is None and now.step - 1 == sent_at else 0.0
