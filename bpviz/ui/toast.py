"""A sentence that appears over the canvas and goes again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from ..stage.geometry import Rect
from .canvas.view import Canvas
from .capital import capital
from .session import Session

_SHORT, _LONG = 3000, 9000  # milliseconds, at least; faults take longer to read
_AROUND = 48  # pixels that padding, edge and what a label keeps to itself add to the width of its text
_MARGIN = 18  # pixels to the edge of the canvas
_TO_NOTICE, _A_CHARACTER = 1500, 85  # milliseconds that a slow reader needs


def reading_time(text: str, *, is_fault: bool) -> int:
    """How many milliseconds a sentence stays."""
    return max(_TO_NOTICE + _A_CHARACTER * len(text), _LONG if is_fault else _SHORT)


class Toast(QLabel):
    """Says what the session says, at the bottom of `over`, or where it hides no card; a click puts it away."""

    def __init__(self, session: Session, over: Canvas) -> None:
        super().__init__(over)
        self._session, self._over = session, over
        self._pixels = 13.0
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setTextFormat(Qt.TextFormat.PlainText)  # whatever a file or a note is called, it is no markup
        self.setObjectName("toast")
        self._is_fault = False
        self.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        over.installEventFilter(self)
        session.said.connect(self.say)
        session.themed.connect(self.hide)
        session.changed.connect(self._out_of_date)
        session.traced.connect(self._out_of_date)

    def _out_of_date(self) -> None:
        """What was wrong is so no longer: something else has been done, or is told, since."""
        if self._is_fault:
            self.hide()

    def say(self, text: str, is_fault: bool) -> None:
        theme, self._is_fault = self._over.theme, is_fault
        ink, paper, edge = ("fault", "fault_tint", "fault") if is_fault else ("surface", "ink", "ink")
        self.setStyleSheet(
            f"color: {theme[ink].name()}; background: {theme[paper].name()}; border: 1px solid {theme[edge].name()};"
            f"border-radius: 9px; padding: 9px 14px; font-size: {round(self._pixels)}px;"
        )
        self.ensurePolished()  # its font is that of the sheet from here on
        self.setText(capital(text, self._session.graph.by_name))
        self._place()
        self.show()
        self.raise_()
        self._timer.start(reading_time(text, is_fault=is_fault))

    def set_size(self, pixels: float) -> None:
        """How large the text of the next sentence is."""
        self._pixels = pixels

    def _place(self) -> None:
        room = self._over.width() - 48
        widest = round(49 * self._pixels)
        width = min(room, self.fontMetrics().horizontalAdvance(self.text()) + _AROUND, widest)
        self.resize(width, self.heightForWidth(width))  # a fixed size would be the least of the next
        self.move(min(self._places(), key=self._covered))

    def _places(self) -> list[QPoint]:
        """Where it may stand, the best first: at the bottom, in the middle or a corner, or at the top."""
        right, bottom = self._over.width() - self.width(), self._over.height() - self.height()
        lower = bottom - _MARGIN
        return [
            QPoint(right // 2, lower),
            QPoint(_MARGIN, lower),
            QPoint(right - _MARGIN, lower),
            QPoint(right // 2, _MARGIN),
        ]

    def _covered(self, place: QPoint) -> int:
        """How many cards it would hide there, which one may want to grab, and how many other things over the canvas."""
        taken, camera = QRect(place, self.size()), self._over.camera
        x, y = camera.to_scene(taken.x(), taken.y())
        cards = self._session.scenery.covered(Rect(x, y, taken.width() / camera.zoom, taken.height() / camera.zoom))
        others = [found for found in self._over.children() if isinstance(found, QWidget) and found is not self]
        return cards + sum(found.isVisible() and found.geometry().intersects(taken) for found in others)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def mousePressEvent(self, event: object) -> None:
        self.hide()
