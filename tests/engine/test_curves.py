"""Curves along an input: exact values and slopes, gaps where there are gaps, and equations as one would write them."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import sympy

import bpviz
from bpviz.engine.analysis.coordinates import Coordinate, entry_of, inputs_of
from bpviz.engine.analysis.curves import Curve, RangeError, checked_range, curves, tangent_text
from bpviz.engine.analysis.sections import Section, Target
from bpviz.engine.trace import Trace


@pytest.fixture(autouse=True)
def without_warnings() -> Iterator[None]:
    """Nothing that is undefined somewhere may warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def section_of(text: str, along: str = "x", entry: tuple[int, ...] = (), **values: Any) -> Section:
    graph = bpviz.parse(text, **values)
    assert graph.result is not None
    return Section(bpviz.run(graph), Coordinate(graph.find(along), entry), [Target(graph.result)])


def curve_of(text: str, low: float, high: float, x: float = 1.0) -> Curve:
    (found,) = curves(section_of(text, x=x), low, high)
    return found


def pieces(x: np.ndarray, y: np.ndarray) -> list[tuple[float, float]]:
    """From where to where the joined parts of a curve go."""
    there = np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(int)))
    return [(float(x[a]), float(x[b - 1])) for a, b in edges.reshape(-1, 2)]


@pytest.mark.parametrize(
    "text",
    ["3*x**2 - 4*x", "sin(2*x**2)", "x**2*exp(x)", "x**2/exp(x)", "exp(x**2)", "tanh(x)*x - 1/(1 + x**2)"],
)
def test_values_and_slopes_are_those_of_sympy(text: str) -> None:
    x = np.linspace(-2.0, 2.0, 41)
    symbol = sympy.Symbol("x")
    formula = sympy.sympify(text)
    exact = sympy.lambdify(symbol, [formula, sympy.diff(formula, symbol)], "numpy")(x)
    (y,), (slope,) = section_of(text, x=1.0).at(x)
    np.testing.assert_allclose(y, exact[0], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(slope, exact[1], rtol=1e-12, atol=1e-12)


def test_an_entry_of_an_array_moves_alone_also_through_operations_on_whole_arrays() -> None:
    weights, features = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -1.0])
    section = section_of("y = sum(tanh(W @ v)**2)", along="W", entry=(1, 0), W=weights, v=features)
    x = np.array([-1.0, 0.5, 3.0])
    (y,), (slope,) = section.at(x)
    for at, value, rise in zip(x, y, slope, strict=True):
        changed = weights.copy()
        changed[1, 0] = at
        inner = np.tanh(changed @ features)
        assert value == pytest.approx(np.sum(inner**2), rel=1e-13)
        assert rise == pytest.approx(2 * inner[1] * (1 - inner[1] ** 2) * features[0], rel=1e-12)


def test_the_slope_at_the_present_point_is_the_gradient_that_the_run_has() -> None:
    graph = bpviz.parse("f = (x*y + sin(x))*exp(-y*z) + x", x=0.7, y=-1.2, z=0.4)
    trace = bpviz.run(graph)
    for name in "xyz":
        section = Section(trace, Coordinate(graph.find(name)), [Target(graph.find("f"))])
        assert section.at(np.array([section.x]))[1][0][0] == pytest.approx(trace.gradient(name), rel=1e-14)


@pytest.mark.parametrize(
    ("text", "low", "high", "asymptotes", "count"),
    [
        ("1/x", -3.0, 3.0, [0.0], 2),
        ("1/x**2", -3.0, 3.0, [0.0], 2),
        ("tan(x)", -7.0, 7.0, [-1.5 * math.pi, -0.5 * math.pi, 0.5 * math.pi, 1.5 * math.pi], 5),
        ("1/(x**2 - 1)", -3.0, 3.0, [-1.0, 1.0], 3),
        ("ln(x)", -1.0, 5.0, [0.0], 1),
        ("sqrt(x)", -1.0, 4.0, [], 1),
        ("floor(x)", -1.5, 2.5, [], 5),
        ("sign(x)", -2.0, 2.0, [], 3),
        ("exp(x)", -1000.0, 1000.0, [], 1),
        ("sigmoid(200*x)", -3.0, 3.0, [], 1),
        ("sin(40*x)", -3.0, 3.0, [], 1),
        ("x**3", -1e12, 1e12, [], 1),
        ("abs(x)", -2.0, 2.0, [], 1),
    ],
)
def test_gaps_are_where_the_function_breaks_and_nowhere_else(
    text: str, low: float, high: float, asymptotes: list[float], count: int
) -> None:
    found = curve_of(text, low, high)
    assert len(pieces(found.x, found.y)) == count
    assert list(found.asymptotes) == pytest.approx(asymptotes, abs=1e-4)


def test_no_stretch_is_joined_over_a_pole() -> None:
    found = curve_of("tan(x)", -7.0, 7.0)
    parts = pieces(found.x, found.y)
    for (_, left), (right, _) in pairwise(parts):
        pole = (round(left / math.pi - 0.5) + 0.5) * math.pi
        assert left < pole < right
        assert right - left < 1e-4


def test_the_end_of_a_domain_is_found_between_the_first_samples() -> None:
    ((begin, end),) = pieces((found := curve_of("sqrt(x - 0.123)", -1.0, 4.0)).x, found.y)
    assert begin == pytest.approx(0.123, abs=1e-4)
    assert end == 4.0


def test_the_derivative_of_a_corner_has_a_gap_and_the_curve_has_none() -> None:
    found = curve_of("abs(x)", -2.0, 2.0)
    (left, right) = pieces(found.x, found.slope)[:: len(pieces(found.x, found.slope)) - 1]
    assert left[1] == pytest.approx(0.0, abs=1e-4)
    assert right[0] == pytest.approx(0.0, abs=1e-4)
    assert set(found.slope[np.isfinite(found.slope)]) <= {-1.0, 0.0, 1.0}


def test_what_breaks_on_the_way_breaks_the_output_though_it_would_come_out_finite() -> None:
    (y,), _ = section_of("exp(-1/x)", x=1.0).at(np.array([-0.5, 0.0, 0.5]))
    assert np.isnan(y[1])
    assert y[2] == pytest.approx(math.exp(-2.0))


def test_an_output_that_does_not_depend_on_the_input_is_level() -> None:
    graph = bpviz.parse("a = x + 1; f = y**2", x=1.0, y=3.0)
    section = Section(bpviz.run(graph), Coordinate(graph.find("x")), [Target(graph.find("f")), Target(graph.find("a"))])
    assert [section.depends(0), section.depends(1)] == [False, True]
    (level, rising), (none, one) = section.at(np.array([0.0, 5.0]))
    assert level.tolist() == [9.0, 9.0]
    assert none.tolist() == [0.0, 0.0]
    assert rising.tolist() == [1.0, 6.0]
    assert one.tolist() == [1.0, 1.0]


def test_a_section_is_kept_while_only_its_own_coordinate_moves() -> None:
    graph = bpviz.parse("f = x*y", x=1.0, y=2.0)
    plan = bpviz.compile(graph)

    def at(**values: float) -> Trace:
        moved = graph.with_values({graph.find(name): value for name, value in values.items()})
        return Trace(plan.run_with(moved), moved)

    section = Section(at(x=1.0), Coordinate(graph.find("x")), [Target(graph.find("f"))])
    assert section.is_like(at(x=5.0))
    assert not section.is_like(at(x=1.0, y=3.0))


@pytest.mark.parametrize(
    ("x", "y", "slope", "told"),
    [
        (1.0, -1.0, 2.0, "u = 2x − 3"),
        (0.0, 0.0, -4.0, "u = −4x"),
        (2.0, 2.0, 1.0, "u = x"),
        (1.0, 3.0, -1.0, "u = −x + 4"),
        (1.0, -3.0, 0.0, "u = −3"),
        (0.0, 0.0, 0.0, "u = 0"),
        (0.5, 0.25, 1.0, "u = x − 0.25"),
        (2.0, 0.0, math.inf, "x = 2"),
        (2.0, math.nan, 1.0, ""),
        (2.0, 1.0, math.nan, ""),
        (1.0, 1e10, 3e10, "u = 3·10¹⁰ · x − 2·10¹⁰"),
        (0.1, 0.3, 3.0, "u = 3x"),
    ],
)
def test_the_equation_of_a_tangent_is_written_as_one_would(x: float, y: float, slope: float, told: str) -> None:
    assert tangent_text("u", "x", x, y, slope) == told


def test_the_tangent_of_the_first_text() -> None:
    section = section_of("3x² − 4x", x=1.0)
    (y,), (slope,) = section.at(np.array([1.0]))
    assert tangent_text("u", "x", 1.0, float(y[0]), float(slope[0])) == "u = 2x − 3"


def test_ranges_are_put_right_or_refused_in_words() -> None:
    assert checked_range(4.0, -2.0) == (-2.0, 4.0)
    for low, high, word in [
        (1.0, 1.0, "empty"),
        (-1e300, 1e300, "wide"),
        (math.nan, 1.0, "finite"),
        (0, 1e-13, "narrow"),
    ]:
        with pytest.raises(RangeError, match=word):
            checked_range(low, high)


def test_entries_are_read_as_they_are_written() -> None:
    assert entry_of("0, 2", (2, 3)) == entry_of("[0, −1]", (2, 3)) == (0, 2)
    for text, word in [("2, 0", "no such entry"), ("1", "2 numbers"), ("a, b", "whole numbers")]:
        with pytest.raises(ValueError, match=word):
            entry_of(text, (2, 3))


def test_constants_move_only_where_nothing_else_can() -> None:
    graph = bpviz.parse("x + 2", x=1.0)
    assert [graph.label(node) for node in inputs_of(graph)] == ["x"]
    lone = bpviz.parse("c = constant(3); d = c * c")
    assert [lone.label(node) for node in inputs_of(lone)] == ["c"]


@pytest.mark.parametrize(
    ("text", "poles", "rough"),
    [
        ("abs(x)", (), (0.0,)),
        ("relu(x - 1) + abs(x)", (), (0.0, 1.0)),
        ("step(x)", (), (0.0,)),
        ("1/x", (0.0,), (0.0,)),
        ("ln(x)", (0.0,), ()),  # to the left of it there is no function at all
        ("max(x, -x/2)", (), (0.0,)),
        ("sin(20*x)", (), ()),
        ("sqrt(x)", (), ()),
    ],
)
def test_where_it_has_no_derivative(text: str, poles: tuple[float, ...], rough: tuple[float, ...]) -> None:
    found = curve_of(text, -3.0, 3.0, 0.3)
    assert found.asymptotes == poles
    assert found.rough == rough
