"""What a gradient means, in a sentence without mathematics."""

from __future__ import annotations

import numpy as np

from ..graph.graph import NodeId, Value
from .explain import has_kink
from .trace import Trace


def meaning_of_gradient(trace: Trace, node: NodeId, gradient: Value | None) -> str:
    """What a number at an input says, on the way back: what its output does as it grows; nothing for other nodes."""
    if not trace.graph.nodes[node].op.is_leaf or trace.output is None or not isinstance(gradient, float):
        return ""
    if node == trace.output or trace.sweep is None or not trace.sweep.is_backward or not np.isfinite(gradient):
        return ""
    nodes = trace.graph.nodes
    if any(nodes[each].op.kink is not None and has_kink(trace, each) for each in trace.plan.row_of):
        return ""  # a convention holds there, and says nothing of what happens
    name, output = trace.graph.spoken(node), trace.graph.spoken(trace.output)
    if not gradient:
        return f"As {name} grows by a little, {output} hardly changes."
    way, size = "grows" if gradient > 0 else "falls", trace.style.short(abs(gradient))
    if size == "1":
        return f"As {name} grows by a little, {output} {way} by about as much."
    return f"As {name} grows by a little Δ{name}, {output} {way} by about {size} · Δ{name}."
