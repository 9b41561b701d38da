"""Curves as chords that nobody can tell from them: straight lines are painted in a fraction of the time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from .geometry import Curve

_STEPS = 32  # in which the bend of a piece is added up
_T = np.linspace(0.0, 1.0, _STEPS + 1)[:, None]
_ALMOST_STRAIGHT = 1e-6  # so that every step adds something, also where there is no bend


def chords(curves: Sequence[Curve], tolerance: float) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """For every curve the rows (x1, y1, x2, y2) of chords, end to end, from its start to its end, those of all curves
    one after the other; and for every curve the number of rows until its last one, included.

    No chord is much farther than `tolerance` (in units of the scene) from its arc: a chord of length L is L²κ/8 from
    an arc of curvature κ, so that chords are dense as √κ along the curve, and no more than are needed.  What is found
    for a curve does not depend on the others, to the last bit.
    """
    if not curves:
        return np.empty((0, 4)), np.empty(0, dtype=np.intp)
    ends = [len(curve.points) for curve in curves]
    flat = chain.from_iterable(chain.from_iterable(curve.points for curve in curves))
    points = np.fromiter(flat, dtype=np.float64, count=2 * sum(ends)).reshape(-1, 2)
    begins = np.flatnonzero(_are_joints(ends))[:, None]
    xs, ys = _powers(points[:, 0][begins + np.arange(4)]), _powers(points[:, 1][begins + np.arange(4)])

    grown = _bend(xs, ys)
    counts = np.maximum(np.ceil(grown[:, -1] / np.sqrt(8.0 * tolerance)), 1.0).astype(np.intp)
    piece = np.repeat(np.arange(len(begins)), counts)
    number = np.arange(len(piece)) - np.repeat(np.cumsum(counts) - counts, counts)

    # Equal shares of the bend of a piece; in which step each is reached, and where in it
    share = grown[piece, -1] * number / counts[piece]
    step = (grown[piece, 1:-1] <= share[:, None]).sum(axis=1)
    below, above = grown[piece, step], grown[piece, step + 1]
    t = (step + (share - below) / (above - below)) / _STEPS
    x, y = (((c3[piece] * t + c2[piece]) * t + c1[piece]) * t + c0[piece] for c0, c1, c2, c3 in (xs, ys))

    pieces = (np.array(ends) - 1) // 3
    until = np.cumsum(np.add.reduceat(counts, np.cumsum(pieces) - pieces))
    last = points[np.cumsum(ends) - 1]
    to_x, to_y = np.append(x[1:], 0.0), np.append(y[1:], 0.0)
    to_x[until - 1], to_y[until - 1] = last.T
    return np.column_stack([x, y, to_x, to_y]), until


def _are_joints(ends: Sequence[int]) -> NDArray[np.bool_]:
    """Of the points of routes that have so many, those at which a piece begins."""
    number = np.arange(sum(ends)) - np.repeat(np.cumsum(ends) - ends, ends)
    found: NDArray[np.bool_] = (number % 3 == 0) & (number < np.repeat(ends, ends) - 1)
    return found


def _powers(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """A coordinate of four points as what stands before 1, t, t² and t³."""
    a, b, c, d = points.T
    return a, 3.0 * (b - a), 3.0 * (a - 2.0 * b + c), d - a + 3.0 * (b - c)


def _bend(xs: Sequence[NDArray[np.float64]], ys: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """√κ ds from the start of every piece until each of its steps: pieces × (steps + 1), from 0 on.

    It is √(|v × a| / |v|) dt; with v = p + 2qt + 3rt² and a = 2q + 6rt, v × a = 2 p×q + 6 (p×r) t + 6 (q×r) t².
    """
    (_, px, qx, rx), (_, py, qy, ry) = xs, ys
    pq, pr, qr = px * qy - py * qx, px * ry - py * rx, qx * ry - qy * rx
    turn = np.abs(2.0 * pq + (6.0 * pr + 6.0 * qr * _T) * _T)
    pace = np.hypot(px + (2.0 * qx + 3.0 * rx * _T) * _T, py + (2.0 * qy + 3.0 * ry * _T) * _T)
    density = np.sqrt(turn / np.maximum(pace, 1e-9)) + _ALMOST_STRAIGHT
    found = np.zeros((len(pq), _STEPS + 1))
    np.cumsum(((density[1:] + density[:-1]) / (2 * _STEPS)).T, axis=1, out=found[:, 1:])
    return found
