"""What the two modes of differentiation cost, in multiplications and additions of the chain rule.

Local derivatives of elementwise operations are the same numbers in both modes, so computing them is not counted: each
is multiplied once with what flows past it.  A structured operation is charged with all that its rule computes.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from math import prod

from ..graph.graph import NodeId
from ..ops import Op
from ..ops.numerals import count
from ..ops.op import Shape, Work
from .counting import Counting, counted
from .plan import Plan


@dataclass(frozen=True)
class Costs:
    """What it takes to get the gradient of the output by all entries of some inputs.

    `reverse` is one pass back, whatever the number of inputs; `forward` is `passes` passes ahead, one for each entry,
    all together.
    """

    reverse: Work
    forward: Work
    passes: int


def costs(plan: Plan, wrt: Sequence[NodeId]) -> Costs:
    """Both modes side by side, for the gradient by the nodes in `wrt`."""
    counting = costs_by_pieces(plan, wrt)
    while True:
        try:
            next(counting)
        except StopIteration as done:
            found: Costs = done.value
            return found


def costs_by_pieces(plan: Plan, wrt: Sequence[NodeId]) -> Generator[None, None, Costs]:
    """The same, yielding after every pass."""
    ahead, passes = Work(), 0
    for node in wrt:
        row = plan.row_of[node]
        entries = prod(plan.shapes[row])
        one = forward_work(plan, row)
        ahead += Work(one.multiplications * entries, one.additions * entries)
        passes += entries
        yield
    return Costs(reverse_work(plan), ahead, passes)


def reverse_work(plan: Plan) -> Work:
    """One backward pass: a product for each wire, a sum for each contribution after a node's first."""
    total, seen = Work(), set()
    wires = plan.wires
    for source, target, slot in zip(wires.source.tolist(), wires.target.tolist(), wires.slot.tolist(), strict=True):
        total += _back(plan, source, slot)
        if target in seen:
            total += Work(0, prod(plan.shapes[target]))
        seen.add(target)
    return total


def forward_work(plan: Plan, moved: int) -> Work:
    """One forward pass, in which the row `moved` moves in one direction."""
    total, moving = Work(), {moved}
    for row in range(moved + 1, len(plan.rows)):
        slots = [slot for slot, source in enumerate(plan.input_rows(row)) if source in moving]
        if not slots:
            continue
        moving.add(row)
        for slot in slots:
            total += _ahead(plan, row, slot)
        total += Work(0, (len(slots) - 1) * prod(plan.shapes[row]))
    return total


def _back(plan: Plan, row: int, slot: int) -> Work:
    """upstream · ∂row/∂input, and the sum over entries to which one entry of the input was copied."""
    op, shapes, out = _operation(plan, row)
    if op.structured is None:
        return Work(prod(out), prod(out) - prod(shapes[slot]))
    rule = op.structured.vjps[slot]
    return Work() if rule is None else counted(rule(Counting(out), *map(Counting, shapes), Counting(out)))


def _ahead(plan: Plan, row: int, slot: int) -> Work:
    """∂row/∂input · tangent."""
    op, shapes, out = _operation(plan, row)
    if op.structured is None:
        return Work(prod(out), 0)
    rule = op.structured.jvps[slot]
    return Work() if rule is None else counted(rule(Counting(shapes[slot]), *map(Counting, shapes), Counting(out)))


def _operation(plan: Plan, row: int) -> tuple[Op, list[Shape], Shape]:
    return plan.graph.nodes[plan.rows[row]].op, [plan.shapes[i] for i in plan.input_rows(row)], plan.shapes[row]


def in_words(costs: Costs) -> str:
    """Both modes side by side, in two sentences; of an array every entry counts as an input."""

    def told(work: Work) -> str:
        return f"{count(work.multiplications, 'multiplication')}, {count(work.additions, 'addition')}"

    inputs = inputs_in_words(costs) + (" at once" if costs.passes > 1 else "")
    back = f"One backward pass: {told(costs.reverse)}, for {inputs}"
    return f"{back}. Forward mode: {count(costs.passes, 'pass', 'passes')}, {told(costs.forward)}."


def inputs_in_words(costs: Costs) -> str:
    """`its one input`, `both inputs`, `all 3 inputs`."""
    return {1: "its one input", 2: "both inputs"}.get(costs.passes, f"all {costs.passes:,} inputs")
