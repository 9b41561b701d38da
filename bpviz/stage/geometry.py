"""Where things lie, in scene units (one pixel at zoom 1): cards, ports, wires."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from ..graph.graph import Node

Point: TypeAlias = tuple[float, float]

CARD_WIDTH, CARD_HEIGHT = 168.0, 84.0
CONSTANT_WIDTH, CONSTANT_HEIGHT = 84.0, 44.0
STRIP_HEIGHT = 28.0
PORT_PITCH = 24.0
PORT_RADIUS = 5.0
TROUBLE_LINE, TROUBLE_PADDING, TROUBLE_GAP = 16.0, 8.0, 6.0
TROUBLE_COLUMNS = 30  # characters in a line of a message below a card
PILL_HEIGHT, PILL_GAP = 22.0, 4.0
PILL_CHARACTER = 6.6  # the width of a character in a pill, on average


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle by its top left corner and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def contains(self, point: Point) -> bool:
        return self.x <= point[0] <= self.right and self.y <= point[1] <= self.bottom

    def touches(self, other: Rect) -> bool:
        return self.x <= other.right and other.x <= self.right and self.y <= other.bottom and other.y <= self.bottom

    def united(self, other: Rect) -> Rect:
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Rect(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def grown(self, by: float) -> Rect:
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


def card_size(node: Node) -> tuple[float, float]:
    """Constants are small: nothing is ever added to them."""
    return (CONSTANT_WIDTH, CONSTANT_HEIGHT) if node.is_constant else (CARD_WIDTH, CARD_HEIGHT)


def card_rect(node: Node, position: Point) -> Rect:
    return Rect(*position, *card_size(node))


def face_middle(rect: Rect) -> float:
    """The y of the middle of the part of a card above its gradient strip."""
    return rect.y + (rect.height - (STRIP_HEIGHT if rect.height == CARD_HEIGHT else 0.0)) / 2


def out_port(rect: Rect) -> Point:
    """Where wires leave a card."""
    return rect.right, face_middle(rect)


def in_port(rect: Rect, slot: int, arity: int) -> Point:
    """Where the wire of a slot enters a card."""
    return rect.x, face_middle(rect) + (slot - (arity - 1) / 2) * PORT_PITCH


@dataclass(frozen=True, slots=True)
class Curve:
    """A cubic Bézier from an out port to an in port."""

    start: Point
    first: Point
    second: Point
    end: Point

    @staticmethod
    def between(start: Point, end: Point) -> Curve:
        reach = max(40.0, min(abs(end[0] - start[0]) * 0.5, 160.0))
        if end[0] < start[0]:
            reach = max(reach, min((start[0] - end[0]) * 0.8, 400.0))
        return Curve(start, (start[0] + reach, start[1]), (end[0] - reach, end[1]), end)

    def at(self, t: float) -> Point:
        """The point at parameter `t`, 0 at the start and 1 at the end."""
        u = 1.0 - t
        weights = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        points = self.start, self.first, self.second, self.end
        return (
            sum(w * p[0] for w, p in zip(weights, points, strict=True)),
            sum(w * p[1] for w, p in zip(weights, points, strict=True)),
        )

    def distance(self, point: Point, steps: int = 24) -> float:
        """About how far `point` is from the curve."""
        x, y = point
        points = (self.at(i / steps) for i in range(steps + 1))
        return min(math.hypot(px - x, py - y) for px, py in points)

    @property
    def bounds(self) -> Rect:
        xs = [p[0] for p in (self.start, self.first, self.second, self.end)]
        ys = [p[1] for p in (self.start, self.first, self.second, self.end)]
        return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
