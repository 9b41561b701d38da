"""A plot in the hands of its reader: handles, menu, keys, and where the mouse is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
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
from ..session import Session
from .chart import Chart
from .pages import is_large, text_font
from .plot_crosshair import paint_crosshair
from .plot_curves import Handle
from .plot_keys import is_for_plot, press

_GRASP = 14.0  # pixels around a handle


class Plot(Chart):
    """Handles are added like curves; what they show is set whenever it changes."""

    reset = Signal()  # the reader wants to see what was shown at first

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(session, name)
        self.handles: list[Handle] = []
        self.entries: list[tuple[str, Callable[[], object]]] = []  # of its menu, beside what every plot has
        self._held: Handle | None = None
        self._grasp = QPointF()  # from the mouse to the middle of what is held
        self._mouse: QPointF | None = None
        self._is_ringed = False  # the keyboard came here by key
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.menu_button = QToolButton(self)
        self.menu_button.setText("⋯")
        self.menu_button.setToolTip("Save or copy this plot")
        self.menu_button.setAccessibleName(f"Save or copy: {name}")
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu_button.setCursor(Qt.CursorShape.ArrowCursor)
        self.menu_button.clicked.connect(
            lambda: self.open_menu(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))
        )
        self.dress()

    def add_handle(self, name: str, tone: str, symbol: str = "o") -> Handle:
        """A point that can be dragged."""
        made = Handle(self, name, tone, symbol)
        self.handles.append(made)
        self.plotItem.addItem(made.item, ignoreBounds=True)
        return made

    def dress(self) -> None:
        super().dress()
        for handle in self.handles:
            handle.dress()
        self.menu_button.setFont(text_font(self.theme, 14))
        side = 34 if is_large(self.theme) else 24
        self.menu_button.setFixedSize(side, side)
        ground = self.theme["surface"].name()
        self.menu_button.setStyleSheet(
            f"QToolButton {{ padding: 0; border-color: transparent; border-radius: 6px; background: {ground}; }}"
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.plotItem is not None and hasattr(self, "menu_button"):  # pyqtgraph resizes while it is being made
            self.menu_button.move(self.width() - self.menu_button.width() - 8, 0)
            self.show_key()  # which may need more rows

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
