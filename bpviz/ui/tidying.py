"""When memory is tidied up: while nothing moves.

Python looks through everything it knows now and then, which for a large graph takes as long as three frames.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from .session import Session

_REST = 1500  # milliseconds without any change, after which somebody only looks
_YOUNG = 2_000, 5  # objects, and collections of the youngest before those that are a little older: 1 ms, and 3
_OFTEN = 2_000  # collections of the older ones; after so many, Python may look through everything even so


@contextmanager
def undisturbed() -> Iterator[None]:
    """Nothing is tidied up while something large is made: of what is made then, hardly anything is left over, and to
    look through it again and again takes a third of the time."""
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_collecting:
            gc.enable()


class Tidying(QObject):
    """Collects what is not needed any more, after the session has rested for a while."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        gc.set_threshold(*_YOUNG, _OFTEN)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST)
        self._timer.timeout.connect(self._tidy)
        self._session = session
        for signal in (session.changed, session.traced, session.playback.changed):
            signal.connect(self._later)

    def _later(self) -> None:
        self._timer.start()

    def _tidy(self) -> None:
        if self._session.playback.is_moving:
            self._later()
        else:
            gc.collect()
