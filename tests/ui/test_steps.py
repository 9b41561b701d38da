"""The list of steps: what it says, where one goes with it, and what it points out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.engine.explain import explain, sentence
from bpviz.engine.telling import Telling
from bpviz.graph.parse import parse
from bpviz.stage import speech
from bpviz.ui.steps import Steps
from bpviz.ui.theme import DARK, LIGHT
from tests.user import Key, Modifier, User

CTRL_SHIFT = Modifier.ControlModifier | Modifier.ShiftModifier


@pytest.fixture
def reader(user: User) -> User:
    """Somebody with the list of the classic program before them, at the end."""
    user.session.open(Diagram.of(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})), None)
    user.canvas.fit()
    user.press(Key.Key_L, modifiers=CTRL_SHIFT)
    QApplication.processEvents()
    return user


def steps(user: User) -> Steps:
    return user.window.steps


def page(user: User) -> QWidget | None:
    """What the right column shows."""
    return user.window.side.page


def said(user: User) -> list[str]:
    model = steps(user).steps
    return [model.data(model.index(row)) for row in range(model.rowCount())]


def box(user: User, row: int) -> QRect:
    return steps(user).visualRect(steps(user).steps.index(row))


def place(user: User, row: int) -> QPoint:
    """Where a row stands in the window."""
    steps(user).scrollTo(steps(user).steps.index(row))
    return steps(user).viewport().mapTo(user.window, box(user, row).center())


def is_in_view(user: User, row: int) -> bool:
    return steps(user).viewport().rect().contains(box(user, row))


def test_a_sentence_for_every_event(reader: User) -> None:
    trace = reader.session.trace
    assert said(reader) == [sentence(trace, i) for i in range(len(trace))]
    model = steps(reader).steps
    assert [model.tone(row) for row in range(14)] == ["forward"] * 5 + ["backward"] * 9
    assert [model.sign(row) for row in (0, 4, 5, 13)] == ["→", "→", "←", "←"]
    assert model.data(model.index(6), Qt.ItemDataRole.AccessibleTextRole) == f"Step 7: {speech.said(explain(trace, 6))}"


def test_keys_and_clicks_turn_the_pages(reader: User) -> None:
    side = reader.window.side
    assert page(reader) is reader.window.steps
    reader.click(reader.middle_of(side.button(0)))
    assert page(reader) is reader.window.inspector
    assert side.button(0).isChecked()
    assert not side.button(1).isChecked()
    reader.choose_in_menu_bar("View", "The list of steps")
    assert page(reader) is reader.window.steps
    reader.press(Key.Key_L, modifiers=CTRL_SHIFT)
    assert page(reader) is reader.window.inspector


def test_the_inspector_is_up_to_date_when_it_comes_back(reader: User) -> None:
    reader.session.playback.seek(7.0)
    reader.session.select({reader.session.graph.by_name["z"]})
    reader.press(Key.Key_L, modifiers=CTRL_SHIFT)
    reader.qtbot.waitUntil(lambda: reader.window.inspector.node == reader.session.graph.by_name["z"])


def test_a_click_goes_there(reader: User) -> None:
    for row in (3, 12, 6):
        reader.click(place(reader, row))
        assert reader.session.playback.time == row + 1
        assert reader.caption == said(reader)[row]
        assert steps(reader).present == row


def test_with_the_keyboard(reader: User) -> None:
    reader.session.playback.seek(4.0)
    steps(reader).setFocus()
    reader.press(Key.Key_Down, Key.Key_Down)
    assert reader.session.playback.time == 4.0, "looking is not going"
    assert steps(reader).currentIndex().row() == 5
    reader.press(Key.Key_Return)
    assert reader.session.playback.time == 6.0
    reader.session.playback.is_animated = False
    reader.press(Key.Key_Right)
    assert reader.session.playback.time == 7.0, "the arrows of the player stay the player's"
    assert steps(reader).currentIndex().row() == 6


def test_the_present_step_is_pointed_out_and_kept_in_view(user: User) -> None:
    user.session.open(Diagram.of(parse("f = " + " + ".join(f"{k}*x" for k in range(2, 30)), {"x": 1})), None)
    user.press(Key.Key_L, modifiers=CTRL_SHIFT)
    for time in (0.0, 1.0, 60.5, 120.0, 90.5, 91.0, float(len(user.session.trace))):
        user.session.playback.seek(time)
        QApplication.processEvents()
        present = steps(user).present
        assert present == (int(time) if time % 1 else int(time) - 1 if time else None)
        assert present is None or is_in_view(user, present)


def test_what_is_present_is_seen(reader: User) -> None:
    pictures = []
    for time in (7.0, 6.5, 3.0, 7.0):
        reader.session.playback.seek(time)
        picture = steps(reader).viewport().grab(box(reader, 6)).toImage()
        pictures.append(picture)
    assert pictures[0] == pictures[1] == pictures[3]
    assert pictures[0] != pictures[2]


def test_a_row_under_the_mouse_lights_its_wires(reader: User) -> None:
    names = reader.session.graph.by_name
    f, q = names["f"], names["q"]
    for row, wires in ((3, ((q, 0), (q, 1))), (5, ()), (6, ((f, 0),)), (7, ((f, 0),)), (12, ((q, 1),))):
        reader.hover(place(reader, row))
        assert reader.session.lit_wires == wires
    reader.hover(reader.nowhere())
    assert reader.session.lit_wires == ()


def test_a_wire_under_the_mouse_points_out_its_steps(reader: User) -> None:
    names = reader.session.graph.by_name
    before = steps(reader).viewport().grab(box(reader, 8)).toImage()
    reader.hover(reader.on_wire(names["f"], 1))
    assert steps(reader).pointed == {4, 8, 9}, "f is computed; it sends to z; z adds"
    assert steps(reader).viewport().grab(box(reader, 8)).toImage() != before
    reader.hover(reader.nowhere())
    assert steps(reader).pointed == set()


def test_what_is_asked_for_is_not_told(reader: User) -> None:
    reader.session.playback.seek(0.0)
    reader.press(Key.Key_P)
    told_until = reader.session.told_until
    assert len(said(reader)) == told_until < len(reader.session.trace)
    reader.session.playback.seek(told_until)
    reader.type("-4\n")
    assert len(said(reader)) > told_until
    reader.window.canvas.setFocus()
    reader.press(Key.Key_P)
    assert len(said(reader)) == len(reader.session.trace)


def test_it_follows_edits_and_stories(reader: User) -> None:
    session = reader.session
    session.edit("Set x", lambda diagram: edits.set_value(diagram, diagram.graph.by_name["x"], 1.0))
    assert said(reader)[0] == "The input x is 1."
    session.tell(Telling.FORWARD, session.graph.by_name["x"])
    assert said(reader) == [sentence(session.story, i) for i in range(len(session.story))]
    assert steps(reader).steps.sign(len(session.story) - 1) == "→"
    session.edit("Delete", lambda diagram: edits.delete(diagram, {diagram.graph.by_name["q"]}))
    assert len(said(reader)) == len(session.story)
    session.open(Diagram(), None)
    assert said(reader) == []
    assert steps(reader).present is None
    steps(reader).grab()
    session.edit("Add", lambda diagram: edits.add(diagram, "sin", (0.0, 0.0)))
    assert said(reader) == [], "a step that waits does not happen"


def test_what_failed_is_told(user: User) -> None:
    user.session.open(Diagram.of(parse("f = ln(x) + y", {"x": -2, "y": 1})), None)
    user.press(Key.Key_L, modifiers=CTRL_SHIFT)
    model = steps(user).steps
    assert model.tone(model.rowCount() - 1) == "fault"
    assert model.sign(model.rowCount() - 1) == "!"
    assert "ln is defined for x > 0" in said(user)[-1]
    user.hover(place(user, model.rowCount() - 1))
    assert user.session.lit_wires == ()


def test_another_theme(reader: User) -> None:
    light = steps(reader).grab().toImage()
    reader.window.set_theme(DARK)
    assert steps(reader).grab().toImage() != light
    reader.window.set_theme(LIGHT)
    assert steps(reader).grab().toImage() == light


def test_only_the_rows_in_view_are_worded(user: User) -> None:
    program = "a0 = sin(x)\n" + "\n".join(f"a{k} = sin(a{k - 1})" for k in range(1, 1_500))
    user.session.open(Diagram.of(parse(program, {"x": 1})), None)
    user.press(Key.Key_L, modifiers=CTRL_SHIFT)
    model = steps(user).steps
    assert model.rowCount() == len(user.session.trace) > 4_000
    for time in (0.0, 2_000.0, float(len(user.session.trace))):
        user.session.playback.seek(time)
        steps(user).grab()
    assert model.spans.cache_info().misses < 200
    assert is_in_view(user, model.rowCount() - 1)
