"""Which cards may lie at a point, looked up in a grid that only has cells where there are cards.

The lines of the grid run along multiples of a cell's size, but only those that border on a cell with a card in it: one
card far away from all others adds a column and a row, and does not make all other cells as large as the way to it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..engine.spacing import spread
from .boxes import Box

Floats: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]
Card: TypeAlias = tuple[int, Box]
"""The row of a card, and where it is."""
Cell: TypeAlias = tuple[Box, list[Card]]
"""Where a cell is, and the cards that lie in it, at least partly."""

WIDTH, HEIGHT = 260.0, 130.0  # of a cell; about a card and its surroundings
_MOST_LINES = 1024  # of each kind
_AT_ONCE = 4_000_000  # pairs of points and cards that are handed out together


class Cells:
    """The cards, given as rows of (left, top, right, bottom), by where they lie."""

    def __init__(self, boxes: Floats, around: float = 0.0) -> None:
        """Cards, and so much room above and below them."""
        left, top, right, bottom = (boxes + np.array([0.0, -around, 0.0, around])).T
        self._across, self._down = _lines(left, right, WIDTH), _lines(top, bottom, HEIGHT)
        self._columns, self._rows = len(self._across) - 1, len(self._down) - 1
        first, last = (np.searchsorted(self._across, edge, "right") - 1 for edge in (left, right))
        upper, lower = (np.searchsorted(self._down, edge, "right") - 1 for edge in (top, bottom))
        tall = lower - upper + 1
        counts = (last - first + 1) * tall
        card = np.repeat(np.arange(len(boxes)), counts)
        number = spread(np.zeros(len(counts), dtype=np.intp), counts)
        cell = (first[card] + number // tall[card]) * self._rows + upper[card] + number % tall[card]
        self._cards = card[np.argsort(cell, kind="stable")]  # cell by cell, column after column
        self._begins = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=self._columns * self._rows))])
        self._boxes, self._looked_at = boxes, dict[tuple[int, int], Cell]()

    def at(self, x: float, y: float) -> Cell:
        """The cell in which a point lies."""
        return self._in(bisect_right(self._lines[0], x) - 1, bisect_right(self._lines[1], y) - 1)

    def _in(self, column: int, row: int) -> Cell:
        found = self._looked_at.get((column, row))
        if found is None:
            found = self._looked_at[column, row] = self._cell(column, row)
        return found

    def cards_in(self, left: float, top: float, right: float, bottom: float) -> list[Card]:
        """The cards that may meet a box, some of them more than once."""
        across, down = self._lines
        found: list[Card] = []
        for column in range(bisect_right(across, left) - 1, bisect_right(across, right)):
            for row in range(bisect_right(down, top) - 1, bisect_right(down, bottom)):
                found += self._in(column, row)[1]
        return found

    def _cell(self, column: int, row: int) -> Cell:
        (left, right), (top, bottom) = (
            (lines[i] if i >= 0 else -math.inf, lines[i + 1] if i + 1 < len(lines) else math.inf)
            for lines, i in zip(self._lines, (column, row), strict=True)
        )
        if not (0 <= column < self._columns and 0 <= row < self._rows):
            return (left, top, right, bottom), []
        cell = column * self._rows + row
        cards = self._cards[self._begins[cell] : self._begins[cell + 1]].tolist()
        return (left, top, right, bottom), [(card, tuple(self._boxes[card].tolist())) for card in cards]

    @cached_property
    def _lines(self) -> tuple[list[float], list[float]]:
        return self._across.tolist(), self._down.tolist()

    def near(self, x: Floats, y: Floats) -> Iterator[tuple[Places, Places]]:
        """Points, by their places, each with a card in its cell: all such pairs, in order of the points, a part of
        them at a time."""
        column, row = np.searchsorted(self._across, x, "right") - 1, np.searchsorted(self._down, y, "right") - 1
        inside = np.flatnonzero((column >= 0) & (column < self._columns) & (row >= 0) & (row < self._rows))
        cell = column[inside] * self._rows + row[inside]
        begins = self._begins[cell]
        counts = self._begins[cell + 1] - begins
        so_far = np.cumsum(counts)
        begin = 0
        while begin < len(inside):
            done = so_far[begin - 1] if begin else 0
            end = max(int(np.searchsorted(so_far, done + _AT_ONCE, "right")), begin + 1)
            part = slice(begin, end)
            yield np.repeat(inside[part], counts[part]), self._cards[spread(begins[part], counts[part])]
            begin = end


def _lines(low: Floats, high: Floats, size: float) -> Floats:
    """The lines of the grid that border on cells between which something lies, in order."""
    first, last = np.floor(low / size), np.floor(high / size)
    first -= first * size > low  # the quotient of the least numbers below 0 is 0
    counts = (last - first).astype(np.intp) + 2  # the line behind the last cell, too
    lines = np.unique(spread(first.astype(np.intp), counts))
    if len(lines) > _MOST_LINES:
        lines = np.concatenate([lines[: -1 : len(lines) // _MOST_LINES + 1], lines[-1:]])
    found: Floats = lines.astype(np.float64) * size
    return found
