"""The questions of predict first: their order, what there is to choose from, and what can be typed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, note

from bpviz.engine.asking import MOST_CHOICES, Questions, choices, read_answer
from bpviz.engine.mistakes import PRECISION, answers
from bpviz.engine.telling import Telling, told
from bpviz.engine.trace import Trace, run
from bpviz.graph.graph import Graph, GraphError, NodeId
from bpviz.graph.parse import parse
from bpviz.graph.program import program

from .mixed_graphs import mixed_graphs


def of(text: str, **values: Any) -> Trace:
    return run(parse(text, values))


def asked(trace: Trace) -> list[tuple[int, NodeId]]:
    """All questions with their wires."""
    questions, found, wire = Questions(trace), [], 0
    while (next_ := questions.next(wire)) is not None:
        found.append(next_)
        wire = next_[0] + 1
    return found


def names(trace: Trace) -> list[str]:
    return [trace.graph.spoken(node) for _, node in asked(trace)]


def test_every_number_that_gets_a_gradient_is_asked_for_when_its_last_share_is_due() -> None:
    trace = of("a = 2*x; b = x*y; f = a*b", x=3, y=5)
    assert names(trace) == ["a", "b", "y", "x"]
    for wire, node in asked(trace):
        before = trace.frame(trace.sent_position(wire))
        assert len(before.arrived(node)) == len(trace.wires_into(node)) - 1
        assert trace.frame(trace.sent_position(wire) + 2).gradient(node) == trace.gradient(node)


@given(mixed_graphs())
def test_what_is_asked_is_what_has_an_answer(graph: Graph) -> None:
    note(program(graph))
    trace = run(graph)
    found = [node for _, node in asked(trace)]
    assert set(found) == {node for node in graph.nodes if trace.receives(node) and answers(trace, node)}
    assert len(set(found)) == len(found)


def test_what_is_not_asked() -> None:
    assert names(of("f = sum(A)", A=[1, 2])) == [], "an array"
    assert names(of("f = 2*x; g = 3*y; f", x=1, y=2)) == ["x"], "what has no path"
    assert names(of("f = sqrt(x)", x=0)) == [], "an infinite gradient"
    assert names(of("f = ln(x)", x=-1)) == [], "no way back at all"
    trace = of("f = x*y", x=2, y=3)
    assert asked(told(trace, Telling.FORWARD)) == []
    assert asked(told(trace, Telling.OVERWRITES)) == []


def test_which_question_comes_first_at_a_time() -> None:
    trace = of("f = x*y", x=2, y=3)
    questions, first = Questions(trace), float(trace.sent_position(0))
    assert [questions.first_at(first + late) for late in (-9.0, -0.5, 0.0, 0.1, 1.0, 2.0, 2.1)] == [0, 0, 0, 1, 1, 1, 2]


@given(mixed_graphs())
def test_choices_are_four_different_numbers_and_one_is_right(graph: Graph) -> None:
    note(program(graph))
    trace = run(graph)
    for _, node in asked(trace):
        found, right = choices(trace, node), trace.gradient(node)
        assert isinstance(right, float)
        assert len(found) == MOST_CHOICES
        assert found == choices(trace, node), "they stay where they are"
        assert found.count(right) == 1
        assert sum(abs(value - right) <= PRECISION * abs(right) for value in found) == 1


def test_the_right_one_is_not_always_at_the_same_place() -> None:
    places = set()
    for x in range(1, 12):
        trace = of("f = x*y", x=x, y=7)
        node = trace.graph.find("y")
        places.add(choices(trace, node).index(float(x)))
    assert len(places) > 1


@pytest.mark.parametrize(
    ("typed", "number", "digits"),
    [
        ("−4", -4.0, 1),
        ("-4", -4.0, 1),
        (" +4.50 ", 4.5, 3),
        ("= 3", 3.0, 1),
        ("1/3", 1 / 3, 15),
        ("−1/3", -1 / 3, 15),
        ("1e-3", 0.001, 1),
        ("1.5E3", 1500.0, 2),
        ("1.500·10⁻³", 0.0015, 4),
        ("2×10⁴", 20000.0, 1),
        ("2*10^-3", 0.002, 1),
        ("2 · 10**(-3)", 0.002, 1),
        ("0.050", 0.05, 2),
        (".5", 0.5, 1),
        ("1 × (−4)", -4.0, 15),
        ("2*3 + 4", 10.0, 15),
        ("√2", 2**0.5, 15),
    ],
)
def test_what_can_be_typed(typed: str, number: float, digits: int) -> None:
    assert read_answer(typed) == (number, digits)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type a number, such as −0.5 or 1/3."),
        ("  ", "Type a number, such as −0.5 or 1/3."),
        ("1,5", "Write decimals with a point: 1.5."),
        ("1/0", "“1/0” has no value: division needs a divisor other than 0; here it is 1 / 0."),
        ("q", "“q” cannot be read as a number; examples of what can are −0.5, 1/3 and 2·10⁻³."),
        ("x = 3", "“x = 3” cannot be read as a number; examples of what can are −0.5, 1/3 and 2·10⁻³."),
        ("[1, 2]", "“[1, 2]” cannot be read as a number; examples of what can are −0.5, 1/3 and 2·10⁻³."),
        ("4 5", "“4 5” cannot be read as a number; examples of what can are −0.5, 1/3 and 2·10⁻³."),
        ("nan", "“nan” cannot be read as a number; examples of what can are −0.5, 1/3 and 2·10⁻³."),
        ("∂f/∂q", "“∂f/∂q” cannot be read as a number; examples of what can are −0.5, 1/3 and 2·10⁻³."),
        ("1" * 81, "That is too long for a number."),
    ],
)
def test_what_cannot(typed: str, sentence: str) -> None:
    with pytest.raises(GraphError) as refused:
        read_answer(typed)
    assert str(refused.value) == sentence
