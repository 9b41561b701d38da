"""Stories (b) and (c): wiring x·x by hand from an empty canvas, choosing outputs, and being refused a cycle."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint

from bpviz.document.diagram import Diagram
from bpviz.graph.graph import NodeId
from bpviz.ui.canvas.gestures import DrawWire
from bpviz.ui.window import Window
from tests.user import Key, User


def drop_operation(user: User, title: str, at: tuple[int, int]) -> NodeId:
    """Drops what the palette hands out when an operation is dragged."""
    data = user.window.palette_.tree.mimeData([user.operation(title)])
    user.drop(data, user.canvas, QPoint(*at))
    return max(user.session.graph.nodes)


def first_found(window: Window) -> str:
    """What stands first in the palette."""
    item = window.palette_.tree.topLevelItem(0)
    return "" if item is None else item.text(0)


def card_of(user: User, node: NodeId) -> tuple[str, str, str]:
    card = user.session.stage.card(node)
    return card.caption, card.value, f"{card.strip} {card.gradient}".strip()


@pytest.fixture
def square(user: User) -> tuple[NodeId, NodeId]:
    """x·x, wired by hand: the ids of x and of the product."""
    x = user.add_from_palette("Variable")
    product = user.add_from_palette("Multiply")
    user.drag(user.face(product), user.face(product) + user.face(product) - user.face(x))
    user.wire(x, product, 0)
    user.wire(x, product, 1)
    return x, product


def test_from_an_empty_canvas_to_x_times_x(user: User, window: Window) -> None:
    assert user.caption == "An empty canvas: type an expression above, or drag an operation from the left."
    x = user.add_from_palette("Variable")
    assert card_of(user, x) == ("input", "1", "∂x/∂x 1")
    assert user.session.selection == {x}

    product = drop_operation(user, "Multiply", (600, 350))
    rect = user.session.stage.rect(product)
    assert user.canvas.to_screen((rect.x + rect.width / 2, rect.y + rect.height / 2)).toTuple() == (600, 350)
    card = user.session.stage.card(product)
    assert " ".join(card.trouble) == "v₁ waits for both inputs to be wired"
    assert card.value == ""

    user.wire(x, product, 0)
    assert user.session.graph.nodes[product].inputs == (x, None)
    assert " ".join(user.session.stage.card(product).trouble) == "v₁ waits for its second input to be wired"
    assert user.text == "v1 = x * _"

    user.wire(x, product, 1)
    assert user.session.graph.nodes[product].inputs == (x, x)
    assert user.text == "v1 = x * x"
    assert user.session.stage.card(product).trouble == ()
    assert card_of(user, product) == ("v₁ = x · x", "1", "∂v₁/∂v₁ 1")

    user.slide(x, -9.0)
    assert card_of(user, product) == ("v₁ = x · x", "25", "∂v₁/∂v₁ 1")
    assert card_of(user, x) == ("input", "−5", "∂v₁/∂x −10")
    assert [user.session.trace.sent(wire).contribution for wire in user.session.trace.wires_into(x)] == [-5.0, -5.0]


def test_both_shares_of_x_used_twice_are_added_before_the_eyes(user: User, square: tuple[NodeId, NodeId]) -> None:
    x, _ = square
    user.double_click(user.face(x))
    user.type("3\n")
    user.press(Key.Key_Home)
    said = [user.session.stage.at(float(step)).card(x).gradient for step in range(len(user.session.trace) + 1)]
    assert said == ["", "", "", "", "", "3", "3", "6"]
    user.press(Key.Key_End)
    assert user.caption == "x adds it to what it has: 3 + 3 = 6. So ∂v₁/∂x = 6."


def test_a_wire_dropped_anywhere_on_a_card_finds_the_free_input(user: User) -> None:
    x = user.add_from_palette("Variable")
    product = drop_operation(user, "Multiply", (650, 200))
    y = drop_operation(user, "Variable", (200, 500))
    user.drag(user.out_port(x), user.face(product))
    user.drag(user.out_port(y), user.face(product))
    assert user.session.graph.nodes[product].inputs == (x, y)


def test_text_that_was_wired_can_be_typed_on(user: User, square: tuple[NodeId, NodeId]) -> None:
    x, product = square
    places = dict(user.session.diagram.positions)
    user.write_expression("v1 = x * x; f = v1 + sin(x)")
    assert user.session.graph.by_name["x"] == x
    assert {node: user.session.diagram.positions[node] for node in square} == places
    assert user.session.graph.by_name["v1"] == product
    user.undo()


def test_choosing_the_output(user: User, square: tuple[NodeId, NodeId]) -> None:
    x, product = square
    double = user.add_from_palette("Add")
    user.wire(product, double, 0)
    user.wire(product, double, 1)
    user.slide(x, 9.0)
    session = user.session
    assert session.graph.result == double
    assert card_of(user, x)[2] == "∂v₂/∂x 20"

    user.click(user.face(product))
    user.press(Key.Key_O)
    assert session.graph.result == product
    assert session.stage.card(product).is_output
    assert not session.stage.card(double).is_output
    assert card_of(user, x)[2] == "∂v₁/∂x 10"
    assert card_of(user, double)[2] == "no path to v₁ 0"
    assert user.text == "v1 = x * x; v2 = v1 + v1; v1"

    user.click(user.face(x))
    user.press(Key.Key_O)
    assert session.graph.result == x
    assert card_of(user, x)[2] == "∂x/∂x 1"

    user.undo(2)
    assert session.graph.result == double


def test_the_palette_finds_operations_by_their_signs(user: User, window: Window) -> None:
    user.click(user.nowhere())
    user.press(Key.Key_Tab)
    assert window.palette_.search.hasFocus()
    user.type("times")
    assert first_found(window) == "Multiply"
    user.type("\n")
    assert [node.op.name for node in user.session.graph.nodes.values()] == ["mul"]
    assert window.palette_.search.text() == ""


def test_a_search_that_finds_nothing_says_so(user: User, window: Window) -> None:
    user.click(user.nowhere())
    user.press(Key.Key_Tab)
    user.type("xyzzy\n")
    assert first_found(window) == "nothing by that name"
    assert user.session.graph.nodes == {}


class TestCycle:
    @pytest.fixture
    def chain(self, user: User) -> tuple[NodeId, NodeId, NodeId]:
        """x → sin → exp."""
        user.write_expression("a = sin(x); b = exp(a)")
        user.click(user.nowhere())
        names = user.session.graph.by_name
        return names["x"], names["a"], names["b"]

    def test_a_wire_that_would_close_a_cycle_is_refused_with_the_reason(
        self, user: User, chain: tuple[NodeId, NodeId, NodeId]
    ) -> None:
        _, a, b = chain
        before = user.session.diagram
        start, end = user.out_port(b), user.in_port(a)
        user.grab(start)
        user.move(start, end)
        gesture = user.canvas.gesture
        assert isinstance(gesture, DrawWire)
        reason = "b already depends on a: this wire would close a cycle, which has no value"
        assert gesture.refusal == reason, "said while the wire is still in the hand"
        assert user.session.diagram is before
        user.let_go(end)
        assert user.message == reason + "."
        assert user.session.diagram is before
        assert user.session.document.redo_label is None

    def test_a_node_cannot_be_its_own_input(self, user: User, chain: tuple[NodeId, NodeId, NodeId]) -> None:
        _, a, _ = chain
        before = user.session.diagram
        user.wire(a, a)
        assert user.message == "a cannot be its own input: it would never have a value."
        assert user.session.diagram is before

    def test_the_refusal_goes_when_the_wire_moves_on(self, user: User, chain: tuple[NodeId, NodeId, NodeId]) -> None:
        _, a, b = chain
        before = user.session.diagram
        start, end = user.out_port(b), user.in_port(a)
        user.grab(start)
        user.move(start, end)
        away = user.nowhere()
        user.move(end, away)
        assert isinstance(user.canvas.gesture, DrawWire)
        assert user.canvas.gesture.refusal is None
        user.let_go(away)
        assert user.session.diagram is before
        assert user.message == ""

    def test_a_cycle_typed_is_refused_too(self, user: User, chain: tuple[NodeId, NodeId, NodeId]) -> None:
        before = user.session.diagram
        user.write_expression("a = sin(b); b = exp(a)\n")
        assert user.message == "column 1: circular: a needs b, b needs a; one of them has to be an input."
        assert user.text == "a = sin(b); b = exp(a)", "what was typed stays, to be mended"
        assert user.session.diagram is before, "and what can't be is no step of the history"


def test_undoing_a_graph_built_by_hand_gives_the_empty_canvas_back(user: User, square: tuple[NodeId, NodeId]) -> None:
    last = user.session.diagram
    for _ in range(5):
        user.undo()
    assert user.session.diagram == Diagram()
    assert user.session.document.undo_label is None
    user.redo(5)
    assert user.session.diagram is last
