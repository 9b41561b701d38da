"""A calculation that was not written to be interrupted, a little at a time.

It has a thread of its own to keep its place in the middle of things, but never runs beside the rest of the program:
either that waits for it, or it waits in `breathe`.  So it needs no locks, and takes no time from a frame.  It must not
touch Qt, which belongs to the first thread.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

from .slices import Pieces
from .tidying import undisturbed

_PORTION = 0.001  # seconds, after which it lets go at the next breath


class _DroppedError(BaseException):
    """Nobody wants the result any more.  Not an Exception: what handles those goes on."""


class _Aside:
    """One calculation: `go_on` runs it for a moment, until `is_done`."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._turn, self._back = threading.Semaphore(0), threading.Semaphore(0)  # its turn; ours again
        self._end = 0.0
        self._is_dropped = False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="aside", daemon=True)

    @property
    def is_done(self) -> bool:
        return self._thread.ident is not None and not self._thread.is_alive()

    def go_on(self) -> None:
        """Runs it until it has had its portion of time.  Raises what it raises."""
        self._end = time.perf_counter() + _PORTION
        self._give_turn()

    def drop(self) -> None:
        """Ends it where it is.  While Python itself ends, no other thread runs any more, and none is waited for."""
        if self._thread.is_alive() and not sys.is_finalizing():
            self._is_dropped = True
            self._give_turn()

    def _give_turn(self) -> None:
        """Lets it run, and waits until it rests or has ended.  Meanwhile no garbage is collected: there may be widgets
        in it, and Qt wants them destroyed where they were made."""
        with undisturbed():
            if self._thread.ident is None:
                self._thread.start()
            else:
                self._turn.release()
            self._back.acquire()
        if self._failure is not None or not _at_work.get(self._thread.ident):
            self._thread.join()
        if self._failure is not None and not self._is_dropped:
            raise self._failure

    def _run(self) -> None:
        here = threading.get_ident()
        _at_work[here] = self
        try:
            self._work()
        except BaseException as failure:  # belongs to whoever waits for it
            self._failure = failure
        finally:
            del _at_work[here]
            self._back.release()

    def breathe(self) -> None:
        if time.perf_counter() >= self._end and not self._is_dropped:
            self._back.release()
            self._turn.acquire()
            if self._is_dropped:
                raise _DroppedError


_at_work: dict[int | None, _Aside] = {}  # by thread


def breathe() -> None:
    """Called by a calculation wherever it may rest; does nothing in one that nobody wants to interrupt."""
    if (aside := _at_work.get(threading.get_ident())) is not None:
        aside.breathe()


def in_pieces(work: Callable[[], object]) -> Pieces:
    """Does the work as far as it goes, piece by piece; closing drops it.  Raises what it raises."""
    aside = _Aside(work)
    try:
        while True:
            aside.go_on()
            if aside.is_done:
                return
            yield
    finally:
        aside.drop()
