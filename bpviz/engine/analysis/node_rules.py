"""Which differentiation rule applies at each node of a graph, in general and with the node's own operands put in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ...graph.graph import Graph, NodeId
from ...graph.program import differential_formula, full_formula, operand_formula
from ...graph.shapes import Shape
from ...ops.formula import Applied, Formula, Name, Notation, Verbatim, written
from ...ops.op import Op
from .rules import Pending, Rule, applied, depends_on, variable_name

MOST_IN_PLACE = 6  # operations of an operand that is put into the rule of a node


@dataclass(frozen=True)
class NodeRule:
    """The rule at one node: in general, and with the node's own operands put in.

    `asked` is d/dx of the node in terms of what it is made of, `found` what the rule makes of it; `asked_generally` and
    `found_generally` are the same with letters.  All are formulas in which `Pending` stands for derivatives.
    """

    node: NodeId
    rule: Rule
    asked: Formula
    found: Formula
    asked_generally: Formula
    found_generally: Formula


def node_rules(
    graph: Graph,
    shapes: Mapping[NodeId, Shape],
    variable: NodeId,
    output: NodeId | None = None,
    only: Collection[NodeId] | None = None,
) -> list[NodeRule]:
    """The rule at every node between the variable and the output, or at some of them, in the order of the graph."""
    of = graph.result if output is None else output
    if of is None:
        return []
    between = graph.structure.descendants(variable) & graph.structure.ancestors(of)
    if only is not None:
        between &= set(only)
    order = [id_ for level in graph.structure.levels for id_ in level if id_ in between and id_ != variable]
    return [node_rule(graph, shapes, id_, variable) for id_ in order if None not in graph.nodes[id_].inputs]


def node_rule(graph: Graph, shapes: Mapping[NodeId, Shape], node: NodeId, variable: NodeId) -> NodeRule:
    """The rule at a node that depends on the variable; for whole arrays, what becomes of small changes of them."""
    held, x = graph.nodes[node], variable_name(graph, variable)
    moved = graph.structure.descendants(variable) | {variable}
    sources = [source for source in held.inputs if source is not None]
    moving = [slot for slot, source in enumerate(sources) if source in moved]
    if held.op.structured is not None or any(shapes.get(id_, ()) for id_ in (variable, node, *sources)):
        return _whole(graph, shapes, node, sources, moving)
    names = {x, *(graph.label(id_) for id_ in moved)}
    operands = [_in_place(graph, source) for source in sources]
    letters = _letters(held.op, [source in moved for source in sources], x)
    rule, found = applied(Applied(held.op, tuple(operands)), x, depends_on(names))
    letters_moving = {letter.name for slot, letter in enumerate(letters) if slot in moving}
    _, general = applied(Applied(held.op, tuple(letters)), x, depends_on(letters_moving))
    asked, asked_generally = (Pending(Applied(held.op, tuple(args))) for args in (operands, letters))
    return NodeRule(node, rule, asked, found, asked_generally, general)


def _letters(op: Op, moving: Sequence[bool], x: str) -> list[Name]:
    """u, v, w for what depends on the variable, C for what does not, n for an exponent."""
    functions = (letter for letter in "uvwfgh" if letter != x)
    constants = (letter for letter in ("nmk" if op.name == "pow" and not moving[-1] else "CKLM") if letter != x)
    return [Name(next(functions if moves else constants)) for moves in moving]


def _whole(
    graph: Graph, shapes: Mapping[NodeId, Shape], node: NodeId, sources: Sequence[NodeId], moving: Sequence[int]
) -> NodeRule:
    """The rule for arrays: `d(A · x) = dA · x + A · dx`, in general with letters for matrices, vectors and numbers."""
    op, known = graph.nodes[node].op, [shapes.get(source, ()) for source in sources]
    names = {0: iter("abc"), 1: iter("uvw")}
    matrices = iter("ABC")
    operands = [operand_formula(graph, source) for source in sources]
    letters = [Name(next(names.get(len(shape), matrices), f"A{slot}")) for slot, shape in enumerate(known)]
    sides: list[Formula] = []
    for args in (operands, letters):
        whole = Applied(op, tuple(args))
        text, latex = written(whole, Notation.TEXT), written(whole, Notation.LATEX)
        sides.append(Verbatim(f"d({text})", rf"\mathrm{{d}}\left({latex}\right)"))
        sides.append(differential_formula(op, args, known, moving))
    rule = Rule(f"Differential of {op.title[0].lower()}{op.title[1:]}")
    return NodeRule(node, rule, *sides)


def _in_place(graph: Graph, node: NodeId) -> Formula:
    """An operand by its name, or else by its own formula, down to what has names, if that stays short."""
    if graph.nodes[node].name:
        return operand_formula(graph, node)
    found = full_formula(graph, node, MOST_IN_PLACE)
    return operand_formula(graph, node) if found is None else found
