"""The parts of the window, from one to the next by key: on the canvas, Tab opens the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from .window import Window


def go_to_region(window: Window, by: int) -> None:
    """Takes the keyboard to the next part of the window, or the one before: to the first thing there that takes it."""
    regions = [
        region
        for region in (
            window.expression, window.palette_, window.canvas, window.studying.laboratory, window.side,
            window.lens_panel, window.presenter, window.question, window.player,
        )
        if region is not None and region.isVisible() and region.window() is window and _first(region) is not None
    ]  # fmt: skip
    focused = QApplication.focusWidget()
    here = next((i for i, region in enumerate(regions) if focused is not None and _holds(region, focused)), None)
    place = (here + by) % len(regions) if here is not None else 0 if by > 0 else len(regions) - 1
    goal = _first(regions[place])
    assert goal is not None
    goal.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _holds(region: QWidget, widget: QWidget) -> bool:
    return region is widget or region.isAncestorOf(widget)


def _first(region: QWidget) -> QWidget | None:
    """The first thing in a part of the window that takes the keyboard."""
    return next((widget for widget in (region, *region.findChildren(QWidget)) if _takes_keyboard(widget)), None)


def _takes_keyboard(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
