"""What can still be seen of many cards and wires from far away, at any step of a story, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ..engine.schedule import rows_of
from ..engine.trace import Trace
from ..graph.graph import NodeId

Steps = NDArray[np.int64]
_NEVER = np.iinfo(np.int64).max


class Look(IntEnum):
    """How far a card has come, or why it does not."""

    AHEAD = 0
    COMPUTED = 1
    CONSTANT = 2  # computed, and nothing is ever added to it
    REACHED = 3  # it has a gradient
    FAILED = 4


class Outlines:
    """For every card the step from which it shows a value, a gradient, and its whole gradient; for every wire, given
    by the input that it enters, the step from which it has carried a gradient.

    Equal to `Stage.outline` and `Stage.wires` card by card, in a hundredth of the time.
    """

    def __init__(self, trace: Trace, nodes: Sequence[NodeId], wires: Sequence[tuple[NodeId, int]]) -> None:
        self.trace = trace
        rows = rows_of(trace.plan.row_of, nodes)
        held = trace.graph.nodes
        self._is_constant = np.array([node in held and held[node].is_constant for node in nodes], dtype=bool)
        self._has_failed = np.zeros(len(nodes), dtype=bool)
        if trace.failures:
            self._has_failed = np.array([trace.is_at_fault(node) for node in nodes], dtype=bool)
        count = len(trace.plan.rows)
        computed = np.full(count, _NEVER)
        computed[trace.computed_rows] = np.arange(1, trace.forward_length + 1)
        self.computed: Steps = _of_rows(computed, rows)
        reached, whole = self._arrivals(count)
        self.reached: Steps = _of_rows(reached, rows)
        self.whole: Steps = _of_rows(whole, rows)
        self.carried: Steps = self._sendings(wires)

    def serves(self, trace: Trace) -> bool:
        """Whether a trace is the same run, however its numbers are written."""
        held = self.trace
        return held.sweep is trace.sweep and held.buffers is trace.buffers and held.graph is trace.graph

    def _arrivals(self, count: int) -> tuple[Steps, Steps]:
        """For every row, the steps after which its first and its last contribution have been added."""
        reached, whole = np.full(count, _NEVER), np.full(count, _NEVER)
        sweep, begin = self.trace.sweep, self.trace.seed_position + 1
        if sweep is not None:
            numbers = np.arange(len(sweep.wires), dtype=np.int64)
            whole[sweep.wires.target] = begin + 2 * (numbers + 1)  # the last one stays
            reached[sweep.wires.target[::-1]] = begin + 2 * (numbers[::-1] + 1)
            reached[sweep.seed] = whole[sweep.seed] = begin
        return reached, whole

    def _sendings(self, wires: Sequence[tuple[NodeId, int]]) -> Steps:
        """For every wire, the step after which it has sent."""
        sweep, found = self.trace.sweep, np.full(len(wires), _NEVER)
        if sweep is None or not len(sweep.wires) or not wires:
            return found
        consumers = np.asarray(sweep.wires.source if sweep.is_backward else sweep.wires.target, dtype=np.int64)
        slots = np.asarray(sweep.wires.slot, dtype=np.int64)
        widest = int(max(slots.max(), max(slot for _, slot in wires))) + 1
        places = rows_of(self.trace.plan.row_of, [node for node, _ in wires])
        keys, wanted = consumers * widest + slots, places * widest + np.array([slot for _, slot in wires])
        order = np.argsort(keys)
        places = np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)
        numbers = order[places]
        sends = keys[numbers] == wanted
        found[sends] = self.trace.seed_position + 2 + 2 * numbers[sends]
        return found

    def looks(self, step: int) -> NDArray[np.uint8]:
        """The look of every card after the first `step` events."""
        looks = np.full(len(self.computed), Look.AHEAD, dtype=np.uint8)
        is_computed = self.computed <= step
        looks[is_computed] = Look.COMPUTED
        looks[is_computed & self._is_constant] = Look.CONSTANT
        looks[self.reached <= step] = Look.REACHED
        looks[self._has_failed] = Look.FAILED
        return looks


def _of_rows(steps: Steps, rows: Steps) -> Steps:
    """For cards that are no row of the plan: never."""
    return np.append(steps, _NEVER)[rows]
