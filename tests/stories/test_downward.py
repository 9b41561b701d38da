"""Graphs that are read from top to bottom: chosen by name, and everything that hands do to them."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from bpviz.document import annotating
from bpviz.document.arranging import arrange
from bpviz.document.diagram import Diagram
from bpviz.document.file import load
from bpviz.graph.graph import NodeId
from bpviz.graph.layout import ROOMS, Direction
from bpviz.graph.parse import parse
from bpviz.stage.between import Between
from bpviz.stage.geometry import Rect
from bpviz.stage.timing import AT_PILL, LEFT_STRIP, MULTIPLIED
from bpviz.ui import automatic
from bpviz.ui.canvas.lens import bar_of, bubble_of
from bpviz.ui.canvas.operations import dragged
from bpviz.ui.examples import ExamplesMenu
from bpviz.ui.gliding import DURATION
from bpviz.ui.settings import DIRECTION
from bpviz.ui.shortcuts import plain_text
from tests.ui.pixels import apart
from tests.user import Key, Modifier, User

ALT, CTRL, SHIFT = Modifier.AltModifier, Modifier.ControlModifier, Modifier.ShiftModifier
CLASSIC = parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})
RIGHT, DOWN = Direction.RIGHT, Direction.DOWN


@pytest.fixture
def reader(user: User) -> User:
    """Somebody with f = (x + y)·z before them, from left to right."""
    user.session.open(Diagram.of(CLASSIC), None)
    user.canvas.fit()
    user.canvas.setFocus()
    return user


@pytest.fixture
def artist(user: User) -> User:
    """Somebody with the same from top to bottom, where nothing glides."""
    user.session.playback.is_animated = False
    user.session.open(Diagram.of(CLASSIC, DOWN), None)
    user.canvas.fit()
    user.canvas.setFocus()
    return user


def node(user: User, name: str) -> NodeId:
    return user.session.graph.find(name)


def rect(user: User, name: str) -> Rect:
    return user.session.stage.rect(node(user, name))


def newest(user: User) -> NodeId:
    return max(user.session.graph.nodes)


class TestChoosing:
    def test_from_the_menu_in_one_step_with_a_name(self, reader: User) -> None:
        before, actions = reader.session.diagram, reader.window.actions_
        assert (actions["arrange-right"].isChecked(), actions["arrange-down"].isChecked()) == (True, False)
        reader.choose_in_menu_bar("Arrange", "Arrange from top to bottom")
        assert reader.session.diagram.direction is DOWN
        assert reader.session.document.undo_label == "Arrange from top to bottom"
        reader.settle()
        assert rect(reader, "x").y == rect(reader, "y").y == rect(reader, "z").y
        assert rect(reader, "x").x < rect(reader, "y").x < rect(reader, "z").x, "in the order of the slots"
        assert rect(reader, "x").bottom + 100 < rect(reader, "q").y
        assert rect(reader, "q").bottom + 100 < rect(reader, "f").y
        assert reader.canvas.camera == reader.canvas.whole()
        assert (actions["arrange-right"].isChecked(), actions["arrange-down"].isChecked()) == (False, True)
        reader.choose_in_menu_bar("Arrange", "Arrange from top to bottom")
        assert actions["arrange-down"].isChecked(), "what is on stays on"
        reader.undo()
        reader.settle()
        assert reader.session.diagram is before
        assert actions["arrange-right"].isChecked()
        reader.redo()
        assert reader.session.diagram.direction is DOWN

    def test_from_the_palette_of_commands(self, reader: User) -> None:
        reader.press(Key.Key_P, modifiers=CTRL | SHIFT)
        reader.type("top to bottom\n")
        assert reader.session.diagram.direction is DOWN

    def test_arranging_again_keeps_the_direction_and_pins_keep_their_places(self, artist: User) -> None:
        artist.drag(artist.face(node(artist, "z")), artist.face(node(artist, "z")) + QPoint(60, 90))
        artist.press(Key.Key_P, modifiers=SHIFT)
        pinned = rect(artist, "z")
        artist.press(Key.Key_R, modifiers=CTRL)
        assert artist.session.diagram.direction is DOWN
        assert rect(artist, "z") == pinned
        artist.undo(3)
        assert artist.session.diagram.positions == Diagram.of(CLASSIC, DOWN).positions

    def test_cards_and_the_ends_of_wires_glide_and_an_undo_on_the_way_turns_them_round(self, reader: User) -> None:
        before, gliding = reader.session.diagram, reader.window.gliding
        start = reader.session.scenery
        reader.choose_in_menu_bar("Arrange", "Arrange from top to bottom")
        assert gliding.is_gliding
        gliding.advance(DURATION / 2)
        between = reader.session.scenery
        assert isinstance(between, Between)
        for target, slot in between.wires:
            curve, source = between.curve(target, slot), between.inputs[target][slot]
            assert curve is not None
            assert source is not None
            assert curve.start == pytest.approx(between.out_port(source))
            assert curve.end == pytest.approx(between.in_port(target, slot))
            on_edges = start.in_port(target, slot), between.goal.in_port(target, slot)
            assert between.in_port(target, slot) not in on_edges
        reader.undo()
        assert reader.session.diagram is before
        reader.settle()
        assert [reader.session.scenery.curve(*wire) for wire in start.wires] == start.curves

    def test_in_the_background_where_it_takes_long(self, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(automatic, "MOST_AT_ONCE", 4)
        user.session.open(Diagram.of(CLASSIC), None)
        user.choose_in_menu_bar("Arrange", "Arrange from top to bottom")
        assert user.window.automatic.work is not None
        user.session.edit("Add", lambda diagram: annotating.pin(diagram, {node(user, "x")}))
        user.qtbot.waitUntil(lambda: user.window.automatic.work is None)
        user.settle()
        assert user.session.diagram.direction is DOWN
        assert user.session.document.undo_label == "Arrange from top to bottom"
        assert rect(user, "q").bottom < rect(user, "f").y

    def test_new_graphs_as_it_is_settled(self, user: User, tmp_path: Path) -> None:
        user.session.settings.set(DIRECTION, "down")
        user.press(Key.Key_N, modifiers=CTRL)
        user.paste_expression("f = x * y")
        assert user.session.diagram.direction is DOWN
        assert rect(user, "x").bottom < rect(user, "f").y
        path = tmp_path / "down.bpviz"
        user.name_file(path)
        user.press(Key.Key_S, modifiers=CTRL)
        assert load(path) == user.session.diagram
        user.session.settings.set(DIRECTION, "right")
        assert user.session.diagram.direction is DOWN, "what is there stays"
        user.press(Key.Key_N, modifiers=CTRL)
        assert user.session.diagram.direction is RIGHT
        user.window.files.open_path(path)
        assert user.session.diagram.direction is DOWN, "as its file has it"


class TestHands:
    def test_ports_are_on_the_upper_and_the_lower_edge(self, artist: User) -> None:
        scenery, card = artist.session.scenery, rect(artist, "f")
        ports = [at for _, at in scenery.in_ports(node(artist, "f"))]
        assert {y for _, y in ports} == {card.y}
        assert ports[0][0] < card.x + card.width / 2 < ports[1][0]
        assert scenery.out_ports(node(artist, "q")) == [
            (node(artist, "q"), (rect(artist, "q").x + rect(artist, "q").width / 2, rect(artist, "q").bottom))
        ]
        artist.hover(artist.in_port(node(artist, "f")))
        assert artist.canvas.cursor().shape() is Qt.CursorShape.CrossCursor

    def test_wires_are_drawn_from_edge_to_edge(self, artist: User) -> None:
        before = artist.session.diagram
        artist.wire(node(artist, "x"), node(artist, "f"), 1)
        assert artist.session.graph.nodes[node(artist, "f")].inputs == (node(artist, "q"), node(artist, "x"))
        artist.drag(artist.in_port(node(artist, "f"), 0), artist.nowhere())
        assert artist.session.graph.nodes[node(artist, "f")].inputs == (None, node(artist, "x"))
        artist.drag(artist.in_port(node(artist, "f"), 0), artist.face(node(artist, "y")))
        assert artist.session.graph.nodes[node(artist, "f")].inputs == (node(artist, "y"), node(artist, "x"))
        artist.undo(3)
        assert artist.session.diagram is before

    def test_a_wire_dropped_below_enters_what_is_chosen_right_there(self, artist: User) -> None:
        place = artist.at((rect(artist, "x").x + 60.0, rect(artist, "q").bottom + 60.0))
        artist.drag(artist.out_port(node(artist, "x")), place)
        artist.type("tanh\n")
        assert artist.session.graph.nodes[newest(artist)].inputs == (node(artist, "x"),)
        assert (artist.in_port(newest(artist)) - place).manhattanLength() <= 2, "the input is where the wire was let go"

    def test_a_wire_drawn_up_from_an_input_is_fed_from_there(self, artist: User) -> None:
        artist.drag(artist.in_port(node(artist, "f"), 1), artist.nowhere())
        place = artist.at((rect(artist, "z").x + 30.0, rect(artist, "q").y + 20.0))
        artist.drag(artist.in_port(node(artist, "f"), 1), place)
        artist.type("3\n")
        assert artist.session.graph.nodes[node(artist, "f")].inputs[1] == newest(artist)
        assert (artist.out_port(newest(artist)) - place).manhattanLength() <= 2

    def test_an_operation_dropped_on_a_wire_goes_into_it(self, artist: User) -> None:
        place = artist.on_wire(node(artist, "f"), 1, 0.5)
        artist.drop(dragged("tanh"), artist.canvas, artist.canvas.mapFrom(artist.window, place))
        new = newest(artist)
        assert artist.session.graph.nodes[new].inputs == (node(artist, "z"),)
        assert artist.session.graph.nodes[node(artist, "f")].inputs[1] == new

    def test_a_card_dropped_on_a_wire_goes_into_it(self, artist: User) -> None:
        artist.session.select(())
        artist.add_from_palette("Sine")
        new = newest(artist)
        artist.canvas.fit()
        artist.grab(artist.face(new))
        goal = artist.on_wire(node(artist, "f"), 1, 0.5)
        artist.move(artist.face(new), goal)
        artist.let_go(goal)
        assert artist.session.document.undo_label == "Put into a wire"
        assert artist.session.graph.nodes[node(artist, "f")].inputs[1] == new
        artist.undo(3)
        assert artist.session.graph is CLASSIC

    def test_a_level_stroke_cuts_what_runs_down(self, artist: User) -> None:
        y = rect(artist, "q").y - 30.0
        start, end = artist.at((rect(artist, "q").x, y)), artist.at((rect(artist, "q").right, y))
        artist.drag(start, end, Qt.MouseButton.RightButton, CTRL)
        assert artist.session.graph.nodes[node(artist, "q")].inputs == (None, None)
        assert artist.session.document.undo_label == "Cut 2 wires"

    def test_what_is_added_stands_below_what_is_selected_and_inputs_above_all(self, artist: User) -> None:
        artist.click(artist.face(node(artist, "z")))
        artist.add_from_palette("Sine")
        added, source = artist.session.stage.rect(newest(artist)), rect(artist, "z")
        assert (added.x, added.y) == (source.x, source.y + ROOMS[DOWN].column_pitch)
        artist.add_from_palette("Variable")
        assert artist.session.stage.rect(newest(artist)).y == rect(artist, "x").y
        rects = list(artist.session.scenery.rects.values())
        assert not any(one.touches(other) for place, one in enumerate(rects) for other in rects[:place])

    def test_a_wire_becomes_straight(self, artist: User) -> None:
        """The out port of z comes to stand right above the in port of f at which its wire ends."""
        wanted = (
            artist.session.scenery.in_port(node(artist, "f"), 1)[0]
            - artist.session.scenery.out_port(node(artist, "z"))[0]
        )
        start, zoom = artist.face(node(artist, "z")), artist.canvas.camera.zoom
        artist.drag(start, start + QPoint(round((wanted + 4.0) * zoom), round(40.0 * zoom)))
        after = artist.session.scenery
        assert after.out_port(node(artist, "z"))[0] == after.in_port(node(artist, "f"), 1)[0]
        curve = artist.session.stage.curve(node(artist, "f"), 1)
        assert curve is not None
        assert len({x for x, _ in curve.points}) == 1

    def test_a_wire_is_pulled_aside_and_still_leaves_down_and_arrives_from_above(self, artist: User) -> None:
        start = artist.on_wire(node(artist, "f"), 1, 0.5)
        artist.drag(start, start + QPoint(120, 0), modifiers=CTRL)
        (route,) = artist.session.diagram.routes
        curve = artist.session.stage.curve(node(artist, "f"), 1)
        assert curve is not None
        assert curve.nearest(route.points[0])[0] < 0.5
        (first, second), (last, end) = curve.points[:2], curve.points[-2:]
        assert first[0] == second[0]
        assert first[1] < second[1]
        assert last[0] == end[0]
        assert last[1] < end[1]

    def test_the_slider_is_above_its_input(self, artist: User) -> None:
        artist.slide(node(artist, "x"), 3.0)
        assert artist.session.graph.nodes[node(artist, "x")].value == pytest.approx(3.0, abs=0.2)
        slider = artist.canvas.slider_of(node(artist, "x"))
        assert slider is not None
        assert slider.rect.bottom < rect(artist, "x").y

    def test_the_nudge_lens_covers_no_port(self, artist: User) -> None:
        for name in ("x", "f"):
            artist.click(artist.face(node(artist, name)))
            artist.session.lens.put_away()
            artist.press(Key.Key_N)
            bar, bubble = bar_of(artist.canvas), bubble_of(artist.canvas)
            assert bar is not None
            assert bubble is not None
            scenery = artist.session.scenery
            places = [at for card in scenery.rects for _, at in (*scenery.in_ports(card), *scenery.out_ports(card))]
            for box in (bar.rect, bubble):
                assert not any(box.grown(2.0).contains(at) for at in places)
                assert scenery.is_free(box)

    def test_the_arrow_keys_walk_along_wires_up_and_down(self, artist: User) -> None:
        artist.click(artist.face(node(artist, "q")))
        walked = []
        for key in (Key.Key_Up, Key.Key_Right, Key.Key_Left, Key.Key_Down, Key.Key_Down, Key.Key_Up, Key.Key_Right):
            artist.press(key, modifiers=ALT)
            walked.append(artist.session.graph.label(next(iter(artist.session.selection))))
        assert walked == ["x", "y", "x", "q", "f", "q", "z"]
        texts = [artist.window.actions_[f"walk-{way}"].text() for way in ("up", "down", "left", "right")]
        assert texts == [
            "To an input of the selected node",
            "To where its value goes",
            "To the card on the left",
            "To the card on the right",
        ]
        assert "Alt+Up\tTo an input of the selected node" in plain_text(DOWN)
        assert "Alt+Left\tTo an input of the selected node" in plain_text()

    def test_wires_by_their_key_and_what_a_wire_leads_to(self, artist: User) -> None:
        artist.click(artist.face(node(artist, "f")))
        artist.press(Key.Key_W)
        assert artist.session.selected_wire == (node(artist, "f"), 0)
        artist.press(Key.Key_Right, modifiers=ALT)
        assert artist.session.selected_wire == (node(artist, "f"), 1)
        artist.press(Key.Key_Up, modifiers=ALT)
        assert artist.session.selection == {node(artist, "z")}


class TestGroups:
    @pytest.fixture
    def maker(self, artist: User) -> User:
        """Somebody who has put q and f of q = x + y; f = q*z; g = f + w into a group."""
        graph = parse("q = x + y; f = q * z; g = f + w", {"x": -2, "y": 5, "z": -4, "w": 1})
        artist.session.open(Diagram.of(graph, DOWN), None)
        artist.session.select({node(artist, "q"), node(artist, "f")})
        artist.press(Key.Key_G, modifiers=CTRL)
        artist.press(Key.Key_Return)
        return artist

    def test_its_card_has_its_ports_above_and_below(self, maker: User) -> None:
        scenery = maker.session.scenery
        card = scenery.group_of(node(maker, "f"))
        assert card is not None
        ins = [at for _, at in scenery.in_ports(card.face)]
        assert [port.name for port in card.ins] == ["x", "y", "z"]
        assert {y for _, y in ins} == {card.rect.y}
        assert all(one[0] + 30.0 < other[0] for one, other in pairwise(ins)), "there is room for their names"
        assert card.rect.x < ins[0][0]
        assert ins[-1][0] < card.rect.right
        assert [y for _, (_, y) in scenery.out_ports(card.face)] == [card.rect.bottom]
        for wire in scenery.wires:
            curve = scenery.curve(*wire)
            assert curve is not None
            assert curve.start[1] < curve.end[1]

    def test_a_wide_card_has_room_for_many_ports(self, artist: User) -> None:
        names = [f"x{i}" for i in range(9)]
        graph = parse(f"s = {' + '.join(names)}; f = s * t", dict.fromkeys([*names, "t"], 1.0))
        artist.session.open(Diagram.of(graph, DOWN), None)
        sums = [id_ for id_, held in graph.nodes.items() if held.op.name == "add"]
        artist.session.select(sums)
        artist.press(Key.Key_G, modifiers=CTRL)
        artist.press(Key.Key_Return)
        artist.press(Key.Key_R, modifiers=CTRL)
        card = artist.session.scenery.group_of(sums[0])
        assert card is not None
        ins = [x for _, (x, _) in artist.session.scenery.in_ports(card.face)]
        assert len(ins) == 9
        assert card.rect.x < ins[0]
        assert ins[-1] < card.rect.right
        assert min(b - a for a, b in pairwise(ins)) >= 40.0
        rects = list(artist.session.scenery.rects.values())
        assert not any(one.touches(other) for place, one in enumerate(rects) for other in rects[:place])

    def test_inside_what_feeds_it_stands_above_and_what_it_feeds_below(self, maker: User) -> None:
        maker.double_click(maker.face(node(maker, "f")))
        assert maker.session.standing.inside is not None
        own = [maker.session.stage.rect(node(maker, name)) for name in "qf"]
        for name in "xyz":
            assert rect(maker, name).bottom < min(held.y for held in own)
        assert rect(maker, "g").y > max(held.bottom for held in own)

    def test_opened_it_pushes_apart_what_lies_above_and_below(self, maker: User) -> None:
        maker.session.select(maker.session.standing.whole(frozenset({node(maker, "f")})))
        maker.press(Key.Key_G)
        rects = list(maker.session.scenery.rects.values())
        assert len(rects) == 7
        assert not any(one.touches(other) for place, one in enumerate(rects) for other in rects[:place])
        assert rect(maker, "x").bottom < rect(maker, "q").y < rect(maker, "f").y < rect(maker, "g").y


class TestInFlight:
    """Numbers at any time, as they are seen in the window."""

    @staticmethod
    def token(user: User, time: float) -> tuple[float, float]:
        user.session.playback.seek(time)
        (token,) = user.session.stage.tokens()
        return token.at

    def test_a_gradient_climbs_from_strip_to_pill_to_port_to_strip(self, artist: User) -> None:
        story = artist.session.story
        sent = story.sent_position(0)
        f, q = rect(artist, "f"), rect(artist, "q")
        assert f.contains(self.token(artist, sent + 0.01))
        x, y = self.token(artist, sent + LEFT_STRIP)
        assert y == pytest.approx(f.y), "it has left the card at its upper edge"
        assert x == pytest.approx(artist.session.scenery.in_port(node(artist, "f"), 0)[0]), (
            "through the port of its wire"
        )
        heights = [self.token(artist, sent + at)[1] for at in (LEFT_STRIP, AT_PILL, MULTIPLIED, 0.9, 1.0)]
        assert heights == sorted(heights, reverse=True)
        assert heights[-1] > q.bottom, "it waits below the card"
        assert heights[-1] == self.token(artist, sent + 1.001)[1] == pytest.approx(q.bottom + 34.0, abs=1.0)
        landing = [self.token(artist, sent + 1.0 + at)[1] for at in (0.1, 0.3, 0.5, 0.7)]
        assert landing == sorted(landing, reverse=True)
        assert q.bottom - 28.0 < landing[-1] < q.bottom, "on the gradient strip"

    def test_a_tangent_falls(self, artist: User) -> None:
        artist.press(Key.Key_2, modifiers=CTRL)
        story = artist.session.story
        assert story.sweep is not None
        assert not story.sweep.is_backward
        sent = story.sent_position(0)
        heights = [self.token(artist, sent + at)[1] for at in (LEFT_STRIP, AT_PILL, 0.9, 1.0)]
        assert heights == sorted(heights)
        assert heights[-1] < rect(artist, "q").y

    def test_the_same_time_is_the_same_picture_whatever_came_before(self, artist: User) -> None:
        def picture(time: float) -> QImage:
            artist.window.toast.hide()
            artist.session.playback.seek(time)
            QApplication.processEvents()
            return artist.canvas.grab().toImage()

        def are_the_same(one: list[QImage], other: list[QImage]) -> bool:
            """But for a wire that is cut off by what is painted again: it is rounded otherwise."""
            return all(apart(*both) <= 1 for both in zip(one, other, strict=True))

        first = [picture(time) for time in (2.5, 6.5, 7.0, 7.3)]
        artist.choose_in_menu_bar("Arrange", "Arrange from left to right")
        artist.undo()
        assert are_the_same([picture(time) for time in (7.3, 7.0, 6.5, 2.5)][::-1], first)
        artist.session.open(Diagram.of(CLASSIC, DOWN), None)
        assert are_the_same([picture(time) for time in (2.5, 6.5, 7.0, 7.3)], first)


class TestWhatStays:
    """One thing more is typed, and the rest is found where it was."""

    TEXT = "a = x1*w1; b = x2*w2; c = x3*w3; s = a + b + c; h = tanh(s); k = h*v; f = k + d"

    @pytest.mark.parametrize("direction", list(Direction))
    @pytest.mark.parametrize(
        "text",
        [
            TEXT + "; g = sin(f)",
            TEXT.replace("h = tanh(s)", "h = tanh(exp(s))"),
            TEXT.replace("a = x1*w1", "a = x1*w1*u"),
            TEXT.replace("f = k + d", "f = k + d + 3"),
        ],
        ids=["at the end", "in the middle", "at the beginning", "a constant"],
    )
    def test_one_node_more_moves_no_other_card_far(self, user: User, text: str, direction: Direction) -> None:
        user.session.playback.is_animated = False
        user.session.open(Diagram.of(parse(self.TEXT), direction), None)
        before = {user.session.graph.label(id_): rect for id_, rect in user.session.scenery.rects.items()}
        room = ROOMS[direction]
        user.paste_expression(text)
        after = {user.session.graph.label(id_): rect for id_, rect in user.session.scenery.rects.items()}
        assert len(after) > len(before)
        turned = direction.turned
        named = [name for name in before if name in after and not name.startswith("v")]
        ways = [turned((after[name].x - before[name].x, after[name].y - before[name].y)) for name in named]
        assert len(named) >= 14
        pitch = room.column_pitch * (
            1.5 if direction.is_down else 1.0
        )  # where wires go far across, rows are so far apart
        assert max(abs(along) for along, _ in ways) <= pitch, "no farther than to the next column"
        assert max(abs(across) for _, across in ways) <= room.row_pitch, "no farther than to the next row"
        assert sum(way == (0.0, 0.0) for way in ways) >= len(ways) / 3
        old, new = ({name: turned((held[name].x, held[name].y)) for name in named} for held in (before, after))
        for one, other in combinations(named, 2):
            if old[one][0] == old[other][0] and new[one][0] == new[other][0]:
                assert (old[one][1] < old[other][1]) == (new[one][1] < new[other][1]), "the same order"

    @pytest.mark.parametrize("direction", list(Direction))
    def test_constants_and_parameters_stand_right_before_their_use(self, user: User, direction: Direction) -> None:
        text = "w = parameter(0.5); b = parameter(2); y = tanh(sin(exp(x)) * w + b) * 7"
        user.session.playback.is_animated = False
        user.session.open(Diagram(direction=direction), None)
        user.paste_expression(text)
        scenery, graph = user.session.scenery, user.session.graph
        course, room = scenery.course, ROOMS[direction]
        for name in ("w", "b", "7"):
            source = next(id_ for id_ in graph.nodes if graph.label(id_) == name)
            ((target, slot),) = graph.structure.consumers[source]
            start, end = (course.turned(at) for at in (scenery.out_port(source), scenery.in_port(target, slot)))
            assert end[0] - start[0] == room.column_gap, "nothing stands between"
            assert abs(end[1] - start[1]) < 1.5 * room.row_pitch


def test_a_graph_laid_out_by_hand_is_turned_and_comes_back(reader: User) -> None:
    reader.session.playback.is_animated = False
    reader.drag(reader.face(node(reader, "q")), reader.face(node(reader, "q")) + QPoint(30, -70))
    by_hand = reader.session.diagram
    reader.choose_in_menu_bar("Arrange", "Arrange from top to bottom")
    assert reader.session.diagram.positions == arrange(Diagram.of(CLASSIC, DOWN)).positions
    reader.choose_in_menu_bar("Arrange", "Arrange from left to right")
    assert reader.session.diagram.positions == Diagram.of(CLASSIC).positions
    reader.undo(2)
    assert reader.session.diagram is by_hand


def test_examples_are_shown_in_the_direction_in_which_they_open(user: User) -> None:
    for direction in (RIGHT, DOWN):
        user.session.settings.set(DIRECTION, direction.value)
        user.click(user.middle_of(user.window.top.examples))
        shelf = QApplication.activePopupWidget()
        assert isinstance(shelf, ExamplesMenu)
        assert shelf.direction is direction
        user.press(Key.Key_Return)
        assert user.session.diagram.direction is direction
