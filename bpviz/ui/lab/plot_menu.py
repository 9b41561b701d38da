"""The menu of a plot: looking at it anew, copying it, saving it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from . import plot_export
from .plot import Plot


def open_menu(plot: Plot, at: QPoint) -> None:
    """Pops the menu up at a place of the screen: what every plot has, and the plot's own entries."""
    menu = QMenu(plot)
    menu.addAction("Show what was shown at first").triggered.connect(plot.reset.emit)
    for text, act in plot.entries:
        menu.addAction(text).triggered.connect(act)
    menu.addSeparator()
    pop_up(menu, plot, at)


def pop_up(menu: QMenu, drawn: plot_export.Drawn, at: QPoint) -> None:
    """Adds the ways out of the program, and shows the menu."""
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction("Copy as a picture").triggered.connect(lambda: plot_export.copy(drawn))
    for kind in plot_export.KINDS:
        menu.addAction(f"Save as {kind.told}…").triggered.connect(lambda _=False, k=kind: plot_export.ask(drawn, k))
    menu.popup(at)
