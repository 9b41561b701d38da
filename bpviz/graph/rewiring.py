"""Order and consumers after a change to a few of many nodes, from those before it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .structure import NodeId, Structure

_FEWEST_KEPT = 4  # times as many nodes have to be as they were as are looked at again


class Rewiring:
    """One structure that follows another."""

    def __init__(self, before: Structure, after: Structure) -> None:
        self._before, self._after = before, after
        self._inputs = after.inputs
        held = before.inputs
        self._changed = [node for node, sources in after.inputs.items() if held.get(node) != sources]
        self._gone = held.keys() - after.inputs.keys()

    def take_over(self) -> None:
        """Gives the structure after it its consumers and levels, if not much has changed.

        Wires that may not be are left for others to find.
        """
        if self._is_much(len(self._changed) + len(self._gone)) or not self._is_in_order or self._is_broken:
            return
        known = vars(self._after)  # where cached properties are kept
        known["consumers"] = self._consumers
        if self._is_much(len(self._reached)) or (depths := self._depths()) is None:
            return
        known["levels"] = self._levels({node: depth for node, depth in depths.items() if self._held.get(node) != depth})
        before = vars(self._before)
        if "settled" in before:
            known["settled"] = self._settled(depths)
        if "counted" in before:
            stay = self._inputs.keys() - self._reached
            known["counted"] = {end: count for end, count in before["counted"].items() if end in stay}

    def _is_much(self, count: int) -> bool:
        return _FEWEST_KEPT * count > len(self._inputs)

    @property
    def _is_in_order(self) -> bool:
        """Whether the nodes that stay are in the order in which they were, before all new ones."""
        kept = [node for node in self._before.inputs if node not in self._gone]
        return list(self._inputs)[: len(kept)] == kept

    @property
    def _is_broken(self) -> bool:
        """Whether something is wired to a node that there is not."""
        again = {*self._changed, *self._gone}
        return any(source not in self._inputs for node in self._changed for source in self._sources(node)) or any(
            target not in again for node in self._gone for target, _ in self._before.consumers[node]
        )

    def _sources(self, node: NodeId) -> Iterable[NodeId]:
        return (source for source in self._inputs[node] if source is not None)

    @cached_property
    def _place(self) -> dict[NodeId, int]:
        return {node: place for place, node in enumerate(self._inputs)}

    @cached_property
    def _consumers(self) -> dict[NodeId, tuple[tuple[NodeId, int], ...]]:
        held, again = self._before.inputs, {*self._changed, *self._gone}
        fed = {**self._before.consumers, **{node: () for node in self._changed if node not in held}}
        for node in self._gone:
            del fed[node]
        come: dict[NodeId, list[tuple[NodeId, int]]] = {}
        for node in again:
            come.update((source, []) for source in held.get(node, ()) if source in fed)
        for node in self._changed:
            for slot, source in enumerate(self._inputs[node]):
                if source is not None:
                    come.setdefault(source, []).append((node, slot))
        for source, pairs in come.items():
            kept = [pair for pair in fed[source] if pair[0] not in again]
            fed[source] = tuple(sorted(kept + pairs, key=lambda pair: (self._place[pair[0]], pair[1])))
        return fed

    @cached_property
    def _held(self) -> dict[NodeId, int]:
        """The levels at which nodes were."""
        return {node: depth for depth, level in enumerate(self._before.levels) for node in level}

    @cached_property
    def _reached(self) -> set[NodeId]:
        """The changed nodes and all that depend on them; or too many to be looked at."""
        reached, fresh = set(self._changed), set(self._changed)
        while fresh and not self._is_much(len(reached)):
            fresh = {target for node in fresh for target, _ in self._consumers[node]} - reached
            reached |= fresh
        return reached

    def _depths(self) -> dict[NodeId, int] | None:
        """The level of every node that is reached, inputs first; None if there is a cycle."""
        reached, held = self._reached, self._held
        waits = {node: sum(source in reached for source in self._sources(node)) for node in reached}
        ready = [node for node, count in waits.items() if not count]
        depths: dict[NodeId, int] = {}
        while ready:
            node = ready.pop()
            before = (depths[source] if source in reached else held[source] for source in self._sources(node))
            depths[node] = 1 + max(before, default=-1)
            for target, _ in self._consumers[node]:
                waits[target] -= 1
                if not waits[target]:
                    ready.append(target)
        return depths if len(depths) == len(reached) else None

    def _settled(self, order: Iterable[NodeId]) -> frozenset[NodeId]:
        """Those for which everything is wired, when these are looked at again, inputs first."""
        found: set[NodeId | None] = {*self._before.settled.difference(self._reached, self._gone)}
        for node in order:
            if found.issuperset(self._inputs[node]):
                found.add(node)
        return frozenset(found)  # type: ignore[arg-type]  # None was never added

    def _levels(self, depths: dict[NodeId, int]) -> tuple[tuple[NodeId, ...], ...]:
        """All levels, when some nodes are at these and the others where they were."""
        come: dict[int, list[NodeId]] = {}
        for node, depth in depths.items():
            come.setdefault(depth, []).append(node)
        left = self._gone | depths.keys()
        found = []
        for depth in range(max(len(self._before.levels), max(come, default=-1) + 1)):
            level = self._before.levels[depth] if depth < len(self._before.levels) else ()
            if not left.isdisjoint(level):
                level = tuple([node for node in level if node not in left])
            if depth in come:
                level = tuple(sorted((*level, *come[depth]), key=self._place.__getitem__))
            if level:
                found.append(level)
        return tuple(found)
