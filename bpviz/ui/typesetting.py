"""Where the lines of a derivation stand: aligned at the equals signs, broken between terms where they are too wide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ..engine.terms import Line, Piece
from .formula import Setting

PIXELS, SMALLER, SMALLEST = 17.0, 15.0, 13.0  # of a letter: as a rule, where that saves breaking a line, in any case
ABOVE, BELOW, BESIDE = 2.0, 5.0, 3.0  # pixels: what a term takes up beyond its mathematics; below is the underline
BETWEEN = 3.0  # the parts of a product
_GAP, _ROW_GAP, _LINE_GAP = 3.0, 2.0, 3.0  # around signs, between rows of a line, between lines
_ASCENT, _DESCENT = 0.8 * PIXELS + ABOVE, 0.3 * PIXELS + BELOW  # of a row at least: digits and empty boxes alike
_WORTHWHILE = 0.86  # of the height: what smaller letters take, if they save rows and not only size
_MOST_LEFT = 0.4  # of the width, for what stands before the equals sign; if it is wider, it has a row of its own


@dataclass(frozen=True)
class Part:
    """A term with the sign before it: its mathematics, part by part, and how much room that takes."""

    sign: Setting | None
    settings: tuple[Setting, ...]
    scale: float
    width: float
    ascent: float
    descent: float

    @staticmethod
    @lru_cache(maxsize=4096)
    def of(piece: Piece, room: float) -> Part:
        """A term that is wider than its room shrinks."""
        sign = Setting(piece.sign, PIXELS) if piece.sign not in ("", r"\,") else None
        room -= 2 * BESIDE + (sign.width + _GAP if sign is not None else 0.0)
        settings = tuple(Setting(atom, PIXELS, piece.words) for atom in piece.atoms)
        natural = sum(setting.width for setting in settings) + BETWEEN * max(len(settings) - 1, 0)
        scale = min(1.0, max(room / max(natural, 1.0), SMALLEST / PIXELS))
        ascent = max((setting.ascent for setting in settings), default=0.0) * scale + ABOVE
        descent = max((setting.descent for setting in settings), default=0.0) * scale + BELOW
        return Part(sign, settings, scale, natural * scale + 2 * BESIDE, ascent, descent)

    @property
    def advance(self) -> float:
        """From here to what comes next."""
        return self.width + _GAP + (self.sign.width + _GAP if self.sign is not None else 0.0)


@dataclass(frozen=True)
class Placed:
    """A term, from `x` on along a baseline."""

    part: Part
    x: float
    baseline: float


@dataclass
class Layout:
    """The terms of every line, the signs between them, and the height of every line."""

    terms: list[list[Placed]] = field(default_factory=list)
    signs: list[tuple[Setting, float, float]] = field(default_factory=list)  # with x and baseline
    heights: list[float] = field(default_factory=list)
    is_broken: bool = False  # whether a line takes more than one row

    @property
    def height(self) -> float:
        return sum(self.heights)


@dataclass(frozen=True)
class Fitted:
    """Lines as they stand in a width: their layout, their height on the screen, and how both are scaled."""

    layout: Layout
    height: float
    scale: float


@lru_cache(maxsize=512)
def fitted(lines: tuple[Line, ...], reserved: tuple[Line, ...], width: float, *, is_inline: bool) -> Fitted:
    """Lines in a width, with room enough for those that will be `reserved` in the end; smaller, where that saves rows.

    It is remembered: sixty times a second the same lines stand in the same width.
    """
    found, is_broken = _at(lines, reserved, width, 1.0, is_inline)
    if is_broken:
        smaller, _ = _at(lines, reserved, width, SMALLER / PIXELS, is_inline)
        found = smaller if smaller.height < _WORTHWHILE * found.height else found
    return found


def _at(
    lines: tuple[Line, ...], reserved: tuple[Line, ...], width: float, scale: float, is_inline: bool
) -> tuple[Fitted, bool]:
    """Lines at a scale, and whether one of them takes more than one row.  What is still to come has its room already,
    line by line."""
    end = _layout(reserved, width / scale, is_inline=is_inline)
    made = _layout(lines, width / scale, is_inline=is_inline, least=() if is_inline else tuple(end.heights))
    return Fitted(made, max(made.height, end.height) * scale, scale), made.is_broken or end.is_broken


@lru_cache(maxsize=512)
def _layout(lines: tuple[Line, ...], width: float, *, is_inline: bool, least: tuple[float, ...] = ()) -> Layout:
    """Puts lines into a width.

    `least` has the least heights of lines.  With `is_inline` a line goes on where the one before ends, if it has room
    there.
    """
    made = Layout()
    if not lines:
        return made
    equals, left = Setting("=", PIXELS), Setting(lines[0].left, PIXELS)
    relation = equals.width + 2 * _GAP
    is_beside = left.width <= width * _MOST_LEFT and _has_room(lines[0], width - relation - left.width)
    indent, top, end = relation + (left.width + BESIDE if is_beside else 0.0), 0.0, width
    for number, line in enumerate(lines):
        parts = [Part.of(piece, width - indent) for piece in line.pieces]
        used = sum(part.advance for part in parts)
        if is_inline and number and end + relation + used <= width:
            baseline = made.signs[-1][2]
            made.signs.append((equals, end + _GAP, baseline))
            end = _put(made, [parts], end + relation, [baseline])
            made.heights.append(0.0)
            continue
        begin = top
        if number == 0 and not is_beside:
            made.signs.append((left, 0.0, top + left.ascent))
            top += left.ascent + left.descent + _ROW_GAP
        rows = _rows(parts, width - indent)
        made.is_broken |= len(rows) > 1
        followers = _followers(lines[number + 1 :], rows[-1], width, indent, relation) if is_inline else []
        baselines: list[float] = []
        for place, row in enumerate(rows, 1):
            lead = left if number == 0 and is_beside and not baselines else equals
            tall = [*row, *followers] if place == len(rows) else row
            baselines.append(top + max(lead.ascent, _ASCENT, *(part.ascent for part in tall)))
            top = baselines[-1] + max(lead.descent, _DESCENT, *(part.descent for part in tall)) + _ROW_GAP
        if number == 0 and is_beside:
            made.signs.append((left, 0.0, baselines[0]))
        made.signs.append((equals, indent - equals.width - _GAP, baselines[0]))
        end = _put(made, rows, indent, baselines)
        top = max(top + _LINE_GAP, begin + (least[number] if number < len(least) else 0.0))
        made.heights.append(top - begin)
    return made


def _followers(lines: Sequence[Line], row: Sequence[Part], width: float, indent: float, relation: float) -> list[Part]:
    """What of the next lines goes on in the same row."""
    found: list[Part] = []
    end = indent + sum(part.advance for part in row)
    for line in lines:
        parts = [Part.of(piece, width - indent) for piece in line.pieces]
        end += relation + sum(part.advance for part in parts)
        if end > width:
            break
        found += parts
    return found


def _has_room(line: Line, room: float) -> bool:
    """Whether no term of a line is cut, however small it is set."""
    return all(Part.of(piece, room).advance - _GAP <= room + 1.0 for piece in line.pieces)


def _rows(parts: Sequence[Part], room: float) -> list[list[Part]]:
    """As many rows as parts need: a row ends before a sign."""
    rows: list[list[Part]] = [[]]
    x = 0.0
    for part in parts:
        if rows[-1] and x + part.advance - _GAP > room:
            rows.append([])
            x = 0.0
        rows[-1].append(part)
        x += part.advance
    return rows


def _put(made: Layout, rows: Sequence[Sequence[Part]], start: float, baselines: Sequence[float]) -> float:
    """Adds a line in rows from `start` on; where the last of them ends."""
    line: list[Placed] = []
    signs: list[tuple[Setting, float, float]] = []
    x = start
    for row, baseline in zip(rows, baselines, strict=True):
        x = start
        for part in row:
            if part.sign is not None:
                signs.append((part.sign, x, baseline))
            line.append(Placed(part, x + part.advance - part.width - _GAP, baseline))
            x += part.advance
    made.terms.append(line)
    made.signs[-1:-1] = signs  # the equals sign of a line stays the last: the next may go on at its baseline
    return x
