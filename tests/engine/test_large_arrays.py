"""Arrays of many numbers are stepped a few points at a time: memory does not grow with the number of steps."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from bpviz.engine.check import Verdict, check_node, least_cost
from bpviz.engine.differences import POINTS, cone_of, responses
from bpviz.engine.nudge import nudges
from bpviz.engine.paths import ledger
from bpviz.engine.response import cost, response
from bpviz.engine.trace import Trace, run
from bpviz.graph.parse import parse

SIDE = 500
ARRAY = 8 * SIDE * SIDE  # bytes


@pytest.fixture(scope="module")
def wide() -> Trace:
    """f = Σ relu(x · y), of a quarter of a million equal terms."""
    return run(parse(f"a = broadcast_to(x, shape=[{SIDE}, {SIDE}]); b = a * y; f = sum(relu(b))", {"x": 0.5, "y": 2.0}))


@contextmanager
def at_most(arrays: int) -> Iterator[None]:
    """Fails if more memory is taken than for so many arrays and a little."""
    tracemalloc.start()
    yield
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < arrays * ARRAY + 64_000_000


def test_a_check_of_many_numbers_takes_the_memory_of_a_few_steps(wide: Trace) -> None:
    x = wide.graph.find("x")
    assert least_cost(wide, x) == (4, POINTS * (3 * SIDE * SIDE + 2))
    with at_most(20):
        found = check_node(wide, x)
    assert found.verdict is Verdict.AGREES
    assert found.gradient == 2.0 * SIDE * SIDE
    assert found.difference == pytest.approx(found.gradient, rel=1e-12)
    assert found.central == pytest.approx(found.gradient, rel=1e-6)


def test_a_curve_of_many_numbers_takes_the_memory_of_a_few_points(wide: Trace) -> None:
    x = wide.graph.find("x")
    assert cost(wide, x) > 40_000_000
    with at_most(20):
        found = response(wide, x, 1.0)
    assert found is not None
    assert found.pieces[0][0] == (-1.0, -1.0 * SIDE * SIDE), "relu stops at 0"
    assert found.pieces[0][-1] == (1.0, 2.0 * SIDE * SIDE)


def test_a_break_in_any_part_of_the_steps_is_told_where_it_is() -> None:
    trace = run(parse(f"a = broadcast_to(x, shape=[{SIDE}, {SIDE}]); f = sum(ln(a))", {"x": 1.0}))
    steps = np.linspace(-2.0, 2.0, 41).tolist()
    found = nudges(trace, trace.graph.find("x"), steps)
    assert [nudge.actual is None for nudge in found] == [1.0 + h <= 0.0 for h in steps]


def test_the_corner_that_is_told_is_the_first_whatever_steps_are_taken_together() -> None:
    """Of the steps below a half, which do not move r, abs is the first corner; of all of them r is."""
    wide = f"a = broadcast_to(abs(sin(sin(sin(x - 1)))), shape=[{SIDE}, {SIDE}])"
    graph = parse(f"r = relu(max(x, 1.5) - 1.5); {wide}; f = r + sum(a)", {"x": 1.0})
    trace = run(graph)
    x, entries = graph.find("x"), np.zeros(1, dtype=np.intp)
    for steps in (np.linspace(-1.0, 1.0, 60), np.linspace(1.0, -1.0, 60)):
        _, (corner,) = responses(trace, x, cone_of(trace, x), entries, 1.0 + steps[:, None])
        assert corner is not None
        assert corner.node == graph.find("r")
    _, (corner,) = responses(trace, x, cone_of(trace, x), entries, 1.0 + steps[45:, None])
    assert corner is not None
    assert corner.node != graph.find("r")


def test_the_work_rests_at_every_node(wide: Trace) -> None:
    """So that it can be done while the window goes on."""
    rests = []
    check_node(wide, wide.graph.find("x"), rest=lambda: rests.append(0))
    assert len(rests) > 40


def test_of_paths_through_many_numbers_only_some_are_listed() -> None:
    """a has two paths to each sum, and what each of them brings back is as large as a."""
    sums = " + ".join(f"sum(a * {number} - a)" for number in range(2, 8))
    trace = run(parse(f"a = broadcast_to(x, shape=[1000, 1000]); f = {sums}", {"x": 0.5}))
    with at_most(120):
        found = ledger(trace, trace.graph.find("a"))
    assert found.count == 12
    assert len(found.paths) == 10
    assert "12 paths lead from a to f; the first found, not the largest, 10 are shown" in found.summary
