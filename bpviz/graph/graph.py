"""The computation graph: immutable nodes, and what follows from how they are wired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from ..ops import Op, names, numerals
from .change import Change, difference, edit
from .naming import did_you_mean, quoted
from .soundness import is_still_sound, require_sound
from .structure import GraphError, NodeId, Structure

if TYPE_CHECKING:
    from .shapes import Shapes

__all__ = ["Graph", "GraphError", "Node", "NodeId", "Structure", "Value", "as_value", "same_value"]

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


def shape_of(value: Value | None) -> tuple[int, ...] | None:
    """The shape of a value; None where there is none."""
    return value if value is None else () if isinstance(value, float) else value.shape


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

    __slots__ = ("__dict__", "__weakref__", "_nodes", "follows", "nodes", "output", "shapes", "structure", "words")

    _nodes: dict[NodeId, Node]
    nodes: Mapping[NodeId, Node]
    output: NodeId | None
    structure: Structure
    words: dict[Hashable, Any]
    follows: tuple[ref[Graph], Change[NodeId]] | None  # from which graph it was made, by which change
    shapes: Shapes | None  # of all values, if they have been inferred

    def __init__(self, nodes: Iterable[Node] = (), output: NodeId | None = None, before: Graph | None = None) -> None:
        """What follows from nodes that are as in the graph `before` is taken over from it.

        Raises GraphError for a wire to nowhere, a wrong number of inputs, a bad or double name, cycles.
        """
        nodes = list(nodes)
        by_id = {node.id: node for node in nodes}
        if len(by_id) < len(nodes):
            twice = next(id_ for id_, times in Counter(node.id for node in nodes).items() if times > 1)
            raise GraphError(f"two nodes have the id {twice}")
        if before is not None and (change := difference(before._nodes, by_id)).is_few():
            self._follow(before, change, by_id, output)
        else:
            self._hold(by_id, output, Structure({node.id: node.inputs for node in nodes}))
            require_sound(self)

    def edited(self, come: Iterable[Node] = (), gone: Set[NodeId] = frozenset()) -> Graph:
        """The same graph with other nodes in the places of some, or new ones at the end, and without those that are
        `gone`; an output that is gone gives way to the default.

        Raises GraphError as for a graph that is made from nothing.
        """
        others = {node.id: node for node in come}
        change = edit(self._nodes, others, gone)
        nodes, output = change.patched(self._nodes, others), None if self.output in gone else self.output
        if not change.is_few():
            return Graph(nodes.values(), output)
        graph = Graph.__new__(Graph)
        graph._follow(self, change, nodes, output)
        return graph

    def _follow(self, before: Graph, change: Change[NodeId], nodes: dict[NodeId, Node], output: NodeId | None) -> None:
        """What follows from nodes that are as in the graph before is taken over from it."""
        inputs = {node: nodes[node].inputs for node in (change.others if change.keeps_order else nodes)}
        if change.keeps_order:
            inputs = change.patched(before.structure.inputs, inputs)
        self._hold(nodes, output, before.structure.rewired(inputs, change))
        self.follows = ref(before), change
        if change.keeps_order and all(
            before._nodes[node].name == nodes[node].name for node in change.others if node in before._nodes
        ):
            gone = {before._nodes[node].name for node in change.gone}
            held = before.by_name
            names = {name: node for name, node in held.items() if name not in gone} if gone else {**held}
            names.update((name, node) for node in change.others if (name := nodes[node].name))
            self.__dict__["by_name"] = names
        if not is_still_sound(self, before, change):
            require_sound(self)

    def _hold(self, nodes: dict[NodeId, Node], output: NodeId | None, structure: Structure) -> None:
        self._nodes, self.nodes, self.output, self.structure = nodes, MappingProxyType(nodes), output, structure
        self.words, self.follows, self.shapes = {}, None, None

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
        for node, number in self._numbered.items():
            if f"v{number}" == name:
                return node
        raise GraphError(f"there is no node {quoted(name)}{did_you_mean(name, self.by_name)}")

    @cached_property
    def _numbered(self) -> Mapping[NodeId, int]:
        """1, 2 … for unnamed results, in the order in which they were made: v1, v2 … are the Wengert list's usual
        names."""
        nodes = self._nodes
        named = (name for name in self.by_name if name[0] == "v" and name[1:].isdecimal())
        taken = {number for name in named if name == f"v{(number := int(name[1:]))}"}
        unnamed = [id_ for id_ in sorted(nodes) if not nodes[id_].name and nodes[id_].op.arity]
        return dict(zip(unnamed, (number for number in count(1) if number not in taken), strict=False))

    def label(self, node: NodeId) -> str:
        """What a node is called: its name, the number of a constant that has none, else v1, v2 …"""
        held = self.nodes[node]
        return held.name or (f"v{self._numbered[node]}" if node in self._numbered else self._constant_label(held))

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
        unused = [id_ for id_, fed in self.structure.consumers.items() if not fed]
        ends = [id_ for id_ in unused if not self.nodes[id_].op.is_leaf]
        if not ends:
            return next(reversed(list(self.nodes)), None)
        if len(ends) > 1:
            ends = [end for end in ends if end not in self.structure.unsettled] or ends
        if len(ends) > 1:
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
        nodes = {**self._nodes}
        for node, value in values.items():
            nodes[node] = nodes[node].with_(value=value)
        same_words = not any(nodes[node].is_constant for node in values)
        graph = self._sharing(nodes, self.output, same_words=same_words)
        if all(shape_of(nodes[node].value) == shape_of(self.nodes[node].value) for node in values):
            graph.shapes = self.shapes if same_words or self.shapes is None or not self.shapes.misfits else None
        return graph

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
        graph = self._sharing({**self._nodes}, output, same_words=True)
        graph.shapes = self.shapes
        return graph

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
