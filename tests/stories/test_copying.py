"""Copying: within a window, from one window into another, as text, and what is no graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QSettings
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from bpviz.document.diagram import Diagram
from bpviz.graph.graph import NodeId
from bpviz.graph.parse import parse
from bpviz.ui.clipboard import FORMAT
from bpviz.ui.window import Window
from tests.conftest import close
from tests.user import Key, Modifier, User

CTRL, SHIFT = Modifier.ControlModifier, Modifier.ShiftModifier


@pytest.fixture
def writer(user: User) -> User:
    """Somebody who looks at q = x + y; f = q * z."""
    open_in(user, "q = x + y; f = q * z", x=-2, y=5, z=-4)
    return user


def open_in(user: User, text: str, **values: float) -> None:
    user.session.open(Diagram.of(parse(text, values)), None)
    user.canvas.fit()
    user.canvas.setFocus()


def node(user: User, name: str) -> NodeId:
    return user.session.graph.by_name[name]


def names(user: User) -> set[str]:
    return set(user.session.graph.by_name)


def choose(user: User, *names: str) -> None:
    user.press(Key.Key_Escape)
    for number, name in enumerate(names):
        user.click(user.face(node(user, name)), modifiers=SHIFT if number else Modifier.NoModifier)


def put(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def test_copied_and_pasted_at_the_mouse(writer: User) -> None:
    before = writer.session.diagram
    choose(writer, "q", "f")
    writer.press(Key.Key_C, modifiers=CTRL)
    writer.hover(writer.at((400.0, 330.0)))
    writer.press(Key.Key_V, modifiers=CTRL)
    graph, positions = writer.session.graph, writer.session.diagram.positions
    q2, f2 = node(writer, "q2"), node(writer, "f2")
    assert graph[q2].inputs == (node(writer, "x"), node(writer, "y"))
    assert graph[f2].inputs == (q2, node(writer, "z"))
    assert writer.session.selection == {q2, f2}
    assert (positions[q2][0] + positions[f2][0]) / 2 == pytest.approx(400.0, abs=2.0)
    assert graph.result == node(writer, "f")
    writer.undo()
    assert writer.session.diagram == before
    assert writer.session.selection == {node(writer, "q"), node(writer, "f")}
    writer.redo()
    assert writer.session.selection == {q2, f2}


def test_pasted_twice_they_do_not_lie_upon_each_other(writer: User) -> None:
    choose(writer, "x")
    writer.press(Key.Key_C, Key.Key_V, Key.Key_V, modifiers=CTRL)
    assert names(writer) == {"x", "y", "z", "q", "f", "x2", "x3"}
    assert len(set(writer.session.diagram.positions.values())) == 7


def test_cut_and_pasted_in_another_window(writer: User, qtbot: QtBot, tmp_path: Path) -> None:
    choose(writer, "q", "f")
    writer.press(Key.Key_X, modifiers=CTRL)
    assert names(writer) == {"x", "y", "z"}
    assert writer.session.document.undo_label == "Cut"
    other = Window(QSettings(str(tmp_path / "other.ini"), QSettings.Format.IniFormat))
    other.show()
    other.activateWindow()
    with qtbot.waitActive(other):
        pass
    reader = User(other, qtbot)
    reader.press(Key.Key_V, modifiers=CTRL)
    assert names(reader) == {"x", "y", "z", "q", "f"}
    assert reader.session.trace.value("f") == -12.0  # what came from outside came along, as inputs with their values
    close(other)
    writer.window.activateWindow()
    writer.undo()
    assert names(writer) == {"x", "y", "z", "q", "f"}


def test_duplicated_beside_the_original_without_touching_the_clipboard(writer: User) -> None:
    put("kept")
    choose(writer, "f")
    writer.press(Key.Key_D, modifiers=CTRL)
    f, f2 = node(writer, "f"), node(writer, "f2")
    assert writer.session.graph[f2].inputs == writer.session.graph[f].inputs
    (x, y), at = writer.session.diagram.positions[f], writer.session.diagram.positions[f2]
    assert at == (x + 36.0, y + 36.0)
    assert QGuiApplication.clipboard().text() == "kept"
    assert writer.session.selection == {f2}


def test_as_text_for_others(writer: User) -> None:
    choose(writer, "q", "f")
    writer.press(Key.Key_C, modifiers=CTRL)
    text = QGuiApplication.clipboard().text()
    assert parse(text).result is not None
    assert "q = x + y" in text
    writer.press(Key.Key_L, modifiers=CTRL)  # the expression bar has the keyboard now, and takes it as text
    writer.press(Key.Key_A, Key.Key_V, modifiers=CTRL)
    assert writer.text.startswith("x = -2")


def test_an_expression_becomes_a_graph_with_names_of_its_own(writer: User) -> None:
    put("x**2 + w")
    writer.press(Key.Key_V, modifiers=CTRL)
    new = writer.session.selection
    assert {writer.session.graph[n].name for n in new if writer.session.graph[n].name} == {"x2", "w", "f2"}
    assert writer.session.graph.result == node(writer, "f")
    assert writer.message == "Pasted 5 nodes."


def test_into_an_empty_window(user: User) -> None:
    put("f = sin(2x)")
    user.press(Key.Key_V, modifiers=CTRL)
    assert "sin(2*x)" in user.text.replace(" ", "")
    assert user.session.trace.has_backward


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The quick brown fox", "is not an expression: column 5"),
        ("x = y; y = x", "circular"),
        ('{"format": "bpviz", "version": 77, "nodes": []}', "newer bpviz (format 77"),
        ("", "nothing on the clipboard"),
        ("f = " + "x + " * 25_000_000 + "x", "100,000,005 bytes"),
    ],
    ids=["prose", "a circle", "another version", "nothing", "100 MB"],
)
def test_what_is_no_graph_is_refused_with_a_sentence(writer: User, text: str, words: str) -> None:
    before = writer.session.diagram
    put(text)
    writer.press(Key.Key_V, modifiers=CTRL)
    put("")
    assert words in writer.message
    assert writer.message[0].isupper()
    assert writer.session.diagram is before


def test_pictures_and_damaged_copies_too(writer: User) -> None:
    before = writer.session.diagram
    QGuiApplication.clipboard().setImage(QImage(4, 4, QImage.Format.Format_RGB32))
    writer.press(Key.Key_V, modifiers=CTRL)
    assert "There is nothing on the clipboard to paste" in writer.message
    data = QMimeData()
    data.setData(FORMAT, b'{"document": 1}')
    QGuiApplication.clipboard().setMimeData(data)
    writer.press(Key.Key_V, modifiers=CTRL)
    assert "What was copied is damaged" in writer.message
    assert writer.session.diagram is before


def test_frames_and_notes_are_copied_with_what_they_hold(writer: User) -> None:
    choose(writer, "x", "y", "q")
    writer.press(Key.Key_F, modifiers=CTRL | SHIFT)
    writer.type("the sum\n")
    writer.press(Key.Key_A, modifiers=CTRL)
    writer.press(Key.Key_D, modifiers=CTRL)
    first, second = writer.session.diagram.frames
    assert (second.title, second.x, second.y) == ("the sum", first.x + 36.0, first.y + 36.0)
    assert writer.session.selected_annotations == {second.id}
    writer.press(Key.Key_C, modifiers=CTRL)
    assert "Copied 5 nodes and 1 frame." in writer.message


def test_in_the_middle_of_a_drag(writer: User) -> None:
    """What is in the hand stays in the hand, and undo leads back to the beginning."""
    before = writer.session.diagram
    choose(writer, "q")
    writer.press(Key.Key_C, modifiers=CTRL)
    start = writer.face(node(writer, "q"))
    writer.grab(start)
    writer.move(start, start + (writer.face(node(writer, "f")) - start) / 3)
    writer.press(Key.Key_V, modifiers=CTRL)
    writer.let_go(start)
    assert "q2" in names(writer)
    while writer.session.document.undo_label is not None:
        writer.undo()
    assert writer.session.diagram == before


def test_nothing_selected_is_nothing_copied(writer: User) -> None:
    put("kept")
    writer.press(Key.Key_Escape)
    writer.press(Key.Key_C, Key.Key_X, Key.Key_D, modifiers=CTRL)
    assert QGuiApplication.clipboard().text() == "kept"
    assert len(writer.session.graph) == 5
