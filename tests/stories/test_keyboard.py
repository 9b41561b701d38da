"""Keys mean what they mean where the keyboard is: in a text field they write, on the canvas they act."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from bpviz.document.diagram import Diagram
from bpviz.ui.examples import ExamplesMenu
from tests.user import Key, Modifier, User

CTRL = Modifier.ControlModifier


@pytest.fixture
def user(user: User) -> User:
    """Somebody with the graph of `f = x * y` before them, and x selected."""
    user.paste_expression("f = x * y")
    user.click(user.face(user.session.graph.by_name["x"]))
    assert user.session.selection == {user.session.graph.by_name["x"]}
    return user


def test_enter_in_the_bar_applies_the_text_though_an_input_is_selected(user: User) -> None:
    field = user.window.expression.field
    user.click(user.middle_of(field))
    user.press(Key.Key_End)
    user.type("+1")
    assert user.session.selection
    user.press(Key.Key_Return)
    assert user.text == "f = x * y + 1"
    assert user.canvas.editor is None, "no value is being edited"


def test_enter_in_the_search_adds_what_was_found_though_an_input_is_selected(user: User) -> None:
    user.press(Key.Key_K, modifiers=CTRL)
    user.type("sin\n")
    assert [node.op.name for node in user.session.graph.nodes.values()][-1] == "sin"
    assert user.canvas.editor is None


def test_enter_in_the_list_of_operations_adds_though_an_input_is_selected(user: User) -> None:
    tree = user.window.palette_.tree
    tree.setFocus()
    tree.setCurrentItem(user.operation("Add"))
    user.press(Key.Key_Return)
    assert [node.op.name for node in user.session.graph.nodes.values()][-1] == "add"
    assert user.canvas.editor is None


def test_deleting_letters_deletes_no_nodes(user: User) -> None:
    user.click(user.middle_of(user.window.expression.field))
    user.press(Key.Key_End, Key.Key_Backspace, Key.Key_Home, Key.Key_Delete)
    assert user.text == " = x * "
    user.press(Key.Key_Tab, Key.Key_Tab)
    assert {"x", "y"} <= set(user.session.graph.by_name)


def test_the_examples_open_without_the_mouse(user: User) -> None:
    user.press(Key.Key_L, modifiers=CTRL)
    user.press(Key.Key_Tab)
    assert user.window.examples_button.hasFocus()
    user.press(Key.Key_Return)
    assert isinstance(QApplication.activePopupWidget(), ExamplesMenu)
    user.press(Key.Key_Escape)
    assert user.canvas.editor is None, "though an input is selected"


def test_letters_and_arrows_in_the_search_do_not_act(user: User) -> None:
    before, time = user.session.diagram, user.session.playback.time
    user.press(Key.Key_K, modifiers=CTRL)
    user.type("fo o")
    user.press(Key.Key_Left, Key.Key_Home, Key.Key_Delete, Key.Key_Backspace)
    assert user.session.diagram is before
    assert user.session.playback.time == time
    assert user.window.palette_.search.text() == "o o"


class TestUndoInTheBar:
    def test_while_typing_it_takes_back_letters(self, user: User) -> None:
        user.click(user.middle_of(user.window.expression.field))
        user.press(Key.Key_End)
        user.type(" + z")
        assert "z" in user.session.graph.by_name
        user.undo()
        assert user.text == "f = x * y"
        assert "z" not in user.session.graph.by_name

    def test_letters_taken_back_leave_no_step_in_the_history(self, user: User) -> None:
        before, label = user.session.diagram, user.session.document.undo_label
        user.click(user.middle_of(user.window.expression.field))
        user.press(Key.Key_End)
        user.type(" + z")
        user.undo()
        assert user.session.diagram is before
        assert user.session.document.undo_label == label
        user.undo()
        assert user.session.graph.nodes == {}

    def test_after_enter_it_takes_back_the_edit(self, user: User) -> None:
        before = user.session.diagram
        user.write_expression("f=x*y+1\n")
        assert user.session.diagram is not before
        user.undo()
        assert user.session.diagram is before
        assert user.text == "f = x * y"
        user.redo()
        assert user.text == "f = x * y + 1"

    def test_it_takes_back_what_was_done_elsewhere(self, user: User) -> None:
        before = user.session.diagram
        user.slide(user.session.graph.by_name["x"], 4.0)
        user.click(user.middle_of(user.window.expression.field))
        user.undo()
        assert user.session.diagram is before


def test_a_pasted_program_of_several_lines_becomes_one(user: User) -> None:
    QGuiApplication.clipboard().setText("a = x + y\n\nb = a * a;\n")
    user.click(user.middle_of(user.window.expression.field))
    user.press(Key.Key_A, Key.Key_V, modifiers=CTRL)
    assert user.text == "a = x + y; b = a * a"
    assert set(user.session.graph.by_name) == {"x", "y", "a", "b"}
    user.undo()
    assert user.text == "f = x * y"


def test_escape_lets_go_of_the_selection(user: User) -> None:
    user.press(Key.Key_Escape)
    assert user.session.selection == frozenset()


def test_everything_can_be_undone_from_the_bar(user: User) -> None:
    user.write_expression("f = x * y + sin(x)\n")
    user.undo(2)
    assert user.session.diagram == Diagram()
