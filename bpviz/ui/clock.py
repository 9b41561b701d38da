"""A clock for what moves: it ticks once a frame, and says how much time has passed."""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

FRAME = 14  # milliseconds from one picture to the next


class Clock(QObject):
    """Ticks while it runs."""

    ticked = Signal(float)  # seconds since the last tick, or since it was started

    def __init__(self, parent: QObject, *, interval: int = FRAME, longest: float = math.inf) -> None:
        """`longest` are the seconds that a tick says at most: a window that hung for longer skips nothing."""
        super().__init__(parent)
        self._longest = longest
        self._watch = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(interval)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """From now on; what was begun before does not count."""
        self._watch.start()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        self.ticked.emit(min(self._watch.restart() / 1000.0, self._longest))
