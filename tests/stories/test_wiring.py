"""Stories (b) and (c): wiring x·x by hand from an empty canvas, choosing outputs, and being refused a cycle."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from bpviz.document.diagram import Diagram
from bpviz.document.fitting import Fitting
from bpviz.graph.graph import Graph, Node, NodeId
from bpviz.ops import OPS
from bpviz.stage.geometry import STRIP_HEIGHT
from bpviz.ui.canvas.connecting import DrawWire
from bpviz.ui.canvas.cutting import CutWires
from bpviz.ui.canvas.linking import Link
from bpviz.ui.canvas.moving import MoveCards, Shaking
from bpviz.ui.gliding import DURATION
from bpviz.ui.settings import CUTTING
from bpviz.ui.window import Window
from tests.ui.recording import written_on
from tests.user import Button, Key, Modifier, User


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
    assert user.caption == "There is nothing to tell yet: the canvas is empty."
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
    user.press(Key.Key_K, modifiers=Modifier.ControlModifier)
    assert window.palette_.search.hasFocus()
    user.type("times")
    assert first_found(window) == "Multiply"
    user.type("\n")
    assert [node.op.name for node in user.session.graph.nodes.values()] == ["mul"]
    assert window.palette_.search.text() == ""


def test_a_search_that_finds_nothing_says_so(user: User, window: Window) -> None:
    user.click(user.nowhere())
    user.press(Key.Key_K, modifiers=Modifier.ControlModifier)
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
        assert user.message == "Column 1: circular: a needs b, b needs a; one of them has to be an input."
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


class TestAWireInTheHand:
    @pytest.fixture
    def user(self, user: User) -> User:
        user.paste_expression("q = x + y; f = q * z")
        user.click(user.nowhere())
        return user

    def test_it_snaps_to_the_nearest_port_that_fits(self, user: User) -> None:
        names = user.session.graph.by_name
        port = user.in_port(names["f"], 1)
        user.drag(user.out_port(names["x"]), port + QPoint(-22, 12))
        assert user.session.graph.nodes[names["f"]].inputs == (names["q"], names["x"])

    def test_ports_that_may_not_be_do_not_attract_it(self, user: User) -> None:
        """Between two in ports, of which the nearer one would close a cycle."""
        names = user.session.graph.by_name
        start, below = user.out_port(names["f"]), user.in_port(names["q"], 1) + QPoint(-20, 10)
        user.grab(start)
        user.move(start, below)
        gesture = user.canvas.gesture
        assert isinstance(gesture, DrawWire)
        assert gesture.target is None
        assert gesture.refusal is None, "the hand is beside the port, not on it"
        user.press(Key.Key_Escape)
        user.let_go(below)

    def test_a_shape_that_does_not_fit_is_refused_with_the_rule(self, user: User) -> None:
        user.paste_expression("f = A @ b; c = variable()")
        user.click(user.nowhere())
        names = user.session.graph.by_name
        for name, text in (("A", "[[1, 2], [3, 4]]"), ("b", "[1, 2]"), ("c", "[1, 2, 3]")):
            user.double_click(user.face(names[name]))
            user.type(text + "\n")
        before = user.session.diagram
        start, end = user.out_port(names["c"]), user.in_port(names["f"], 1)
        user.grab(start)
        user.move(start, end)
        gesture = user.canvas.gesture
        assert isinstance(gesture, DrawWire)
        assert gesture.refusal is not None
        assert gesture.refusal.startswith("matrix product cannot multiply shape 2 × 2 with shape 3")
        at_the_hand = " ".join(piece.text.strip() for piece in written_on(user.canvas))
        assert f"M{gesture.refusal[1:]}." in at_the_hand, "a sentence there, too"
        user.let_go(end)
        assert user.session.diagram is before
        assert user.message == f"M{gesture.refusal[1:]}."

    def test_drawn_back_from_an_input_to_a_card(self, user: User) -> None:
        names = user.session.graph.by_name
        user.drag(user.in_port(names["f"], 1), user.nowhere())
        assert user.session.graph.nodes[names["f"]].inputs == (names["q"], None)
        user.drag(user.in_port(names["f"], 1), user.face(names["y"]))
        assert user.session.graph.nodes[names["f"]].inputs == (names["q"], names["y"])
        user.undo()
        user.drag(user.in_port(names["f"], 1), user.out_port(names["f"]))
        assert user.message == "f cannot be its own input: it would never have a value."

    def test_a_click_on_an_input_that_waits_selects_its_card(self, user: User) -> None:
        names = user.session.graph.by_name
        user.drag(user.in_port(names["f"], 1), user.nowhere())
        user.click(user.in_port(names["f"], 1))
        assert user.session.selection == {names["f"]}

    def test_ten_thousand_nodes_are_asked_at_once(self) -> None:
        """What takes time is worked out at the press: then every port is a look into a set."""
        nodes = [Node(1, OPS["variable"], (), 1.0, "x")]
        nodes += [Node(i, OPS["mul"], (i - 1, max(1, i - 7))) for i in range(2, 10_001)]
        diagram = Diagram(Graph(nodes), {node.id: (0.0, 0.0) for node in nodes})
        fitting = Fitting(diagram, source=5000).prepared()
        answers = [fitting.why_not(5000, target, 0) for target in range(2, 10_001)]
        assert [answer is None for answer in answers] == [target > 5000 for target in range(2, 10_001)]


class TestPutIntoAWire:
    @pytest.fixture
    def user(self, user: User) -> User:
        user.paste_expression("q = x + y; f = q * z")
        user.click(user.nowhere())
        return user

    def test_a_card_dropped_on_a_wire_goes_into_it(self, user: User) -> None:
        names = user.session.graph.by_name
        new = user.add_from_palette("Hyperbolic tangent")
        wire = user.on_wire(names["f"], 0, 0.5)
        start = user.face(new)
        rect = user.session.stage.rect(new)
        middle = user.at((rect.x + rect.width / 2, rect.y + (rect.height - STRIP_HEIGHT) / 2))
        user.grab(start)
        user.move(start, wire + start - middle)
        gesture = user.canvas.gesture
        assert isinstance(gesture, MoveCards)
        assert gesture.aimed == (names["f"], 0), "lit while the card is over it"
        user.let_go(wire + start - middle)
        assert user.session.graph.nodes[new].inputs == (names["q"],)
        assert user.session.graph.nodes[names["f"]].inputs == (new, names["z"])
        assert user.session.document.undo_label == "Put into a wire"
        user.undo()
        assert user.session.graph.nodes[names["f"]].inputs == (names["q"], names["z"])

    def drop_on_wire(self, user: User) -> NodeId:
        new = user.add_from_palette("Hyperbolic tangent")
        user.drag(user.face(new), user.on_wire(user.session.graph.by_name["f"], 0, 0.5))
        assert user.session.document.undo_label == "Put into a wire"
        return new

    def test_what_comes_after_it_makes_room(self, user: User) -> None:
        names, session = user.session.graph.by_name, user.session
        user.canvas.fit()
        new = self.drop_on_wire(user)
        dropped, at = session.diagram, session.stage.rect(names["f"])
        assert user.window.gliding.is_gliding
        user.settle()
        card, before, after = (session.stage.rect(node) for node in (new, names["q"], names["f"]))
        assert before.right + 100.0 < card.x
        assert card.right + 100.0 < after.x
        assert user.canvas.is_fitted, "as it was before"
        view = user.canvas.camera.view(user.canvas.width(), user.canvas.height())
        assert view.contains((after.right, after.bottom))
        user.undo()
        assert session.document.undo_label == "Move", "one step of the history"
        user.redo()
        assert session.diagram is dropped
        assert session.stage.rect(names["f"]).x > at.x

    def test_undone_it_glides_back_and_turns_round_on_the_way(self, user: User) -> None:
        names, session, gliding = user.session.graph.by_name, user.session, user.window.gliding
        start = session.stage.rect(names["f"])
        self.drop_on_wire(user)
        goal = session.diagram.positions[names["f"]]
        gliding.advance(DURATION / 3)
        shown = session.stage.rect(names["f"])
        assert start.x < shown.x < goal[0]
        user.undo()
        assert gliding.is_gliding
        assert session.graph.nodes[names["f"]].inputs[0] == names["q"], "what changed is there at once"
        assert session.stage.rect(names["f"]) == shown, "from where it was seen"
        gliding.advance(DURATION / 3)
        assert start.x < session.stage.rect(names["f"]).x < shown.x
        user.settle()
        assert session.stage.rect(names["f"]) == start
        user.redo()
        assert session.stage.rect(names["f"]) == start
        user.settle()
        assert session.stage.rect(names["f"]).x == goal[0]

    def test_where_somebody_looks_closely_the_ground_does_not_move(self, user: User) -> None:
        user.wheel(user.face(user.session.graph.by_name["q"]), 120)
        camera = user.canvas.camera
        self.drop_on_wire(user)
        user.settle()
        assert user.canvas.camera == camera

    def test_what_is_pinned_makes_no_room(self, user: User) -> None:
        user.session.select({user.session.graph.by_name["f"]})
        user.canvas.setFocus()
        user.press(Key.Key_P, modifiers=Modifier.ShiftModifier)
        at = user.session.stage.rect(user.session.graph.by_name["f"])
        self.drop_on_wire(user)
        user.settle()
        assert user.session.stage.rect(user.session.graph.by_name["f"]) == at

    def test_so_does_what_comes_after_an_operation_from_the_search(self, user: User) -> None:
        names = user.session.graph.by_name
        user.session.select((), wire=(names["f"], 0))
        user.canvas.setFocus()
        user.press(Key.Key_Tab)
        user.type("exp\n")
        user.settle()
        new = max(user.session.graph.nodes)
        card, after = user.session.stage.rect(new), user.session.stage.rect(names["f"])
        assert user.session.graph.nodes[names["f"]].inputs[0] == new
        assert card.right + 100.0 < after.x
        user.undo()
        assert new not in user.session.graph.nodes

    def test_a_card_with_all_inputs_wired_only_moves(self, user: User) -> None:
        names = user.session.graph.by_name
        graph = user.session.graph
        start = user.face(names["z"])
        user.drag(start, user.on_wire(names["f"], 0, 0.5))
        assert user.session.graph is graph

    def test_not_where_it_would_close_a_cycle(self, user: User) -> None:
        names = user.session.graph.by_name
        user.drag(user.in_port(names["f"], 1), user.nowhere())
        start = user.face(names["f"])
        user.grab(start)
        user.move(start, user.on_wire(names["q"], 0, 0.5))
        gesture = user.canvas.gesture
        assert isinstance(gesture, MoveCards)
        assert gesture.aimed is None
        user.press(Key.Key_Escape)
        user.let_go(start)


class TestCutting:
    @pytest.fixture
    def user(self, user: User) -> User:
        user.paste_expression("q = x + y; f = q * z")
        user.click(user.nowhere())
        return user

    def stroke(self, user: User) -> tuple[QPoint, QPoint]:
        """From above to below, left of q: across the wires from x and y."""
        names = user.session.graph.by_name
        first, last = user.on_wire(names["q"], 0, 0.5), user.on_wire(names["q"], 1, 0.5)
        return first - QPoint(0, 30), last + QPoint(0, 30)

    @pytest.mark.parametrize(
        ("button", "held"),
        [(Button.RightButton, Modifier.ControlModifier), (Button.LeftButton, Modifier.AltModifier)],
        ids=["Ctrl + right", "Alt + left"],
    )
    def test_a_stroke_cuts_all_wires_that_it_crosses(
        self, user: User, button: Qt.MouseButton, held: Qt.KeyboardModifier
    ) -> None:
        names = user.session.graph.by_name
        before = user.session.diagram
        start, end = self.stroke(user)
        user.drag(start, end, button, held)
        assert user.session.graph.nodes[names["q"]].inputs == (None, None)
        assert user.session.graph.nodes[names["f"]].inputs == (names["q"], names["z"])
        assert user.session.document.undo_label == "Cut 2 wires"
        assert QApplication.activePopupWidget() is None, "no menu"
        user.undo()
        assert user.session.diagram is before

    def test_a_click_cuts_the_wire_or_all_wires_of_the_port_that_it_hits(self, user: User) -> None:
        names, before = user.session.graph.by_name, user.session.diagram
        q, f = names["q"], names["f"]
        for place, held, cut in (
            (user.on_wire(q, 0, 0.15), Modifier.AltModifier, (None, names["y"])),
            (user.in_port(q, 1), Modifier.AltModifier, (names["x"], None)),
        ):
            user.click(place, modifiers=held)
            assert user.session.graph.nodes[q].inputs == cut
            assert user.session.document.undo_label == "Cut 1 wire"
            user.undo()
        user.wire(names["x"], f, 1)
        user.click(user.out_port(names["x"]), modifiers=Modifier.AltModifier)
        assert user.session.graph.nodes[q].inputs == (None, names["y"])
        assert user.session.graph.nodes[f].inputs == (q, None)
        assert user.session.document.undo_label == "Cut 2 wires"
        user.undo(2)
        user.click(user.on_wire(q, 0, 0.15), Button.RightButton, Modifier.ControlModifier)
        assert user.session.graph.nodes[q].inputs == (None, names["y"])
        assert QApplication.activePopupWidget() is None
        user.undo()
        user.click(user.face(q), modifiers=Modifier.AltModifier)
        assert user.session.diagram is before, "a card is not a wire"

    def test_where_the_desktop_takes_alt_other_keys_cut(self, user: User) -> None:
        user.session.settings.set(CUTTING, "ctrl-shift")
        before, (start, end) = user.session.diagram, self.stroke(user)
        for held in (Modifier.AltModifier, Modifier.ControlModifier, Modifier.ShiftModifier):
            user.drag(start, end, modifiers=held)
            assert user.session.diagram is before
        user.drag(start, end, modifiers=Modifier.ControlModifier | Modifier.ShiftModifier)
        assert user.session.document.undo_label == "Cut 2 wires"

    def test_escape_in_mid_stroke_cuts_none(self, user: User) -> None:
        before = user.session.diagram
        start, end = self.stroke(user)
        user.grab(start, Button.RightButton, Modifier.ControlModifier)
        user.move(start, end)
        assert isinstance(user.canvas.gesture, CutWires)
        assert len(user.canvas.gesture.crossed) == 2
        user.press(Key.Key_Escape)
        user.let_go(end, Button.RightButton)
        assert user.session.diagram is before

    def test_undone_in_mid_stroke(self, user: User) -> None:
        start, end = self.stroke(user)
        user.grab(start, Button.RightButton, Modifier.ControlModifier)
        user.move(start, end)
        user.undo()
        user.let_go(end, Button.RightButton)
        assert user.session.graph.nodes == {}

    def test_a_stroke_over_nothing_is_no_edit(self, user: User) -> None:
        before = user.session.diagram
        place = user.nowhere()
        user.drag(place, place + QPoint(30, 0), Button.RightButton, Modifier.ControlModifier)
        assert user.session.diagram is before


class TestHealing:
    @pytest.fixture
    def user(self, user: User) -> User:
        user.paste_expression("a = sin(x); b = exp(a); f = b * y")
        user.click(user.nowhere())
        return user

    @pytest.mark.parametrize(
        ("key", "held"),
        [
            (Key.Key_X, Modifier.NoModifier),
            (Key.Key_Delete, Modifier.ControlModifier),
            (Key.Key_Delete, Modifier.AltModifier),
        ],
        ids=["X", "Ctrl+Delete", "Alt+Delete"],
    )
    def test_what_a_deleted_node_stood_between_is_wired(
        self, user: User, key: Qt.Key, held: Qt.KeyboardModifier
    ) -> None:
        names = user.session.graph.by_name
        user.click(user.face(names["b"]))
        user.press(key, modifiers=held)
        assert set(user.session.graph.by_name) == {"x", "y", "a", "f"}
        assert user.session.graph.nodes[names["f"]].inputs == (names["a"], names["y"])
        user.undo()
        assert user.session.graph.nodes[names["f"]].inputs == (names["b"], names["y"])

    def test_who_deletes_out_of_a_wire_is_offered_to_heal_it(self, user: User) -> None:
        before, names = user.session.diagram, user.session.graph.by_name
        user.click(user.face(names["b"]))
        user.press(Key.Key_Delete)
        assert user.session.graph.nodes[names["f"]].inputs == (None, names["y"])
        assert user.message == "Deleted 1 node: X heals the wire that is cut now."
        user.press(Key.Key_X)
        assert user.session.graph.nodes[names["f"]].inputs == (names["a"], names["y"])
        assert user.session.document.labels[-1] == "Delete and heal", "as if it had been done in this way"
        user.undo()
        assert user.session.diagram is before
        assert user.session.selection == {names["b"]}

    def test_where_there_is_nothing_to_heal_nothing_is_offered(self, user: User) -> None:
        names = user.session.graph.by_name
        user.click(user.face(names["x"]))
        user.press(Key.Key_Delete)
        assert user.message == ""
        user.click(user.face(names["y"]))
        user.press(Key.Key_X)
        assert set(user.session.graph.by_name) == {"a", "b", "f"}, "what is selected is meant, and not what was deleted"

    def test_detached_by_key(self, user: User) -> None:
        names = user.session.graph.by_name
        user.click(user.face(names["b"]))
        user.press(Key.Key_D)
        assert user.session.graph.nodes[names["b"]].inputs == (None,)
        assert user.session.graph.nodes[names["f"]].inputs == (names["a"], names["y"])

    def test_shaken_off(self, user: User) -> None:
        before, names = user.session.diagram, user.session.graph.by_name
        start = user.face(names["b"])
        user.grab(start)
        for _ in range(3):
            user.move(start, start + QPoint(40, 10), 3)
            user.move(start + QPoint(40, 10), start, 3)
        assert user.session.graph.nodes[names["b"]].inputs == (None,)
        assert user.session.graph.nodes[names["f"]].inputs == (names["a"], names["y"])
        assert user.message == "b is off the wires, because you shook; Ctrl+Z wires all as it was."
        away = start + QPoint(0, 150)
        user.move(start, away)
        user.let_go(away)
        assert (user.face(names["b"]) - away).manhattanLength() <= 12, "still in the hand, but for the guides"
        assert user.session.document.undo_label == "Shake off"
        user.undo()
        assert user.session.diagram is before, "one step of the history"

    def test_let_go_where_it_was_it_does_not_go_back_into_the_wire(self, user: User) -> None:
        names = user.session.graph.by_name
        start = user.face(names["b"])
        user.grab(start)
        for _ in range(3):
            user.move(start, start + QPoint(40, 0), 3)
            user.move(start + QPoint(40, 0), start, 3)
        user.let_go(start)
        assert user.session.graph.nodes[names["b"]].inputs == (None,)

    def test_escape_puts_a_shaken_card_back(self, user: User) -> None:
        before, names = user.session.diagram, user.session.graph.by_name
        start = user.face(names["b"])
        user.grab(start)
        for _ in range(3):
            user.move(start, start + QPoint(40, 0), 3)
            user.move(start + QPoint(40, 0), start, 3)
        user.press(Key.Key_Escape)
        user.let_go(start)
        assert user.session.diagram is before

    def test_moving_to_and_fro_slowly_is_no_shaking(self) -> None:
        shaking, clock = Shaking(), 0
        for turn in range(20):
            for step in range(10):
                clock += 60
                x = 8.0 * (step if turn % 2 == 0 else 10 - step)
                assert not shaking.feed(x, clock)

    def test_a_trembling_hand_is_no_shaking(self) -> None:
        shaking = Shaking()
        assert not any(shaking.feed(float(x + 9 * (x % 2)), x) for x in range(200))


class TestByKeyboard:
    @pytest.fixture
    def user(self, user: User) -> User:
        user.paste_expression("q = x - y; f = q * z")
        user.click(user.face(user.session.graph.by_name["x"]))
        return user

    def test_connect_to_by_name(self, user: User) -> None:
        names = user.session.graph.by_name
        user.press(Key.Key_C)
        assert user.chooser.field.placeholderText() == "Connect x to …"
        user.type("f")
        assert user.chosen == ("f", "first input, in place of q")
        user.press(Key.Key_Down)
        assert user.chosen == ("f", "second input, in place of z")
        assert user.canvas.linking.link == Link(names["x"], names["f"], 1), "shown on the canvas"
        user.press(Key.Key_Return)
        assert user.session.graph.nodes[names["f"]].inputs == (names["q"], names["x"])
        assert user.canvas.linking.link is None
        assert user.session.selection == {names["x"]}
        assert user.canvas.hasFocus()

    def test_inputs_that_wait_come_first(self, user: User) -> None:
        names = user.session.graph.by_name
        user.drag(user.in_port(names["f"], 1), user.nowhere())
        user.click(user.face(names["x"]))
        user.press(Key.Key_C)
        assert user.chosen == ("f", "second input")
        user.press(Key.Key_Escape)
        assert user.canvas.linking.link is None

    def test_an_input_is_fed_by_name(self, user: User) -> None:
        names = user.session.graph.by_name
        user.drag(user.in_port(names["f"], 1), user.nowhere())
        user.click(user.face(names["f"]))
        user.press(Key.Key_C, modifiers=Modifier.ShiftModifier)
        user.type("y\n")
        assert user.session.graph.nodes[names["f"]].inputs == (names["q"], names["y"])

    def test_what_may_not_be_says_why_where_it_is_asked_for(self, user: User) -> None:
        user.click(user.face(user.session.graph.by_name["f"]))
        user.press(Key.Key_C)
        assert user.offered == ["Nothing by that name"], "f goes nowhere"
        user.type("q")
        assert user.offered == ["q", "q"]
        assert user.chooser.current is None
        row = user.chooser.list.item(0)
        assert row.toolTip() == "f already depends on q: this wire would close a cycle, which has no value"
        before = user.session.diagram
        user.press(Key.Key_Return)
        assert user.session.diagram is before
        user.press(Key.Key_Escape)

    def test_a_leaf_cannot_be_fed_and_says_so(self, user: User) -> None:
        user.press(Key.Key_C, modifiers=Modifier.ShiftModifier)
        assert user.message == "x holds a value and has no inputs; C connects it to the input of another node."
        assert user.canvas.linking.chooser is None

    def test_swapping_the_inputs(self, user: User) -> None:
        names = user.session.graph.by_name
        user.click(user.face(names["q"]))
        user.press(Key.Key_I)
        assert user.text == "q = y - x; f = q * z"
        assert user.session.document.undo_label == "Swap the inputs"
        user.undo()
        assert user.text == "q = x - y; f = q * z"

    def test_in_a_text_field_the_keys_write(self, user: User) -> None:
        user.press(Key.Key_L, modifiers=Modifier.ControlModifier)
        user.press(Key.Key_End)
        user.type(" + xcid")
        assert user.text.endswith(" + xcid")
