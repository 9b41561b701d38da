"""Fingers on a screen, by real touch events: pinching, panning, tapping, dragging, wiring, resting."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QTouchEvent
from PySide6.QtWidgets import QApplication, QMenu

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.canvas.camera import FARTHEST, NEAREST
from tests.fingers import Fingers
from tests.user import Key, Modifier, User


@pytest.fixture
def toucher(user: User) -> User:
    """Somebody at a screen with q = x + y; f = q * z on it."""
    user.session.open(Diagram.of(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})), None)
    user.canvas.fit()
    user.canvas.setFocus()
    return user


@pytest.fixture
def fingers(toucher: User) -> Fingers:
    return Fingers(toucher)


def node(user: User, name: str) -> int:
    return user.session.graph.by_name[name]


def under(user: User, place: QPoint) -> tuple[float, float]:
    """The scene point at a place."""
    at = user.canvas.mapFrom(user.window, place)
    return user.canvas.camera.to_scene(at.x(), at.y())


class TestTwoFingers:
    def test_what_lies_under_them_stays_under_them(self, toucher: User, fingers: Fingers) -> None:
        left, right, camera = QPoint(500, 300), QPoint(600, 300), toucher.canvas.camera
        held = under(toucher, left), under(toucher, right)
        fingers.put(left, right)
        assert toucher.canvas.camera == camera, "nothing moves before they do"
        fingers.move(QPoint(470, 360), QPoint(670, 360))
        assert toucher.canvas.camera.zoom == pytest.approx(2 * camera.zoom)
        assert under(toucher, QPoint(470, 360)) == pytest.approx(held[0])
        assert under(toucher, QPoint(670, 360)) == pytest.approx(held[1])
        fingers.move(left, right)
        assert toucher.canvas.camera.zoom == pytest.approx(camera.zoom), "there and back is where one was"
        assert (toucher.canvas.camera.x, toucher.canvas.camera.y) == pytest.approx((camera.x, camera.y))
        fingers.lift()

    def test_side_by_side_they_pan(self, toucher: User, fingers: Fingers) -> None:
        place, zoom = toucher.face(node(toucher, "f")), toucher.canvas.camera.zoom
        fingers.put(QPoint(500, 300), QPoint(560, 340))
        fingers.move(QPoint(540, 280), QPoint(600, 320))
        fingers.lift()
        assert toucher.canvas.camera.zoom == zoom
        assert toucher.face(node(toucher, "f")) == place + QPoint(40, -20)
        assert not toucher.canvas.is_fitted

    def test_on_a_card_they_neither_select_nor_move_it(self, toucher: User, fingers: Fingers) -> None:
        diagram, card = toucher.session.diagram, toucher.face(node(toucher, "q"))
        fingers.put(card, card + QPoint(30, 5))
        fingers.move(card - QPoint(60, 0), card + QPoint(90, 5))
        fingers.lift()
        assert toucher.session.diagram is diagram
        assert not toucher.session.selection
        assert toucher.canvas.gesture is None

    def test_a_second_finger_gives_a_drag_up(self, toucher: User, fingers: Fingers) -> None:
        diagram, card = toucher.session.diagram, toucher.face(node(toucher, "q"))
        fingers.put(card)
        fingers.move(card + QPoint(70, 40))
        assert toucher.session.diagram is not diagram
        fingers.put(card + QPoint(200, 0))
        assert toucher.session.diagram.positions == diagram.positions
        assert toucher.session.document.undo_label is None
        fingers.move(card, card + QPoint(260, 0))
        fingers.lift()
        assert toucher.session.diagram.positions == diagram.positions

    def test_one_lifted_and_put_down_again_nothing_jumps(self, toucher: User, fingers: Fingers) -> None:
        fingers.put(QPoint(500, 300), QPoint(600, 300))
        fingers.move(QPoint(450, 300), QPoint(650, 300))
        fingers.lift(1)
        camera = toucher.canvas.camera
        fingers.move(QPoint(300, 200))
        assert toucher.canvas.camera == camera, "the finger that is left does nothing"
        assert toucher.canvas.gesture is None
        fingers.put(QPoint(400, 500))
        assert toucher.canvas.camera == camera
        fingers.move(QPoint(310, 210), QPoint(410, 510))
        fingers.lift()
        assert toucher.canvas.camera.zoom == pytest.approx(camera.zoom)
        assert toucher.canvas.camera.x == pytest.approx(camera.x - 10 / camera.zoom)
        assert toucher.session.document.undo_label is None

    def test_extremes_hold(self, toucher: User, fingers: Fingers) -> None:
        fingers.put(QPoint(560, 300), QPoint(560, 300))
        fingers.move(QPoint(300, 300), QPoint(1000, 300))
        fingers.lift()
        assert toucher.canvas.camera.zoom == NEAREST
        for _ in range(3):
            fingers.put(QPoint(300, 300), QPoint(1000, 300))
            fingers.move(QPoint(600, 300), QPoint(600, 300))
            fingers.lift()
        assert toucher.canvas.camera.zoom == FARTHEST
        assert not toucher.canvas.grab().isNull()

    def test_while_the_camera_glides(self, toucher: User, fingers: Fingers) -> None:
        fingers.put(QPoint(500, 300), QPoint(600, 300))
        fingers.move(QPoint(450, 300), QPoint(650, 300))
        toucher.press(Key.Key_F)
        toucher.canvas.looking.advance(0.05)
        camera = toucher.canvas.camera
        fingers.move(QPoint(450, 300), QPoint(650, 300), steps=1)
        assert toucher.canvas.camera == camera, "where they are now counts from here"
        fingers.move(QPoint(430, 300), QPoint(630, 300))
        assert not toucher.canvas.looking.is_gliding
        assert toucher.canvas.camera.zoom == pytest.approx(camera.zoom)
        fingers.lift()


class TestOneFinger:
    def test_a_tap_selects_and_a_tap_on_the_ground_lets_go(self, toucher: User, fingers: Fingers) -> None:
        q = node(toucher, "q")
        toucher.window.expression.field.setFocus()
        fingers.tap(toucher.face(q))
        assert toucher.session.selection == {q}
        assert toucher.canvas.hasFocus()
        fingers.tap(toucher.nowhere())
        assert not toucher.session.selection

    def test_a_trembling_finger_taps(self, toucher: User, fingers: Fingers) -> None:
        diagram, q = toucher.session.diagram, node(toucher, "q")
        at = toucher.face(q)
        fingers.put(at)
        fingers.move(at + QPoint(4, 3))
        fingers.lift()
        assert toucher.session.selection == {q}
        assert toucher.session.diagram is diagram

    def test_a_drag_is_one_step(self, toucher: User, fingers: Fingers) -> None:
        before, q = toucher.session.diagram, node(toucher, "q")
        at, zoom = toucher.face(q), toucher.canvas.camera.zoom
        fingers.put(at)
        fingers.move(at + QPoint(0, 120))
        fingers.lift()
        moved = toucher.session.diagram.positions[q][1] - before.positions[q][1]
        assert moved == pytest.approx(120 / zoom, abs=12)
        toucher.undo()
        assert toucher.session.diagram is before

    def test_a_wire(self, toucher: User, fingers: Fingers) -> None:
        x, f = node(toucher, "x"), node(toucher, "f")
        fingers.put(toucher.out_port(x))
        fingers.move(toucher.in_port(f, 1))
        fingers.lift()
        assert toucher.session.graph.nodes[f].inputs[1] == x

    def test_two_taps_on_the_ground_search_and_a_tap_chooses(self, toucher: User, fingers: Fingers) -> None:
        place, before = toucher.nowhere(), len(toucher.session.graph)
        fingers.tap(place)
        fingers.tap(place + QPoint(5, -4))
        chooser = toucher.chooser
        toucher.type("tanh")
        item = chooser.list.visualItemRect(chooser.list.item(0)).center()
        fingers.tap(chooser.list.viewport().mapTo(toucher.window, item))
        assert len(toucher.session.graph) == before + 1
        assert toucher.canvas.adding.chooser is None

    def test_two_taps_far_from_each_other_are_two(self, toucher: User, fingers: Fingers) -> None:
        fingers.tap(toucher.nowhere())
        fingers.tap(toucher.nowhere() + QPoint(80, 0))
        assert toucher.canvas.adding.chooser is None

    def test_two_taps_on_an_input_edit_its_number(self, toucher: User, fingers: Fingers) -> None:
        x = node(toucher, "x")
        fingers.tap(toucher.face(x))
        fingers.tap(toucher.face(x))
        toucher.type("7\n")
        assert toucher.session.graph.nodes[x].value == 7.0

    def test_resting_on_a_card_opens_its_menu(self, toucher: User, fingers: Fingers) -> None:
        q = node(toucher, "q")
        fingers.put(toucher.face(q))
        toucher.canvas.touching.rest()
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        assert toucher.session.selection == {q}
        menu.close()
        fingers.lift()
        assert toucher.canvas.gesture is None
        assert toucher.session.selection == {q}

    def test_taken_away_by_the_window_system(self, toucher: User, fingers: Fingers) -> None:
        diagram, card = toucher.session.diagram, toucher.face(node(toucher, "q"))
        fingers.put(card)
        fingers.move(card + QPoint(70, 40))
        assert Fingers.screen is not None
        QApplication.sendEvent(toucher.canvas, QTouchEvent(QEvent.Type.TouchCancel, Fingers.screen))
        assert toucher.session.diagram.positions == diagram.positions
        assert toucher.canvas.gesture is None
        fingers.lift()
        assert toucher.session.diagram.positions == diagram.positions

    def test_the_mouse_still_does_what_it_does(self, toucher: User, fingers: Fingers) -> None:
        fingers.tap(toucher.face(node(toucher, "q")))
        toucher.click(toucher.face(node(toucher, "x")), modifiers=Modifier.ShiftModifier)
        assert toucher.session.selection == {node(toucher, "q"), node(toucher, "x")}
