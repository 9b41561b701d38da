"""Moments by what has happened, in one run and in another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bpviz.document.bookmarks import Anchor, Happened
from bpviz.engine.telling import Telling, movable, told
from bpviz.engine.trace import run
from bpviz.graph.graph import Graph
from bpviz.graph.parse import parse
from bpviz.stage.anchors import anchor_at, time_of

from ..engine.random_graphs import scalar_graphs


@given(scalar_graphs, st.sampled_from(list(Telling)), st.data())
def test_there_and_back(graph: Graph, telling: Telling, data: st.DataObject) -> None:
    trace = run(graph)
    story = told(trace, telling if movable(trace) else Telling.BACKWARD)
    step = data.draw(st.integers(0, story.forward_length + story.backward_length))
    assert time_of(story, anchor_at(story, step)) == step


def test_it_stays_where_it_belongs_when_something_else_is_added() -> None:
    before = run(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}))
    step = before.sent_position(before.wire(before.graph.by_name["f"], 0) or 0) + 1
    anchor = anchor_at(before, step)
    assert anchor == Anchor(Happened.SENT, before.graph.by_name["f"], 0)
    graph = before.graph.with_output(before.graph.by_name["q"])
    assert time_of(run(graph), anchor) is None  # nothing is sent there any longer


def test_after_a_failure_it_is_the_last_event_that_is_about_the_graph() -> None:
    trace = run(parse("f = sqrt(x)", {"x": 0}))
    assert anchor_at(trace, len(trace)) == anchor_at(trace, len(trace) - 1)


def test_what_is_gone_has_no_time() -> None:
    trace = run(parse("f = x + 1", {"x": 1}))
    assert time_of(trace, Anchor(Happened.COMPUTED, 99)) is None
    assert time_of(trace, Anchor(Happened.SENT, 99)) is None
    assert time_of(trace, Anchor(Happened.SENT, trace.graph.by_name["f"], 7)) is None
    assert time_of(trace, Anchor()) == 0.0
