"""Where things lie: moved together, aligned, distributed, and arranged around what is pinned.

How large a card is painted is no part of a document: where cards are aligned, their boxes are given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

import numpy as np

from ..graph.graph import NodeId
from ..graph.layout import CARD_ROOM, Direction, Position, layout
from .annotations import AnnotationId, Frame, Marked, Note, Route, carried_by
from .diagram import Diagram
from .edits import free_place, move
from .group_layout import arranged, arranged_in_part
from .groups import Group, GroupId
from .groups import carried as carried_groups
from .housing import followed

Box: TypeAlias = tuple[float, float, float, float]  # left, top, width and height of a card

# Moving together


@dataclass(frozen=True)
class Load:
    """Where things lay when a hand took hold of them."""

    cards: Mapping[NodeId, Position]
    annotations: Mapping[AnnotationId, Position]
    routes: tuple[Route, ...]  # of wires of which both ends are in the hand


def lifted(diagram: Diagram, nodes: Collection[NodeId], annotations: Collection[AnnotationId] = ()) -> Load:
    """Takes hold of cards, frames and notes, and of the points of the wires between the cards."""
    cards = {node: diagram.positions[node] for node in nodes}
    beside: tuple[Frame | Note, ...] = (*diagram.frames, *diagram.notes)
    places = {held.id: (held.x, held.y) for held in beside if held.id in annotations}
    return Load(cards, places, tuple(r for r in diagram.routes if r.source in cards and r.target in cards))


def carried(diagram: Diagram, load: Load, dx: float, dy: float) -> Diagram:
    """What was taken hold of, by (dx, dy) from where it lay; what is gone since stays gone."""
    positions = {node: (x + dx, y + dy) for node, (x, y) in load.cards.items() if node in diagram.graph.nodes}
    moved = move(diagram, positions) if positions else diagram
    if load.annotations:
        there = {id_: (x + dx, y + dy) for id_, (x, y) in load.annotations.items()}
        frames = tuple(_there(held, there) for held in moved.frames)
        notes = tuple(_there(held, there) for held in moved.notes)
        moved = replace(moved, frames=frames, notes=notes)
    if load.routes:
        points = {r.wire: tuple((x + dx, y + dy) for x, y in r.points) for r in load.routes}
        routes = tuple(
            replace(r, points=points[r.wire]) if len(points.get(r.wire, ())) == len(r.points) else r
            for r in moved.routes
        )
        moved = replace(moved, routes=routes)
    return moved


def _there(held: Marked, there: Mapping[AnnotationId, Position]) -> Marked:
    if held.id not in there:
        return held
    x, y = there[held.id]
    return replace(held, x=x, y=y)


# Aligning


class Edge(Enum):
    """What of cards is brought to the same height or the same distance from the left."""

    LEFT = "left edges"
    CENTRE = "centres"
    RIGHT = "right edges"
    TOP = "top edges"
    MIDDLE = "middles"
    BOTTOM = "bottom edges"


class Axis(Enum):
    """The way along which cards are spread."""

    ACROSS = 0
    DOWN = 1


def aligned(cards: Mapping[NodeId, Box], edge: Edge) -> dict[NodeId, Position]:
    """By which way each card goes, so that an edge or the middle of it is at that of all of them together."""
    axis = 0 if edge in (Edge.LEFT, Edge.CENTRE, Edge.RIGHT) else 1
    spans = {card: (box[axis], box[axis] + box[axis + 2]) for card, box in cards.items()}
    first, last = min(near for near, _ in spans.values()), max(far for _, far in spans.values())
    shifts = {}
    for card, (near, far) in spans.items():
        if edge in (Edge.LEFT, Edge.TOP):
            shifts[card] = first - near
        elif edge in (Edge.RIGHT, Edge.BOTTOM):
            shifts[card] = last - far
        else:
            shifts[card] = (first + last - near - far) / 2
    return _along(shifts, axis)


def distributed(cards: Mapping[NodeId, Box], along: Axis) -> dict[NodeId, Position]:
    """By which way each card goes, so that there are equal gaps between the outermost two; where there is no room,
    cards overlap equally."""
    axis = along.value
    order = sorted(cards, key=lambda card: (cards[card][axis] + cards[card][axis + 2] / 2, card))
    sizes = [cards[card][axis + 2] for card in order]
    place = cards[order[0]][axis]
    gap = (cards[order[-1]][axis] + sizes[-1] - place - sum(sizes)) / (len(order) - 1)
    shifts = {}
    for card, size in zip(order, sizes, strict=True):
        shifts[card] = place - cards[card][axis]
        place += size + gap
    return _along(shifts, axis)


def _along(shifts: Mapping[NodeId, float], axis: int) -> dict[NodeId, Position]:
    return {card: (by, 0.0) if axis == 0 else (0.0, by) for card, by in shifts.items()}


def shifted(diagram: Diagram, ways: Mapping[NodeId, Position]) -> Diagram:
    """Every card by its own way."""
    at = diagram.positions
    places = {node: (at[node][0] + dx, at[node][1] + dy) for node, (dx, dy) in ways.items()}
    return diagram if all(at[node] == place for node, place in places.items()) else move(diagram, places)


# Arranging automatically


def arrange(
    diagram: Diagram,
    nodes: Collection[NodeId] | None = None,
    progress: Callable[[float], None] | None = None,
    *,
    level: GroupId | None = None,
    direction: Direction | None = None,
) -> Diagram:
    """Lays everything out anew around the pinned cards, or some nodes only: they stay together about where they are.

    Everything may be laid out in another `direction` than before.
    Frames go where the cards go that lay in them.  Points of wires are given up, but for wires between cards that stay.
    Where there are groups, some nodes are taken for the cards that stand for them within a group, the `level`, or
    outside of all.  `progress` is told how much is done, from 0 to 1; what it raises ends the work, and nothing has
    changed.
    """
    if direction not in (None, diagram.direction):
        diagram = replace(diagram, direction=direction)
    groups, pinned, direction = diagram.groups, diagram.pinned, diagram.direction
    if nodes is not None and groups:
        ways = arranged_in_part(diagram, nodes, level)
        fresh = {id_: _shifted(at, ways[id_]) if id_ in ways else at for id_, at in diagram.positions.items()}
        groups = carried_groups(groups, diagram.positions, fresh)
    elif nodes is not None:
        loose, held = set(nodes) - pinned, diagram.positions
        fresh = dict(layout(diagram.graph, direction=direction, only=loose, before=held, progress=progress))
    elif groups:
        grouped = arranged(diagram, progress)
        fresh, groups = dict(grouped.positions), grouped.groups
        fresh = _around_pins(diagram, fresh) if pinned else fresh
    else:
        held = {pin: diagram.positions[pin] for pin in pinned}
        fresh = dict(layout(diagram.graph, direction=direction, pinned=held, progress=progress))
    stays = pinned if nodes is None else diagram.graph.nodes.keys() - nodes
    return _placed(diagram, fresh, groups, stays)


def caught_up(now: Diagram, before: Diagram, after: Diagram) -> Diagram:
    """What an arrangement of `before` that led to `after` means for what has become of the diagram since.

    What was added meanwhile goes along with a neighbour, to where there is room; what was pinned meanwhile stays.
    """
    if now is before:
        return after
    now = now if now.direction is after.direction else replace(now, direction=after.direction)
    fresh = {id_: after.positions[id_] for id_ in now.positions if id_ in after.positions and id_ not in now.pinned}
    fresh |= {pin: now.positions[pin] for pin in now.pinned}
    inputs, consumers = now.graph.structure.inputs, now.graph.structure.consumers
    for id_ in (id_ for id_ in now.graph.nodes if id_ not in fresh):
        beside = [*(node for node, _ in consumers[id_]), *(node for node in inputs[id_] if node is not None)]
        anchor = next((node for node in beside if node in fresh and node in now.positions), None)
        way = (0.0, 0.0) if anchor is None else _shifted(fresh[anchor], now.positions[anchor], -1.0)
        fresh[id_] = free_place(_shifted(now.positions[id_], way), fresh, now.direction)
    is_same = now.groups is before.groups
    groups = after.groups if is_same else carried_groups(now.groups, now.positions, fresh)
    return _placed(now, {id_: fresh[id_] for id_ in now.graph.nodes}, groups, now.pinned)


def _shifted(place: Position, way: Position, times: float = 1.0) -> Position:
    return place[0] + way[0] * times, place[1] + way[1] * times


def _placed(
    diagram: Diagram, fresh: Mapping[NodeId, Position], groups: tuple[Group, ...], stays: Collection[NodeId]
) -> Diagram:
    """The diagram with its cards elsewhere, and with it the frames; points only on wires between what stays."""
    if fresh == diagram.positions and groups == diagram.groups:
        return diagram
    routes = tuple(route for route in diagram.routes if route.source in stays and route.target in stays)
    moved = replace(diagram, positions=fresh, groups=groups, routes=routes)
    return replace(moved, frames=followed(diagram, moved), notes=carried_by(diagram.notes, diagram.groups, groups))


def _around_pins(diagram: Diagram, fresh: Mapping[NodeId, Position]) -> dict[NodeId, Position]:
    """A layout, shifted as a whole to where the pinned cards are, which stay; what would lie upon them lies beside."""
    pins = diagram.pinned
    dx, dy = (sum(diagram.positions[pin][i] - fresh[pin][i] for pin in pins) / len(pins) for i in (0, 1))
    places = {pin: diagram.positions[pin] for pin in pins}
    taken = np.array(list(places.values()))
    pushed = []
    for node, (x, y) in fresh.items():
        if node in pins:
            continue
        if (np.abs(taken - (x + dx, y + dy)) < CARD_ROOM).all(axis=1).any():
            pushed.append(node)
        else:
            places[node] = x + dx, y + dy
    for node in pushed:
        places[node] = free_place((fresh[node][0] + dx, fresh[node][1] + dy), places, diagram.direction)
    return {node: places[node] for node in fresh}
