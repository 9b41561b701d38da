"""Fingers on a screen: one is a hand with a mouse, two pinch and pan, and one that rests asks for the menu.

What one finger does is passed on as the mouse would have done it, but only when it is clear that no second finger
comes: when it moves, rests, or is lifted.  So a pinch that begins on a card neither selects nor moves it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QEventPoint, QGuiApplication, QInputDevice, QMouseEvent, QTouchEvent
from PySide6.QtWidgets import QApplication

from .camera import Camera

if TYPE_CHECKING:
    from .view import Canvas

REST = 500  # milliseconds, after which a finger that stays where it is asks for the menu
_TREMBLE = 8.0  # pixels that a finger moves without meaning it
_NEAR = 40.0  # pixels from one tap to the next, if the two are one double tap
_CLOSEST = 20.0  # pixels between two fingers; closer ones cannot be told apart
_LEFT, _RIGHT, _NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton


class _Pinch:
    """Two fingers or more, from where they were put down: what lies under them stays under them."""

    def __init__(self, camera: Camera, fingers: Sequence[QPointF]) -> None:
        self.count = len(fingers)
        self._camera = self.camera = camera
        self._middle, self._spread = _middle(fingers), _spread(fingers)

    def moved(self, fingers: Sequence[QPointF]) -> Camera:
        """From where it is looked at now."""
        middle = _middle(fingers)
        moved = self._camera.panned(middle.x() - self._middle.x(), middle.y() - self._middle.y())
        self.camera = moved.zoomed(_spread(fingers) / self._spread, middle.x(), middle.y())
        return self.camera


class Touching(QObject):
    """What fingers do on a canvas.  Fields and lists on the canvas are touched as everywhere."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._clock = 0  # milliseconds, of the last event
        self._last = QPointF()  # where the first finger was then
        self._start: QPointF | None = None  # where one finger went down that has done nothing yet
        self._is_down = False  # whether the finger holds the mouse's button
        self._pinch: _Pinch | None = None
        self._tapped: tuple[int, QPointF] | None = None  # when and where the last tap was
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(REST)
        self._resting.timeout.connect(self.rest)
        canvas.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event:
            case QTouchEvent() if self._is_meant(event):
                self._clock = event.timestamp()
                self._touched(event)
                event.accept()
                return True
            case QEvent() if event.type() == QEvent.Type.Hide:
                self._let_go()
        return False

    def _is_meant(self, event: QTouchEvent) -> bool:
        """Whether fingers on a screen touch the canvas itself.  A touch pad has gestures of its own."""
        if event.device().type() == QInputDevice.DeviceType.TouchPad:
            return False
        points = event.points()
        is_begin = event.type() == QEvent.Type.TouchBegin
        return not is_begin or bool(points and self._canvas.childAt(points[0].position().toPoint()) is None)

    def _touched(self, event: QTouchEvent) -> None:
        points = event.points()
        down = [point.position() for point in points if point.state() != QEventPoint.State.Released]
        if event.type() == QEvent.Type.TouchCancel:
            self._give_up()
        elif not down:
            self._lifted(points[0].position() if points else self._last)
        elif len(down) > 1:
            self._pinched(down)
        elif event.type() == QEvent.Type.TouchBegin:
            self._start = down[0]
            self._resting.start()
        elif self._pinch is None:
            self._moved(down[0])
        else:
            self._pinch = _Pinch(self._canvas.camera, down)  # the finger that is left holds still until another comes
        self._last = down[0] if down else self._last

    # One finger

    def _moved(self, at: QPointF) -> None:
        if self._start is not None and _distance(at, self._start) > _TREMBLE:
            self._press(self._start)
        if self._is_down:
            self._send(QEvent.Type.MouseMove, at, _NONE, _LEFT)

    def _press(self, at: QPointF, kind: QEvent.Type = QEvent.Type.MouseButtonPress) -> None:
        """Takes the mouse's button down, where the finger went down."""
        self._resting.stop()
        self._start, self._is_down = None, True
        self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        self._send(QEvent.Type.MouseMove, at, _NONE, _NONE)  # whatever is there is under the hand
        self._send(kind, at, _LEFT, _LEFT)

    def _lifted(self, at: QPointF) -> None:
        """All fingers are off."""
        start, last, when = self._start, self._tapped, self._clock
        self._tapped = None
        if start is not None:
            is_second = last is not None and when - last[0] <= QGuiApplication.styleHints().mouseDoubleClickInterval()
            if is_second and last is not None and _distance(start, last[1]) <= _NEAR:
                self._press(start, QEvent.Type.MouseButtonDblClick)
            else:
                self._press(start)
                self._tapped = when, start
        if self._is_down:
            self._send(QEvent.Type.MouseButtonRelease, at, _LEFT, _NONE)
        self._let_go()

    def rest(self) -> None:
        """The finger has stayed where it is: what is there is selected, and its menu opens."""
        at, self._start = self._start, None
        if at is None:
            return
        self._resting.stop()
        self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        self._send(QEvent.Type.MouseMove, at, _NONE, _NONE)
        self._send(QEvent.Type.MouseButtonPress, at, _RIGHT, _RIGHT)
        self._send(QEvent.Type.MouseButtonRelease, at, _RIGHT, _NONE)
        place = at.toPoint()
        menu = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, self._canvas.mapToGlobal(place))
        QApplication.sendEvent(self._canvas, menu)

    def _send(self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        """What the mouse would have done."""
        there, keys = QPointF(self._canvas.mapToGlobal(at)), QGuiApplication.keyboardModifiers()
        event = QMouseEvent(kind, at, there, button, held, keys)
        event.setTimestamp(self._clock)
        QApplication.sendEvent(self._canvas, event)

    # Several

    def _pinched(self, fingers: Sequence[QPointF]) -> None:
        if self._is_down:
            self._canvas.cancel_gesture()
        self._resting.stop()
        self._start, self._is_down = None, False
        camera = self._canvas.camera
        if self._pinch is None or self._pinch.count != len(fingers) or self._pinch.camera != camera:
            self._pinch = _Pinch(camera, fingers)
        elif (moved := self._pinch.moved(fingers)) != camera:
            self._canvas.look(moved)

    # The end

    def _give_up(self) -> None:
        """The window system has taken the fingers away: as if nothing had been touched."""
        if self._is_down:
            self._canvas.cancel_gesture()
        self._let_go()

    def _let_go(self) -> None:
        self._resting.stop()
        self._start, self._is_down, self._pinch = None, False, None


def _distance(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())


def _middle(fingers: Sequence[QPointF]) -> QPointF:
    count = len(fingers)
    return QPointF(sum(at.x() for at in fingers) / count, sum(at.y() for at in fingers) / count)


def _spread(fingers: Sequence[QPointF]) -> float:
    """How far the fingers are from their middle, on average."""
    middle = _middle(fingers)
    return max(sum(_distance(at, middle) for at in fingers) / len(fingers), _CLOSEST / 2)
