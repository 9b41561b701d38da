"""Which wires of a scenery run as they did, though nodes have come or gone, or are wired otherwise.

All of it comes out in the order and with the numbers of a scenery that is made from nothing, but what did not change is
not worked out again: in a large graph, most.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Set
from typing import TYPE_CHECKING

from ..document.groups import Slot
from ..graph.graph import NodeId
from .found import Found
from .grouping import View
from .order import Order
from .routing import Ends

if TYPE_CHECKING:
    from .scenery import Scenery


def ends_after(scenery: Scenery, before: Scenery) -> tuple[dict[Slot, Ends], set[Slot], Order[Slot]]:
    """From where to where all wires run; which of them did not run before, or from or to elsewhere; and their order.

    Of two sceneries that are seen from the same place.
    """
    held, inputs, view, change = before.ends.plain(), scenery.inputs, scenery.view, scenery.change
    hidden = view.hidden if view is not None else {}
    again = _seen_otherwise(scenery, before) | scenery.moved
    wired = {*change.others, *again, *(node for node, _ in (*scenery.bends, *before.bends))}
    consumers = scenery.structure.consumers
    wired.update(target for node in again for target, _ in consumers.get(node, ()))
    there = [node for node in wired if node in scenery.rects or node in hidden]
    fresh = {
        (node, slot): scenery.ends_of(node, slot)
        for node in there
        for slot, source in enumerate(inputs[node])
        if source is not None and scenery.is_seen(source, node)
    }
    were = {(node, slot) for node in (*wired, *change.gone) for slot in range(len(before.inputs.get(node, ())))}
    gone = {slot for slot in were - fresh.keys() if slot in held}
    changed = {slot for slot, ends in fresh.items() if held.get(slot) != ends}
    come = [slot for slot in changed if slot not in held]
    if view is None and before.view is None and change.keeps_order:
        order = _merged(before.found, gone, come, scenery.place_of)
    else:
        nodes = (*scenery.rects, *hidden)
        slots = ((node, slot) for node in nodes for slot in range(len(inputs[node])))
        wanted = [slot for slot in slots if slot in fresh or (slot in held and slot not in gone)]
        order = Order(wanted, before.found.place_of)
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
