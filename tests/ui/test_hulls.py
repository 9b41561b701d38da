"""Where a curve may be: it leaves none of the rectangles, whatever its course, and they are close to it."""

from __future__ import annotations

from random import Random

import pytest

from bpviz.stage.geometry import Curve, Point
from bpviz.ui.canvas.hulls import hulls


def curves(random: Random) -> list[Curve]:
    def point() -> Point:
        return random.uniform(-900.0, 900.0), random.uniform(-900.0, 900.0)

    start, end = point(), point()
    right = start[0] + random.uniform(400.0, 2000.0), end[1]
    passage = start[0] + 100.0, start[0] + 300.0, random.uniform(-500.0, 500.0)
    return [
        Curve.between(start, end),  # ahead, or as a loop back
        Curve.through(start, [passage], right),
        Curve.along(start, [point() for _ in range(random.randint(1, 4))], end),
    ]


@pytest.mark.parametrize("seed", range(40))
def test_a_curve_does_not_leave_them(seed: int) -> None:
    for curve in curves(Random(seed)):
        rows = hulls(curve).tolist()
        for step in range(401):
            x, y = curve.at(step / 400)
            assert any(
                left - 1e-9 <= x <= right + 1e-9 and top - 1e-9 <= y <= bottom + 1e-9
                for left, top, right, bottom in rows
            ), (curve, step)


def test_they_are_closer_than_one_around_all_of_it() -> None:
    curve = Curve.between((0.0, 0.0), (600.0, 900.0))
    covered = sum((right - left) * (bottom - top) for left, top, right, bottom in hulls(curve).tolist())
    assert covered < 0.45 * curve.bounds.width * curve.bounds.height
