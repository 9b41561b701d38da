"""New, open, save, export, recent files, and never losing anything on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from ..document.annotations import LONGEST_NOTE
from ..document.atomic import FileError
from ..document.diagram import Diagram
from ..document.file import SUFFIX, save
from ..document.on_disk import OnDisk, Stamp, stamp_of
from ..graph.graph import GraphError
from .choosing import PICTURES, Buttons, chosen, new_file, question
from .patience import GivenUpError, waited_for
from .reading import Found, is_large, read, read_ready
from .session import Session, sentence
from .tidying import undisturbed

if TYPE_CHECKING:
    from .export_dialog import Wish

_UNFINISHED = "The text in the expression bar is no expression yet, so it is not part of the document."
_TOO_LONG = f"A note may have {LONGEST_NOTE:,} characters, so this one is not part of the document."
_MOST_LETTERS = 60  # of such a text in a question about it
_DOCUMENTS = f"bpviz documents (*{SUFFIX});;Programs (*.txt);;All files (*)"


class Answer(Enum):
    """What to do with unsaved changes."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class Files:
    """Acts on files for the window; asks with dialogs over `parent`."""

    def __init__(self, session: Session, parent: QWidget, open_note: Callable[[], str]) -> None:
        """`open_note` is what stands in the field of a note that could not be kept."""
        self._session, self._parent, self._open_note = session, parent, open_note
        self.on_disk = OnDisk()

    @property
    def title(self) -> str:
        """The document's name."""
        return self._session.path.stem if self._session.path else "untitled"

    # Documents

    def new(self) -> bool:
        """An empty document; whether it came to that."""
        return self._unless_unsaved(
            lambda: self._session.open(Diagram(direction=self._session.preferred_direction), None)
        )

    def open(self) -> bool:
        """Asks for a file and opens it."""
        name, _ = QFileDialog.getOpenFileName(self._parent, "Open", self._folder(), _DOCUMENTS)
        return bool(name) and self.open_path(Path(name))

    def open_path(self, path: Path, values: Mapping[str, Any] | None = None) -> bool:
        """Opens a document or a program, with other values for some inputs if wished.

        What cannot be opened changes nothing.
        """
        with undisturbed():  # what is opened is not looked through before it counts as in use
            return self._open(path, values or {})

    def _open(self, path: Path, values: Mapping[str, Any]) -> bool:
        stamp = stamp_of(path)  # of what is read: what comes later is another program's
        try:
            found = self._read(path, values)
        except GraphError as error:
            self._fault(f"{path.name}: {error}")
            return False
        except FileError as error:
            self._fault(str(error))
            return False
        except GivenUpError:
            self._session.said.emit(f"{path.name} was not opened.", False)
            return False
        kept = path if found.is_document else None
        done = self._unless_unsaved(lambda: self._session.open(found.diagram, kept, ready=found.ready))
        if done and found.is_document:
            self.on_disk.note(path, stamp)
            self._session.settings.remember_file(path)
        return done

    def _read(self, path: Path, values: Mapping[str, Any]) -> Found:
        """What is in a file; a large one is read, and got ready to be shown, while the window goes on."""
        direction = self._session.preferred_direction
        if not is_large(path):
            return read(path, values, direction)
        return waited_for(f"Opening {path.stem}", lambda tell: read_ready(path, values, direction, tell), self._parent)

    def open_again(self) -> bool:
        """Reads the document's file again, with what another program has written to it."""
        return self._session.path is not None and self.open_path(self._session.path)

    def take_up(self, diagram: Diagram, path: Path | None, stamp: Stamp | None, data: str) -> None:
        """Goes on with what was not saved to a file, which had a stamp when it was last read or written."""
        self._session.open(diagram, path, data, is_saved=False)
        self.on_disk.note(path, stamp)

    def open_diagram(self, diagram: Diagram, data: str = "") -> bool:
        """Opens what is not in a file of the user's, such as an example, which may name its data set."""
        return self._unless_unsaved(lambda: self._session.open(diagram, None, data))

    def save(self) -> bool:
        """Saves to the document's file, asking for one if it has none yet; whether it is saved."""
        self._session.settling.emit()
        return self._write(self._session.path) if self._session.path else self.save_as()

    def save_as(self) -> bool:
        """Asks for a file and saves to it."""
        self._session.settling.emit()
        start = str(Path(self._folder()) / f"{self.title}{SUFFIX}")
        path = new_file(
            self._parent, "Save as", start, f"bpviz document (*{SUFFIX})", SUFFIX, (SUFFIX, ".json"), self._session.path
        )
        return path is not None and self._write(path)

    def _write(self, path: Path) -> bool:
        if path == self._session.path and self.on_disk.is_other(path, self._session.document.saved):
            answer = self._ask_which(path)
            if answer is not Answer.DISCARD:
                return answer is Answer.SAVE and self.save_as()
        try:
            save(path, self._session.diagram)
        except FileError as error:
            self._fault(f"{error}: File › Save as… puts it elsewhere")
            return False
        self.on_disk.note(path)
        self._session.mark_saved(path)
        self._session.settings.remember_file(path)
        self._session.said.emit(f"Saved as {path.name}.", False)
        return True

    def may_close(self) -> bool:
        """Whether everything is saved, or the user lets it go."""
        self._session.settling.emit()
        draft, note = self._session.draft, self._open_note()
        if draft and not self._lets_go_of("Unfinished expression", draft, _UNFINISHED):
            return False
        if note and not self._lets_go_of("Note too long", note, _TOO_LONG):
            return False
        if not self._session.document.is_dirty:
            return True
        answer = self.ask_about_changes()
        return answer is Answer.DISCARD or (answer is Answer.SAVE and self.save())

    def ask_about_changes(self) -> Answer:
        """Asks what to do with unsaved changes."""
        return self._ask("Save changes?", f"Save the changes to {self.title}?", "If you don't save, they are lost.")

    def _lets_go_of(self, title: str, text: str, why: str) -> bool:
        """Asks whether a text may be lost that no file could hold."""
        shown = text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1] + "…"
        box = question(self._parent, title, f"Leave without “{shown}”?", why)
        box.setStandardButtons(Buttons.Discard | Buttons.Cancel)
        box.button(Buttons.Discard).setText("Leave without it")
        box.button(Buttons.Cancel).setText("Back to it")
        return chosen(box, Buttons.Cancel) == Buttons.Discard

    def _ask_which(self, path: Path) -> Answer:
        """Asks what to do with a file that another program has written to: keep it, or write over it."""
        return self._ask(
            "Write over it?",
            f"{path.name} was changed by another program.",
            "If you write over it, what that program has written is lost.",
            {Buttons.Save: "Save as…", Buttons.Discard: "Write over it"},
        )

    def _ask(self, title: str, text: str, remark: str, words: Mapping[Buttons, str] | None = None) -> Answer:
        box = question(self._parent, title, text, remark)
        box.setStandardButtons(Buttons.Save | Buttons.Discard | Buttons.Cancel)
        for which, said in (words or {}).items():
            box.button(which).setText(said)
        answer = chosen(box, Buttons.Save)
        if answer == Buttons.Save:
            return Answer.SAVE
        return Answer.DISCARD if answer == Buttons.Discard else Answer.CANCEL

    def _unless_unsaved(self, act: Callable[[], None]) -> bool:
        if not self.may_close():
            return False
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)  # a large graph takes seconds
        try:
            with undisturbed():
                act()
        except GraphError as error:
            self._fault(str(error))
            return False
        finally:
            QGuiApplication.restoreOverrideCursor()
        return True

    # Pictures

    def export(self) -> bool:
        """Asks what the picture should be like and where to put it, and writes it."""
        self._session.settling.emit()
        if not self._session.graph.nodes:
            self._fault("there is nothing to draw yet")
            return False
        from .export_dialog import ExportDialog

        dialog = ExportDialog(self._session, self._parent)
        try:
            return bool(dialog.exec()) and self._export_as(dialog.wish)
        finally:
            dialog.deleteLater()

    def _export_as(self, wish: Wish) -> bool:
        ending = wish.format.value
        start = str(Path(self._folder()) / f"{self.title}{ending}")
        path = new_file(self._parent, "Export a picture", start, f"{wish.format.name} (*{ending})", ending, PICTURES)
        return path is not None and self.export_to(path, wish)

    def export_to(self, path: Path, wish: Wish) -> bool:
        """Writes a picture; whether it is there."""
        from .picture import export_graph

        session = self._session
        try:
            export_graph(
                session.diagram,
                path,
                step=wish.step,
                theme=wish.theme,
                scale=wish.scale,
                transparent=wish.is_transparent,
                trace=session.story,
            )
        except FileError as error:
            self._fault(str(error))
            return False
        session.said.emit(f"Exported to {path.name}.", False)
        return True

    # Recent files

    def recent(self) -> list[Path]:
        """The documents last opened or saved that are still there, the latest first."""
        return self._session.settings.recent_files()

    def _folder(self) -> str:
        if self._session.path:
            return str(self._session.path.parent)
        recent = self.recent()
        return str(recent[0].parent if recent else Path.home())

    def _fault(self, text: str) -> None:
        self._session.said.emit(sentence(FileError(text)), True)
