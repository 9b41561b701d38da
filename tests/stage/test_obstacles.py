"""What is known of cards at rest serves after others have moved; what is found for few is what is found for many."""

from __future__ import annotations

import random

import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.stage.obstacles import Obstacles

Floats = NDArray[np.float64]


def stacked(chance: random.Random, columns: int = 9, rows: int = 60) -> Floats:
    """Cards in columns, most of them so close that no wire passes between them: a gap may be far away."""
    found = []
    for column in range(columns):
        y = chance.uniform(-4000.0, 0.0)
        for _ in range(rows):
            x, width = column * 250.0 + chance.uniform(-40.0, 40.0), chance.choice((84.0, 168.0))
            found.append((x, y, x + width, y + 84.0))
            y += 84.0 + chance.choice((0.0, 8.0, 13.0, 13.0, 13.0, 40.0) if column % 2 else (5.0,))
    return np.array(found)


def ways_among(chance: random.Random, boxes: Floats, count: int) -> Floats:
    """Plain routes to the right, of all lengths, some of them next to cards."""
    found = []
    for _ in range(count):
        x, y, _, below = boxes[chance.randrange(len(boxes))].tolist()
        length = chance.choice((30.0, 180.0, 700.0, 2400.0, 30_000.0))
        found.append((x - chance.uniform(0.0, 300.0), y, x + length, chance.choice((y, below, y + length / 3))))
    return np.array(found)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_known_of_cards_at_rest_serves_after_others_have_moved(seed: int) -> None:
    chance = random.Random(seed)
    boxes = stacked(chance)
    held, passed = Obstacles(boxes), 0
    for _ in range(8):
        moved = chance.sample(range(len(boxes)), chance.choice((1, 1, 3, 30)))
        boxes = boxes.copy()
        boxes[moved] += np.array([chance.uniform(-200.0, 200.0), chance.uniform(-200.0, 200.0)] * 2)
        held, fresh = held.with_moved(boxes, moved), Obstacles(boxes)
        ways = ways_among(chance, boxes, 40)
        places, where = fresh.first_met(ways)
        passed += len(places)
        for obstacles in (held, fresh):
            for _ in range(2):  # the second time some are known
                alone = [obstacles.first_on(tuple(way)) for way in ways.tolist()]
                assert [i for i, met in enumerate(alone) if met is not None] == places.tolist()
                assert [met for met in alone if met is not None] == [tuple(met) for met in where.tolist()]
        assert np.array_equal(held.first_met(ways)[1], where)
        for left, right, y in [*where.tolist(), (-500.0, 3000.0, 0.0), (1e6, 2e6, 5.0)]:
            assert held.gap(left, right, y) == fresh.gap(left, right, y)
        box = left, top, right, bottom = 400.0, -900.0, 700.0, chance.choice((-700.0, 300.0))
        inside = (boxes[:, 0] < right) & (boxes[:, 2] > left) & (boxes[:, 1] < bottom) & (boxes[:, 3] > top)
        assert set(map(tuple, boxes[inside].tolist())) <= set(held.near(*box))
    assert passed > 100, "there is something to go around"


def test_a_gap_is_the_nearest_height_at_which_nothing_is_in_the_way() -> None:
    boxes = stacked(random.Random(7))
    moved = range(0, len(boxes), 14)
    before = boxes.copy()
    before[moved] += 70.0
    obstacles = Obstacles(before).with_moved(boxes, moved)
    for left, right, y in ((200.0, 460.0, -1000.0), (0.0, 2000.0, 0.0), (700.0, 900.0, 3000.0)):
        found = obstacles.gap(left, right, y)
        near = boxes[(boxes[:, 0] < right) & (boxes[:, 2] > left)]

        def is_free(height: float, near: Floats = near) -> bool:
            return not ((near[:, 1] - 7.0 < height) & (height < near[:, 3] + 7.0)).any()

        heights = np.concatenate([near[:, 1] - 14.0, near[:, 3] + 14.0]).tolist()
        assert is_free(found)
        assert abs(found - y) == min(abs(height - y) for height in heights if is_free(height))
