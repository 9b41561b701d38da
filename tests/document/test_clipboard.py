"""What is copied computes the same wherever it is pasted, and what cannot be pasted is refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpviz.document import annotating, clipboard, edits
from bpviz.document.clipboard import MOST_TEXT, Snippet
from bpviz.document.diagram import Diagram
from bpviz.document.edits import EditError
from bpviz.document.file import dumps
from bpviz.engine.trace import run
from bpviz.graph.graph import NodeId
from bpviz.graph.layout import Direction
from bpviz.graph.parse import parse

from .random_edits import diagrams

HERE = "this document"


@pytest.fixture
def diagram() -> Diagram:
    return Diagram.of(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}))


def ids(diagram: Diagram, *names: str) -> set[NodeId]:
    return {diagram.graph.by_name[name] for name in names}


def copied(diagram: Diagram, *names: str) -> Snippet:
    trace = run(diagram.graph)
    return clipboard.snippet(diagram, ids(diagram, *names), origin=HERE, value_of=trace.value)


class TestPasting:
    def test_names_that_are_taken_give_way(self, diagram: Diagram) -> None:
        twice = clipboard.paste(diagram, copied(diagram, "x", "y", "z", "q", "f"), (0.0, 500.0))
        thrice = clipboard.paste(twice, copied(diagram, "x"), (0.0, 900.0))
        assert set(thrice.graph.by_name) == {"x", "y", "z", "q", "f", "x2", "y2", "z2", "q2", "f2", "x3"}
        trace = run(thrice.graph, "f2")
        assert (trace.value("f2"), trace.gradient("x2"), trace.gradient("x")) == (-12.0, -4.0, 0.0)

    def test_the_output_stays_the_output(self, diagram: Diagram) -> None:
        copy = clipboard.paste(diagram, copied(diagram, "x", "y", "z", "q", "f"), (0.0, 500.0))
        assert copy.graph.result == diagram.graph.result

    def test_in_the_same_document_wires_from_outside_come_from_where_they_came(self, diagram: Diagram) -> None:
        after = clipboard.paste(diagram, copied(diagram, "f"), (0.0, 300.0), origin=HERE)
        assert len(after.graph) == 6
        graph = after.graph
        assert graph[graph.by_name["f2"]].inputs == (graph.by_name["q"], graph.by_name["z"])

    def test_elsewhere_they_come_from_inputs_of_the_same_name_and_value(self, diagram: Diagram) -> None:
        after = clipboard.paste(Diagram(), copied(diagram, "f"), (0.0, 0.0), origin="another")
        assert {node.name: node.value for node in after.graph.leaves()} == {"q": 3.0, "z": -4.0}
        assert run(after.graph).value("f") == -12.0

    def test_a_source_that_was_renamed_since_is_not_the_same(self, diagram: Diagram) -> None:
        held = copied(diagram, "f")
        renamed = edits.rename(diagram, diagram.graph.by_name["q"], "sum_")
        after = clipboard.paste(renamed, held, (0.0, 300.0), origin=HERE)
        assert after.graph[after.graph.by_name["f2"]].inputs == (
            after.graph.by_name["q"], after.graph.by_name["z"],
        )  # fmt: skip

    def test_a_copy_never_lies_upon_the_original(self, diagram: Diagram) -> None:
        held = copied(diagram, "x")
        once = clipboard.paste(diagram, held, (0.0, 0.0))
        twice = clipboard.paste(once, held, (0.0, 0.0))
        assert len(set(twice.positions.values())) == 7

    def test_frames_notes_points_and_pins_come_along(self, diagram: Diagram) -> None:
        f, z = (diagram.graph.by_name[name] for name in ("f", "z"))
        diagram = annotating.pin(annotating.add_bend(diagram, f, 1, 0, (300.0, 300.0)), {z})
        diagram = annotating.add_frame(diagram, "a frame", (0.0, 0.0), (400.0, 300.0))
        diagram = annotating.add_note(diagram, "a note", (0.0, -100.0), (200.0, 40.0))
        held = clipboard.snippet(diagram, {f, z}, {1, 2}, origin=HERE)
        after = clipboard.paste(diagram, clipboard.unpacked(clipboard.packed(held)), (10.0, 20.0), origin=HERE)
        names = after.graph.by_name
        assert annotating.points_of(after, names["f2"], 1) == ((310.0, 320.0),)
        assert after.pinned == {z, names["z2"]}
        assert [(held.id, held.title, held.x) for held in after.frames] == [(1, "a frame", 0.0), (3, "a frame", 10.0)]
        assert [(held.id, held.text, held.y) for held in after.notes] == [(2, "a note", -100.0), (4, "a note", -80.0)]

    @settings(max_examples=60, deadline=None)
    @given(diagrams(), st.data())
    def test_whatever_is_copied_can_be_pasted_anywhere(self, diagram: Diagram, data: st.DataObject) -> None:
        chosen = data.draw(st.sets(st.sampled_from(sorted(diagram.graph.nodes)))) if diagram.graph.nodes else set()
        held = clipboard.snippet(diagram, chosen, origin=HERE)
        assert clipboard.unpacked(clipboard.packed(held)) == held
        again = clipboard.paste(diagram, held, (40.0, 40.0), origin=HERE)
        assert len(again.graph) == len(diagram.graph) + len(chosen)
        assert again.graph.result == (diagram.graph.result if diagram.graph.nodes else again.graph.result)
        new = clipboard.paste(Diagram(), held, (0.0, 0.0))
        assert len(new.graph) == len(chosen) + len(held.outside)


class TestText:
    def test_what_is_copied_is_an_expression_for_others(self, diagram: Diagram) -> None:
        text = clipboard.as_text(copied(diagram, "q", "f"))
        assert run(parse(text)).value("f") == -12.0

    def test_an_expression_makes_a_graph(self) -> None:
        after = clipboard.paste(Diagram(), clipboard.from_text("f = 2x² + 1"), (0.0, 0.0))
        assert run(after.graph).value("f") == 3.0  # an input that nobody gave a value starts at 1

    def test_an_expression_is_laid_out_in_the_direction_of_the_document(self) -> None:
        held = clipboard.from_text("f = x * y", Direction.DOWN).diagram
        at = {held.graph.label(id_): place for id_, place in held.positions.items()}
        assert at["x"][1] == at["y"][1] < at["f"][1]
        assert at["x"][0] < at["y"][0]

    def test_what_stands_in_for_the_outside_stands_above_where_wires_run_down(self) -> None:
        graph = parse("a = x * y; b = a * z; f = tanh(b)", {"x": 1, "y": 2, "z": 3})
        held = clipboard.snippet(Diagram.of(graph, Direction.DOWN), {graph.find("b"), graph.find("f")})
        places = held.diagram.positions
        (high, low) = sorted({places[id_][1] for id_ in held.outside} | {places[graph.find("b")][1]})
        assert {places[id_][1] for id_ in held.outside} == {high}
        assert high < low

    def test_a_document_too(self, diagram: Diagram) -> None:
        assert clipboard.from_text(dumps(diagram)).diagram == diagram

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "nothing on the clipboard"),
            ("  \n ", "nothing on the clipboard"),
            ("Dear Sir or Madam,", "is not an expression: column"),
            ("\x00\x01\udce4", "is not an expression"),
            ("x" * (MOST_TEXT + 1), "too long for an expression (500,001 characters"),
            ('{"format": "bpviz", "version": 99}', "written by a newer bpviz (format 99"),
            ('{"format": "bpviz", "version": 1, "nodes": [', "cannot be read: it is damaged"),
        ],
    )
    def test_what_is_no_graph_is_refused(self, text: str, words: str) -> None:
        with pytest.raises(EditError) as refusal:
            clipboard.from_text(text)
        assert words in str(refusal.value)

    @pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[]", b'{"document": "{}", "outside": [], "origin": ""}'])
    def test_what_another_program_put_there_under_our_name_is_refused(self, data: bytes) -> None:
        with pytest.raises(EditError):
            clipboard.unpacked(data)
