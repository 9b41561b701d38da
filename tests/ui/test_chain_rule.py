"""The formula panel: terms, wires and steps point each other out; it follows the playhead, and is copied as LaTeX."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QWidget

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.engine.aligned import node_latex, whole_latex
from bpviz.engine.telling import Telling
from bpviz.engine.terms import Line, Piece, State
from bpviz.graph.graph import NodeId
from bpviz.graph.parse import parse
from bpviz.ui.term import Term
from bpviz.ui.theme import DARK, LIGHT
from bpviz.ui.typesetting import SMALLEST, fitted
from tests.user import Key, Modifier, User

CTRL_SHIFT = Modifier.ControlModifier | Modifier.ShiftModifier


def shown(user: User, text: str, name: str, step: float | None = None, **values: float) -> NodeId:
    """Opens a program with a node selected, and goes to a time."""
    user.session.open(Diagram.of(parse(text, values)), None)
    user.canvas.fit()
    node = user.session.graph.by_name[name]
    user.session.select({node})
    user.session.playback.seek(float(len(user.session.trace)) if step is None else step)
    user.window.inspector.refresh()
    QApplication.processEvents()
    return node


@pytest.fixture
def two_ways(user: User) -> User:
    """x on two ways to f, at the end of the run."""
    shown(user, "a = x*y; b = x**2; f = a*b", "x", x=3, y=2)
    return user


def terms(user: User, line: int = 0) -> list[Term]:
    """The terms of a line of the chain rule."""
    return user.window.inspector.gradient.lines.terms[line]


def told(user: User) -> list[list[str]]:
    return [[term.piece.latex for term in line] for line in user.window.inspector.gradient.lines.terms]


def sent(user: User, place: int) -> int:
    """When the share at a place of x's sum is sent."""
    trace = user.session.trace
    return trace.sent_position(trace.wires_into(trace.graph.find("x"))[place])


def inked(widget: QWidget) -> QImage:
    return widget.grab().toImage()


# Pointing


def test_a_term_under_the_mouse_lights_its_wire(two_ways: User) -> None:
    names = two_ways.session.graph.by_name
    for line in range(3):
        for place, name in enumerate("ba"):
            two_ways.hover(two_ways.middle_of(terms(two_ways, line)[place]))
            assert two_ways.session.lit_wires == ((names[name], 0),)
            lit = [[term.is_lit for term in terms(two_ways, other)] for other in range(3)]
            assert lit == [[k == place for k in range(2)]] * 3, "and so in all lines"
    two_ways.hover(two_ways.nowhere())
    assert two_ways.session.lit_wires == ()


def test_the_result_lights_all_that_was_added(two_ways: User) -> None:
    names = two_ways.session.graph.by_name
    two_ways.hover(two_ways.middle_of(terms(two_ways, 3)[0]))
    assert two_ways.session.lit_wires == ((names["b"], 0), (names["a"], 0))


def test_a_wire_under_the_mouse_points_out_its_term(two_ways: User) -> None:
    names = two_ways.session.graph.by_name
    before = inked(terms(two_ways)[0])
    two_ways.hover(two_ways.on_wire(names["b"], part=0.12))
    assert two_ways.session.pointed_wire == (names["b"], 0)
    assert [term.is_lit for term in terms(two_ways)] == [True, False]
    assert inked(terms(two_ways)[0]) != before, "and it is seen"
    two_ways.hover(two_ways.nowhere())
    assert two_ways.session.pointed_wire is None
    assert inked(terms(two_ways)[0]) == before


def test_so_does_its_pill(two_ways: User) -> None:
    names, stage = two_ways.session.graph.by_name, two_ways.session.stage
    for name in "ab":
        (pill, *_) = [pill for pill in stage.pills_by_slot(names[name]) if pill is not None]
        middle = pill.rect.x + pill.rect.width / 2, pill.rect.y + pill.rect.height / 2
        two_ways.hover(two_ways.at(middle))
        assert two_ways.session.pointed_wire == (names[name], 0)
    two_ways.hover(two_ways.middle_of(two_ways.window.player.caption))
    assert two_ways.session.pointed_wire is None, "the mouse has left the canvas"


def test_two_wires_between_the_same_nodes_are_two_terms(user: User) -> None:
    shown(user, "f = x*x", "x", x=3)
    f = user.session.graph.by_name["f"]
    for place, slot in ((0, 0), (1, 1)):
        user.hover(user.middle_of(terms(user)[place]))
        assert user.session.lit_wires == ((f, slot),)


def test_the_inputs_of_a_value_light_their_wires(user: User) -> None:
    q = shown(user, "q = x + y; f = q*z", "q", x=-2, y=5, z=-4)
    for line in range(2):
        for slot in range(2):
            user.hover(user.middle_of(user.window.inspector.value.lines.terms[line][slot]))
            assert user.session.lit_wires == ((q, slot),)


def test_a_contribution_lights_its_wire(two_ways: User) -> None:
    names = two_ways.session.graph.by_name
    label = next(w for w in two_ways.window.inspector.findChildren(QWidget) if w.accessibleName() == "from a")
    two_ways.hover(two_ways.middle_of(label))
    assert two_ways.session.lit_wires == ((names["a"], 0),)


def test_with_the_keyboard(two_ways: User) -> None:
    names = two_ways.session.graph.by_name
    button = two_ways.window.inspector.gradient.copy
    assert button is not None
    button.setFocus()
    two_ways.press(Key.Key_Return)
    assert "align*" in copied()
    two_ways.press(Key.Key_Tab)
    assert terms(two_ways)[0].hasFocus()
    assert two_ways.session.lit_wires == ((names["b"], 0),)
    assert terms(two_ways)[0].accessibleName() == (
        "the derivative of f by b times the derivative of b by x: 6 times 6, added"
    )
    for key, place in ((Key.Key_Down, 1), (Key.Key_Down, 1), (Key.Key_Up, 0), (Key.Key_Tab, 1)):
        two_ways.press(key)
        assert terms(two_ways)[place].hasFocus()
    assert two_ways.session.lit_wires == ((names["a"], 0),)
    two_ways.press(Key.Key_Left)
    assert terms(two_ways)[1].hasFocus(), "the arrows of the player stay the player's"
    two_ways.window.canvas.setFocus()
    assert not two_ways.session.lit_wires


# Following


def test_it_follows_the_playhead_at_once_in_step_with_the_canvas(two_ways: User) -> None:
    box, playback = two_ways.window.inspector.gradient, two_ways.session.playback
    first = sent(two_ways, 0)
    for time, states, acts in (
        (0.0, [State.COMING, State.COMING], [False, False]),
        (first + 0.5, [State.MULTIPLIED, State.READY], [True, False]),
        (first + 1.0, [State.SENT, State.READY], [True, False]),
        (first + 2.0, [State.ADDED, State.READY], [True, False]),
        (first + 2.1, [State.ADDED, State.MULTIPLIED], [False, True]),
    ):
        playback.seek(time)
        for line in box.lines.terms[:3]:
            assert [term.piece.state for term in line] == states
            assert [term.piece.is_acting for term in line] == acts
    playback.seek(first + 1.0)
    assert told(two_ways)[2:] == [[r"6 \times 6", r"9 \times 2"], ["36", r"\square"]]


def test_what_acts_is_marked_in_more_than_colour(two_ways: User) -> None:
    term = terms(two_ways)[0]
    two_ways.session.playback.seek(sent(two_ways, 0) + 0.5)
    image = inked(term)
    ratio, middle = image.devicePixelRatio(), image.width() // 2
    ink = LIGHT["backward"].rgb()
    assert any(image.pixel(middle, image.height() - 1 - y) == ink for y in range(round(5 * ratio))), "an underline"


def test_it_never_jumps(two_ways: User) -> None:
    box, playback = two_ways.window.inspector.gradient, two_ways.session.playback
    heights, places = set(), set()
    for half in range(2 * len(two_ways.session.trace) + 1):
        playback.seek(half / 2)
        QApplication.processEvents()
        heights.add(box.lines.height())
        places.add(terms(two_ways, 3)[0].y())
    assert len(heights) == 1
    assert max(places) - min(places) <= 1, "an empty box is not quite as high as a digit"


def test_the_picture_depends_on_the_time_alone(two_ways: User) -> None:
    box, playback = two_ways.window.inspector.gradient, two_ways.session.playback
    moment = sent(two_ways, 1) + 0.5
    pictures = []
    for way in ([0.0, moment], [float(len(two_ways.session.trace)), moment], [moment - 0.2, moment + 3.0, moment]):
        for time in way:
            playback.seek(time)
        pictures.append(inked(box.lines))
    assert pictures[0] == pictures[1] == pictures[2]


def test_mouse_and_keyboard_stay_where_they_are_while_it_plays(two_ways: User) -> None:
    names = two_ways.session.graph.by_name
    two_ways.session.playback.seek(sent(two_ways, 0) + 0.3)
    term = terms(two_ways)[1]
    term.setFocus()
    for _ in range(4):
        two_ways.session.playback.advance(1.0)
        two_ways.session.playback.seek(two_ways.session.playback.time + 0.5)
        two_ways.window.inspector.refresh()
        assert terms(two_ways)[1] is term
        assert term.hasFocus()
        assert two_ways.session.lit_wires == ((names["a"], 0),)


def test_what_is_hovered_may_be_edited_away(two_ways: User) -> None:
    session = two_ways.session
    a = session.graph.by_name["a"]
    two_ways.hover(two_ways.middle_of(terms(two_ways)[1]))
    session.playback.seek(sent(two_ways, 1) + 0.5)
    session.edit("Delete", lambda diagram: edits.delete(diagram, {a}))
    two_ways.window.canvas.grab()
    session.playback.seek(0.5)
    two_ways.window.inspector.refresh()
    assert len(terms(two_ways)) <= 1 or not any(term.is_lit for term in terms(two_ways))
    two_ways.undo()
    two_ways.window.inspector.refresh()
    assert len(terms(two_ways)) == 2


def test_a_term_with_the_keyboard_may_lose_its_wire(two_ways: User) -> None:
    terms(two_ways)[0].setFocus()
    two_ways.session.select({two_ways.session.graph.by_name["f"]})
    two_ways.window.inspector.refresh()
    assert told(two_ways) == [["1"]]
    two_ways.press(Key.Key_Down, Key.Key_Up)
    two_ways.session.edit("Delete", lambda diagram: edits.delete(diagram, {diagram.graph.by_name["f"]}))
    two_ways.press(Key.Key_C, modifiers=CTRL_SHIFT)
    assert "align*" in copied(), "the node that is shown next"


def test_another_theme_in_the_middle(two_ways: User) -> None:
    two_ways.session.playback.seek(sent(two_ways, 0) + 0.5)
    light = inked(two_ways.window.inspector.gradient.lines)
    two_ways.window.set_theme(DARK)
    assert inked(two_ways.window.inspector.gradient.lines) != light
    two_ways.window.set_theme(LIGHT)
    assert inked(two_ways.window.inspector.gradient.lines) == light


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" + ".join(f"{k}.123456*x" for k in range(12)), "x"),
        ("f = " + "n" * 200 + " * theta_1", "n" * 200),
        ("p = sigmoid(x*1e-7); q = exp(x)/7e5; r = tanh(x*y); f = p*q + r*p", "x"),
        ("f = x*y*1e-8 + x*1e9", "x"),
    ],
)
def test_nothing_is_wider_than_its_box_nor_too_small_to_read(user: User, text: str, name: str) -> None:
    shown(user, text, name)
    for moment in range(0, len(user.session.trace) + 1, 3):
        user.session.playback.seek(float(moment))
        for box in (user.window.inspector.gradient, user.window.inspector.value):
            for line in box.lines.terms:
                for term in line:
                    assert term.geometry().right() <= box.lines.width()
                    assert term.height() >= SMALLEST


def test_forward_mode(two_ways: User) -> None:
    names = two_ways.session.graph.by_name
    two_ways.session.select({names["f"]})
    two_ways.session.tell(Telling.FORWARD, names["x"])
    two_ways.session.playback.seek(float(len(two_ways.session.story)))
    two_ways.window.inspector.refresh()
    assert told(two_ways)[2:] == [[r"2 \times 9", r"6 \times 6"], ["54"]]
    two_ways.hover(two_ways.middle_of(terms(two_ways)[1]))
    assert two_ways.session.lit_wires == ((names["f"], 1),)


# Copying


def copied() -> str:
    return QGuiApplication.clipboard().text()


def test_the_derivation_is_copied_with_the_button(two_ways: User) -> None:
    trace = two_ways.session.trace
    button = two_ways.window.inspector.gradient.copy
    assert button is not None
    two_ways.click(two_ways.middle_of(button))
    assert copied() == node_latex(trace, trace.graph.find("x"), len(trace))
    assert r"&= 6 \times 6 + 9 \times 2 \\" in copied()
    assert two_ways.message == "Copied as LaTeX: the derivation of x"


@pytest.mark.parametrize("way", ["keys", "menu", "context menu"])
def test_and_in_other_ways(two_ways: User, way: str) -> None:
    trace = two_ways.session.trace
    node = trace.graph.find("b")
    two_ways.click(two_ways.face(node))
    match way:
        case "keys":
            two_ways.press(Key.Key_C, modifiers=CTRL_SHIFT)
        case "menu":
            two_ways.choose_in_menu_bar("Edit", "Copy the derivation as LaTeX")
        case "context menu":
            two_ways.open_context_menu_and_choose(two_ways.face(node), "Copy the derivation as LaTeX")
    assert copied() == node_latex(trace, node, len(trace))
    assert two_ways.message == "Copied as LaTeX: the derivation of b"


def test_everything_is_copied(two_ways: User) -> None:
    two_ways.choose_in_menu_bar("Edit", "Copy the whole derivation as LaTeX")
    assert copied() == whole_latex(two_ways.session.trace)
    assert two_ways.message == f"Copied as LaTeX: {len(two_ways.session.trace)} steps"


def test_what_is_asked_for_is_not_copied(two_ways: User) -> None:
    two_ways.session.playback.seek(0.0)
    two_ways.press(Key.Key_P)
    assert two_ways.session.predicting.is_on
    two_ways.press(Key.Key_C, modifiers=CTRL_SHIFT)
    assert r"\square" in copied()
    assert "54" not in copied()
    assert two_ways.message == "Copied as LaTeX: the derivation of x, up to what you are asked"


def test_on_an_empty_canvas_there_is_nothing_to_copy(user: User) -> None:
    assert not user.window.actions_["copy-derivation"].isEnabled()
    assert not user.window.actions_["copy-whole"].isEnabled()
    user.hover(QPoint(user.window.width() - 60, 400))
    assert not user.window.inspector.gradient.isVisible()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("width", [120.0, 190.0, 280.0])
def test_fractions_have_room_wherever_they_go_on_in_a_row(width: float) -> None:
    numbers = [Line((Piece((latex,), ""),), left) for latex, left in (("a", "b"), (r"\frac{2}{3}", ""), ("2", ""))]
    made = fitted(tuple(numbers), (), width, is_inline=True)
    placed = [term for line in made.layout.terms for term in line]
    assert len({term.baseline for term in placed}) == (1 if width > 150.0 else len({t.baseline for t in placed}))
    for term in placed:
        assert term.baseline - term.part.ascent >= 0.0
        assert term.baseline + term.part.descent <= made.height / made.scale
