"""Notes: lines of text with mathematics in them, broken to a width, and painted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from ...stage.annotations import NOTE_PADDING
from ..fonts import Face, font
from ..formula import Setting

SIZE = 14.0
LONGEST_FORMULA = 500  # characters; more is shown as it was typed
_LINE = 1.42  # height of a line of plain text, in sizes
_FORMULA = re.compile(r"(?<!\\)\$([^$\n]+?)(?<!\\)\$")
_MATHS = 1.12  # letters of formulas are smaller than those of words of the same size


@dataclass(frozen=True)
class _Atom:
    """A word or a formula.  Lines are broken only before what comes after a space."""

    content: str | Setting
    width: float
    ascent: float
    descent: float
    is_after_space: bool


@dataclass(frozen=True)
class Placed:
    """A word or a formula, from `x` on along a baseline."""

    content: str | Setting
    x: float
    baseline: float


@dataclass(frozen=True)
class NoteLayout:
    """Where everything in a note stands, from its top left corner, and how high that is."""

    parts: tuple[Placed, ...]
    height: float
    font: QFont


@lru_cache(maxsize=512)
def note_layout(text: str, width: float, size: float = SIZE) -> NoteLayout:
    """Breaks a note to a width.  A word or formula that is wider has a line of its own, and is not broken."""
    used = font(Face.TEXT, size)
    metrics = QFontMetricsF(used)
    space, room = metrics.horizontalAdvance(" "), width - 2 * NOTE_PADDING
    parts: list[Placed] = []
    y = NOTE_PADDING
    for paragraph in text.split("\n"):
        for line in _lines(list(_atoms(paragraph, metrics, size)), room, space):
            ascent = max((atom.ascent for atom in line), default=metrics.ascent())
            height = max(_LINE * size, ascent + max((atom.descent for atom in line), default=0.0) + 3.0)
            baseline = y + max((_LINE * size + metrics.ascent() - metrics.descent()) / 2, ascent + 1.5)
            x = NOTE_PADDING
            for i, atom in enumerate(line):
                x += space if i and atom.is_after_space else 0.0
                parts.append(Placed(atom.content, x, baseline))
                x += atom.width
            y += height
    return NoteLayout(tuple(parts), y + NOTE_PADDING, used)


def _atoms(paragraph: str, metrics: QFontMetricsF, size: float) -> Iterator[_Atom]:
    end = 0
    is_after_space = False
    for found in [*_FORMULA.finditer(paragraph), None]:
        words = paragraph[end : found.start() if found else len(paragraph)].replace(r"\$", "$")
        for piece in re.findall(r"\s+|\S+", words):
            if piece.isspace():
                is_after_space = True
                continue
            yield _Atom(piece, metrics.horizontalAdvance(piece), metrics.ascent(), metrics.descent(), is_after_space)
            is_after_space = False
        if found is None:
            return
        end = found.end()
        if len(found[1]) > LONGEST_FORMULA:
            yield _Atom(
                found[1], metrics.horizontalAdvance(found[1]), metrics.ascent(), metrics.descent(), is_after_space
            )
        else:
            set_ = Setting(found[1].strip(), size * _MATHS)
            yield _Atom(set_, set_.width, set_.ascent, set_.descent, is_after_space)
        is_after_space = False


def _lines(atoms: Sequence[_Atom], room: float, space: float) -> list[list[_Atom]]:
    """As many lines as atoms need; what hangs together without a space stays together."""
    chunks: list[list[_Atom]] = []
    for atom in atoms:
        if atom.is_after_space or not chunks:
            chunks.append([])
        chunks[-1].append(atom)
    lines: list[list[_Atom]] = [[]]
    x = 0.0
    for chunk in chunks:
        width = sum(atom.width for atom in chunk)
        if lines[-1] and x + space + width > room:
            lines.append([])
            x = 0.0
        x += (space if lines[-1] else 0.0) + width
        lines[-1].extend(chunk)
    return lines


def paint_note(painter: QPainter, x: float, y: float, layout: NoteLayout, colour: QColor) -> None:
    """Paints a note from its top left corner."""
    painter.setFont(layout.font)
    painter.setPen(colour)
    for part in layout.parts:
        if isinstance(part.content, Setting):
            part.content.paint(painter, x + part.x, y + part.baseline, colour)
            painter.setFont(layout.font)
            painter.setPen(colour)
        else:
            painter.drawText(QPointF(x + part.x, y + part.baseline), part.content)
