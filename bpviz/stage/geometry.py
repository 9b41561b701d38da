"""Where things lie, in scene units (one pixel at zoom 1): cards and wires; these as if all led to the right."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

from ..graph.graph import Node

Point: TypeAlias = tuple[float, float]

CARD_WIDTH, CARD_HEIGHT = 168.0, 84.0
CONSTANT_WIDTH, CONSTANT_HEIGHT = 84.0, 44.0
STRIP_HEIGHT = 28.0
PORT_RADIUS = 5.0
TROUBLE_LINE, TROUBLE_PADDING = 13.0, 6.0
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


@dataclass(frozen=True)
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

    @staticmethod
    def along(start: Point, bends: Sequence[Point], end: Point) -> Curve:
        """A route through all `bends`, which leaves to the right, arrives from the left and has no corner.

        At each bend it runs parallel to the line from the point before to the point after, with handles a third as
        long as the way to that neighbour, so that it neither overshoots nor flattens where points lie close.
        """
        stops = [start, *bends, end]
        points: list[Point] = [start]
        ahead = 1.0, 0.0
        for i, (here, there) in enumerate(pairwise(stops)):
            way = math.dist(here, there)
            if i + 2 < len(stops):
                turn = stops[i + 2][0] - here[0], stops[i + 2][1] - here[1]
                length = math.hypot(*turn)
                towards = (turn[0] / length, turn[1] / length) if length else ahead
            else:
                towards = 1.0, 0.0
            out, back = way / (3.0 if i else 2.4), way / (3.0 if i + 2 < len(stops) else 2.4)
            points += [
                (here[0] + ahead[0] * out, here[1] + ahead[1] * out),
                (there[0] - towards[0] * back, there[1] - towards[1] * back),
                there,
            ]
            ahead = towards
        return Curve(tuple(points))

    def cut(self, pieces: int) -> Curve:
        """The same route in at least so many pieces: its widest ones in halves."""
        points = list(self.points)
        while (len(points) - 1) // 3 < pieces:
            widths = [math.dist(a, b) for a, b in pairwise(points[::3])]
            at = 3 * widths.index(max(widths))
            a, b, c, d = points[at : at + 4]
            ab, bc, cd = _middle(a, b), _middle(b, c), _middle(c, d)
            abc, bcd = _middle(ab, bc), _middle(bc, cd)
            points[at + 1 : at + 3] = [ab, abc, _middle(abc, bcd), bcd, cd]
        return Curve(tuple(points))

    def nearest(self, point: Point, steps: int = 24) -> tuple[float, int, Point]:
        """About how far `point` is from the curve, which piece passes there, and where; as `steps` chords a piece."""
        best = math.inf, 0, self.start
        for piece in range(self.pieces):
            before = self.points[3 * piece]
            for step in range(1, steps + 1):
                after = self._on(piece, step / steps)
                at = _on_chord(before, after, point)
                if (distance := math.dist(at, point)) < best[0]:
                    best = distance, piece, at
                before = after
        return best

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
        return self._on(0, t) if self.pieces == 1 else self._on(*_piece(self._widths(), t))

    def at_all(self, ts: Iterable[float]) -> list[Point]:
        """The same for several parameters."""
        if self.pieces == 1:
            return [self._on(0, t) for t in ts]
        widths = self._widths()
        return [self._on(*_piece(widths, t)) for t in ts]

    def _on(self, piece: int, t: float) -> Point:
        """The point at parameter `t` of a piece."""
        u = 1.0 - t
        a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = self.points[3 * piece : 3 * piece + 4]
        return a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy

    def _widths(self) -> list[float]:
        """How wide and high each piece is, taken together."""
        return [abs(b[0] - a[0]) + abs(b[1] - a[1]) for a, b in pairwise(self.points[::3])]

    @cached_property
    def bounds(self) -> Rect:
        """What it does not leave."""
        xs, ys = [p[0] for p in self.points], [p[1] for p in self.points]
        return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _piece(widths: list[float], t: float) -> tuple[int, float]:
    """In which of several pieces a parameter lies, and where in it."""
    way = t * sum(widths)
    for piece, width in enumerate(widths):
        if way <= width and width:
            return piece, way / width
        way -= width
    return len(widths) - 1, 1.0


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _on_chord(one: Point, other: Point, point: Point) -> Point:
    """The point of a straight line from one point to another that is nearest to a third."""
    dx, dy = other[0] - one[0], other[1] - one[1]
    length = dx * dx + dy * dy
    part = ((point[0] - one[0]) * dx + (point[1] - one[1]) * dy) / length if length else 0.0
    part = min(max(part, 0.0), 1.0)
    return one[0] + part * dx, one[1] + part * dy
