"""Where a curve may be: rectangles that it does not leave."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...stage.geometry import Curve, Rect

_ENDS = 0.25, 0.5, 0.75, 1.0  # of the quarters of a piece
_QUARTERS = [((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3) for t in _ENDS]  # Bernstein polynomials


@lru_cache(maxsize=20_000)
def hulls(curve: Curve) -> NDArray[np.float64]:
    """Closer than the one around all of it: rows of (left, top, right, bottom).

    Where a piece neither turns back nor up again, it stays between any two of its points.
    """
    found = []
    for i in range(0, len(curve.points) - 1, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = curve.points[i : i + 4]
        if (ax <= bx <= cx <= dx or ax >= bx >= cx >= dx) and (ay <= by <= cy <= dy or ay >= by >= cy >= dy):
            x, y = ax, ay
            for a, b, c, d in _QUARTERS:
                end, below = a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy
                found.append((min(x, end), min(y, below), max(x, end), max(y, below)))
                x, y = end, below
        else:
            found.append((min(ax, bx, cx, dx), min(ay, by, cy, dy), max(ax, bx, cx, dx), max(ay, by, cy, dy)))
    return np.array(found)


def hull_rects(curve: Curve) -> list[Rect]:
    """The same as rectangles."""
    return [Rect(left, top, right - left, bottom - top) for left, top, right, bottom in hulls(curve).tolist()]
