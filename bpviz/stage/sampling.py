"""Points along many routes at once, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from .geometry import Curve

_FEW = 200  # routes; so many are worked out together, of however many pieces they are


def sampled(curves: Sequence[Curve], count: int) -> NDArray[np.float64]:
    """`Curve.at` for every route at `count` even parameters from 0 to 1: an array of routes × count × 2."""
    found = np.empty((len(curves), count, 2))
    ends = np.fromiter((len(curve.points) for curve in curves), dtype=np.intp, count=len(curves))
    flat = chain.from_iterable(chain.from_iterable(curve.points for curve in curves))
    every = np.fromiter(flat, dtype=np.float64, count=2 * int(ends.sum())).reshape(-1, 2)
    begins = np.cumsum(ends) - ends
    alike = ends if len(curves) > _FEW else np.full_like(ends, ends.max(initial=4))
    for number in np.unique(alike).tolist():
        places = np.flatnonzero(alike == number)
        there = np.minimum(np.arange(number), ends[places][:, None] - 1)  # the last point as often as one is missing
        points = every[begins[places][:, None] + there]
        found[places] = _along(points, np.linspace(0.0, 1.0, count), is_one_piece=ends[places] == 4)
    return found


def _along(points: NDArray[np.float64], t: NDArray[np.float64], is_one_piece: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The same for routes of equally many pieces, given by their points; those after the last one have no length."""
    steps = np.abs(np.diff(points[:, ::3], axis=1)).sum(axis=2)
    ends = np.cumsum(steps, axis=1)
    way = t * ends[:, -1:]
    piece = np.minimum((ends[:, None, :] < way[:, :, None]).sum(axis=2), steps.shape[1] - 1)
    step = np.take_along_axis(steps, piece, axis=1)
    begun = way - (np.take_along_axis(ends, piece, axis=1) - step)
    part = np.divide(begun, step, out=np.ones_like(begun), where=step > 0.0).clip(0.0, 1.0)
    part[is_one_piece] = t  # a loop may begin where it ends
    piece[is_one_piece] = 0
    u = 1.0 - part
    weights = np.stack([u * u * u, 3 * u * u * part, 3 * u * part * part, part * part * part])
    rows = np.arange(len(points))[:, None]
    corners = np.stack([points[rows, 3 * piece + corner] for corner in range(4)])
    along: NDArray[np.float64] = (weights[..., None] * corners).sum(axis=0)
    return along
