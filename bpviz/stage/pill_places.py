"""Where pills stand: on their wires, clear of cards and of each other, and always at the same place in a run.

Places follow from the texts' lengths alone, not from the time, so nothing moves while the story is told; while a
slider is dragged they stay, too, until a number takes more room.  Larger pills, for people who sit far away, are
placed as such.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Generator, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import product
from typing import TYPE_CHECKING, TypeAlias
from weakref import proxy

import numpy as np

from ..engine.trace import Trace
from ..graph.graph import NodeId
from .boxes import Box, edges, meet
from .geometry import Curve, Point, Rect
from .pill_room import Place, place_for
from .pill_words import pill_texts

if TYPE_CHECKING:
    from .scenery import Scenery

PLACES = (0.5, 0.7, 0.4, 0.78, 0.3, 0.85, 0.2)  # along the wire, where there is no room at the first place
STEPS = 8  # sizes between 1 and 2 for which places are looked for
INDEX = frozenset("₀₁₂₃₄₅₆₇₈₉")  # digits that are smaller than others
MOST_TOGETHER = 240  # pills that are kept apart from all others; in larger graphs, from those of the same node
MOST_GONE = 200  # places that cards have left while nobody looked; after more, all is worked out anew
MOST_FRESH = 50  # nodes whose pills are looked through one by one

Slot: TypeAlias = tuple[NodeId, int]
Key: TypeAlias = tuple[NodeId | None, float]  # the wires into a node, or all; how many times as large as on the desk
NOWHERE: Box = (math.inf, math.inf, -math.inf, -math.inf)


@dataclass(frozen=True, slots=True)
class Placed:
    """What a pill says, where, and whether it stands there clear of cards and of all other pills."""

    text: str
    rect: Rect
    has_room: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """What was worked out for a run, and what it followed from."""

    trace: Trace
    texts: Mapping[Slot, tuple[str, ...]]
    places: Mapping[Slot, Place]
    pills: Mapping[Slot, Placed]
    looked_at: Box


@dataclass(frozen=True, slots=True)
class _Stale:
    """What was known before some wires were led elsewhere, and cards went from boxes to others."""

    known: _Known
    wires: frozenset[Slot] = frozenset()
    gone: tuple[Box, ...] = ()
    come: tuple[Box, ...] = ()


class _Reaches:
    """Of many boxes that were looked at, which meet a few others."""

    def __init__(self, known: Mapping[Key, _Known]) -> None:
        self._keys = list(known)
        self._edges = np.array([held.looked_at for held in known.values()]).reshape(-1, 4).T.copy()

    def meeting(self, boxes: Iterable[Box]) -> list[Key]:
        """What was looked at where one of the boxes is."""
        left, top, right, bottom = self._edges
        found = np.zeros(len(self._keys), dtype=bool)
        for x, y, end, below in boxes:
            found |= (x < right) & (end > left) & (y < bottom) & (below > top)
        return [self._keys[place] for place in np.flatnonzero(found)]


class PillPlaces:
    """The pills of one scenery: what each says in the run that was looked at last, and where."""

    def __init__(self, scenery: Scenery) -> None:
        self._scenery: Scenery = proxy(scenery)  # which has this: together they would outlive their use
        self._known: dict[Key, _Known] = {}
        self._stale: dict[Key, _Stale] = {}
        self._replaced: Set[Key] = frozenset()
        self._reaches = _Reaches({})  # of what was known when they were put into rows
        self._fresh: set[Key] = set()  # what has come to be known since
        self._spots: dict[Slot, tuple[Curve, list[Point]]] = {}  # where it is tried to place pills
        self.reach = 0.0  # how far from these pills are seen, of those that were looked at

    def take_over(
        self, before: PillPlaces, wires: Collection[Slot], gone: Collection[Box], come: Collection[Box]
    ) -> None:
        """What was worked out before some wires were led elsewhere, and cards were `gone` from boxes, and have `come`
        to others."""
        self.reach, self._spots = before.reach, before._spots
        led, gone, come = frozenset(wires), tuple(gone), tuple(come)
        inputs = self._scenery.inputs
        self._known = {key: held for key, held in before._known.items() if key[0] is None or key[0] in inputs}
        self._stale = {
            key: _Stale(held.known, held.wires | led, held.gone + gone, held.come + come)
            for key, held in before._stale.items()
            if (key[0] is None or key[0] in inputs) and len(held.gone) < MOST_GONE
        }
        self._reaches, self._fresh = before._reaches, before._fresh.copy()
        if len(self._fresh) > MOST_FRESH:
            self._reaches, self._fresh = _Reaches(self._known), set()
        sizes, targets = {size for _, size in self._known}, {None, *(target for target, _ in led)}
        near = {*product(targets, sizes), *self._reaches.meeting(gone + come), *self._fresh}
        for key in near & self._known.keys():
            known = self._known[key]
            if not self._is_settled(known, led, gone, come):
                self._stale[key] = _Stale(known, led, gone, come)
                del self._known[key]
        self._replaced = frozenset(self._stale)

    def _is_settled(self, known: _Known, wires: Set[Slot], gone: Collection[Box], come: Collection[Box]) -> bool:
        gone = [box for box in gone if meet(box, known.looked_at)]  # of many cards, most are elsewhere
        come = [box for box in come if meet(box, known.looked_at)]
        return all(slot not in wires and place.stays(gone, come, ()) for slot, place in known.places.items())

    def holds(self, target: NodeId, size: float) -> bool:
        """Whether the places on the wires into a node were worked out, and are as they were."""
        size = _rounded(size)
        return (target, size) in self._known or (None, size) in self._known

    def may_stand_in(self, target: NodeId, place: Rect) -> bool:
        """Whether a place has points on the wires into a node at which pills are tried: only few of a wire are."""
        left, top, right, bottom = place.x, place.y, place.right, place.bottom
        for slot in range(len(self._scenery.inputs[target])):
            curve = self._scenery.curve(target, slot)
            if curve is None:
                continue
            if any(left <= x <= right and top <= y <= bottom for x, y in self._points((target, slot), curve)):
                return True
        return False

    def _points(self, slot: Slot, curve: Curve) -> list[Point]:
        """Where along a wire it is tried to place its pill."""
        held = self._spots.get(slot)
        if held is None or held[0] is not curve:
            held = self._spots[slot] = curve, curve.at_all((self._scenery.course.pill_at, *PLACES))
        return held[1]

    def replaced(self, size: float) -> set[NodeId]:
        """The nodes on the wires into which pills may stand elsewhere than in the scenery before."""
        targets = {target for target, held in self._replaced if held == _rounded(size)}
        return set(self._scenery.wired) if None in targets else {target for target in targets if target is not None}

    def into(self, trace: Trace, target: NodeId, size: float = 1.0) -> Mapping[Slot, Placed]:
        """The pills on the wires into a node at least, `size` times as large as on the desk, or a little larger."""
        key = (None if _are_kept_apart(trace) else target), _rounded(size)
        for _ in self._worked_out(trace, *key):
            pass
        return self._known[key].pills

    def prepared(self, trace: Trace, size: float) -> Generator[None, None, None]:
        """Works all of them out before they are asked for, one after the other; in a graph in which those into one node
        can be had without the others, nothing."""
        if _are_kept_apart(trace):
            yield from self._worked_out(trace, None, _rounded(size))

    def _worked_out(self, trace: Trace, target: NodeId | None, size: float) -> Generator[None, None, None]:
        """The pills on the wires into a node, or into all."""
        key = target, size
        known = self._known.get(key)
        if known is not None and known.trace is trace:
            return
        before = _Stale(known) if known is not None else self._stale.get(key)
        alike = before.known if before is not None else self._known.get((target, 1.0))
        texts = alike.texts if alike is not None and alike.trace is trace else (yield from self._texts(trace, target))
        places = yield from self._found(texts, size, before)
        if self._known.get(key) is not known:
            return  # somebody could not wait
        pills = {slot: Placed(texts[slot][place.choice], place.rect, place.has_room) for slot, place in places.items()}
        looked_at = reduce(_together, (place.looked_at for place in places.values()), NOWHERE)
        self._stale.pop(key, None)
        self._known[key] = _Known(trace, texts, places, pills, looked_at)
        self._fresh.add(key)

    def _texts(self, trace: Trace, target: NodeId | None) -> Generator[None, None, dict[Slot, tuple[str, ...]]]:
        """What may be said on the wires into a node, or into all."""
        assert trace.sweep is not None
        if target is None:
            rows, wires = trace.plan.rows, trace.sweep.wires
            slots = [(rows[trace.sweep.consumer(wire)], int(wires.slot[wire])) for wire in range(len(wires))]
        else:
            slots = [(target, slot) for slot in range(len(self._scenery.inputs[target]))]
        found = {}
        for slot in slots:
            if (number := trace.wire(*slot)) is not None:
                found[slot] = tuple(pill_texts(trace, number))
                yield
        return found

    def _found(
        self, texts: Mapping[Slot, tuple[str, ...]], size: float, before: _Stale | None
    ) -> Generator[None, None, dict[Slot, Place]]:
        """Places for pills, one after the other; as `before` where nothing that was looked at is another."""
        found: dict[Slot, Place] = {}
        taken, count = np.empty((len(texts), 4)), 0
        if before is not None and not self._is_order_kept(texts, before.known.places):
            before = None
        changed: list[Box] = []
        for slot, said in texts.items():
            curve = self._scenery.curve(*slot)
            if curve is None:
                continue  # hidden in a group
            lengths, place = tuple(map(_length, said)), None
            held = None if before is None else before.known.places.get(slot)
            if before is not None and held is not None and slot not in before.wires:
                is_as_long = lengths == tuple(map(_length, before.known.texts[slot]))
                place = held if is_as_long and held.stays(before.gone, before.come, changed) else None
            if place is None:
                place = place_for(lengths, self._points(slot, curve), size, taken[:count], self._scenery.cards_near)
                if held is None or (held.rect, held.has_room) != (place.rect, place.has_room):
                    changed += [edges(one.rect) for one in (held, place) if one is not None]
            if place.has_room:
                taken[count] = edges(place.rect)
                count += 1
            found[slot] = place
            self.reach = max(self.reach, place.reach)
            yield
        return found

    def _is_order_kept(self, texts: Mapping[Slot, tuple[str, ...]], places: Mapping[Slot, Place]) -> bool:
        """Whether all pills that had places are still there, and come one after the other as they did."""
        return [slot for slot in texts if slot in places and self._scenery.curve(*slot) is not None] == list(places)


def _are_kept_apart(trace: Trace) -> bool:
    """Whether a graph is so small that the pills on all of its wires are kept apart."""
    assert trace.sweep is not None
    return len(trace.sweep.wires) <= MOST_TOGETHER


def _together(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


@lru_cache(maxsize=256)
def _rounded(size: float) -> float:
    return max(math.ceil(size * STEPS - 1e-9) / STEPS, 1.0)


@lru_cache(maxsize=10_000)
def _length(text: str) -> float:
    """How many characters wide a text is."""
    return len(text) - 0.4 * sum(character in INDEX for character in text)
