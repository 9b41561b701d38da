"""Graph → positions: layers from left to right, few crossings, each node near the middle of its neighbours.

The layered method of Sugiyama, Tagawa and Toda (1981): columns by longest path, wires that span several
columns held apart by virtual nodes, order by medians, and heights by least squares that keep the order (pool
adjacent violators).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from .graph import Graph, NodeId
from .structure import inputs_first

Position: TypeAlias = tuple[float, float]

COLUMN_PITCH = 312.0
ROW_PITCH = 124.0
CARD_ROOM = (170.0, 96.0)  # two cards whose corners are nearer than this would overlap
LANE_PITCH = 44.0  # the room that a passing wire takes
PORT_PITCH = 24.0
SWEEPS = 6
LONGEST_LANES = 60  # a wire over more columns than this is not held apart


@dataclass
class _Grid:
    """Vertices in columns.  Real vertices are nodes; negative ones are bends of long wires."""

    columns: list[list[int]] = field(default_factory=list)
    before: dict[int, list[tuple[int, float]]] = field(default_factory=dict)  # vertex -> (vertex to its left, port)
    after: dict[int, list[tuple[int, float]]] = field(default_factory=dict)


def layout(graph: Graph) -> Mapping[NodeId, Position]:
    """The top left corner of every node's card."""
    if not graph.nodes:
        return {}
    grid = _grid(graph, _columns(graph))
    _untangle(grid)
    heights = _heights(grid)
    top = min((heights[v] for v in heights if v >= 0), default=0.0)
    return {
        vertex: (number * COLUMN_PITCH, round(heights[vertex] - top, 2))
        for number, column in enumerate(grid.columns)
        for vertex in column
        if vertex >= 0
    }


def _columns(graph: Graph) -> dict[NodeId, int]:
    """Variables far left, constants and parameters just left of their first use, the rest by longest path."""
    column = {id_: number for number, level in enumerate(graph.structure.levels) for id_ in level}
    for id_, node in graph.nodes.items():
        uses = graph.structure.consumers[id_]
        if node.op.is_leaf and node.op.name != "variable" and uses:
            column[id_] = min(column[target] for target, _ in uses) - 1
    return column


def _grid(graph: Graph, column: Mapping[NodeId, int]) -> _Grid:
    """Columns in the order in which a reader of the outputs' expressions meets the nodes."""
    grid = _Grid([[] for _ in range(max(column.values()) + 1)])
    lanes: dict[tuple[NodeId, int], int] = {}

    def place(vertex: int, at: int) -> None:
        grid.columns[at].append(vertex)
        grid.before[vertex], grid.after[vertex] = [], []

    def link(left: int, right: int, port: float) -> None:
        grid.after[left].append((right, port))
        grid.before[right].append((left, port))

    for id_ in _reading_order(graph):
        place(id_, column[id_])
        inputs = graph.nodes[id_].inputs
        for slot, source in enumerate(inputs):
            if source is None:
                continue
            port = (slot - (len(inputs) - 1) / 2) * PORT_PITCH
            start, left = column[source] + 1, source
            if column[id_] - start <= LONGEST_LANES:
                for at in range(start, column[id_]):
                    if (source, at) not in lanes:
                        lanes[source, at] = -1 - len(lanes)
                        place(lanes[source, at], at)
                        link(left, lanes[source, at], 0.0)
                    left = lanes[source, at]
            link(left, id_, port)
    return grid


def _reading_order(graph: Graph) -> list[NodeId]:
    """Every node after its inputs, inputs in slot order, the output's expression first."""
    ends = [id_ for id_ in graph.nodes if not graph.structure.consumers[id_]]
    ends.sort(key=lambda id_: id_ != graph.result)
    return inputs_first(graph.structure.inputs, ends)


def _untangle(grid: _Grid) -> None:
    """Orders each column by the medians of its neighbours, to and fro; the order that crosses least stays."""
    best, fewest = [list(column) for column in grid.columns], _crossings(grid)
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        rightward = sweep % 2 == 0
        numbers = range(1, len(grid.columns)) if rightward else range(len(grid.columns) - 2, -1, -1)
        neighbours = grid.before if rightward else grid.after
        for number in numbers:
            fixed = grid.columns[number - 1 if rightward else number + 1]
            place = {vertex: i for i, vertex in enumerate(fixed)}
            own = {vertex: i for i, vertex in enumerate(grid.columns[number])}
            grid.columns[number].sort(key=lambda v, p=place, o=own: _median(neighbours[v], p, o[v]))  # type: ignore[misc]
        crossings = _crossings(grid)
        if crossings < fewest:
            best, fewest = [list(column) for column in grid.columns], crossings
    grid.columns = best


def _median(links: Sequence[tuple[int, float]], place: Mapping[int, int], own: int) -> float:
    """Where the neighbours are in the middle; ports break ties; a vertex without neighbours stays."""
    places = sorted(place[vertex] + port / 1e4 for vertex, port in links if vertex in place)
    if not places:
        return float(own)
    middle = len(places) // 2
    return places[middle] if len(places) % 2 else (places[middle - 1] + places[middle]) / 2


def _crossings(grid: _Grid) -> int:
    """How many pairs of links cross between neighbouring columns: inversions, counted by a Fenwick tree."""
    total = 0
    for left, right in zip(grid.columns, grid.columns[1:], strict=False):
        place = {vertex: i for i, vertex in enumerate(right)}
        ends = [
            end for vertex in left for end in sorted((place[v], port) for v, port in grid.after[vertex] if v in place)
        ]
        ranks = {end: rank for rank, end in enumerate(sorted(set(ends)), 1)}
        tree = [0] * (len(ranks) + 1)
        for seen, end in enumerate(ends):
            rank, not_after = ranks[end], 0
            while rank:
                not_after += tree[rank]
                rank &= rank - 1
            total += seen - not_after
            rank = ranks[end]
            while rank < len(tree):
                tree[rank] += 1
                rank += rank & -rank
    return total


def _heights(grid: _Grid) -> dict[int, float]:
    """Every vertex's y: in order, far enough apart, and as near to the mean of its neighbours as can be."""
    heights: dict[int, float] = {}
    for column in grid.columns:
        y = 0.0
        for vertex in column:
            heights[vertex] = y
            y += _pitch(vertex)
        middle = y / 2
        for vertex in column:
            heights[vertex] -= middle
    for sweep in range(2 * SWEEPS):
        rightward = sweep % 2 == 0
        for column in grid.columns if rightward else reversed(grid.columns):
            wished = [_wish(vertex, grid, heights, rightward) for vertex in column]
            for vertex, y in zip(column, _apart(column, wished), strict=True):
                heights[vertex] = y
    return heights


def _pitch(vertex: int) -> float:
    return ROW_PITCH if vertex >= 0 else LANE_PITCH


def _wish(vertex: int, grid: _Grid, heights: Mapping[int, float], rightward: bool) -> float:
    """The mean height at which a vertex's wires would run straight; the side just placed counts double."""
    left = [heights[v] - port for v, port in grid.before[vertex]]
    right = [heights[v] + port for v, port in grid.after[vertex]]
    wishes = left * (2 if rightward else 1) + right * (1 if rightward else 2)
    return sum(wishes) / len(wishes) if wishes else heights[vertex]


def _apart(column: Sequence[int], wished: Sequence[float]) -> list[float]:
    """Least squares to `wished` with neighbours at least a pitch apart, by pooling adjacent violators."""
    offsets = [0.0]
    for above, below in pairwise(column):
        offsets.append(offsets[-1] + (_pitch(above) + _pitch(below)) / 2)
    blocks: list[tuple[float, int]] = []  # (sum, count) of wishes with the offsets taken away
    for wish, offset in zip(wished, offsets, strict=True):
        total, count = wish - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
            earlier = blocks.pop()
            total, count = total + earlier[0], count + earlier[1]
        blocks.append((total, count))
    flat = [total / count for total, count in blocks for _ in range(count)]
    return [y + offset for y, offset in zip(flat, offsets, strict=True)]
