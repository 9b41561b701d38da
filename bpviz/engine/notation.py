"""How derivatives are written, so that one sign never stands for two things.

The local derivative of n by its input q is ∂n/∂q, and so is a gradient, where n is the output.  As a rule they are the
same number.  Where they are not, or where q enters n twice, the local derivative is written by the place of the input,
as the textbooks do (Spivak and Lang write D₁f): ∂₁f is the derivative of f by its first input alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..graph.graph import Graph, NodeId
from ..ops import names, numerals
from ..ops.formula import Applied, Formula, Name, latex_number

if TYPE_CHECKING:
    from .sweeps import Sweep

ASIDE = re.compile(r" \(∂[₀-₉]+: [^)]*\)")  # as `aside` writes it, for those who leave it out
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def is_by_place(graph: Graph, sweep: Sweep | None, node: NodeId, slot: int) -> bool:
    """Whether ∂node/∂(input in `slot`) could be read as something else than this local derivative.

    That is so if the input enters the node at several slots, and where the sweep ends in a derivative of that name to
    which other wires contribute, too: back from the output, or ahead to what takes in the seed.
    """
    inputs = graph.nodes[node].inputs
    source = inputs[slot]
    if source is None or inputs.count(source) > 1:
        return source is not None
    if sweep is None:
        return False
    begins, ends = (node, source) if sweep.is_backward else (source, node)
    row_of = sweep.plan.row_of
    return row_of.get(begins) == sweep.seed and ends in row_of and len(sweep.into(row_of[ends])) > 1


def local_sign(graph: Graph, sweep: Sweep | None, node: NodeId, slot: int) -> str:
    """A local derivative in a line of text: `∂f/∂q`, or `∂₁f`."""
    source = graph.nodes[node].inputs[slot]
    if source is None or is_by_place(graph, sweep, node, slot):
        return f"{_place(slot)}{graph.spoken(node)}"
    return f"∂{graph.spoken(node)}/∂{graph.spoken(source)}"


def local_latex(graph: Graph, sweep: Sweep | None, node: NodeId, slot: int, longest_name: int | None = None) -> str:
    r"""The same as LaTeX: `\frac{{\partial}f}{{\partial}q}`, or `{\partial}_{1}f`.  Longer names are cut."""
    source = graph.nodes[node].inputs[slot]
    if source is None or is_by_place(graph, sweep, node, slot):
        return rf"{{\partial}}_{{{slot + 1}}}{cut_label(graph, node, longest_name)}"
    return fraction(graph, node, source, longest_name)


def aside(graph: Graph, sweep: Sweep | None, node: NodeId, slot: int) -> str:
    """What the sign of a local derivative means, where it has to be said: ` (∂₁: by its first input alone)`."""
    return f" ({_place(slot)}: {by_place(slot)})" if is_by_place(graph, sweep, node, slot) else ""


def meaning(graph: Graph, node: NodeId, slot: int) -> str:
    """`∂₁f: the derivative of f by its first input alone.`"""
    return f"{_place(slot)}{graph.spoken(node)}: the derivative of {graph.spoken(node)} {by_place(slot)}."


def by_place(slot: int) -> str:
    """`by its first input alone`."""
    return f"by its {ordinal(slot + 1)} input alone"


def ordinal(number: int) -> str:
    """`first`; from the eleventh on in digits: `21st`."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    endings = {1: "st", 2: "nd", 3: "rd"} if number % 100 not in (11, 12, 13) else {}
    return f"{number}{endings.get(number % 10, 'th')}"


def _place(slot: int) -> str:
    """`∂₁`."""
    return f"∂{names.subscript(slot + 1)}"


# Names and derivatives as LaTeX


def fraction(graph: Graph, top: NodeId, bottom: NodeId, longest_name: int | None = None) -> str:
    r"""`\frac{{\partial}f}{{\partial}x}`; the braces keep ∂ close to its letter.  Longer names are cut."""
    one, other = (cut_label(graph, node, longest_name) for node in (top, bottom))
    return rf"\frac{{{{\partial}}{one}}}{{{{\partial}}{other}}}"


def label_latex(graph: Graph, node: NodeId) -> str:
    """A node's name or label as LaTeX."""
    held = graph.nodes[node]
    if held.op.is_leaf and not held.name:
        return r"\square" if held.value is None else latex_number(numerals.brief(held.value))
    return names.latex(graph.label(node))


def cut_label(graph: Graph, node: NodeId, longest: int | None) -> str:
    """A node's name or label as LaTeX, cut where it is longer."""
    label = graph.label(node)
    is_short = longest is None or len(label) <= longest or graph.nodes[node].is_constant
    return label_latex(graph, node) if is_short else names.latex(cut(label, longest))


def with_cut_names(term: Formula, longest: int | None) -> Formula:
    """A formula in which longer names are cut."""
    if longest is None or not isinstance(term, Applied | Name):
        return term
    if isinstance(term, Name):
        return Name(cut(term.name, longest))
    return Applied(term.op, tuple(with_cut_names(arg, longest) for arg in term.args))


def cut(label: str, longest: int | None) -> str:
    """A long name without its middle, since names that begin alike differ at the end: `hidden…out_2`."""
    if longest is None or len(label) <= longest:
        return label
    end = (longest - 1) // 2
    return f"{label[: longest - 1 - end].rstrip('_')}…{label[len(label) - end :].lstrip('_')}"
