"""What the search at the hand offers for what is typed."""

from __future__ import annotations

import pytest

from bpviz.graph.parse import parse
from bpviz.ops import OPS, Op
from bpviz.ui.finding import matching
from bpviz.ui.quick_add import Offer, offers

GRAPH = parse("q = x + y; f = q * z")


def anything(_: Op) -> bool:
    return True


def first(query: str) -> Offer:
    return offers(query, GRAPH, anything)[0]


@pytest.mark.parametrize(
    ("query", "title", "remark"),
    [
        ("times", "Multiply", ""), ("×", "Multiply", ""), ("e^x", "Exponential", ""), ("x*y", "Multiply", ""),
        ("ln", "Natural logarithm", ""), ("logarithm", "Natural logarithm", ""), ("1/(1+e^-x)", "Sigmoid", ""),
        ("x ** y", "Power", ""), ("sigm", "Sigmoid", ""), ("relu", "ReLU", ""), ("max", "Maximum", ""),
        ("log2", "Binary logarithm", ""), ("conv2d", "Convolution of images", ""),
    ],
)  # fmt: skip
def test_operations_are_found_by_name_sign_and_formula(query: str, title: str, remark: str) -> None:
    assert (first(query).title, first(query).remark) == (title, remark)


@pytest.mark.parametrize(
    ("query", "title", "remark", "op"),
    [
        ("-2.5", "−2.5", "a constant", "constant"), ("[1, 2]", "[1, 2]", "a constant", "constant"),
        ("pi", "π", "the constant 3.142", "constant"), ("e", "e", "the constant 2.718", "constant"),
        ("w1", "w₁", "a new input", "variable"), ("x2", "x₂", "a new input", "variable"),
        ("theta", "θ", "a new input", "variable"), ("b", "b", "a new input", "variable"),
        ("rate = 0.5", "rate", "a new input, 0.5", "variable"), ("quux", "quux", "a new input", "variable"),
    ],
)  # fmt: skip
def test_numbers_are_constants_and_new_words_inputs(query: str, title: str, remark: str, op: str) -> None:
    found = first(query)
    assert (found.title, found.remark, found.op) == (title, remark, op)


def test_a_word_that_begins_an_operation_is_offered_as_an_input_after_it() -> None:
    found = offers("sig", GRAPH, anything)
    assert [offer.title for offer in found if offer.op in ("sigmoid", "variable")] == ["Sigmoid", "sig"]


def test_letters_in_their_order_are_enough_though_an_input_comes_first() -> None:
    assert first("sgmd").op == "variable"
    assert OPS["sigmoid"] in matching("sgmd")


def test_a_name_that_is_there_is_found_before_all_else() -> None:
    assert (first("f").title, first("f").remark, first("f").node) == ("f", "is on the canvas", GRAPH.find("f"))


@pytest.mark.parametrize("word", ["lambda", "x = 1e999", "?!", "= 3", "x = y"])
def test_what_can_be_nothing_offers_nothing(word: str) -> None:
    assert offers(word, GRAPH, anything) == []


def test_an_empty_query_offers_all_that_fit_inputs_and_arithmetic_first() -> None:
    groups = [OPS[offer.op].group for offer in offers("", GRAPH, anything)]
    assert list(dict.fromkeys(groups))[:3] == ["Inputs", "Arithmetic", "Elementary"]
    assert {offer.op for offer in offers(" ", GRAPH, lambda op: op.arity == 1)}.isdisjoint({"variable", "add"})


@pytest.mark.parametrize("query", ["2", "w1", "pi", "w1 = 3"])
def test_where_only_operations_fit_there_are_no_inputs(query: str) -> None:
    assert all(not OPS[offer.op].is_leaf for offer in offers(query, GRAPH, lambda op: not op.is_leaf))
