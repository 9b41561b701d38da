"""What is said of a step, in the words and letters of one place: worked out before the story comes to it.

To word an event, to speak it and to break it into lines takes milliseconds, and all of them would fall into the frame
in which the event begins.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer

from .playback import Playback
from .slices import A_FRAME

_MOST_REMEMBERED = 500  # steps

_Words = TypeVar("_Words")


class Wording(QObject, Generic[_Words]):
    """Remembers what is said, for as long as it would be the same."""

    def __init__(
        self,
        parent: QObject,
        playback: Playback,
        word: Callable[[int], _Words],
        context: Callable[[], tuple[object, ...]],
    ) -> None:
        """`word` words what is said after some steps, the last of which may be under way; what else it depends on is
        the `context`."""
        super().__init__(parent)
        self._playback, self._word, self._context = playback, word, context
        self._words: dict[int, _Words] = {}
        self._of: tuple[object, ...] = ()
        self._next = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(A_FRAME)
        self._soon.timeout.connect(lambda: self._known(self._next))

    def after(self, step: int) -> _Words:
        """What is said now; while the story goes on, what is said next is worked out a frame later."""
        if self._playback.is_moving and step < self._playback.length:
            self._next = step + 1
            self._soon.start()
        return self._known(step)

    def _known(self, step: int) -> _Words:
        if (context := self._context()) != self._of or len(self._words) >= _MOST_REMEMBERED:
            self._of, self._words = context, {}
        if step not in self._words:
            self._words[step] = self._word(step)
        return self._words[step]
