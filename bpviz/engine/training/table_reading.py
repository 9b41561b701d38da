"""Tables from text files with separated columns: CSV as it is found in the wild.

The separator may be a comma, a semicolon or a tab, the decimal sign a point or a comma, the first line a header or
not.  What is read is told; what cannot be used is counted and named, and nothing is left out in silence.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Protocol, TextIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..steps import Floats
from .tables import Table, TableError

MOST_ROWS = 1_000_000
MOST_NUMBERS = 20_000_000  # 160 MB
MOST_BYTES = 400_000_000
_SAMPLE = 20  # lines by which separator and decimal sign are known
_BLANKS = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})
_SEPARATORS = (";", "\t", ",")
_AT_ONCE = 1024  # lines that are held as text: a few milliseconds


Reading: TypeAlias = Generator[float, None, Table]
"""A table on its way: yields which part of the file has been read, and returns the table."""


def read_table(path: Path) -> Table:
    """Reads a file.  Raises TableError, with the line and the column, for what is not a table of numbers."""
    work = reading(path)
    while True:
        try:
            next(work)
        except StopIteration as end:
            assert isinstance(end.value, Table)
            return end.value


def reading(path: Path) -> Reading:
    """Reads a file a few milliseconds at a time.  Raises TableError as `read_table`."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise TableError(f"{path.name} has {size / 1e6:,.0f} MB; bpviz reads up to {MOST_BYTES / 1e6:,.0f} MB")
        with path.open("rb") as raw:
            encoding = "utf-16" if raw.read(2) in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        with path.open(encoding=encoding, newline="") as file:
            return (yield from _table(file, path.name, size))
    except UnicodeDecodeError:
        try:
            with path.open(encoding="cp1252", errors="replace", newline="") as file:
                return (yield from _table(file, path.name, size))
        except OSError as error:
            raise TableError(f"{path.name} cannot be read: {error.strerror}") from None
    except OSError as error:
        raise TableError(f"{path.name} cannot be read: {error.strerror or error}") from None
    except csv.Error as error:
        raise TableError(f"{path.name} is not a table: {error}") from None


def _table(file: TextIO, name: str, size: int) -> Reading:
    head = list(islice(file, _SAMPLE))
    if any("\0" in each for each in head):
        raise TableError(f"{name} is not a text file")
    full = [each for each in head if each.strip()]
    if not full:
        raise TableError(f"{name} is empty")
    separator = _separator(full)
    decimal = _decimal(full, separator)
    reader = csv.reader(chain(head, file), delimiter=separator, skipinitialspace=True)

    def part() -> float:
        return min(file.buffer.tell() / max(size, 1), 1.0)

    return (yield from _Reading(name, separator, decimal, part).read(reader))


def _separator(lines: list[str]) -> str:
    """What occurs in every line, and as often in each; a semicolon before a tab before a comma."""

    def steadiness(separator: str) -> tuple[int, int]:
        counts = Counter(len(row) - 1 for row in csv.reader(lines, delimiter=separator) if row)
        most, times = counts.most_common(1)[0]
        return (times, 1) if most else (0, 0)

    return max(_SEPARATORS, key=lambda each: steadiness(each))


def _decimal(lines: list[str], separator: str) -> str:
    """A comma, if it is not the separator and some number needs it."""
    if separator == ",":
        return "."
    cells = [cell.strip() for row in csv.reader(lines, delimiter=separator) for cell in row]
    with_comma = [cell for cell in cells if cell.count(",") == 1 and _is_number(cell.replace(",", "."))]
    with_point = [cell for cell in cells if "." in cell and _is_number(cell)]
    return "," if len(with_comma) > len(with_point) else "."


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


class Lines(Protocol):
    """A `csv.reader`: rows of cells, and how many lines of the file have been read."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...


class _Reading:
    """A table while it is read, a few thousand lines at a time, so that no more than its numbers is ever held."""

    def __init__(self, name: str, separator: str, decimal: str, part: Callable[[], float]) -> None:
        """`part` says how much of the file has been read, from 0 to 1."""
        self.name, self.separator, self.decimal, self._part = name, separator, decimal, part
        self.names: list[str] = []
        self.codes: dict[int, dict[str, int]] = {}  # the columns of words
        self.parts: list[Floats] = []
        self.lines: list[NDArray[np.int32]] = []
        self.count = 0

    def read(self, reader: Lines) -> Reading:
        rows = ((reader.line_num, row) for row in reader if any(cell.strip() for cell in row))
        _, first = head = next(rows)
        sample = [head, *islice(rows, _SAMPLE)]
        has_header = self._is_header(first, [row for _, row in sample[1:]])
        self.names = _named([cell.strip() for cell in first]) if has_header else _numbered(len(first))
        body = chain(sample[1:] if has_header else sample, rows)
        self._find_words([row for _, row in (sample[1:] if has_header else sample)])
        while part := list(islice(body, _AT_ONCE)):
            self._take(part)
            yield self._part()
        if not self.count:
            raise TableError(f"{self.name} has a header and no rows")
        return Table(
            tuple(self.names), np.concatenate(self.parts), {c: tuple(found) for c, found in self.codes.items()},
            self.separator, self.decimal, np.concatenate(self.lines), self._remarks(has_header),
        )  # fmt: skip

    def _is_header(self, first: list[str], rows: list[list[str]]) -> bool:
        """A first line that names columns: words above numbers, or words alone that do not come again below."""
        is_text = [not self._reads(cell) for cell in first]
        if not any(is_text):
            return False
        if any(
            text and any(c < len(row) and self._reads(row[c]) and row[c].strip() for row in rows)
            for c, text in enumerate(is_text)
        ):
            return True
        return all(is_text) and not any(
            first[c].strip() == row[c].strip() for row in rows for c in range(min(len(row), len(first)))
        )

    def _find_words(self, rows: list[list[str]]) -> None:
        for c in range(len(self.names)):
            cells = [row[c] for row in rows if c < len(row) and not _is_blank(row[c])]
            if cells and not any(self._reads(cell) for cell in cells):
                self.codes[c] = {}

    def _reads(self, cell: str) -> bool:
        return _is_blank(cell) or _is_number(self._plain(cell))

    def _plain(self, cell: str) -> str:
        return cell.strip().replace("\N{MINUS SIGN}", "-").replace(self.decimal, ".")

    def _take(self, part: list[tuple[int, list[str]]]) -> None:
        width = len(self.names)
        for number, row in part:
            if len(row) != width and not (len(row) == width + 1 and not row[-1].strip()):
                held = "1 column" if len(row) == 1 else f"{len(row)} columns"
                raise TableError(f"line {number} of {self.name} has {held}, where the lines before it have {width}")
        self.count += len(part)
        if self.count > MOST_ROWS or self.count * width > MOST_NUMBERS:
            raise TableError(
                f"{self.name} is too long: bpviz reads {MOST_ROWS:,} rows and {MOST_NUMBERS:,} numbers at most"
            )
        columns = list(zip(*(row[:width] for _, row in part), strict=True))
        found = np.empty((len(part), width))
        for c, cells in enumerate(columns):
            found[:, c] = self._column(c, cells, part)
        self.parts.append(found)
        self.lines.append(np.array([number for number, _ in part], dtype=np.int32))

    def _column(self, c: int, cells: tuple[str, ...], part: list[tuple[int, list[str]]]) -> Floats:
        if c in self.codes:
            codes = self.codes[c]
            numbers = [np.nan if _is_blank(cell) else codes.setdefault(cell.strip(), len(codes)) for cell in cells]
            return np.array(numbers, dtype=np.float64)
        try:  # nearly always all are numbers, and numpy reads them in one call
            if self.decimal == "." and not any("_" in cell for cell in cells):
                return _finite(np.array(cells, dtype=np.float64))
        except (ValueError, TableError):
            pass
        numbers = []
        for (line, _), cell in zip(part, cells, strict=True):
            text = self._plain(cell)
            if _is_blank(cell):
                numbers.append(np.nan)
            elif _is_number(text) and np.isfinite(float(text)):
                numbers.append(float(text))
            else:
                raise TableError(
                    f"line {line} of {self.name}, column {self.names[c]}: “{cell.strip()[:30]}” is not a number, "
                    "as the other entries of this column are"
                )
        return np.array(numbers)

    def _remarks(self, has_header: bool) -> tuple[str, ...]:
        between = {",": "commas", ";": "semicolons", "\t": "tabs"}[self.separator]
        rows = "1 row" if self.count == 1 else f"{self.count:,} rows"
        columns = "1 column" if len(self.names) == 1 else f"{len(self.names)} columns"
        remarks = [f"{rows} of {columns}, separated by {between}"]
        if not has_header:
            remarks.append("without a header, so the columns are called " + ", ".join(self.names[:4]))
        for c, codes in self.codes.items():
            told = ", ".join(f"{word} = {code}" for word, code in islice(codes.items(), 4))
            remarks.append(f"{self.names[c]} has words, which are numbered: {told}{' …' if len(codes) > 4 else ''}")
        return tuple(remarks)


def _is_blank(cell: str) -> bool:
    return cell.strip().lower() in _BLANKS


def _finite(numbers: Floats) -> Floats:
    """The same numbers, if they are: `inf` and `nan` are looked at one by one."""
    if not np.isfinite(numbers).all():
        raise TableError("not finite")
    return numbers


def _named(cells: list[str]) -> list[str]:
    """Names for columns: a blank one is numbered, one that comes again gets a number behind it."""
    names: list[str] = []
    for c, cell in enumerate(cells, 1):
        name, again = cell or f"column{c}", 2
        while name in names:
            name, again = f"{cell or f'column{c}'}_{again}", again + 1
        names.append(name)
    return names


def _numbered(width: int) -> list[str]:
    return [*(f"x{c}" for c in range(1, width)), "t"] if width > 1 else ["x"]
