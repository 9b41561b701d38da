"""Which way wires lead in a picture: to the right, or down."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

Position: TypeAlias = tuple[float, float]

PORT_PITCH = 24.0  # from one input of a card to the next, at the least
WIDEST_PITCH, PORTS_ACROSS = 56.0, 120.0  # the most, and from the first to the last, where they stand side by side


class Direction(Enum):
    """Where wires lead.

    Everything about places is written for pictures that are read from left to right.  One from top to bottom is such a
    picture turned about its diagonal: what holds for (x, y) there holds for (y, x) here, cards alone stay upright.
    """

    RIGHT = "right"
    DOWN = "down"

    @property
    def is_down(self) -> bool:
        return self is Direction.DOWN

    @property
    def told(self) -> str:
        """As one says it."""
        return "from top to bottom" if self.is_down else "from left to right"

    def turned(self, place: Position) -> Position:
        """A place, or a width and a height, in the picture from left to right; and the way back, which is the same."""
        return (place[1], place[0]) if self.is_down else place

    def port_pitch(self, slots: int) -> float:
        """From one to the next of so many inputs of a card.

        Wires that come from above have the width of a card to themselves, and the local derivatives on them need it.
        """
        if not self.is_down or slots < 2:
            return PORT_PITCH
        return min(max(PORTS_ACROSS / (slots - 1), PORT_PITCH), WIDEST_PITCH)

    def port(self, slot: int, slots: int) -> float:
        """How far after the middle of a card's inputs one of them stands."""
        return (slot - (slots - 1) / 2) * self.port_pitch(slots)
