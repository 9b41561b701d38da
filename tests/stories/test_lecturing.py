"""Story: a lecturer prepares bookmarks with notes, repeats a passage, and shows the other ways of telling."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from bpviz.document.file import load
from bpviz.engine.telling import Telling
from bpviz.engine.trace import Pushed
from bpviz.ops.numerals import Shown
from bpviz.ui.bookmarks import NoteEditor
from tests.user import Button, Key, Modifier, User

CTRL = Modifier.ControlModifier


@pytest.fixture
def lecturer(user: User) -> User:
    user.paste_expression("x = 2; y = 3; a = x * y; f = a + x")
    user.click(user.nowhere())
    user.press(Key.Key_Home)
    return user


def sheet() -> NoteEditor:
    found = QApplication.activePopupWidget()
    assert isinstance(found, NoteEditor)
    return found


def note(user: User, text: str, *, leaves: Qt.Key = Key.Key_Return) -> None:
    """Ctrl+B, some words, and Ctrl+Enter."""
    user.press(Key.Key_B, modifiers=CTRL)
    user.qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), NoteEditor))
    field = sheet().note
    QTest.keyClicks(field, text)
    QTest.keyClick(field, leaves, CTRL if leaves == Key.Key_Return else Modifier.NoModifier)
    user.qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)


def telling(user: User) -> Telling:
    return user.session.telling


def seek(user: User, time: float) -> None:
    timeline = user.window.player.timeline
    user.click(timeline.mapTo(user.window, QPoint(round(timeline.x_of(time)), 20)))


class TestBookmarks:
    def test_notes_at_moments_and_the_way_between_them(self, lecturer: User, tmp_path: Path) -> None:
        session = lecturer.session
        for time, text in ((6.0, "Why 1?"), (10.0, "Two paths!"), (3.0, "Forward first")):
            seek(lecturer, time)
            note(lecturer, text)
        assert session.bookmarks == [(3.0, "Forward first"), (6.0, "Why 1?"), (10.0, "Two paths!")]
        lecturer.press(Key.Key_Home)
        for time, text in session.bookmarks:
            lecturer.press(Key.Key_PageDown, modifiers=CTRL)
            assert (session.playback.time, lecturer.message) == (time, text)
        lecturer.press(Key.Key_PageDown, modifiers=CTRL)
        assert session.playback.time == 10.0
        assert lecturer.message == "There is no later bookmark (Ctrl+B makes one)."
        lecturer.press(Key.Key_PageUp, modifiers=CTRL)
        assert session.playback.time == 6.0
        path = tmp_path / "lecture.bpviz"
        lecturer.name_file(path)
        lecturer.press(Key.Key_S, modifiers=CTRL)
        assert load(path) == session.diagram
        assert len(load(path).bookmarks) == 3

    def test_a_note_can_be_changed_undone_and_removed(self, lecturer: User) -> None:
        session = lecturer.session
        seek(lecturer, 6.0)
        note(lecturer, "One")
        seek(lecturer, 6.0)
        note(lecturer, "Two")  # the first is selected, and typed over
        assert session.bookmarks == [(6.0, "Two")]
        lecturer.undo()
        assert session.bookmarks == [(6.0, "One")]
        seek(lecturer, 6.0)
        note(lecturer, "given up", leaves=Key.Key_Escape)
        assert session.bookmarks == [(6.0, "One")]
        seek(lecturer, 6.0)
        lecturer.press(Key.Key_B, modifiers=CTRL)
        QTest.mouseClick(sheet().remove, Button.LeftButton)
        assert session.bookmarks == []
        assert session.document.undo_label == "Remove the bookmark"

    def test_what_was_typed_is_kept_when_the_sheet_is_left(self, lecturer: User) -> None:
        seek(lecturer, 4.0)
        lecturer.press(Key.Key_B, modifiers=CTRL)
        QTest.keyClicks(sheet().note, "nearly lost")
        sheet().close()  # as a click elsewhere does
        assert lecturer.session.bookmarks == [(4.0, "nearly lost")]
        seek(lecturer, 5.0)
        lecturer.press(Key.Key_B, modifiers=CTRL)
        sheet().close()
        assert len(lecturer.session.bookmarks) == 1

    def test_it_follows_its_event_when_the_graph_grows(self, lecturer: User) -> None:
        session = lecturer.session
        seek(lecturer, 6.0)
        before = lecturer.caption
        note(lecturer, "here")
        lecturer.paste_expression("a = x * y; f = a + x * exp(y)")
        lecturer.click(lecturer.nowhere())
        ((time, text),) = session.bookmarks
        assert time > 6.0
        seek(lecturer, 0.0)
        lecturer.press(Key.Key_PageDown, modifiers=CTRL)
        assert session.playback.time == time
        assert lecturer.caption == before
        assert text == "here"
        session.select({session.graph.by_name["a"]})
        lecturer.press(Key.Key_Delete)
        lecturer.undo()
        assert session.bookmarks == [(time, "here")]

    def test_a_click_on_the_flag_goes_there(self, lecturer: User) -> None:
        seek(lecturer, 7.0)
        note(lecturer, "flag")
        lecturer.press(Key.Key_Home)
        timeline = lecturer.window.player.timeline
        lecturer.click(timeline.mapTo(lecturer.window, QPoint(round(timeline.x_of(7.0)) + 5, 5)))
        assert lecturer.session.playback.time == 7.0


class TestPassages:
    def test_what_a_node_does_is_played_over_and_over(self, lecturer: User) -> None:
        playback = lecturer.session.playback
        seek(lecturer, 7.4)
        lecturer.press(Key.Key_L)
        assert playback.passage == (5.0, 9.0)  # f sends to a and to x
        lecturer.press(Key.Key_Space)
        for _ in range(40):
            playback.advance(0.2)
            assert 5.0 <= playback.time <= 9.0
            assert playback.is_playing
        lecturer.press(Key.Key_L)
        assert playback.passage is None
        assert playback.is_playing
        for _ in range(60):
            playback.advance(0.5)
        assert playback.time == playback.length

    def test_its_ends_can_be_chosen(self, lecturer: User) -> None:
        playback = lecturer.session.playback
        seek(lecturer, 2.0)
        lecturer.press(Key.Key_BracketLeft)
        seek(lecturer, 4.0)
        lecturer.press(Key.Key_BracketRight)
        assert playback.passage == (2.0, 4.0)
        lecturer.press(Key.Key_Home)
        lecturer.press(Key.Key_Space)
        assert 2.0 <= playback.time < 2.5  # it begins where the passage does

    def test_editing_ends_a_passage_of_another_story(self, lecturer: User) -> None:
        seek(lecturer, 6.0)
        lecturer.press(Key.Key_L, Key.Key_Space)
        lecturer.paste_expression("f = x + 1")
        assert lecturer.session.playback.passage is None


class TestTelling:
    def test_forward_mode_from_the_selected_input(self, lecturer: User) -> None:
        session = lecturer.session
        lecturer.press(Key.Key_End)
        lecturer.click(lecturer.face(session.graph.by_name["y"]))
        lecturer.press(Key.Key_2, modifiers=CTRL)
        assert telling(lecturer) is Telling.FORWARD
        assert session.playback.time == len(session.story)
        card = session.stage.card(session.graph.by_name["f"])
        assert (card.strip, card.gradient) == ("∂f/∂y", "2")
        assert lecturer.caption == "f receives its only share: 2. So ∂f/∂y = 2."
        lecturer.press(Key.Key_PageUp, Key.Key_PageUp)
        assert isinstance(session.stage.now.last, Pushed)
        assert session.stage.tokens()[-1].ahead
        assert lecturer.window.player.telling.text() == "y →"
        lecturer.press(Key.Key_1, modifiers=CTRL)
        assert session.story is session.trace

    def test_another_input_from_the_menu(self, lecturer: User) -> None:
        session = lecturer.session
        lecturer.open_menu_and_choose(lecturer.window.player.telling, "Let x move")
        assert session.seed == session.graph.by_name["x"]
        lecturer.press(Key.Key_End)
        assert session.stage.card(session.graph.by_name["f"]).gradient == "4"
        assert session.stage.card(session.graph.by_name["y"]).strip == "no path from x"

    def test_what_goes_wrong_is_marked(self, lecturer: User) -> None:
        session = lecturer.session
        lecturer.press(Key.Key_3, modifiers=CTRL)
        assert lecturer.message == "With = in place of +=, 1 of 4 gradients comes out wrong: x."
        lecturer.press(Key.Key_End)
        card = session.stage.card(session.graph.by_name["x"])
        assert card.is_wrong
        assert card.gradient == "3 ≠ 4"
        assert not session.stage.card(session.graph.by_name["y"]).is_wrong
        lecturer.press(Key.Key_1, modifiers=CTRL)
        assert not session.stage.card(session.graph.by_name["x"]).is_wrong

    def test_the_node_that_moves_is_deleted(self, lecturer: User) -> None:
        session = lecturer.session
        y = session.graph.by_name["y"]
        lecturer.click(lecturer.face(y))
        lecturer.press(Key.Key_2, modifiers=CTRL)
        lecturer.press(Key.Key_Space)
        lecturer.click(lecturer.face(y))
        lecturer.press(Key.Key_Delete)
        assert session.seed == session.graph.by_name["x"]
        lecturer.undo()
        lecturer.press(Key.Key_End)
        assert telling(lecturer) is Telling.FORWARD
        session.select(session.graph.nodes)
        lecturer.press(Key.Key_Delete)
        assert telling(lecturer) is Telling.BACKWARD
        lecturer.undo()

    def test_another_document_is_told_from_the_start(self, lecturer: User) -> None:
        lecturer.press(Key.Key_3, modifiers=CTRL)
        lecturer.answer(QMessageBox.StandardButton.Discard)
        assert lecturer.window.files.open_diagram(lecturer.session.diagram)
        assert telling(lecturer) is Telling.BACKWARD


class TestWriting:
    def test_numbers_formulas_and_both(self, lecturer: User) -> None:
        session, x = lecturer.session, lecturer.session.graph.by_name["x"]
        lecturer.press(Key.Key_End)
        seen = []
        for _ in Shown:
            card = session.stage.card(x)
            seen.append((card.strip, card.gradient))
            lecturer.press(Key.Key_M, modifiers=CTRL)
        assert seen == [("∂f/∂x", "4"), ("∂f/∂x", "1 + y"), ("∂f/∂x = 1 + y", "4")]
        assert session.shown is Shown.NUMBERS

    def test_digits_and_fractions_stay_for_the_next_time(self, lecturer: User) -> None:
        session = lecturer.session
        lecturer.paste_expression("x = 2; f = x / 3")
        lecturer.click(lecturer.nowhere())
        lecturer.press(Key.Key_End)
        f = session.graph.by_name["f"]
        assert session.stage.card(f).value == "0.6667"
        lecturer.press(Key.Key_Period, Key.Key_Period, modifiers=CTRL)
        assert session.stage.card(f).value == "0.666667"
        assert lecturer.message == "Numbers have up to 6 significant digits now."
        lecturer.press(Key.Key_Slash, modifiers=CTRL)
        assert session.stage.card(f).value == "2/3"
        assert lecturer.caption == "x receives its only share: 1/3. So ∂f/∂x = 1/3."
        lecturer.press(*[Key.Key_Comma] * 12, modifiers=CTRL)
        assert session.digits == 2
        lecturer.answer(QMessageBox.StandardButton.Discard)
        lecturer.window.close()
        assert lecturer.window.settings.value("digits") in (2, "2")
        assert lecturer.window.settings.value("fractions") in (True, "true")
