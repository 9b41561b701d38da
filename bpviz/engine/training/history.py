"""What is remembered of a run: losses and parameters over the steps, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..steps import Floats

MOST_POINTS = 2048  # when there are more, every second is dropped
MOST_FOLLOWED = 1000  # parameters whose way is kept


@dataclass(frozen=True)
class Past:
    """Curves of a run.  `steps`, `train` and `test` have the shape (points,), `thetas` (points, parameters)."""

    steps: Floats
    train: Floats
    test: Floats
    thetas: Floats


class History:
    """Grows by a point a step; points are dropped evenly when there are too many, but never the first and the last."""

    def __init__(self, size: int) -> None:
        self._followed = min(size, MOST_FOLLOWED)
        self._points = np.zeros((0, 3 + self._followed))
        self._count, self._stride = 0, 1
        self._last: Floats | None = None  # the point that is there whether or not it is in the stride

    def record(self, step: int, train: float, test: float, theta: Floats) -> None:
        """The losses and the parameters after a step; steps come in order."""
        point = np.concatenate([[step, train, test], theta[: self._followed]])
        self._last = point
        if step % self._stride:
            return
        if self._count == len(self._points):
            self._grow()
            if step % self._stride:
                return
        self._points[self._count] = point
        self._count += 1

    def _grow(self) -> None:
        if self._count >= MOST_POINTS:
            self._stride *= 2
            kept = self._points[: self._count]
            kept = kept[kept[:, 0] % self._stride == 0]
            self._count = len(kept)
            self._points[: self._count] = kept
        else:
            room = np.zeros((min(max(64, 2 * self._count), MOST_POINTS), self._points.shape[1]))
            room[: self._count] = self._points[: self._count]
            self._points = room

    def cut(self, step: int) -> None:
        """Forgets all after a step."""
        self._count = int(np.searchsorted(self._points[: self._count, 0], step, side="right"))
        if self._last is not None and self._last[0] > step:
            self._last = None

    @property
    def past(self) -> Past:
        """The curves until now."""
        points = self._points[: self._count]
        if self._last is not None and (not self._count or points[-1, 0] < self._last[0]):
            points = np.vstack([points, self._last])
        return Past(points[:, 0].copy(), points[:, 1].copy(), points[:, 2].copy(), points[:, 3:].copy())
