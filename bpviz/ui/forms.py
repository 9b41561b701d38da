"""Rows of a form: a label, and the field that it names, on one line of text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QFormLayout, QLabel, QWidget

TEXT_FROM_EDGE = 8  # pixels, as in other fields


def add_row(form: QFormLayout, label: str, field: QWidget) -> None:
    """Adds a field and its label, as tall as the field: left to itself, the form puts it higher than the field's text.

    The label's underlined letter leads to the field, as in any form.
    """
    beside = QLabel(label)
    beside.setBuddy(field)
    beside.setAlignment(Qt.AlignmentFlag.AlignVCenter)
    if isinstance(field, QAbstractSpinBox):  # whose text a style sheet cannot move away from its edge
        field.lineEdit().setTextMargins(TEXT_FROM_EDGE, 0, 0, 0)
    field.ensurePolished()
    beside.setFixedHeight(field.sizeHint().height())
    form.addRow(beside, field)
