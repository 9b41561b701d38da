"""The menu bar, filled from the table of actions."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from .actions import ACTIONS, MENUS

if TYPE_CHECKING:
    from .window import Window


def fill_menus(window: Window) -> None:
    """Puts every action into its menu or submenu."""
    menus = {name: window.menuBar().addMenu(name) for name in MENUS}
    for entry in ACTIONS:
        place = f"{entry.menu} {entry.submenu}" if entry.submenu else entry.menu
        if place not in menus:
            menus[place] = menus[entry.menu].addMenu(entry.submenu)
        menus[place].addAction(window.actions_[entry.name])
        if entry.name == "open":
            recent = QMenu("Open recent", window)
            recent.aboutToShow.connect(partial(_fill_recent, window, recent))
            menus["File"].addMenu(recent)
        if entry.ends_group:
            menus[entry.menu].addSeparator()


def _fill_recent(window: Window, menu: QMenu) -> None:
    menu.clear()
    paths = window.files.recent()
    names = Counter(path.name for path in paths)
    for path in paths:
        text = path.name if names[path.name] == 1 else f"{path.name} in {path.parent}"
        action = menu.addAction(text.replace("&", "&&"))
        action.setToolTip(str(path))
        action.triggered.connect(lambda _=False, chosen=path: window.files.open_path(chosen))
    if menu.isEmpty():
        menu.addAction("Nothing yet").setEnabled(False)
