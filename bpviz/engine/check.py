"""Gradients against slopes: does a small step of a quantity change the output as its gradient says?

A slope is taken by the complex step where every operation on the way allows that, and by differences elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from math import ceil, prod

import numpy as np
from numpy.typing import NDArray

from ..graph.graph import NodeId, Value
from ..ops import numerals
from .complexstep import LEAST, complex_slopes, noise_of
from .differences import CAUTION, POINTS, Slopes, cone_of, moved_by, slopes
from .trace import Trace

TOLERANCE = 1e-6  # relative error up to which gradient and difference agree
TIGHT = 1e-9  # the same for the complex step, whose only errors are those of rounding
COMPLEX_STEP, DIFFERENCES = "complex step", "differences"
INVISIBLE = 1e-14  # gradients that may be lost in rounding on the way, where the output hardly moves, or not at all
TOO_FAST = "the output changes too fast with it for differences to tell"
TOO_LITTLE = "the output moves too little for float64 to tell"
CANCELLING = "the terms of the gradient cancel, and what is left of them is lost in rounding"
MOST = 300_000  # numbers that a check of one node computes, in about 3 ms
_CHUNK = 4_000_000  # numbers held at once


class Verdict(Enum):
    """What the comparison came to."""

    AGREES = "agrees"
    DIFFERS = "differs"
    KINK = "kink"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, eq=False)
class Check:
    """∂output/∂node by backpropagation and by steps; of the sum of its entries, if the output is an array.

    `difference` is the best estimate that there is, and `method` says how it was found: by "complex step", by
    "differences", or by each for some entries.  `central` is the plain (f(x + h) − f(x − h)) / 2h at `step` h.
    Both have the node's shape, with NaN in entries that were not compared.  Errors are relative and the largest of
    all entries; None where nothing could be compared.  `note` says in words what there is to say: the kink and its
    convention, or why there was no comparison.
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
    method: str = ""


def check(trace: Trace, most: int = MOST) -> list[Check]:
    """Checks of all variables and parameters, in the order of the graph."""
    return [check_node(trace, node.id, most) for node in trace.graph.leaves()]


def check_node(trace: Trace, node: NodeId, most: int = MOST, rest: Callable[[], object] = lambda: None) -> Check:
    """Compares ∂output/∂node with slopes; an intermediate node is stepped as if it were free.

    Computes about `most` numbers: of a large array it takes as many entries, evenly spread, and one at least, which
    costs `least_cost`.  `rest` is called wherever the work may be interrupted.
    """
    value, gradient = trace.value(node), trace.gradient(node)
    if value is None or gradient is None or not np.all(np.isfinite(gradient)):
        return Check(node, Verdict.UNCHECKED, gradient, note=_obstacle(trace, node))
    x, g = np.ravel(value), np.ravel(gradient)
    cone, own = cone_of(trace, node), trace.plan.row_of[node]
    cost = POINTS * moved_by(trace, node, cone)
    entries = np.linspace(0, x.size - 1, min(x.size, max(1, most // cost))).astype(np.intp)
    chunks = np.array_split(entries, min(len(entries), ceil(len(entries) * cost / _CHUNK)))
    with np.errstate(all="ignore"):  # steps may leave the domain of an operation
        parts = [slopes(trace, node, cone, chunk, rest) for chunk in chunks]
    findings = [
        _seen_clearly(part, _judged(trace, part, e, gradient))
        for part, chunk in zip(parts, chunks, strict=True)
        for e, gradient in enumerate(g[chunk].tolist())
    ]
    exact = [slope for chunk in chunks for slope in complex_slopes(trace, own, cone, chunk, rest)]
    findings = _sharpened(trace, own, cone, entries, findings, exact, rest)
    return _summary(trace, node, entries, parts, findings)


def least_cost(trace: Trace, node: NodeId) -> tuple[int, int]:
    """How many nodes `check_node` computes anew, those on the way to the output, and how many numbers at least: each of
    theirs at every step."""
    cone = cone_of(trace, node)
    return len(cone), POINTS * moved_by(trace, node, cone)


def _obstacle(trace: Trace, node: NodeId) -> str:
    """Why there is nothing to compare."""
    label, gradient = trace.graph.spoken(node), trace.gradient(node)
    if trace.graph.nodes[node].is_constant:
        return f"{label} is a constant: it has no gradient"
    if gradient is not None:
        return f"the gradient of {label} is {numerals.brief(gradient)}, which no difference can confirm"
    culprit = node if trace.value(node) is None else trace.output
    return trace.troubles.get(culprit, "there is no output") if culprit is not None else "there is no output"


@dataclass(frozen=True)
class _Finding:
    """The verdict on one entry."""

    verdict: Verdict
    difference: float
    error: float
    central_error: float
    note: str = ""
    method: str = DIFFERENCES


def _sharpened(
    trace: Trace,
    own: int,
    cone: list[int],
    entries: NDArray[np.intp],
    findings: list[_Finding],
    exact: list[float],
    rest: Callable[[], object],
) -> list[_Finding]:
    """The findings, with the verdict of the complex step where it has one.

    It agrees if its slope does, and differs if rounding cannot explain the distance; in between, where terms cancel,
    the differences have the last word, as far as rounding does not explain theirs.
    """
    gradients = trace.plan.gradient_view(own, trace.buffers).ravel()[entries].tolist()
    errors = [_relative_error(gradient, slope, 0.0) for gradient, slope in zip(gradients, exact, strict=True)]
    noise = np.zeros(len(entries))
    if any(error > TIGHT for error in errors) or any(finding.verdict is Verdict.DIFFERS for finding in findings):
        with np.errstate(all="ignore"):
            noise = noise_of(trace, own, cone, rest).ravel()[entries]
    found = []
    for finding, slope, gradient, error, doubt in zip(findings, exact, gradients, errors, noise.tolist(), strict=True):
        if error <= TIGHT or abs(gradient - slope) > doubt:
            verdict = Verdict.AGREES if error <= TIGHT else Verdict.DIFFERS
            # where differences tell nothing, the plain one is no measure either
            central_error = finding.central_error if finding.verdict is verdict else np.nan
            finding = _Finding(verdict, slope, error, central_error, method=COMPLEX_STEP)
        elif finding.verdict is Verdict.DIFFERS and abs(gradient - finding.difference) <= doubt < np.inf:
            note = TOO_LITTLE if max(abs(gradient), abs(finding.difference)) < LEAST else CANCELLING
            finding = replace(finding, verdict=Verdict.UNCHECKED, error=np.nan, note=note)
        found.append(finding)
    return found


def _judged(trace: Trace, slopes: Slopes, e: int, gradient: float) -> _Finding:
    right, left = slopes.right[e], slopes.left[e]
    slope, doubt = slopes.both[e]
    if not np.isfinite(doubt):  # at the edge of a domain there is one side only
        slope, doubt = min(right, left, key=lambda side: side[1])
    steepest = slopes.steepest[e]
    central_error = _relative_error(gradient, slopes.central[e], 1e-3 * steepest)
    if not np.isfinite(doubt):
        note = "the output is not defined beside this point"
        return _Finding(Verdict.UNCHECKED, slope, np.nan, central_error, note)
    error = _relative_error(gradient, slope, max(CAUTION * doubt / TOLERANCE, TOLERANCE * steepest))
    are_apart = abs(right[0] - left[0]) > TOLERANCE * steepest + CAUTION * (right[1] + left[1])
    sides = f"the slope is {_rounded(left[0])} to the left and {_rounded(right[0])} to the right"
    if (kink := slopes.corners[e]) is not None and (are_apart or error > TOLERANCE):
        note = f"kink at {trace.graph.spoken(kink.node)}: {kink.statement}; {sides}"
        return _Finding(Verdict.KINK, (right[0] + left[0]) / 2, np.nan, central_error, note)
    if not steepest and 0 < abs(gradient) <= INVISIBLE:
        return _Finding(Verdict.UNCHECKED, slope, np.nan, central_error, TOO_LITTLE)
    if doubt <= 1e-3 * abs(slope) or doubt <= 1e-7 * steepest:
        verdict = Verdict.AGREES if error <= TOLERANCE else Verdict.DIFFERS
        return _Finding(verdict, slope, error, central_error)
    if are_apart:
        note = f"a kink lies closer than differences can tell: {sides}"
        return _Finding(Verdict.KINK, (right[0] + left[0]) / 2, np.nan, central_error, note)
    if steepest:
        is_lost = steepest < LEAST or 0 < abs(gradient) <= INVISIBLE
        note = TOO_LITTLE if is_lost else "differences do not settle on a slope here"
        return _Finding(Verdict.UNCHECKED, slope, np.nan, central_error, note)
    if 0 < abs(gradient) <= CAUTION * doubt:
        return _Finding(Verdict.UNCHECKED, slope, np.nan, central_error, TOO_LITTLE)
    return _Finding(Verdict.DIFFERS if gradient else Verdict.AGREES, slope, error, central_error)


def _seen_clearly(slopes: Slopes, finding: _Finding) -> _Finding:
    """The finding, unless it finds fault where nothing can be seen."""
    if finding.verdict is Verdict.DIFFERS and slopes.is_blurred:
        return replace(finding, verdict=Verdict.UNCHECKED, error=np.nan, central_error=np.nan, note=TOO_FAST)
    return finding


def _relative_error(gradient: float, slope: float, least: float) -> float:
    """|gradient − slope| relative to the larger of them, or to `least` where both are smaller than that."""
    if slope != slope:
        return slope
    scale = max(abs(gradient), abs(slope), least)
    return abs(gradient - slope) / scale if scale else 0.0


def _rounded(slope: float) -> str:
    return numerals.short(float(f"{slope:.6g}"))


_WORST_FIRST = (Verdict.DIFFERS, Verdict.UNCHECKED, Verdict.KINK, Verdict.AGREES)


def _summary(
    trace: Trace, node: NodeId, entries: NDArray[np.intp], parts: list[Slopes], findings: list[_Finding]
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
        " and ".join(sorted({finding.method for finding in findings})),
    )


def _largest(errors: list[float]) -> float | None:
    known = [error for error in errors if error == error]
    return max(known) if known else None
