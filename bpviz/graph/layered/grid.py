"""Nodes and the bends of long wires, in columns, as arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..direction import Direction
from ..graph import Graph, NodeId
from ..structure import inputs_first
from .crossings import Floats, Ints, inversions

MOST_LANES = 40_000  # in all; the longest wires, where there would be more, have none and are in nobody's way


@dataclass(frozen=True)
class Links:
    """Where the links of each vertex to one side begin in a list of links that is sorted by vertex."""

    order: Ints  # the numbers of the links
    first: Ints  # of the links of each vertex, and one more
    count: Ints  # how many links each vertex has
    near: Ints
    far: Ints


@dataclass(frozen=True)
class Grid:
    """Vertices in columns: nodes, and a lane in every column that a wire passes.

    Vertices are numbered column by column, each column from top to bottom in the order of reading.  Every wire is a
    chain of links, each of which joins neighbouring columns.
    """

    ids: tuple[NodeId, ...]
    node: Ints  # vertex -> place in `ids`, or −1 for a lane
    column: Ints
    piece: Ints  # which connected part of the graph a vertex belongs to, numbered from the top
    first: Ints  # the first vertex of each column, and one more
    left: Ints  # link -> vertex
    right: Ints
    port: Floats  # link -> how far below the middle of its right end it enters
    port_share: Floats  # the same as a part of a place, so that it decides between links into the same vertex
    free: Ints  # links into vertices that take their wires in any order: until it is settled, all enter in the middle

    def __len__(self) -> int:
        return len(self.node)

    @property
    def width(self) -> int:
        return len(self.first) - 1

    def sided(self, near: Ints, far: Ints) -> Links:
        """The links by the vertices at their `near` ends."""
        order = np.argsort(near, kind="stable")
        count = np.bincount(near, minlength=len(self))
        return Links(order, np.concatenate([[0], np.cumsum(count)]), count, near[order], far[order])

    def crossings(self, place: Ints) -> int:
        """How many pairs of wires cross when vertices stand at these places in their columns."""
        at = self.first[self.column] + place
        keys = self.port, at[self.right]
        by_right = np.lexsort((at[self.left], *keys) if len(self.free) else keys)
        places = np.empty_like(by_right)
        places[by_right] = np.arange(len(by_right))
        return inversions(places[np.lexsort((places, at[self.left]))])

    def settled(self, place: Ints, direction: Direction) -> Grid:
        """The same grid with the free wires in the order in which they come when vertices stand at these places."""
        if not len(self.free):
            return self
        links = self.free[np.lexsort((place[self.left[self.free]], self.right[self.free]))]
        port, count = self.port.copy(), np.bincount(self.right[links])
        for number, (end, begin) in enumerate(zip(self.right[links].tolist(), _begins(self.right[links]), strict=True)):
            port[links[number]] = direction.port(number - begin, int(count[end]))
        return replace(self, port=port, free=np.zeros(0, np.intp))

    def places(self, key: Ints | Floats) -> Ints:
        """The places in their columns of vertices sorted by `key`, connected parts kept apart."""
        order = np.lexsort((key, self.piece, self.column))
        places = np.empty_like(order)
        places[order] = np.arange(len(order))
        return places - self.first[self.column]


def _begins(ordered: Ints) -> list[int]:
    """For every one of some numbers in order, where the first equal one stands."""
    begins: list[int] = ordered.searchsorted(ordered, "left").tolist()
    return begins


def grid_of(
    graph: Graph,
    column: Mapping[NodeId, int],
    direction: Direction = Direction.RIGHT,
    *,
    in_pieces: bool = True,
    free: Collection[NodeId] = (),
) -> Grid:
    """The vertices and links of a graph whose nodes stand in these columns, counted from any number; the `direction`
    says how far apart wires enter a card.

    In pieces, every connected part begins in column 0; else columns stay as they are beside each other.  Some nodes are
    `free` to take their wires in any order.
    """
    ids = tuple(_reading_order(graph))
    index = {id_: i for i, id_ in enumerate(ids)}
    wires = [
        (index[source], i, 0.0 if id_ in free else direction.port(slot, len(graph.nodes[id_].inputs)))
        for i, id_ in enumerate(ids)
        for slot, source in enumerate(graph.nodes[id_].inputs)
        if source is not None
    ]
    source, target = np.array([ends[:2] for ends in wires], np.intp).reshape(-1, 2).T
    port = np.array([wire[2] for wire in wires])
    at = np.array([column[id_] for id_ in ids], np.intp)
    piece = _pieces(len(ids), source, target) if in_pieces else np.zeros(len(ids), np.intp)
    lowest = np.full(int(piece.max()) + 1, at.max())
    np.minimum.at(lowest, piece, at)
    at -= lowest[piece]

    # Lanes: from the column after a node to the one before its use.
    reach = at[target] - at[source] - 1
    by_length = np.argsort(reach, kind="stable")
    is_held = np.ones(len(source), np.bool_)
    is_held[by_length[np.cumsum(reach[by_length]) > MOST_LANES]] = False
    source, target, port, reach = source[is_held], target[is_held], port[is_held], reach[is_held]
    wire = np.repeat(np.arange(len(source)), reach)
    start = len(ids) + np.cumsum(reach) - reach  # vertex of the first lane of a wire
    vertices = len(ids) + len(wire)
    lane = np.arange(len(ids), vertices)
    rank = lane - start[wire]
    left = np.concatenate([np.where(reach > 0, start + reach - 1, source), np.where(rank > 0, lane - 1, source[wire])])
    right = np.concatenate([target, lane])

    # A lane comes after the inputs that are read before its wire, and so before those that are read later.
    seen: dict[int, int] = {}
    read = np.empty(len(target))
    for i, (s, t) in enumerate(zip(source.tolist(), target.tolist(), strict=True)):
        seen[t] = max(seen.get(t, 0), s)
        read[i] = seen[t] + 0.5
    key = np.concatenate([np.arange(len(ids)) * 1.0, read[wire]])

    ports = np.concatenate([port, np.zeros(len(lane))])
    columns = np.concatenate([at, at[source[wire]] + 1 + rank])
    pieces = np.concatenate([piece, piece[source[wire]]])
    order = np.lexsort((key, pieces, columns))
    new = np.empty_like(order)
    new[order] = np.arange(vertices)
    is_free = np.isin(new[right], new[[index[id_] for id_ in ids if id_ in free]]) if free else np.zeros(0, np.bool_)
    return Grid(
        ids,
        np.where(order < len(ids), order, -1),
        columns[order],
        pieces[order],
        np.concatenate([[0], np.cumsum(np.bincount(columns))]).astype(np.intp),
        new[left],
        new[right],
        ports,
        ports / (4.0 * max(float(np.abs(ports).max(initial=0.0)), 1e-9)),
        np.flatnonzero(is_free),
    )


def _reading_order(graph: Graph) -> list[NodeId]:
    """Every node after its inputs, inputs in slot order, the output's expression first; an input that is nothing but
    the output is one input among others."""
    ends = [id_ for id_ in graph.nodes if not graph.structure.consumers[id_]]
    ends.sort(key=lambda id_: id_ != graph.result or not graph.nodes[id_].inputs)
    return inputs_first(graph.structure.inputs, ends)


def _pieces(size: int, source: Ints, target: Ints) -> Ints:
    """The connected part of each node, numbered in the order of their first nodes."""
    piece = np.arange(size)
    while len(source):
        least = piece.copy()
        np.minimum.at(least, piece[source], piece[target])
        np.minimum.at(least, piece[target], piece[source])
        least = np.minimum(least, least[piece])
        while (least[least] != least).any():
            least = least[least]
        if (least == piece).all():
            break
        piece = least
    _, numbers = np.unique(piece, return_inverse=True)
    return numbers.astype(np.intp)
