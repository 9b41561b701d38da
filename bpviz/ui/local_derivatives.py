"""The derivatives of a node by its own inputs: formula and number, or what goes back through a whole array."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout

from ..engine.arrays import back_formula, jacobian_in_words
from ..engine.notation import fraction, is_by_place, local_latex, meaning, with_cut_names
from ..engine.terms import LONGEST_NAME
from ..engine.trace import Trace
from ..graph.graph import NodeId
from ..graph.program import local_derivative
from ..ops import numerals
from ..ops.formula import Notation, written
from .formula import FormulaLabel, prepared
from .panel import Panel
from .slices import Pieces
from .typesetting import PIXELS

_LONGEST_FORMULA = 56  # characters
_LONGEST_LINE = 24  # of a formula beside its number


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
    for slot, _ in slots:
        formula = local_derivative(graph, node, slot)
        sign = local_latex(graph, trace.sweep, node, slot, LONGEST_NAME)
        is_long = len(str(formula)) > _LONGEST_LINE  # set in the width of the panel, nobody could read it
        told = with_cut_names(formula, LONGEST_NAME if is_long else None)
        latex = f"{sign} = {written(told, Notation.LATEX)}"
        yield from prepared(latex, PIXELS)
        line = QHBoxLayout()
        line.addWidget(FormulaLabel(latex, panel.theme["ink"], pixels=PIXELS, plain=str(formula)), 1)
        wire = trace.wire(node, slot)
        if wire is not None and trace.frame(step).value(node) is not None:
            number = numerals.brief(trace.local(wire), 7)
            if number != str(formula):
                line.addWidget(panel.figure(number, "ink"))
        panel.column.addLayout(line)
        yield
    _tell_signs(panel, trace, node, slots)


def _tell_signs(panel: Panel, trace: Trace, node: NodeId, slots: Sequence[tuple[int, NodeId]]) -> None:
    """What ∂₁f is, where a local derivative is written so."""
    unusual = (slot for slot, _ in slots if is_by_place(trace.graph, trace.sweep, node, slot))
    if (slot := next(unusual, None)) is not None:
        panel.remark(meaning(trace.graph, node, slot))


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
            formula = rf"{upstream} \cdot {local_latex(graph, trace.sweep, node, slot, LONGEST_NAME)}"
        end = graph.result if graph.result is not None else node
        latex = rf"{fraction(graph, end, source, LONGEST_NAME)} \leftarrow {formula}"
        yield from prepared(latex, PIXELS)
        label = FormulaLabel(latex, panel.theme["ink"], pixels=PIXELS, plain=str(sent))
        label.setToolTip(str(sent) if is_long else "")
        panel.add(label)
        panel.remark(jacobian_in_words(trace, node, slot))
        yield
