"""Places in a flat buffer as numpy reads them fastest, worked out for many runs of them at once."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Places: TypeAlias = NDArray[np.intp]
# Places in a flat buffer: one of them, evenly spaced ones, or any.
Index: TypeAlias = "int | slice | NDArray[np.intp]"


def indices(places: NDArray[Any], begins: Places) -> list[Index]:
    """For each run of places, the k-th from `begins[k]` up to `begins[k + 1]` and none of them empty: a number if it is
    one, a slice if they are evenly spaced, else as they are."""
    if not len(places):
        return []
    places = places.astype(np.intp)  # of which numpy makes an index without converting it at every use
    firsts, ends = begins[:-1], begins[1:]
    steps = np.append(np.diff(places), 0)  # from each place to the next
    turns = np.concatenate([[0], np.cumsum(np.diff(steps) != 0)])  # how often the step has changed before a place
    is_one = ends - firsts == 1
    is_even = ~is_one & (turns[np.maximum(ends - 2, firsts)] == turns[firsts]) & (steps[firsts] != 0)
    found: list[Index] = []
    for begin, end, first, last, step, one, even in zip(
        firsts.tolist(),
        ends.tolist(),
        places[firsts].tolist(),
        places[ends - 1].tolist(),
        steps[firsts].tolist(),
        is_one.tolist(),
        is_even.tolist(),
        strict=True,
    ):
        if one:
            found.append(first)
        elif even:
            beyond = last + (1 if step > 0 else -1)
            found.append(slice(first, beyond if beyond >= 0 else None, step))
        else:
            found.append(places[begin:end])
    return found


def spread(begins: NDArray[Any], counts: Places) -> Places:
    """The numbers from each beginning on, so many of each, one run after the other."""
    ends = np.cumsum(counts)
    found: Places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - (ends - counts), counts)
    return found
