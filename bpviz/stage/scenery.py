"""Where everything of a diagram lies: what follows from places and wires, whatever the values and the time."""

from __future__ import annotations

from collections.abc import Mapping

from ..document.diagram import Diagram
from ..graph.graph import NodeId
from .geometry import Curve, Point, Rect, card_rect, in_port, out_port


class Scenery:
    """The rectangles of cards, the places of ports, the routes of wires."""

    def __init__(self, diagram: Diagram) -> None:
        self._positions, self._structure = diagram.positions, diagram.graph.structure
        self.inputs: Mapping[NodeId, tuple[NodeId | None, ...]] = self._structure.inputs
        self.rects: dict[NodeId, Rect] = {
            id_: card_rect(node, diagram.positions[id_]) for id_, node in diagram.graph.nodes.items()
        }
        self._curves: dict[tuple[NodeId, int], Curve | None] = {}

    def serves(self, diagram: Diagram) -> bool:
        """Whether nothing has moved or been wired since."""
        return diagram.positions is self._positions and diagram.graph.structure is self._structure

    def in_port(self, node: NodeId, slot: int) -> Point:
        """Where the wire of a slot enters a card."""
        return in_port(self.rects[node], slot, len(self.inputs[node]))

    def out_port(self, node: NodeId) -> Point:
        """Where wires leave a card."""
        return out_port(self.rects[node])

    def curve(self, target: NodeId, slot: int) -> Curve | None:
        """The route of the wire into a slot; None while it is not wired."""
        if (target, slot) not in self._curves:
            source = self.inputs[target][slot]
            self._curves[target, slot] = (
                None if source is None else Curve.between(self.out_port(source), self.in_port(target, slot))
            )
        return self._curves[target, slot]
