"""The timeline: the forward half in blue, the backward half in orange, and the playhead."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ..engine.explain import sentence
from .fonts import Face, font
from .session import Session

_SIDE, _TRACK = 12.0, 20.0  # room at the ends; y of the track
_ROOM_FOR_DOTS = 7.0  # pixels between two events, below which they are not marked one by one


class Timeline(QWidget):
    """Click or drag to scrub; near an event, the playhead snaps to it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Timeline")
        session.playback.moved.connect(self.update)
        session.playback.changed.connect(self.update)
        session.traced.connect(self.update)
        session.themed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(400, 48)

    def x_of(self, time: float) -> float:
        """Where a time lies, in pixels."""
        length = max(self._session.playback.length, 1)
        return _SIDE + (self.width() - 2 * _SIDE) * time / length

    def time_at(self, x: float) -> float:
        """The time at a place in pixels; near an event, that of the event."""
        length = self._session.playback.length
        room = max(self.width() - 2 * _SIDE, 1.0)
        time = min(max((x - _SIDE) / room, 0.0), 1.0) * length
        near = round(time)
        return float(near) if abs(time - near) * room / max(length, 1) <= 4.0 else time

    def paintEvent(self, event: QPaintEvent) -> None:
        playback, trace, theme = self._session.playback, self._session.trace, self._session.theme
        if not playback.length:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        turn = float(trace.forward_length)
        self._track(painter, 0.0, float(playback.length), "line")
        self._track(painter, 0.0, min(playback.time, turn), "forward")
        back = turn + trace.backward_length
        if playback.time > turn:
            self._track(painter, turn, min(playback.time, back), "backward")
        if playback.time > back:
            self._track(painter, back, playback.time, "fault")
        self._dots(painter)
        self._names(painter, turn)
        tone = self._tone(playback.time)
        at = QPointF(self.x_of(playback.time), _TRACK)
        painter.setPen(QPen(theme["surface"], 2.5))
        painter.setBrush(QBrush(theme[tone]))
        painter.drawEllipse(at, 9.0, 9.0)
        if self.hasFocus():
            painter.setPen(QPen(theme["ink"], 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, 11.5, 11.5)
        painter.end()

    def _tone(self, time: float) -> str:
        """The colour of a time: values, gradients, or what went wrong."""
        trace = self._session.trace
        if time <= trace.forward_length:
            return "forward"
        return "backward" if time <= trace.forward_length + trace.backward_length else "fault"

    def _track(self, painter: QPainter, start: float, end: float, tone: str) -> None:
        left, right = self.x_of(start), self.x_of(end)
        painter.setPen(QPen(self._session.theme[tone], 4.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(left, _TRACK), QPointF(right, _TRACK))

    def _dots(self, painter: QPainter) -> None:
        playback, theme = self._session.playback, self._session.theme
        if (self.width() - 2 * _SIDE) / max(playback.length, 1) < _ROOM_FOR_DOTS:
            return
        for i in range(playback.length + 1):
            tone = self._tone(i)
            is_past = i <= playback.time
            painter.setPen(QPen(theme[tone if is_past else "wire"], 1.4))
            painter.setBrush(QBrush(theme[tone if is_past else "surface"]))
            painter.drawEllipse(QPointF(self.x_of(i), _TRACK), 3.4, 3.4)

    def _names(self, painter: QPainter, turn: float) -> None:
        theme = self._session.theme
        painter.setFont(font(Face.TEXT, 11))
        parts = [("forward: values", 0.0, turn, "forward")]
        if self._session.trace.has_backward:
            parts.append(("backward: gradients", turn, turn + self._session.trace.backward_length, "backward"))
        for text, start, end, tone in parts:
            left, right = self.x_of(start), self.x_of(end)
            used = painter.fontMetrics().horizontalAdvance(text)
            if right - left >= used:
                painter.setPen(theme[tone])
                box = QRectF((left + right - used) / 2, _TRACK + 12.0, used + 2.0, 16.0)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._session.playback.seek(self.time_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._session.playback.seek(self.time_at(event.position().x()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            step = round(self.time_at(event.pos().x()))
            if 0 < step <= len(self._session.trace):
                QToolTip.showText(event.globalPos(), f"{step}. {sentence(self._session.trace, step - 1)}", self)
            return True
        return super().event(event)
