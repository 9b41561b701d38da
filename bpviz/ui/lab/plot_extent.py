"""Which heights a plot shows, so that there is something to be seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_AIR = 0.08  # of the height, above and below what is shown
_POLE = 6.0  # times what the middle of a curve spans: what goes beyond has a pole, and is not all shown


def extent(curves: list[tuple[Floats, Floats]], also: tuple[float, ...] = ()) -> tuple[float, float]:
    """From where to where a view of these curves should go, with air; of what has a pole, the usual part."""
    finite = [(x[there], y[there]) for x, y in curves if (there := np.isfinite(y)).any()]
    extra = [value for value in also if np.isfinite(value)]
    found = [*(float(end) for _, y in finite for end in (y.min(), y.max())), *extra]
    if not found:
        return -1.0, 1.0
    low, high = min(found), max(found)
    usual = [end for x, y in finite for end in _usual(x, y)]
    if usual and high / 2 - low / 2 > _POLE * (max(usual) / 2 - min(usual) / 2) > 0:
        low, high = min(usual), max(usual)
        half = (high - low) / 2
        low, high = low - half / 2, high + half / 2
        kept = [value for value in extra if abs(value - (low + high) / 2) <= _POLE * half]
        low, high = min([low, *kept]), max([high, *kept])
    low, high = max(low, -1e150), min(high, 1e150)
    size = max(abs(low), abs(high))
    if high - low <= 1e-9 * size or high == low:  # level: as much above as below
        half = abs(low) / 2 if low else 1.0
        return low - half, high + half
    air = _AIR * (high - low)
    return low - air, high + air


def _usual(x: Floats, y: Floats) -> tuple[float, float]:
    """Between which heights most of a curve lies; it may have been sampled more densely at its poles."""
    even = y[np.minimum(np.searchsorted(x, np.linspace(x[0], x[-1], 200)), len(x) - 1)]
    low, high = np.percentile(even, (8.0, 92.0))
    return float(low), float(high)
