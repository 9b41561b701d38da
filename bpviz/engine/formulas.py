"""Values and derivatives as formulas in place of numbers: what a person would write beside the graph.

A value is written in terms of the inputs; a gradient as the sum of products that the chain rule makes of it, in terms
of the nodes next to the wires.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..graph.graph import NodeId
from ..graph.program import full_formula, leaf_formula, local_derivative
from ..ops import OPS
from ..ops.formula import Applied, Formula, Number, formula
from .sweeps import Sweep

if TYPE_CHECKING:
    from .trace import Trace

MOST_NODES = 400
MOST_OPERATIONS = 12  # of a value's formula
LONGEST = 60  # characters; a longer formula says less than its number


class Formulas:
    """The formulas of a trace; None wherever there is none that could be read: for arrays, in large graphs, and where
    it is too long."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def value(self, node: NodeId) -> str | None:
        """`(x + y) · z`."""
        graph = self._trace.graph
        row = self._trace.plan.row_of.get(node)
        if len(graph) > MOST_NODES or row is None or self._trace.plan.shapes[row]:
            return None
        return graph.in_words(("value", node), self._value, node)

    def _value(self, node: NodeId) -> str | None:
        graph = self._trace.graph
        held = graph.nodes[node]
        found = leaf_formula(graph, held) if held.op.is_leaf else full_formula(graph, node, MOST_OPERATIONS)
        return _text(_readable(found))

    def accumulated(self, node: NodeId, count: int) -> str | None:
        """What a node has after `count` contributions: `y · z + 1`."""
        sums = self._swept[0].get(self._trace.plan.row_of[node])
        return None if sums is None or count >= len(sums) else _text(sums[count])

    def product(self, wire: int) -> str | None:
        """What the sender of a wire makes of what it has: `1 · z = z`."""
        sweep, upstream, share = self._trace.sweep, *(self._swept[1][wire] if self._swept[1] else (None, None))
        local = None if sweep is None or share is None else _local(sweep, wire)
        if upstream is None or local is None or share is None:
            return None
        return _worked_out(Applied(OPS["mul"], (upstream, local)), share)

    def sum(self, node: NodeId, count: int) -> str | None:
        """What a node makes of its latest contribution, which is the `count`th: `x + x = 2 · x`."""
        sums = self._swept[0].get(self._trace.plan.row_of[node])
        if sums is None or not 0 < count < len(sums):
            return None
        (_, share), before, after = (
            self._swept[1][self._trace.wires_into(node)[count - 1]],
            *sums[count - 1 : count + 1],
        )
        if before is None or share is None or after is None:
            return None
        return _worked_out(Applied(OPS["add"], (before, share)), after)

    def received(self, wire: int) -> str | None:
        """What the sender of a wire has when it sends."""
        return _text(self._swept[1][wire][0]) if self._swept[1] else None

    def contribution(self, wire: int) -> str | None:
        """What a wire sends."""
        return _text(self._swept[1][wire][1]) if self._swept[1] else None

    @cached_property
    def _swept(self) -> tuple[dict[int, list[Formula | None]], list[tuple[Formula | None, Formula | None]]]:
        """The sweep in formulas: what every row has after 0, 1, 2 … contributions, and what every wire received and
        sent."""
        sweep = self._trace.sweep
        if sweep is None or len(self._trace.graph) > MOST_NODES:
            return {}, []
        sums: dict[int, list[Formula | None]] = {sweep.seed: [Number(1.0)]}
        sent: list[tuple[Formula | None, Formula | None]] = []
        for wire in range(len(sweep.wires)):
            source, target = int(sweep.wires.source[wire]), int(sweep.wires.target[wire])
            upstream = sums[source][-1]
            local = _local(sweep, wire)
            share = None if upstream is None or local is None else _readable(formula(upstream * local))
            sent.append((upstream, share))
            so_far = sums.setdefault(target, [Number(0.0)])
            before = Number(0.0) if sweep.overwrites else so_far[-1]
            so_far.append(None if before is None or share is None else _readable(formula(before + share)))
        return sums, sent


def _local(sweep: Sweep, wire: int) -> Formula | None:
    """The local derivative of a wire; None for an operation on whole arrays, and where entries are summed."""
    row, plan, graph = sweep.consumer(wire), sweep.plan, sweep.graph
    node, slot = plan.rows[row], int(sweep.wires.slot[wire])
    op, ends = graph.nodes[node].op, (row, plan.input_rows(row)[slot])
    if op.structured is not None or any(plan.shapes[end] for end in ends):
        return None
    return local_derivative(graph, node, slot)


def _worked_out(asked: Formula, found: Formula) -> str:
    """`x + x = 2 · x`; what came out alone, if it is nothing else or if all would be too long."""
    told = f"{asked} = {found}"
    return str(found) if str(asked) == str(found) or len(told) > LONGEST else told


def _readable(found: Formula | None) -> Formula | None:
    return found if found is not None and len(str(found)) <= LONGEST else None


def _text(found: Formula | None) -> str | None:
    return None if found is None else str(found)
