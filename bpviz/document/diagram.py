"""A graph, where its cards lie, and the bookmarks of its run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from ..graph.graph import Graph, NodeId
from ..graph.layout import Position, layout
from .bookmarks import Bookmark


@dataclass(frozen=True)
class Diagram:
    """What a document holds at one moment.  `positions` has the top left corner of every node's card.

    A bookmark goes when its node goes.
    """

    graph: Graph = field(default_factory=Graph)
    positions: Mapping[NodeId, Position] = field(default_factory=dict)
    bookmarks: tuple[Bookmark, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.positions, MappingProxyType):  # one diagram's places serve the next, if none moved
            object.__setattr__(self, "positions", MappingProxyType(dict(self.positions)))
        assert self.positions.keys() == self.graph.nodes.keys(), "every node has a position"
        if self.bookmarks:
            kept = tuple(mark for mark in self.bookmarks if mark.anchor.node in {None, *self.graph.nodes})
            object.__setattr__(self, "bookmarks", kept)

    @staticmethod
    def of(graph: Graph) -> Diagram:
        """A graph, laid out automatically."""
        return Diagram(graph, layout(graph))

    def with_(self, graph: Graph, positions: Mapping[NodeId, Position] | None = None) -> Diagram:
        """The same diagram of another graph, its cards at other places if `positions` are given."""
        return replace(self, graph=graph, positions=self.positions if positions is None else positions)
