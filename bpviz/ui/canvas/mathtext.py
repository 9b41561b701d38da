"""One line of mathematics from plain text: letters slanted, function names and digits upright, indices lowered.

For people who sit far away there is a size that no character is smaller than, indices and exponents neither: those
that are characters of their own, as in x₁ and 10⁻³, are then set from plain ones, because a font draws them small.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum
from functools import cache, lru_cache
from itertools import groupby
from typing import TypeAlias

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QPainter

from ..fonts import Face, advance, font

# ᵀ stands apart, so that the letter before it is a letter and no word
_RUN = re.compile(r"ᵀ|[^\W\d_₀-₉⁰-⁹¹²³ᵀ]+|[\W\d_₀-₉⁰-⁹¹²³]+")
INDEX = re.compile(r"(?<!\w)([^\W\d_]{1,2})_([^\W_]+(?:,[^\W_]+)*)(?!\w)")  # w_in, θ_1,2; not learning_rate
SMALLER = 0.72  # of an index: its size, in sizes of the line
_LOWER, _HIGHER = 0.22, 0.36  # how far below the line an index stands, and an exponent above it, in sizes of the line
_FURTHER, _NEARER = 0.1, 0.2  # by how much of what it is larger, where it is, it stands lower, or less high

Runs: TypeAlias = tuple[tuple[tuple[str, QFont, float, float], ...], float]


def _is_letter(piece: str) -> bool:
    return len(piece) == 1 and piece.isalpha() and piece != "ᵀ"


class Hand(Enum):
    """How a line is set: as mathematics, as a number that is read first, or as words."""

    FORMULA = "formula"
    NUMBER = "number"
    WORDS = "words"


@lru_cache(maxsize=4096)
def runs(text: str, pixels: float, least: float = 0.0, hand: Hand = Hand.FORMULA) -> Runs:
    """The runs of one font each, with their offsets to the right and below, and the whole width.

    No character is smaller than `least`, if that is given.
    """
    found = []
    x = 0.0
    size = max(SMALLER * pixels, least)
    larger = size / pixels - SMALLER
    below = {0: 0.0, -1: (_LOWER + _FURTHER * larger) * pixels, 1: -(_HIGHER - _NEARER * larger) * pixels}
    face = Face.MATH if hand is Hand.FORMULA else Face.TEXT
    for piece, is_italic, level in _pieces(text, hand, is_plain=least > 0.0):
        tall, is_bold = size if level else pixels, hand is Hand.NUMBER
        found.append((piece, font(face, tall, is_bold=is_bold, is_italic=is_italic), x, below[level]))
        x += advance(piece, face, tall, is_bold=is_bold, is_italic=is_italic)
    return tuple(found), x


@lru_cache(maxsize=4096)
def _pieces(text: str, hand: Hand, *, is_plain: bool) -> tuple[tuple[str, bool, int], ...]:
    """The runs of a line: what they say, whether they are slanted, and at which level."""
    return tuple(
        (piece, is_italic, level)
        for part, level in (_parts_of_plain(text) if is_plain else _parts(text))
        for is_italic, piece in (_slanted(part) if hand is Hand.FORMULA else [(False, part)])
    )


def _slanted(part: str) -> Iterator[tuple[bool, str]]:
    """What is slanted, and what stands upright."""
    for is_italic, pieces in groupby(_RUN.findall(part), _is_letter):
        yield is_italic, "".join(pieces)


def _parts(text: str) -> Iterator[tuple[str, int]]:
    """What stands on the line, at level 0, and the indices between, at level −1."""
    start = 0
    for found in INDEX.finditer(text):
        yield text[start : found.end(1)], 0
        yield found[2], -1
        start = found.end()
    yield text[start:], 0


def _parts_of_plain(text: str) -> Iterator[tuple[str, int]]:
    """The same; indices and exponents that are characters of their own, too, as plain ones at their levels."""
    for part, level in _parts(text):
        for own, characters in groupby(part, script_level):
            piece = "".join(characters)
            yield (unicodedata.normalize("NFKC", piece) if own else piece), own or level


@cache
def script_level(character: str) -> int:
    """1 for an exponent such as ², −1 for an index such as ₂, 0 for what stands on the line."""
    kind = unicodedata.decomposition(character)
    return 1 if kind.startswith("<super>") else -1 if kind.startswith("<sub>") else 0


def width(text: str, pixels: float, least: float = 0.0) -> float:
    """How wide a line of mathematics is."""
    return runs(text, pixels, least, Hand.FORMULA)[1]


def bold_width(text: str, pixels: float, least: float) -> float:
    """How wide a number is in bold digits."""
    return runs(text, pixels, least, Hand.NUMBER)[1]


def draw(
    painter: QPainter,
    x: float,
    baseline: float,
    text: str,
    pixels: float,
    colour: QColor,
    least: float = 0.0,
    hand: Hand = Hand.FORMULA,
) -> None:
    """Draws a line of mathematics, or a number or words, from `x`."""
    painter.setPen(colour)
    for piece, used, offset, below in runs(text, pixels, least, hand)[0]:
        painter.setFont(used)
        painter.drawText(QPointF(x + offset, baseline + below), piece)


def draw_bold(
    painter: QPainter, x: float, baseline: float, text: str, pixels: float, colour: QColor, least: float
) -> None:
    """Draws a number from `x`, in bold digits."""
    draw(painter, x, baseline, text, pixels, colour, least, Hand.NUMBER)


def elided(text: str, pixels: float, room: float, least: float = 0.0) -> str:
    """`text`, or as much of it as fits into `room` with dots."""
    if width(text, pixels, least) <= room:
        return text
    fits, too_long = 0, len(text)
    while fits + 1 < too_long:
        half = (fits + too_long) // 2
        fits, too_long = (half, too_long) if width(text[:half] + "…", pixels, least) <= room else (fits, half)
    return text[:fits] + "…"
