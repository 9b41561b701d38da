"""Paints what the stage says: the same for the screen, PNG, SVG and PDF.  Coordinates are scene units."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPen

from ...graph.graph import NodeId
from ...stage.acting import Spotlight
from ...stage.geometry import Point, Rect
from ...stage.motion import Token
from ...stage.stage import Stage
from ...stage.wires import Pill
from ..theme import Theme
from . import largeprint, mathtext
from .card_painting import card_shape, paint_card, paint_trouble
from .faces import fitting, mixed
from .recordings import Recorder
from .wire_painting import paint_wires, veil

HARDLY_LIT = 0.5  # pills that are less lit are left out


def paint_stage(
    painter: QPainter,
    stage: Stage,
    theme: Theme,
    nodes: Iterable[NodeId],
    wired: Iterable[NodeId],
    *,
    least: float = 0.0,
    light: Spotlight | None = None,
    recorder: Recorder | None = None,
) -> None:
    """The cards of `nodes`, the wires into `wired` and their pills, and the tokens in flight.

    `least` is the size of the smallest text that may be painted, for people who sit far away; what is not in the
    `light` fades into the paper.  With a `recorder` what is at rest is painted once.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    wired = list(wired)
    paint_wires(painter, stage, wired, theme, light, recorder)
    paint_cards(painter, stage, theme, nodes, wired, least=least, light=light, recorder=recorder)
    paint_tokens(painter, stage, theme, least)


def paint_cards(
    painter: QPainter,
    stage: Stage,
    theme: Theme,
    nodes: Iterable[NodeId],
    wired: Iterable[NodeId],
    *,
    least: float = 0.0,
    light: Spotlight | None = None,
    recorder: Recorder | None = None,
) -> None:
    """The cards of `nodes`, what is said of their troubles, and the pills on the wires into `wired`."""
    nodes = list(nodes)
    for node in nodes:
        paint_card(painter, stage, node, theme, least, recorder)
        if light is not None:
            veil_card(painter, stage, node, light, theme, least)
    for node in nodes:
        paint_trouble(painter, stage, node, theme, least)
    pill_size = largeprint.pill_size(least)
    for node in wired:
        if recorder is not None and not recorder.admits_pills(stage, node, pill_size):
            continue
        for slot, pill in enumerate(stage.pills_by_slot(node, pill_size)):
            if pill is not None and (light is None or light.on_wire(node, slot) > HARDLY_LIT):
                _paint_resting_pill(painter, pill, (node, slot), theme, least, recorder)


def paint_tokens(painter: QPainter, stage: Stage, theme: Theme, least: float = 0.0) -> None:
    """The numbers in flight."""
    for token in stage.tokens(largeprint.token_size(least), largeprint.pill_size(least)):
        paint_token(painter, token, theme, least)


def veil_card(
    painter: QPainter, stage: Stage, node: NodeId, light: Spotlight, theme: Theme, least: float = 0.0
) -> None:
    """A card that is not lit fades into the paper."""
    veil(painter, card_shape(stage, node, least), stage.lit(node, light), theme)


def _paint_resting_pill(
    painter: QPainter, pill: Pill, wire: tuple[NodeId, int], theme: Theme, least: float, recorder: Recorder | None
) -> None:
    if recorder is None or least or not pill.is_at_rest:
        paint_pill(painter, pill, theme, least)
        return
    look, extent = look_of(pill, theme), lambda: extent_of(pill)
    recorder.paint(wire, look, pill.rect, None, extent, lambda painter: paint_pill(painter, pill, theme))


def look_of(pill: Pill, theme: Theme) -> Hashable:
    """What the picture of a pill at rest follows from, but for where it is and how large."""
    return pill.text, pill.is_used, theme.name


def extent_of(pill: Pill) -> QRectF:
    """What a pill takes up, with its edge."""
    place = pill.rect.grown(1.0)
    return QRectF(place.x, place.y, place.width, place.height)


def paint_pill(painter: QPainter, pill: Pill, theme: Theme, least: float = 0.0) -> None:
    """A local derivative on its wire."""
    if least:
        largeprint.paint_pill(painter, pill, theme, least)
        return
    painter.setOpacity(pill.opacity)
    strength = max(pill.glow, 0.55 if pill.is_used else 0.0)
    colour = mixed(theme["muted"], theme["backward"], strength)
    painter.setPen(QPen(mixed(theme["line"], theme["backward"], strength), 1.2 + 0.8 * pill.glow))
    painter.setBrush(QBrush(theme["surface"]))
    box = QRectF(pill.rect.x, pill.rect.y, pill.rect.width, pill.rect.height)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    size = fitting(pill.text, (14.0, 13.0, 12.0, 11.0), box.width() - 12.0)
    at = box.center().x() - mathtext.width(pill.text, size) / 2
    mathtext.draw(painter, at, box.center().y() + size * 0.31, pill.text, size, colour)
    painter.setOpacity(1.0)


def clear_pill(painter: QPainter, place: Rect, theme: Theme, opacity: float) -> None:
    """The ground of a pill that is not all there yet."""
    painter.setOpacity(opacity)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(theme["surface"]))
    painter.drawRoundedRect(QRectF(place.x, place.y, place.width, place.height), place.height / 2, place.height / 2)
    painter.setOpacity(1.0)


def paint_token(painter: QPainter, token: Token, theme: Theme, least: float = 0.0) -> None:
    """A number in flight."""
    if token.opacity <= 0.01:
        return
    painter.save()
    painter.setOpacity(token.opacity)
    painter.translate(*token.at)
    painter.scale(token.scale, token.scale)
    size = max(16.0 if token.is_symbolic else 14.0, least)
    width, height = token_width(token, size, least), 26.0 * size / 14.0
    box = QRectF(-width / 2 - 12.0, -height / 2, width + 24.0, height)
    tone = "backward" if token.is_gradient else "forward"
    painter.setPen(QPen(theme["surface"], 2.0))
    painter.setBrush(QBrush(theme[tone]))
    painter.drawRoundedRect(box, height / 2, height / 2)
    become, hand = token.become if token.before else 1.0, _hand(token)
    for text, strength in ((token.before, 1.0 - 1.7 * become), (token.text, 1.7 * become - 0.7)):
        if strength > 0.0:
            painter.setOpacity(token.opacity * strength)
            left = -mathtext.runs(text, size, least, hand)[1] / 2
            mathtext.draw(painter, left, 0.36 * size, text, size, theme[f"on_{tone}"], least, hand)
    if token.is_gradient and token.arrow > 0.01:
        painter.setOpacity(token.opacity * token.arrow)
        _paint_arrow(painter, box, token.course.way(ahead=token.ahead), theme)
    painter.restore()


def _hand(token: Token) -> mathtext.Hand:
    return mathtext.Hand.FORMULA if token.is_symbolic else mathtext.Hand.NUMBER


def token_width(token: Token, size: float, least: float = 0.0) -> float:
    """How wide a number in flight is, in letters of a size: on its way from one text to another, between them."""
    become, hand = token.become if token.before else 1.0, _hand(token)
    wide = mathtext.runs(token.text, size, least, hand)[1] * become
    return wide + (mathtext.runs(token.before, size, least, hand)[1] * (1.0 - become) if become < 1.0 else 0.0)


def _paint_arrow(painter: QPainter, box: QRectF, way: Point, theme: Theme) -> None:
    """An arrow beside the box of a token, which is around the origin: where it is bound for."""
    painter.setPen(
        QPen(theme["backward"], 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    (dx, dy), begin = way, (box.width() * abs(way[0]) + box.height() * abs(way[1])) / 2 + 6.0
    shaft, tip = QPointF(begin * dx, begin * dy), QPointF((begin + 12.0) * dx, (begin + 12.0) * dy)
    arrow = QPainterPath(shaft)
    arrow.lineTo(tip)
    arrow.moveTo(tip - QPointF(5.0 * (dx - dy), 5.0 * (dy + dx)))
    arrow.lineTo(tip)
    arrow.lineTo(tip - QPointF(5.0 * (dx + dy), 5.0 * (dy - dx)))
    painter.drawPath(arrow)
