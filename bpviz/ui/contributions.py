"""The contributions to a gradient, one below the other in the order in which they arrive, and their sum."""

from __future__ import annotations

import numpy as np

from ..engine.explain import product_text
from ..engine.notation import ordinal
from ..engine.terms import Wire
from ..engine.trace import Pushed, Sent, Trace
from ..graph.graph import NodeId
from .panel import Panel
from .session import Session
from .slices import Pieces
from .wire_row import WireRow

_MOST_SHARES = 40


def show_contributions(panel: Panel, session: Session, node: NodeId, step: int) -> Pieces:
    """Every share with its numbers, what is still to come, and the sum so far, after `step` events; piece by piece."""
    story, frame = session.story, session.story.frame(step)
    wires, arrived, total = story.wires_into(node), set(frame.arrived(node).tolist()), frame.gradient(node)
    if not wires:
        return
    if len(wires) == 1 and isinstance(total, np.ndarray) and total.ndim > 1:
        panel.remark(f"Its only share is what {story.graph.spoken(_event(story, wires[0]).source)} sends.")
        return
    panel.heading("Contributions, in order of arrival")
    for wire in wires[:_MOST_SHARES]:
        event = _event(story, wire)
        inner = Panel(panel.theme)
        inner.column.setContentsMargins(0, 0, 0, 0)
        name = f"from {story.graph.spoken(event.source)}{_place(story, event)}"
        if wire in arrived:
            inner.share(name, event.contribution, _told(story, event), "ink")
        else:
            inner.row(name, "on its way" if step > story.sent_position(wire) else "still to come", "muted")
        row = WireRow(session, [_wire(event)])
        row.hold(inner)
        panel.add(row)
        yield
    if len(wires) > _MOST_SHARES:
        panel.remark(f"… and {len(wires) - _MOST_SHARES} more")
    whole = f"sum of {len(wires):,} shares" if len(wires) > 1 else "in all"
    said = whole if len(arrived) == len(wires) else "so far"
    if total is None:
        panel.row(said, "—", "backward", is_bold=True)
    else:
        panel.share(said, total, story.style.brief(total), "backward", is_bold=True)


def _event(story: Trace, wire: int) -> Sent | Pushed:
    event = story[story.sent_position(wire)]
    assert isinstance(event, Sent | Pushed)
    return event


def _wire(event: Sent | Pushed) -> Wire:
    return event.consumer, event.slot


def _place(story: Trace, event: Sent | Pushed) -> str:
    """Which input it is, where a node sends through several of them."""
    fed = story.graph.nodes[event.consumer].inputs
    return f", {ordinal(event.slot + 1)} input" if fed.count(fed[event.slot]) > 1 else ""


def _told(story: Trace, event: Sent | Pushed) -> str:
    """`1 × (−4) = −4`; what comes out of a product with a Jacobian, as it is."""
    is_whole = story.graph.nodes[event.consumer].op.structured is not None and np.ndim(event.contribution) > 0
    return story.style.brief(event.contribution) if is_whole else product_text(event, story.style)
