"""Graph → Plan: what to compute in which order; compiled once per change of structure, run again and again.

Reverse-mode accumulation as in Griewank and Walther, *Evaluating Derivatives* (2nd ed., 2008), chapter 3: the
nodes in reverse topological order, each sending upstream gradient × local derivative to its inputs, where it
is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..graph.graph import Graph, GraphError, NodeId, Value, as_value
from ..graph.shapes import Shape, infer_shapes
from ..ops import Op
from .steps import Buffers, Floats, Gather, Index, ScalarStep, Step, TensorStep, gather, index

MOST_ENTRIES = 50_000_000  # numbers in one graph; four buffers of them are 1.6 GB


@dataclass(frozen=True)
class Wires:
    """The wires along which gradients are sent, in the order in which that happens, as parallel arrays.

    `source` and `target` are rows; `sent_at` and `local_at` say where a wire's entries begin in the buffers.
    """

    source: NDArray[np.intp]
    target: NDArray[np.intp]
    slot: NDArray[np.intp]
    sent_at: NDArray[np.intp]
    local_at: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.source)

    @cached_property
    def by_target(self) -> NDArray[np.intp]:
        """All wires, sorted by target; those of one target in the order in which they send."""
        return np.argsort(self.target, kind="stable")

    @cached_property
    def sorted_targets(self) -> NDArray[np.intp]:
        return self.target[self.by_target]

    @cached_property
    def receivers(self) -> frozenset[int]:
        """The rows to which something is sent."""
        return frozenset(self.target.tolist())

    @cached_property
    def by_slot(self) -> dict[tuple[int, int], int]:
        """The wire along which a row sends to its input in a slot."""
        pairs = zip(self.source.tolist(), self.slot.tolist(), strict=True)
        return {pair: wire for wire, pair in enumerate(pairs)}

    def into(self, row: int) -> NDArray[np.intp]:
        """The wires whose gradients are added at `row`, in the order in which they send."""
        start, stop = np.searchsorted(self.sorted_targets, [row, row + 1])
        return self.by_target[start:stop]


class Plan:
    """A graph compiled for running.

    Rows are the nodes that can be computed, in topological order: `rows[r]` is a node, its entries begin at
    `offsets[r]` of the value and the gradient buffer and have the shape `shapes[r]`.  Nodes that wait (for a
    wire, for a value) or whose inputs do not fit have no row; `waiting` and `misfits` say why.
    """

    def __init__(self, graph: Graph) -> None:
        """Raises GraphError when the graph holds more numbers than `MOST_ENTRIES`."""
        self.graph = graph
        shapes = infer_shapes(graph)
        self.misfits: Mapping[NodeId, str] = shapes.misfits
        self.rows: list[NodeId] = [id_ for level in graph.structure.levels for id_ in level if id_ in shapes.known]
        self.row_of: dict[NodeId, int] = {id_: row for row, id_ in enumerate(self.rows)}
        self.shapes: list[Shape] = [shapes.known[id_] for id_ in self.rows]
        sizes = np.array([prod(shape) for shape in self.shapes], dtype=np.intp)
        self.offsets: NDArray[np.intp] = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
        self._refuse_if_huge(int(self.offsets[-1]))
        self.output_row: int | None = self.row_of.get(graph.result) if graph.result is not None else None
        self.wires = self._wires(sizes)
        self.buffers = self._empty_buffers(sizes)
        self._forward, self._backward = self._steps()
        for id_ in self.rows:
            if (value := graph.nodes[id_].value) is not None:
                self.set(id_, value)

    # Compiling

    @staticmethod
    def _refuse_if_huge(entries: int) -> None:
        if entries > MOST_ENTRIES:
            raise GraphError(f"the graph holds {entries:,} numbers; bpviz stops at {MOST_ENTRIES:,}")

    def _wires(self, sizes: NDArray[np.intp]) -> Wires:
        """The wires of the output's ancestors, in reverse topological order, slots in their order."""
        source: list[int] = []
        target: list[int] = []
        slots: list[int] = []
        if self.output_row is not None:
            reached = np.zeros(len(self.rows), dtype=bool)
            reached[self.output_row] = True
            for row in range(self.output_row, -1, -1):
                if not reached[row]:
                    continue
                for slot, id_ in enumerate(self.graph.nodes[self.rows[row]].inputs):
                    assert id_ is not None
                    if self.graph.nodes[id_].is_constant:
                        continue  # a constant cannot change: nothing is sent to it
                    reached[self.row_of[id_]] = True
                    source.append(row)
                    target.append(self.row_of[id_])
                    slots.append(slot)
        sources, targets = np.array(source, dtype=np.intp), np.array(target, dtype=np.intp)
        return Wires(
            sources,
            targets,
            np.array(slots, dtype=np.intp),
            np.concatenate([[0], np.cumsum(sizes[targets])]).astype(np.intp),
            np.concatenate([[0], np.cumsum(sizes[sources])]).astype(np.intp),
        )

    def _empty_buffers(self, sizes: NDArray[np.intp]) -> Buffers:
        entries, wires = int(self.offsets[-1]), self.wires
        self._refuse_if_huge(int(wires.sent_at[-1] + wires.local_at[-1]) // 2)
        return Buffers(
            np.full(entries, np.nan),
            np.zeros(entries),
            np.zeros(int(wires.local_at[-1])),
            np.zeros(int(wires.sent_at[-1])),
        )

    def _steps(self) -> tuple[list[Step], list[tuple[list[Step], Gather]]]:
        """Forward steps in order; and, last level first, the steps that send and what gathers it."""
        wires_from: dict[int, list[int]] = {}
        for wire, row in enumerate(self.wires.source.tolist()):
            wires_from.setdefault(row, []).append(wire)
        forward: list[Step] = []
        backward: list[tuple[list[Step], Gather]] = []
        for level in self.graph.structure.levels[1:]:
            steps: list[Step] = []
            scalars: dict[Op, list[int]] = {}
            wires: list[int] = []
            for id_ in level:
                if (found := self.row_of.get(id_)) is None:
                    continue
                wires.extend(wires_from.get(found, ()))
                op = self.graph.nodes[id_].op
                if self.shapes[found] == () and all(self.shapes[i] == () for i in self.input_rows(found)):
                    scalars.setdefault(op, []).append(found)
                else:
                    steps.append(self._tensor_step(found, wires_from.get(found, [])))
            steps.extend(self._scalar_step(op, rows, wires_from) for op, rows in scalars.items())
            forward.extend(steps)
            if wires:
                backward.append((steps, self._gather(min(wires), max(wires))))
        return forward, backward[::-1]

    def input_rows(self, row: int) -> list[int]:
        """The rows that feed a row, in the order of its slots."""
        return [self.row_of[id_] for id_ in self.graph.nodes[self.rows[row]].inputs if id_ is not None]

    def _scalar_step(self, op: Op, rows: list[int], wires_from: dict[int, list[int]]) -> ScalarStep:
        inputs = [self.input_rows(row) for row in rows]
        slots: list[tuple[int, NDArray[np.intp] | None, Index, Index]] = []
        for slot in range(op.arity):
            sending = [
                (place, wire)
                for place, row in enumerate(rows)
                for wire in wires_from.get(row, ())
                if self.wires.slot[wire] == slot
            ]
            if not sending:
                continue
            all_send = len(sending) == len(rows)
            picked = [wire for _, wire in sending]
            local_at, sent_at = self.wires.local_at[picked].tolist(), self.wires.sent_at[picked].tolist()
            if all_send:
                slots.append((slot, None, index(local_at), index(sent_at)))
            else:
                senders = np.array([place for place, _ in sending], dtype=np.intp)
                slots.append((slot, senders, np.array(local_at, dtype=np.intp), np.array(sent_at, dtype=np.intp)))
        at = self.offsets
        return ScalarStep(
            op,
            index([int(at[row]) for row in rows]),
            tuple(index([int(at[given[slot]]) for given in inputs]) for slot in range(op.arity)),
            tuple(slots),
        )

    def _tensor_step(self, row: int, wires: list[int]) -> TensorStep:
        return TensorStep(
            self.graph.nodes[self.rows[row]].op,
            self.value_view(row),
            self.gradient_view(row),
            tuple(self.value_view(i) for i in self.input_rows(row)),
            tuple(
                (int(self.wires.slot[w]), self.local_view(self.buffers, w), self.sent_view(self.buffers, w))
                for w in wires
            ),
        )

    def _gather(self, first: int, last: int) -> Gather:
        """The wires from `first` to `last`, all of one level."""
        targets = [
            np.arange(self.offsets[row], self.offsets[row + 1], dtype=np.intp)
            for row in self.wires.target[first : last + 1].tolist()
        ]
        return gather(targets, int(self.wires.sent_at[first]), int(self.wires.sent_at[last + 1]))

    # Views

    def value_view(self, row: int, buffers: Buffers | None = None) -> Floats:
        """The value of a row in the buffers, in its shape."""
        buffers = buffers or self.buffers
        return buffers.values[self.offsets[row] : self.offsets[row + 1]].reshape(self.shapes[row])

    def gradient_view(self, row: int, buffers: Buffers | None = None) -> Floats:
        """The gradient of a row in the buffers, in its shape."""
        buffers = buffers or self.buffers
        return buffers.gradients[self.offsets[row] : self.offsets[row + 1]].reshape(self.shapes[row])

    def local_view(self, buffers: Buffers, wire: int) -> Floats:
        """∂source/∂target of a wire, in the shape of the source."""
        at = self.wires.local_at
        return buffers.locals[at[wire] : at[wire + 1]].reshape(self.shapes[self.wires.source[wire]])

    def sent_view(self, buffers: Buffers, wire: int) -> Floats:
        """The contribution of a wire, in the shape of the target."""
        at = self.wires.sent_at
        return buffers.sent[at[wire] : at[wire + 1]].reshape(self.shapes[self.wires.target[wire]])

    # Running

    def set(self, node: NodeId, value: Value) -> None:
        """Put a number or array into a leaf.  Raises GraphError when it has another shape than before."""
        row = self.row_of.get(node)
        if row is None or not self.graph.nodes[node].op.is_leaf:
            raise GraphError(f"{self.graph.label(node)} is not an input with a value")
        if np.shape(value) != self.shapes[row]:
            raise GraphError(
                f"{self.graph.label(node)} was compiled with shape {self.shapes[row]}, got {np.shape(value)}"
            )
        self.value_view(row)[...] = value

    def run(self, **values: Any) -> Plan:
        """Evaluate forward and backward again, in place, with new numbers for the named inputs."""
        for name, value in values.items():
            self.set(self.graph.find(name), as_value(value))
        with np.errstate(all="ignore"):  # what is not finite is found and explained afterwards
            self.evaluate()
            self.accumulate()
        return self

    def serves(self, graph: Graph) -> bool:
        """Whether `graph` differs from the compiled one only in names and in the numbers of its leaves."""
        return graph.same_wires(self.graph) and all(
            self._shape_of(node.id) == (None if node.value is None else np.shape(node.value))
            for node in graph.nodes.values()
            if node.op.is_leaf and node is not self.graph.nodes[node.id]
        )

    def _shape_of(self, node: NodeId) -> Shape | None:
        row = self.row_of.get(node)
        return None if row is None else self.shapes[row]

    def run_with(self, graph: Graph) -> Plan:
        """Run with the numbers of another graph that this plan serves."""
        for node in graph.nodes.values():
            if node.value is not None and node.id in self.row_of:
                self.set(node.id, node.value)
        return self.run()

    def evaluate(self) -> None:
        """The forward pass."""
        for step in self._forward:
            step.forward(self.buffers)

    def accumulate(self) -> None:
        """The backward pass, from a gradient of 1 at the output."""
        if self.output_row is None:
            return
        self.buffers.gradients.fill(0.0)
        self.gradient_view(self.output_row)[...] = 1.0
        for steps, gathered in self._backward:
            for step in steps:
                step.backward(self.buffers)
            gathered.add(self.buffers)

    def value(self, name: str) -> Value:
        """The value of a named node after `run`."""
        return _plain(self.value_view(self._row(name)))

    def gradient(self, name: str) -> Value:
        """∂output/∂node after `run`; for an output that is an array, of the sum of its entries."""
        return _plain(self.gradient_view(self._row(name)))

    def _row(self, name: str) -> int:
        node = self.graph.find(name)
        if node not in self.row_of:
            raise GraphError(f"{name} cannot be computed: {self.waiting.get(node) or self.misfits[node]}")
        return self.row_of[node]

    @cached_property
    def waiting(self) -> Mapping[NodeId, str]:
        """Why a node without a row cannot be computed, for all that have none for lack of something."""
        from .waiting import reasons_to_wait

        return reasons_to_wait(self.graph, self.row_of, self.misfits)


def _plain(view: Floats) -> Value:
    if view.ndim == 0:
        return float(view)
    copy = view.copy()
    copy.flags.writeable = False
    return copy
