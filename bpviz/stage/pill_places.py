"""Where pills stand: on their wires, clear of cards and of each other, and always at the same place in a run.

Places follow from the texts' lengths alone, not from the time, so nothing moves while the story is told; while a
slider is dragged they stay, too, until a number takes more room.  Larger pills, for people who sit far away, are
placed as such.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..engine.trace import Trace
from ..graph.graph import NodeId
from .geometry import PILL_CHARACTER, PILL_GAP, PILL_HEIGHT, PORT_RADIUS, Curve, Point, Rect
from .pill_words import pill_texts

if TYPE_CHECKING:
    from .scenery import Scenery

PLACES = (0.5, 0.7, 0.4, 0.78, 0.3, 0.85, 0.2)  # along the wire, where there is no room at the first place
STEPS = 8  # sizes between 1 and 2 for which places are looked for
MOST_TOGETHER = 240  # pills that are kept apart from all others; in larger graphs, from those of the same node

Slot: TypeAlias = tuple[NodeId, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Which of the texts for a pill has room, and where; or else where it stands least in the way."""

    choice: int
    rect: Rect
    has_room: bool


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
    lengths: Mapping[Slot, tuple[int, ...]]
    places: Mapping[Slot, Place]
    pills: Mapping[Slot, Placed]
    box: tuple[float, float, float, float]  # (left, top, right, bottom): cards elsewhere are not in the way


class PillPlaces:
    """The pills of one scenery: what each says in the run that was looked at last, and where."""

    def __init__(self, scenery: Scenery) -> None:
        self._scenery = scenery
        self._known: dict[tuple[NodeId | None, float], _Known] = {}
        self.reach = 0.0  # how far pills stick out from around their wires, of those that were looked at

    def take_over(self, before: PillPlaces, wires: Collection[Slot], boxes: NDArray[np.float64]) -> None:
        """What was worked out before some wires were led elsewhere, and cards went from and to the `boxes`, and
        holds."""
        self.reach = before.reach
        again = {target for target, _ in wires}
        known, inputs = before._known, self._scenery.inputs
        keys = [key for key in known if key[0] is not None and key[0] not in again and key[0] in inputs]
        left, top, right, bottom = np.array([known[key].box for key in keys]).reshape(-1, 4).T
        is_near = np.zeros(len(keys), dtype=bool)
        for x, y, end, below in boxes.tolist():
            is_near |= (x < right) & (end > left) & (y < bottom) & (below > top)
        self._known.update((key, known[key]) for key in compress(keys, ~is_near))

    def into(self, trace: Trace, target: NodeId, size: float = 1.0) -> Mapping[Slot, Placed]:
        """The pills on the wires into a node at least, `size` times as large as on the desk, or a little larger."""
        size = max(math.ceil(size * STEPS - 1e-9) / STEPS, 1.0)
        assert trace.sweep is not None
        wires, is_small = trace.sweep.wires, len(trace.sweep.wires) <= MOST_TOGETHER
        key = (None if is_small else target), size
        known = self._known.get(key)
        if known is not None and known.trace is trace:
            return known.pills
        if is_small:
            rows = trace.plan.rows
            slots = [(rows[trace.sweep.consumer(wire)], int(wires.slot[wire])) for wire in range(len(wires))]
        else:
            slots = [(target, slot) for slot in range(len(self._scenery.inputs[target]))]
        numbers = {slot: number for slot in slots if (number := trace.wire(*slot)) is not None}
        texts = {slot: pill_texts(trace, number) for slot, number in numbers.items()}
        lengths = {slot: tuple(map(len, said)) for slot, said in texts.items()}
        places = known.places if known is not None and known.lengths == lengths else self._found(lengths, size)
        pills = {slot: Placed(texts[slot][place.choice], place.rect, place.has_room) for slot, place in places.items()}
        is_there = known is not None and known.places is places
        box = known.box if known is not None and is_there else self._around(lengths, places, size)
        self._known[key] = _Known(trace, lengths, places, pills, box)
        return pills

    def _found(self, lengths: Mapping[Slot, tuple[int, ...]], size: float) -> dict[Slot, Place]:
        found: dict[Slot, Place] = {}
        taken, count = np.empty((len(lengths), 4)), 0
        for slot, widths in lengths.items():
            curve = self._scenery.curve(*slot)
            if curve is None:
                continue  # hidden in a group
            place = self._place(widths, curve, taken[:count], size)
            rect = place.rect
            if place.has_room:
                taken[count] = rect.x, rect.y, rect.right, rect.bottom
                count += 1
            found[slot] = place
            around = curve.bounds.united(rect)
            self.reach = max(self.reach, around.width - curve.bounds.width, around.height - curve.bounds.height)
        return found

    def _around(
        self, lengths: Mapping[Slot, tuple[int, ...]], places: Mapping[Slot, Place], size: float
    ) -> tuple[float, float, float, float]:
        """All around the wires and their pills, as far as cards may be in the way of them."""
        found = [math.inf, math.inf, -math.inf, -math.inf]
        across = (max(map(max, lengths.values()), default=0) * PILL_CHARACTER / 2 + 18.0) * size
        down = 3.0 * PILL_HEIGHT * size
        for slot, place in places.items():
            curve = self._scenery.curve(*slot)
            for rect in (place.rect,) if curve is None else (place.rect, curve.bounds):
                found[:2] = min(found[0], rect.x - across), min(found[1], rect.y - down)
                found[2:] = max(found[2], rect.right + across), max(found[3], rect.bottom + down)
        return found[0], found[1], found[2], found[3]

    def _place(self, lengths: tuple[int, ...], curve: Curve, taken: NDArray[np.float64], size: float) -> Place:
        points = [curve.at(at) for at in (self._scenery.course.pill_at, *PLACES)]
        across, down = (max(lengths) * PILL_CHARACTER / 2 + 18.0) * size, 3.0 * PILL_HEIGHT * size
        box = curve.bounds
        wide, tall = box.width + 2 * across, box.height + 2 * down
        cards = self._scenery.boxes_at(Rect(box.x - across, box.y - down, wide, tall)).tolist()
        off_cards: Place | None = None
        for choice, length in enumerate(lengths):
            for point in points:
                rect = _box(point, length, size)
                for place in (rect, *_beside(rect, taken)):
                    if _covers(cards, place.grown(PORT_RADIUS + 2.0)):
                        continue
                    if not _touching(place, taken).any():
                        return Place(choice, place, has_room=True)
                    if off_cards is None or off_cards.choice < choice:
                        off_cards = Place(choice, place, has_room=False)
        return off_cards or Place(len(lengths) - 1, _box(points[0], lengths[-1], size), has_room=False)


def _box(middle: Point, length: int, size: float) -> Rect:
    """The pill for a text of so many characters."""
    width, height = (length * PILL_CHARACTER + 18.0) * size, PILL_HEIGHT * size
    return Rect(middle[0] - width / 2, middle[1] - height / 2, width, height)


def _covers(cards: Sequence[Sequence[float]], place: Rect) -> bool:
    """Whether one of a few cards touches a place."""
    x, y, right, bottom = place.x, place.y, place.right, place.bottom
    return any(card[0] < right and card[2] > x and card[1] < bottom and card[3] > y for card in cards)


def _touching(rect: Rect, taken: NDArray[np.float64]) -> NDArray[np.bool_]:
    left, top, right, bottom = taken.T
    gap = PILL_GAP - 1.0
    found: NDArray[np.bool_] = (
        (left < rect.right + gap) & (right > rect.x - gap) & (top < rect.bottom + gap) & (bottom > rect.y - gap)
    )
    return found


def _beside(rect: Rect, taken: NDArray[np.float64]) -> list[Rect]:
    """Just below and just above what is in the way: wires into one card run close together."""
    in_the_way = taken[_touching(rect, taken)]
    if not len(in_the_way):
        return []
    below, above = float(in_the_way[:, 3].max()) + PILL_GAP, float(in_the_way[:, 1].min()) - PILL_GAP - rect.height
    return [Rect(rect.x, y, rect.width, rect.height) for y in (below, above) if abs(y - rect.y) < 1.3 * rect.height]
