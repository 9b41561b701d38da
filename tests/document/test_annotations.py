"""Frames, notes, points of wires and pins: edited, kept as long as what they belong to, and saved."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bpviz.document import annotating, arranging, edits
from bpviz.document.annotations import Tint
from bpviz.document.arranging import Axis, Edge
from bpviz.document.atomic import FileError
from bpviz.document.diagram import Diagram
from bpviz.document.document import Document
from bpviz.document.edits import EditError
from bpviz.document.file import VERSION, dumps, loads
from bpviz.graph.parse import parse
from bpviz.stage.annotations import Side, content, frame_around, grip_at, resized
from bpviz.stage.geometry import Curve, Rect
from bpviz.stage.scenery import Scenery


@pytest.fixture
def diagram() -> Diagram:
    """With one of each: f = x * x, its second wire bent, x pinned, a frame around all and a note."""
    made = Diagram(parse("f = x * x"), {1: (0.0, 0.0), 2: (312.0, 0.0)})
    x, f = made.graph.by_name["x"], made.graph.by_name["f"]
    made = annotating.pin(annotating.add_bend(made, f, 1, 0, (240.0, 120.0)), {x})
    made = annotating.add_frame(made, "all of it", (-30.0, -60.0), (540.0, 240.0))
    return annotating.add_note(made, "$x^2$ is even", (0.0, 300.0), (200.0, 40.0))


X, F = 1, 2


class TestEdits:
    def test_numbers_are_of_frames_and_notes_together(self, diagram: Diagram) -> None:
        assert ([held.id for held in diagram.frames], [held.id for held in diagram.notes]) == ([1], [2])
        assert annotating.next_id(diagram) == 3

    def test_a_title_is_one_line_and_not_too_long(self, diagram: Diagram) -> None:
        assert annotating.retitle(diagram, 1, " two\n lines ").frames[0].title == "two lines"
        with pytest.raises(EditError, match="at most 200 characters"):
            annotating.retitle(diagram, 1, "x" * 201)

    def test_a_note_without_a_text_goes(self, diagram: Diagram) -> None:
        assert annotating.rewrite_note(diagram, 2, " \n", 20.0).notes == ()
        with pytest.raises(EditError, match="at most 5,000 characters"):
            annotating.rewrite_note(diagram, 2, "x" * 5001, 20.0)

    def test_what_changes_nothing_is_no_edit(self, diagram: Diagram) -> None:
        assert annotating.set_tint(diagram, {1}, Tint.GREY) is diagram
        assert annotating.remove(diagram, {99}) is diagram
        assert annotating.remove_bend(diagram, F, 1, 5) is diagram
        assert annotating.move_bend(diagram, F, 1, 0, (240.0, 120.0)) is diagram

    def test_only_a_wire_can_be_bent(self) -> None:
        waiting = edits.add(Diagram(), "sin", (0.0, 0.0))
        with pytest.raises(EditError, match="no wire"):
            annotating.add_bend(waiting, 1, 0, 0, (0.0, 0.0))


class TestPruning:
    def test_a_route_goes_when_its_wire_is_taken_off_or_comes_from_elsewhere(self, diagram: Diagram) -> None:
        assert edits.disconnect(diagram, F, 0).routes == diagram.routes
        assert edits.disconnect(diagram, F, 1).routes == ()
        other = edits.add(diagram, "variable", (0.0, 200.0))
        assert edits.connect(other, 3, F, 1).routes == ()

    def test_pins_and_routes_go_with_their_nodes_and_frames_stay(self, diagram: Diagram) -> None:
        after = edits.delete(diagram, {X})
        assert (after.pinned, after.routes) == (frozenset(), ())
        assert (after.frames, after.notes) == (diagram.frames, diagram.notes)

    def test_another_program_keeps_the_places_that_somebody_chose(self, diagram: Diagram) -> None:
        after = edits.rewrite(diagram, "f = x * x + 1")
        assert after.positions[X] == (0.0, 0.0)
        assert after.frames == diagram.frames


class TestCarrying:
    def test_cards_frames_notes_and_points_together(self, diagram: Diagram) -> None:
        load = arranging.lifted(diagram, {X, F}, {1, 2})
        after = arranging.carried(diagram, load, 10.0, -5.0)
        assert after.positions == {X: (10.0, -5.0), F: (322.0, -5.0)}
        assert (after.frames[0].x, after.notes[0].y) == (-20.0, 295.0)
        assert after.routes[0].points == ((250.0, 115.0),)
        assert arranging.carried(after, load, 0.0, 0.0) == diagram

    def test_what_is_gone_meanwhile_stays_gone(self, diagram: Diagram) -> None:
        load = arranging.lifted(diagram, {X, F}, {1})
        less = annotating.remove(edits.delete(diagram, {X}), {1})
        assert arranging.carried(less, load, 7.0, 0.0).positions == {F: (319.0, 0.0)}

    def test_the_content_of_a_frame_lies_wholly_in_it(self, diagram: Diagram) -> None:
        rects = Scenery(diagram).rects
        assert content(diagram, rects, diagram.frames[0])[0] == {X, F}
        small = annotating.resize_frame(diagram, 1, (-30.0, -60.0), (300.0, 240.0))
        assert content(small, rects, small.frames[0])[0] == {X}

    def test_aligned_and_distributed(self) -> None:
        cards = {1: (0.0, 0.0, 100.0, 50.0), 2: (30.0, 80.0, 40.0, 50.0), 3: (200.0, 300.0, 100.0, 50.0)}
        assert arranging.aligned(cards, Edge.RIGHT) == {1: (200.0, 0.0), 2: (230.0, 0.0), 3: (0.0, 0.0)}
        assert arranging.aligned(cards, Edge.CENTRE) == {1: (100.0, 0.0), 2: (100.0, 0.0), 3: (-100.0, 0.0)}
        assert arranging.distributed(cards, Axis.ACROSS) == {1: (0.0, 0.0), 2: (100.0, 0.0), 3: (0.0, 0.0)}
        assert arranging.distributed(cards, Axis.DOWN) == {1: (0.0, 0.0), 2: (0.0, 70.0), 3: (0.0, 0.0)}

    def test_arranged_around_pins_without_overlap(self) -> None:
        free = Diagram.of(parse("q = x + y; p = q * z; f = sin(p) + q"))
        q = free.graph.by_name["q"]
        pinned = annotating.pin(edits.move(free, {q: (1000.0, 40.0)}), {q})
        after = arranging.arrange(pinned)
        assert after.positions[q] == (1000.0, 40.0)
        rects = list(Scenery(after).rects.values())
        assert not any(a.touches(b) for i, a in enumerate(rects) for b in rects[:i])
        assert arranging.arrange(after) == after


class TestShapes:
    def test_a_bent_wire_goes_smoothly_through_its_points(self, diagram: Diagram) -> None:
        scenery = Scenery(diagram)
        curve = scenery.curve(F, 1)
        assert curve is not None
        assert (240.0, 120.0) in curve.points
        assert (curve.start, curve.end) == (scenery.out_port(X), scenery.in_port(F, 1))
        before, at, after = curve.points[2:5]  # the handles of a smooth point lie on one line with it
        assert (at[0] - before[0]) * (after[1] - at[1]) == pytest.approx((at[1] - before[1]) * (after[0] - at[0]))

    def test_points_that_coincide_do_no_harm(self) -> None:
        curve = Curve.along((0.0, 0.0), [(5.0, 5.0), (5.0, 5.0), (0.0, 0.0)], (0.0, 0.0))
        assert curve.pieces == 4
        assert curve.nearest((0.0, 0.0))[0] == 0.0

    def test_the_distance_from_a_long_wire_is_that_from_the_wire(self) -> None:
        curve = Curve.between((0.0, 0.0), (1200.0, 300.0))
        for i in range(101):
            assert curve.nearest(curve.at(i / 100))[0] < 1.0

    def test_where_a_frame_can_be_taken(self, diagram: Diagram) -> None:
        frame, note = diagram.frames[0], diagram.notes[0]
        assert grip_at(diagram, (100.0, -45.0), 6.0) == (frame, Side(0))
        assert grip_at(diagram, (100.0, 100.0), 6.0) is None  # what is in it can be reached
        assert grip_at(diagram, (509.0, 178.0), 6.0) == (frame, Side.RIGHT | Side.BOTTOM)
        assert grip_at(diagram, (60.0, 310.0), 6.0) == (note, Side(0))
        assert grip_at(diagram, (199.0, 310.0), 6.0) == (note, Side.RIGHT)

    def test_sides_are_pulled_and_the_others_stay(self) -> None:
        rect = Rect(0.0, 0.0, 200.0, 100.0)
        assert resized(rect, Side.LEFT, 50.0, 9.0, (120.0, 72.0)) == Rect(50.0, 0.0, 150.0, 100.0)
        assert resized(rect, Side.LEFT | Side.TOP, 500.0, 500.0, (120.0, 72.0)) == Rect(80.0, 28.0, 120.0, 72.0)

    def test_a_frame_around_nothing(self) -> None:
        assert frame_around([]) is None


class TestFile:
    def test_everything_comes_back(self, diagram: Diagram) -> None:
        coloured = annotating.set_tint(diagram, {1}, Tint.ROSE)
        text = dumps(coloured)
        assert loads(text.encode()) == coloured
        assert f'"version": {VERSION}' in text
        assert dumps(loads(text.encode())) == text

    def test_an_older_file_has_none(self) -> None:
        old = b'{"format": "bpviz", "version": 2, "nodes": [{"id": 1, "op": "variable", "at": [0, 0], "name": "x"}]}'
        made = loads(old)
        assert (made.frames, made.notes, made.routes, made.pinned) == ((), (), (), frozenset())

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"frames": [{"id": 1, "box": [0, 0, 200, 100], "tint": "blue"}]}, "$.frames[0].tint"),
            ({"frames": [{"id": 1, "box": [0, 0, -1, 100]}]}, "$.frames[0].box[2]"),
            ({"frames": [{"id": 1, "box": [0, 0, 1e300, 100]}]}, "$.frames[0].box[2]"),
            ({"notes": [{"id": 1, "box": [0, 0, 9, 9], "text": "x" * 5001}]}, "$.notes[0].text"),
            ({"notes": [{"id": 1, "box": [0, 0, 9, 9], "text": ""}] * 2}, "two annotations have the id 1"),
            ({"routes": [{"source": 1, "target": 1, "slot": 0, "points": [[0, 0]]}]}, "no such wire - at $.routes[0]"),
            ({"routes": [{"source": 1, "target": 1, "slot": 0, "points": []}]}, "$.routes[0].points"),
        ],
    )
    def test_what_cannot_be_is_refused_with_its_place(self, fields: dict[str, Any], words: str) -> None:
        nodes = [{"id": 1, "op": "variable", "at": [0, 0], "name": "x"}]
        with pytest.raises(FileError) as refusal:
            loads(json.dumps({"format": "bpviz", "version": 4, "nodes": nodes, **fields}).encode())
        assert words in str(refusal.value)

    def test_pins_of_nobody_are_dropped(self) -> None:
        assert loads(b'{"format": "bpviz", "version": 4, "nodes": [], "pinned": [7]}').pinned == frozenset()


class TestHistory:
    def test_every_moment_keeps_what_was_selected_when_it_was_left(self) -> None:
        document = Document()
        document.leave("nothing")
        document.edit("Add", lambda d: edits.add(d, "variable", (0.0, 0.0)))
        assert document.selected is None
        document.leave("x")
        document.undo()
        assert document.selected == "nothing"
        document.redo()
        assert document.selected == "x"

    def test_another_document_has_another_key(self) -> None:
        document = Document()
        key = document.key
        document.edit("Add", lambda d: edits.add(d, "variable", (0.0, 0.0)))
        assert document.key == key
        document.replace(Diagram())
        assert document.key != key
        assert Document().key != document.key
