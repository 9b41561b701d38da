"""What of a scenery is as it was, though nodes have come or gone, or are wired otherwise.

All of it comes out in the order and with the numbers of a scenery that is made from nothing, but what did not change is
not worked out again: in a large graph, most.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from itertools import repeat
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..document.diagram import Diagram
from ..document.groups import Slot
from ..graph.graph import NodeId
from .geometry import CARD_WIDTH, Rect, card_rect
from .grouping import View
from .routing import Ends

if TYPE_CHECKING:
    from .scenery import Scenery

Floats = NDArray[np.float64]
_Key = TypeVar("_Key")


def rects_of(diagram: Diagram, seen: View | None, before: Scenery | None) -> dict[NodeId, Rect]:
    """Where all cards lie that are not only beside what is looked into; the very same rectangles as `before` where
    nothing has changed."""
    nodes, positions = diagram.graph.nodes, diagram.positions
    known, found = dict(before.rects) if before is not None else {}, dict[NodeId, Rect]()
    for group in before.view.cards if before is not None and before.view is not None else ():
        known.pop(group, None)
    for id_ in nodes if seen is None else seen.shown:
        held, node = known.get(id_), nodes[id_]
        if held is None or (held.x, held.y) != positions[id_] or (held.width == CARD_WIDTH) is node.is_constant:
            held = card_rect(node, positions[id_])
        found[id_] = held
    for face, card in seen.cards.items() if seen is not None else ():
        found[face] = card.rect
    return found


def moved_from(before: Scenery, diagram: Diagram) -> tuple[dict[NodeId, Rect], Floats, frozenset[NodeId]]:
    """Where the same cards are now, as rectangles and as rows; and which of them have moved."""
    moved = diagram.places.moved_since(before._positions)
    rects, boxes = dict(before.rects), before.boxes.copy(order="K")
    for id_ in moved:
        rects[id_] = at = card_rect(diagram.graph.nodes[id_], diagram.positions[id_])
        boxes[before.place_of[id_]] = at.x, at.y, at.right, at.bottom
    return rects, boxes, moved


def boxes_of(rects: Mapping[NodeId, Rect], before: Scenery | None) -> Floats:
    """The same as rows of (left, top, right, bottom)."""
    if before is None:
        return np.array([(r.x, r.y, r.right, r.bottom) for r in rects.values()], dtype=np.float64).reshape(-1, 4)
    changed = {id_: rect for id_, rect in rects.items() if before.rects.get(id_) is not rect}
    return rows_of(
        rects,
        before.boxes,
        before.place_of,
        {id_: (rect.x, rect.y, rect.right, rect.bottom) for id_, rect in changed.items()},
    )


def rows_of(
    keys: Collection[_Key], held: Floats, place_of: Mapping[_Key, int], changed: Mapping[_Key, Iterable[float]]
) -> Floats:
    """One row for each key: that of the array `held` at its place, unless it is among the `changed`."""
    places = np.fromiter(map(place_of.get, keys, repeat(-1)), dtype=np.intp, count=len(keys))
    found = held[places] if len(held) else np.empty((len(keys), held.shape[1]))
    if changed:
        where = {key: place for place, key in enumerate(keys) if key in changed}
        found[list(where.values())] = [tuple(changed[key]) for key in where]
    return found


def ends_of(scenery: Scenery, before: Scenery, moved: Set[NodeId]) -> tuple[dict[Slot, Ends], set[Slot]]:
    """From where to where all wires run, and which of them no longer run, or run now, from or to elsewhere.

    Of two sceneries that are seen from the same place; `moved` are the cards that have come, gone or changed.
    """
    held, inputs, hidden = before._ends, before.inputs, scenery.view.hidden if scenery.view is not None else {}
    again = _seen_otherwise(scenery, before) | moved
    wired = {node for node, sources in scenery.inputs.items() if inputs.get(node) != sources} | again
    led = {*scenery.bends, *before.bends}
    ends, changed = dict[Slot, Ends](), set[Slot]()
    for node in (*scenery.rects, *hidden):
        is_again = node in wired
        for slot, source in enumerate(scenery.inputs[node]):
            if source is None:
                continue
            key = node, slot
            run = held.get(key)
            if is_again or source in again or key in led:
                fresh = scenery._ends_of(node, slot) if scenery._is_seen(source, node) else None
                if fresh != run:
                    run = fresh
                    changed.add(key)
            if run is not None:
                ends[key] = run
    return ends, changed & ends.keys()


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
