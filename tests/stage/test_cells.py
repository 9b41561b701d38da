"""The grid in which cards are looked up: nothing is missed, and a card far away costs no more than one nearby."""

from __future__ import annotations

import random
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.document.diagram import Diagram
from bpviz.graph.graph import Graph, Node
from bpviz.ops import OPS
from bpviz.stage.cells import Cells
from bpviz.stage.scenery import Scenery


def boxes_of(chance: random.Random, count: int, apart: float) -> NDArray[np.float64]:
    """Cards of many sizes, some of them on the lines of the grid."""
    rows = []
    for _ in range(count):
        x, y = chance.uniform(-apart, apart), chance.choice((0.0, 130.0, chance.uniform(-apart, apart)))
        rows.append((x, y, x + chance.choice((84.0, 168.0, 260.0)), y + chance.choice((44.0, 84.0, 130.0, 700.0))))
    return np.array(rows)


@pytest.mark.parametrize(("count", "apart"), [(1, 100.0), (60, 800.0), (400, 3000.0), (3000, 1e7)])
def test_every_card_at_a_point_is_found(count: int, apart: float) -> None:
    chance = random.Random(count)
    boxes = boxes_of(chance, count, apart)
    at = boxes[[chance.randrange(count) for _ in range(300)]]
    x, y = at[:, 0] + np.linspace(-10.0, 270.0, 300), at[:, 1] + np.tile(np.linspace(-10.0, 140.0, 100), 3)
    found = {pair for point, card in Cells(boxes).near(x, y) for pair in zip(point, card, strict=True)}
    left, top, right, bottom = boxes.T[:, None]
    inside = (left <= x[:, None]) & (x[:, None] <= right) & (top <= y[:, None]) & (y[:, None] <= bottom)
    there = set(zip(*np.nonzero(inside), strict=True))
    assert len(there) > 50
    assert there <= found
    assert len(found) < 300 * 40, "and most cards are not even looked at"


def test_a_card_a_hair_before_a_line_of_the_grid_lies_before_it() -> None:
    lines = np.arange(-40.0, 41.0)[:, None] * [260.0, 130.0, 260.0, 130.0]
    for boxes in (np.nextafter(lines, -np.inf), lines):
        x, y = boxes[:, 0], boxes[:, 1]
        [(point, card)] = Cells(boxes + np.array([0.0, 0.0, 84.0, 84.0])).near(x, y)
        assert set(zip(range(len(boxes)), range(len(boxes)), strict=True)) <= set(zip(point, card, strict=True))
    hairs = np.array([[-5e-324, -5e-324, 84.0, 84.0], [300.0, 200.0, 384.0, 284.0]])
    assert (0, (-5e-324, -5e-324, 84.0, 84.0)) in Cells(hairs).at(-5e-324, -5e-324)[1]


def chains(count: int) -> Diagram:
    """Many cards in rows, each wired to the one before and to one six columns back."""
    made, places = [], {}
    for i in range(count):
        places[i] = (i // 25 * 230.0, i % 25 * 110.0)
        if i < 150:
            made.append(Node(i, OPS["variable"], (), 1.0, f"x{i}"))
        else:
            made.append(Node(i, OPS["add"], (i - 25, i - 150 + i % 7)))
    return Diagram(Graph(made), places)


def test_a_card_far_away_changes_no_route_between_the_others_and_takes_no_memory() -> None:
    diagram = chains(2000)
    near = Scenery(diagram)
    places = {**diagram.positions, 0: (1e9, -1e9)}
    tracemalloc.start()
    far = Scenery(replace(diagram, positions=places))
    assert [far.curve(*wire) for wire in far.wires if 0 not in (wire[0], *far.inputs[wire[0]])] == [
        near.curve(*wire) for wire in near.wires if 0 not in (wire[0], *near.inputs[wire[0]])
    ]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(curve.pieces > 1 for curve in near.curves) > 500, "there is something to go around"
    assert peak < 100_000_000, "bytes: it is not as if every card were near every wire"
