"""What the canvas shows beside the stage: the dotted ground, the selection, what is under the mouse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ...graph.graph import NodeId
from .painting import bezier
from .spots import Part

if TYPE_CHECKING:
    from .view import Canvas

DOTS = 24.0  # scene units from one to the next


def paint_dots(painter: QPainter, canvas: Canvas, part: QRect) -> None:
    """A part of the ground, in pixels; from far away it would be grey, and is left out."""
    camera = canvas.camera
    if DOTS * camera.zoom < 10.0:
        return
    left, top = camera.to_scene(part.left(), part.top())
    right, bottom = camera.to_scene(part.right(), part.bottom())
    painter.setPen(QPen(canvas.theme["dots"], 1.6))
    columns = range(int(left // DOTS), int(right // DOTS) + 2)
    rows = range(int(top // DOTS), int(bottom // DOTS) + 2)
    painter.drawPoints([QPointF(*camera.to_screen((i * DOTS, j * DOTS))) for i in columns for j in rows])


def paint_selection(painter: QPainter, canvas: Canvas, nodes: Iterable[NodeId]) -> None:
    """A frame around selected cards."""
    painter.setPen(QPen(canvas.theme["ink"], 2.0 / min(canvas.camera.zoom, 1.0)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for node in nodes:
        grown = canvas.session.stage.rect(node).grown(4.0)
        painter.drawRoundedRect(QRectF(grown.x, grown.y, grown.width, grown.height), 13.0, 13.0)


def paint_selected_wire(painter: QPainter, canvas: Canvas) -> None:
    """A dark halo along the selected wire."""
    chosen = canvas.session.selected_wire
    curve = canvas.session.stage.curve(*chosen) if chosen is not None else None
    if curve is not None:
        painter.setPen(QPen(canvas.theme["ink"], 7.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(bezier(curve))


def paint_lit_path(painter: QPainter, canvas: Canvas) -> None:
    """A glow along wires that are pointed out, and around the cards that they join."""
    session, glow = canvas.session, QColor(canvas.theme["backward"])
    glow.setAlpha(90)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for target, slot in session.lit_wires:
        held = session.graph.nodes.get(target)
        curve = session.stage.curve(target, slot) if held is not None and slot < len(held.inputs) else None
        if held is None or curve is None:
            continue  # edited away under the mouse
        painter.setPen(QPen(glow, 16.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPath(bezier(curve))
        painter.setPen(QPen(canvas.theme["backward"], 3.0))
        for node in (target, held.inputs[slot]):
            if node is not None:
                grown = session.stage.rect(node).grown(5.0)
                painter.drawRoundedRect(QRectF(grown.x, grown.y, grown.width, grown.height), 14.0, 14.0)


def paint_hovered_port(painter: QPainter, canvas: Canvas) -> None:
    """The out port of the card under the mouse: here a wire can begin."""
    spot = canvas.hovered
    if spot is None or canvas.gesture is not None or spot.part is Part.WIRE:
        return
    theme = canvas.theme
    painter.setPen(QPen(theme["forward"], 2.0))
    painter.setBrush(theme["forward" if spot.part is Part.OUT_PORT else "surface"])
    painter.drawEllipse(QPointF(*canvas.session.stage.scenery.out_port(spot.node)), 6.0, 6.0)
