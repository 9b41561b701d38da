"""The history: undo, redo, merging, what is saved, and who is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.document.document import Document, Edit
from bpviz.graph.graph import GraphError
from bpviz.graph.parse import parse

from ..graph.test_rewiring import as_from_nothing
from .random_edits import edit_of


def setting(value: float) -> Edit:
    """Sets the first node's value."""
    return lambda diagram: edits.set_value(diagram, next(iter(diagram.graph.nodes)), value)


def value(document: Document) -> object:
    return next(iter(document.current.graph.nodes.values())).value


@pytest.fixture
def document() -> Document:
    return Document(Diagram.of(parse("f = sin(x)", {"x": 0})))


class TestHistory:
    def test_there_and_back(self, document: Document) -> None:
        first = document.current
        document.edit("One", setting(1))
        second = document.current
        document.edit("Two", setting(2))
        document.undo()
        assert document.current is second
        document.undo()
        assert document.current is first
        document.redo()
        assert document.current is second

    def test_at_the_ends_nothing_happens(self, document: Document) -> None:
        first = document.current
        document.undo()
        document.redo()
        assert document.current is first
        assert (document.undo_label, document.redo_label) == (None, None)

    def test_it_says_what_it_would_do(self, document: Document) -> None:
        document.edit("One", setting(1))
        document.edit("Two", setting(2))
        document.undo()
        assert (document.undo_label, document.redo_label) == ("One", "Two")

    def test_a_new_edit_ends_what_could_be_done_again(self, document: Document) -> None:
        document.edit("One", setting(1))
        document.undo()
        document.edit("Two", setting(2))
        assert document.redo_label is None
        document.redo()
        assert value(document) == 2

    def test_an_edit_that_changes_nothing_is_no_step(self, document: Document) -> None:
        document.edit("None", setting(0))
        assert document.undo_label is None

    def test_a_refused_edit_changes_nothing(self, document: Document) -> None:
        document.edit("One", setting(1))
        document.undo()
        first, told = document.current, []
        document.listen(lambda old, new: told.append(new))
        with pytest.raises(GraphError):
            document.edit("Bad", setting(float("nan")))
        assert document.current is first
        assert (document.undo_label, document.redo_label) == (None, "One")
        assert told == []

    def test_another_document_has_no_history(self, document: Document) -> None:
        document.edit("One", setting(1))
        other = Diagram()
        document.replace(other)
        assert document.current is other
        assert (document.undo_label, document.redo_label) == (None, None)
        assert not document.is_dirty


class TestMerging:
    def test_edits_with_one_key_are_one_step(self, document: Document) -> None:
        for number in range(1, 6):
            document.edit(f"Slide to {number}", setting(number), "drag")
        assert (value(document), document.undo_label) == (5, "Slide to 1")
        document.undo()
        assert value(document) == 0
        document.redo()
        assert value(document) == 5

    def test_another_key_is_another_step(self, document: Document) -> None:
        document.edit("One", setting(1), "first drag")
        document.edit("Two", setting(2), "second drag")
        document.undo()
        assert value(document) == 1

    def test_a_sealed_step_takes_no_more(self, document: Document) -> None:
        document.edit("One", setting(1), "drag")
        document.seal()
        document.edit("Two", setting(2), "drag")
        document.undo()
        assert value(document) == 1

    def test_no_step_is_joined_after_going_back(self, document: Document) -> None:
        document.edit("One", setting(1), "drag")
        document.edit("Other", setting(2))
        document.undo()
        document.edit("Three", setting(3), "drag")
        document.undo()
        assert value(document) == 1

    def test_no_step_is_joined_after_going_back_and_forth(self, document: Document) -> None:
        document.edit("One", setting(1), "drag")
        document.undo()
        document.redo()
        document.edit("Two", setting(2), "drag")
        document.undo()
        assert value(document) == 1

    def test_no_step_is_joined_after_saving(self, document: Document) -> None:
        document.edit("One", setting(1), "drag")
        document.mark_saved()
        document.edit("Two", setting(2), "drag")
        document.undo()
        assert (value(document), document.is_dirty) == (1, False)

    def test_what_is_abandoned_has_never_been(self, document: Document) -> None:
        document.edit("One", setting(1))
        before = document.current
        document.edit("Two", setting(2), "drag")
        document.edit("Three", setting(3), "drag")
        document.abandon("drag")
        assert document.current is before
        assert (document.undo_label, document.redo_label) == ("One", None)

    def test_only_what_has_just_been_done_can_be_abandoned(self, document: Document) -> None:
        document.edit("One", setting(1), "drag")
        document.seal()
        document.abandon("drag")
        assert value(document) == 1
        document.edit("Two", setting(2))
        document.abandon("drag")
        assert value(document) == 2


class TestSaved:
    def test_a_new_document_is_clean(self) -> None:
        assert not Document().is_dirty

    def test_changing_and_coming_back(self, document: Document) -> None:
        document.edit("One", setting(1))
        assert document.is_dirty
        document.undo()
        assert not document.is_dirty
        document.redo()
        document.mark_saved()
        assert not document.is_dirty
        document.undo()
        assert document.is_dirty, "the file has what was undone"


class TestListeners:
    def test_they_hear_of_every_change_with_before_and_after(self, document: Document) -> None:
        told: list[tuple[Diagram, Diagram]] = []
        first = document.current
        document.listen(lambda old, new: told.append((old, new)))
        second = document.edit("One", setting(1))
        document.undo()
        document.redo()
        document.replace(first)
        assert told == [(first, second), (second, first), (first, second), (second, first)]

    def test_they_see_the_new_diagram_in_place(self, document: Document) -> None:
        seen: list[bool] = []
        document.listen(lambda old, new: seen.append(document.current is new and document.undo_label == "One"))
        document.edit("One", setting(1))
        assert seen == [True]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_random_edits_undone_and_done_again(data: st.DataObject) -> None:
    document = Document()
    seen = [document.current]
    for _ in range(data.draw(st.integers(1, 15))):
        edit = data.draw(edit_of(document.current.graph))
        key = data.draw(st.sampled_from([None, None, "drag"]))
        before = document.current
        steps = document.undo_label
        try:
            document.edit("Something", edit, key)
        except GraphError:
            assert document.current is before
            assert document.undo_label == steps
            continue
        if document.current is not before:
            seen.append(document.current)
            as_from_nothing(document.current.graph)
            assert document.current.positions.keys() == document.current.graph.nodes.keys()
    last, history = document.current, [document.current]
    while document.undo_label is not None:
        document.undo()
        history.append(document.current)
    assert document.current is seen[0]
    assert {id(diagram) for diagram in history} <= {id(diagram) for diagram in seen}
    while document.redo_label is not None:
        history.pop()
        document.redo()
        assert document.current is history[-1]
    assert document.current is last
