"""How far one step goes: a whole pass, a node, a wire, an event, or one of the beats receive, multiply, add."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

import numpy as np

from ..engine.trace import Trace
from ..graph.graph import NodeId
from .timing import AT_PILL, MULTIPLIED

_HARDLY = 1e-6  # a time this close to a stop is at it


class Stride(Enum):
    """What one step lets happen, from the most to the least."""

    PASS = "pass"
    NODE = "node"
    WIRE = "wire"
    EVENT = "event"
    BEAT = "beat"


def next_stop(trace: Trace, time: float, stride: Stride) -> float:
    """Where a step forward from `time` ends; the end of the trace ends every step."""
    return min((stop for stop in _stops_near(trace, time, stride) if stop > time + _HARDLY), default=float(len(trace)))


def previous_stop(trace: Trace, time: float, stride: Stride) -> float:
    """Where a step back from `time` ends."""
    return max((stop for stop in _stops_near(trace, time, stride) if stop < time - _HARDLY), default=0.0)


def _stops_near(trace: Trace, time: float, stride: Stride) -> Iterator[float]:
    """Stops of which the nearest on either side of `time` are among: never more than a handful."""
    seeded = trace.forward_length + 1 if trace.has_backward else trace.forward_length
    returned = trace.forward_length + trace.backward_length
    yield from (0.0, float(trace.forward_length), float(returned), float(len(trace)))
    if stride is Stride.PASS:
        return
    here = int(time + _HARDLY)
    if time <= seeded or time >= returned:
        yield from (n for n in range(here - 1, here + 2) if 0 <= n <= seeded or returned <= n <= len(trace))
    if not trace.has_backward:
        return
    assert trace.sweep is not None
    wires = len(trace.sweep.wires)
    wire = min(max((here - seeded) // 2, 0), max(wires - 1, 0))
    match stride:
        case Stride.NODE:
            turns = trace.sweep.turns
            turn = int(np.searchsorted(turns, wire))
            yield from (seeded + 2.0 * int(w) for w in turns[max(turn - 2, 0) : turn + 3])
        case Stride.WIRE:
            yield from (seeded + 2.0 * w for w in range(max(wire - 1, 0), min(wire + 3, wires + 1)))
        case Stride.EVENT:
            yield from (float(n) for n in range(max(here - 1, 0), here + 3) if seeded <= n <= returned)
        case Stride.BEAT:
            for w in range(max(wire - 1, 0), min(wire + 2, wires)):
                sent = float(trace.sent_position(w))
                yield from (sent, sent + AT_PILL, sent + MULTIPLIED, sent + 1.0, sent + 2.0)


def moment_of(trace: Trace, node: NodeId, time: float) -> float | None:
    """The next time after `time` at which the value or the gradient of `node` is complete; after all, the first."""
    times = []
    if (position := trace.computed_position(node)) is not None:
        times.append(position + 1.0)
    if node == trace.seed:
        times.append(trace.seed_position + 1.0)
    elif into := trace.wires_into(node):
        times.append(trace.sent_position(into[-1]) + 2.0)
    return next((t for t in times if t > time + _HARDLY), times[0] if times else None)
