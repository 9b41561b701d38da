"""What the card of a group says at a moment: the value and gradient of its face, and what happens in it."""

from __future__ import annotations

from dataclasses import replace
from textwrap import wrap

from ..engine.listing import joined
from ..engine.trace import Failed, Trace
from ..graph.graph import NodeId
from ..ops import names, numerals
from .acting import part
from .cards import Card, GroupFace, Outline, State, card, outline
from .geometry import TROUBLE_COLUMNS
from .grouping import GroupCard
from .timing import Moment

_BUSY = 0.7  # how much a card glows while something happens in it that is not on its way in or out


def group_card(trace: Trace, group: GroupCard, now: Moment) -> Card:
    """The face of a group's card."""
    made = card(trace, group.face, now)
    within = happening(trace, group, now)
    forward, backward = _glows(trace, group, now)
    remark = numerals.count(len(group.members), "node") if within is None else within[0]
    progress = None if within is None else within[1]
    ins = tuple(_input_name(port.name) for port in group.ins)
    waiting = [_input_name(port.name) or "an input" for port in group.ins if port.source is None]
    trouble = made.trouble
    if made.state is State.WAITING and waiting:
        trouble = tuple(wrap(f"waits for {joined(waiting)}", TROUBLE_COLUMNS))
    face = GroupFace(group.name, remark, progress, ins, _outs(trace, group, now))
    return replace(
        made, headline=group.name, is_name=True, caption="", forward_glow=forward, backward_glow=backward,
        is_constant=False, trouble=trouble, group=face,
    )  # fmt: skip


def group_outline(trace: Trace, group: GroupCard, now: Moment) -> Outline:
    """The same from far away."""
    forward, backward = _glows(trace, group, now)
    return replace(outline(trace, group.face, now), forward_glow=forward, backward_glow=backward)


def _input_name(name: str) -> str:
    return names.text(name) if name.isidentifier() else name


def _outs(trace: Trace, group: GroupCard, now: Moment) -> tuple[tuple[str, str], ...]:
    if len(group.outs) < 2:
        return ()
    values = {node: trace.frame(now.step).value(node) for node in group.outs}
    return tuple(
        (trace.graph.spoken(node), "" if value is None else trace.style.brief(value)) for node, value in values.items()
    )


def happening(trace: Trace, group: GroupCard, now: Moment) -> tuple[str, float] | None:
    """What happens wholly within a group, and how far the pass has come in it, from 0 to 1; None where nothing does."""
    index = now.index if now.index is not None else now.step - 1 if now.step else None
    if index is None or isinstance(trace[index], Failed):
        return None
    about = part(trace, index)
    if about.node not in group.members:
        return None
    spoken = trace.graph.spoken
    if about.slot is None:
        if about.node == group.face:
            return None  # which is what the card shows
        return f"inside: {spoken(about.node)}", _forward_progress(trace, group, now)
    if about.sender not in group.members or about.receiver not in group.members:
        return None
    return f"inside: {spoken(about.sender)} → {spoken(about.receiver)}", _sweep_progress(trace, group, now)


def _forward_progress(trace: Trace, group: GroupCard, now: Moment) -> float:
    places = [trace.computed_position(node) for node in group.members]
    return sum(place is not None and place < now.step for place in places) / len(places)


def _sweep_progress(trace: Trace, group: GroupCard, now: Moment) -> float:
    inputs = trace.graph.structure.inputs
    wires = [
        number
        for node in group.members
        for slot, source in enumerate(inputs[node])
        if source in group.members and (number := trace.wire(node, slot)) is not None
    ]
    return sum(trace.sent_position(number) < now.step for number in wires) / max(len(wires), 1)


def _glows(trace: Trace, group: GroupCard, now: Moment) -> tuple[float, float]:
    """How much the card glows with values and with gradients: as what acts in it does, or because something does."""
    acting: set[NodeId] = set()
    busy = 0.0
    for index in {now.step - 1, now.step if now.event is not None else now.step - 1}:
        if not 0 <= index < len(trace) or isinstance(trace[index], Failed):
            continue
        about = part(trace, index)
        acting.update(node for node in (about.node, about.receiver) if node in group.members)
        is_now = index == (now.index if now.index is not None else now.step - 1)
        if is_now and about.sender in group.members and about.receiver in group.members:
            busy = _BUSY
    looks = [outline(trace, node, now) for node in acting]
    return (
        max((look.forward_glow for look in looks), default=0.0),
        max([busy, *(look.backward_glow for look in looks)]),
    )
