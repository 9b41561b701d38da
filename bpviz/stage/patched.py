"""A mapping that is never changed, of which another with a few other values is made without copying it."""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Mapping
from typing import TypeVar

Key = TypeVar("Key")
Held = TypeVar("Held")

_MOST = 500  # values; with more that are others, all is copied: looking up would take longer and longer


class Patched(Mapping[Key, Held]):
    """A large mapping that many share, of which some values are others."""

    __slots__ = ("_held", "_others")

    def __init__(self, held: dict[Key, Held], others: dict[Key, Held] | None = None) -> None:
        self._held, self._others = held, others or {}

    def with_(self, others: Mapping[Key, Held]) -> Patched[Key, Held]:
        """The same with other values of some of its keys."""
        patch = {**self._others, **others}
        return Patched(self._held, patch) if len(patch) <= _MOST else Patched({**self._held, **patch})

    def __getitem__(self, key: Key) -> Held:
        others = self._others
        return others[key] if key in others else self._held[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, key: object) -> bool:
        return key in self._held

    def keys(self) -> KeysView[Key]:
        return self._held.keys()

    def plain(self) -> dict[Key, Held]:
        """The same as a dict, in the same order."""
        return {**self._held, **self._others}
