"""The trace: what happened in one run, as a sequence of events that are made when they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from ..graph.graph import Graph, NodeId, Value
from ..ops import numerals
from .events import Accumulated, Computed, Event, Failed, Overwritten, Pushed, Seeded, Sent
from .faults import Fault, culprits, forward_faults, sweep_faults
from .formulas import Formulas
from .plan import Plan, plain
from .schedule import rows_of
from .steps import Buffers, Floats
from .sweeps import LARGEST_JACOBIAN, Backward, Sweep
from .waiting import Told

__all__ = [
    "LARGEST_JACOBIAN",
    "Accumulated",
    "Computed",
    "Event",
    "Failed",
    "Frame",
    "Overwritten",
    "Pushed",
    "Seeded",
    "Sent",
    "Trace",
    "run",
]


class Trace(Sequence[Event]):
    """What happened in one run of a plan: the values forward, then a sweep, as a rule the gradients back.

    `trace[i]` is event i; `trace.frame(n)` is what every node shows after the first n events.  The trace
    keeps its own copy of the buffers, so later runs of the plan don't change it.
    """

    def __init__(self, plan: Plan, graph: Graph, sweep: Sweep | None = None) -> None:
        """`plan` has just been run with the values of `graph`, which has the wires of the plan's own; or `sweep` has
        the buffers of such a run."""
        self.graph = graph
        self.plan = plan
        self._buffers: Buffers = plan.buffers.copy() if sweep is None else sweep.buffers
        self._faults: list[Fault] = forward_faults(plan, self._buffers, graph)
        self._culprits = culprits(graph, {fault.node for fault in self._faults})
        self._computed: NDArray[np.intp] | None = None  # None: all rows
        if self._culprits:
            computed = [row for row, id_ in enumerate(plan.rows) if id_ not in self._culprits]
            self._computed = np.array(computed, dtype=np.intp)
        self.output: NodeId | None = graph.result
        self.style = numerals.PLAIN
        self.sweep = sweep
        if sweep is None and plan.output_row is not None and self.output not in self._culprits:
            self.sweep = Backward(plan, graph, self._buffers)
        if self.sweep is not None:
            self._faults += sweep_faults(self.sweep)

    @property
    def buffers(self) -> Buffers:
        """What the run wrote, entry by entry as the plan laid it out; only to be read."""
        return self._buffers

    def retold(self, sweep: Sweep) -> Trace:
        """The same run with another second half."""
        return Trace(self.plan, self.graph, sweep)

    def written(self, style: numerals.Style) -> Trace:
        """The same story, its numbers written in another style."""
        other = copy(self)
        other.style = style
        return other

    @cached_property
    def formulas(self) -> Formulas:
        """The formulas of values and derivatives."""
        return Formulas(self)

    # The sequence

    @property
    def forward_length(self) -> int:
        """How many events belong to the forward pass."""
        return len(self.plan.rows) if self._computed is None else len(self._computed)

    @property
    def backward_length(self) -> int:
        """How many events belong to the sweep, the seed included."""
        return 1 + 2 * len(self.sweep.wires) if self.sweep is not None else 0

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
        if self.sweep is not None and i < self.backward_length:
            if i == 0:
                return Seeded(self.plan.rows[self.sweep.seed], self.sweep.seeded())
            wire, is_sum = divmod(i - 1, 2)
            return self.sweep.added(wire) if is_sum else self.sweep.sent(wire)
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
        """∂output/∂node: 0 where the output doesn't depend on it; None without output, or for a constant.  (What the
        sweep comes to, if that is another one.)"""
        id_ = self._id(node)
        if self.sweep is None or id_ not in self.plan.row_of:
            return None
        row = self.plan.row_of[id_]
        if self.graph.nodes[id_].is_constant and row != self.sweep.seed:
            return None
        return self.sweep.result(row)

    def gradient_sizes(self, nodes: Sequence[NodeId]) -> Floats:
        """The largest absolute entry of the gradient of each node; −1 where there is none."""
        if self.sweep is None or not nodes:
            return np.full(len(nodes), -1.0)
        rows, held = rows_of(self.plan.row_of, nodes), self.graph.nodes
        is_constant = np.array([node in held and held[node].is_constant for node in nodes], dtype=bool)
        has_gradient = (rows >= 0) & (~is_constant | (rows == self.sweep.seed))
        return np.where(has_gradient, self.sweep.sizes[rows], -1.0)

    def _id(self, node: NodeId | str) -> NodeId:
        return self.graph.find(node) if isinstance(node, str) else node

    @property
    def has_backward(self) -> bool:
        """Whether the output could be computed, so that there are gradients."""
        return self.sweep is not None

    @property
    def failures(self) -> list[Failed]:
        """What broke: the nodes at fault, not those that only depend on them."""
        return [Failed(fault.node, fault.reason) for fault in self._faults]

    @cached_property
    def troubles(self) -> Mapping[NodeId, str]:
        """The sentence to show at a node that broke, waits, or depends on one that broke."""
        waiting, culprits, label = self.plan.waiting, self._culprits, self.graph.spoken
        reasons = {fault.node: fault.reason for fault in reversed(self._faults)}

        def word(node: NodeId) -> str:
            if node in reasons:
                return reasons[node]
            if node in waiting:
                return waiting[node]
            return f"{label(node)} waits for {label(culprits[node])}, which could not be computed"

        return Told((*culprits, *waiting, *reasons), word)

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

    @property
    def seed(self) -> NodeId | None:
        """The node where the sweep begins."""
        return None if self.sweep is None else self.plan.rows[self.sweep.seed]

    def computed_position(self, node: NodeId) -> int | None:
        """The index of the event that computes `node`."""
        row = self.plan.row_of.get(node)
        if row is None or self._computed is None:
            return row
        place = int(np.searchsorted(self._computed, row))
        return place if place < len(self._computed) and self._computed[place] == row else None

    @property
    def computed_rows(self) -> NDArray[np.intp] | slice:
        """Which rows of the plan are computed, in the order in which that happens."""
        return slice(None) if self._computed is None else self._computed

    def sent_position(self, wire: int) -> int:
        """The index of the event in which a wire sends; the next event adds."""
        return self.forward_length + 1 + 2 * wire

    def wire(self, node: NodeId, slot: int) -> int | None:
        """The number of the wire into an input of `node`, if anything is sent along it."""
        row = self.plan.row_of.get(node)
        return None if row is None or self.sweep is None else self.sweep.wire(row, slot)

    def receives(self, node: NodeId) -> bool:
        """Whether anything is sent to `node` in the sweep."""
        return len(self._into(node)) > 0

    @property
    def magnitudes(self) -> NDArray[np.float64]:
        """The largest absolute entry of every wire's contribution."""
        return self.sweep.magnitudes if self.sweep is not None else np.zeros(0)

    def wires_into(self, node: NodeId) -> list[int]:
        """The wires whose contributions add up to the gradient of `node`, in order."""
        found: list[int] = self._into(node).tolist()
        return found

    def _into(self, node: NodeId) -> NDArray[np.int32]:
        row = self.plan.row_of.get(node)
        return np.empty(0, dtype=np.int32) if row is None or self.sweep is None else self.sweep.into(row)

    # Events

    def _value(self, row: int) -> Value:
        return plain(self.plan.value_view(row, self._buffers))

    def sent(self, wire: int) -> Sent:
        """The event in which a wire sends back."""
        event = self._sweep.sent(wire)
        assert isinstance(event, Sent), "in forward mode it is pushed on"
        return event

    def local(self, wire: int) -> Value | None:
        """As `Sweep.local`."""
        return self._sweep.local(wire)

    def contribution(self, wire: int) -> Floats:
        """What a wire sent, in the shape of its target."""
        return self._sweep.contribution(wire)

    @property
    def _sweep(self) -> Sweep:
        assert self.sweep is not None, "there are no gradients"
        return self.sweep


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
        if trace.sweep is None or self.step <= trace.seed_position:
            return None
        if node == trace.seed:
            return trace.sweep.result(trace.sweep.seed)
        if not trace.receives(node):
            return None
        row = trace.plan.row_of[node]
        if self.step > trace.seed_position + 2 * len(trace.sweep.wires):
            return trace.sweep.result(row)  # the end of the sweep, where people look longest
        arrived = self.arrived(node)
        return trace.sweep.accumulated(row, len(arrived)) if len(arrived) else None

    def arrived(self, node: NodeId) -> NDArray[np.int32]:
        """The wires whose contributions have been added to `node`, in order."""
        into = self.trace._into(node)
        done = (self.step - self.trace.seed_position - 1) // 2  # wires whose both events lie before this moment
        return into[: int(np.searchsorted(into, done))] if done > 0 else into[:0]


def run(graph: Graph, output: NodeId | str | None = None) -> Trace:
    """Evaluate a graph and accumulate gradients, of its output or of `output` (an id or a name)."""
    if output is not None:
        graph = graph.with_output(graph.find(output) if isinstance(output, str) else output)
    return Trace(Plan(graph).run(), graph)
