"""Searching for an operation by what learners call it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from bpviz.ops import GROUPS, OPS, Op
from bpviz.ui.canvas import mathtext
from bpviz.ui.canvas.faces import BADGE, WIDEST_BADGE, badge_lines
from bpviz.ui.finding import matching
from bpviz.ui.tiles import TILE
from bpviz.ui.window import Window
from tests.user import User


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
        ("weight", "parameter"), ("number", "constant"), ("crossentropy", "cross_entropy"), ("xᵀAx", "quadratic_form"),
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


@pytest.mark.parametrize("op", [op for op in OPS.values() if op.is_listed], ids=lambda op: op.name)
def test_every_symbol_fits_its_tile_and_its_badge(qapp: object, op: Op) -> None:
    lines = badge_lines(op.symbol)
    assert len(lines) <= 2
    for line in lines:
        assert mathtext.width(line, 10.0) <= min(WIDEST_BADGE - 6.0, TILE.width() - 3.0), "legible, and not cut"
    assert len(lines) == 1 or BADGE >= 2 * 10.0


def test_the_groups_are_headings_with_all_that_is_listed_below(window: Window) -> None:
    tree = window.palette_.tree
    headings = [tree.topLevelItem(i) for i in range(tree.topLevelItemCount())]
    assert [item.text(0) for item in headings if item is not None] == [group.upper() for group in GROUPS]
    children = [item.child(i) for item in headings if item is not None for i in range(item.childCount())]
    titles = [child.text(0) for child in children if child is not None]
    assert sorted(titles) == sorted(op.title for op in OPS.values() if op.is_listed)
    assert len(set(titles)) == len(titles), "no two look the same"


def test_a_click_on_a_heading_folds_the_group(user: User, window: Window) -> None:
    tree = window.palette_.tree

    def click_on_the_second_heading() -> None:
        heading = tree.topLevelItem(1)
        assert heading is not None
        user.click(tree.viewport().mapTo(window, tree.visualItemRect(heading).center()))

    def is_open() -> bool:
        heading = tree.topLevelItem(1)
        return heading is not None and heading.isExpanded()

    click_on_the_second_heading()
    assert not is_open()
    window.palette_.search.setText("add")
    first = tree.topLevelItem(0)
    assert first is not None
    assert first.text(0) == "Add"
    window.palette_.search.clear()
    assert not is_open(), "it stays folded"
    click_on_the_second_heading()
    assert is_open()
    assert not user.session.graph.nodes
    heading = tree.topLevelItem(1)
    assert heading is not None
    assert not heading.flags() & Qt.ItemFlag.ItemIsDragEnabled
