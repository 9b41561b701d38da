"""Order and consumers after a change to a few of many nodes, from those before it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .change import Change
    from .structure import NodeId, Structure


class Rewiring:
    """One structure that follows another, by a change that tells of all nodes whose inputs are others."""

    def __init__(self, before: Structure, after: Structure, change: Change[NodeId]) -> None:
        self._before, self._after, self._change = before, after, change
        self._inputs = after.inputs
        held = before.inputs
        self._changed = [node for node in change.others if held.get(node) != after.inputs[node]]
        self._gone = change.gone

    def take_over(self) -> None:
        """Gives the structure after it its consumers and levels, if not much has changed.

        Wires that may not be are left for others to find.
        """
        if not self._change.is_few() or not self._change.keeps_order or self._is_broken:
            return
        before, known = vars(self._before), vars(self._after)  # where cached properties are kept
        known["consumers"] = self._consumers
        known["order"] = self._order
        before.pop("order", None)  # that many numbers are not kept for every step of a history
        if (moved := self._moved()) is None:
            return
        known["levels"] = self._levels(moved)
        known["depths"] = self._change.patched(self._before.depths, moved)
        before.pop("depths", None)
        if "counted" in before and self._change.is_few(len(self._reached)):
            known["counted"] = {
                end: number
                for end, number in before["counted"].items()
                if end in self._inputs and end not in self._reached
            }

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
    def _order(self) -> dict[NodeId, int]:
        last = self._before.order[next(reversed(list(self._before.inputs)))] if self._before.inputs else -1
        come = (node for node in self._changed if node not in self._before.inputs)
        return self._change.patched(self._before.order, {node: number for number, node in enumerate(come, last + 1)})

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
            fed[source] = tuple(sorted(kept + pairs, key=lambda pair: (self._order[pair[0]], pair[1])))
        return fed

    @cached_property
    def _reached(self) -> set[NodeId]:
        """The changed nodes and all that depend on them; or too many to be looked at."""
        reached, fresh = set(self._changed), set(self._changed)
        while fresh and self._change.is_few(len(reached)):
            fresh = {target for node in fresh for target, _ in self._consumers[node]} - reached
            reached |= fresh
        return reached

    def _moved(self) -> dict[NodeId, int] | None:
        """The levels of the nodes that are new or on another one; None if these are many, or if there is a cycle.

        Who follows a node that stays on its level stays, too, unless something else moves it.
        """
        held, inputs, consumers = self._before.depths, self._inputs, self._consumers
        found = {node: 0 for node in self._changed if node not in held}
        waiting = [(held.get(node, 0), node) for node in self._changed]
        heapify(waiting)  # by the levels at which they were: then hardly any is looked at twice
        looked = 0
        while waiting:
            looked += 1
            if not self._change.is_few(looked):
                return None  # around a cycle it would go on for ever
            _, node = heappop(waiting)
            before = [found.get(source, held.get(source, 0)) for source in inputs[node] if source is not None]
            depth = 1 + max(before, default=-1)
            if depth != found.get(node, held.get(node)):
                found[node] = depth
                for target, _ in consumers[node]:
                    heappush(waiting, (held.get(target, 0), target))
        return {node: depth for node, depth in found.items() if held.get(node) != depth}

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
                level = tuple(sorted((*level, *come[depth]), key=self._order.__getitem__))
            if level:
                found.append(level)
        return tuple(found)
