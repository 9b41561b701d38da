"""The look from the middle distance: what could no longer be read is left out, and the rest is larger on its card.

From `NEAR_FROM_ZOOM` on everything is there.  Farther away formulas, remarks and local derivatives fade (but for the
one that a gradient is being multiplied with, which is as large as can be read), while name, value and gradient keep
the size that they have on the screen for as long as there is room; where they would become too small they fade as
well, and blocks of colour are left (`far.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ...engine.trace import Pushed, Sent
from ...graph.graph import NodeId
from ...stage.acting import Spotlight
from ...stage.cards import State
from ...stage.geometry import STRIP_HEIGHT, Rect
from ...stage.stage import Stage
from ...stage.timing import eased
from ...stage.wires import Pill
from ..theme import Theme
from .card_painting import Portrait, card_edge, paint_once
from .faces import PADDING
from .group_painting import paint_group_afar, paint_stack
from .middle_faces import HARDLY_LEGIBLE, HARDLY_THERE, paint_middle_face, paint_middle_gradient, paint_remark
from .painting import clear_pill, extent_of, look_of, paint_pill, paint_token, veil_card
from .recordings import Recorder
from .shapes import lower_part, outline

TEXT_FROM_ZOOM = 0.24  # from farther away, cards are blocks of colour
FULL_TEXT_FROM = 0.26  # here all that is left is at its strongest
REMARKS_UNTIL, NEAR_FROM_ZOOM = 0.56, 0.66  # between these, what can be read only from near fades
ACTING_PILL, PILL_TEXT = 10.0, 11.5  # pixels of a pill's text: in action, and on the desk
HARDLY_LIT = 0.5
CLEARING = 3.0  # how many times as fast as a pill its ground appears, or the wire would cross out the text


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
        if recorder is not None and not recorder.admits_pills(stage, node, size):
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
    if seen < HARDLY_LEGIBLE:
        return  # a shadow on the wire says nothing

    def paint(painter: QPainter) -> None:
        x, y = pill.rect.x + pill.rect.width / 2, pill.rect.y + pill.rect.height / 2
        width, height = pill.rect.width / size, pill.rect.height / size
        painter.save()
        painter.translate(x, y)
        painter.scale(size, size)
        place = Rect(-width / 2, -height / 2, width, height)
        clear_pill(painter, place, theme, pill.opacity * min(1.0, CLEARING * seen))
        paint_pill(painter, replace(pill, rect=place, opacity=pill.opacity * seen), theme)
        painter.restore()

    if recorder is None or not pill.is_at_rest:
        paint(painter)
    else:
        recorder.paint(wire, look_of(pill, theme), pill.rect, (remarks, size), lambda: extent_of(pill), paint)


def _paint_card(painter: QPainter, portrait: Portrait, theme: Theme, zoom: float) -> None:
    face, box, course = portrait.face, portrait.box, portrait.course
    text, remarks = eased(zoom, TEXT_FROM_ZOOM, FULL_TEXT_FROM), eased(zoom, REMARKS_UNTIL, NEAR_FROM_ZOOM)
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
        paint_middle_face(painter, box, face, theme, zoom, (text, remarks), portrait.name, course.headroom)
    if face.gradient:
        painter.setOpacity(text)
        paint_middle_gradient(painter, strip, face, theme, zoom, is_named=zoom >= REMARKS_UNTIL)
    elif not face.is_constant:
        paint_remark(painter, strip.left() + PADDING, strip.bottom() - 9.0, face.strip, 11.0, theme, text * remarks)
    painter.setOpacity(1.0)
