"""Story (a): a learner types an expression, moves its numbers, and steps through the chain rule and back."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint

from bpviz.document.diagram import Diagram
from bpviz.ui.window import Window
from tests.user import Key, User

READY = "Ready: step forward with → to watch the values flow, then the gradients come back."
STEPS = (
    ("The input x is −2.", "x", "−2", ""),
    ("The input y is 5.", "y", "5", ""),
    ("The input z is −4.", "z", "−4", ""),
    ("Compute q = x + y = −2 + 5 = 3.", "q", "3", ""),
    ("Compute f = q · z = 3 × (−4) = −12.", "f", "−12", ""),
    (
        "The way back starts at the output: ∂f/∂f = 1, because f changes exactly as fast as itself.",
        "f",
        "−12",
        "∂f/∂f 1",
    ),
    ("f passes back 1 × (−4) = −4 to q, because locally ∂f/∂q = z = −4.", "", "", ""),
    ("q receives its only share: −4. So ∂f/∂q = −4.", "q", "3", "∂f/∂q −4"),
    ("f passes back 1 × 3 = 3 to z, because locally ∂f/∂z = q = 3.", "", "", ""),
    ("z receives its only share: 3. So ∂f/∂z = 3.", "z", "−4", "∂f/∂z 3"),
    ("q passes back −4 × 1 = −4 to x, because locally ∂q/∂x = 1.", "", "", ""),
    ("x receives its only share: −4. So ∂f/∂x = −4.", "x", "−2", "∂f/∂x −4"),
    ("q passes back −4 × 1 = −4 to y, because locally ∂q/∂y = 1.", "", "", ""),
    ("y receives its only share: −4. So ∂f/∂y = −4.", "y", "5", "∂f/∂y −4"),
)
"""After each step: the caption; the node whose card changed, and what its card then says."""


def pages() -> list[tuple[str, dict[str, tuple[str, str]]]]:
    """The caption and the cards (value and gradient by name) after every number of steps, from none on."""
    cards = dict.fromkeys("xyzqf", ("", ""))
    found = [(READY, cards)]
    for caption, name, value, gradient in STEPS:
        cards = {**cards, name: (value, gradient)} if name else cards
        found.append((caption, cards))
    return found


def shown(user: User) -> tuple[str, dict[str, tuple[str, str]]]:
    """The caption, and what the cards say."""
    stage = user.session.stage
    cards = {stage.graph.label(node): stage.card(node) for node in stage.graph.nodes}
    return user.caption, {
        name: (card.value, f"{card.strip} {card.gradient}" if card.gradient else "") for name, card in cards.items()
    }


def gradients(user: User) -> dict[str, object]:
    trace = user.session.trace
    return {name: trace.gradient(node) for name, node in trace.graph.by_name.items()}


@pytest.fixture
def learner(user: User) -> User:
    """Somebody who has typed the classic program."""
    user.write_expression("q = x + y; f = q * z")
    return user


def wait_at(user: User, step: int) -> None:
    """Until the playhead rests after a number of events."""
    user.qtbot.waitUntil(lambda: user.session.playback.time == step and not user.session.playback.is_moving)


def set_value(user: User, name: str, text: str) -> None:
    """Double-clicks the number on a card and types another."""
    user.double_click(user.face(user.session.graph.by_name[name]))
    user.type(f"{text}\n")


def test_typing_makes_the_graph_and_one_step_of_the_history(learner: User) -> None:
    graph = learner.session.graph
    assert [graph.label(node) for node in graph.nodes] == ["x", "y", "q", "z", "f"]
    assert graph.nodes[graph.by_name["q"]].inputs == (graph.by_name["x"], graph.by_name["y"])
    assert graph.nodes[graph.by_name["f"]].inputs == (graph.by_name["q"], graph.by_name["z"])
    assert learner.session.document.undo_label == "Edit the expression"
    learner.session.undo()
    assert learner.session.document.undo_label is None
    assert learner.session.graph.nodes == {}


def test_dragging_a_slider_moves_all_values_and_gradients_in_one_step_of_the_history(learner: User) -> None:
    session, before = learner.session, learner.session.diagram
    seen: list[Any] = []
    session.traced.connect(lambda: seen.append(session.trace.value("x")))
    x = session.graph.by_name["x"]

    learner.hover(learner.face(x))
    slider = learner.canvas.slider_of(x)
    assert slider is not None
    thumb = learner.at(slider.thumb)
    learner.grab(thumb)
    for way in range(4, 81, 4):
        learner.hover(thumb - QPoint(way, 0))
        value = session.graph.nodes[x].value
        assert isinstance(value, float)
        # y and z are 1: everything follows while the thumb moves
        assert session.trace.value("f") == session.trace.value("q") == value + 1
        assert gradients(learner) == {"x": 1, "y": 1, "q": 1, "z": value + 1, "f": 1}
    learner.let_go(thumb - QPoint(80, 0))

    assert len(seen) > 10, "all along the way"
    assert seen == sorted(seen, reverse=True)
    assert value == seen[-1] < -3
    assert session.document.undo_label == "Set x"
    learner.undo()
    assert session.diagram is before
    learner.redo()
    assert session.graph.nodes[x].value == value


def test_the_ends_of_the_slider_can_be_reached_and_passed(learner: User) -> None:
    x = learner.session.graph.by_name["x"]
    learner.slide(x, 9.0)
    assert learner.session.graph.nodes[x].value == 5.0
    learner.slide(x, -9.0)
    assert learner.session.graph.nodes[x].value == -5.0


def test_stepping_forward_to_the_end_and_all_the_way_back(learner: User, window: Window) -> None:
    for name, text in (("x", "-2"), ("y", "5"), ("z", "-4")):
        set_value(learner, name, text)
    playback = learner.session.playback
    assert shown(learner) == pages()[-1], "a graph just made is shown with all its gradients"
    learner.open_menu_and_choose(window.player.speed, "8×")
    learner.press(Key.Key_Home)
    assert shown(learner) == pages()[0]

    for step, page in enumerate(pages()[1:], 1):
        learner.press(Key.Key_Right)
        wait_at(learner, step)
        assert shown(learner) == page
        assert window.player.counter.text() == f"Step {step} of 14"
    learner.press(Key.Key_Right)
    assert playback.time == 14, "at the end there is nothing more"

    for step, page in reversed(list(enumerate(pages()[:-1]))):
        learner.press(Key.Key_Left)
        wait_at(learner, step)
        assert shown(learner) == page
    learner.press(Key.Key_Left)
    assert playback.time == 0


def test_a_step_under_way_is_finished_by_the_same_key_and_turned_round_by_the_other(learner: User) -> None:
    playback = learner.session.playback
    learner.click(learner.nowhere())
    learner.press(Key.Key_Home, Key.Key_Right)
    assert playback.is_moving
    learner.press(Key.Key_Right)
    assert (playback.time, playback.is_moving) == (1.0, False)
    learner.press(Key.Key_PageDown)
    learner.qtbot.waitUntil(lambda: playback.time > 1.2)
    learner.press(Key.Key_PageUp)
    learner.qtbot.waitUntil(lambda: not playback.is_moving)
    assert playback.time == 1.0, "taking back an event that has only half happened"


def test_undoing_everything_and_doing_it_again(learner: User) -> None:
    set_value(learner, "x", "-2")
    learner.slide(learner.session.graph.by_name["y"], 9.0)
    last, session = learner.session.diagram, learner.session
    history: list[Diagram] = [last]
    while session.document.undo_label is not None:
        learner.undo()
        history.append(session.diagram)
    assert len(history) == 4, "typing, a number typed, a number slid"
    assert session.diagram == Diagram()
    assert learner.text == ""
    assert learner.caption == "There is nothing to tell yet: the canvas is empty."
    learner.undo()
    assert session.diagram is history[-1]
    for diagram in reversed(history[:-1]):
        learner.redo()
        assert session.diagram is diagram
    assert session.diagram is last
    assert learner.text == "q = x + y; f = q * z"
