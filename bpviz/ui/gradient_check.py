"""The gradient of a node beside what comes out when the node is nudged."""

from __future__ import annotations

from ..engine.check import Check, Verdict, check_node, least_cost
from ..engine.notation import cut
from ..engine.trace import Trace
from ..graph.graph import NodeId
from ..ops import numerals
from .interruptible import breathe, in_pieces
from .panel import MathLabel, Panel
from .slices import Pieces

_LONGEST_NAME = 22  # characters
_MOST_NODES, _MOST_NUMBERS = 20_000, 50_000_000  # more take longer than anybody waits for it


def show_check(panel: Panel, trace: Trace, node: NodeId) -> Pieces:
    """The central difference and how far it agrees."""
    name = cut(trace.graph.spoken(node), _LONGEST_NAME)
    nodes, numbers = least_cost(trace, node)
    if nodes > _MOST_NODES or numbers > _MOST_NUMBERS:
        what = f"{nodes:,} nodes" if nodes > _MOST_NODES else f"{numbers:,} numbers"
        panel.heading("Checked by nudging")
        panel.remark(f"Not done here: for this, {what} would be computed anew. `bpviz check` does it.")
        return
    checks: list[Check] = []
    yield from in_pieces(lambda: checks.append(check_node(trace, node, rest=breathe)))
    (found,) = checks
    if found.central is None or found.step is None:
        if found.note:
            panel.heading("Checked by nudging")
            panel.remark(found.note)
        return
    by = f" by h = {_plain(found.step)}" if isinstance(found.step, float) else ", one entry at a time"
    panel.heading(f"Checked by nudging {name}{by}")
    output = cut(trace.graph.spoken(trace.output), _LONGEST_NAME) if trace.output is not None else "f"
    quotient = f"({output}({name} + h) − {output}({name} − h)) / 2h"
    if not trace.graph.nodes[node].op.is_leaf:
        quotient = f"({output} with {name} + h  −  {output} with {name} − h) / 2h"
    panel.add(MathLabel(quotient, 15.0, panel.theme["muted"]))
    panel.number(found.central, "", "ink", digits=10)
    _show_verdict(panel, found)


def _plain(step: float) -> str:
    """A step without the rounding errors of its making, which only matter to the machine: 5·10⁻⁶."""
    return numerals.short(float(f"{step:.{numerals.FEW}g}"))


def _show_verdict(panel: Panel, found: Check) -> None:
    tone = {Verdict.AGREES: "agreement", Verdict.DIFFERS: "fault"}.get(found.verdict, "muted")
    error = found.central_error
    told = {
        Verdict.AGREES: "agrees with the gradient"
        + ("" if error is None else " exactly" if error == 0 else f" to {numerals.short(error, 1)}"),
        Verdict.DIFFERS: "does not agree with the gradient",
    }.get(found.verdict, found.note)
    panel.verdict(told, tone)
