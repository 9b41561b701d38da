"""Where the card of a group may lie."""

from __future__ import annotations

import numpy as np
import pytest

from bpviz.document.card_places import _free_on_grid


@pytest.mark.parametrize("seed", range(5))
def test_a_place_is_free_where_no_box_is(seed: int) -> None:
    chance = np.random.default_rng(seed)
    corners = np.round(chance.uniform(-100.0, 100.0, (12, 2)))
    boxes = np.hstack([corners, corners + np.round(chance.uniform(1.0, 40.0, (12, 2)))])
    xs, ys, size = np.arange(-90.0, 90.0, 5.0), np.arange(-60.0, 90.0, 5.0), (18.0, 9.0)
    expected = [
        [not any(x < r and x + size[0] > left and y < b and y + size[1] > t for left, t, r, b in boxes) for x in xs]
        for y in ys
    ]
    found = _free_on_grid(boxes, xs, ys, size)
    assert found.tolist() == expected
    assert found.any()
    assert not found.all()
    assert _free_on_grid(boxes[:0], xs, ys, size).all()
