"""A graph, where its cards lie, the bookmarks of its run, and what people put beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace

from ..graph.graph import Graph, NodeId
from ..graph.layout import Direction, Position, layout
from .annotations import Frame, Note, Route, carried_by, kept_in, kept_routes
from .bookmarks import Bookmark
from .groups import Group, carried, differ_in_places_alone, pruned
from .my_operations import MyOperation
from .places import Places


@dataclass(frozen=True)
class Diagram:
    """What a document holds at one moment.  `positions` has the top left corner of every node's card.

    A bookmark or a pin goes when its node goes, a route when its wire does, a group when the last of its nodes does.
    Frames and notes in a group go with it.  Frames lie behind the cards, the last in front; arranging automatically
    leaves `pinned` cards where they are.  Wires lead in one `direction`: cards have their inputs on one side, or above.
    """

    graph: Graph = field(default_factory=Graph)
    positions: Mapping[NodeId, Position] = field(default_factory=dict)
    bookmarks: tuple[Bookmark, ...] = ()
    groups: tuple[Group, ...] = ()
    operations: tuple[MyOperation, ...] = ()  # the user's own
    frames: tuple[Frame, ...] = ()
    notes: tuple[Note, ...] = ()
    routes: tuple[Route, ...] = ()
    pinned: frozenset[NodeId] = frozenset()
    direction: Direction = Direction.RIGHT

    def __post_init__(self) -> None:
        if not isinstance(self.positions, Places):  # one diagram's places serve the next, if none moved
            object.__setattr__(self, "positions", Places(self.positions))
        assert self.places.fit(self.graph.structure, self.graph.nodes), "every node has a position"
        if self.bookmarks:
            kept = tuple(mark for mark in self.bookmarks if mark.anchor.node in {None, *self.graph.nodes})
            object.__setattr__(self, "bookmarks", kept)
        if self.routes:
            object.__setattr__(self, "routes", kept_routes(self.routes, self.graph.structure))
        if not self.pinned <= self.graph.nodes.keys():
            object.__setattr__(self, "pinned", self.pinned.intersection(self.graph.nodes))
        if self.groups:
            object.__setattr__(self, "groups", pruned(self.groups, self.graph))
        object.__setattr__(self, "frames", kept_in(self.frames, self.groups))
        object.__setattr__(self, "notes", kept_in(self.notes, self.groups))

    @property
    def annotations(self) -> tuple[Frame | Note, ...]:
        """Frames and notes, from the hindmost to the foremost."""
        return *self.frames, *self.notes

    @property
    def places(self) -> Places:
        """The positions, which know in what they differ from others."""
        assert isinstance(self.positions, Places)
        return self.positions

    @staticmethod
    def of(graph: Graph, direction: Direction = Direction.RIGHT) -> Diagram:
        """A graph, laid out automatically."""
        return Diagram(graph, layout(graph, direction=direction), direction=direction)

    def places_with(self, others: Mapping[NodeId, Position], gone: Iterable[NodeId] = ()) -> Mapping[NodeId, Position]:
        """The places of all cards, with some of them elsewhere or new, and without those that are `gone`."""
        return self.places.with_(others, gone)

    def differs_in_places_alone(self, other: Diagram) -> bool:
        """Whether at most cards lie elsewhere than in another diagram."""
        if self.graph is not other.graph or not differ_in_places_alone(self.groups, other.groups):
            return False
        names = (field.name for field in fields(Diagram) if field.name not in {"graph", "positions", "groups"})
        return all(getattr(self, name) == getattr(other, name) for name in names)

    def with_(self, graph: Graph, positions: Mapping[NodeId, Position] | None = None) -> Diagram:
        """The same diagram of another graph, its cards at other places if `positions` are given."""
        if positions is None:
            return replace(self, graph=graph)
        if not self.groups:
            return replace(self, graph=graph, positions=positions)
        groups = carried(self.groups, self.positions, positions)
        frames, notes = carried_by(self.frames, self.groups, groups), carried_by(self.notes, self.groups, groups)
        return replace(self, graph=graph, positions=positions, groups=groups, frames=frames, notes=notes)
