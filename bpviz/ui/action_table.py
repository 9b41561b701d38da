"""The QActions of a window, made from the table of actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence

from .action import Action
from .actions import ACTIONS, PLAYER
from .icons import icon

if TYPE_CHECKING:
    from .window import Window


class ActionTable:
    """The QActions of a window, by name."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.by_name: dict[str, QAction] = {}
        for entry in ACTIONS:
            action = QAction(entry.text, window)
            action.setShortcuts([QKeySequence(key) for key in entry.keys])
            keys = " or ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in entry.keys)
            tip = entry.tip or entry.text
            action.setToolTip(f"{tip} ({keys})" if keys else tip)
            action.triggered.connect(lambda _=False, chosen=entry: self._run(chosen))
            action.setCheckable(entry.is_checked is not None)
            action.setAutoRepeat(entry.is_checked is None)  # what is turned on stays on while its key is held
            self.by_name[entry.name] = action
            if entry.on_canvas:
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            (window.canvas if entry.on_canvas else window).addAction(action)
        self.tint()
        self.refresh()

    def __getitem__(self, name: str) -> QAction:
        return self.by_name[name]

    def _run(self, entry: Action) -> None:
        if not entry.turns:
            self._window.gliding.finish()
        entry.run(self._window)

    def player(self) -> list[QAction]:
        """The buttons of the player, from left to right."""
        return [self.by_name[name] for name in PLAYER]

    def playing(self) -> list[str]:
        """The names of all that plays, steps and explains."""
        return [entry.name for entry in ACTIONS if entry.menu in ("Play", "Explain")]

    def refresh(self) -> None:
        """Turns on what can be done now, and says what undo and redo would do."""
        for entry in ACTIONS:
            self.by_name[entry.name].setEnabled(entry.is_on(self._window))
            if entry.text_down:
                self.by_name[entry.name].setText(entry.text_in(self._window.session.diagram.direction))
            if entry.is_checked is not None:
                self.by_name[entry.name].setChecked(entry.is_checked(self._window))
        document = self._window.session.document
        for name, label in (("undo", document.undo_label), ("redo", document.redo_label)):
            verb = name.capitalize()
            self.by_name[name].setText(f"{verb}: {label}" if label else verb)
        is_playing = self._window.session.playback.is_playing
        if self.by_name["play"].property("playing") != is_playing:
            self.by_name["play"].setProperty("playing", is_playing)
            self.tint()

    def tint(self) -> None:
        """Icons in the colours of the theme."""
        theme = self._window.session.theme
        for entry in ACTIONS:
            if entry.icon:
                name = "pause" if entry.name == "play" and self._window.session.playback.is_playing else entry.icon
                self.by_name[entry.name].setIcon(icon(name, theme["ink"], theme["wire"]))
                self.by_name[entry.name].setIconVisibleInMenu(False)  # of a menu, only a few would have one
