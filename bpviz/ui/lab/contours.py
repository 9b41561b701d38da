"""A landscape in a plot: the height of f over two coordinates as shades, with level lines."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPolygonF, QTransform

from ...engine.analysis.fields import level_line, levels
from ..theme import Theme
from .plot import Plot
from .plot_curves import pen_of

Floats = NDArray[np.float64]
_SHADES = 64


class Landscape:
    """Shades and level lines of a grid of values, behind the curves of a plot.

    Shades are steps between the paper and the colour of values, one for as much ground as any other: a few steep walls
    do not take all of them.  Where f has no value, there is the bare paper.
    """

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self.x: Floats = np.zeros(0)
        self.y: Floats = np.zeros(0)
        self.values: Floats = np.zeros((0, 0))
        self.levels: list[float] = []
        self._ranks: NDArray[np.uint8] = np.zeros((0, 0), dtype=np.uint8)
        plot.more_columns.append(self._columns)
        plot.dressing.append(self.dress)
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setZValue(-60.0)
        self._lines = pg.PlotCurveItem(connect="pairs", antialias=True)
        self._lines.setZValue(-20.0)
        self._own = pg.PlotCurveItem(connect="pairs", antialias=True)
        self._own.setZValue(-10.0)
        for item in (self._lines, self._own):
            item.setSegmentedLineMode("off")  # one path, in which neighbouring pieces do not darken one another
        for item in (self._image, self._lines, self._own):
            plot.plotItem.addItem(item, ignoreBounds=True)

    def show(self, x: Floats, y: Floats, values: Floats) -> None:
        """Another landscape: `values` has a row for each of `y` and a column for each of `x`, both evenly spaced."""
        self.x, self.y, self.values = x, y, values
        self.levels = levels(values)
        self._ranks = _ranks(values)
        self._image.setImage(_shaded(self._ranks, self._plot.theme), autoLevels=False)
        dx, dy = (x[-1] - x[0]) / (len(x) - 1), (y[-1] - y[0]) / (len(y) - 1)
        self._image.setRect(QRectF(x[0] - dx / 2, y[0] - dy / 2, dx * len(x), dy * len(y)))
        pieces = [level_line(x, y, values, level) for level in self.levels]
        _put(self._lines, np.concatenate(pieces) if pieces else np.zeros((0, 4)))
        self.dress()

    def show_level(self, level: float) -> None:
        """Draws the level line at one height stronger than the others; none for NaN."""
        has_any = bool(self.values.size) and bool(np.isfinite(level))
        _put(self._own, level_line(self.x, self.y, self.values, level) if has_any else np.zeros((0, 4)))

    def _columns(self) -> list[tuple[str, Floats]]:
        """All points of the grid, as a table."""
        if not self.values.size:
            return []
        x, y = np.meshgrid(self.x, self.y)
        (across, up), height = self._plot.labels, "height"
        return [(across or "x", x.ravel()), (up or "y", y.ravel()), (height, self.values.ravel())]

    def clear(self) -> None:
        """Takes everything away."""
        self.values = np.zeros((0, 0))
        self._image.clear()
        for item in (self._lines, self._own):
            item.setData([], [])

    def dress(self) -> None:
        """The colours of the present theme."""
        theme, fineness = self._plot.theme, self._plot.fineness
        self._lines.setPen(pen_of(theme, "wire", 1.1 * fineness, Qt.PenStyle.SolidLine))
        self._own.setPen(pen_of(theme, "ink", 2.0 * fineness, Qt.PenStyle.SolidLine))
        if self._ranks.size:
            self._image.setImage(_shaded(self._ranks, theme), autoLevels=False)


class Arrow:
    """A straight arrow in a plot, from a point; `tone` is a colour of the theme."""

    def __init__(self, plot: Plot, tone: str, width: float = 3.0, *, has_head: bool = True) -> None:
        self._plot, self.tone, self._width, self._has_head = plot, tone, width, has_head
        self._shaft = pg.PlotCurveItem(antialias=True)
        self._head = pg.ScatterPlotItem(antialias=True)
        for item in (self._shaft, self._head):
            item.setZValue(30.0)
            plot.plotItem.addItem(item, ignoreBounds=True)
        self.tip = (float("nan"), float("nan"))
        plot.dressing.append(self.dress)
        self.dress()

    def put(self, x: float, y: float, dx: float, dy: float) -> None:
        """From (x, y) by (dx, dy), all in the coordinates of the axes; nothing where a number is missing."""
        self.tip = (x + dx, y + dy)
        if not np.isfinite([x, y, dx, dy]).all() or not (dx or dy):
            self._shaft.setData([], [])
            self._head.setData([], [])
            return
        (left, right), (low, high) = self._plot.plotItem.vb.viewRange()
        room, size = self._plot.room, 4.5 * self._width
        along = np.array([dx / (right - left) * max(room.width(), 1.0), dy / (high - low) * max(room.height(), 1.0)])
        length = float(np.hypot(*along))  # pixels
        part = max(0.0, 1.0 - 0.6 * size / length)  # the shaft ends inside the head
        self._shaft.setData([x, x + part * dx], [y, y + part * dy])
        middle = max(0.0, 1.0 - 0.5 * size / length)  # a symbol is put by its middle
        symbol = QTransform().rotate(float(np.degrees(np.arctan2(-along[1], along[0])))).map(_HEAD)
        if self._has_head:
            self._head.setData([x + middle * dx], [y + middle * dy], symbol=symbol, size=size)

    def dress(self) -> None:
        theme = self._plot.theme
        pen = pen_of(theme, self.tone, self._width * self._plot.fineness, Qt.PenStyle.SolidLine)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self._shaft.setPen(pen)
        self._head.setPen(None)
        self._head.setBrush(theme[self.tone])


_HEAD = QPainterPath()
_HEAD.addPolygon(QPolygonF([QPointF(-0.5, -0.42), QPointF(0.5, 0.0), QPointF(-0.5, 0.42)]))
_HEAD.closeSubpath()


def _put(item: pg.PlotCurveItem, pieces: Floats) -> None:
    """Line pieces, to an item that joins points in pairs."""
    item.setData(pieces[:, 0::2].ravel(), pieces[:, 1::2].ravel())


def _ranks(values: Floats) -> NDArray[np.uint8]:
    """The shade of every value, from 1; 0 where there is none."""
    finite = np.isfinite(values)
    if not finite.any():
        return np.zeros(values.shape, dtype=np.uint8)
    bounds = np.unique(np.percentile(values[finite], np.linspace(0.0, 100.0, _SHADES + 1)[1:-1]))
    if not len(bounds) or values[finite].min() == values[finite].max():
        return np.where(finite, _SHADES // 2, 0).astype(np.uint8)
    with np.errstate(invalid="ignore"):
        found = np.searchsorted(bounds, np.where(finite, values, 0.0), side="left") * (_SHADES - 1) // len(bounds) + 1
    return np.where(finite, found, 0).astype(np.uint8)


def _shaded(ranks: NDArray[np.uint8], theme: Theme) -> NDArray[np.uint8]:
    found: NDArray[np.uint8] = shades(theme.name)[ranks]
    return found


@lru_cache(maxsize=8)
def shades(name: str) -> NDArray[np.uint8]:
    """The shades of a theme from low to high, as rows of red, green, blue and alpha; the first is nothing at all."""
    from ..theme import THEMES

    theme = THEMES[name]
    low, high = theme["surface"], QColor(theme["forward"])
    strongest = 0.62
    rows = [(0, 0, 0, 0)]
    for i in range(_SHADES):
        part = strongest * (i / (_SHADES - 1)) ** 1.1 + 0.02
        rows.append(
            (
                *(
                    round(a + (b - a) * part)
                    for a, b in zip(low.getRgb()[:3], high.getRgb()[:3], strict=True)  # type: ignore[index]
                ),
                255,
            )
        )
    return np.array(rows, dtype=np.uint8)
