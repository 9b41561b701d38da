"""Putting things where they should be: snapping, aligning, nudging, bending wires, frames, notes, pins."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from bpviz.document.annotating import points_of
from bpviz.document.annotations import Frame, Note, Tint
from bpviz.document.diagram import Diagram
from bpviz.document.file import load, save
from bpviz.graph.graph import NodeId
from bpviz.graph.layout import Position
from bpviz.graph.parse import parse
from bpviz.stage.annotations import TITLE_HEIGHT
from bpviz.stage.geometry import face_middle
from bpviz.ui.canvas.annotating import NoteField
from bpviz.ui.canvas.moving import MoveCards
from bpviz.ui.canvas.spots import Part
from bpviz.ui.settings import GRID, GRID_SNAPPING
from tests.user import Button, Key, Modifier, User

CTRL, SHIFT, ALT = Modifier.ControlModifier, Modifier.ShiftModifier, Modifier.AltModifier
PLACES = {"x": (0.0, 0.0), "y": (0.0, 150.0), "z": (0.0, 300.0), "q": (330.0, 70.0), "f": (660.0, 180.0)}


@pytest.fixture
def artist(user: User) -> User:
    """Somebody who looks at q = x + y; f = q * z, its cards at `PLACES`, at zoom 1 or a little less."""
    graph = parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})
    places = {graph.by_name[name]: at for name, at in PLACES.items()}
    user.session.open(Diagram(graph, places), None)
    user.canvas.fit()
    user.canvas.hold_still()
    user.canvas.setFocus()
    return user


def node(user: User, name: str) -> NodeId:
    return user.session.graph.by_name[name]


def place(user: User, name: str) -> Position:
    return user.session.diagram.positions[node(user, name)]


def by(user: User, dx: float, dy: float) -> QPoint:
    """A way in the scene, in pixels."""
    zoom = user.canvas.camera.zoom
    return QPoint(round(dx * zoom), round(dy * zoom))


def choose(user: User, *names: str) -> None:
    """Clicks one card, and the others with Shift."""
    user.press(Key.Key_Escape)
    for number, name in enumerate(names):
        user.click(user.face(node(user, name)), modifiers=SHIFT if number else Modifier.NoModifier)


def only_frame(user: User) -> Frame:
    (frame,) = user.session.diagram.frames
    return frame


def only_note(user: User) -> Note:
    (note,) = user.session.diagram.notes
    return note


def frame_all_of(user: User, title: str, *names: str) -> Frame:
    """Selects cards and frames them."""
    choose(user, *names)
    user.press(Key.Key_F, modifiers=CTRL | SHIFT)
    user.type(title + "\n")
    return only_frame(user)


class TestSnapping:
    def test_a_card_sticks_to_the_edge_of_another_and_a_line_says_so(self, artist: User) -> None:
        start = artist.face(node(artist, "z"))
        end = start + by(artist, 5, 60)
        artist.grab(start)
        artist.move(start, end)
        assert place(artist, "z")[0] == 0.0
        gesture = artist.canvas.gesture
        assert isinstance(gesture, MoveCards)
        assert [line.x1() for line in gesture.guides.lines if line.x1() == line.x2()] == [0.0, 84.0, 168.0]
        artist.let_go(end)
        assert place(artist, "z")[0] == 0.0
        assert place(artist, "z")[1] == pytest.approx(360.0, abs=1.5)

    def test_alt_keeps_it_free(self, artist: User) -> None:
        start = artist.face(node(artist, "z"))
        end = start + by(artist, 5, 60)
        artist.grab(start)
        artist.move(start, end, modifiers=ALT)
        artist.let_go(end)
        assert place(artist, "z")[0] == pytest.approx(5.0, abs=1.0)

    def test_a_wire_becomes_straight(self, artist: User) -> None:
        """The out port of z comes to the height of the in port of f at which its wire ends."""
        scenery = artist.session.scenery
        wanted = scenery.in_port(node(artist, "f"), 1)[1] - face_middle(scenery.rects[node(artist, "z")])
        start = artist.face(node(artist, "z"))
        artist.drag(start, start + by(artist, 60, wanted + 4))
        after = artist.session.scenery
        assert after.out_port(node(artist, "z"))[1] == after.in_port(node(artist, "f"), 1)[1]

    def test_the_grid(self, artist: User) -> None:
        artist.choose_in_menu_bar("Arrange", "Snap to other cards")
        artist.choose_in_menu_bar("Arrange", "Snap to the grid")
        settings = artist.session.settings
        assert settings.get(GRID_SNAPPING)
        start = artist.face(node(artist, "q"))
        artist.drag(start, start + by(artist, 31, 45))
        x, y = place(artist, "q")
        assert x % settings.get(GRID) == y % settings.get(GRID) == 0.0
        assert (x, y) == (360.0, 120.0)
        artist.press(Key.Key_Right, modifiers=SHIFT)
        assert place(artist, "q") == (360.0 + settings.get(GRID), 120.0)

    def test_escape_and_undo_in_the_middle_of_a_drag(self, artist: User) -> None:
        start = artist.face(node(artist, "q"))
        end = start + by(artist, 50, 120)
        artist.grab(start)
        artist.move(start, end)
        artist.press(Key.Key_Escape)
        assert place(artist, "q") == PLACES["q"]
        assert artist.session.document.undo_label is None
        artist.let_go(end)
        artist.grab(start)
        artist.move(start, end)
        artist.undo()
        artist.let_go(end)
        assert place(artist, "q") == PLACES["q"]


class TestAligning:
    @pytest.mark.parametrize(
        ("entry", "expected"),
        [
            ("Align left edges", {"x": (0.0, 0.0), "q": (0.0, 70.0), "f": (0.0, 180.0)}),
            ("Align centres", {"x": (330.0, 0.0), "q": (330.0, 70.0), "f": (330.0, 180.0)}),
            ("Align right edges", {"x": (660.0, 0.0), "q": (660.0, 70.0), "f": (660.0, 180.0)}),
            ("Align top edges", {"x": (0.0, 0.0), "q": (330.0, 0.0), "f": (660.0, 0.0)}),
            ("Align middles", {"x": (0.0, 90.0), "q": (330.0, 90.0), "f": (660.0, 90.0)}),
            ("Align bottom edges", {"x": (0.0, 180.0), "q": (330.0, 180.0), "f": (660.0, 180.0)}),
        ],
    )
    def test_from_the_menu(self, artist: User, entry: str, expected: dict[str, Position]) -> None:
        choose(artist, "x", "q", "f")
        artist.choose_in_menu_bar("Arrange", "Align", entry)
        assert {name: place(artist, name) for name in expected} == expected
        artist.undo()
        assert place(artist, "q") == PLACES["q"]

    def test_equal_gaps(self, artist: User) -> None:
        choose(artist, "x", "q", "f")
        artist.choose_in_menu_bar("Arrange", "Distribute", "Distribute vertically")
        assert [place(artist, name)[1] for name in ("x", "q", "f")] == [0.0, 90.0, 180.0]
        assert [place(artist, name)[0] for name in ("x", "q", "f")] == [0.0, 330.0, 660.0]

    def test_where_nothing_moves_it_is_said(self, artist: User) -> None:
        choose(artist, "x", "q", "f")
        artist.choose_in_menu_bar("Arrange", "Align", "Align middles")
        before = artist.session.diagram
        artist.choose_in_menu_bar("Arrange", "Align", "Align middles")
        assert artist.session.diagram is before
        assert artist.message == "The cards lie like that already."

    def test_what_takes_several_cards_is_off_for_one(self, artist: User) -> None:
        choose(artist, "x")
        assert not artist.window.actions_["align-left"].isEnabled()
        choose(artist, "x", "q")
        assert artist.window.actions_["align-left"].isEnabled()
        assert not artist.window.actions_["distribute-across"].isEnabled()


class TestNudging:
    def test_by_the_arrow_keys_as_one_step(self, artist: User) -> None:
        choose(artist, "x", "q")
        artist.press(Key.Key_Right, Key.Key_Right, Key.Key_Up, modifiers=SHIFT)
        artist.press(Key.Key_Down, modifiers=CTRL | SHIFT)
        assert place(artist, "x") == (16.0, 32.0)
        assert place(artist, "q") == (346.0, 102.0)
        artist.undo()
        assert place(artist, "x") == PLACES["x"]
        assert artist.session.document.undo_label is None

    def test_the_view_goes_along(self, artist: User) -> None:
        choose(artist, "f")
        artist.press(*[Key.Key_Right] * 12, modifiers=CTRL | SHIFT)
        canvas, rect = artist.canvas, artist.session.stage.rect(node(artist, "f"))
        view = canvas.camera.view(canvas.width(), canvas.height())
        assert view.x < rect.x < rect.right < view.right

    def test_the_player_does_not_step(self, artist: User) -> None:
        artist.session.playback.seek(3)
        choose(artist, "x")
        artist.press(Key.Key_Right, modifiers=SHIFT)
        assert artist.session.playback.time == 3


class TestBends:
    def test_pulled_out_of_a_wire_and_taken_off(self, artist: User) -> None:
        f = node(artist, "f")
        start = artist.on_wire(f, 1, 0.4)
        end = start + by(artist, 0, 90)
        artist.drag(start, end, modifiers=CTRL)
        ((x, y),) = points_of(artist.session.diagram, f, 1)
        curve = artist.session.stage.curve(f, 1)
        assert curve is not None
        assert curve.nearest((x, y))[0] < 1.0
        assert artist.canvas.to_screen((x, y)) == artist.canvas.mapFrom(artist.window, end)
        assert artist.session.selected_bend == 0
        artist.press(Key.Key_Delete)
        assert artist.session.diagram.routes == ()
        assert artist.session.graph.nodes[f].inputs[1] == node(artist, "z")  # the wire itself is still there
        artist.undo()
        assert points_of(artist.session.diagram, f, 1) == ((x, y),)
        assert artist.session.selected_bend == 0
        artist.undo()
        assert artist.session.diagram.routes == ()

    def test_a_wire_can_be_taken_anywhere_along_its_way(self, artist: User) -> None:
        f = node(artist, "f")
        curve = artist.session.stage.curve(f, 1)
        assert curve is not None
        found = [artist.canvas.spots.at(curve.at(i / 200), 1.0) for i in range(10, 191)]
        assert {(spot.part, spot.node, spot.slot) for spot in found if spot is not None} == {(Part.WIRE, f, 1)}
        assert None not in found

    def test_a_double_click_adds_and_removes(self, artist: User) -> None:
        f = node(artist, "f")
        for part in (0.3, 0.7, 0.5):  # between the two that are there
            artist.double_click(artist.on_wire(f, 1, part))
        points = points_of(artist.session.diagram, f, 1)
        assert [x for x, _ in points] == sorted(x for x, _ in points)
        assert len(points) == 3
        artist.double_click(artist.at(points[1]))
        assert points_of(artist.session.diagram, f, 1) == (points[0], points[2])
        artist.press(Key.Key_Escape)
        assert artist.session.selected_wire is None

    def test_they_go_where_both_ends_go_and_vanish_with_the_wire(self, artist: User) -> None:
        f, z = node(artist, "f"), node(artist, "z")
        artist.double_click(artist.on_wire(f, 1, 0.5))
        ((x, y),) = points_of(artist.session.diagram, f, 1)
        choose(artist, "z", "f")
        artist.press(Key.Key_Down, modifiers=SHIFT)
        assert points_of(artist.session.diagram, f, 1) == ((x, y + 8.0),)
        choose(artist, "z")
        artist.press(Key.Key_Down, modifiers=SHIFT)
        assert points_of(artist.session.diagram, f, 1) == ((x, y + 8.0),)
        artist.press(Key.Key_Delete)
        assert artist.session.diagram.routes == ()
        artist.undo()
        assert artist.session.graph.nodes[f].inputs[1] == z
        assert points_of(artist.session.diagram, f, 1) == ((x, y + 8.0),)

    def test_escape_lets_it_snap_back(self, artist: User) -> None:
        f = node(artist, "f")
        artist.double_click(artist.on_wire(f, 1, 0.5))
        before = artist.session.diagram
        ((x, y),) = points_of(before, f, 1)
        start = artist.at((x, y))
        artist.grab(start)
        artist.move(start, start + by(artist, 40, 80))
        assert artist.session.diagram is not before
        artist.press(Key.Key_Escape)
        assert artist.session.diagram is before
        artist.let_go(start)

    def test_a_wire_of_a_group_has_no_points_to_see_or_to_take(self, artist: User) -> None:
        f = node(artist, "f")
        artist.double_click(artist.on_wire(f, 0, 0.5))
        ((x, y),) = points_of(artist.session.diagram, f, 0)
        choose(artist, "q", "f")
        artist.press(Key.Key_G, modifiers=CTRL)
        artist.type("g\n")
        artist.click(artist.at((x, y)))
        assert artist.session.selected_bend is None
        before = artist.session.diagram
        artist.double_click(artist.on_wire(node(artist, "q"), 0, 0.3))
        assert artist.session.diagram is before
        assert "finds its own way" in artist.message


class TestFrames:
    def test_around_the_selection_with_a_title_as_one_step(self, artist: User) -> None:
        frame = frame_all_of(artist, "the sum", "x", "y", "q")
        assert frame.title == "the sum"
        assert (frame.x, frame.y) == (-22.0, -22.0 - TITLE_HEIGHT)
        assert (frame.x + frame.width, frame.y + frame.height) == (498.0 + 22.0, 234.0 + 22.0)
        assert artist.session.selected_annotations == {frame.id}
        artist.undo()
        assert artist.session.diagram.frames == ()
        assert artist.session.selection == {node(artist, name) for name in ("x", "y", "q")}
        artist.redo()
        assert only_frame(artist).title == "the sum"

    def test_carries_its_content(self, artist: User) -> None:
        frame = frame_all_of(artist, "the sum", "x", "y", "q")
        start = artist.at((frame.x + 200, frame.y + 15))
        artist.drag(start, start + by(artist, 40, -100))
        moved = only_frame(artist)
        dx, dy = moved.x - frame.x, moved.y - frame.y
        assert dy < -90
        assert place(artist, "q") == (330.0 + dx, 70.0 + dy)
        assert place(artist, "z") == PLACES["z"]
        artist.undo()
        assert only_frame(artist) == frame
        assert place(artist, "q") == PLACES["q"]

    def test_its_edges_resize_it_and_it_never_vanishes(self, artist: User) -> None:
        frame = frame_all_of(artist, "", "x", "y", "q")
        right = artist.at((frame.x + frame.width, frame.y + 120))
        artist.drag(right, right + by(artist, 30, 0))
        assert only_frame(artist).width == pytest.approx(frame.width + 30, abs=1.5)
        assert place(artist, "q") == PLACES["q"]
        corner = artist.at((frame.x, frame.y + frame.height))
        artist.drag(corner, corner + by(artist, 900, -900))
        assert (only_frame(artist).width, only_frame(artist).height) == (120.0, 72.0)

    def test_a_double_click_on_the_title_renames(self, artist: User) -> None:
        frame = frame_all_of(artist, "a", "x", "y")
        artist.double_click(artist.at((frame.x + 60, frame.y + 14)))
        artist.press(Key.Key_A, modifiers=CTRL)
        artist.type("both inputs\n")
        assert only_frame(artist).title == "both inputs"

    def test_the_menu_colours(self, artist: User) -> None:
        frame = frame_all_of(artist, "a", "x", "y")
        artist.click(artist.nowhere())
        artist.open_context_menu_and_choose(artist.at((frame.x + 60, frame.y + 14)), "Violet frame")
        assert only_frame(artist).tint is Tint.VIOLET
        assert artist.window.actions_["tint-violet"].isChecked()

    def test_deleting_it_keeps_what_it_holds(self, artist: User) -> None:
        frame_all_of(artist, "a", "x", "y")
        artist.press(Key.Key_Delete)
        assert artist.session.diagram.frames == ()
        assert len(artist.session.graph) == 5

    def test_a_rubber_band_begins_inside_it(self, artist: User) -> None:
        frame = frame_all_of(artist, "a", "x", "y", "q")
        inside = artist.at((frame.x + 210, frame.y + 60))
        artist.drag(inside, artist.at((600, 200)))
        assert artist.session.selection == {node(artist, "q")}
        assert artist.session.selected_annotations == frozenset()

    def test_arranging_automatically_takes_it_along(self, artist: User) -> None:
        frame = frame_all_of(artist, "a", "x", "y")
        artist.press(Key.Key_R, modifiers=CTRL)
        after = only_frame(artist)
        for name in ("x", "y"):
            x, y = place(artist, name)
            assert after.x < x < x + 168 < after.x + after.width
            assert after.y < y < y + 84 < after.y + after.height
        assert after.width == frame.width


class TestNotes:
    def write(self, user: User, text: str) -> Note:
        user.hover(user.at((330.0, 330.0)))
        user.press(Key.Key_N, modifiers=CTRL | SHIFT)
        user.type(text)
        user.press(Key.Key_Return, modifiers=CTRL)
        return only_note(user)

    def test_written_moved_widened_rewritten_and_emptied(self, artist: User) -> None:
        note = self.write(artist, "the chain rule: $f = q z$\nsecond line")
        assert note.text == "the chain rule: $f = q z$\nsecond line"
        assert artist.session.selected_annotations == {note.id}
        middle = artist.at((note.x + 60, note.y + note.height / 2))
        artist.drag(middle, middle + by(artist, 25, 31))
        moved = only_note(artist)
        assert (moved.x, moved.y) != (note.x, note.y)
        edge = artist.at((moved.x + moved.width, moved.y + moved.height / 2))
        artist.drag(edge, edge - by(artist, 140, 0))
        narrow = only_note(artist)
        assert narrow.width == pytest.approx(note.width - 140, abs=2)
        assert narrow.height > moved.height  # its first line takes two now
        artist.double_click(artist.at((narrow.x + 30, narrow.y + 14)))
        artist.press(Key.Key_A, modifiers=CTRL)
        artist.type("short")
        artist.click(artist.nowhere())  # leaving the field keeps what was typed
        assert only_note(artist).text == "short"
        artist.press(Key.Key_G, modifiers=SHIFT)
        artist.press(Key.Key_F2)
        artist.press(Key.Key_A, modifiers=CTRL)
        artist.press(Key.Key_Backspace)
        artist.press(Key.Key_Return, modifiers=CTRL)
        assert artist.session.diagram.notes == ()

    def test_written_at_the_edge_it_is_in_view(self, artist: User) -> None:
        canvas = artist.canvas
        artist.hover(canvas.mapTo(artist.window, QPoint(canvas.width() - 6, canvas.height() - 5)))
        artist.press(Key.Key_N, modifiers=CTRL | SHIFT)
        artist.type("at the very edge")
        artist.press(Key.Key_Return, modifiers=CTRL)
        note = only_note(artist)
        view = canvas.camera.view(canvas.width(), canvas.height())
        assert note.x + note.width <= view.right + 1e-6
        assert note.y + note.height <= view.bottom + 1e-6
        assert note.x > view.x + view.width / 2, "and still near the mouse"

    def test_escape_writes_nothing(self, artist: User) -> None:
        before = artist.session.diagram
        artist.press(Key.Key_N, modifiers=CTRL | SHIFT)
        artist.type("never mind")
        artist.press(Key.Key_Escape)
        assert artist.session.diagram is before
        assert QApplication.focusWidget() is artist.canvas

    def test_another_at_the_same_place_lies_beside_it(self, artist: User) -> None:
        artist.hover(artist.nowhere())
        for text in ("one", "other"):
            artist.press(Key.Key_N, modifiers=CTRL | SHIFT)
            artist.type(text)
            artist.press(Key.Key_Return, modifiers=CTRL)
        one, other = artist.session.diagram.notes
        assert other.x > one.x
        assert other.y > one.y

    def test_the_keyboard_goes_back_to_the_canvas_and_nowhere_else(self, artist: User) -> None:
        focused: list[QWidget] = []
        QApplication.instance().focusChanged.connect(lambda _, now: focused.append(now))  # type: ignore[union-attr]
        choose(artist, "q")
        for key, modifiers in ((Key.Key_F2, Modifier.NoModifier), (Key.Key_F, CTRL | SHIFT)):
            artist.press(key, modifiers=modifiers)
            artist.type("title\n")
            assert artist.canvas.hasFocus()
        assert artist.window.expression.field not in focused

    def test_one_that_is_too_long_is_refused_and_stays_open(self, artist: User) -> None:
        artist.press(Key.Key_N, modifiers=CTRL | SHIFT)
        QApplication.clipboard().setText("word " * 1200)
        artist.press(Key.Key_V, modifiers=CTRL)
        artist.press(Key.Key_Return, modifiers=CTRL)
        assert "at most 5,000 characters" in artist.message
        assert artist.session.diagram.notes == ()
        artist.click(artist.nowhere())
        field = artist.canvas.annotating.field
        assert isinstance(field, NoteField)
        assert len(field.toPlainText()) == 6000, "leaving it loses nothing"
        assert field.isVisible()
        artist.session.document.mark_saved()
        artist.answer(QMessageBox.StandardButton.Cancel)
        assert not artist.window.close(), "nor does closing the window"
        assert len(field.toPlainText()) == 6000
        artist.answer(QMessageBox.StandardButton.Discard)
        artist.press(Key.Key_N, modifiers=CTRL)
        assert not artist.canvas.annotating.open_note
        assert artist.canvas.findChild(NoteField) is None


class TestPins:
    def test_arranging_leaves_what_is_pinned(self, artist: User) -> None:
        choose(artist, "q")
        artist.press(Key.Key_P, modifiers=SHIFT)
        assert artist.session.diagram.pinned == {node(artist, "q")}
        artist.press(Key.Key_R, modifiers=CTRL)
        assert place(artist, "q") == PLACES["q"]
        assert place(artist, "f") != PLACES["f"]
        choose(artist, "q")
        artist.press(Key.Key_P, modifiers=SHIFT)
        assert artist.session.diagram.pinned == frozenset()


class TestAllOfIt:
    def test_select_all_delete_and_undo(self, artist: User) -> None:
        frame_all_of(artist, "a", "x", "y")
        before = artist.session.diagram
        artist.press(Key.Key_A, modifiers=CTRL)
        artist.press(Key.Key_Delete)
        assert artist.session.diagram == Diagram()
        artist.undo()
        assert artist.session.diagram == before
        assert artist.session.selection == set(before.graph.nodes)
        assert artist.session.selected_annotations == {before.frames[0].id}

    def test_saved_and_opened_again(self, artist: User, tmp_path: Path) -> None:
        frame_all_of(artist, "the sum", "x", "y", "q")
        artist.double_click(artist.on_wire(node(artist, "f"), 1, 0.5))
        choose(artist, "q")
        artist.press(Key.Key_P, modifiers=SHIFT)
        save(tmp_path / "a.bpviz", artist.session.diagram)
        assert load(tmp_path / "a.bpviz") == artist.session.diagram

    def test_frames_and_notes_are_in_exported_pictures(self, artist: User, tmp_path: Path) -> None:
        from bpviz.ui.picture import export_graph

        export_graph(artist.session.diagram, tmp_path / "before.png")
        frame = frame_all_of(artist, "the sum", "x", "y", "q")
        export_graph(artist.session.diagram, tmp_path / "after.png")
        before, after = QImage(str(tmp_path / "before.png")), QImage(str(tmp_path / "after.png"))
        assert after.height() > before.height()
        x, y = round(frame.width / 2), after.height() // 2
        assert after.pixelColor(28 + 3, 28 + 20) != after.pixelColor(2, 2)  # tinted
        assert after.rect().contains(x, y)

    def test_a_middle_click_or_a_second_button_does_not_drop_the_frame(self, artist: User) -> None:
        frame = frame_all_of(artist, "a", "x", "y")
        start = artist.at((frame.x + 120, frame.y + 14))
        artist.grab(start)
        artist.move(start, start + by(artist, 60, 60))
        artist.grab(start + by(artist, 60, 60), Button.RightButton)
        artist.let_go(start + by(artist, 60, 60), Button.RightButton)
        artist.let_go(start + by(artist, 60, 60))
        assert only_frame(artist) != frame
        artist.undo()
        assert only_frame(artist) == frame
