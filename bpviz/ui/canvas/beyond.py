"""At the edge of the canvas the view goes along with what is held, so that it can be taken farther than one sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QMouseEvent

from ...stage.geometry import Point
from ..clock import Clock

if TYPE_CHECKING:
    from .gestures import Gesture
    from .view import Canvas

EDGE = 14.0  # pixels from the edge inwards that count as beyond it
AFTER = 0.25  # seconds that the hand is there before the view moves: who only passes is left alone
SLOWEST, FASTEST = 200.0, 1400.0  # pixels a second
_FASTER = 8.0  # pixels a second for each pixel that the hand is farther out


class Beyond(QObject):
    """Moves a canvas's camera while a hand that holds something rests at the edge, or beyond."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._held: Gesture | None = None
        self._was_inside = False  # since it was taken up: what is taken up at the edge does not run away
        self._rested, self.is_going = 0.0, False  # how long, and whether the hand is at the edge
        self._clock = Clock(self)
        self._clock.ticked.connect(self.advance)
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event:
            case QMouseEvent() if event.type() in (QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress):
                self._follow((event.position().x(), event.position().y()))
            case QEvent() if event.type() in (QEvent.Type.MouseButtonRelease, QEvent.Type.Hide):
                self._rest()
        return False

    def _follow(self, at: Point) -> None:
        gesture = self._canvas.gesture
        if gesture is not self._held:
            self._rest()
            self._held, self._was_inside = gesture, False
        if gesture is None or not gesture.goes_beyond:
            return
        if self._way_from(at) == (0.0, 0.0):
            self._rest()
            self._was_inside = True
        elif self._was_inside and not self.is_going:
            self._clock.start()
            self.is_going = True

    def _rest(self) -> None:
        self._clock.stop()
        self._rested, self.is_going = 0.0, False

    def _way_from(self, at: Point) -> Point:
        """How far beyond the edge a place is, to the right and down."""
        across, down = (
            min(place - EDGE, 0.0) or max(place - (size - EDGE), 0.0)
            for place, size in zip(at, (self._canvas.width(), self._canvas.height()), strict=True)
        )
        return across, down

    def advance(self, seconds: float) -> None:
        """Lets that much time pass."""
        canvas, gesture, hand = self._canvas, self._canvas.gesture, self._canvas.hand
        if gesture is None or gesture is not self._held or hand is None:
            self._rest()
        if not self.is_going or gesture is None or hand is None:
            return
        self._rested += seconds
        if self._rested < AFTER:
            return
        dx, dy = (_speed(way) * seconds for way in self._way_from(hand))
        canvas.look(canvas.camera.panned(-dx, -dy))
        gesture.move(canvas.camera.to_scene(*hand), hand)


def _speed(way: float) -> float:
    """Pixels a second, faster where the hand is farther out."""
    if not way:
        return 0.0
    speed = min(SLOWEST + _FASTER * abs(way), FASTEST)
    return speed if way > 0.0 else -speed
