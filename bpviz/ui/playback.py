"""The clock that moves the playhead: play, step, scrub, all by one position along the trace."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from ..stage.stepping import Stride
from .clock import Clock

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
EVENTS_PER_SECOND = 0.9  # at speed 1
BACK_FASTER = 2.5  # going back one step is for looking again, not for watching
LONGEST_STEP = 6.0  # events' worth of time that one step takes, however many it lets happen
REST_IN_LOOP = 0.8  # events' worth of time at the end of a looped passage, before it begins again
LONGEST_TICK = 0.1  # seconds; a window that hung does not skip steps


class Playback(QObject):
    """The playhead: `time` from 0 to `length`, moving towards a goal or resting.

    `moved(time)` tells of every change of time, `changed()` of playing, speed or length, `stopped()` that somebody
    wants to go past the barrier.
    """

    moved = Signal(float)
    changed = Signal()
    stopped = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.time = 0.0
        self.length = 0
        self.speed = 1.0
        self.is_animated = True
        self.stride = Stride.EVENT
        self.stops: Callable[[float, bool], float] = self._whole_events  # where a step from a time ends, ahead or back
        self.passage: tuple[float, float] | None = None  # what playing repeats
        self._rested = 0.0  # events' worth of time at the end of the passage
        self.barrier = math.inf  # the time that the playhead does not pass, until `set_barrier` lifts it
        self._is_held = False  # playing stopped at the barrier, and goes on behind it
        self._pace = 1.0  # how much faster than playing a step is
        self._wanted = math.inf  # where the user put the playhead; infinity is the end
        self._is_waiting = False  # at the start, where nobody put it
        self._goal: float | None = None
        self._is_playing = False
        self._clock = Clock(self, interval=16, longest=LONGEST_TICK)
        self._clock.ticked.connect(self.advance)

    @property
    def is_playing(self) -> bool:
        return self._is_playing

    @property
    def is_moving(self) -> bool:
        return self._goal is not None

    def set_length(self, length: int, *, is_edited: bool = True) -> None:
        """Another trace: rest as far along as the user wanted to be, which may be the end of whatever there is."""
        self._rest()
        if length != self.length:
            self.passage = None  # of another story
        self.length = length
        self._is_waiting = self._is_waiting and not is_edited
        self.time = 0.0 if self._is_waiting else min(self._wanted, self.end)
        self.moved.emit(self.time)
        self.changed.emit()

    def wait_at_start(self) -> None:
        """Show the story from its start, until somebody goes on; who changes the graph first sees the end of it."""
        self.seek(0.0)
        self._wanted, self._is_waiting = math.inf, True

    def play(self) -> None:
        """Go on to the end; from the end, start over.  In a passage that is repeated, go round and round."""
        begin, end = self.passage or (0.0, float(self.length))
        if end > self.barrier == self.time:
            self.stopped.emit()
            return
        if self.time >= end or self.time < begin:
            self._place(min(begin, self.end))
        self._head_for(min(end, self.end), playing=True)

    def repeat(self, passage: tuple[float, float] | None) -> None:
        """What playing repeats from now on; None: nothing.  A passage of no length is none."""
        if passage is not None:
            begin, end = (min(max(time, 0.0), float(self.length)) for time in sorted(passage))
            passage = (begin, end) if end > begin else None
        is_playing = self._is_playing
        self._rest()
        self.passage = passage
        if is_playing:
            self.play()
        self.changed.emit()

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
        self._head_for(self._allowed(self.stops(self.time, True)), playing=False)

    def step_back(self) -> None:
        """Take the last event back; in the middle of taking one back, finish that at once."""
        if self._goal is not None and self._goal < self.time:
            self.seek(self._goal)
            return
        self._head_for(max(self.stops(self.time, False), 0.0), playing=False)

    def go_to(self, time: float) -> None:
        """Let everything happen, or be taken back, up to a time."""
        self._head_for(self._allowed(time), playing=False)

    def set_animated(self, is_animated: bool) -> None:
        """Whether what happens between events is shown; what is on its way without it arrives at once."""
        self.is_animated = is_animated
        if not is_animated and self._goal is not None and not self._is_playing:
            self.seek(self._goal)
        elif not is_animated and self._is_playing:
            self._place(float(math.floor(self.time + 1e-9)))
        self.changed.emit()

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
        self._place(self._allowed(time))
        self.changed.emit()

    @property
    def end(self) -> float:
        """How far the playhead may go."""
        return min(float(self.length), self.barrier)

    def _allowed(self, time: float) -> float:
        """`time`, or how far the playhead may go instead."""
        if self.barrier < min(time, self.length):
            self.stopped.emit()
        return min(max(time, 0.0), self.end)

    def set_barrier(self, time: float) -> None:
        """From now on the playhead goes up to `time`; playing that was held up goes on."""
        goes_on, self.barrier = self._is_held or self._is_playing, time
        if self.time > self.end:
            self._rest()
            self._place(self.end)
            self.changed.emit()
        elif goes_on and self.time < self.end:
            self.play()
        elif self._goal is not None and self._goal > self.end:
            self._head_for(self.end, playing=False)

    def set_speed(self, speed: float) -> None:
        self.speed = speed
        self.changed.emit()

    def advance(self, seconds: float) -> None:
        """Let that much time pass."""
        if self._goal is None:
            return
        rate = EVENTS_PER_SECOND * self.speed * self._pace
        repeats = self._is_playing and self.passage is not None and self._goal != self.barrier
        if repeats and self.passage is not None and self.time == self._goal:
            self._rested += rate * seconds
            if self._rested >= REST_IN_LOOP:
                self._rested = 0.0
                self._place(self.passage[0])
            return
        if not self.is_animated:  # each event rests as long as it would take
            self._rested += rate * seconds
            if self._rested < 1.0:
                return
            self._rested = 0.0
            time = min(self._whole_events(self.time, True), self._goal)
        elif self._goal >= self.time:
            time = min(self.time + rate * seconds, self._goal)
        else:
            time = max(self.time - rate * BACK_FASTER * seconds, self._goal)
        has_arrived = time == self._goal and not repeats
        is_held = self._is_playing and time == self.barrier
        if has_arrived:
            self._rest()
            self._is_held = is_held
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
        self._clock.start()
        self.changed.emit()

    def _rest(self) -> None:
        self._clock.stop()
        self._rested = 0.0
        self._goal, self._is_playing, self._is_held = None, False, False

    def _place(self, time: float) -> None:
        self._wanted, self._is_waiting = time if time < self.length else math.inf, False
        if time != self.time:
            self.time = time
            self.moved.emit(time)
