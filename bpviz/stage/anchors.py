"""Moments of a trace by what has happened there, and back: how bookmarks find their place in another run."""

from __future__ import annotations

from ..document.bookmarks import Anchor, Happened
from ..engine.trace import Accumulated, Computed, Pushed, Seeded, Sent, Trace


def anchor_at(trace: Trace, step: int) -> Anchor:
    """The moment after the first `step` events; after a failure, which is not about the graph's own course, the last
    event before it."""
    for i in range(min(step, len(trace)) - 1, -1, -1):
        match trace[i]:
            case Computed(node=node):
                return Anchor(Happened.COMPUTED, node)
            case Seeded(node=node):
                return Anchor(Happened.SEEDED, node)
            case Sent() | Pushed() as event:
                return Anchor(Happened.SENT, event.consumer, event.slot)
            case Accumulated():
                sent = trace[i - 1]
                assert isinstance(sent, Sent | Pushed)
                return Anchor(Happened.ADDED, sent.consumer, sent.slot)
    return Anchor()


def time_of(trace: Trace, anchor: Anchor) -> float | None:
    """When that has just happened; None where it does not."""
    node, happened = anchor.node, anchor.happened
    if node is None or happened is Happened.NOTHING:
        return 0.0 if happened is Happened.NOTHING else None
    if happened is Happened.COMPUTED:
        position = trace.computed_position(node)
        return None if position is None else position + 1.0
    if happened is Happened.SEEDED:
        return trace.seed_position + 1.0 if trace.has_backward else None
    if node not in trace.graph.nodes or anchor.slot >= len(trace.graph.nodes[node].inputs):
        return None
    wire = trace.wire(node, anchor.slot)
    return None if wire is None else trace.sent_position(wire) + (1.0 if happened is Happened.SENT else 2.0)
