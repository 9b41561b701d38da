"""Which column every node stands in: after all its inputs, and the wires as short as can be in all.

The network simplex of Gansner, Koutsofios, North and Vo (1993), with three changes for the sake of speed.  The start
is a longest path, bettered node by node.  The cut value of a tree wire needs no walk around the graph: it is the sum,
over the nodes of the subtree, of the wires that leave each less those that enter.  And as many subtrees as do not
concern each other move between two walks over the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..graph import Graph, NodeId

WORK = 500_000  # about how many visits of nodes there may be before a large graph has to be content
PASSES = 6


def columns(graph: Graph, progress: Callable[[float], None]) -> dict[NodeId, int]:
    """The column of every node.  The least is not always 0."""
    consumers = graph.structure.consumers
    ids = [id_ for level in graph.structure.levels for id_ in level]
    index = {id_: i for i, id_ in enumerate(ids)}
    sources = [[index[s] for s in graph.structure.inputs[id_] if s is not None] for id_ in ids]
    targets = [[index[target] for target, _ in consumers[id_]] for id_ in ids]
    column = [0] * len(ids)
    for number, level in enumerate(graph.structure.levels):
        for id_ in level:
            column[index[id_]] = number
    _nudge(column, sources, targets)
    _NetworkSimplex(column, sources, targets).run(WORK, progress)
    return dict(zip(ids, column, strict=True))


def far_left(graph: Graph, column: dict[NodeId, int]) -> dict[NodeId, int]:
    """The same, with all variables in the column of the leftmost: a reader runs down the inputs, as down a list."""
    variables = [id_ for id_ in column if graph.nodes[id_].op.name == "variable"]
    least = min((column[id_] for id_ in variables), default=0)
    return column | dict.fromkeys(variables, least)


def _nudge(column: list[int], sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]) -> None:
    """Moves nodes right or left as far as they can go while that shortens wires; nodes are numbered inputs first."""
    follows = [False] * len(column)  # nodes that come along when the one node that they feed moves right
    held = [0] * len(column)
    for node, before in enumerate(sources):
        held[node] = sum(not follows[source] for source in before)
        follows[node] = not held[node] and len(targets[node]) == 1
    for _ in range(PASSES):
        old = column.copy()
        for node in range(len(column) - 1, -1, -1):
            if targets[node] and len(targets[node]) >= held[node]:
                column[node] = max(column[node], min(column[target] for target in targets[node]) - 1)
        for node, before in enumerate(sources):
            if len(before) > len(targets[node]) and not follows[node]:
                column[node] = min(column[node], max(column[source] for source in before) + 1)
        if column == old:
            return


class _NetworkSimplex:
    """Forests of tight wires, whose subtrees move until something holds them or the wires would grow longer."""

    def __init__(self, column: list[int], sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]) -> None:
        self.column, self.sources, self.targets = column, sources, targets
        self.parent = [-1] * len(column)
        self.is_fed = [False] * len(column)  # whether the wire to the parent comes from there
        self.order: list[int] = []  # roots first, every subtree in one run
        self.at = [0] * len(column)
        self.touched = bytearray(len(column))

    def run(self, work: float, progress: Callable[[float], None]) -> None:
        """Moves subtrees, most wires first, until none gains or there was enough work."""
        left = work
        while left > 0:
            size, surplus = self._walk()
            left -= 3 * len(self.column)
            gaining = [node for node in self.order if self._gains(node, surplus[node])]
            gaining.sort(key=lambda node: (-abs(surplus[node]), size[node]))
            if not gaining:
                return
            self.touched = bytearray(len(self.column))
            for node in gaining:
                if left <= 0:
                    return
                subtree = self.order[self.at[node] : self.at[node] + size[node]]
                left -= len(subtree) / 4
                if not any(map(self.touched.__getitem__, subtree)):
                    left -= 3 * len(subtree)
                    self._move(node, subtree, surplus[node] > 0)
            progress(1.0 - max(left, 0.0) / work)

    def _walk(self) -> tuple[list[int], list[int]]:
        """Orders the nodes anew; how large each subtree is, and how many wires more leave it than enter."""
        children: list[list[int]] = [[] for _ in self.column]
        pending: list[int] = []
        for node, parent in enumerate(self.parent):
            (children[parent] if parent >= 0 else pending).append(node)
        self.order = []
        while pending:
            node = pending.pop()
            self.at[node] = len(self.order)
            self.order.append(node)
            pending += children[node]
        size = [1] * len(self.column)
        surplus = [len(t) - len(s) for s, t in zip(self.sources, self.targets, strict=True)]
        for node in reversed(self.order):
            if (parent := self.parent[node]) >= 0:
                size[parent] += size[node]
                surplus[parent] += surplus[node]
        return size, surplus

    def _gains(self, node: int, surplus: int) -> bool:
        """Whether wires become shorter when the subtree goes where the wire to its parent lets it go."""
        return surplus != 0 and (self.parent[node] < 0 or (surplus > 0) == self.is_fed[node])

    def _move(self, node: int, subtree: Sequence[int], rightward: bool) -> None:
        """Moves a subtree until a wire to or from another node is tight, and hangs it up there."""
        first, end = self.at[node], self.at[node] + len(subtree)
        neighbours = self.targets if rightward else self.sources
        slack, inner, outer = min(
            (abs(self.column[there] - self.column[here]) - 1, here, there)
            for here in subtree
            for there in neighbours[here]
            if not first <= self.at[there] < end
        )
        for member in subtree:
            self.column[member] += slack if rightward else -slack
            self.touched[member] = True
        for end_ in (self.parent[node], outer):  # the subtrees that contain these are others now
            while end_ >= 0 and not self.touched[end_]:
                self.touched[end_] = True
                end_ = self.parent[end_]
        above, is_fed = outer, not rightward
        while True:  # turn the way from the new top to the old one around
            below, was_fed = self.parent[inner], self.is_fed[inner]
            self.parent[inner], self.is_fed[inner] = above, is_fed
            if inner == node:
                return
            inner, above, is_fed = below, inner, not was_fed
