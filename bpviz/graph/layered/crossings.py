"""How many pairs of wires cross: inversions, counted by an accumulator tree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]


def inversions(places: Ints) -> int:
    """How many pairs of a permutation stand in the wrong order: i < j with places[i] > places[j].

    The accumulator tree of Barth, Jünger and Mutzel, "Simple and efficient bilayer cross counting" (2002), a level at
    a time: of two places that differ first in some bit, the one with the bit set is the greater.  O(n log n).
    """
    total, size = 0, len(places)
    number = np.arange(size)
    rights = np.zeros(size + 1, np.intp)
    for bit in reversed(range(size.bit_length())):
        start = places >> (bit + 1) << (bit + 1)  # where the subtree that holds this place begins
        is_right = places >> bit & 1
        is_right.cumsum(out=rights[1:])
        earlier = rights[:-1] - rights[start]  # rights among the earlier ones of the subtree
        total += int(earlier.sum() - (is_right * earlier).sum())
        target = np.where(is_right, (places >> bit << bit) + earlier, number - earlier)
        moved = np.empty_like(places)
        moved[target] = places
        places = moved
    return total
