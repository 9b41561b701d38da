"""Looking at a graph: the wheel, Space and the hand, near and far, heat, kinship, and finding a node."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.stage.outlines import Look, Outlines
from bpviz.ui.canvas.camera import FARTHEST, NEAREST, Camera
from bpviz.ui.canvas.heat import magnitude
from bpviz.ui.canvas.kinship import kin
from bpviz.ui.canvas.looking import HELD
from bpviz.ui.canvas.middle_distance import NEAR_FROM_ZOOM, TEXT_FROM_ZOOM
from bpviz.ui.find_bar import matches
from bpviz.ui.settings import FOLLOWING, WHEEL
from tests.user import Button, Key, Modifier, User

CTRL, SHIFT = Modifier.ControlModifier, Modifier.ShiftModifier
PROGRAM = "p = x * w; q = y * w; s = tanh(p) + q; t = ln(p); f = s * 3"
VALUES = {"x": 2.0, "y": -4.0, "w": 0.5}


@pytest.fixture
def viewer(user: User) -> User:
    """Somebody with a small network, after the whole story."""
    user.session.open(Diagram.of(parse(PROGRAM, VALUES)), None)
    user.canvas.fit()
    user.canvas.setFocus()
    return user


def node(user: User, name: str) -> int:
    return user.session.graph.by_name[name]


def view_holds(user: User, name: str) -> bool:
    view, rect = (
        user.canvas.camera.view(user.canvas.width(), user.canvas.height()),
        user.session.stage.rect(node(user, name)),
    )
    return view.contains((rect.x, rect.y)) and view.contains((rect.right, rect.bottom))


class TestTheWheel:
    def test_zooming_glides_and_keeps_the_point_under_the_mouse_on_the_way(self, viewer: User) -> None:
        at = viewer.face(node(viewer, "f"))
        under, before = viewer.canvas.mapFrom(viewer.window, at), viewer.canvas.camera
        QTest.wheelEvent(viewer.window.windowHandle(), QPointF(at), QPoint(0, 480), QPoint(), Modifier.NoModifier)
        looking = viewer.canvas.looking
        assert looking.is_gliding
        zooms = []
        while looking.is_gliding:
            looking.advance(0.04)
            zooms.append(viewer.canvas.camera.zoom)
            there = viewer.canvas.camera.to_scene(under.x(), under.y())
            assert there == pytest.approx(before.to_scene(under.x(), under.y()))
        assert zooms == sorted(zooms)
        assert len(set(zooms)) > 3
        assert zooms[-1] == pytest.approx(before.zoom * 1.0015**480)

    def test_clicks_of_the_wheel_in_a_row_add_up(self, viewer: User) -> None:
        at, before = QPointF(viewer.middle_of(viewer.canvas)), viewer.canvas.camera.zoom
        for _ in range(3):
            QTest.wheelEvent(viewer.window.windowHandle(), at, QPoint(0, 120), QPoint(), Modifier.NoModifier)
        viewer.settle()
        assert viewer.canvas.camera.zoom == pytest.approx(before * 1.0015**360)

    @pytest.mark.usefixtures("in_real_time")
    def test_a_glide_ends_by_itself(self, viewer: User) -> None:
        at, before = QPointF(viewer.middle_of(viewer.canvas)), viewer.canvas.camera.zoom
        QTest.wheelEvent(viewer.window.windowHandle(), at, QPoint(0, 480), QPoint(), Modifier.NoModifier)
        assert viewer.canvas.camera.zoom == before
        viewer.qtbot.waitUntil(lambda: not viewer.canvas.looking.is_gliding)
        assert viewer.canvas.camera.zoom == pytest.approx(before * 1.0015**480)

    def test_a_hand_that_takes_the_view_ends_the_glide(self, viewer: User) -> None:
        at = viewer.nowhere()
        QTest.wheelEvent(viewer.window.windowHandle(), QPointF(at), QPoint(0, 480), QPoint(), Modifier.NoModifier)
        viewer.canvas.looking.advance(0.05)
        viewer.drag(at, at + QPoint(40, 10), Button.MiddleButton)
        assert not viewer.canvas.looking.is_gliding
        camera = viewer.canvas.camera
        viewer.canvas.looking.advance(1.0)
        assert viewer.canvas.camera == camera

    def test_in_reduced_motion_it_jumps(self, viewer: User) -> None:
        viewer.choose_in_menu_bar("View", "Reduced motion")
        at = QPointF(viewer.middle_of(viewer.canvas))
        QTest.wheelEvent(viewer.window.windowHandle(), at, QPoint(0, 120), QPoint(), Modifier.NoModifier)
        assert not viewer.canvas.looking.is_gliding

    def test_with_ctrl_it_zooms_too(self, viewer: User) -> None:
        """As in a browser; Ctrl and two fingers on a touch pad zoom as far as the fingers go, without a glide."""
        at, before = viewer.middle_of(viewer.canvas), viewer.canvas.camera
        viewer.wheel(at, 120, CTRL)
        assert viewer.canvas.camera.zoom == pytest.approx(before.zoom * 1.0015**120)
        QTest.wheelEvent(viewer.window.windowHandle(), QPointF(at), QPoint(0, 120), QPoint(0, 15), CTRL)
        assert not viewer.canvas.looking.is_gliding
        assert viewer.canvas.camera.zoom == pytest.approx(before.zoom * 1.0015**240)

    def test_by_setting_it_pans_and_zooms_with_ctrl(self, viewer: User) -> None:
        viewer.session.settings.set(WHEEL, "pan")
        place, at, zoom = viewer.face(node(viewer, "f")), viewer.middle_of(viewer.canvas), viewer.canvas.camera.zoom
        viewer.wheel(at, 120)
        assert viewer.face(node(viewer, "f")) - place == QPoint(0, 60)
        viewer.wheel(at, 120, SHIFT)
        assert viewer.face(node(viewer, "f")) - place == QPoint(60, 60)
        assert viewer.canvas.camera.zoom == zoom
        viewer.wheel(at, 120, CTRL)
        assert viewer.canvas.camera.zoom > zoom

    def test_two_fingers_pinch(self, viewer: User) -> None:
        at, before = QPointF(300.0, 200.0), viewer.canvas.camera
        for value in (0.2, 0.1, float("nan")):
            pinch = QNativeGestureEvent(
                Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, at, at, at, value,
                QPointF(),
            )  # fmt: skip
            QApplication.sendEvent(viewer.canvas, pinch)
        after = viewer.canvas.camera
        assert after.zoom == pytest.approx(before.zoom * np.exp(0.3))
        assert after.to_scene(300.0, 200.0) == pytest.approx(before.to_scene(300.0, 200.0))


class TestSpace:
    def test_held_down_the_left_button_pans(self, viewer: User) -> None:
        before, place = viewer.session.diagram, viewer.face(node(viewer, "f"))
        viewer.session.playback.seek(0.0)
        viewer.hold(Key.Key_Space)
        assert viewer.canvas.cursor().shape() == Qt.CursorShape.OpenHandCursor
        viewer.drag(place, place + QPoint(33, -21))
        viewer.release(Key.Key_Space)
        assert viewer.face(node(viewer, "f")) == place + QPoint(33, -21)
        assert viewer.session.diagram is before
        assert not viewer.session.playback.is_playing, "Space was a hand, not a key"
        assert viewer.canvas.cursor().shape() != Qt.CursorShape.OpenHandCursor

    def test_alone_it_still_plays_and_pauses(self, viewer: User) -> None:
        viewer.session.playback.seek(0.0)
        viewer.press(Key.Key_Space)
        assert viewer.session.playback.is_playing
        viewer.press(Key.Key_Space)
        assert not viewer.session.playback.is_playing

    def test_released_before_the_button_the_drag_goes_on(self, viewer: User) -> None:
        place = viewer.nowhere()
        viewer.hold(Key.Key_Space)
        viewer.grab(place)
        viewer.release(Key.Key_Space)
        before = viewer.canvas.camera
        viewer.move(place, place + QPoint(50, 0))
        viewer.let_go(place + QPoint(50, 0))
        assert viewer.canvas.camera.x == pytest.approx(before.x - 50 / before.zoom)
        assert viewer.canvas.gesture is None

    def test_the_keyboard_taken_away_meanwhile(self, viewer: User) -> None:
        viewer.session.playback.seek(0.0)
        viewer.hold(Key.Key_Space)
        viewer.press(Key.Key_L, modifiers=CTRL)
        viewer.release(Key.Key_Space)
        assert not viewer.canvas.looking.is_space_held
        assert not viewer.session.playback.is_playing


class TestZoomingTo:
    def test_the_selection_fills_the_view(self, viewer: User) -> None:
        viewer.click(viewer.face(node(viewer, "x")))
        viewer.press(Key.Key_Z)
        viewer.settle()
        assert viewer.canvas.camera.zoom == pytest.approx(1.3)
        rect, camera = viewer.session.stage.rect(node(viewer, "x")), viewer.canvas.camera
        middle = camera.to_screen((rect.x + rect.width / 2, rect.y + rect.height / 2))
        assert middle == pytest.approx((viewer.canvas.width() / 2, viewer.canvas.height() / 2))

    def test_fitting_glides_and_then_keeps_the_graph_in_view(self, viewer: User) -> None:
        viewer.drag(viewer.nowhere(), viewer.nowhere() + QPoint(500, 300), Button.MiddleButton)
        viewer.press(Key.Key_F)
        assert viewer.canvas.looking.is_gliding
        viewer.settle()
        assert viewer.canvas.camera == viewer.canvas.whole()
        viewer.write_expression("f = x * y + x / y - y ** x\n")
        assert viewer.canvas.camera == viewer.canvas.whole()

    def test_undone_in_the_middle_of_a_glide(self, viewer: User) -> None:
        viewer.click(viewer.face(node(viewer, "t")))
        viewer.press(Key.Key_Delete)
        viewer.press(Key.Key_F)
        viewer.canvas.looking.advance(0.05)
        viewer.undo()
        viewer.settle()
        assert viewer.canvas.camera == viewer.canvas.whole()

    def test_extremes(self, viewer: User) -> None:
        for _ in range(40):
            viewer.press(Key.Key_Plus, modifiers=CTRL)
            viewer.canvas.looking.advance(1.0)
        assert viewer.canvas.camera.zoom == NEAREST
        for _ in range(60):
            viewer.press(Key.Key_Minus, modifiers=CTRL)
            viewer.canvas.looking.advance(1.0)
        assert viewer.canvas.camera.zoom == FARTHEST
        assert not viewer.canvas.grab().isNull()
        viewer.press(Key.Key_F)
        viewer.settle()
        assert view_holds(viewer, "f")


class TestNearAndFar:
    @pytest.mark.parametrize("zoom", [0.02, 0.23, 0.25, 0.33, 0.45, 0.6, 0.67, 4.0])
    def test_every_distance_shows_every_moment(self, viewer: User, zoom: float) -> None:
        viewer.session.settings.set(FOLLOWING, False)
        rect = viewer.session.stage.rect(node(viewer, "p"))
        middle = rect.x + rect.width / 2, rect.y + rect.height / 2
        width, height = viewer.canvas.width(), viewer.canvas.height()
        viewer.canvas.look(Camera(zoom, middle[0] - width / 2 / zoom, middle[1] - height / 2 / zoom))
        paper = viewer.session.theme["paper"]
        for time in (0.0, 8.3, 14.7, float(viewer.session.playback.length)):
            viewer.session.playback.seek(time)
            image = viewer.canvas.grab().toImage()
            ratio = viewer.canvas.devicePixelRatioF()
            assert image.pixelColor(round(width / 2 * ratio), round(height / 2 * ratio)) != paper

    def test_the_far_look_is_that_of_the_cards(self, viewer: User) -> None:
        session = viewer.session
        nodes = list(session.graph.nodes)
        wires = [(held, slot) for held in nodes for slot, source in enumerate(session.graph.nodes[held].inputs)
                 if source is not None]  # fmt: skip
        outlines = Outlines(session.story, nodes, wires)
        for step in range(session.playback.length + 1):
            stage = session.stage.at(float(step))
            looks = outlines.looks(step)
            for held, look, reached in zip(nodes, looks, outlines.reached <= step, strict=True):
                outline, is_constant = stage.outline(held), stage.graph.nodes[held].is_constant
                assert reached == outline.has_gradient
                expected = Look.CONSTANT if is_constant else Look.COMPUTED
                if stage.trace.frame(step).value(held) is None:
                    expected = Look.AHEAD
                assert look == (Look.REACHED if reached else expected)
            carried = [found.carries_gradient for held in nodes for found in stage.wires(held)]
            assert (outlines.carried <= step).tolist() == carried

    def test_what_broke_looks_broken_from_afar(self, viewer: User) -> None:
        viewer.session.open(Diagram.of(parse("a = ln(x); f = a * 2; g = x + 1", {"x": -1.0})), None)
        nodes = [node(viewer, name) for name in "xag"]
        outlines = Outlines(viewer.session.story, nodes, [])
        assert outlines.looks(len(viewer.session.story)).tolist() == [Look.REACHED, Look.FAILED, Look.REACHED]

    def test_a_slider_shows_from_where_numbers_can_be_read(self, viewer: User) -> None:
        x = node(viewer, "x")
        viewer.session.select({x})
        for zoom, is_there in ((TEXT_FROM_ZOOM - 0.01, False), (TEXT_FROM_ZOOM, True), (NEAR_FROM_ZOOM, True)):
            viewer.canvas.look(Camera(zoom, 0.0, 0.0))
            assert (viewer.canvas.slider_of(x) is not None) == is_there

    def test_a_frame_around_the_output_does_not_strike_its_mark_through(self, viewer: User) -> None:
        f = node(viewer, "f")
        rect = viewer.session.stage.rect(f)
        viewer.canvas.look(Camera(2.0, rect.x - 100.0, rect.y - 100.0))
        corner = viewer.canvas.to_screen((rect.right - 50.0, rect.y - 9.0))
        mark = QRect(corner, QSize(60, 22))  # about all of it, within its edges
        before = viewer.canvas.grab(mark).toImage()
        assert before.pixelColor(2, 11) == viewer.session.theme["ink"]
        viewer.session.select({f})
        assert viewer.canvas.grab(mark).toImage() == before
        viewer.press(Key.Key_F, modifiers=CTRL)
        viewer.type("f")
        assert viewer.canvas.found
        viewer.canvas.look(Camera(2.0, rect.x - 100.0, rect.y - 100.0))
        assert viewer.canvas.grab(mark).toImage() == before


class TestHeat:
    def test_levels_are_logarithmic_and_follow_the_story(self, viewer: User) -> None:
        program = "a = x * 1000; b = y * 10; c = z * 0.1; f = a + b + c"
        viewer.session.open(Diagram.of(parse(program, {"x": 1.0, "y": 1.0, "z": 1.0})), None)
        viewer.press(Key.Key_M)
        heat, stage = viewer.canvas.heat, viewer.session.stage
        assert heat.is_on
        assert heat.decades() == (-1, 3)
        levels = [heat.level(stage, node(viewer, name)) for name in ("x", "y", "z", "f")]
        assert levels == pytest.approx([1.0, 0.5, 0.0, 0.25])
        assert heat.level(stage.at(3.0), node(viewer, "x")) is None, "not reached yet"
        viewer.press(Key.Key_M)
        assert not heat.is_on

    def test_far_and_near_agree_at_every_step(self, viewer: User) -> None:
        session, heat = viewer.session, viewer.canvas.heat
        nodes = list(session.graph.nodes)
        outlines = Outlines(session.story, nodes, [])
        for step in range(session.playback.length + 1):
            stage = session.stage.at(float(step))
            near = [heat.level(stage, held) for held in nodes]
            far = heat.of_many(stage, nodes, outlines).tolist()
            assert far == [-1 if level is None else round(level * 12) for level in near]

    def test_cards_glow_from_near_and_are_filled_from_afar(self, viewer: User) -> None:
        rect, orange = viewer.session.stage.rect(node(viewer, "f")), viewer.session.theme["backward"]
        for zoom, inside in ((1.0, -2.0), (0.2, 40.0)):
            viewer.canvas.look(Camera(zoom, rect.x - 300.0 / zoom, rect.y - 200.0 / zoom))
            pictures = []
            for _ in range(2):
                image = viewer.canvas.grab().toImage()
                x, y = viewer.canvas.camera.to_screen((rect.x + 80.0, rect.y + inside))
                ratio = viewer.canvas.devicePixelRatioF()
                pictures.append(image.pixelColor(round(x * ratio), round(y * ratio)))
                viewer.press(Key.Key_M)
            assert _distance(pictures[1], orange) < _distance(pictures[0], orange)

    def test_nothing_to_measure(self, viewer: User) -> None:
        viewer.press(Key.Key_M)
        for program, values in (("f = _ + 1", {}), ("f = x * 0", {"x": 3.0}), ("f = ln(x)", {"x": -3.0})):
            viewer.session.open(Diagram.of(parse(program, values)), None)
            assert not viewer.canvas.grab().isNull()
        viewer.window.files.new()
        assert viewer.canvas.heat.decades() is None

    def test_an_array_is_as_hot_as_its_largest_entry(self) -> None:
        assert magnitude(np.array([[1.0, -7.0], [0.0, 2.0]])) == 7.0
        assert magnitude(np.zeros((0, 3))) == 0.0
        assert magnitude(None) is None


def _distance(one: QColor, other: QColor) -> float:
    parts = ((one.redF(), other.redF()), (one.greenF(), other.greenF()), (one.blueF(), other.blueF()))
    return sum(abs(a - b) for a, b in parts)


class TestKinship:
    def test_ancestors_and_descendants_are_lit(self, viewer: User) -> None:
        viewer.click(viewer.face(node(viewer, "q")))
        viewer.press(Key.Key_H)
        light = viewer.canvas.kinship.light
        assert light is not None
        lit = {viewer.session.graph.nodes[held].name for held in light.nodes}
        assert lit - {""} == {"y", "w", "q", "s", "f"}
        assert light.on_node(node(viewer, "t")) == 0.0
        assert light.on_wire(node(viewer, "q"), 0) == 1.0
        assert light.on_wire(node(viewer, "p"), 1) == 0.0, "w is an ancestor, p is not"

    def release_after(self, viewer: User, milliseconds: int) -> None:
        """Lets the key go so long after it went down."""
        event = QKeyEvent(QEvent.Type.KeyRelease, Key.Key_H, Modifier.NoModifier, "h")
        event.setTimestamp(self.pressed + milliseconds)
        QApplication.sendEvent(viewer.canvas, event)

    def press_for_a_while(self, viewer: User) -> None:
        """Puts the key down, and lets it repeat as keyboards do."""
        viewer.hold(Key.Key_H)
        self.pressed = viewer.canvas.looking.kinship_since or 0
        QTest.simulateEvent(viewer.window, True, Key.Key_H, Modifier.NoModifier, "h", True)

    def test_held_down_it_is_on_for_as_long(self, viewer: User) -> None:
        viewer.click(viewer.face(node(viewer, "q")))
        self.press_for_a_while(viewer)
        assert viewer.canvas.kinship.is_on, "though the key repeats"
        self.release_after(viewer, HELD)
        assert not viewer.canvas.kinship.is_on
        assert not viewer.window.actions_["kinship"].isChecked()
        self.press_for_a_while(viewer)
        self.release_after(viewer, HELD - 1)
        assert viewer.canvas.kinship.is_on, "a tap is not holding"
        self.press_for_a_while(viewer)
        assert not viewer.canvas.kinship.is_on
        self.release_after(viewer, 5 * HELD)
        assert not viewer.canvas.kinship.is_on, "what a tap turned on, the next press turns off"

    def test_it_follows_the_selection_and_the_edits(self, viewer: User) -> None:
        viewer.press(Key.Key_H)
        assert viewer.canvas.kinship.light is None, "nothing is selected"
        assert "Select a node" in viewer.message
        viewer.click(viewer.face(node(viewer, "x")))
        light = viewer.canvas.kinship.light
        assert light is not None
        assert light.on_node(node(viewer, "t")) == 1.0
        p = node(viewer, "p")
        viewer.session.edit("Take off", lambda diagram: edits.disconnect(diagram, p, 0))
        light = viewer.canvas.kinship.light
        assert light is not None
        assert set(light.nodes) == {node(viewer, "x")}
        viewer.undo()
        assert viewer.canvas.kinship.light is not None
        viewer.press(Key.Key_H)
        assert viewer.canvas.kinship.light is None

    def test_what_is_dimmed_is_paler_near_and_far(self, viewer: User) -> None:
        t, paper = node(viewer, "t"), viewer.session.theme["paper"]
        viewer.session.select({node(viewer, "q")})
        rect = viewer.session.stage.rect(t)
        for zoom in (1.0, 0.5, 0.2):
            viewer.canvas.look(Camera(zoom, rect.x - 300.0 / zoom, rect.y - 200.0 / zoom))
            seen = []
            for _ in range(2):
                image = viewer.canvas.grab().toImage()
                ratio = viewer.canvas.devicePixelRatioF()
                left = round(280 * ratio), round((200 + rect.height * zoom / 2) * ratio)
                row = [image.pixelColor(left[0] + i, left[1]) for i in range(round(60 * ratio))]
                seen.append(max(_distance(colour, paper) for colour in row))
                viewer.press(Key.Key_H)
            assert seen[1] < seen[0]

    def test_a_diamond(self) -> None:
        graph = parse("a = x + 1; b = x + 2; f = a * b; g = x * 5")
        named = graph.by_name
        light = kin(graph.structure, frozenset({named["a"]}))
        assert {named["x"], named["a"], named["f"]} <= light.nodes.keys()
        assert named["b"] not in light.nodes
        assert (named["f"], 0) in light.wires
        assert (named["f"], 1) not in light.wires


class TestFinding:
    def test_by_name_from_one_to_the_next_and_back(self, viewer: User) -> None:
        viewer.press(Key.Key_F, modifiers=CTRL)
        bar = viewer.window.find_bar
        assert bar.isVisible()
        viewer.type("multiply")
        names = [viewer.session.graph.nodes[found].name for found in bar.found]
        assert names == ["p", "q", "f"]
        assert bar.count.text() == "1 of 3"
        assert viewer.session.selection == {node(viewer, "p")}
        viewer.press(Key.Key_Return)
        assert bar.count.text() == "2 of 3"
        assert viewer.session.selection == {node(viewer, "q")}
        viewer.press(Key.Key_Return, modifiers=SHIFT)
        viewer.press(Key.Key_Return, modifiers=SHIFT)
        assert bar.count.text() == "3 of 3"
        assert viewer.session.selection == {node(viewer, "f")}
        assert viewer.canvas.found == set(bar.found)
        viewer.press(Key.Key_Escape)
        assert not bar.isVisible()
        assert viewer.canvas.found == frozenset()
        assert viewer.session.selection == {node(viewer, "f")}, "what was found stays selected"
        assert viewer.canvas.hasFocus()

    def test_it_goes_to_what_is_out_of_view(self, viewer: User) -> None:
        viewer.canvas.look(Camera(0.05, 1e4, 1e4))
        viewer.press(Key.Key_F, modifiers=CTRL)
        viewer.type("s\n")
        viewer.settle()
        assert view_holds(viewer, "s")
        assert viewer.canvas.camera.zoom >= NEAR_FROM_ZOOM

    def test_what_is_there_is_not_moved(self, viewer: User) -> None:
        viewer.canvas.look(Camera(0.8, *_corner(viewer, "f", 0.8)))
        before = viewer.canvas.camera
        viewer.press(Key.Key_F, modifiers=CTRL)
        viewer.type("f")
        viewer.settle()
        assert viewer.canvas.camera == before

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("w", ["w"]), ("P", ["p"]), ("×", ["p", "q", "f"]), ("tanh", [""]), ("log", ["t"]),
            ("variable", ["x", "w", "y"]), ("0.5", ["w"]), ("-4", ["y"]), ("−2", ["q"]), ("1", ["p"]), ("  ", []),
            ("nothing like it", []), ("9e999", []),
        ],
    )  # fmt: skip
    def test_what_a_query_means(self, viewer: User, query: str, names: list[str]) -> None:
        found = matches(viewer.session.stage, query)
        assert [viewer.session.graph.nodes[held].name for held in found] == names

    def test_nothing_found_is_said_and_enter_does_nothing(self, viewer: User) -> None:
        viewer.press(Key.Key_F, modifiers=CTRL)
        viewer.type("zzz\n\n")
        assert viewer.window.find_bar.count.text() == "nothing"
        assert viewer.session.selection == frozenset()

    def test_undone_while_it_is_open(self, viewer: User) -> None:
        q = node(viewer, "q")
        viewer.session.edit("Rename", lambda diagram: edits.rename(diagram, q, "needle"))
        viewer.press(Key.Key_F, modifiers=CTRL)
        viewer.type("needle")
        bar = viewer.window.find_bar
        assert bar.found == [q]
        viewer.session.undo()
        assert bar.found == []
        assert bar.count.text() == "nothing"
        viewer.session.redo()
        assert bar.found == [q]

    def test_another_document_while_it_is_open(self, viewer: User) -> None:
        viewer.press(Key.Key_F, modifiers=CTRL)
        viewer.type("q")
        viewer.window.session.open(Diagram(), None)
        viewer.press(Key.Key_Return)
        assert viewer.window.find_bar.found == []
        assert viewer.canvas.found == frozenset()


def _corner(user: User, name: str, zoom: float) -> tuple[float, float]:
    """Where to look from so that a card is in the middle."""
    rect = user.session.stage.rect(node(user, name))
    return rect.x - user.canvas.width() / 2 / zoom, rect.y - user.canvas.height() / 2 / zoom


def test_a_window_that_closes_in_the_middle_of_a_glide(viewer: User) -> None:
    viewer.press(Key.Key_F)
    viewer.press(Key.Key_Plus, modifiers=CTRL)
    assert viewer.canvas.looking.is_gliding
    QApplication.sendEvent(viewer.canvas, QEvent(QEvent.Type.Hide))
    assert not viewer.canvas.looking.is_gliding
