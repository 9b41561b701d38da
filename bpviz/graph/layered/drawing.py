"""Columns, orders and heights, put together to a picture; connected parts beside and below each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np

from ..direction import Direction, Position
from ..graph import Graph, NodeId
from .columns import columns, far_left
from .crossings import Floats, Ints
from .grid import Grid, grid_of
from .heights import heights
from .room import ROW_GAP, Room
from .untangling import untangled

LISTED = 300  # a graph of more nodes has its variables where they are used, and not far left


def drawn(
    graph: Graph, room: Room, progress: Callable[[float], None], free: Collection[NodeId] = ()
) -> dict[NodeId, Position]:
    """The top left corner of every card, whatever was there before.

    Nodes that are `free` take their wires in any order.
    """
    column = columns(graph, lambda done: progress(0.15 * done))
    grid, place = _ordered(graph, column, room.direction, free, lambda done: progress(0.15 + 0.65 * done))
    height = heights(grid.settled(place, room.direction), place, room.extents_of(graph, grid))
    progress(0.9)
    return _stacked(graph, grid, height, room)


def _ordered(
    graph: Graph,
    column: dict[NodeId, int],
    direction: Direction,
    free: Collection[NodeId],
    progress: Callable[[float], None],
) -> tuple[Grid, Ints]:
    """The columns in order; with all variables far left unless more wires cross then.

    Where some nodes are `free`, the cards of groups, that is so only if fewer cross.
    """
    if len(graph) > LISTED:
        grid = grid_of(graph, column, direction, free=free)
        return grid, untangled(grid, None, progress)
    listed = grid_of(graph, far_left(graph, column), direction, free=free)
    listed_place = untangled(listed, None, lambda done: progress(0.5 * done))
    if not (fewest := listed.crossings(listed_place)):
        return listed, listed_place
    grid = grid_of(graph, column, direction, free=free)
    place = untangled(grid, None, lambda done: progress(0.5 + 0.5 * done))
    is_better = grid.crossings(place) < fewest + bool(free)
    return (grid, place) if is_better else (listed, listed_place)


def _stacked(graph: Graph, grid: Grid, height: Floats, room: Room) -> dict[NodeId, Position]:
    """Positions; several connected parts in rows, the output's first, like words in a paragraph."""
    corners: dict[NodeId, Position] = {}
    boxes: dict[int, list[float]] = {}
    begins = _begins(grid, height, room)
    for vertex in np.flatnonzero(grid.node >= 0).tolist():
        id_ = grid.ids[grid.node[vertex]]
        node, number, piece = graph.nodes[id_], int(grid.column[vertex]), int(grid.piece[vertex])
        w, h = room.size_of(node)
        x, y = begins[piece, number] + room.inset(node), float(height[vertex]) - room.face_of(node)
        corners[id_] = x, y
        box = boxes.setdefault(piece, [x, y, x + w, y + h])
        box[:] = min(box[0], x), min(box[1], y), max(box[2], x + w), max(box[3], y + h)
    moves = _packed({piece: (box[2] - box[0], box[3] - box[1]) for piece, box in boxes.items()}, room)
    found = {}
    for vertex in np.flatnonzero(grid.node >= 0).tolist():
        id_, piece = grid.ids[grid.node[vertex]], int(grid.piece[vertex])
        (x, y), top, (dx, dy) = corners[id_], boxes[piece][1], moves[piece]
        found[id_] = round(x + dx) + 0.0, round(y - top + dy) + 0.0
    return found


def _begins(grid: Grid, height: Floats, room: Room) -> Floats:
    """Where every column of every part begins: farther from the one before, the farther wires between them have to go
    across, up to a limit.  Wires that lead down at hardly any slope are hard to follow."""
    pieces = int(grid.piece.max(initial=0)) + 1
    across = np.zeros((pieces, grid.width))
    way = np.abs(height[grid.right] + grid.port - height[grid.left])
    np.maximum.at(across, (grid.piece[grid.right], grid.column[grid.right]), way)
    more = np.clip((across - room.level_from) * room.slope, 0.0, 0.47 * room.column_pitch)
    more[:, 0] = -room.column_pitch
    begins: Floats = np.cumsum(room.column_pitch + np.round(more), axis=1)
    return begins


def _packed(sizes: Mapping[int, Position], room: Room) -> dict[int, Position]:
    """Where the corners of some boxes go: in rows, from left to right while a row is not too long."""
    gap_x, gap_y = room.column_gap, ROW_GAP
    area = sum((w + gap_x) * (h + gap_y) for w, h in sizes.values())
    width = max([w for w, _ in sizes.values()] + [(area * room.shelf) ** 0.5])
    places: dict[int, Position] = {}
    x = y = tallest = 0.0
    for number, (w, h) in sizes.items():
        if x and x + w > width:
            x, y, tallest = 0.0, y + tallest + gap_y, 0.0
        places[number] = x, y
        x, tallest = x + w + gap_x, max(tallest, h)
    return places
