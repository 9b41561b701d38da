"""The expression bar: edit the text and the graph follows; wire the graph and the text follows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy

from ..document import edits
from ..document.diagram import Diagram
from ..graph.graph import Graph, GraphError
from ..graph.program import program
from ..graph.spellings import on_one_line
from ..ops import numerals
from .capital import capital
from .field import Field
from .fonts import Face, font
from .session import Session, sentence

MOST_NODES = 400  # beyond that, a line of text is no way to read or edit a graph
MOST_PASTED = 500_000  # characters, with remarks; as on the canvas
_PATIENCE = 900  # milliseconds of rest after which an unfinished text is explained


@dataclass(frozen=True)
class Draft:
    """Text that means nothing, what is wrong with it, and the graph that it was to change."""

    text: str
    error: str
    graph: Graph


class ExpressionField(Field):
    """A line of text into which several lines can be pasted; `overflowed` when they are too long for it."""

    overflowed = Signal(int)  # how many characters they have

    def show_text(self, text: str) -> None:
        """Shows `text`; what was typed so far can no longer be taken back letter by letter."""
        cursor = self.cursorPosition() if text == self.text() else 0
        self.setText(text)
        self.setCursorPosition(cursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and not self.isReadOnly():
            text = QGuiApplication.clipboard().text()
            if len(text) <= MOST_PASTED:
                text = on_one_line(text)
            room = self.maxLength() - len(self.text()) + len(self.selectedText())
            if len(text) > room:  # Qt would cut it, and half a program is another program
                self.overflowed.emit(len(text))
                return
            self.insert(text)
            self.textEdited.emit(self.text())
        else:
            super().keyPressEvent(event)


class ExpressionBar(QFrame):
    """Text on the left, the inputs' values on the right.

    Text is applied while it is typed, as soon as it means something; one visit to the field is one step of the
    history, and what vanishes and comes back during it keeps its values and places.  Text that in the end means
    nothing leaves the graph as it was before, and stays as the session's draft: whoever closes the document is asked
    about it, and where the canvas has put another text in its place, undoing that brings it back.
    """

    left = Signal()  # the user is done here

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._before: Diagram | None = None  # the diagram when the present visit began
        self._visit = 0
        self._is_own_change = False
        self.field = ExpressionField()
        self.field.setFont(font(Face.CODE, 15))
        self.field.setPlaceholderText("Type an expression, such as f = (x + y) * z")
        self.field.setAccessibleName("Expression")
        self.values = QLabel()
        self.values.setObjectName("muted")
        self.values.setFont(font(Face.CODE, 13))
        self.values.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.field, 1)
        layout.addWidget(self.values)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE)
        self._patience.timeout.connect(self._explain)
        self._error: str | None = None
        self._draft: Draft | None = None  # the latest text that means nothing
        self.field.textEdited.connect(self._typed)
        self.field.returnPressed.connect(self.commit)
        self.field.editingFinished.connect(self._end_visit)
        self.field.escaped.connect(self._escape)
        self.field.overflowed.connect(self._say_too_long)
        session.changed.connect(self._follow)
        session.opened.connect(self._forget)
        session.settling.connect(self.settle)
        self._follow(session.diagram, session.diagram)

    # Text → graph

    def _typed(self, text: str) -> None:
        if self._before is None:
            self._before = self._session.diagram
            self._visit += 1
        self._error = self._apply(text)
        self._keep_draft()
        self._patience.start()
        if self._error is None:
            self._mark(wrong=False)

    def _apply(self, text: str) -> str | None:
        """Makes the graph that the text means; returns what is wrong with it instead."""
        before = self._before or self._session.diagram
        self._is_own_change = True
        try:
            if not text.strip():
                return None
            after, key = edits.rewrite(before, text), ("typing", self._visit)
            if after is before:
                self._session.document.abandon(key)
            elif after.graph != self._session.graph:
                self._session.edit("Edit the expression", lambda _: after, key)
        except GraphError as error:
            return sentence(error)
        finally:
            self._is_own_change = False
        return None

    def propose(self, text: str) -> None:
        """Puts a program into the field as if it had been typed, and applies it."""
        self.field.setText(text)
        self._typed(text)
        self.commit()

    def take_up(self, draft: str) -> None:
        """Goes on with a text that somebody has not finished."""
        self.field.setText(draft)
        self._typed(draft)

    def settle(self) -> None:
        """Half-typed text must not become the document, now that this is to be saved or drawn."""
        if self._before is not None and self._error is not None:
            self._explain()

    def _say_too_long(self, length: int) -> None:
        place = "paste it on the canvas" if length <= MOST_PASTED else "open it as a file"
        self._session.said.emit(f"A text of {length:,} characters is too long for one line: {place}.", True)

    def _escape(self) -> None:
        """As if the visit had never been."""
        self._take_back()
        self._error = None
        self._keep_draft()
        self._explain()
        self._before = None
        self._show_text(self._session.graph)
        self.left.emit()

    def _take_back(self) -> None:
        self._is_own_change = True
        self._session.document.abandon(("typing", self._visit))
        self._is_own_change = False

    def commit(self) -> None:
        """Applies the text now, and says what is wrong with it if that fails; no text, no graph."""
        if self.field.isReadOnly():
            return
        if not self.field.text().strip() and self._session.graph.nodes:
            self._session.edit("Clear", lambda old: Diagram(direction=old.direction))
        if self._before is not None:
            self._error = self._apply(self.field.text())
            self._keep_draft()
        self._explain()
        if self._error is None:
            self._end_visit()

    def _explain(self) -> None:
        self._patience.stop()
        self._mark(wrong=self._error is not None)
        if self._error is not None:
            if self._before is not None:
                self._take_back()
            self._session.said.emit(self._error, True)

    def _keep_draft(self) -> None:
        graph = (self._before or self._session.diagram).graph
        self._draft = None if self._error is None else Draft(self.field.text(), self._error, graph)
        self._session.draft = "" if self._draft is None else self._draft.text

    def _mark(self, *, wrong: bool) -> None:
        self.field.setToolTip(capital(self._error or "", self._session.graph.by_name))
        self.field.mark(wrong=wrong)

    def _end_visit(self) -> None:
        if self._patience.isActive():  # who goes elsewhere has finished
            self._explain()
        if self._before is not None:
            self._before = None
            self._session.document.seal()
            if self._error is None:
                self._show_text(self._session.graph)

    # Graph → text

    def _follow(self, old: Diagram, new: Diagram) -> None:
        graph = new.graph
        self._show_values(graph)
        if self._is_own_change:
            return
        self._before = None  # changed by other means, perhaps in the middle of typing
        if old is not new and old.graph.words is graph.words and old.graph.output == graph.output:
            return  # only numbers have changed
        self._patience.stop()
        draft = self._draft
        is_back = draft is not None and draft.graph.words is graph.words and draft.graph.output == graph.output
        self._session.draft = draft.text if draft is not None and is_back else ""
        self._error = draft.error if draft is not None and is_back else None
        self._mark(wrong=is_back)
        if draft is not None and is_back:
            self.field.show_text(draft.text)
        else:
            self._show_text(graph)

    def _forget(self) -> None:
        """Another document: what was typed for the last one is not for this."""
        self._draft = None
        self._follow(self._session.diagram, self._session.diagram)

    def _show_text(self, graph: Graph) -> None:
        is_small = len(graph) <= MOST_NODES
        self.field.show_text(program(graph, values=False, separator="; ") if is_small else "")
        self.field.setReadOnly(not is_small)
        self.field.setPlaceholderText(
            "Type an expression, such as f = (x + y) * z"
            if is_small
            else f"A graph of {len(graph):,} nodes, too large for one line"
        )

    def _show_values(self, graph: Graph) -> None:
        leaves = graph.leaves()
        told = [f"{node.name} = {numerals.brief(node.value)}" for node in leaves[:9] if node.value is not None]
        text = "  ".join(told)
        self.values.setText(text if len(text) <= 44 else "")
        self.values.setVisible(bool(self.values.text()))
