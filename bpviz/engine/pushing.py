"""Forward mode as a sweep: one input moves, and its tangent flows along the wires to everything that depends on it.

Forward accumulation as in Griewank and Walther, *Evaluating Derivatives* (2nd ed., 2008), chapter 3.  The values are
there already, so that the story has the same two halves as the way back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from ..graph.graph import GraphError, NodeId, Value
from ..ops.chain import jvp
from .plan import plain
from .schedule import Wires
from .steps import Floats
from .sweeps import Sweep
from .trace import Trace


def pushed_from(trace: Trace, node: NodeId) -> Trace:
    """The run of `trace`, told on with the tangents that flow when `node` moves; of an array all entries together.

    Raises GraphError if the node has no value.
    """
    if trace.computed_position(node) is None:
        raise GraphError(f"{trace.graph.spoken(node)} has no value yet, so it cannot move")
    return trace.retold(Pushing(trace, trace.plan.row_of[node]))


class Pushing(Sweep):
    """Tangents from a row to all that depends on it; `result` is ∂row/∂seed, summed over the entries of the seed."""

    is_backward: ClassVar[bool] = False

    def __init__(self, trace: Trace, seed: int) -> None:
        plan = trace.plan
        moved, wires = {seed}, []
        for row, slot, source in _links(trace, seed):
            if source in moved:
                moved.add(row)
                wires.append((source, row, slot))
        columns = np.array(wires, dtype=np.int32).reshape(-1, 3).T
        places = np.full(len(wires), -1, dtype=np.int32)
        super().__init__(
            plan,
            trace.graph,
            trace.buffers,
            Wires(columns[0], columns[1], columns[2].astype(np.int16), places),
            seed,
        )
        self._tangents: dict[int, Floats] = {seed: np.ones(plan.shapes[seed])}
        for row in dict.fromkeys(columns[1].tolist()):
            terms = [self.contribution(wire) for wire in self.into(row).tolist()]
            with np.errstate(all="ignore"):
                self._tangents[row] = sum(terms[1:], start=terms[0])

    def wire(self, row: int, slot: int) -> int | None:
        return next((wire for wire in self.into(row).tolist() if self.wires.slot[wire] == slot), None)

    def upstream(self, wire: int) -> Value:
        return self.result(int(self.wires.source[wire]))

    def result(self, row: int) -> Value:
        found = self._tangents.get(row)
        return plain(np.zeros(self.plan.shapes[row]) if found is None else found + 0.0)

    def contribution(self, wire: int) -> Floats:
        row, slot = int(self.wires.target[wire]), int(self.wires.slot[wire])
        op, inputs, out = self.operation(row)
        tangent = self._tangents[int(self.wires.source[wire])]
        with np.errstate(all="ignore"):
            if np.ndim(out) == 0 and isinstance(local := self.local(wire), float) and op.structured is None:
                return np.asarray(local * tangent + 0.0)  # so that the product on the screen is the product
            pushed: Any = jvp(op, [tangent if k == slot else None for k in range(len(inputs))], inputs, out)
            return np.asarray(np.broadcast_to(pushed, np.shape(out)) + 0.0)


def _links(trace: Trace, seed: int) -> Iterator[tuple[int, int, int]]:
    """Row, slot and source of every wire behind `seed` through which a derivative goes and whose row has a value."""
    plan, graph = trace.plan, trace.graph
    for row in range(seed + 1, len(plan.rows)):
        op = graph.nodes[plan.rows[row]].op
        if trace.computed_position(plan.rows[row]) is None:
            continue
        for slot, source in enumerate(plan.input_rows(row)):
            if op.has_derivative(slot):
                yield row, slot, source
