"""Landscapes over two inputs against formulas, level lines against circles, gradients against backpropagation."""

from __future__ import annotations

from math import pi, radians, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from bpviz.engine.analysis.coordinates import Coordinate
from bpviz.engine.analysis.fields import Arrow, Plane, level_line, levels
from bpviz.engine.analysis.sections import Target
from bpviz.engine.trace import run
from bpviz.graph.graph import Graph
from bpviz.graph.parse import parse

from .random_graphs import scalar_graphs

X, Y = np.linspace(-2.0, 2.0, 41), np.linspace(-1.0, 3.0, 33)


def plane(text: str, first: str = "x", second: str = "y", **values: Any) -> Plane:
    graph = parse(text, values)
    assert graph.result is not None
    ends = Coordinate(graph.find(first)), Coordinate(graph.find(second))
    return Plane(run(graph), *ends, Target(graph.result))


def test_heights_are_those_of_the_formula() -> None:
    found = plane("f = (1 - x)**2 + 100*(y - x**2)**2", x=-1.0, y=1.5)
    x, y = np.meshgrid(X, Y)
    np.testing.assert_allclose(found.values(X, Y), (1 - x) ** 2 + 100 * (y - x**2) ** 2, rtol=1e-14)
    assert found.place == (-1.0, 1.5)


def test_what_is_held_keeps_its_value() -> None:
    found = plane("f = x*y + c", x=1.0, y=1.0, c=7.0)
    assert found.values(np.array([2.0]), np.array([3.0])).tolist() == [[13.0]]


def test_two_entries_of_one_array() -> None:
    graph = parse("f = sum(w**2) + w[0]*w[1]", {"w": np.array([1.0, 2.0, 5.0])})
    w = graph.find("w")
    assert graph.result is not None
    found = Plane(run(graph), Coordinate(w, (0,)), Coordinate(w, (1,)), Target(graph.result))
    values, gradients = found.gradients([(1.0, 2.0), (3.0, 4.0)])
    assert values.tolist() == [32.0, 62.0]
    assert gradients.tolist() == [[4.0, 5.0], [10.0, 11.0]]


def test_no_height_where_there_is_none() -> None:
    found = plane("f = ln(x) / y", x=1.0, y=1.0).values(np.array([-1.0, 0.0, 1.0]), np.array([0.0, 1.0]))
    assert np.isnan(found).tolist() == [[True, True, True], [True, True, False]]


def test_an_output_that_depends_on_one_of_them() -> None:
    values, gradients = plane("g = y + 0*x; f = x**2", x=3.0, y=1.0).gradients([(3.0, 1.0)])
    assert (values.tolist(), gradients.tolist()) == ([9.0], [[6.0, 0.0]])


@given(scalar_graphs)
def test_gradients_are_those_of_backpropagation(graph: Graph) -> None:
    trace = run(graph)
    inputs = [node.id for node in graph.leaves() if not node.is_constant][:2]
    if len(inputs) < 2 or trace.output is None:
        return
    found = Plane(trace, Coordinate(inputs[0]), Coordinate(inputs[1]), Target(trace.output))
    expected = [trace.gradient(node) for node in inputs]
    values, gradients = found.gradients([found.place])
    assert values[0] == pytest.approx(trace.value(trace.output), rel=1e-12)
    assert gradients[0].tolist() == pytest.approx([0.0 if g is None else g for g in expected], rel=1e-9, abs=1e-12)


def test_directions() -> None:
    arrow = Arrow(3.0, 4.0)
    assert arrow.length == 5.0
    assert arrow.along(arrow.angle) == pytest.approx(5.0)
    assert arrow.along(arrow.angle + pi / 2) == pytest.approx(0.0, abs=1e-15)
    assert arrow.along(radians(45)) == pytest.approx(7 / sqrt(2))
    assert not Arrow(float("nan"), 1.0).is_there


class TestLevelLines:
    def test_a_circle(self) -> None:
        x, y = np.meshgrid(X, Y)
        pieces = level_line(X, Y, x**2 + y**2, 0.81)
        radii = np.hypot(pieces[:, 0::2], pieces[:, 1::2])
        np.testing.assert_allclose(radii, 0.9, atol=4e-3)
        assert np.hypot(pieces[:, 0] - pieces[:, 2], pieces[:, 1] - pieces[:, 3]).sum() == pytest.approx(
            1.8 * pi, rel=5e-3
        )

    def test_every_end_meets_another(self) -> None:
        """A level line that stays inside is closed: every end belongs to two pieces."""
        x, y = np.meshgrid(np.linspace(-2, 2, 29), np.linspace(-2, 2, 31))
        values = np.sin(2 * x) * np.sin(3 * y) + 0.1 * x  # with saddles
        inside = np.where(np.maximum(abs(x), abs(y)) > 1.9, -5.0, values)
        pieces = level_line(np.linspace(-2, 2, 29), np.linspace(-2, 2, 31), inside, 0.0)
        ends, counts = np.unique(pieces.reshape(-1, 2).round(12), axis=0, return_counts=True)
        assert len(ends) > 50
        assert set(counts.tolist()) == {2}

    def test_none_beside_holes(self) -> None:
        values = np.array([[0.0, np.nan, 0.0], [2.0, 2.0, 2.0]])
        assert len(level_line(np.arange(3.0), np.arange(2.0), values, 1.0)) == 0

    def test_a_plain_slope(self) -> None:
        (piece,) = level_line(np.arange(2.0), np.arange(2.0), np.array([[0.0, 1.0], [0.0, 1.0]]), 0.25)
        assert sorted([piece[:2].tolist(), piece[2:].tolist()]) == [[0.25, 0.0], [0.25, 1.0]]


def test_heights_of_level_lines() -> None:
    x, y = np.meshgrid(X, Y)
    assert levels(x + y) == [-2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0]
    steep = levels((1 - x) ** 2 + 100 * (y - x**2) ** 2)
    assert steep[0] < 30 < 900 < steep[-1]  # some in the valley, some on the walls
    assert levels(np.full((3, 3), 2.0)) == []
    assert levels(np.full((3, 3), np.nan)) == []
