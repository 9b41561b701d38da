"""The rows of a list to choose from: what they say, and how they are painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..fonts import Face, font
from ..theme import Theme
from .faces import paint_symbol

ROLE = Qt.ItemDataRole.UserRole  # under which an item holds its row
ROW_HEIGHT = 34
_TILE = 40.0
_SYMBOL_SIZES = (16, 14, 13, 12, 11, 10, 9, 8)


@dataclass(frozen=True)
class Row:
    """One thing to choose, with a remark; one with a `refusal` cannot be chosen, and says why."""

    title: str
    remark: str
    symbol: str
    meaning: Any
    refusal: str = ""


class RowPainter(QStyledItemDelegate):
    """Symbol, title, and the remark at the right."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row, theme = index.data(ROLE), self._theme
        assert isinstance(row, Row)
        box = QRectF(option.rect).adjusted(1, 1, -1, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(theme["forward"], 1.5))
            painter.setBrush(theme["forward_tint"])
            painter.drawRoundedRect(box, 7, 7)
        left = box.left() + 8
        if row.symbol:
            tile = QRectF(box.left() + 4, box.top() + 3, _TILE, box.height() - 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme["sunken" if row.refusal else "forward_tint"])
            painter.drawRoundedRect(tile, 6, 6)
            ink = theme["muted" if row.refusal else "forward"]
            paint_symbol(painter, tile.adjusted(2, 0, -2, 0), row.symbol, _SYMBOL_SIZES, ink)
            left = tile.right() + 10
        painter.setFont(font(Face.TEXT, 13))
        painter.setPen(theme["muted" if row.refusal else "ink"])
        metrics, middle = QFontMetricsF(painter.font()), int(Qt.AlignmentFlag.AlignVCenter)
        remark = row.refusal.strip() or row.remark
        needed = min(metrics.horizontalAdvance(row.title), box.width() * (0.45 if remark else 0.95))
        title = metrics.elidedText(row.title, Qt.TextElideMode.ElideRight, needed + 1)
        painter.drawText(QRectF(left, box.top(), needed + 2, box.height()), middle, title)
        if remark:
            room = QRectF(left + needed + 14, box.top(), box.right() - 10 - left - needed - 14, box.height())
            lines = 2 if row.refusal else 1  # a reason is a sentence
            painter.setFont(font(Face.TEXT, 11 if row.refusal else 12))
            painter.setPen(theme["fault" if row.refusal else "muted"])
            metrics = QFontMetricsF(painter.font())
            text = metrics.elidedText(remark, Qt.TextElideMode.ElideRight, room.width() * lines - 28 * (lines - 1))
            side = Qt.AlignmentFlag.AlignLeft if row.refusal else Qt.AlignmentFlag.AlignRight
            painter.drawText(room, middle | int(side) | int(Qt.TextFlag.TextWordWrap), text)
        painter.restore()
