"""What a person may set of an operation beside its inputs: its attributes, and how many inputs it has."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ..document import edits
from ..graph.attributes import read_attribute
from ..graph.graph import NodeId
from ..graph.spellings import ExpressionError
from ..ops import Op
from ..ops.attributes import index_text
from ..ops.declare import written_attribute
from ..ops.op import Attribute
from .field import Field
from .fonts import Face, font
from .session import Session, sentence

FIELD_WIDTH = 150


def has_choices(op: Op) -> bool:
    """Whether there is anything to set."""
    return bool(op.declared) or op.is_variadic


def spelled(op: Op, attribute: Attribute) -> str:
    """An attribute's value as a person types it: `0`, `[2, 3]`, `True`; an index as in x[…]: `1:3, 0`."""
    value = op.attributes[attribute.name]
    if attribute.name == "index":
        return index_text(value)
    return written_attribute(attribute.name, value).partition("=")[2]


class AttributeField(Field):
    """One attribute.  Enter, or leaving the field, applies what was typed; what will not do is said and stays."""

    def __init__(self, session: Session, node: NodeId, attribute: Attribute) -> None:
        super().__init__()
        self._session, self._node, self._attribute = session, node, attribute
        self._is_over = False
        self.setText(self._now)
        self.setFont(font(Face.CODE, 13))
        self.setFixedWidth(FIELD_WIDTH)
        self.setAccessibleName(attribute.name)
        self.setToolTip(attribute.summary)
        self.textEdited.connect(lambda: self.mark(wrong=False))

    @property
    def name(self) -> str:
        return self._attribute.name

    @property
    def _now(self) -> str:
        return spelled(self._session.graph.nodes[self._node].op, self._attribute)

    def apply(self) -> bool:
        """Applies what was typed; whether that could be done."""
        if self._is_over or self._node not in self._session.graph.nodes or self.text() == self._now:
            return True
        title = self._session.graph.nodes[self._node].op.title.lower()
        try:
            value = read_attribute(self.text(), self.name)
        except ExpressionError as error:
            self._session.said.emit(sentence(error), True)
            done = False
        else:
            done = self._session.edit(
                f"{self.name} of {title} = {self.text().strip()}",
                lambda diagram: edits.set_attributes(diagram, self._node, {self.name: value}),
            )
        self.mark(wrong=not done)
        return done

    def restore(self) -> None:
        """Forgets what was typed."""
        self.setText(self._now)
        self.mark(wrong=False)

    def retire(self) -> None:
        """The panel is about to be built anew: nothing more is applied from here."""
        self._is_over = True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        comes_back = event.reason() in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if not comes_back and not self._is_over and not self.apply():
            self.restore()


class Typing(NamedTuple):
    """What is being typed into the field called `name`, and whether it has been refused."""

    name: str
    text: str
    cursor: int
    is_wrong: bool


class Choices(QWidget):
    """The fields of a node's attributes, and buttons for the number of its inputs; `left` when the user is done."""

    left = Signal()

    def __init__(self, session: Session, node: NodeId) -> None:
        super().__init__()
        self._session, self.node = session, node
        op = session.graph.nodes[node].op
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.fields = [AttributeField(session, node, attribute) for attribute in op.declared]
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        for row, field in enumerate(self.fields):
            label = QLabel(field.name)
            label.setObjectName("muted")
            label.setToolTip(field.toolTip())
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
            field.returnPressed.connect(lambda field=field: self._entered(field))
            field.escaped.connect(lambda field=field: self._escaped(field))
        grid.setColumnStretch(0, 1)
        column.addLayout(grid)
        if op.is_variadic:
            column.addLayout(self._inputs())

    def _inputs(self) -> QHBoxLayout:
        held = self._session.graph.nodes[self.node]
        line = QHBoxLayout()
        fewer, more = QPushButton("− input"), QPushButton("＋ input")
        fewer.setToolTip("Takes the last input away that waits for a wire")
        fewer.setEnabled(len(held.inputs) > 1 and None in held.inputs)
        fewer.clicked.connect(
            lambda: self._session.edit("One input less", lambda diagram: edits.remove_input(diagram, self.node))
        )
        more.setToolTip("One more input, to be wired")
        more.clicked.connect(
            lambda: self._session.edit("One input more", lambda diagram: edits.add_input(diagram, self.node))
        )
        line.addStretch(1)
        for button in (fewer, more):
            button.setAutoDefault(True)  # Enter presses it, because Space plays
            button.setFixedWidth((FIELD_WIDTH - 6) // 2)
            button.setStyleSheet("padding: 6px 0;")
            line.addWidget(button)
        line.setSpacing(6)
        return line

    def _entered(self, field: AttributeField) -> None:
        if field.apply():
            self.left.emit()

    def _escaped(self, field: AttributeField) -> None:
        field.restore()
        self.left.emit()

    # The panel around is built anew whenever something has happened, also while somebody types

    def retire(self) -> Typing | None:
        """Nothing more is applied from here; returns what is being typed."""
        typed = [
            Typing(f.name, f.text(), f.cursorPosition(), bool(f.property("wrong"))) for f in self.fields if f.hasFocus()
        ]
        for field in self.fields:
            field.retire()
        return typed[0] if typed else None

    def resume(self, typed: Typing) -> None:
        """Goes on with what was being typed."""
        for field in self.fields:
            if field.name == typed.name:
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                field.setText(typed.text)
                field.setCursorPosition(typed.cursor)
                field.mark(wrong=typed.is_wrong)
