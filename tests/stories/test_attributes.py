"""Setting what operations have beside their inputs: the axis of a sum, the number of arrays in a stack."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton

from bpviz.graph.graph import NodeId
from bpviz.ui.attributes import AttributeField
from bpviz.ui.canvas.connecting import DrawWire
from tests.user import Key, User

CONTROL = Qt.KeyboardModifier.ControlModifier


def drop(user: User, title: str, at: tuple[int, int]) -> NodeId:
    user.drop(user.window.palette_.tree.mimeData([user.operation(title)]), user.canvas, QPoint(*at))
    return max(user.session.graph.nodes)


def field(user: User, name: str) -> AttributeField:
    """The field of an attribute, as soon as the inspector shows the selected node."""
    user.qtbot.waitUntil(lambda: is_shown(user))
    choices = user.window.inspector.choices
    assert choices is not None
    return next(found for found in choices.fields if found.name == name)


def is_shown(user: User) -> bool:
    inspector = user.window.inspector
    return inspector.choices is not None and {inspector.choices.node} == user.session.selection


def write(user: User, name: str, text: str) -> None:
    """Clicks into the field of an attribute, types over what is there, and presses Enter."""
    user.click(user.middle_of(field(user, name)))
    user.press(Key.Key_A, modifiers=CONTROL)
    user.type(text + "\n")


def press(user: User, text: str) -> None:
    """Clicks a button of the inspector."""
    user.qtbot.waitUntil(lambda: is_shown(user))
    assert user.window.inspector.choices is not None
    buttons = user.window.inspector.choices.findChildren(QPushButton)
    user.click(user.middle_of(next(button for button in buttons if button.text() == text)))


def held(user: User, node: NodeId) -> str:
    value = user.session.trace.value(node)
    return str(value if isinstance(value, float) or value is None else value.tolist())


@pytest.fixture
def total(user: User) -> NodeId:
    """A sum, dropped and wired to a matrix by hand, and selected."""
    matrix = user.add_from_palette("Variable")
    user.double_click(user.face(matrix))
    user.type("[[1, 2, 3], [4, 5, 6]]\n")
    node = drop(user, "Sum", (620, 320))
    user.wire(matrix, node)
    user.click(user.face(node))
    return node


def test_the_axis_of_a_sum_and_back(user: User, total: NodeId) -> None:
    assert held(user, total) == "21.0"
    assert field(user, "axis").text() == "None"
    assert "axis" in field(user, "axis").toolTip()
    write(user, "axis", "0")
    assert held(user, total) == "[5.0, 7.0, 9.0]"
    assert user.text == "v1 = sum(x, axis=0)"
    assert user.session.document.undo_label == "axis of sum = 0"
    assert user.canvas.hasFocus(), "the hands are free for the next thing"
    user.undo()
    assert held(user, total) == "21.0"
    assert user.message == "Undone: axis of sum = 0"
    user.qtbot.waitUntil(lambda: field(user, "axis").text() == "None")
    user.redo()
    assert held(user, total) == "[5.0, 7.0, 9.0]"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("2", "Sum cannot go over axis 2 of an array with shape 2 × 3."),
        ("0.5", "Sum needs a whole number, or a list of them, for axis, such as 0 or [0, 1], not 0.5."),
        ("rows", "axis is a number, a list such as [0, 1], True, False or None, not rows."),
        ("", "axis is a number, a list such as [0, 1], True, False or None, not nothing."),
    ],
)
def test_a_bad_axis_says_so_and_changes_nothing(user: User, total: NodeId, typed: str, message: str) -> None:
    before = user.session.diagram
    user.click(user.middle_of(field(user, "axis")))
    user.press(Key.Key_A, Key.Key_Backspace, modifiers=CONTROL)
    user.press(Key.Key_Backspace)
    user.type(typed + "\n")
    assert user.message == message
    assert user.session.diagram is before
    assert field(user, "axis").text() == typed, "what was typed stays, to be mended"
    assert field(user, "axis").property("wrong")
    user.press(Key.Key_Escape)
    assert field(user, "axis").text() == "None"
    assert user.session.diagram is before


def test_leaving_the_field_applies_what_was_typed(user: User, total: NodeId) -> None:
    user.click(user.middle_of(field(user, "keepdims")))
    user.press(Key.Key_A, modifiers=CONTROL)
    user.type("True")
    user.click(user.nowhere())
    assert held(user, total) == "[[21.0]]"


def test_what_is_half_typed_outlives_a_step_of_the_player(user: User, total: NodeId) -> None:
    typed_in = field(user, "axis")
    user.click(user.middle_of(typed_in))
    user.press(Key.Key_A, modifiers=CONTROL)
    user.type("[0, ")
    user.session.playback.seek(1.0)
    user.qtbot.waitUntil(lambda: field(user, "axis") is not typed_in)
    assert field(user, "axis").text() == "[0, "
    assert field(user, "axis").hasFocus()
    user.type("1]\n")
    assert user.text == "v1 = sum(x, axis=[0, 1])"


def test_what_was_refused_stays_marked_through_a_step_of_the_player(user: User, total: NodeId) -> None:
    write(user, "axis", "rows")
    refused = field(user, "axis")
    user.session.playback.seek(1.0)
    user.qtbot.waitUntil(lambda: field(user, "axis") is not refused)
    assert field(user, "axis").text() == "rows"
    assert field(user, "axis").property("wrong")
    user.type("x")
    assert not field(user, "axis").property("wrong")


def test_a_slice_is_written_as_in_brackets(user: User) -> None:
    user.write_expression("f = x[0]; x = [[1, 2], [3, 4], [5, 6]]\n")
    user.click(user.face(user.session.graph.by_name["f"]))
    assert field(user, "index").text() == "0"
    write(user, "index", "1:, 0")
    assert user.text == "f = x[1:, 0]"
    assert held(user, user.session.graph.by_name["f"]) == "[3.0, 5.0]"


def test_one_array_more_in_a_stack(user: User) -> None:
    x = user.add_from_palette("Variable")
    stack = drop(user, "Stack", (620, 320))
    user.click(user.face(stack))
    press(user, "＋ input")
    assert user.text == "x = variable(); v1 = stack(_, _, _)"
    for slot in range(3):
        user.wire(x, stack, slot)
    assert held(user, stack) == "[1.0, 1.0, 1.0]"
    user.drag(user.in_port(stack, 1), user.nowhere())
    assert user.session.graph.nodes[stack].inputs == (x, None, x)
    user.click(user.face(stack))
    user.qtbot.waitUntil(partial(can_lose_an_input, user))
    press(user, "− input")
    assert user.session.graph.nodes[stack].inputs == (x, x)
    assert held(user, stack) == "[1.0, 1.0]"
    user.undo(2)
    assert user.session.graph.nodes[stack].inputs == (x, x, x)


def can_lose_an_input(user: User) -> bool:
    choices = user.window.inspector.choices
    buttons = [] if choices is None else choices.findChildren(QPushButton)
    return any(button.text() == "− input" and button.isEnabled() for button in buttons)


def test_a_wire_whose_shape_cannot_fit_is_refused_while_it_is_in_the_hand(user: User) -> None:
    user.write_expression("y = A @ _; A = [[1, 2, 3], [4, 5, 6]]; x = [1, 2]\n")
    user.click(user.nowhere())
    names = user.session.graph.by_name
    before = user.session.diagram
    start, end = user.out_port(names["x"]), user.in_port(names["y"], 1)
    user.grab(start)
    user.move(start, end)
    assert isinstance(user.canvas.gesture, DrawWire)
    reason = user.canvas.gesture.refusal
    assert reason is not None
    assert reason.startswith("matrix product cannot multiply shape 2 × 3 with shape 2")
    user.let_go(end)
    assert user.message == f"M{reason[1:]}."
    assert user.session.diagram is before
