"""In which order wires come, and where each was in the order before: what is kept in rows is then moved at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from itertools import chain, repeat
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Key = TypeVar("Key")
Held = TypeVar("Held")
Floats = NDArray[np.float64]
Places = NDArray[np.intp]


def origins(keys: Collection[Key], place_of: Mapping[Key, int]) -> Places:
    """Where some were; −1 for those that were not there."""
    return np.fromiter(map(place_of.get, keys, repeat(-1)), dtype=np.intp, count=len(keys))


def moved_rows(held: Floats, origin: Places, fresh: Mapping[int, Iterable[float]]) -> Floats:
    """Rows in another order, those at some places exchanged; every one that was not there has to be.  Each column of
    what is returned lies in a row of memory."""
    rows = held.T.take(origin, axis=1).T if len(held) else np.empty((len(origin), held.shape[1]), order="F")
    if fresh:
        rows[list(fresh)] = [tuple(row) for row in fresh.values()]
    return rows


class Order(Generic[Key]):
    """The order of `keys` that follows another one, by which `place_of` was made."""

    def __init__(self, keys: list[Key], place_of: Mapping[Key, int]) -> None:
        self.keys, self.origins, self._count = keys, origins(keys, place_of), len(place_of)
        self._patch: tuple[Set[Key], list[Key]] | None = None

    @classmethod
    def patched(cls, before: Sequence[Key], place_of: Mapping[Key, int], gone: Set[Key], come: list[Key]) -> Order[Key]:
        """The order in which some are gone, and others have come after all that stay: that is sooner made."""
        order = cls.__new__(cls)
        left = np.delete(np.arange(len(before)), [place_of[key] for key in gone])
        order.origins = np.concatenate([left, np.full(len(come), -1)])
        order.keys = [*([key for key in before if key not in gone] if gone else before), *come]
        order._patch, order._count = (gone, come), len(before)
        return order

    def of(self, held: Mapping[Key, Held], fresh: Mapping[Key, Held]) -> dict[Key, Held]:
        """A mapping in this order, from one in the order before and what is new or another."""
        if self._patch is None:
            each = chain(held.values(), (None,))  # the last for what is new
            values = np.fromiter(each, dtype=object, count=len(held) + 1)[self.origins]
            return {**dict(zip(self.keys, values, strict=True)), **fresh}
        gone, come = self._patch
        kept = {**held}
        for key in gone:
            del kept[key]
        kept.update((key, fresh[key]) for key in come)
        kept.update(fresh)
        return kept

    def place_of(self, before: Mapping[Key, int]) -> dict[Key, int]:
        """Which place each has, as `before` says it of the last order."""
        if self._patch is not None and not self._patch[0]:
            return {**before, **{key: len(before) + number for number, key in enumerate(self._patch[1])}}
        return dict(zip(self.keys, range(len(self.keys)), strict=True))

    @property
    def targets(self) -> Places:
        """Where each of the order before is now; −1 for what is gone."""
        found = np.full(self._count, -1)
        there = np.flatnonzero(self.origins >= 0)
        found[self.origins[there]] = there
        return found
