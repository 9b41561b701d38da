"""Paints what the stage says: the same for the screen, PNG, SVG and PDF.  Coordinates are scene units."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from ...graph.graph import NodeId
from ...stage.cards import Card, HeatMap, State
from ...stage.geometry import (
    PORT_RADIUS,
    STRIP_HEIGHT,
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

RADIUS = 10.0
PADDING = 14.0
BADGE = 32.0
LETTER_SIZES = (26.0, 21.0, 17.0, 14.0, 12.0)
VALUE_SIZES = (21.0, 18.0, 15.0, 13.0, 11.0, 9.0, 7.5)


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
        colour, size = _mixed(theme["wire"], theme["forward"], wire.flow), size + 1.0 * wire.flow
    elif wire.flow < 0 or wire.carries_gradient:
        strength = max(-wire.flow, 0.62 if wire.carries_gradient else 0.0)
        colour, size = _mixed(theme["wire"], theme["backward"], strength), size - 1.0 * wire.flow
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


def _mixed(one: QColor, other: QColor, amount: float) -> QColor:
    amount = min(max(amount, 0.0), 1.0)
    return QColor.fromRgbF(
        one.redF() + (other.redF() - one.redF()) * amount,
        one.greenF() + (other.greenF() - one.greenF()) * amount,
        one.blueF() + (other.blueF() - one.blueF()) * amount,
    )


def paint_card(painter: QPainter, stage: Stage, node: NodeId, theme: Theme) -> None:
    """A card with its ports."""
    face, rect = stage.card(node), stage.rect(node)
    box = QRectF(rect.x, rect.y, rect.width, rect.height)
    _paint_box(painter, box, face, theme)
    _paint_face(painter, box, face, theme)
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
        colour, size = _mixed(theme["line"], theme["backward"], 0.75), 1.4
    shape = QPainterPath()
    shape.addRoundedRect(box, RADIUS, RADIUS)
    painter.fillPath(shape, theme["surface"])
    if not face.is_constant:
        _paint_strip(painter, box, shape, face, theme)
    pen = QPen(colour, size)
    if face.state is State.WAITING:
        pen.setStyle(Qt.PenStyle.DashLine)
        pen.setColor(theme["muted"])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)


def _paint_strip(painter: QPainter, box: QRectF, shape: QPainterPath, face: Card, theme: Theme) -> None:
    strip = QPainterPath()
    strip.addRect(QRectF(box.left(), box.bottom() - STRIP_HEIGHT, box.width(), STRIP_HEIGHT))
    painter.fillPath(shape.intersected(strip), theme["backward_tint" if face.gradient else "sunken"])
    if not face.strip:
        return
    left, right = box.left() + PADDING, box.right() - PADDING
    baseline = box.bottom() - 9.0
    if not face.gradient:
        _text(painter, left, baseline, face.strip, 11.0, theme["muted"])
        return
    colour = theme["backward"]
    painter.setFont(font(Face.TEXT, 14, is_bold=True))
    used = QFontMetricsF(painter.font()).horizontalAdvance(face.gradient)
    painter.setPen(colour)
    painter.drawText(QPointF(right - used, baseline), face.gradient)
    if face.strip.startswith("∂"):
        room = right - used - left - 6.0
        mathtext.draw(painter, left, baseline, mathtext.elided(face.strip, 16.0, room), 16.0, colour)
    else:
        _text(painter, left, baseline, face.strip, 11.0, theme["muted"])


def _text(painter: QPainter, x: float, baseline: float, text: str, pixels: float, colour: QColor) -> None:
    painter.setFont(font(Face.TEXT, pixels))
    painter.setPen(colour)
    painter.drawText(QPointF(x, baseline), text)


def _paint_face(painter: QPainter, box: QRectF, face: Card, theme: Theme) -> None:
    """Headline, caption and value."""
    middle = box.top() + (box.height() - (0.0 if face.is_constant else STRIP_HEIGHT)) / 2
    left = box.left() + PADDING
    if face.is_name:
        size = _fitting(face.headline, LETTER_SIZES, 0.42 * box.width())
        mathtext.draw(painter, left, middle + size * 0.3, face.headline, size, theme["ink"])
        taken = mathtext.width(face.headline, size) + 10.0 if face.headline else 0.0
    else:
        _paint_badge(painter, QRectF(box.left() + 10.0, middle - BADGE / 2, BADGE, BADGE), face, theme)
        taken = BADGE + 6.0
    right = box.right() - PADDING
    if face.caption:
        if face.is_name:
            _text(painter, left + taken, box.top() + 16.0, face.caption, 10.5, theme["muted"])
        else:
            text = mathtext.elided(face.caption, 13.0, right - left - taken)
            mathtext.draw(painter, left + taken, box.top() + 16.0, text, 13.0, theme["muted"])
    if face.heat is not None:
        painter.setOpacity(face.value_opacity)
        top = box.top() + (4.0 if face.is_constant else 20.0)
        bottom = box.bottom() - (4.0 if face.is_constant else STRIP_HEIGHT + 4.0)
        place = QRectF(left + taken + 4.0, top, right - left - taken - 4.0, bottom - top)
        _paint_heat(painter, place, face.heat, theme)
        painter.setOpacity(1.0)
    if not face.value:
        return
    below_caption = 0.0 if face.is_constant else 9.0
    room = box.width() - 2 * PADDING - taken
    for size in VALUE_SIZES:
        painter.setFont(font(Face.TEXT, size, is_bold=True))
        used = QFontMetricsF(painter.font()).horizontalAdvance(face.value)
        if used <= room:
            break
    painter.setPen(theme["fault" if face.state is State.FAILED else "ink"])
    painter.setOpacity(face.value_opacity)
    at = right - used if not face.is_constant or face.headline else box.center().x() - used / 2
    painter.drawText(QPointF(at, middle + size * 0.36 + below_caption), face.value)
    painter.setOpacity(1.0)


def _paint_heat(painter: QPainter, room: QRectF, heat: HeatMap, theme: Theme) -> None:
    """An array as cells: the stronger the colour the larger the number, and a stroke through the negative ones."""
    rows, columns = len(heat.rows), max((len(row) for row in heat.rows), default=0)
    if not rows or not columns:
        _text(painter, room.left(), room.center().y() + 4.0, f"empty, {heat.shape}", 10.0, theme["muted"])
        return
    width, height = min(room.width() / columns, 40.0), min(room.height() / rows, 18.0)
    left, top = room.right() - width * columns, room.bottom() - height * rows
    for i, row in enumerate(heat.rows):
        for j, part in enumerate(row):
            cell = QRectF(left + j * width, top + i * height, width, height).adjusted(0.5, 0.5, -0.5, -0.5)
            tone = "fault" if part is None else "forward"
            strength = 1.0 if part is None else 0.12 + 0.55 * abs(part)
            painter.fillRect(cell, _mixed(theme["surface"], theme[tone], strength))
            if heat.texts:
                painter.setFont(font(Face.TEXT, 9.0, is_bold=True))
                painter.setPen(theme["ink"])
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, heat.texts[i][j])
            elif part is not None and part < 0:
                painter.setPen(QPen(theme["ink"], 1.0))
                painter.drawLine(
                    QPointF(cell.left() + 1.0, cell.center().y()), QPointF(cell.right() - 1.0, cell.center().y())
                )
    painter.setFont(font(Face.TEXT, 9.0))
    used = QFontMetricsF(painter.font()).horizontalAdvance(heat.shape)
    _text(painter, room.right() - used, room.top() - 5.0, heat.shape, 9.0, theme["muted"])


def _fitting(text: str, sizes: tuple[float, ...], room: float) -> float:
    return next((size for size in sizes if mathtext.width(text, size) <= room), sizes[-1])


def _paint_badge(painter: QPainter, circle: QRectF, face: Card, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(_mixed(theme["forward_tint"], theme["forward"], face.forward_glow)))
    painter.drawEllipse(circle)
    colour = theme["on_forward" if face.forward_glow > 0.4 else "forward"]  # half-way between, it would vanish
    size = _fitting(face.headline, (20.0, 16.0, 13.0, 11.0, 9.0, 7.0), circle.width() - 6.0)
    at = circle.center().x() - mathtext.width(face.headline, size) / 2
    mathtext.draw(painter, at, circle.center().y() + size * 0.32, face.headline, size, colour)


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
    tag = QRectF(rect.right - used - 24.0, rect.y - 9.0, used + 14.0, 17.0)
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
        _text(painter, below.x + 9.0, baseline, line, 11.0, theme["fault" if is_fault else "muted"])


def paint_pill(painter: QPainter, pill: Pill, theme: Theme) -> None:
    """A local derivative on its wire."""
    painter.setOpacity(pill.opacity)
    strength = max(pill.glow, 0.55 if pill.is_used else 0.0)
    colour = _mixed(theme["muted"], theme["backward"], strength)
    painter.setPen(QPen(_mixed(theme["line"], theme["backward"], strength), 1.2 + 0.8 * pill.glow))
    painter.setBrush(QBrush(theme["surface"]))
    box = QRectF(pill.rect.x, pill.rect.y, pill.rect.width, pill.rect.height)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    size = _fitting(pill.text, (14.0, 13.0, 12.0, 11.0), box.width() - 12.0)
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
