"""What a plan needs to know before it can run: rows, where their entries lie, wires, and steps.

All this follows from structure and shapes.  It is done with whole arrays of numbers where it can be, because
every change of a graph waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..graph.graph import Graph, GraphError, NodeId
from ..graph.shapes import infer_shapes
from ..ops import Op
from ..ops.op import MOST_ENTRIES
from .counting import largest_on_the_way_back
from .steps import Buffers, Gather, GroupStep, Index, LoneStep, Send, Step, constant_partial, index
from .tapes import vjp_tape
from .tensors import Delivery, TensorStep

_NOTHING, _TO_TENSOR = -1, -2  # in `arrives`: nothing is sent; added to a tensor's gradient

Places: TypeAlias = NDArray[np.intp]
Rows: TypeAlias = NDArray[np.int32]


class RowOf(Mapping[NodeId, int]):
    """Node → row, in 4 bytes a node where a dict takes 70."""

    __slots__ = ("_row", "rows", "table")

    def __init__(self, rows: Sequence[NodeId]) -> None:
        """Ids have to be from 0 up and not much larger than their number."""
        self.rows = rows
        self.table = np.full(max(rows, default=-1) + 1, -1, dtype=np.int32)
        self.table[np.array(rows, dtype=np.intp)] = np.arange(len(rows), dtype=np.int32)
        self._row: memoryview[int] = memoryview(self.table)  # type: ignore[arg-type]  # one entry of it is read twice as fast as one of the array

    def __getitem__(self, node: NodeId) -> int:
        row = self._row[node] if 0 <= node < len(self._row) else -1
        if row < 0:
            raise KeyError(node)
        return row

    def __iter__(self) -> Iterator[NodeId]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def row_of(rows: Sequence[NodeId]) -> Mapping[NodeId, int]:
    """The row of each node."""
    if rows and (min(rows) < 0 or max(rows) > 8 * len(rows) + 1_000):
        return {node: row for row, node in enumerate(rows)}
    return RowOf(rows)


def rows_of(held: Mapping[NodeId, int], nodes: Sequence[NodeId]) -> NDArray[np.int64]:
    """The rows of many nodes at once; −1 for those that have none."""
    if not isinstance(held, RowOf):
        return np.array([held.get(node, -1) for node in nodes], dtype=np.int64)
    ids = np.array(nodes, dtype=np.int64)
    is_known = (ids >= 0) & (ids < len(held.table))
    return np.where(is_known, held.table[np.where(is_known, ids, 0)], -1) if len(held.table) else np.full(len(ids), -1)


@dataclass(frozen=True)
class Wires:
    """The wires along which gradients are sent, in the order in which that happens, as parallel arrays.

    `source` and `target` are rows; `place` is where in `back` a contribution to a scalar arrives.
    """

    source: Rows
    target: Rows
    slot: NDArray[np.int16]
    place: Rows

    def __len__(self) -> int:
        return len(self.source)

    @cached_property
    def by_target(self) -> Rows:
        """All wires, sorted by target; those of one target in the order in which they send."""
        return np.argsort(self.target, kind="stable").astype(np.int32)

    @cached_property
    def begins(self) -> Rows:
        """Where in `by_target` the wires of each row begin; one entry more than there are rows up to the last."""
        counts = np.bincount(self.target) if len(self) else np.zeros(0, dtype=np.intp)
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)

    def into(self, row: int) -> Rows:
        """The wires whose contributions are added at `row`, in the order in which they send."""
        if row + 1 >= len(self.begins):
            return self.by_target[:0]
        return self.by_target[self.begins[row] : self.begins[row + 1]]

    def out_of(self, row: int, slot: int) -> int | None:
        """The wire along which a row sends to its input in a slot."""
        ends, slots = self._sendings
        for wire in range(ends[row + 1], ends[row]) if row + 1 < len(ends) else ():
            if slots[wire] == slot:
                return wire
        return None

    @cached_property
    def _sendings(self) -> tuple[list[int], list[int]]:
        """Where the wires along which each row sends end, after those of the rows behind it; and all slots."""
        rows = np.arange(int(self.source.max()) + 2 if len(self) else 0)
        ends = len(self) - np.searchsorted(self.source[::-1], rows)
        return ends.tolist(), self.slot.tolist()


class Schedule:
    """A graph as rows, places and wires.

    Rows are the nodes that can be computed, in topological order: `rows[r]` is a node with the shape `shapes[r]`,
    whose entries begin at `offsets[r]` of the values and the gradients.  Scalars that are computed together lie side
    by side.  `misfits` says why inputs do not fit.
    """

    def __init__(self, graph: Graph) -> None:
        """Raises GraphError when the graph holds more numbers than `MOST_ENTRIES`."""
        self.graph = graph
        inferred = infer_shapes(graph)
        known, levels = inferred.known, graph.structure.levels
        self.misfits: Mapping[NodeId, str] = inferred.misfits
        self.rows: list[NodeId] = [id_ for level in levels for id_ in level if id_ in known]
        self.row_of = row_of(self.rows)
        self.shapes = [known[id_] for id_ in self.rows]
        sizes = [prod(shape) if shape else 1 for shape in self.shapes]
        self.entries = sum(sizes)
        if self.entries > MOST_ENTRIES:
            raise GraphError(f"the graph holds {self.entries:,} numbers; bpviz stops at {MOST_ENTRIES:,}")
        self.output_row = None if graph.result is None else self.row_of.get(graph.result)
        is_whole = len(self.rows) == len(graph.nodes)
        in_level = list(map(len, levels)) if is_whole else [sum(id_ in known for id_ in level) for level in levels]
        self._level = np.repeat(np.arange(len(levels), dtype=np.int32), in_level)
        self._require_room_on_the_way_back(sizes)
        self._lay_out(np.array(sizes, dtype=np.intp))
        self._wire()

    def _require_room_on_the_way_back(self, sizes: list[int]) -> None:
        """Refuses a graph whose backward pass would fill the memory, as a product with a large batch may."""
        for row, id_ in enumerate(self.rows):
            op = self.graph.nodes[id_].op
            if op.structured is None or not op.arity:
                continue
            fed = [self.row_of[source] for source in self.graph.nodes[id_].inputs if source is not None]
            if sizes[row] + sum(sizes[i] for i in fed) < MOST_ENTRIES // 1_000:
                continue
            for slot in range(op.arity):
                needed = largest_on_the_way_back(op, slot, [self.shapes[i] for i in fed], self.shapes[row])
                if needed > MOST_ENTRIES:
                    raise GraphError(
                        f"the gradient of {self.graph.spoken(id_)} needs room for {needed:,} numbers at once; "
                        f"bpviz stops at {MOST_ENTRIES:,}"
                    )

    def _lay_out(self, sizes: Places) -> None:
        """Which operation each row is, what feeds it, and where its entries lie."""
        held = [self.graph.nodes[id_] for id_ in self.rows]
        codes: dict[Op, int] = {}
        self._code = np.array([codes.setdefault(node.op, len(codes)) for node in held], dtype=np.int32)
        self._ops = list(codes)
        self._constant = np.array([op.name == "constant" for op in self._ops], dtype=bool)[self._code]
        arity = np.array([op.arity for op in self._ops], dtype=np.int32)[self._code]
        self.begins: Rows = np.concatenate([[0], np.cumsum(arity)]).astype(np.int32)
        sources: list[Any] = [source for node in held for source in node.inputs]
        self.feeds: Rows = (
            self.row_of.table[np.array(sources, dtype=np.intp)]
            if isinstance(self.row_of, RowOf)
            else np.array([self.row_of[source] for source in sources], dtype=np.int32)
        )
        self._owner: Rows = np.repeat(np.arange(len(held), dtype=np.int32), arity)
        self._is_scalar = np.array([not shape for shape in self.shapes], dtype=bool)
        structured = np.array([op.structured is not None for op in self._ops], dtype=bool)[self._code]
        fed_by_tensors = np.bincount(self._owner[~self._is_scalar[self.feeds]], minlength=len(held)) > 0
        self._is_tensor_step = structured | ~self._is_scalar | fed_by_tensors
        self._together = np.lexsort((self._code, self._is_tensor_step, self._level)).astype(np.int32)
        self.offsets: Rows = np.zeros(len(held), dtype=np.int32)  # fewer than `MOST_ENTRIES`
        self.offsets[self._together] = np.cumsum(sizes[self._together]) - sizes[self._together]

    def _reached(self) -> NDArray[np.bool_]:
        """Which rows get a gradient: the output and what it depends on through slots that have a derivative."""
        reached = bytearray(len(self.rows))
        if self.output_row is not None:
            reached[self.output_row] = 1
            begins, feeds, passes = self.begins.tolist(), self.feeds.tolist(), self._passes.tolist()
            for row in range(self.output_row, -1, -1):
                if reached[row]:
                    for edge in range(begins[row], begins[row + 1]):
                        if passes[edge]:
                            reached[feeds[edge]] = 1
        return np.frombuffer(reached, dtype=bool)

    def _wire(self) -> None:
        """The wires of the way back, and where what they carry arrives."""
        edge_slot = np.arange(len(self.feeds)) - self.begins[self._owner]
        self._passes = ~self._constant[self.feeds]  # a constant cannot change: nothing is sent to it
        for code, op in enumerate(self._ops):
            for slot in range(op.arity):
                if not op.has_derivative(slot):
                    self._passes[(self._code[self._owner] == code) & (edge_slot == slot)] = False
        edges = np.flatnonzero(self._passes & self._reached()[self._owner])
        edges = edges[np.argsort(-self._owner[edges], kind="stable")]
        target = self.feeds[edges]
        shares = np.bincount(target, minlength=len(self.rows))
        place = np.where(self._is_scalar[target], self.offsets[target], _TO_TENSOR)
        several = np.flatnonzero(self._is_scalar[target] & (shares[target] > 1))
        # level by level, and in order of arrival: what a group sends then often lies evenly spaced
        several = several[np.argsort(self._level[target[several]], kind="stable")]
        place[several] = self.entries + np.arange(len(several))
        self._receivers = target[several]
        self._arrives: Places = np.full(len(self.feeds), _NOTHING, dtype=np.intp)
        self._arrives[edges] = place
        self._first = np.zeros(len(self.feeds), dtype=bool)  # edges whose contribution is the first to arrive
        self._first[edges[np.unique(target, return_index=True)[1]]] = True
        slots = edge_slot[edges].astype(np.int16)
        self.wires = Wires(self._owner[edges], target, slots, place.astype(np.int32))
        self._share_gradients(shares)

    def _share_gradients(self, shares: Places) -> None:
        """Where the entries of each row's gradient begin.

        A tensor that gets one contribution, and that the gradient of the source unchanged, as both inputs of a sum do,
        needs no copy of it: it has its gradient in the same place.
        """
        self.gradient_offsets = self.offsets
        for wire in np.flatnonzero((self.wires.place == _TO_TENSOR) & (shares[self.wires.target] == 1)).tolist():
            source, target = int(self.wires.source[wire]), int(self.wires.target[wire])
            op, slot = self._ops[self._code[source]], int(self.wires.slot[wire])
            if self.shapes[source] == self.shapes[target] and constant_partial(op, slot) == 1.0:
                if self.gradient_offsets is self.offsets:
                    self.gradient_offsets = self.offsets.copy()
                self.gradient_offsets[target] = self.gradient_offsets[source]
                self._arrives[self.begins[source] + slot] = _NOTHING

    def buffers(self) -> Buffers:
        """Buffers of the right size; values are NaN until they are given or computed."""
        return Buffers(np.full(self.entries, np.nan), np.zeros(self.entries + len(self._receivers)))

    def steps(self, buffers: Buffers) -> tuple[list[Step], list[Step]]:
        """The steps of the forward pass and those of the backward pass, each in order; tensors are views."""
        forward: list[Step] = []
        self._lists = self.begins.tolist(), self.feeds.tolist(), self.offsets.tolist(), self._arrives.tolist()
        backward: list[list[Step]] = [[] for _ in self.graph.structure.levels]
        for level, gather in self._gathers(buffers):
            backward[level].append(gather)
        tensors: dict[int, list[tuple[int, TensorStep]]] = {}
        for level, rows in self._groups():
            if self._is_tensor_step[rows[0]]:
                tensor = self._tensor_step(rows[0], buffers)
                if tensor.deliveries:
                    tensors.setdefault(level, []).append((rows[0], tensor))
                forward.append(tensor)
                continue
            step = self._lone_step(rows[0], buffers) if len(rows) == 1 else self._group_step(rows, buffers)
            if step.sends_back:
                backward[level].append(step)
            forward.append(step)
        for level, found in tensors.items():  # their contributions are added as they arrive
            backward[level] += [step for _, step in sorted(found, key=lambda pair: -pair[0])]
        return forward, [step for level in reversed(backward) for step in level]

    def _groups(self) -> Iterator[tuple[int, list[int]]]:
        """Rows that are computed together, with their level; leaves, which are not computed, left out."""
        order = self._together
        order = order[self.begins[order + 1] > self.begins[order]]
        level, code, tensor = self._level[order], self._code[order], self._is_tensor_step[order]
        begins = np.flatnonzero((np.diff(level) > 0) | (np.diff(code) != 0) | tensor[1:] | tensor[:-1]) + 1
        rows, levels, last = order.tolist(), level.tolist(), 0
        for end in [*begins.tolist(), len(rows)]:
            if end > last:
                yield levels[last], rows[last:end]
            last = end

    def _lone_step(self, row: int, buffers: Buffers) -> LoneStep:
        begins, feeds, offsets, arrives = self._lists  # lists are read faster than arrays, one entry at a time
        op, begin = self._ops[self._code[row]], begins[row]
        slots = range(op.arity)
        sends = [(slot, arrives[begin + slot]) for slot in slots if arrives[begin + slot] != _NOTHING]
        return LoneStep(op, offsets[row], tuple([offsets[feeds[begin + slot]] for slot in slots]), sends, buffers)

    def _group_step(self, rows: list[int], buffers: Buffers) -> GroupStep:
        op, edges = self._ops[self._code[rows[0]]], self.begins[rows]
        inputs = tuple(index(self.offsets[self.feeds[edges + slot]]) for slot in range(op.arity))
        return GroupStep(op, int(self.offsets[rows[0]]), len(rows), inputs, self._sends(op, edges, buffers), buffers)

    def _sends(self, op: Op, edges: Rows, buffers: Buffers) -> list[Send]:
        """What a group sends back; `edges` are the first ones of its nodes."""
        sends = []
        for slot in range(op.arity):
            arrives = self._arrives[edges + slot]
            senders = np.flatnonzero(arrives != _NOTHING)
            if senders.size == len(edges):
                places = index(arrives)
                sends.append(Send(slot, None, places, buffers.back[places] if isinstance(places, slice) else None))
            elif senders.size:
                sends.append(Send(slot, senders, arrives[senders], None))
        return sends

    def _tensor_step(self, row: int, buffers: Buffers) -> TensorStep:
        def view(array: NDArray[np.float64], row: int) -> NDArray[np.float64]:
            begin = (self.offsets if array is buffers.values else self.gradient_offsets)[row]
            return array[begin : begin + prod(self.shapes[row])].reshape(self.shapes[row])

        op, begin = self._ops[self._code[row]], int(self.begins[row])
        inputs = self.feeds[begin : begin + op.arity].tolist()
        deliveries = []
        shapes = [self.shapes[source] for source in inputs]
        for slot, source in enumerate(inputs):
            place = int(self._arrives[begin + slot])
            if place == _NOTHING:
                continue
            tape = vjp_tape(op, slot, shapes, self.shapes[row])
            if place == _TO_TENSOR:
                target, is_first = view(buffers.gradients, source), bool(self._first[begin + slot])
            else:
                target, is_first = buffers.back[place : place + 1].reshape(()), True
            deliveries.append(Delivery(tape, target, is_first))
        return TensorStep(
            op,
            view(buffers.values, row),
            view(buffers.gradients, row),
            tuple(view(buffers.values, source) for source in inputs),
            tuple(deliveries),
        )

    def _gathers(self, buffers: Buffers) -> Iterator[tuple[int, Gather]]:
        """What adds up the contributions to scalars that get several, level by level."""
        levels = self._level[self._receivers]
        begins = [0, *(np.flatnonzero(np.diff(levels)) + 1).tolist(), len(levels)]
        rows, offsets = self._receivers.tolist(), self._lists[2]
        for begin, end in pairwise(begins) if rows else ():
            if rows[begin:end].count(rows[begin]) == end - begin:  # one scalar, as at each level of a deep graph
                targets: Index = offsets[rows[begin]]
                yield int(levels[begin]), Gather(targets, np.zeros(end - begin, dtype=np.intp), begin, end, 1, buffers)
            else:
                receivers, number = np.unique(self._receivers[begin:end], return_inverse=True)
                targets = index(self.offsets[receivers])
                yield int(levels[begin]), Gather(targets, number, begin, end, len(receivers), buffers)
