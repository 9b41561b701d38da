"""What a node is: its name, what it is in terms of the inputs, what it does, and what can be set of it."""

from __future__ import annotations

from collections.abc import Generator

from ..engine.notation import cut_label, label_latex
from ..graph.graph import Graph, NodeId
from ..graph.program import full_formula, node_formula
from ..ops.formula import Notation, written
from .formula import FormulaLabel, is_known, prepared
from .panel import Panel

_NAME, _WHOLE = 24.0, 16.0  # pixels, of the name and of the formula in terms of the inputs
_MOST_OPERATIONS = 24  # of a formula in terms of the inputs
_LONGEST_NAME, _LONGEST_FORMULA = 20, 64  # characters


def show_header(panel: Panel, graph: Graph, node: NodeId, *, is_hurried: bool = False) -> Generator[None, None, bool]:
    """The first lines about a node, piece by piece; returns whether that is all.  In a hurry, a long formula that was
    not set before is left out."""
    held, theme = graph.nodes[node], panel.theme
    label = cut_label(graph, node, _LONGEST_NAME)
    yield from prepared(label, _NAME)
    name = FormulaLabel(label, theme["ink"], pixels=_NAME, plain=graph.spoken(node))
    name.setToolTip(graph.spoken(node))
    panel.add(name)
    yield
    whole = None if held.op.is_leaf else full_formula(graph, node, most=_MOST_OPERATIONS)
    is_all = True
    if whole is not None and str(whole) != str(node_formula(graph, node)) and len(str(whole)) <= _LONGEST_FORMULA:
        latex = f"{label_latex(graph, node)} = {written(whole, Notation.LATEX)}"
        is_all = not is_hurried or is_known(latex, _WHOLE)
        if is_all:
            yield from prepared(latex, _WHOLE)
            panel.add(FormulaLabel(latex, theme["muted"], pixels=_WHOLE, plain=str(whole)))
            yield
    kind = {"variable": "An input", "parameter": "A parameter", "constant": "A constant"}.get(held.op.name)
    panel.remark(kind or held.op.title, held.op.summary)
    return is_all
