"""Story: whatever way somebody comes to a question of predict first, nothing in the window gives the answer away, not
even before the first timer runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.engine.trace import Sent
from bpviz.graph.graph import NodeId
from bpviz.ops import numerals
from bpviz.stage.anchors import anchor_at
from bpviz.stage.stepping import Stride, moment_of
from tests.ui.recording import written_on
from tests.ui.seeing import everything
from tests.user import Key, Modifier, User

CTRL = Modifier.ControlModifier
PROGRAM = "x = 1.37; y = 0.83; w = 2.19; a = x*y; b = a*a*w; f = b*y + w*x"  # no number in it comes up twice


@pytest.fixture
def learner(user: User) -> User:
    """Somebody who has seen all of it: the inspector has told everything about x."""
    user.session.playback.is_animated = False
    user.paste_expression(PROGRAM)
    user.click(user.nowhere())
    see_all(user, "x")
    return user


def see_all(user: User, name: str) -> None:
    """Looks at a node, until the inspector has told everything."""
    choose(user, name)
    user.window.inspector.refresh()


def choose(user: User, name: str) -> None:
    """Goes back to the canvas, sees all of it, and selects a node."""
    user.press(Key.Key_Escape, Key.Key_F)
    user.click(user.face(node(user, name)))


def node(user: User, name: str) -> NodeId:
    return user.session.graph.by_name[name]


def secrets(user: User) -> dict[str, str]:
    """What must not be read now: the gradients that are still asked for, as they are written, by their names."""
    session, trace = user.session, user.session.trace
    assert session.predicting.coming is not None, "something is still asked for"
    step = session.stage.now.step
    frame, wires = trace.frame(step), range(len(trace.plan.wires))
    known = [trace.local(wire) for wire in wires] + [trace.value(each) for each in session.graph.nodes]
    known += [frame.gradient(each) for each in session.graph.nodes]
    for wire in wires:
        event = trace[trace.sent_position(wire)]
        if isinstance(event, Sent) and trace.sent_position(wire) < step:
            known.append(event.contribution)
    told = {numerals.short(value) for value in known if isinstance(value, float)}
    found = {}
    for each in session.graph.nodes:
        gradient = trace.gradient(each)
        if not session.predicting.tells(each) and isinstance(gradient, float):
            found[trace.graph.spoken(each)] = numerals.short(gradient)
    return {name: text for name, text in found.items() if text not in told}


def nothing_is_given_away(user: User) -> None:
    said = everything(user.window)
    given = {name: text for name, text in secrets(user).items() if text in said}
    assert not given, [line for line in said.splitlines() if any(text in line for text in given.values())]


def answer_until(user: User, name: str) -> None:
    """Has the gradients shown until that of a node is asked for."""
    predicting = user.session.predicting
    while predicting.node != node(user, name):
        if predicting.node is not None:
            predicting.show()
        else:
            user.press(Key.Key_Right)


def at(user: User, time: float) -> QPoint:
    """A place on the timeline."""
    timeline = user.window.player.timeline
    return timeline.mapTo(user.window, QPoint(round(timeline.x_of(time)), 20))


def test_what_is_looked_for_can_be_found(learner: User) -> None:
    trace, said = learner.session.trace, everything(learner.window)
    for name in ("x", "y", "w", "a", "b"):
        gradient = trace.gradient(node(learner, name))
        assert isinstance(gradient, float)
        assert numerals.short(gradient) in said


def test_predicting_begins_where_all_was_told(learner: User) -> None:
    canvas, window = learner.canvas, learner.window
    place = canvas.mapFrom(window, learner.face(node(learner, "x")))
    QApplication.sendEvent(canvas, QHelpEvent(QEvent.Type.ToolTip, place, canvas.mapToGlobal(place)))
    assert QToolTip.isVisible()
    learner.session.predicting.set_choosing(True)  # or the field for the answer takes the keyboard, and the tip goes
    learner.press(Key.Key_P)
    assert len(secrets(learner)) == 5
    nothing_is_given_away(learner)
    assert learner.message == ""


def test_one_question_after_the_other(learner: User) -> None:
    learner.press(Key.Key_P)
    while learner.session.predicting.coming is not None:
        nothing_is_given_away(learner)
        if learner.session.predicting.node is None:
            learner.press(Key.Key_Right)
        else:
            learner.session.predicting.show()


def play_ways(user: User) -> None:
    """The ways of the player to the question that stands."""
    playback = user.session.playback
    user.press(Key.Key_Left, Key.Key_Left, Key.Key_End)
    nothing_is_given_away(user)
    user.drag(at(user, playback.time), at(user, 2.0))
    user.drag(at(user, 2.0), at(user, playback.length))
    nothing_is_given_away(user)
    for stride in (Stride.PASS, Stride.NODE, Stride.BEAT):
        playback.set_stride(stride)
        user.press(Key.Key_Left)
        while user.session.predicting.node is None:
            user.press(Key.Key_Right)
        nothing_is_given_away(user)
    choose(user, "x")
    user.press(Key.Key_Home)
    user.press(Key.Key_Right, Key.Key_Right, modifiers=CTRL)
    nothing_is_given_away(user)


def tell_otherwise(user: User) -> None:
    """The run told in other ways, to the end, and back."""
    for key, seen in ((Key.Key_2, "f"), (Key.Key_3, "x"), (Key.Key_4, "a")):
        user.press(key, modifiers=CTRL)
        user.press(Key.Key_End)
        see_all(user, seen)
        user.press(Key.Key_1, modifiers=CTRL)
        nothing_is_given_away(user)


def turn_it_off_and_on(user: User) -> None:
    user.press(Key.Key_P, Key.Key_End, Key.Key_Escape)
    see_all(user, "a")
    user.press(Key.Key_P)
    nothing_is_given_away(user)


def look_at_it_otherwise(user: User) -> None:
    """Other nodes, the steps, the lens, heat, digits, colours, and all questions again."""
    for name in ("b", "x", "f"):
        choose(user, name)
        nothing_is_given_away(user)
    user.press(Key.Key_L, modifiers=CTRL | Modifier.ShiftModifier)
    user.press(Key.Key_M, Key.Key_N)
    nothing_is_given_away(user)
    user.press(Key.Key_Period, Key.Key_T, modifiers=CTRL)
    nothing_is_given_away(user)
    user.choose_in_menu_bar("Explain", "Ask for all gradients again")
    nothing_is_given_away(user)


def go_into_the_lecture_hall(user: User) -> None:
    user.press(Key.Key_F11)
    user.window.presenter.show()  # as on two screens
    nothing_is_given_away(user)


def study(user: User) -> None:
    """The lab, in front of which one could read every slope."""
    user.press(Key.Key_D, modifiers=CTRL | Modifier.ShiftModifier)
    nothing_is_given_away(user)
    laboratory = user.window.studying.laboratory
    assert laboratory is not None
    for title in ("Limit", "Rules", "Gradient"):
        laboratory.turn_to(title)
        nothing_is_given_away(user)
    user.press(Key.Key_Escape)


def jump_by_bookmark(user: User) -> None:
    """To a moment that comes after the question, by the keys and by a click on its flag."""
    session, end = user.session, user.session.playback.length
    for step in (2, end):
        edit = partial(edits.bookmark, anchor=anchor_at(session.story, step), note=f"Moment {step}")
        assert session.edit("Bookmark", edit)
    nothing_is_given_away(user)
    barrier = session.told_until
    user.press(Key.Key_PageUp, modifiers=CTRL)
    assert session.playback.time == 2.0
    user.press(Key.Key_PageDown, modifiers=CTRL)
    assert session.playback.time == barrier < end
    assert user.message != f"Moment {end}", "it is not that moment"
    nothing_is_given_away(user)
    user.press(Key.Key_Home)
    user.click(at(user, float(end)) + QPoint(3, -14))
    assert session.playback.time == barrier
    nothing_is_given_away(user)


WAYS = (
    play_ways, tell_otherwise, turn_it_off_and_on, look_at_it_otherwise, go_into_the_lecture_hall, study,
    jump_by_bookmark,
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_question_in_the_middle(learner: User, way: Callable[[User], None]) -> None:
    learner.press(Key.Key_P)
    answer_until(learner, "a")
    learner.press(Key.Key_Escape)
    nothing_is_given_away(learner)
    way(learner)


def test_the_scale_of_the_heat_has_no_numbers_while_they_are_asked_for(learner: User) -> None:
    def words() -> set[str]:
        return {found.text for found in written_on(learner.canvas)}

    learner.press(Key.Key_M, Key.Key_End)
    low, high = (numerals.short(10.0**power) for power in learner.canvas.heat.decades() or ())
    assert {low, high, "size of the gradient"} <= words()
    learner.press(Key.Key_P)
    answer_until(learner, "a")
    assert {"small", "large", "size of the gradient"} <= words()
    assert not {low, high} & words() - {"1"}, "but for the gradient of f"
    while learner.session.predicting.coming is not None:
        learner.session.predicting.show()
        learner.press(Key.Key_End)
    assert {low, high} <= words()


def test_what_was_answered_is_a_question_of_another_document(learner: User) -> None:
    learner.press(Key.Key_P)
    answer_until(learner, "x")
    learner.session.predicting.show()
    learner.press(Key.Key_End)
    see_all(learner, "x")
    learner.session.edit("Add", with_many_inputs)
    assert learner.session.predicting.told_until > 40.0, "the question comes later than all that was seen"
    nothing_is_given_away(learner)
    learner.undo()
    nothing_is_given_away(learner)
    learner.session.go_to_moment(0)
    learner.redo()
    nothing_is_given_away(learner)


def with_many_inputs(diagram: Diagram) -> Diagram:
    for place in range(40):
        diagram = edits.add(diagram, "variable", (0.0, 500.0 + 100.0 * place))
    return diagram


def test_the_chain_rule_is_ahead_of_what_stands_around_it(learner: User) -> None:
    story, playback = learner.session.story, learner.session.playback
    learner.press(Key.Key_Escape)
    computed = moment_of(story, node(learner, "a"), 0.0)
    assert computed is not None
    gradient = moment_of(story, node(learner, "a"), computed)
    assert gradient is not None
    learner.click(at(learner, computed))
    learner.window.inspector.refresh()
    playback.seek(gradient)  # the derivation follows at once, the rest soon
    learner.press(Key.Key_End, Key.Key_P)
    nothing_is_given_away(learner)
