"""The minimap: when it is there, what it shows, and what a hand does on it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui import minimap as module
from bpviz.ui.canvas.camera import Camera
from bpviz.ui.minimap import Minimap
from bpviz.ui.settings import MINIMAP
from tests.user import Key, User

CHAIN = "a = x + 1\n" + "\n".join(f"{b} = {a} * 2" for a, b in zip("abcdefgh", "bcdefghi", strict=False))


@pytest.fixture
def map_(user: User) -> Minimap:
    """Of a chain of nine cards, all in view."""
    user.session.open(Diagram.of(parse(CHAIN, {"x": 1.0})), None)
    user.canvas.fit()
    return user.window.minimap


def near(user: User, name: str = "x") -> None:
    """Looks at one card from near."""
    rect = user.session.stage.rect(user.session.graph.by_name[name])
    user.canvas.look(Camera(1.0, rect.x - 100.0, rect.y - 100.0))


def place(user: User, map_: Minimap, x: float, y: float) -> QPoint:
    return map_.mapTo(user.window, QPoint(round(x), round(y)))


class TestWhenItIsThere:
    def test_only_while_something_is_out_of_view(self, user: User, map_: Minimap) -> None:
        assert not map_.isVisible()
        near(user)
        assert map_.isVisible()
        user.press(Key.Key_F)
        user.settle()
        assert not map_.isVisible()

    def test_turned_off_and_on_in_the_menu(self, user: User, map_: Minimap) -> None:
        near(user)
        user.choose_in_menu_bar("View", "Minimap")
        assert not map_.isVisible()
        assert user.session.settings.get(MINIMAP) is False
        user.choose_in_menu_bar("View", "Minimap")
        assert map_.isVisible()

    def test_not_of_an_empty_graph(self, user: User, map_: Minimap) -> None:
        near(user)
        user.window.files.new()
        assert not map_.isVisible()

    def test_not_on_a_canvas_that_it_would_cover(self, user: User, map_: Minimap) -> None:
        near(user)
        user.window.resize(1440, 420)
        user.qtbot.waitUntil(lambda: user.canvas.height() < 3 * map_.height())
        assert not map_.isVisible()

    def test_it_stays_in_the_corner(self, user: User, map_: Minimap) -> None:
        near(user)
        user.window.resize(1280, 720)
        user.qtbot.waitUntil(lambda: map_.geometry().bottom() == user.canvas.height() - module.MARGIN - 1)
        assert map_.x() == module.MARGIN


class TestHands:
    def test_dragging_the_frame_moves_the_view(self, user: User, map_: Minimap) -> None:
        near(user)
        before, frame = user.canvas.camera, map_.frame
        start = place(user, map_, frame.center().x(), frame.center().y())
        user.drag(start, start + QPoint(30, 0))
        moved = map_.to_scene(30.0, 0.0)[0] - map_.to_scene(0.0, 0.0)[0]
        after = user.canvas.camera
        assert after.zoom == before.zoom
        assert after.x - before.x == pytest.approx(moved)
        assert after.y == pytest.approx(before.y)

    def test_a_click_elsewhere_looks_there(self, user: User, map_: Minimap) -> None:
        near(user)
        i = user.session.stage.rect(user.session.graph.by_name["i"])
        x, y = map_.to_map((i.x + i.width / 2, i.y + i.height / 2))
        user.click(place(user, map_, x, y))
        view = user.canvas.camera.view(user.canvas.width(), user.canvas.height())
        assert view.touches(i)

    def test_the_frame_is_never_out_of_reach(self, user: User, map_: Minimap) -> None:
        user.canvas.look(Camera(4.0, 1e6, -1e6))
        assert map_.rect().contains(map_.frame.toAlignedRect())
        assert min(map_.frame.width(), map_.frame.height()) >= 6.0
        centre = map_.frame.center()
        user.click(place(user, map_, 75, 46))
        assert map_.frame.center() != centre

    def test_what_is_done_on_it_is_not_done_on_the_canvas(self, user: User, map_: Minimap) -> None:
        near(user)
        before = user.session.diagram
        user.drag(place(user, map_, 20, 20), place(user, map_, 120, 80))
        user.click(place(user, map_, 40, 40), Qt.MouseButton.RightButton)
        assert user.session.diagram is before
        assert user.canvas.gesture is None

    def test_let_go_where_everything_is_in_view_it_goes(self, user: User, map_: Minimap) -> None:
        near(user)
        user.grab(place(user, map_, 75, 46))
        user.canvas.fit()
        assert map_.isVisible(), "not under the hand"
        user.let_go(place(user, map_, 75, 46))
        assert not map_.isVisible()

    def test_a_double_click_fits(self, user: User, map_: Minimap) -> None:
        near(user)
        user.double_click(place(user, map_, 75, 46))
        user.settle()
        assert user.canvas.camera == user.canvas.whole()


def test_the_cards_are_drawn_once_for_every_arrangement(
    user: User, map_: Minimap, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    class Counted(QPixmap):
        def __init__(self, *size: int) -> None:
            super().__init__(*size)
            made.append(1)

    monkeypatch.setattr(module, "QPixmap", Counted)
    near(user)
    for x in range(20):
        user.canvas.look(Camera(1.0, 10.0 * x, 0.0))
        map_.grab()
    assert len(made) == 1
    user.session.select(user.session.graph.nodes)
    user.press(Key.Key_Delete)
    user.undo()
    near(user)
    map_.grab()
    assert len(made) == 2


def test_in_a_large_graph_it_waits_until_the_hand_lets_go(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is dragged out of the view brings it, and it shows all that there is."""
    monkeypatch.setattr(module, "MOST_WHILE_DRAGGED", 2)
    canvas, map_ = user.canvas, user.window.minimap
    user.session.open(Diagram.of(parse("x = 1; y = 2; f = x + y * 3")), None)
    QApplication.processEvents()
    assert not map_.isVisible(), "all is in view"
    rect = user.session.stage.rect(user.session.graph.by_name["f"])
    at = canvas.to_screen((rect.x + 40.0, rect.y + 20.0))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
    for i in range(1, 6):
        QTest.mouseMove(canvas, at + QPoint(90 * i, 0))
        QApplication.processEvents()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at + QPoint(450, 0))
    QApplication.processEvents()
    assert map_.isVisible()
    moved = user.session.stage.rect(user.session.graph.by_name["f"])
    assert map_.to_map((moved.right, moved.y))[0] < map_.width(), "and it is on the map"
