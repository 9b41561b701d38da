"""Searching for an operation by what learners call it."""

from __future__ import annotations

import pytest

from bpviz.ops import OPS, Op
from bpviz.ui.palette import matching


def names(query: str) -> list[str]:
    return [op.name for op in matching(query)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("times", "mul"), ("×", "mul"), ("*", "mul"), ("multiply", "mul"), ("Multiply", "mul"), ("plus", "add"),
        ("+", "add"), ("minus", "sub"), ("−", "sub"), ("-", "sub"), ("÷", "div"), ("/", "div"), ("^", "pow"),
        ("**", "pow"), ("power", "pow"), ("e^x", "exp"), ("eˣ", "exp"), ("exponential", "exp"), ("log", "ln"),
        ("ln", "ln"), ("log2", "log2"), ("log₂", "log2"), ("√", "sqrt"), ("root", "sqrt"), ("square", "square"),
        ("x²", "square"), ("x^2", "square"), ("1/x", "reciprocal"), ("|x|", "abs"), ("sine", "sin"), ("arcsin", "asin"),
        ("logistic", "sigmoid"), ("σ", "sigmoid"), ("rel", "relu"), ("  max ", "max"), ("variable", "variable"),
        ("weight", "parameter"), ("number", "constant"),
    ],
)  # fmt: skip
def test_the_best_comes_first(query: str, first: str) -> None:
    assert names(query)[0] == first


@pytest.mark.parametrize("op", [op for op in OPS.values() if op.is_listed], ids=lambda op: op.name)
def test_every_operation_is_found_by_its_name_title_symbol_and_aliases(op: Op) -> None:
    for word in (op.name, op.title, op.symbol, *op.aliases):
        assert op in matching(word)


def test_an_empty_query_lists_all_in_their_order() -> None:
    assert names("") == names("  ") == [op.name for op in OPS.values() if op.is_listed]


def test_what_only_derivatives_use_is_not_offered() -> None:
    assert "power_slope" in OPS
    assert "power_slope" not in names("power")


def test_nonsense_finds_nothing() -> None:
    assert matching("xyzzy") == []
