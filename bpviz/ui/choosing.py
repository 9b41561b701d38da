"""What is asked in a window of its own: which of a few ways to go on, and where to put a file."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

Buttons = QMessageBox.StandardButton
PICTURES = (".png", ".svg", ".pdf", ".gif", ".jpg", ".jpeg")  # endings that are meant, even where they are refused


def question(parent: QWidget | None, title: str, text: str, remark: str) -> QMessageBox:
    """A question, whose buttons are still to be set."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)  # whatever a file is called, it is no markup
    box.setText(text)
    box.setInformativeText(remark)
    return box


def chosen(box: QMessageBox, default: Buttons) -> int:
    """The button that is pressed in the end."""
    box.setDefaultButton(default)
    for button in box.buttons():
        button.setIcon(QIcon())  # some desktops put icons of their own style on them
    return box.exec()


def new_file(
    parent: QWidget | None,
    title: str,
    start: str,
    kinds: str,
    ending: str,
    endings: Collection[str],
    present: Path | None = None,
) -> Path | None:
    """Asks for a file to write.  If one of that name, or with the ending added, is there already, it asks again.

    What follows a point is an ending only if it is one of `endings`, or that of the `present` file: "chapter 3.1" has
    none yet.
    """
    dialog = QFileDialog(parent, title, start, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(ending)
    dialog.selectFile(start)
    try:
        while dialog.exec():
            path = Path(dialog.selectedFiles()[0])
            if path.suffix.lower() in endings or path == present:
                return path
            path = path.with_name(path.name + ending)
            if not path.exists() or _may_be_written_over(parent, path):
                return path
        return None
    finally:
        dialog.deleteLater()


def _may_be_written_over(parent: QWidget | None, path: Path) -> bool:
    """Asks about a file that the dialog did not ask about, because its ending was added afterwards."""
    box = question(parent, "Write over it?", f"{path.name} is there already.", "What is in it is lost then.")
    box.setStandardButtons(Buttons.Discard | Buttons.Cancel)
    box.button(Buttons.Discard).setText("Write over it")
    return chosen(box, Buttons.Cancel) == Buttons.Discard
