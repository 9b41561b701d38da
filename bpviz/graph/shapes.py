"""Which shape every value has, before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..ops import Op, OpError, numerals
from ..ops.op import Shape, require_shape
from .graph import Graph, NodeId

__all__ = ["Shape", "Shapes", "infer_shapes", "misfit"]


@dataclass(frozen=True)
class Shapes:
    """`known` shapes by node, and the sentence for each node whose inputs do not fit (`misfits`)."""

    known: Mapping[NodeId, Shape]
    misfits: Mapping[NodeId, str]


def infer_shapes(graph: Graph) -> Shapes:
    """Shapes of all nodes that can be known: leaves from their values, results by the rules of their operations."""
    known: dict[NodeId, Shape] = {}
    misfits: dict[NodeId, str] = {}
    nodes = graph.nodes
    for level in graph.structure.levels:
        for id_ in level:
            node = nodes[id_]
            op, value = node.op, node.value
            if not op.arity:
                if value is not None:
                    known[id_] = () if isinstance(value, float) else value.shape
                continue
            try:
                shapes = [known[source] for source in node.inputs]  # type: ignore[index]  # None is no key either
            except KeyError:
                continue
            if op.structured is None and not any(shapes):
                known[id_] = ()
                continue
            try:
                known[id_] = require_shape(op.result_shape(*shapes))
            except ValueError as error:
                misfits[id_] = _misfit(graph, op, node.inputs, shapes, error)
    return Shapes(known, misfits)


def misfit(graph: Graph, node: NodeId, inputs: Sequence[NodeId | None], known: Mapping[NodeId, Shape]) -> str | None:
    """Why `inputs` would not fit at a node; None if they would, or if one of their shapes is not `known`."""
    op = graph.nodes[node].op
    try:
        shapes = [known[source] for source in inputs]  # type: ignore[index]  # None is no key either
    except KeyError:
        return None
    if op.structured is None and not any(shapes):
        return None
    try:
        require_shape(op.result_shape(*shapes))
    except ValueError as error:
        return _misfit(graph, op, inputs, shapes, error)
    return None


def _misfit(graph: Graph, op: Op, inputs: Sequence[NodeId | None], shapes: Sequence[Shape], error: ValueError) -> str:
    """What an operation says of its inputs, or what does not broadcast, all shapes named."""
    if isinstance(error, OpError):
        return f"{op.title.lower()} {error}"
    sides = " and ".join(
        f"{graph.spoken(source)} with shape {numerals.sized(shape)}"
        for source, shape in zip(inputs, shapes, strict=True)
        if source is not None
    )
    return f"{op.title.lower()} cannot combine {sides}: counted from the right, sizes must be equal, or one of them 1"
