"""Steps of every size end where a person would look, forward and back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpviz.engine.trace import Accumulated, Computed, Seeded, Sent, Trace, run
from bpviz.graph.graph import Graph
from bpviz.graph.parse import parse
from bpviz.stage.stepping import Stride, moment_of, next_stop, previous_stop
from bpviz.stage.timing import AT_PILL, MULTIPLIED

from ..engine.random_graphs import scalar_graphs


def example() -> Trace:
    return run(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}))


def stops(trace: Trace, stride: Stride) -> list[float]:
    found = [0.0]
    while found[-1] < len(trace):
        found.append(next_stop(trace, found[-1], stride))
    return found


@pytest.mark.parametrize(
    ("stride", "expected"),
    [
        (Stride.PASS, [0, 5, 14]),
        (Stride.NODE, [0, 1, 2, 3, 4, 5, 6, 10, 14]),
        (Stride.WIRE, [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14]),
        (Stride.EVENT, list(range(15))),
    ],
)
def test_strides(stride: Stride, expected: list[float]) -> None:
    assert stops(example(), stride) == expected


def test_beats_are_receive_multiply_and_add() -> None:
    found = stops(example(), Stride.BEAT)
    assert found[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert found[7:12] == pytest.approx([6 + AT_PILL, 6 + MULTIPLIED, 7, 8, 8 + AT_PILL])
    assert len(found) == 7 + 4 * 4


@given(scalar_graphs, st.sampled_from(Stride))
def test_the_way_back_has_the_same_stops(graph: Graph, stride: Stride) -> None:
    trace = run(graph)
    ahead = stops(trace, stride)
    back = [float(len(trace))]
    while back[-1] > 0:
        back.append(previous_stop(trace, back[-1], stride))
    assert back[::-1] == pytest.approx(ahead)
    assert all(b > a for a, b in pairwise(ahead))


@given(scalar_graphs)
def test_a_node_s_step_ends_when_it_has_sent_everything(graph: Graph) -> None:
    trace = run(graph)
    found = stops(trace, Stride.NODE)
    for begin, end in pairwise(found):
        events = trace[int(begin) : int(end)]
        sources = {event.source for event in events if isinstance(event, Sent)}
        if sources:
            assert len(sources) == 1
            (source,) = sources
            sends = [slot for slot in range(len(graph.nodes[source].inputs)) if trace.wire(source, slot) is not None]
            assert len(events) == 2 * len(sends)
            assert isinstance(events[-1], Accumulated)
        else:
            assert all(isinstance(event, Computed | Seeded) for event in events)
            assert len(events) == 1


@given(scalar_graphs, st.floats(0, 1), st.sampled_from(Stride))
def test_from_anywhere_a_step_moves_to_the_nearest_stop(graph: Graph, share: float, stride: Stride) -> None:
    trace = run(graph)
    time, all_stops = share * len(trace), stops(trace, stride)
    later = [stop for stop in all_stops if stop > time + 1e-6]
    assert next_stop(trace, time, stride) == pytest.approx(later[0] if later else len(trace))
    earlier = [stop for stop in all_stops if stop < time - 1e-6]
    assert previous_stop(trace, time, stride) == pytest.approx(earlier[-1] if earlier else 0.0)


def test_the_moments_of_a_node() -> None:
    trace = example()
    q, f, x = (trace.graph.find(name) for name in "qfx")
    assert (moment_of(trace, q, 0.0), moment_of(trace, q, 4.0), moment_of(trace, q, 8.0)) == (4.0, 8.0, 4.0)
    assert moment_of(trace, f, 5.0) == 6.0
    assert moment_of(trace, x, 1.0) == 12.0
    half = run(parse("a = x + _; x", {"x": 1}))
    assert moment_of(half, half.graph.find("a"), 0.0) is None
