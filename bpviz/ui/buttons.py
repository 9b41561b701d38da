"""Buttons that say in a tip what they do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton


def push_button(text: str, tip: str, act: Callable[[], object]) -> QPushButton:
    """A button that does something when it is clicked, or when Enter is pressed on it: Space plays, wherever one is."""
    made = QPushButton(text)
    made.setToolTip(tip)
    made.setAutoDefault(True)
    made.clicked.connect(lambda _checked=False: act())
    return made
