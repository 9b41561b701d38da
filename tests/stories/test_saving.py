"""Story (f): saving, changing, closing with unsaved changes, reopening, and exporting pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from bpviz.document.annotations import Note
from bpviz.document.file import load
from bpviz.export.picture import Format
from bpviz.ui.export_dialog import ExportDialog, Wish
from bpviz.ui.window import Window
from tests.conftest import close, no_qt_warnings
from tests.user import Key, Modifier, User

Answer = QMessageBox.StandardButton
CTRL = Modifier.ControlModifier


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lesson.bpviz"


@pytest.fixture
def author(user: User) -> User:
    """Somebody with something to save."""
    user.paste_expression("q = x + y; f = q * z")
    user.click(user.nowhere())
    return user


@pytest.fixture
def start_again(author: User, settings: QSettings) -> Iterator[Callable[[], User]]:
    """Closes the window, and starts the program anew."""
    made: list[Window] = []

    def start() -> User:
        author.press(Key.Key_Q, modifiers=CTRL)
        assert not author.window.isVisible()
        window = Window(settings)
        made.append(window)
        window.show()
        window.activateWindow()
        with author.qtbot.waitActive(window):
            pass
        return User(window, author.qtbot)

    yield start
    with no_qt_warnings():
        for window in made:
            close(window)


def save_as(user: User, path: Path) -> None:
    user.name_file(path)
    user.press(Key.Key_S, modifiers=CTRL)


def test_a_new_document_asks_for_a_file_and_is_clean_then(author: User, path: Path) -> None:
    assert author.window.isWindowModified()
    save_as(author, path)
    assert load(path) == author.session.diagram
    assert author.message == "Saved as lesson.bpviz."
    assert author.session.path == path
    assert not author.window.isWindowModified()
    assert author.window.windowTitle() == "lesson[*]"
    assert author.window.files.recent() == [path]


def test_an_ending_is_added_to_a_name_without_one(author: User, tmp_path: Path) -> None:
    save_as(author, tmp_path / "lesson")
    assert author.session.path == tmp_path / "lesson.bpviz"
    assert author.session.path.exists()


def test_a_number_after_a_point_is_no_ending(author: User, tmp_path: Path) -> None:
    taken = tmp_path / "chapter 3.1.bpviz"
    taken.write_text("somebody's")
    author.name_file(tmp_path / "chapter 3.1")
    author.meanwhile(lambda: author.is_asked(QMessageBox), lambda: leave_all(author))
    author.press(Key.Key_S, modifiers=CTRL | Modifier.ShiftModifier)
    assert taken.read_text() == "somebody's", "asked about, and not written over"
    save_as(author, tmp_path / "chapter 3.2")
    assert author.session.path == tmp_path / "chapter 3.2.bpviz"


def leave_all(user: User) -> None:
    """Esc to a question, and to the dialog that comes back after it."""
    user.meanwhile(lambda: user.is_asked(QFileDialog), lambda: user.press(Key.Key_Escape))
    user.press(Key.Key_Escape)


def test_letters_that_mean_something_to_qt_are_letters_in_a_name(author: User, tmp_path: Path) -> None:
    save_as(author, tmp_path / "a[*]b &c <b>")
    assert author.window.windowHandle().title().startswith("a[*]b &c <b>")
    assert author.message == "Saved as a[*]b &c <b>.bpviz."
    assert author.window.toast.textFormat() is Qt.TextFormat.PlainText
    author.choose_in_menu_bar("File", "Open recent", "a[*]b &&c <b>.bpviz")


def test_changing_undoing_and_saving_again(author: User, path: Path) -> None:
    save_as(author, path)
    author.slide(author.session.graph.by_name["x"], 4.0)
    assert author.window.isWindowModified()
    author.undo()
    assert not author.window.isWindowModified(), "what is in the file is on the screen again"
    author.redo()
    author.press(Key.Key_S, modifiers=CTRL)
    assert not author.window.isWindowModified()
    assert load(path) == author.session.diagram


def test_a_drag_that_was_taken_back_is_no_change(author: User, path: Path) -> None:
    save_as(author, path)
    start = author.face(author.session.graph.by_name["f"])
    author.grab(start)
    author.move(start, author.nowhere())
    author.press(Key.Key_Escape)
    author.let_go(start)
    assert not author.window.isWindowModified()


def test_closing_with_unsaved_changes_asks(author: User, path: Path) -> None:
    save_as(author, path)
    author.slide(author.session.graph.by_name["x"], 4.0)
    changed = author.session.diagram

    author.answer(Answer.Cancel)
    author.press(Key.Key_Q, modifiers=CTRL)
    assert author.window.isVisible()
    assert author.session.document.is_dirty
    assert load(path) != changed

    author.answer(Answer.Save)
    author.press(Key.Key_Q, modifiers=CTRL)
    assert not author.window.isVisible()
    assert load(path) == changed


def test_text_that_is_no_expression_yet_is_not_lost_unasked(author: User, path: Path) -> None:
    save_as(author, path)
    before = author.session.diagram
    author.click(author.middle_of(author.window.expression.field))
    author.press(Key.Key_End)
    author.type(" + (x")
    for leave in (Key.Key_Q, Key.Key_N):  # closing, and a new document
        author.answer(Answer.Cancel)
        author.press(leave, modifiers=CTRL)
        assert author.window.isVisible()
        assert author.text.endswith(" + (x")
        assert author.session.diagram is before
    author.answer(Answer.Discard)
    author.press(Key.Key_N, modifiers=CTRL)
    assert author.text == ""
    author.press(Key.Key_Q, modifiers=CTRL)
    assert not author.window.isVisible(), "nothing is left to ask about"


def test_what_stands_in_an_open_field_is_saved(author: User, path: Path) -> None:
    save_as(author, path)
    x = author.session.graph.by_name["x"]
    author.double_click(author.face(x))
    author.press(Key.Key_A, modifiers=CTRL)
    author.type("7")
    author.press(Key.Key_S, modifiers=CTRL)
    assert load(path).graph.nodes[x].value == 7.0
    assert author.canvas.hasFocus(), "the field is closed, and keys are for the graph again"

    author.press(Key.Key_N, modifiers=CTRL | Modifier.ShiftModifier)
    author.type("to be said")
    author.answer(Answer.Save)
    author.window.close()  # by its frame, which takes the keyboard from nobody
    assert not author.window.isVisible()
    assert [note.text for note in load(path).annotations if isinstance(note, Note)] == ["to be said"]


def test_the_question_is_answered_by_keys_too(author: User, path: Path) -> None:
    save_as(author, path)
    before = path.read_bytes()
    author.slide(author.session.graph.by_name["x"], 4.0)
    author.meanwhile(lambda: author.is_asked(QMessageBox), lambda: author.press(Key.Key_Escape))
    author.press(Key.Key_Q, modifiers=CTRL)
    assert author.window.isVisible()
    assert path.read_bytes() == before
    author.meanwhile(lambda: author.is_asked(QMessageBox), lambda: author.press(Key.Key_Return))
    author.press(Key.Key_Q, modifiers=CTRL)
    assert not author.window.isVisible()
    assert path.read_bytes() != before


def test_closing_without_saving(author: User, path: Path) -> None:
    save_as(author, path)
    before = path.read_bytes()
    author.slide(author.session.graph.by_name["x"], 4.0)
    author.answer(Answer.Discard)
    author.window.close()
    assert not author.window.isVisible()
    assert path.read_bytes() == before


def test_a_window_without_changes_closes_at_once(author: User, path: Path) -> None:
    save_as(author, path)
    author.press(Key.Key_Q, modifiers=CTRL)
    assert not author.window.isVisible()


def test_closing_goes_on_asking_when_the_file_cannot_be_written(author: User, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    save_as(author, tmp_path / "gone" / "lesson.bpviz")
    (tmp_path / "gone" / "lesson.bpviz").unlink()
    (tmp_path / "gone").rmdir()
    author.slide(author.session.graph.by_name["x"], 4.0)
    author.answer(Answer.Save)
    author.press(Key.Key_Q, modifiers=CTRL)
    assert author.window.isVisible(), "not saved, so not closed"
    assert author.message.endswith("the folder does not exist: File › Save as… puts it elsewhere.")
    assert author.session.document.is_dirty


def test_reopened_it_is_the_same_document(author: User, path: Path, start_again: Callable[[], User]) -> None:
    author.slide(author.session.graph.by_name["x"], -3.0)
    author.drag(author.face(author.session.graph.by_name["z"]), author.nowhere())
    save_as(author, path)
    later = start_again()
    later.name_file(path)
    later.press(Key.Key_O, modifiers=CTRL)
    assert later.session.diagram == author.session.diagram
    assert later.text == "q = x + y; f = q * z"
    assert later.session.playback.time == later.session.playback.length
    assert not later.window.isWindowModified()
    assert later.session.document.undo_label is None
    assert later.window.windowTitle() == "lesson[*]"


def test_recent_documents_are_in_the_menu_the_next_time(
    author: User, tmp_path: Path, start_again: Callable[[], User]
) -> None:
    one, two = tmp_path / "one.bpviz", tmp_path / "two.bpviz"
    save_as(author, one)
    author.name_file(two)
    author.press(Key.Key_S, modifiers=CTRL | Modifier.ShiftModifier)
    later = start_again()
    assert later.window.files.recent() == [two, one]
    later.choose_in_menu_bar("File", "Open recent", "one.bpviz")
    assert later.session.path == one
    assert later.session.diagram == author.session.diagram
    assert later.window.files.recent() == [one, two]


def test_recent_documents_of_one_name_are_told_apart(author: User, tmp_path: Path) -> None:
    for name in ("monday", "tuesday"):
        (tmp_path / name).mkdir()
        author.name_file(tmp_path / name / "lesson.bpviz")
        author.press(Key.Key_S, modifiers=CTRL | Modifier.ShiftModifier)
    author.choose_in_menu_bar("File", "Open recent", f"lesson.bpviz in {tmp_path / 'monday'}")
    assert author.session.path == tmp_path / "monday" / "lesson.bpviz"


def test_recent_documents_that_are_gone_are_not_offered(author: User, tmp_path: Path) -> None:
    save_as(author, tmp_path / "one.bpviz")
    (tmp_path / "one.bpviz").unlink()
    author.choose_in_menu_bar("File", "Open recent")
    author.qtbot.waitUntil(lambda: author._popup_has("Nothing yet"))
    author.press(Key.Key_Escape, Key.Key_Escape)


def test_a_new_document(author: User) -> None:
    changed = author.session.diagram
    author.answer(Answer.Cancel)
    author.press(Key.Key_N, modifiers=CTRL)
    assert author.session.diagram is changed
    author.answer(Answer.Discard)
    author.press(Key.Key_N, modifiers=CTRL)
    assert author.session.graph.nodes == {}
    assert author.text == ""
    assert not author.window.isWindowModified()
    assert author.session.document.undo_label is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"format": "bpviz", "version": 1, "nodes": [', "is damaged"),
        (b'{"format": "bpviz", "version": 99, "nodes": []}', "was written by a newer bpviz"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is damaged or not a bpviz document"),
        (b"", "is damaged or not a bpviz document"),
    ],
)
def test_a_file_that_cannot_be_opened_changes_nothing(author: User, path: Path, content: bytes, message: str) -> None:
    path.write_bytes(content)
    before = author.session.diagram
    author.name_file(path)
    author.press(Key.Key_O, modifiers=CTRL)
    assert str(path) in author.message
    assert message in author.message
    assert author.session.diagram is before, "and nobody was asked about unsaved changes"
    assert author.session.path is None
    assert author.window.files.recent() == []


def test_a_program_is_opened_as_a_document_without_a_file(author: User, tmp_path: Path) -> None:
    program = tmp_path / "neuron.txt"
    program.write_text("z = w * x\ny = sigmoid(z)\n", encoding="utf-8")
    author.answer(Answer.Discard)
    author.name_file(program)
    author.press(Key.Key_O, modifiers=CTRL)
    assert author.text == "z = w * x; y = sigmoid(z)"
    assert author.session.path is None, "saving must not write JSON over the program"


def test_a_file_dropped_on_the_window_is_opened(author: User, path: Path) -> None:
    save_as(author, path)
    author.press(Key.Key_N, modifiers=CTRL)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    author.drop(data, author.canvas, QPoint(300, 200))
    assert author.text == "q = x + y; f = q * z"


def test_of_several_files_dropped_the_first_is_opened_and_of_none_here_none(author: User, tmp_path: Path) -> None:
    save_as(author, tmp_path / "lesson.bpviz")
    paths = [tmp_path / "one.txt", tmp_path / "two.txt"]
    for path in paths:
        path.write_text(f"{path.stem} = 2 * x", encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    author.drop(data, author.window, QPoint(300, 200))
    assert author.text == "one = 2 * x"
    assert author.message == "Of 2 files, one.txt was opened: a window has one document."
    data.setUrls([QUrl("https://example.org/lesson.bpviz")])
    event = QDragEnterEvent(
        QPoint(300, 200), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    event.setAccepted(False)
    QApplication.sendEvent(author.window, event)
    assert not event.isAccepted(), "the pointer says so before it is let go"


class TestExporting:
    @pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
    def test_a_picture_of_what_is_shown(self, author: User, tmp_path: Path, ending: str) -> None:
        picture = tmp_path / f"graph.{ending}"

        def choose() -> None:
            dialog = QApplication.activeModalWidget()
            assert isinstance(dialog, ExportDialog)
            dialog.format.setFocus()
            author.type(ending.upper())
            assert dialog.wish.format.value == f".{ending}"
            author.name_file(picture)
            author.press(Key.Key_Return)

        author.meanwhile(lambda: author.is_asked(ExportDialog), choose)
        author.press(Key.Key_E, modifiers=CTRL)
        assert author.message == f"Exported to graph.{ending}."
        starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
        assert picture.read_bytes().startswith(starts[ending])
        assert not author.window.windowTitle().startswith("graph"), "a picture is not the document"

    def test_it_has_the_size_and_the_step_that_were_chosen(self, author: User, tmp_path: Path) -> None:
        picture = tmp_path / "graph.png"
        author.press(Key.Key_Home)

        def choose() -> None:
            dialog = QApplication.activeModalWidget()
            assert isinstance(dialog, ExportDialog)
            assert dialog.wish.step == 0
            dialog.scale.setFocus()
            author.press(Key.Key_Up, Key.Key_Up)
            author.name_file(picture)
            author.press(Key.Key_Return)

        author.meanwhile(lambda: author.is_asked(ExportDialog), choose)
        author.press(Key.Key_E, modifiers=CTRL)
        frame = author.session.stage.bounds().grown(28.0)
        image = QImage(str(picture))
        assert (image.width(), image.height()) == (round(frame.width * 3), round(frame.height * 3))

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("gone/graph.png", "the folder does not exist"),
            ("there.svg", "it is a folder"),
            ("graph.gif", "a picture ends in .png, .svg or .pdf"),
        ],
    )
    def test_a_path_that_cannot_be_written(self, author: User, tmp_path: Path, name: str, reason: str) -> None:
        (tmp_path / "there.svg").mkdir()
        before = sorted(tmp_path.rglob("*"))
        wish = Wish(Format.PNG, step=0, theme="light", scale=1.0, is_transparent=False)
        assert not author.window.files.export_to(tmp_path / name, wish)
        assert author.message == f"Cannot write {tmp_path / name}: {reason}."
        assert sorted(tmp_path.rglob("*")) == before

    def test_leaving_the_dialog_writes_nothing(self, author: User, tmp_path: Path) -> None:
        author.meanwhile(lambda: author.is_asked(ExportDialog), lambda: author.press(Key.Key_Escape))
        author.press(Key.Key_E, modifiers=CTRL)
        assert author.message == ""
        assert [found.name for found in tmp_path.iterdir() if found.suffix != ".ini"] == []

    def test_an_empty_canvas_has_nothing_to_export(self, user: User) -> None:
        user.press(Key.Key_E, modifiers=CTRL)
        assert user.message == "There is nothing to draw yet."
