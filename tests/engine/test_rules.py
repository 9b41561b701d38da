"""Derivatives worked out line by line: the examples of the texts to the letter, and every line against sympy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, note
from ziamath.zmath import Latex

from bpviz.engine.analysis.node_rules import node_rule, node_rules
from bpviz.engine.analysis.notations import DerivativeSign, derivative_of, usual_sign, value_at
from bpviz.engine.analysis.rules import Pending, set_as
from bpviz.engine.analysis.worked_out import Derivation, derivation, simplified
from bpviz.engine.symbolic import _in_sympy
from bpviz.engine.trace import run
from bpviz.graph.graph import Graph, GraphError
from bpviz.graph.parse import parse
from bpviz.graph.program import differential_formula, program
from bpviz.graph.shapes import infer_shapes
from bpviz.ops import OPS
from bpviz.ops.formula import Applied, Formula, Name, Notation, written

from .random_graphs import scalar_graphs

LEIBNIZ = DerivativeSign.LEIBNIZ


def worked_out(text: str, by: str = "x") -> Derivation:
    graph = parse(text)
    return derivation(graph, graph.find(by))


def lines(text: str) -> list[str]:
    return worked_out(text).texts(LEIBNIZ)


def rules(text: str) -> list[list[str]]:
    return [[rule.name for rule in line.rules] for line in worked_out(text).lines]


class TestTheTexts:
    """What the three texts work out."""

    def test_a_parabola(self) -> None:
        assert lines("f = 3x² − 4x") == [
            "df/dx = d/dx [3 · x² − 4 · x]",
            "= 3 · d/dx [x²] − 4 · dx/dx",
            "= 3 × 2 · x − 4",
        ]
        assert rules("f = 3x² − 4x") == [
            [],
            ["Difference rule", "Constant multiple rule"],
            ["Power rule", "Derivative of the variable itself"],
        ]
        graph = parse("f = 3x² − 4x")
        assert str(simplified(graph, graph.find("x"))) == "6 · x − 4"

    def test_the_sine_of_a_square(self) -> None:
        assert lines("f = sin(2x²)") == [
            "df/dx = d/dx [sin(2 · x²)]",
            "= cos(2 · x²) · d/dx [2 · x²]",
            "= cos(2 · x²) · 2 · d/dx [x²]",
            "= cos(2 · x²) · 2 · 2 · x",
        ]
        assert rules("f = sin(2x²)")[1] == ["Derivative of sin and chain rule"]
        graph = parse("f = sin(2x²)")
        assert str(simplified(graph, graph.find("x"))) == "4 · x · cos(2 · x²)"

    def test_a_polynomial(self) -> None:
        assert lines("f = x² + 3x + 5") == [
            "df/dx = d/dx [x² + 3 · x + 5]",
            "= d/dx [x²] + 3 · dx/dx + d/dx [5]",
            "= 2 · x + 3",
        ]

    @pytest.mark.parametrize(
        ("text", "rule", "expected"),
        [
            ("f = x³", "Power rule", ["3 · x²"]),
            ("f = x² + 3x", "Sum rule", ["d/dx [x²] + 3 · dx/dx", "2 · x + 3"]),
            (
                "f = x² · exp(x)",
                "Product rule",
                ["d/dx [x²] · exp(x) + x² · d/dx [exp(x)]", "2 · x · exp(x) + x² · exp(x)"],
            ),
            (
                "f = x² / exp(x)",
                "Quotient rule",
                [
                    "(d/dx [x²] · exp(x) − x² · d/dx [exp(x)]) / exp(x)²",
                    "(2 · x · exp(x) − x² · exp(x)) / exp(x)²",
                ],
            ),
            ("f = exp(x²)", "Derivative of exp and chain rule", ["exp(x²) · d/dx [x²]", "exp(x²) · 2 · x"]),
        ],
    )
    def test_the_five_rules(self, text: str, rule: str, expected: list[str]) -> None:
        assert [line.removeprefix("= ") for line in lines(text)[1:]] == expected
        assert rules(text)[1][0] == rule

    def test_the_table_of_common_functions(self) -> None:
        assert [lines(text)[-1] for text in ("f = x**n + 0*x", "f = e^x", "f = ln(x)", "f = 1/x")] == [
            "= n · x^(n − 1)",
            "= e^x",
            "= 1 / x",
            "= −1 / x²",
        ]


def test_every_notation() -> None:
    found = worked_out("f = 3*sin(x)")
    assert {sign.value: found.texts(sign)[:2] for sign in DerivativeSign} == {
        "df/dx": ["df/dx = d/dx [3 · sin(x)]", "= 3 · d/dx [sin(x)]"],
        "f′": ["f′ = (3 · sin(x))′", "= 3 · (sin(x))′"],
        "D f": ["D f = D[3 · sin(x)]", "= 3 · D[sin(x)]"],
        "∂f/∂x": ["∂f/∂x = ∂/∂x [3 · sin(x)]", "= 3 · ∂/∂x [sin(x)]"],
        "∂ₓ f": ["∂_x f = ∂_x[3 · sin(x)]", "= 3 · ∂_x[sin(x)]"],
        "fₓ": ["f_x = (3 · sin(x))_x", "= 3 · (sin(x))_x"],
        "Dₓ f": ["D_x f = D_x[3 · sin(x)]", "= 3 · D_x[sin(x)]"],
        "∂₁ f": ["∂_1 f = ∂_1[3 · sin(x)]", "= 3 · ∂_1[sin(x)]"],
        "f₁": ["f_1 = (3 · sin(x))_1", "= 3 · (sin(x))_1"],
        "D₁ f": ["D_1 f = D_1[3 · sin(x)]", "= 3 · D_1[sin(x)]"],
    }
    assert [usual_sign(1), usual_sign(2)] == [DerivativeSign.LEIBNIZ, DerivativeSign.PARTIAL]
    assert value_at("f", "x", "−1", DerivativeSign.LAGRANGE)[0] == "f′(−1)"
    assert value_at("f", "x", "1", LEIBNIZ) == ("df/dx at x = 1", r"\left.\frac{df}{dx}\right|_{x=1}")


def test_inputs_told_by_number_are_counted_without_constants() -> None:
    graph = parse("c = constant(2); x = 1; y = 3; f = c*x*y²")
    found = derivation(graph, graph.find("y"))
    assert found.place == 2
    assert found.texts(DerivativeSign.PARTIAL_NUMBER)[0] == "∂_2 f = ∂_2[c · x · y²]"
    assert found.latex(DerivativeSign.NUMBER).startswith(r"\begin{aligned} f_{2} &= ")
    assert value_at("f", "y", "3", DerivativeSign.EULER_NUMBER, found.place) == ("D_2 f(3)", r"D_{2}\,f\left(3\right)")


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        *(("f = x·sin(w_in)", sign) for sign in DerivativeSign),
        *((text, LEIBNIZ) for text in ("f = sin(w_in·x)/x", "f = x**x", "f = max(x, x²)", "f = abs(x)/y")),
    ],
)
def test_the_mathematics_renderer_reads_it(text: str, sign: DerivativeSign) -> None:
    assert Latex(worked_out(text).latex(sign)).svg()


PROBLEMS = (
    "f = 3x² − 4x", "f = sin(2x²)", "f = x² · exp(x) / (1 + x²)", "f = ln(sin(x) + 2)", "f = 2**x", "f = x**x",
    "f = sqrt(1 + x²)", "f = (x − 1)³ / (2y)", "f = tanh(w·x + b)·x", "f = 1 / x", "f = y**x", "f = 5", "f = x",
    "q = x·y; r = q·q; f = r − q/x", "f = atan(x)/x", "f = −x·−x", "f = square(reciprocal(x))", "f = x/3 + 3/x",
)  # fmt: skip


@pytest.mark.parametrize("text", PROBLEMS)
def test_every_line_says_the_same(text: str) -> None:
    """What is still asked for is differentiated by sympy: each line has the value of the first."""
    graph = parse(f"{text}; g = f + 0*x")
    found = derivation(graph, graph.find("x"), graph.find("f"))
    point = {sympy.Symbol(name, real=True): value for name, value in {"x": 1.3, "y": 0.7, "w": -0.4, "b": 0.2}.items()}
    values = [complex(in_sympy(line.formula).evalf(30, subs=point)) for line in found.lines]
    assert values == pytest.approx([values[0]] * len(values), rel=1e-12, abs=1e-12)
    assert not any(pending(line.formula) for line in found.lines[-1:])
    assert all(pending(line.formula) for line in found.lines[:-1])


def in_sympy(term: Formula) -> Any:
    """A formula, with sympy's own derivative for every one that is still asked for."""
    if isinstance(term, Pending):
        return sympy.diff(_in_sympy(term.inner), sympy.Symbol("x", real=True))
    if isinstance(term, Applied):
        parts = [sympy.Symbol(f"part_{i}") for i in range(len(term.args))]
        whole = _in_sympy(Applied(term.op, tuple(Name(part.name) for part in parts)))
        real = [sympy.Symbol(part.name, real=True) for part in parts]
        return whole.subs({symbol: in_sympy(arg) for symbol, arg in zip(real, term.args, strict=True)})
    return _in_sympy(term)


def pending(term: Formula) -> bool:
    return isinstance(term, Pending) or (isinstance(term, Applied) and any(map(pending, term.args)))


@given(scalar_graphs)
def test_the_last_line_has_the_value_of_the_gradient(graph: Graph) -> None:
    trace = run(graph)
    inputs = [node.id for node in graph.leaves() if not node.is_constant]
    assume(inputs and graph.result is not None)
    note(program(graph))
    for variable in inputs:
        try:
            found = derivation(graph, variable)
        except GraphError:
            continue
        assume(not pending(found.lines[-1].formula))
        text = written(found.lines[-1].formula, Notation.CODE)
        note(text)
        known = {leaf.name: leaf.value for leaf in graph.leaves() if leaf.name}
        answer = parse(f"answer = identity({text})")
        values = {leaf.name: known[leaf.name] for leaf in answer.leaves()}
        expected, value = trace.gradient(variable), run(answer.with_inputs(values)).value("answer")
        if value is None or expected is None or not np.isfinite(value) or not np.isfinite(expected):
            continue  # a kink or the edge of a domain, where conventions take the formula's place
        assert value == pytest.approx(expected, rel=1e-6, abs=1e-9)


class TestAtNodes:
    def test_a_rule_in_general_and_with_its_own_operands(self) -> None:
        graph = parse("q = 3x; f = q · sin(x)")
        found = node_rule(graph, {}, graph.find("f"), graph.find("x"))
        assert found.rule.name == "Product rule"
        assert text_of(found.asked_generally) == "d/dx [u · v]"
        assert text_of(found.found_generally) == "du/dx · v + u · dv/dx"
        assert text_of(found.asked) == "d/dx [q · sin(x)]"
        assert text_of(found.found) == "dq/dx · sin(x) + q · d/dx [sin(x)]"

    def test_constants_are_told_from_functions(self) -> None:
        graph = parse("f = y · x")
        found = node_rule(graph, {}, graph.find("f"), graph.find("x"))
        assert (found.rule.name, text_of(found.found_generally)) == ("Constant multiple rule", "C · du/dx")

    def test_the_identities_of_matrices(self) -> None:
        text = (
            "A = [[1, 2], [3, 4]]; x = [1, 2]; y = A @ x; q = quadratic_form(x, A); s = dot(x, x); f = sum(y) + q + s"
        )
        graph = parse(text)
        found = {
            graph.label(rule.node): f"{text_of(rule.asked)} = {text_of(rule.found)}"
            for rule in node_rules(graph, infer_shapes(graph).known, graph.find("x"))
        }
        assert found["y"] == "d(A · x) = A · dx"
        assert found["q"] == "d(xᵀ · A · x) = ⟨dx, (A + Aᵀ) · x⟩"
        assert found["s"] == "d(⟨x, x⟩) = ⟨dx, x⟩ + ⟨x, dx⟩"

    @pytest.mark.parametrize(
        "op", [op for op in OPS.values() if op.structured and op.is_listed], ids=lambda op: op.name
    )
    def test_every_operation_on_arrays_has_one(self, op: Any) -> None:
        """The differential is the tangent that is pushed forward; here only that it can be written."""
        for probe in op.probes[:2]:
            made = op.with_(len(probe.shapes), **probe.attributes) if op.is_variadic else op.with_(**probe.attributes)
            names = [Name(letter) for letter in "ABCDEFGH"[: len(probe.shapes)]]
            for slot in range(len(names)):
                found = str(differential_formula(made, names, probe.shapes, [slot]))
                assert f"d{names[slot].name}" in found or not made.has_derivative(slot)


def text_of(term: Formula) -> str:
    return set_as(term, "x", LEIBNIZ, Notation.TEXT)


class TestWhereThereIsNone:
    def test_arrays_are_told_to_look_at_nodes(self) -> None:
        with pytest.raises(GraphError, match="whole arrays"):
            worked_out("x = [1, 2]; f = sum(x)")

    def test_constants(self) -> None:
        with pytest.raises(GraphError, match="is a constant: there is no derivative by it"):
            worked_out("c = constant(2); f = c · x", by="c")

    def test_formulas_that_nobody_reads(self) -> None:
        with pytest.raises(GraphError, match="more than 60 operations"):
            worked_out("f = " + " + ".join(["x"] * 70))
        with pytest.raises(GraphError, match="too long to be written out"):
            worked_out("a = sin(x)·exp(x)·tanh(x); b = a·a·a; f = sigmoid(b)·sigmoid(2b)·sigmoid(3b)")

    def test_an_output_that_does_not_depend_on_it(self) -> None:
        graph = parse("f = 2y; g = x")
        found = derivation(graph, graph.find("x"), graph.find("f"))
        assert [str(line.formula) for line in found.lines[1:]] == ["0"]
        assert derivative_of(Name("f"), "x", LEIBNIZ).text == "df/dx"
