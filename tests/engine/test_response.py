"""The curve of the nudge lens: it goes through what happens, and is not joined where the output breaks or jumps."""

from __future__ import annotations

from math import inf
from typing import Any

import pytest

from bpviz.engine.response import POINTS, Response, response
from bpviz.engine.trace import run
from bpviz.graph.parse import parse


def of(text: str, name: str, reach: float, **values: Any) -> Response:
    trace = run(parse(text, values))
    found = response(trace, trace.graph.find(name), reach)
    assert found is not None
    return found


def ends(found: Response) -> list[tuple[float, float]]:
    """Where the pieces begin and end."""
    return [(piece[0][0], piece[-1][0]) for piece in found.pieces]


def test_a_smooth_curve_is_one_piece() -> None:
    found = of("x*x", "x", 2.0, x=3)
    (piece,) = found.pieces
    assert len(piece) == POINTS
    assert [change for _, change in piece] == pytest.approx([(3 + h) ** 2 - 9 for h, _ in piece])
    assert (0.0, 0.0) in piece
    assert found.slope == 6.0
    assert (found.lowest, found.highest) == (-12.0, 16.0)


def test_beyond_the_domain_there_is_nothing() -> None:
    ((begin, end),) = ends(of("ln(x)", "x", 2.0, x=1))
    assert begin == pytest.approx(-1.0, abs=2.0 / 48)
    assert begin > -1.0
    assert end == 2.0


def test_the_two_sides_of_a_pole_are_not_joined() -> None:
    found = of("1/x", "x", 2.0, x=1)
    left, right = found.pieces
    assert left[-1][0] < -1.0 < right[0][0]
    assert found.highest < 100, "and it does not flatten the rest of the curve"
    low, high = of("1/(x - 0.513)", "x", 1.0, x=0).pieces  # where no point of the curve hits the pole
    assert low[-1][0] < 0.513 < high[0][0]


def test_the_two_sides_of_a_jump_are_not_joined() -> None:
    (left, right) = ends(of("floor(x) + 0*x", "x", 0.4, x=0.81))
    assert left[0] == -0.4
    assert left[1] == pytest.approx(0.19, abs=1e-4)
    assert right[0] == pytest.approx(0.19, abs=1e-4)
    assert right[1] == 0.4


def test_a_steep_rise_is_joined() -> None:
    assert len(of("tanh(40*x)", "x", 1.0, x=0).pieces) == 1
    assert len(of("relu(x)", "x", 1.0, x=0).pieces) == 1
    assert len(of("sqrt(x)", "x", 1.0, x=1).pieces) == 1


def test_straight_lines_and_what_does_not_matter() -> None:
    found = of("3*x", "x", 1.0, x=2)
    assert (found.slope, found.lowest, found.highest) == (3.0, -3.0, 3.0)
    flat = of("f = 2*y + 0*x", "x", 1.0, x=2, y=1)
    assert (flat.slope, flat.lowest, flat.highest, len(flat.pieces)) == (0.0, 0.0, 0.0, 1)


def test_the_ends_of_what_a_float_can_hold() -> None:
    huge = of("x*x", "x", 1e300, x=1)
    assert huge.pieces == (((0.0, 0.0),),), "everything else overflows"
    steep = of("sqrt(x)", "x", 1.0, x=0)
    assert steep.slope == inf
    assert steep.pieces[0][0] == (0.0, 0.0)
    assert (steep.lowest, steep.highest) == (0.0, 1.0)
    tiny = of("1e-300*x", "x", 1.0, x=1)
    assert tiny.highest == pytest.approx(1e-300)


def test_an_array_moves_in_one_entry() -> None:
    trace = run(parse("sum(x*x)", {"x": [1, 2]}))
    found = response(trace, trace.graph.find("x"), 1.0, (1,))
    assert found is not None
    assert found.slope == 4.0
    assert found.pieces[0][-1] == (1.0, 5.0)


def test_without_a_gradient_there_is_no_curve() -> None:
    trace = run(parse("f = ln(x)", {"x": -1}))
    assert response(trace, trace.graph.find("x"), 1.0) is None
