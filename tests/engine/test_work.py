"""What the two modes cost, in words."""

from __future__ import annotations

import pytest

from bpviz.engine.plan import Plan
from bpviz.engine.work import Costs, costs, in_words
from bpviz.graph.parse import parse
from bpviz.ops.op import Work


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            Costs(Work(14, 3), Work(31, 9), 5),
            "One backward pass: 14 multiplications, 3 additions, for all 5 inputs at once. "
            "Forward mode: 5 passes, 31 multiplications, 9 additions.",
        ),
        (
            Costs(Work(1, 0), Work(1, 1), 1),
            "One backward pass: 1 multiplication, 0 additions, for its one input. "
            "Forward mode: 1 pass, 1 multiplication, 1 addition.",
        ),
        (
            Costs(Work(12_000, 1_000), Work(3_000_000, 0), 1_500),
            "One backward pass: 12,000 multiplications, 1,000 additions, for all 1,500 inputs at once. "
            "Forward mode: 1,500 passes, 3,000,000 multiplications, 0 additions.",
        ),
    ],
)
def test_both_modes_in_words(found: Costs, words: str) -> None:
    assert in_words(found) == words


def test_the_words_have_the_numbers_of_the_graph() -> None:
    graph = parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})
    assert in_words(costs(Plan(graph), [node.id for node in graph.leaves()])) == (
        "One backward pass: 4 multiplications, 0 additions, for all 3 inputs at once. "
        "Forward mode: 3 passes, 5 multiplications, 0 additions."
    )
