"""Which wires may be: asked once by an edit, and at every movement of a hand that holds a wire."""

from __future__ import annotations

from functools import cached_property

from ..graph.graph import NodeId
from ..graph.shapes import Shape, Shapes, infer_shapes, misfit
from ..ops import Op
from .diagram import Diagram


class Fitting:
    """Why the wires of one diagram may not be, all from one `source` or all to one `target`.

    What takes time in a large graph, what depends on what and which shape everything has, is worked out once: asking
    takes microseconds then.
    """

    def __init__(self, diagram: Diagram, *, source: NodeId | None = None, target: NodeId | None = None) -> None:
        assert (source is None) != (target is None), "one end is held"
        self._graph, self._is_from_source = diagram.graph, source is not None
        self._end = source if source is not None else target or 0

    @cached_property
    def _closing(self) -> set[NodeId]:
        """What must not be at the other end."""
        structure = self._graph.structure
        return structure.ancestors(self._end) if self._is_from_source else structure.descendants(self._end)

    def _would_close(self, source: NodeId, target: NodeId) -> bool:
        """Whether the source depends on the target already."""
        is_used = bool(self._graph.structure.consumers[target])
        return is_used and (target if self._is_from_source else source) in self._closing

    @cached_property
    def _shapes(self) -> Shapes:
        return infer_shapes(self._graph)

    def why_not(self, source: NodeId, target: NodeId, slot: int) -> str | None:
        """Why a wire from `source` to an input of `target` may not be, or None if it may.

        Shapes are a reason where all of the target's inputs are known, unless they do not fit as it is: then every
        wire may be a step to mend that.
        """
        graph = self._graph
        if graph.nodes[target].op.is_leaf:
            return f"{graph.spoken(target)} holds a value and has no inputs"
        if source == target:
            return f"{graph.spoken(source)} cannot be its own input: it would never have a value"
        if self._would_close(source, target):
            source_name, target_name = graph.spoken(source), graph.spoken(target)
            return f"{source_name} already depends on {target_name}: this wire would close a cycle, which has no value"
        if target in self._shapes.misfits:
            return None
        inputs = graph.nodes[target].inputs
        return misfit(graph, target, (*inputs[:slot], source, *inputs[slot + 1 :]), self._shapes.known)

    def slot_for(self, source: NodeId, target: NodeId) -> int | None:
        """The first free input of `target` that a wire from `source` may enter, or else the first that it may."""
        inputs = self._graph.nodes[target].inputs
        slots = sorted(range(len(inputs)), key=lambda slot: inputs[slot] is not None)
        return next((slot for slot in slots if self.why_not(source, target, slot) is None), None)

    def prepared(self) -> Fitting:
        """Itself, with everything worked out: at the press of a button rather than at the first movement."""
        _ = self._shapes, self._closing
        return self


class Openings:
    """The wires into which one node may be put, as far as cycles are a reason."""

    def __init__(self, diagram: Diagram, node: NodeId) -> None:
        self._graph, self._node = diagram.graph, node
        self._before = diagram.graph.structure.ancestors(node)
        self._after = diagram.graph.structure.descendants(node)

    def may_take(self, target: NodeId, slot: int) -> bool:
        """Whether the node may stand in the wire that enters a slot."""
        source = self._graph.nodes[target].inputs[slot]
        ends = {target, source}
        return (
            source is not None and self._node not in ends and source not in self._after and target not in self._before
        )


def takes(op: Op, shape: Shape | None) -> bool:
    """Whether a new node of an operation has an input for a value of this shape, or of an unknown one."""
    if op.is_leaf:
        return False
    if op.arity > 1 or shape is None:
        return True
    try:
        op.result_shape(shape)
    except ValueError:
        return False
    return True
