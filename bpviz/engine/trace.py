"""The trace: what happened in one run, as a sequence of events that are made when they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from ..graph.graph import Graph, NodeId, Value
from ..ops import Op
from ..ops.chain import jacobian, vjp
from .faults import Fault, backward_faults, culprits, forward_faults
from .plan import Plan, plain
from .steps import Buffers, Floats, GroupStep


@dataclass(frozen=True, slots=True)
class Computed:
    """Forward: `node` has its value."""

    node: NodeId
    value: Value


@dataclass(frozen=True, slots=True)
class Seeded:
    """The output's own gradient, 1 (in every entry, when it is an array)."""

    node: NodeId
    gradient: Value


@dataclass(frozen=True, slots=True)
class Sent:
    """Receive and multiply: `source` sends its share, upstream · local, to its input in `slot`.

    `local` is as in `Trace.local`.
    """

    source: NodeId
    target: NodeId
    slot: int
    upstream: Value
    local: Value | None
    contribution: Value


@dataclass(frozen=True, slots=True)
class Accumulated:
    """Add: the contribution joins what `target` has."""

    target: NodeId
    before: Value
    contribution: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Failed:
    """`node` broke, and why; last of all, what could be done without it is done."""

    node: NodeId
    reason: str


LARGEST_JACOBIAN = 4_096  # entries of a local derivative that is still shown as a matrix

Event: TypeAlias = Computed | Seeded | Sent | Accumulated | Failed


class Trace(Sequence[Event]):
    """What happened in one run of a plan.

    `trace[i]` is event i; `trace.frame(n)` is what every node shows after the first n events.  The trace
    keeps its own copy of the buffers, so later runs of the plan don't change it.
    """

    def __init__(self, plan: Plan, graph: Graph) -> None:
        """`plan` has just been run with the values of `graph`, which has the wires of the plan's own."""
        self.graph = graph
        self.plan = plan
        self._buffers: Buffers = plan.buffers.copy()
        # What was looked at last: an array that answers for its neighbours too.
        self._sums: tuple[int, Floats] | None = None  # a row, and what it has after 0, 1, 2 … contributions
        self._locals: tuple[GroupStep, int, Floats] | None = None  # a step, a slot, and all their local derivatives
        self._faults: list[Fault] = forward_faults(plan, self._buffers, graph)
        self._culprits = culprits(graph, {fault.node for fault in self._faults})
        self._computed: NDArray[np.intp] | None = None  # None: all rows
        if self._culprits:
            computed = [row for row, id_ in enumerate(plan.rows) if id_ not in self._culprits]
            self._computed = np.array(computed, dtype=np.intp)
        self.output: NodeId | None = graph.result
        self._has_backward = plan.output_row is not None and self.output not in self._culprits
        if self._has_backward:
            self._faults += backward_faults(self)

    @property
    def buffers(self) -> Buffers:
        """What the run wrote, entry by entry as the plan laid it out; only to be read."""
        return self._buffers

    # The sequence

    @property
    def forward_length(self) -> int:
        """How many events belong to the forward pass."""
        return len(self.plan.rows) if self._computed is None else len(self._computed)

    @property
    def backward_length(self) -> int:
        """How many events belong to the backward pass, the seed included."""
        return 1 + 2 * len(self.plan.wires) if self._has_backward else 0

    def __len__(self) -> int:
        return self.forward_length + self.backward_length + len(self._faults)

    @overload
    def __getitem__(self, i: int) -> Event: ...

    @overload
    def __getitem__(self, i: slice) -> list[Event]: ...

    def __getitem__(self, i: int | slice) -> Event | list[Event]:
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        if not -len(self) <= i < len(self):
            raise IndexError(f"the trace has {len(self)} events; there is no event {i}")
        if i < 0:
            i += len(self)
        if i < self.forward_length:
            row = i if self._computed is None else int(self._computed[i])
            return Computed(self.plan.rows[row], self._value(row))
        i -= self.forward_length
        if i < self.backward_length:
            if i == 0:
                assert self.output is not None and self.plan.output_row is not None
                return Seeded(self.output, plain(np.ones(self.plan.shapes[self.plan.output_row])))
            wire, is_sum = divmod(i - 1, 2)
            return self._accumulated(wire) if is_sum else self.sent(wire)
        fault = self._faults[i - self.backward_length]
        return Failed(fault.node, fault.reason)

    def __iter__(self) -> Iterator[Event]:
        return (self[i] for i in range(len(self)))

    def frame(self, n: int) -> Frame:
        """What every node shows after the first `n` events, 0 ≤ n ≤ len(trace)."""
        if not 0 <= n <= len(self):
            raise IndexError(f"the trace has {len(self)} events; there is no moment {n}")
        return Frame(self, n)

    # The end of the story

    def value(self, node: NodeId | str) -> Value | None:
        """The value of a node, by id, name or label; None if it could not be computed."""
        return self.frame(len(self)).value(self._id(node))

    def gradient(self, node: NodeId | str) -> Value | None:
        """∂output/∂node: 0 where the output doesn't depend on it; None without output, or for a constant."""
        id_ = self._id(node)
        if not self._has_backward or id_ not in self.plan.row_of:
            return None
        if self.graph.nodes[id_].is_constant and id_ != self.output:
            return None
        return self._gradient(self.plan.row_of[id_])

    def _gradient(self, row: int) -> Value:
        return plain(self.plan.gradient_view(row, self._buffers) + 0.0)  # −0 is 0

    def _id(self, node: NodeId | str) -> NodeId:
        return self.graph.find(node) if isinstance(node, str) else node

    @property
    def has_backward(self) -> bool:
        """Whether the output could be computed, so that there are gradients."""
        return self._has_backward

    @property
    def failures(self) -> list[Failed]:
        """What broke: the nodes at fault, not those that only depend on them."""
        return [Failed(fault.node, fault.reason) for fault in self._faults]

    @cached_property
    def troubles(self) -> Mapping[NodeId, str]:
        """The sentence to show at a node that broke, waits, or depends on one that broke."""
        plan, label = self.plan, self.graph.spoken
        told = {
            node: f"{label(node)} waits for {label(culprit)}, which could not be computed"
            for node, culprit in self._culprits.items()
        }
        return {**told, **plan.waiting, **{fault.node: fault.reason for fault in reversed(self._faults)}}

    def is_at_fault(self, node: NodeId) -> bool:
        """Whether `node` itself broke on the way forward, or its inputs do not fit."""
        return self._culprits.get(node) == node

    def failed_value(self, node: NodeId) -> Value | None:
        """What a node at fault came to: NaN, an infinity, or an array with some of these."""
        row = self.plan.row_of.get(node)
        return None if row is None else self._value(row)

    # Where in the sequence things happen

    @property
    def seed_position(self) -> int:
        """The index of the `Seeded` event."""
        return self.forward_length

    def computed_position(self, node: NodeId) -> int | None:
        """The index of the event that computes `node`."""
        row = self.plan.row_of.get(node)
        if row is None or self._computed is None:
            return row
        place = int(np.searchsorted(self._computed, row))
        return place if place < len(self._computed) and self._computed[place] == row else None

    def sent_position(self, wire: int) -> int:
        """The index of the event in which a wire sends; the next event adds."""
        return self.forward_length + 1 + 2 * wire

    def wire(self, source: NodeId, slot: int) -> int | None:
        """The number of the wire along which `source` sends to its input in `slot`."""
        row = self.plan.row_of.get(source)
        if row is None or not self._has_backward:
            return None
        return self.plan.wires.out_of(row, slot)

    def receives(self, node: NodeId) -> bool:
        """Whether anything is sent to `node` on the way back."""
        row = self.plan.row_of.get(node)
        return row is not None and self._has_backward and len(self.plan.wires.into(row)) > 0

    @cached_property
    def magnitudes(self) -> NDArray[np.float64]:
        """The largest absolute entry of every wire's contribution."""
        place = self.plan.wires.place
        sizes = np.abs(self._buffers.back[np.maximum(place, 0)]) if len(place) else np.zeros(0)
        for wire in np.flatnonzero(place < 0).tolist():
            sizes[wire] = np.max(np.abs(self.contribution(wire)), initial=0.0)
        return sizes

    def wires_into(self, node: NodeId) -> list[int]:
        """The wires whose contributions add up to the gradient of `node`, in order."""
        row = self.plan.row_of.get(node)
        return [] if row is None or not self._has_backward else self.plan.wires.into(row).tolist()

    # Events

    def _value(self, row: int) -> Value:
        return plain(self.plan.value_view(row, self._buffers))

    def sent(self, wire: int) -> Sent:
        """The event in which a wire sends."""
        plan = self.plan
        source, target = int(plan.wires.source[wire]), int(plan.wires.target[wire])
        return Sent(
            plan.rows[source],
            plan.rows[target],
            int(plan.wires.slot[wire]),
            self._gradient(source),
            self.local(wire),
            plain(self.contribution(wire)),
        )

    def local(self, wire: int) -> Value | None:
        """∂source/∂target: of an elementwise operation in the shape of the source, entry by entry; of a structured
        one the Jacobian, one row an entry of the source and one column an entry of the target, or None if that has
        more than `LARGEST_JACOBIAN` entries."""
        slot, row = int(self.plan.wires.slot[wire]), int(self.plan.wires.source[wire])
        op, inputs, out = self._operation(row)
        with np.errstate(all="ignore"):
            if op.structured is not None:
                size = out.size * inputs[slot].size
                return plain(jacobian(op, slot, inputs, out)) if size <= LARGEST_JACOBIAN else None
            if (shared := self.plan.step_of(row)) is None:
                local = np.asarray(op.partials[slot].exact(*inputs, out), dtype=np.float64)
                return plain(np.broadcast_to(local, out.shape))
            step, at = shared  # computed together again: alone it might be rounded differently
            if self._locals is None or self._locals[:2] != (step, slot):
                self._locals = step, slot, step.local(slot, self._buffers)
        return float(self._locals[2][at])

    def contribution(self, wire: int) -> Floats:
        """What a wire sent, in the shape of its target: looked up, or computed again where it is not kept."""
        wires, buffers = self.plan.wires, self._buffers
        target, place = int(wires.target[wire]), int(wires.place[wire])
        if place >= 0:
            return np.asarray(buffers.back[place] + 0.0)
        if len(wires.into(target)) == 1:
            return self.plan.gradient_view(target, buffers) + 0.0
        row = int(wires.source[wire])
        op, inputs, out = self._operation(row)
        with np.errstate(all="ignore"):
            sent = vjp(op, int(wires.slot[wire]), self.plan.gradient_view(row, buffers), inputs, out)
        return np.asarray(sent) + 0.0

    def _operation(self, row: int) -> tuple[Op, list[Floats], Floats]:
        """The operation of a row, its inputs and its result."""
        plan, buffers = self.plan, self._buffers
        inputs = [plan.value_view(source, buffers) for source in plan.input_rows(row)]
        return self.graph.nodes[plan.rows[row]].op, inputs, plan.value_view(row, buffers)

    def _accumulated(self, wire: int) -> Accumulated:
        target = int(self.plan.wires.target[wire])
        place = int(np.searchsorted(self.plan.wires.into(target), wire))
        return Accumulated(
            self.plan.rows[target],
            self.accumulated(target, place),
            plain(self.contribution(wire)),
            self.accumulated(target, place + 1),
        )

    def accumulated(self, row: int, count: int) -> Value:
        """The sum of the first `count` contributions to a row, added one after the other as in the plan."""
        into = self.plan.wires.into(row)
        if count == len(into):
            return self._gradient(row)
        if self._sums is None or self._sums[0] != row:
            places, shape = self.plan.wires.place[into], self.plan.shapes[row]
            terms = self._buffers.back[places] if not shape else np.stack([self.contribution(w) for w in into])
            with np.errstate(all="ignore"):
                # cumsum adds in order, which sum does not
                self._sums = row, np.cumsum(np.concatenate([np.zeros((1, *shape)), terms]), axis=0)
        return plain(self._sums[1][count])


class Frame:
    """What every node shows after the first `step` events of a trace."""

    __slots__ = ("step", "trace")

    def __init__(self, trace: Trace, step: int) -> None:
        self.trace, self.step = trace, step

    @property
    def event(self) -> Event | None:
        """The event that has just happened."""
        return self.trace[self.step - 1] if self.step else None

    def value(self, node: NodeId) -> Value | None:
        """The node's value, once it is computed."""
        position = self.trace.computed_position(node)
        if position is None or position >= self.step:
            return None
        return self.trace._value(self.trace.plan.row_of[node])

    def gradient(self, node: NodeId) -> Value | None:
        """What has been accumulated so far; None while nothing has arrived."""
        trace = self.trace
        if not trace.has_backward or self.step <= trace.seed_position:
            return None
        if node == trace.output:
            return trace.gradient(node)
        if not trace.receives(node):
            return None
        if self.step > trace.seed_position + 2 * len(trace.plan.wires):
            return trace.gradient(node)  # the end of the way back, where people look longest
        arrived = self.arrived(node)
        return trace.accumulated(trace.plan.row_of[node], len(arrived)) if len(arrived) else None

    def arrived(self, node: NodeId) -> NDArray[np.int32]:
        """The wires whose contributions have been added to `node`, in order."""
        trace = self.trace
        row = trace.plan.row_of.get(node)
        if row is None or not trace.has_backward:
            return np.empty(0, dtype=np.int32)
        into = trace.plan.wires.into(row)
        done = (self.step - trace.seed_position - 1) // 2  # wires whose both events lie before this moment
        return into[: int(np.searchsorted(into, done))] if done > 0 else into[:0]


def run(graph: Graph, output: NodeId | str | None = None) -> Trace:
    """Evaluate a graph and accumulate gradients, of its output or of `output` (an id or a name)."""
    if output is not None:
        graph = graph.with_output(graph.find(output) if isinstance(output, str) else output)
    return Trace(Plan(graph).run(), graph)
