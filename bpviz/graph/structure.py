"""What follows from the wires alone: order, levels, who feeds whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from .rewiring import Rewiring

if TYPE_CHECKING:
    import networkx as nx

    from .change import Change

NodeId: TypeAlias = int

_FEW = 5  # ends, whose ancestors are found sooner one after the other
_BITS, _ROWS, _BYTE = 2048, 4096, 255  # ends, and nodes, that are looked at together


class GraphError(ValueError):
    """A graph that cannot be, said in a sentence for the user."""


class CycleError(GraphError):
    """Nodes that depend on themselves: `nodes` along the wires, the last one the same as the first."""

    def __init__(self, nodes: Sequence[NodeId]) -> None:
        super().__init__("the graph has a cycle")
        self.nodes = tuple(nodes)


@dataclass(frozen=True)
class Structure:
    """What follows from the wires alone.  Graphs that differ only in values and names share one."""

    inputs: Mapping[NodeId, tuple[NodeId | None, ...]]

    @cached_property
    def digraph(self) -> nx.MultiDiGraph[NodeId]:
        """The wires as a networkx graph; the key of an edge is the input slot that it enters."""
        import networkx as nx  # 0.1 s to import: not before the window is up

        digraph: nx.MultiDiGraph[NodeId] = nx.MultiDiGraph()
        digraph.add_nodes_from(self.inputs)
        for target, sources in self.inputs.items():
            for slot, source in enumerate(sources):
                if source is not None:
                    digraph.add_edge(source, target, key=slot)
        return digraph

    @cached_property
    def levels(self) -> tuple[tuple[NodeId, ...], ...]:
        """Nodes by the length of the longest path that leads to them, each level in the order of the graph.

        The same as `networkx.topological_generations` of `digraph`, several times faster, because every change of
        a graph waits for it.  Raises CycleError when there is a cycle.
        """
        waits = {node: sum(source is not None for source in sources) for node, sources in self.inputs.items()}
        levels: list[tuple[NodeId, ...]] = []
        ready = [node for node, count in waits.items() if not count]
        while ready:
            levels.append(tuple(ready))
            following: list[NodeId] = []
            for node in ready:
                for target, _ in self.consumers[node]:
                    waits[target] -= 1
                    if not waits[target]:
                        following.append(target)
            ready = sorted(following, key=self.order.__getitem__)
        if sum(map(len, levels)) < len(self.inputs):
            raise CycleError(self._cycle([node for node, count in waits.items() if count]))
        return tuple(levels)

    def _cycle(self, waiting: Sequence[NodeId]) -> list[NodeId]:
        """One of the cycles for which some nodes wait, from the first of its nodes to itself."""
        place = {node: number for number, node in enumerate(waiting)}
        way: dict[NodeId, int] = {}
        node = waiting[0]
        while node not in way:  # back along the wires; everything that waits has a source that does
            way[node] = len(way)
            node = next(source for source in self.inputs[node] if source in place)
        cycle = list(way)[way[node] :][::-1]
        begin = cycle.index(min(cycle, key=place.__getitem__))
        return [*cycle[begin:], *cycle[: begin + 1]]

    @cached_property
    def consumers(self) -> Mapping[NodeId, tuple[tuple[NodeId, int], ...]]:
        """For each node, the (node, slot) pairs that it feeds."""
        fed: dict[NodeId, list[tuple[NodeId, int]]] = {node: [] for node in self.inputs}
        for target, sources in self.inputs.items():
            for slot, source in enumerate(sources):
                if source is not None:
                    fed[source].append((target, slot))
        return {node: tuple(pairs) for node, pairs in fed.items()}

    def ancestors(self, node: NodeId) -> set[NodeId]:
        """All nodes that `node` depends on, and itself.

        Like `descendants` without networkx: a hand that holds a wire waits for it.
        """
        seen: set[NodeId | None] = {node}
        fresh: set[NodeId | None] = {node}
        while fresh:
            found: set[NodeId | None] = set()
            for at in fresh:
                found.update(self.inputs[at])  # type: ignore[index]  # None has been discarded
            found.discard(None)
            fresh = found - seen
            seen |= fresh
        return seen  # type: ignore[return-value]

    @cached_property
    def unsettled(self) -> Set[NodeId]:
        """The nodes that wait for a wire, their own or of one that they depend on."""
        found = {node for node, sources in self.inputs.items() if None in sources}
        fresh = set(found)
        while fresh:
            fresh = {target for node in fresh for target, _ in self.consumers[node]} - found
            found |= fresh
        return found

    @cached_property
    def order(self) -> Mapping[NodeId, int]:
        """Numbers by which to sort nodes in the order of the graph: what comes later has a larger one."""
        return {node: number for number, node in enumerate(self.inputs)}

    @cached_property
    def depths(self) -> Mapping[NodeId, int]:
        """Which of the `levels` each node is on."""
        return {node: depth for depth, level in enumerate(self.levels) for node in level}

    def dependences(self, ends: Sequence[NodeId]) -> list[int]:
        """Of how many nodes each of some nodes depends on, itself counted."""
        fresh = [end for end in ends if end not in self.counted]
        if len(fresh) < _FEW:
            self.counted.update((end, len(self.ancestors(end))) for end in fresh)
        else:
            self.counted.update(zip(fresh, self._counts(fresh), strict=True))
        return [self.counted[end] for end in ends]

    @cached_property
    def counted(self) -> dict[NodeId, int]:
        """What `dependences` has found so far."""
        return {}

    def _counts(self, ends: Sequence[NodeId]) -> list[int]:
        """As many `ancestors` as each has, many ends at once.

        Every node says as the bits of a number which of the ends depend on it.
        """
        found: list[int] = []
        for begin in range(0, len(ends), _BITS):
            some = ends[begin : begin + _BITS]
            reached = dict.fromkeys(self.inputs, 0)
            reached.update((end, 1 << bit) for bit, end in enumerate(some))
            for level in reversed(self.levels):
                for node in level:
                    if bits := reached[node]:
                        for source in self.inputs[node]:
                            if source is not None:
                                reached[source] |= bits
            size, counts = (len(some) + 7) // 8, np.zeros(len(some), dtype=np.int64)
            numbers = [bits for bits in reached.values() if bits]
            for first in range(0, len(numbers), _ROWS):
                rows = b"".join(bits.to_bytes(size, "little") for bits in numbers[first : first + _ROWS])
                bits_of = np.frombuffer(rows, dtype=np.uint8).reshape(-1, size)
                each = np.unpackbits(bits_of, axis=1, count=len(some), bitorder="little")
                for row in range(0, len(each), _BYTE):  # sums that fit into a byte are many times faster
                    counts += each[row : row + _BYTE].sum(axis=0, dtype=np.uint8)
            found += counts.tolist()
        return found

    def rewired(self, inputs: Mapping[NodeId, tuple[NodeId | None, ...]], change: Change[NodeId]) -> Structure:
        """The structure of other wires, in which what is as it was is not worked out again.

        `change` tells of all nodes whose inputs are others.  The result is the same as without: it pays where few of
        many nodes have come, gone or been wired otherwise.
        """
        made = Structure(inputs)
        if {"levels", "consumers"} <= vars(self).keys():
            Rewiring(self, made, change).take_over()
        return made

    def descendants(self, node: NodeId) -> set[NodeId]:
        """All nodes that depend on `node`, and itself."""
        seen, fresh = {node}, {node}
        while fresh:
            fresh = {target for at in fresh for target, _ in self.consumers[at]} - seen
            seen |= fresh
        return seen


def inputs_first(inputs: Mapping[NodeId, Sequence[NodeId | None]], ends: Sequence[NodeId]) -> list[NodeId]:
    """Some nodes and all that they depend on, every node after its inputs, these in the order of their slots."""
    order: list[NodeId] = []
    seen: set[NodeId] = set()
    pending = [(node, False) for node in reversed(ends)]
    while pending:
        node, is_ready = pending.pop()
        if is_ready:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            pending.append((node, True))
            pending.extend((source, False) for source in reversed(inputs[node]) if source is not None)
    return order
