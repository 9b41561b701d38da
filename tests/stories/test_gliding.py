"""Arranging automatically in the window: cards that glide, large graphs in the background, only what is selected."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from bpviz.document.annotations import Frame
from bpviz.document.arranging import arrange, caught_up
from bpviz.document.diagram import Diagram
from bpviz.document.groups import Group
from bpviz.graph.graph import Graph, Node
from bpviz.graph.layout import Position
from bpviz.graph.parse import parse
from bpviz.ops import OPS
from bpviz.stage.between import Between
from bpviz.stage.scenery import Scenery
from bpviz.ui import automatic
from bpviz.ui.gliding import DURATION
from tests.user import Key, Modifier, User

CTRL, SHIFT = Modifier.ControlModifier, Modifier.ShiftModifier
TEXT = "a = x*y; b = y*z; f = a + b"


def heap(graph: Graph) -> Diagram:
    """All cards in one long diagonal, far from any layout."""
    return Diagram(graph, {id_: (40.0 * place, 130.0 * place) for place, id_ in enumerate(graph.nodes)})


def chain(length: int) -> Graph:
    """A graph of `length` nodes, most of them one after the other."""
    nodes = [Node(1, OPS["variable"], (), 1.0, "x")]
    nodes += [Node(id_, OPS["tanh"], (id_ - 1,)) for id_ in range(2, length + 1)]
    return Graph(nodes)


@pytest.fixture
def artist(user: User) -> User:
    user.session.open(heap(parse(TEXT, {"x": 2, "y": 3, "z": 4})), None)
    user.canvas.fit()
    user.canvas.setFocus()
    return user


@pytest.fixture
def crowd(user: User) -> User:
    """Somebody at a graph that is arranged in the background."""
    user.session.open(heap(chain(automatic.MOST_AT_ONCE + 60)), None)
    user.canvas.fit()
    user.canvas.setFocus()
    return user


def at(user: User, node: int) -> Position:
    """Where a card is shown."""
    rect = user.session.stage.rect(node)
    return rect.x, rect.y


def settled(user: User) -> Callable[[], bool]:
    return lambda: user.window.automatic.work is None


class TestTheWay:
    def test_a_scenery_between_two_has_its_wires_on_its_ports(self) -> None:
        before = heap(parse(TEXT, {"x": 2, "y": 3, "z": 4}))
        start, goal = Scenery(before), Scenery(arrange(before))
        for part in (0.0, 0.3, 1.0):
            between = Between(start, goal, part)
            for target, slot in between.wires:
                curve, source = between.curve(target, slot), between.inputs[target][slot]
                assert curve is not None
                assert source is not None
                assert curve.start == pytest.approx(between.out_port(source))
                assert curve.end == pytest.approx(between.in_port(target, slot))
        ends = Between(start, goal, 0.0), Between(start, goal, 1.0)
        for node in goal.rects:
            assert ends[0].rect(node) == start.rect(node)
            assert ends[1].rect(node) == goal.rect(node)
        for wire in goal.wires:
            shown, wanted = ends[1].curve(*wire), goal.curve(*wire)
            assert shown is not None
            assert wanted is not None
            for t in (0.0, 0.2, 0.5, 0.9, 1.0):
                assert min(abs(shown.nearest(wanted.at(t))[0]), 1.0) < 0.5

    def test_cards_glide_while_the_document_is_there_at_once(self, artist: User) -> None:
        before, gliding = artist.session.diagram, artist.window.gliding
        moved = next(id_ for id_ in before.positions if arrange(before).positions[id_] != before.positions[id_])
        artist.press(Key.Key_R, modifiers=CTRL)
        assert artist.session.diagram.positions == arrange(before).positions
        assert gliding.is_gliding
        gliding.advance(DURATION / 4)
        shown, start, goal = at(artist, moved), before.positions[moved], artist.session.diagram.positions[moved]
        parts = {round((shown[axis] - start[axis]) / (goal[axis] - start[axis]), 9) for axis in (0, 1)}
        (part,) = parts  # along a straight line
        assert 0.0 < part < 1.0
        artist.settle()
        assert at(artist, moved) == goal
        assert type(artist.session.scenery) is Scenery
        assert artist.canvas.camera == artist.canvas.whole()

    @pytest.mark.usefixtures("in_real_time")
    def test_it_ends_by_itself(self, artist: User) -> None:
        artist.press(Key.Key_R, modifiers=CTRL)
        assert type(artist.session.scenery) is Between
        artist.qtbot.waitUntil(lambda: type(artist.session.scenery) is Scenery)
        for node, place in artist.session.diagram.positions.items():
            assert at(artist, node) == place

    def test_a_click_finds_everything_in_its_place(self, artist: User) -> None:
        goal = arrange(artist.session.diagram).positions
        node = artist.session.graph.by_name["a"]
        artist.press(Key.Key_R, modifiers=CTRL)
        assert artist.window.gliding.is_gliding
        place = artist.canvas.mapTo(artist.window, artist.canvas.rect().center())
        QTest.mousePress(artist.window.windowHandle(), Qt.MouseButton.LeftButton, Modifier.NoModifier, place)
        assert not artist.window.gliding.is_gliding
        assert at(artist, node) == goal[node]
        artist.let_go(place)

    def test_undo_on_the_way_goes_back_from_there(self, artist: User) -> None:
        before = artist.session.diagram
        moved = max(before.positions)
        artist.press(Key.Key_R, modifiers=CTRL)
        artist.window.gliding.advance(DURATION / 4)
        half, goal = at(artist, moved), artist.session.diagram.positions[moved]
        artist.undo()
        assert artist.session.diagram is before
        assert artist.window.gliding.is_gliding
        distances = [abs(at(artist, moved)[1] - place) for place in (before.positions[moved][1], half[1], goal[1])]
        assert distances[1] < distances[2], "it turned round where it was, and not where it would have gone"
        artist.settle()
        assert at(artist, moved) == before.positions[moved]

    def test_an_edit_on_the_way_is_seen_as_it_is(self, artist: User) -> None:
        artist.press(Key.Key_R, modifiers=CTRL)
        artist.window.gliding.advance(DURATION / 4)
        artist.session.edit("Start over", lambda _: Diagram.of(parse("x", {"x": 1})))
        assert type(artist.session.scenery) is Scenery
        artist.settle()
        assert type(artist.session.scenery) is Scenery

    def test_reduced_motion_is_there_at_once(self, artist: User) -> None:
        artist.session.playback.set_animated(False)
        artist.press(Key.Key_R, modifiers=CTRL)
        assert not artist.window.gliding.is_gliding
        assert type(artist.session.scenery) is Scenery

    def test_frames_go_along_and_arrive(self, user: User) -> None:
        graph = parse(TEXT, {"x": 2, "y": 3, "z": 4})
        diagram = heap(graph)
        held = Frame(1, "All", -30.0, -60.0, 900.0, 1200.0)
        user.session.open(Diagram(graph, diagram.positions, frames=(held,)), None)
        user.canvas.setFocus()
        user.press(Key.Key_R, modifiers=CTRL)
        (shown,) = user.session.stage.diagram.frames
        assert shown != user.session.diagram.frames[0]
        user.settle()
        assert user.session.stage.diagram.frames == user.session.diagram.frames != (held,)

    def test_the_story_goes_on_meanwhile(self, artist: User) -> None:
        artist.session.playback.seek(6.0)
        artist.press(Key.Key_R, modifiers=CTRL)
        artist.window.gliding.advance(DURATION / 4)
        artist.session.playback.seek(7.5)
        assert isinstance(artist.session.scenery, Between)
        assert artist.session.stage.now.step == 7
        artist.settle()


class TestTheSelection:
    def test_only_what_is_selected_moves(self, artist: User) -> None:
        before, graph = artist.session.diagram, artist.session.graph
        chosen = {graph.by_name[name] for name in "xya"}
        artist.session.select(chosen)
        artist.press(Key.Key_R, modifiers=CTRL | SHIFT)
        after = artist.session.diagram.positions
        assert {id_ for id_ in after if after[id_] != before.positions[id_]} <= chosen
        assert after[graph.by_name["a"]][0] > after[graph.by_name["x"]][0]
        artist.settle()
        artist.undo()
        assert artist.session.diagram is before

    def test_what_is_pinned_stays(self, artist: User) -> None:
        graph = artist.session.graph
        artist.session.select({graph.by_name["a"]})
        artist.press(Key.Key_P, modifiers=SHIFT)
        before = artist.session.diagram
        artist.session.select(graph.nodes)
        artist.press(Key.Key_R, modifiers=CTRL | SHIFT)
        after = artist.session.diagram.positions
        assert after[graph.by_name["a"]] == before.positions[graph.by_name["a"]]
        assert after != before.positions
        artist.settle()
        artist.session.select({graph.by_name["a"]})
        assert not artist.window.actions_["arrange-selection"].isEnabled()

    def test_a_group_goes_as_a_whole(self, user: User) -> None:
        graph = parse("a = tanh(x*y); b = exp(a); f = b*z", {"x": 2, "y": 3, "z": 4})
        inner = frozenset({graph.by_name["a"], graph.nodes[graph.by_name["a"]].inputs[0] or 0})
        diagram = heap(graph)
        group = Group(1, "part", inner, at=(500.0, 900.0))
        user.session.open(Diagram(graph, diagram.positions, groups=(group,)), None)
        user.canvas.setFocus()
        user.session.select({*inner, graph.by_name["b"]})
        user.press(Key.Key_R, modifiers=CTRL | SHIFT)
        after = user.session.diagram
        ways = {
            (after.positions[id_][0] - diagram.positions[id_][0], after.positions[id_][1] - diagram.positions[id_][1])
            for id_ in inner
        }
        (way,) = ways
        assert after.groups[0].at == (500.0 + way[0], 900.0 + way[1])
        assert after.positions[graph.by_name["b"]][0] > after.groups[0].at[0]
        assert after.positions[graph.by_name["z"]] == diagram.positions[graph.by_name["z"]]
        user.settle()


class TestCatchingUp:
    def test_what_was_added_goes_along_and_what_was_pinned_stays(self) -> None:
        before = heap(parse(TEXT, {"x": 2, "y": 3, "z": 4}))
        after, graph = arrange(before), before.graph
        f, x, new = graph.by_name["f"], graph.by_name["x"], max(graph.nodes) + 1
        more = Graph([*graph.nodes.values(), Node(new, OPS["tanh"], (f,))])
        place = before.positions[f][0] + 250.0, before.positions[f][1]
        now = Diagram(more, {**before.positions, new: place}, pinned=frozenset({x}))
        found = caught_up(now, before, after).positions
        assert found[x] == before.positions[x]
        for id_ in graph.nodes.keys() - {x}:
            assert found[id_] == after.positions[id_]
        assert found[new] == (after.positions[f][0] + 250.0, after.positions[f][1])
        assert caught_up(before, before, after) is after


class TestInTheBackground:
    def test_everything_goes_on_and_then_it_is_arranged(self, crowd: User) -> None:
        before = crowd.session.diagram
        crowd.press(Key.Key_R, modifiers=CTRL)
        work, panel = crowd.window.automatic.work, crowd.window.automatic.panel
        assert work is not None
        assert crowd.session.diagram is before
        assert panel.isVisible()
        assert panel.words.text().startswith("Arranging 1,560 nodes … ")
        crowd.qtbot.waitUntil(settled(crowd), timeout=20_000)
        assert crowd.session.diagram.positions == arrange(before).positions
        assert not panel.isVisible()
        assert crowd.session.document.undo_label == "Arrange"
        crowd.undo()
        assert crowd.session.diagram is before

    @pytest.mark.parametrize("by", ["button", "Esc"])
    def test_cancel_leaves_everything(self, crowd: User, by: str) -> None:
        before = crowd.session.diagram
        crowd.press(Key.Key_R, modifiers=CTRL)
        if by == "Esc":
            crowd.press(Key.Key_Escape)
        else:
            crowd.click(crowd.middle_of(crowd.window.automatic.panel.cancel))
        assert crowd.window.automatic.work is None
        assert crowd.message == "Everything stays where it is."
        assert crowd.session.diagram is before
        assert not crowd.window.automatic.panel.isVisible()

    def test_what_is_done_meanwhile_is_kept(self, crowd: User) -> None:
        crowd.press(Key.Key_R, modifiers=CTRL)
        work = crowd.window.automatic.work
        assert work is not None
        last = max(crowd.session.graph.nodes)
        crowd.session.select({last})
        crowd.press(Key.Key_Delete)
        assert last not in crowd.session.graph.nodes
        crowd.qtbot.waitUntil(settled(crowd), timeout=20_000)
        after = crowd.session.diagram
        expected = arrange(work.before).positions
        assert after.positions == {id_: expected[id_] for id_ in after.graph.nodes}
        assert "meanwhile" in crowd.message

    def test_another_document_is_left_alone(self, crowd: User) -> None:
        crowd.press(Key.Key_R, modifiers=CTRL)
        other = Diagram.of(parse("x + 1", {"x": 1}))
        crowd.session.open(other, None)
        crowd.qtbot.waitUntil(settled(crowd), timeout=20_000)
        assert crowd.session.diagram is other
        assert crowd.message == "Arranging was given up, because another document is open now."

    def test_a_window_that_closes_waits_for_nobody(self, crowd: User) -> None:
        crowd.press(Key.Key_R, modifiers=CTRL)
        crowd.session.document.mark_saved()
        assert crowd.window.close()
        assert crowd.window.automatic.work is None
