"""Work done a little at a time, so that the window never stands still."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

A_FRAME = 20  # milliseconds, in which one is over

Pieces: TypeAlias = Generator[None, None, None]
"""Work that yields wherever it may be interrupted."""


@dataclass(frozen=True)
class Pace:
    """How long a slice takes, in seconds, after which no other piece is begun; and the pause after it, in
    milliseconds."""

    slice: float
    pause: int


AWAITED = Pace(0.008, 1)  # somebody looks there
HURRIED = Pace(0.003, 4)  # with room for the frame that is due
UNHURRIED = Pace(0.003, 12)  # and for one of many frames


class Slices(QObject):
    """Goes on with one piece of work whenever there is a moment."""

    done = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work: Pieces | None = None
        self._pace = HURRIED
        self._end = 0.0  # of this slice
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_busy(self) -> bool:
        return self._work is not None

    def begin(self, work: Pieces, pace: Pace = HURRIED) -> None:
        """Does this from now on, in place of what is not done yet."""
        self.drop()
        self._pace = pace
        self._work = work
        self._timer.start(pace.pause)

    def put_off(self) -> None:
        """There is much to do in this frame: goes on in the next one."""
        if self._timer.isActive():
            self._timer.start(A_FRAME)

    def finish(self) -> None:
        """Does what is not done yet, at once."""
        self._timer.stop()
        work = self._work
        for _ in work or ():
            pass
        if work is not None and self._work is work:
            self._work = None
            self.done.emit()

    def rest(self) -> None:
        """Said by the work itself: what comes after its next `yield` is as much as fits into one frame."""
        self._end = 0.0

    def drop(self) -> None:
        """Leaves what is not done yet."""
        self._timer.stop()
        work, self._work = self._work, None
        if work is not None:
            work.close()

    def _go_on(self) -> None:
        if (work := self._work) is None:
            return
        self._end = time.perf_counter() + self._pace.slice
        for _ in work:
            if time.perf_counter() >= self._end:
                if self._work is work:
                    self._timer.start(self._pace.pause)
                return
        if self._work is work:  # it began nothing else
            self._work = None
            self.done.emit()
