"""Hands at random: hypothesis builds, wires, groups, copies, deletes, undoes and redoes in the real window.

After every single act the document is whole and the scene agrees with it; undoing everything gives the first document
back, redoing everything the last.  What fails is shrunk to the few acts that it takes.  For hours of it:

    pytest tests/stories/test_hands.py --hypothesis-profile=long --timeout=0 -o faulthandler_timeout=0
"""

from __future__ import annotations

import sys
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QPoint, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpviz.document import regrouping
from bpviz.document.diagram import Diagram
from bpviz.document.file import dumps
from bpviz.graph.graph import Graph, NodeId
from bpviz.graph.parse import parse
from bpviz.stage.geometry import Point
from bpviz.ui.canvas.group_painting import group_frames
from bpviz.ui.window import Window
from tests.agreement import check_document, check_scene
from tests.conftest import close
from tests.fingers import Fingers
from tests.user import Button, Key, Modifier, User

CTRL, SHIFT, ALT = Modifier.ControlModifier, Modifier.ShiftModifier, Modifier.AltModifier
ENOUGH = 30  # nodes, beyond which nothing more is added

WHICH = st.integers(0, 40)  # the one of so many things that has this number, counted round and round
PLACES = st.tuples(st.integers(0, 16), st.integers(0, 16))  # sixteenths of the canvas
YES_OR_NO = st.booleans()
WORDS = st.sampled_from(
    [
        "x",
        "times",
        "+",
        "2.5",
        "expand",
        "outer",
        "w1",
        "w = 3",
        "e^x",
        "relu",
        "sum",
        "xyzzy",
        "/",
        "b = [1, 2]",
        "@",
        "",
        "lambda",
    ]
)
NAMES = st.sampled_from(
    ["neuron", "x", "", "lambda", "θ", "w_1", "2x", "sin", "a name that is far too long to be one " * 6]
)
NUMBERS = st.sampled_from(["0", "-4", "1e3", "1/3", "[1, 2, 3]", "nan", "1e999", "", "seven"])
TEXTS = st.sampled_from(
    [
        "f = x * y",
        "s = sin(2x)",
        "The quick brown fox",
        "x = y; y = x",
        "",
        '{"format": "bpviz", "version": 99}',
        "π + e",
    ]
)
PROGRAMS = st.sampled_from(
    ["q = x + y; f = q * z", "", "a = tanh(w*x + b); f = a * y", "f = x * x", "h = relu(x); g = exp(h); f = g - h"]
)
ENDS = st.sampled_from([Key.Key_Return, Key.Key_Escape])


def is_small(hands: Hands) -> bool:
    return len(hands.graph) < ENOUGH


def has_cards(hands: Hands) -> bool:
    return bool(hands.cards)


def has_several(hands: Hands) -> bool:
    return len(hands.cards) > 1


def has_wires(hands: Hands) -> bool:
    return bool(hands.user.session.scenery.wires)


def has_groups(hands: Hands) -> bool:
    return bool(hands.user.session.diagram.groups)


class Hands(RuleBasedStateMachine):
    """Random gestures in a window of their own, in which a document has just been opened."""

    def __init__(self, user: User, raised: list[Any]) -> None:
        super().__init__()
        self.user, self.raised = user, raised
        self.first: Diagram | None = None
        QGuiApplication.clipboard().clear()
        user.session.playback.is_animated = False

    @initialize(program=PROGRAMS, is_grouped=YES_OR_NO)
    def begin(self, program: str, is_grouped: bool) -> None:
        graph = parse(program) if program else Graph()
        graph = graph.with_values({leaf.id: 2.0 for leaf in graph.leaves() if leaf.value is None})
        diagram = Diagram.of(graph)
        if is_grouped and len(graph) > 3:
            inner = [node.id for node in graph.nodes.values() if node.inputs][:2]
            diagram = regrouping.group(diagram, inner, "neuron")
        self.first = diagram
        self.user.session.open(diagram, None)
        self.user.canvas.fit()
        self.user.canvas.setFocus()

    # What is there

    @property
    def graph(self) -> Any:
        return self.user.session.graph

    @property
    def cards(self) -> list[NodeId]:
        return list(self.user.session.scenery.rects)

    def card(self, which: int) -> NodeId:
        cards = self.cards
        return cards[which % len(cards)]

    def ground(self, place: tuple[int, int]) -> QPoint:
        """A place on the canvas, whatever is there."""
        canvas = self.user.canvas
        x, y = (
            8 + part * (size - 16) // 16 for part, size in zip(place, (canvas.width(), canvas.height()), strict=True)
        )
        return canvas.mapTo(self.user.window, QPoint(x, y))

    def at(self, point: Point) -> QPoint:
        """The place of a scene point, brought into view if it is not."""
        user = self.user
        found = user.at(point)
        if not user.canvas.rect().adjusted(4, 4, -4, -4).contains(user.canvas.mapFrom(user.window, found)):
            self.press(Key.Key_F)
            found = user.at(point)
        return found

    def face(self, card: NodeId) -> QPoint:
        rect = self.user.session.scenery.rects[card]
        return self.at((rect.x + 0.55 * rect.width, rect.y + 0.35 * rect.height))

    def to_canvas(self) -> None:
        """Leaves whatever has the keyboard, as one does: by Esc, or else by a click on the ground."""
        canvas, app = self.user.canvas, QApplication.focusWidget
        for _ in range(3):
            if app() is canvas:
                return
            self.user.press(Key.Key_Escape)
        canvas.setFocus()

    def press(self, *keys: Key, held: Any = Modifier.NoModifier) -> None:  # type: ignore[valid-type]
        """Keys for the canvas."""
        self.to_canvas()
        self.user.press(*keys, modifiers=held)

    def write(self, text: str, end: Any) -> None:
        """Types into the field that is open, if one is."""
        if QApplication.focusWidget() is not self.user.canvas:
            self.user.type(text)
            self.user.press(end)

    def choose(self, *which: int) -> None:
        """Clicks cards, the second and later ones with Shift."""
        self.to_canvas()
        for number, one in enumerate(which):
            self.user.click(self.face(self.card(one)), modifiers=SHIFT if number else Modifier.NoModifier)

    def do(self, name: str) -> None:
        """One of the actions of the menus, if it can be done now."""
        action = self.user.window.actions_[name]
        if action.isEnabled():
            action.trigger()

    # Building

    @precondition(is_small)
    @rule(word=WORDS, place=PLACES, down=st.integers(0, 2), is_shifted=YES_OR_NO, end=ENDS, is_double=YES_OR_NO)
    def add(self, word: str, place: tuple[int, int], down: int, is_shifted: bool, end: Any, is_double: bool) -> None:
        self.to_canvas()
        self.user.hover(self.ground(place))
        if is_double:
            self.user.double_click(self.ground(place))
        else:
            self.press(Key.Key_Tab)
        if self.user.canvas.adding.chooser is not None:
            self.user.type(word)
            self.user.press(*[Key.Key_Down] * down)
            self.user.press(end, modifiers=SHIFT if is_shifted else Modifier.NoModifier)

    @precondition(is_small)
    @rule(title=st.sampled_from(["Variable", "Multiply", "Sine", "Softmax", "Constant"]))
    def add_from_the_palette(self, title: str) -> None:
        self.user.add_from_palette(title)

    @precondition(is_small)
    @rule(
        text=st.sampled_from(["f = x * y", "sin(", "w*x + b", "f = relu(x) + relu(x)", "c = [1, 2]; f = sum(c * x)"]),
        end=ENDS,
    )
    def rewrite(self, text: str, end: Any) -> None:
        self.user.paste_expression(text)
        self.user.press(end)

    @precondition(is_small)
    @rule(one=WHICH, word=WORDS, place=PLACES, is_end=YES_OR_NO)
    def drop_a_wire_on_the_ground(self, one: int, word: str, place: tuple[int, int], is_end: bool) -> None:
        self.to_canvas()
        if not self.cards:
            return
        scenery, card = self.user.session.scenery, self.card(one)
        ports = [at for _, at in (scenery.in_ports(card) if is_end else scenery.out_ports(card))]
        if ports:
            self.user.drag(self.at(ports[one % len(ports)]), self.ground(place))
            if self.user.canvas.adding.chooser is not None:
                self.user.type(word)
                self.user.press(Key.Key_Return)

    # Wiring

    @precondition(has_several)
    @rule(one=WHICH, other=WHICH, port=WHICH)
    def wire(self, one: int, other: int, port: int) -> None:
        self.to_canvas()
        scenery = self.user.session.scenery
        outs, ins = scenery.out_ports(self.card(one)), scenery.in_ports(self.card(other))
        if outs and ins:
            start, end = outs[port % len(outs)][1], ins[port % len(ins)][1]
            self.at(start)
            self.user.drag(self.at(start), self.at(end))

    @precondition(has_wires)
    @rule(one=WHICH, other=WHICH, port=WHICH)
    def rewire(self, one: int, other: int, port: int) -> None:
        """Drags the end of a wire to another port, or onto nothing."""
        self.to_canvas()
        scenery = self.user.session.scenery
        start = scenery.in_port(*scenery.wires[one % len(scenery.wires)])
        ins = scenery.in_ports(self.card(other))
        end = self.at(ins[port % len(ins)][1]) if ins else self.ground((port % 17, 16))
        self.user.drag(self.at(start), end)
        self.to_canvas()

    @precondition(has_cards)
    @rule(one=WHICH, is_from=YES_OR_NO, word=st.sampled_from(["", "x", "v", "f"]), down=st.integers(0, 2), end=ENDS)
    def connect_by_key(self, one: int, is_from: bool, word: str, down: int, end: Any) -> None:
        self.choose(one)
        self.press(Key.Key_C, held=Modifier.NoModifier if is_from else SHIFT)
        if self.user.canvas.linking.chooser is not None:
            self.user.type(word)
            self.user.press(*[Key.Key_Down] * down, end)

    @precondition(has_wires)
    @rule(one=WHICH, way=st.tuples(st.integers(-80, 80), st.integers(-80, 80)), is_right=YES_OR_NO)
    def cut(self, one: int, way: tuple[int, int], is_right: bool) -> None:
        self.to_canvas()
        wires, by = self.user.session.scenery.wires, QPoint(*way)
        curve = self.user.session.scenery.curve(*wires[one % len(wires)])
        assert curve is not None
        middle = self.at(curve.at(0.5))
        button, held = (Button.RightButton, CTRL) if is_right else (Button.LeftButton, ALT)
        self.user.drag(middle - by, middle + by, button, held)

    @precondition(has_wires)
    @rule(one=WHICH, act=st.sampled_from(["delete", "bend", "tab", "double"]), way=PLACES)
    def touch_a_wire(self, one: int, act: str, way: tuple[int, int]) -> None:
        """Takes it off, bends it, or puts a node into it."""
        self.to_canvas()
        wires = self.user.session.scenery.wires
        curve = self.user.session.scenery.curve(*wires[one % len(wires)])
        assert curve is not None
        place = self.at(curve.at(0.3))
        if act == "bend":
            self.user.drag(place, self.ground(way), modifiers=CTRL)
        elif act == "double":
            self.user.double_click(place)
        else:
            self.user.click(place)
            if self.user.session.selected_wire is not None:
                self.press(Key.Key_Delete if act == "delete" else Key.Key_Tab)
                self.write("sq", Key.Key_Return)

    @precondition(has_cards)
    @rule(
        one=WHICH,
        key=st.sampled_from([Key.Key_X, Key.Key_D, Key.Key_I, Key.Key_O, Key.Key_Delete, Key.Key_W, Key.Key_H]),
    )
    def one_key(self, one: int, key: Any) -> None:
        """Heal, take off, swap, make it the output, delete, walk along wires, kin."""
        self.choose(one)
        self.press(key)

    @precondition(has_cards)
    @rule(one=WHICH)
    def shake(self, one: int) -> None:
        self.to_canvas()
        start = self.face(self.card(one))
        self.user.grab(start)
        for _ in range(3):
            self.user.move(start, start + QPoint(40, 0), 2)
            self.user.move(start + QPoint(40, 0), start, 2)
        self.user.let_go(start)

    # Values and names

    @precondition(has_cards)
    @rule(one=WHICH, text=NUMBERS, end=ENDS)
    def set_value(self, one: int, text: str, end: Any) -> None:
        self.choose(one)
        if self.user.window.actions_["value"].isEnabled():
            self.press(Key.Key_Return)
            self.write(text, end)

    @precondition(has_cards)
    @rule(one=WHICH, text=NAMES, end=ENDS)
    def rename(self, one: int, text: str, end: Any) -> None:
        self.choose(one)
        self.press(Key.Key_F2)
        self.write(text, end)

    @precondition(has_cards)
    @rule(one=WHICH, kind=st.sampled_from(["variable", "parameter", "constant"]))
    def set_kind(self, one: int, kind: str) -> None:
        self.choose(one)
        self.do(kind)

    # Arranging

    @precondition(has_cards)
    @rule(one=WHICH, place=PLACES, held=st.sampled_from([Modifier.NoModifier, ALT, CTRL, SHIFT]))
    def move(self, one: int, place: tuple[int, int], held: Any) -> None:
        self.to_canvas()
        self.user.drag(self.face(self.card(one)), self.ground(place), modifiers=held)

    @precondition(has_several)
    @rule(
        which=st.lists(WHICH, min_size=1, max_size=3),
        act=st.sampled_from(
            [
                "align-left",
                "align-middle",
                "distribute-across",
                "distribute-down",
                "nudge-left",
                "push-down",
                "arrange",
                "arrange-down",
                "arrange-right",
                "pin",
                "detach",
            ]
        ),
    )
    def arrange(self, which: list[int], act: str) -> None:
        self.choose(*which)
        self.do(act)

    @rule(start=PLACES, end=PLACES)
    def select_in_a_rectangle(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        self.to_canvas()
        self.user.drag(self.ground(start), self.ground(end), modifiers=SHIFT)

    @rule(is_all=YES_OR_NO)
    def select_all_or_nothing(self, is_all: bool) -> None:
        if is_all:
            self.press(Key.Key_A, held=CTRL)
        else:
            self.press(Key.Key_Escape)

    @precondition(has_cards)
    @rule(which=st.lists(WHICH, min_size=1, max_size=3), text=NAMES, end=ENDS)
    def frame(self, which: list[int], text: str, end: Any) -> None:
        self.choose(*which)
        self.press(Key.Key_F, held=CTRL | SHIFT)
        self.write(text, end)

    @rule(place=PLACES, text=st.sampled_from(["a note", "", "$e^x$", "$\\frac{1}{"]), is_kept=YES_OR_NO)
    def note(self, place: tuple[int, int], text: str, is_kept: bool) -> None:
        self.to_canvas()
        self.user.hover(self.ground(place))
        self.press(Key.Key_N, held=CTRL | SHIFT)
        if self.user.window.actions_["note"].isEnabled():
            self.user.type(text)
            self.user.press(Key.Key_Return if is_kept else Key.Key_Escape, modifiers=CTRL)

    @rule(key=st.sampled_from([Key.Key_Delete, Key.Key_Return]), text=NAMES)
    def go_to_a_frame_or_note(self, key: Any, text: str) -> None:
        if self.user.window.actions_["next-annotation"].isEnabled():
            self.press(Key.Key_G, held=SHIFT)
            self.press(key)
            self.write(text, Key.Key_Escape)

    # Groups

    @precondition(has_several)
    @rule(which=st.lists(WHICH, min_size=2, max_size=4), text=NAMES, end=ENDS)
    def group(self, which: list[int], text: str, end: Any) -> None:
        self.choose(*which)
        self.press(Key.Key_G, held=CTRL)
        self.write(text, end)

    @precondition(has_groups)
    @rule(
        which=WHICH,
        act=st.sampled_from(["enter", "double", "open", "ungroup", "rename", "keep", "copy", "delete", "heal"]),
        text=NAMES,
    )
    def touch_a_group(self, which: int, act: str, text: str) -> None:
        """Of a group whose card is in view: steps in, opens it in place, dissolves it, makes an operation of it…"""
        view = self.user.session.scenery.view
        faces = list(view.cards) if view is not None else []
        if not faces:
            return
        self.choose(self.cards.index(faces[which % len(faces)]))
        if act == "enter":
            self.press(Key.Key_Return)
        elif act == "double":
            self.user.double_click(self.face(faces[which % len(faces)]))
        elif act == "open":
            self.press(Key.Key_G)
        elif act == "ungroup":
            self.press(Key.Key_G, held=CTRL | SHIFT)
        elif act == "rename":
            self.press(Key.Key_F2)
            self.write(text, Key.Key_Return)
        elif act == "keep":
            self.do("save-operation")
        elif act == "copy":
            self.press(Key.Key_C, held=CTRL)
        else:
            self.press(Key.Key_Delete if act == "delete" else Key.Key_X)

    @precondition(has_groups)
    @rule(which=WHICH, is_double=YES_OR_NO, place=PLACES)
    def take_an_open_group_by_its_title(self, which: int, is_double: bool, place: tuple[int, int]) -> None:
        frames = group_frames(self.user.session.stage, self.user.canvas.camera.zoom)
        if frames:
            self.to_canvas()
            rect = frames[which % len(frames)][2]
            start = self.at((rect.x + 12.0, rect.y + rect.height / 2))
            if is_double:
                self.user.double_click(start)
            else:
                self.user.drag(start, self.ground(place))

    @rule(key=st.sampled_from([Key.Key_Escape, Key.Key_Backspace, Key.Key_Return]))
    def step_outside(self, key: Any) -> None:
        if self.user.session.standing.inside is not None:
            self.press(Key.Key_Escape)
            self.press(key, held=SHIFT if key == Key.Key_Return else Modifier.NoModifier)

    @precondition(is_small)
    @rule(which=WHICH)
    def use_an_operation_of_ones_own(self, which: int) -> None:
        mine = self.user.session.mine.all
        if mine:
            self.user.click(self.user.palette_item(mine[which % len(mine)].name))

    # Copying

    @precondition(has_cards)
    @rule(which=st.lists(WHICH, min_size=1, max_size=3), key=st.sampled_from([Key.Key_C, Key.Key_X, Key.Key_D]))
    def copy(self, which: list[int], key: Any) -> None:
        self.choose(*which)
        if is_small(self) or key != Key.Key_D:
            self.press(key, held=CTRL)

    @precondition(is_small)
    @rule(place=PLACES)
    def paste(self, place: tuple[int, int]) -> None:
        self.to_canvas()
        self.user.hover(self.ground(place))
        self.press(Key.Key_V, held=CTRL)

    @rule(text=TEXTS)
    def put_text_on_the_clipboard(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    @precondition(is_small)
    @rule()
    def paste_the_document(self) -> None:
        QGuiApplication.clipboard().setText(dumps(self.user.session.diagram))
        self.press(Key.Key_V, held=CTRL)

    # Settings of operations

    @precondition(has_cards)
    @rule(
        one=WHICH,
        which=WHICH,
        text=st.sampled_from(["0", "-1", "2, 3", "[3, 1]", "100000, 100000", "4000, 4000", "1e9", "", "x"]),
        end=ENDS,
    )
    def set_an_attribute(self, one: int, which: int, text: str, end: Any) -> None:
        """Types into a field of the inspector, if the chosen operation has one; or asks for another input."""
        self.choose(one)
        self.user.window.inspector.refresh()
        choices = self.user.window.inspector.choices
        if choices is not None and choices.fields:
            choices.fields[which % len(choices.fields)].setFocus()
            self.user.press(Key.Key_A, modifiers=CTRL)
            self.user.type(text)
            self.user.press(end)

    # There and back

    @rule(times=st.integers(1, 4), is_back=YES_OR_NO)
    def travel(self, times: int, is_back: bool) -> None:
        self.to_canvas()
        (self.user.undo if is_back else self.user.redo)(times)

    @rule(place=WHICH)
    def jump_in_the_history(self, place: int) -> None:
        self.user.session.go_to_moment(place % len(self.user.session.document.labels))

    @precondition(has_cards)
    @rule(
        one=WHICH,
        place=PLACES,
        key=st.sampled_from(
            [Key.Key_Escape, Key.Key_Delete, Key.Key_Tab, Key.Key_G, Key.Key_X, Key.Key_Space, Key.Key_F2]
        ),
        held=st.sampled_from([Modifier.NoModifier, SHIFT]),
    )
    def press_a_key_in_the_middle_of_a_drag(self, one: int, place: tuple[int, int], key: Any, held: Any) -> None:
        self._drag_and(one, place, partial(self.user.press, key, modifiers=held))

    @precondition(has_cards)
    @rule(
        one=WHICH, place=PLACES, key=st.sampled_from([Key.Key_Z, Key.Key_Y, Key.Key_V, Key.Key_G, Key.Key_R, Key.Key_A])
    )
    def command_in_the_middle_of_a_drag(self, one: int, place: tuple[int, int], key: Any) -> None:
        if is_small(self) or key != Key.Key_V:
            self._drag_and(one, place, partial(self.user.press, key, modifiers=CTRL))

    def _drag_and(self, one: int, place: tuple[int, int], act: Any) -> None:
        self.to_canvas()
        scenery, card = self.user.session.scenery, self.card(one)
        ports = [at for _, at in scenery.out_ports(card)]
        start = self.at(ports[0]) if ports and one % 2 else self.face(card)
        end = self.ground(place)
        self.user.grab(start)
        self.user.move(start, end, 3)
        act()
        self.user.hover(end + QPoint(9, 5))
        self.user.let_go(end)

    # Looking, meanwhile

    @rule(key=st.sampled_from([Key.Key_Right, Key.Key_Left, Key.Key_Home, Key.Key_End, Key.Key_PageUp]))
    def step(self, key: Any) -> None:
        self.press(key)

    @rule(key=st.sampled_from([Key.Key_T, Key.Key_M, Key.Key_1, Key.Key_2, Key.Key_3, Key.Key_Slash, Key.Key_0]))
    def look_otherwise(self, key: Any) -> None:
        """Another theme, formulas, another telling, fractions."""
        self.press(key, held=CTRL)

    @rule(key=st.sampled_from([Key.Key_N, Key.Key_P, Key.Key_M, Key.Key_H, Key.Key_L, Key.Key_Z, Key.Key_F]))
    def look_by_key(self, key: Any) -> None:
        """The nudge lens, questions, heat, kin, a passage, the selection, everything."""
        self.press(key)

    @rule(start=st.tuples(PLACES, PLACES), end=st.tuples(PLACES, PLACES), one=st.booleans())
    def touch(self, start: Any, end: Any, one: bool) -> None:
        """A drag by one finger, or two that pinch and turn."""
        self.to_canvas()
        count = 1 if one else 2
        fingers = Fingers(self.user)
        fingers.put(*map(self.ground, start[:count]))
        fingers.move(*map(self.ground, end[:count]), steps=2)
        fingers.lift()

    @rule(place=PLACES, turned=st.sampled_from([-3600, -360, -120, 120, 360, 3600]))
    def zoom(self, place: tuple[int, int], turned: int) -> None:
        self.user.wheel(self.ground(place), turned)

    # What must hold

    @invariant()
    def agrees(self) -> None:
        assert not self.raised, self.raised
        check_document(self.user.session.diagram)
        check_scene(self.user)
        self.user.canvas.grab()
        assert not self.raised, self.raised

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:  # it has not failed already
                self.go_there_and_back()
        finally:
            close(self.user.window)
        assert not QApplication.topLevelWidgets(), "widgets without a window"

    def go_there_and_back(self) -> None:
        """Undoes everything, and does everything again."""
        self.to_canvas()
        self.user.canvas.cancel_gesture()
        document = self.user.session.document
        self.user.session.go_to_moment(len(document.labels) - 1)
        last = self.user.session.diagram
        steps = document.place
        for _ in range(steps):
            self.user.undo()
            self.agrees()
        assert document.undo_label is None
        assert self.user.session.diagram is self.first
        self.user.redo(steps)
        assert self.user.session.diagram is last
        self.agrees()


@pytest.mark.timeout(0)
def test_whatever_hands_do_the_scene_shows_the_document_and_everything_can_be_undone(
    qtbot: QtBot, tmp_path: Path
) -> None:
    profile = settings()
    is_long = profile.max_examples > 1000
    effort = settings(
        max_examples=profile.max_examples if is_long else 5,
        stateful_step_count=60 if is_long else 30,
        derandomize=not is_long,
        phases=(Phase.generate, Phase.shrink) if is_long else (Phase.generate,),  # shrinking takes minutes
    )
    numbers = count()

    def hands() -> Hands:
        raised.clear()
        return Hands(somebody(qtbot, tmp_path / f"{next(numbers)}.ini"), raised)

    with qtbot.captureExceptions() as raised:
        run_state_machine_as_test(hands, settings=settings(effort, max_examples=1))  # type: ignore[arg-type]  # so that what is cached is there
        references = sys.getrefcount(None)
        run_state_machine_as_test(hands, settings=effort)  # type: ignore[arg-type]  # it is called, whatever it is
    assert sys.getrefcount(None) > references - 500, "something drops references to None"


def somebody(qtbot: QtBot, path: Path) -> User:
    """Somebody at a new window."""
    window = Window(QSettings(str(path), QSettings.Format.IniFormat))
    window.show()
    window.activateWindow()
    with qtbot.waitActive(window):
        pass
    return User(window, qtbot)


# What it has found


def test_a_clipboard_that_was_cleared_holds_nothing(user: User) -> None:
    QGuiApplication.clipboard().clear()
    user.press(Key.Key_V, modifiers=CTRL)
    assert user.message.startswith("There is nothing on the clipboard to paste")


def test_a_card_is_dragged_in_the_middle_of_the_story_of_an_array(user: User) -> None:
    """Moments of such a story hold arrays, which cannot be compared as numbers can."""
    user.session.open(Diagram.of(parse("c = constant([1, 2]); f = sum(c * x)", {"x": 2})), None)
    user.canvas.fit()
    user.canvas.setFocus()
    user.press(Key.Key_Home, Key.Key_Right, Key.Key_Right, Key.Key_Right)
    x = user.session.graph.by_name["x"]
    before = user.session.diagram.positions[x]
    user.drag(user.face(x), user.face(x) + QPoint(0, 60))
    assert user.session.diagram.positions[x] != before
    check_scene(user)
