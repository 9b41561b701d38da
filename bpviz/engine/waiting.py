"""What a half-built graph waits for, in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping

from ..graph.graph import Graph, NodeId

_ORDINALS = ("first", "second", "third", "fourth")


def nth(slot: int) -> str:
    """How words count inputs: the slot 0 is the first."""
    return _ORDINALS[slot] if slot < len(_ORDINALS) else f"{slot + 1}th"


class Told(Mapping[NodeId, str]):
    """A sentence about each of some nodes, put into words when it is read: there may be thousands, and few in view."""

    def __init__(self, nodes: Iterable[NodeId], word: Callable[[NodeId], str]) -> None:
        self._said: dict[NodeId, str | None] = dict.fromkeys(nodes)
        self._word = word

    def __getitem__(self, node: NodeId) -> str:
        said = self._said[node]
        if said is None:
            said = self._said[node] = self._word(node)
        return said

    def __contains__(self, node: object) -> bool:
        return node in self._said

    def __iter__(self) -> Iterator[NodeId]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)


def reasons_to_wait(graph: Graph, computed: Collection[NodeId], misfits: Mapping[NodeId, str]) -> Mapping[NodeId, str]:
    """A sentence for each node that has no value and no misfit: the slot, value or node that it waits for."""
    if len(computed) == len(graph):
        return {}
    known = {*computed, *misfits}
    nodes = (id_ for level in graph.structure.levels for id_ in level if id_ not in known)
    return Told(nodes, lambda id_: _reason(graph, id_, computed))


def _reason(graph: Graph, id_: NodeId, computed: Container[NodeId]) -> str:
    node = graph.nodes[id_]
    if node.op.is_leaf:
        return f"{graph.spoken(id_)} waits for a value"
    empty = [slot for slot, source in enumerate(node.inputs) if source is None]
    if empty:
        which = (
            "its input"
            if node.op.arity == 1
            else "both inputs"
            if node.op.arity == len(empty) == 2
            else f"{len(empty)} inputs"
            if len(empty) > 1
            else f"its {nth(empty[0])} input"
        )
        return f"{graph.spoken(id_)} waits for {which} to be wired"
    late = [graph.spoken(source) for source in node.inputs if source is not None and source not in computed]
    return f"{graph.spoken(id_)} waits for {' and '.join(dict.fromkeys(late))}"
