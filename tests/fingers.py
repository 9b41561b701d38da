"""Fingers on a screen: everything through the window system, as `tests.user` has mouse and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPointingDevice
from PySide6.QtTest import QTest

from tests.user import User


class Fingers:
    """A hand on the screen.  Places are points of the window."""

    screen: QPointingDevice | None = None  # there is one, for as long as the program runs

    def __init__(self, user: User) -> None:
        if Fingers.screen is None:
            Fingers.screen = QTest.createTouchDevice()
        self.at: dict[int, QPoint] = {}
        self._sequence = QTest.touchEvent(user.window.windowHandle(), Fingers.screen, False)

    def put(self, *places: QPoint) -> None:
        """Puts fingers down, one after the other, beside those that are down."""
        for place in places:
            finger = max(self.at, default=-1) + 1
            self._send(finger, "press", place)

    def move(self, *places: QPoint, steps: int = 5) -> None:
        """All fingers that are down, evenly, to these places."""
        starts = dict(self.at)
        for step in range(1, steps + 1):
            for (finger, start), end in zip(starts.items(), places, strict=True):
                self.at[finger] = start + (end - start) * (step / steps)
                self._sequence.move(finger, self.at[finger])
            self._sequence.commit()

    def lift(self, *fingers: int) -> None:
        """Some fingers, or all."""
        for finger in fingers or tuple(self.at):
            self._send(finger, "release", self.at[finger])
            del self.at[finger]

    def tap(self, place: QPoint) -> None:
        self.put(place)
        self.lift()

    def _send(self, finger: int, what: str, place: QPoint) -> None:
        for other in self.at.keys() - {finger}:
            self._sequence.stationary(other)
        getattr(self._sequence, what)(finger, place)
        self.at[finger] = place
        self._sequence.commit()
