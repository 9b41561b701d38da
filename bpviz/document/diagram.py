"""A graph and where its cards lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..graph.graph import Graph, NodeId
from ..graph.layout import Position, layout


@dataclass(frozen=True)
class Diagram:
    """What a document holds at one moment.  `positions` has the top left corner of every node's card."""

    graph: Graph = field(default_factory=Graph)
    positions: Mapping[NodeId, Position] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.positions, MappingProxyType):  # one diagram's places serve the next, if none moved
            object.__setattr__(self, "positions", MappingProxyType(dict(self.positions)))
        assert self.positions.keys() == self.graph.nodes.keys(), "every node has a position"

    @staticmethod
    def of(graph: Graph) -> Diagram:
        """A graph, laid out automatically."""
        return Diagram(graph, layout(graph))
