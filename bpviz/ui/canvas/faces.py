"""Paints what stands on a card: headline, caption, value or heat map, and the gradient strip."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from ...stage.cards import Card, HeatMap, State
from ...stage.geometry import STRIP_HEIGHT
from ..fonts import Face, advance, font
from ..theme import Theme
from . import mathtext
from .named_constants import named_constant, paint_named_constant
from .shapes import lower_part

PADDING = 14.0
BADGE, WIDEST_BADGE = 32.0, 48.0
LETTER_SIZES = (26.0, 21.0, 17.0, 14.0, 12.0)
VALUE_SIZES = (21.0, 18.0, 15.0, 13.0, 11.0, 9.0, 7.5)
SYMBOL_SIZES = (19.0, 17.0, 15.0, 13.0, 12.0)  # of formulas in place of values
LONG_NAME = 14.0  # that has no room beside its number
CAPTION_SIZES = (13.0, 12.0, 11.0)
STRIP_SIZES = (14.0, 12.5, 11.0)  # of a gradient; smaller, it is a heat map
LABEL_SIZES = (16.0, 14.0, 12.0)  # of what it is a gradient of, and of one that is a formula
LEAST_LABEL = 56.0  # the width of one that is cut and can still be told from others
BADGE_SIZES = (20.0, 16.0, 13.0, 11.0, 10.0, 9.0, 8.0)  # of a symbol in its badge
FINE_SIZES = (12.5, 11.0, 10.0, 9.0, 8.0, 7.0)  # of one with very many digits, alone
MOST_AS_TEXT = 6  # entries of a gradient
CELL, CELL_HEIGHT = 40.0, 18.0
CELL_SIZES = (9.5, 8.5, 7.5)


def mixed(one: QColor, other: QColor, amount: float) -> QColor:
    """A colour between two, which is only to be looked at."""
    return _mixed(one.rgba(), other.rgba(), min(max(amount, 0.0), 1.0))


@lru_cache(maxsize=2048)
def _mixed(one: int, other: int, amount: float) -> QColor:
    first, second = QColor(one), QColor(other)
    return QColor.fromRgbF(
        first.redF() + (second.redF() - first.redF()) * amount,
        first.greenF() + (second.greenF() - first.greenF()) * amount,
        first.blueF() + (second.blueF() - first.blueF()) * amount,
    )


def fitting(text: str, sizes: tuple[float, ...], room: float) -> float:
    """The largest size at which a line of mathematics fits into `room`, or else the smallest."""
    return next((size for size in sizes if mathtext.width(text, size) <= room), sizes[-1])


def paint_text(painter: QPainter, x: float, baseline: float, text: str, pixels: float, colour: QColor) -> None:
    """A line of plain text."""
    painter.setFont(font(Face.TEXT, pixels))
    painter.setPen(colour)
    painter.drawText(QPointF(x, baseline), text)


def bold_width(text: str, pixels: float) -> float:
    """How wide a number is."""
    return advance(text, Face.TEXT, pixels, is_bold=True)


def _strip_tint(face: Card) -> str:
    return "fault_tint" if face.is_wrong else "backward_tint" if face.gradient else "sunken"


def paint_strip(painter: QPainter, box: QRectF, face: Card, theme: Theme) -> None:
    """The lower part of a card: its gradient, or why there is none yet."""
    place = QRectF(box.left(), box.bottom() - STRIP_HEIGHT, box.width(), STRIP_HEIGHT)
    painter.fillPath(lower_part(box), theme[_strip_tint(face)])
    if not face.strip:
        return
    left, right = box.left() + PADDING, box.right() - PADDING
    baseline = box.bottom() - 9.0
    if not face.gradient:
        paint_text(painter, left, baseline, face.strip, 11.0, theme["muted"])
        return
    colour, is_label = theme["fault" if face.is_wrong else "backward"], face.strip.startswith("∂")
    wide, sizes = (mathtext.width, LABEL_SIZES) if face.is_symbolic else (bold_width, STRIP_SIZES)
    said, least = face.strip, wide(face.gradient, sizes[-1]) + 6.0
    if is_label and mathtext.width(said, LABEL_SIZES[-1]) + least > right - left:
        said = said.partition(" = ")[0]  # there is no room for its formula
    labels, rest = [mathtext.width(said, size) for size in LABEL_SIZES], right - left - least
    is_cut = face.gradient_heat is None and rest >= LEAST_LABEL  # rather than left out
    label = next((label for label in labels if label <= rest), rest if is_cut else labels[0])
    room = right - left - (label if is_label else 0.0) - 6.0
    entries = sum(map(len, face.gradient_heat.rows)) if face.gradient_heat is not None else 0
    size = (
        next((size for size in sizes if wide(face.gradient, size) <= room), None) if entries <= MOST_AS_TEXT else None
    )
    if size is None and face.gradient_heat is not None:
        used = min(max(room, 60.0), 96.0)
        paint_heat(painter, QRectF(right - used, place.top() + 4.0, used, STRIP_HEIGHT - 8.0),
                   face.gradient_heat, theme, is_gradient=True)  # fmt: skip
    else:
        if size is None:  # so many digits were asked for that the number has the strip for itself, however small
            room, is_label = right - left, False
            size = next((size for size in FINE_SIZES if wide(face.gradient, size) <= room), FINE_SIZES[-1])
        used = wide(face.gradient, size)
        hand = mathtext.Hand.FORMULA if face.is_symbolic else mathtext.Hand.NUMBER
        mathtext.draw(painter, right - used, baseline, face.gradient, size, colour, hand=hand)
    if is_label:
        room = right - used - left - 6.0
        size = fitting(said, LABEL_SIZES, room)
        mathtext.draw(painter, left, baseline, mathtext.elided(said, size, room), size, colour)
    elif not face.strip.startswith("∂"):
        paint_text(painter, left, baseline, face.strip, 11.0, theme["muted"])


def paint_face(painter: QPainter, box: QRectF, face: Card, theme: Theme, headroom: float = 0.0) -> None:
    """Headline, caption and value; the formula of a card with inputs lower by the `headroom`."""
    if face.is_constant and face.headline and face.value:
        paint_named_constant(painter, named_constant(face, box), face, theme, painter.opacity())
        return
    height = box.height() - (0.0 if face.is_constant else STRIP_HEIGHT)
    middle, left, right = box.top() + height / 2, box.left() + PADDING, box.right() - PADDING
    is_wide = mathtext.width(face.headline, LETTER_SIZES[-1]) > 0.42 * box.width()
    is_long = is_wide and face.is_name and not face.is_constant
    if is_long:  # on a line of its own
        text = mathtext.elided(face.headline, LONG_NAME, right - left)
        mathtext.draw(painter, left, box.top() + 18.0, text, LONG_NAME, theme["ink"])
        taken = 0.0
    elif face.is_name:
        size = fitting(face.headline, LETTER_SIZES, 0.42 * box.width())
        text = mathtext.elided(face.headline, size, 0.42 * box.width())
        mathtext.draw(painter, left, middle + size * 0.3, text, size, theme["ink"])
        taken = mathtext.width(text, size) + 10.0 if text else 0.0
    else:
        taken = paint_badge(painter, box.left() + 10.0, middle, face, theme) + 6.0 - left
    if face.caption and not is_long:
        if face.is_name:
            paint_text(painter, left + taken, box.top() + 16.0, face.caption, 10.5, theme["muted"])
        else:
            room = right + 4.0 - left - taken
            size = fitting(face.caption, CAPTION_SIZES, room)
            text = mathtext.elided(face.caption, size, room)
            mathtext.draw(painter, left + taken, box.top() + 16.0 + headroom, text, size, theme["muted"])
    if face.heat is not None:
        painter.setOpacity(face.value_opacity)
        _paint_array(painter, box, left, taken, face.heat, theme, is_constant=face.is_constant)
        painter.setOpacity(1.0)
    if not face.value:
        return
    below_caption = 0.0 if face.is_constant else 9.0
    room = box.width() - 2 * PADDING - taken
    if face.is_symbolic:
        size = fitting(face.value, SYMBOL_SIZES, room)
        text = mathtext.elided(face.value, size, room)
        painter.setOpacity(face.value_opacity)
        mathtext.draw(painter, right - mathtext.width(text, size), middle + size * 0.3 + below_caption, text, size,
                      theme["ink"])  # fmt: skip
        painter.setOpacity(1.0)
        return
    size = next((size for size in VALUE_SIZES if bold_width(face.value, size) <= room), VALUE_SIZES[-1])
    used = bold_width(face.value, size)
    painter.setFont(font(Face.TEXT, size, is_bold=True))
    painter.setPen(theme["fault" if face.state is State.FAILED else "ink"])
    painter.setOpacity(face.value_opacity)
    at = box.center().x() - used / 2 if face.is_constant else right - used
    painter.drawText(QPointF(at, middle + size * 0.36 + below_caption), face.value)
    painter.setOpacity(1.0)


def _paint_array(
    painter: QPainter, box: QRectF, left: float, taken: float, heat: HeatMap, theme: Theme, *, is_constant: bool
) -> None:
    """The heat map right of the headline, and the shape below the headline."""
    right = box.right() - (8.0 if is_constant else PADDING)
    top = box.top() + (6.0 if is_constant else 21.0)
    bottom = box.bottom() - (6.0 if is_constant else STRIP_HEIGHT + 4.0)
    start = (box.left() + 8.0 if is_constant and not taken else left + taken) + (0.0 if is_constant else 4.0)
    if not is_constant:
        paint_text(painter, box.left() + 12.0, bottom, heat.shape, 9.0, theme["muted"])
        start = max(start, box.left() + 18.0 + QFontMetricsF(painter.font()).horizontalAdvance(heat.shape))
    paint_heat(painter, QRectF(start, top, right - start, bottom - top), heat, theme)


def paint_heat(painter: QPainter, room: QRectF, heat: HeatMap, theme: Theme, *, is_gradient: bool = False) -> None:
    """An array as cells, with numbers where they fit."""
    if not heat.rows or not heat.rows[0]:
        paint_text(painter, room.left(), room.center().y() + 4.0, f"empty, {heat.shape} numbers", 10.0, theme["muted"])
        return
    width, height = _cell(room, heat)
    size = _cell_size(heat, width, height) if len(heat.rows) == 1 or not is_gradient else None
    paint_cells(painter, room, heat, theme, is_gradient=is_gradient, size=size)


def _cell(room: QRectF, heat: HeatMap, widest: float = CELL, tallest: float = CELL_HEIGHT) -> tuple[float, float]:
    return min(room.width() / len(heat.rows[0]), widest), min(room.height() / len(heat.rows), tallest)


def paint_cells(
    painter: QPainter,
    room: QRectF,
    heat: HeatMap,
    theme: Theme,
    *,
    is_gradient: bool,
    size: float | None,
    strongest: float = 0.67,
) -> None:
    """The stronger the colour the larger the number, and a stroke through the negative ones, unless the numbers are
    written, in their `size`."""
    if not heat.rows or not heat.rows[0]:
        return
    tallest = CELL_HEIGHT if size is None or size < CELL_HEIGHT else 1.3 * size
    width, height = _cell(room, heat, max(CELL, 3.0 * size) if size else CELL, tallest)
    left, top = room.right() - width * len(heat.rows[0]), room.center().y() - height * len(heat.rows) / 2
    if not is_gradient:
        top = room.bottom() - height * len(heat.rows)
    ground, colour = ("backward_tint", "backward") if is_gradient else ("surface", "forward")
    gap = 0.5 if min(width, height) > 4.0 else 0.25
    for i, row in enumerate(heat.rows):
        for j, part in enumerate(row):
            cell = QRectF(left + j * width, top + i * height, width, height).adjusted(gap, gap, -gap, -gap)
            strength = min(1.0, 1.5 * strongest) if part is None else 0.12 + (strongest - 0.12) * abs(part)
            painter.fillRect(cell, mixed(theme[ground], theme["fault" if part is None else colour], strength))
            if size is not None:
                painter.setFont(font(Face.TEXT, size, is_bold=True))
                painter.setPen(theme["ink"])
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, heat.texts[i][j])
            elif part is not None and part < 0:
                painter.setPen(QPen(theme["ink"], 1.0))
                inset, y = min(3.0, cell.width() / 4), cell.center().y()
                painter.drawLine(QPointF(cell.left() + inset, y), QPointF(cell.right() - inset, y))


def _cell_size(heat: HeatMap, width: float, height: float) -> float | None:
    """The size at which every number fits into its cell, if there is one: no number is cut."""
    for size in CELL_SIZES if heat.texts else ():
        widest = max(bold_width(text, size) for row in heat.texts for text in row)
        if widest <= width - 2.0 and size <= height - 1.0:
            return size
    return None


def badge_place(x: float, middle: float, symbol: str) -> QRectF:
    """Where the badge lies: a circle, or wider for a word."""
    if mathtext.width(symbol, 11.0) <= BADGE - 6.0:
        return QRectF(x, middle - BADGE / 2, BADGE, BADGE)
    widest = max(mathtext.width(line, 11.0) for line in badge_lines(symbol))
    width = min(widest + 10.0, WIDEST_BADGE)
    return QRectF(x - 3.0, middle - BADGE / 2, max(width, BADGE), BADGE)


def badge_lines(symbol: str) -> tuple[str, ...]:
    """A symbol in one line, or, where it is long and has a space, in two."""
    first, _, second = symbol.partition(" ")
    return (symbol,) if not second or mathtext.width(symbol, 11.0) <= WIDEST_BADGE - 10.0 else (first, second)


def paint_symbol(
    painter: QPainter, room: QRectF, symbol: str, sizes: tuple[float, ...], colour: QColor, least: float = 0.0
) -> None:
    """The symbol of an operation in the middle of `room`, as large as it fits."""
    lines = badge_lines(symbol)
    size = min(fitting(line, sizes, room.width()) for line in lines)
    if len(lines) > 1:
        size = min(size, room.height() / 2.4)
    for number, line in enumerate(lines):
        x = room.center().x() - mathtext.width(line, size, least) / 2
        y = room.center().y() + size * (0.32 + (number - (len(lines) - 1) / 2) * 1.0)
        mathtext.draw(painter, x, y, line, size, colour, least)


def paint_badge(painter: QPainter, x: float, middle: float, face: Card, theme: Theme) -> float:
    """The symbol of an operation in its badge; where that ends."""
    place = paint_disc(painter, x, middle, face, theme)
    paint_symbol(painter, in_badge(place), face.headline, BADGE_SIZES, badge_ink(face, theme))
    return place.right()


def paint_disc(painter: QPainter, x: float, middle: float, face: Card, theme: Theme) -> QRectF:
    """The badge without its symbol; its place."""
    place = badge_place(x, middle, face.headline)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(mixed(theme["forward_tint"], theme["forward"], face.forward_glow)))
    if place.width() > BADGE:
        painter.drawRoundedRect(place, 10.0, 10.0)
    else:
        painter.drawEllipse(place)
    return place


def in_badge(place: QRectF) -> QRectF:
    """The room for the symbol in a badge."""
    return place.adjusted(3.0, 1.0, -3.0, -1.0)


def badge_ink(face: Card, theme: Theme) -> QColor:
    """The colour of the symbol; half-way between that of the badge and its own, it would vanish."""
    return theme["on_forward" if face.forward_glow > 0.4 else "forward"]
