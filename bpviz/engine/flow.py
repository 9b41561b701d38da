"""How large gradients are along the way back, and from where each node has most of its own.

A node's gradient has one largest contribution; following these from every node up to the output makes a tree, so
that everything about paths is found in one pass over the nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray

from .steps import Floats
from .trace import Trace

UNDERFLOW = 1e-290  # products of what is smaller may be 0 for no other reason


@dataclass(frozen=True)
class Flow:
    """Per row: `size` of its gradient (Euclidean, NaN where it is not finite), `wire` with its largest contribution
    (−1: none arrives), and along the path from the output to it:

    `steps`, how many wires that is; `last`, the last row with a gradient that is finite and not 0, and `lost`, the
    one after it; `least` and `most`, the wires over which the size falls and grows most, up to `last`.
    """

    size: list[float]
    wire: list[int]
    steps: list[int]
    last: list[int]
    lost: list[int]
    least: list[int]
    most: list[int]
    sent: Floats  # by wire: the largest entry of its contribution
    source: list[int]  # by wire
    target: list[int]  # by wire

    def factor(self, wire: int) -> float:
        """How the size of the gradient changes over a wire; 1 for no wire."""
        return self.size[self.target[wire]] / self.size[self.source[wire]] if wire >= 0 else 1.0

    def arrives(self, row: int) -> bool:
        """Whether anything is sent to a row."""
        return self.wire[row] >= 0


def flow_of(trace: Trace) -> Flow:
    """The flow of a trace that has a backward pass."""
    wires, rows = trace.plan.wires, len(trace.plan.rows)
    size = [_size(trace.plan.gradient_view(row, trace.buffers)) for row in range(rows)]
    with np.errstate(invalid="ignore"):
        sent = np.where(np.isnan(trace.magnitudes), inf, trace.magnitudes)
    flow = Flow(
        size,
        _largest(wires.source, wires.target, sent, np.array(size)).tolist(),
        [0] * rows,
        list(range(rows)),
        list(range(rows)),
        [-1] * rows,
        [-1] * rows,
        sent,
        wires.source.tolist(),
        wires.target.tolist(),
    )
    for row in range(rows - 1, -1, -1):  # sources of wires have larger rows than their targets
        if flow.wire[row] >= 0:
            _extend(flow, row)
    return flow


def _extend(flow: Flow, row: int) -> None:
    """The path to a row, which is that to the sender of its largest contribution and one wire more."""
    wire = flow.wire[row]
    before = flow.source[wire]
    flow.steps[row] = flow.steps[before] + 1
    flow.least[row], flow.most[row] = flow.least[before], flow.most[before]
    if flow.last[before] != before:
        flow.last[row], flow.lost[row] = flow.last[before], flow.lost[before]
        return
    if not (isfinite(flow.size[row]) and flow.size[row] > 0):
        flow.last[row] = before
        return
    factor = flow.factor(wire)
    if factor < flow.factor(flow.least[before]) or flow.least[before] < 0:
        flow.least[row] = wire
    if factor > flow.factor(flow.most[before]) or flow.most[before] < 0:
        flow.most[row] = wire


def _size(gradient: Floats) -> float:
    """The Euclidean size: it hardly changes when a gradient is shared out among entries, as a mean does, and
    collected again."""
    if gradient.ndim == 0:
        return abs(float(gradient)) if np.isfinite(gradient) else float("nan")
    top = float(np.max(np.abs(gradient), initial=0.0))
    if top == 0 or not isfinite(top):
        return 0.0 if top == 0 else float("nan")
    return top * float(np.sqrt(np.sum(np.square(gradient / top))))  # squares of small numbers would underflow


def _largest(source: NDArray[np.int32], target: NDArray[np.int32], sent: Floats, size: Floats) -> NDArray[np.intp]:
    """The wire that brings each row most; where all bring nothing, the one whose sender had most to pass on."""
    found = np.full(len(size), -1, dtype=np.intp)
    order = np.lexsort((np.nan_to_num(size[source], nan=inf), sent, target))
    found[target[order]] = order  # of several wires to a row the last stays
    return found
