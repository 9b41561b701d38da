"""What was made is still there: after a crash, after another program wrote to the file, and on disks that refuse."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from bpviz.document import rescue
from bpviz.document.diagram import Diagram
from bpviz.document.file import load, save
from bpviz.document.on_disk import OnDisk
from bpviz.graph.parse import parse
from bpviz.ui.app import begin
from bpviz.ui.rescue import folder_of
from bpviz.ui.window import Window
from tests.conftest import close, no_qt_warnings
from tests.user import Key, Modifier, User

Answer = QMessageBox.StandardButton
CTRL, SHIFT = Modifier.ControlModifier, Modifier.ShiftModifier
LESSON, THEIRS = (Diagram.of(parse(text, {"x": 3, "y": 4})) for text in ("f = x * y", "f = x + y"))

CRASHES = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtTest import QTest
from bpviz.document.rescue import origin_of
from bpviz.ui import rescue
from bpviz.ui.application import application
from bpviz.ui.window import Window
rescue.SOON = 1
app = application(offscreen=True)
window = Window(QSettings(sys.argv[1], QSettings.Format.IniFormat))
path, draft = (*sys.argv[2:], "", "")[:2]
if path:
    window.files.open_path(Path(path))
window.expression.propose("g = tanh(x) * y")
window.expression.settle()
if draft:
    window.expression.field.setFocus()
    QTest.keyClicks(window.expression.field, draft)
def crash():
    copy = window.rescue.copy
    if copy is not None and copy.exists() and origin_of(copy).draft == window.session.draft:
        os.kill(os.getpid(), 9)
look = QTimer()
look.timeout.connect(crash)
look.start(5)
app.exec()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "lesson.bpviz"
    save(made, LESSON)
    return made


@pytest.fixture
def author(user: User, path: Path) -> User:
    """Somebody who has opened a document and changed it."""
    user.window.files.open_path(path)
    user.canvas.fit()
    user.canvas.setFocus()
    user.slide(user.session.graph.by_name["x"], 1.0)
    return user


@pytest.fixture
def bare(qtbot: QtBot, settings: QSettings) -> Iterator[Window]:
    """The program as it starts."""
    made = Window(settings, is_furnished=False)
    made.show()
    yield made
    with no_qt_warnings():
        close(made)


def crash(settings: QSettings, *more: str) -> None:
    places = os.pathsep.join(place for place in sys.path if place)
    command = [sys.executable, "-c", CRASHES, settings.fileName(), *more]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": places}, check=False, capture_output=True)
    assert done.returncode == -9, done.stderr.decode()


def answer(window: Window, qtbot: QtBot, button: Answer) -> list[str]:
    """Clicks a button of the question that is about to be asked; what it said."""
    said: list[str] = []
    someone = User.__new__(User)
    someone.window, someone.qtbot = window, qtbot

    def click() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.append(box.text())
        QTest.mouseClick(box.button(button), Qt.MouseButton.LeftButton)

    someone.meanwhile(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox), click)
    return said


class TestAfterACrash:
    def test_one_goes_on_where_it_ended(self, bare: Window, qtbot: QtBot, settings: QSettings, path: Path) -> None:
        crash(settings, str(path))
        assert load(path) == LESSON, "nothing was written to the file itself"
        said = answer(bare, qtbot, Answer.Yes)
        begin(bare, None, {})
        assert said[0].startswith("Go on with lesson, as it was at ")
        assert bare.expression.field.text() == "g = tanh(x) * y"
        assert bare.session.path == path
        assert bare.isWindowModified()
        assert bare.files.save()
        assert load(path) == bare.session.diagram
        assert not rescue.copies(folder_of(settings)), "what is saved needs no copy"

    def test_half_a_line_is_there_again(self, bare: Window, qtbot: QtBot, settings: QSettings, path: Path) -> None:
        crash(settings, str(path), " + (z")
        answer(bare, qtbot, Answer.Yes)
        begin(bare, None, {})
        assert bare.expression.field.text() == bare.session.draft == "g = tanh(x) * y + (z"
        assert "g" in bare.session.graph.by_name, "and what it was before that"
        QTest.keyClicks(bare.expression.field, ")")
        QTest.keyClick(bare.expression.field, Qt.Key.Key_Return)
        assert "z" in bare.session.graph.by_name
        assert not bare.session.draft

    def test_later_asks_again_and_thrown_away_is_gone(self, bare: Window, qtbot: QtBot, settings: QSettings) -> None:
        crash(settings)
        (copy,) = rescue.copies(folder_of(settings))
        said = answer(bare, qtbot, Answer.Cancel)
        begin(bare, None, {})
        assert said[0].startswith("Go on with untitled")
        assert not bare.session.document.is_dirty, "the first example, as always"
        assert copy.exists()
        answer(bare, qtbot, Answer.Discard)
        begin_again = Window(settings, is_furnished=False)
        begin(begin_again, None, {})
        assert not copy.exists()
        close(begin_again)

    def test_a_copy_that_is_damaged_is_kept_and_named(self, bare: Window, settings: QSettings) -> None:
        folder = folder_of(settings)
        folder.mkdir()
        copy = rescue.place_of(folder, "0")
        copy.write_text("{")
        begin(bare, None, {})
        assert str(copy) in bare.toast.text()
        assert copy.exists()


class TestTheCopy:
    def copy(self, user: User) -> Path:
        """The copy of what is unsaved, as soon as it is there."""
        user.qtbot.waitUntil(lambda: user.window.rescue.copy is not None and user.window.rescue.copy.exists())
        assert user.window.rescue.copy is not None
        return user.window.rescue.copy

    @pytest.fixture(autouse=True)
    def soon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bpviz.ui.rescue.SOON", 1)

    def test_it_comes_with_a_change_and_goes_when_that_is_saved_or_undone(self, author: User, path: Path) -> None:
        copy = self.copy(author)
        author.qtbot.waitUntil(lambda: load(copy) == author.session.diagram)
        assert rescue.origin_of(copy).path == str(path)
        author.press(Key.Key_S, modifiers=CTRL)
        assert not copy.exists()
        author.slide(author.session.graph.by_name["x"], 2.0)
        assert self.copy(author) == copy
        author.undo()
        assert not copy.exists(), "what is in the file is on the screen again"

    def test_it_comes_with_half_a_line_alone_and_goes_with_that(self, user: User, path: Path) -> None:
        user.window.files.open_path(path)
        user.write_expression("f = x * (")
        copy = self.copy(user)
        user.qtbot.waitUntil(lambda: rescue.origin_of(copy).draft == "f = x * (")
        user.press(Key.Key_Escape)
        assert not copy.exists()

    def test_another_window_that_is_open_is_left_alone(self, author: User, bare: Window, settings: QSettings) -> None:
        copy = self.copy(author)
        begin(bare, None, {})
        assert copy.exists()
        assert not bare.session.document.is_dirty

    def test_it_goes_when_the_window_closes_and_the_changes_are_let_go(self, author: User) -> None:
        copy = self.copy(author)
        author.answer(Answer.Discard)
        author.press(Key.Key_Q, modifiers=CTRL)
        assert not copy.exists()

    @pytest.mark.parametrize("is_long", [False, True])
    def test_it_waits_for_a_hand_that_holds_something_but_not_for_ever(
        self, author: User, monkeypatch: pytest.MonkeyPatch, *, is_long: bool
    ) -> None:
        copy, canvas = self.copy(author), author.canvas
        author.qtbot.waitUntil(lambda: load(copy) == author.session.diagram)
        kept = author.session.diagram
        if not is_long:
            monkeypatch.setattr("bpviz.ui.rescue._WAITS", 10**9)
        rect = author.session.stage.rect(author.session.graph.by_name["x"])
        at = canvas.to_screen((rect.x + 30.0, rect.y + 15.0))
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseMove(canvas, at + QPoint(40, 33))
        assert author.session.diagram != kept
        if not is_long:
            author.qtbot.waitUntil(lambda: author.window.rescue._waited > 20)
            assert load(copy) == kept
            QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at + QPoint(40, 33))
        author.qtbot.waitUntil(lambda: load(copy) == author.session.diagram)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at + QPoint(40, 33))

    def test_where_none_can_be_kept_it_is_said_once_and_tried_again(
        self, user: User, settings: QSettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bpviz.ui.rescue._PATIENCE", 1)
        said: list[str] = []
        user.session.said.connect(lambda sentence, _: said.append(sentence))
        folder_of(settings).write_text("a file where the folder should be")
        user.paste_expression("f = x * y")
        user.qtbot.waitUntil(lambda: "not safe from a crash until you save it" in user.message)
        assert user.session.document.is_dirty
        user.slide(user.session.graph.by_name["x"], 2.0)
        assert sum("not safe from a crash" in sentence for sentence in said) == 1
        folder_of(settings).unlink()
        copy = self.copy(user)
        user.qtbot.waitUntil(lambda: load(copy) == user.session.diagram)


class TestAnotherProgram:
    def test_wrote_to_the_file_saving_asks(self, author: User, path: Path, tmp_path: Path) -> None:
        save(path, THEIRS)
        author.answer(Answer.Cancel)
        author.press(Key.Key_S, modifiers=CTRL)
        assert load(path) == THEIRS
        assert author.session.document.is_dirty

        other = tmp_path / "mine.bpviz"
        author.answer(Answer.Save)
        author.name_file(other)
        author.press(Key.Key_S, modifiers=CTRL)
        assert load(path) == THEIRS
        assert load(other) == author.session.diagram

    def test_or_one_writes_over_it(self, author: User, path: Path) -> None:
        save(path, THEIRS)
        author.answer(Answer.Discard)
        author.press(Key.Key_S, modifiers=CTRL)
        assert load(path) == author.session.diagram
        author.slide(author.session.graph.by_name["x"], 2.0)
        author.press(Key.Key_S, modifiers=CTRL)
        assert load(path) == author.session.diagram, "and is not asked again"

    def test_only_touched_it_and_nobody_is_asked(self, author: User, path: Path) -> None:
        os.utime(path, ns=(1, 1))
        author.press(Key.Key_S, modifiers=CTRL)
        assert author.message == "Saved as lesson.bpviz."

    def test_is_noticed_by_who_comes_back(self, author: User, path: Path) -> None:
        author.press(Key.Key_S, modifiers=CTRL)
        save(path, THEIRS)
        running = QGuiApplication.instance()
        assert isinstance(running, QGuiApplication)
        running.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
        assert author.message == "lesson.bpviz was changed by another program: File › Read the file again."
        author.choose_in_menu_bar("File", "Read the file again")
        assert author.session.diagram == THEIRS
        author.press(Key.Key_S, modifiers=CTRL)
        assert author.message == "Saved as lesson.bpviz."

    def test_took_the_file_away_and_saving_brings_it_back(self, author: User, path: Path) -> None:
        path.unlink()
        author.press(Key.Key_S, modifiers=CTRL)
        assert load(path) == author.session.diagram

    def test_put_something_there_that_is_no_document(self, path: Path) -> None:
        known = OnDisk()
        known.note(path)
        path.write_text("not ours")
        assert known.is_other(path, LESSON)


def test_a_file_that_gets_our_ending_is_not_written_over_unasked(author: User, path: Path) -> None:
    """Whoever types `lesson` means lesson.bpviz, which is there."""
    asked: list[str] = []

    def refuse() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        QTest.mouseClick(box.button(Answer.No), Qt.MouseButton.LeftButton)
        author.meanwhile(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog), leave)

    def leave() -> None:
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        QTest.keyClick(dialog, Key.Key_Escape)

    author.name_file(path.with_suffix(""))
    author.meanwhile(lambda: author.is_asked(QMessageBox), refuse)
    author.press(Key.Key_S, modifiers=CTRL | SHIFT)
    assert len(asked) == 1
    assert "lesson.bpviz" in asked[0]
    assert load(path) == LESSON
    assert author.session.document.is_dirty
