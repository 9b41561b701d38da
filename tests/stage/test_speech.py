"""What a screen reader says: words alone, and all of what the signs say."""

from __future__ import annotations

import re
from math import prod
from typing import Any

import pytest

from bpviz.document.diagram import Diagram
from bpviz.engine.exact import fractions
from bpviz.engine.explain import Span, Tone, explain
from bpviz.engine.telling import Telling, told
from bpviz.engine.trace import Accumulated, Computed, Failed, Overwritten, Pushed, Seeded, Sent, Trace, run
from bpviz.graph.graph import Graph, Node, NodeId, as_value
from bpviz.graph.parse import parse
from bpviz.ops import OPS, Op
from bpviz.ops.numerals import Style
from bpviz.stage.descriptions import node_facts, node_title, step_in_words, wire_facts, wire_title
from bpviz.stage.speech import said, spoken
from bpviz.stage.stage import Stage
from tests.ops.drawing import drawn, probes


def node_in_words(stage: Stage, node: NodeId) -> str:
    """What a screen reader says of a card: its name and its description."""
    return f"{node_title(stage, node)}, {node_facts(stage, node)}"


COMPUTED = [op for op in OPS.values() if not op.is_leaf and op.structured is None]
SAMPLES: list[tuple[Op, list[Any]]] = [(op, [float(part) for part in op.samples[0]]) for op in COMPUTED]
PROBES = {op.name: (op, probe) for op, probe in reversed(probes()) if all(map(prod, probe.shapes))}
SAMPLES += [(op, [as_value(part) for part in drawn(probe)]) for op, probe in PROBES.values()]
WORDS = re.compile(r"[A-Za-z0-9 .,:;!?'-]*")
SEED_TEXT, SEED_VALUES = "q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}


def stage(text: str = SEED_TEXT, time: float = 1e9, **values: object) -> Stage:
    return Stage(Diagram.of(parse(text, values or SEED_VALUES))).at(time)


def sentences(trace: Trace, kind: type[object]) -> list[str]:
    return [said(explain(trace, i)) for i in range(len(trace)) if type(trace[i]) is kind]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("−4", "minus 4"),
        ("1 × (−4) = −4", "1 times minus 4 is minus 4"),
        ("∂f/∂q = z = −4", "the derivative of f by q is z, which is minus 4"),
        ("∂v₁₂/∂θ", "the derivative of v 12 by theta"),
        ("x² + y³ − z⁵", "x squared plus y cubed minus z to the power of 5"),
        ("1.5·10⁻³", "1.5 times 10 to the power of minus 3"),
        ("A⁻¹ · bᵀ", "A inverse times b transposed"),
        ("x^(y − 1)", "x to the power of open parenthesis y minus 1 close parenthesis"),
        ("v₃ / y", "v 3 divided by y"),
        ("−1/3", "minus 1 over 3"),
        ("sin(2 · x)", "the sine of open parenthesis 2 times x close parenthesis"),
        ("max(x, y)", "the maximum of x and y"),
        ("relu′(0) = 0", "relu prime of 0 is 0"),
        ("√x", "the square root of x"),
        ("|x|", "the absolute value of x"),
        ("⌊x⌋ ≤ ⌈x⌉", "the floor of x at most the ceiling of x"),
        ("‖y‖", "the norm of y"),
        ("⟨x, y⟩", "the inner product of x and y"),
        ("[x > y]", "1 if x is greater than y and else 0"),
        ("[x = y]", "1 if x equals y and else 0"),
        ("NaN", "not a number"),
        ("−∞", "minus infinity"),
        ("(−0.8)²", "the square of minus 0.8"),
        ("sum([0, −0.5])", "sum of the list 0, minus 0.5"),
        ("[1, −2, 3]", "the list 1, minus 2, 3"),
        ("[[1, 2], [3, 4]]", "the matrix with rows 1, 2 and 3, 4"),
        ("[2 × 3 numbers]", "an array of 2 by 3 numbers"),
        ("[7 numbers]", "a list of 7 numbers"),
        ("x[1:3, 0]", "x at 1 to 3, 0"),
        ("sum(x, axis=-1)", "sum of open parenthesis x, axis minus 1 close parenthesis"),
        ("Ω and σ(w_in)", "capital omega and the sigmoid of w in"),
        ("▢ + 1", "blank plus 1"),
        ("x ≠ y", "x is not y"),
        ("2 ≠ 3 (entry [0, 1])", "2 is not 3 in entry 0, 1"),
        ("Step forward with →", "Step forward with the right arrow"),
    ],
)
def test_signs_become_words(text: str, words: str) -> None:
    assert spoken(text) == words


def test_the_seed_is_read_aloud_step_by_step() -> None:
    trace = run(parse(SEED_TEXT, SEED_VALUES))
    assert [said(explain(trace, i)) for i in (0, 3, 4, 5, 6, 7, 9, 10)] == [
        "The input x is minus 2.",
        "Compute q as x plus y, which is minus 2 plus 5, which is 3.",
        "Compute f as q times z, which is 3 times minus 4, which is minus 12.",
        "The way back starts at the output: the derivative of f by f is 1, "
        "because f changes exactly as fast as itself.",
        "f passes back 1 times minus 4, which is minus 4, to q, "
        "because locally the derivative of f by q is z, which is minus 4.",
        "q receives its only share: minus 4. So the derivative of f by q is minus 4.",
        "z receives its only share: 3. So the derivative of f by z is 3.",
        "q passes back minus 4 times 1, which is minus 4, to x, because locally the derivative of q by x is 1.",
    ]


def test_a_sum_of_shares() -> None:
    assert sentences(run(parse("f = x * x", {"x": 3})), Accumulated) == [
        "x receives 3; one more share to come.",
        "x adds it to what it has: 3 plus 3, which is 6. So the derivative of f by x is 6.",
    ]


def test_a_kink() -> None:
    (sent,) = sentences(run(parse("f = relu(x)", {"x": 0})), Sent)
    assert sent == (
        "f passes back 1 times 0, which is 0, to x, because locally the derivative of f by x is 0. "
        "relu has a corner at 0; its derivative there is taken as 0, by convention."
    )


def test_failures_forward_and_back() -> None:
    assert sentences(run(parse("f = ln(x)", {"x": -2})), Failed) == [
        "natural logarithm is defined for x greater than 0; x is minus 2."
    ]
    assert sentences(run(parse("f = sqrt(x)", {"x": 0})), Failed) == [
        "The local derivative of f by x, which is 1 divided by open parenthesis 2 times the square root of x close "
        "parenthesis, is infinite, or too large for float64, where x is 0."
    ]


def test_forward_mode_and_what_goes_wrong() -> None:
    trace = run(parse("a = x * y; f = a * x + a", {"x": 2, "y": 3}))
    ahead, wrong = told(trace, Telling.FORWARD), told(trace, Telling.OVERWRITES)
    assert sentences(ahead, Seeded) == ["Let x move, and see what follows: the derivative of x by x is 1."]
    assert sentences(ahead, Pushed)[0] == (
        "x passes on 1 times 3, which is 3, to a, because locally the derivative of a by x is y, which is 3."
    )
    assert sentences(wrong, Overwritten)[2] == (
        "a loses what it had, because equals is not plus equals: 2 takes the place of 1. So the derivative of f by a "
        "is 2 instead of 3."
    )


def test_whole_arrays() -> None:
    trace = run(parse("y = A @ x; f = sum(y * y)", {"A": [[1, 2], [3, 4]], "x": [1, 1]}))
    assert sentences(trace, Computed)[2] == (
        "Compute y as A times x, which is the matrix with rows 1, 2 and 3, 4 times the list 1, 1, "
        "which is the list 3, 7."
    )
    assert sentences(trace, Sent)[-1] == (
        "y passes back A transposed times G, which is the list 48, 68, to x, where G is the derivative of f by y, "
        "which is the list 6, 14. Locally the derivative of y by x is a matrix of 2 by 2 numbers."
    )


def test_fractions_as_they_are_written() -> None:
    trace = run(parse("f = x / y", {"x": 1, "y": 3}))
    written = trace.written(Style(fractions=fractions(trace)))
    assert sentences(written, Computed)[2] == "Compute f as x divided by y, which is 1 divided by 3, which is 1 over 3."


def test_results_and_reasons_are_told_apart() -> None:
    whole = (Span("f sends "), Span("2 × 3 = 6", Tone.GRADIENT), Span(" to x."))
    assert said(whole) == "f sends 2 times 3, which is 6, to x."


@pytest.mark.parametrize(("op", "values"), SAMPLES, ids=lambda part: part.name if isinstance(part, Op) else "")
def test_every_operation_is_read_in_words_alone(op: Op, values: list[Any]) -> None:
    """Forward and back, with every sign that the operation may bring along."""
    leaves = [Node(i, OPS["variable"], (), value, "xyzuvwabcd"[i]) for i, value in enumerate(values)]
    trace = run(Graph([*leaves, Node(99, op, tuple(range(len(leaves))), None, "f")]))
    assert len(trace) > len(leaves)
    for i in range(len(trace)):
        words = said(explain(trace, i))
        assert WORDS.fullmatch(words), words
        assert "  " not in words
        assert words.count("open parenthesis") == words.count("close parenthesis")


class TestDescriptions:
    def test_the_present_step(self) -> None:
        assert step_in_words(stage(time=7.0)) == (
            "Step 7 of 14. f passes back 1 times minus 4, which is minus 4, to q, "
            "because locally the derivative of f by q is z, which is minus 4."
        )
        assert step_in_words(stage(time=6.5)) == step_in_words(stage(time=7.0)), "it is under way"
        assert step_in_words(stage(time=0.0)).startswith("Ready: step forward with the right arrow")

    def test_a_card_as_far_as_it_has_come(self) -> None:
        at = {time: stage(time=time) for time in (0.0, 5.0, 8.0)}
        q = at[0.0].graph.by_name["q"]
        assert [node_in_words(shown, q) for shown in at.values()] == [
            "q, addition of x and y, value not computed yet, gradient not reached yet, goes into f",
            "q, addition of x and y, value 3, gradient not reached yet, goes into f",
            "q, addition of x and y, value 3, gradient minus 4, goes into f",
        ]

    @pytest.mark.parametrize(
        ("text", "name", "words"),
        [
            (SEED_TEXT, "f", "f, multiplication of q and z, value minus 12, gradient 1, the output"),
            ("f = sin(x)", "x", "x, input, x waits for a value, goes into f"),
            ("w = parameter(2); f = w - 1", "w", "w, parameter, value 2, gradient 1, goes into f"),
            ("w = parameter(2); f = w - 1", "f", "f, w minus 1, value 1, gradient 1, the output"),
            ("f = x * _", "f", "f, x times blank, f waits for its second input to be wired, the output"),
        ],
    )
    def test_other_cards(self, text: str, name: str, words: str) -> None:
        shown = Stage(Diagram.of(parse(text, SEED_VALUES if text == SEED_TEXT else {}))).at(1e9)
        assert node_in_words(shown, shown.graph.by_name[name]) == words

    def test_a_failure_a_dead_end_and_shares_to_come(self) -> None:
        shown = stage("f = ln(x)", x=-2)
        assert "defined for x greater than 0" in node_in_words(shown, shown.graph.by_name["f"])
        shown = stage("d = exp(y); f = x * x", x=3, y=0)
        assert node_in_words(shown, shown.graph.by_name["d"]) == (
            "d, the exponential of y, value 1, no path to f, goes nowhere"
        )
        half = next(i + 1 for i in range(len(shown.trace)) if isinstance(shown.trace[i], Accumulated))
        x = shown.graph.by_name["x"]
        assert node_in_words(shown.at(half), x) == (
            "x, input, value 3, gradient 3, one more share to come, goes into f"
        )

    def test_forward_mode_speaks_of_tangents_and_wrong_gradients_are_called_wrong(self) -> None:
        diagram = Diagram.of(parse("a = x * y; f = a * x + a", {"x": 2, "y": 3}))
        a, trace = diagram.graph.by_name["a"], run(diagram.graph)
        ahead = Stage(diagram, told(trace, Telling.FORWARD), 1e9)
        assert ", tangent 3, " in node_in_words(ahead, a)
        wrong = Stage(diagram, told(trace, Telling.OVERWRITES), 1e9)
        assert ", gradient 2, wrong: a receives 1 from f, then 2 from" in node_in_words(wrong, a)

    def test_wires(self) -> None:
        shown = stage()
        f = shown.graph.by_name["f"]
        assert wire_title(shown, f, 0) == "wire from q to f, its input 1 of 2"
        assert wire_facts(shown, f, 0) == (
            "local derivative of f by q is z, which is minus 4; has carried back minus 4"
        )
        assert wire_facts(shown.at(6.0), f, 0) == "local derivative of f by q is z, which is minus 4"
        assert wire_facts(shown.at(5.0), f, 0) == "not reached yet"
        arrays = stage("f = sum(A @ x)", A=[[1, 2], [3, 4]], x=[1, 1])
        product = next(node.id for node in arrays.graph.nodes.values() if node.op.name == "matmul")
        assert (
            wire_facts(arrays, product, 1) == "local derivative of v 1 by x is a matrix; has carried back the list 4, 6"
        )
        broken = stage("f = ln(x)", x=-2)
        assert wire_facts(broken, broken.graph.by_name["f"], 0) == "carries no gradient"
