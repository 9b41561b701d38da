"""How derivatives are written: ∂f/∂q where that is one thing, ∂₁f where it could be read as two."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, note

from bpviz.engine.derivation import derivation
from bpviz.engine.explain import sentence
from bpviz.engine.notation import aside, cut, is_by_place, local_latex, local_sign, meaning, ordinal
from bpviz.engine.telling import Telling, told
from bpviz.engine.trace import Trace, run
from bpviz.graph.graph import Graph, NodeId
from bpviz.graph.parse import parse
from bpviz.graph.program import program
from bpviz.stage.pill_words import pill_texts
from bpviz.stage.speech import spoken

from .mixed_graphs import mixed_graphs


def of(text: str, **values: Any) -> Trace:
    return run(parse(text, values))


def signs(trace: Trace) -> list[str]:
    """The local derivatives of a story, in the order in which they are multiplied."""
    assert trace.sweep is not None
    sent = [trace.sweep.sent(wire) for wire in range(len(trace.sweep.wires))]
    return [local_sign(trace.graph, trace.sweep, event.consumer, event.slot) for event in sent]


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("q = x + y; f = q * z", {"x": 1, "y": 2, "z": 3}, ["∂f/∂q", "∂f/∂z", "∂q/∂x", "∂q/∂y"]),
        ("f = x * x", {"x": 3}, ["∂₁f", "∂₂f"]),
        ("q = x * x; f = 2 * q", {"x": 3}, ["∂f/∂q", "∂₁q", "∂₂q"]),
        ("q = 2 * x; f = q + x", {"x": 3}, ["∂f/∂q", "∂₂f", "∂q/∂x"]),  # ∂f/∂x is 3, and locally 1
        ("q = 2 * x; f = x + q", {"x": 3}, ["∂f/∂q", "∂₁f", "∂q/∂x"]),
        ("q = 2 * x; g = q + x; f = 5 * g", {"x": 3}, ["∂f/∂g", "∂g/∂q", "∂g/∂x", "∂q/∂x"]),
        ("q = x * x; g = 7 * x; f = q", {"x": 3}, ["∂f/∂q", "∂₁q", "∂₂q"]),
        ("g = 7 * x; f = 2 * x", {"x": 3}, ["∂f/∂x"]),  # the other way does not lead to the output
        ("f = x @ x", {"x": [1, 2]}, ["∂₁f", "∂₂f"]),
        ("y = 2 * x; f = dot(x, y)", {"x": [1, 2]}, ["∂₁f", "∂f/∂y", "∂y/∂x"]),
    ],
)
def test_the_place_is_told_where_the_name_is_not_enough(text: str, values: dict[str, Any], expected: list[str]) -> None:
    assert sorted(signs(of(text, **values))) == sorted(expected)


def test_in_forward_mode_it_is_the_seed_whose_derivatives_are_whole() -> None:
    trace = of("q = 2 * x; f = q + x * y", x=3, y=5)
    (x, y) = (trace.graph.find(name) for name in "xy")
    assert signs(told(trace, Telling.FORWARD, x)) == ["∂q/∂x", "∂v₁/∂x", "∂f/∂q", "∂f/∂v₁"]
    assert signs(told(trace, Telling.FORWARD, y)) == ["∂v₁/∂y", "∂f/∂v₁"]
    plain = of("q = 2 * x; f = q + x", x=3)
    assert "∂₂f" in signs(told(plain, Telling.FORWARD, plain.graph.find("x")))


def test_without_a_way_back_only_a_double_input_is_ambiguous() -> None:
    graph = parse("f = x * x + y", {})
    product = next(id_ for id_, node in graph.nodes.items() if node.op.name == "mul")
    assert local_sign(graph, None, product, 0) == "∂₁v₁"
    assert graph.result is not None
    assert local_sign(graph, None, graph.result, 1) == "∂f/∂y"


@given(mixed_graphs())
def test_one_sign_is_never_two_things(graph: Graph) -> None:
    """All local derivatives and all gradients of a run: what is written alike is the same."""
    note(program(graph))
    trace = run(graph)
    if trace.sweep is None or trace.output is None:
        return
    meant: dict[str, tuple[NodeId, NodeId]] = {}
    by_place: set[str] = set()
    output = graph.spoken(trace.output)
    for wire, sign in enumerate(signs(trace)):
        sent = trace.sent(wire)
        place = sent.source, sent.target
        if "/" in sign:
            assert meant.setdefault(sign, place) == place
            assert sum(source == sent.target for source in graph.nodes[sent.source].inputs) == 1
            gradient = trace.gradient(sent.target)
            is_number = isinstance(gradient, float) and isinstance(sent.local, float)
            if sign == f"∂{output}/∂{graph.spoken(sent.target)}" and is_number:
                assert gradient == sent.local
        else:
            assert sign not in by_place
            by_place.add(sign)


def test_the_chain_rule_at_a_square() -> None:
    trace = of("f = x * x", x=3)
    found = derivation(trace, trace.graph.find("x"), len(trace))
    assert found is not None
    whole, first, second = r"\frac{{\partial}f}{{\partial}f}", r"{\partial}_{1}f", r"{\partial}_{2}f"
    assert [line.latex for line in found.lines] == [
        rf"{whole} \cdot {first} + {whole} \cdot {second}",
        rf"{whole} \cdot x + {whole} \cdot x",
        r"1 \times 3 + 1 \times 3",
        "6",
    ]
    assert found.lines[0].left == r"\frac{{\partial}f}{{\partial}x}"
    assert found.remarks == ("∂₁f: the derivative of f by its first input alone.",)
    assert [piece.words for piece in found.lines[0].pieces] == [
        "∂f/∂f times ∂₁f: 1 times 3, added",
        "∂f/∂f times ∂₂f: 1 times 3, added",
    ]


def test_captions_and_pills_say_what_the_sign_means() -> None:
    trace = of("f = x * x", x=3)
    sent = trace.seed_position + 1
    assert sentence(trace, sent) == (
        "f passes back 1 × 3 = 3 to x, because locally ∂₁f = x = 3 (∂₁: by its first input alone)."
    )
    assert sentence(trace, len(trace) - 1) == "x adds it to what it has: 3 + 3 = 6. So ∂f/∂x = 6."
    assert [pill_texts(trace, wire)[0] for wire in (0, 1)] == ["∂₁f = x = 3", "∂₂f = x = 3"]
    assert spoken(sentence(trace, sent)).endswith(
        "because locally the derivative of f by its first input alone is x, which is 3."
    )
    assert spoken(meaning(trace.graph, trace.graph.find("f"), 1)) == "the derivative of f by its second input alone."


def test_a_wire_that_is_shared_by_two_outputs_is_written_for_each() -> None:
    """The words of a graph are remembered, and graphs with other outputs share them."""
    graph = parse("q = 2 * x; f = q + x; g = 3 * f", {"x": 3})
    f, g = graph.find("f"), graph.find("g")
    texts = {output: pill_texts(run(graph, output), run(graph, output).wire(f, 1) or 0)[0] for output in (f, g, f)}
    assert texts == {f: "∂₂f = 1", g: "∂f/∂x = 1"}


def test_a_faulty_local_derivative_is_named_by_its_place() -> None:
    trace = of("q = 0 * x; f = q + sqrt(x) * sqrt(x)", x=0)
    reasons = [failure.reason for failure in trace.failures]
    assert any("∂v₁/∂x" in reason or "∂v₂/∂x" in reason for reason in reasons)
    twice = of("f = x ^ x", x=0)
    assert all("∂f/∂x" not in failure.reason for failure in twice.failures)


def test_ordinals_names_and_latex() -> None:
    assert [ordinal(number) for number in (1, 2, 10, 11, 12, 13, 21, 22, 23, 101, 111)] == [
        "first", "second", "tenth", "11th", "12th", "13th", "21st", "22nd", "23rd", "101st", "111th",
    ]  # fmt: skip
    assert cut("hidden_layer_weight_1", 9) == "hidd…ht_1"
    assert cut("loss", 9) == "loss"
    assert cut("a_very_long_one", None) == "a_very_long_one"
    trace = of("hidden_layer_1 = x * x; f = 2 * hidden_layer_1", x=3)
    node = trace.graph.find("hidden_layer_1")
    assert local_latex(trace.graph, trace.sweep, node, 1, 9) == r"{\partial}_{2}\mathrm{hidd…er}_{1}"
    assert aside(trace.graph, trace.sweep, node, 1) == " (∂₂: by its second input alone)"
    assert aside(trace.graph, trace.sweep, trace.graph.find("f"), 1) == ""


def test_many_wires_are_asked_quickly() -> None:
    """Of 4,000 uses of one input, each is answered from its own wires."""
    text = ["s0 = 1 * x"] + [f"s{i} = s{i - 1} + x" for i in range(1, 4_000)]
    trace = of("\n".join(text), x=1)
    wires = range(len(trace.plan.wires))
    events = [trace.sent(wire) for wire in wires]
    found = [is_by_place(trace.graph, trace.sweep, event.source, event.slot) for event in events]
    assert sum(found) == 1  # only at the output, where x comes in once more


@pytest.mark.parametrize(
    ("text", "values", "told"),
    [
        ("f = x**y", {"x": 1e-12, "y": 2}, "Compute f = x^y = (1·10⁻¹²)² = 1·10⁻²⁴."),
        ("f = x**1e-12", {"x": 1}, "Compute f = x^(1·10⁻¹²) = 1^(1·10⁻¹²) = 1."),
        ("f = x / y", {"x": 1e-12, "y": 2e-9}, "Compute f = x / y = 1·10⁻¹² / (2·10⁻⁹) = 0.0005."),
        ("f = x * y", {"x": 2, "y": 3e-9}, "Compute f = x · y = 2 × 3·10⁻⁹ = 6·10⁻⁹."),
        ("f = x * y", {"x": 2, "y": -3}, "Compute f = x · y = 2 × (−3) = −6."),
        ("f = x * y", {"x": [1, 2], "y": 3}, "Compute f = x · y = [1, 2] × 3 = [3, 6]."),
    ],
)
def test_numbers_in_formulas_read_as_numbers(text: str, values: dict[str, Any], told: str) -> None:
    trace = of(text, **values)
    assert sentence(trace, trace.seed_position - 1) == told


def test_a_slope_that_is_the_same_everywhere_is_told_once() -> None:
    trace = of("r = y - b; f = sum(r)", y=[1, 2], b=[3, 4])
    assert any(sentence(trace, i).endswith("because locally ∂r/∂b = −1 in every entry.") for i in range(len(trace)))
