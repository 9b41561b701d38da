"""The actions with which the graph is looked at, and those that help to find all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from .action import Action
from .settings import MINIMAP

if TYPE_CHECKING:
    from .window import Window


def _has_nodes(window: Window) -> bool:
    """There is no graph yet."""
    return bool(window.session.graph.nodes)


def _has_selection(window: Window) -> bool:
    """First select something."""
    return bool(window.session.selection)


def _turn_heat(window: Window) -> None:
    canvas = window.projecting.front
    canvas.heat.is_on = not canvas.heat.is_on
    canvas.update()
    window.actions_.refresh()
    told = "Cards glow by the size of their gradients." if canvas.heat.is_on else "Cards look as always again."
    window.session.said.emit(told, False)


def _turn_kinship(window: Window) -> None:
    canvas = window.projecting.front
    canvas.kinship.is_on = not canvas.kinship.is_on
    canvas.update()
    window.actions_.refresh()
    if canvas.kinship.is_on and not window.session.selection:
        window.session.said.emit(
            "Select a node: all that it depends on, and all that depends on it, stays bright.", False
        )
    elif not canvas.kinship.is_on:
        window.session.said.emit("Everything is bright again.", False)


def _turn_minimap(window: Window) -> None:
    settings = window.session.settings
    settings.set(MINIMAP, not settings.get(MINIMAP))
    window.actions_.refresh()


def _show_commands(window: Window) -> None:
    from .command_palette import CommandPalette  # it knows the table that is made of this one

    CommandPalette(window).popup()


def _show_shortcuts(window: Window) -> None:
    from .shortcuts import ShortcutSheet

    _open(ShortcutSheet(window.session, window))


def _show_settings(window: Window) -> None:
    from .settings_dialog import SettingsDialog

    _open(SettingsDialog(window.session, window))


def _open(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


VIEWING = (
    Action("fit", "View", "Fit the graph", lambda w: w.projecting.front.looking.fit(), ("F", "Ctrl+0"), "fit"),
    Action(
        "fit-selection", "View", "Zoom to the selection",
        lambda w: w.projecting.front.looking.fit_nodes(w.session.selection), ("Z",), is_on=_has_selection,
    ),
    Action(
        "zoom-in", "View", "Zoom in", lambda w: w.projecting.front.looking.nearer(), ("Ctrl++", "Ctrl+="), "zoom-in"
    ),
    Action("zoom-out", "View", "Zoom out", lambda w: w.projecting.front.looking.farther(), ("Ctrl+-",), "zoom-out"),
    Action(
        "minimap", "View", "Minimap", _turn_minimap, ends_group=True,
        tip="The whole graph, small, in the corner, when it is not all in view",
        is_checked=lambda w: w.session.settings.get(MINIMAP),
    ),
    Action(
        "heat", "View", "Gradients as heat", _turn_heat, ("M",),
        tip="Colours the cards by the magnitude of their gradients", is_checked=lambda w: w.projecting.front.heat.is_on,
    ),
    Action(
        "kinship", "View", "Only what depends on the selection", _turn_kinship, ("H",), ends_group=True,
        tip="Dims all but the selected nodes, what they depend on, and what depends on them; for as long as it is held",
        is_checked=lambda w: w.projecting.front.kinship.is_on,
    ),
)  # fmt: skip
HELPING = (
    Action(
        "find", "Edit", "Find in the graph…", lambda w: w.find_bar.open(), ("Ctrl+F",), is_on=_has_nodes,
        tip="By name, operation or value",
    ),
    Action("settings", "Edit", "Settings…", _show_settings, ("Ctrl+;",)),
    Action(
        "history", "View", "History", lambda w: w.show_history(), ("Ctrl+Shift+H",),
        tip="Every step that can be taken back, by name",
    ),
    Action(
        "commands", "Help", "Find a command…", _show_commands, ("Ctrl+Shift+P",),
        tip="Everything that can be done, the examples, and every node, by typing a few letters",
    ),
    Action("shortcuts", "Help", "Keyboard shortcuts", _show_shortcuts, ("F1", "?")),
)  # fmt: skip
