"""A slider on a logarithmic scale: every decade is as long as the next."""

from __future__ import annotations

from math import ceil, floor, log10

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...ops import numerals
from ...stage.speech import spoken
from ..canvas import mathtext
from ..session import Session
from .pages import pixels

_STEP, _LEAP = 0.1, 1.0  # decades, by an arrow key and by a page key
_ARROWS = {
    Qt.Key.Key_Left: -_STEP,
    Qt.Key.Key_Down: -_STEP,
    Qt.Key.Key_Right: _STEP,
    Qt.Key.Key_Up: _STEP,
    Qt.Key.Key_PageDown: -_LEAP,
    Qt.Key.Key_PageUp: _LEAP,
}
_THUMB, _EDGE = 7.0, 18.0  # pixels


class LogSlider(QWidget):
    """A positive number between two powers of ten, by mouse and arrow keys; `moved` says where the hand put it.

    It keeps to numbers of two digits, and to whole powers where it is near one.
    """

    moved = Signal(float)

    def __init__(self, session: Session, name: str, low: int, high: int, value: float) -> None:
        """From 10**low to 10**high."""
        super().__init__()
        self._session, self._low, self._high, self._value = session, low, high, value
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("Drag, or use the arrow keys; page keys go by powers of ten")
        session.themed.connect(self.updateGeometry)

    @property
    def value(self) -> float:
        return self._value

    def show_value(self, value: float) -> None:
        """Puts the thumb somewhere without saying so."""
        if value != self._value:
            self._value = value
            self.setAccessibleDescription(spoken(numerals.short(value)))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, round(pixels(self._session.theme, 11.5) * 1.5 + 22))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    # Where things lie

    def x_of(self, value: float) -> float:
        """Where the thumb is for a value, in pixels."""
        part = (log10(max(value, 1e-300)) - self._low) / (self._high - self._low)
        return _EDGE + min(max(part, 0.0), 1.0) * (self.width() - 2 * _EDGE)

    def value_at(self, x: float) -> float:
        """The value for a thumb at x: on a power of ten where one is within three pixels."""
        room = self.width() - 2 * _EDGE
        part = min(max((x - _EDGE) / room, 0.0), 1.0)
        exponent = self._low + part * (self._high - self._low)
        if abs(exponent - round(exponent)) * room / (self._high - self._low) <= 3.0:
            exponent = float(round(exponent))
        return float(f"{10.0**exponent:.1e}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._session.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, left, right, at = 11.0, _EDGE, self.width() - _EDGE, self.x_of(self._value)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme["wire"])
        painter.drawRoundedRect(QRectF(left, middle - 2.0, right - left, 4.0), 2.0, 2.0)
        size = pixels(theme, 11.5)
        room = (right - left) / (self._high - self._low)
        every = max(1, ceil((mathtext.width("10⁻¹⁰", size) + 8.0) / room))
        for exponent in range(self._low, self._high + 1):
            x = self.x_of(10.0**exponent)
            painter.setPen(QPen(theme["wire"], 1.0))
            painter.drawLine(QPointF(x, middle + 5.0), QPointF(x, middle + 9.0))
            if exponent % every == 0:
                told = {0: "1", 1: "10"}.get(exponent) or f"10{numerals.superscript(exponent)}"
                x -= mathtext.width(told, size) / 2
                mathtext.draw(painter, x, self.height() - 4.0, told, size, theme["muted"])
        painter.setPen(QPen(theme["surface"], 2.0))
        painter.setBrush(theme["ink"])
        painter.drawEllipse(QPointF(at, middle), _THUMB, _THUMB)
        if self.hasFocus():
            painter.setPen(QPen(theme["forward"], 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(at, middle), _THUMB + 2.0, _THUMB + 2.0)
        painter.end()

    # Mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._put(self.value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._put(self.value_at(event.position().x()))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            is_ours = event.key() in _ARROWS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if is_ours:
                event.accept()  # with the slider in hand, the arrows are not the player's
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (way := _ARROWS.get(Qt.Key(event.key()))) is None:
            super().keyPressEvent(event)
            return
        steps = log10(self._value) / abs(way)
        near = round(steps)
        goal = near + (1 if way > 0 else -1) if abs(steps - near) < 1e-2 else (ceil(steps) if way > 0 else floor(steps))
        exponent = min(max(goal * abs(way), float(self._low)), float(self._high))
        self._put(float(f"{10.0**exponent:.1e}"))

    def _put(self, value: float) -> None:
        if value != self._value:
            self.show_value(value)
            self.moved.emit(value)
