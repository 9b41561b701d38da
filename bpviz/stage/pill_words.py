"""What pills say: the local derivative of a wire, in as many words as there is room for."""

from __future__ import annotations

import re

import numpy as np

from ..engine.arrays import back_formula
from ..engine.explain import has_kink, is_plain_number
from ..engine.notation import is_by_place, local_sign
from ..engine.trace import Pushed, Sent, Trace
from ..graph.graph import Graph, NodeId
from ..graph.program import local_derivative
from ..ops import numerals
from ..ops.numerals import Shown

LONGEST_FORMULA, LONGEST_ARRAY = 24, 18  # characters of a pill
_FACTOR = re.compile(r"(?<![\w.^⁰¹²³⁴-⁹])(\d+(?:\.\d+)?) · (?=[^\W\d_][₀-₉]*(?![^\W⁰¹²³⁴-⁹]))")
"""`2 · x`, which is `2x` where there is little room: a number before a name of one letter, with or without an index."""


def pill_texts(trace: Trace, number: int) -> list[str]:
    """`∂f/∂q = z = −4`, and what to say where there is less room, the longest first."""
    assert trace.sweep is not None
    event, graph = trace.sweep.sent(number), trace.graph
    node = event.consumer
    if graph.nodes[node].op.structured is not None:
        return _structured_pill_words(trace, event)
    left = local_sign(graph, trace.sweep, node, event.slot)
    formula = graph.in_words(("pill", node, event.slot), _formula, graph, node, event.slot)
    value = trace.style.brief(event.local)
    if isinstance(event.local, np.ndarray) and is_plain_number(formula):
        return [f"{left} = {formula}", formula]
    if isinstance(event.local, np.ndarray) and len(value) > LONGEST_ARRAY:
        return [f"{left} = {formula}", f"[{numerals.shape_text(event.local.shape)}]"]
    if trace.style.shown is Shown.FORMULAS and not has_kink(trace, node):
        return [f"{left} = {formula}", formula]
    if formula == value or has_kink(trace, node):
        return [f"{left} = {value}", value]
    told = [f"{left} = {formula} = {value}", f"{left} = {value}", value]
    return [*told, f"[{numerals.shape_text(event.local.shape)}]"] if isinstance(event.local, np.ndarray) else told


def _structured_pill_words(trace: Trace, event: Sent | Pushed) -> list[str]:
    """What goes back through an operation on whole arrays, by its formula, or, where that is long, by its Jacobian;
    and what goes ahead."""
    graph = trace.graph
    if isinstance(event, Pushed):
        jacobian = local_sign(graph, trace.sweep, event.target, event.slot)
        return [f"{jacobian}, a matrix", jacobian]
    upstream, sent = back_formula(trace, event.source, event.slot)
    output = "" if trace.output is None else graph.spoken(trace.output)
    left = f"∂{output}/∂{graph.spoken(event.target)} ← "
    formulas = [str(sent), f"{upstream} · {local_sign(graph, trace.sweep, event.source, event.slot)}"]
    if len(formulas[0]) > LONGEST_FORMULA:
        del formulas[0]
        if event.source == trace.output and not is_by_place(graph, trace.sweep, event.source, event.slot):
            return formulas  # ∂f/∂x ← G · ∂f/∂x would say nothing
    return [*(left + formula for formula in formulas[:1]), *formulas]


def _formula(graph: Graph, node: NodeId, slot: int) -> str:
    return _FACTOR.sub(r"\1", str(local_derivative(graph, node, slot)))
