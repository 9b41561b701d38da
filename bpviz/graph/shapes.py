"""Which shape every value has, before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .graph import Graph, NodeId

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Shapes:
    """`known` shapes by node, and the sentence for each node whose inputs do not fit (`misfits`)."""

    known: Mapping[NodeId, Shape]
    misfits: Mapping[NodeId, str]


def infer_shapes(graph: Graph) -> Shapes:
    """Shapes of all nodes that can be known: leaves from their values, results by numpy's broadcasting."""
    known: dict[NodeId, Shape] = {}
    misfits: dict[NodeId, str] = {}
    for level in graph.structure.levels:
        for id_ in level:
            node = graph.nodes[id_]
            if node.op.is_leaf:
                if node.value is not None:
                    known[id_] = np.shape(node.value)
                continue
            inputs = [known.get(source) if source is not None else None for source in node.inputs]
            shapes = [shape for shape in inputs if shape is not None]
            if len(shapes) < len(inputs):
                continue
            if not any(shapes):
                known[id_] = ()
                continue
            try:
                known[id_] = np.broadcast_shapes(*shapes)
            except ValueError:
                misfits[id_] = misfit(graph, id_, shapes)
    return Shapes(known, misfits)


def misfit(graph: Graph, id_: NodeId, shapes: list[Shape]) -> str:
    """What does not fit at a node, both shapes named."""
    node = graph.nodes[id_]
    sides = " and ".join(
        f"{graph.spoken(source)} with shape {shape}"
        for source, shape in zip(node.inputs, shapes, strict=True)
        if source is not None
    )
    return (
        f"{node.op.title.lower()} cannot combine {sides}: counted from the right, sizes must be equal, or one of them 1"
    )
