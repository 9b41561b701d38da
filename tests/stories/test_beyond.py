"""What is held is taken farther than one sees: at the edge of the canvas the view goes along."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.canvas.beyond import AFTER, FASTEST
from bpviz.ui.canvas.camera import Camera
from tests.user import Button, Key, User


@pytest.fixture
def near(user: User) -> User:
    """Somebody who looks at the first cards of a long chain from so near that the others are out of view."""
    user.session.open(
        Diagram.of(parse("a = sin(x); b = cos(a); c = exp(b); f = y + c * d", {"x": 1, "y": 2, "d": 3})), None
    )
    user.session.playback.is_animated = False
    user.canvas.setFocus()
    rect = user.session.scenery.rect(node(user, "x"))
    user.canvas.look(Camera(1.2, rect.x - 60.0, rect.y - 120.0))
    return user


def node(user: User, name: str) -> int:
    return user.session.graph.by_name[name]


def right_edge(user: User, at: QPoint, out: int = -4) -> QPoint:
    """A place at the height of another, so many pixels beyond the right edge of the canvas."""
    return QPoint(user.canvas.mapTo(user.window, QPoint(user.canvas.width() + out, 0)).x(), at.y())


def pass_time(user: User, seconds: float) -> None:
    for _ in range(round(seconds / 0.02)):
        user.canvas.beyond.advance(0.02)


def test_a_wire_reaches_a_card_that_was_out_of_view(near: User) -> None:
    start, f = near.out_port(node(near, "x")), node(near, "f")
    edge = right_edge(near, start)
    near.grab(start)
    near.move(start, edge)
    before = near.canvas.camera
    pass_time(near, AFTER - 0.04)
    assert near.canvas.camera == before, "who only passes is left alone"
    while not near.canvas.rect().contains(near.canvas.mapFrom(near.window, near.in_port(f, 0) + QPoint(30, 0))):
        pass_time(near, 0.1)
        assert near.canvas.camera.zoom == before.zoom
        assert near.canvas.camera.y == before.y
    port = near.in_port(f, 0)
    near.move(edge, port)
    camera = near.canvas.camera
    pass_time(near, 1.0)
    assert near.canvas.camera == camera, "back inside it rests"
    near.let_go(port)
    assert near.session.graph.nodes[f].inputs[0] == node(near, "x")


@pytest.mark.usefixtures("in_real_time")
def test_the_view_goes_along_by_itself_and_rests_when_the_hand_comes_back(near: User) -> None:
    start, before = near.out_port(node(near, "x")), near.canvas.camera
    edge = right_edge(near, start)
    near.grab(start)
    near.move(start, edge)
    near.qtbot.waitUntil(lambda: near.canvas.camera.x > before.x)
    near.move(edge, start)
    assert not near.canvas.beyond.is_going
    near.let_go(start)


def test_a_card_stays_under_the_hand(near: User) -> None:
    x = node(near, "x")
    start = near.face(x)
    edge = right_edge(near, start)
    near.grab(start)
    near.move(start, edge)
    pass_time(near, AFTER + 0.5)
    rect = near.session.scenery.rect(x)
    assert rect.contains(near.canvas.camera.to_scene(*near.canvas.hand or (0.0, 0.0)))
    near.let_go(edge)
    assert near.session.document.undo_label == "Move"
    near.undo()
    assert near.session.document.undo_label is None, "all of it is one step"


def test_a_rubber_band_grows_over_what_comes_into_view(near: User) -> None:
    start = near.canvas.mapTo(near.window, QPoint(near.canvas.width() // 2, near.canvas.height() - 30))
    corner = right_edge(near, near.canvas.mapTo(near.window, QPoint(0, 20)))
    near.grab(start)
    near.move(start, corner)
    some = len(near.session.selection)
    pass_time(near, 3.0)
    assert len(near.session.selection) > some
    near.let_go(corner)


def test_farther_out_it_goes_faster_up_to_a_limit(near: User) -> None:
    start, ways = near.out_port(node(near, "x")), []
    near.grab(start)
    for out in (-10, 4, 2000):
        at = near.canvas.mapFrom(near.window, right_edge(near, start, out))
        near.move(start, right_edge(near, start, -10))
        near.canvas.hand = float(at.x()), float(at.y())
        pass_time(near, AFTER)
        before = near.canvas.camera
        pass_time(near, 0.2)
        ways.append((near.canvas.camera.x - before.x) * before.zoom)
    near.press(Key.Key_Escape)
    near.let_go(start)
    assert ways == sorted(ways)
    assert ways[0] > 0.0
    assert ways[2] == pytest.approx(FASTEST * 0.2)


def test_what_is_taken_up_at_the_edge_does_not_run_away(near: User) -> None:
    place = right_edge(near, near.out_port(node(near, "x")), -6)
    camera = near.canvas.camera
    near.grab(place)
    near.move(place, place + QPoint(2, 30))
    pass_time(near, 1.0)
    assert near.canvas.camera == camera
    near.let_go(place + QPoint(2, 30))


def test_escape_at_the_edge(near: User) -> None:
    diagram, start = near.session.diagram, near.face(node(near, "x"))
    near.grab(start)
    near.move(start, right_edge(near, start))
    pass_time(near, AFTER + 0.2)
    near.press(Key.Key_Escape)
    camera = near.canvas.camera
    pass_time(near, 1.0)
    assert near.canvas.camera == camera
    assert near.session.diagram.positions == diagram.positions
    near.let_go(right_edge(near, start))


def test_panning_and_sliders_have_nothing_to_find_there(near: User) -> None:
    start = near.nowhere()
    near.grab(start, Button.MiddleButton)
    near.move(start, right_edge(near, start))
    camera = near.canvas.camera
    pass_time(near, 1.0)
    assert near.canvas.camera == camera
    near.let_go(right_edge(near, start), Button.MiddleButton)
