"""One line of mathematics from plain text: letters slanted, function names and digits upright."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from ..fonts import Face, font

# ᵀ stands apart, so that the letter before it is a letter and no word
_RUN = re.compile(r"ᵀ|[^\W\d_₀-₉⁰-⁹¹²³ᵀ]+|[\W\d_₀-₉⁰-⁹¹²³]+")


def _is_letter(piece: str) -> bool:
    return len(piece) == 1 and piece.isalpha() and piece != "ᵀ"


@lru_cache(maxsize=4096)
def runs(text: str, pixels: float) -> tuple[tuple[tuple[str, QFont, float], ...], float]:
    """The runs of one font each, with their offsets, and the whole width."""
    found = []
    x = 0.0
    for is_italic, pieces in groupby(_RUN.findall(text), _is_letter):
        piece = "".join(pieces)
        used = font(Face.MATH, pixels, is_italic=is_italic)
        found.append((piece, used, x))
        x += QFontMetricsF(used).horizontalAdvance(piece)
    return tuple(found), x


def width(text: str, pixels: float) -> float:
    """How wide a line of mathematics is."""
    return runs(text, pixels)[1]


def draw(painter: QPainter, x: float, baseline: float, text: str, pixels: float, colour: QColor) -> None:
    """Draws a line of mathematics from `x`."""
    painter.setPen(colour)
    for piece, used, offset in runs(text, pixels)[0]:
        painter.setFont(used)
        painter.drawText(QPointF(x + offset, baseline), piece)


def elided(text: str, pixels: float, room: float) -> str:
    """`text`, or as much of it as fits into `room` with dots."""
    if width(text, pixels) <= room:
        return text
    while text and width(text + "…", pixels) > room:
        text = text[:-1]
    return text + "…"
