"""What a search on the canvas is for, and which operations are an answer to it."""

from __future__ import annotations

from dataclasses import dataclass

from ...document.diagram import Diagram
from ...document.fitting import takes
from ...graph.graph import NodeId
from ...graph.shapes import infer_shapes, misfit
from ...ops import Op
from ...stage.geometry import Point
from .spots import Wire

NEW: NodeId = -1  # stands for a node that is not there yet


@dataclass(frozen=True)
class Wanted:
    """What a search is for.

    The new node goes to `at`, or where there is room for it; a wire from `source` enters it, or one from it enters
    `sink`; or it goes into `wire`.
    """

    at: Point | None = None
    source: NodeId | None = None
    sink: Wire | None = None
    wire: Wire | None = None


class Answers:
    """Which operations are an answer to a search; shapes are worked out once."""

    def __init__(self, diagram: Diagram, wanted: Wanted) -> None:
        self._diagram, self._wanted = diagram, wanted
        self._shapes = infer_shapes(diagram.graph)

    def __call__(self, op: Op) -> bool:
        wanted = self._wanted
        if wanted.wire is not None:
            return self.goes_into(op, wanted.wire)
        if wanted.source is not None:
            return takes(op, self._shapes.known.get(wanted.source))
        if wanted.sink is not None and op.is_leaf:
            return self._takes_number(wanted.sink)
        return True

    def goes_into(self, op: Op, wire: Wire) -> bool:
        """Whether a new node of an operation has an input for what a wire carries."""
        source = self._diagram.graph.nodes[wire[0]].inputs[wire[1]]
        return source is not None and takes(op, self._shapes.known.get(source))

    def _takes_number(self, sink: Wire) -> bool:
        graph, (target, slot) = self._diagram.graph, sink
        inputs = graph.nodes[target].inputs
        known = {**self._shapes.known, NEW: ()}
        return misfit(graph, target, (*inputs[:slot], NEW, *inputs[slot + 1 :]), known) is None
