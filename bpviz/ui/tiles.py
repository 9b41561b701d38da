"""The symbols of operations on tiles, beside their names in the palette."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from .canvas.faces import paint_symbol
from .session import Session
from .theme import Theme

SYMBOL = Qt.ItemDataRole.UserRole + 1  # of a row of a list; a row without one has no tile
TILE = QSize(42, 26)
_SHARPNESS = 3  # pixels for one of the screen: crisp at scale factors up to that


class Tiles(QStyledItemDelegate):
    """Puts a tile before a name.  It is drawn when it is first seen: all of them would delay the first picture."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._is_measured = False

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if symbol := index.data(SYMBOL):
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.decorationSize = TILE
            if not self._is_measured:
                option.icon = _tile(symbol, self._session.theme)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As with its tile, which need not be drawn for that."""
        self._is_measured = True
        try:
            return super().sizeHint(option, index)
        finally:
            self._is_measured = False


@lru_cache(maxsize=512)
def _tile(symbol: str, theme: Theme) -> QIcon:
    pixmap = QPixmap(TILE * _SHARPNESS)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(_SHARPNESS, _SHARPNESS)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme["forward_tint"])
    place = QRectF(0, 1, TILE.width(), TILE.height() - 2)
    painter.drawRoundedRect(place, 6, 6)
    paint_symbol(painter, place.adjusted(2, 0, -2, 0), symbol, (17, 14, 13, 12, 11, 10, 9, 8), theme["forward"])
    painter.end()
    return QIcon(pixmap)
