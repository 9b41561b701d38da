"""What goes wrong, as a sweep: the same run told with a way back that is done wrong, event by event."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from ..graph.graph import Value
from .events import Accumulated, Overwritten
from .plan import plain
from .schedule import Wires
from .steps import Floats
from .sweeps import Sweep
from .trace import Trace
from .wrong_ways import WrongWay, overwritten

Mistake: TypeAlias = Callable[[Trace], WrongWay]  # `overwritten` or `unordered`


def done_wrong(trace: Trace, mistake: Mistake) -> Trace:
    """The run of `trace` with the way back done wrong; as it is where there is no way back."""
    return trace.retold(Wrong(trace, mistake)) if trace.sweep is not None else trace


class Wrong(Sweep):
    """A backward pass that was done wrong.  `summary` says how much of it comes out wrong."""

    def __init__(self, trace: Trace, mistake: Mistake) -> None:
        """`trace` was done right, and has a way back."""
        right = trace.sweep
        assert right is not None
        way = mistake(trace)
        order, wires = np.array(way.order, dtype=np.intp), right.wires
        places = np.full(len(order), -1, dtype=np.int32)
        again = Wires(wires.source[order], wires.target[order], wires.slot[order], places)
        super().__init__(right.plan, right.graph, right.buffers, again, right.seed)
        self.wrong, self.summary = way.wrong, way.summary
        self._right, self.overwrites = right, mistake is overwritten
        self._number = {(int(again.source[k]), int(again.slot[k])): k for k in range(len(order))}
        self._carried = [np.asarray(way.sent[wire], dtype=np.float64) for wire in way.order]
        self._results = {right.plan.row_of[node]: np.asarray(value) for node, value in way.gradients.items()}

    def wire(self, row: int, slot: int) -> int | None:
        return self._number.get((row, slot))

    def upstream(self, wire: int) -> Value:
        """What the sender had when it sent: more may have come later."""
        source = int(self.wires.source[wire])
        if source == self.seed:
            return self.seeded()
        return self.accumulated(source, int(np.searchsorted(self.into(source), wire)))

    def contribution(self, wire: int) -> Floats:
        return self._carried[wire]

    def result(self, row: int) -> Value:
        found = self._results.get(row)
        return plain(np.zeros(self.plan.shapes[row]) if found is None else found)

    def right(self, row: int) -> Value:
        return self._right.result(row)

    def added(self, wire: int) -> Accumulated:
        event = super().added(wire)
        if not self.overwrites:
            return event
        return Overwritten(event.target, event.before, event.contribution, event.after)

    def accumulated(self, row: int, count: int) -> Value:
        if not self.overwrites or not count:
            return super().accumulated(row, count)
        return plain(self._carried[int(self.into(row)[count - 1])])
