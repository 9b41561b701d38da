"""How a node's small steps move the output: one-sided and two-sided slopes, and how far they can be trusted.

Slopes are measured at many steps at once, from a tenth of the quantity's size down to a billionth, and
extrapolated to step 0 (Richardson); the extrapolation that agrees best with its neighbours counts, as in
Ridders, *Accurate computation of F'(x) and F'(x)F''(x)*, Advances in Engineering Software 4 (1982).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf, prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..graph.graph import NodeId
from .steps import Floats
from .trace import Trace

PLAIN_STEP = 1e-6  # times max(1, |x|): the step of the difference that is shown
CAUTION = 10.0  # times the uncertainty that an extrapolation shows

# Neither the first step nor the ratio is a round number, so that a periodic function does not fool them.
_RATIO = 3.7
_LADDER = 0.0937 * _RATIO ** -np.arange(14.0)
POINTS = 4 * len(_LADDER) + 2  # two scales, two sides, and the two of the plain difference
_VISIBLE = 1e-6  # less than this is no blur, also where the output is 0
_SIZE_OF_ZERO = 1e-8
_UNDERFLOW = 64 * float(np.finfo(np.float64).smallest_subnormal)  # how far a change may be off that is hardly one
_EPSILON = float(np.finfo(np.float64).eps)
_AT_ONCE = 4_000_000  # numbers that are held together, unless a single point has more

Estimates: TypeAlias = list[tuple[float, float]]  # slope and uncertainty, per entry


@dataclass(frozen=True)
class Corner:
    """A node that sits on a corner of its operation."""

    node: NodeId
    statement: str


@dataclass(frozen=True)
class Slopes:
    """What differences say about some entries of a node, entry by entry.

    The slope from both sides and from each, `central` at `step`, and `steepest`, the largest slope that was
    seen at any step, as a measure for what is small.  `is_blurred` if rounding the node alone moves the output by more
    than all its size, as sin does at 10²⁰.
    """

    both: Estimates
    right: Estimates
    left: Estimates
    steepest: list[float]
    step: list[float]
    central: list[float]
    corners: list[Corner | None]
    is_blurred: bool


def cone_of(trace: Trace, node: NodeId) -> list[int]:
    """The rows that a step of `node` changes on the way to the output, in order; without that of `node`."""
    plan, wires = trace.plan, trace.plan.wires
    own = plan.row_of[node]
    moved = {own}
    for source, target in zip(reversed(wires.source.tolist()), reversed(wires.target.tolist()), strict=True):
        if target in moved:
            moved.add(source)
    return sorted(moved - {own})


def slopes(
    trace: Trace, node: NodeId, cone: list[int], entries: NDArray[np.intp], rest: Callable[[], object] = lambda: None
) -> Slopes:
    """How the sum of the output's entries changes with these entries (flat indices) of a node that has a value.

    `rest` is called wherever the work may be interrupted.
    """
    x = trace.plan.value_view(trace.plan.row_of[node], trace.buffers).ravel()[entries]
    scales = np.stack([np.where(x == 0, _SIZE_OF_ZERO, np.abs(x)), np.ones_like(x)])
    steps = scales[:, None] * _LADDER[:, None]  # scale, rung of the ladder, entry
    plain = PLAIN_STEP * np.maximum(1.0, np.abs(x))
    above, below = x + steps, x - steps
    rungs = above.shape[0] * above.shape[1]
    flat = (rungs, len(x))
    points = np.concatenate([above.reshape(flat), below.reshape(flat), [x + plain, x - plain]])
    changes, corners = responses(trace, node, cone, entries, points, lambda *_: rest())
    up, down = changes[:rungs].reshape(steps.shape), changes[rungs : 2 * rungs].reshape(steps.shape)
    right, left = up / (above - x), down / (below - x)
    rounding = rounding_of(trace, node, cone)
    noise = (rounding + _UNDERFLOW) / steps
    # Where a step reaches over a corner, the two sides do not come together as it falls.
    gap = np.abs(right - left)
    wider = np.concatenate([np.full_like(gap[:, :1], np.inf), gap[:, :-1]], axis=1)
    excess = np.maximum(0.0, gap - wider / 2)
    seen = np.abs(np.stack([right, left]))
    return Slopes(
        _limits((up - down) / (above - below), steps, (2, 4), noise, excess),
        _limits(right, steps, (1, 2), noise, 0.0 * noise),
        _limits(left, steps, (1, 2), noise, 0.0 * noise),
        np.max(np.where(np.isfinite(seen) & (seen > noise), seen, 0.0), axis=(0, 1, 2)).tolist(),
        plain.tolist(),
        ((changes[-2] - changes[-1]) / (2 * plain)).tolist(),
        corners,
        rounding > max(_VISIBLE, _size_of_output(trace)),
    )


def _limits(slopes: Floats, steps: Floats, orders: tuple[int, ...], noise: Floats, excess: Floats) -> Estimates:
    """The slope at step 0 and its uncertainty, per entry; ∞ when no two steps gave a number.

    All arrays have axes scale, rung, entry.  The slopes have errors that vanish with these `orders` of the
    step, and others, `noise` and `excess`, that do not.  An estimate is as uncertain as it differs from that of
    the next larger step, and as slopes of smaller steps contradict it.
    """
    change = np.abs(np.diff(slopes, axis=1))
    estimates, errors, reaches = [], [], []
    table, doubt, reach = slopes, noise + excess, steps
    for order in (0, *orders):
        if order:
            table = table[:, 1:] + np.diff(table, axis=1) / (_RATIO**order - 1)
            doubt, reach = doubt[:, 1:], reach[:, 1:]
        estimates.append(table[:, 1:])
        errors.append(np.abs(np.diff(table, axis=1)) + doubt[:, 1:])
        reaches.append(reach[:, 1:])
    flat = (-1, slopes.shape[-1])
    estimate, error, smallest = (np.concatenate(a, axis=1).reshape(flat) for a in (estimates, errors, reaches))
    # estimate, slope, entry
    off = np.abs(slopes[:, 1:].reshape(flat) - estimate[:, None]) - (change + CAUTION * noise[:, 1:]).reshape(flat)
    contradicts = (steps[:, 1:].reshape(flat) < smallest[:, None]) & (off > 0)
    error = error + np.where(contradicts, off, 0.0).max(axis=1)
    error = np.where(np.isfinite(error), error, np.inf)
    best = error.argmin(axis=0), np.arange(error.shape[1])
    return list(zip(estimate[best].tolist(), error[best].tolist(), strict=True))


def _size_of_output(trace: Trace) -> float:
    row = trace.plan.output_row
    return np.inf if row is None else float(np.sum(np.abs(trace.plan.value_view(row, trace.buffers))))


def rounding_of(trace: Trace, node: NodeId, cone: list[int]) -> float:
    """How far rounding at each node can move the output: Σ ε |value · gradient|."""
    values, gradients = trace.plan.places([trace.plan.row_of[node], *cone])
    shares = np.abs(trace.buffers.values[values] * trace.buffers.gradients[gradients])
    return _EPSILON * float(np.sum(shares, where=np.isfinite(shares)))


def responses(
    trace: Trace,
    node: NodeId,
    cone: list[int],
    entries: NDArray[np.intp],
    points: Floats,
    look: Callable[[slice, Floats], object] = lambda those, values: None,
) -> tuple[Floats, list[Corner | None]]:
    """How the sum of the output's entries changes when entry `entries[e]` of `node` becomes `points[p, e]`.

    As many points as memory has room for go through each node in one numpy call, along an axis in front of its own;
    `look` is shown which points these are, and what comes of them at every node.  Also returns, per entry, the first
    node with a corner right where it is.
    """
    cost = len(entries) * moved_by(trace, node, cone)
    together = max(1, _AT_ONCE // max(cost, 1))
    changes = np.zeros_like(points)
    corners: list[tuple[int, Corner] | None] = [None] * len(entries)  # with their places in the cone
    for begin in range(0, len(points), together):
        those = slice(begin, begin + together)
        changes[those], found = _responses(trace, node, cone, entries, points[those], partial(look, those))
        corners = [min(pair, key=_place, default=None) for pair in zip(corners, found, strict=True)]
    return changes, [corner and corner[1] for corner in corners]


def moved_by(trace: Trace, node: NodeId, cone: list[int]) -> int:
    """How many numbers are computed for one step of one entry of a node."""
    return sum(prod(trace.plan.shapes[row]) for row in (trace.plan.row_of[node], *cone))


def _place(corner: tuple[int, Corner] | None) -> float:
    return inf if corner is None else corner[0]


def _responses(
    trace: Trace,
    node: NodeId,
    cone: list[int],
    entries: NDArray[np.intp],
    points: Floats,
    look: Callable[[Floats], object],
) -> tuple[Floats, list[tuple[int, Corner] | None]]:
    """The same, all points together."""
    plan, buffers = trace.plan, trace.buffers
    own, count = plan.row_of[node], points.size
    moved = np.tile(plan.value_view(own, buffers).ravel(), (count, 1))
    moved[np.arange(count), np.tile(entries, len(points))] = points.ravel()
    stepped: dict[int, Floats] = {own: moved.reshape(count, *plan.shapes[own])}
    corners: list[tuple[int, Corner] | None] = [None] * len(entries)
    for place, row in enumerate(cone):
        op, shape, inputs = (
            trace.graph.nodes[plan.rows[row]].op,
            (count, *plan.shapes[row]),
            plan.input_rows(row),
        )
        base = [plan.value_view(i, buffers) for i in inputs]
        rank = len(shape) if op.structured is None else 0
        args = [in_front(stepped[i], rank) if i in stepped else value for i, value in zip(inputs, base, strict=True)]
        if op.structured is None:
            out = op.forward(*args)
        else:
            moves = [i in stepped for i in inputs]
            out = np.stack(
                [
                    op.forward(*[a[k] if moved else a for a, moved in zip(args, moves, strict=True)])
                    for k in range(count)
                ]
            )
        stepped[row] = out if out.shape == shape else np.broadcast_to(out, shape)
        look(stepped[row])
        if op.kink is not None and np.any(tied := op.kink.where(*base)):
            if op.structured is None:
                at = np.any([np.broadcast_to(a != b, shape) for a, b in zip(args, base, strict=True)], axis=0) & tied
            else:
                at = np.any(
                    [
                        (a != b).reshape(count, -1).any(axis=1)
                        for a, b in zip(args, base, strict=True)
                        if a.ndim > b.ndim
                    ],
                    axis=0,
                )
            for e in np.flatnonzero(at.reshape(len(points), len(entries), -1).any(axis=(0, 2))):
                corners[e] = corners[e] or (place, Corner(plan.rows[row], op.kink.statement))
    assert plan.output_row is not None
    if plan.output_row not in stepped:
        return np.zeros_like(points), corners
    change = stepped[plan.output_row] - plan.value_view(plan.output_row, buffers)
    return change.reshape(count, -1).sum(axis=1).reshape(points.shape), corners


def in_front(array: Floats, rank: int) -> Floats:
    """`array` with axes of length 1 after its first until it has `rank`, so that the others broadcast as they
    should."""
    missing = rank - array.ndim
    return array.reshape(array.shape[0], *(1,) * missing, *array.shape[1:]) if missing > 0 else array
