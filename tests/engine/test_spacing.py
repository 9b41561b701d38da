"""Runs of places as numpy reads them fastest say the same as the places, one by one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bpviz.engine.spacing import indices, spread

spaced = st.builds(
    lambda first, step, count: [first + step * k for k in range(count)],
    st.integers(20, 40),
    st.integers(-4, 5),
    st.integers(1, 5),
)
runs = st.lists(spaced | st.lists(st.integers(0, 40), min_size=1, max_size=5), max_size=7)


@given(runs)
def test_every_run_is_read_where_it_lies(places: list[list[int]]) -> None:
    memory = np.arange(100) * 10
    begins = np.cumsum([0, *map(len, places)])
    found = indices(np.array([at for run in places for at in run], dtype=np.int32), begins)
    assert len(found) == len(places)
    for index, run in zip(found, places, strict=True):
        assert np.atleast_1d(memory[index]).tolist() == [10 * at for at in run]
        steps = {after - before for before, after in pairwise(run)}
        assert isinstance(index, int if len(run) == 1 else slice if len(steps) == 1 and steps != {0} else np.ndarray)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4))))
def test_numbers_from_each_beginning_on(pairs: list[tuple[int, int]]) -> None:
    begins, counts = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    assert spread(begins, counts).tolist() == [begin + k for begin, count in pairs for k in range(count)]
