"""CSV as it is found in the wild: read to the last number, or refused with the line and the column."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from bpviz.engine.training.table_reading import read_table
from bpviz.engine.training.tables import Table, TableError


@pytest.fixture
def table(tmp_path: Path) -> Reader:
    return Reader(tmp_path / "data.csv")


class Reader:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, text: str | bytes) -> Table:
        self.path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_table(self.path)


NUMBERS = [[1.5, 2.0], [3.25, -4.0], [1000.0, 0.5]]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1.5,2\n3.25,-4\n1e3,.5\n",
        "a;b\r\n1,5;2\r\n3,25;-4\r\n1e3;0,5\r\n",
        "a\tb\n1.5\t2\n3.25\t−4\n1000\t0.5",
        "a\tb\n1,5\t2\n3,25\t-4\n1000\t0,5",
        '\ufeff"a","b"\n"1.5","2"\n\n3.25, -4\n1e3,0.5\n',
        "a,b,\n1.5,2,\n3.25,-4,\n1000,0.5,\n",
    ],
)
def test_separators_decimal_signs_and_quotes(table: Reader, text: str) -> None:
    read = table(text)
    assert read.names[:2] == ("a", "b")
    assert read.values[:, :2].tolist() == NUMBERS


def test_without_a_header_columns_get_names(table: Reader) -> None:
    read = table("1,2,0\n3,4,1\n")
    assert (read.names, read.values.shape) == (("x1", "x2", "t"), (2, 3))
    assert read.remarks[1] == "without a header, so the columns are called x1, x2, t"


def test_columns_of_words_are_numbered_and_told(table: Reader) -> None:
    read = table("size;kind\n1,0;cat\n2,5;dog\n3,0;cat\n")
    assert read.words == {1: ("cat", "dog")}
    assert read.values.tolist() == [[1.0, 0.0], [2.5, 1.0], [3.0, 0.0]]
    assert "kind has words, which are numbered: cat = 0, dog = 1" in read.remarks
    data = read.dataset("pets")
    assert (data.classes, data.feature_names, data.target_name) == (2, ("size",), "kind")


def test_rows_with_blanks_are_counted_and_named(table: Reader) -> None:
    data = table("x,t\n1,2\n,3\n4,NA\n5,6\n").dataset("d")
    assert data.features.tolist() == [[1.0], [5.0]]
    assert data.remarks[-1] == "2 rows with blanks are left out, the first in line 3, column x"


def test_a_column_can_be_chosen_as_the_target(table: Reader) -> None:
    data = table("t,x\n1,20.5\n0,30.5\n1,40.5\n").dataset("d", target="t")
    assert (data.targets.tolist(), data.feature_names, data.classes) == ([1.0, 0.0, 1.0], ("x",), 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "data.csv is empty"),
        ("\n \n", "data.csv is empty"),
        ("x,t\n", "data.csv has a header and no rows"),
        ("x,t\n1,2\n3,four\n", "line 3 of data.csv, column t: “four” is not a number"),
        ("x,t\n1,2\n3,inf\n", "line 3 of data.csv, column t: “inf” is not a number"),
        ("x,t\n1,2\n3,1_000\n", "line 3 of data.csv, column t: “1_000” is not a number"),
        ("x,t\n1,2\n3\n5,6\n", "line 3 of data.csv has 1 column, where the lines before it have 2"),
        ("x,t\n1,2\n3,4,5\n", "line 3 of data.csv has 3 columns, where the lines before it have 2"),
        (b"\x89PNG\x00\x1a\n\x00\x00", "data.csv is not a text file"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(table: Reader, text: str | bytes, said: str) -> None:
    with pytest.raises(TableError, match=said):
        table(text)


def test_what_cannot_be_learned_from_is_said(table: Reader, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="the table has one column, x: training needs one for the target, and others"):
        table("x\n1\n2\n").dataset("d")
    with pytest.raises(TableError, match="there is no column z; the table has x, t"):
        table("x,t\n1,2\n").dataset("d", target="z")
    with pytest.raises(TableError, match="every row of the table has a blank"):
        table("x,t\n1,\n").dataset("d")
    with pytest.raises(TableError, match=r"gone\.csv cannot be read: No such file"):
        read_table(tmp_path / "gone.csv")
    with pytest.raises(TableError, match="cannot be read: Is a directory"):
        read_table(tmp_path)


def test_other_encodings(table: Reader) -> None:
    assert table("größe,t\n1,2\n".encode("cp1252")).names == ("größe", "t")
    assert table("größe,t\n1,2\n".encode("utf-16")).names == ("größe", "t")


def test_a_long_table_is_read_without_holding_its_text(table: Reader) -> None:
    values = np.round(np.random.default_rng(0).normal(size=(20_000, 3)), 4)
    table.path.write_text("a,b,t\n" + "\n".join(",".join(map(repr, row)) for row in values.tolist()))
    tracemalloc.start()
    read = read_table(table.path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.array_equal(read.values, values)
    assert (read.lines[0], read.lines[-1]) == (2, 20_001)
    assert most < 4 * values.nbytes + 3_000_000, "the text alone would be eight times that, cell by cell"


def test_more_rows_than_are_held_is_said(table: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpviz.engine.training.table_reading.MOST_ROWS", 5000)
    with pytest.raises(TableError, match="too long: bpviz reads 5,000 rows"):
        table("x,t\n" + "1,2\n" * 9000)
