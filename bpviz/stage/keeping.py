"""What is kept from frame to frame: while an event is under way, most cards, wires and pills stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Set

from ..engine.trace import Trace
from ..graph.graph import NodeId
from .cards import Card
from .changes import Change, change
from .geometry import Point
from .timing import Moment
from .wires import Pill, Wire


class Kept:
    """What has been looked at between the moment after `step` events and the next one, and does not change there."""

    def __init__(self, trace: Trace, step: int) -> None:
        self.trace, self.step = trace, step
        self.cards: dict[NodeId, Card] = {}
        self.wires: dict[NodeId, list[Wire]] = {}  # into a node
        self.pills: dict[float, dict[NodeId, list[Pill | None]]] = {}  # by their size
        self.meetings: dict[tuple[float, float], Point] = {}  # where a gradient becomes a product, by the sizes there
        event = trace[step] if step < len(trace) else None
        begin = Moment(step)
        self._moving: Change | None = change(trace, begin, begin if event is None else Moment(step, None, event, 0.5))

    def elsewhere(self) -> Kept:
        """What is as it was though everything may have moved: cards say what they said, wherever they are."""
        kept = Kept(self.trace, self.step)
        kept.cards = self.cards
        return kept

    def led(self, wires: Collection[tuple[NodeId, int]], replaced: Callable[[float], Set[NodeId]]) -> Kept:
        """What is as it was though some wires are led elsewhere; `replaced` says into which nodes wires have other
        pills, of a size."""
        kept, again = self.elsewhere(), {node for node, _ in wires}
        kept.wires = self.wires.copy()
        for node in again & kept.wires.keys():
            del kept.wires[node]
        for size, held in self.pills.items():
            kept.pills[size] = held.copy()
            for node in replaced(size) & held.keys():
                del kept.pills[size][node]
        return kept

    def serves(self, trace: Trace, now: Moment) -> bool:
        """Whether a moment of a story lies there."""
        return self.trace is trace and self.step == now.step

    def holds_card(self, node: NodeId) -> bool:
        """Whether a card stays as it is."""
        return self._moving is not None and node not in self._moving.cards

    def holds_wires(self, node: NodeId) -> bool:
        """Whether the wires into a node stay as they are."""
        return self._moving is not None and all(target != node for target, _ in self._moving.wires)

    def holds_pills(self, node: NodeId) -> bool:
        """Whether the pills on them do."""
        return self._moving is not None and node not in self._moving.pills
