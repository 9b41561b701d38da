"""The question mark on the card whose gradient is to be predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen

from ...ops import numerals
from ...stage.geometry import STRIP_HEIGHT
from ..fonts import Face, font
from . import mathtext
from .camera import Camera
from .faces import PADDING, fitting
from .shapes import RADIUS

if TYPE_CHECKING:
    from .view import Canvas


def with_asked(canvas: Canvas, camera: Camera) -> Camera:
    """A camera, moved just as far as it takes to see the card in question, if a question stands."""
    node, session = canvas.session.predicting.node, canvas.session
    if node is None or session.scenery.card_of(node) is None:
        return camera
    return camera.revealing(session.stage.rect(node).grown(24.0), canvas.width(), canvas.height())


def reveal_asked(canvas: Canvas) -> None:
    """Moves the camera to where the card in question is seen, if the user has looked elsewhere."""
    if (seen := with_asked(canvas, canvas.camera)) != canvas.camera:
        canvas.look(seen)


def paint_asked(painter: QPainter, canvas: Canvas) -> None:
    """`∂f/∂q = ?` in the gradient strip, and what has arrived so far."""
    session = canvas.session
    node = session.predicting.node
    if node is None or session.scenery.card_of(node) is None:
        return
    theme, least, rect = canvas.theme, canvas.least, session.stage.rect(node)
    box = QRectF(rect.x, rect.y, rect.width, rect.height)
    strip = QRectF(box.left(), box.bottom() - STRIP_HEIGHT, box.width(), STRIP_HEIGHT)
    whole, lower = QPainterPath(), QPainterPath()
    whole.addRoundedRect(box, RADIUS, RADIUS)
    lower.addRect(strip)
    painter.fillPath(whole.intersected(lower), theme["backward_tint"])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme["backward"], 3.0 / min(canvas.camera.zoom, 1.0)))
    painter.drawPath(whole)
    formula = session.predicting.asked_for(node)
    so_far = session.stage.trace.frame(session.stage.now.step).gradient(node)
    left, right, baseline = box.left() + PADDING, box.right() - PADDING, box.bottom() - 9.0
    if isinstance(so_far, float):
        text = f"so far {numerals.short(so_far)}"
        painter.setFont(font(Face.TEXT, max(11.0, least)))
        width = QFontMetricsF(painter.font()).horizontalAdvance(text)
        if right - left - width > mathtext.width(formula + " = ?", max(12.0, least), least):
            painter.setPen(theme["muted"])
            painter.drawText(QPointF(right - width, baseline), text)
            right -= width + 6.0
    size = fitting(formula + " = ?", tuple(max(size, least) for size in (16.0, 14.0, 12.0)), right - left)
    shown = mathtext.elided(formula, size, right - left - mathtext.width(" = ?", size), least)
    mathtext.draw(painter, left, baseline, f"{shown} = ?", size, theme["backward"], least)
