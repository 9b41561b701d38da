"""The whole graph at a glance: how far every node and wire has come, for thousands of them in one look."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..engine.trace import Trace
from ..graph.graph import NodeId
from .acting import part
from .cards import Outline, State, outline
from .geometry import Curve
from .timing import Moment
from .wires import THICKEST, THINNEST, wire

_NEVER = np.iinfo(np.int64).max
_ANYWHERE = Curve(())


class Look(IntEnum):
    """How a card looks from far away; what matters more comes later, and is painted over the rest."""

    EMPTY = 0
    CONSTANT = 1
    COMPUTED = 2
    REACHED = 3  # a gradient has arrived
    FAILED = 4
    FORWARD = 5  # a value is just being computed
    BACKWARD = 6  # a gradient is just arriving


class Strand(IntEnum):
    """How a wire looks from far away; in between, from 1 to 4, how thick the gradient is that it has carried."""

    QUIET = 0
    FORWARD = 8  # a value runs along it
    BACKWARD = 9  # a gradient does


def look(seen: Outline, *, is_constant: bool) -> Look:
    """One card."""
    if seen.state is State.FAILED:
        return Look.FAILED
    if seen.backward_glow > 0.5:
        return Look.BACKWARD
    if seen.forward_glow > 0.5:
        return Look.FORWARD
    if seen.has_gradient:
        return Look.REACHED
    if seen.state is State.COMPUTED:
        return Look.CONSTANT if is_constant else Look.COMPUTED
    return Look.EMPTY


class Overview:
    """Of one trace: `nodes`, and `wires` by the inputs that they enter, in the order in which they are asked about."""

    def __init__(self, trace: Trace, nodes: Sequence[NodeId], wires: Sequence[tuple[NodeId, int]]) -> None:
        self.trace = trace
        self._nodes, self._wires = nodes, wires

    @cached_property
    def _place(self) -> dict[NodeId, int]:
        return {node: place for place, node in enumerate(self._nodes)}

    @cached_property
    def _wire_place(self) -> dict[tuple[NodeId, int], int]:
        return {end: place for place, end in enumerate(self._wires)}

    # When things happen: the first step after which they show

    @cached_property
    def _computed(self) -> NDArray[np.int64]:
        positions = (self.trace.computed_position(node) for node in self._nodes)
        return np.array([_NEVER if at is None else at + 1 for at in positions], dtype=np.int64)

    @cached_property
    def _reached(self) -> NDArray[np.int64]:
        trace, found = self.trace, np.full(len(self._nodes), _NEVER, dtype=np.int64)
        if trace.sweep is None:
            return found
        for place, node in enumerate(self._nodes):
            row = trace.plan.row_of.get(node)
            if row is not None and node == trace.seed:
                found[place] = trace.seed_position + 1
            elif row is not None and len(into := trace.sweep.into(row)):
                found[place] = trace.sent_position(int(into[0])) + 2
        return found

    @cached_property
    def _carried(self) -> NDArray[np.int64]:
        numbers = (self.trace.wire(*end) for end in self._wires)
        return np.array(
            [_NEVER if number is None else self.trace.sent_position(number) + 1 for number in numbers], dtype=np.int64
        )

    # How they look then

    @cached_property
    def _when_computed(self) -> NDArray[np.int8]:
        nodes = self.trace.graph.nodes
        looks = [Look.CONSTANT if nodes[node].is_constant else Look.COMPUTED for node in self._nodes]
        return np.array(looks, dtype=np.int8)

    @cached_property
    def _at_first(self) -> NDArray[np.int8]:
        is_at_fault = self.trace.is_at_fault
        return np.array([Look.FAILED if is_at_fault(node) else Look.EMPTY for node in self._nodes], dtype=np.int8)

    @cached_property
    def _sizes(self) -> NDArray[np.int8]:
        numbers = np.array([-1 if (n := self.trace.wire(*end)) is None else n for end in self._wires], dtype=np.int64)
        magnitudes = np.append(self.trace.magnitudes, 0.0)[numbers]
        with np.errstate(over="ignore", invalid="ignore"):
            sizes = np.minimum(THINNEST + 1.6 * np.log10(1.0 + 9.0 * magnitudes), THICKEST)
        return _size(np.where(np.isfinite(sizes), sizes, THICKEST))

    def looks(self, now: Moment) -> NDArray[np.int8]:
        """Every node's `Look`."""
        found = np.where(self._computed <= now.step, self._when_computed, self._at_first)
        found[(self._reached <= now.step) & (found != Look.FAILED)] = Look.REACHED
        trace = self.trace
        for index in self._around(now):
            about = part(trace, index)
            node = about.node if about.receiver is None else about.receiver
            if (place := self._place.get(node)) is not None:
                found[place] = look(outline(trace, node, now), is_constant=trace.graph.nodes[node].is_constant)
        return found

    def strands(self, now: Moment) -> NDArray[np.int8]:
        """Every wire's `Strand`."""
        found = np.where(self._carried <= now.step, self._sizes, np.int8(Strand.QUIET))
        for target, slot in (end for index in self._around(now) for end in self._ends(index)):
            place = self._wire_place.get((target, slot))
            source = self.trace.graph.nodes[target].inputs[slot]
            if place is not None and source is not None:
                seen = wire(self.trace, source, target, slot, _ANYWHERE, now)
                flows = Strand.FORWARD if seen.flow > 0 else Strand.BACKWARD
                carries = _size(np.array([seen.thickness]))[0] if seen.carries_gradient else Strand.QUIET
                found[place] = flows if seen.flow else carries
        return found

    def _around(self, now: Moment) -> range:
        """The last event and the present one."""
        return range(max(now.step - 1, 0), min(now.step + 1, len(self.trace)))

    def _ends(self, index: int) -> list[tuple[NodeId, int]]:
        """The wires that an event is about."""
        about = part(self.trace, index)
        if about.slot is not None:
            return [(about.node, about.slot)]
        return [(about.node, slot) for slot in range(len(self.trace.graph.nodes[about.node].inputs))]


def _size(thickness: NDArray[np.float64]) -> NDArray[np.int8]:
    found: NDArray[np.int8] = np.round(thickness * 0.5).astype(np.int8)
    return found
