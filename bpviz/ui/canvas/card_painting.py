"""Paints cards: their boxes with what stands on them, their ports, the mark of the output, and what troubles them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from ...graph.graph import NodeId
from ...stage.cards import Card, State
from ...stage.course import Course
from ...stage.geometry import PORT_RADIUS, TROUBLE_LINE, TROUBLE_PADDING, Point, Rect
from ...stage.stage import Stage
from ..fonts import Face, font
from ..theme import Theme
from . import largeprint
from .faces import mixed, paint_face, paint_strip, paint_text
from .group_painting import STACK, paint_group_face, paint_stack
from .recordings import Recorder
from .shapes import RADIUS, outline

SMALLEST_MARK, LARGEST_MARK = 10.5, 20.0  # of the word "output"; larger it would cover what stands above
_REACH = 34.0  # nothing of a card is farther away from it than the largest such mark


@dataclass(frozen=True, slots=True)
class Port:
    """A port that is seen: an input, wired or not, or an output that is not wired."""

    at: Point
    is_input: bool
    is_wired: bool


@dataclass(frozen=True, slots=True)
class Portrait:
    """All that the picture of a card follows from, but for the theme and from how far away it is seen."""

    face: Card
    name: str
    rect: Rect
    course: Course
    ports: tuple[Port, ...]
    look: Hashable = field(compare=False)  # all of this but for where it is

    @property
    def box(self) -> QRectF:
        return QRectF(self.rect.x, self.rect.y, self.rect.width, self.rect.height)


def portrait_of(stage: Stage, node: NodeId) -> Portrait:
    """What a card looks like now."""
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
    face, name, rect, ports = stage.card(node), stage.graph.nodes[node].name, stage.rect(node), (*ins, *outs)
    places = tuple((round(port.at[0] - rect.x, 6), round(port.at[1] - rect.y, 6), port.is_wired) for port in ports)
    return Portrait(face, name, rect, scenery.course, ports, (face, name, scenery.course, places))


def paint_card(
    painter: QPainter, stage: Stage, node: NodeId, theme: Theme, least: float = 0.0, recorder: Recorder | None = None
) -> None:
    """A card with its ports; texts are of the size `least`, or larger."""
    paint_once(painter, stage, node, theme, least, recorder, lambda to, card: _paint_whole(to, card, theme, least))


def paint_once(
    painter: QPainter,
    stage: Stage,
    node: NodeId,
    theme: Theme,
    distance: Hashable,
    recorder: Recorder | None,
    paint: Callable[[QPainter, Portrait], None],
) -> None:
    """A card as `paint` paints it, which depends on the theme and from what `distance` it is seen; with a `recorder`
    only when it looks different from before."""
    if not (recorder is None or node in stage.acting() or recorder.admits(node, stage.rect(node).grown(_REACH))):
        _paint_blank(recorder, stage.rect(node), theme)
        return
    face = stage.card(node)
    if recorder is None or not face.is_at_rest:
        paint(painter, portrait_of(stage, node))
        return
    of = face, stage.graph.nodes[node].name, stage.rect(node)
    portrait = recorder.once(("card", node), of, lambda: portrait_of(stage, node))
    look, extent = (portrait.look, theme.name), lambda: _extent(portrait)
    if not recorder.paint(node, look, portrait.rect, distance, extent, lambda painter: paint(painter, portrait)):
        _paint_blank(recorder, portrait.rect, theme)


def _extent(portrait: Portrait) -> QRectF:
    """What a card at rest takes up at most, with its ports and what looks out behind it and beside it."""
    grown = portrait.rect.grown(PORT_RADIUS + 3.0)
    extent = QRectF(grown.x, grown.y, grown.width, grown.height)
    if portrait.face.group is not None:
        extent.adjust(0.0, -STACK, STACK, 0.0)
    if portrait.face.is_output:
        mark = _output_mark(portrait.rect, LARGEST_MARK, portrait.course)
        extent = extent.united(mark.adjusted(-1.0, -1.0, 1.0, 1.0))
    return extent


def _paint_blank(recorder: Recorder, rect: Rect, theme: Theme) -> None:
    """A card of which the next picture will show what is on it."""

    def paint(painter: QPainter) -> None:
        painter.setPen(QPen(theme["line"], 1.2))
        painter.setBrush(theme["surface"])
        painter.drawRoundedRect(QRectF(1.0, 1.0, rect.width, rect.height), RADIUS, RADIUS)

    recorder.stamp(("blank", theme.name), rect.grown(1.0), paint)


def _paint_whole(painter: QPainter, portrait: Portrait, theme: Theme, least: float) -> None:
    face, box, course = portrait.face, portrait.box, portrait.course
    if face.group is not None:
        paint_stack(painter, box, theme, course)
    _paint_box(painter, box, face, theme, least)
    if face.group is not None:
        paint_group_face(painter, box, face, face.group, theme, least, course)
    elif least:
        largeprint.paint_face(painter, box, face, theme, least)
    else:
        paint_face(painter, box, face, theme, course.headroom)
    _paint_ports(painter, portrait.ports, theme)
    if face.is_output and least <= LARGEST_MARK:
        _paint_output_mark(painter, portrait.rect, theme, max(least, SMALLEST_MARK), course)


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
    within = 5.0 if size == SMALLEST_MARK else 0.0  # large print on the card begins close to its edge
    return QRectF(rect.right - used - 24.0, rect.y + within - height, used + 14.0, height)


def paint_mark_above(painter: QPainter, stage: Stage, node: NodeId, theme: Theme, least: float) -> None:
    """The mark of the output once more, where a frame around its card would strike it through."""
    if stage.card(node).is_output and least <= LARGEST_MARK:
        _paint_output_mark(painter, stage.rect(node), theme, max(least, SMALLEST_MARK), stage.scenery.course)


def _paint_output_mark(painter: QPainter, rect: Rect, theme: Theme, size: float, course: Course) -> None:
    painter.setFont(font(Face.TEXT, size, is_bold=True))
    tag = _output_mark(rect, size, course)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(theme["ink"]))
    painter.drawRoundedRect(tag, tag.height() / 2, tag.height() / 2)
    painter.setPen(theme["surface"])
    painter.drawText(QPointF(tag.left() + 7.0, tag.bottom() - 0.46 * size), "output")


def card_shape(stage: Stage, node: NodeId, least: float) -> QPainterPath:
    """All that a card covers, with its ports and the mark of the output."""
    shape, rect = QPainterPath(), stage.rect(node)
    grown = rect.grown(PORT_RADIUS + 1.0)
    shape.addRoundedRect(QRectF(grown.x, grown.y, grown.width, grown.height), RADIUS, RADIUS)
    if stage.card(node).is_output and least <= LARGEST_MARK:
        mark, tag = QPainterPath(), _output_mark(rect, max(least, SMALLEST_MARK), stage.scenery.course)
        mark.addRoundedRect(tag.adjusted(-1.0, -1.0, 1.0, 1.0), tag.height() / 2, tag.height() / 2)
        shape = shape.united(mark)
    return shape


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
