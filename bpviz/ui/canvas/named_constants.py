"""Where the name and the number of a named constant stand on its small card, from near and from the middle distance.

Beside each other where both are easy to read, else the number below its name; and if both have no room at any size that
can be read, the number alone, which is what a constant is for.  All lengths are scene units.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from ...ops import numerals
from ...stage.cards import Card
from ..theme import Theme
from . import mathtext
from .mathtext import Hand

NARROW, BETWEEN, EDGES = 10.0, 8.0, 6.0  # the padding; between name and number; beside a number alone
TIGHT, TIGHTER = 6.0, 8.0  # the least padding, and how much of it is lost for those who are twice as far away
BESIDE_SIZES = ((26.0, 21.0), (21.0, 18.0), (17.0, 15.0), (14.0, 14.0))  # of name and number, beside each other
LARGEST = 34.0, 30.0  # as on all cards that are looked at from farther away
SHRINKING = (1.0, 0.85, 0.7, 0.6, 0.5)  # from farther away, until they have room
NEAR_BESIDE = 3  # so many of them are large enough from near, where there is room for two lines
NAME_SIZES = (14.0, 12.0)  # of a name above its number
NUMBER_SIZES = (18.0, 15.0, 13.0, 11.0, 9.0, 7.5, 6.0)  # of a number below its name
LONE_SIZES = (21.0, *NUMBER_SIZES)
TOP, BOTTOM = 4.0, 8.0  # free above a name, and below a number
RISE, DROP, DIGIT = 0.86, 0.2, 0.73  # how far letters reach above and below their line, and digits above it, in sizes
LEAST_CUT = 4  # characters of a name that is cut and still says something


@dataclass(frozen=True)
class Line:
    """A text, the left end of its baseline, and how it is set."""

    text: str
    size: float
    x: float
    baseline: float
    hand: Hand

    @property
    def width(self) -> float:
        return _wide(self.text, self.size, self.hand)


def named_constant(
    face: Card, box: QRectF, grown: float = 1.0, least: float = 0.0, least_indexed: float = 0.0
) -> tuple[Line, ...]:
    """The name, if there is room for it, and the number, which comes last.

    Sizes are `grown` for those who are farther away; nothing is smaller than `least`, nor a name with an index than
    `least_indexed`.  Where digits do not fit, fewer are better than no name.
    """
    hand = Hand.FORMULA if face.is_symbolic else Hand.NUMBER
    least_name = max(least, least_indexed) if _has_index(face.headline) else least
    side = max(TIGHT, NARROW - TIGHTER * (grown - 1.0))
    room = box.adjusted(side, 0.0, -side, 0.0)
    for number in numerals.shorter(face.value):
        for lines in (
            *_beside(face, number, hand, room, grown, (least_name, least)),
            *_below(face, number, hand, room, least_name, least),
        ):
            if lines[0].size >= least_name and lines[1].size >= least and _fits(lines, room):
                return lines
    return _alone(face, hand, box, grown, least)


def paint_named_constant(painter: QPainter, lines: tuple[Line, ...], face: Card, theme: Theme, opacity: float) -> None:
    """Puts them on the card, the number as far as it is there yet."""
    for line in lines:
        painter.setOpacity(opacity * (face.value_opacity if line is lines[-1] else 1.0))
        mathtext.draw(painter, line.x, line.baseline, line.text, line.size, theme["ink"], hand=line.hand)
    painter.setOpacity(opacity)


def _beside(
    face: Card, number: str, hand: Hand, room: QRectF, grown: float, least: tuple[float, float]
) -> Iterator[tuple[Line, Line]]:
    sizes = BESIDE_SIZES[:NEAR_BESIDE]
    if grown > 1.0:
        parts = [(name * grown * part, size * grown * part) for part in SHRINKING for name, size in BESIDE_SIZES]
        sizes = tuple((min(name, LARGEST[0]), min(size, LARGEST[1])) for name, size in parts)
        sizes = (*sizes, least)
    for name, size in sizes:
        yield (
            Line(face.headline, name, room.left(), room.center().y() + name * 0.3, Hand.FORMULA),
            Line(number, size, room.right() - _wide(number, size, hand), room.center().y() + size * 0.36, hand),
        )


def _below(
    face: Card, number: str, hand: Hand, room: QRectF, least_name: float, least: float
) -> Iterator[tuple[Line, Line]]:
    allowed = [max(size, least_name) for size in NAME_SIZES]
    name = next((size for size in allowed if mathtext.width(face.headline, size) <= room.width()), allowed[-1])
    text = mathtext.elided(face.headline, name, room.width())
    if text != face.headline and len(text) < LEAST_CUT:
        return
    for size in sorted({max(size, least) for size in NUMBER_SIZES}, reverse=True):
        line = room.bottom() - BOTTOM
        line -= max(0.0, 18.0 - size) * 0.5 if least == 0.0 else 0.0
        yield (
            Line(text, name, room.left(), room.top() + TOP + RISE * name, Hand.FORMULA),
            Line(number, size, room.right() - _wide(number, size, hand), line, hand),
        )


def _alone(face: Card, hand: Hand, box: QRectF, grown: float, least: float) -> tuple[Line, ...]:
    """The number in the middle, with as many digits as there is room for; nothing if there is none."""
    for number in numerals.shorter(face.value):
        for size in sorted({max(size * grown, least) for size in LONE_SIZES}, reverse=True):
            width = _wide(number, size, hand)
            if width <= box.width() - EDGES:
                return (Line(number, size, box.center().x() - width / 2, box.center().y() + size * 0.36, hand),)
    return ()


def _fits(lines: tuple[Line, Line], room: QRectF) -> bool:
    name, number = lines
    if number.x < room.left():
        return False
    if name.x + name.width + BETWEEN <= number.x:
        return True
    return number.baseline - DIGIT * number.size >= name.baseline + DROP * name.size


def _wide(text: str, size: float, hand: Hand) -> float:
    return mathtext.runs(text, size, hand=hand)[1]


def _has_index(name: str) -> bool:
    return bool(mathtext.INDEX.search(name)) or any(map(mathtext.script_level, name))
