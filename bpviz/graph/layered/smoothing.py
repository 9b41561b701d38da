"""An order of all columns at once: where threads pulled taut between the vertices would come to rest.

Sweeps by barycentres (Sugiyama, Tagawa and Toda, 1981) see one column at a time and tear at the far end what they mend
at the near one.  Here every vertex moves towards the middle of its neighbours on both sides at the same time, each
column is stretched again to its old width, and momentum (the heavy ball of Polyak, 1964) carries long waves quickly.
"""

from __future__ import annotations

import numpy as np

from .crossings import Floats, Ints
from .grid import Grid

STIFFNESS = 0.5


def smoothed(grid: Grid, place: Ints, momentum: float, steps: int) -> Ints:
    """The places after some steps from an order of the columns."""
    before = np.bincount(grid.right, minlength=len(grid))
    after = np.bincount(grid.left, minlength=len(grid))
    sides = np.maximum((before > 0).astype(float) + (after > 0), 1.0)
    pulls = np.concatenate([grid.left, grid.right]), np.concatenate([grid.right, grid.left])
    share = 1.0 / np.concatenate([(before * sides)[grid.right], (after * sides)[grid.left]])
    order = np.argsort(pulls[1], kind="stable")
    near, far, share = pulls[1][order], pulls[0][order], share[order]

    block = grid.column * (int(grid.piece.max(initial=0)) + 1) + grid.piece
    block = np.unique(block, return_inverse=True)[1]
    sizes = np.bincount(block)

    def stretched(height: Floats) -> Floats:
        height = height - (np.bincount(block, height) / sizes)[block]
        spread: Floats = np.sqrt(np.bincount(block, height * height) / sizes)
        return height / np.maximum(spread, 1e-9)[block]

    height = stretched(place.astype(np.float64))
    last = height
    for _ in range(steps):
        pull = np.bincount(near, height[far] * share, len(grid)) - height
        height, last = stretched(height + STIFFNESS * pull + momentum * (height - last)), height
    return grid.places(height)
