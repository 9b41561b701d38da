"""Where things lie, in scene units (one pixel at zoom 1): cards, ports, wires."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from ..graph.graph import Node

Point: TypeAlias = tuple[float, float]

CARD_WIDTH, CARD_HEIGHT = 168.0, 84.0
CONSTANT_WIDTH, CONSTANT_HEIGHT = 84.0, 44.0
STRIP_HEIGHT = 28.0
PORT_PITCH = 24.0
PORT_RADIUS = 5.0
TROUBLE_LINE, TROUBLE_PADDING, TROUBLE_GAP = 14.0, 7.0, 4.0
TROUBLE_COLUMNS = 28  # characters in a line of a message below a card
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
    """Cubic Béziers, one after the other, from an out port to an in port: 3n + 1 points."""

    points: tuple[Point, ...]

    @staticmethod
    def between(start: Point, end: Point) -> Curve:
        """The plain route: it leaves to the right and arrives from the left."""
        reach = max(40.0, min(abs(end[0] - start[0]) * 0.5, 160.0))
        if end[0] < start[0]:
            reach = max(reach, min((start[0] - end[0]) * 0.8, 400.0))
        return Curve((start, (start[0] + reach, start[1]), (end[0] - reach, end[1]), end))

    @staticmethod
    def through(start: Point, passages: Sequence[tuple[float, float, float]], end: Point) -> Curve:
        """A route that runs level at height y from x1 to x2, for every passage (x1, x2, y), from left to right."""
        points: list[Point] = [start]
        for x1, x2, y in passages:
            points += Curve.between(points[-1], (x1, y)).points[1:]
            points += [(x1 + (x2 - x1) / 3, y), (x2 - (x2 - x1) / 3, y), (x2, y)]
        points += Curve.between(points[-1], end).points[1:]
        return Curve(tuple(points))

    @property
    def start(self) -> Point:
        return self.points[0]

    @property
    def end(self) -> Point:
        return self.points[-1]

    @property
    def pieces(self) -> int:
        """How many Béziers there are."""
        return (len(self.points) - 1) // 3

    def at(self, t: float) -> Point:
        """The point at parameter `t`, 0 at the start and 1 at the end, every piece taking its share of the width."""
        piece, t = self._piece(t)
        u = 1.0 - t
        weights = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        near = self.points[3 * piece : 3 * piece + 4]
        return (
            sum(w * p[0] for w, p in zip(weights, near, strict=True)),
            sum(w * p[1] for w, p in zip(weights, near, strict=True)),
        )

    def _piece(self, t: float) -> tuple[int, float]:
        if self.pieces == 1:
            return 0, t
        ends = self.points[::3]
        widths = [abs(b[0] - a[0]) + abs(b[1] - a[1]) for a, b in pairwise(ends)]
        way = t * sum(widths)
        for piece, width in enumerate(widths):
            if way <= width and width:
                return piece, way / width
            way -= width
        return self.pieces - 1, 1.0

    def distance(self, point: Point, steps: int = 24) -> float:
        """About how far `point` is from the curve."""
        x, y = point
        points = (self.at(i / (steps * self.pieces)) for i in range(steps * self.pieces + 1))
        return min(math.hypot(px - x, py - y) for px, py in points)

    @property
    def bounds(self) -> Rect:
        xs, ys = [p[0] for p in self.points], [p[1] for p in self.points]
        return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
