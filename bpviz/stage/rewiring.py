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
from .routing import Ends

if TYPE_CHECKING:
    from .scenery import Scenery

Floats = NDArray[np.float64]
_Key = TypeVar("_Key")


def rects_of(diagram: Diagram, before: Mapping[NodeId, Rect]) -> dict[NodeId, Rect]:
    """Where the cards of all nodes lie; the very same rectangles as `before` where nothing has changed."""
    positions, found = diagram.positions, dict[NodeId, Rect]()
    for id_, node in diagram.graph.nodes.items():
        held = before.get(id_)
        if held is None or (held.x, held.y) != positions[id_] or (held.width == CARD_WIDTH) is node.is_constant:
            held = card_rect(node, positions[id_])
        found[id_] = held
    return found


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

    Of two sceneries in which every node has a card of its own; `moved` are the nodes whose cards have changed.
    """
    held, inputs = before._ends, before.inputs
    again = {node for node, sources in scenery.inputs.items() if inputs.get(node) != sources} | moved
    led = {*scenery.bends, *before.bends}
    ends, changed = dict[Slot, Ends](), set[Slot]()
    for node, sources in scenery.inputs.items():
        is_again = node in again
        for slot, source in enumerate(sources):
            if source is None:
                continue
            key = node, slot
            run = held.get(key)
            if run is None or is_again or source in moved or key in led:
                fresh = scenery._ends_of(node, slot)
                if fresh != run:
                    run = fresh
                    changed.add(key)
                assert run is not None
            ends[key] = run
    return ends, changed
