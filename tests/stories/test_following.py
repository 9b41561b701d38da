"""The camera of the window goes along with what happens, and otherwise stays where it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint

from bpviz.document import annotating
from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.stage.acting import part
from bpviz.stage.geometry import Rect
from bpviz.ui.canvas.accompanying import READABLE
from bpviz.ui.canvas.camera import Camera
from bpviz.ui.canvas.looking import GLIDE
from bpviz.ui.settings import FOLLOWING
from tests.user import Key, Modifier, User

LONG = "; ".join(["v1 = sin(x)", *(f"v{i + 1} = sin(v{i}) + x" for i in range(1, 9))])
SMALLEST_PRINT = 13.0  # scene units: captions; values, gradients and pills are larger


@pytest.fixture
def watcher(user: User) -> User:
    """Before the first step of a graph that cannot be read as a whole, in a window of the least comfortable size."""
    user.window.resize(1280, 720)
    user.session.open(Diagram.of(parse(LONG, {"x": 0.5})), None)
    user.canvas.setFocus()
    user.press(Key.Key_Home)
    return user


def view(user: User) -> Rect:
    return user.canvas.camera.view(user.canvas.width(), user.canvas.height())


def sees(user: User, node: int) -> bool:
    seen, rect = view(user), user.session.stage.rect(node)
    return seen.contains((rect.x, rect.y)) and seen.contains((rect.right, rect.bottom))


def step(user: User) -> None:
    user.press(Key.Key_Right, Key.Key_Right)  # the second ends the motion of the first
    user.settle()


def actor(user: User) -> int:
    about = part(user.session.story, user.session.stage.now.step - 1)
    return about.node if about.receiver is None else about.receiver


def test_what_is_opened_is_seen_whole(user: User) -> None:
    user.session.open(Diagram.of(parse(LONG, {"x": 0.5})), None)
    assert user.canvas.camera == user.canvas.whole()
    assert user.canvas.camera.zoom < READABLE


def test_another_document_is_seen_whole_though_the_last_was_followed(watcher: User) -> None:
    step(watcher)
    assert watcher.canvas.camera != watcher.canvas.whole()
    watcher.session.open(Diagram.of(parse(LONG + "; w = v9 * 2", {"x": 0.5})), None)
    assert watcher.canvas.camera == watcher.canvas.whole()


def test_every_step_can_be_read(watcher: User) -> None:
    for _ in range(len(watcher.session.story)):
        step(watcher)
        assert watcher.canvas.camera.zoom * SMALLEST_PRINT >= 10.0
        assert sees(watcher, actor(watcher))


def test_a_note_at_the_edge_is_in_the_first_picture_and_the_camera_leaves_from_there(watcher: User) -> None:
    """Also one that was written after the camera had begun to follow."""
    step(watcher)
    watcher.press(Key.Key_Home)
    before = watcher.canvas.camera
    left = min(rect.x for rect in watcher.session.scenery.rects.values())
    place, size = (left - 900.0, 300.0), (200.0, 60.0)
    watcher.session.edit("Note", lambda diagram: annotating.add_note(diagram, "Begin here", place, size))
    watcher.press(Key.Key_F)
    watcher.settle()
    first = watcher.canvas.camera
    assert first.zoom < before.zoom
    step(watcher)
    watcher.session.playback.seek(0.0)
    watcher.settle()
    assert watcher.canvas.camera == first
    watcher.session.playback.seek(0.002)
    watcher.settle()
    assert watcher.canvas.camera.zoom == pytest.approx(first.zoom, rel=1e-3)
    assert watcher.canvas.camera.x == pytest.approx(first.x, abs=2.0)


def test_the_time_alone_says_where_to_look(watcher: User) -> None:
    times = [0.0, 3.0, 7.3, 12.0, 20.6, float(len(watcher.session.story))]

    def at(time: float) -> Camera:
        watcher.session.playback.seek(time)
        watcher.settle()
        return watcher.canvas.camera

    ahead = [at(time) for time in times]
    assert len(set(ahead)) == len(ahead)
    assert [at(time) for time in reversed(times)] == ahead[::-1]


def test_after_a_leap_the_camera_takes_a_moment(watcher: User) -> None:
    canvas, playback = watcher.canvas, watcher.session.playback
    playback.seek(3.0)
    watcher.settle()
    here = canvas.camera
    playback.seek(3.5)
    assert not canvas.looking.is_gliding, "that is near"
    playback.seek(3.0)
    playback.seek(20.0)
    assert canvas.camera == here, "it begins where it was"
    canvas.looking.advance(GLIDE / 2)
    between = canvas.camera
    assert here.x != between.x != canvas.goal().x
    playback.seek(4.0)
    assert canvas.camera == between, "and turns round from there"
    canvas.looking.advance(GLIDE)
    assert canvas.camera == canvas.goal()
    playback.seek(20.0)
    there = canvas.goal()
    assert canvas.looking.is_gliding
    canvas.look(here)
    assert not canvas.looking.is_gliding, "the hand comes first"
    playback.seek(12.0)
    playback.seek(20.0)
    playback.set_animated(False)
    playback.seek(12.0)
    playback.seek(20.0)
    assert canvas.camera == there, "in reduced motion it is there at once"


def test_playing_goes_on_from_a_leap_that_is_not_over(watcher: User) -> None:
    canvas, playback = watcher.canvas, watcher.session.playback
    playback.seek(3.0)
    watcher.settle()
    playback.seek(30.0)
    canvas.looking.advance(GLIDE / 3)
    before = canvas.camera
    playback.play()
    playback.advance(0.01)
    assert abs(before.to_screen((canvas.camera.x, canvas.camera.y))[0]) < 12.0
    playback.advance(1.0)
    assert canvas.camera == canvas.goal()
    playback.pause()


def test_f_shows_the_whole_graph_until_the_next_step(watcher: User) -> None:
    step(watcher)
    watcher.press(Key.Key_F)
    watcher.settle()
    assert watcher.canvas.camera == watcher.canvas.whole()
    watcher.session.select({watcher.session.graph.by_name["v4"]})
    assert watcher.canvas.camera == watcher.canvas.whole()
    step(watcher)
    assert watcher.canvas.camera.zoom >= READABLE
    assert sees(watcher, actor(watcher))


def test_the_hand_is_respected_until_the_next_step(watcher: User) -> None:
    step(watcher)
    watcher.wheel(watcher.nowhere(), -600)
    by_hand = watcher.canvas.camera
    assert by_hand.zoom < READABLE
    watcher.hover(watcher.nowhere() + QPoint(30, 0))
    watcher.session.select({watcher.session.graph.by_name["v4"]})
    assert watcher.canvas.camera == by_hand
    step(watcher)
    assert watcher.canvas.camera.zoom >= READABLE
    assert sees(watcher, actor(watcher))


def test_a_hand_that_looks_at_what_happens_is_not_disturbed(watcher: User) -> None:
    step(watcher)
    watcher.canvas.look(watcher.canvas.camera.panned(8.0, 5.0))
    by_hand = watcher.canvas.camera
    watcher.session.playback.seek(0.999)
    assert watcher.canvas.camera == by_hand


def test_an_edit_leaves_the_camera_where_it_is(watcher: User) -> None:
    for _ in range(4):
        step(watcher)
    before = watcher.canvas.camera
    watcher.session.select({watcher.session.graph.by_name["v9"]})
    watcher.press(Key.Key_Delete)
    assert "v9" not in watcher.session.graph.by_name
    assert watcher.canvas.camera == before
    watcher.press(Key.Key_Z, modifiers=Modifier.ControlModifier)
    assert "v9" in watcher.session.graph.by_name
    assert watcher.canvas.camera == before
    step(watcher)
    assert sees(watcher, actor(watcher))


def test_a_graph_that_can_be_read_never_moves(user: User) -> None:
    user.session.open(Diagram.of(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})), None)
    user.canvas.setFocus()
    whole = user.canvas.camera
    user.press(Key.Key_Home)
    for _ in range(len(user.session.story)):
        step(user)
        assert user.canvas.camera == whole


def test_a_window_of_another_size_keeps_what_happens_in_view(watcher: User) -> None:
    for _ in range(9):
        step(watcher)
    watcher.window.resize(1100, 680)
    watcher.qtbot.waitUntil(lambda: watcher.window.width() == 1100)
    assert sees(watcher, actor(watcher))
    assert watcher.canvas.camera.zoom >= READABLE


def test_turned_off_nothing_moves(watcher: User) -> None:
    step(watcher)
    watcher.choose_in_menu_bar("View", "Follow the action")
    assert watcher.session.settings.get(FOLLOWING) is False
    whole = watcher.canvas.camera
    assert whole == watcher.canvas.whole()
    step(watcher)
    assert watcher.canvas.camera == whole


def test_the_minimap_makes_way(watcher: User) -> None:
    """Whenever it is there, it hides nothing of what happens."""
    map_, seen = watcher.window.minimap, set()
    for half in range(2 * len(watcher.session.story) + 1):
        watcher.session.playback.seek(half / 2)
        watcher.settle()
        seen.add(map_.isVisible())
        if map_.isVisible() and half > 1:
            for node in watcher.session.stage.acting():
                rect = watcher.session.stage.rect(node)
                x, y = watcher.canvas.camera.to_screen((rect.right, rect.y))
                lower = watcher.canvas.camera.to_screen((rect.x, rect.bottom))
                left, bottom = lower
                is_apart = x < map_.x() or bottom < map_.y() or left > map_.geometry().right() or y > map_.y() + 92
                assert is_apart, half
    assert True in seen


def test_a_click_tells_all_about_a_node(watcher: User) -> None:
    watcher.session.playback.seek(8.0)
    node = watcher.session.graph.by_name["v2"]
    watcher.session.select({node})
    watcher.qtbot.waitUntil(lambda: watcher.window.inspector.node == node)
