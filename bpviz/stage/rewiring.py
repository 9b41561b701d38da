"""What of a scenery is as it was, though nodes have come or gone, or are wired otherwise.

All of it comes out in the order and with the numbers of a scenery that is made from nothing, but what did not change is
not worked out again: in a large graph, most.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Set
from itertools import compress, repeat
from operator import is_, is_not
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..document.diagram import Diagram
from ..document.groups import GroupId, Slot, differ_in_places_alone
from ..graph.change import Change, difference
from ..graph.graph import Graph, NodeId
from . import grouping
from .found import Found
from .geometry import Rect, card_rect
from .grouping import View
from .order import Order, moved_rows
from .routing import Ends

if TYPE_CHECKING:
    from .scenery import Scenery

Floats = NDArray[np.float64]


def change_since(before: Graph, graph: Graph) -> Change[NodeId]:
    """Which nodes of a graph are not those of the one before, but for the numbers of leaves."""
    if graph.structure is before.structure:
        return Change((), frozenset(), keeps_order=True, count=len(graph))
    follows = graph.follows
    return follows[1] if follows is not None and follows[0]() is before else difference(before.nodes, graph.nodes)


def view_of(diagram: Diagram, inside: GroupId | None, before: Scenery | None) -> View | None:
    """What is seen from inside a group, or from outside of all."""
    is_same = before is not None and before._graph is diagram.graph and before._inside == inside
    if is_same and before is not None and differ_in_places_alone(before._groups, diagram.groups):
        return grouping.view_after(before.view, diagram)
    return grouping.view(diagram, inside)


def rects_of(diagram: Diagram, seen: View | None) -> dict[NodeId, Rect]:
    """Where all cards lie, in the order in which they are painted."""
    if seen is not None and seen.inside is not None:
        return grouping.rects(diagram, seen)
    nodes, positions = diagram.graph.nodes, diagram.positions
    found = {id_: card_rect(nodes[id_], positions[id_]) for id_ in (nodes if seen is None else seen.shown)}
    for face, card in seen.cards.items() if seen is not None else ():
        found[face] = card.rect
    return found


def rects_after(
    before: Scenery, diagram: Diagram, seen: View | None, change: Change[NodeId]
) -> tuple[dict[NodeId, Rect], frozenset[NodeId], Order[NodeId]]:
    """The same after changes to some nodes or their places, the very same rectangles where nothing has changed; which
    cards have come, gone or changed; and in which order they come."""
    held, nodes, positions = before.rects, diagram.graph.nodes, diagram.positions
    others = dict.fromkeys((*change.others, *diagram.places.moved_since(before._positions)))
    if seen is None and before.view is None and change.keeps_order:
        fresh = {id_: card_rect(nodes[id_], positions[id_]) for id_ in others}
        differ = {id_: rect for id_, rect in fresh.items() if rect != held.get(id_)}
        order = Order.patched(list(held), before.place_of, change.gone, [id_ for id_ in differ if id_ not in held])
        return change.patched(held, differ), frozenset(change.gone | differ.keys()), order
    if before.inside is not None or (seen is not None and seen.inside is not None):
        found = rects_of(diagram, seen)
    else:
        shown = nodes if seen is None else seen.shown
        found = dict(zip(shown, map(held.get, shown), strict=True))  # type: ignore[arg-type]  # None goes at once
        faces = before.view.cards.keys() if before.view is not None else frozenset[NodeId]()
        for id_ in {*others, *faces, *compress(found, map(is_, found.values(), repeat(None)))} & found.keys():
            found[id_] = card_rect(nodes[id_], positions[id_])
        for face, card in seen.cards.items() if seen is not None else ():
            found[face] = card.rect
    moved = set(held.keys() - found.keys())
    for id_ in compress(found, map(is_not, found.values(), map(held.get, found))):
        if found[id_] == held.get(id_):
            found[id_] = held[id_]
        else:
            moved.add(id_)
    return found, frozenset(moved), Order(list(found), before.place_of)


def moved_from(
    before: Scenery, diagram: Diagram, seen: View | None
) -> tuple[dict[NodeId, Rect], Floats, frozenset[NodeId]]:
    """Where the same cards are now, as rectangles and as rows; and which of them have moved."""
    nodes, moved = diagram.places.moved_since(before._positions), dict[NodeId, Rect]()
    if seen is not None and before.view is not None:
        held = before.view.cards
        moved = {face: card.rect for face, card in seen.cards.items() if card.at != held[face].at}
        nodes = frozenset(node for node in nodes if node in before.rects and node not in seen.cards)
    moved |= {node: card_rect(diagram.graph.nodes[node], diagram.positions[node]) for node in nodes}
    rects, boxes = before.rects | moved, before.boxes.copy(order="K")
    for card, at in moved.items():
        boxes[before.place_of[card]] = at.x, at.y, at.right, at.bottom
    return rects, boxes, frozenset(moved)


def boxes_of(rects: Mapping[NodeId, Rect]) -> Floats:
    """The same as rows of (left, top, right, bottom), each edge in a row of memory."""
    rows = [(r.x, r.y, r.right, r.bottom) for r in rects.values()]
    return np.asfortranarray(np.array(rows, dtype=np.float64).reshape(-1, 4))


def boxes_after(
    before: Scenery,
    rects: Mapping[NodeId, Rect],
    place_of: Mapping[NodeId, int],
    moved: Set[NodeId],
    order: Order[NodeId],
) -> Floats:
    """The same after some cards have come, gone or changed."""
    fresh = {place_of[id_]: (at.x, at.y, at.right, at.bottom) for id_ in moved if (at := rects.get(id_)) is not None}
    return moved_rows(before.boxes, order.origins, fresh)


def ends_after(
    scenery: Scenery, before: Scenery, change: Change[NodeId], moved: Set[NodeId]
) -> tuple[dict[Slot, Ends], set[Slot], Order[Slot]]:
    """From where to where all wires run; which of them did not run before, or from or to elsewhere; and their order.

    Of two sceneries that are seen from the same place, some of whose nodes differ by the `change`; `moved` are the
    cards that have come, gone or changed.
    """
    held, inputs, view = before._ends.plain(), scenery.inputs, scenery.view
    hidden = view.hidden if view is not None else {}
    again = _seen_otherwise(scenery, before) | moved
    wired = {*change.others, *again, *(node for node, _ in (*scenery.bends, *before.bends))}
    consumers = scenery._structure.consumers
    wired.update(target for node in again for target, _ in consumers.get(node, ()))
    there = [node for node in wired if node in scenery.rects or node in hidden]
    fresh = {
        (node, slot): scenery._ends_of(node, slot)
        for node in there
        for slot, source in enumerate(inputs[node])
        if source is not None and scenery._is_seen(source, node)
    }
    were = {(node, slot) for node in (*wired, *change.gone) for slot in range(len(before.inputs.get(node, ())))}
    gone = {slot for slot in were - fresh.keys() if slot in held}
    changed = {slot for slot, ends in fresh.items() if held.get(slot) != ends}
    come = [slot for slot in changed if slot not in held]
    if view is None and before.view is None and change.keeps_order:
        order = _merged(before._found, gone, come, scenery.place_of)
    else:
        nodes = (*scenery.rects, *hidden)
        slots = ((node, slot) for node in nodes for slot in range(len(inputs[node])))
        wanted = [slot for slot in slots if slot in fresh or (slot in held and slot not in gone)]
        order = Order(wanted, before._found.place_of)
    return order.of(held, fresh), changed, order


def _merged(before: Found, gone: Set[Slot], come: list[Slot], place_of: Mapping[NodeId, int]) -> Order[Slot]:
    """The order of wires by the cards that they enter, when some are gone, and others have come."""

    def rank(slot: Slot) -> tuple[int, int]:
        return place_of[slot[0]], slot[1]

    come.sort(key=rank)
    last = next((slot for slot in reversed(before.slots) if slot not in gone), None)
    if last is None or not come or rank(last) < rank(come[0]):
        return Order.patched(before.slots, before.place_of, gone, come)
    slots = [slot for slot in before.slots if slot not in gone]
    for slot in come:
        insort(slots, slot, key=rank)
    return Order(slots, before.place_of)


def _seen_otherwise(scenery: Scenery, before: Scenery) -> set[NodeId]:
    """The nodes that are seen on another card, or on that of a group that has changed, or beside the others."""
    one, other = before.view or _PLAIN, scenery.view or _PLAIN
    if one is other:
        return set()
    found = {node for node, _ in one.hidden.items() ^ other.hidden.items()} | (one.outside ^ other.outside)
    for face in one.cards.keys() | other.cards.keys():
        if one.cards.get(face) != other.cards.get(face):
            found.update(*(view.cards[face].members for view in (one, other) if face in view.cards))
    return found


_PLAIN = View(None, (), {}, {})  # every node has a card of its own
