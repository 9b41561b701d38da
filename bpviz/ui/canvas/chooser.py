"""A field with a list that opens on the canvas: type to narrow it down, arrows and Enter choose, Esc leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
)

from ...graph.graph import NodeId
from ...stage.geometry import Rect
from ..field import Field
from ..fonts import Face, font
from .editor import put_away
from .rows import ROLE, ROW_HEIGHT, Row, RowPainter

if TYPE_CHECKING:
    from .view import Canvas

WIDTH, ROWS = 348, 8
FRAME = 92  # what stands around the rows
HEIGHT = ROWS * ROW_HEIGHT + FRAME  # when it is full
_GAP = 12  # pixels to the card that it is about


class Chooser(QFrame):
    """Open only while somebody chooses.  It closes when the keyboard goes elsewhere, or when the document changes."""

    chosen = Signal(object, bool)  # what the row means, and whether Shift was held
    pointed = Signal(object)  # what the current row means; None where there is none
    closed = Signal()

    def __init__(
        self, canvas: Canvas, at: QPoint, rows: Callable[[str], Sequence[Row]], hint: str, footer: str, nothing: str
    ) -> None:
        super().__init__(canvas)
        self._canvas, self._at, self._rows, self._nothing = canvas, at, rows, nothing
        self._is_done = False
        self.setObjectName("chooser")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.field = _ChooserField(self)
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(hint)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self.field)  # wherever in it one clicks, one goes on typing
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setItemDelegate(RowPainter(canvas.theme, self.list))
        self.list.setAccessibleName("What is found")
        self.footer = QLabel(footer)
        self.footer.setObjectName("muted")
        self.footer.setFont(font(Face.TEXT, 11))
        self.footer.setContentsMargins(4, 2, 4, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 7)
        layout.setSpacing(6)
        for part in (self.field, self.list, self.footer):
            layout.addWidget(part)
        self.field.textChanged.connect(self._fill)
        self.field.escaped.connect(self.close_)
        self.list.itemClicked.connect(lambda _: self.choose(is_shifted=False))
        self.list.currentItemChanged.connect(self._point)
        canvas.session.changed.connect(self.close_)
        canvas.session.themed.connect(self.close_)
        canvas.installEventFilter(self)
        self._fill()
        self.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    # What is found

    def _fill(self, _text: str = "") -> None:
        self.list.blockSignals(True)
        self.list.clear()
        rows = self._rows(self.field.text()) or [Row(self._nothing, "", "", None, " ")]
        for row in rows:
            item = QListWidgetItem(row.title)
            item.setData(ROLE, row)
            if row.refusal:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setToolTip(row.refusal.strip())
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{row.title}, {row.remark}" if row.remark else row.title)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self._step(1, start=-1)
        self._point()
        self._place()

    @property
    def current(self) -> Row | None:
        """The row that Enter would choose."""
        row = None if self.list.currentRow() < 0 else self.list.currentItem().data(ROLE)
        return row if isinstance(row, Row) and not row.refusal else None

    def _point(self) -> None:
        row = self.current  # the keyboard stays in the field, so it is the field that says what Enter would take
        self.field.setAccessibleDescription(self._nothing if row is None else f"{row.title}, {row.remark}".strip(", "))
        self.pointed.emit(None if self.current is None else self.current.meaning)

    def _step(self, by: int, start: int | None = None) -> None:
        """To the next row that can be chosen."""
        place = self.list.currentRow() if start is None else start
        for _ in range(self.list.count()):
            place = (place + by) % self.list.count()
            if self.list.item(place).flags() & Qt.ItemFlag.ItemIsEnabled:
                self.list.setCurrentRow(place)
                return

    def choose(self, *, is_shifted: bool) -> None:
        """Takes the current row; where there is none, nothing happens."""
        if (row := self.current) is not None:
            self.close_()
            self.chosen.emit(row.meaning, is_shifted)

    def step_by_key(self, key: int) -> bool:
        """Whether a key moves in the list; then it has."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Tab: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Backtab: -1}
        pages = {Qt.Key.Key_PageDown: ROWS - 1, Qt.Key.Key_PageUp: 1 - ROWS}
        if key in steps:
            self._step(steps[Qt.Key(key)])
        elif key in pages:
            place = min(max(self.list.currentRow() + pages[Qt.Key(key)], 0), self.list.count() - 1)
            self._step(1, start=place - 1)
        return key in steps or key in pages

    # Opening and closing

    def close_(self) -> None:
        """Goes away, and gives the keyboard back to the canvas if it still had it."""
        if self._is_done:
            return
        self._is_done = True
        self._canvas.removeEventFilter(self)
        put_away(self, self._canvas if self.field.hasFocus() else None)
        self.closed.emit()

    def _place(self) -> None:
        """Below and right of where it was asked for, as far as the canvas has room."""
        room = self._canvas.rect().adjusted(6, 6, -6, -6)
        rows = min(self.list.count(), ROWS)
        self.list.setFixedHeight(max(ROW_HEIGHT, min(rows * ROW_HEIGHT + 2, room.height() - 96)))
        self.setFixedWidth(min(WIDTH, room.width()))
        self.adjustSize()
        x = min(self._at.x(), room.right() - self.width())
        y = min(self._at.y(), room.bottom() - self.height())
        self.move(max(x, room.left()), max(y, room.top()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._canvas and not self._is_done:
            self._place()
        return False

    # The canvas below is not to take what happens here for its own

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()


def place_beside(canvas: Canvas, node: NodeId, rows: int = ROWS) -> QPoint:
    """Where a chooser of so many rows covers least of all cards: beside the one that it is about, or in a corner."""
    rect, size = canvas.session.stage.rect(node), (WIDTH, min(max(rows, 1), ROWS) * ROW_HEIGHT + FRAME)
    left, top = canvas.to_screen((rect.x, rect.y)).toTuple()
    right, bottom = canvas.to_screen((rect.right, rect.bottom)).toTuple()
    room = canvas.rect().adjusted(6, 6, -6, -6)
    wishes = [
        (left, bottom + _GAP),
        (left, top - _GAP - size[1]),
        (right + _GAP, top),
        (left - _GAP - size[0], top),
        (room.right(), room.bottom()),
        (room.right(), room.top()),
        (room.left(), room.bottom()),
        (room.left(), room.top()),
    ]
    places = [
        (max(min(x, room.right() - size[0]), room.left()), max(min(y, room.bottom() - size[1]), room.top()))
        for x, y in wishes
    ]

    def covered(place: tuple[int, int]) -> float:
        near = Rect(*canvas.camera.to_scene(*place), size[0] / canvas.camera.zoom, size[1] / canvas.camera.zoom)
        cards = [canvas.session.stage.rect(card) for card in canvas.spots.cards_touching(near)]
        return sum(
            (min(near.right, card.right) - max(near.x, card.x)) * (min(near.bottom, card.bottom) - max(near.y, card.y))
            for card in cards
        )

    return QPoint(*min(places, key=covered))


class _ChooserField(Field):
    """Keeps the keys that write and those that move in the list from the window's shortcuts."""

    def __init__(self, chooser: Chooser) -> None:
        super().__init__(chooser)
        self._chooser = chooser

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
            if event.type() == QEvent.Type.ShortcutOverride and not held:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and self._chooser.step_by_key(event.key()):
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._chooser.choose(is_shifted=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._chooser.close_()
