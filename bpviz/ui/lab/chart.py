"""What a plot draws: pyqtgraph's, with our colours, axes and key."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QPainter

from ...stage.speech import spoken
from ..session import Session
from ..theme import Theme
from .pages import pixels
from .plot_axes import NAMES, TICKS, Axis, Key
from .plot_curves import Curve, Line, columns, cosmetic
from .plot_extent import extent

Floats = NDArray[np.float64]
FARTHEST, NEAREST = 1e12, 1e-12  # what a view may reach, and how narrow it may be, relatively


class Chart(pg.PlotWidget):  # type: ignore[misc]
    """Curves on axes.  They are added; what they show is set whenever it changes."""

    viewed = Signal()  # another part of the plane is shown
    keeps_head = False  # whether there is room above the axes also without a key

    def __init__(self, session: Session, name: str) -> None:
        """`name` is what the plot is called where it cannot be seen, and in file names."""
        self.session, self.name = session, name
        self._axes = {side: Axis(side) for side in ("bottom", "left")}
        super().__init__(axisItems=self._axes)
        self.curves: list[Curve] = []
        self.more_columns: list[Callable[[], list[tuple[str, Floats]]]] = []  # of what is drawn besides curves
        self.dressing: list[Callable[[], object]] = []  # what else is coloured by the theme
        self._labels = {"bottom": "", "left": ""}
        self._is_log = {"bottom": False, "left": False}
        self._fineness: float | None = None
        self._has_numbers_below = True
        self._zeros = [pg.InfiniteLine(0.0, angle) for angle in (0, 90)]
        self.setAccessibleName(name)
        self.setMinimumWidth(200)
        self.setFrameShape(self.Shape.NoFrame)
        item, box = self.plotItem, self.plotItem.vb
        item.setMenuEnabled(False)
        item.ctrlMenu.setParent(self, Qt.WindowType.Popup)  # nobody sees it, and so it goes when the plot goes
        item.hideButtons()
        item.showGrid(True, True, 0.16)
        box.setDefaultPadding(0.0)
        box.disableAutoRange()
        box.setLimits(xMin=-FARTHEST, xMax=FARTHEST, yMin=-1e200, yMax=1e200)
        self.key = Key()
        item.layout.removeItem(item.titleLabel)
        item.titleLabel.hide()
        item.layout.addItem(self.key, 0, 1)
        for axis in self._axes.values():
            axis.setZValue(-1000.0)  # the grid belongs to them, and lies below the curves
        for line in self._zeros:
            line.setZValue(-40.0)
            item.addItem(line, ignoreBounds=True)
        self.sigRangeChanged.connect(self._on_range)
        session.themed.connect(self.dress)

    @property
    def theme(self) -> Theme:
        return self.session.theme

    @property
    def fineness(self) -> float:
        """Pixels of what is painted on, to one of the layout: Qt does not widen pens that keep their width."""
        return self._fineness or self.devicePixelRatioF()

    def sizeHint(self) -> QSize:
        return QSize(420, 240)

    # What is in it

    def add_curve(
        self, name: str, tone: str, style: Qt.PenStyle = Qt.PenStyle.SolidLine, width: float = 2.2, symbol: str = ""
    ) -> Curve:
        """A curve in a colour of the theme; with a symbol ("o", "s", "t", "d", "+", "x"), points alone."""
        return self._added(Curve(self, name, tone, style, width, symbol))

    def add_line(self, name: str, tone: str, style: Qt.PenStyle = Qt.PenStyle.DashLine, width: float = 1.8) -> Line:
        """A straight line without end."""
        made = Line(self, name, tone, style, width, "")
        self._added(made)
        return made

    def _added(self, curve: Curve) -> Curve:
        self.curves.append(curve)
        self.plotItem.addItem(curve.item, ignoreBounds=True)
        self.show_key()
        return curve

    def remove_curve(self, curve: Curve) -> None:
        """Takes a curve out."""
        self.curves.remove(curve)
        self.plotItem.removeItem(curve.item)
        self.show_key()

    def set_labels(self, x: str, y: str) -> None:
        """Names the axes, in plain mathematics."""
        if (self._labels["bottom"], self._labels["left"]) != (x, y):
            self._labels = {"bottom": x, "left": y}
            self._name_axes()

    def leave_numbers_to(self, below: Chart) -> None:
        """Another plot stands below, with the same axis and its numbers."""
        self._has_numbers_below = False
        below.setXLink(self)
        self._name_axes()

    @property
    def labels(self) -> tuple[str, str]:
        return self._labels["bottom"], self._labels["left"]

    def set_log(self, *, x: bool, y: bool) -> None:
        """Makes axes logarithmic.  Everything is still given as it is; what is not positive is not there."""
        self._is_log = {"bottom": x, "left": y}
        for side, axis in self._axes.items():
            axis.setLogMode(self._is_log[side], self._is_log[side])
        for line, is_log in zip(self._zeros, (y, x), strict=True):
            line.setVisible(not is_log)
        for curve in self.curves:
            curve.draw()

    def on_axes(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Where points lie in the view: themselves, or their logarithms; NaN where there is none."""
        return self._logged(x, "bottom"), self._logged(y, "left")

    def _logged(self, values: Floats, side: str) -> Floats:
        if not self._is_log[side]:
            return values
        with np.errstate(all="ignore"):
            return np.where(values > 0, np.log10(values), np.nan)

    def columns(self) -> list[tuple[str, Floats | list[str]]]:
        """The numbers of all that is shown, as named columns: what a file of them holds."""
        return [*columns(self.curves, self.labels[0]), *(column for more in self.more_columns for column in more())]

    def paint_whole(self, painter: QPainter, fineness: float) -> None:
        """What it shows, without the mouse and the keyboard's frame, for a picture."""
        source = self.mapToScene(self.rect()).boundingRect()
        points = [item for item in self.plotItem.items if isinstance(item, pg.ScatterPlotItem)]
        self._fineness = fineness
        self.dress()
        for item in points:
            item.opts["useCache"] = False  # as shapes, not as pieces of a picture, which SVG cannot show
        self.scene().prepareForPaint()
        whole = QRectF(0.0, 0.0, self.width(), self.height())
        self.scene().render(painter, whole, source, Qt.AspectRatioMode.IgnoreAspectRatio)
        for item in points:
            item.opts["useCache"] = True
        self._fineness = None
        self.dress()

    # What is seen of it

    @property
    def x_range(self) -> tuple[float, float]:
        """From where to where the view goes; exponents of ten, if the axis is logarithmic."""
        low, high = self.plotItem.vb.viewRange()[0]
        return float(low), float(high)

    @property
    def y_range(self) -> tuple[float, float]:
        low, high = self.plotItem.vb.viewRange()[1]
        return float(low), float(high)

    def view_x(self, low: float, high: float) -> None:
        """Shows this part of the x axis."""
        if (low, high) != self.x_range:
            self.plotItem.vb.setXRange(low, high, padding=0.0)

    def view_y(self, low: float, high: float) -> None:
        if (low, high) != self.y_range:
            self.plotItem.vb.setYRange(low, high, padding=0.0)

    def view_heights(self, curves: list[Curve], also: tuple[float, ...] = ()) -> None:
        """Shows these curves in their height; of one with a pole, what there is besides the pole."""
        low, high = extent([(curve.x, self.on_axes(curve.x, curve.y)[1]) for curve in curves], also)
        self.view_y(low, high)

    def to_widget(self, x: float, y: float) -> QPointF:
        """Where a point of the view lies on this widget."""
        return QPointF(self.mapFromScene(self.plotItem.vb.mapViewToScene(QPointF(x, y))))

    def from_widget(self, at: QPointF) -> tuple[float, float]:
        """Which point of the axes lies at a place of this widget."""
        found = self.plotItem.vb.mapSceneToView(self.mapToScene(at.toPoint()))
        x, y = float(found.x()), float(found.y())
        return (10**x if self._is_log["bottom"] else x), (10**y if self._is_log["left"] else y)

    @property
    def room(self) -> QRectF:
        """What is inside the axes, on this widget."""
        return QRectF(self.mapFromScene(self.plotItem.vb.sceneBoundingRect()).boundingRect())

    def _on_range(self) -> None:
        for curve in self.curves:
            curve.draw()
        self.plotItem.vb.prepareForPaint()  # else pyqtgraph moves all items while they are painted, and paints twice
        self.viewed.emit()

    # Looks

    def dress(self) -> None:
        """Colours and sizes of the present theme."""
        theme = self.theme
        self.setBackground(theme["surface"])
        self._name_axes()
        for line in self._zeros:
            line.setPen(cosmetic(theme["wire"], self.fineness))
        for curve in self.curves:
            curve.dress()
        for also in self.dressing:
            also()
        self.setMinimumHeight(round(pixels(theme, NAMES) * 5))
        self.show_key()

    def _name_axes(self) -> None:
        for side, axis in self._axes.items():
            axis.name(self._labels[side], self.theme)
        self._axes["left"].setWidth(round(pixels(self.theme, TICKS) * 4.4 + pixels(self.theme, NAMES) * 1.4))
        named = pixels(self.theme, NAMES) * 1.3 if self._labels["bottom"] else 0.0
        ticks = pixels(self.theme, TICKS) * 1.9 if self._has_numbers_below else 8.0
        self._axes["bottom"].setStyle(showValues=self._has_numbers_below)
        self._axes["bottom"].setHeight(round(ticks + named))
        self.plotItem.layout.setContentsMargins(4.0, 2.0, 14.0, 2.0)

    def show_key(self) -> None:
        """The key, of the curves that are shown and have a name."""
        rows = [
            (curve.name, curve.pen, curve.symbol)
            for curve in sorted(self.curves, key=lambda each: isinstance(each, Line))
            if curve.name and curve.is_in_key and curve.item.isVisible()
        ]
        room = self.width() - self._axes["left"].width() - 18.0
        self.key.show_rows(rows, self.theme, room, keeps_head=self.keeps_head)
        self.plotItem.layout.setRowFixedHeight(0, self.key.height)

    def describe(self, text: str) -> None:
        """What there is to be seen, for those who do not see it: worded only while somebody listens, since it changes
        with every movement."""
        if QAccessible.isActive():
            self.setAccessibleDescription(spoken(text))
