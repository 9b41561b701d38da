"""How what follows differs from what was before: which of many entries are others, and whether the rest kept its order.

An edit changes a few of many nodes.  What was worked out for the others still holds, and to know which they are, by
identity, takes a hundredth of the time in which anything is worked out for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from itertools import compress
from operator import is_not
from typing import Generic, TypeVar

Key = TypeVar("Key")
Held = TypeVar("Held")

FEWEST_KEPT = 4  # times as many have to be as they were as are looked at again, or all is worked out from nothing


@dataclass(frozen=True, slots=True)
class Change(Generic[Key]):
    """What has come or is not the very same any more (`others`, in order), and what is `gone`.

    `keeps_order`: what stays comes in the order in which it came, and before all that is new.
    """

    others: tuple[Key, ...]
    gone: Set[Key]
    keeps_order: bool
    count: int  # of all that there is now

    def is_few(self, also: int = 0) -> bool:
        """Whether so little has changed, and `also` something, that most can be kept."""
        return FEWEST_KEPT * max(len(self.others) + len(self.gone), also) <= self.count

    def patched(self, before: Mapping[Key, Held], come: Mapping[Key, Held]) -> dict[Key, Held]:
        """A mapping with what has `come` and without what is gone; in the right order if the change keeps it."""
        held = {**before}
        for key in self.gone:
            del held[key]
        held.update(come)
        return held


def edit(before: Mapping[Key, object], come: Mapping[Key, object], gone: Set[Key]) -> Change[Key]:
    """The change in which some entries are exchanged or, if they are new, put at the end, and others go."""
    others = tuple(key for key, held in come.items() if before.get(key) is not held)
    return Change(others, gone, True, len(before) - len(gone) + sum(key not in before for key in others))


def difference(before: Mapping[Key, object], after: Mapping[Key, object]) -> Change[Key]:
    """How one mapping differs from another; values are compared by identity."""
    others = tuple(compress(after, map(is_not, after.values(), map(before.get, after))))
    come = sum(key not in before for key in others)
    gone: Set[Key] = before.keys() - after.keys() if len(before) + come > len(after) else frozenset()
    return Change(others, gone, _keeps_order(before, after, gone), len(after))


def _keeps_order(before: Iterable[Key], after: Iterable[Key], gone: Set[Key]) -> bool:
    kept = [key for key in before if key not in gone] if gone else list(before)
    return list(after)[: len(kept)] == kept
