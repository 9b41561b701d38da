"""How much room cards, wires and the space between them take, in scene units.

All drawings are made as if wires led to the right.  For one from top to bottom, cards are as long as they are high and
as high as they are wide; `Direction.turned` leads there and back.  `stage.geometry` draws cards of these sizes, and
`stage.course` has the ports; a test holds them equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ..direction import Direction, Position
from ..graph import Graph, Node
from .grid import Grid
from .heights import Extents

CARD = (168.0, 84.0)
CONSTANT = (84.0, 44.0)
CARD_ROOM = (170.0, 96.0)  # two cards whose corners are nearer than this would overlap
ROW_GAP = 40.0  # between cards side by side
_LANE_GAP, _CARD_LANE_GAP = 22.0, 30.0
_PORT_MARGIN = 8.0
_SHELF = 1.8  # how much wider than high several parts of a graph are together, about


@dataclass(frozen=True)
class Room:
    """The room in drawings of one direction, measured as if it led to the right.

    `face` and `constant_face` are how far below the top of a card its wires leave; `shelf` is how many times as wide as
    high several parts of a graph are together, about.  What wires have to go across beyond `level_from`, times `slope`,
    is added to the gap between two columns.
    """

    direction: Direction
    card: Position
    constant: Position
    face: float
    constant_face: float
    column_gap: float
    shelf: float
    level_from: float = 0.0
    slope: float = 0.0

    @property
    def column_pitch(self) -> float:
        """From one column to the next."""
        return self.card[0] + self.column_gap

    @property
    def row_pitch(self) -> float:
        """From one card of a column to the next, at the least."""
        return self.card[1] + ROW_GAP

    def size_of(self, node: Node) -> Position:
        """The width and height of a node's card."""
        return self.constant if node.is_constant else self.card

    def face_of(self, node: Node) -> float:
        """How far below the top of a card its wires leave."""
        return self.constant_face if node.is_constant else self.face

    def inset(self, node: Node) -> float:
        """How far a card begins to the right of its column: wires leave all cards of one at the same distance."""
        return self.card[0] - self.size_of(node)[0]

    def extents_of(self, graph: Graph, grid: Grid) -> Extents:
        """What the vertices of a grid take above and below their wires."""
        above, below = np.zeros(len(grid)), np.zeros(len(grid))
        for vertex in np.flatnonzero(grid.node >= 0).tolist():
            node = graph.nodes[grid.ids[grid.node[vertex]]]
            ports = -self.direction.port(0, max(len(node.inputs), 1)) + _PORT_MARGIN
            above[vertex] = max(self.face_of(node), ports)
            below[vertex] = max(self.size_of(node)[1] - self.face_of(node), ports)
        return Extents(above, below, ROW_GAP, _LANE_GAP, _CARD_LANE_GAP)


_RIGHT = Room(Direction.RIGHT, CARD, CONSTANT, face=28.0, constant_face=CONSTANT[1] / 2, column_gap=144.0, shelf=_SHELF)
_DOWN = Room(
    Direction.DOWN, CARD[::-1], CONSTANT[::-1], face=CARD[0] / 2, constant_face=CONSTANT[0] / 2, column_gap=128.0,
    shelf=1.0 / _SHELF, level_from=300.0, slope=0.3,
)  # fmt: skip
ROOMS: Mapping[Direction, Room] = MappingProxyType({room.direction: room for room in (_RIGHT, _DOWN)})
