"""Controls are seen in every theme: their outlines stand out from what is around them by 3 : 1 (WCAG 2.2, 1.4.11)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from bpviz.ui.theme import THEMES, Theme, palette, style_sheet
from tests.ui.test_theme import contrast


def outline(picture: QImage, ground: QColor) -> float:
    """How much the strongest colour that the middle row meets near its left end stands out from the ground."""
    row = picture.height() // 2
    return max(contrast(picture.pixelColor(x, row), ground) for x in range(8))


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("made", [QCheckBox, QComboBox, QLineEdit])
def test_outlines_of_empty_controls(qtbot: QtBot, theme: Theme, made: Callable[[], QWidget]) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    dialog.setPalette(palette(theme))
    dialog.setStyleSheet(style_sheet(theme))
    control = made()
    QVBoxLayout(dialog).addWidget(control)
    dialog.ensurePolished()
    dialog.adjustSize()
    dialog.show()
    other = QLineEdit(dialog)
    other.setFocus()  # the outline of what has the keyboard is another
    QApplication.processEvents()
    assert outline(control.grab().toImage(), theme["surface"]) >= 3.0
