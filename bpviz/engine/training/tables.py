"""Tables of numbers, and the data sets that they become: nothing is left out in silence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...graph.graph import GraphError
from ..steps import Floats
from .datasets import SEED, Dataset, split

MOST_CLASSES = 20


class TableError(GraphError):
    """A file that is no table of numbers, in a sentence that names the line and the column."""


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of numbers by name.  `values` has the shape (rows, columns); a blank is NaN.

    `words` has, for a column of words, what each number stands for: `words[c][int(values[r, c])]`.
    """

    names: tuple[str, ...]
    values: Floats
    words: dict[int, tuple[str, ...]]
    separator: str
    decimal: str
    lines: NDArray[np.int32]  # the line of the file in which a row stands, from 1 on
    remarks: tuple[str, ...]

    def dataset(self, name: str, target: str = "", seed: int = SEED) -> Dataset:
        """The table to learn from: one column is the target, the last if none is named, the others are features.

        Rows with a blank are left out and counted.  Raises TableError for a column that is not there, and when nothing
        is left.
        """
        if len(self.names) < 2:
            raise TableError(
                f"the table has one column, {self.names[0]}: training needs one for the target, and others"
            )
        if target and target not in self.names:
            raise TableError(f"there is no column {target}; the table has {', '.join(self.names[:12])}")
        aim = self.names.index(target) if target else len(self.names) - 1
        whole = ~np.isnan(self.values).any(axis=1)
        remarks = list(self.remarks)
        if not whole.all():
            first = np.flatnonzero(~whole)[0]
            column = self.names[int(np.flatnonzero(np.isnan(self.values[first]))[0])]
            count = int((~whole).sum())
            rows = "1 row with a blank is" if count == 1 else f"{count:,} rows with blanks are"
            remarks.append(f"{rows} left out, the first in line {self.lines[first]}, column {column}")
        if not whole.any():
            raise TableError("every row of the table has a blank, so there is nothing to learn from")
        values = self.values if whole.all() else self.values[whole]
        targets = values[:, aim]
        train, test = split(len(values), seed)
        others = tuple(n for c, n in enumerate(self.names) if c != aim)
        return Dataset(
            name, np.delete(values, aim, axis=1), targets, others, self.names[aim], _classes(targets), train, test,
            tuple(remarks),
        )  # fmt: skip


def _classes(targets: Floats) -> int:
    """How many classes targets number, if they are 0, 1, 2 … and few; else 0."""
    most = targets.max()
    if not 1 <= most < MOST_CLASSES or (targets < 0).any() or (targets != np.rint(targets)).any():
        return 0
    return int(most) + 1 if np.bincount(targets.astype(np.intp)).all() else 0
