"""A graph that grows as operations are recorded, and simplifies as it grows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..graph.graph import Graph, Node, NodeId, Value
from ..ops import OPS, Op, Operand
from ..ops.formula import folded
from ..ops.op import Quantity, Shape
from ..ops.shaping import expand


@dataclass(frozen=True, eq=False)
class Term(Operand):
    """A node of a growing graph, or a number that has no node yet.

    `number` is the number that all its entries are, where that is known; `node` is None for a bare one.
    """

    grower: Grower
    known: Shape
    node: NodeId | None
    number: float | None = None

    @property
    def shape(self) -> Shape:
        return self.known

    def apply(self, op: Op, args: Sequence[Quantity]) -> Operand:
        return self.grower.applied(op, [self.grower.term(arg) for arg in args])

    def same(self, other: Term) -> bool:
        if self.node is None or other.node is None:
            return self.number is not None and self.number == other.number and self.known == other.known
        return self.node == other.node


class Grower:
    """Nodes recorded one after the other: equal subexpressions share a node, ×1 and +0 leave none."""

    def __init__(self, graph: Graph, shapes: Callable[[NodeId], Shape]) -> None:
        """Begins with the nodes of `graph`, whose shapes are known."""
        self.nodes: dict[NodeId, Node] = dict(graph.nodes)
        self._next = max(self.nodes, default=0) + 1
        self._made: dict[Any, Term] = {}
        self._terms: dict[NodeId, Term] = {}
        for level in graph.structure.levels:
            for id_ in level:
                self._take_over(graph.nodes[id_], shapes(id_))

    def _take_over(self, node: Node, shape: Shape) -> None:
        """A node of the graph that was there; one that computes what another does, and has no name, is that other."""
        number = node.value if node.is_constant and not node.name and isinstance(node.value, float) else None
        inputs = tuple(None if source is None else self.placed(self._terms[source]) for source in node.inputs)
        key = (node.op, inputs) if inputs else number
        if key in self._made and not node.name:
            self._terms[node.id] = self._made[key]
            return
        if inputs != node.inputs:
            self.nodes[node.id] = node.with_(inputs=inputs)
        self._terms[node.id] = Term(self, shape, node.id, number)
        if key is not None and None not in inputs:
            self._made.setdefault(key, self._terms[node.id])

    def of(self, node: NodeId) -> Term:
        return self._terms[node]

    def term(self, quantity: Quantity) -> Term:
        """A term as it is, a number or an array as one."""
        if isinstance(quantity, Term):
            return quantity
        if np.ndim(quantity) == 0:
            number = float(quantity)
            return self._made.get(number) or Term(self, (), None, number)
        array = np.array(quantity, dtype=np.float64)
        array.flags.writeable = False
        return self._added(OPS["constant"], (), array.shape, array)

    def placed(self, term: Term) -> NodeId:
        """The node of a term; a bare number gets one."""
        if term.node is not None:
            return term.node
        assert term.number is not None
        if term.number not in self._made:
            self._made[term.number] = self._added(OPS["constant"], (), (), term.number)
        node = self._made[term.number].node
        assert node is not None
        return node

    def applied(self, op: Op, args: list[Term]) -> Term:
        """`op(*args)`, simplified."""
        shape = op.result_shape(*(arg.known for arg in args))
        if (simpler := _simpler(op, args, shape)) is not None:
            return simpler
        inputs = tuple(self.placed(arg) for arg in args)
        if (op, inputs) not in self._made:
            number = args[0].number if op.name in ("expand", "reshape") else None
            self._made[op, inputs] = self._added(op, inputs, shape, None, number)
        return self._made[op, inputs]

    def copied(self, node: NodeId) -> NodeId:
        """A new node that is a copy of another."""
        copy = self._added(OPS["identity"], (node,), self._terms[node].known, None).node
        assert copy is not None
        return copy

    def _added(
        self, op: Op, inputs: tuple[NodeId, ...], shape: Shape, value: Value | None, number: float | None = None
    ) -> Term:
        id_, self._next = self._next, self._next + 1
        self.nodes[id_] = Node(id_, op, inputs, value)
        number = value if isinstance(value, float) else number
        self._terms[id_] = Term(self, shape, id_, number)
        return self._terms[id_]


def _simpler(op: Op, args: list[Term], shape: Shape) -> Term | None:
    """What `op(*args)` is without a node of its own, as far as a person would see that at once."""
    grower, numbers = args[0].grower, [arg.number for arg in args]
    if (number := folded(op, numbers)) is not None:
        return _uniform(grower, number, shape)
    x, y = args[0], args[-1]
    m, n = numbers[0], numbers[-1]
    inner = grower.nodes[x.node] if x.node is not None else None
    match op.name:
        case "add":
            found = y if m == 0 else x if n == 0 else None
            if found is None and (negated := _negated(y)) is not None:
                found = x - negated
            elif found is None and x.same(y):
                found = 2.0 * x
        case "sub":
            found = x if n == 0 else -y if m == 0 else None
            if found is None and (negated := _negated(y)) is not None:
                found = x + negated
            elif found is None and x.same(y):
                found = _uniform(grower, 0.0, shape)
        case "mul":
            found = _product(grower, x, y, shape)
        case "div":
            found = x if n == 1 else -x if n == -1 else _uniform(grower, 0.0, shape) if m == 0 else None
        case "pow" | "power_slope":
            found = _power(op, x, n, shape)
        case "neg":
            found = _negated(x)
        case "transpose":
            is_twice = inner is not None and inner.op is op and op.attributes["axes"] is None
            found = grower.of(inner.inputs[0]) if is_twice and inner and inner.inputs[0] is not None else None
        case "reshape" | "expand":
            is_twice = inner is not None and inner.op.name == op.name
            source = inner.inputs[0] if is_twice and inner else None
            found = x if x.known == shape else op(grower.of(source)) if source is not None else None
        case _:
            found = None
    return found if found is None or found.known == shape else expand(found, shape)


def _uniform(grower: Grower, number: float, shape: Shape) -> Term:
    """A number in every entry of a shape."""
    return expand(grower.term(number), shape)  # type: ignore[no-any-return]


def _negated(term: Term) -> Term | None:
    """−term, where that is simpler."""
    if term.number is not None and term.number <= 0:
        return _uniform(term.grower, -term.number + 0.0, term.known)
    node = term.grower.nodes[term.node] if term.node is not None else None
    source = node.inputs[0] if node is not None and node.op.name == "neg" else None
    return None if source is None else term.grower.of(source)


def _product(grower: Grower, x: Term, y: Term, shape: Shape) -> Term | None:
    m, n = x.number, y.number
    if m == 0 or n == 0:
        return _uniform(grower, 0.0, shape)
    if m == 1 or n == 1:
        return y if m == 1 else x
    if m == -1 or n == -1:
        return -(y if m == -1 else x)  # type: ignore[no-any-return]
    if n is not None and m is None:
        return y * x  # type: ignore[no-any-return]  # the number comes first: 2 · x
    for one, other in ((x, y), (y, x)):
        node = grower.nodes[one.node] if one.node is not None else None
        if node is not None and node.op.name == "neg" and node.inputs[0] is not None:
            return -(grower.of(node.inputs[0]) * other)  # type: ignore[no-any-return]
    inner = grower.nodes[y.node] if y.node is not None else None
    if m is not None and not x.known and inner is not None and inner.op.name == "mul":
        left, right = (grower.of(source) for source in inner.inputs if source is not None)
        if not left.known and (factor := folded(inner.op, [m, left.number])) is not None:
            return factor * right  # type: ignore[no-any-return]  # 2 · (3 · x) is 6 · x
    return None


def _power(op: Op, x: Term, exponent: float | None, shape: Shape) -> Term | None:
    """x⁰, x¹, and the slope of a power whose exponent is known: n · xⁿ⁻¹."""
    if exponent is None:
        return None
    if op.name == "power_slope":
        return _uniform(x.grower, 0.0, shape) if exponent == 0 else exponent * x ** (exponent - 1.0)
    return _uniform(x.grower, 1.0, shape) if exponent == 0 else x if exponent == 1 else None
