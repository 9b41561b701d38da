"""How a value is computed, line by line: in symbols, with the numbers of the inputs, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Formatter
from types import MappingProxyType
from typing import TypeAlias

from ..graph.graph import Graph, NodeId, Value
from ..graph.program import operand_formula
from ..ops import OPS, Op, numerals
from ..ops.formula import Applied, Formula, Name, Notation, Number, written
from ..ops.op import NEGATION_IN_PRINT
from .notation import cut_label, with_cut_names
from .terms import (
    BOX,
    LONGEST_NAME,
    Derivation,
    Line,
    Piece,
    State,
    conventions,
    in_line,
    in_parentheses,
)
from .trace import Trace


def computation(
    trace: Trace, node: NodeId, step: int, *, is_under_way: bool = False, longest_name: int | None = LONGEST_NAME
) -> Derivation:
    """`q = x + y`, `= −2 + 5`, `= 3`: a value from its inputs, after `step` events, of which the next may be under way.

    What has not happened yet is an empty box.  Longer names are cut.
    """
    graph, frame = trace.graph, trace.frame(step)
    position, value = trace.computed_position(node), frame.value(node)
    is_acting = position is not None and position == (step if is_under_way else step - 1)
    state = State.COMING if value is None else State.ADDED
    result = Piece(
        (BOX if value is None else in_line(value, trace.style) or "",),
        "" if value is None else trace.style.brief(value),
        (),
        state,
        is_acting,
    )
    left, inputs = cut_label(graph, node, longest_name), graph.nodes[node].inputs
    if graph.nodes[node].op.is_leaf:
        return Derivation(node, (Line((result,), left),))
    lines = [
        Line(_applied(graph, node, _operands(graph, inputs, longest_name), [state] * len(inputs), is_acting), left)
    ]
    values = [None if source is None else frame.value(source) for source in inputs]
    states = [State.COMING if known is None else State.READY if value is None else State.ADDED for known in values]
    if all(known is None or in_line(known, trace.style) is not None for known in values):
        signs = _signs(graph.nodes[node].op, values, trace.style)
        lines.append(Line(_applied(graph, node, [Name(sign) for sign in signs], states, is_acting, signs)))
    lines.append(Line((result,)))
    told = dict.fromkeys(line.latex for line in lines)
    lines = [next(line for line in lines if line.latex == latex) for latex in told if latex]
    return Derivation(node, tuple(lines), () if value is None else tuple(conventions(trace, [node])))


_FIRST_SIGN = 0xE000  # of those that stand for numbers while a formula is written: letters that no alphabet has
_PRODUCT = OPS["mul"].latex.precedence
_Signs: TypeAlias = Mapping[str, tuple[str, str]]
_SPLITS = frozenset({"", "+", "-", r"\cdot", r"\,", r"\otimes"})  # signs between operands that stand side by side


def _operands(graph: Graph, inputs: Sequence[NodeId | None], longest_name: int | None) -> list[Formula]:
    operands = [operand_formula(graph, source) for source in inputs]
    return [with_cut_names(held, longest_name) for held in operands]


def _applied(
    graph: Graph,
    node: NodeId,
    args: Sequence[Formula],
    states: Sequence[State],
    is_acting: bool,
    signs: _Signs = MappingProxyType({}),
) -> tuple[Piece, ...]:
    """A node's operation applied to `args`: every input a piece of its own where they stand side by side."""
    op, inputs = graph.nodes[node].op, graph.nodes[node].inputs
    parts = [(literal.strip(), field) for literal, field, _, _ in Formatter().parse(op.latex.template)]
    is_close = op.name == "mul" and isinstance(args[0], Number) and isinstance(args[1], Name) and not signs  # 2x
    if is_close or any(literal not in _SPLITS or field is None for literal, field in parts):
        whole = Applied(op, tuple(args))
        wires = tuple((node, slot) for slot, source in enumerate(inputs) if source is not None)
        state = State.COMING if State.COMING in states else states[0] if states else State.ADDED
        return (Piece((_latex(whole, signs),), _words(whole, signs), wires, state, is_acting),)
    pieces = []
    for literal, field in parts:
        slot = int(field or 0)
        literal = r"\times" if signs and op.name == "mul" and literal == r"\cdot" else literal
        latex = _latex(args[slot], signs)
        if isinstance(args[slot], Number) and latex.startswith("-") and _need(op, slot) > NEGATION_IN_PRINT:
            latex = in_parentheses(latex)
        wires = ((node, slot),) if inputs[slot] is not None else ()
        pieces.append(Piece((latex,), _words(args[slot], signs), wires, states[slot], is_acting, literal))
    return tuple(pieces)


def _signs(op: Op, values: Sequence[Value | None], style: numerals.Style) -> _Signs:
    """A sign for every input, and the number for which it stands, as LaTeX and in words, in brackets if need be."""
    found = {}
    for slot, value in enumerate(values):
        latex, words = (BOX, "▢") if value is None else (in_line(value, style) or "", style.brief(value))
        need = min(_need(op, slot), _PRODUCT) if op.name == "mul" else _need(op, slot)  # 2 × 3·10⁸
        is_product = isinstance(value, float) and (r"\cdot" in latex or r"\frac" in latex)  # 3 · 10⁻⁷
        if (latex.startswith("-") and need > NEGATION_IN_PRINT) or (is_product and need > _PRODUCT):
            latex, words = in_parentheses(latex), f"({words})"
        found[chr(_FIRST_SIGN + slot)] = latex, words
    return found


def _need(op: Op, slot: int) -> int:
    """The precedence below which an input stands in brackets."""
    return op.latex.slots[slot] if slot < len(op.latex.slots) else 0


def _latex(term: Formula, signs: _Signs) -> str:
    latex = written(term, Notation.LATEX, numerals.FEW)
    for sign, (number, _) in signs.items():
        latex = latex.replace(sign, number)
    return latex


def _words(term: Formula, signs: _Signs) -> str:
    words = written(term, Notation.TEXT, numerals.FEW)
    for sign, (_, number) in signs.items():
        words = words.replace(sign, number)
    return words
