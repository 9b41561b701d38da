"""What somebody who has never seen the program meets first: whether it can be read, and says what is so now."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from bpviz.document.diagram import Diagram
from bpviz.graph.direction import Direction
from bpviz.graph.parse import parse
from bpviz.stage.geometry import STRIP_HEIGHT, Rect
from bpviz.ui.examples import ExamplesMenu, examples
from tests.user import Key, Modifier, User


def contrast_within(user: User, rect: Rect) -> int:
    """How far the darkest and the lightest pixel well within a place of the scene are apart, of 255."""
    canvas, image = user.canvas, user.canvas.grab().toImage()
    ratio = canvas.devicePixelRatioF()
    left, top = canvas.to_screen((rect.x + 4.0 / canvas.camera.zoom, rect.y + 4.0 / canvas.camera.zoom)).toTuple()
    right, bottom = canvas.to_screen((rect.right - 4.0 / canvas.camera.zoom, rect.bottom)).toTuple()
    tones = [
        image.pixelColor(x, y).lightness()
        for x in range(round(left * ratio), round(right * ratio))
        for y in range(round(top * ratio), round(bottom * ratio))
    ]
    return max(tones) - min(tones)


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)])
def test_the_cards_of_a_recurrent_net_can_be_read_at_first_sight(user: User, size: tuple[int, int]) -> None:
    user.window.resize(*size)
    user.window.open_example(next(found for found in examples() if found.title.startswith("A recurrent net")))
    user.press(Key.Key_End, Key.Key_F)
    user.settle()
    stage = user.session.stage
    for node, held in stage.graph.nodes.items():
        card = stage.rect(node)
        if held.is_constant:
            continue
        face = Rect(card.x, card.y, card.width, card.height - STRIP_HEIGHT)
        strip = Rect(card.x, card.bottom - STRIP_HEIGHT + 2.0, card.width, STRIP_HEIGHT - 6.0)
        assert contrast_within(user, face) > 150, f"the value of {stage.graph.label(node)} stands out"
        assert contrast_within(user, strip) > 80, f"the gradient of {stage.graph.label(node)} stands out"


def test_a_fault_is_told_only_while_the_story_has_it(user: User) -> None:
    user.session.open(Diagram.of(parse("a = 2 * x; b = x**2; f = a * b", {"x": 3.0})), None)
    user.click(user.nowhere())
    user.press(Key.Key_3, modifiers=Modifier.ControlModifier)
    assert user.message == "With = in place of +=, 1 of 4 gradients comes out wrong: x."
    user.press(Key.Key_2, modifiers=Modifier.ControlModifier)
    assert user.message == "", "forward mode is right"


def test_a_short_message_after_a_long_one_is_as_low_as_ever(user: User) -> None:
    toast, session = user.window.toast, user.session
    session.said.emit("Short.", False)
    low = toast.height()
    session.said.emit("A sentence that is so long that it takes two lines wherever it stands. " * 2, False)
    assert toast.height() > low
    session.said.emit("Short.", False)
    assert toast.height() == low


def test_a_message_stands_on_no_card(user: User) -> None:
    """Read downward, the output lies in the middle at the bottom, and one wants to grab it."""
    user.session.open(Diagram.of(parse("f = sin(sin(sin(sin(x))))", {"x": 1.0}), Direction.DOWN), None)
    user.canvas.fit()
    toast, output = user.window.toast, user.session.graph.by_name["f"]

    def clear_of_cards() -> bool:
        corner = user.canvas.camera.to_scene(toast.x(), toast.y())
        size = toast.width() / user.canvas.camera.zoom, toast.height() / user.canvas.camera.zoom
        return not user.session.scenery.covered(Rect(*corner, *size))

    user.session.said.emit("A sentence of middle length, for everyone to read.", False)
    assert toast.isVisible()
    assert clear_of_cards()
    middle = (user.canvas.width() - toast.width()) // 2
    assert toast.x() < middle - 40
    user.drag(user.face(output), user.face(output) + QPoint(0, -300))
    user.session.said.emit("A sentence of middle length, for everyone to read.", False)
    assert toast.x() == middle, "where there is room, it is where it always is"


def test_pills_in_a_narrow_gap_say_the_formula(user: User) -> None:
    """The local derivative is the reason for every gradient: the number alone does not say why."""

    def pills(text: str, **values: float) -> list[str]:
        user.session.open(Diagram.of(parse(text, values)), None)
        stage = user.session.stage.at(float(len(user.session.story)))
        return [pill.text for node in stage.graph.nodes for pill in stage.pills_by_slot(node) if pill is not None]

    assert "∂b/∂x = 2x = 6" in pills("a = 2 * x; b = x**2; f = a * b", x=3.0)
    neuron = pills("v = sigmoid(x1*w1 + x2*w2)", x1=0.5, w1=2.0, x2=-1.0, w2=1.0)
    assert "∂v₂/∂w₂ = x₂ = −1" in neuron or "∂v₁/∂w₁ = x₁ = 0.5" in neuron, neuron


def test_an_empty_canvas_says_what_to_do_first(user: User) -> None:
    invitation, field = user.window.invitation, user.window.expression.field
    assert invitation.isVisible()
    expression, node, example = (user.middle_of(door) for door in invitation.doors)

    user.click(expression)
    assert field.hasFocus()
    user.type("f = x")
    assert not invitation.isVisible(), "gone with the first node"
    user.press(Key.Key_Escape)
    assert invitation.isVisible()

    user.click(node)
    assert user.chooser.isVisible()
    assert not invitation.isVisible(), "nothing lies behind the search"
    user.press(Key.Key_Escape)
    user.qtbot.waitUntil(invitation.isVisible)

    user.double_click(invitation.mapTo(user.window, QPoint(invitation.width() // 2, 30)))
    user.type("2.5\n")
    assert [node.value for node in user.session.graph.nodes.values()] == [2.5], "it lets the double click through"
    user.undo()
    assert invitation.isVisible()
    user.press(Key.Key_N, modifiers=Modifier.ControlModifier | Modifier.ShiftModifier)
    assert not invitation.isVisible(), "nor is it in the way of a note"
    user.press(Key.Key_Escape)
    user.undo()

    user.click(example)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, ExamplesMenu)
    menu.close()


def test_where_the_window_is_low_the_invitation_is_left_out(user: User) -> None:
    invitation = user.window.invitation
    user.canvas.setFixedHeight(160)
    user.qtbot.waitUntil(lambda: not invitation.isVisible())
    user.canvas.setMinimumHeight(400)
    user.canvas.setMaximumHeight(2000)
    user.qtbot.waitUntil(invitation.isVisible)
    assert user.canvas.rect().contains(invitation.geometry())
