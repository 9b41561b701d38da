"""The timeline: the forward half in blue, the backward half in orange, and the playhead."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ..engine.explain import sentence
from .fonts import Face, font
from .session import Session

_TRACK = 20.0  # its y
_ROOM_FOR_DOTS = 7.0  # pixels between two events, below which they are not marked one by one


class Timeline(QWidget):
    """Click or drag to scrub; near an event, the playhead snaps to it.  `room_at_ends` is for the thumb."""

    room_at_ends = 12.0  # pixels

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Timeline")
        self._time, self._marked = session.playback.time, session.bookmarks  # when it was last heard of
        session.playback.moved.connect(self._follow)
        session.playback.changed.connect(self.update)
        session.traced.connect(self.update)
        session.themed.connect(self.update)
        session.changed.connect(self._follow_bookmarks)
        session.predicting.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(400, 48)

    @property
    def in_words(self) -> str:
        """Where the playhead is."""
        playback = self._session.playback
        return f"Step {playback.time:g} of {playback.length}" if playback.length else "No steps"

    def x_of(self, time: float) -> float:
        """Where a time lies, in pixels."""
        length = max(self._session.playback.length, 1)
        return self.room_at_ends + (self.width() - 2 * self.room_at_ends) * time / length

    def time_at(self, x: float) -> float:
        """The time at a place in pixels; near an event, that of the event."""
        length = self._session.playback.length
        room = max(self.width() - 2 * self.room_at_ends, 1.0)
        time = min(max((x - self.room_at_ends) / room, 0.0), 1.0) * length
        near = round(time)
        return float(near) if abs(time - near) * room / max(length, 1) <= 4.0 else time

    @property
    def reach(self) -> float:
        """How far the playhead is seen around its place."""
        return 14.0

    def _follow(self, time: float) -> None:
        """The playhead has moved: what it came past looks different, and nothing else."""
        (first, last), self._time = sorted((self._time, time)), time
        left, right = self.x_of(first) - self.reach, self.x_of(last) + self.reach
        self.update(QRectF(left, 0.0, right - left, self.height()).toAlignedRect())

    def _follow_bookmarks(self) -> None:
        """The document has changed, perhaps by nothing that is seen here: while a card is dragged, with every move."""
        before, self._marked = self._marked, self._session.bookmarks
        if self._marked != before:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        playback, trace, theme = self._session.playback, self._session.story, self._session.theme
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
        self._passage(painter)
        self._dots(painter)
        self._bookmarks(painter)
        self._names(painter, turn)
        self._question(painter)
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
        trace = self._session.story
        if time <= trace.forward_length:
            return "forward"
        return "backward" if time <= trace.forward_length + trace.backward_length else "fault"

    def _track(self, painter: QPainter, start: float, end: float, tone: str) -> None:
        left, right = self.x_of(start), self.x_of(end)
        painter.setPen(QPen(self._session.theme[tone], 4.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(left, _TRACK), QPointF(right, _TRACK))

    def _dots(self, painter: QPainter) -> None:
        playback, theme = self._session.playback, self._session.theme
        if (self.width() - 2 * self.room_at_ends) / max(playback.length, 1) < _ROOM_FOR_DOTS:
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
        story = self._session.story
        if story.sweep is not None:
            name = "backward: gradients" if story.sweep.is_backward else "forward: tangents"
            parts.append((name, turn, turn + story.backward_length, "backward"))
        for text, start, end, tone in parts:
            left, right = self.x_of(start), self.x_of(end)
            used = painter.fontMetrics().horizontalAdvance(text)
            if right - left >= used:
                painter.setPen(theme[tone])
                box = QRectF((left + right - used) / 2, _TRACK + 12.0, used + 2.0, 16.0)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _question(self, painter: QPainter) -> None:
        """Where the next question stands, beyond which the playhead does not go."""
        time, theme = self._session.told_until, self._session.theme
        if time > self._session.playback.length:
            return
        at = QPointF(self.x_of(time), 6.0)
        painter.setFont(font(Face.TEXT, 12, is_bold=True))
        painter.setPen(theme["backward"])
        painter.drawText(QRectF(at.x() - 8.0, -3.0, 16.0, 15.0), Qt.AlignmentFlag.AlignCenter, "?")

    def _passage(self, painter: QPainter) -> None:
        """Brackets around what playing repeats."""
        passage = self._session.playback.passage
        if passage is None:
            return
        left, right = (self.x_of(time) for time in passage)
        painter.setPen(QPen(self._session.theme["ink"], 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for x, inwards in ((left - 1.0, 5.0), (right + 1.0, -5.0)):
            corners = [(x + inwards, -10.0), (x, -10.0), (x, 10.0), (x + inwards, 10.0)]
            painter.drawPolyline([QPointF(a, _TRACK + b) for a, b in corners])

    def _bookmarks(self, painter: QPainter) -> None:
        """A flag over each bookmark."""
        theme = self._session.theme
        painter.setPen(QPen(theme["ink"], 1.6))
        painter.setBrush(QBrush(theme["ink"]))
        for time, _ in self._session.bookmarks:
            x = self.x_of(time)
            painter.drawLine(QPointF(x, 2.0), QPointF(x, _TRACK))
            painter.drawPolygon([QPointF(x, 2.0), QPointF(x + 9.0, 5.5), QPointF(x, 9.0)])

    def bookmark_at(self, place: QPointF) -> tuple[float, str] | None:
        """The bookmark whose flag is at a place: its time and note."""
        if place.y() > _TRACK - 8.0:
            return None
        near = [(time, note) for time, note in self._session.bookmarks if -4.0 <= place.x() - self.x_of(time) <= 11.0]
        return min(near, key=lambda mark: abs(place.x() - self.x_of(mark[0])), default=None)

    def _seek(self, place: QPointF) -> None:
        mark = self.bookmark_at(place)
        self._session.playback.seek(self.time_at(place.x()) if mark is None else mark[0])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._seek(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._session.playback.seek(self.time_at(event.position().x()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            mark = self.bookmark_at(QPointF(event.pos()))
            step = round(self.time_at(event.pos().x()))
            if mark is not None:
                QToolTip.showText(event.globalPos(), mark[1] or f"Bookmark at step {mark[0]:g}", self)
            elif 0 < step <= len(self._session.story):
                is_told = step <= self._session.told_until
                told = sentence(self._session.story, step - 1) if is_told else "A question comes first."
                QToolTip.showText(event.globalPos(), f"{step}. {told}", self)
            return True
        return super().event(event)
