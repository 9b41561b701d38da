"""New, open, save, export, recent files, and never losing anything on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from ..document.atomic import FileError
from ..document.diagram import Diagram
from ..document.file import SUFFIX, save
from ..document.on_disk import OnDisk, Stamp, stamp_of
from ..graph.graph import GraphError
from .patience import GivenUpError, waited_for
from .reading import Found, is_large, read, read_ready
from .session import Session, sentence
from .tidying import undisturbed

if TYPE_CHECKING:
    from .export_dialog import Wish

_BUTTONS = QMessageBox.StandardButton
_UNFINISHED = "The text in the expression bar is no expression yet, so it is not part of the document."
_PICTURES = (".png", ".svg", ".pdf", ".gif", ".jpg", ".jpeg")  # endings that are meant, even where they are refused
_MOST_LETTERS = 60  # of such a text in a question about it
_DOCUMENTS = f"bpviz documents (*{SUFFIX});;Programs (*.txt);;All files (*)"


class Answer(Enum):
    """What to do with unsaved changes."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class Files:
    """Acts on files for the window; asks with dialogs over `parent`."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        self._session, self._parent = session, parent
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
        path = self._ask_where("Save as", start, f"bpviz document (*{SUFFIX})", SUFFIX, (SUFFIX, ".json"))
        return path is not None and self._write(path)

    def _ask_where(self, title: str, start: str, kinds: str, ending: str, endings: Collection[str]) -> Path | None:
        """Asks for a file to write.  If one of that name, or with the ending added, is there already, it asks again.

        What follows a point is an ending only if it is one of `endings`: "chapter 3.1" has none yet.
        """
        dialog = QFileDialog(self._parent, title, start, kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.selectFile(start)
        try:
            while dialog.exec():
                chosen = Path(dialog.selectedFiles()[0])
                if chosen.suffix.lower() in endings or chosen == self._session.path:
                    return chosen
                path = chosen.with_name(chosen.name + ending)
                if not path.exists() or self._may_replace(path):
                    return path
            return None
        finally:
            dialog.deleteLater()

    def _may_replace(self, path: Path) -> bool:
        """Asks about a file that the dialog did not ask about, because its ending was added afterwards."""
        box = self._question("Write over it?", f"{path.name} is there already.", "What is in it is lost then.")
        box.setStandardButtons(_BUTTONS.Discard | _BUTTONS.Cancel)
        box.button(_BUTTONS.Discard).setText("Write over it")
        return self._chosen(box, _BUTTONS.Cancel) == _BUTTONS.Discard

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
        if self._session.draft and not self._lets_go_of(self._session.draft):
            return False
        if not self._session.document.is_dirty:
            return True
        answer = self.ask_about_changes()
        return answer is Answer.DISCARD or (answer is Answer.SAVE and self.save())

    def ask_about_changes(self) -> Answer:
        """Asks what to do with unsaved changes."""
        return self._ask("Save changes?", f"Save the changes to {self.title}?", "If you don't save, they are lost.")

    def _lets_go_of(self, draft: str) -> bool:
        """Asks whether text that is no expression yet may be lost: no file could hold it."""
        shown = draft if len(draft) <= _MOST_LETTERS else draft[: _MOST_LETTERS - 1] + "…"
        box = self._question("Unfinished expression", f"Leave without “{shown}”?", _UNFINISHED)
        box.setStandardButtons(_BUTTONS.Discard | _BUTTONS.Cancel)
        box.button(_BUTTONS.Discard).setText("Leave without it")
        box.button(_BUTTONS.Cancel).setText("Back to it")
        return self._chosen(box, _BUTTONS.Cancel) == _BUTTONS.Discard

    def _ask_which(self, path: Path) -> Answer:
        """Asks what to do with a file that another program has written to: keep it, or write over it."""
        return self._ask(
            "Write over it?",
            f"{path.name} was changed by another program.",
            "If you write over it, what that program has written is lost.",
            {_BUTTONS.Save: "Save as…", _BUTTONS.Discard: "Write over it"},
        )

    def _ask(self, title: str, text: str, remark: str, words: Mapping[_BUTTONS, str] | None = None) -> Answer:
        box = self._question(title, text, remark)
        box.setStandardButtons(_BUTTONS.Save | _BUTTONS.Discard | _BUTTONS.Cancel)
        for which, said in (words or {}).items():
            box.button(which).setText(said)
        chosen = self._chosen(box, _BUTTONS.Save)
        if chosen == _BUTTONS.Save:
            return Answer.SAVE
        return Answer.DISCARD if chosen == _BUTTONS.Discard else Answer.CANCEL

    def _question(self, title: str, text: str, remark: str) -> QMessageBox:
        box = QMessageBox(self._parent)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(title)
        box.setTextFormat(Qt.TextFormat.PlainText)  # whatever a file is called, it is no markup
        box.setText(text)
        box.setInformativeText(remark)
        return box

    @staticmethod
    def _chosen(box: QMessageBox, default: _BUTTONS) -> int:
        """The button that is pressed in the end."""
        box.setDefaultButton(default)
        for button in box.buttons():
            button.setIcon(QIcon())  # some desktops put icons of their own style on them
        return box.exec()

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
        path = self._ask_where("Export a picture", start, f"{wish.format.name} (*{ending})", ending, _PICTURES)
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
