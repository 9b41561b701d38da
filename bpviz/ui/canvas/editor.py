"""The small text field that opens on a card to edit its value or its name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ..fonts import Face, font


class CardEditor(QLineEdit):
    """Open only while editing.  `accept(text)` returns a sentence if the text will not do, and the field stays open."""

    def __init__(self, parent: QWidget, place: QRect, text: str, accept: Callable[[str], str | None]) -> None:
        super().__init__(text, parent)
        self._accept = accept
        self._is_done = False
        self.setFont(font(Face.CODE, 14))
        self.setGeometry(place)
        self.setAccessibleName("Edit")
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.returnPressed.connect(self._finish)
        self.textEdited.connect(self._forgive)

    def _finish(self) -> None:
        if self._is_done:
            return
        if refusal := self._accept(self.text()):
            self.setProperty("wrong", True)
            self.setToolTip(refusal)
            self._restyle()
            return
        self._close()

    def _forgive(self) -> None:
        if self.property("wrong"):
            self.setProperty("wrong", False)
            self._restyle()

    def _restyle(self) -> None:
        self.style().unpolish(self)
        self.style().polish(self)

    def _close(self) -> None:
        if self._is_done:
            return
        self._is_done = True
        canvas = self.parentWidget()
        self.hide()
        self.deleteLater()
        if canvas is not None and not canvas.hasFocus():
            canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # leaving the field keeps what can be kept, as in a spreadsheet
        if not self._is_done and event.reason() != Qt.FocusReason.PopupFocusReason:
            self._is_done = True
            self._accept(self.text())
            self.hide()
            self.deleteLater()

    def event(self, event: QEvent) -> bool:
        # window shortcuts must not act on the graph while its text is being edited
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)
