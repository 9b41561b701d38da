"""A plot in the program's look: pyqtgraph's, with our colours, axes, key, menu and keys."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolButton

from ...ops import numerals
from ...stage.speech import spoken
from ..session import Session
from ..theme import Theme
from .pages import is_large, pixels, text_font
from .plot_axes import NAMES, TICKS, Axis, Key
from .plot_crosshair import paint_crosshair
from .plot_curves import Curve, Handle, Line, columns, cosmetic
from .plot_extent import extent
from .plot_keys import is_for_plot, press

Floats = NDArray[np.float64]
FARTHEST, NEAREST = 1e12, 1e-12  # what a view may reach, and how narrow it may be, relatively
_GRASP = 14.0  # pixels around a handle


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """One plot.  Curves and handles are added; what they show is set whenever it changes."""

    viewed = Signal()  # another part of the plane is shown
    reset = Signal()  # the reader wants to see what was shown at first

    def __init__(self, session: Session, name: str) -> None:
        """`name` is what the plot is called where it cannot be seen, and in file names."""
        self.session, self.name = session, name
        self._axes = {side: Axis(side) for side in ("bottom", "left")}
        super().__init__(axisItems=self._axes)
        self.curves: list[Curve] = []
        self.handles: list[Handle] = []
        self.more_columns: list[Callable[[], list[tuple[str, Floats]]]] = []  # of what is drawn besides curves
        self.entries: list[tuple[str, Callable[[], object]]] = []  # of its menu, beside what every plot has
        self._labels = {"bottom": "", "left": ""}
        self._is_log = {"bottom": False, "left": False}
        self._held: Handle | None = None
        self._grasp = QPointF()  # from the mouse to the middle of what is held
        self._mouse: QPointF | None = None
        self._fineness: float | None = None
        self._is_ringed = False  # the keyboard came here by key
        self._zeros = [pg.InfiniteLine(0.0, angle) for angle in (0, 90)]
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
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
        self.menu_button = QToolButton(self)
        self.menu_button.setText("⋯")
        self.menu_button.setToolTip("Save or copy this plot")
        self.menu_button.setAccessibleName(f"Save or copy: {name}")
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu_button.setCursor(Qt.CursorShape.ArrowCursor)
        self.menu_button.clicked.connect(
            lambda: self.open_menu(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))
        )
        self.sigRangeChanged.connect(self._on_range)
        session.themed.connect(self.dress)
        self.dress()

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

    def add_handle(self, name: str, tone: str, symbol: str = "o") -> Handle:
        """A point that can be dragged."""
        made = Handle(self, name, tone, symbol)
        self.handles.append(made)
        self.plotItem.addItem(made.item, ignoreBounds=True)
        return made

    def set_labels(self, x: str, y: str) -> None:
        """Names the axes, in plain mathematics."""
        if (self._labels["bottom"], self._labels["left"]) != (x, y):
            self._labels = {"bottom": x, "left": y}
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

    def columns(self) -> list[tuple[str, Floats]]:
        """The numbers of all that is shown, as named columns: what a file of them holds."""
        return [*columns(self.curves, self.labels[0]), *(column for more in self.more_columns for column in more())]

    def paint_whole(self, painter: QPainter, fineness: float) -> None:
        """What it shows, without the mouse and the keyboard's frame, for a picture."""
        source = self.mapToScene(self.rect()).boundingRect()
        self._fineness = fineness
        self.dress()
        self.scene().prepareForPaint()
        whole = QRectF(0.0, 0.0, self.width(), self.height())
        self.scene().render(painter, whole, source, Qt.AspectRatioMode.IgnoreAspectRatio)
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
        for handle in self.handles:
            handle.dress()
        self.menu_button.setFont(text_font(theme, 14))
        self.setMinimumHeight(round(pixels(theme, NAMES) * 7.5))
        side = 34 if is_large(theme) else 24
        self.menu_button.setFixedSize(side, side)
        self.menu_button.setStyleSheet(
            "QToolButton { padding: 0; border-color: transparent; background: transparent; }"
        )
        self.show_key()

    def _name_axes(self) -> None:
        for side, axis in self._axes.items():
            axis.name(self._labels[side], self.theme)
        self._axes["left"].setWidth(round(pixels(self.theme, TICKS) * 4.4 + pixels(self.theme, NAMES) * 1.4))
        named = pixels(self.theme, NAMES) * 1.3 if self._labels["bottom"] else 0.0
        self._axes["bottom"].setHeight(round(pixels(self.theme, TICKS) * 1.9 + named))
        self.plotItem.layout.setContentsMargins(4.0, 2.0, 14.0, 2.0)

    def show_key(self) -> None:
        """The key, of the curves that are shown and have a name."""
        rows = [
            (curve.name, curve.pen, curve.symbol)
            for curve in sorted(self.curves, key=lambda each: isinstance(each, Line))
            if curve.name and curve.is_in_key and curve.item.isVisible()
        ]
        self.key.show_rows(rows, self.theme)
        self.plotItem.layout.setRowFixedHeight(0, self.key.height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.plotItem is not None and hasattr(self, "menu_button"):  # pyqtgraph resizes while it is being made
            self.menu_button.move(self.width() - self.menu_button.width() - 8, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._mouse is None and not self._is_ringed:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._is_ringed:
            painter.setPen(QPen(self.theme["forward"], 2.0))
            painter.drawRoundedRect(QRectF(self.viewport().rect()).adjusted(1.0, 1.0, -1.0, -1.0), 6.0, 6.0)
        if self._mouse is not None and self._held is None and self.room.contains(self._mouse):
            paint_crosshair(painter, self._mouse, self.room, self.read_out(self._mouse), self.theme)
        painter.end()

    def read_out(self, at: QPointF) -> str:
        """Where the mouse is, in as many digits as a pixel tells apart."""
        x, y = self.from_widget(at)
        return f"({numerals.short(x)}, {numerals.short(y)})"

    # The mouse

    def _handle_at(self, at: QPointF) -> Handle | None:
        near = [(handle, handle.place) for handle in self.handles if handle.item.isVisible()]
        found = [(h, (p - at).manhattanLength()) for h, p in near if p is not None]
        best = min(found, key=lambda pair: pair[1], default=None)
        return best[0] if best is not None and best[1] <= _GRASP else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (held := self._handle_at(event.position())) is not None:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._held, place = held, held.place
            assert place is not None
            self._grasp = place - event.position()
            held.taken.emit()
        elif event.button() != Qt.MouseButton.RightButton:  # which opens the menu
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        if self._held is not None:
            if event.buttons() & Qt.MouseButton.LeftButton:
                self._held.dragged.emit(*self.from_widget(event.position() + self._grasp))
            else:
                self._let_go()
        else:
            super().mouseMoveEvent(event)
            under = self._handle_at(event.position())
            for handle in self.handles:
                handle.heat(handle is under)
            self.viewport().setCursor(
                Qt.CursorShape.OpenHandCursor if under is not None else Qt.CursorShape.CrossCursor
            )
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None and event.button() == Qt.MouseButton.LeftButton:
            self._let_go()
        elif event.button() != Qt.MouseButton.RightButton:
            super().mouseReleaseEvent(event)

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.dropped.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._handle_at(event.position()) is None:
            self.reset.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mouse = None
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event)
        event.accept()  # a page that scrolls does not scroll, too

    # The keyboard

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and is_for_plot(event):
            event.accept()  # with the plot in hand, the arrows are not the player's
            return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.dress()
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press(self, event):
            event.ignore()  # Esc is for the lab

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._is_ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._is_ringed = False
        self.viewport().update()

    # The menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.open_menu(event.globalPos())

    def open_menu(self, at: QPoint) -> None:
        """What can be done with the plot."""
        from .plot_menu import open_menu  # it exports plots, and so knows this class

        open_menu(self, at)

    def describe(self, text: str) -> None:
        """What there is to be seen, for those who do not see it: worded only while somebody listens, since it changes
        with every movement."""
        if QAccessible.isActive():
            self.setAccessibleDescription(spoken(text))
