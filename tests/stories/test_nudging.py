"""Story: a learner moves a number a little, and compares what the gradient said with what happens."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint

from bpviz.document import regrouping
from bpviz.graph.graph import NodeId
from bpviz.ui.canvas.lens import NudgeBar, bar_of, bubble_of
from bpviz.ui.lens_panel import LensButton
from tests.user import Key, Modifier, User


@pytest.fixture
def learner(user: User) -> User:
    user.session.playback.is_animated = False
    user.paste_expression("x = 3; y = 2; q = x*x; f = q*y")
    user.click(user.nowhere())
    return user


def node(user: User, name: str) -> NodeId:
    return user.session.graph.by_name[name]


def bar(user: User) -> NudgeBar:
    found = bar_of(user.canvas)
    assert found is not None, "the bar of the lens is shown"
    return found


def thumb(user: User, part: float) -> QPoint:
    """Where the thumb is, or would be, for a part from −1 to 1."""
    return user.at(bar(user).thumb(part))


def numbers(user: User) -> list[str]:
    return [label.text() for label in user.window.lens_panel.numbers]


def test_dragging_the_bar_below_a_card(learner: User) -> None:
    before = learner.session.diagram
    learner.click(learner.face(node(learner, "x")))
    assert not learner.window.lens_panel.isVisible()
    learner.press(Key.Key_N)
    assert learner.window.lens_panel.isVisible()
    assert numbers(learner) == ["0", "0", "0"]
    assert learner.canvas.slider_of(node(learner, "x")) is None, "the bar has the slider's place"
    learner.drag(thumb(learner, 0.0), thumb(learner, 1.1))
    assert learner.session.lens.h == learner.session.lens.reach == 2.0
    assert numbers(learner) == ["24", "32", "8"]
    assert learner.window.lens_panel.sentence.text() == (
        "Moving x by 2, from 3 to 5, should change f by 12 × 2 = 24; it changes by 32, off the straight line by 8."
    )
    assert learner.window.lens_panel.step.text() == "2"
    learner.double_click(thumb(learner, 0.5))
    assert learner.session.lens.h == 0.0
    assert learner.session.diagram is before, "nothing was changed"
    assert not learner.canvas.cancel_gesture()


def test_an_intermediate_node_moves_as_if_it_were_free(learner: User) -> None:
    learner.click(learner.face(node(learner, "q")))
    learner.choose_in_menu_bar("Explain", "Nudge lens")
    learner.drag(thumb(learner, 0.0), thumb(learner, -1.1))
    assert (learner.session.lens.h, numbers(learner)) == (-5.0, ["−10", "−10", "0"])
    learner.click(learner.face(node(learner, "x")))
    assert (learner.session.lens.name, learner.session.lens.h) == ("x", 0.0)
    learner.press(Key.Key_N)
    assert not learner.window.lens_panel.isVisible()
    assert bar_of(learner.canvas) is None


def test_escape_puts_the_thumb_back(learner: User) -> None:
    learner.click(learner.face(node(learner, "x")))
    learner.press(Key.Key_N)
    learner.drag(thumb(learner, 0.0), thumb(learner, 0.5))
    before = learner.session.lens.h
    learner.grab(thumb(learner, 0.5))
    learner.move(thumb(learner, 0.5), thumb(learner, -1.1))
    assert learner.session.lens.h == -2.0
    learner.press(Key.Key_Escape)
    assert learner.session.lens.h == before
    learner.let_go(thumb(learner, -1.1))
    assert learner.session.lens.h == before
    assert learner.session.selection == {node(learner, "x")}


def test_by_keyboard_alone(learner: User) -> None:
    learner.click(learner.face(node(learner, "x")))
    learner.press(Key.Key_N)
    panel, lens, time = learner.window.lens_panel, learner.session.lens, learner.session.playback.time
    panel.bar.setFocus()
    learner.press(*[Key.Key_Right] * 5)
    assert lens.h == pytest.approx(0.02)
    learner.press(Key.Key_PageUp, Key.Key_PageUp)
    assert lens.h == pytest.approx(2 * 0.3**2)
    learner.press(*[Key.Key_Left] * 15)
    assert lens.h == 0.0
    assert learner.session.playback.time == time, "the arrows are the bar's now"
    learner.press(Key.Key_Down, Key.Key_0)
    assert lens.h == 0.0
    learner.click(learner.middle_of(panel.step))
    learner.press(Key.Key_A, modifiers=Modifier.ControlModifier)
    learner.type("-1/2\n")
    assert (lens.h, numbers(learner)) == (-0.5, ["−6", "−5.5", "0.5"])
    learner.press(Key.Key_A, modifiers=Modifier.ControlModifier)
    learner.type("10\n")
    assert (lens.h, lens.reach) == (10.0, 10.0)
    learner.press(Key.Key_A, modifiers=Modifier.ControlModifier)
    learner.type("much\n")
    assert learner.message == "“much” cannot be read as a number; examples of what can are −0.5, 1/3 and 2·10⁻³."
    assert lens.h == 10.0
    learner.press(Key.Key_Escape)
    assert panel.step.text() == "10"
    assert not panel.step.hasFocus()


def test_the_buttons_of_the_panel(learner: User) -> None:
    learner.click(learner.face(node(learner, "x")))
    learner.press(Key.Key_N)
    panel, lens = learner.window.lens_panel, learner.session.lens
    learner.click(learner.middle_of(panel.wider))
    assert lens.reach == 5.0
    learner.click(learner.middle_of(panel.narrower))
    learner.click(learner.middle_of(panel.narrower))
    assert lens.reach == 1.0
    chart = panel.chart
    learner.drag(
        chart.mapTo(learner.window, QPoint(round(chart.x_of(0.0)), 60)),
        chart.mapTo(learner.window, QPoint(round(chart.x_of(1.0)), 60)),
    )
    assert lens.h == 1.0
    learner.double_click(learner.middle_of(chart))
    assert lens.h == 0.0
    learner.click(learner.middle_of(panel.close_))
    assert not panel.isVisible()


def test_entries_of_an_array(user: User) -> None:
    user.paste_expression("x = [1, 2]; f = sum(x*x)")
    user.click(user.nowhere())
    user.click(user.face(node(user, "x")))
    user.press(Key.Key_N)
    panel = user.window.lens_panel
    assert panel.entry.isVisible()
    user.click(user.middle_of(panel.entry))
    user.press(Key.Key_A, modifiers=Modifier.ControlModifier)
    user.type("1\n")
    assert user.session.lens.name == "x[1]"
    user.click(user.middle_of(panel.step))
    user.press(Key.Key_A, modifiers=Modifier.ControlModifier)
    user.type("1\n")
    assert numbers(user) == ["4", "5", "1"]


def test_a_pole_and_a_corner(user: User) -> None:
    user.paste_expression("x = 1; f = 1/x")
    user.click(user.nowhere())
    user.click(user.face(node(user, "x")))
    user.press(Key.Key_N)
    user.session.lens.move(-1.0)
    assert numbers(user) == ["1", "breaks", "—"]
    assert "breaks f: division needs a divisor other than 0" in user.window.lens_panel.sentence.text()
    user.canvas.grab()
    user.paste_expression("x = 0; f = relu(x)")
    user.click(user.nowhere())
    user.click(user.face(node(user, "x")))
    user.drag(thumb(user, 0.0), thumb(user, 1.1))
    assert numbers(user) == ["0", "1", "1"]
    assert "corner at 0" in user.window.lens_panel.sentence.text()


def test_editing_under_the_lens(learner: User) -> None:
    learner.click(learner.face(node(learner, "x")))
    learner.press(Key.Key_N)
    learner.drag(thumb(learner, 0.0), thumb(learner, 1.1))
    learner.slide(node(learner, "y"), 4)
    y = learner.session.trace.value("y")
    assert isinstance(y, float)
    assert y > 3.5
    nudge = learner.session.lens.nudge
    assert nudge is not None
    assert [nudge.predicted, nudge.actual, nudge.gap] == pytest.approx([12 * y, 16 * y, 4 * y]), "it still looks at x"
    learner.undo()
    assert numbers(learner) == ["24", "32", "8"]
    place = learner.face(node(learner, "x"))
    learner.drag(place, place + QPoint(30, 60))
    card = learner.session.stage.rect(node(learner, "x"))
    assert (bar(learner).rect.x, bar(learner).rect.y) == (card.x, card.bottom + 5.0), "the bar goes with the card"
    learner.press(Key.Key_T, modifiers=Modifier.ControlModifier)
    learner.window.resize(1280, 720)
    learner.canvas.grab()
    learner.press(Key.Key_Delete)
    assert not learner.window.lens_panel.isVisible()
    learner.undo()
    assert numbers(learner) == ["24", "32", "8"]


def test_the_bubble_stands_beside_the_output(learner: User) -> None:
    learner.click(learner.face(node(learner, "x")))
    learner.press(Key.Key_N)
    bubble, card = bubble_of(learner.canvas), learner.session.stage.rect(node(learner, "f"))
    assert bubble is not None
    assert bubble.y > card.bottom
    learner.click(learner.face(node(learner, "f")))
    above = bubble_of(learner.canvas)
    assert above is not None
    assert above.bottom < card.y, "below is the bar"


def test_from_the_inspector(learner: User) -> None:
    learner.click(learner.face(node(learner, "x")))
    learner.window.inspector.refresh()
    learner.qtbot.waitUntil(lambda: learner.window.inspector.verticalScrollBar().maximum() > 0)
    learner.qtbot.waitUntil(lambda: len(learner.window.inspector.findChildren(LensButton)) == 1)
    (button,) = learner.window.inspector.findChildren(LensButton)
    learner.window.inspector.ensureWidgetVisible(button)
    learner.click(learner.middle_of(button))
    assert learner.session.lens.name == "x"
    assert not button.isVisible()


def test_of_a_group_that_hides_both_the_bar_is_below_and_the_bubble_above(learner: User) -> None:
    nodes = set(learner.session.graph.nodes)
    learner.session.edit("Group", lambda diagram: regrouping.group(diagram, nodes, "all"))
    learner.session.lens.open(node(learner, "x"))
    bar, bubble, card = (
        bar_of(learner.canvas),
        bubble_of(learner.canvas),
        learner.session.stage.rect(node(learner, "f")),
    )
    assert bar is not None
    assert bubble is not None
    assert bubble.bottom <= card.y < card.bottom <= bar.rect.y
