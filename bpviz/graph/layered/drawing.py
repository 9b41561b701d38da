"""Columns, orders and heights, put together to a picture; connected parts beside and below each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ..graph import Graph, NodeId
from .columns import columns, far_left
from .crossings import Floats, Ints
from .grid import Grid, grid_of
from .heights import heights
from .room import CARD, COLUMN_PITCH, LAYER_PITCH, PORT_PITCH, ROW_PITCH, Position, extents_of, face_of, size_of
from .untangling import untangled

LISTED = 300  # a graph of more nodes has its variables where they are used, and not far left
SHELF = 1.8  # how much wider than high several parts of a graph are together, about
UNREAL = 1e-3  # wires that run down have no places at the sides of cards, only an order


def drawn(graph: Graph, progress: Callable[[float], None], *, across: bool = False) -> dict[NodeId, Position]:
    """The top left corner of every card, whatever was there before; from top to bottom if `across`."""
    column = columns(graph, lambda done: progress(0.15 * done))
    pitch = UNREAL if across else PORT_PITCH
    grid, place = _ordered(graph, column, pitch, lambda done: progress(0.15 + 0.65 * done))
    extents = extents_of(graph, grid, across=across)
    height = heights(grid, place, extents)
    progress(0.9)
    return _stacked(graph, grid, height, across=across)


def _ordered(
    graph: Graph, column: dict[NodeId, int], pitch: float, progress: Callable[[float], None]
) -> tuple[Grid, Ints]:
    """The columns in order; with all variables far left unless more wires cross then."""
    if len(graph) > LISTED:
        grid = grid_of(graph, column, pitch)
        return grid, untangled(grid, None, progress)
    listed = grid_of(graph, far_left(graph, column), pitch)
    listed_place = untangled(listed, None, lambda done: progress(0.5 * done))
    if not (fewest := listed.crossings(listed_place)):
        return listed, listed_place
    grid = grid_of(graph, column, pitch)
    place = untangled(grid, None, lambda done: progress(0.5 + 0.5 * done))
    return (grid, place) if grid.crossings(place) < fewest else (listed, listed_place)


def _stacked(graph: Graph, grid: Grid, height: Floats, *, across: bool) -> dict[NodeId, Position]:
    """Positions; several connected parts in rows, the output's first, like words in a paragraph."""
    corners: dict[NodeId, Position] = {}
    boxes: dict[int, list[float]] = {}
    for vertex in np.flatnonzero(grid.node >= 0).tolist():
        id_ = grid.ids[grid.node[vertex]]
        node, number, piece = graph.nodes[id_], int(grid.column[vertex]), int(grid.piece[vertex])
        (w, h), y = size_of(node), float(height[vertex])
        x, y = (y - w / 2, number * LAYER_PITCH) if across else (number * COLUMN_PITCH + CARD[0] - w, y - face_of(node))
        corners[id_] = x, y
        box = boxes.setdefault(piece, [x, y, x + w, y + h])
        box[:] = min(box[0], x), min(box[1], y), max(box[2], x + w), max(box[3], y + h)
    moves = _packed({piece: (box[2] - box[0], box[3] - box[1]) for piece, box in boxes.items()})
    found = {}
    for vertex in np.flatnonzero(grid.node >= 0).tolist():
        id_, piece = grid.ids[grid.node[vertex]], int(grid.piece[vertex])
        (x, y), (left, top, _, _), (dx, dy) = corners[id_], boxes[piece], moves[piece]
        left = left if across else 0.0
        found[id_] = round(x - left + dx) + 0.0, round(y - top + dy) + 0.0
    return found


def _packed(sizes: Mapping[int, Position]) -> dict[int, Position]:
    """Where the corners of some boxes go: in rows, from left to right while a row is not too long."""
    gap_x, gap_y = COLUMN_PITCH - CARD[0], ROW_PITCH - CARD[1]
    area = sum((w + gap_x) * (h + gap_y) for w, h in sizes.values())
    width = max([w for w, _ in sizes.values()] + [(area * SHELF) ** 0.5])
    places: dict[int, Position] = {}
    x = y = tallest = 0.0
    for number, (w, h) in sizes.items():
        if x and x + w > width:
            x, y, tallest = 0.0, y + tallest + gap_y, 0.0
        places[number] = x, y
        x, tallest = x + w + gap_x, max(tallest, h)
    return places
