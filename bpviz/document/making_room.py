"""Room for a card that was put into a wire: what comes after it moves on, as by hand.

How large a card is painted is no part of a document: boxes of cards are given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..graph.graph import NodeId
from ..graph.layout import ROOMS, Direction, Position
from .arranging import Box, carried, lifted
from .diagram import Diagram
from .housing import followed

_LEAST = 0.5  # of the gap between two columns, which is enough
_BESIDE = 12.0  # scene units across the wires, by which two cards are apart
_MOST = 400  # cards that move on; more would be half the picture, and take long

After: TypeAlias = Callable[[NodeId], Collection[NodeId]]


@dataclass(frozen=True)
class Room:
    """By which way the card that was put in goes, and by which one others do."""

    card: Position = (0.0, 0.0)
    others: frozenset[NodeId] = frozenset()
    way: Position = (0.0, 0.0)

    @property
    def is_needed(self) -> bool:
        return self != Room()


def room_for(
    card: NodeId,
    source: NodeId,
    target: NodeId,
    cards: Mapping[NodeId, Box],
    after: After,
    stays: Collection[NodeId],
    direction: Direction,
) -> Room:
    """What has to move so that a card has room between two others.

    The card goes on as far as it covers its `source`, and the `target` as far as the card then covers that; with the
    target goes all that comes `after` it, and what this would come to lie on.  What `stays` does not move.  Where the
    wire leads back, or there is room, or too many would have to move, nothing does.
    """
    axis = 1 if direction.is_down else 0
    gap = ROOMS[direction].column_gap
    if target in stays or card in stays or cards[target][axis] < cards[source][axis]:
        return Room()
    own = _along(_missing(cards[source], cards[card], axis, gap), axis)
    put = _there(cards[card], own)
    way = _along(_missing(put, cards[target], axis, gap), axis)
    if way == (0.0, 0.0):
        return Room(own)
    firm = {*stays, card}
    others = _with_those_below({target, *after(target)} - firm, cards, after, firm, way)
    return Room() if len(others) > _MOST else Room(own, frozenset(others), way)


def made(diagram: Diagram, card: Collection[NodeId], others: Collection[NodeId], room: Room) -> Diagram:
    """With the card put where its room is, and the others beside it; points of wires and frames go along.

    Both are named by all the nodes for which their cards stand.
    """
    moved = carried(diagram, lifted(diagram, others), *room.way)
    moved = carried(moved, lifted(moved, card), *room.card)
    return replace(moved, frames=followed(diagram, moved))


def _missing(first: Box, second: Box, axis: int, gap: float) -> float:
    """By how much the second box has to go on so that a gap is between it and the first; 0 if they are apart."""
    across = 1 - axis
    is_apart = (
        first[across] + first[across + 2] + _BESIDE <= second[across]
        or second[across] + second[across + 2] + _BESIDE <= first[across]
    )
    end = first[axis] + first[axis + 2]
    return 0.0 if is_apart or second[axis] - end >= _LEAST * gap else end + gap - second[axis]


def _with_those_below(
    others: set[NodeId], cards: Mapping[NodeId, Box], after: After, firm: Collection[NodeId], way: Position
) -> set[NodeId]:
    """Also what would come to lie under these cards, with all that comes after it."""
    names, boxes = list(cards), np.array(list(cards.values()))
    fresh = set(others)
    while fresh and len(others) <= _MOST:
        below: set[NodeId] = set()
        for moved in fresh:
            hit = _touching(boxes, _there(cards[moved], way)) & ~_touching(boxes, cards[moved])
            below.update(names[place] for place in np.flatnonzero(hit).tolist())
        fresh = below.union(*(after(node) for node in below - others.union(firm))) - others - set(firm)
        others = others | fresh
    return others


def _touching(boxes: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    left, top, width, height = boxes.T
    found: NDArray[np.bool_] = (
        (left < box[0] + box[2]) & (left + width > box[0]) & (top < box[1] + box[3]) & (top + height > box[1])
    )
    return found


def _there(box: Box, way: Position) -> Box:
    return box[0] + way[0], box[1] + way[1], box[2], box[3]


def _along(far: float, axis: int) -> Position:
    return (far, 0.0) if axis == 0 else (0.0, far)
