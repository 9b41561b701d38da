"""Writing notes and titles, right where they stand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ...document import annotating
from ...document.annotations import LONGEST_NOTE, AnnotationId, Frame, Note
from ...document.edits import EditError
from ...stage.annotations import frame_around, rect_of, title_bar
from ...stage.geometry import Point, Rect
from ..capital import capital
from ..fonts import Face, font
from ..session import sentence
from .annotations import place_on_screen
from .editor import CardEditor, is_for_text, put_away
from .notes import SIZE, note_layout

if TYPE_CHECKING:
    from .view import Canvas

NOTE_WIDTH = 260.0


class NoteField(QPlainTextEdit):
    """Open only while a note is being written.  Ctrl+Enter or leaving it keeps the text, Esc doesn't."""

    def __init__(self, parent: QWidget, place: QRect, text: str, pixels: float, accept: Callable[[str], bool]) -> None:
        super().__init__(text, parent)
        self._accept = accept
        self.is_done = False  # once it is closed
        self.setFont(font(Face.TEXT, pixels))
        self.setPlaceholderText("Text, and mathematics as in $e^x$")
        self.setToolTip("Ctrl+Enter keeps it, Esc does not")
        self.setAccessibleName("Note")
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setGeometry(place)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _grow(self) -> None:
        """As high as its text needs, as far as there is room."""
        lines = self.document().size().height()
        wanted = round(lines * self.fontMetrics().lineSpacing() + 2 * self.document().documentMargin() + 14)
        parent = self.parentWidget()
        room = parent.height() - self.y() if parent is not None else wanted
        self.resize(self.width(), max(min(wanted, room), 40))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.drop()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            if self._accept(self.toPlainText()):
                self.drop()
        else:
            super().keyPressEvent(event)

    def keep(self) -> None:
        """Closes, and keeps the text; stays open with one that is refused, which would be lost."""
        if not self.is_done and self._accept(self.toPlainText()):
            self.drop(takes_focus=False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.keep()

    def drop(self, *, takes_focus: bool = True) -> None:
        """Closes, whatever stands in it."""
        if self.is_done:
            return
        self.is_done = True
        put_away(self, self.parentWidget() if takes_focus else None)

    def event(self, event: QEvent) -> bool:
        if is_for_text(event):
            event.accept()
            return True
        return super().event(event)


class Annotating:
    """What a canvas does with frames and notes beside moving them."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.field: NoteField | CardEditor | None = None  # the last that was opened
        canvas.session.opened.connect(self._drop)

    @property
    def open_note(self) -> str:
        """What stands in the field of a note that is being written."""
        return self.field.toPlainText() if isinstance(self.field, NoteField) and not self.field.is_done else ""

    def _drop(self) -> None:
        """Another document is open: what was written for the one before, and not kept, goes with it."""
        if isinstance(self.field, NoteField):
            self.field.drop()

    def edit(self, annotation: AnnotationId) -> None:
        """Opens the title of a frame or the text of a note for writing."""
        held = self._canvas.session.standing.beside.get(annotation)
        if isinstance(held, Frame):
            self._edit_title(held, ("title", annotation))
        elif isinstance(held, Note):
            self._edit_note(held)

    def write_note(self, at: Point | None = None) -> None:
        """Opens a new note at a point, or in the middle, and in view.  It is there once something is written in it."""
        canvas, session = self._canvas, self._canvas.session
        x, y = at if at is not None else (canvas.middle[0] - NOTE_WIDTH / 2, canvas.middle[1] - SIZE)
        while any(math.dist((held.x, held.y), (x, y)) < SIZE for held in session.standing.beside.values()):
            x, y = x + 2.0 * SIZE, y + 2.0 * SIZE  # it would hide the last one that was written here
        view = canvas.camera.view(canvas.width(), canvas.height())

        def place(height: float) -> Rect:
            left, top = max(min(x, view.right - NOTE_WIDTH), view.x), max(min(y, view.bottom - height), view.y)
            return Rect(left, top, NOTE_WIDTH, height)

        def accept(text: str) -> bool:
            if not text.strip():
                return True
            number = annotating.next_id(session.diagram)
            at = place(_height(text, NOTE_WIDTH))
            corner, size = (at.x, at.y), (at.width, at.height)
            canvas.hold_still()
            if not session.edit("Write a note", lambda diagram: annotating.add_note(diagram, text, corner, size)):
                return False
            session.select((), annotations={number})
            return True

        self._open_field(place(2.4 * SIZE), "", accept)

    def _edit_note(self, note: Note) -> None:
        session = self._canvas.session

        def accept(text: str) -> bool:
            height = _height(text, note.width)
            return session.edit("Rewrite a note", lambda d: annotating.rewrite_note(d, note.id, text, height))

        self._open_field(rect_of(note), note.text, accept)

    def _open_field(self, rect: Rect, text: str, accept: Callable[[str], bool]) -> None:
        canvas = self._canvas
        place = place_on_screen(canvas, rect).toAlignedRect().adjusted(-3, -3, 3, 3)
        place.setWidth(min(max(place.width(), 180), max(canvas.width() - 8, 120)))
        place.moveTo(
            min(max(place.x(), 4), max(canvas.width() - place.width() - 4, 4)),
            min(max(place.y(), 4), max(canvas.height() - 60, 4)),
        )
        pixels = min(max(SIZE * canvas.camera.zoom, 12.0), 28.0)
        self.field = NoteField(canvas, place, text, pixels, accept)

    def frame_selection(self) -> None:
        """Draws a frame around what is selected, and asks for its title."""
        canvas, session = self._canvas, self._canvas.session
        rects = [session.scenery.rects[card] for card in session.standing.own(session.standing.cards)]
        beside = session.standing.beside
        rects += [rect_of(beside[id_]) for id_ in session.selected_annotations]
        box = frame_around(rects)
        if box is None:
            session.said.emit("Select what the frame is to hold first.", True)
            return
        number = annotating.next_id(session.diagram)
        key = "frame", number
        at, size = (box.x, box.y), (box.width, box.height)
        session.edit("Frame", lambda diagram: annotating.add_frame(diagram, "", at, size), key)
        session.select((), annotations={number})
        frame = session.standing.beside[number]
        assert isinstance(frame, Frame)
        canvas.update()
        self._edit_title(frame, key)

    def _edit_title(self, frame: Frame, key: tuple[str, AnnotationId]) -> None:
        session = self._canvas.session

        def accept(text: str) -> str | None:
            try:
                annotating.retitle(session.diagram, frame.id, text)
            except EditError as refusal:
                session.said.emit(sentence(refusal), True)
                return capital(sentence(refusal), session.graph.by_name)
            session.edit("Name a frame", lambda diagram: annotating.retitle(diagram, frame.id, text), key)
            session.document.seal()
            return None

        place = place_on_screen(self._canvas, title_bar(frame)).toAlignedRect()
        corner = QPoint(min(max(place.x(), 4), self._canvas.width() - 190), max(place.center().y() - 17, 4))
        room = QRect(corner.x(), corner.y(), min(max(place.width(), 180), 360), 34)
        self.field = CardEditor(self._canvas, room, frame.title, accept)
        self.field.setPlaceholderText("Title")


def _height(text: str, width: float) -> float:
    """The height that a note needs; a text that is too long to be one needs none."""
    return note_layout(text.strip("\n").rstrip(), width).height if len(text) <= LONGEST_NOTE else 0.0
