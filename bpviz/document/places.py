"""Where cards lie: a mapping that is never changed, and knows by what it differs from the one that it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NoReturn
from weakref import ref

from ..graph.graph import NodeId
from ..graph.layout import Position


class Places(dict[NodeId, Position]):
    """The top left corners of cards, in scene units.

    A dict, because copying one of ten thousand takes a tenth of a millisecond.
    """

    def _never(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("places are never changed; see `with_`")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _never

    def __init__(self, places: Mapping[NodeId, Position]) -> None:
        super().__init__(places)
        self._before: ref[Places] | None = None
        self._moved: frozenset[NodeId] = frozenset()
        self._fits: object = None

    def with_(self, others: Mapping[NodeId, Position], gone: Iterable[NodeId] = ()) -> Places:
        """The same with some cards elsewhere or new, and without those that are `gone`."""
        made, gone = Places(self), tuple(gone)
        for node in gone:
            dict.__delitem__(made, node)
        dict.update(made, others)
        made._before = ref(self)
        made._moved = frozenset(node for node, place in others.items() if self.get(node) != place)
        if not gone and len(made) == len(self):
            made._fits = self._fits
        return made

    def moved_since(self, before: Mapping[NodeId, Position]) -> frozenset[NodeId]:
        """Which cards lie elsewhere than `before`, or were not there."""
        if self is before:
            return frozenset()
        if self._before is not None and self._before() is before:
            return self._moved
        return frozenset(node for node, place in self.items() if before.get(node) != place)

    def fit(self, structure: object, nodes: Mapping[NodeId, object]) -> bool:
        """Whether these are the places of just these nodes, the nodes of a structure."""
        if self._fits is not structure:
            if self.keys() != nodes.keys():
                return False
            self._fits = structure
        return True
