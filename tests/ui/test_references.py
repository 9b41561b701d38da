"""PySide6 6.12.0 drops a reference to None at nearly every call on Python before 3.12, and Python aborts in the end."""

from __future__ import annotations

import sys

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot


def test_qt_keeps_the_references_to_none_and_to_the_bools(qtbot: QtBot) -> None:
    label, image = QLabel(), QImage(40, 40, QImage.Format.Format_ARGB32_Premultiplied)
    qtbot.addWidget(label)
    before = [sys.getrefcount(single) for single in (None, True, False)]
    for number in range(3000):
        label.setText(str(number))
        label.setEnabled(number % 2 == 0)
        label.isVisible()
        painter = QPainter(image)
        painter.setPen(QPen(QColor(number % 255, 0, 0), 1.0))
        painter.drawRect(QRectF(1, 1, 20, 20))
        painter.drawEllipse(QPointF(10, 10), 4.0, 4.0)
        painter.end()
    after = [sys.getrefcount(single) for single in (None, True, False)]
    assert all(now > then - 100 for then, now in zip(before, after, strict=True))
