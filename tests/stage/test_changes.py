"""What is said to change between two moments is all that does, whatever is told."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpviz.document.diagram import Diagram
from bpviz.engine.telling import Telling, told
from bpviz.engine.trace import run
from bpviz.graph.graph import Graph, GraphError
from bpviz.graph.parse import parse
from bpviz.ops.numerals import Shown, Style
from bpviz.stage.changes import MOST_EVENTS, change
from bpviz.stage.stage import Stage
from bpviz.stage.timing import moment

from ..engine.mixed_graphs import mixed_graphs
from ..engine.random_graphs import graphs


def check(stage: Stage, random: Random, times: int = 30) -> int:
    """Compares all that is shown at pairs of near times; how many pairs were told apart piece by piece."""
    length, told_apart = len(stage.trace), 0
    for _ in range(times):
        at = random.uniform(0.0, length)
        times_ = [at if random.random() < 0.6 else round(at), at + random.choice((0.016, 0.3, 1.0, -0.5, 2.2))]
        one, other = (Stage(stage.diagram, stage.trace, time) for time in times_)
        found = change(stage.trace, one.now, other.now)
        if found is None:
            continue
        told_apart += 1
        for node in stage.graph.nodes:
            if node not in found.cards:
                assert one.card(node) == other.card(node)
                assert one.outline(node) == other.outline(node)
            if node not in found.pills:
                assert one.pills_by_slot(node) == other.pills_by_slot(node)
            for before, after in zip(one.wires(node), other.wires(node), strict=True):
                assert before == after or (node, before.slot) in found.wires
    return told_apart


@settings(max_examples=25)
@given(graphs(), st.sampled_from(Telling), st.sampled_from(Shown), st.integers(0, 99))
def test_all_else_stays(graph: Graph, telling: Telling, shown: Shown, seed: int) -> None:
    trace = run(graph)
    try:
        story = told(trace, telling, None)
    except GraphError:
        story = trace
    check(Stage(Diagram.of(graph), story.written(Style(shown=shown))), Random(seed))


@settings(max_examples=15)
@given(mixed_graphs(), st.integers(0, 99))
def test_of_arrays(graph: Graph, seed: int) -> None:
    check(Stage(Diagram.of(graph)), Random(seed), times=15)


def test_of_what_fails() -> None:
    check(Stage(Diagram.of(parse("a = ln(x); f = a + y * y; g = f + a", {"x": -1, "y": 2}))), Random(1), times=60)


def test_an_event_changes_little() -> None:
    stage = Stage(Diagram.of(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})))
    assert check(stage, Random(3), times=200) > 100
    found = change(stage.trace, moment(stage.trace, 8.2), moment(stage.trace, 8.22))
    assert found is not None
    names = stage.graph.by_name
    assert found.cards == {names["q"]}, "the one before lands there, and its glow fades"
    assert found.wires == {(names["f"], 0), (names["f"], 1)}
    assert found.pills == {names["f"], names["q"]}


@pytest.mark.parametrize("times", [(0.0, MOST_EVENTS + 1.0), (5.5, 6.1), (6.1, 5.0)])
def test_far_apart_and_where_the_sweep_begins_everything_may_change(times: tuple[float, float]) -> None:
    trace = run(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}))
    one, other = (moment(trace, time) for time in times)
    assert change(trace, one, other) is None
