"""The computation graph: immutable nodes, and what follows from how they are wired."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..ops import Op, names, numerals
from .naming import NAMED_CONSTANTS, did_you_mean, name_fault, quoted
from .structure import CycleError, GraphError, NodeId, Structure

__all__ = ["Graph", "GraphError", "Node", "NodeId", "Structure", "Value", "as_value", "same_value"]

_LONGEST_ROUND = 8  # nodes of a cycle that a message names
T = TypeVar("T")
Value: TypeAlias = "float | NDArray[np.float64]"


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One quantity of the graph.

    `inputs[slot]` is the node wired to that slot, or None while nobody wired it.  Only leaves (variable,
    parameter, constant) hold a `value`: a float or a read-only float64 array, or None while it is not
    given.  `name` is empty for an intermediate result that nobody named.
    """

    id: NodeId
    op: Op
    inputs: tuple[NodeId | None, ...] = ()
    value: Value | None = None
    name: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and (
            (self.id, self.op, self.inputs, self.name) == (other.id, other.op, other.inputs, other.name)
            and same_value(self.value, other.value)
        )

    def __hash__(self) -> int:
        return hash((self.id, self.op, self.inputs, self.name))

    @property
    def is_constant(self) -> bool:
        return self.op.name == "constant"

    def with_(self, **changes: Any) -> Node:
        """A copy with some fields changed (`dataclasses.replace`, several times faster)."""
        return Node(
            self.id,
            changes.get("op", self.op),
            changes.get("inputs", self.inputs),
            changes.get("value", self.value),
            changes.get("name", self.name),
        )


def same_value(one: Value | None, other: Value | None) -> bool:
    """Whether two values are the same number or array; NaN is the same as NaN."""
    if one is None or other is None:
        return one is other
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (one != one and other != other)
    return np.shape(one) == np.shape(other) and np.array_equal(one, other, equal_nan=True)


def as_value(quantity: Any) -> Value:
    """A number or nested list as a node holds it.  Raises GraphError for anything else."""
    try:
        given = np.asarray(quantity)
        if given.dtype.kind not in "iuf" and not all(isinstance(entry, int) for entry in given.flat):
            raise TypeError  # numpy would take "1" and None for numbers
        array = given.astype(np.float64)
    except OverflowError:
        raise GraphError("the number is beyond float64, whose largest is about 1.8·10³⁰⁸") from None
    except (TypeError, ValueError):
        raise GraphError(_NOT_A_VALUE) from None
    if not array.size:
        raise GraphError("a list of numbers cannot be empty")
    if array.ndim == 0:
        return float(array)
    array.flags.writeable = False
    return array


_NOT_A_VALUE = "a value is a number or a list of numbers, with rows of equal length"


class Graph:
    """An immutable computation graph.

    `nodes` keeps its order.  `output` is the node whose gradient is wanted, or None for `default_output`.
    """

    __slots__ = ("__dict__", "nodes", "output", "structure", "words")

    nodes: Mapping[NodeId, Node]
    output: NodeId | None
    structure: Structure
    words: dict[Hashable, Any]

    def __init__(self, nodes: Iterable[Node] = (), output: NodeId | None = None, before: Graph | None = None) -> None:
        """What follows from wires that are as in the graph `before` is taken over from it.

        Raises GraphError for a wire to nowhere, a wrong number of inputs, a bad or double name, cycles.
        """
        by_id: dict[NodeId, Node] = {}
        for node in nodes:
            if node.id in by_id:
                raise GraphError(f"two nodes have the id {node.id}")
            by_id[node.id] = node
        inputs = {node.id: node.inputs for node in by_id.values()}
        self._hold(by_id, output, Structure(inputs) if before is None else before.structure.rewired(inputs))
        self._validate()

    def _hold(self, nodes: dict[NodeId, Node], output: NodeId | None, structure: Structure) -> None:
        self.nodes, self.output, self.structure = MappingProxyType(nodes), output, structure
        self.words = {}

    def _validate(self) -> None:
        named: dict[str, NodeId] = {}
        for node in self.nodes.values():
            if len(node.inputs) != node.op.arity:
                takes = "one input or more" if node.op.is_variadic else numerals.count(node.op.arity, "input")
                raise GraphError(f"{self._who(node)} takes {takes}, got {len(node.inputs)}")
            for source in node.inputs:
                if source is not None and source not in self.nodes:
                    raise GraphError(f"{self._who(node)} is wired to node {source}, which does not exist")
            if node.name:
                if fault := self._name_fault(node):
                    raise GraphError(fault)
                if node.name in named:
                    raise GraphError(f"two nodes have the name {quoted(node.name)}")
                named[node.name] = node.id
            elif node.op.is_leaf and not node.is_constant:
                raise GraphError(f"a {node.op.name} needs a name")
        if self.output is not None and self.output not in self.nodes:
            raise GraphError(f"the output is node {self.output}, which does not exist")
        try:
            _ = self.structure.levels
        except CycleError as error:
            raise GraphError(f"{error}: {self._round(error.nodes)}") from None

    @staticmethod
    def _name_fault(node: Node) -> str | None:
        return None if node.is_constant and node.name in NAMED_CONSTANTS else name_fault(node.name)

    def _round(self, cycle: Sequence[NodeId]) -> str:
        """`a → b → a`; of a long way round, both ends."""
        told = [self.nodes[node].name or f"node {node}" for node in cycle]
        if len(told) > _LONGEST_ROUND:
            told = [*told[: _LONGEST_ROUND - 2], "…", *told[-2:]]
        way = " → ".join(told)
        return f"{way} ({len(cycle) - 1:,} nodes)" if len(cycle) > _LONGEST_ROUND else way

    @staticmethod
    def _who(node: Node) -> str:
        return f"node {node.name or node.id} ({node.op.name})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Graph)
            and self.output == other.output
            and list(self.nodes) == list(other.nodes)
            and all(node == other.nodes[node.id] for node in self.nodes.values())
        )

    def __hash__(self) -> int:
        return hash((self.output, tuple(self.nodes)))

    def __len__(self) -> int:
        return len(self.nodes)

    def __repr__(self) -> str:
        return f"<Graph of {len(self)} nodes>"

    def __getitem__(self, node: NodeId) -> Node:
        return self.nodes[node]

    @cached_property
    def by_name(self) -> Mapping[str, NodeId]:
        return {node.name: node.id for node in self.nodes.values() if node.name}

    def find(self, name: str) -> NodeId:
        """The node with this name, or with this label.  Raises GraphError, suggesting a close name."""
        if name in self.by_name:
            return self.by_name[name]
        for node, label in self._numbered.items():
            if label == name:
                return node
        raise GraphError(f"there is no node {quoted(name)}{did_you_mean(name, self.by_name)}")

    @cached_property
    def _numbered(self) -> Mapping[NodeId, str]:
        """v1, v2 … for unnamed results, the Wengert list's usual names, in the order in which they were made."""
        labels: dict[NodeId, str] = {}
        number = 0
        for id_ in sorted(self.nodes):
            if not self.nodes[id_].name and not self.nodes[id_].op.is_leaf:
                number += 1
                while f"v{number}" in self.by_name:
                    number += 1
                labels[id_] = f"v{number}"
        return labels

    def label(self, node: NodeId) -> str:
        """What a node is called: its name, the number of a constant that has none, else v1, v2 …"""
        return self.nodes[node].name or self._numbered.get(node) or self._constant_label(self.nodes[node])

    def spoken(self, node: NodeId) -> str:
        """The label as sentences say it: `v₁`, `θ`; a constant's number as it is."""
        return self.in_words(("spoken", node), self._spoken, node)

    def _spoken(self, node: NodeId) -> str:
        label = self.label(node)
        return names.text(label) if label.isidentifier() else label

    def in_words(self, key: Hashable, put: Callable[..., T], *arguments: Any) -> T:
        """`put(*arguments)`, remembered under `key`, for what follows from wires, names and constants alone.

        Graphs that differ only in the values of inputs share this memory, so a slider in motion words nothing anew.
        """
        if key not in self.words:
            self.words[key] = put(*arguments)
        said: T = self.words[key]
        return said

    @staticmethod
    def _constant_label(node: Node) -> str:
        return "a constant" if node.value is None else numerals.brief(node.value, numerals.MANY)

    @cached_property
    def default_output(self) -> NodeId | None:
        """Of the computed nodes that feed no other, the one that depends on most; the last of equals.

        Results with everything wired come before those that wait, so that an operation just added takes nothing
        away.  Without computed nodes, the last node.
        """
        ends = [id_ for id_, node in self.nodes.items() if not node.op.is_leaf and not self.structure.consumers[id_]]
        if not ends:
            return next(reversed(list(self.nodes)), None)
        if len(ends) > 1:
            ends = [end for end in ends if end in self.structure.settled] or ends
            needed = dict(zip(ends, self.structure.dependences(ends), strict=True))
            ends.sort(key=needed.__getitem__)
        return ends[-1]

    @property
    def result(self) -> NodeId | None:
        """The chosen output, or the default one; None in an empty graph."""
        return self.default_output if self.output is None else self.output

    def leaves(self) -> list[Node]:
        """The nodes that hold a value and may change: variables and parameters."""
        return list(self._leaves)

    @cached_property
    def _leaves(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes.values() if node.op.is_leaf and not node.is_constant)

    def with_values(self, values: Mapping[NodeId, Value | None]) -> Graph:
        """The same graph with other numbers in some leaves; shares all that follows from the wires."""
        nodes = dict(self.nodes)
        for node, value in values.items():
            nodes[node] = nodes[node].with_(value=value)
        same_words = not any(nodes[node].is_constant for node in values)
        return self._sharing(nodes, self.output, same_words=same_words)

    def with_inputs(self, values: Mapping[str, Any]) -> Graph:
        """The same graph with numbers or nested lists in the inputs of these names.

        Raises GraphError for a name that is no input, suggesting a close one, and for what is no finite value.
        """
        inputs = [node.name for node in self.leaves()]
        held: dict[NodeId, Value | None] = {}
        for name, quantity in values.items():
            if name not in self.by_name:
                known = f" (inputs: {', '.join(inputs[:8])})" if inputs else ""
                raise GraphError(f"there is no input {name}{did_you_mean(name, inputs) or known}")
            if name not in inputs:
                kind = "a constant" if self.nodes[self.by_name[name]].is_constant else "computed"
                raise GraphError(f"{name} is {kind}, so it cannot be given a value")
            try:
                value = as_value(quantity)
            except GraphError as error:
                raise GraphError(f"{name}: {error}") from None
            if not np.all(np.isfinite(value)):
                raise GraphError(f"{name} = {numerals.brief(value)}: an input is a finite number")
            held[self.by_name[name]] = value
        return self.with_values(held) if held else self

    def with_output(self, output: NodeId | None) -> Graph:
        """The same graph with another output, or with the default one for None."""
        if output is not None and output not in self.nodes:
            raise GraphError(f"there is no node {output} to be the output")
        return self._sharing(dict(self.nodes), output, same_words=True)

    def _sharing(self, nodes: dict[NodeId, Node], output: NodeId | None, *, same_words: bool) -> Graph:
        """A graph with the same wires and names, and with the same constants if `same_words`."""
        graph = Graph.__new__(Graph)
        graph._hold(nodes, output, self.structure)
        if same_words:
            graph.words = self.words
        for name in ("by_name", "_numbered", "default_output"):
            if name in self.__dict__:
                graph.__dict__[name] = self.__dict__[name]
        return graph

    def same_wires(self, other: Graph) -> bool:
        """Whether the nodes, operations, wires and output are the same, so that one plan serves both."""
        return self.result == other.result and (
            self.structure is other.structure
            or (
                self.structure.inputs == other.structure.inputs
                and all(node.op is other.nodes[node.id].op for node in self.nodes.values())
            )
        )
