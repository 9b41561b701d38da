"""One line of mathematics from plain text: letters slanted, function names and digits upright, indices lowered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from ..fonts import Face, font

# ᵀ stands apart, so that the letter before it is a letter and no word
_RUN = re.compile(r"ᵀ|[^\W\d_₀-₉⁰-⁹¹²³ᵀ]+|[\W\d_₀-₉⁰-⁹¹²³]+")
_INDEX = re.compile(r"(?<!\w)([^\W\d_]{1,2})_([^\W_]+(?:,[^\W_]+)*)(?!\w)")  # w_in, θ_1,2; not learning_rate
_SMALLER, _LOWER = 0.72, 0.22  # of an index: its size, and how far below the line it stands, in sizes of the line


def _is_letter(piece: str) -> bool:
    return len(piece) == 1 and piece.isalpha() and piece != "ᵀ"


@lru_cache(maxsize=4096)
def runs(text: str, pixels: float) -> tuple[tuple[tuple[str, QFont, float, float], ...], float]:
    """The runs of one font each, with their offsets to the right and below, and the whole width."""
    found = []
    x = 0.0
    for part, is_index in _parts(text):
        size, below = (_SMALLER * pixels, _LOWER * pixels) if is_index else (pixels, 0.0)
        for is_italic, pieces in groupby(_RUN.findall(part), _is_letter):
            piece = "".join(pieces)
            used = font(Face.MATH, size, is_italic=is_italic)
            found.append((piece, used, x, below))
            x += QFontMetricsF(used).horizontalAdvance(piece)
    return tuple(found), x


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """What stands on the line, and the indices between."""
    start = 0
    for found in _INDEX.finditer(text):
        yield text[start : found.end(1)], False
        yield found[2], True
        start = found.end()
    yield text[start:], False


def width(text: str, pixels: float) -> float:
    """How wide a line of mathematics is."""
    return runs(text, pixels)[1]


def draw(painter: QPainter, x: float, baseline: float, text: str, pixels: float, colour: QColor) -> None:
    """Draws a line of mathematics from `x`."""
    painter.setPen(colour)
    for piece, used, offset, below in runs(text, pixels)[0]:
        painter.setFont(used)
        painter.drawText(QPointF(x + offset, baseline + below), piece)


def elided(text: str, pixels: float, room: float) -> str:
    """`text`, or as much of it as fits into `room` with dots."""
    if width(text, pixels) <= room:
        return text
    while text and width(text + "…", pixels) > room:
        text = text[:-1]
    return text + "…"
