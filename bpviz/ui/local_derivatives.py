"""The derivatives of a node by its own inputs: formula and number, or what goes back through a whole array."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout

from ..engine.explain import back_formula, jacobian_in_words
from ..engine.terms import LONGEST_NAME, fraction
from ..engine.trace import Trace
from ..graph.graph import NodeId
from ..graph.program import local_derivative
from ..ops import numerals
from ..ops.formula import Notation, written
from .formula import FormulaLabel
from .panel import Panel
from .slices import Pieces

_LONGEST_FORMULA = 56  # characters


def show_local_derivatives(panel: Panel, trace: Trace, node: NodeId, step: int) -> Pieces:
    """A row for every input, piece by piece; numbers when the node has its value, after `step` events."""
    graph, held = trace.graph, trace.graph.nodes[node]
    slots = [(slot, source) for slot, source in enumerate(held.inputs) if source is not None]
    slots = [(slot, source) for slot, source in slots if not graph.nodes[source].is_constant]
    if held.op.structured is not None:
        slots = [(slot, source) for slot, source in slots if trace.wire(node, slot) is not None]
    if not slots:
        return
    panel.heading("Local derivatives")
    if held.op.structured is not None:
        yield from _through_a_whole(panel, trace, node, slots)
        return
    for slot, source in slots:
        formula = local_derivative(graph, node, slot)
        latex = f"{fraction(graph, node, source, LONGEST_NAME)} = {written(formula, Notation.LATEX)}"
        line = QHBoxLayout()
        line.addWidget(FormulaLabel(latex, panel.theme["ink"], pixels=17, plain=str(formula)), 1)
        wire = trace.wire(node, slot)
        if wire is not None and trace.frame(step).value(node) is not None:
            number = numerals.brief(trace.local(wire), 7)
            if number != str(formula):
                line.addWidget(panel.figure(number, "ink"))
        panel.column.addLayout(line)
        yield


def _through_a_whole(panel: Panel, trace: Trace, node: NodeId, slots: Sequence[tuple[int, NodeId]]) -> Pieces:
    """What goes back through an operation on whole arrays, and the sizes of its Jacobians."""
    graph = trace.graph
    upstream, _ = back_formula(trace, node, slots[0][0])
    if any(upstream in str(back_formula(trace, node, slot)[1]) for slot, _ in slots):
        panel.remark(f"{upstream} is the gradient of {graph.spoken(node)}.")
    for slot, source in slots:
        _, sent = back_formula(trace, node, slot)
        formula = written(sent, Notation.LATEX)
        if is_long := len(str(sent)) > _LONGEST_FORMULA:  # set in the width of the panel, nobody could read it
            formula = rf"{upstream} \cdot {fraction(graph, node, source, LONGEST_NAME)}"
        end = graph.result if graph.result is not None else node
        latex = rf"{fraction(graph, end, source, LONGEST_NAME)} \leftarrow {formula}"
        label = FormulaLabel(latex, panel.theme["ink"], pixels=17, plain=str(sent))
        label.setToolTip(str(sent) if is_long else "")
        panel.add(label)
        panel.remark(jacobian_in_words(trace, node, source))
        yield
