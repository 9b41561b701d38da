"""Light or dark, as chosen or as the desktop is, for everything in the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from .settings import DESKTOP, THEME, Settings
from .theme import DARK, LIGHT, THEMES, Theme, palette, style_sheet

if TYPE_CHECKING:
    from .session import Session


def theme_of(settings: Settings) -> Theme:
    """The theme that is settled."""
    name = settings.get(THEME)
    if name != DESKTOP:
        return THEMES[name]
    return DARK if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT


class Wardrobe(QObject):
    """Dresses the application, now and whenever the settings or the desktop change."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        session.settings.changed.connect(self._follow)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_desktop)
        self._wear()

    def _follow(self, key: str) -> None:
        if key == THEME.key:
            self._wear()

    def _follow_desktop(self) -> None:
        if self._session.settings.get(THEME) == DESKTOP:
            self._wear()

    def _wear(self) -> None:
        theme, application = theme_of(self._session.settings), QApplication.instance()
        assert isinstance(application, QApplication)
        sheet = style_sheet(theme)
        if sheet != application.styleSheet():  # to put on what is worn takes as long as to make half a window
            application.setPalette(palette(theme))
            application.setStyleSheet(sheet)
        self._session.set_theme(theme)
