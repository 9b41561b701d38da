"""The clock that moves the playhead: play, step, scrub, all by one position along the trace."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from ..stage.stepping import Stride

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
EVENTS_PER_SECOND = 0.9  # at speed 1
BACK_FASTER = 2.5  # going back one step is for looking again, not for watching
LONGEST_STEP = 6.0  # events' worth of time that one step takes, however many it lets happen
LONGEST_TICK = 0.1  # seconds; a window that hung does not skip steps


class Playback(QObject):
    """The playhead: `time` from 0 to `length`, moving towards a goal or resting.

    `moved(time)` tells of every change of time, `changed()` of playing, speed or length.
    """

    moved = Signal(float)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.time = 0.0
        self.length = 0
        self.speed = 1.0
        self.is_animated = True
        self.stride = Stride.EVENT
        self.stops: Callable[[float, bool], float] = self._whole_events  # where a step from a time ends, ahead or back
        self._pace = 1.0  # how much faster than playing a step is
        self._wanted = math.inf  # where the user put the playhead; infinity is the end
        self._goal: float | None = None
        self._is_playing = False
        self._watch = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._tick)

    @property
    def is_playing(self) -> bool:
        return self._is_playing

    @property
    def is_moving(self) -> bool:
        return self._goal is not None

    def set_length(self, length: int) -> None:
        """Another trace: rest as far along as the user wanted to be, which may be the end of whatever there is."""
        self._rest()
        self.length = length
        self.time = min(self._wanted, float(length))
        self.moved.emit(self.time)
        self.changed.emit()

    def play(self) -> None:
        """Go on to the end; from the end, start over."""
        if self.time >= self.length:
            self._place(0.0)
        self._head_for(float(self.length), playing=True)

    def pause(self) -> None:
        """Rest here, at once."""
        self._rest()
        self.changed.emit()

    def toggle(self) -> None:
        if self._is_playing:
            self.pause()
        else:
            self.play()

    def step_forward(self) -> None:
        """Let the next event happen; in the middle of one, finish it at once."""
        if self._goal is not None and not self._is_playing and self._goal > self.time:
            self.seek(self._goal)
            return
        self._head_for(min(self.stops(self.time, True), float(self.length)), playing=False)

    def step_back(self) -> None:
        """Take the last event back; in the middle of taking one back, finish that at once."""
        if self._goal is not None and self._goal < self.time:
            self.seek(self._goal)
            return
        self._head_for(max(self.stops(self.time, False), 0.0), playing=False)

    def go_to(self, time: float) -> None:
        """Let everything happen, or be taken back, up to a time."""
        self._head_for(min(max(time, 0.0), float(self.length)), playing=False)

    def set_stride(self, stride: Stride) -> None:
        """How much one step lets happen."""
        self.stride = stride
        self.changed.emit()

    @staticmethod
    def _whole_events(time: float, is_ahead: bool) -> float:
        return math.floor(time + 1e-9) + 1.0 if is_ahead else math.ceil(time - 1e-9) - 1.0

    def seek(self, time: float) -> None:
        """Jump to a time and rest there."""
        self._rest()
        self._place(min(max(time, 0.0), float(self.length)))
        self.changed.emit()

    def set_speed(self, speed: float) -> None:
        self.speed = speed
        self.changed.emit()

    def advance(self, seconds: float) -> None:
        """Let that much time pass."""
        if self._goal is None:
            return
        rate = EVENTS_PER_SECOND * self.speed * self._pace
        if self._goal >= self.time:
            time = min(self.time + rate * seconds, self._goal)
        else:
            time = max(self.time - rate * BACK_FASTER * seconds, self._goal)
        has_arrived = time == self._goal
        if has_arrived:
            self._rest()
        self._place(time)
        if has_arrived:
            self.changed.emit()

    def _head_for(self, goal: float, *, playing: bool) -> None:
        if goal == self.time:
            self.pause()
            return
        if not self.is_animated and not playing:
            self.seek(goal)
            return
        self._goal, self._is_playing = goal, playing
        self._pace = 1.0 if playing else max(1.0, abs(goal - self.time) / LONGEST_STEP)
        self._watch.start()
        self._timer.start()
        self.changed.emit()

    def _rest(self) -> None:
        self._timer.stop()
        self._goal, self._is_playing = None, False

    def _tick(self) -> None:
        self.advance(min(self._watch.restart() / 1000.0, LONGEST_TICK))

    def _place(self, time: float) -> None:
        self._wanted = time if time < self.length else math.inf
        if time != self.time:
            self.time = time
            self.moved.emit(time)
