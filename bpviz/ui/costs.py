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
    panel.heading(f"What all of ∂{trace.graph.spoken(trace.output)} costs, by {inputs_in_words(paid)}")
    panel.row("back, in 1 pass", _told(paid.reverse), "ink", is_bold=True)
    panel.row(f"ahead, in {numerals.count(paid.passes, 'pass', 'passes')}", _told(paid.forward), "ink", is_bold=True)
    panel.remark("× counts multiplications with local derivatives, + additions.")


def _told(work: Work) -> str:
    return f"{work.multiplications:,} ×   {work.additions:,} +"
