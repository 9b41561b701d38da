"""The program's icons, tinted to the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ..resources import resource


def icon(name: str, colour: QColor, disabled: QColor | None = None) -> QIcon:
    """`resources/icons/NAME.svg` in a colour, crisp at scale factors up to 3."""
    return _drawn(name, colour.name(), (disabled or colour).name())


@lru_cache(maxsize=256)
def _drawn(name: str, colour: str, disabled: str) -> QIcon:
    made = QIcon()
    for tint, mode in ((colour, QIcon.Mode.Normal), (disabled, QIcon.Mode.Disabled)):
        svg = resource("icons", f"{name}.svg").read_text(encoding="utf-8").replace("#000", tint)
        renderer = QSvgRenderer(QByteArray(svg.encode()))
        for size in (20, 40, 60):
            pixmap = QPixmap(size, size)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter, QRectF(0, 0, size, size))
            painter.end()
            made.addPixmap(pixmap, mode)
    return made
