"""What the selected nodes depend on and what depends on them: bright, while all others are dimmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...graph.graph import NodeId
from ...graph.structure import Structure
from ...stage.acting import Spotlight
from ...stage.grouping import View

if TYPE_CHECKING:
    from .view import Canvas


class Kinship:
    """Says what is lit while it `is_on`; nothing is dimmed where nothing is selected."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.is_on = False
        self._made: tuple[Structure, View | None, frozenset[NodeId], Spotlight] | None = None

    @property
    def light(self) -> Spotlight | None:
        """The nodes with a directed path to or from a selected one, and the wires of these paths."""
        session = self._canvas.session
        structure, selection = session.graph.structure, session.selection
        if not self.is_on or not selection:
            return None
        scenery = session.scenery
        if self._made is None or self._made[:3] != (structure, scenery.view, selection):
            light = kin(structure, selection)
            if scenery.view is not None:  # the card of a group is lit with any of the nodes that it hides
                cards = [card for node in light.nodes if (card := scenery.card_of(node)) is not None]
                light.nodes.update(dict.fromkeys(cards, 1.0))
            self._made = structure, scenery.view, selection, light
        return self._made[3]


def kin(structure: Structure, nodes: frozenset[NodeId]) -> Spotlight:
    """All ancestors and descendants of some nodes, these themselves, and the wires between ancestors, and between
    descendants."""
    above = {found for node in nodes for found in structure.ancestors(node)}
    below = {found for node in nodes for found in structure.descendants(node)}
    wires = {
        (target, slot): 1.0
        for target in above | below
        for slot, source in enumerate(structure.inputs[target])
        if (target in above and source in above) or (target in below and source in below)
    }
    return Spotlight(0.0, dict.fromkeys(above | below, 1.0), wires)
