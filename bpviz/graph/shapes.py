"""Which shape every value has, before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from ..ops import Op, OpError, numerals
from ..ops.op import Shape, require_shape
from .graph import Graph, NodeId, shape_of

__all__ = ["Shape", "Shapes", "infer_shapes", "misfit"]


@dataclass(frozen=True)
class Shapes:
    """`known` shapes by node, and the sentence for each node whose inputs do not fit (`misfits`)."""

    known: Mapping[NodeId, Shape]
    misfits: Mapping[NodeId, str]


def infer_shapes(graph: Graph) -> Shapes:
    """Shapes of all nodes that can be known: leaves from their values, results by the rules of their operations.

    They are inferred once, and of a graph that was made from another one, again only where they may be others.
    """
    if graph.shapes is None:
        graph.shapes = _followed(graph) or _inferred(graph)
    return graph.shapes


def _inferred(graph: Graph) -> Shapes:
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


def _followed(graph: Graph) -> Shapes | None:
    """The same by what has changed since another graph; None if nothing is known of it, or if too much has changed."""
    if graph.follows is None or (before := graph.follows[0]()) is None or before.shapes is None:
        return None
    change, structure, held = graph.follows[1], graph.structure, before.shapes.known
    known: dict[NodeId, Shape] = {**held}
    for node in change.gone & known.keys():
        del known[node]
    misfits: dict[NodeId, str] = {}
    again = {*change.others, *before.shapes.misfits}.difference(change.gone)  # misfits name nodes whose labels change
    waiting = [(structure.depths[node], node) for node in again]
    heapify(waiting)  # so that inputs come first
    while waiting:
        if not change.is_few(len(again)):
            return None
        _, node = heappop(waiting)
        found = _found(graph, node, graph.nodes[node].inputs, known)
        known.pop(node, None)
        if isinstance(found, str):
            misfits[node] = found
        elif found is not None:
            known[node] = found
        if known.get(node) != held.get(node):
            fresh = {target for target, _ in structure.consumers[node]} - again
            again |= fresh
            for target in fresh:
                heappush(waiting, (structure.depths[target], target))
    return Shapes(known, misfits)


def misfit(graph: Graph, node: NodeId, inputs: Sequence[NodeId | None], known: Mapping[NodeId, Shape]) -> str | None:
    """Why `inputs` would not fit at a node; None if they would, or if one of their shapes is not `known`."""
    found = _found(graph, node, inputs, known)
    return found if isinstance(found, str) else None


def _found(
    graph: Graph, node: NodeId, inputs: Sequence[NodeId | None], known: Mapping[NodeId, Shape]
) -> Shape | str | None:
    """The shape of a node with these inputs, or why they do not fit; None if one of their shapes is not `known`."""
    op = graph.nodes[node].op
    if not op.arity:
        return shape_of(graph.nodes[node].value)
    try:
        shapes = [known[source] for source in inputs]  # type: ignore[index]  # None is no key either
    except KeyError:
        return None
    if op.structured is None and not any(shapes):
        return ()
    try:
        return require_shape(op.result_shape(*shapes))
    except ValueError as error:
        return _misfit(graph, op, inputs, shapes, error)


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
