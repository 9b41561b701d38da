"""Fields that are open on the canvas while somebody writes a value, a name or a note."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from .annotating import NoteField
from .editor import CardEditor
from .view import Canvas


def keep_what_is_written(canvas: Canvas) -> None:
    """Before the document is saved or left: what stands in an open field belongs to it."""
    for field in canvas.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if isinstance(field, CardEditor | NoteField) and not field.isHidden():
            canvas.setFocus()
            field.keep()  # where the window has not the keyboard, that did not tell it
