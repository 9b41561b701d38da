"""Paints what the stage says: the same for the screen, PNG, SVG and PDF.  Coordinates are scene units."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPainterPathStroker, QPen

from ...graph.graph import NodeId
from ...stage.acting import Spotlight
from ...stage.cards import Card, State
from ...stage.geometry import (
    PORT_RADIUS,
    TROUBLE_LINE,
    TROUBLE_PADDING,
    Point,
    Rect,
)
from ...stage.motion import Token
from ...stage.stage import Stage
from ...stage.wires import Pill, Wire
from ..fonts import Face, font
from ..theme import Theme
from . import largeprint, mathtext
from .faces import fitting, mixed, paint_face, paint_strip, paint_text
from .group_painting import paint_group_face, paint_stack
from .shapes import RADIUS, bezier, outline

SMALLEST_MARK, LARGEST_MARK = 10.5, 20.0  # of the word "output"; larger it would cover what stands above
VEIL, HARDLY_LIT = 0.8, 0.5  # how much of what is not in the light is covered; pills that are not lit are left out


def paint_stage(
    painter: QPainter,
    stage: Stage,
    theme: Theme,
    nodes: Iterable[NodeId],
    wired: Iterable[NodeId],
    *,
    least: float = 0.0,
    light: Spotlight | None = None,
) -> None:
    """The cards of `nodes`, the wires into `wired` and their pills, and the tokens in flight.

    `least` is the size of the smallest text that may be painted, for people who sit far away; what is not in the
    `light` fades into the paper.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    wired = list(wired)
    for node in wired:
        for wire in stage.wires(node):
            paint_wire(painter, wire, theme)
            if light is not None:
                veil_wire(painter, wire, light, theme)
    nodes = list(nodes)
    for node in nodes:
        paint_card(painter, stage, node, theme, least)
        if light is not None:
            veil_card(painter, stage, node, light, theme, least)
    for node in nodes:
        paint_trouble(painter, stage, node, theme, least)
    for node in wired:
        for slot, pill in enumerate(stage.pills_by_slot(node, largeprint.pill_size(least))):
            if pill is not None and (light is None or light.on_wire(node, slot) > HARDLY_LIT):
                paint_pill(painter, pill, theme, least)
    for token in stage.tokens(largeprint.token_size(least), largeprint.pill_size(least)):
        paint_token(painter, token, theme, least)


def _card_shape(stage: Stage, node: NodeId, least: float) -> QPainterPath:
    """All that a card covers, with its ports and the mark of the output."""
    shape, rect = QPainterPath(), stage.rect(node)
    grown = rect.grown(PORT_RADIUS + 1.0)
    shape.addRoundedRect(QRectF(grown.x, grown.y, grown.width, grown.height), RADIUS, RADIUS)
    if stage.card(node).is_output and least <= LARGEST_MARK:
        mark, tag = QPainterPath(), _output_mark(rect, max(least, SMALLEST_MARK))
        mark.addRoundedRect(tag.adjusted(-1.0, -1.0, 1.0, 1.0), tag.height() / 2, tag.height() / 2)
        shape = shape.united(mark)
    return shape


def veil(painter: QPainter, shape: QPainterPath, lit: float, theme: Theme) -> None:
    """Paper over what is not lit."""
    if lit < 1.0:
        paper = QColor(theme["paper"])
        paper.setAlphaF(VEIL * (1.0 - lit))
        painter.fillPath(shape, paper)


def veil_card(
    painter: QPainter, stage: Stage, node: NodeId, light: Spotlight, theme: Theme, least: float = 0.0
) -> None:
    """A card that is not lit fades into the paper."""
    veil(painter, _card_shape(stage, node, least), stage.lit(node, light), theme)


def veil_wire(painter: QPainter, wire: Wire, light: Spotlight, theme: Theme) -> None:
    """A wire that is not lit fades into the paper."""
    stroker = QPainterPathStroker()
    stroker.setWidth(wire.thickness + 14.0 if wire.carries_gradient else wire.thickness + 2.0)
    veil(painter, stroker.createStroke(bezier(wire.curve)), light.on_wire(wire.target, wire.slot), theme)


def paint_wire(painter: QPainter, wire: Wire, theme: Theme) -> None:
    """A wire, coloured by what flows or has flowed along it."""
    colour, size = theme["wire"], wire.thickness
    if wire.flow > 0:
        colour, size = mixed(theme["wire"], theme["forward"], wire.flow), size + 1.0 * wire.flow
    elif wire.flow < 0 or wire.carries_gradient:
        strength = max(-wire.flow, 0.62 if wire.carries_gradient else 0.0)
        colour, size = mixed(theme["wire"], theme["backward"], strength), size - 1.0 * wire.flow
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawPath(bezier(wire.curve))
    if wire.carries_gradient and not wire.flow:  # while a number is in flight, it has an arrow of its own
        _paint_head(painter, wire.curve.end if wire.ahead else wire.curve.start, 1 if wire.ahead else -1, colour, size)


def _paint_head(painter: QPainter, tip: Point, way: int, colour: QColor, size: float) -> None:
    """An arrow head where a wire has carried a gradient to: at the left end, or in forward mode at the right one."""
    x, y = tip[0] - 2.0 * way - (PORT_RADIUS if way > 0 else 0.0), tip[1]
    reach = (6.0 + size) * -way
    head = QPainterPath(QPointF(x, y))
    head.lineTo(x + reach, y - reach * 0.6)
    head.lineTo(x + reach, y + reach * 0.6)
    head.closeSubpath()
    painter.fillPath(head, colour)


def paint_card(painter: QPainter, stage: Stage, node: NodeId, theme: Theme, least: float = 0.0) -> None:
    """A card with its ports."""
    face, rect = stage.card(node), stage.rect(node)
    box = QRectF(rect.x, rect.y, rect.width, rect.height)
    if face.group is not None:
        paint_stack(painter, box, theme)
    _paint_box(painter, box, face, theme, least)
    if face.group is not None:
        paint_group_face(painter, box, face, face.group, theme, least)
    elif least:
        largeprint.paint_face(painter, box, face, theme, least)
    else:
        paint_face(painter, box, face, theme)
    _paint_ports(painter, stage, node, theme)
    if face.is_output and least <= LARGEST_MARK:
        _paint_output_mark(painter, rect, theme, max(least, SMALLEST_MARK))


def card_edge(face: Card, theme: Theme) -> tuple[QColor, float]:
    """The colour and the width of a card's edge."""
    if face.state is State.FAILED or face.is_wrong:
        return theme["fault"], 2.0
    if face.backward_glow > 0:
        return theme["backward"], 1.4 + 2.0 * face.backward_glow
    if face.forward_glow > 0:
        return theme["forward"], 1.2 + 2.0 * face.forward_glow
    if face.gradient:
        return mixed(theme["line"], theme["backward"], 0.75), 1.4
    return theme["line"], 1.2


def _paint_box(painter: QPainter, box: QRectF, face: Card, theme: Theme, least: float) -> None:
    colour, size = card_edge(face, theme)
    shape = outline(box)
    painter.fillPath(shape, theme["surface"])
    if least and not face.is_constant:
        largeprint.paint_strip(painter, box, face, theme, least)
    elif not face.is_constant:
        paint_strip(painter, box, face, theme)
    pen = QPen(colour, size)
    if face.is_beside:
        pen.setDashPattern([2.0, 2.5])
    if face.state is State.WAITING:
        pen.setStyle(Qt.PenStyle.DashLine)
        pen.setColor(theme["muted"])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)


def _paint_ports(painter: QPainter, stage: Stage, node: NodeId, theme: Theme) -> None:
    scenery, inputs = stage.scenery, stage.graph.structure.inputs
    painter.setBrush(QBrush(theme["surface"]))
    for (target, slot), at in scenery.in_ports(node):
        source = inputs[target][slot]
        painter.setPen(QPen(theme["muted"] if source is not None else theme["forward"], 1.6))
        radius = PORT_RADIUS - 1.0 if source is not None else PORT_RADIUS + 0.5
        painter.drawEllipse(QPointF(*at), radius, radius)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(theme["wire"]))
    for source, at in scenery.out_ports(node):
        if not stage.graph.structure.consumers[source]:
            painter.drawEllipse(QPointF(*at), PORT_RADIUS - 1.0, PORT_RADIUS - 1.0)


def _output_mark(rect: Rect, size: float) -> QRectF:
    """Where the word "output" lies, on the upper edge of a card."""
    used, height = QFontMetricsF(font(Face.TEXT, size, is_bold=True)).horizontalAdvance("output"), 1.62 * size
    within = max(5.0 - 0.4 * (size - SMALLEST_MARK), 0.0)  # large print on the card begins close to the edge
    return QRectF(rect.right - used - 24.0, rect.y + within - height, used + 14.0, height)


def _paint_output_mark(painter: QPainter, rect: Rect, theme: Theme, size: float) -> None:
    painter.setFont(font(Face.TEXT, size, is_bold=True))
    tag = _output_mark(rect, size)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(theme["ink"]))
    painter.drawRoundedRect(tag, tag.height() / 2, tag.height() / 2)
    painter.setPen(theme["surface"])
    painter.drawText(QPointF(tag.left() + 7.0, tag.bottom() - 0.46 * size), "output")


def paint_trouble(painter: QPainter, stage: Stage, node: NodeId, theme: Theme, least: float = 0.0) -> None:
    """Below a card that waits or failed: why."""
    if node not in stage.trace.troubles:
        return
    face = stage.card(node)
    is_fault = face.state is State.FAILED or face.value != ""
    if least:
        largeprint.paint_trouble(painter, stage, node, face, theme, least, is_fault=is_fault)
        return
    below = stage.trouble_rect(node, len(face.trouble))
    painter.setPen(QPen(theme["fault" if is_fault else "line"], 1.0))
    painter.setBrush(QBrush(theme["fault_tint" if is_fault else "surface"]))
    painter.drawRoundedRect(QRectF(below.x, below.y, below.width, below.height), 7.0, 7.0)
    for number, line in enumerate(face.trouble):
        baseline = below.y + TROUBLE_PADDING / 2 + TROUBLE_LINE * (number + 0.76)
        paint_text(painter, below.x + 9.0, baseline, line, 11.0, theme["fault" if is_fault else "muted"])


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


def paint_token(painter: QPainter, token: Token, theme: Theme, least: float = 0.0) -> None:
    """A number in flight."""
    if token.opacity <= 0.01:
        return
    painter.save()
    painter.setOpacity(token.opacity)
    painter.translate(*token.at)
    painter.scale(token.scale, token.scale)
    size = max(14.0, least)
    painter.setFont(font(Face.TEXT, size, is_bold=True))
    width, height = QFontMetricsF(painter.font()).horizontalAdvance(token.text), 26.0 * size / 14.0
    box = QRectF(-width / 2 - 12.0, -height / 2, width + 24.0, height)
    tone = "backward" if token.is_gradient else "forward"
    painter.setPen(QPen(theme["surface"], 2.0))
    painter.setBrush(QBrush(theme[tone]))
    painter.drawRoundedRect(box, height / 2, height / 2)
    painter.setPen(theme[f"on_{tone}"])
    painter.drawText(QPointF(-width / 2, 0.36 * size), token.text)
    if token.is_gradient:
        _paint_arrow(painter, box.right() + 6.0 if token.ahead else box.left() - 6.0, 1 if token.ahead else -1, theme)
    painter.restore()


def _paint_arrow(painter: QPainter, x: float, way: int, theme: Theme) -> None:
    """An arrow beside a token: to the right for 1, to the left for −1."""
    painter.setPen(
        QPen(theme["backward"], 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    arrow = QPainterPath(QPointF(x, 0.0))
    arrow.lineTo(x + 12.0 * way, 0.0)
    arrow.moveTo(x + 7.0 * way, -5.0)
    arrow.lineTo(x + 12.0 * way, 0.0)
    arrow.lineTo(x + 7.0 * way, 5.0)
    painter.drawPath(arrow)
