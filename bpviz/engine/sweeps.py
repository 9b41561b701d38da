"""Sweeps: the second half of a run, in which derivatives are sent along the wires and added up.

Once the values are known, every wire sends once, and what it sends is added at once.  `Backward` is reverse
accumulation, from the output to the inputs; other sweeps tell the same run in another way.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..graph.graph import Graph, NodeId, Value
from ..ops import Op
from ..ops.chain import jacobian, vjp
from .events import Accumulated, Pushed, Sent
from .plan import Plan, plain
from .schedule import Wires
from .steps import Buffers, Floats, GroupStep

LARGEST_JACOBIAN = 4_096  # entries of a local derivative that is still shown as a matrix


class Sweep(ABC):
    """Who sends what to whom, in which order, and what it adds up to.

    `wires` are numbered in the order in which they send, from rows to rows; `seed` is the row where it begins.  `wrong`
    has the nodes that come out wrong, and why: none, unless the sweep shows what goes wrong.
    """

    is_backward: ClassVar[bool] = True
    wrong: Mapping[NodeId, str] = MappingProxyType({})
    overwrites: bool = False  # whether a contribution takes the place of what was there

    def __init__(self, plan: Plan, graph: Graph, buffers: Buffers, wires: Wires, seed: int) -> None:
        self.plan, self.graph, self.buffers, self.wires, self.seed = plan, graph, buffers, wires, seed
        # What was looked at last: an array that answers for its neighbours too.
        self._sums: tuple[int, Floats] | None = None  # a row, and what it has after 0, 1, 2 … contributions
        self._locals: tuple[GroupStep, int, Floats] | None = None  # a step, a slot, and all their local derivatives

    # What a sweep is

    @abstractmethod
    def upstream(self, wire: int) -> Value:
        """What the sender of a wire has when it sends."""

    @abstractmethod
    def contribution(self, wire: int) -> Floats:
        """What a wire sends, in the shape of its target."""

    @abstractmethod
    def result(self, row: int) -> Value:
        """What a row has in the end; 0 where nothing is sent to."""

    def right(self, row: int) -> Value:
        """What a row should come to: `result`, unless the sweep shows what goes wrong."""
        return self.result(row)

    @cached_property
    def sizes(self) -> Floats:
        """The largest absolute entry of what each row has in the end."""
        results = map(self.result, range(len(self.plan.rows)))
        return np.array([np.max(np.abs(result), initial=0.0) for result in results])

    # What follows

    def seeded(self) -> Value:
        """What the sweep begins with: 1 in every entry."""
        return plain(np.ones(self.plan.shapes[self.seed]))

    def consumer(self, wire: int) -> int:
        """The row whose input the wire is, wherever it sends."""
        return int((self.wires.source if self.is_backward else self.wires.target)[wire])

    @cached_property
    def turns(self) -> NDArray[np.intp]:
        """The wires with which another consumer has its turn, from 0 on, and the number of all wires."""
        consumers = self.wires.source if self.is_backward else self.wires.target
        return np.concatenate([[0], np.flatnonzero(np.diff(consumers)) + 1, [len(self.wires)]]).astype(np.intp)

    def wire(self, row: int, slot: int) -> int | None:
        """The number of the wire into an input of a row."""
        return self.wires.out_of(row, slot)

    def into(self, row: int) -> NDArray[np.int32]:
        """The wires that send to a row, in order."""
        return self.wires.into(row)

    def sent(self, wire: int) -> Sent | Pushed:
        """The event in which a wire sends."""
        rows, kind = self.plan.rows, Sent if self.is_backward else Pushed
        return kind(
            rows[int(self.wires.source[wire])],
            rows[int(self.wires.target[wire])],
            int(self.wires.slot[wire]),
            self.upstream(wire),
            self.local(wire),
            plain(self.contribution(wire)),
        )

    def added(self, wire: int) -> Accumulated:
        """The event in which what a wire sent is added."""
        target = int(self.wires.target[wire])
        place = int(np.searchsorted(self.into(target), wire))
        before, after = self.accumulated(target, place), self.accumulated(target, place + 1)
        return Accumulated(self.plan.rows[target], before, plain(self.contribution(wire)), after)

    def accumulated(self, row: int, count: int) -> Value:
        """What a row has after `count` contributions, added one after the other."""
        if count == len(self.into(row)):
            return self.result(row)
        if self._sums is None or self._sums[0] != row:
            with np.errstate(all="ignore"):
                # cumsum adds in order, which sum does not
                start = np.zeros((1, *self.plan.shapes[row]))
                self._sums = row, np.cumsum(np.concatenate([start, self._terms(row)]), axis=0)
        return plain(self._sums[1][count])

    def _terms(self, row: int) -> Floats:
        """What is added at a row, one after the other along the first axis."""
        return np.stack([self.contribution(wire) for wire in self.into(row).tolist()])

    @cached_property
    def magnitudes(self) -> NDArray[np.float64]:
        """The largest absolute entry of what every wire sends."""
        sizes = [np.max(np.abs(self.contribution(wire)), initial=0.0) for wire in range(len(self.wires))]
        return np.array(sizes, dtype=np.float64)

    @property
    def is_finite(self) -> bool:
        """Whether everything that is sent and what it comes to is finite."""
        return bool(np.isfinite(self.magnitudes).all()) and all(
            np.isfinite(self.result(row)).all() for row in set(self.wires.target.tolist())
        )

    def local(self, wire: int) -> Value | None:
        """The derivative of the wire's consumer by its input: of an elementwise operation in the shape of the consumer,
        entry by entry; of a structured one the Jacobian, one row an entry of the consumer and one column an entry of
        the input, or None if that has more than `LARGEST_JACOBIAN` entries."""
        row, slot = self.consumer(wire), int(self.wires.slot[wire])
        op, inputs, out = self.operation(row)
        with np.errstate(all="ignore"):
            if op.structured is not None:
                size = out.size * inputs[slot].size
                return plain(jacobian(op, slot, inputs, out)) if size <= LARGEST_JACOBIAN else None
            if (shared := self.plan.step_of(row)) is None:
                local = np.asarray(op.partials[slot].exact(*inputs, out), dtype=np.float64)
                return plain(np.broadcast_to(local, out.shape))
            step, at = shared  # computed together again: alone it might be rounded differently
            if self._locals is None or self._locals[:2] != (step, slot):
                self._locals = step, slot, step.local(slot, self.buffers)
        return float(self._locals[2][at])

    def operation(self, row: int) -> tuple[Op, list[Floats], Floats]:
        """The operation of a row, its inputs and its result."""
        plan, buffers = self.plan, self.buffers
        inputs = [plan.value_view(source, buffers) for source in plan.input_rows(row)]
        return self.graph.nodes[plan.rows[row]].op, inputs, plan.value_view(row, buffers)


class Backward(Sweep):
    """Reverse accumulation, as the plan ran it."""

    def __init__(self, plan: Plan, graph: Graph, buffers: Buffers) -> None:
        """The plan must have an output that could be computed."""
        assert plan.output_row is not None
        super().__init__(plan, graph, buffers, plan.wires, plan.output_row)

    def upstream(self, wire: int) -> Value:
        return self.result(int(self.wires.source[wire]))

    def result(self, row: int) -> Value:
        return plain(self.plan.gradient_view(row, self.buffers) + 0.0)  # −0 is 0

    def contribution(self, wire: int) -> Floats:
        """Looked up, or computed again where it is not kept."""
        wires, buffers = self.wires, self.buffers
        target, place = int(wires.target[wire]), int(wires.place[wire])
        if place >= 0:
            return np.asarray(buffers.back[place] + 0.0)
        if len(wires.into(target)) == 1:
            return self.plan.gradient_view(target, buffers) + 0.0
        row = int(wires.source[wire])
        op, inputs, out = self.operation(row)
        with np.errstate(all="ignore"):
            sent = vjp(op, int(wires.slot[wire]), self.plan.gradient_view(row, buffers), inputs, out)
        return np.asarray(sent) + 0.0

    @cached_property
    def sizes(self) -> Floats:
        rows = range(len(self.plan.rows))
        each = np.abs(self.buffers.gradients[self.plan.places(rows)[1]])
        found: Floats = np.maximum.reduceat(each, self.plan.begins(rows))
        return found

    @property
    def is_finite(self) -> bool:
        return bool(np.isfinite(self.buffers.gradients).all())  # a sum is not finite if one of its terms isn't

    def _terms(self, row: int) -> Floats:
        is_scalar = not self.plan.shapes[row]
        return self.buffers.back[self.wires.place[self.into(row)]] if is_scalar else super()._terms(row)

    @cached_property
    def magnitudes(self) -> NDArray[np.float64]:
        place = self.wires.place
        sizes = np.abs(self.buffers.back[np.maximum(place, 0)]) if len(place) else np.zeros(0)
        for wire in np.flatnonzero(place < 0).tolist():
            sizes[wire] = np.max(np.abs(self.contribution(wire)), initial=0.0)
        return sizes
