"""What nobody sees rests: the window behind a projector that fills the only screen is not painted or filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from .projector import Projector
    from .window import Window


class Resting(QObject):
    """Lasts as long as the projector.

    `updatesEnabled` tells every widget of the window whether it is worth the effort.  The window wakes as soon as
    somebody works in it, as the projector leaves the full screen or goes to another one, and at `wake`.
    """

    def __init__(self, window: Window, projector: Projector) -> None:
        super().__init__(projector)
        self._window, self._projector = window, projector
        projector.installEventFilter(self)
        QGuiApplication.instance().focusWindowChanged.connect(self._look)  # type: ignore[union-attr]
        self._look()

    def wake(self) -> None:
        """The lecture is over."""
        QGuiApplication.instance().focusWindowChanged.disconnect(self._look)  # type: ignore[union-attr]
        self._projector.removeEventFilter(self)
        self._set_seen(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.WindowStateChange, QEvent.Type.ScreenChangeInternal):
            self._look()
        return super().eventFilter(watched, event)

    def _look(self, *_: object) -> None:
        wall, window = self._projector, self._window
        is_covered = wall.isFullScreen() and wall.screen() is window.screen() and not window.isActiveWindow()
        self._set_seen(not is_covered)

    def _set_seen(self, is_seen: bool) -> None:
        if is_seen != self._window.updatesEnabled():
            self._window.setUpdatesEnabled(is_seen)
            if is_seen:
                self._window.player.catch_up()
                self._window.inspector.catch_up()
                self._window.repaint()  # Qt may wait for an update that it has heard of, and not painted, meanwhile
