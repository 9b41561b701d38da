"""An array as a matrix of numbers between brackets, in as many digits as there is room for."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..ops import numerals
from ..stage.speech import spoken
from .fonts import Face, font

MOST_ROWS, MOST_COLUMNS = 12, 8
DIGITS = (8, 6, 5, 4, 3)
SIZES = (14.0, 13.0, 12.0, 11.0)
GAP, BRACKET = 12.0, 9.0
ROW = 19


class MatrixLabel(QWidget):
    """Rows and columns are the last two axes, one below the other for all leading ones."""

    def __init__(self, value: NDArray[np.float64], colour: QColor) -> None:
        super().__init__()
        self._rows = value.reshape(-1, value.shape[-1]) if value.ndim > 1 else value.reshape(1, -1)
        self._colour = colour
        self.setAccessibleName(spoken(numerals.brief(value, 8, most=24)))
        self.setToolTip(self._told(value))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @staticmethod
    def _told(value: NDArray[np.float64]) -> str:
        shape = numerals.shape_text(value.shape)
        return shape if value.size > 24 else f"{shape}\n{numerals.brief(value, 17, most=24)}"

    @property
    def _shown(self) -> NDArray[np.float64]:
        return self._rows[:MOST_ROWS, :MOST_COLUMNS]

    def sizeHint(self) -> QSize:
        more = len(self._rows) > MOST_ROWS
        return QSize(200, ROW * (len(self._shown) + more) + 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = tuple(tuple(map(float, row)) for row in self._shown)
        texts, size, widths = _fitted(shown, self.width() - 2 * BRACKET, self._rows.shape[1] > MOST_COLUMNS)
        painter.setFont(font(Face.TEXT, size, is_bold=True))
        painter.setPen(self._colour)
        for i, row in enumerate(texts):
            x = BRACKET
            for text, width in zip(row, widths, strict=True):
                place = QRectF(x, 3.0 + i * ROW, width + 1.0, ROW)
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
                x += width + GAP
        if len(self._rows) > MOST_ROWS:
            painter.drawText(QRectF(BRACKET, 3.0 + len(texts) * ROW, 40.0, ROW), "⋮")
        right = BRACKET + sum(widths) + GAP * (len(widths) - 1) + BRACKET
        painter.setPen(QPen(self._colour, 1.3))
        top, bottom = 2.0, self.height() - 2.0
        for x, tick in ((1.0, 4.0), (right - 1.0, -4.0)):
            painter.drawLines([QLineF(x, top, x, bottom), *(QLineF(x, y, x + tick, y) for y in (top, bottom))])
        painter.end()


@lru_cache(maxsize=64)
def _fitted(
    rows: tuple[tuple[float, ...], ...], room: float, has_more: bool
) -> tuple[list[list[str]], float, list[float]]:
    """The texts of entries, their size, and the widths of the columns: of all columns if few digits make them fit into
    `room`, else of the first ones, and dots."""
    for columns in range(len(rows[0]), 0, -1):
        is_cut = has_more or columns < len(rows[0])
        for digits in DIGITS:
            texts = [[numerals.short(x, digits) for x in row[:columns]] + ["…"] * is_cut for row in rows]
            for size in SIZES:
                metrics = QFontMetricsF(font(Face.TEXT, size, is_bold=True))
                widths = [max(map(metrics.horizontalAdvance, column)) for column in zip(*texts, strict=True)]
                if sum(widths) + GAP * (len(widths) - 1) <= room:
                    return texts, size, widths
    return texts, size, widths
