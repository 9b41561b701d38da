"""Boxes as plain numbers: where very many are compared, one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from .geometry import Rect

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def edges(rect: Rect) -> Box:
    """A rectangle as a box."""
    return rect.x, rect.y, rect.right, rect.bottom


def around(left: float, top: float, width: float, height: float, by: float) -> Box:
    """A box that is larger on all sides."""
    return left - by, top - by, left + width + by, top + height + by


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes have more in common than an edge."""
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def meets_any(box: Box, others: Iterable[Box]) -> bool:
    """Whether a box meets one of a few others."""
    left, top, right, bottom = box
    for x, y, end, below in others:  # noqa: SIM110 - twice as fast as a generator, and done a thousand times
        if x < right and end > left and y < bottom and below > top:
            return True
    return False
