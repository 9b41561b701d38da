"""Gradients against differences: does a small step of a quantity change the output as its gradient says?

Slopes are measured at many steps at once, from a tenth of the quantity's size down to a billionth, and
extrapolated to step 0 (Richardson); the extrapolation that agrees best with its neighbours counts, as in
Ridders, *Accurate computation of F'(x) and F'(x)F''(x)*, Advances in Engineering Software 4 (1982).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import ceil, prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..graph.graph import NodeId, Value
from ..ops import numerals
from .steps import Floats
from .trace import Trace

TOLERANCE = 1e-6  # relative error up to which gradient and difference agree
PLAIN_STEP = 1e-6  # times max(1, |x|): the step of the difference that is shown
MOST = 300_000  # numbers that a check of one node computes, in about 3 ms

# Neither the first step nor the ratio is a round number, so that a periodic function does not fool them.
_RATIO = 3.7
_LADDER = 0.0937 * _RATIO ** -np.arange(14.0)
_POINTS = 4 * len(_LADDER) + 2  # two scales, two sides, and the two of the plain difference
_SIZE_OF_ZERO = 1e-8
_EPSILON = float(np.finfo(np.float64).eps)
_CAUTION = 10.0  # times the uncertainty that an extrapolation shows
_CHUNK = 4_000_000  # numbers held at once


class Verdict(Enum):
    """What the comparison came to."""

    AGREES = "agrees"
    DIFFERS = "differs"
    KINK = "kink"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, eq=False)
class Check:
    """∂output/∂node by backpropagation and by differences (of the sum of the output's entries, if it is an
    array).

    `difference` is the best estimate that differences give; `central` is the plain (f(x + h) − f(x − h)) / 2h
    at `step` h.  Both have the node's shape, with NaN in entries that were not compared.  Errors are relative
    and the largest of all entries; None where nothing could be compared.  `note` says in words what there is
    to say: the kink and its convention, or why there was no comparison.
    """

    node: NodeId
    verdict: Verdict
    gradient: Value | None
    difference: Value | None = None
    relative_error: float | None = None
    step: Value | None = None
    central: Value | None = None
    central_error: float | None = None
    note: str = ""


def check(trace: Trace, most: int = MOST) -> list[Check]:
    """Checks of all variables and parameters, in the order of the graph."""
    return [check_node(trace, node.id, most) for node in trace.graph.leaves()]


def check_node(trace: Trace, node: NodeId, most: int = MOST) -> Check:
    """Compares ∂output/∂node with differences; an intermediate node is stepped as if it were free.

    Computes about `most` numbers: of a large array it takes as many entries, evenly spread, and one at least.
    """
    value, gradient = trace.value(node), trace.gradient(node)
    if value is None or gradient is None or not np.all(np.isfinite(gradient)):
        return Check(node, Verdict.UNCHECKED, gradient, note=_obstacle(trace, node))
    x, g = np.ravel(value), np.ravel(gradient)
    cone = _cone(trace, node)
    cost = _POINTS * (x.size + sum(prod(trace.plan.shapes[row]) for row in cone))
    entries = np.linspace(0, x.size - 1, min(x.size, max(1, most // cost))).astype(np.intp)
    chunks = np.array_split(entries, min(len(entries), ceil(len(entries) * cost / _CHUNK)))
    with np.errstate(all="ignore"):  # steps may leave the domain of an operation
        parts = [_slopes(trace, node, cone, chunk) for chunk in chunks]
    findings = [
        _judged(trace, part, e, gradient)
        for part, chunk in zip(parts, chunks, strict=True)
        for e, gradient in enumerate(g[chunk].tolist())
    ]
    return _summary(trace, node, entries, parts, findings)


def _obstacle(trace: Trace, node: NodeId) -> str:
    """Why there is nothing to compare."""
    label, gradient = trace.graph.spoken(node), trace.gradient(node)
    if trace.graph.nodes[node].is_constant:
        return f"{label} is a constant: it has no gradient"
    if gradient is not None:
        return f"the gradient of {label} is {numerals.brief(gradient)}, which no difference can confirm"
    culprit = node if trace.value(node) is None else trace.output
    return trace.troubles.get(culprit, "there is no output") if culprit is not None else "there is no output"


# The slopes

Estimates: TypeAlias = list[tuple[float, float]]  # slope and uncertainty, per entry


@dataclass(frozen=True)
class _Kink:
    """A node that sits on a corner of its operation."""

    node: NodeId
    statement: str


@dataclass(frozen=True)
class _Slopes:
    """What differences say about some entries of a node, entry by entry.

    The slope from both sides and from each, `central` at `step`, and `steepest`, the largest slope that was
    seen at any step, as a measure for what is small.
    """

    both: Estimates
    right: Estimates
    left: Estimates
    steepest: list[float]
    step: list[float]
    central: list[float]
    kinks: list[_Kink | None]


def _cone(trace: Trace, node: NodeId) -> list[int]:
    """The rows that a step of `node` changes on the way to the output, in order; without that of `node`."""
    plan, wires = trace.plan, trace.plan.wires
    own = plan.row_of[node]
    moved = {own}
    for source, target in zip(reversed(wires.source.tolist()), reversed(wires.target.tolist()), strict=True):
        if target in moved:
            moved.add(source)
    return sorted(moved - {own})


def _slopes(trace: Trace, node: NodeId, cone: list[int], entries: NDArray[np.intp]) -> _Slopes:
    x = trace.plan.value_view(trace.plan.row_of[node], trace.buffers).ravel()[entries]
    scales = np.stack([np.where(x == 0, _SIZE_OF_ZERO, np.abs(x)), np.ones_like(x)])
    steps = scales[:, None] * _LADDER[:, None]  # scale, rung of the ladder, entry
    plain = PLAIN_STEP * np.maximum(1.0, np.abs(x))
    above, below = x + steps, x - steps
    rungs = above.shape[0] * above.shape[1]
    flat = (rungs, len(x))
    points = np.concatenate([above.reshape(flat), below.reshape(flat), [x + plain, x - plain]])
    changes, kinks = _responses(trace, node, cone, entries, points)
    up, down = changes[:rungs].reshape(steps.shape), changes[rungs : 2 * rungs].reshape(steps.shape)
    right, left = up / (above - x), down / (below - x)
    noise = _rounding(trace, node, cone) / steps
    # At a corner the two sides disagree however small the step; elsewhere they come together as it falls.
    gap = np.abs(right - left)
    corner = np.maximum(0.0, gap - np.concatenate([np.full_like(gap[:, :1], np.inf), gap[:, :-1]], axis=1) / 2)
    seen = np.abs(np.stack([right, left]))
    return _Slopes(
        _limits((up - down) / (above - below), (2, 4), noise + corner),
        _limits(right, (1, 2), noise),
        _limits(left, (1, 2), noise),
        np.max(np.where(np.isfinite(seen) & (seen > noise), seen, 0.0), axis=(0, 1, 2)).tolist(),
        plain.tolist(),
        ((changes[-2] - changes[-1]) / (2 * plain)).tolist(),
        kinks,
    )


def _limits(slopes: Floats, orders: tuple[int, ...], doubt: Floats) -> Estimates:
    """The slope at step 0 and its uncertainty, per entry; ∞ when no two steps gave a number.

    `slopes` has axes scale, rung, entry, and errors that vanish with these `orders` of the step.  `doubt` is
    what makes a slope uncertain whatever its neighbours say.
    """
    estimates, errors = [], []
    for order in (0, *orders):
        if order:
            slopes = slopes[:, 1:] + np.diff(slopes, axis=1) / (_RATIO**order - 1)
            doubt = doubt[:, 1:]
        estimates.append(slopes[:, 1:])
        errors.append(np.abs(np.diff(slopes, axis=1)) + doubt[:, 1:])
    estimate = np.concatenate(estimates, axis=1).reshape(-1, slopes.shape[-1])
    error = np.concatenate(errors, axis=1).reshape(estimate.shape)
    error = np.where(np.isfinite(error), error, np.inf)
    best = np.argmin(error, axis=0), np.arange(error.shape[1])
    return list(zip(estimate[best].tolist(), error[best].tolist(), strict=True))


def _rounding(trace: Trace, node: NodeId, cone: list[int]) -> float:
    """How far rounding at each node can move the output: Σ ε |value · gradient|."""
    plan, buffers = trace.plan, trace.buffers
    shares = np.append(np.abs(buffers.values * buffers.gradients), 0.0)
    by_row = np.add.reduceat(np.where(np.isfinite(shares), shares, 0.0), plan.offsets[:-1])
    return _EPSILON * float(by_row[[plan.row_of[node], *cone]].sum())


def _responses(
    trace: Trace, node: NodeId, cone: list[int], entries: NDArray[np.intp], points: Floats
) -> tuple[Floats, list[_Kink | None]]:
    """How the sum of the output's entries changes when entry `entries[e]` of `node` becomes `points[p, e]`.

    All points go through each node in one numpy call, along an axis in front of its own.  Also returns, per
    entry, the first node with a corner right where it is.
    """
    plan, buffers = trace.plan, trace.buffers
    own, count = plan.row_of[node], points.size
    moved = np.tile(plan.value_view(own, buffers).ravel(), (count, 1))
    moved[np.arange(count), np.tile(entries, len(points))] = points.ravel()
    stepped: dict[int, Floats] = {own: moved.reshape(count, *plan.shapes[own])}
    kinks: list[_Kink | None] = [None] * len(entries)
    for row in cone:
        op, shape, inputs = (
            trace.graph.nodes[plan.rows[row]].op,
            (count, *plan.shapes[row]),
            plan.input_rows(row),
        )
        base = [plan.value_view(i, buffers) for i in inputs]
        args = [
            _in_front(stepped[i], len(shape)) if i in stepped else value for i, value in zip(inputs, base, strict=True)
        ]
        out = op.forward(*args)
        stepped[row] = out if out.shape == shape else np.broadcast_to(out, shape)
        if op.kink is not None and np.any(corner := op.kink.where(*base)):
            touched = np.any([np.broadcast_to(a != b, shape) for a, b in zip(args, base, strict=True)], axis=0)
            for e in np.flatnonzero((touched & corner).reshape(len(points), len(entries), -1).any(axis=(0, 2))):
                kinks[e] = kinks[e] or _Kink(plan.rows[row], op.kink.statement)
    assert plan.output_row is not None
    if plan.output_row not in stepped:
        return np.zeros_like(points), kinks
    change = stepped[plan.output_row] - plan.value_view(plan.output_row, buffers)
    return change.reshape(count, -1).sum(axis=1).reshape(points.shape), kinks


def _in_front(array: Floats, rank: int) -> Floats:
    """`array` with axes of length 1 after its first until it has `rank`, so that the others broadcast as they
    should."""
    missing = rank - array.ndim
    return array.reshape(array.shape[0], *(1,) * missing, *array.shape[1:]) if missing else array


# The verdict


@dataclass(frozen=True)
class _Finding:
    """The verdict on one entry."""

    verdict: Verdict
    difference: float
    error: float
    central_error: float
    note: str = ""


def _judged(trace: Trace, slopes: _Slopes, e: int, gradient: float) -> _Finding:
    right, left = slopes.right[e], slopes.left[e]
    slope, doubt = slopes.both[e]
    if not np.isfinite(doubt):  # at the edge of a domain there is one side only
        slope, doubt = min(right, left, key=lambda side: side[1])
    steepest = slopes.steepest[e]
    central_error = _relative_error(gradient, slopes.central[e], 1e-3 * steepest)
    if not np.isfinite(doubt):
        note = "the output is not defined beside this point"
        return _Finding(Verdict.UNCHECKED, slope, np.nan, central_error, note)
    error = _relative_error(gradient, slope, _CAUTION * doubt / TOLERANCE)
    are_apart = abs(right[0] - left[0]) > TOLERANCE * steepest + _CAUTION * (right[1] + left[1])
    sides = f"the slope is {_rounded(left[0])} to the left and {_rounded(right[0])} to the right"
    if (kink := slopes.kinks[e]) is not None and (are_apart or error > TOLERANCE):
        note = f"kink at {trace.graph.spoken(kink.node)}: {kink.statement}; {sides}"
        return _Finding(Verdict.KINK, slope, np.nan, central_error, note)
    if doubt <= 1e-3 * abs(slope) or doubt <= 1e-7 * steepest:
        verdict = Verdict.AGREES if error <= TOLERANCE else Verdict.DIFFERS
        return _Finding(verdict, slope, error, central_error)
    if are_apart:
        note = f"a kink lies closer than differences can tell: {sides}"
        return _Finding(Verdict.KINK, slope, np.nan, central_error, note)
    note = "differences do not settle on a slope here"
    if not steepest:
        note = "the output moves too little for float64 to tell"
    return _Finding(Verdict.UNCHECKED, slope, np.nan, central_error, note)


def _relative_error(gradient: float, slope: float, least: float) -> float:
    """|gradient − slope| relative to the larger of them, or to `least` where both are smaller than that."""
    scale = max(abs(gradient), abs(slope), least)
    return abs(gradient - slope) / scale if scale or slope != slope else 0.0


def _rounded(slope: float) -> str:
    return numerals.short(float(f"{slope:.6g}"))


_WORST_FIRST = (Verdict.DIFFERS, Verdict.UNCHECKED, Verdict.KINK, Verdict.AGREES)


def _summary(
    trace: Trace, node: NodeId, entries: NDArray[np.intp], parts: list[_Slopes], findings: list[_Finding]
) -> Check:
    """The worst of all entries, and the numbers of each."""
    shape = trace.plan.shapes[trace.plan.row_of[node]]
    worst = min(findings, key=lambda finding: _WORST_FIRST.index(finding.verdict))
    notes = [worst.note] if worst.note else []
    if shape and worst.verdict is not Verdict.AGREES:
        place = [int(i) for i in np.unravel_index(entries[findings.index(worst)], shape)]
        notes.append(f"entry {place}")
    if len(entries) < prod(shape):
        notes.append(f"{len(entries):,} of {prod(shape):,} entries compared")
    if trace.output is not None and trace.output != node and not trace.wires_into(node):
        notes.append(f"{trace.graph.spoken(trace.output)} does not depend on it")

    def whole(numbers: list[float]) -> Value:
        array = np.full(prod(shape), np.nan)
        array[entries] = numbers
        array.flags.writeable = False
        return array.reshape(shape) if shape else float(array[0])

    return Check(
        node,
        worst.verdict,
        trace.gradient(node),
        whole([finding.difference for finding in findings]),
        _largest([finding.error for finding in findings]),
        whole([step for part in parts for step in part.step]),
        whole([central for part in parts for central in part.central]),
        _largest([finding.central_error for finding in findings]),
        "; ".join(notes),
    )


def _largest(errors: list[float]) -> float | None:
    known = [error for error in errors if error == error]
    return max(known) if known else None
