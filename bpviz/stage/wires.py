"""Wires: their routes, how thick they are, and the pills with local derivatives."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..engine.explain import back_formula, has_kink
from ..engine.trace import Accumulated, Computed, Seeded, Sent, Trace
from ..graph.graph import NodeId
from ..graph.program import local_derivative
from ..ops import numerals
from . import timing
from .geometry import PILL_CHARACTER, PILL_GAP, PILL_HEIGHT, PORT_RADIUS, Curve, Rect
from .scenery import Scenery
from .timing import Moment, eased

THINNEST, THICKEST = 2.0, 7.0
LONGEST_FORMULA, LONGEST_ARRAY = 24, 18  # characters of a pill
PILL_AT = 0.62  # along the wire, if there is room
PLACES = (PILL_AT, 0.5, 0.7, 0.4, 0.78, 0.3, 0.85, 0.2)


@dataclass(frozen=True, slots=True)
class Pill:
    """A local derivative on its wire: `∂f/∂q = z = −4`.  `is_used` once a gradient was multiplied with it."""

    text: str
    rect: Rect
    is_used: bool
    glow: float
    opacity: float = 1.0


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


def pill_texts(trace: Trace, number: int) -> list[str]:
    """`∂f/∂q = z = −4`, and what to say where there is less room, the longest first."""
    event, graph = trace.sent(number), trace.graph
    if graph.nodes[event.source].op.structured is not None:
        return _structured_pill_words(trace, event)
    left, formula = graph.in_words(("pill", number, trace.output), _pill_words, trace, event)
    value = numerals.brief(event.local)
    if isinstance(event.local, np.ndarray) and len(value) > LONGEST_ARRAY:
        return [f"{left} = {formula}", f"[{numerals.shape_text(event.local.shape)}]"]
    if formula == value or has_kink(trace, event.source):
        return [f"{left} = {value}", value]
    return [f"{left} = {formula} = {value}", f"{left} = {value}", value]


def _structured_pill_words(trace: Trace, event: Sent) -> list[str]:
    """What goes back through an operation on whole arrays, by its formula, or, where that is long, by its Jacobian."""
    graph = trace.graph
    upstream, sent = back_formula(trace, event.source, event.slot)
    output = "" if trace.output is None else graph.spoken(trace.output)
    left = f"∂{output}/∂{graph.spoken(event.target)} ← "
    formulas = [str(sent), f"{upstream} · ∂{graph.spoken(event.source)}/∂{graph.spoken(event.target)}"]
    if len(formulas[0]) > LONGEST_FORMULA:
        del formulas[0]
        if event.source == trace.output:
            return formulas  # ∂f/∂x ← G · ∂f/∂x would say nothing
    return [*(left + formula for formula in formulas[:1]), *formulas]


def _pill_words(trace: Trace, event: Sent) -> tuple[str, str]:
    graph = trace.graph
    left = f"∂{graph.spoken(event.source)}/∂{graph.spoken(event.target)}"
    return left, str(local_derivative(graph, event.source, event.slot))


def pills(trace: Trace, scenery: Scenery, target: NodeId, now: Moment) -> list[Pill | None]:
    """The pills on the wires into `target`, one for each slot, kept apart; None where there is none (yet)."""
    slots = range(len(scenery.inputs[target]))
    opacity = _reached(trace, target, now)
    if opacity <= 0.0:
        return [None for _ in slots]
    found: list[Pill | None] = []
    for slot in slots:
        number, curve = trace.wire(target, slot), scenery.curve(target, slot)
        if number is None or curve is None:
            found.append(None)
            continue
        others = [pill.rect for pill in found if pill is not None]
        text, rect = _placed(pill_texts(trace, number), curve, scenery, others)
        is_used = now.step > trace.sent_position(number)
        found.append(Pill(text, rect, is_used, _glow(trace, number, now), opacity))
    return found


def _placed(texts: list[str], curve: Curve, scenery: Scenery, others: list[Rect]) -> tuple[str, Rect]:
    """The longest text that has a place on the wire, clear of cards and of the other pills; else the shortest."""
    rect = Rect(0.0, 0.0, 0.0, 0.0)
    for text in texts:
        width = len(text) * PILL_CHARACTER + 18.0
        for at in PLACES:
            x, y = curve.at(at)
            rect = Rect(x - width / 2, y - PILL_HEIGHT / 2, width, PILL_HEIGHT)
            for other in others:  # two wires into one card run close together: the later one's pill goes below
                if rect.grown(PILL_GAP).touches(other):
                    rect = Rect(rect.x, other.bottom + PILL_GAP, width, PILL_HEIGHT)
            clear = rect.grown(PORT_RADIUS + 2.0)
            if scenery.is_free(clear) and not any(rect.touches(other) for other in others):
                return text, rect
    return texts[-1], rect


def _reached(trace: Trace, node: NodeId, now: Moment) -> float:
    """How far the pills of `node` have appeared: they do when the way back comes to it."""
    if not trace.has_backward:
        return 0.0
    if trace.frame(now.step).gradient(node) is not None:
        return 1.0
    event = now.event
    arrives = event.node if isinstance(event, Seeded) else event.target if isinstance(event, Accumulated) else None
    return eased(now.progress, timing.ARRIVED, 1.0) if arrives == node else 0.0


def _glow(trace: Trace, number: int, now: Moment) -> float:
    sent_at = trace.sent_position(number)
    if now.index == sent_at:
        return eased(now.progress, timing.AT_PILL - 0.15, timing.AT_PILL)
    return 1.0 if now.event is None and now.step - 1 == sent_at else 0.0
