"""Large print: cards for the back row, on which no text is smaller than a given size.

What has a size to choose takes at least that one; what then has no room is left out, never cut: first the remarks,
then the formula beside the symbol, then the symbol.  A number that fits in no way has fewer digits.  Cards keep
their places and sizes.  All lengths are scene units; `least` is the size of the smallest text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen

from ...graph.graph import NodeId
from ...ops import numerals
from ...stage.cards import Card, HeatMap, State
from ...stage.geometry import CARD_WIDTH, PILL_HEIGHT, STRIP_HEIGHT, Rect
from ...stage.stage import Stage
from ...stage.wires import Pill
from ..theme import Theme
from . import mathtext
from .faces import mixed, paint_cells, paint_symbol
from .mathtext import Hand, bold_width
from .shapes import lower_part

PADDING, TIGHT_PADDING = 12.0, 8.0
HEADLINES = (26.0, 23.0, 20.0)
VALUES = (24.0, 21.0, 18.0)
STRIPS = (18.0, 16.0, 14.0)
PILLS = (15.0, 14.0, 13.0, 12.0)
TROUBLES, WIDEST_TROUBLE = (13.0,), 236.0
BADGE, WIDEST_BADGE = 34.0, 64.0
PILL_LINE, PILL_SIDE = 1.5, 14.0  # its height by that of its text; how much wider it is than that
PILL_TEXT = 14.5  # the size at which text has the width that places are found for
_TALLEST = 0.86  # of the height of a line's room that its text may take


@lru_cache(maxsize=8192)
def fitting(
    text: str, sizes: tuple[float, ...], least: float, room: float, width: Callable[[str, float, float], float]
) -> float | None:
    """The largest of the sizes, or else the least, at which a line fits into `room`; None if it never does."""
    allowed = [*(size for size in sizes if size > least), least]
    return next((size for size in allowed if width(text, size, least) <= room), None)


def paint_strip(painter: QPainter, box: QRectF, face: Card, theme: Theme, least: float) -> None:
    """The lower part of a card: its gradient."""
    place = QRectF(box.left(), box.bottom() - STRIP_HEIGHT, box.width(), STRIP_HEIGHT)
    tint = "sunken" if not face.gradient else "fault_tint" if face.is_wrong else "backward_tint"
    painter.fillPath(lower_part(box), theme[tint])
    if least > STRIP_HEIGHT * _TALLEST or not face.gradient:
        return
    left, right, middle = place.left() + PADDING, place.right() - PADDING, place.center().y()
    is_label = face.strip.startswith("∂")
    used = _paint_gradient(painter, place, face, theme, least)
    room = right - left - used - 8.0
    if not is_label:
        if mathtext.runs(face.strip, least, least, Hand.WORDS)[1] <= room:
            baseline = middle + least * 0.36
            mathtext.draw(painter, left, baseline, face.strip, least, theme["muted"], least, Hand.WORDS)
    elif (size := fitting(face.strip, STRIPS, least, room, mathtext.width)) is not None:
        colour = theme["fault" if face.is_wrong else "backward"]
        mathtext.draw(painter, left, middle + size * 0.32, face.strip, size, colour, least)


def _paint_gradient(painter: QPainter, place: QRectF, face: Card, theme: Theme, least: float) -> float:
    """The right side of the strip; how much of it is taken."""
    right, room = place.right() - PADDING, place.width() - 2 * PADDING
    if face.gradient_heat is not None and fitting(face.gradient, STRIPS, least, room * 0.62, bold_width) is None:
        used = room * 0.6
        cells = QRectF(right - used, place.top() + 4.0, used, STRIP_HEIGHT - 8.0)
        paint_cells(painter, cells, face.gradient_heat, theme, is_gradient=True, size=None)
        return used
    for text in numerals.shorter(face.gradient):
        if (size := fitting(text, STRIPS, least, room, bold_width)) is not None:
            used, colour = bold_width(text, size, least), theme["fault" if face.is_wrong else "backward"]
            mathtext.draw_bold(painter, right - used, place.center().y() + size * 0.36, text, size, colour, least)
            return used
    return 0.0


def paint_face(painter: QPainter, box: QRectF, face: Card, theme: Theme, least: float) -> None:
    """Headline, formula, and value or heat map."""
    height = box.height() - (0.0 if face.is_constant else STRIP_HEIGHT)
    if least > height * _TALLEST:
        return  # from here, a card is a shape
    side = TIGHT_PADDING if face.is_constant else PADDING
    room = QRectF(box.left() + side, box.top(), box.width() - 2 * side, height)
    head = _head_width(face, box, least)
    value = _value(face, room.width() - head, least)
    if face.value and value is None:  # the number alone, below its name
        head, value = 0.0, _value(face, room.width(), least)
    cells = _cells(face, room, head, least)
    if face.heat is not None and _cell_size(face.heat, cells, least) is None:
        wider = _cells(face, room, 0.0, least)
        if _cell_size(face.heat, wider, least) is not None:
            head, cells = 0.0, wider
    if head:
        _paint_head(painter, box, room, face, theme, least)
    text = face.caption if not face.is_name else face.headline if not head else _shape_of(face)
    is_lowered = bool(text) and _paint_top_line(painter, room, head, text, theme, least, value=value)
    painter.setOpacity(face.value_opacity)
    if face.heat is not None:
        size = _cell_size(face.heat, cells, least)
        paint_cells(painter, cells, face.heat, theme, is_gradient=False, size=size, strongest=0.3 if size else 0.67)
    if value is not None:
        _paint_value(painter, room, face, value, theme, least, is_lowered=is_lowered, is_alone=not head)
    painter.setOpacity(1.0)


def _cells(face: Card, room: QRectF, head: float, least: float) -> QRectF:
    """Where a heat map has its place, below the formula and beside the symbol."""
    top = room.top() + (7.0 if face.is_constant else 5.0 + 1.2 * least)
    return QRectF(room.left() + head, top, room.width() - head, room.bottom() - 5.0 - top)


def _shape_of(face: Card) -> str:
    return face.heat.shape if face.heat is not None and not face.is_constant else ""


def _head_width(face: Card, box: QRectF, least: float) -> float:
    """The room that the name or the symbol takes; 0 where it has none."""
    if not face.headline:
        return 0.0
    if face.is_name:
        size = _name_size(face, box, least)
        return 0.0 if size is None else mathtext.width(face.headline, size, least) + 10.0
    size = fitting(face.headline, (20.0,), least, WIDEST_BADGE - 8.0, mathtext.width)
    return 0.0 if size is None else max(BADGE, mathtext.width(face.headline, size, least) + 10.0) + 8.0


def _name_size(face: Card, box: QRectF, least: float) -> float | None:
    """How large a name is beside its number; None where it has no room there."""
    return fitting(face.headline, HEADLINES, least, 0.5 * box.width() - PADDING, mathtext.width)


def _paint_head(painter: QPainter, box: QRectF, room: QRectF, face: Card, theme: Theme, least: float) -> None:
    middle = room.center().y()
    if face.is_name:
        size = _name_size(face, box, least) or least
        mathtext.draw(painter, room.left(), middle + size * 0.3, face.headline, size, theme["ink"], least)
        return
    size = fitting(face.headline, (20.0,), least, WIDEST_BADGE - 8.0, mathtext.width) or least
    wide = max(BADGE, mathtext.width(face.headline, size, least) + 10.0)
    place = QRectF(room.left() - 3.0, middle - BADGE / 2, wide, BADGE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(theme["forward_tint"]))
    painter.drawRoundedRect(place, BADGE / 2, BADGE / 2)
    paint_symbol(painter, place, face.headline, (size,), theme["forward"], least)


def _value(face: Card, room: float, least: float) -> tuple[str, float] | None:
    """The number and its size; with fewer digits only where it has all the width."""
    texts = numerals.shorter(face.value) if face.value else ()
    for text in texts if room >= CARD_WIDTH - 2 * PADDING or face.is_constant else texts[:1]:
        if (size := fitting(text, VALUES, least, room, bold_width)) is not None:
            return text, size
    return None


def _paint_top_line(
    painter: QPainter,
    room: QRectF,
    head: float,
    text: str,
    theme: Theme,
    least: float,
    *,
    value: tuple[str, float] | None,
) -> bool:
    """The formula, or a name, above the value; whether there was room."""
    left, width = room.left() + head, room.width() - head + 6.0
    baseline = room.top() + 3.0 + least * 0.86
    if value is not None and baseline + 0.24 * least + 0.74 * value[1] > room.bottom() - 4.0:
        return False
    size = fitting(text, (), least, width, mathtext.width)
    shown = text if size is not None else mathtext.elided(text, least, width, least)
    if len(shown) < min(len(text), 5):
        return False
    mathtext.draw(painter, left, baseline, shown, size or least, theme["muted"], least)
    return True


def _paint_value(
    painter: QPainter,
    room: QRectF,
    face: Card,
    value: tuple[str, float],
    theme: Theme,
    least: float,
    *,
    is_lowered: bool,
    is_alone: bool,
) -> None:
    text, size = value
    used = bold_width(text, size, least)
    at = room.center().x() - used / 2 if face.is_constant and is_alone else room.right() - used
    baseline = room.bottom() - 6.0 if is_lowered else room.center().y() + size * 0.36
    colour = theme["fault" if face.state is State.FAILED else "ink"]
    mathtext.draw_bold(painter, at, baseline, text, size, colour, least)


def _cell_size(heat: HeatMap, room: QRectF, least: float) -> float | None:
    """The size of the numbers in the cells, if all of them fit."""
    columns = max((len(row) for row in heat.rows), default=0)
    if not heat.texts or not columns or 1.15 * least > room.height() / len(heat.rows):
        return None
    if any(map(mathtext.script_level, (character for row in heat.texts for text in row for character in text))):
        return None  # an exponent would be smaller
    widest = max(bold_width(text, least, least) for row in heat.texts for text in row)
    return least if widest <= room.width() / columns - 6.0 else None


def pill_size(least: float) -> float:
    """How many times as large as on the desk pills are, and the room that they need."""
    return max(PILL_LINE * least / PILL_HEIGHT, least / PILL_TEXT, 1.0)


def token_size(least: float) -> float:
    """How many times as large as on the desk numbers in flight are."""
    return max(least / 14.0, 1.0)


def pill_look(pill: Pill, least: float) -> tuple[str, float, Rect] | None:
    """What a pill says that stands where there is room for `pill_size`, how large, and where; None where it would
    cover too much of the picture."""
    text, room = pill.text, pill.rect.width - PILL_SIDE
    size = fitting(text, PILLS, least, room, mathtext.width) or least
    if mathtext.width(text, size, least) > room:
        text = text.rsplit(" = ", 1)[-1]
    used = mathtext.width(text, size, least)
    if (size > STRIP_HEIGHT * _TALLEST or used > room) and pill.glow < 0.5:
        return None
    width, height = max(used + PILL_SIDE, 34.0), max(PILL_HEIGHT, size * PILL_LINE)
    x, y = pill.rect.x + pill.rect.width / 2, pill.rect.y + pill.rect.height / 2
    return text, size, Rect(x - width / 2, y - height / 2, width, height)


def trouble_look(lines: tuple[str, ...], card: Rect, least: float, below: float) -> tuple[list[str], float, Rect]:
    """A message so far `below` a card: its lines, their size, and the box around them."""
    size = next((size for size in TROUBLES if size > least), least)
    room = max(card.width, min(18.0 * size, WIDEST_TROUBLE)) - 20.0
    wrapped: list[str] = []

    def wide(line: str) -> float:
        return mathtext.runs(line, size, least, Hand.WORDS)[1]

    for word in " ".join(lines).split():
        if wrapped and wide(f"{wrapped[-1]} {word}") <= room:
            wrapped[-1] += f" {word}"
        else:
            wrapped.append(word)
    width = max(map(wide, wrapped)) + 20.0
    return wrapped, size, Rect(card.x, card.bottom + below, width, len(wrapped) * size * 1.3 + 10.0)


def paint_trouble(
    painter: QPainter, stage: Stage, node: NodeId, face: Card, theme: Theme, least: float, *, is_fault: bool
) -> None:
    """The message below a card: where there is room for it, and always while it is what happens."""
    lines, size, place = trouble_look(face.trouble, stage.rect(node), least, stage.scenery.course.below_card)
    if node not in stage.acting() and not stage.scenery.is_free(place):
        return
    painter.setPen(QPen(theme["fault" if is_fault else "line"], 1.2))
    painter.setBrush(QBrush(theme["fault_tint" if is_fault else "surface"]))
    painter.drawRoundedRect(QRectF(place.x, place.y, place.width, place.height), 8.0, 8.0)
    for number, line in enumerate(lines):
        baseline = place.y + 5.0 + size * (1.3 * number + 1.0)
        colour = theme["fault" if is_fault else "muted"]
        mathtext.draw(painter, place.x + 10.0, baseline, line, size, colour, least, Hand.WORDS)


def paint_pill(painter: QPainter, pill: Pill, theme: Theme, least: float) -> None:
    """A local derivative on its wire."""
    look = pill_look(pill, least)
    if look is None:
        return
    text, size, place = look
    strength = max(pill.glow, 0.55 if pill.is_used else 0.0)
    painter.setOpacity(pill.opacity)
    painter.setPen(QPen(mixed(theme["line"], theme["backward"], strength), 1.4 + 0.8 * pill.glow))
    painter.setBrush(QBrush(theme["surface"]))
    painter.drawRoundedRect(QRectF(place.x, place.y, place.width, place.height), place.height / 2, place.height / 2)
    at = place.x + (place.width - mathtext.width(text, size, least)) / 2
    colour = mixed(theme["muted"], theme["backward"], strength)
    mathtext.draw(painter, at, place.y + place.height / 2 + size * 0.31, text, size, colour, least)
    painter.setOpacity(1.0)
