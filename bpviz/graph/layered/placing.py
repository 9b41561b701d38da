"""Cards put among others that lie already: beside their neighbours, on nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median

import numpy as np

from ..direction import Position
from ..graph import Graph, NodeId
from .crossings import Floats
from .room import Room

MARGIN = 12.0  # cards that are nearer than this count as overlapping


class _Taken:
    """The rectangles of cards that lie already."""

    def __init__(self, graph: Graph, positions: Mapping[NodeId, Position], room: Room, count: int) -> None:
        self._boxes: Floats = np.empty((count, 4))
        self._step = room.row_pitch / 4
        self._count = 0
        for id_, position in positions.items():
            self.add(position, room.size_of(graph.nodes[id_]))

    def add(self, corner: Position, size: Position) -> None:
        self._boxes[self._count] = corner[0], corner[1], corner[0] + size[0], corner[1] + size[1]
        self._count += 1

    def touches(self, boxes: Floats) -> bool:
        """Whether one of some boxes (x1, y1, x2, y2) lies on a card."""
        near = self._boxes[: self._count]
        x1, y1, x2, y2 = boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3]
        return bool(
            np.any(
                (near[:, 0, None] < x2 + MARGIN)
                & (near[:, 2, None] > x1 - MARGIN)
                & (near[:, 1, None] < y2 + MARGIN)
                & (near[:, 3, None] > y1 - MARGIN)
            )
        )

    def nearest(self, boxes: Floats) -> float:
        """How far down, or up if negative, boxes have to go so that none lies on a card: as little as can be."""
        for step in range(100_000):
            for way in (step * self._step, -step * self._step):
                if not self.touches(boxes + np.array([0.0, way, 0.0, way])):
                    return way
        raise AssertionError("beyond all cards there is room")


def _boxes(graph: Graph, positions: Mapping[NodeId, Position], room: Room) -> Floats:
    sizes = [room.size_of(graph.nodes[id_]) for id_ in positions]
    return np.array([(x, y, x + w, y + h) for (x, y), (w, h) in zip(positions.values(), sizes, strict=True)])


def separate(
    graph: Graph, positions: Mapping[NodeId, Position], movable: Iterable[NodeId], room: Room
) -> dict[NodeId, Position]:
    """The same places, where `movable` cards that lie on others move up or down to where there is room."""
    loose = dict.fromkeys(movable)
    found = {id_: place for id_, place in positions.items() if id_ not in loose}
    taken = _Taken(graph, found, room, len(positions))
    for id_ in loose:
        (x, y), size = positions[id_], room.size_of(graph.nodes[id_])
        y += taken.nearest(np.array([[x, y, x + size[0], y + size[1]]]))
        found[id_] = x, y
        taken.add((x, y), size)
    return {id_: found[id_] for id_ in positions}


def among(
    graph: Graph, fresh: Mapping[NodeId, Position], pinned: Mapping[NodeId, Position], room: Room
) -> dict[NodeId, Position]:
    """Pinned cards where they are, and the others beside their neighbours, as far from them as in a fresh layout."""
    found = {id_: pinned[id_] for id_ in graph.nodes if id_ in pinned}
    taken = _Taken(graph, found, room, len(graph))
    inputs, consumers = graph.structure.inputs, graph.structure.consumers
    waiting = [id_ for level in reversed(graph.structure.levels) for id_ in level if id_ not in found]
    while waiting:
        later: list[NodeId] = []
        for id_ in waiting:
            sources = [s for s in inputs[id_] if s in found and s is not None]
            targets = [t for t, _ in consumers[id_] if t in found]
            if not (sources or targets) and len(later) < len(waiting) - 1:
                later.append(id_)
                continue
            near = sources + targets
            dx, dy = (median([found[n][axis] - fresh[n][axis] for n in near] or [0.0]) for axis in (0, 1))
            x, y = fresh[id_][0] + dx, fresh[id_][1] + dy
            # Right of its inputs, and left of what it feeds where there is room between.
            size = room.size_of(graph.nodes[id_])
            x = min([x, *(found[t][0] - room.column_gap - size[0] for t in targets)])
            x = max([x, *(found[s][0] + room.size_of(graph.nodes[s])[0] + MARGIN * 3 for s in sources)])
            y += taken.nearest(np.array([[x, y, x + size[0], y + size[1]]]))
            found[id_] = x, y
            taken.add((x, y), size)
        waiting = later
    return {id_: found[id_] for id_ in graph.nodes}


def together(
    graph: Graph, moved: Mapping[NodeId, Position], before: Mapping[NodeId, Position], room: Room
) -> dict[NodeId, Position]:
    """All cards as before, but those that are `moved`: these as they lie to each other, about where they were."""
    rest = {id_: before[id_] for id_ in graph.nodes if id_ not in moved}
    old = [before[id_] for id_ in moved if id_ in before] or [(0.0, 0.0)]
    dx, dy = (
        round(sum(p[axis] for p in old) / len(old) - sum(p[axis] for p in moved.values()) / len(moved)) + 0.0
        for axis in (0, 1)
    )
    there = {id_: (x + dx, y + dy) for id_, (x, y) in moved.items()}
    way = _Taken(graph, rest, room, len(rest)).nearest(_boxes(graph, there, room)) if rest else 0.0
    there = {id_: (x, y + way) for id_, (x, y) in there.items()}
    return {id_: there.get(id_) or before[id_] for id_ in graph.nodes}
