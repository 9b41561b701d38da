"""What goes back through an operation on whole arrays, in words and as a formula."""

from __future__ import annotations

import re
from math import prod

import numpy as np

from ..graph.graph import NodeId
from ..graph.naming import fresh_name
from ..graph.program import sent_formula
from ..ops import numerals
from ..ops.formula import Formula
from .events import Pushed, Sent
from .notation import aside, local_sign
from .trace import Trace

_WORD = re.compile(r"[^\W\d]\w*")


def is_spread_evenly(event: Sent | Pushed, upstream: str, sent: Formula) -> bool:
    """Whether one number goes back to all entries of an array alike, whatever they are, as from a sum or a mean."""
    if not isinstance(event, Sent) or not isinstance(event.upstream, float) or not np.size(event.contribution):
        return False
    is_constant = set(_WORD.findall(str(sent))) == {upstream}
    return is_constant and np.ndim(event.contribution) > 0 and np.unique(event.contribution).size == 1


def jacobian_in_words(trace: Trace, node: NodeId, slot: int) -> str:
    """How large the local derivative of an operation on whole arrays is."""
    graph, plan, source = trace.graph, trace.plan, trace.graph.nodes[node].inputs[slot]
    assert source is not None
    rows, columns = (prod(plan.shapes[plan.row_of[id_]]) for id_ in (node, source))
    sign = local_sign(graph, trace.sweep, node, slot) + aside(graph, trace.sweep, node, slot)
    return f"Locally {sign} is a matrix of {numerals.shape_text((rows, columns))}{_all_alike(trace, node, slot)}."


def _all_alike(trace: Trace, node: NodeId, slot: int) -> str:
    """`, all of them 1`, where the local derivative is the same at every entry, whatever the values are."""
    number = trace.wire(node, slot)
    event = None if number is None or trace.sweep is None else trace.sweep.sent(number)
    if (
        not isinstance(event, Sent)
        or event.local is None
        or not is_spread_evenly(event, *back_formula(trace, node, slot))
    ):
        return ""
    return f", all of them {trace.style.short(float(np.ravel(event.local)[0]))}"


def back_formula(trace: Trace, node: NodeId, slot: int) -> tuple[str, Formula]:
    """The name for the gradient of `node`, G, and what the node sends back through a slot in terms of it: `G · Bᵀ`."""
    return trace.graph.in_words(
        ("back", node, slot, trace.plan.shapes[trace.plan.row_of[node]]), _back, trace, node, slot
    )


def _back(trace: Trace, node: NodeId, slot: int) -> tuple[str, Formula]:
    graph, plan = trace.graph, trace.plan
    upstream = fresh_name(map(graph.label, (node, *(i for i in graph.nodes[node].inputs if i is not None))), ["G"])
    return upstream, sent_formula(graph, node, slot, upstream, lambda id_: plan.shapes[plan.row_of[id_]])
