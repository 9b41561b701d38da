"""A matrix as a heat map with its numbers, and a name for every row and column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QResizeEvent

from ...ops import numerals
from ..fonts import Face, font
from ..session import Session
from ..theme import TINTS, Theme
from .pages import is_large, pixels
from .plot import Plot

Floats = NDArray[np.float64]
MOST_SHOWN = 16  # rows, and columns
_HEAD = 0.55  # of the height, at most, for names that stand upright
_STRONGEST = 0.6  # of the colour of the largest entry
_NUMBER, _SMALLEST, _NAME = 14.0, 11.0, 13.0  # pixels


class MatrixPlot(Plot):
    """Positive entries have the colour of gradients, negative ones another; every number has its sign, too."""

    keeps_head = True

    def __init__(self, session: Session, name: str) -> None:
        self.matrix: Floats = np.zeros((0, 0))
        self.row_names: list[str] = []
        self.column_names: list[str] = []
        self._texts: list[pg.TextItem] = []
        self._image = pg.ImageItem(axisOrder="row-major")
        super().__init__(session, name)
        for side in ("left", "bottom"):
            self.plotItem.hideAxis(side)
        for line in self._zeros:
            line.setVisible(False)
        self.plotItem.showGrid(False, False)
        box = self.plotItem.vb
        box.setMouseEnabled(x=False, y=False)
        box.invertY(True)
        self.plotItem.addItem(self._image, ignoreBounds=True)

    def show_matrix(self, matrix: Floats, row_names: Sequence[str], column_names: Sequence[str]) -> None:
        """Another matrix, with at least one entry; of a large one, the first rows and columns."""
        self.matrix = matrix[:MOST_SHOWN, :MOST_SHOWN]
        self.row_names, self.column_names = list(row_names[:MOST_SHOWN]), list(column_names[:MOST_SHOWN])
        self._paint_cells()
        told = "; ".join(
            f"{row}: {', '.join(numerals.short(float(entry)) for entry in entries)}"
            for row, entries in zip(self.row_names, self.matrix, strict=True)
        )
        self.describe(f"columns {', '.join(self.column_names)}; {told}")

    def columns(self) -> list[tuple[str, Floats | list[str]]]:
        """The matrix as a table, for a file: names of rows, then columns."""
        return [("", self.row_names), *((name, self.matrix[:, k]) for k, name in enumerate(self.column_names))]

    def dress(self) -> None:
        super().dress()
        if self.matrix.size:
            self._paint_cells()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.matrix.size and self.plotItem is not None:  # pyqtgraph takes it away before the widget goes
            self._paint_cells()

    def _paint_cells(self) -> None:
        self.plotItem.layout.activate()
        theme, (rows, columns) = self.theme, self.matrix.shape
        for text in self._texts:
            self.plotItem.removeItem(text)
        self._texts = []
        self._image.setImage(_coloured(self.matrix, theme), autoLevels=False)
        self._image.setRect(QRectF(0.0, 0.0, float(columns), float(rows)))
        name_font = font(Face.TEXT, pixels(theme, _NAME))  # that of mathematics has lines three times as high
        metrics = QFontMetricsF(name_font)
        widest = max(metrics.horizontalAdvance(name) for name in self.row_names) + 14.0
        longest = max(metrics.horizontalAdvance(name) for name in self.column_names)
        room = self.plotItem.vb.size()  # what the key and the margins leave
        across = min(max(room.width() - widest - 6.0, 40.0) / columns, 190.0)  # pixels of a cell
        names = [name.removeprefix("∂/∂") for name in self.column_names]  # what is left, where they stand upright
        tallest = max(metrics.horizontalAdvance(name) for name in names) + 20.0
        is_upright = longest > across - 4.0 and columns > 1 and metrics.height() <= across
        is_upright = is_upright and tallest <= _HEAD * room.height()
        head = tallest if is_upright else 1.5 * metrics.height()
        up = min(max(room.height() - head - 8.0, 30.0) / rows, 84.0)
        cell = across, up
        self.plotItem.vb.setRange(
            xRange=(-widest / cell[0], (room.width() - widest) / cell[0]),
            yRange=(-head / cell[1], (room.height() - head) / cell[1]),
            padding=0.0,
        )
        for i, name in enumerate(self.row_names):
            self._write(name, -6.0 / cell[0], i + 0.5, (1.0, 0.5), name_font, theme["muted"])
        for j, name in enumerate(self.column_names):
            if is_upright:
                self._write(names[j], j + 0.5, -5.0 / cell[1], (0.0, 0.5), name_font, theme["muted"], 90.0)
            elif longest <= across - 4.0 or columns == 1:
                self._write(name, j + 0.5, 0.0, (0.5, 1.0), name_font, theme["muted"])
        self._write_numbers(cell)

    def _write_numbers(self, cell: tuple[float, float]) -> None:
        """All numbers with up to four digits, as many as fit into every cell, upright if they must; their colours alone
        where not even two do."""
        for size in dict.fromkeys((pixels(self.theme, _NUMBER), pixels(self.theme, _SMALLEST))):
            number_font = font(Face.TEXT, size, is_bold=True)
            metrics = QFontMetricsF(number_font)
            for angle, (along, across) in ((0.0, cell), (90.0, (cell[1], cell[0]))):
                for digits in (4, 3, 2):
                    texts = [[numerals.short(float(entry), digits) for entry in row] for row in self.matrix]
                    widest = max(metrics.horizontalAdvance(text) for row in texts for text in row)
                    if widest <= along - 8.0 and metrics.capHeight() * 1.6 <= across:
                        self._fill(texts, number_font, angle)
                        return

    def _fill(self, texts: list[list[str]], number_font: QFont, angle: float) -> None:
        for i, row in enumerate(texts):
            for j, text in enumerate(row):
                self._write(text, j + 0.5, i + 0.5, (0.5, 0.5), number_font, self.theme["ink"], angle)

    def read_out(self, at: QPointF) -> str:
        """The entry under the mouse, in all its digits."""
        x, y = self.from_widget(at)
        rows, columns = self.matrix.shape
        if not (0 <= x < columns and 0 <= y < rows):
            return ""
        i, j = int(y), int(x)
        by = self.column_names[j].removeprefix("∂/")
        of = self.row_names[i]
        name = f"∂²{of[1:].partition('/')[0]}/({of.partition('/')[2]} {by})" if of.startswith("∂") else f"∂{of}/{by}"
        return f"{name} = {numerals.full(float(self.matrix[i, j]))}"

    def _write(
        self,
        text: str,
        x: float,
        y: float,
        anchor: tuple[float, float],
        text_font: QFont,
        ink: QColor,
        angle: float = 0.0,
    ) -> None:
        item = pg.TextItem(text, color=ink, anchor=anchor, angle=angle)
        item.setFont(text_font)
        item.setPos(x, y)
        self.plotItem.addItem(item, ignoreBounds=True)
        self._texts.append(item)


def _coloured(matrix: Floats, theme: Theme) -> NDArray[np.uint8]:
    """A colour for every entry; the root of its size, so that small ones can be told from nothing."""
    finite = np.isfinite(matrix)
    sizes = np.abs(np.where(finite, matrix, 0.0))
    largest = float(sizes.max(initial=0.0)) or 1.0
    part = (np.sqrt(sizes / largest) * (_STRONGEST - 0.15 * is_large(theme)))[..., None]
    paper, up, down = (
        np.array(colour.getRgb()[:3], dtype=np.float64)  # type: ignore[index]
        for colour in (theme["sunken"], theme["backward"], QColor(TINTS["violet"]))
    )
    mixed = paper + (np.where(matrix[..., None] < 0, down, up) - paper) * part
    return np.concatenate([mixed, np.full((*matrix.shape, 1), 255.0)], axis=-1).round().astype(np.uint8)
