"""Bookmarks in the window: a note for the moment under the playhead, and the way from one bookmark to the next."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ..document import edits
from ..document.bookmarks import Anchor
from ..stage.anchors import anchor_at, time_of
from .session import Session
from .timeline import Timeline

_HARDLY = 1e-6  # a time this close to a bookmark is at it
LONGEST_NOTE = 2_000  # characters


def next_bookmark(session: Session, *, ahead: bool) -> float | None:
    """When the next bookmark comes, ahead or back; None if there is none."""
    now, times = session.playback.time, [time for time, _ in session.bookmarks]
    later = [time for time in times if time > now + _HARDLY]
    earlier = [time for time in times if time < now - _HARDLY]
    return min(later, default=None) if ahead else max(earlier, default=None)


def go_to_bookmark(session: Session, *, ahead: bool) -> None:
    """Puts the playhead there, and says the note."""
    time = next_bookmark(session, ahead=ahead)
    if time is None:
        session.said.emit(f"There is no {'later' if ahead else 'earlier'} bookmark (Ctrl+B makes one).", False)
        return
    session.playback.seek(time)
    note = dict(session.bookmarks).get(time, "")
    if note and session.playback.time == time:
        session.said.emit(note.splitlines()[0], False)


def write_note(session: Session, timeline: Timeline, parent: QWidget) -> None:
    """Asks for a note for this moment, above its place on the timeline."""
    at = QPoint(round(timeline.x_of(time_of_note(session))), 0)
    NoteEditor(session, parent).open_above(timeline.mapToGlobal(at))


class NoteEditor(QFrame):
    """A small sheet above the timeline for the note of one moment.

    It keeps what was typed however it is left, except by Esc; a new bookmark that was left without a word is none.
    """

    closed = Signal()

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        step = round(session.playback.time)
        self._anchor: Anchor = anchor_at(session.story, step)
        self._was = next((mark for mark in session.diagram.bookmarks if mark.anchor == self._anchor), None)
        self._is_settled = False
        title = QLabel("Note for the start" if not step else f"Note for the moment after step {step:,}")
        title.setObjectName("heading")
        self.note = QPlainTextEdit()
        self.note.setAccessibleName(title.text())
        self.note.setPlaceholderText("What to say here; Ctrl+Enter keeps it")
        self.note.setTabChangesFocus(True)
        self.note.setFixedSize(320, 96)
        if self._was is not None:
            self.note.setPlainText(self._was.note)
            self.note.selectAll()
        self.keep = QPushButton("Keep")
        self.keep.clicked.connect(self._keep)
        self.remove = QPushButton("Remove")
        self.remove.clicked.connect(self._remove)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.remove)
        row.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(title)
        column.addWidget(self.note)
        column.addLayout(row)
        self.remove.setHidden(self._was is None)

    def open_above(self, at: QPoint) -> None:
        """Shows the sheet with the middle of its lower edge at a place on the screen, or as near as it fits."""
        self.adjustSize()
        room = self.screen().availableGeometry()
        x = min(max(at.x() - self.width() // 2, room.left()), room.right() - self.width())
        self.move(x, max(at.y() - self.height() - 8, room.top()))
        self.show()
        self.note.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._keep()  # with Ctrl from the note, which takes a plain Enter for itself
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._is_settled and (self.note.toPlainText().strip() or self._was is not None):
            self._write()
        self._is_settled = True
        super().closeEvent(event)
        self.closed.emit()

    def _keep(self) -> None:
        self._write()
        self._leave()

    def _write(self) -> None:
        note = self.note.toPlainText().strip()[:LONGEST_NOTE]
        if self._was is None or self._was.note != note:
            self._session.edit("Bookmark", lambda diagram: edits.bookmark(diagram, self._anchor, note))

    def _remove(self) -> None:
        self._session.edit("Remove the bookmark", lambda diagram: edits.remove_bookmark(diagram, self._anchor))
        self._leave()

    def _leave(self) -> None:
        self._is_settled = True
        self.close()


def time_of_note(session: Session) -> float:
    """Where the moment that a note would be for lies on the timeline."""
    time = time_of(session.story, anchor_at(session.story, round(session.playback.time)))
    return 0.0 if time is None else time
