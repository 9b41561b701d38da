"""What both modes of differentiation cost, side by side."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from ..engine.plan import Plan
from ..engine.telling import movable
from ..engine.work import Costs, costs_by_pieces, inputs_in_words
from ..graph.graph import NodeId
from ..ops import numerals
from ..ops.op import Work
from .panel import Panel
from .session import Session
from .slices import Pieces

MOST_NODES = 3_000  # of a graph in which the operations are counted whenever another node is shown


_paid: WeakKeyDictionary[Plan, tuple[list[NodeId], Costs]] = WeakKeyDictionary()  # whatever the values are


def show_costs(panel: Panel, session: Session) -> Pieces:
    """Multiplications and additions for the gradient by all inputs: one pass back, or a pass ahead for each."""
    trace = session.trace
    inputs = [node for node in movable(trace) if trace.receives(node) or node == trace.output]
    if len(trace.graph) > MOST_NODES or not inputs or trace.output is None:
        return
    known = _paid.get(trace.plan)
    if known is None or known[0] != inputs:
        known = _paid[trace.plan] = inputs, (yield from costs_by_pieces(trace.plan, inputs))
    paid = known[1]
    panel.heading(f"Work for the gradient by {inputs_in_words(paid)}")
    panel.row("one pass back", _told(paid.reverse), "ink", is_bold=True)
    ahead = "one pass ahead" if paid.passes == 1 else f"{paid.passes:,} passes ahead"
    panel.row(ahead, _told(paid.forward), "ink", is_bold=True)
    panel.remark(_compared(paid))


def _told(work: Work) -> str:
    return f"{numerals.count(work.multiplications, 'product')}, {numerals.count(work.additions, 'sum')}"


def _compared(paid: Costs) -> str:
    """Which way is shorter, and why."""
    if paid.passes == 1:
        return "With one input, both ways multiply along the same wires."
    return "Forward mode takes a pass for every input, reverse mode one for all of them."
