"""The order of every column, so that few wires cross: several starts, each bettered, and the best one shaken.

A wire's slot counts as a place in its column, so that wires enter a card untwisted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from .crossings import Ints, inversions
from .exchanging import Exchanger
from .grid import Grid
from .sifting import WIDEST, Sifter
from .smoothing import smoothed

MOST_STEPS, FEWEST_STEPS = 250, 20  # of smoothing; between them as many as vertices
SWEEPS, EXCHANGES = 8, 4
WORK = 30_000_000.0  # about how many visits of links there may be before a large graph has to be content
MANY = 12_000  # vertices of a large graph, of which one start has to do, and no kicks
FEW, SIFTED = 500, 4  # vertices of a small graph, of which all starts are sifted; of another so many, the best ones
SIFT_WORK, KICK_WORK = 1_500_000.0, 4_000_000.0  # about how many visits of links there may be for a start, and in all
MOST_KICKS = 2_500
IDLE_KICKS, MOST_IDLE_KICKS = 3, 300  # of a vertex, and in all, without a better order before there is an end
READINGS = 4  # of all columns, towards the order of reading
JOLT = 2.5  # how many places a kicked vertex moves, on average


def untangled(grid: Grid, place: Ints | None, progress: Callable[[float], None]) -> Ints:
    """The places of the vertices in their columns, from 0 at the top.

    Starts from the order of reading, which stays where no other crosses less; or from `place`, of which everything
    stays that saves no crossing by moving.
    """
    reading = np.arange(len(grid)) - grid.first[grid.column]
    found = [(grid.crossings(reading if place is None else place), reading if place is None else place)]
    if found[0][0] and place is None:
        found += _starts(grid, reading, lambda done: progress(0.5 * done))
        found.sort(key=lambda start: start[0])  # stable: of equals, the first
    if found[0][0]:
        found = [_bettered(grid, start) for start in found[: _sifted(grid)]]
        found.sort(key=lambda start: start[0])
    progress(0.6)
    fewest, best = found[0]
    if fewest and place is None and len(grid) < MANY:
        best = _kicked(grid, best, fewest, lambda done: progress(0.6 + 0.4 * done))
    if len(grid.free) and place is None:
        best = _as_read(grid, best)
    progress(1.0)
    return best


def _as_read(grid: Grid, place: Ints) -> Ints:
    """Nearer to the order of reading, upside down if need be: where wires may enter in any order, many orders cross
    equally little."""
    sizes = np.diff(grid.first)[grid.column]
    found: list[tuple[int, int, int, Ints]] = []
    for start in (place, grid.places(sizes - 1 - place)):
        sifter = Sifter(grid, start.copy())
        for _ in range(READINGS):
            moved = [sifter.read(number) for number in range(grid.width)]
            if not any(moved):
                break
        against = inversions(grid.first[grid.column] + sifter.place)
        found.append((grid.crossings(sifter.place), against, len(found), sifter.place))
    return min(found)[3]


def _sifted(grid: Grid) -> int:
    return len(grid) if len(grid) <= FEW else SIFTED if len(grid) < MANY else 1


def _starts(grid: Grid, reading: Ints, progress: Callable[[float], None]) -> Iterator[tuple[int, Ints]]:
    """Orders of the columns that are worth to be bettered, and how many wires cross there; some in a large graph."""
    step = 2.0 * len(grid.left) + 6.0 * len(grid)
    steps = max(FEWEST_STEPS, min(int(WORK / 6 / step), len(grid), MOST_STEPS))
    work, cost = 0.0, steps * step
    for momentum, leftward in ((0.8, None), (0.9, False), (0.9, None), (0.8, False), (0.9, True), (0.8, True)):
        start = reading if leftward is None else _walked(grid, leftward)
        place = smoothed(grid, start, momentum, steps)
        yield grid.crossings(place), place
        work += cost
        progress(min(work / min(7 * cost, WORK), 1.0))
        if work + cost > WORK:
            return
    yield _swept(grid, reading)


def _swept(grid: Grid, place: Ints) -> tuple[int, Ints]:
    """The best order that sweeps and exchanges find, and how many wires cross there."""
    exchanger, found = Exchanger(grid, place), (grid.crossings(place), place)
    for number in range(SWEEPS):
        exchanger.sweep(rightward=number % 2 == 0, is_turned=number % 4 >= 2)
        exchanger.exchange(EXCHANGES)
        if (crossings := grid.crossings(exchanger.place)) < found[0]:
            found = crossings, exchanger.place.copy()
    return found


def _bettered(grid: Grid, start: tuple[int, Ints]) -> tuple[int, Ints]:
    """An order in which no single vertex can move to save crossings, or no neighbours in a very long column."""
    if np.diff(grid.first).max() > WIDEST:
        exchanger = Exchanger(grid, start[1])
        exchanger.exchange(EXCHANGES)
        start = grid.crossings(exchanger.place), exchanger.place
    sifter = Sifter(grid, start[1].copy())
    return start[0] - sifter.settle(range(grid.width), SIFT_WORK), sifter.place


def _kicked(grid: Grid, best: Ints, fewest: int, progress: Callable[[float], None]) -> Ints:
    """Shakes a few columns and sifts what that touches; what crosses no more stays (iterated local search)."""
    sifter, random = Sifter(grid, best.copy()), np.random.default_rng(len(grid))
    now, idle, patience = fewest, 0, min(IDLE_KICKS * len(grid), MOST_IDLE_KICKS)
    for number in range(MOST_KICKS):
        if not now or sifter.work > KICK_WORK or idle > patience:
            break
        old, first = sifter.place.copy(), int(random.integers(0, grid.width))
        columns = range(first, min(first + int(random.integers(1, 4)), grid.width))
        worse = sum(sifter.kick(column, JOLT, random) for column in columns)
        worse -= sifter.settle(columns, np.inf)
        if worse <= 0:
            now += worse
        else:
            sifter.place[:] = old
        idle += 1
        if now < fewest:
            best, fewest, idle = sifter.place.copy(), now, 0
        progress(max(number / MOST_KICKS, min(sifter.work / KICK_WORK, 1.0)))
    return best


def _walked(grid: Grid, leftward: bool) -> Ints:
    """The order in which a walk in breadth meets the vertices, from one source after the other, or from the sinks."""
    ahead: list[list[int]] = [[] for _ in range(len(grid))]
    is_reached = np.zeros(len(grid), np.bool_)
    for left, right in zip(grid.left.tolist(), grid.right.tolist(), strict=True):
        ahead[right if leftward else left].append(left if leftward else right)
    is_reached[grid.left if leftward else grid.right] = True
    met: dict[int, None] = {}
    for source in np.flatnonzero(~is_reached).tolist():
        walk = [source]
        for vertex in walk:
            if vertex not in met:
                met[vertex] = None
                walk += ahead[vertex]
    key = np.empty(len(grid), np.intp)
    key[list(met)] = np.arange(len(grid))
    return grid.places(key)
