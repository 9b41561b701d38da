"""What is drawn in a plot: curves with gaps, straight lines without end, points that can be dragged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPen

from ..theme import Theme

if TYPE_CHECKING:
    from .chart import Chart

Floats = NDArray[np.float64]
_BEYOND = 40.0  # heights of the view, above and below it: a curve that goes farther is cut there, where nobody sees it


def cosmetic(colour: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen whose width is in pixels, however far one zooms."""
    pen = QPen(colour, width, style)
    pen.setCosmetic(True)
    return pen


def pen_of(theme: Theme, tone: str, width: float, style: Qt.PenStyle) -> QPen:
    """A pen that stays as wide however far one zooms; dashes are counted in widths of the pen."""
    pen = QPen(theme[tone], width, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    if style is not Qt.PenStyle.SolidLine:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setCosmetic(True)
    return pen


class Curve:
    """Points that are joined, in the colour `tone` of the theme; where y is not finite there is a gap.

    `x` and `y` are as they were given, also where the axes are logarithmic.  With a `symbol`, points alone.
    """

    def __init__(self, plot: Chart, name: str, tone: str, style: Qt.PenStyle, width: float, symbol: str) -> None:
        self._plot = plot
        self.name, self.tone, self.symbol = name, tone, symbol
        self._style, self._width = style, width
        self.x: Floats = np.zeros(0)
        self.y: Floats = np.zeros(0)
        self.is_in_key = True
        self.item = pg.ScatterPlotItem() if symbol else pg.PlotCurveItem(connect="finite", antialias=True)
        if symbol:
            self.item.setZValue(20.0)
        self.dress()

    @property
    def pen(self) -> QPen:
        """As it is drawn now."""
        return pen_of(self._plot.theme, self.tone, self._width * self._plot.fineness, self._style)

    @property
    def is_shown(self) -> bool:
        return bool(self.item.isVisible()) and bool(len(self.x))

    def set(self, x: ArrayLike, y: ArrayLike) -> None:
        """Other points.  x and y are lists of one length."""
        self.x, self.y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        self.draw()

    def show(self, is_shown: bool) -> None:
        """Shows it, or leaves it out, of the key too."""
        if is_shown != self.item.isVisible():
            self.item.setVisible(is_shown)
            self._plot.show_key()

    def rename(self, name: str) -> None:
        """Another name in the key and in tables."""
        if name != self.name:
            self.name = name
            self._plot.show_key()

    def draw(self) -> None:
        """Hands over what can be seen of it."""
        x, y = self._plot.on_axes(self.x, self.y)
        low, high = self._plot.plotItem.vb.viewRange()[1]
        height = max(high - low, 1e-300)
        inside = np.isfinite(y) & np.isfinite(x)
        y = np.where(inside, np.clip(np.where(inside, y, 0.0), low - _BEYOND * height, high + _BEYOND * height), np.nan)
        if self.symbol:
            self.item.setData(x[inside], y[inside])
        else:
            self.item.setData(x, y)

    def dress(self) -> None:
        """The colours of the present theme."""
        theme = self._plot.theme
        if self.symbol:
            self.item.setSymbol(self.symbol)
            self.item.setSize(2.0 * self._width + 4.0)
            self.item.setPen(cosmetic(theme["surface"], 1.2))
            self.item.setBrush(QBrush(theme[self.tone]))
        else:
            self.item.setPen(self.pen)


class Line(Curve):
    """A straight line through a point, as long as the view is wide; vertical where the slope is infinite."""

    _through: tuple[float, float, float] | None = None

    def run_through(self, x: float, y: float, slope: float) -> None:
        """Lays the line; nothing is drawn where a number is missing."""
        self._through = (x, y, slope)
        self.draw()

    def draw(self) -> None:
        """Exactly up to the edges: far beyond them, Qt's coordinates would be rounded."""
        if self._through is None:
            return
        x0, y0, slope = self._through
        (left, right), (low, high) = self._plot.plotItem.vb.viewRange()
        if not np.isfinite([x0, y0]).all() or np.isnan(slope):
            self.x = self.y = np.zeros(0)
        elif np.isinf(slope) or abs(slope) * (right - left) > 1e6 * (high - low):
            self.x, self.y = np.array([x0, x0]), np.array([low, high])
        else:
            with np.errstate(all="ignore"):
                ends = np.array([left, right])
                if slope:
                    reach = np.sort((np.array([low - (high - low), high + (high - low)]) - y0) / slope + x0)
                    ends = np.clip(ends, *reach)
            self.x, self.y = ends, y0 + slope * (ends - x0)
        self.item.setData(self.x, self.y)


class Handle(QObject):
    """A point that can be taken with the mouse.  `dragged` says where to, in the coordinates of the axes; the point
    itself stays until it is put somewhere, so that it can keep to its curve."""

    taken = Signal()
    dragged = Signal(float, float)
    dropped = Signal()
    nudged = Signal(int, int)  # Shift and arrow keys: steps to the right and up

    def __init__(self, plot: Chart, name: str, tone: str, symbol: str) -> None:
        super().__init__(plot)
        self._plot, self.name, self.tone, self.symbol = plot, name, tone, symbol
        self.x = self.y = float("nan")
        self.item = pg.ScatterPlotItem()
        self.item.setZValue(40.0)
        self.is_hot = False
        self.dress()

    def put(self, x: float, y: float) -> None:
        """Places the point; where a number is missing, it is not there."""
        self.x, self.y = x, y
        (at_x,), (at_y,) = self._plot.on_axes(np.array([x]), np.array([y]))
        is_there = bool(np.isfinite([at_x, at_y]).all())
        self.item.setData([at_x] if is_there else [], [at_y] if is_there else [])

    @property
    def place(self) -> QPointF | None:
        """Where it is on the plot's widget, if it is there."""
        (x,), (y,) = self._plot.on_axes(np.array([self.x]), np.array([self.y]))
        return self._plot.to_widget(float(x), float(y)) if np.isfinite([x, y]).all() else None

    def heat(self, is_hot: bool) -> None:
        """The mouse is on it, or no longer."""
        if is_hot != self.is_hot:
            self.is_hot = is_hot
            self.dress()

    def dress(self) -> None:
        theme = self._plot.theme
        self.item.setSymbol(self.symbol)
        self.item.setSize(17.0 if self.is_hot else 13.0)
        self.item.setPen(cosmetic(theme["surface"], 2.0))
        self.item.setBrush(QBrush(theme[self.tone]))


def columns(curves: Sequence[Curve], x_name: str) -> list[tuple[str, Floats]]:
    """The points of curves that have a name, as columns; those with the same x share it, straight lines come last."""
    found: list[tuple[str, Floats]] = []
    last: Any = None
    for curve in sorted(curves, key=lambda each: isinstance(each, Line)):
        if not (curve.is_shown and curve.name):
            continue
        if last is None or not np.array_equal(last, curve.x, equal_nan=True):
            last = curve.x
            found.append((x_name or "x", last))
        found.append((curve.name, curve.y))
    return found
