"""Putting a node into a wire, on the canvas: it gets room, and what comes after it glides on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from ...document.diagram import Diagram
from ...document.making_room import made, room_for
from ...graph.graph import NodeId
from .spots import Wire

if TYPE_CHECKING:
    from .view import Canvas


class Carry(Protocol):
    """Does what moves several cards, and shows them on their way; with `fits`, all of the graph is in view then."""

    def __call__(self, act: Callable[[], object], *, fits: bool = False) -> None: ...


def at_once(act: Callable[[], object], *, fits: bool = False) -> None:
    """Shows nothing of the way."""
    del fits
    act()


def put_into(canvas: Canvas, label: str, put: Callable[[Diagram], Diagram], node: NodeId, wire: Wire) -> bool:
    """Puts a node into a wire as one step of the history; whether it was done.

    The ground does not move, unless all of the graph was in view and would not be after cards have made room.
    """
    session, target, step = canvas.session, wire[0], ("into", node, wire)
    source, is_fitted = session.graph.nodes[target].inputs[wire[1]], canvas.is_fitted
    canvas.hold_still()
    is_done = session.edit(label, put, step)
    if is_done and source is not None:
        _make_room(canvas, node, (source, target), label, step, fits=is_fitted)
    return is_done


def _make_room(
    canvas: Canvas, node: NodeId, between: tuple[NodeId, NodeId], label: str, step: Hashable, *, fits: bool
) -> None:
    session = canvas.session
    scenery, structure, standing = session.scenery, session.graph.structure, session.standing

    def cards_of(nodes: Iterable[NodeId]) -> set[NodeId]:
        return {card for held in nodes if (card := scenery.card_of(held)) is not None}

    def after(card: NodeId) -> set[NodeId]:
        return cards_of(chain.from_iterable(map(structure.descendants, standing.whole(frozenset({card})))))

    card, source, target = map(scenery.card_of, (node, *between))
    if card is None or source is None or target is None or source == target:
        return
    before = cards_of(structure.ancestors(node)) - {card}
    stays = before | cards_of(session.diagram.pinned) | {held for held in scenery.rects if scenery.is_beside(held)}
    boxes = {held: (rect.x, rect.y, rect.width, rect.height) for held, rect in scenery.rects.items()}
    room = room_for(card, source, target, boxes, after, stays, session.diagram.direction)
    if room.is_needed:
        own, others = standing.whole(frozenset({card})), standing.whole(room.others)
        canvas.carry(lambda: session.edit(label, lambda diagram: made(diagram, own, others, room), step), fits=fits)
