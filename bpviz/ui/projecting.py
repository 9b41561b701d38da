"""A lecture: the projector on one screen and, where there are two, the presenter's notes on the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QScreen

from .settings import FOLLOWING, WALL_THEME
from .theme import THEMES

if TYPE_CHECKING:
    from .canvas.view import Canvas
    from .projector import Projector
    from .resting import Resting
    from .window import Window

PROJECTED = (
    "projector", "spotlight", "blank", "theme", "fit", "fit-selection", "heat", "kinship", "zoom-in", "zoom-out",
    "undo", "redo", "delete",
)  # fmt: skip
"""The actions that the projector has, beside all that play."""


def wall_of(screens: Sequence[QScreen], own: QScreen) -> QScreen:
    """The screen for the class: another than the window's own, if there is one."""
    return next((screen for screen in screens if screen is not own), own)


class Projecting(QObject):
    """Opens and closes the projector.  The session knows nothing of it: both windows show the same moment."""

    changed = Signal()  # there is a projector, or none any more; something about it is on or off

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.projector: Projector | None = None
        self._resting: Resting | None = None  # of the window, if it is covered
        self._has_wall = False  # a screen of its own
        QGuiApplication.instance().screenRemoved.connect(self._on_removed)  # type: ignore[union-attr]

    @property
    def is_on(self) -> bool:
        return self.projector is not None

    @property
    def front(self) -> Canvas:
        """The canvas that keys are about: that of the window in front."""
        if self.projector is not None and self.projector.isActiveWindow():
            return self.projector.canvas
        return self._window.canvas

    def toggle(self) -> None:
        """Begins the lecture, or ends it."""
        if self.projector is not None:
            self.leave()
        else:
            self._begin()

    def _begin(self) -> None:
        from .projector import Projector
        from .resting import Resting

        window = self._window
        window.session.settling.emit()
        theme = THEMES[window.session.settings.get(WALL_THEME)]
        names = [*PROJECTED, *window.actions_.playing()]
        actions = [window.actions_[name] for name in names if name != "bookmark"]  # notes are written at the desk
        made = self.projector = Projector(window.session, actions, theme)
        made.setWindowIcon(window.windowIcon())
        made.left.connect(self.leave)
        made.blanked.connect(self.changed)
        made.canvas.tapped.connect(window.actions_["play"].trigger)
        screen = wall_of(QGuiApplication.screens(), window.screen())
        made.setScreen(screen)
        made.setGeometry(screen.geometry())
        made.showFullScreen()
        made.activateWindow()
        made.canvas.setFocus()
        self._has_wall = screen is not window.screen()
        if self._has_wall:
            window.presenter.start_over()
            window.presenter.show()
        self._resting = Resting(window, made)
        self.changed.emit()

    def leave(self) -> None:
        """Back to the window."""
        made, self.projector = self.projector, None
        if made is None:
            return
        made.left.disconnect(self.leave)
        if self._resting is not None:
            self._resting.wake()
            self._resting = None
        made.hide()
        made.deleteLater()
        self._window.presenter.hide()
        self._window.activateWindow()
        self._window.canvas.setFocus()
        self.changed.emit()

    def _on_removed(self, _screen: QScreen) -> None:
        """A projector was unplugged: the class sees nothing any more, so the lecture is over."""
        if self.projector is not None and self._has_wall:
            self.leave()
            told = "A screen was taken away, so the projector view was closed. F11 opens it again."
            self._window.session.said.emit(told, False)

    # While it lasts

    @property
    def is_spotlit(self) -> bool:
        return self.projector is not None and self.projector.canvas.is_spotlit

    @property
    def is_blank(self) -> bool:
        return self.projector is not None and self.projector.is_blank

    def toggle_light(self) -> None:
        """Dims all but what acts, or lights everything again."""
        if self.projector is not None:
            self.projector.canvas.set_spotlit(not self.projector.canvas.is_spotlit)
            self.changed.emit()

    def toggle_blank(self) -> None:
        """Shows nothing, or everything again."""
        if self.projector is not None:
            self.projector.set_blank(not self.projector.is_blank)

    def toggle_theme(self) -> bool:
        """Dark or light, if it is the projector that is in front; whether it is."""
        if self.projector is None or not self.projector.isActiveWindow():
            return False
        self.projector.set_other_theme()
        self._window.session.settings.set(WALL_THEME, self.projector.theme.name)
        return True

    def toggle_notes(self) -> None:
        """The presenter's notes, also without a second screen."""
        self._window.presenter.setVisible(self._window.presenter.isHidden())
        self.changed.emit()

    @property
    def is_following(self) -> bool:
        return self._window.session.settings.get(FOLLOWING)

    def toggle_following(self) -> None:
        """Whether the window's own canvas follows what happens, too."""
        settings = self._window.session.settings
        settings.set(FOLLOWING, not settings.get(FOLLOWING))
        self.changed.emit()
