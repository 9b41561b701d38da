"""What a plan needs to know before its steps can be put together: rows, where their entries lie, wires.

All this follows from structure and shapes.  It is done with whole arrays of numbers where it can be, because
every change of a graph waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..graph.graph import Graph, GraphError, NodeId
from ..graph.shapes import infer_shapes
from ..ops.op import MOST_ENTRIES
from .counting import largest_on_the_way_back
from .spacing import Places
from .steps import Buffers, constant_partial

NOTHING, TO_TENSOR = -1, -2  # in `arrives`: nothing is sent; added to a tensor's gradient

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
        self._is_scalar = np.fromiter(map(len, self.shapes), dtype=np.intp, count=len(self.rows)) == 0
        sizes = np.ones(len(self.rows), dtype=np.intp)
        for row in np.flatnonzero(~self._is_scalar).tolist():
            sizes[row] = prod(self.shapes[row])
        self.entries = int(sizes.sum())
        if self.entries > MOST_ENTRIES:
            raise GraphError(f"the graph holds {self.entries:,} numbers; bpviz stops at {MOST_ENTRIES:,}")
        self.output_row = None if graph.result is None else self.row_of.get(graph.result)
        is_whole = len(self.rows) == len(graph.nodes)
        in_level = list(map(len, levels)) if is_whole else [sum(id_ in known for id_ in level) for level in levels]
        self.level = np.repeat(np.arange(len(levels), dtype=np.int32), in_level)
        self._lay_out(sizes)
        self._require_room_on_the_way_back(sizes)
        self._wire()

    def _require_room_on_the_way_back(self, sizes: Places) -> None:
        """Refuses a graph whose backward pass would fill the memory, as a product with a large batch may."""
        for row in np.flatnonzero(self._is_structured & (np.diff(self.begins) > 0)).tolist():
            id_, op = self.rows[row], self.ops[self.code[row]]
            fed = self.feeds[self.begins[row] : self.begins[row + 1]].tolist()
            if sizes[row] + sizes[fed].sum() < MOST_ENTRIES // 1_000:
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
        held = list(map(self.graph.nodes.__getitem__, self.rows))
        ops = [node.op for node in held]
        self.ops = list(dict.fromkeys(ops))
        codes = {op: code for code, op in enumerate(self.ops)}
        self.code = np.fromiter(map(codes.__getitem__, ops), dtype=np.int32, count=len(ops))
        self._constant = np.array([op.name == "constant" for op in self.ops], dtype=bool)[self.code]
        arity = np.array([op.arity for op in self.ops], dtype=np.int32)[self.code]
        self.begins: Rows = np.concatenate([[0], np.cumsum(arity)]).astype(np.int32)
        sources: list[Any] = list(chain.from_iterable([node.inputs for node in held]))
        self.feeds: Rows = rows_of(self.row_of, sources).astype(np.int32)
        self._owner: Rows = np.repeat(np.arange(len(held), dtype=np.int32), arity)
        self._is_structured = np.array([op.structured is not None for op in self.ops], dtype=bool)[self.code]
        fed_by_tensors = np.bincount(self._owner[~self._is_scalar[self.feeds]], minlength=len(held)) > 0
        self.is_tensor_step = self._is_structured | ~self._is_scalar | fed_by_tensors
        self.together = np.lexsort((self.code, self.is_tensor_step, self.level)).astype(np.int32)
        self.offsets: Rows = np.zeros(len(held), dtype=np.int32)  # fewer than `MOST_ENTRIES`
        self.offsets[self.together] = np.cumsum(sizes[self.together]) - sizes[self.together]

    def _reached(self) -> NDArray[np.bool_]:
        """Which rows get a gradient: the output and what it depends on through slots that have a derivative.

        All but those that nobody uses, and those that are used by such rows alone, which as a rule are few.
        """
        if self.output_row is None:
            return np.zeros(len(self.rows), dtype=bool)
        counts = np.bincount(self.feeds[self._passes], minlength=len(self.rows))
        counts[self.output_row] += 1
        reached = counts > 0
        unused = np.flatnonzero(~reached & (np.diff(self.begins) > 0)).tolist()
        if unused:
            begins, feeds, passes = self.begins.tolist(), self.feeds.tolist(), self._passes.tolist()
            uses: list[int] = counts.tolist()
            while unused:
                row = unused.pop()
                for edge in range(begins[row], begins[row + 1]):
                    if passes[edge]:
                        uses[feeds[edge]] -= 1
                        if not uses[feeds[edge]]:
                            unused.append(feeds[edge])
            reached = np.array(uses) > 0
        return reached

    def _wire(self) -> None:
        """The wires of the way back, and where what they carry arrives."""
        edge_slot = np.arange(len(self.feeds)) - self.begins[self._owner]
        self._passes = ~self._constant[self.feeds]  # a constant cannot change: nothing is sent to it
        for code, op in enumerate(self.ops):
            for slot in range(op.arity):
                if not op.has_derivative(slot):
                    self._passes[(self.code[self._owner] == code) & (edge_slot == slot)] = False
        edges = np.flatnonzero(self._passes & self._reached()[self._owner])
        edges = edges[np.argsort(-self._owner[edges], kind="stable")]
        target = self.feeds[edges]
        shares = np.bincount(target, minlength=len(self.rows))
        place = np.where(self._is_scalar[target], self.offsets[target], TO_TENSOR)
        several = np.flatnonzero(self._is_scalar[target] & (shares[target] > 1))
        # level by level, and in order of arrival: what a group sends then often lies evenly spaced
        several = several[np.argsort(self.level[target[several]], kind="stable")]
        place[several] = self.entries + np.arange(len(several))
        self.receivers = target[several]
        self.arrives: Places = np.full(len(self.feeds), NOTHING, dtype=np.intp)
        self.arrives[edges] = place
        self.first = np.zeros(len(self.feeds), dtype=bool)  # edges whose contribution is the first to arrive
        self.first[edges[np.unique(target, return_index=True)[1]]] = True
        slots = edge_slot[edges].astype(np.int16)
        self.wires = Wires(self._owner[edges], target, slots, place.astype(np.int32))
        self._share_gradients(shares)

    def _share_gradients(self, shares: Places) -> None:
        """Where the entries of each row's gradient begin.

        A tensor that gets one contribution, and that the gradient of the source unchanged, as both inputs of a sum do,
        needs no copy of it: it has its gradient in the same place.
        """
        self.gradient_offsets = self.offsets
        for wire in np.flatnonzero((self.wires.place == TO_TENSOR) & (shares[self.wires.target] == 1)).tolist():
            source, target = int(self.wires.source[wire]), int(self.wires.target[wire])
            op, slot = self.ops[self.code[source]], int(self.wires.slot[wire])
            if self.shapes[source] == self.shapes[target] and constant_partial(op, slot) == 1.0:
                if self.gradient_offsets is self.offsets:
                    self.gradient_offsets = self.offsets.copy()
                self.gradient_offsets[target] = self.gradient_offsets[source]
                self.arrives[self.begins[source] + slot] = NOTHING

    def buffers(self) -> Buffers:
        """Buffers of the right size; values are NaN until they are given or computed."""
        return Buffers(np.full(self.entries, np.nan), np.zeros(self.entries + len(self.receivers)))
