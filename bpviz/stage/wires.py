"""Wires: their routes, how thick they are, and the pills with local derivatives."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..engine.trace import Accumulated, Computed, Sent, Trace
from ..graph.graph import NodeId
from ..graph.program import local_derivative
from ..ops import numerals
from . import timing
from .geometry import PILL_CHARACTER, PILL_GAP, PILL_HEIGHT, Curve, Point, Rect
from .timing import Moment, eased

THINNEST, THICKEST = 2.0, 7.0
LONGEST_PILL = 24  # characters
PILL_AT = 0.62  # along the wire


@dataclass(frozen=True, slots=True)
class Pill:
    """A local derivative on its wire: `∂f/∂q = z = −4`.  `is_used` once a gradient was multiplied with it."""

    text: str
    rect: Rect
    is_used: bool
    glow: float


@dataclass(frozen=True, slots=True)
class Wire:
    """A wire from `source` to input `slot` of `target`.

    `carries_gradient` once a contribution has come back along it; `flow` is how much it glows: positive while a value
    runs forward, negative while a gradient runs back.
    """

    source: NodeId
    target: NodeId
    slot: int
    curve: Curve
    thickness: float
    carries_gradient: bool
    flow: float


def thickness(magnitude: float) -> float:
    """How thick a wire is for what it has carried back: by the logarithm of the largest entry's magnitude."""
    if not math.isfinite(magnitude):
        return THICKEST
    return min(THINNEST + 1.6 * math.log10(1.0 + 9.0 * magnitude), THICKEST)


def wire(trace: Trace, source: NodeId, target: NodeId, slot: int, curve: Curve, now: Moment) -> Wire:
    """A wire at a moment.  (The wire's `target` is the node whose gradient flows back along it to `source`.)"""
    number = trace.wire(target, slot)
    carried = number is not None and now.step > trace.sent_position(number)
    flow = 0.0
    match now.event:
        case Computed(node=node) if node == target:
            flow = 1.0 - eased(now.progress, timing.ARRIVED, 1.0)
        case Sent(source=sender, slot=sent_slot) if sender == target and sent_slot == slot:
            flow = -eased(now.progress, 0.0, 0.2)
            carried = now.progress > timing.MULTIPLIED
        case Accumulated() if number is not None and now.index == trace.sent_position(number) + 1:
            flow = -(1.0 - eased(now.progress, 0.3, 1.0))
        case None if number is not None and now.step - 1 == trace.sent_position(number):
            flow = -1.0
    size = THINNEST
    if carried and number is not None:
        size = thickness(float(trace.magnitudes[number]))
    return Wire(source, target, slot, curve, size, carried, flow)


def pill_text(trace: Trace, number: int) -> str:
    """`∂f/∂q = z = −4`; shorter where that is too long."""
    event, graph = trace.sent(number), trace.graph
    left, formula = graph.in_words(("pill", number, trace.output), _pill_words, trace, event)
    value = numerals.brief(event.local)
    for text in (f"{left} = {formula} = {value}", f"{left} = {value}"):
        if len(text) <= LONGEST_PILL and formula != value:
            return text
    return f"{left} = {value}" if len(left) <= LONGEST_PILL else value


def _pill_words(trace: Trace, event: Sent) -> tuple[str, str]:
    graph = trace.graph
    left = f"∂{graph.spoken(event.source)}/∂{graph.spoken(event.target)}"
    return left, str(local_derivative(graph, event.source, event.slot))


def pills(trace: Trace, target: NodeId, curves: list[Curve | None], now: Moment) -> list[Pill | None]:
    """The pills on the wires into `target`, one for each slot, kept apart; None where there is none (yet)."""
    if not _is_reached(trace, target, now):
        return [None] * len(curves)
    numbers = [trace.wire(target, slot) for slot in range(len(curves))]
    places: list[tuple[int, Point, str]] = []
    for slot, (number, curve) in enumerate(zip(numbers, curves, strict=True)):
        if number is not None and curve is not None:
            places.append((slot, curve.at(PILL_AT), pill_text(trace, number)))
    found: list[Pill | None] = [None] * len(curves)
    for (slot, (x, _), text), y in zip(places, _apart([place[1][1] for place in places]), strict=True):
        number = numbers[slot]
        assert number is not None
        width = len(text) * PILL_CHARACTER + 18.0
        rect = Rect(x - width / 2, y - PILL_HEIGHT / 2, width, PILL_HEIGHT)
        found[slot] = Pill(text, rect, now.step > trace.sent_position(number), _glow(trace, number, now))
    return found


def _is_reached(trace: Trace, node: NodeId, now: Moment) -> bool:
    """Whether the way back has come to `node`, so that its local derivatives are about to be used."""
    if not trace.has_backward or now.step <= trace.seed_position:
        return False
    if node == trace.output:
        return True
    return trace.receives(node) and trace.frame(now.step).gradient(node) is not None


def _glow(trace: Trace, number: int, now: Moment) -> float:
    sent_at = trace.sent_position(number)
    if now.index == sent_at:
        return eased(now.progress, timing.AT_PILL - 0.15, timing.AT_PILL)
    return 1.0 if now.event is None and now.step - 1 == sent_at else 0.0


def _apart(heights: list[float]) -> list[float]:
    """Heights at least a pill apart, in the order of the slots, moved no more than needed."""
    pitch = PILL_HEIGHT + PILL_GAP
    moved = list(heights)
    for i in range(1, len(moved)):
        overlap = moved[i - 1] + pitch - moved[i]
        if overlap > 0:
            moved[i] += overlap / 2
            for j in range(i):
                moved[j] -= overlap / 2
    return moved
