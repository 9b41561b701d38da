"""The loss over a plane of two parameters, the others held where they are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..steps import Floats
from .descent import MOST_JUDGED
from .problem import Problem, Rows


def loss_rows(problem: Problem, theta: Floats, entries: tuple[int, int], x: Floats, y: Floats) -> Iterator[Floats]:
    """L for each y, along all x: one row at a time, because a map of a network takes a while.

    `entries` are the two of θ that lie along x and y.
    """
    rows = _judged(problem.rows)
    moved = theta.copy()
    for height in y:
        found = np.empty(len(x))
        moved[entries[1]] = height
        for i, across in enumerate(x):
            moved[entries[0]] = across
            found[i] = problem.loss(moved, rows)
        yield found


def _judged(rows: Rows) -> Rows:
    """Samples enough for a map."""
    most = MOST_JUDGED // 5
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)]
