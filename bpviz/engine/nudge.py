"""The nudge lens: what the gradient predicts for a small step of a node, beside what really happens.

The prediction is the straight line, gradient · h; how far the truth parts from it as h grows is the curvature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite

import numpy as np

from ..graph.graph import Graph, NodeId, Value
from ..ops import OPS, numerals
from .differences import CAUTION, Corner, responses, rounding_of
from .listing import needed
from .paths import without_gradient
from .steps import Floats
from .trace import Trace, run

_DIGITS = 6  # of a step, which a hand puts where it wants, and of numbers that differ late


@dataclass(frozen=True, eq=False)
class Nudge:
    """A node, or one entry of it, moved by `h` as if it were free, and what that does to the output; to the sum of its
    entries, if it is an array.

    `predicted` is gradient · h, None without a gradient; `actual` is what came of running the nodes in between again,
    None where that broke.  `noise` is how much of `actual` may be rounding.  `corner` is a node in between that sits on
    a corner of its operation.
    """

    trace: Trace = field(repr=False)
    node: NodeId
    entry: tuple[int, ...]
    h: float
    predicted: float | None
    actual: float | None
    noise: float
    corner: Corner | None

    @property
    def gap(self) -> float | None:
        """How far the truth is from the straight line: actual − predicted."""
        if self.predicted is None or self.actual is None or not isfinite(self.predicted):
            return None
        return self.actual - self.predicted

    @property
    def is_straight(self) -> bool:
        """Whether the prediction is right, as far as rounding lets one tell."""
        return self.gap is not None and abs(self.gap) <= CAUTION * self.noise

    @property
    def digits(self) -> int:
        """How many digits of the prediction and of what happened are to be shown: few, or more to tell them apart."""
        if self.predicted is None or self.actual is None or self.is_straight:
            return numerals.FEW
        is_apart = numerals.short(self.predicted) != numerals.short(self.actual)
        return numerals.FEW if is_apart else _DIGITS

    @cached_property
    def sentence(self) -> str:
        """What was predicted and what happened, in words."""
        return _told(self)


def nudge(trace: Trace, node: NodeId, h: float, entry: tuple[int, ...] = ()) -> Nudge:
    """Moves a node by `h`, or one entry of it: the one at `entry`, or the first.

    Raises IndexError for an entry that the node does not have.
    """
    return nudges(trace, node, [h], entry)[0]


def nudges(trace: Trace, node: NodeId, steps: Sequence[float], entry: tuple[int, ...] = ()) -> list[Nudge]:
    """The same node moved by each of `steps`, for a curve: all of them go through each operation in one call."""
    gradient, value = trace.gradient(node), trace.value(node)
    if gradient is None or value is None or not len(steps):
        return [Nudge(trace, node, entry, h, None, None, 0.0, None) for h in steps]
    entry = entry or (0,) * np.ndim(value)
    moving = _moving(trace, node)
    x, slope = _entry(value, entry), _entry(gradient, entry)
    at = np.array([int(np.ravel_multi_index(entry, np.shape(value))) if entry else 0])
    moved = np.add(x, steps, dtype=np.float64)[:, None]
    holds = np.ones(len(steps), dtype=bool)  # a node in between may break, and the output not notice: 1 / ∞ is 0

    def look(those: slice, values: Floats) -> None:
        holds[those] &= np.isfinite(values.reshape(len(values), -1)).all(axis=1)

    with np.errstate(all="ignore"):
        changes, corners = responses(trace, node, moving, at, moved, look)
        noise = rounding_of(trace, node, moving)
        predicted = (np.multiply(slope, steps, dtype=np.float64) + 0.0).tolist()
        found: list[float] = (changes[:, 0] + 0.0).tolist()
        holds &= np.isfinite(changes[:, 0])
    return [
        Nudge(trace, node, entry, float(h), ahead, change if held else None, noise, corners[0])
        for h, ahead, change, held in zip(steps, predicted, found, holds.tolist(), strict=True)
    ]


def _moving(trace: Trace, node: NodeId) -> list[int]:
    """The rows that a step of `node` moves on the way to the output; also through slots without a derivative, which
    the gradient knows nothing of."""
    plan, matter = trace.plan, needed(trace.graph)
    moved = {plan.row_of[node]}
    for row in range(plan.row_of[node] + 1, len(plan.rows)):
        if plan.rows[row] in matter and not moved.isdisjoint(plan.input_rows(row)):
            moved.add(row)
    return sorted(moved)[1:]


def _told(nudge: Nudge) -> str:
    trace, node, h = nudge.trace, nudge.node, nudge.h
    if nudge.predicted is None or trace.output is None:
        return f"{without_gradient(trace, node)}."
    graph, few = trace.graph, numerals.short
    name, output = graph.spoken(node), graph.spoken(trace.output)
    if nudge.entry:
        name = f"entry {list(nudge.entry)} of {name}"
    whole = f"the sum of the entries of {output}" if np.shape(np.asarray(trace.value(trace.output))) else output
    x, slope = _entry(trace.value(node), nudge.entry), _entry(trace.gradient(node), nudge.entry)
    if not isfinite(x + h):
        return f"{name} is {few(x)}, and cannot be moved by {few(h)}: nothing finite would be left."
    if not h:
        change = f"{few(slope, nudge.digits)} · h"
        return f"{name} is {few(x, _DIGITS)}. Move it by some h: as the gradient has it, {whole} changes by {change}."
    goal = float(f"{x + h:.12g}")  # 1.2 − 1 is 0.2, whatever float64 has
    moves = f"Moving {name} by {few(h, _DIGITS)}, from {few(x, _DIGITS)} to {few(goal, _DIGITS)}"
    predicted = few(nudge.predicted, nudge.digits)
    line = f"{few(slope, nudge.digits)} × {numerals.in_parentheses(few(h, _DIGITS))} = {predicted}"
    if nudge.actual is None:
        return f"{moves}, breaks {output}: {_reason(nudge)}. The gradient predicts {line}, and cannot know."
    if nudge.gap is None:
        outcome = f"it changes by {few(nudge.actual, nudge.digits)}"
    elif nudge.is_straight:
        outcome = "and so it does"
    else:
        outcome = f"it changes by {few(nudge.actual, nudge.digits)}, off the straight line by {few(nudge.gap)}"
    corner = ""
    if nudge.corner is not None and not nudge.is_straight:
        corner = f" ({graph.spoken(nudge.corner.node)}: {nudge.corner.statement}.)"
    return f"{moves}, should change {whole} by {line}; {outcome}.{corner}"


def _entry(value: Value | None, entry: tuple[int, ...]) -> float:
    return float(np.asarray(value, dtype=np.float64)[entry])


def _reason(nudge: Nudge) -> str:
    """Which node broke, and why: the graph is run again with the node held where it was moved to."""
    trace, node = nudge.trace, nudge.node
    value = np.array(trace.value(node), dtype=np.float64)
    value[nudge.entry] += nudge.h
    held = trace.graph.nodes[node].with_(
        op=OPS["variable"],
        inputs=(),
        value=float(value) if value.ndim == 0 else value,
        name=trace.graph.label(node),
    )
    graph = Graph([held if id_ == node else each for id_, each in trace.graph.nodes.items()], trace.output)
    again = run(graph)
    broken = [failure.reason for failure in again.failures if again.is_at_fault(failure.node)]
    known = {failure.reason for failure in trace.failures}
    return next((reason for reason in broken if reason not in known), "it is too large for float64")
