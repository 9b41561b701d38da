"""Keys of what cannot be done now: they say what is missing, in place of nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence

from .actions import ACTIONS

if TYPE_CHECKING:
    from .window import Window


class KeysInVain(QObject):
    """Watches the keys that nobody took: what can be done takes its key before it comes here."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            pressed, table = QKeySequence(event.keyCombination()), self._window.actions_
            off = [entry for entry in ACTIONS if pressed in table[entry.name].shortcuts()]
            reasons = [entry.why_off for entry in off if not table[entry.name].isEnabled() and entry.why_off]
            if reasons and self._window.canvas.hasFocus():
                self._window.session.said.emit(reasons[0], False)
        return False
