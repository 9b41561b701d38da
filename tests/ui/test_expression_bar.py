"""The expression bar: what half-typed text does and does not do to the graph."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.ui.expression_bar import MOST_NODES
from tests.user import Key, Modifier, User


@pytest.fixture
def user(user: User) -> User:
    """Somebody with `f = x * y` before them, x and y being 3 and 4, the cursor at the end of the text."""
    user.paste_expression("f = x * y")
    user.press(Key.Key_Return)
    for name, value in (("x", 3.0), ("y", 4.0)):
        node = user.session.graph.by_name[name]
        user.session.edit("Set", partial(edits.set_value, node=node, value=value))
    user.click(user.middle_of(user.window.expression.field))
    user.press(Key.Key_End)
    return user


def values(user: User) -> dict[str, object]:
    return {node.name: node.value for node in user.session.graph.leaves()}


def is_wrong(user: User) -> bool:
    return bool(user.window.expression.field.property("wrong"))


class TestTyping:
    def test_the_graph_follows_letter_by_letter(self, user: User) -> None:
        user.type(" + z")
        assert values(user) == {"x": 3.0, "y": 4.0, "z": 1.0}
        assert user.session.trace.value("f") == 13.0

    def test_one_visit_is_one_step_of_the_history(self, user: User) -> None:
        before = user.session.diagram
        user.type(" + z")
        user.type(" - sin(x)")
        user.click(user.nowhere())
        user.undo()
        assert user.session.diagram is before
        assert user.text == "f = x * y"

    def test_another_visit_is_another_step(self, user: User) -> None:
        user.type(" + z")
        user.click(user.nowhere())
        between = user.session.diagram
        user.click(user.middle_of(user.window.expression.field))
        user.press(Key.Key_End)
        user.type(" + u")
        user.click(user.nowhere())
        user.undo()
        assert user.session.diagram is between

    def test_inputs_that_vanish_and_come_back_keep_their_values(self, user: User) -> None:
        user.press(Key.Key_Backspace)
        assert user.text == "f = x * "
        user.type("u")
        assert values(user) == {"x": 3.0, "u": 1.0}
        user.press(Key.Key_Backspace)
        user.type("y")
        assert values(user) == {"x": 3.0, "y": 4.0}

    def test_what_was_moved_stays_in_its_place_while_typing(self, user: User) -> None:
        node = user.session.graph.by_name["x"]
        user.session.edit("Move", lambda diagram: edits.move(diagram, {node: (-500.0, 333.0)}))
        user.click(user.middle_of(user.window.expression.field))
        user.press(Key.Key_End)
        for letter in " + sin(x) * z":
            user.type(letter)
        assert user.session.diagram.positions[node] == (-500.0, 333.0)

    def test_the_values_stand_beside_the_text(self, user: User) -> None:
        assert user.window.expression.values.text() == "x = 3  y = 4"


class TestMistakes:
    def test_while_it_is_typed_nothing_is_said_and_the_graph_stays(self, user: User) -> None:
        before = user.session.diagram
        user.type(" + (z")
        assert user.session.diagram is before
        assert not is_wrong(user)
        assert user.message == ""

    def test_after_a_while_it_is_explained(self, user: User) -> None:
        before = user.session.diagram
        user.type(" + (z")
        user.qtbot.waitUntil(lambda: is_wrong(user))
        assert "Column 13" in user.message
        assert user.session.diagram is before
        assert user.text == "f = x * y + (z", "what was typed stays, to be mended"

    def test_enter_explains_at_once(self, user: User) -> None:
        before = user.session.diagram
        user.type(" + sni(z)\n")
        assert is_wrong(user)
        assert user.message == "Column 13: there is no operation sni; did you mean sin?"
        assert user.session.diagram is before

    def test_mended_it_counts(self, user: User) -> None:
        user.type(" + (z\n")
        assert is_wrong(user)
        user.type(")")
        assert not is_wrong(user)
        assert "z" in user.session.graph.by_name

    def test_a_mistake_in_the_end_takes_back_what_was_right_on_the_way(self, user: User) -> None:
        before = user.session.diagram
        user.type(" + z")
        assert "z" in user.session.graph.by_name
        user.type(" * (\n")
        assert user.session.diagram is before

    def test_escape_takes_back_the_visit(self, user: User) -> None:
        before = user.session.diagram
        user.type(" + z")
        user.press(Key.Key_Escape)
        assert user.session.diagram is before
        assert user.text == "f = x * y"
        assert not user.window.expression.field.hasFocus()

    def test_a_mistake_stays_marked_when_only_numbers_change(self, user: User) -> None:
        user.type(" + (z\n")
        user.slide(user.session.graph.by_name["x"], 2.0)
        assert user.text == "f = x * y + (z"
        assert is_wrong(user)

    def test_it_gives_way_when_the_graph_changes_in_another_way_and_undo_brings_it_back(self, user: User) -> None:
        user.type(" + (z\n")
        user.add_from_palette("Sine")
        assert not is_wrong(user)
        assert user.text == "f = x * y; v1 = sin(_); f"
        assert user.session.draft == "", "nobody is asked about what does not show"
        user.click(user.nowhere())
        user.undo()
        assert is_wrong(user)
        assert user.text == user.session.draft == "f = x * y + (z"
        user.redo()
        assert not is_wrong(user)
        assert user.text == "f = x * y; v1 = sin(_); f"

    def test_the_graph_too_large_to_run_is_refused(self, user: User) -> None:
        before = user.session.diagram
        huge = [1.0] * 10_000
        node = user.session.graph.by_name["x"]
        user.session.edit("Set", lambda diagram: edits.set_value(diagram, node, [[n] for n in huge]))
        assert user.session.diagram is not before
        wide = user.session.diagram
        other = user.session.graph.by_name["y"]
        user.session.edit("Set", lambda diagram: edits.set_value(diagram, other, huge))
        assert user.session.diagram is wide
        assert "numbers; bpviz stops at" in user.message


class TestEnter:
    def test_the_text_is_put_in_order(self, user: User) -> None:
        user.press(Key.Key_A, modifiers=Modifier.ControlModifier)
        user.type("f=x*y+2sin(x)\n")
        assert user.text == "f = x * y + 2 * sin(x)"

    def test_without_a_change_it_changes_nothing(self, user: User) -> None:
        before, label = user.session.diagram, user.session.document.undo_label
        user.press(Key.Key_Return)
        assert user.session.diagram is before
        assert user.session.document.undo_label == label

    def test_numbers_in_the_text_become_values(self, user: User) -> None:
        user.press(Key.Key_A, modifiers=Modifier.ControlModifier)
        user.type("x = 7; f = x * y\n")
        assert values(user) == {"x": 7.0, "y": 4.0}
        assert user.text == "f = x * y"
        user.slide(user.session.graph.by_name["x"], 99.0)
        user.click(user.middle_of(user.window.expression.field))
        user.press(Key.Key_End)
        user.type(" + 1")
        assert values(user)["x"] == 10.0, "and do not come back by being left in the text"

    def test_an_empty_text_is_an_empty_graph(self, user: User) -> None:
        user.press(Key.Key_A, modifiers=Modifier.ControlModifier)
        user.press(Key.Key_Delete)
        assert user.session.graph.nodes, "not yet"
        user.press(Key.Key_Return)
        assert user.session.diagram == Diagram()
        user.click(user.nowhere())
        user.undo()
        assert user.text == "f = x * y"


class TestLargeGraphs:
    @pytest.fixture
    def large(self, user: User) -> User:
        """A graph that is too large for a line of text."""
        lines = ["t0 = sin(x)"] + [f"t{i} = t{i - 1} * x" for i in range(1, MOST_NODES + 1)]
        user.session.edit("Load", lambda diagram: edits.rewrite(diagram, "\n".join(lines)))
        return user

    def test_it_has_no_text(self, large: User) -> None:
        field = large.window.expression.field
        assert (field.text(), field.isReadOnly()) == ("", True)
        assert field.placeholderText() == f"A graph of {MOST_NODES + 2} nodes, too large for one line"

    def test_nothing_can_be_typed_or_pasted_over_it(self, large: User) -> None:
        before = large.session.diagram
        QGuiApplication.clipboard().setText("f = 1 + a")
        large.click(large.middle_of(large.window.expression.field))
        large.type("f = a\n")
        large.press(Key.Key_V, modifiers=Modifier.ControlModifier)
        large.press(Key.Key_Return)
        assert large.session.diagram is before

    def test_undone_the_text_is_back(self, large: User) -> None:
        large.click(large.nowhere())
        QTest.keyClick(large.canvas, Key.Key_Z, Modifier.ControlModifier)
        assert large.text == "f = x * y"
        assert not large.window.expression.field.isReadOnly()


class TestPasting:
    def test_several_lines_become_one_without_their_remarks(self, user: User) -> None:
        user.paste_expression("# a neuron\nw = [1, 2,  # two weights\n     3]\n\nx = 2;\ny = sum(w) * x  # out\n")
        assert user.text == "w = [1, 2, 3]; x = 2; y = sum(w) * x"
        user.press(Key.Key_Return)
        assert user.session.trace.value("y") == 12.0

    @pytest.mark.parametrize(
        ("statements", "advice"), [(4_000, "paste it on the canvas."), (100_000, "open it as a file.")]
    )
    def test_what_is_too_long_is_not_cut_to_another_program(self, user: User, statements: int, advice: str) -> None:
        before = user.session.diagram
        user.paste_expression("\n".join(f"v{i} = x" for i in range(statements)))
        assert user.text == "f = x * y"
        assert user.session.diagram is before
        assert user.message.startswith("A text of ")
        assert user.message.endswith(advice)
