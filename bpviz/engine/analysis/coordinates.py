"""What can be moved to see the output respond: a scalar input, or one entry of an input that is an array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...graph.graph import Graph, NodeId, Value
from ...ops.numerals import MINUS, shape_text


@dataclass(frozen=True)
class Coordinate:
    """An input and, if it is an array, which entry of it; `()` for a scalar."""

    node: NodeId
    entry: tuple[int, ...] = ()

    def label(self, graph: Graph) -> str:
        """`x`, or `w[0, 2]`."""
        name = graph.label(self.node)
        return f"{name}[{', '.join(map(str, self.entry))}]" if self.entry else name

    def stands_in(self, graph: Graph) -> bool:
        """Whether the graph has this input, with a value that has this entry."""
        held = graph.nodes.get(self.node)
        if held is None or not held.op.is_leaf or held.value is None:
            return False
        shape = np.shape(held.value)
        return len(shape) == len(self.entry) and all(0 <= i < n for i, n in zip(self.entry, shape, strict=True))

    def number(self, graph: Graph) -> float:
        """Its present value.  It must stand in the graph."""
        return float(np.asarray(graph.nodes[self.node].value, dtype=np.float64)[self.entry])

    def with_number(self, graph: Graph, number: float) -> Value:
        """The value of its input with another number in its place; the graph is as it was."""
        if not self.entry:
            return number
        changed = np.array(graph.nodes[self.node].value, dtype=np.float64)
        changed[self.entry] = number
        return changed


def inputs_of(graph: Graph) -> list[NodeId]:
    """The inputs and parameters that have a value with at least one entry, in the order of the graph; then, if there
    are none, the constants: something must move."""
    leaves = [
        node
        for node in graph.nodes.values()
        if node.op.is_leaf and node.value is not None and np.size(np.asarray(node.value))
    ]
    free = [node.id for node in leaves if not node.is_constant]
    return free or [node.id for node in leaves]


def first_of(graph: Graph, node: NodeId) -> Coordinate:
    """The input itself, or its first entry."""
    return Coordinate(node, (0,) * np.asarray(graph.nodes[node].value).ndim)


def entry_of(text: str, shape: Sequence[int]) -> tuple[int, ...]:
    """What was typed as an entry, such as `0, 2` or `[0, 2]`; negative ones count from the end.

    Raises ValueError with a sentence.
    """
    parts = text.replace(MINUS, "-").strip().strip("[]()").replace(",", " ").split()
    try:
        entry = tuple(int(part) for part in parts)
    except ValueError:
        raise ValueError(f"an entry is given by {len(shape)} whole numbers, such as {_example(shape)}") from None
    if len(entry) != len(shape):
        raise ValueError(f"an entry of {shape_text(shape)} is given by {len(shape)} numbers, such as {_example(shape)}")
    if not all(-n <= i < n for i, n in zip(entry, shape, strict=True)):
        raise ValueError(f"there is no such entry: the array has {shape_text(shape)}, and entries count from 0")
    return tuple(i % n for i, n in zip(entry, shape, strict=True))


def _example(shape: Sequence[int]) -> str:
    return ", ".join(str(n - 1) for n in shape)
