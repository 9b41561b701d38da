"""Paints what the stage says: the same for the screen, PNG, SVG and PDF.  Coordinates are scene units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPainterPathStroker, QPen

from ...graph.graph import NodeId
from ...stage.acting import Spotlight
from ...stage.cards import Card, State
from ...stage.course import Course
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
from .group_painting import STACK_HEIGHT, paint_group_face, paint_stack
from .recordings import Recorder
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
    recorder: Recorder | None = None,
) -> None:
    """The cards of `nodes`, the wires into `wired` and their pills, and the tokens in flight.

    `least` is the size of the smallest text that may be painted, for people who sit far away; what is not in the
    `light` fades into the paper.  With a `recorder` what is at rest is painted once.
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
        paint_card(painter, stage, node, theme, least, recorder)
        if light is not None:
            veil_card(painter, stage, node, light, theme, least)
    for node in nodes:
        paint_trouble(painter, stage, node, theme, least)
    pill_size = largeprint.pill_size(least)
    for node in wired:
        if recorder is not None and not recorder.admits_pills(are_placed=stage.has_pills_placed(node, pill_size)):
            continue
        for slot, pill in enumerate(stage.pills_by_slot(node, pill_size)):
            if pill is not None and (light is None or light.on_wire(node, slot) > HARDLY_LIT):
                _paint_resting_pill(painter, pill, (node, slot), theme, least, recorder)
    for token in stage.tokens(largeprint.token_size(least), pill_size):
        paint_token(painter, token, theme, least)


def _card_shape(stage: Stage, node: NodeId, least: float) -> QPainterPath:
    """All that a card covers, with its ports and the mark of the output."""
    shape, rect = QPainterPath(), stage.rect(node)
    grown = rect.grown(PORT_RADIUS + 1.0)
    shape.addRoundedRect(QRectF(grown.x, grown.y, grown.width, grown.height), RADIUS, RADIUS)
    if stage.card(node).is_output and least <= LARGEST_MARK:
        mark, tag = QPainterPath(), _output_mark(rect, max(least, SMALLEST_MARK), stage.scenery.course)
        mark.addRoundedRect(tag.adjusted(-1.0, -1.0, 1.0, 1.0), tag.height() / 2, tag.height() / 2)
        shape = shape.united(mark)
    return shape


def card_extent(face: Card, rect: Rect, least: float, course: Course) -> QRectF:
    """What a card at rest takes up, with its ports and what looks out behind it and at its edge."""
    grown = rect.grown(PORT_RADIUS + 3.0)
    extent = QRectF(grown.x, grown.y, grown.width, grown.height)
    if face.group is not None:
        right, above = course.turned((0.0, STACK_HEIGHT))
        extent.adjust(0.0, -above, right, 0.0)
    if face.is_output and least <= LARGEST_MARK:
        extent = extent.united(_output_mark(rect, max(least, SMALLEST_MARK), course).adjusted(-1.0, -1.0, 1.0, 1.0))
    return extent


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
        end, clear = (wire.curve.end, 2.0 + PORT_RADIUS) if wire.ahead else (wire.curve.start, 2.0)
        _paint_head(painter, end, wire.course.way(ahead=wire.ahead), clear, colour, size)


def _paint_head(painter: QPainter, end: Point, way: Point, clear: float, colour: QColor, size: float) -> None:
    """An arrow head where a wire has carried a gradient to: at its beginning, or in forward mode at its end."""
    (dx, dy), reach = way, 6.0 + size
    x, y = end[0] - clear * dx, end[1] - clear * dy
    head = QPainterPath(QPointF(x, y))
    head.lineTo(x - reach * (dx - 0.6 * dy), y - reach * (dy + 0.6 * dx))
    head.lineTo(x - reach * (dx + 0.6 * dy), y - reach * (dy - 0.6 * dx))
    head.closeSubpath()
    painter.fillPath(head, colour)


def paint_card(
    painter: QPainter, stage: Stage, node: NodeId, theme: Theme, least: float = 0.0, recorder: Recorder | None = None
) -> None:
    """A card with its ports."""
    rect = stage.rect(node)
    if recorder is not None and not recorder.admits(node):
        paint_blank(painter, rect, theme)
        return
    face = stage.card(node)
    ports, course = ports_of(stage, node), stage.scenery.course
    if recorder is None or not face.is_at_rest:
        _paint_whole(painter, face, rect, ports, theme, least, course)
        return
    recorder.paint(
        node, (face, rect, ports, theme.name, least, course), card_extent(face, rect, least, course),
        lambda painter: _paint_whole(painter, face, rect, ports, theme, least, course),
    )  # fmt: skip


def _paint_whole(
    painter: QPainter, face: Card, rect: Rect, ports: tuple[Port, ...], theme: Theme, least: float, course: Course
) -> None:
    box = QRectF(rect.x, rect.y, rect.width, rect.height)
    if face.group is not None:
        paint_stack(painter, box, theme, course)
    _paint_box(painter, box, face, theme, least)
    if face.group is not None:
        paint_group_face(painter, box, face, face.group, theme, least, course)
    elif least:
        largeprint.paint_face(painter, box, face, theme, least)
    else:
        paint_face(painter, box, face, theme, course.headroom)
    _paint_ports(painter, ports, theme)
    if face.is_output and least <= LARGEST_MARK:
        _paint_output_mark(painter, rect, theme, max(least, SMALLEST_MARK), course)


def paint_blank(painter: QPainter, rect: Rect, theme: Theme) -> None:
    """A card of which the next picture will show what is on it."""
    shape = outline(QRectF(rect.x, rect.y, rect.width, rect.height))
    painter.fillPath(shape, theme["surface"])
    painter.setPen(QPen(theme["line"], 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)


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


@dataclass(frozen=True, slots=True)
class Port:
    """A port that is seen: an input, wired or not, or an output that is not wired."""

    at: Point
    is_input: bool
    is_wired: bool


def ports_of(stage: Stage, node: NodeId) -> tuple[Port, ...]:
    """The ports that are painted on a card."""
    scenery, structure = stage.scenery, stage.graph.structure
    ins = [
        Port(at, is_input=True, is_wired=structure.inputs[target][slot] is not None)
        for (target, slot), at in scenery.in_ports(node)
    ]
    outs = [
        Port(at, is_input=False, is_wired=False)
        for source, at in scenery.out_ports(node)
        if not structure.consumers[source]
    ]
    return *ins, *outs


def _paint_ports(painter: QPainter, ports: Iterable[Port], theme: Theme) -> None:
    for port in ports:
        if port.is_input:
            painter.setBrush(QBrush(theme["surface"]))
            painter.setPen(QPen(theme["muted" if port.is_wired else "forward"], 1.6))
            radius = PORT_RADIUS - 1.0 if port.is_wired else PORT_RADIUS + 0.5
        else:
            painter.setBrush(QBrush(theme["wire"]))
            painter.setPen(Qt.PenStyle.NoPen)
            radius = PORT_RADIUS - 1.0
        painter.drawEllipse(QPointF(*port.at), radius, radius)


def _output_mark(rect: Rect, size: float, course: Course) -> QRectF:
    """Where the word "output" lies: on the upper edge of a card, or, where the inputs are, on the lower one."""
    used, height = QFontMetricsF(font(Face.TEXT, size, is_bold=True)).horizontalAdvance("output"), 1.62 * size
    if course.is_down:
        return QRectF(rect.x + 10.0, rect.bottom - 1.0, used + 14.0, height)
    return QRectF(rect.right - used - 24.0, rect.y + 5.0 - height, used + 14.0, height)


def _paint_output_mark(painter: QPainter, rect: Rect, theme: Theme, size: float, course: Course) -> None:
    painter.setFont(font(Face.TEXT, size, is_bold=True))
    tag = _output_mark(rect, size, course)
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


def _paint_resting_pill(
    painter: QPainter, pill: Pill, wire: tuple[NodeId, int], theme: Theme, least: float, recorder: Recorder | None
) -> None:
    if recorder is None or least or not pill.is_at_rest:
        paint_pill(painter, pill, theme, least)
        return
    place = pill.rect.grown(1.0)
    recorder.paint(
        wire, (pill, theme.name), QRectF(place.x, place.y, place.width, place.height),
        lambda painter: paint_pill(painter, pill, theme),
    )  # fmt: skip


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
    if token.is_gradient and token.arrow > 0.01:
        painter.setOpacity(token.opacity * token.arrow)
        _paint_arrow(painter, box, token.course.way(ahead=token.ahead), theme)
    painter.restore()


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
