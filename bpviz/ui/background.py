"""Work that a thread does while the window goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Event, Thread
from typing import Generic, TypeVar

from ..stage.progress import Tell
from .tidying import hold, let_go

SWITCH = 0.0005  # seconds that the work keeps the interpreter while the window wants it
T = TypeVar("T")


class _GivenUpError(Exception):
    """Nobody wants it any more."""


class Background(Generic[T]):
    """One piece of work, in a thread that touches nothing else, and least of all Qt.

    It begins at once, and ends with `result` or `give_up`.  Python's search for leftovers rests meanwhile: it must not
    take widgets away from another thread.
    """

    _under_way = 0
    _interval = sys.getswitchinterval()

    def __init__(self, work: Callable[[Tell], T]) -> None:
        self.part = 0.0  # of it that is done
        self._work = work
        self._found: list[T] = []
        self._fault: Exception | None = None
        self._is_unwanted, self._has_ended = Event(), False
        self._begin()
        self._thread = Thread(target=self._run, name="background", daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        return not self._thread.is_alive()

    def result(self) -> T:
        """What came of it; waits for it.  Raises what the work raised."""
        self._thread.join()
        self._end()
        if self._fault is not None:
            raise self._fault
        return self._found[0]

    def give_up(self) -> None:
        """Ends the work where it next tells how far it is, and waits for that."""
        self._is_unwanted.set()
        self._thread.join()
        self._end()

    @staticmethod
    def _begin() -> None:
        if not Background._under_way:
            Background._interval = sys.getswitchinterval()
            sys.setswitchinterval(SWITCH)
        Background._under_way += 1
        hold()

    def _end(self) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        Background._under_way -= 1
        if not Background._under_way:
            sys.setswitchinterval(Background._interval)
        let_go()

    def _run(self) -> None:
        try:
            self._found.append(self._work(self._tell))
        except _GivenUpError:
            pass
        except Exception as fault:  # raised again by whoever asks for the result
            self._fault = fault

    def _tell(self, part: float) -> None:
        if self._is_unwanted.is_set():
            raise _GivenUpError
        self.part = part
