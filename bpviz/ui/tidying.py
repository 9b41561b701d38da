"""When memory is tidied up: while nothing moves.

Python looks through everything it knows now and then, which for a large graph takes as long as three frames.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from .session import Session

_REST = 250  # milliseconds without any change, after which somebody only looks
_YOUNG = 2_000, 5  # objects, and collections of the youngest before those that are a little older: 1 ms, and 3
_LARGE = 2_000  # nodes, from which on the look after it was opened is left out
_OFTEN = 2_000  # collections of the older ones; after so many, Python may look through everything even so
_MOST_LOOKS = 240  # at what is new alone, in a row


_lock = Lock()
_holders, _was_collecting = 0, True


def hold() -> None:
    """Nothing is tidied up until as often `let_go` is called, from whichever thread.

    What is found in one thread is destroyed there, and widgets must not be: so whoever works beside the window holds.
    """
    global _holders, _was_collecting
    with _lock:
        if not _holders:
            _was_collecting = gc.isenabled()
            gc.disable()
        _holders += 1


def let_go() -> None:
    """The end of what `hold` began."""
    global _holders
    with _lock:
        _holders -= 1
        if not _holders and _was_collecting:
            gc.enable()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Nothing is tidied up while something large is made: of what is made then, hardly anything is left over, and to
    look through it again and again takes a third of the time."""
    hold()
    try:
        yield
    finally:
        let_go()


class Tidying(QObject):
    """Collects what is not needed any more, after the session has rested for a while.

    To look through everything takes longer than a frame, and somebody may begin to drag just then.  So what a look has
    found in use counts as in use from then on, and the next look goes through what is new alone: through everything
    only when the program is left for another, and every now and then.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        gc.set_threshold(*_YOUNG, _OFTEN)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST)
        self._timer.timeout.connect(self._tidy)
        self._session = session
        self._looks = 0  # since everything was looked through
        self._has_kept = False
        for signal in (session.changed, session.traced, session.playback.changed):
            signal.connect(self._later)
        session.opened.connect(self._on_opened)
        if isinstance(application := QGuiApplication.instance(), QGuiApplication):
            application.applicationStateChanged.connect(self._on_state)

    def _later(self) -> None:
        self._timer.start()

    def _tidy(self) -> None:
        if self._session.playback.is_moving or not gc.isenabled():  # something large is being made
            self._later()
        elif self._looks >= _MOST_LOOKS:
            self._tidy_all()
        else:
            gc.collect()
            self._keep()

    def _tidy_all(self) -> None:
        self._begin_anew()
        gc.collect()
        self._keep()

    def _on_opened(self) -> None:
        """Nearly all of what there is may be the new document."""
        self._begin_anew()
        if len(self._session.graph) >= _LARGE:
            self._keep()

    def _begin_anew(self) -> None:
        if self._looks:
            _forget()
            self._looks = 0

    def _keep(self) -> None:
        gc.freeze()
        self._looks += 1
        if not self._has_kept:
            self._has_kept = True
            self.destroyed.connect(_forget)

    def _on_state(self, state: Qt.ApplicationState) -> None:
        if self._looks and state is not Qt.ApplicationState.ApplicationActive:
            self._tidy_all()


def _forget() -> None:
    """Everything may be looked through again."""
    gc.unfreeze()
