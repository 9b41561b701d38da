"""The landscape in three dimensions, drawn by the painter's algorithm: no OpenGL is needed, and none can be missing."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from ...ops import numerals
from ...stage.speech import spoken
from ..canvas import mathtext
from ..session import Session
from .contours import shades
from .pages import pixels

Floats = NDArray[np.float64]
MOST = 41  # grid lines each way
_HEIGHT = 0.75  # of the ground's width
_USUAL = (0.0, 97.0)  # percentiles of the heights that are drawn: a pole would leave nothing to see of the rest
_KEYS = {Qt.Key.Key_Left: (-8, 0), Qt.Key.Key_Right: (8, 0), Qt.Key.Key_Up: (0, 6), Qt.Key.Key_Down: (0, -6)}


class Surface(QWidget):
    """f over two inputs as a surface, with the point on it.  Dragging turns it, the wheel brings it nearer."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.name = session, "The surface"
        self.turn, self.tilt, self.size_ = 35.0, 32.0, 1.0  # degrees, degrees above the ground, times the natural size
        self._grid: tuple[Floats, Floats, Floats] | None = None
        self._point = (0.0, 0.0, 0.0)
        self._names = ("", "", "")
        self._grasp: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 120)
        self.setToolTip("Drag, or use the arrow keys, to turn it; a double click turns it back")

    def show_field(self, x: Floats, y: Floats, values: Floats) -> None:
        """Another landscape: a row for each of `y`, a column for each of `x`; no ground where a value is missing."""
        columns = np.unique(np.linspace(0, len(x) - 1, min(MOST, len(x))).astype(int))
        rows = np.unique(np.linspace(0, len(y) - 1, min(MOST, len(y))).astype(int))
        self._grid = x[columns], y[rows], values[np.ix_(rows, columns)]
        self.update()

    def show_point(self, x: float, y: float, value: float, names: tuple[str, str, str]) -> None:
        """The present point, and the names of both inputs and of what they lead to."""
        self._point, self._names = (x, y, value), names
        told = ", ".join(f"{name} = {numerals.short(number)}" for name, number in zip(names, self._point, strict=True))
        self.setAccessibleName(spoken(f"Surface: {told}"))
        self.update()

    # Leaving the program

    def columns(self) -> list[tuple[str, Floats]]:
        """All points of the grid, as a table."""
        if self._grid is None:
            return []
        x, y, values = self._grid
        return list(zip(self._names, (*(held.ravel() for held in np.meshgrid(x, y)), values.ravel()), strict=True))

    def paint_whole(self, painter: QPainter, fineness: float) -> None:
        """The surface without the keyboard's frame, for a picture."""
        if self._grid is not None:
            self._paint(painter, *self._grid)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        from .plot_menu import pop_up

        menu = QMenu(self)
        menu.addAction("Turn it back").triggered.connect(self.turn_back)
        menu.addSeparator()
        pop_up(menu, self, event.globalPos())

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._grid is not None:
            self._paint(painter, *self._grid)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.session.theme["forward"], 2.0))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6.0, 6.0)
        painter.end()

    def _paint(self, painter: QPainter, x: Floats, y: Floats, values: Floats) -> None:
        finite = values[np.isfinite(values)]
        if not len(finite):
            return
        low, high = (float(v) for v in np.percentile(finite, _USUAL))
        span = high - low or 1.0
        heights = np.clip((values - low) / span, 0.0, 1.15)
        u, v = np.meshgrid((x - x[0]) / (x[-1] - x[0]) - 0.5, (y - y[0]) / (y[-1] - y[0]) - 0.5)
        places, depth = self._projected(u, v, heights)
        self._paint_ground(painter)
        table = shades(self.session.theme.name)
        edge = QColor(self.session.theme["ink"])
        edge.setAlpha(60)
        painter.setPen(QPen(edge, 0.6))
        middle = (heights[:-1, :-1] + heights[1:, :-1] + heights[:-1, 1:] + heights[1:, 1:]) / 4
        away = depth[:-1, :-1] + depth[1:, 1:]
        order = np.argsort(-away, axis=None)
        for k in order.tolist():
            i, j = divmod(k, middle.shape[1])
            height = middle[i, j]
            if height != height:
                continue
            corners = places[[i, i, i + 1, i + 1], [j, j + 1, j + 1, j]]
            colour = table[1 + round(min(float(height), 1.0) * (len(table) - 2))]
            painter.setBrush(QColor(*colour.tolist()))
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners.tolist()]))
        self._paint_point(painter, x, y, low, span)
        self._paint_names(painter)

    def _projected(self, u: Floats, v: Floats, heights: Floats) -> tuple[Floats, Floats]:
        """Places on the widget, and how far away they are; orthographic, so that parallels stay parallel."""
        a, b = radians(self.turn), radians(self.tilt)
        right, back = u * cos(a) - v * sin(a), u * sin(a) + v * cos(a)
        up = (heights - 0.5) * _HEIGHT * cos(b) + back * sin(b)
        scale = min(self.width() / 1.5, self.height() / 1.25) * self.size_
        places = np.stack([self.width() / 2 + right * scale, self.height() * 0.47 - up * scale], axis=-1)
        return places, back * cos(b) - heights * _HEIGHT * sin(b)

    def _paint_ground(self, painter: QPainter) -> None:
        theme = self.session.theme
        corners, _ = self._projected(np.array([-0.5, 0.5, 0.5, -0.5]), np.array([-0.5, -0.5, 0.5, 0.5]), np.zeros(4))
        painter.setPen(QPen(theme["line"], 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners.tolist()]))

    def _paint_names(self, painter: QPainter) -> None:
        """Both inputs, along the edges of the ground that are in front."""
        theme = self.session.theme
        size = pixels(theme, 14.0)
        ends = np.array([0.0, 0.0, 0.6, -0.6]), np.array([0.6, -0.6, 0.0, 0.0])
        places, away = self._projected(*ends, np.zeros(4))
        for name, pair in zip(self._names[:2], ((0, 1), (2, 3)), strict=True):
            left, top = places[min(pair, key=lambda k: float(away[k]))].tolist()
            mathtext.draw(painter, left - mathtext.width(name, size) / 2, top + size * 0.4, name, size, theme["muted"])

    def _paint_point(self, painter: QPainter, x: Floats, y: Floats, low: float, span: float) -> None:
        px, py, value = self._point
        u, v = (px - x[0]) / (x[-1] - x[0]) - 0.5, (py - y[0]) / (y[-1] - y[0]) - 0.5
        if not np.isfinite(value) or max(abs(u), abs(v)) > 0.5:
            return
        height = min(max((value - low) / span, 0.0), 1.15)
        places, _ = self._projected(np.array([u, u]), np.array([v, v]), np.array([0.0, height]))
        theme = self.session.theme
        foot, top = (QPointF(*place) for place in places.tolist())
        painter.setPen(QPen(theme["ink"], 1.2, Qt.PenStyle.DotLine))
        painter.drawLine(foot, top)
        painter.setPen(QPen(theme["surface"], 2.0))
        painter.setBrush(theme["backward"])
        painter.drawEllipse(top, 6.0, 6.0)

    # Turning

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grasp = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grasp is not None:
            moved, self._grasp = event.position() - self._grasp, event.position()
            self.rotate(0.5 * moved.x(), 0.5 * moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grasp = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.turn_back()

    def turn_back(self) -> None:
        """As it was seen at first."""
        self.turn, self.tilt, self.size_ = 35.0, 32.0, 1.0
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.size_ = min(max(self.size_ * 1.1 ** (event.angleDelta().y() / 120), 0.4), 3.0)
        self.update()

    def event(self, event: QEvent) -> bool:
        is_ours = isinstance(event, QKeyEvent) and event.key() in _KEYS and not event.modifiers()
        if is_ours and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # with the surface in hand, the arrows are not the player's
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (by := _KEYS.get(Qt.Key(event.key()))) is not None and not event.modifiers():
            self.rotate(*by)
        else:
            super().keyPressEvent(event)

    def rotate(self, across: float, up: float) -> None:
        """Turns it, in degrees; it is never seen from below."""
        self.turn = (self.turn + across) % 360.0
        self.tilt = min(max(self.tilt + up, 3.0), 88.0)
        self.update()
