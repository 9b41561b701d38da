"""Keys of what cannot be done now: they say what is missing, or do what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence

from .actions import ACTIONS

if TYPE_CHECKING:
    from .window import Window


class KeysInVain(QObject):
    """Watches the keys that were meant for the canvas and that nobody took: what can be done takes its key before.

    A key that closes a field on the canvas comes by as well, and the canvas has the keyboard then; who had it when the
    key was pressed is told by the question that Qt asks first, whether the key may be a shortcut.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._meant = -1  # when the last key was pressed that was for the canvas
        window.canvas.installEventFilter(self)
        window.installEventFilter(self)
        window.canvas.tapped.connect(self._tap)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        canvas = self._window.canvas
        if event.type() == QEvent.Type.ShortcutOverride and watched is canvas and canvas.hasFocus():
            self._meant = event.timestamp()
        elif event.type() == QEvent.Type.KeyPress and watched is self._window and event.timestamp() == self._meant:
            self._say_why(QKeySequence(event.keyCombination()))
        return False

    def _tap(self) -> None:
        """Space plays; where there is nothing to play yet, it searches for what to add."""
        if not self._window.session.playback.length:
            self._window.actions_["add-here"].trigger()

    def _say_why(self, pressed: QKeySequence) -> None:
        table = self._window.actions_
        entries = [entry for entry in ACTIONS if pressed in table[entry.name].shortcuts()]
        reasons = [entry.why_off for entry in entries if not table[entry.name].isEnabled() and entry.why_off]
        if reasons:
            self._window.session.said.emit(reasons[0], False)
