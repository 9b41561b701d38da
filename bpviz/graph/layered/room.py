"""How much room cards, wires and the space between them take, in scene units.

`stage.geometry` draws cards of these sizes; a test holds the two equal.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from ..graph import Graph, Node
from .grid import Grid
from .heights import Extents

Position: TypeAlias = tuple[float, float]

CARD = (168.0, 84.0)
CONSTANT = (84.0, 44.0)
FACE = 28.0  # from the top of a card to where its wires leave
PORT_PITCH = 24.0
COLUMN_PITCH = 312.0
ROW_PITCH = 124.0
CARD_ROOM = (170.0, 96.0)  # two cards whose corners are nearer than this would overlap
LAYER_PITCH = 196.0  # from row to row, where the wires run down
_GAP, _LANE_GAP, _CARD_LANE_GAP = ROW_PITCH - CARD[1], 22.0, 30.0
_PORT_MARGIN = 8.0


def size_of(node: Node) -> Position:
    """The width and height of a node's card."""
    return CONSTANT if node.is_constant else CARD


def face_of(node: Node) -> float:
    """How far below the top of a card its wires leave."""
    return CONSTANT[1] / 2 if node.is_constant else FACE


def extents_of(graph: Graph, grid: Grid, *, across: bool) -> Extents:
    """What the vertices of a grid take above and below their wires; if `across`, left and right of their middles."""
    above, below = np.zeros(len(grid)), np.zeros(len(grid))
    for vertex in np.flatnonzero(grid.node >= 0).tolist():
        node = graph.nodes[grid.ids[grid.node[vertex]]]
        if across:
            above[vertex] = below[vertex] = size_of(node)[0] / 2
        else:
            ports = (len(node.inputs) - 1) / 2 * PORT_PITCH + _PORT_MARGIN
            above[vertex] = max(face_of(node), ports)
            below[vertex] = max(size_of(node)[1] - face_of(node), ports)
    return Extents(above, below, _GAP, _LANE_GAP, _CARD_LANE_GAP)
