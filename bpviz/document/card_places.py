"""Where the card of a group finds room: in the middle of what it stands for, or as near to that as can be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..graph.layout import ROOMS, Direction, Position
from .diagram import Diagram
from .groups import Box, GroupId, GroupTree, card_size
from .housing import seen_at
from .port_order import Order, entering, leaving, neighbours, order_of

_APART = (72.0, 20.0)  # between cards, along the wires and across
_DETOUR = 2.0  # how much worse a way is by which wires lead back
_STEP, _FARTHEST = 10.0, 900.0  # from one place that is tried to the next, and to the last


def size_of(diagram: Diagram, tree: GroupTree, id_: GroupId, order: Order) -> Position:
    """The width and height of a group's card."""
    nodes, ports = diagram.graph.nodes, set()
    for node, slot in entering(diagram.graph, tree, id_, order):
        source = nodes[node].inputs[slot]
        ports.add((node, slot) if source is None else source)
    return card_size(max(len(ports), len(leaving(diagram.graph, tree, id_, order)), 1), diagram.direction)


def with_room(diagram: Diagram, id_: GroupId) -> Diagram:
    """The diagram with the card of a group where it lies on no other card, as near to where it is as can be."""
    tree, order = GroupTree(diagram.groups), order_of(diagram.graph)
    group, size = tree.by_id[id_], size_of(diagram, tree, id_, order)
    boxes = _others(diagram, tree, id_, order, size)
    if _free_on_grid(boxes, np.array([group.at[0]]), np.array([group.at[1]]), size).all():
        return diagram
    gap = diagram.direction.turned(_APART)
    steps = np.arange(-_FARTHEST, _FARTHEST + _STEP, _STEP)
    ways = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    places = np.array(group.at) + ways
    cost = np.hypot(*ways.T) + _DETOUR * _backward(diagram, tree, id_, places, size)
    nearest = np.argsort(cost, kind="stable")
    places = places[nearest]
    free = _free_on_grid(boxes + np.array([-gap[0], -gap[1], *gap]), steps + group.at[0], steps + group.at[1], size)
    free = free.ravel()[nearest]
    if not free.any():
        return diagram  # it is crowded all around: then it lies on top
    x, y = places[free.argmax()].tolist()
    return replace(
        diagram, groups=tuple(replace(held, at=(x, y)) if held.id == id_ else held for held in diagram.groups)
    )


def _backward(
    diagram: Diagram, tree: GroupTree, id_: GroupId, places: NDArray[np.float64], size: Position
) -> NDArray[np.float64]:
    """How far wires would lead back to the card at each of some places, and from it, the gap before a card counted."""
    turned, within, graph = diagram.direction.turned, tree.within(id_), diagram.graph
    places_seen = seen_at(diagram, tree.by_id[id_].parent)
    seen = {node: turned(places_seen[node])[0] for node in neighbours(graph, within) if node in places_seen}
    inputs, consumers = graph.structure.inputs, graph.structure.consumers
    sources = [seen[s] for node in within for s in inputs[node] if s is not None and s in seen and s not in within]
    goals = [seen[goal] for node in within for goal, _ in consumers[node] if goal in seen and goal not in within]
    along = places[:, 1 if diagram.direction.is_down else 0]
    length, gap = turned(size)[0], _APART[0]
    back = np.zeros(len(places))
    if sources:
        back += np.maximum(max(sources) + ROOMS[diagram.direction].card[0] + gap - along, 0.0)
    if goals:
        back += np.maximum(along + length + gap - min(goals), 0.0)
    return back


def _free_on_grid(
    boxes: NDArray[np.float64], xs: NDArray[np.float64], ys: NDArray[np.float64], size: Position
) -> NDArray[np.bool_]:
    """At which of the places (x, y) a card of some size lies on none of the boxes: a row for each y, in order.

    Every box takes a rectangle out of the grid; how many take a place is summed up along both ways.
    """
    left, top, right, bottom = boxes.T
    first, last = np.searchsorted(xs + size[0], left, "right"), np.searchsorted(xs, right, "left")
    upper, lower = np.searchsorted(ys + size[1], top, "right"), np.searchsorted(ys, bottom, "left")
    meets = (first < last) & (upper < lower)
    taken = np.zeros((len(ys) + 1, len(xs) + 1), dtype=np.intp)
    for rows, columns, sign in ((upper, first, 1), (lower, last, 1), (upper, last, -1), (lower, first, -1)):
        np.add.at(taken, (rows[meets], columns[meets]), sign)
    free: NDArray[np.bool_] = taken.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] == 0
    return free


def _others(diagram: Diagram, tree: GroupTree, id_: GroupId, order: Order, size: Position) -> NDArray[np.float64]:
    """What the other cards on the level of a group take up, as rows of left, top, right and bottom: all that may be in
    the way of its own, of some size, wherever it is put."""
    level, (at_x, at_y) = tree.by_id[id_].parent, tree.by_id[id_].at
    within, depth, room = tree.within(id_), len(tree.chain(level)), ROOMS[Direction.RIGHT]
    far_x, far_y = (_FARTHEST + max(_APART) + side + card for side, card in zip(size, room.card, strict=True))
    boxes: dict[tuple[str, int], Box] = {}
    near = (
        (node, at)
        for node, at in seen_at(diagram, level).items()
        if (abs(at[0] - at_x) < far_x and abs(at[1] - at_y) < far_y) or node in tree.home
    )
    for node, (x, y) in near:
        if node in within:
            continue
        around = tree.chain_of(node)[depth:] if node in tree.home else ()
        shut = next((group.id for group in around if not group.is_open), None)
        key = ("node", node) if shut is None else ("group", shut)
        if key not in boxes:
            w, h = room.size_of(diagram.graph.nodes[node]) if shut is None else size_of(diagram, tree, shut, order)
            boxes[key] = x, y, x + w, y + h
    return np.array(list(boxes.values())).reshape(-1, 4)
