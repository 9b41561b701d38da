"""Names that will not do, wherever something can be named: words say why, what was typed stays, nothing is lost."""

from __future__ import annotations

import pytest

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from tests.user import Key, Modifier, User

CTRL, SHIFT = Modifier.ControlModifier, Modifier.ShiftModifier


@pytest.fixture
def author(user: User) -> User:
    """Somebody who looks at p = w * x; f = tanh(p)."""
    user.session.open(Diagram.of(parse("p = w * x; f = tanh(p)", {"x": 0.5, "w": 2})), None)
    user.canvas.fit()
    user.canvas.setFocus()
    return user


def choose(user: User, *names: str) -> None:
    user.press(Key.Key_Escape)
    for number, name in enumerate(names):
        node = user.session.graph.by_name[name]
        user.click(user.face(node), modifiers=SHIFT if number else Modifier.NoModifier)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "needs a name, so that the expression can speak of it"),
        ("lambda", "“lambda” is a word of the language; choose another name, such as lambda_"),
        ("sin", "“sin” is the name of an operation; choose another name, such as sin_"),
        ("2x", "“2x” is not a name: use letters, digits and _, and start with a letter"),
        ("w", "w is already the name of another node; choose another, such as w2"),
        ("inf", "“inf” is not a number that can be computed with"),
    ],
)
def test_of_a_node(author: User, name: str, words: str) -> None:
    before = author.session.diagram
    choose(author, "x")
    author.press(Key.Key_F2)
    author.press(Key.Key_Delete)
    author.type(name + "\n")
    assert words in author.message
    assert author.session.diagram is before
    editor = author.canvas.editor
    assert editor is not None
    assert (editor.text(), editor.isVisible()) == (name, True), "what was typed is still there"
    author.press(Key.Key_A, modifiers=CTRL)
    author.type("x1\n")
    assert "x1" in author.session.graph.by_name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("   ", "A group needs a name, such as neuron or layer 1"),
        ("neuron", "neuron is the name of another group; choose another, such as neuron 2"),
        ("n" * 41, "The name of a group has at most 40 letters"),
    ],
)
def test_of_a_group(author: User, name: str, words: str) -> None:
    for nodes in (("w", "x"), ("p", "f")):
        choose(author, *nodes)
        author.press(Key.Key_G, modifiers=CTRL)
        author.type("neuron\n" if nodes[0] == "w" else "\n")
    before = author.session.diagram
    author.press(Key.Key_F2)
    author.press(Key.Key_Delete)
    author.type(name + "\n")
    assert words in author.message
    assert author.session.diagram is before
    author.press(Key.Key_A, modifiers=CTRL)
    author.type("lambda\n")  # groups are not spoken of in expressions, so any word will do
    assert [held.name for held in author.session.diagram.groups] == ["neuron", "lambda"]


def test_of_an_operation_of_ones_own(author: User) -> None:
    """It has the name of its group; a second one of that name takes the place of the first, and says so."""
    choose(author, "p", "f")
    author.press(Key.Key_G, modifiers=CTRL)
    author.type("neuron\n")
    author.window.actions_["save-operation"].trigger()
    assert author.message == "neuron is an operation now: the palette has it at the top, under Mine."
    author.window.actions_["save-operation"].trigger()
    assert author.message == "neuron is an operation now: the palette has it at the top, under Mine."
    author.press(Key.Key_Return)
    author.click(author.face(author.session.graph.by_name["f"]))
    author.press(Key.Key_Delete, Key.Key_Escape)
    choose(author, "p")
    author.window.actions_["save-operation"].trigger()
    assert author.message == "neuron is an operation now: in place of the earlier one of that name."
    author.undo()
    assert len(author.session.diagram.operations) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("lambda", "“lambda” is a word of the language"),
        ("None = 3", "“None” is a word of the language"),
        ("2x = 3", "“2x” is not a name"),
        ("= 3", "“” is not a name"),
    ],
)
def test_of_an_input_in_the_search(author: User, typed: str, words: str) -> None:
    before = author.session.diagram
    author.press(Key.Key_Tab)
    author.type(typed)
    row = author.chooser.list.item(0).data(256)
    assert words in row.refusal
    author.press(Key.Key_Return)
    assert author.session.diagram is before
    assert author.chooser.field.text() == typed


def test_a_name_that_is_there_is_found_and_not_made_again(author: User) -> None:
    before = author.session.diagram
    author.press(Key.Key_Tab)
    author.type("x = 7")
    assert author.chosen == ("x", "is on the canvas")
    author.press(Key.Key_Return)
    assert author.session.diagram is before
    assert author.session.selection == {author.session.graph.by_name["x"]}


def test_of_a_frame(author: User) -> None:
    """A title may be anything, and may be missing; a whole page it may not be."""
    choose(author, "x", "w")
    author.press(Key.Key_F, modifiers=CTRL | SHIFT)
    author.type("t" * 201 + "\n")
    assert "a title has at most 200 characters; this one has 201" in author.message.lower()
    author.press(Key.Key_A, modifiers=CTRL)
    author.type("lambda\n")
    assert author.session.diagram.frames[0].title == "lambda"
