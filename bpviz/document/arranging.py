"""Where things lie: moved together, aligned, distributed, and arranged around what is pinned.

How large a card is painted is no part of a document: where cards are aligned, their boxes are given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias, TypeVar

import numpy as np

from ..graph.graph import NodeId
from ..graph.layout import CARD_ROOM, Position, layout
from .annotations import AnnotationId, Frame, Note, Route
from .diagram import Diagram
from .edits import free_place, move
from .group_layout import arranged

Box: TypeAlias = tuple[float, float, float, float]  # left, top, width and height of a card
Marked = TypeVar("Marked", Frame, Note)

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
    diagram: Diagram, nodes: Iterable[NodeId] | None = None, progress: Callable[[float], None] | None = None
) -> Diagram:
    """Lays everything out anew around the pinned cards, or some nodes only: they stay together about where they are.

    Frames go where the cards go that lay in them.  Points of wires are given up, but for wires between pinned cards.
    `progress` is told how much is done, from 0 to 1; what it raises ends the work, and nothing has changed.
    """
    grouped, pinned = arranged(diagram) if diagram.groups and nodes is None else None, diagram.pinned
    if grouped is not None:
        fresh = dict(grouped.positions)
        fresh = _around_pins(diagram, fresh) if pinned else fresh
    elif nodes is not None:
        chosen = set(nodes) - pinned
        fresh = dict(layout(diagram.graph, only=chosen, before=diagram.positions, progress=progress))
    else:
        held = {pin: diagram.positions[pin] for pin in pinned}
        fresh = dict(layout(diagram.graph, pinned=held, progress=progress))
    if fresh == diagram.positions and (grouped is None or grouped == diagram):
        return diagram
    routes = tuple(route for route in diagram.routes if route.source in pinned and route.target in pinned)
    frames = tuple(_following(frame, diagram.positions, fresh) for frame in diagram.frames)
    groups = diagram.groups if grouped is None else grouped.groups
    return replace(diagram, positions=fresh, groups=groups, routes=routes, frames=frames)


def _around_pins(diagram: Diagram, fresh: Mapping[NodeId, Position]) -> dict[NodeId, Position]:
    """A layout, shifted as a whole to where the pinned cards are, which stay; what would lie upon them lies below."""
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
        places[node] = free_place((fresh[node][0] + dx, fresh[node][1] + dy), places)
    return {node: places[node] for node in fresh}


def _following(frame: Frame, old: Mapping[NodeId, Position], new: Mapping[NodeId, Position]) -> Frame:
    """A frame around the same cards as before, with the same margins."""
    width, height = CARD_ROOM[0] / 2, CARD_ROOM[1] / 2
    held = [
        node
        for node, (x, y) in old.items()
        if frame.x <= x <= frame.x + frame.width - width and frame.y <= y <= frame.y + frame.height - height
    ]
    if not held:
        return frame
    (left, top, right, bottom), there = _extent(held, old), _extent(held, new)
    return replace(
        frame,
        x=frame.x + there[0] - left,
        y=frame.y + there[1] - top,
        width=frame.width + (there[2] - there[0]) - (right - left),
        height=frame.height + (there[3] - there[1]) - (bottom - top),
    )


def _extent(nodes: Collection[NodeId], at: Mapping[NodeId, Position]) -> tuple[float, float, float, float]:
    """The least and the greatest x and y of corners: left, top, right, bottom."""
    xs, ys = [at[node][0] for node in nodes], [at[node][1] for node in nodes]
    return min(xs), min(ys), max(xs), max(ys)
