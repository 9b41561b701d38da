"""What stands on a card in the middle distance: name or symbol, value and gradient, as large as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from ...ops import numerals
from ...stage.cards import Card, State
from ...stage.geometry import STRIP_HEIGHT
from ..fonts import Face, font
from ..theme import Theme
from . import mathtext
from .faces import (
    BADGE_SIZES,
    CAPTION_SIZES,
    PADDING,
    badge_ink,
    badge_lines,
    badge_place,
    bold_width,
    fitting,
    in_badge,
    mixed,
    paint_badge,
    paint_cells,
    paint_disc,
    paint_text,
)
from .named_constants import named_constant, paint_named_constant

LEAST, WITH_INDEX = 7.0, 9.0  # pixels: a smaller number, or a name with an index, cannot be read
NAME, VALUE, GRADIENT = 13.0, 14.0, 11.5  # pixels that names and numbers keep
HARDLY_THERE, HARDLY_LEGIBLE, HALFWAY = 0.08, 0.25, 0.5  # how much of a text is there


def paint_middle_face(
    painter: QPainter,
    box: QRectF,
    face: Card,
    theme: Theme,
    zoom: float,
    seen: tuple[float, float],
    name: str,
    headroom: float,
) -> None:
    """Name or symbol, and value.  Of what is legible so much is `seen`, and so much of what is so only from near.

    The number comes first: where it has no room beside the name or symbol, that stands above, if it can be read there.
    """
    text, remarks = seen
    if face.is_constant and face.headline and face.value:
        lines = named_constant(face, box, max(1.0, VALUE / (21.0 * zoom)), LEAST / zoom, WITH_INDEX / zoom)
        paint_named_constant(painter, lines, face, theme, text)
        return
    height = box.height() - (0.0 if face.is_constant else STRIP_HEIGHT)
    middle, left, right = box.top() + height / 2, box.left() + PADDING, box.right() - PADDING
    ink = theme["fault" if face.state is State.FAILED else "ink"]
    pixels = min(max(VALUE / zoom, 21.0), 30.0)
    beside = _headline_width(box, face, zoom, remarks)
    has_room = not face.value or _fitted(face.value, right - left - beside, pixels, zoom) is not None
    above = ""  # the line over the number, as small as it can be read
    if not has_room and not remarks:
        above, beside = face.headline, 0.0
    elif face.is_name:
        _paint_name(painter, left, middle, box, face, theme, zoom, text)
        paint_remark(painter, left + beside, box.top() + 16.0, face.caption, 10.5, theme, text * remarks)
    else:
        _paint_symbol(painter, box, middle, face, theme, zoom, text, remarks)
        room = right + 4.0 - left - beside
        size = fitting(face.caption, CAPTION_SIZES, room)
        painter.setOpacity(text * max(0.0, 2.0 * remarks - 1.0))
        caption = mathtext.elided(face.caption, size, room)
        mathtext.draw(painter, left + beside, box.top() + 16.0 + headroom, caption, size, theme["muted"])
        above = name
    tone = theme["muted" if has_room or face.is_name else "forward"]
    room = right + 4.0 - left - beside
    size = fitting(above, (min(max(10.5 / zoom, 13.0), 22.0), 19.0, 17.0, 15.0), room)
    is_named = bool(above) and size * zoom >= WITH_INDEX and mathtext.width(above, size) <= room
    if is_named:
        painter.setOpacity(text * max(0.0, 1.0 - 2.0 * remarks))
        mathtext.draw(painter, left + beside, box.top() + 3.0 + 0.8 * size, above, size, tone)
    painter.setOpacity(text * face.value_opacity)
    if face.heat is not None:
        place = QRectF(left + beside, box.top() + 21.0, right - left - beside, height - 27.0)
        paint_cells(painter, place, face.heat, theme, is_gradient=False, size=None)
    lowered = 0.0 if face.is_constant else 9.0 if is_named else 9.0 * remarks
    _paint_number(painter, face.value, right - left - beside, right, middle + lowered, pixels, zoom, ink)


def _paint_name(
    painter: QPainter, left: float, middle: float, box: QRectF, face: Card, theme: Theme, zoom: float, text: float
) -> None:
    size, room = _name_size(box, face, zoom), 0.42 * box.width()
    if size * zoom >= LEAST:
        painter.setOpacity(text)
        headline = mathtext.elided(face.headline, size, room)
        mathtext.draw(painter, left, middle + size * 0.3, headline, size, theme["ink"])


def paint_remark(
    painter: QPainter, x: float, baseline: float, remark: str, size: float, theme: Theme, opacity: float
) -> None:
    """What is seen of words that can be read only from near."""
    if remark and opacity >= HARDLY_LEGIBLE:
        painter.setOpacity(opacity)
        paint_text(painter, x, baseline, remark, size, theme["muted"])


def _name_size(box: QRectF, face: Card, zoom: float) -> float:
    return fitting(face.headline, (min(max(NAME / zoom, 26.0), 34.0), 26.0, 21.0, 17.0, 14.0), 0.42 * box.width())


def _symbol_size(box: QRectF, face: Card, zoom: float) -> float | None:
    """The size of a symbol without its badge; None if it cannot be read."""
    size = fitting(face.headline, (min(max(NAME / zoom, 20.0), 32.0), 24.0, 20.0, 16.0), 0.34 * box.width())
    return size if size * zoom >= LEAST and mathtext.width(face.headline, size) <= 0.4 * box.width() else None


def _headline_width(box: QRectF, face: Card, zoom: float, remarks: float) -> float:
    """How much of the width a name or a symbol takes, with the room after it, beyond the padding."""
    if face.is_name:
        size = _name_size(box, face, zoom)
        headline = mathtext.elided(face.headline, size, 0.42 * box.width())
        return mathtext.width(headline, size) + 10.0 if headline else 0.0
    bare = _symbol_size(box, face, zoom)
    far = 10.0 - PADDING if bare is None else 20.0 - PADDING + mathtext.width(face.headline, bare)
    near = badge_place(box.left() + 10.0, box.center().y(), face.headline).right() + 6.0 - box.left() - PADDING
    return far + (near - far) * remarks


def _paint_symbol(
    painter: QPainter, box: QRectF, middle: float, face: Card, theme: Theme, zoom: float, text: float, remarks: float
) -> None:
    """The symbol of an operation; as one comes nearer, its badge grows around it and it goes to its place there."""
    bare = _symbol_size(box, face, zoom)
    painter.setOpacity(text * remarks)
    if remarks and (bare is None or len(badge_lines(face.headline)) > 1):
        paint_badge(painter, box.left() + 10.0, middle, face, theme)
        bare = bare if remarks < HALFWAY else None
    elif remarks and bare is not None:
        room = in_badge(paint_disc(painter, box.left() + 10.0, middle, face, theme))
        near = fitting(face.headline, BADGE_SIZES, room.width())
        size = round(4.0 * (bare + (near - bare) * remarks)) / 4.0
        at = room.center().x() - mathtext.width(face.headline, near) / 2
        x = box.left() + 12.0 + (at - box.left() - 12.0) * remarks
        y = middle + 0.3 * bare + (room.center().y() + 0.32 * near - middle - 0.3 * bare) * remarks
        painter.setOpacity(text)
        ink = mixed(theme["forward"], badge_ink(face, theme), remarks)
        mathtext.draw(painter, x, y, face.headline, size, ink)
        return
    if bare is not None:
        painter.setOpacity(text * max(0.0, 1.0 - 2.0 * remarks))
        mathtext.draw(painter, box.left() + 12.0, middle + 0.3 * bare, face.headline, bare, theme["forward"])


def paint_middle_gradient(
    painter: QPainter, strip: QRectF, face: Card, theme: Theme, zoom: float, *, is_named: bool
) -> None:
    """The gradient, and from nearer what it is a gradient of."""
    left, right = strip.left() + PADDING, strip.right() - PADDING
    if face.gradient_heat is not None:
        place = QRectF(right - 96.0, strip.top() + 4.0, 96.0, STRIP_HEIGHT - 8.0)
        paint_cells(painter, place, face.gradient_heat, theme, is_gradient=True, size=None)
        return
    wanted = min(max(GRADIENT / zoom, 14.0), STRIP_HEIGHT - 1.0)
    used = _paint_number(
        painter, face.gradient, right - left, right, strip.center().y(), wanted, zoom,
        theme["fault" if face.is_wrong else "backward"],
    )  # fmt: skip
    if (
        used
        and is_named  # the letters below the line are small
        and face.strip.startswith("∂")
        and used + mathtext.width(face.strip, 16.0) + 8.0 <= right - left
    ):
        mathtext.draw(painter, left, strip.center().y() + 5.0, face.strip, 16.0, theme["backward"])


def _fitted(number: str, room: float, size: float, zoom: float) -> tuple[str, float] | None:
    """A number with as many digits as there is room for, rather fewer than too small, and its size."""
    for text in numerals.shorter(number):
        for pixels in (size, 0.85 * size, 0.7 * size):
            if text and pixels * zoom >= LEAST and bold_width(text, pixels) <= room:
                return text, pixels
    return None


def _paint_number(
    painter: QPainter, number: str, room: float, right: float, middle: float, size: float, zoom: float, ink: QColor
) -> float:
    """A number ending at `right`; how wide it is, 0 if it has no room."""
    found = _fitted(number, room, size, zoom)
    if found is None:
        return 0.0
    text, pixels = found
    used = bold_width(text, pixels)
    painter.setFont(font(Face.TEXT, pixels, is_bold=True))
    painter.setPen(ink)
    painter.drawText(QPointF(right - used, middle + pixels * 0.36), text)
    return used
