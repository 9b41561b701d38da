"""Graph → positions: columns from left to right, or rows from top to bottom; few crossings, long wires straight.

The layered method of Sugiyama, Tagawa and Toda (1981), in arrays: `layered/columns.py` finds the columns,
`layered/untangling.py` their order, `layered/heights.py` how high everything lies, and `layered/drawing.py` puts these
together, as if wires led to the right; another picture is turned.  The same graph always gets the same picture.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from .direction import Direction, Position
from .graph import Graph, NodeId
from .layered.drawing import drawn
from .layered.keeping import redrawn
from .layered.placing import among, together
from .layered.room import CARD_ROOM, ROOMS

__all__ = ["CARD_ROOM", "ROOMS", "Direction", "Position", "layout"]


def layout(
    graph: Graph,
    *,
    direction: Direction = Direction.RIGHT,
    pinned: Mapping[NodeId, Position] | None = None,
    only: Collection[NodeId] | None = None,
    before: Mapping[NodeId, Position] | None = None,
    free: Collection[NodeId] = (),
    progress: Callable[[float], None] | None = None,
) -> Mapping[NodeId, Position]:
    """The top left corner of every node's card.

    - `pinned` nodes stay exactly there; the others lie beside their neighbours, where there is room.
    - `only` these nodes move, and together: the others stay where they were `before`, which has to hold them.
    - `before` alone keeps the old picture.  A card stays in its column unless a new wire pushes it (then most stay and
      the fewer move), keeps its place among the others of its column unless wires cross less elsewhere, and keeps its
      height unless a new card needs room.  (In rows, a card keeps its row and its place along that.)
    - `free` nodes, of a picture that is made anew, take their inputs in any order, and not in that of their slots.
    - `progress` is called with numbers that rise from 0 to 1.  What it raises ends the layout and goes to the caller.
    """
    report, room = _Progress(progress), ROOMS[direction]
    pinned = _turned({id_: place for id_, place in (pinned or {}).items() if id_ in graph.nodes}, direction)
    before = None if before is None else _turned(before, direction)
    if not graph.nodes:
        return {}
    if only is not None:
        before = {**(before or {}), **pinned}
        moving = [id_ for id_ in graph.nodes if id_ in set(only) and id_ not in pinned]
        if not moving:
            return _turned({id_: before[id_] for id_ in graph.nodes}, direction)
        part = drawn(_part(graph, moving), room, report)
        return _turned(together(graph, part, before, room), direction)
    if before and not pinned and before.keys() & graph.nodes.keys():
        found = redrawn(graph, before, room, report)
    elif progress is not None or free:
        found = drawn(graph, room, report, frozenset(free))
    else:
        found = graph.in_words(("layout", graph.result, direction), drawn, graph, room, report)
    report(1.0)
    return _turned(among(graph, found, pinned, room) if pinned else found, direction)


def _turned(places: Mapping[NodeId, Position], direction: Direction) -> Mapping[NodeId, Position]:
    """Places in a picture from left to right, and back."""
    return {id_: direction.turned(place) for id_, place in places.items()} if direction.is_down else places


def _part(graph: Graph, nodes: Collection[NodeId]) -> Graph:
    """Some nodes and the wires between them."""
    kept = set(nodes)
    return Graph(
        graph.nodes[id_].with_(inputs=tuple(s if s in kept else None for s in graph.nodes[id_].inputs)) for id_ in nodes
    )


class _Progress:
    """Hands on what is more than was told before."""

    def __init__(self, told: Callable[[float], None] | None) -> None:
        self._told, self._last = told, -1.0

    def __call__(self, done: float) -> None:
        if self._told is not None and done > self._last:
            self._last = done
            self._told(min(done, 1.0))
