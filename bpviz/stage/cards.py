"""What a node's card says at a moment."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ..engine.trace import Accumulated, Computed, Seeded, Trace
from ..graph.graph import NodeId
from ..graph.program import node_formula
from ..ops import numerals
from . import timing
from .geometry import TROUBLE_COLUMNS
from .timing import Moment, eased

if TYPE_CHECKING:
    from .stage import Stage


class State(Enum):
    """How far a node has come."""

    AHEAD = "ahead"  # its value is still to be computed
    COMPUTED = "computed"
    WAITING = "waiting"  # something is missing in the graph
    FAILED = "failed"


_OPACITIES = 8  # steps of fading, so that faces can be cached


@dataclass(frozen=True, slots=True)
class Card:
    """The face of a card: everything painted on it.  Equal faces look the same, wherever they lie.

    `headline` is the symbol of an operation or the name of a leaf; `caption` the small line beside it; `strip` the
    left side of the gradient strip (∂f/∂q), or a remark while there is no gradient; `trouble` the lines of a message
    below the card.  Glows and opacity are between 0 and 1.
    """

    headline: str
    is_name: bool
    caption: str
    value: str
    state: State
    is_constant: bool = False
    is_output: bool = False
    strip: str = ""
    gradient: str = ""
    trouble: tuple[str, ...] = ()
    value_opacity: float = 1.0
    forward_glow: float = 0.0
    backward_glow: float = 0.0


def card(trace: Trace, node: NodeId, now: Moment) -> Card:
    """The face of `node` at a moment."""
    graph, held = trace.graph, trace.graph.nodes[node]
    trouble = trace.troubles.get(node)
    frame = trace.frame(now.step)
    value, opacity, forward_glow = frame.value(node), 1.0, 0.0
    if isinstance(now.event, Computed) and now.event.node == node:
        appears = timing.ARRIVED - 0.1 if not held.op.is_leaf else 0.0
        if now.progress > appears:
            value, opacity = now.event.value, eased(now.progress, appears, 1.0)
        forward_glow = eased(now.progress, appears - 0.2, appears + 0.2)
    elif isinstance(frame.event, Computed) and frame.event.node == node:
        forward_glow = 1.0 - (eased(now.progress, 0.0, 0.4) if now.event is not None else 0.0)
    if trouble is not None and value is None:
        failed = trace.failed_value(node) if node in {f.node for f in trace.failures} else None
        state = State.WAITING if failed is None and node not in trace.plan.misfits else State.FAILED
        text = "" if failed is None else numerals.brief(failed)
    else:
        state = State.AHEAD if value is None else State.COMPUTED
        text = "" if value is None else numerals.brief(value)
    strip, gradient, backward_glow = _strip(trace, node, now)
    return Card(
        headline=graph.spoken(node) if held.op.is_leaf and held.name else "" if held.op.is_leaf else held.op.symbol,
        is_name=held.op.is_leaf,
        caption=_caption(trace, node),
        value=text,
        state=state,
        is_constant=held.is_constant,
        is_output=node == trace.output and not held.op.is_leaf,
        strip=strip,
        gradient=gradient,
        trouble=tuple(textwrap.wrap(trouble, TROUBLE_COLUMNS)) if trouble else (),
        value_opacity=_stepped(opacity),
        forward_glow=_stepped(forward_glow),
        backward_glow=_stepped(backward_glow),
    )


def _stepped(amount: float) -> float:
    return round(amount * _OPACITIES) / _OPACITIES


def _caption(trace: Trace, node: NodeId) -> str:
    graph, held = trace.graph, trace.graph.nodes[node]
    if held.is_constant:
        return ""
    if held.op.is_leaf:
        return "input" if held.op.name == "variable" else "parameter"
    return f"{graph.spoken(node)} = {node_formula(graph, node)}"


def _strip(trace: Trace, node: NodeId, now: Moment) -> tuple[str, str, float]:
    """The gradient strip: left, right, and how much it glows."""
    graph = trace.graph
    if graph.nodes[node].is_constant or node not in trace.plan.row_of:
        return "", "", 0.0
    if not trace.has_backward or trace.output is None:
        return "", "", 0.0
    label = f"∂{graph.spoken(trace.output)}/∂{graph.spoken(node)}"
    frame = trace.frame(now.step)
    gradient, glow = frame.gradient(node), 0.0
    event, last = now.event, frame.event
    if isinstance(event, Seeded | Accumulated) and _target(event) == node:
        glow = eased(now.progress, 0.0, timing.ARRIVED)
        if now.progress >= timing.ARRIVED:
            gradient = event.gradient if isinstance(event, Seeded) else event.after
    elif isinstance(last, Seeded | Accumulated) and _target(last) == node:
        glow = 1.0 - (eased(now.progress, 0.0, 0.4) if event is not None else 0.0)
    if gradient is not None:
        return label, numerals.brief(gradient), glow
    if node != trace.output and not trace.wires_into(node):
        return f"no path to {graph.spoken(trace.output)}", "0" if now.step > trace.seed_position else "", 0.0
    return "gradient not reached yet", "", glow


def _target(event: Seeded | Accumulated) -> NodeId:
    return event.node if isinstance(event, Seeded) else event.target


def full_text(stage: Stage, node: NodeId) -> str:
    """All that a card says, in full: formula, digits, gradient, trouble."""
    trace, graph = stage.trace, stage.graph
    frame = trace.frame(stage.now.step)
    lines = [_caption(trace, node) if not graph.nodes[node].op.is_leaf else graph.spoken(node)]
    value, gradient = frame.value(node), frame.gradient(node)
    if value is not None:
        lines.append(f"value {numerals.full(value) if isinstance(value, float) else numerals.brief(value, 8, 24)}")
    if gradient is not None and trace.output is not None:
        digits = numerals.full(gradient) if isinstance(gradient, float) else numerals.brief(gradient, 8, 24)
        lines.append(f"∂{graph.spoken(trace.output)}/∂{graph.spoken(node)} = {digits}")
    if trouble := trace.troubles.get(node):
        lines.append(trouble)
    return "\n".join(lines)
