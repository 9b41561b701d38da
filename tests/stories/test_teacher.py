"""Story (g): a teacher plays, pauses, scrubs, changes things on the way, and picks examples (h)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QSettings, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QToolButton, QWidget

from bpviz.graph.graph import NodeId
from bpviz.stage.stepping import Stride
from bpviz.ui.examples import Example, ExamplesMenu, examples
from bpviz.ui.theme import DARK, LIGHT
from tests.user import NOTHING, Button, Key, Modifier, User

CTRL = Modifier.ControlModifier
STEPS = 10  # of an example, one by one


@pytest.fixture
def teacher(user: User) -> User:
    """Somebody with a graph on the wall, at its start, eight steps a second."""
    user.paste_expression("q = x + y; f = q * z")
    user.click(user.nowhere())
    user.open_menu_and_choose(user.window.player.speed, "8×")
    user.press(Key.Key_Home)
    return user


def node(user: User, name: str) -> NodeId:
    return user.session.graph.by_name[name]


def play_into(user: User, step: int) -> None:
    """Plays from a step on, until the event that follows it is under way."""
    user.click(timeline_at(user, step))
    user.press(Key.Key_Space)
    user.qtbot.waitUntil(lambda: user.session.playback.time > step + 0.2)


def pause_in(user: User, step: int) -> None:
    """Plays from a step on, and pauses in the middle of the event that follows it."""
    play_into(user, step)
    user.press(Key.Key_Space)


def timeline_at(user: User, time: float) -> QPoint:
    timeline = user.window.player.timeline
    return timeline.mapTo(user.window, QPoint(round(timeline.x_of(time)), 20))


def popup() -> ExamplesMenu:
    """The examples, which are open."""
    found = QApplication.activePopupWidget()
    assert isinstance(found, ExamplesMenu)
    return found


class TestStepping:
    """How much one key press lets happen."""

    def stops(self, teacher: User, presses: int) -> list[float]:
        playback, found = teacher.session.playback, []
        for _ in range(presses):
            teacher.press(Key.Key_Right)
            teacher.qtbot.waitUntil(lambda: not playback.is_moving)
            found.append(playback.time)
        return found

    def test_bigger_and_smaller_steps(self, teacher: User) -> None:
        playback = teacher.session.playback
        teacher.press(Key.Key_Up, modifiers=CTRL)
        assert (playback.stride, teacher.window.player.stride.text()) == (Stride.WIRE, "wires")
        teacher.press(Key.Key_Up, modifiers=CTRL)
        assert self.stops(teacher, 8) == [1, 2, 3, 4, 5, 6, 10, 14]
        teacher.press(Key.Key_Up, modifiers=CTRL)
        teacher.press(Key.Key_Up, modifiers=CTRL)
        assert playback.stride is Stride.PASS
        teacher.press(Key.Key_Left)
        teacher.qtbot.waitUntil(lambda: playback.time == 5)
        teacher.open_menu_and_choose(teacher.window.player.stride, "A beat: receive, multiply, travel, add")
        beats = self.stops(teacher, 4)
        assert beats == pytest.approx([6, 6.35, 6.6, 7])
        teacher.press(Key.Key_Left)
        teacher.qtbot.waitUntil(lambda: playback.time == pytest.approx(6.6))

    def test_running_to_the_selected_node(self, teacher: User) -> None:
        playback, q = teacher.session.playback, node(teacher, "q")
        teacher.click(teacher.face(q))
        for time in (4, 8, 4):
            teacher.press(Key.Key_Right, modifiers=CTRL)
            teacher.qtbot.waitUntil(lambda: not playback.is_moving)
            assert playback.time == time, "its value, its gradient, and round again"
        teacher.press(Key.Key_Home)
        teacher.open_context_menu_and_choose(teacher.face(q), "Run to the selected node")
        teacher.qtbot.waitUntil(lambda: playback.time == 4)


class TestPlaying:
    def test_space_plays_to_the_end_and_then_again_from_the_start(self, teacher: User) -> None:
        playback = teacher.session.playback
        teacher.click(timeline_at(teacher, 11))
        teacher.press(Key.Key_Space)
        assert playback.is_playing
        assert teacher.window.actions_["play"].property("playing")
        teacher.qtbot.waitUntil(lambda: not playback.is_playing)
        assert playback.time == playback.length == 14
        assert not teacher.window.actions_["play"].property("playing")
        teacher.press(Key.Key_Space)
        assert playback.is_playing
        assert playback.time < 1
        teacher.press(Key.Key_Space)

    def test_pausing_in_the_middle_of_an_event_and_going_on(self, teacher: User) -> None:
        playback = teacher.session.playback
        pause_in(teacher, 3)
        time = playback.time
        assert 3 < time < 4
        assert not playback.is_moving
        assert teacher.session.stage.tokens(), "the numbers hang in the air"
        finished = teacher.session.stage.at(float(int(time) + 1))
        assert teacher.session.stage.caption() == finished.caption(), "the words for what is happening"
        teacher.press(Key.Key_Space)
        teacher.qtbot.waitUntil(lambda: playback.time > time)
        assert playback.is_playing
        teacher.press(Key.Key_Space)

    def test_the_buttons_do_what_the_keys_do(self, teacher: User) -> None:
        playback = teacher.session.playback
        buttons = {
            button.defaultAction().text(): button
            for button in teacher.window.player.findChildren(QToolButton)
            if button.defaultAction() is not None
        }
        teacher.click(teacher.middle_of(buttons["Go to the end"]))
        assert playback.time == 14
        assert not buttons["Step forward"].isEnabled()
        teacher.click(teacher.middle_of(buttons["Step back"]))
        teacher.qtbot.waitUntil(lambda: not playback.is_moving)
        assert playback.time == 13
        teacher.click(teacher.middle_of(buttons["Go to the start"]))
        assert playback.time == 0
        assert not buttons["Step back"].isEnabled()
        teacher.click(teacher.middle_of(buttons["Step forward"]))
        teacher.click(teacher.middle_of(buttons["Step forward"]))
        assert playback.time == 1

    def test_the_slider_moved_while_it_plays(self, teacher: User) -> None:
        playback = teacher.session.playback
        play_into(teacher, 6)
        teacher.slide(node(teacher, "z"), -9.0)
        assert not playback.is_moving, "a story that has changed waits to be told on"
        assert 6 < playback.time < 14
        assert teacher.session.stage.card(node(teacher, "z")).value == "−5"
        teacher.press(Key.Key_End)
        assert teacher.session.stage.card(node(teacher, "x")).gradient == "−5"

    def test_the_node_that_is_animated_is_deleted(self, teacher: User) -> None:
        pause_in(teacher, 8)
        assert node(teacher, "z") in teacher.session.stage.acting()
        teacher.click(teacher.face(node(teacher, "z")))
        teacher.press(Key.Key_Delete)
        playback = teacher.session.playback
        assert playback.length == len(teacher.session.trace)
        assert playback.time <= playback.length
        teacher.window.grab()
        teacher.undo()
        teacher.window.grab()
        assert playback.length == 14

    def test_everything_is_deleted_while_it_plays(self, teacher: User) -> None:
        play_into(teacher, 7)
        teacher.press(Key.Key_A, modifiers=CTRL)
        teacher.press(Key.Key_Delete)
        assert (teacher.session.playback.length, teacher.session.playback.time) == (0, 0.0)
        assert not teacher.session.playback.is_moving
        assert teacher.window.player.counter.text() == "No steps"
        assert not teacher.window.actions_["play"].isEnabled()

    def test_typing_while_it_plays(self, teacher: User) -> None:
        play_into(teacher, 4)
        teacher.write_expression("f = sin(x)")
        assert teacher.session.playback.time <= teacher.session.playback.length == len(teacher.session.trace)
        teacher.window.grab()

    def test_another_theme_in_the_middle_of_an_event(self, teacher: User, settings: QSettings) -> None:
        play_into(teacher, 3)
        teacher.press(Key.Key_T, modifiers=CTRL)
        assert teacher.session.theme is DARK
        assert teacher.session.playback.is_playing
        teacher.window.grab()
        assert settings.value("theme") == "dark"
        paper = teacher.canvas.grab().toImage().pixelColor(3, 3)
        assert paper == DARK["paper"]
        teacher.press(Key.Key_T, modifiers=CTRL)
        assert teacher.session.theme is LIGHT
        assert teacher.session.playback.is_playing
        teacher.press(Key.Key_Space)

    def test_the_window_resized_in_the_middle_of_an_event(self, teacher: User) -> None:
        play_into(teacher, 2)
        teacher.window.resize(1000, 640)
        teacher.qtbot.waitUntil(lambda: teacher.window.width() == 1000)
        teacher.window.grab()
        assert teacher.session.playback.is_playing
        teacher.press(Key.Key_Space)
        rect = teacher.canvas.rect()
        for held in teacher.session.graph.nodes:
            card = teacher.session.stage.rect(held)
            assert rect.contains(teacher.canvas.to_screen((card.x, card.y)))
            assert rect.contains(teacher.canvas.to_screen((card.right, card.bottom)))

    def test_the_window_closed_while_it_plays(self, teacher: User) -> None:
        play_into(teacher, 3)
        teacher.answer(QMessageBox.StandardButton.Discard)
        teacher.press(Key.Key_Q, modifiers=CTRL)
        assert not teacher.window.isVisible()
        assert not teacher.session.playback.is_moving

    def test_the_clicker_works_wherever_the_keyboard_is(self, teacher: User) -> None:
        playback = teacher.session.playback
        teacher.click(teacher.middle_of(teacher.window.expression.field))
        teacher.press(Key.Key_PageDown)
        teacher.qtbot.waitUntil(lambda: playback.time == 1.0)
        teacher.press(Key.Key_PageUp)
        teacher.qtbot.waitUntil(lambda: playback.time == 0.0)


class TestScrubbing:
    def test_a_click_goes_there(self, teacher: User) -> None:
        teacher.click(timeline_at(teacher, 8))
        assert teacher.session.playback.time == 8.0
        assert teacher.caption == "q receives its only share: 1. So ∂f/∂q = 1."
        assert teacher.session.stage.card(node(teacher, "q")).gradient == "1"

    def test_dragging_to_and_fro_shows_the_same_as_stepping(self, teacher: User) -> None:
        stage = teacher.session.stage
        teacher.grab(timeline_at(teacher, 0))
        for time in (3, 9, 14, 6, 6.5, 1, 13, 0):
            teacher.hover(timeline_at(teacher, time))
            seen, fresh = teacher.session.stage, stage.at(teacher.session.playback.time)
            assert teacher.session.playback.time == pytest.approx(time, abs=0.02)
            for held in seen.graph.nodes:
                assert seen.card(held) == fresh.card(held)
                assert seen.pills(held) == fresh.pills(held)
            assert seen.tokens() == fresh.tokens()
        teacher.let_go(timeline_at(teacher, 0))

    def test_beyond_the_ends_are_the_ends(self, teacher: User) -> None:
        start = timeline_at(teacher, 5)
        teacher.grab(start)
        teacher.hover(QPoint(1, start.y()))
        assert teacher.session.playback.time == 0.0
        end = QPoint(teacher.window.width() - 2, start.y())
        teacher.hover(end)
        assert teacher.session.playback.time == 14.0
        teacher.let_go(end)

    def test_scrubbing_stops_what_plays(self, teacher: User) -> None:
        play_into(teacher, 1)
        teacher.click(timeline_at(teacher, 11))
        assert teacher.session.playback.time == 11.0
        assert not teacher.session.playback.is_moving

    def test_nothing_to_scrub_on_an_empty_canvas(self, user: User) -> None:
        user.click(timeline_at(user, 0) + QPoint(200, 0))
        assert user.session.playback.time == 0.0


class TestInterruptions:
    def test_a_gesture_ends_when_another_window_comes_to_the_front(self, teacher: User) -> None:
        before, start = teacher.session.diagram, teacher.face(node(teacher, "f"))
        teacher.grab(start)
        teacher.move(start, start + QPoint(60, 60))
        other = QWidget()
        teacher.qtbot.addWidget(other)
        other.show()
        other.activateWindow()
        teacher.qtbot.waitUntil(lambda: teacher.canvas.gesture is None)
        assert teacher.session.diagram is before


class TestExamples:
    def test_the_popup_shows_all_of_them_with_a_picture(self, user: User) -> None:
        user.click(user.middle_of(user.window.top.examples))
        shelf = popup().list
        assert shelf.isVisible()
        user.qtbot.waitUntil(lambda: popup().is_filled)
        assert [shelf.item(i).text() for i in range(shelf.count())] == [example.title for example in examples()]
        assert all(not shelf.item(i).icon().isNull() for i in range(shelf.count()))
        user.press(Key.Key_Escape)
        assert not shelf.isVisible()
        assert user.session.graph.nodes == {}

    def test_chosen_with_the_keyboard(self, user: User) -> None:
        user.click(user.middle_of(user.window.top.examples))
        user.press(Key.Key_Right, Key.Key_Right, Key.Key_Return)
        chosen = examples()[2]
        assert user.session.diagram == chosen.diagram()
        assert user.message == chosen.remark
        assert QApplication.activePopupWidget() is None
        assert not user.window.isWindowModified()

    def test_its_story_is_still_to_be_watched(self, user: User) -> None:
        """At the end there would be nothing to step on to; who drags a slider first wants to see what it does."""
        user.window.open_example(examples()[3])
        playback, length = user.session.playback, len(user.session.story)
        assert playback.time == 0.0
        assert "".join(span.text for span in user.session.stage.caption()).startswith("Ready: step forward")
        user.press(Key.Key_Slash, modifiers=CTRL)  # written otherwise, it still waits
        assert playback.time == 0.0
        user.session.playback.is_animated = False
        user.press(Key.Key_Right)
        assert playback.time == 1.0
        user.window.open_example(examples()[3])
        user.slide(user.session.graph.by_name["x"], 4.0)
        assert playback.time == length
        user.press(Key.Key_Home)
        user.slide(user.session.graph.by_name["x"], 2.0)
        assert playback.time == 0.0, "where the user has put it, it stays"

    def test_what_it_is_good_for_can_be_read_slowly(self, user: User) -> None:
        for example in examples():
            user.window.open_example(example)
            (timer,) = user.window.toast.findChildren(QTimer)
            assert timer.interval() >= 300 * len(example.remark.split()), "milliseconds: 200 words a minute"

    def test_chosen_with_the_mouse(self, user: User) -> None:
        user.click(user.middle_of(user.window.top.examples))
        shelf = popup().list
        place = shelf.viewport().mapTo(shelf.window(), shelf.visualItemRect(shelf.item(4)).center())
        QTest.mouseClick(shelf.window().windowHandle(), Button.LeftButton, NOTHING, place)
        assert user.session.diagram == examples()[4].diagram()

    def test_unsaved_changes_are_asked_about_first(self, teacher: User) -> None:
        before = teacher.session.diagram
        teacher.click(teacher.middle_of(teacher.window.top.examples))
        teacher.answer(QMessageBox.StandardButton.Cancel)
        teacher.press(Key.Key_Return)
        assert teacher.session.diagram is before

    def test_after_another_theme_the_pictures_have_its_colours(self, user: User) -> None:
        user.click(user.middle_of(user.window.top.examples))
        user.press(Key.Key_Escape)
        user.press(Key.Key_T, modifiers=CTRL)
        user.click(user.middle_of(user.window.top.examples))
        shelf = popup().list
        user.qtbot.waitUntil(lambda: popup().is_filled)
        picture = shelf.item(0).icon().pixmap(shelf.iconSize()).toImage()
        assert picture.pixelColor(2, 2) == DARK["paper"]
        user.press(Key.Key_Escape)


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.title)
def test_every_example_can_be_told_from_start_to_end(user: User, example: Example) -> None:
    user.window.open_example(example)
    user.session.playback.is_animated = False
    user.press(Key.Key_Home)
    length = len(user.session.story)
    for step in range(1, min(length, STEPS) + 1):
        user.press(Key.Key_Right)
        assert user.session.playback.time == step
        assert user.caption
    user.window.grab()
    user.press(Key.Key_End)
    assert user.session.playback.time == length
    assert user.caption
    user.window.grab()
    assert not user.session.trace.failures
