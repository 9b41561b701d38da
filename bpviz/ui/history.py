"""The history: every step by name, to go back to or forward again."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from .fonts import Face, font
from .gliding import Gliding
from .session import Session

_PLACE = Qt.ItemDataRole.UserRole


class History(QWidget):
    """The steps, the first at the top; the present one stands out, and those that were undone are grey."""

    left = Signal()  # the user is done here

    def __init__(self, session: Session, gliding: Gliding) -> None:
        super().__init__()
        self._session, self._gliding = session, gliding
        self._shown: tuple[int, tuple[str, ...]] | None = None
        self.list = QListWidget()
        self.list.setAccessibleName("History")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.itemClicked.connect(self._go)
        self.list.itemActivated.connect(self._go)
        self.setFocusProxy(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 10)
        column.addWidget(self.list)
        session.saved.connect(self._fill)
        session.themed.connect(self._refill)
        self._fill()

    def _refill(self) -> None:
        self._shown = None
        self._fill()

    def showEvent(self, event: object) -> None:
        self._fill()

    def _fill(self) -> None:
        """Only while it is seen: a long history is long to list."""
        document, theme = self._session.document, self._session.theme
        shown = document.place, tuple(document.labels)
        if not self.isVisible() or shown == self._shown:
            return
        has_grown = self._shown is not None and self._shown[1] == shown[1][: len(self._shown[1])]
        kept = len(self._shown[1]) if has_grown and self._shown is not None else 0
        if not kept:
            self.list.clear()
        self._shown = shown
        for place, label in enumerate(shown[1]):
            if place >= kept:
                self.list.addItem(QListWidgetItem(label or "As it was opened"))
            item = self.list.item(place)
            item.setData(_PLACE, place)
            item.setFont(font(Face.TEXT, 13, is_bold=place == document.place))
            item.setForeground(theme["ink" if place <= document.place else "muted"])
            state = "now" if place == document.place else "undone" if place > document.place else "done"
            item.setToolTip({"now": "This is how things are.", "undone": "Undone: a click does it again.",
                             "done": "A click goes back to just after this."}[state])  # fmt: skip
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}, {state}")
        self.list.setCurrentRow(document.place)

    def _go(self, item: QListWidgetItem) -> None:
        place = int(item.data(_PLACE))
        self._gliding.carry(lambda: self._session.go_to_moment(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
