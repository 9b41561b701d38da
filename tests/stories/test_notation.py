"""A learner squares a number and reads: no sign on the screen stands for two things."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from bpviz.engine.telling import Telling
from bpviz.engine.trace import run
from bpviz.engine.wrong_sweeps import Wrong, done_wrong
from bpviz.engine.wrong_ways import overwritten, unordered
from bpviz.ui.examples import examples
from bpviz.ui.panel import MathLabel
from bpviz.ui.steps import StepModel
from bpviz.ui.telling import SHOWN_BY
from bpviz.ui.term import Term
from tests.ui.recording import written_on
from tests.user import User

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def begin(user: User, program: str) -> None:
    user.session.playback.is_animated = False
    user.paste_expression(program)
    user.click(user.nowhere())


def look_at(user: User, name: str) -> None:
    user.click(user.face(user.session.graph.by_name[name]))
    user.window.inspector.refresh()


def labels(user: User) -> list[str]:
    return [label.text() for label in user.window.inspector.findChildren(QLabel)]


def test_a_square_step_by_step(user: User) -> None:
    begin(user, "x = 3; f = x * x")
    user.press(Key.Key_Home)
    captions = []
    for _ in range(user.session.playback.length):
        user.press(Key.Key_Right)
        captions.append(user.caption)
    assert captions[3:] == [
        "f passes back 1 × 3 = 3 to x, because locally ∂₁f = x = 3 (∂₁: by its first input alone).",
        "x receives 3; one more share to come.",
        "f passes back 1 × 3 = 3 to x, because locally ∂₂f = x = 3 (∂₂: by its second input alone).",
        "x adds it to what it has: 3 + 3 = 6. So ∂f/∂x = 6.",
    ]
    f = user.session.graph.by_name["f"]
    assert [pill.text for pill in user.session.stage.pills(f)] == ["∂₁f = x = 3", "∂₂f = x = 3"]
    look_at(user, "x")
    terms = [term.piece.latex for term in user.window.inspector.findChildren(Term) if term.isVisible()]
    assert r"\frac{{\partial}f}{{\partial}f} \cdot {\partial}_{1}f" in terms
    assert not any(r"{{\partial}x}" in latex for latex in terms)
    assert "∂₁f: the derivative of f by its first input alone." in labels(user)
    look_at(user, "f")
    assert "∂₁f: the derivative of f by its first input alone." in labels(user)


def test_a_narrow_row_keeps_a_number_with_its_sign(user: User) -> None:
    begin(user, "x = 3; f = x * x")
    user.click(user.middle_of(user.window.side.button(1)))
    rows = user.window.findChildren(StepModel)[0]
    sent = "".join(span.text for span in rows.spans(3))
    assert sent == "f passes back 1\u00a0×\u00a03\u00a0=\u00a03 to x: ∂₁f\u00a0=\u00a0x\u00a0=\u00a03."
    assert "by its first input alone" in rows.data(rows.index(3)), "the tip says it all"


def test_long_names_are_cut_in_the_middle_and_whole_in_the_tip(user: User) -> None:
    begin(
        user,
        "input_of_the_network = 1.5; first_hidden_layer_1 = 2 * input_of_the_network; "
        "output_of_the_network = 3 * first_hidden_layer_1",
    )
    user.press(Key.Key_End)
    look_at(user, "input_of_the_network")
    terms = [term for term in user.window.inspector.findChildren(Term) if "…" in term.piece.latex]
    assert terms
    assert any("firs…er" in term.piece.latex for term in terms)
    assert all("first_hidden_layer_1" in term.toolTip() for term in terms)


def test_what_both_modes_cost_is_said_in_words(user: User) -> None:
    begin(user, "x = 3; y = 2; f = x * y + x")
    user.click(user.face(user.session.graph.by_name["x"]))
    user.press(Key.Key_2, modifiers=CTRL)
    user.press(Key.Key_End)
    look_at(user, "f")
    user.qtbot.waitUntil(lambda: "Work for the gradient by both inputs" in labels(user))
    rows = [label.accessibleName() for label in user.window.inspector.findChildren(MathLabel)]
    assert {"one pass back", "2 passes ahead"} <= set(rows)
    assert "4 products, 1 sum" in labels(user)


@pytest.mark.parametrize("telling", SHOWN_BY)
def test_an_example_shows_what_goes_wrong(user: User, telling: Telling) -> None:
    """Where nothing goes wrong, the message says why, and names an example in which something does."""
    begin(user, "x = 3; y = 2; f = x * y")
    user.press(Key.Key_3 if telling is Telling.OVERWRITES else Key.Key_4, modifiers=CTRL)
    title = SHOWN_BY[telling]
    assert "nothing goes wrong here: " in user.message
    assert user.message.endswith(f"The example “{title}” shows what can.")
    shown = {example.title: example for example in examples()}[title]
    told = done_wrong(run(shown.diagram().graph), overwritten if telling is Telling.OVERWRITES else unordered)
    assert isinstance(told.sweep, Wrong)
    assert told.sweep.wrong


def test_a_formula_without_room_leaves_the_strip_its_label_and_its_number(user: User) -> None:
    user.window.resize(1440, 900)
    begin(user, "x = 2; y = 3; a = x / y; b = a * x; f = b + a")
    user.press(Key.Key_Slash, modifiers=CTRL)  # fractions
    user.press(Key.Key_M, Key.Key_M, modifiers=CTRL)  # numbers and formulas
    user.press(Key.Key_F)
    user.settle()
    assert " = " in user.session.stage.card(user.session.graph.by_name["x"]).strip
    found = written_on(user.canvas)
    sizes = {one.text: one.pixels for one in found}
    assert sizes["5/3"] == sizes["−2/3"] == pytest.approx(sizes["4/3"] * 14 / 21), "as large as other gradients"
    places = sorted(one.place for one in found if one.text == "∂")
    left = user.canvas.to_screen((user.session.stage.rect(user.session.graph.by_name["x"]).x, 0.0)).x()
    assert len([place for place in places if left < place[0] < left + 60.0]) == 4, "∂f/∂x and ∂f/∂y"


def test_formulas_stand_on_strips_as_mathematics(user: User) -> None:
    begin(user, "x = -2; y = 5; z = -4; q = x + y; f = q * z")
    user.press(Key.Key_M, modifiers=CTRL)
    user.session.playback.seek(user.session.story.seed_position + 1.5)  # z is sent to q
    (token,) = user.session.stage.tokens()
    assert (token.text, token.is_symbolic) == ("z", True)
    user.press(Key.Key_M, modifiers=CTRL)
    assert not user.session.stage.tokens()[0].is_symbolic
