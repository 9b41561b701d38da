"""Who takes part in an event, told without computing its numbers; and what of it a spotlight leaves bright."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..engine.trace import Computed, Failed, Seeded, Trace
from ..graph.graph import NodeId
from .timing import Moment, eased

SETTLED = 0.3  # when, within an event, all eyes are on it


@dataclass(frozen=True, slots=True)
class Part:
    """What an event is about: a node with all its inputs; or the wire into one `slot` of it, along which `sender` sends
    to `receiver`, where, when it `has_landed`, the contribution is added."""

    node: NodeId
    slot: int | None = None
    sender: NodeId | None = None
    receiver: NodeId | None = None
    has_landed: bool = False


def part(trace: Trace, index: int) -> Part:
    """What event `index` is about."""
    wire, has_landed = divmod(index - trace.seed_position - 1, 2)
    if trace.sweep is not None and 0 <= wire < len(trace.sweep.wires):
        rows, wires = trace.plan.rows, trace.sweep.wires
        ends = rows[int(wires.source[wire])], rows[int(wires.target[wire])]
        return Part(rows[trace.sweep.consumer(wire)], int(wires.slot[wire]), *ends, bool(has_landed))
    event = trace[index]
    assert isinstance(event, Computed | Seeded | Failed)
    return Part(event.node)


@dataclass(frozen=True)
class Spotlight:
    """How brightly nodes, and wires by the input that they enter, are lit, from 0 to 1; all others are as `others`."""

    others: float = 0.0
    nodes: dict[NodeId, float] = field(default_factory=dict)
    wires: dict[tuple[NodeId, int], float] = field(default_factory=dict)

    def on_node(self, node: NodeId) -> float:
        return min(self.nodes.get(node, 0.0) + self.others, 1.0)

    def on_wire(self, target: NodeId, slot: int) -> float:
        return min(self.wires.get((target, slot), 0.0) + self.others, 1.0)


def spotlight(trace: Trace, now: Moment) -> Spotlight:
    """The light at a moment: it passes from what happened last to what happens now.  At the start, all is bright."""
    coming = 0.0 if now.event is None else eased(now.progress, 0.0, SETTLED)
    lit = Spotlight(others=0.0 if now.step else 1.0 - coming)
    if now.event is not None:
        _light(lit, trace, now.step, coming)
    if now.step:
        _light(lit, trace, now.step - 1, 1.0 - coming)
    return lit


def _light(lit: Spotlight, trace: Trace, index: int, strength: float) -> None:
    about = part(trace, index)
    inputs = trace.graph.nodes[about.node].inputs
    slots = [about.slot] if about.slot is not None else list(range(len(inputs)))
    if trace.sweep is not None and index == trace.seed_position:
        slots = []  # a beginning: nothing comes along the wires
    for node in {about.node, *(source for slot in slots if (source := inputs[slot]) is not None)}:
        lit.nodes[node] = lit.nodes.get(node, 0.0) + strength
    for slot in slots:
        lit.wires[about.node, slot] = lit.wires.get((about.node, slot), 0.0) + strength
