"""What of the picture changes from one moment to another: all else need not be painted again."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..engine.trace import Failed, Trace
from ..graph.graph import NodeId
from .acting import part
from .timing import Moment

MOST_EVENTS = 6  # between two moments, beyond which everything counts as changed


@dataclass(frozen=True)
class Change:
    """Cards, wires by the input that they enter, and the nodes of which the pills on the wires into them change.

    Numbers in flight are not listed: each moment has its own.
    """

    cards: set[NodeId] = field(default_factory=set)
    wires: set[tuple[NodeId, int]] = field(default_factory=set)
    pills: set[NodeId] = field(default_factory=set)


def change(trace: Trace, one: Moment, other: Moment) -> Change | None:
    """What may differ between two moments of a trace; None if that is too much to tell.

    An event shows from its beginning to the end of the next one, in which its glow fades.
    """
    begin, seed = min(one.step, other.step) - 1, trace.seed_position
    end = max(moment.step + (moment.event is not None) for moment in (one, other))
    if end - begin > MOST_EVENTS or (one.step > seed) != (other.step > seed):
        return None  # as the sweep begins, it shows which nodes it will never come to
    found = Change()
    for index in range(max(begin, 0), end):
        if index >= seed + trace.backward_length and isinstance(trace[index], Failed):
            return None
        _add(found, trace, index)
    return found


def _add(found: Change, trace: Trace, index: int) -> None:
    """What event `index` changes while it is under way, and by having happened."""
    about, graph = part(trace, index), trace.graph
    if about.slot is not None and about.receiver is not None:
        found.wires.add((about.node, about.slot))
        found.pills.add(about.node)
        if about.has_landed:
            found.cards.add(about.receiver)
            _add_pills_from(found, trace, about.receiver)
        return
    found.cards.add(about.node)
    if index == trace.seed_position:
        _add_pills_from(found, trace, about.node)
    else:
        inputs = graph.nodes[about.node].inputs
        found.wires.update((about.node, slot) for slot, source in enumerate(inputs) if source is not None)


def _add_pills_from(found: Change, trace: Trace, sender: NodeId) -> None:
    """Pills appear when what sends along their wire is reached: on the way back its inputs, else what it goes into."""
    if trace.sweep is not None and trace.sweep.is_backward:
        found.pills.add(sender)
    else:
        found.pills.update(consumer for consumer, _ in trace.graph.structure.consumers[sender])
