"""Routes that were found, and what was looked at to find them: so it is known which may come out otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ..document.groups import Slot
from .cells import Floats, Places
from .geometry import Curve
from .order import Order
from .patched import Patched
from .plain_routes import boxes_of, passing, touching

_MOST_AGAIN = 1000  # routes found again, one after the other, until what was looked at is put together anew


@dataclass(frozen=True)
class Looked:
    """What was looked at for routes: the plain routes tried, and where a gap was looked for, each with the place of
    the route that it was for."""

    tried: Floats = field(default_factory=lambda: np.zeros((0, 4)))  # (x1, y1, x2, y2)
    tried_by: Places = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    searched: Floats = field(default_factory=lambda: np.zeros((0, 4)))  # (left, top, right, bottom)
    searched_by: Places = field(default_factory=lambda: np.zeros(0, dtype=np.intp))

    def near(self, boxes: Floats) -> tuple[Floats, Places, Places]:
        """The plain routes that come near to some boxes, and the places of the routes that they were tried for; and of
        those for which a gap was looked for there."""
        tried, searched = touching(self._tried_edges, boxes), touching(self._searched_edges, boxes)
        return self.tried[tried], self.tried_by[tried], self.searched_by[searched]

    @cached_property
    def _tried_edges(self) -> Floats:
        return boxes_of(self.tried).T.copy()

    @cached_property
    def _searched_edges(self) -> Floats:
        return self.searched.T.copy()

    def at(self, places: Places) -> Looked:
        """The same of routes that have other places now, or none (-1)."""
        tried_by, searched_by = places[self.tried_by], places[self.searched_by]
        tried, searched = tried_by >= 0, searched_by >= 0
        return Looked(self.tried[tried], tried_by[tried], self.searched[searched], searched_by[searched])

    def and_(self, other: Looked) -> Looked:
        """All of both."""
        return Looked(
            np.concatenate([self.tried, other.tried]),
            np.concatenate([self.tried_by, other.tried_by]),
            np.concatenate([self.searched, other.searched]),
            np.concatenate([self.searched_by, other.searched_by]),
        )


@dataclass(frozen=True)
class Found:
    """Routes, and what was looked at for each; of those that were found `again`, only what was looked at then."""

    curves: Patched[Slot, Curve]
    slots: Sequence[Slot] = ()
    place_of: Mapping[Slot, int] = field(default_factory=dict)  # in `slots`
    first: Looked = field(default_factory=Looked)
    then: Looked = field(default_factory=Looked)
    again: frozenset[int] = frozenset()  # places in `slots`

    def meeting(self, boxes: Floats) -> set[Slot]:
        """The wires whose routes may be others when there is a card at one of the boxes, or no longer."""
        ways, by, searched = self.first.near(boxes)
        still = np.array([place not in self.again for place in by.tolist()], dtype=bool)
        again, again_by, again_searched = self.then.near(boxes)
        ways, by = np.concatenate([ways[still], again]), np.concatenate([by[still], again_by])
        places = {*searched.tolist()} - self.again
        places.update(again_searched.tolist(), by[passing(ways, boxes)].tolist())
        return {self.slots[place] for place in places}

    def with_(self, fresh: Found, order: Order[Slot] | None = None) -> Found:
        """These routes and those that were found again; in another `order`, if other wires are wanted than these."""
        if order is not None:
            return self._ordered(order, fresh)
        places = np.array([self.place_of[slot] for slot in fresh.slots], dtype=np.intp)
        stay = np.arange(len(self.slots))
        stay[places] = -1
        then, again = self.then.at(stay).and_(fresh.looked.at(places)), self.again.union(places.tolist())
        found = Found(self.curves.with_(fresh.curves), self.slots, self.place_of, self.first, then, again)
        return (
            found if len(again) <= _MOST_AGAIN else replace(found, first=found.looked, then=Looked(), again=frozenset())
        )

    def _ordered(self, order: Order[Slot], fresh: Found) -> Found:
        place_of, stay = order.place_of(self.place_of), order.targets
        stay[[self.place_of[slot] for slot in fresh.slots if slot in self.place_of]] = -1
        places = np.array([place_of[slot] for slot in fresh.slots], dtype=np.intp)
        looked = self.looked.at(stay).and_(fresh.looked.at(places))
        return Found(Patched(order.of(self.curves.plain(), fresh.curves)), order.keys, place_of, looked)

    @property
    def looked(self) -> Looked:
        """What was looked at for all routes."""
        if not self.again:
            return self.first
        stay = np.arange(len(self.slots))
        stay[list(self.again)] = -1
        return self.first.at(stay).and_(self.then)
