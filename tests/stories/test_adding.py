"""The search at the hand: what it finds, where the new node lands, what it is wired to; and a neuron built with it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from bpviz.document.diagram import Diagram
from bpviz.graph.graph import NodeId
from tests.user import Key, Modifier, User

SHIFT, CTRL = Modifier.ShiftModifier, Modifier.ControlModifier


@pytest.fixture
def user(user: User) -> User:
    """Somebody with the graph of `f = (x + y) * z` before them, the canvas in the hand."""
    user.paste_expression("q = x + y; f = q * z")
    user.click(user.nowhere())
    return user


def node(user: User, name: str) -> NodeId:
    return user.session.graph.by_name[name]


def newest(user: User) -> NodeId:
    return max(user.session.graph.nodes)


def is_open(user: User) -> bool:
    return user.canvas.adding.chooser is not None


class TestOpening:
    @pytest.mark.parametrize(
        ("key", "held"), [(Key.Key_Tab, Modifier.NoModifier), (Key.Key_A, SHIFT)], ids=["Tab", "Shift+A"]
    )
    def test_by_key_the_node_lands_at_the_mouse(self, user: User, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
        place = user.nowhere()
        user.hover(place)
        user.press(key, modifiers=held)
        assert user.chooser.field.hasFocus()
        user.type("tanh\n")
        rect = user.session.stage.rect(newest(user))
        assert (user.at((rect.x, rect.y)) - place).manhattanLength() <= 2
        assert user.session.selection == {newest(user)}
        assert user.canvas.hasFocus()
        assert user.session.document.undo_label == "Add hyperbolic tangent"
        user.undo()
        assert not is_open(user)

    def test_by_a_double_click_on_the_ground(self, user: User) -> None:
        place, camera = user.nowhere(), user.canvas.camera
        user.double_click(place)
        user.type("7\n")
        rect = user.session.stage.rect(newest(user))
        assert (user.at((rect.x, rect.y)) - place).manhattanLength() <= 2
        assert user.canvas.camera == camera, "the ground does not move"

    def test_without_the_mouse_the_node_goes_beside_the_selected_one(self, user: User) -> None:
        user.click(user.face(node(user, "f")))
        user.press(Key.Key_Tab)
        user.type("exp\n")
        user.press(Key.Key_Tab)
        user.type("tanh\n")
        rects = [user.session.stage.rect(held) for held in (node(user, "f"), newest(user) - 1, newest(user))]
        assert rects[1].x > rects[0].right or rects[2].x > rects[1].right
        assert not any(one.touches(other) for one in rects for other in rects if one is not other)

    def test_escape_leaves_and_nothing_is_added(self, user: User) -> None:
        before = user.session.diagram
        user.press(Key.Key_Tab)
        user.type("sin")
        user.press(Key.Key_Escape)
        assert not is_open(user)
        assert user.canvas.hasFocus()
        assert user.session.diagram is before

    def test_a_click_elsewhere_leaves_too(self, user: User) -> None:
        before = user.session.diagram
        user.double_click(user.nowhere())
        user.click(user.face(node(user, "z")))
        assert not is_open(user)
        assert user.session.diagram is before
        assert user.session.selection == {node(user, "z")}

    def test_undo_while_nothing_is_typed_is_the_windows(self, user: User) -> None:
        user.press(Key.Key_Tab)
        user.undo()
        assert user.session.graph.nodes == {}
        assert not is_open(user), "what it was about is gone"

    def test_letters_and_arrows_do_not_play_or_delete(self, user: User) -> None:
        user.click(user.face(node(user, "x")))
        before, time = user.session.diagram, user.session.playback.time
        user.press(Key.Key_Tab)
        user.type("s x")
        user.press(Key.Key_Left, Key.Key_Home, Key.Key_Delete, Key.Key_Space, Key.Key_PageDown, Key.Key_Backspace)
        assert is_open(user)
        assert user.session.diagram is before
        assert user.session.playback.time == time
        assert not user.session.playback.is_playing

    def test_the_wheel_and_clicks_in_it_stay_in_it(self, user: User) -> None:
        user.press(Key.Key_Tab)
        camera = user.canvas.camera
        user.wheel(user.middle_of(user.chooser.list), -2400)
        user.wheel(user.middle_of(user.chooser.list), -2400)
        user.click(user.middle_of(user.chooser.footer))
        assert user.canvas.camera == camera
        assert is_open(user)
        assert QApplication.activePopupWidget() is None

    @pytest.mark.parametrize("corner", [QPoint(3, 3), QPoint(-4, -4)])
    def test_it_stays_on_the_canvas(self, user: User, corner: QPoint) -> None:
        inside = user.canvas.rect()
        at = corner if corner.x() > 0 else inside.bottomRight() + corner
        user.double_click(user.canvas.mapTo(user.window, at))
        assert inside.contains(user.chooser.geometry())
        user.window.resize(900, 620)
        assert user.canvas.rect().contains(user.chooser.geometry())


class TestFinding:
    def test_a_new_word_may_also_be_a_parameter(self, user: User) -> None:
        user.press(Key.Key_Tab)
        user.type("speed = 3")
        user.press(Key.Key_Down)
        assert user.chosen == ("speed", "a new parameter, 3")
        user.press(Key.Key_Return)
        held = user.session.graph.nodes[node(user, "speed")]
        assert (held.op.name, held.value) == ("parameter", 3.0)

    def test_a_number_makes_a_constant(self, user: User) -> None:
        user.press(Key.Key_Tab)
        user.type("2.5\n")
        held = user.session.graph.nodes[newest(user)]
        assert (held.op.name, held.value) == ("constant", 2.5)

    def test_pi_is_there_once(self, user: User) -> None:
        for _ in range(2):
            user.press(Key.Key_Tab)
            user.type("pi\n")
        assert [held.name for held in user.session.graph.nodes.values() if held.is_constant] == ["π"]
        assert user.session.selection == {node(user, "π")}

    def test_a_name_that_is_there_is_gone_to(self, user: User) -> None:
        before = user.session.diagram
        user.press(Key.Key_Tab)
        user.type("z\n")
        assert user.session.selection == {node(user, "z")}
        assert user.session.diagram is before

    def test_what_can_be_nothing_says_so_and_enter_does_nothing(self, user: User) -> None:
        before = user.session.diagram
        user.press(Key.Key_Tab)
        user.type("??\n")
        assert user.offered == ["Nothing fits that"]
        assert user.session.diagram is before

    def test_the_mouse_chooses_too(self, user: User) -> None:
        user.double_click(user.nowhere())
        user.click_offer("Cosine")
        assert user.session.graph.nodes[newest(user)].op.name == "cos"


class TestWiredAtOnce:
    def test_shift_enter_wires_the_selected_node_into_it(self, user: User) -> None:
        user.click(user.face(node(user, "f")))
        user.press(Key.Key_Tab)
        assert user.chooser.footer.text() == "Enter adds   ·   Shift+Enter also wires f into it"
        user.type("tanh")
        user.press(Key.Key_Return, modifiers=SHIFT)
        assert user.session.graph.nodes[newest(user)].inputs == (node(user, "f"),)
        user.undo()
        assert set(user.session.graph.by_name) == {"x", "y", "z", "q", "f"}, "one step of the history"

    def test_two_selected_nodes_become_both_inputs_the_upper_one_first(self, user: User) -> None:
        user.click(user.face(node(user, "z")))
        user.click(user.face(node(user, "x")), modifiers=SHIFT)
        user.press(Key.Key_Tab)
        user.type("-")
        user.press(Key.Key_Return, modifiers=SHIFT)
        assert user.session.graph.nodes[newest(user)].inputs == (node(user, "x"), node(user, "z"))

    def test_a_wire_dropped_on_the_ground_enters_what_is_chosen(self, user: User) -> None:
        place = user.nowhere() + QPoint(40, 60)
        user.drag(user.out_port(node(user, "x")), place)
        assert user.chooser.field.placeholderText() == "What does x go into?"
        assert "Variable" not in user.offered
        user.type("tanh\n")
        assert user.session.graph.nodes[newest(user)].inputs == (node(user, "x"),)
        assert (user.in_port(newest(user)) - place).manhattanLength() <= 2, "the input is where the wire was let go"
        user.undo()
        assert len(user.session.graph.nodes) == 5, "one step of the history"

    def test_only_what_the_value_fits_is_offered(self, user: User) -> None:
        user.double_click(user.face(node(user, "z")))
        user.type("[1, 2, 3]\n")
        user.drag(user.out_port(node(user, "z")), user.nowhere() + QPoint(40, 0))
        user.type("inv")
        assert "Inverse" not in user.offered, "of a vector there is none"

    def test_a_wire_drawn_back_from_an_input_is_fed_by_what_is_chosen(self, user: User) -> None:
        user.click(user.on_wire(node(user, "f"), 1))
        user.press(Key.Key_Delete)
        place = user.nowhere() + QPoint(180, 60)
        user.drag(user.in_port(node(user, "f"), 1), place)
        assert user.chooser.field.placeholderText() == "What feeds f?"
        user.type("3\n")
        assert user.session.graph.nodes[node(user, "f")].inputs == (node(user, "q"), newest(user))
        assert user.session.graph.nodes[newest(user)].value == 3.0
        assert (user.out_port(newest(user)) - place).manhattanLength() <= 2

    def test_or_by_a_node_that_is_there_named(self, user: User) -> None:
        user.click(user.on_wire(node(user, "f"), 1))
        user.press(Key.Key_Delete)
        user.drag(user.in_port(node(user, "f"), 1), user.nowhere() + QPoint(180, 60))
        user.type("x\n")
        assert user.session.graph.nodes[node(user, "f")].inputs == (node(user, "q"), node(user, "x"))

    def test_one_that_would_close_a_cycle_says_so(self, user: User) -> None:
        user.click(user.on_wire(node(user, "q"), 1))
        user.press(Key.Key_Delete)
        user.drag(user.in_port(node(user, "q"), 1), user.nowhere() + QPoint(180, 60))
        user.type("f\n")
        row = user.chooser.list.item(0)
        assert user.offered == ["f"]
        assert row.toolTip() == "f already depends on q: this wire would close a cycle, which has no value"
        assert user.session.graph.nodes[node(user, "q")].inputs == (node(user, "x"), None)

    def test_escape_leaves_the_wire_in_the_air(self, user: User) -> None:
        before = user.session.diagram
        user.drag(user.out_port(node(user, "x")), user.nowhere() + QPoint(40, 0))
        user.press(Key.Key_Escape)
        assert user.session.diagram is before
        assert not is_open(user)

    def test_into_the_selected_wire(self, user: User) -> None:
        user.click(user.on_wire(node(user, "f"), 0))
        user.press(Key.Key_Tab)
        assert user.chooser.field.placeholderText() == "What goes into the wire?"
        user.type("sq\n")
        new = newest(user)
        assert user.session.graph.nodes[new].inputs[0] == node(user, "q")
        assert user.session.graph.nodes[node(user, "f")].inputs == (new, node(user, "z"))

    def test_dropped_from_the_palette_on_a_wire(self, user: User) -> None:
        data = user.window.palette_.tree.mimeData([user.operation("Sine")])
        user.drop(data, user.canvas, user.canvas.mapFrom(user.window, user.on_wire(node(user, "f"), 1, 0.5)))
        new = newest(user)
        assert user.session.graph.nodes[new].inputs == (node(user, "z"),)
        assert user.session.graph.nodes[node(user, "f")].inputs == (node(user, "q"), new)
        assert user.canvas.adding.aimed is None
        user.undo()
        assert len(user.session.graph.nodes) == 5, "one step of the history"


class Counted:
    """Counts what somebody does: a key and a click are one action each, a word typed has as many as it has letters."""

    def __init__(self, user: User) -> None:
        self.user, self.keys, self.movements = user, 0, 0

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
        self.keys += 1
        self.user.press(key, modifiers=modifiers)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.user.type(text)

    def click(self, at: QPoint) -> None:
        self.movements += 1
        self.user.click(at)

    def drag(self, start: QPoint, end: QPoint) -> None:
        self.movements += 1
        self.user.drag(start, end)

    def offer(self, title: str) -> None:
        self.movements += 1
        self.user.click_offer(title)


class TestNeuron:
    """σ(w₁x₁ + w₂x₂ + b), from an empty canvas."""

    @pytest.fixture
    def user(self, user: User) -> User:
        user.undo()
        assert user.session.diagram == Diagram()
        user.canvas.setFocus()
        return user

    def test_by_keyboard_alone(self, user: User, capsys: pytest.CaptureFixture[str]) -> None:
        hand = Counted(user)

        def add(text: str, *, wired: bool = False) -> None:
            hand.press(Key.Key_Tab)
            hand.type(text)
            hand.press(Key.Key_Return, SHIFT if wired else Modifier.NoModifier)

        def feed(name: str) -> None:
            """A value that goes nowhere yet is offered first; where there are two, the one that was made last."""
            hand.press(Key.Key_C, SHIFT)
            assert user.chosen[0] == name
            hand.press(Key.Key_Return)

        for number, name in zip("12", ["x₁", "x₂"], strict=True):
            add(f"x{number}")
            add(f"w{number}")
            add("*", wired=True)
            feed(name)
        add("+", wired=True)
        feed("v₁")
        add("b")
        add("+", wired=True)
        feed("v₃")
        add("sigm", wired=True)
        assert user.text == "v5 = sigmoid(b + (w2 * x2 + w1 * x1))"
        assert user.session.stage.card(newest(user)).value == "0.9526"
        with capsys.disabled():
            print(f"\na sigmoid neuron by keyboard alone: {hand.keys} keys", end="")

    def test_by_mouse_alone(self, user: User, capsys: pytest.CaptureFixture[str]) -> None:
        hand, canvas = Counted(user), user.canvas

        def click_palette(title: str) -> NodeId:
            hand.click(user.palette_item(title))
            return newest(user)

        x, y = click_palette("Variable"), click_palette("Variable")
        w, b, w1 = click_palette("Parameter"), click_palette("Parameter"), click_palette("Parameter")
        products = []
        for source, weight, row in ((x, w, 0.12), (y, w1, 0.3)):
            place = canvas.mapTo(user.window, QPoint(round(canvas.width() * 0.45), round(canvas.height() * row)))
            hand.drag(user.out_port(source), place)
            hand.offer("Multiply")
            products.append(newest(user))
            hand.drag(user.out_port(weight), user.in_port(products[-1], 1))
        rect = user.session.stage.rect(products[0])
        hand.drag(user.out_port(products[0]), user.at((rect.right + 60, rect.bottom + 40)))
        hand.offer("Add")
        total = newest(user)
        hand.drag(user.out_port(products[1]), user.in_port(total, 1))
        rect = user.session.stage.rect(total)
        hand.drag(user.out_port(total), user.at((rect.right + 60, rect.bottom + 40)))
        hand.offer("Add")
        biased = newest(user)
        hand.drag(user.out_port(b), user.in_port(biased, 1))
        rect = user.session.stage.rect(biased)
        hand.drag(user.out_port(biased), user.at((rect.x + 20, rect.bottom + 60)))
        hand.offer("Sigmoid")
        graph = user.session.graph
        assert graph.nodes[newest(user)].inputs == (biased,)
        assert graph.nodes[biased].inputs == (total, b)
        assert graph.nodes[total].inputs == tuple(products)
        assert [graph.nodes[product].inputs for product in products] == [(x, w), (y, w1)]
        assert user.session.stage.card(newest(user)).value == "0.9526"
        assert hand.keys == 0
        with capsys.disabled():
            print(f"\na sigmoid neuron by mouse alone: {hand.movements} clicks and drags", end="")
