"""Keys mean what they mean where the keyboard is: in a text field they write, on the canvas they act."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.examples import ExamplesMenu
from bpviz.ui.window import Window
from tests.conftest import close
from tests.user import NOTHING, Key, Modifier, User

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
    assert user.window.top.examples.hasFocus()
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


ALT = Modifier.AltModifier
SEED = Diagram.of(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}))


class TestWalkingAlongTheWires:
    """Alt with the arrows, as a user who has no mouse would."""

    @pytest.fixture
    def walker(self, user: User) -> User:
        user.session.playback.is_animated = False
        user.session.open(SEED, None)
        user.session.playback.seek(0.0)
        user.canvas.setFocus()
        return user

    @staticmethod
    def name(user: User) -> str:
        (node,) = user.session.selection
        return user.session.graph.spoken(node)

    def walk(self, user: User, *keys: Qt.Key) -> list[str]:
        names = []
        for key in keys:
            user.press(key, modifiers=ALT)
            names.append(self.name(user))
        return names

    def test_it_begins_at_the_output_and_goes_to_inputs_siblings_and_back(self, walker: User) -> None:
        assert self.walk(walker, Key.Key_Left, Key.Key_Left, Key.Key_Left) == ["f", "q", "x"]
        assert self.walk(walker, Key.Key_Down, Key.Key_Right, Key.Key_Down) == ["y", "q", "z"]
        assert self.walk(walker, Key.Key_Up, Key.Key_Right, Key.Key_Right) == ["q", "f", "f"]
        assert walker.session.playback.time == 0.0, "with Alt, the arrows do not step"

    def test_it_begins_where_the_playhead_is(self, walker: User) -> None:
        walker.session.playback.seek(12.0)
        assert self.walk(walker, Key.Key_Down) == ["x"]
        walker.press(Key.Key_Escape)
        assert self.walk(walker, Key.Key_Up) == ["x"]

    def test_every_card_can_be_reached(self, walker: User) -> None:
        walker.session.open(Diagram.of(parse("a = sin(x); b = cos(y); c = a * a; d = exp(u)", {"x": 1})), None)
        graph = walker.session.graph
        found, new = set[int](), {graph.by_name["x"]}
        while new:
            found |= new
            ends = set[int]()
            for node in new:
                for key in (Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down):
                    walker.session.select({node})
                    walker.press(key, modifiers=ALT)
                    ends |= walker.session.selection
            new = ends - found
        assert found == set(graph.nodes)

    def test_what_it_comes_to_comes_into_view(self, walker: User) -> None:
        chain = "; ".join(f"v{i + 1} = sin(v{i})" for i in range(30))
        walker.session.open(Diagram.of(parse(chain, {"v0": 1})), None)
        walker.canvas.fit()
        walker.session.select({walker.session.graph.by_name["v0"]})
        for _ in range(6):
            walker.press(Key.Key_Plus, modifiers=CTRL)
        for step in range(1, 31):
            walker.press(Key.Key_Right, modifiers=ALT)
            assert self.name(walker) == walker.session.graph.spoken(walker.session.graph.by_name[f"v{step}"])
            (node,) = walker.session.selection
            rect, canvas = walker.session.stage.rect(node), walker.canvas
            seen = canvas.camera.view(canvas.width(), canvas.height())
            assert seen.contains((rect.x, rect.y))
            assert seen.contains((rect.right, rect.bottom))

    def test_w_goes_through_the_wires_and_delete_takes_one_off(self, walker: User) -> None:
        f, q = (walker.session.graph.by_name[name] for name in "fq")
        walker.session.select({q})
        wires = []
        for _ in range(4):
            walker.press(Key.Key_W)
            wires.append(walker.session.selected_wire)
        assert wires == [(q, 0), (q, 1), (f, 0), (q, 0)], "those that enter, those that leave, and round again"
        walker.press(Key.Key_W, modifiers=Modifier.ShiftModifier)
        assert walker.session.selected_wire == (f, 0)
        walker.press(Key.Key_Delete)
        assert walker.session.graph.nodes[f].inputs[0] is None
        assert walker.session.selected_wire is None
        walker.undo()
        assert walker.session.graph.nodes[f].inputs[0] == q

    def test_from_a_wire_the_arrows_lead_to_its_ends_and_to_the_next(self, walker: User) -> None:
        f = walker.session.graph.by_name["f"]
        walker.session.select((), (f, 0))
        walker.press(Key.Key_Down, modifiers=ALT)
        assert walker.session.selected_wire == (f, 1)
        assert self.walk(walker, Key.Key_Left) == ["z"]
        walker.press(Key.Key_W)
        assert self.walk(walker, Key.Key_Right) == ["f"]

    def test_the_menu_key_opens_the_menu_of_what_is_selected_beside_it(self, walker: User) -> None:
        x = walker.session.graph.by_name["x"]
        walker.session.select({x})
        for keys in ((Key.Key_Menu, NOTHING), (Key.Key_F10, Modifier.ShiftModifier)):
            walker.press(keys[0], modifiers=keys[1])
            menu = QApplication.activePopupWidget()
            assert isinstance(menu, QMenu)
            assert "Make it a parameter" in [action.text() for action in menu.actions()]
            rect = walker.session.stage.rect(x)
            card = QRect(*(walker.canvas.to_screen(at) for at in ((rect.x, rect.y), (rect.right, rect.bottom))))
            assert card.contains(walker.canvas.mapFromGlobal(menu.pos()))
            walker.press(Key.Key_Escape)
            assert QApplication.activePopupWidget() is None

    def test_a_whole_visit_without_the_mouse(self, walker: User) -> None:
        """Walks to an input, gives it another number, and looks at what that does to the gradient."""
        self.walk(walker, Key.Key_Left, Key.Key_Left, Key.Key_Left)
        walker.press(Key.Key_Return)
        walker.type("7\n")
        walker.press(Key.Key_End)
        z = walker.session.graph.by_name["z"]
        assert walker.session.story.gradient(z) == 12.0
        self.walk(walker, Key.Key_Right, Key.Key_Down)
        assert walker.session.selection == {z}
        walker.press(Key.Key_F2)
        walker.type("factor\n")
        assert "factor" in walker.session.graph.by_name
        walker.press(Key.Key_Delete)
        assert z not in walker.session.graph.nodes

    def test_the_mouse_puts_the_second_frame_away_and_the_keyboard_brings_it_back(self, walker: User) -> None:
        f = walker.session.graph.by_name["f"]
        walker.click(walker.face(f))
        plain = walker.canvas.grab().toImage()
        walker.session.select({walker.session.graph.by_name["x"]})
        self.walk(walker, Key.Key_Right, Key.Key_Right)
        assert self.name(walker) == "f"
        walked = walker.canvas.grab().toImage()
        assert walked != plain
        walker.hover(walker.nowhere())
        walker.click(walker.face(f))
        assert walker.canvas.grab().toImage() == plain

    def test_on_an_empty_canvas_it_says_what_to_do(self, user: User) -> None:
        user.session.open(Diagram(), None)
        user.canvas.setFocus()
        user.press(Key.Key_Left, modifiers=ALT)
        assert user.message == "There is nothing to walk to yet: first build a graph."
        user.press(Key.Key_W)
        assert user.session.selection == frozenset()

    def test_a_node_without_wires_says_so(self, user: User) -> None:
        node = user.add_from_palette("Variable")
        user.canvas.setFocus()
        user.press(Key.Key_W)
        assert user.session.selected_wire is None
        assert user.message == f"{user.session.graph.spoken(node)} has no wires yet."


class TestClumsyFingers:
    def test_walking_while_it_plays_while_it_is_edited_and_in_the_dark(self, user: User) -> None:
        user.session.open(SEED, None)
        user.canvas.setFocus()
        user.press(Key.Key_Home, Key.Key_Space)
        for keys in ([Key.Key_Left] * 3, [Key.Key_Down, Key.Key_Up, Key.Key_Right]):
            for key in keys:
                user.press(key, modifiers=ALT)
                user.session.playback.advance(0.4)
        assert user.session.playback.is_playing
        user.press(Key.Key_W)
        wire = user.session.selected_wire
        assert wire is not None
        user.press(Key.Key_T, modifiers=CTRL)
        user.window.resize(900, 640)
        user.press(Key.Key_Delete)
        user.press(Key.Key_Left, Key.Key_Down, Key.Key_Right, modifiers=ALT)
        user.press(Key.Key_A, modifiers=CTRL)
        user.press(Key.Key_Left, modifiers=ALT)
        assert len(user.session.selection) == 1
        user.press(Key.Key_A, modifiers=CTRL)
        user.press(Key.Key_Delete, Key.Key_W)
        user.press(Key.Key_Down, modifiers=ALT)
        assert user.session.graph.nodes == {}
        user.undo(2)
        assert set(user.session.graph.by_name) == set("xyzqf")

    def test_letters_in_the_fields_do_not_walk(self, user: User) -> None:
        user.session.open(SEED, None)
        user.session.select({user.session.graph.by_name["q"]})
        user.press(Key.Key_L, modifiers=CTRL)
        user.press(Key.Key_End)
        user.type("w")
        user.press(Key.Key_Left, modifiers=ALT)
        assert user.session.selected_wire is None
        assert user.text.endswith("zw")


class TestReducedMotion:
    def test_steps_happen_at_once_and_the_choice_is_kept(self, user: User, settings: QSettings) -> None:
        user.session.open(SEED, None)
        user.choose_in_menu_bar("View", "Reduced motion")
        assert user.message == "Reduced motion: every step happens at once."
        user.canvas.setFocus()
        user.press(Key.Key_Home)
        times = []
        for _ in range(8):
            user.press(Key.Key_Right)
            times.append(user.session.playback.time)
            assert not user.session.playback.is_moving
        assert times == [float(step) for step in range(1, 9)]
        user.press(Key.Key_Left)
        assert user.session.playback.time == 7.0
        other = Window(settings)
        assert not other.session.playback.is_animated
        assert other.actions_["calm"].isChecked()
        close(other)
        user.choose_in_menu_bar("View", "Reduced motion")
        assert user.message == "Numbers travel along the wires again."
        user.press(Key.Key_Right)
        assert user.session.playback.is_moving

    def test_playing_rests_at_whole_events_alone_and_all_is_explained_there(self, user: User) -> None:
        user.session.open(SEED, None)
        playback = user.session.playback
        playback.seek(0.0)
        playback.set_animated(False)
        seen = []
        playback.moved.connect(lambda time: seen.append((time, user.caption)))
        user.canvas.setFocus()
        user.press(Key.Key_Space)
        for _ in range(200):
            playback.advance(0.1)
        assert [time for time, _ in seen] == [float(step) for step in range(1, 15)]
        assert len({caption for _, caption in seen}) == 14
        assert not playback.is_playing

    def test_in_the_middle_of_a_step_it_is_finished_and_playing_goes_on_from_a_whole_event(self, user: User) -> None:
        user.session.open(SEED, None)
        playback = user.session.playback
        playback.seek(6.0)
        playback.step_forward()
        playback.advance(0.3)
        assert 6.0 < playback.time < 7.0
        playback.set_animated(False)
        assert playback.time == 7.0
        assert not playback.is_moving
        playback.set_animated(True)
        playback.play()
        playback.advance(0.5)
        playback.set_animated(False)
        assert playback.time == 7.0
        assert playback.is_playing
        playback.seek(6.5)
        playback.set_animated(False)
        assert playback.time == 6.5, "where somebody put the playhead, it stays"

    def test_a_camera_that_follows_jumps(self, user: User) -> None:
        chain = "; ".join(f"v{i + 1} = sin(v{i})" for i in range(12))
        user.session.open(Diagram.of(parse(chain, {"v0": 1})), None)
        user.session.playback.set_animated(False)
        user.session.playback.seek(0.0)
        user.canvas.setFocus()
        for _ in range(3):
            user.wheel(user.nowhere(), -240)
            by_hand = user.canvas.camera
            user.press(Key.Key_Right)
            assert user.canvas.camera.zoom > by_hand.zoom
            acting = user.session.stage.rect(user.session.stage.acting()[-1])
            view = user.canvas.camera.view(user.canvas.width(), user.canvas.height())
            assert view.contains((acting.x, acting.y)), "it is there at once"
            assert view.contains((acting.right, acting.bottom))

    def test_a_passage_is_repeated_and_a_question_holds(self, user: User) -> None:
        user.session.open(SEED, None)
        playback = user.session.playback
        playback.set_animated(False)
        playback.seek(6.0)
        playback.repeat((6.0, 8.0))
        seen: list[float] = []
        playback.moved.connect(seen.append)
        playback.play()
        for _ in range(80):
            playback.advance(0.1)
        assert seen[:6] == [7.0, 8.0, 6.0, 7.0, 8.0, 6.0]
        playback.pause()
        playback.repeat(None)
        playback.seek(0.0)
        user.session.predicting.toggle()
        playback.play()
        for _ in range(200):
            playback.advance(0.1)
        assert playback.time == user.session.told_until < 14.0
