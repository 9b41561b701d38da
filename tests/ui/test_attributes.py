"""Attributes as they are typed and shown: nothing is ever evaluated, and what is shown can be typed again."""

from __future__ import annotations

from typing import Any

import pytest

from bpviz.graph.attributes import read_attribute
from bpviz.graph.spellings import ExpressionError
from bpviz.ops import OPS, Op
from bpviz.ui.attributes import spelled


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("0", "axis", 0), (" −1 ", "axis", -1), ("[0, 1]", "axis", (0, 1)), ("None", "axis", None),
        ("True", "keepdims", True), ("0.25", "rate", 0.25), ("[[1, 2], [0, 1]]", "widths", ((1, 2), (0, 1))),
        ("2, 3", "index", (2, 3)), ("1:3, 0", "index", ((1, 3, None), 0)), ("::-1", "index", ((None, None, -1),)),
        ("", "index", ()),
    ],
)  # fmt: skip
def test_what_is_typed(text: str, name: str, value: Any) -> None:
    assert read_attribute(text, name) == value


@pytest.mark.parametrize("name", ["axis", "index"])
@pytest.mark.parametrize(
    "text",
    [
        "x",
        "1 +",
        "sin(1)",
        "__import__('os')",
        "1) + (2",
        "1, b=2",
        "1]+[2",
        "1; 2",
        "[" * 500,
        "9" * 6000,
        "'0'",
        "1 2",
    ],
)
def test_nonsense_is_refused_in_one_sentence(text: str, name: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        read_attribute(text, name)
    assert str(refusal.value).startswith(f"{name} is a ")
    assert len(str(refusal.value)) < 140


def given() -> list[Op]:
    """Every operation that has attributes, with those at which the tests try it."""
    return [op.with_(**probe.attributes) for op in OPS.values() if op.is_listed for probe in op.probes if op.declared]


@pytest.mark.parametrize("op", given(), ids=repr)
def test_what_is_shown_can_be_typed(op: Op) -> None:
    for attribute in op.declared:
        text = spelled(op, attribute)
        assert attribute.read(read_attribute(text, attribute.name)) == op.attributes[attribute.name]
