"""Graph → Plan: what to compute in which order; compiled once per change of structure, run again and again.

Reverse-mode accumulation as in Griewank and Walther, *Evaluating Derivatives* (2nd ed., 2008), chapter 3: the
nodes in reverse topological order, each sending upstream gradient × local derivative to its inputs, where it
is added.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..graph.graph import Graph, GraphError, NodeId, Value, as_value
from ..graph.shapes import infer_shapes
from ..ops import numerals
from ..ops.op import Shape
from .assembly import Assembly
from .schedule import Schedule, Wires
from .spacing import spread
from .steps import Buffers, Floats, GroupStep


class Plan:
    """A graph compiled for running.

    Rows are the nodes that can be computed, in topological order: `rows[r]` is a node with the shape `shapes[r]`.
    Nodes that wait (for a wire, for a value) or whose inputs do not fit have no row; `waiting` and `misfits` say why.
    """

    def __init__(self, graph: Graph) -> None:
        """Raises GraphError when the graph holds more numbers than `schedule.MOST_ENTRIES`."""
        self.graph = graph
        with _collector_at_rest():
            self._compile(graph)

    def _compile(self, graph: Graph) -> None:
        schedule = Schedule(graph)
        self.rows: list[NodeId] = schedule.rows
        self.row_of: Mapping[NodeId, int] = schedule.row_of
        self.shapes: list[Shape] = schedule.shapes
        self.misfits: Mapping[NodeId, str] = schedule.misfits
        self.output_row: int | None = schedule.output_row
        self.wires: Wires = schedule.wires
        self._offsets, self._gradient_offsets = schedule.offsets, schedule.gradient_offsets
        self._begins, self._feeds = schedule.begins, schedule.feeds
        self.buffers = schedule.buffers()
        self._forward, self._backward = Assembly(schedule, self.buffers).steps()
        self._leaves: list[int] = np.flatnonzero(np.diff(self._begins) == 0).tolist()
        self._fill(graph)

    def _fill(self, graph: Graph) -> None:
        """Writes the values of all leaves, scalars in one call."""
        scalars = [row for row in self._leaves if not self.shapes[row]]
        values = [graph.nodes[self.rows[row]].value for row in scalars]
        self.buffers.values[self._offsets[scalars]] = values
        for row in self._leaves if len(scalars) < len(self._leaves) else ():
            self.value_view(row)[...] = graph.nodes[self.rows[row]].value

    def input_rows(self, row: int) -> list[int]:
        """The rows that feed a row, in the order of its slots."""
        found: list[int] = self._feeds[self._begins[row] : self._begins[row + 1]].tolist()
        return found

    # Views

    def value_view(self, row: int, buffers: Buffers | None = None) -> Floats:
        """The value of a row in the buffers, in its shape."""
        return self._view((buffers or self.buffers).values, int(self._offsets[row]), row)

    def gradient_view(self, row: int, buffers: Buffers | None = None) -> Floats:
        """The gradient of a row in the buffers, in its shape."""
        return self._view((buffers or self.buffers).gradients, int(self._gradient_offsets[row]), row)

    def _view(self, array: Floats, begin: int, row: int) -> Floats:
        return array[begin : begin + prod(self.shapes[row])].reshape(self.shapes[row])

    def places(self, rows: Sequence[int]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where the entries of some rows lie in the buffers, one row after the other: of values, and of gradients.

        Training writes all its parameters, and reads all their gradients, in one call each.
        """
        chosen = np.array(rows, dtype=np.intp)
        sizes = self._sizes[chosen]
        return spread(self._offsets[chosen], sizes), spread(self._gradient_offsets[chosen], sizes)

    def begins(self, rows: Sequence[int]) -> NDArray[np.intp]:
        """Where in `places` the entries of each row begin."""
        sizes = self._sizes[np.array(rows, dtype=np.intp)]
        return np.cumsum(sizes) - sizes

    @cached_property
    def _sizes(self) -> NDArray[np.intp]:
        """How many entries each row has."""
        return np.fromiter(map(prod, self.shapes), dtype=np.intp, count=len(self.shapes))

    def step_of(self, row: int) -> tuple[GroupStep, int] | None:
        """The step that computes a scalar together with others, and its place among them; None if it is by itself."""
        at = int(self._offsets[row])
        found = int(np.searchsorted(self._group_begins, at, side="right")) - 1
        if found < 0:
            return None
        step = self._groups[found]
        return (step, at - step.begin) if at < step.begin + len(step.out) else None

    @cached_property
    def _groups(self) -> list[GroupStep]:
        """The steps of several scalars, in the order of their places."""
        return sorted((step for step in self._forward if isinstance(step, GroupStep)), key=lambda step: step.begin)

    @cached_property
    def _group_begins(self) -> NDArray[np.intp]:
        return np.array([step.begin for step in self._groups], dtype=np.intp)

    # Running

    def set(self, node: NodeId, value: Value) -> None:
        """Put a number or array into a leaf.  Raises GraphError when it has another shape than before."""
        row = self.row_of.get(node)
        if row is None or not self.graph.nodes[node].op.is_leaf:
            raise GraphError(f"{self.graph.label(node)} is not an input with a value")
        if np.shape(value) != self.shapes[row]:
            raise GraphError(
                f"{self.graph.label(node)} was compiled with shape {numerals.sized(self.shapes[row])}, "
                f"got {numerals.sized(np.shape(value))}"
            )
        self.value_view(row)[...] = value

    def run(self, **values: Any) -> Plan:
        """Evaluate forward and backward again, in place, with new numbers for the named inputs."""
        cells, scalars = self.buffers.cells, self._scalar_inputs
        for name, value in values.items():
            if type(value) is float and name in scalars:
                cells[scalars[name]] = value
            else:
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

    def following(self, graph: Graph) -> Plan | None:
        """The plan of a graph that was made from the compiled one, if only nodes that wait have come, gone or changed:
        it computes the same, in the same buffers.  None if it has to be compiled."""
        before, change = (None, None) if graph.follows is None else (graph.follows[0](), graph.follows[1])
        if before is None or change is None or before.structure is not self.graph.structure or not change.keeps_order:
            return None
        inferred = infer_shapes(graph)
        result = None if graph.result is None else self.row_of.get(graph.result)
        if (
            any(node in self.row_of for node in (*change.others, *change.gone))
            or len(inferred.known) != len(self.rows)
            or result != self.output_row
            or list(map(inferred.known.get, self.rows)) != self.shapes
        ):
            return None
        other = copy(self)
        other.graph, other.misfits = graph, inferred.misfits
        for name in ("waiting", "_scalar_inputs"):
            vars(other).pop(name, None)
        return other

    def _shape_of(self, node: NodeId) -> Shape | None:
        row = self.row_of.get(node)
        return None if row is None else self.shapes[row]

    def run_with(self, graph: Graph) -> Plan:
        """Run with the numbers of another graph that this plan serves."""
        self._fill(graph)
        return self.run()

    @cached_property
    def _scalar_inputs(self) -> Mapping[str, int]:
        """Where the numbers of scalar inputs lie, by name: loops set hundreds of them before each run."""
        names = ((self.graph.nodes[self.rows[row]].name, row) for row in self._leaves if not self.shapes[row])
        return {name: int(self._offsets[row]) for name, row in names if name}

    def evaluate(self) -> None:
        """The forward pass."""
        for step in self._forward:
            step.forward()

    def accumulate(self, seed: Any = 1.0) -> None:
        """The backward pass, from a gradient of 1 at the output, or from another one of its shape."""
        if self.output_row is None:
            return
        self.gradient_view(self.output_row)[...] = seed
        for step in self._backward:
            step.backward()

    def value(self, name: str) -> Value:
        """The value of a named node after `run`."""
        return plain(self.value_view(self._row(name)))

    def gradient(self, name: str) -> Value:
        """∂output/∂node after `run`; for an output that is an array, of the sum of its entries."""
        return plain(self.gradient_view(self._row(name)) + 0.0)  # −0 is 0

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


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """A deep graph makes hundreds of thousands of small objects, none of which dies; looking for dead ones among them,
    again and again, takes longer than making them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def plain(view: Floats) -> Value:
    """What a view shows, as a float or an array of its own that cannot be written."""
    if view.ndim == 0:
        return float(view)
    copy = view.copy()
    copy.flags.writeable = False
    return copy
