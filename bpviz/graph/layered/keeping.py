"""A changed graph drawn so that what was there before stays where it was, as far as can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from statistics import median, median_low

import numpy as np

from ..direction import Position
from ..graph import Graph, NodeId
from .crossings import Floats, Ints
from .grid import Grid, grid_of
from .placing import separate
from .room import ROW_GAP, Room
from .untangling import untangled

HEAVY = 1e6  # how much more a card that was there weighs than a new one


def redrawn(
    graph: Graph, before: Mapping[NodeId, Position], room: Room, progress: Callable[[float], None]
) -> dict[NodeId, Position]:
    """The top left corner of every card; `before` has that of some, of one at least."""
    old = {id_: before[id_] for id_ in graph.nodes if id_ in before}
    begins = {id_: x - room.inset(graph.nodes[id_]) for id_, (x, _) in old.items()}
    was = _columns(begins, room)
    column = _kept_columns(graph, was)
    starts = _starts(begins, was, column.values(), room)
    grid = grid_of(graph, column, room.direction, in_pieces=False)
    progress(0.2)
    wish = _wishes(graph, {id_: y + room.face_of(graph.nodes[id_]) for id_, (_, y) in old.items()}, room)
    place = untangled(grid, grid.places(_along(grid, wish)), lambda done: progress(0.2 + 0.7 * done))
    found: dict[NodeId, Position] = {}
    for number in range(grid.width):
        vertices = range(int(grid.first[number]), int(grid.first[number + 1]))
        ids = [grid.ids[grid.node[v]] for v in sorted(vertices, key=place.__getitem__) if grid.node[v] >= 0]
        for id_, y in zip(ids, _apart(graph, ids, wish, old, room), strict=True):
            x = starts[column[id_]] + room.inset(graph.nodes[id_])
            found[id_] = (old[id_][0] if was.get(id_) == column[id_] else round(x) + 0.0), y
    return separate(graph, found, [id_ for id_ in found if found[id_] != old.get(id_)], room)


def _columns(begins: Mapping[NodeId, float], room: Room) -> dict[NodeId, int]:
    """In which column every card stands, counted from the first, by where it begins: some gaps are wider than others,
    but none by half of a column and its gap."""
    found: dict[NodeId, int] = {}
    number, last = 0, min(begins.values())
    for id_, x in sorted(begins.items(), key=lambda item: item[1]):
        if step := round((x - last) / room.column_pitch):
            number, last = number + step, x
        found[id_] = number
    return found


def _starts(
    begins: Mapping[NodeId, float], was: Mapping[NodeId, int], columns: Iterable[int], room: Room
) -> dict[int, float]:
    """Where columns begin: where most of their cards do, or as far as usual from the next one that has cards."""
    held: dict[int, list[float]] = {}
    for id_, number in was.items():
        held.setdefault(number, []).append(begins[id_])
    known = {number: median_low(places) for number, places in held.items()}
    starts = {}
    for number in set(columns):
        near = min(known, key=lambda other: (abs(other - number), other))
        starts[number] = known[near] + (number - near) * room.column_pitch
    return starts


def _kept_columns(graph: Graph, was: Mapping[NodeId, int]) -> dict[NodeId, int]:
    """The old columns, moved only as far as new wires demand; most nodes do not move.

    Nodes that a wire now holds back go right.  If that takes more than half of the old ones along, these stay, and
    the others go left instead.
    """
    inputs, consumers = graph.structure.inputs, graph.structure.consumers
    order = [id_ for level in graph.structure.levels for id_ in level]
    column: dict[NodeId, int] = {}
    for id_ in order:
        earliest = [column[s] + 1 for s in inputs[id_] if s in column and s is not None]
        if earliest or id_ in was:
            column[id_] = max([*earliest, *([was[id_]] if id_ in was else [])])
    for id_ in reversed(order):  # what is new and begins there stands beside its first use
        uses = [column[target] - 1 for target, _ in consumers[id_] if target in column]
        if id_ not in column and uses:
            column[id_] = min(uses)
    for id_ in order:  # parts that are new as a whole
        if id_ not in column:
            column[id_] = max((column[s] + 1 for s in inputs[id_] if s is not None), default=0)
    shift = round(median(column[id_] - old for id_, old in was.items()))
    return {id_: number - shift for id_, number in column.items()}


def _wishes(graph: Graph, known: Mapping[NodeId, float], room: Room) -> dict[NodeId, float]:
    """How high the wires of every node would best leave: as before; of a new one, at the middle of its neighbours."""
    wish, port = dict(known), room.direction.port
    inputs, consumers = graph.structure.inputs, graph.structure.consumers
    waiting = [id_ for level in graph.structure.levels for id_ in level if id_ not in wish]
    while waiting:
        left: list[NodeId] = []
        for id_ in waiting:
            slots = len(inputs[id_])
            pulls = [wish[s] - port(slot, slots) for slot, s in enumerate(inputs[id_]) if s in wish and s is not None]
            pulls += [wish[t] + 3 * port(slot, len(inputs[t])) for t, slot in consumers[id_] if t in wish]
            if pulls:
                wish[id_] = sum(pulls) / len(pulls)
            else:
                left.append(id_)
        if len(left) == len(waiting):  # parts of the graph that are new as a whole: below all that is there
            wish[left[0]] = max(wish.values()) + room.row_pitch
            left = left[1:]
        waiting = left
    return wish


def _along(grid: Grid, wish: Mapping[NodeId, float]) -> Floats:
    """The wishes of all vertices: lanes lie on the straight line between the ends of their wires."""
    height = np.zeros(len(grid))
    is_node = grid.node >= 0
    height[is_node] = [wish[grid.ids[i]] for i in grid.node[is_node].tolist()]
    before: Ints = np.full(len(grid), -1)
    after, port = before.copy(), np.zeros(len(grid))
    into_lane = ~is_node[grid.right]
    before[grid.right[into_lane]] = grid.left[into_lane]
    out_of_lane = ~is_node[grid.left]
    after[grid.left[out_of_lane]], port[grid.left[out_of_lane]] = grid.right[out_of_lane], grid.port[out_of_lane]
    first, last = np.where(is_node, np.arange(len(grid)), before), np.where(is_node, np.arange(len(grid)), after)
    while not (is_node[first].all() and is_node[last].all()):
        port = np.where(is_node[last], port, port[last])
        first, last = np.where(is_node[first], first, before[first]), np.where(is_node[last], last, after[last])
    span = np.maximum(grid.column[last] - grid.column[first], 1)
    share = (grid.column - grid.column[first]) / span
    return np.where(is_node, height, height[first] * (1 - share) + (height[last] + port) * share)


def _apart(
    graph: Graph, ids: list[NodeId], wish: Mapping[NodeId, float], old: Mapping[NodeId, Position], room: Room
) -> list[float]:
    """The tops of the cards of a column: least squares to the wishes, by pooling adjacent violators.

    New cards hardly weigh, so that they make room only where there is too little.
    """
    if not ids:
        return []
    offsets = [0.0]
    for above, below in pairwise(ids):
        one, other = graph.nodes[above], graph.nodes[below]
        offsets.append(offsets[-1] + room.size_of(one)[1] - room.face_of(one) + ROW_GAP + room.face_of(other))
    blocks: list[tuple[float, float, int]] = []  # weighted sum of the wishes less the offsets, weight, how many
    for id_, offset in zip(ids, offsets, strict=True):
        weight = HEAVY if id_ in old else 1.0
        total, mass, count = (wish[id_] - offset) * weight, weight, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / mass:
            earlier = blocks.pop()
            total, mass, count = total + earlier[0], mass + earlier[1], count + earlier[2]
        blocks.append((total, mass, count))
    flat = [total / mass for total, mass, count in blocks for _ in range(count)]
    tops = [y + offset - room.face_of(graph.nodes[id_]) for y, offset, id_ in zip(flat, offsets, ids, strict=True)]
    return [
        old[id_][1] if id_ in old and abs(old[id_][1] - top) < 0.5 else round(top) + 0.0
        for id_, top in zip(ids, tops, strict=True)
    ]
