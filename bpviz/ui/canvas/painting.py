"""Paints what the stage says: the same for the screen, PNG, SVG and PDF.  Coordinates are scene units."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from ...graph.graph import NodeId
from ...stage.cards import Card, State
from ...stage.geometry import (
    PORT_RADIUS,
    TROUBLE_LINE,
    TROUBLE_PADDING,
    Curve,
    Rect,
    in_port,
    out_port,
)
from ...stage.motion import Token
from ...stage.stage import Stage
from ...stage.wires import Pill, Wire
from ..fonts import Face, font
from ..theme import Theme
from . import mathtext
from .faces import fitting, mixed, paint_face, paint_strip, paint_text

RADIUS = 10.0


def paint_stage(
    painter: QPainter, stage: Stage, theme: Theme, nodes: Iterable[NodeId], wired: Iterable[NodeId]
) -> None:
    """The cards of `nodes`, the wires into `wired` and their pills, and the tokens in flight."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    wired = list(wired)
    for node in wired:
        for wire in stage.wires(node):
            paint_wire(painter, wire, theme)
    nodes = list(nodes)
    for node in nodes:
        paint_card(painter, stage, node, theme)
    for node in nodes:
        paint_trouble(painter, stage, node, theme)
    for node in wired:
        for pill in stage.pills(node):
            paint_pill(painter, pill, theme)
    for token in stage.tokens():
        paint_token(painter, token, theme)


def bezier(curve: Curve) -> QPainterPath:
    """A route as a path."""
    path = QPainterPath(QPointF(*curve.start))
    for i in range(1, len(curve.points), 3):
        path.cubicTo(*(QPointF(*point) for point in curve.points[i : i + 3]))
    return path


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
        _arrow_back(painter, wire.curve, colour, size)


def _arrow_back(painter: QPainter, curve: Curve, colour: QColor, size: float) -> None:
    """An arrow head near the source: this wire has carried a gradient back."""
    x, y = curve.start
    reach = 6.0 + size
    head = QPainterPath(QPointF(x + 2.0, y))
    head.lineTo(x + 2.0 + reach, y - reach * 0.6)
    head.lineTo(x + 2.0 + reach, y + reach * 0.6)
    head.closeSubpath()
    painter.fillPath(head, colour)


def paint_card(painter: QPainter, stage: Stage, node: NodeId, theme: Theme) -> None:
    """A card with its ports."""
    face, rect = stage.card(node), stage.rect(node)
    box = QRectF(rect.x, rect.y, rect.width, rect.height)
    _paint_box(painter, box, face, theme)
    paint_face(painter, box, face, theme)
    _paint_ports(painter, stage, node, rect, theme)
    if face.is_output:
        _paint_output_mark(painter, rect, theme)


def _paint_box(painter: QPainter, box: QRectF, face: Card, theme: Theme) -> None:
    colour, size = theme["line"], 1.2
    if face.state is State.FAILED:
        colour, size = theme["fault"], 2.0
    elif face.backward_glow > 0:
        colour, size = theme["backward"], 1.4 + 2.0 * face.backward_glow
    elif face.forward_glow > 0:
        colour, size = theme["forward"], 1.2 + 2.0 * face.forward_glow
    elif face.gradient:
        colour, size = mixed(theme["line"], theme["backward"], 0.75), 1.4
    shape = QPainterPath()
    shape.addRoundedRect(box, RADIUS, RADIUS)
    painter.fillPath(shape, theme["surface"])
    if not face.is_constant:
        paint_strip(painter, box, shape, face, theme)
    pen = QPen(colour, size)
    if face.state is State.WAITING:
        pen.setStyle(Qt.PenStyle.DashLine)
        pen.setColor(theme["muted"])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)


def _paint_ports(painter: QPainter, stage: Stage, node: NodeId, rect: Rect, theme: Theme) -> None:
    held = stage.graph.nodes[node]
    painter.setBrush(QBrush(theme["surface"]))
    for slot, source in enumerate(held.inputs):
        painter.setPen(QPen(theme["muted"] if source is not None else theme["forward"], 1.6))
        radius = PORT_RADIUS - 1.0 if source is not None else PORT_RADIUS + 0.5
        painter.drawEllipse(QPointF(*in_port(rect, slot, held.op.arity)), radius, radius)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(theme["wire"]))
    if not stage.graph.structure.consumers[node]:
        painter.drawEllipse(QPointF(*out_port(rect)), PORT_RADIUS - 1.0, PORT_RADIUS - 1.0)


def _paint_output_mark(painter: QPainter, rect: Rect, theme: Theme) -> None:
    painter.setFont(font(Face.TEXT, 10.5, is_bold=True))
    used = QFontMetricsF(painter.font()).horizontalAdvance("output")
    tag = QRectF(rect.right - used - 24.0, rect.y - 12.0, used + 14.0, 17.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(theme["ink"]))
    painter.drawRoundedRect(tag, 8.5, 8.5)
    painter.setPen(theme["surface"])
    painter.drawText(QPointF(tag.left() + 7.0, tag.bottom() - 4.8), "output")


def paint_trouble(painter: QPainter, stage: Stage, node: NodeId, theme: Theme) -> None:
    """Below a card that waits or failed: why."""
    if node not in stage.trace.troubles:
        return
    face = stage.card(node)
    below = stage.trouble_rect(node, len(face.trouble))
    is_fault = face.state is State.FAILED or face.value != ""
    painter.setPen(QPen(theme["fault" if is_fault else "line"], 1.0))
    painter.setBrush(QBrush(theme["fault_tint" if is_fault else "surface"]))
    painter.drawRoundedRect(QRectF(below.x, below.y, below.width, below.height), 7.0, 7.0)
    for number, line in enumerate(face.trouble):
        baseline = below.y + TROUBLE_PADDING / 2 + TROUBLE_LINE * (number + 0.76)
        paint_text(painter, below.x + 9.0, baseline, line, 11.0, theme["fault" if is_fault else "muted"])


def paint_pill(painter: QPainter, pill: Pill, theme: Theme) -> None:
    """A local derivative on its wire."""
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


def paint_token(painter: QPainter, token: Token, theme: Theme) -> None:
    """A number in flight."""
    if token.opacity <= 0.01:
        return
    painter.save()
    painter.setOpacity(token.opacity)
    painter.translate(*token.at)
    painter.scale(token.scale, token.scale)
    painter.setFont(font(Face.TEXT, 14, is_bold=True))
    width = QFontMetricsF(painter.font()).horizontalAdvance(token.text)
    box = QRectF(-width / 2 - 12.0, -13.0, width + 24.0, 26.0)
    tone = "backward" if token.is_gradient else "forward"
    painter.setPen(QPen(theme["surface"], 2.0))
    painter.setBrush(QBrush(theme[tone]))
    painter.drawRoundedRect(box, 13.0, 13.0)
    painter.setPen(theme[f"on_{tone}"])
    painter.drawText(QPointF(-width / 2, 5.0), token.text)
    if token.is_gradient:
        _paint_left_arrow(painter, box.left() - 6.0, theme)
    painter.restore()


def _paint_left_arrow(painter: QPainter, x: float, theme: Theme) -> None:
    painter.setPen(
        QPen(theme["backward"], 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    arrow = QPainterPath(QPointF(x, 0.0))
    arrow.lineTo(x - 12.0, 0.0)
    arrow.moveTo(x - 7.0, -5.0)
    arrow.lineTo(x - 12.0, 0.0)
    arrow.lineTo(x - 7.0, 5.0)
    painter.drawPath(arrow)
