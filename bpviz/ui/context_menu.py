"""The menu that opens where one clicks with the right button, by what is selected there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from .actions import CONTEXT
from .arranging import ANNOTATION_CONTEXT

if TYPE_CHECKING:
    from .window import Window

_WIRE = (("add-here", "delete"),)
_GROUND = (("add-here", "note", "paste"), ("select-all", "fit", "arrange"))


def open_context_menu(window: Window, at: QPoint) -> None:
    """Opens the menu at a place of the screen, with what can be done there."""
    menu = QMenu(window)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for names in _names(window):
        if offered := [action for name in names if (action := window.actions_[name]).isEnabled()]:
            menu.addSeparator()  # which Qt leaves out at the top
            menu.addActions(offered)
    menu.popup(at)


def _names(window: Window) -> tuple[tuple[str, ...], ...]:
    """The names of actions, by what belongs together."""
    session = window.session
    if session.selection:
        return CONTEXT
    if session.selected_annotations:
        return ANNOTATION_CONTEXT
    return _WIRE if session.selected_wire is not None else _GROUND
