"""The ways in which the second half of a run is told."""

from __future__ import annotations

from enum import Enum

from ..graph.graph import GraphError, NodeId
from .pushing import pushed_from
from .trace import Trace
from .wrong_sweeps import done_wrong
from .wrong_ways import overwritten, unordered


class Telling(Enum):
    """What is told after the values: gradients that come back, tangents that go ahead, or what goes wrong."""

    BACKWARD = "backward"
    FORWARD = "forward"
    OVERWRITES = "overwrites"
    UNORDERED = "unordered"


_MISTAKES = {Telling.OVERWRITES: overwritten, Telling.UNORDERED: unordered}


def told(trace: Trace, telling: Telling, seed: NodeId | None = None) -> Trace:
    """The run of `trace`, told in another way; forward from the node `seed`, or else from the first that can move.

    Raises GraphError if nothing can move.
    """
    if telling is Telling.BACKWARD:
        return trace
    if telling is Telling.FORWARD:
        return pushed_from(trace, _first_movable(trace) if seed is None else seed)
    return done_wrong(trace, _MISTAKES[telling])


def _first_movable(trace: Trace) -> NodeId:
    found = movable(trace)
    if not found:
        raise GraphError("nothing here can move: forward mode begins at an input that has a value")
    return found[0]


def movable(trace: Trace) -> list[NodeId]:
    """The inputs and parameters with a value, those first on which the output depends."""
    graph = trace.graph
    found = [
        node.id
        for node in graph.nodes.values()
        if node.op.is_leaf and not node.is_constant and trace.computed_position(node.id) is not None
    ]
    return sorted(found, key=lambda node: not trace.receives(node) and node != trace.output)
