"""The look from the middle distance: what could no longer be read is left out, and the rest is larger on its card.

From `NEAR_FROM_ZOOM` on everything is there.  Farther away formulas, remarks and local derivatives fade (but for the
one that a gradient is being multiplied with, which is as large as can be read), while name, value and gradient keep
the size that they have on the screen for as long as there is room; where they would become too small they fade as
well, and blocks of colour are left (`far.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ...engine.trace import Pushed, Sent
from ...graph.graph import NodeId
from ...stage.acting import Spotlight
from ...stage.cards import Card, State
from ...stage.geometry import STRIP_HEIGHT, Rect
from ...stage.stage import Stage
from ...stage.timing import eased
from ...stage.wires import Pill
from ..fonts import Face, font
from ..theme import Theme
from . import mathtext
from .card_painting import Portrait, card_edge, paint_once
from .faces import CAPTION_SIZES, PADDING, bold_width, fitting, paint_badge, paint_cells
from .group_painting import paint_group_afar, paint_stack
from .largeprint import shorter
from .painting import extent_of, paint_pill, paint_token, veil_card
from .recordings import Recorder
from .shapes import lower_part, outline

TEXT_FROM_ZOOM = 0.24  # from farther away, cards are blocks of colour
FULL_TEXT_FROM = 0.26  # here all that is left is at its strongest
REMARKS_UNTIL, NEAR_FROM_ZOOM = 0.56, 0.66  # between these, what can be read only from near fades
LEAST, WITH_INDEX = 7.0, 9.0  # pixels: a smaller number, or a name with an index, cannot be read
NAME, VALUE, GRADIENT = 13.0, 14.0, 11.5  # pixels that names and numbers keep
ACTING_PILL, PILL_TEXT = 10.0, 11.5  # pixels of a pill's text: in action, and on the desk
HARDLY_LIT, HARDLY_THERE = 0.5, 0.08


def paint_middle_cards(
    painter: QPainter,
    stage: Stage,
    theme: Theme,
    nodes: Iterable[NodeId],
    wired: Collection[NodeId],
    zoom: float,
    light: Spotlight | None = None,
    recorder: Recorder | None = None,
) -> None:
    """The cards of `nodes`, and the pills on the wires into `wired`, as far as they are seen."""
    for node in nodes:
        paint_once(painter, stage, node, theme, zoom, recorder, lambda to, card: _paint_card(to, card, theme, zoom))
        if light is not None:
            veil_card(painter, stage, node, light, theme)
    remarks, size = eased(zoom, REMARKS_UNTIL, NEAR_FROM_ZOOM), acting_pill_size(zoom)
    for node in with_pills(stage, wired, zoom):
        if recorder is not None and not recorder.admits_pills(node, are_placed=stage.has_pills_placed(node, size)):
            continue
        for slot, pill in enumerate(stage.pills_by_slot(node, size)):
            if pill is not None and (light is None or light.on_wire(node, slot) > HARDLY_LIT):
                _paint_pill(painter, pill, (node, slot), theme, remarks, size, recorder)


def paint_middle_tokens(painter: QPainter, stage: Stage, theme: Theme, zoom: float) -> None:
    """The numbers in flight, as large as can be read."""
    size = token_size(zoom)
    for token in stage.tokens(size, acting_pill_size(zoom)):
        paint_token(painter, replace(token, scale=token.scale * size), theme)


def token_size(zoom: float) -> float:
    """How many times as large as from near numbers in flight are painted, in the units of the scene."""
    return max(1.0, 0.8 / zoom)


def acting_pill_size(zoom: float) -> float:
    """The same of the pill that a gradient is being multiplied with: it grows as one goes away, until it has the
    `ACTING_PILL` pixels that it then keeps."""
    return 1.0 + (max(1.0, ACTING_PILL / (PILL_TEXT * zoom)) - 1.0) * (1.0 - eased(zoom, REMARKS_UNTIL, NEAR_FROM_ZOOM))


def with_pills(stage: Stage, wired: Collection[NodeId], zoom: float) -> Collection[NodeId]:
    """Those of some nodes for which pills on the wires into them are seen."""
    return wired if zoom > REMARKS_UNTIL else [node for node in _sending(stage) if node in wired]


def _sending(stage: Stage) -> list[NodeId]:
    """Into which node the wire runs along which something is sent, or was sent last."""
    found = [stage.now.event, stage.now.last]
    return list(dict.fromkeys(event.consumer for event in found if isinstance(event, Sent | Pushed)))


def _paint_pill(
    painter: QPainter,
    pill: Pill,
    wire: tuple[NodeId, int],
    theme: Theme,
    remarks: float,
    size: float,
    recorder: Recorder | None,
) -> None:
    """A local derivative, faint as all `remarks` are, but for the part of it that glows."""
    seen = max(remarks, pill.glow)
    if seen < HARDLY_THERE:
        return

    def paint(painter: QPainter) -> None:
        x, y = pill.rect.x + pill.rect.width / 2, pill.rect.y + pill.rect.height / 2
        width, height = pill.rect.width / size, pill.rect.height / size
        painter.save()
        painter.translate(x, y)
        painter.scale(size, size)
        place = Rect(-width / 2, -height / 2, width, height)
        paint_pill(painter, replace(pill, rect=place, opacity=pill.opacity * seen), theme)
        painter.restore()

    if recorder is None or not pill.is_at_rest:
        paint(painter)
    else:
        recorder.paint(wire, (pill, theme.name), (remarks, size), lambda: extent_of(pill), paint)


def _paint_card(painter: QPainter, portrait: Portrait, theme: Theme, zoom: float) -> None:
    face, box, course = portrait.face, portrait.box, portrait.course
    text = eased(zoom, TEXT_FROM_ZOOM, FULL_TEXT_FROM)
    colour, size = card_edge(face, theme)
    shape, strip = outline(box), QRectF()
    if face.group is not None:
        paint_stack(painter, box, theme, course)
    painter.fillPath(shape, theme["surface"])
    if not face.is_constant:
        strip = QRectF(box.left(), box.bottom() - STRIP_HEIGHT, box.width(), STRIP_HEIGHT)
        tint = "fault_tint" if face.is_wrong else "backward_tint" if face.gradient else "sunken"
        painter.fillPath(lower_part(box), theme[tint])
    pen = QPen(colour, max(size, 1.0 / zoom))
    if face.state is State.WAITING or face.is_beside:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)
    if text < HARDLY_THERE:
        return
    if face.group is not None:
        paint_group_afar(painter, box, face, face.group, theme, zoom, text)
    else:
        _paint_face(painter, box, face, theme, zoom, text, portrait.name, course.headroom)
    if face.gradient:
        painter.setOpacity(text)
        _paint_gradient(painter, strip, face, theme, zoom)
    painter.setOpacity(1.0)


def _paint_face(
    painter: QPainter, box: QRectF, face: Card, theme: Theme, zoom: float, text: float, name: str, headroom: float
) -> None:
    height = box.height() - (0.0 if face.is_constant else STRIP_HEIGHT)
    middle, left, right = box.top() + height / 2, box.left() + PADDING, box.right() - PADDING
    painter.setOpacity(text)
    if face.is_name:
        size = fitting(face.headline, (min(max(NAME / zoom, 26.0), 34.0), 26.0, 21.0, 17.0, 14.0), 0.42 * box.width())
        headline = mathtext.elided(face.headline, size, 0.42 * box.width())
        taken = mathtext.width(headline, size) + 10.0 if headline else 0.0
        if size * zoom >= LEAST:
            mathtext.draw(painter, left, middle + size * 0.3, headline, size, theme["ink"])
    else:
        remarks = eased(zoom, REMARKS_UNTIL, NEAR_FROM_ZOOM)
        taken = _paint_symbol(painter, box, middle, face, theme, zoom, text, remarks) - left
        room = right + 4.0 - left - taken
        size = fitting(face.caption, CAPTION_SIZES, room)
        painter.setOpacity(text * remarks)
        caption = mathtext.elided(face.caption, size, room)
        mathtext.draw(painter, left + taken, box.top() + 16.0 + headroom, caption, size, theme["muted"])
        painter.setOpacity(text * (1.0 - remarks))
        size = fitting(name, (min(max(10.5 / zoom, 13.0), 22.0), 19.0, 17.0, 15.0), room)
        if size * zoom >= WITH_INDEX and mathtext.width(name, size) <= room:
            mathtext.draw(painter, left + taken, box.top() + 3.0 + 0.8 * size, name, size, theme["muted"])
    painter.setOpacity(text * face.value_opacity)
    if face.heat is not None:
        place = QRectF(left + taken, box.top() + 21.0, right - left - taken, height - 27.0)
        paint_cells(painter, place, face.heat, theme, is_gradient=False, size=None)
    _paint_number(
        painter, face.value, right - left - taken, right, middle + (0.0 if face.is_constant else 9.0),
        min(max(VALUE / zoom, 21.0), 30.0), zoom, theme, "fault" if face.state is State.FAILED else "ink",
    )  # fmt: skip


def _paint_symbol(
    painter: QPainter, box: QRectF, middle: float, face: Card, theme: Theme, zoom: float, text: float, remarks: float
) -> float:
    """The symbol of an operation, in its badge as long as that can be read, and then without; where the rest begins."""
    end = box.left() + 10.0
    if remarks:
        painter.setOpacity(text * remarks)
        end = paint_badge(painter, end, middle, face, theme) + 6.0
    if remarks < 1.0:
        size = fitting(face.headline, (min(max(NAME / zoom, 20.0), 32.0), 24.0, 20.0, 16.0), 0.34 * box.width())
        if size * zoom >= LEAST and mathtext.width(face.headline, size) <= 0.4 * box.width():
            painter.setOpacity(text * (1.0 - remarks))
            mathtext.draw(painter, box.left() + 12.0, middle + 0.3 * size, face.headline, size, theme["forward"])
            end = max(end, box.left() + 20.0 + mathtext.width(face.headline, size))
    return end


def _paint_gradient(painter: QPainter, strip: QRectF, face: Card, theme: Theme, zoom: float) -> None:
    left, right = strip.left() + PADDING, strip.right() - PADDING
    if face.gradient_heat is not None:
        place = QRectF(right - 96.0, strip.top() + 4.0, 96.0, STRIP_HEIGHT - 8.0)
        paint_cells(painter, place, face.gradient_heat, theme, is_gradient=True, size=None)
        return
    wanted = min(max(GRADIENT / zoom, 14.0), STRIP_HEIGHT - 1.0)
    used = _paint_number(
        painter, face.gradient, right - left, right, strip.center().y(), wanted, zoom, theme,
        "fault" if face.is_wrong else "backward",
    )  # fmt: skip
    is_legible = zoom >= REMARKS_UNTIL  # the letters below the line are small
    if (
        used
        and is_legible
        and face.strip.startswith("∂")
        and used + mathtext.width(face.strip, 16.0) + 8.0 <= right - left
    ):
        mathtext.draw(painter, left, strip.center().y() + 5.0, face.strip, 16.0, theme["backward"])


def _paint_number(
    painter: QPainter, number: str, room: float, right: float, middle: float, size: float, zoom: float, theme: Theme,
    tone: str,
) -> float:  # fmt: skip
    """A number ending at `right`, with fewer digits rather than too small; how wide it is, 0 if it has no room."""
    for text in shorter(number):
        for pixels in (size, 0.85 * size, 0.7 * size):
            if text and pixels * zoom >= LEAST and (used := bold_width(text, pixels)) <= room:
                painter.setFont(font(Face.TEXT, pixels, is_bold=True))
                painter.setPen(theme[tone])
                painter.drawText(QPointF(right - used, middle + pixels * 0.36), text)
                return used
    return 0.0
