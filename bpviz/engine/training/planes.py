"""The loss over a plane of two parameters, the others held where they are."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from ..steps import Floats
from .descent import MOST_JUDGED
from .problem import Problem, evenly

_AT_ONCE = 8  # points of a map


def map_losses(
    problem: Problem, theta: Floats, entries: tuple[int, int], x: Floats, y: Floats, found: Floats
) -> Generator[None, None, None]:
    """Puts L into `found`, a row for each y with a column for each x: a few at a time, because a map of a network
    takes a while.

    `entries` are the two of θ that lie along x and y.
    """
    rows = evenly(problem.rows, MOST_JUDGED // 5)
    moved = theta.copy()
    for place, (j, i) in enumerate(np.ndindex(len(y), len(x)), 1):
        moved[entries[0]], moved[entries[1]] = x[i], y[j]
        found[j, i] = problem.loss(moved, rows)
        if not place % _AT_ONCE:
            yield
