"""The canvas on the wall: large print, its own theme, a camera that follows, and a spotlight."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QLinearGradient, QPainter, QPaintEvent, QResizeEvent

from ...stage.acting import Spotlight, spotlight
from ..session import Session
from ..theme import Theme
from .following import Following
from .foresight import Foresight
from .view import Canvas

SMALLEST = 18.0  # pixels, of text, on a screen of 1280 × 720
FADE = 22.0  # pixels there, at the upper edge
READABLE, NEAREST = 1.05, 1.5  # zooms there: from farther away large print has no room on a card


class LectureCanvas(Canvas):
    """Shows the session's stage to the back row.  Cards can be moved and sliders dragged as on the desk."""

    left = Signal()  # Esc, where there is nothing else to take back
    can_be_added_to = False

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session)
        self._theme = theme
        self._scale = 1.0
        self.is_spotlit = False
        self.following = Following(self, READABLE, NEAREST)
        self.foresight = Foresight(self)

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def least(self) -> float:
        """A whole number of units, because fonts come in whole sizes."""
        return float(math.ceil(SMALLEST * self._scale / self.camera.zoom - 1e-6))

    @property
    def light(self) -> Spotlight | None:
        return spotlight(self.session.story, self.session.stage.now) if self.is_spotlit else None

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def set_scale(self, scale: float) -> None:
        """How many times as large as on a screen of 1280 × 720 everything is."""
        self._scale = scale
        self.following.set_zooms(READABLE * scale, NEAREST * scale)

    def set_spotlit(self, is_spotlit: bool) -> None:
        self.is_spotlit = is_spotlit
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        fade = QLinearGradient(0.0, 0.0, 0.0, FADE * self._scale)
        clear = QColor(self.theme["paper"])
        clear.setAlpha(0)
        fade.setColorAt(0.0, self.theme["paper"])
        fade.setColorAt(1.0, clear)
        painter.fillRect(QRectF(0.0, 0.0, self.width(), FADE * self._scale), fade)  # below the formula, cards fade away
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()  # a screen is not resized by hand: it is another one

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()  # menus are for the desk

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if not self.cancel_gesture():
                self.left.emit()
        else:
            super().keyPressEvent(event)
