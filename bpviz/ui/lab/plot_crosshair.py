"""Where the mouse is in a plot: two dotted lines and the numbers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ..canvas import mathtext
from ..theme import Theme
from .pages import pixels


def paint_crosshair(painter: QPainter, at: QPointF, room: QRectF, said: str, theme: Theme) -> None:
    """Draws it at a place of the widget, inside `room`; what is said stands in the lower corner away from the mouse.

    Where there is nothing to say, nothing is drawn.
    """
    if not said:
        return
    painter.setPen(QPen(theme["muted"], 1.0, Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(at.x(), room.top()), QPointF(at.x(), room.bottom()))
    painter.drawLine(QPointF(room.left(), at.y()), QPointF(room.right(), at.y()))
    size = pixels(theme, 13.5)
    width = mathtext.width(said, size) + 14.0
    left = room.right() - width - 4.0 if at.x() < room.center().x() else room.left() + 4.0
    box = QRectF(left, room.bottom() - size * 1.6 - 4.0, width, size * 1.6)
    painter.setPen(QPen(theme["line"], 1.0))
    painter.setBrush(theme["surface"])
    painter.drawRoundedRect(box, 5.0, 5.0)
    mathtext.draw(painter, box.left() + 7.0, box.bottom() - size * 0.5, said, size, theme["ink"])
