"""The small text field that opens on a card to edit its value or its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from ...document import edits
from ...graph.graph import GraphError, NodeId
from ...graph.values import parse_value
from ...ops import numerals
from ...stage.geometry import face_middle
from ..capital import capital
from ..fonts import Face, font
from ..session import sentence

if TYPE_CHECKING:
    from .view import Canvas


_OF_THE_DOCUMENT = frozenset(QKeySequence(keys) for keys in ("Ctrl+N", "Ctrl+O", "Ctrl+S", "Ctrl+Shift+S", "Ctrl+Q"))


def put_away(field: QWidget, then: QWidget | None = None) -> None:
    """Closes a field for good.  `then` gets the keyboard before it is gone, or Qt hands that to whatever comes next."""
    if then is not None:
        then.setFocus(Qt.FocusReason.OtherFocusReason)
    field.hide()
    field.deleteLater()


def is_for_text(event: QEvent) -> bool:
    """Whether a field that is open on the canvas has the keys that are about to be shortcuts: these must not act on the
    graph while its text is being edited, but the document can be saved and left."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return QKeySequence(event.keyCombination()) not in _OF_THE_DOCUMENT


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
        put_away(self, self.parentWidget())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
            return
        super().keyPressEvent(event)

    def keep(self) -> None:
        """Closes, and keeps what can be kept, as in a spreadsheet when one goes elsewhere."""
        if not self._is_done:
            self._is_done = True
            self._accept(self.text())
            put_away(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.keep()

    def event(self, event: QEvent) -> bool:
        if is_for_text(event):
            event.accept()
            return True
        return super().event(event)


def value_editor(canvas: Canvas, node: NodeId) -> CardEditor:
    """A field for the number or list of a leaf."""
    session = canvas.session
    held = session.graph.nodes[node]

    def accept(text: str) -> str | None:
        if node not in session.graph.nodes:
            return None
        try:
            value = parse_value(text)
        except GraphError as error:
            session.said.emit(sentence(error), True)
            return capital(sentence(error), session.graph.by_name)
        label = f"Set {session.graph.spoken(node)}"
        return _refused(session.edit(label, lambda diagram: edits.set_value(diagram, node, value)))

    return CardEditor(
        canvas, _place_of(canvas, node), "" if held.value is None else numerals.spelled(held.value), accept
    )


def name_editor(canvas: Canvas, node: NodeId) -> CardEditor:
    """A field for the name of a node."""
    session = canvas.session

    def accept(text: str) -> str | None:
        if node not in session.graph.nodes:
            return None
        return _refused(session.edit("Rename", lambda diagram: edits.rename(diagram, node, text.strip())))

    return CardEditor(canvas, _place_of(canvas, node), session.graph.nodes[node].name, accept)


def _refused(is_done: bool) -> str | None:
    return None if is_done else "This will not do; see the message below."


def _place_of(canvas: Canvas, node: NodeId) -> QRect:
    """In the middle of a card's face on the screen, large enough to type in."""
    rect, zoom = canvas.session.stage.rect(node), canvas.camera.zoom
    corner, middle = canvas.to_screen((rect.x, rect.y)), canvas.to_screen((rect.x, face_middle(rect)))
    width, height = max(round(rect.width * zoom), 130), 34
    return QRect(corner.x(), middle.y() - height // 2, width, height)
