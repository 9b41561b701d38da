"""Stories (d) and (e): rewiring, deleting, selecting, moving, looking around, and editing in place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bpviz.graph.graph import NodeId
from bpviz.ui.canvas.connecting import DrawWire
from bpviz.ui.canvas.gestures import RubberBand, Slide
from bpviz.ui.canvas.moving import MoveCards
from bpviz.ui.window import Window
from tests.user import Button, Key, Modifier, User


@pytest.fixture
def user(user: User) -> User:
    """Somebody with the graph of `f = (x + y) * z` before them, the canvas in the hand."""
    user.paste_expression("q = x + y; f = q * z")
    user.click(user.nowhere())
    return user


def node(user: User, name: str) -> NodeId:
    return user.session.graph.by_name[name]


def inputs(user: User, name: str) -> list[str]:
    """What a node's slots are wired to, by name; empty where they wait."""
    graph = user.session.graph
    return ["" if source is None else graph.label(source) for source in graph.nodes[node(user, name)].inputs]


class TestRewiring:
    def test_a_wire_is_dragged_off_its_input_to_another(self, user: User) -> None:
        user.drag(user.in_port(node(user, "f"), 1), user.in_port(node(user, "q"), 1))
        assert inputs(user, "f") == ["q", ""]
        assert inputs(user, "q") == ["x", "z"]
        assert user.session.document.undo_label == "Rewire"
        user.undo()
        assert inputs(user, "f") == ["q", "z"]
        assert inputs(user, "q") == ["x", "y"]

    def test_an_input_takes_the_last_wire_that_is_drawn_to_it(self, user: User) -> None:
        user.wire(node(user, "x"), node(user, "f"), 1)
        assert inputs(user, "f") == ["q", "x"]
        assert user.text == "z = variable(); q = x + y; f = q * x"

    def test_dropped_on_nothing_it_is_taken_off(self, user: User) -> None:
        user.drag(user.in_port(node(user, "f"), 1), user.nowhere())
        assert inputs(user, "f") == ["q", ""]
        assert user.session.document.undo_label == "Take off a wire"
        card = user.session.stage.card(node(user, "f"))
        assert " ".join(card.trouble) == "f waits for its second input to be wired"
        assert user.session.stage.card(node(user, "q")).value == "2", "what does not wait still has its value"

    def test_put_back_where_it_was_nothing_happens(self, user: User) -> None:
        before, port = user.session.diagram, user.in_port(node(user, "f"), 1)
        user.grab(port)
        user.move(port, user.nowhere())
        user.move(user.nowhere(), port)
        user.let_go(port)
        assert user.session.diagram is before

    def test_a_new_wire_dropped_on_nothing_is_no_edit(self, user: User) -> None:
        before = user.session.diagram
        user.drag(user.out_port(node(user, "x")), user.nowhere())
        assert user.session.diagram is before

    def test_escape_in_mid_drag_leaves_the_wire_where_it_was(self, user: User) -> None:
        before, port, away = user.session.diagram, user.in_port(node(user, "f"), 1), user.nowhere()
        user.grab(port)
        user.move(port, away)
        assert isinstance(user.canvas.gesture, DrawWire)
        user.press(Key.Key_Escape)
        assert user.canvas.gesture is None
        user.let_go(away)
        assert user.session.diagram is before

    def test_undone_in_mid_drag(self, user: User) -> None:
        """The node that the wire comes from goes away under the hand."""
        user.undo()
        extra = user.add_from_palette("Multiply")
        user.drag(user.face(extra), user.face(extra) + QPoint(0, 200))
        x = user.add_from_palette("Variable")
        start, end = user.out_port(x), user.in_port(extra)
        user.grab(start)
        user.move(start, end)
        user.undo()
        assert x not in user.session.graph.nodes
        before = user.session.diagram
        user.let_go(end)
        assert user.session.diagram is before
        assert user.canvas.gesture is None


class TestDeleting:
    def test_a_wire(self, user: User) -> None:
        user.click(user.on_wire(node(user, "f"), 0))
        assert user.session.selected_wire == (node(user, "f"), 0)
        user.press(Key.Key_Delete)
        assert inputs(user, "f") == ["", "z"]
        assert user.session.selected_wire is None

    def test_a_node_and_its_wires(self, user: User) -> None:
        user.click(user.face(node(user, "q")))
        user.press(Key.Key_Backspace)
        assert set(user.session.graph.by_name) == {"x", "y", "z", "f"}
        assert inputs(user, "f") == ["", "z"]
        assert user.session.selection == frozenset()
        user.undo()
        assert inputs(user, "f") == ["q", "z"]
        assert inputs(user, "q") == ["x", "y"]

    def test_everything(self, user: User) -> None:
        user.press(Key.Key_A, modifiers=Modifier.ControlModifier)
        assert user.session.selection == set(user.session.graph.nodes)
        user.press(Key.Key_Delete)
        assert user.session.graph.nodes == {}
        assert user.text == ""
        assert user.session.document.undo_label == "Delete"

    def test_the_selected_wire_goes_when_typing_takes_its_input_away(self, user: User) -> None:
        user.click(user.on_wire(node(user, "f"), 1))
        assert user.session.selected_wire == (node(user, "f"), 1)
        user.write_expression("f = sin(x)")
        assert user.session.selected_wire is None


class TestSelecting:
    def test_a_rubber_band_selects_what_it_touches(self, user: User) -> None:
        stage = user.session.stage
        x, y = stage.rect(node(user, "x")), stage.rect(node(user, "y"))
        start, end = user.at((x.x - 20, x.y - 20)), user.at((y.right - 60, y.bottom - 20))
        user.grab(start)
        user.move(start, end)
        assert isinstance(user.canvas.gesture, RubberBand)
        assert user.session.selection == {node(user, "x"), node(user, "y")}, "while the band is drawn"
        user.let_go(end)
        assert user.session.selection == {node(user, "x"), node(user, "y")}

        f = stage.rect(node(user, "f"))
        corner = user.at((f.x - 12, f.y - 12))
        user.drag(corner, user.at((f.x + 10, f.y + 10)), modifiers=Modifier.ShiftModifier)
        assert user.session.selection == {node(user, name) for name in "xyf"}

    def test_escape_gives_the_old_selection_back(self, user: User) -> None:
        user.click(user.face(node(user, "f")))
        start = user.nowhere()
        user.grab(start)
        user.move(start, user.face(node(user, "x")))
        user.press(Key.Key_Escape)
        user.let_go(user.face(node(user, "x")))
        assert user.session.selection == {node(user, "f")}
        user.press(Key.Key_Escape)
        assert user.session.selection == frozenset()

    def test_a_click_on_one_of_several_leaves_the_others_and_a_drag_takes_all(self, user: User) -> None:
        names = user.session.graph.by_name
        everything, before = set(user.session.graph.nodes), user.session.diagram
        user.press(Key.Key_A, modifiers=Modifier.ControlModifier)
        start = user.face(names["q"])
        user.drag(start, start + QPoint(0, 40))
        assert user.session.selection == everything
        assert all(user.session.diagram.positions[id_] != at for id_, at in before.positions.items())
        user.undo()
        user.click(user.face(names["q"]))
        assert user.session.selection == {names["q"]}

    def test_with_shift_a_drag_moves_what_is_selected_and_the_card_under_the_hand(self, user: User) -> None:
        names, before = user.session.graph.by_name, user.session.diagram
        user.click(user.face(names["x"]))
        for _ in range(2):  # the card joins the selection; then it is one of it
            start = user.face(names["q"])
            user.drag(start, start + QPoint(0, 40), modifiers=Modifier.ShiftModifier)
            assert user.session.selection == {names["x"], names["q"]}
        moved = {id_ for id_, at in user.session.diagram.positions.items() if before.positions[id_] != at}
        assert moved == {names["x"], names["q"]}

    def test_undo_and_redo_select_what_was_selected_there(self, user: User) -> None:
        names = user.session.graph.by_name
        x, y, q = names["x"], names["y"], names["q"]
        user.click(user.face(x))
        user.click(user.face(y), modifiers=Modifier.ShiftModifier)
        user.press(Key.Key_Delete)
        assert not user.session.selection
        user.click(user.on_wire(names["f"], 0))
        user.press(Key.Key_Delete)
        user.click(user.face(q))
        user.undo()
        assert user.session.selected_wire == (names["f"], 0)
        user.undo()
        assert user.session.selection == {x, y}
        assert user.session.selected_wire is None
        user.redo()
        assert user.session.selected_wire == (names["f"], 0)
        user.redo()
        assert user.session.selection == {q}

    def test_shift_click_adds_and_takes_away(self, user: User) -> None:
        user.click(user.face(node(user, "x")))
        user.click(user.face(node(user, "y")), modifiers=Modifier.ShiftModifier)
        assert user.session.selection == {node(user, "x"), node(user, "y")}
        user.click(user.face(node(user, "x")), modifiers=Modifier.ControlModifier)
        assert user.session.selection == {node(user, "y")}
        user.click(user.nowhere())
        assert user.session.selection == frozenset()


class TestMoving:
    def test_one_drag_is_one_step_of_the_history(self, user: User) -> None:
        before, f = user.session.diagram, node(user, "f")
        x, y = before.positions[f]
        start = user.face(f)
        user.drag(start, start + QPoint(60, -90))
        zoom = user.canvas.camera.zoom
        assert user.session.diagram.positions[f] == pytest.approx((x + 60 / zoom, y - 90 / zoom))
        assert user.session.diagram.graph is before.graph
        user.drag(user.face(f), user.face(f) + QPoint(0, 50))
        user.undo()
        assert user.session.diagram.positions[f] == pytest.approx((x + 60 / zoom, y - 90 / zoom))
        user.undo()
        assert user.session.diagram is before

    def test_all_selected_cards_move_together(self, user: User) -> None:
        before = user.session.diagram.positions
        user.click(user.face(node(user, "x")))
        user.click(user.face(node(user, "y")), modifiers=Modifier.ShiftModifier)
        start = user.face(node(user, "y"))
        user.drag(start, start + QPoint(-30, 40))
        after, zoom = user.session.diagram.positions, user.canvas.camera.zoom
        for name, dx, dy in (("x", -30, 40), ("y", -30, 40), ("z", 0, 0), ("f", 0, 0)):
            x, y = before[node(user, name)]
            assert after[node(user, name)] == pytest.approx((x + dx / zoom, y + dy / zoom))

    def test_escape_in_mid_drag_restores_the_places(self, user: User) -> None:
        before, start = user.session.diagram, user.face(node(user, "f"))
        user.grab(start)
        user.move(start, start + QPoint(50, 70))
        assert isinstance(user.canvas.gesture, MoveCards)
        assert user.session.diagram.positions != before.positions
        user.press(Key.Key_Escape)
        assert user.session.diagram.positions == before.positions
        user.hover(start + QPoint(90, 90))
        user.let_go(start + QPoint(90, 90))
        assert user.session.diagram.positions == before.positions

    def test_a_drag_that_was_taken_back_leaves_nothing_to_undo(self, user: User) -> None:
        label, start = user.session.document.undo_label, user.face(node(user, "f"))
        user.grab(start)
        user.move(start, start + QPoint(50, 70))
        user.press(Key.Key_Escape)
        user.let_go(start)
        assert user.session.document.undo_label == label

    def test_a_click_does_not_move(self, user: User) -> None:
        before = user.session.diagram
        user.click(user.face(node(user, "f")))
        assert user.session.diagram is before

    def test_escape_in_mid_slide_restores_the_value(self, user: User) -> None:
        x, label = node(user, "x"), user.session.document.undo_label
        user.hover(user.face(x))
        slider = user.canvas.slider_of(x)
        assert slider is not None
        thumb = user.at(slider.thumb)
        user.grab(thumb)
        user.move(thumb, thumb - QPoint(30, 0))
        assert isinstance(user.canvas.gesture, Slide)
        assert user.session.graph.nodes[x].value != 1.0
        user.press(Key.Key_Escape)
        user.let_go(thumb)
        assert user.session.graph.nodes[x].value == 1.0
        assert user.session.document.undo_label == label

    def test_deleted_in_mid_drag(self, user: User) -> None:
        start = user.face(node(user, "f"))
        user.grab(start)
        user.move(start, start + QPoint(40, 0))
        user.press(Key.Key_Delete)
        assert "f" not in user.session.graph.by_name
        user.move(start + QPoint(40, 0), start + QPoint(80, 0))
        user.press(Key.Key_Escape)
        user.let_go(start + QPoint(80, 0))
        assert set(user.session.graph.by_name) == {"x", "y", "z", "q"}


class TestLooking:
    def test_the_wheel_keeps_the_point_under_the_mouse(self, user: User) -> None:
        at = user.face(node(user, "f"))
        under = user.canvas.mapFrom(user.window, at)
        before = user.canvas.camera
        user.wheel(at, 120)
        near = user.canvas.camera
        assert near.zoom > before.zoom
        assert near.to_scene(under.x(), under.y()) == pytest.approx(before.to_scene(under.x(), under.y()))
        user.wheel(at, -120)
        assert user.canvas.camera.zoom == pytest.approx(before.zoom)

    def test_the_wheel_stops_at_the_nearest_and_the_farthest(self, user: User) -> None:
        for _ in range(40):
            user.wheel(user.face(node(user, "f")), 240)
        assert user.canvas.camera.zoom == 4.0
        for _ in range(60):
            user.wheel(user.middle_of(user.canvas), -240)
        assert user.canvas.camera.zoom == 0.02

    def test_the_middle_button_pans(self, user: User) -> None:
        before, start = user.session.stage.rect(node(user, "f")), user.nowhere()
        place = user.face(node(user, "f"))
        user.drag(start, start + QPoint(-70, 45), Button.MiddleButton)
        assert user.face(node(user, "f")) - place == QPoint(-70, 45)
        assert user.session.stage.rect(node(user, "f")) == before, "the view moves, not the graph"

    def test_two_fingers_on_a_touchpad_pan(self, user: User) -> None:
        place, at = user.face(node(user, "f")), QPointF(user.middle_of(user.canvas))
        QTest.wheelEvent(user.window.windowHandle(), at, QPoint(120, -60), QPoint(30, -12))
        assert user.face(node(user, "f")) - place == QPoint(30, -12)

    def test_panning_works_over_a_card_too(self, user: User) -> None:
        before, place = user.session.diagram, user.face(node(user, "f"))
        user.drag(place, place + QPoint(33, 21), Button.MiddleButton)
        assert user.face(node(user, "f")) == place + QPoint(33, 21)
        assert user.session.diagram is before

    def test_fitting_brings_everything_into_view(self, user: User) -> None:
        user.drag(user.nowhere(), user.nowhere() + QPoint(700, 500), Button.MiddleButton)
        user.press(Key.Key_F)
        rect = user.window.canvas.rect().translated(user.canvas.mapTo(user.window, QPoint(0, 0)))
        assert all(rect.contains(user.face(held)) for held in user.session.graph.nodes)


class TestEditingInPlace:
    def test_a_value(self, user: User) -> None:
        user.double_click(user.face(node(user, "x")))
        user.type("2.5\n")
        assert user.session.graph.nodes[node(user, "x")].value == 2.5
        assert user.session.stage.card(node(user, "f")).value == "3.5"
        assert user.session.document.undo_label == "Set x"
        assert user.canvas.hasFocus()

    def test_a_list_makes_the_graph_work_on_arrays(self, user: User) -> None:
        user.double_click(user.face(node(user, "x")))
        user.type("[1, 2, 3]\n")
        value = user.session.trace.value("f")
        assert list(value) == [2, 3, 4]  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("abc", "“abc” is not a number; type one such as 2.5, or a list such as [1, 2, 3]."),
            ("1e999", "A value is a finite number, of at most about 1.8·10³⁰⁸."),
            ("nan", "A value is a finite number, of at most about 1.8·10³⁰⁸."),
            ("", "Type a number, such as 2.5, or a list, such as [1, 2, 3]."),
            ("[1, [2]]", "A value is a number or a list of numbers, with rows of equal length."),
        ],
    )
    def test_what_is_no_value_gets_a_message_and_nothing_is_lost(self, user: User, text: str, message: str) -> None:
        before = user.session.diagram
        user.double_click(user.face(node(user, "x")))
        user.press(Key.Key_A, modifiers=Modifier.ControlModifier)
        user.press(Key.Key_Delete)
        user.type(text + "\n")
        assert user.message.lower() == message.lower()
        editor = user.canvas.editor
        assert editor is not None
        assert editor.isVisible(), "the field stays open, to be mended"
        assert editor.text() == text
        assert editor.property("wrong")
        assert user.session.diagram is before
        user.press(Key.Key_Escape)
        assert user.session.diagram is before

    def test_mending_a_wrong_value(self, user: User) -> None:
        user.double_click(user.face(node(user, "x")))
        user.type("4o\n")
        assert user.session.graph.nodes[node(user, "x")].value == 1.0
        user.press(Key.Key_Backspace)
        editor = user.canvas.editor
        assert editor is not None
        assert not editor.property("wrong")
        user.type("2\n")
        assert user.session.graph.nodes[node(user, "x")].value == 42.0

    def test_escape_keeps_the_old_value(self, user: User) -> None:
        before = user.session.diagram
        user.double_click(user.face(node(user, "x")))
        user.type("7")
        user.press(Key.Key_Escape)
        assert user.session.diagram is before
        assert user.canvas.hasFocus()

    def test_leaving_the_field_keeps_what_was_typed(self, user: User) -> None:
        user.double_click(user.face(node(user, "x")))
        user.type("7")
        user.click(user.nowhere())
        assert user.session.graph.nodes[node(user, "x")].value == 7.0

    def test_return_opens_the_value_of_the_selected_input(self, user: User) -> None:
        user.click(user.face(node(user, "z")))
        user.type("\n")
        user.type("-4\n")
        assert user.session.graph.nodes[node(user, "z")].value == -4.0

    def test_letters_typed_into_the_field_are_no_shortcuts(self, user: User) -> None:
        before = user.session.diagram
        user.click(user.face(node(user, "x")))
        user.type("\n")
        user.type("of")
        user.press(Key.Key_Home, Key.Key_Right, Key.Key_Delete, Key.Key_Space)
        assert user.session.diagram is before
        assert user.session.playback.time == user.session.playback.length

    def test_renaming(self, user: User) -> None:
        q = node(user, "q")
        user.click(user.face(q))
        user.press(Key.Key_F2)
        user.type("sum_1\n")
        assert user.session.graph.nodes[q].name == "sum_1"
        assert user.text == "sum_1 = x + y; f = sum_1 * z"
        user.undo()
        assert user.session.graph.nodes[q].name == "q"

    def test_a_double_click_on_an_operation_renames_it(self, user: User) -> None:
        user.double_click(user.face(node(user, "q")))
        user.type("total\n")
        assert "total" in user.session.graph.by_name

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("2x", "“2x” is not a name: use letters, digits and _, and start with a letter."),
            ("a b", "“a b” is not a name: use letters, digits and _, and start with a letter."),
            ("lambda", "“lambda” is a word of the language; choose another name, such as lambda_."),
            ("sin", "“sin” is the name of an operation; choose another name, such as sin_."),
            ("f", "f is already the name of another node; choose another, such as f2."),
            ("", "A variable needs a name, so that the expression can speak of it."),
        ],
    )
    def test_bad_names_are_refused_with_the_reason(self, user: User, name: str, message: str) -> None:
        before = user.session.diagram
        user.click(user.face(node(user, "x")))
        user.press(Key.Key_F2)
        user.press(Key.Key_Delete)
        user.type(name + "\n")
        assert user.message == message
        assert user.session.diagram is before
        user.press(Key.Key_Escape)
        assert user.session.diagram is before

    def test_the_context_menu_offers_what_fits_the_card(self, user: User) -> None:
        x = node(user, "x")
        user.open_context_menu_and_choose(user.face(x), "Make it a parameter")
        assert user.session.graph.nodes[x].op.name == "parameter"
        assert user.session.stage.card(x).caption == "parameter"
        user.undo()
        assert user.session.graph.nodes[x].op.name == "variable"


def test_space_on_an_empty_canvas_leaves_the_mouse_as_it_was(window: Window, qtbot: QtBot) -> None:
    user = User(window, qtbot)
    start = user.middle_of(user.canvas)
    user.click(start)
    user.press(Key.Key_Space)
    user.press(Key.Key_Escape)  # the search that it opens where there is nothing to play
    camera = user.canvas.camera
    user.grab(start)
    user.move(start, start + QPoint(50, 50))
    assert isinstance(user.canvas.gesture, RubberBand)
    user.let_go(start + QPoint(50, 50))
    assert user.canvas.camera == camera
