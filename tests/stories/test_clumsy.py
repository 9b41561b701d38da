"""Story (i): a clumsy user does hundreds of things at random; whatever they do, the program stays in one piece."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.graph.graph import Graph
from tests.user import Button, Key, Modifier, User

CTRL, SHIFT = Modifier.ControlModifier, Modifier.ShiftModifier
SCRAPS = (
    "f = x * y", "+ z", "q = x + y; f = q * z", "sin(", ")", "**2", "f", " ", "1e999", "@", "v1", "= 3",
    "; w = parameter(2)", "[1, 2, 3]", "-", "ln(x - 5)", "/ 0", "x", "_", "max(x, y)", "π", "v1 = v2; v2 = v1",
    "lambda", "0.5", "nan",
)  # fmt: skip
KEYS = (
    Key.Key_Delete, Key.Key_Backspace, Key.Key_F2, Key.Key_O, Key.Key_Return, Key.Key_F, Key.Key_Left, Key.Key_Right,
    Key.Key_Space, Key.Key_Home, Key.Key_End, Key.Key_Escape, Key.Key_PageUp, Key.Key_PageDown, Key.Key_Tab, Key.Key_Up,
    Key.Key_Down, Key.Key_X, Key.Key_5, Key.Key_C, Key.Key_D, Key.Key_I, Key.Key_A, Key.Key_W,
)  # fmt: skip
WITH_CTRL = (
    Key.Key_A, Key.Key_Z, Key.Key_Y, Key.Key_R, Key.Key_T, Key.Key_L, Key.Key_K, Key.Key_0, Key.Key_Plus, Key.Key_Minus,
    Key.Key_C, Key.Key_V, Key.Key_X,
)  # fmt: skip
OPERATIONS = ("Variable", "Parameter", "Constant", "Add", "Multiply", "Divide", "Sine", "Power", "Maximum", "ReLU")


class Clumsy:
    """Random movements.  The same seed makes the same movements, as long as the program answers in the same way."""

    def __init__(self, user: User, seed: int) -> None:
        self.user, self.random = user, random.Random(seed)
        self.done: list[str] = []  # for whoever has to find out what went wrong

    def act(self) -> None:
        """Does something."""
        acts: dict[Callable[[], None], int] = {
            self.click: 6,
            self.drag: 12,
            self.double_click: 5,
            self.press_key: 10,
            self.write: 5,
            self.add: 6,
            self.search: 2,
            self.add_at_the_hand: 5,
            self.connect: 4,
            self.cut: 2,
            self.shake: 2,
            self.turn_wheel: 2,
            self.scrub: 2,
            self.open_menu: 3,
            self.look_elsewhere: 1,
        }
        chosen = self.random.choices(list(acts), list(acts.values()))[0]
        self.done.append(chosen.__name__)
        chosen()

    def place(self) -> QPoint:
        """Somewhere on the canvas, most often where something is."""
        user, choose = self.user, self.random
        nodes = list(user.session.graph.nodes)
        if nodes and choose.random() < 0.75:
            node = choose.choice(nodes)
            arity = user.session.graph.nodes[node].op.arity
            places = [user.face, user.out_port, *[lambda n, s=slot: user.in_port(n, s) for slot in range(arity)]]
            at = choose.choice(places)(node)
            below = QPoint(0, choose.choice((0, 0, 0, 60)))
            if self.is_on_canvas(at + below):
                return at + below
        corner = user.canvas.mapTo(user.window, QPoint(0, 0))
        return corner + QPoint(
            choose.randrange(5, user.canvas.width() - 5), choose.randrange(5, user.canvas.height() - 5)
        )

    def is_on_canvas(self, at: QPoint) -> bool:
        return self.user.canvas.rect().adjusted(2, 2, -2, -2).contains(self.user.canvas.mapFrom(self.user.window, at))

    def modifiers(self) -> Qt.KeyboardModifier:
        return self.random.choice((Modifier.NoModifier,) * 4 + (CTRL, SHIFT))

    def click(self) -> None:
        self.user.click(self.place(), modifiers=self.modifiers())

    def drag(self) -> None:
        """From here to there, and sometimes with a key pressed on the way."""
        start, end = self.place(), self.place()
        button = self.random.choice((Button.LeftButton,) * 6 + (Button.MiddleButton,))
        self.user.grab(start, button, self.modifiers())
        self.user.move(start, end, 3)
        if self.random.random() < 0.2:
            self.press_key()
            end = self.place()
            self.user.hover(end)
        self.user.let_go(end, button)

    def double_click(self) -> None:
        self.user.double_click(self.place())
        if self.random.random() < 0.7:
            self.user.type(self.random.choice(SCRAPS))
            self.user.press(self.random.choice((Key.Key_Return, Key.Key_Escape, Key.Key_Return)))

    def press_key(self) -> None:
        if self.random.random() < 0.5:
            self.user.press(self.random.choice(KEYS), modifiers=self.random.choice((Modifier.NoModifier, SHIFT)))
        else:
            self.user.press(self.random.choice(WITH_CTRL), modifiers=CTRL)

    def write(self) -> None:
        self.user.click(self.user.middle_of(self.user.window.expression.field))
        if self.random.random() < 0.6:
            self.user.press(Key.Key_A, modifiers=CTRL)
        else:
            self.user.press(Key.Key_End)
        self.user.type(self.random.choice(SCRAPS) + self.random.choice(("", "\n")))

    def add(self) -> None:
        self.user.window.palette_.search.clear()
        self.user.click(self.user.palette_item(self.random.choice(OPERATIONS)))

    def search(self) -> None:
        self.user.click(self.user.middle_of(self.user.window.palette_.search))
        self.user.type(self.random.choice(("times", "e^x", "log", "xyzzy", "+", "relu")) + "\n")

    def add_at_the_hand(self) -> None:
        """Opens the search in one way or another, types, and chooses or not."""
        if self.random.random() < 0.5:
            self.user.click(self.place())
            self.user.press(Key.Key_Tab)
        else:
            self.user.drag(self.place(), self.place())
        if self.user.canvas.adding.chooser is None:
            return  # it was a card that was dragged, or something else has the keyboard
        self.user.type(self.random.choice(("times", "e^x", "2.5", "x", "w1", "w = 3", "xyzzy", "+", "relu", "sum")))
        self.user.press(*[Key.Key_Down] * self.random.randrange(3))
        ends = (Key.Key_Return, Key.Key_Return, Key.Key_Escape)
        self.user.press(self.random.choice(ends), modifiers=self.random.choice((Modifier.NoModifier, SHIFT)))

    def connect(self) -> None:
        self.user.click(self.place())
        self.user.press(Key.Key_C, modifiers=self.random.choice((Modifier.NoModifier, SHIFT)))
        if self.user.canvas.linking.chooser is None:
            return
        self.user.type(self.random.choice(("", "v", "x", "f")))
        downs = [Key.Key_Down] * self.random.randrange(3)
        self.user.press(*downs, self.random.choice((Key.Key_Return, Key.Key_Escape)))

    def cut(self) -> None:
        button, held = self.random.choice(((Button.RightButton, CTRL), (Button.LeftButton, Modifier.AltModifier)))
        self.user.drag(self.place(), self.place(), button, held)

    def shake(self) -> None:
        start = self.place()
        self.user.grab(start)
        for _ in range(3):
            self.user.move(start, start + QPoint(40, 0), 2)
            self.user.move(start + QPoint(40, 0), start, 2)
        self.user.let_go(self.place())

    def turn_wheel(self) -> None:
        self.user.wheel(self.place(), self.random.choice((-240, -120, 120, 240)))

    def scrub(self) -> None:
        timeline = self.user.window.player.timeline
        start, end = (
            timeline.mapTo(self.user.window, QPoint(self.random.randrange(timeline.width()), 20)) for _ in "ab"
        )
        self.user.drag(start, end)

    def open_menu(self) -> None:
        """Opens the context menu, and chooses from it or not."""
        self.user.click(self.place(), Button.RightButton)
        if QApplication.activePopupWidget() is not None:
            downs = [Key.Key_Down] * self.random.randrange(5)
            self.user.press(*downs, self.random.choice((Key.Key_Return, Key.Key_Escape)))
        if QApplication.activePopupWidget() is not None:
            self.user.press(Key.Key_Escape)

    def look_elsewhere(self) -> None:
        self.user.window.resize(self.random.randrange(900, 1500), self.random.randrange(600, 1000))
        self.user.window.grab()


def check(user: User) -> None:
    """Document, trace, stage and canvas agree."""
    session, canvas = user.session, user.canvas
    graph = session.graph
    assert session.trace.graph is graph
    assert session.stage.diagram is session.diagram
    assert session.playback.length == len(session.trace)
    assert 0 <= session.playback.time <= session.playback.length
    assert session.selection <= graph.nodes.keys()
    if session.selected_wire is not None:
        node, slot = session.selected_wire
        assert graph.nodes[node].inputs[slot] is not None
    assert canvas.spots.scenery.serves(session.diagram)
    assert set(canvas.spots.nodes) == set(graph.nodes)
    assert canvas.hovered is None or canvas.hovered.node in graph.nodes
    field = user.window.expression.field
    if graph.nodes and not has_number_to_name(graph) and not field.hasFocus() and not field.property("wrong"):
        assert edits.rewrite(session.diagram, field.text()) is session.diagram, "the text means what is on the canvas"


def has_number_to_name(graph: Graph) -> bool:
    """Whether a bare number is the output or feeds several nodes, so that its text gives it a name."""
    bare = [node.id for node in graph.nodes.values() if node.is_constant and not node.name]
    return any(id_ == graph.result or len(graph.structure.consumers[id_]) > 1 for id_ in bare)


@pytest.mark.parametrize("seed", range(2))
def test_whatever_they_do_everything_can_be_undone(user: User, seed: int) -> None:
    clumsy, first = Clumsy(user, seed), user.session.diagram
    references = sys.getrefcount(None)
    try:
        for _ in range(60):
            clumsy.act()
            check(user)
    except BaseException:
        print(clumsy.done)
        raise
    assert sys.getrefcount(None) > references - 500, "something drops references to None"

    user.press(Key.Key_Escape, Key.Key_Escape)
    user.click(user.nowhere())
    last = user.session.diagram
    history: list[Diagram] = [last]
    while user.session.document.undo_label is not None:
        user.undo()
        history.append(user.session.diagram)
        check(user)
    assert len(history) > 5
    assert user.session.diagram is first
    user.redo(len(history) - 1)
    assert user.session.diagram is last
