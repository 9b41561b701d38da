"""A calculation in pieces: the same result, bit by bit, and nothing left of one that is dropped."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from bpviz.ui import formula, interruptible
from bpviz.ui.interruptible import breathe, in_pieces
from bpviz.ui.slices import Slices

LONG = r"v = \tanh\left(x_{1} \cdot x_{2} + x_{1}\right) \cdot \tanh\left(x_{2} \cdot x_{0}\right) + \frac{x}{y}"


@pytest.fixture(autouse=True)
def at_every_breath(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets go at every breath, however fast the machine is; leaves no thread."""
    monkeypatch.setattr(interruptible, "_PORTION", 0.0)
    before = threading.active_count()
    yield
    assert threading.active_count() == before


def test_they_take_turns() -> None:
    told: list[str] = []

    def work() -> None:
        for number in range(3):
            told.append(f"work {number}")
            breathe()

    for _ in in_pieces(work):
        told.append("window")
    assert told == ["work 0", "window", "work 1", "window", "work 2", "window"]


def test_dropped_in_the_middle() -> None:
    told: list[str] = []

    def work() -> None:
        try:
            breathe()
            told.append("went on")
        except Exception:
            told.append("took it for a mistake")
        finally:
            told.append("tidied up")

    pieces = in_pieces(work)
    next(pieces)
    pieces.close()
    assert told == ["tidied up"]


def test_never_begun() -> None:
    in_pieces(lambda: pytest.fail("nobody wanted this")).close()


def test_a_mistake_comes_out_where_it_is_waited_for() -> None:
    def work() -> None:
        breathe()
        raise ZeroDivisionError

    pieces = in_pieces(work)
    next(pieces)
    with pytest.raises(ZeroDivisionError):
        next(pieces)


def test_one_within_the_other() -> None:
    told: list[str] = []

    def work() -> None:
        breathe()
        told.append("done")

    first, other = in_pieces(work), in_pieces(work)
    next(first), next(other)
    first.close()
    assert list(other) == []
    assert told == ["done"]


def test_without_anybody_to_interrupt_it() -> None:
    breathe()


@pytest.mark.usefixtures("qapp")
def test_a_formula_is_the_same() -> None:
    pieces = sum(1 for _ in formula.prepared(LONG, 17.25))
    assert pieces > 50
    assert formula.is_known(LONG, 17.25)
    assert sum(1 for _ in formula.prepared(LONG, 17.25)) == 0
    piece_by_piece = formula.svg(LONG, 17.25, "#000000")
    formula._drawn.cache_clear()
    assert formula.svg(LONG, 17.25, "#000000") == piece_by_piece is not None


@pytest.mark.usefixtures("qapp")
def test_a_formula_that_is_dropped_is_not_known() -> None:
    pieces = formula.prepared(LONG, 18.25)
    next(pieces), next(pieces)
    assert not formula.is_known(LONG, 18.25)
    pieces.close()
    assert not formula.is_known(LONG, 18.25)
    assert formula.svg(LONG, 18.25, "#000000") is not None


def test_when_there_is_a_moment(qtbot: QtBot) -> None:
    parent = QObject()
    slices, told = Slices(parent), []

    def work() -> None:
        for number in range(5):
            told.append(number)
            breathe()

    with qtbot.waitSignal(slices.done):
        slices.begin(in_pieces(work))
        assert told == []
    assert told == [0, 1, 2, 3, 4]
    slices.begin(in_pieces(work))
    slices.drop()
    assert not slices.is_busy


def test_garbage_stays_for_the_thread_of_the_widgets() -> None:
    threads: set[int] = set()

    class Ring:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            threads.add(threading.get_ident())

    def work() -> None:
        for _ in range(20):
            for _ in range(3 * gc.get_threshold()[0]):
                Ring()
            breathe()

    for _ in in_pieces(work):
        pass
    assert gc.isenabled()
    gc.collect()
    assert threads == {threading.get_ident()}


def test_the_program_may_end_in_the_middle_of_one() -> None:
    program = """
from bpviz.ui import interruptible
interruptible._PORTION = 0.0
def work():
    while True:
        interruptible.breathe()
kept = interruptible.in_pieces(work)
next(kept)
print("in the middle")
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "in the middle\n", "")
