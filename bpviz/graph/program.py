"""Graph → text that parses to the same graph, and nodes as formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..ops import Op, Operand
from ..ops.chain import times, vjp
from ..ops.formula import (
    Applied,
    Formula,
    Hole,
    Name,
    Notation,
    Number,
    Verbatim,
    formula,
    partial,
    simplified,
    written,
)
from ..ops.op import Quantity, Shape, shape_of
from .graph import Graph, Node, NodeId, same_value
from .naming import KEPT_NAMES, NAMED_CONSTANTS, fresh_name, reads_as_operation

# Python's parser stops at 200 brackets within one another, ours at 10,000 characters in a statement.
MOST_INLINE, DEEPEST_INLINE = 200, 60


def program(graph: Graph, *, values: bool = True, separator: str = "\n") -> str:
    """The graph as a program of the language.

    `values=False` leaves out the numbers of variables and parameters, as the expression bar does, which shows
    them beside.  Unnamed results get their labels (v1 …) as names where they need a statement of their own:
    because they feed several nodes, are the output, or would nest too deeply.  So do constants, as c, c1 …
    """
    statements, inline = _leaves(graph, values)
    sizes: dict[NodeId, tuple[int, int]] = {}  # operations and depth of what stands inline
    last: NodeId | None = None
    for id_ in graph.structure.inputs if _is_ordered(graph) else _ordered(graph):
        node = graph.nodes[id_]
        if node.op.is_leaf:
            continue
        whole = Applied(node.op, tuple(inline[i] if i is not None else Hole() for i in node.inputs))
        parts = [sizes[i] for i in node.inputs if i in sizes]
        size = 1 + sum(part[0] for part in parts), 1 + max((part[1] for part in parts), default=0)
        if _stands_alone(graph, node) or size[0] > MOST_INLINE or size[1] > DEEPEST_INLINE:
            name = Name(graph.label(id_))
            term = whole.args[0] if _is_copy(whole) else whole
            statements.append(f"{name.name} = {written(term, Notation.CODE)}")
            inline[id_], last = name, id_
        else:
            inline[id_], sizes[id_] = whole, size
    if graph.result is not None and graph.result != last:
        statements.append(written(inline[graph.result], Notation.CODE))
    return separator.join(statements)


def _is_ordered(graph: Graph) -> bool:
    """Whether the graph's own order already has every node after its inputs."""
    seen: set[NodeId] = set()
    for id_, inputs in graph.structure.inputs.items():
        if any(source is not None and source not in seen for source in inputs):
            return False
        seen.add(id_)
    return True


def _ordered(graph: Graph) -> list[NodeId]:
    return [id_ for level in graph.structure.levels for id_ in level]


def _is_copy(term: Applied) -> bool:
    """Whether `name = other` means this: not of a number, which makes an input, nor of π or e, which are numbers."""
    source = term.args[0] if term.op.name == "identity" else None
    return isinstance(source, Name) and source.name not in KEPT_NAMES


def _leaves(graph: Graph, values: bool) -> tuple[list[str], dict[NodeId, Formula]]:
    """The statements that leaves need, and how they stand in expressions."""
    statements: list[str] = []
    inline: dict[NodeId, Formula] = {}
    taken = {*graph.by_name, *map(graph.label, graph.nodes)}
    for node in graph.nodes.values():
        if not node.op.is_leaf:
            continue
        uses, kind = len(graph.structure.consumers[node.id]), node.op.name
        literal = formula(node.value) if node.value is not None else Applied(node.op, ())
        spelled = "" if node.value is None else written(literal, Notation.CODE)
        name = node.name
        if not name and uses + (node.id == graph.result) > 1:
            name = fresh_name(taken, ["c"])
            taken.add(name)
        inline[node.id] = Name(name) if name else literal
        if not name or _is_kept_constant(node):
            if not uses and node.id != graph.result:
                statements.append(written(inline[node.id], Notation.CODE))
        elif node.is_constant or (values and kind == "parameter"):
            statements.append(f"{name} = {kind}({spelled})")
        elif values and spelled:
            statements.append(f"{name} = {spelled}")
        elif not uses or name in KEPT_NAMES or reads_as_operation(name):
            statements.append(f"{name} = {kind}()")
    return statements, inline


def _is_kept_constant(node: Node) -> bool:
    return node.is_constant and node.name in NAMED_CONSTANTS and same_value(node.value, NAMED_CONSTANTS[node.name])


def _stands_alone(graph: Graph, node: Node) -> bool:
    """Whether a computed node has a statement of its own, instead of standing inside another's expression."""
    return bool(node.name) or len(graph.structure.consumers[node.id]) != 1 or node.id == graph.result


def leaf_formula(graph: Graph, node: Node) -> Formula:
    """A leaf as it stands in an expression: by name, or as its number."""
    if node.name:
        return Name(node.name)
    return formula(node.value) if node.value is not None else Name(graph.label(node.id))


def operand_formula(graph: Graph, node: NodeId | None) -> Formula:
    """How a node is spoken of in the formula of another: constants by their number, all else by label."""
    if node is None:
        return Hole()
    held = graph.nodes[node]
    if held.is_constant and not held.name and isinstance(held.value, float):
        return Number(held.value)
    return Name(graph.label(node))


def node_formula(graph: Graph, node: NodeId) -> Formula:
    """A node in terms of its direct inputs: `x + y`."""
    held = graph.nodes[node]
    if held.op.is_leaf:
        return leaf_formula(graph, held)
    return Applied(held.op, tuple(operand_formula(graph, source) for source in held.inputs))


def local_derivative(graph: Graph, node: NodeId, slot: int) -> Formula:
    """∂node/∂(input in `slot`) in terms of the node's direct inputs."""
    held = graph.nodes[node]
    return partial(held.op, slot, [operand_formula(graph, source) for source in held.inputs])


def sent_formula(graph: Graph, node: NodeId, slot: int, upstream: str, shape_at: Callable[[NodeId], Shape]) -> Formula:
    """What `node` sends back to its input in `slot`, in terms of its direct inputs and of the gradient `upstream` of
    its own: `G · Bᵀ`.  `shape_at` knows the shapes of the node and its inputs."""
    held = graph.nodes[node]
    inputs = [_Shaped(operand_formula(graph, source), shape_at(source)) for source in held.inputs if source is not None]
    g, out = _Shaped(Name(upstream), shape_at(node)), _Shaped(Name(graph.label(node)), shape_at(node))
    sent = vjp(held.op, slot, g, inputs, out)
    return sent.formula if isinstance(sent, _Shaped) else formula(sent)


def differential_formula(
    op: Op, operands: Sequence[Formula], shapes: Sequence[Shape], moving: Sequence[int]
) -> Formula:
    """d(op(…)) in terms of its operands and of dA for each of those in the slots that move: `dA @ B + A @ dB`.

    What whole arrays obey in place of a derivative (Magnus and Neudecker, Matrix Differential Calculus, 1988); it is
    the rule by which tangents are pushed forward.  A slot without a derivative gives 0.
    """
    inputs = [_Shaped(operand, shape) for operand, shape in zip(operands, shapes, strict=True)]
    out = _Shaped(Applied(op, tuple(operands)), op.result_shape(*shapes))
    total: Quantity = Number(0.0)
    for slot in moving:
        if not op.has_derivative(slot):
            continue
        text, latex = written(operands[slot], Notation.TEXT), written(operands[slot], Notation.LATEX)
        moved = _Shaped(Verbatim(f"d{text}", rf"\mathrm{{d}}{latex}"), shapes[slot])
        if op.structured is None:
            share = times(moved, op.partials[slot].shown(*inputs, out))
        else:
            rule = op.structured.jvps[slot]
            assert rule is not None
            share = rule(moved, *inputs, out)
        total = total + (share.formula if isinstance(share, _Shaped) else formula(share))
    return formula(total)


# What only arranges or copies numbers would hide in its brackets what a person wants to see: G · Bᵀ.
_SAME_NUMBERS = frozenset({"reshape", "expand", "squeeze", "unsqueeze"})


@dataclass(frozen=True)
class _Shaped(Operand):
    """A formula of known shape, as the rules of structured operations need it."""

    formula: Formula
    known: Shape

    @property
    def shape(self) -> Shape:
        return self.known

    def apply(self, op: Op, args: Sequence[Quantity]) -> _Shaped:
        formulas = tuple(arg.formula if isinstance(arg, _Shaped) else formula(arg) for arg in args)
        if op.name in _SAME_NUMBERS:
            return _Shaped(formulas[0], op.result_shape(*map(shape_of, args)))
        return _Shaped(simplified(op, formulas), op.result_shape(*map(shape_of, args)))


def full_formula(graph: Graph, node: NodeId, most: int = 200) -> Formula | None:
    """A node in terms of leaves alone, or None if that takes more than `most` operations."""
    formulas: dict[NodeId, Formula] = {}
    sizes: dict[NodeId, int] = {}
    needed = graph.structure.ancestors(node)
    for id_ in _ordered(graph):
        if id_ not in needed:
            continue
        held = graph.nodes[id_]
        if held.op.is_leaf:
            formulas[id_], sizes[id_] = leaf_formula(graph, held), 0
            continue
        sizes[id_] = 1 + sum(sizes[source] for source in held.inputs if source is not None)
        if sizes[id_] > most:
            return None
        formulas[id_] = Applied(held.op, tuple(formulas[i] if i is not None else Hole() for i in held.inputs))
    return formulas[node]
