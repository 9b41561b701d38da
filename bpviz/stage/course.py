"""Which way everything leads, to the right or down: the one place that knows where cards have their ports, how wires
leave them, and where numbers wait beside them.

What is written for one course, x for how far along and y for how far across, serves the other with x and y exchanged:
`turned` leads there and back.  Cards themselves stay upright.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..graph.layout import Direction
from .geometry import STRIP_HEIGHT, Curve, Point, Rect, face_middle

AT_PORT = 50.0  # the room for a number at a port of a group's card
CLEAR_OF_PORTS = 2.5  # by which words at the top of a card make room for the ports above them
PILL_ALONG, PILL_DOWN = 0.62, 0.54  # where along a wire its pill stands, if there is room
BELOW_CARD, BELOW_PORT = 4.0, 20.0  # from a card to a message below it; from one that has its out port there


@dataclass(frozen=True, slots=True)
class Course:
    """The way from inputs to results, through every card and along every wire."""

    direction: Direction = Direction.RIGHT
    is_down: bool = field(init=False, repr=False, compare=False)  # asked for at every wire

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_down", self.direction.is_down)

    # There and back

    def turned(self, point: Point) -> Point:
        """A point as if everything led to the right; and the way back."""
        return (point[1], point[0]) if self.is_down else point

    def turned_rect(self, rect: Rect) -> Rect:
        """A rectangle, in the same way."""
        return Rect(rect.y, rect.x, rect.height, rect.width) if self.is_down else rect

    def turned_boxes(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Rows of (left, top, right, bottom), in the same way."""
        return boxes[:, (1, 0, 3, 2)] if self.is_down else boxes

    def turned_curve(self, curve: Curve) -> Curve:
        """A route, in the same way."""
        return Curve(tuple((y, x) for x, y in curve.points)) if self.is_down else curve

    # Cards

    def middle(self, rect: Rect) -> Point:
        """The point of a card that is level with its out port, and halfway between its first input and its last."""
        return rect.x + rect.width / 2, rect.y + rect.height / 2 if self.is_down else face_middle(rect)

    @property
    def headroom(self) -> float:
        """How much lower words stand at the top of a card that has ports there."""
        return CLEAR_OF_PORTS if self.is_down else 0.0

    @property
    def below_card(self) -> float:
        """How far below a card there is room for words about it: below its port, and the mark of the output."""
        return BELOW_PORT if self.is_down else BELOW_CARD

    def in_port(self, rect: Rect, slot: int, slots: int) -> Point:
        """Where the wire of a slot enters a card: on its left edge, or on its upper one."""
        (x, y), after = self.middle(rect), self.direction.port(slot, slots)
        return (x + after, rect.y) if self.is_down else (rect.x, y + after)

    def out_port(self, rect: Rect) -> Point:
        """Where wires leave a card."""
        x, y = self.middle(rect)
        return (x, rect.bottom) if self.is_down else (rect.right, y)

    def strip_at(self, port: Point, *, is_in: bool) -> Rect:
        """The room for a number just within a card at one of its ports."""
        x, y = port
        if self.is_down:
            return Rect(x - AT_PORT / 2, y if is_in else y - STRIP_HEIGHT, AT_PORT, STRIP_HEIGHT)
        return Rect(x if is_in else x - AT_PORT, y - STRIP_HEIGHT / 2, AT_PORT, STRIP_HEIGHT)

    # Wires

    @property
    def pill_at(self) -> float:
        """Where along a wire its pill stands, if there is room: beside the input, but not where a tangent waits."""
        return PILL_DOWN if self.is_down else PILL_ALONG

    def between(self, start: Point, end: Point) -> Curve:
        """The plain route from an out port to an in port."""
        return self.turned_curve(Curve.between(self.turned(start), self.turned(end)))

    # Numbers in flight

    def way(self, *, ahead: bool) -> Point:
        """The unit step along a wire: with what flows forward, or against it."""
        return self.turned((1.0 if ahead else -1.0, 0.0))

    def exit(self, card: Rect, wire: Curve, *, ahead: bool) -> Point:
        """Where a number leaves a card on whose gradient strip it stood: through the end of the strip, or past the
        port of its wire, for the strip is the lower edge."""
        if self.is_down:
            return (wire.start[0], card.bottom) if ahead else (wire.end[0], card.y)
        return card.right if ahead else card.x, card.bottom - STRIP_HEIGHT / 2

    def beside(self, port: Point, room: float, aside: float, half_width: float, *, ahead: bool) -> Point:
        """Where a number waits that has come through a port: outside of the card with `room` for its arrow, and
        `aside` of the wire, on which the pill stands."""
        x, y = port
        if self.is_down:
            return x + aside + half_width, y - room if ahead else y + room
        away = room + half_width
        return x - away if ahead else x + away, y - aside


RIGHTWARD = Course()
