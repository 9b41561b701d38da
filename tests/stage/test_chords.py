"""Chords are as close to their curves as they are said to be, and no more of them than are needed."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.stage.chords import chords
from bpviz.stage.geometry import Curve, Point

TOLERANCE = 0.1


def routes(random: Random) -> list[Curve]:
    """Plain ones, ahead and back, and some that pass between cards."""

    def point() -> Point:
        return random.uniform(-900.0, 900.0), random.uniform(-900.0, 900.0)

    found = [Curve.between(point(), point()) for _ in range(6)]
    for _ in range(4):
        x, y = point()
        passage = x + 200.0, x + 500.0, y + random.uniform(-400.0, 400.0)
        found.append(Curve.through((x, y), [passage], (x + 700.0, y + random.uniform(-400.0, 400.0))))
    return found


def every(curves: list[Curve], tolerance: float) -> list[NDArray[np.float64]]:
    rows, until = chords(curves, tolerance)
    return np.split(rows, until[:-1])


def distance(point: Point, rows: NDArray[np.float64]) -> float:
    """From a point to the nearest of some lines."""
    begin, way = rows[:, :2], rows[:, 2:] - rows[:, :2]
    along = ((np.array(point) - begin) * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1e-12)
    nearest = begin + np.clip(along, 0.0, 1.0)[:, None] * way
    return float(np.hypot(*(np.array(point) - nearest).T).min())


@pytest.mark.parametrize("seed", range(8))
def test_no_point_of_a_curve_is_far_from_them(seed: int) -> None:
    curves = routes(Random(seed))
    for curve, rows in zip(curves, every(curves, TOLERANCE), strict=True):
        assert tuple(rows[0, :2]) == curve.start
        assert tuple(rows[-1, 2:]) == curve.end
        assert (rows[1:, :2] == rows[:-1, 2:]).all(), "end to end"
        assert max(distance(curve.at(step / 300), rows) for step in range(301)) < 1.5 * TOLERANCE


def test_they_are_few() -> None:
    """For an arc of a tolerance e and a radius r the chords are √(8er) long."""
    (rows,) = every([Curve.between((0.0, 0.0), (400.0, 300.0))], TOLERANCE)
    assert 8 <= len(rows) <= 40
    (closer,) = every([Curve.between((0.0, 0.0), (400.0, 300.0))], TOLERANCE / 4)
    assert len(closer) == pytest.approx(2 * len(rows), abs=2)


def test_they_are_dense_where_the_curve_bends() -> None:
    (rows,) = every([Curve.through((0.0, 0.0), [(100.0, 900.0, 200.0)], (1000.0, 0.0))], TOLERANCE)
    lengths = np.hypot(*(rows[:, 2:] - rows[:, :2]).T)
    assert lengths.max() > 700.0, "the level passage is one"
    assert np.median(lengths) < 30.0


@pytest.mark.parametrize("points", [((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)), ((5.0, 5.0),) * 4])
def test_without_a_bend_there_is_one(points: tuple[Point, ...]) -> None:
    (rows,) = every([Curve(points)], TOLERANCE)
    assert rows.tolist() == [[*points[0], *points[-1]]]


def test_of_no_curve_there_are_none() -> None:
    rows, until = chords([], TOLERANCE)
    assert rows.shape == (0, 4)
    assert not len(until)


def test_each_has_its_own_whatever_the_others_are() -> None:
    """To the last bit: a wire looks the same whenever it was worked out."""
    curves = routes(Random(99))
    for curve, rows in zip(curves, every(curves, TOLERANCE), strict=True):
        (alone,) = every([curve], TOLERANCE)
        assert np.array_equal(alone, rows)
