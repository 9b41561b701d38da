"""A small chart: how the output really changes with a step, the straight line that the gradient predicts, the gap."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..ops import numerals
from .canvas import mathtext
from .fonts import Face, font
from .lens import Lens
from .session import Session
from .theme import Theme

_LEFT, _RIGHT, _TOP, _BOTTOM = 10.0, 10.0, 16.0, 18.0
_AIR = 0.08  # of the height, above and below the curve


class CurveChart(QWidget):
    """The response of the output over −reach … reach, and the present step; a click or a drag sets the step."""

    def __init__(self, session: Session, lens: Lens) -> None:
        super().__init__()
        self._session, self._lens = session, lens
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(72)
        self.setMaximumHeight(190)
        self.setAccessibleName("The change of the output against the step h")
        lens.changed.connect(self.update)
        session.themed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(270, 150)

    # Where things lie

    @property
    def room(self) -> QRectF:
        """What is inside the axes."""
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)

    @property
    def span(self) -> tuple[float, float]:
        """The changes at the lower and the upper edge: what there is to be seen, and the present step with it."""
        found, nudge = self._lens.response, self._lens.nudge
        low, high = (found.lowest, found.highest) if found is not None else (0.0, 0.0)
        reach = 3.0 * max(abs(low), abs(high))
        for change in (nudge.predicted, nudge.actual) if nudge is not None else ():
            if change is not None and math.isfinite(change) and (abs(change) <= reach or not reach):
                low, high = min(low, change), max(high, change)
        if low == high:
            low, high = low - 1.0, high + 1.0
        air = _AIR * high - _AIR * low
        return low - air, high + air

    def x_of(self, h: float) -> float:
        room = self.room
        return room.center().x() + h / self._lens.reach * room.width() / 2

    def y_of(self, change: float) -> float:
        (low, high), room = self.span, self.room
        size = max(abs(low), abs(high))  # 1e308 − −1e308 would be infinite
        part = (change / size - low / size) / (high / size - low / size)
        return room.bottom() - min(max(part, -50.0), 50.0) * room.height()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._session.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme["sunken"])
        painter.drawRoundedRect(QRectF(self.rect()), 8.0, 8.0)
        if self._lens.is_usable and self._lens.response is not None:
            self._axes(painter, theme)
            painter.setClipRect(self.room.adjusted(0.0, -1.0, 0.0, 1.0))
            self._pieces(painter, theme)
            self._line(painter, theme)  # on top: where the two are one, its dashes let the curve be seen
            painter.setClipping(False)
            self._present(painter, theme)
        painter.end()

    def _axes(self, painter: QPainter, theme: Theme) -> None:
        room, (low, high), reach = self.room, self.span, self._lens.reach
        painter.setPen(QPen(theme["line"], 1.0))
        zero = QPointF(self.x_of(0.0), self.y_of(0.0))
        painter.drawLine(QPointF(room.left(), zero.y()), QPointF(room.right(), zero.y()))
        painter.drawLine(QPointF(zero.x(), room.top()), QPointF(zero.x(), room.bottom()))
        painter.setFont(font(Face.TEXT, 10.5))
        painter.setPen(theme["muted"])
        below = QRectF(room.left(), room.bottom() + 2.0, room.width(), _BOTTOM - 3.0)
        for side, told in ((Qt.AlignmentFlag.AlignLeft, -reach), (Qt.AlignmentFlag.AlignRight, reach)):
            painter.drawText(below, side | Qt.AlignmentFlag.AlignVCenter, numerals.short(told, 2))
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, "0")
        mathtext.draw(painter, room.right() - room.width() * 0.25, below.bottom() - 3.0, "h", 13.0, theme["muted"])
        trace = self._session.trace
        output = trace.graph.spoken(trace.output) if trace.output is not None else ""
        name = mathtext.elided(f"change of {output}", 13.0, room.width() / 2)
        mathtext.draw(painter, room.left(), 12.0, name, 13.0, theme["muted"])
        painter.setFont(font(Face.TEXT, 10.5))
        air = (high / 2 - low / 2) / (0.5 + _AIR)  # what there is, without air
        ends = f"{numerals.short(low + _AIR * air, 2)} … {numerals.short(high - _AIR * air, 2)}"
        above = QRectF(room.left(), 1.0, room.width(), _TOP - 2.0)
        painter.drawText(above, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, ends)

    def _line(self, painter: QPainter, theme: Theme) -> None:
        """Gradient · h, as long as it is a number."""
        found = self._lens.response
        assert found is not None
        if not math.isfinite(found.slope):
            return
        ends = [(side * found.reach, side * found.slope * found.reach) for side in (-1.0, 1.0)]
        if not all(math.isfinite(change) for _, change in ends):
            return
        painter.setPen(QPen(theme["backward"], 2.0, Qt.PenStyle.DashLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(*(QPointF(self.x_of(h), self._unclipped(change)) for h, change in ends))

    def _unclipped(self, change: float) -> float:
        """Where a change lies, however far outside: a line that was bent at the edge would lie."""
        (low, high), room = self.span, self.room
        size = max(abs(low), abs(high))
        part = (change / size - low / size) / (high / size - low / size)
        return room.bottom() - min(max(part, -1e5), 1e5) * room.height()

    def _pieces(self, painter: QPainter, theme: Theme) -> None:
        found = self._lens.response
        assert found is not None
        painter.setPen(QPen(theme["forward"], 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for piece in found.pieces:
            path = QPainterPath(QPointF(self.x_of(piece[0][0]), self.y_of(piece[0][1])))
            for h, change in piece:
                path.lineTo(self.x_of(h), self.y_of(change))
            painter.drawPath(path)

    def _present(self, painter: QPainter, theme: Theme) -> None:
        """The step, what was predicted for it (a square), what happened (a dot), and the gap between."""
        nudge = self._lens.nudge
        assert nudge is not None
        room, x = self.room, self.x_of(nudge.h)

        def place(change: float) -> QPointF:
            return QPointF(x, min(max(self.y_of(change), room.top()), room.bottom()))

        painter.setPen(QPen(theme["muted"], 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        predicted = nudge.predicted if nudge.predicted is not None and math.isfinite(nudge.predicted) else None
        if predicted is not None and nudge.actual is not None:
            painter.setPen(QPen(theme["ink"], 2.0))
            painter.drawLine(place(predicted), place(nudge.actual))
        painter.setPen(QPen(theme["surface"], 1.5))
        if predicted is not None:
            at = place(predicted)
            painter.setBrush(theme["backward"])
            painter.drawRect(QRectF(at.x() - 4.5, at.y() - 4.5, 9.0, 9.0))
        if nudge.actual is not None:
            painter.setBrush(theme["forward"])
            painter.drawEllipse(place(nudge.actual), 4.5, 4.5)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._set(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._set(event.position().x())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._lens.move(0.0)

    def _set(self, x: float) -> None:
        room = self.room
        part = min(max((x - room.center().x()) / (room.width() / 2), -1.0), 1.0)
        self._lens.move(float(f"{part * self._lens.reach:.3g}"))
