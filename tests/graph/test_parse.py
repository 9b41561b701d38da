"""Text → graph: what is understood, and what is said about the rest."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bpviz.graph.graph import Graph, GraphError
from bpviz.graph.parse import parse
from bpviz.graph.program import program
from bpviz.graph.spellings import ExpressionError


def value(graph: Graph, name: str) -> Any:
    held = graph.nodes[graph.find(name)].value
    return held.tolist() if isinstance(held, np.ndarray) else held


def test_the_example_of_the_issue() -> None:
    graph = parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})
    q, f = graph.nodes[graph.find("q")], graph.nodes[graph.find("f")]
    assert (q.op.name, f.op.name) == ("add", "mul")
    assert q.inputs == (graph.find("x"), graph.find("y"))
    assert f.inputs == (q.id, graph.find("z"))
    assert graph.result == f.id
    assert [value(graph, name) for name in "xyz"] == [-2.0, 5.0, -4.0]
    assert list(graph.by_name) == ["x", "y", "q", "z", "f"]


def test_x_times_x_has_two_wires() -> None:
    graph = parse("x*x")
    assert sorted(graph.structure.digraph.edges(keys=True)) == [(1, 2, 0), (1, 2, 1)]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("3x²−4x", "f = 3 * x**2 - 4 * x"),
        ("3x^2 - 4x", "f = 3 * x**2 - 4 * x"),
        ("2·sin(x)", "f = 2 * sin(x)"),
        ("2×3", "f = 2 * 3"),
        ("x ÷ y", "f = x / y"),
        ("x − y", "f = x - y"),
        ("−x", "f = -x"),
        ("2(x + 1)", "f = 2 * (x + 1)"),
        ("(x + 1)(x − 1)", "f = (x + 1) * (x - 1)"),
        ("(x + 1)y", "f = (x + 1) * y"),
        ("x²y", "f = x**2 * y"),
        ("x⁻¹", "f = x**-1"),
        ("x¹²", "f = x**12"),
        ("2πr", "f = 2 * π * r"),
        ("πr²", "f = π * r**2"),
        ("π(r + 1)", "f = π * (r + 1)"),
        ("2*pi*r", "f = 2 * π * r"),
        ("e^x", "f = e**x"),
        ("√x", "f = sqrt(x)"),
        ("2√x", "f = 2 * sqrt(x)"),
        ("x√y", "f = x * sqrt(y)"),
        ("√2x", "f = sqrt(2) * x"),
        ("√(x + 1)", "f = sqrt(x + 1)"),
        ("x₁ + x_2", "f = x1 + x_2"),
        ("α·β", "f = α * β"),
        ("log(x) + lg(x) + lb(x)", "f = ln(x) + log10(x) + log2(x)"),
        ("σ(w·x + b)", "f = sigmoid(w * x + b)"),
        ("arctan(x)", "f = atan(x)"),
        ("3.x + .5", "f = 3 * x + 0.5"),
        ("007", "f = constant(7)\nf"),
        ("1e-3x", "f = 0.001 * x"),
        ("1_000", "f = constant(1000)\nf"),
        ("+x", "f = x"),
        ("-x**2", "f = -x**2"),
        ("(-x)**2", "f = (-x)**2"),
        ("-2**2", "f = -2**2"),
        ("(-2)**x", "f = (-2)**x"),
        ("x--2", "f = x - -2"),
        ("2**3**x", "f = 2**3**x"),
        ("(2**3)**x", "f = (2**3)**x"),
        ("x - (y - z)", "f = x - (y - z)"),
        ("x - y - z", "f = x - y - z"),
        ("x / (y * z)", "f = x / (y * z)"),
        ("x = 2 # two\r\ny = x**2", "x = 2\ny = x**2"),
        ("  x*2\n\n\ty = 3", "f = x * 2"),
        ("x = -3; x²", "x = -3\nf = x**2"),
        ("x = [1, −2]; 2x", "x = [1, -2]\nf = 2 * x"),
        ("w = parameter(0.5); c = constant(3); w + c", "w = parameter(0.5)\nc = constant(3)\nf = w + c"),
        ("x = variable(2); x + 1", "x = 2\nf = x + 1"),
        ("_ + sin(_)", "f = _ + sin(_)"),
        ("y = x", "y = x"),
        ("f = q*z; q = x + y", "q = x + y\nf = q * z\nq"),
        ("𝐱 + ﬁ", "f = x + fi"),
        ("x; y", "x = variable()\ny = variable()\ny"),
    ],
)
def test_spellings(text: str, plain: str) -> None:
    written = program(parse(text))
    if text.startswith("  x*2"):  # a leaf in the last statement does not take the output
        assert written.splitlines()[0] == "y = 3"
    else:
        assert written == plain
    assert program(parse(written)) == written


def test_the_last_statement_is_the_output() -> None:
    assert parse("a = x + 1; b = a * 2; a").result == parse("a = x + 1; b = a * 2; a").find("a")
    graph = parse("a = x + 1; b = x * 2")
    assert graph.result == graph.find("b")
    assert graph.output is None, "the default output is not a choice"
    graph = parse("b = x * a; a = x + 1")
    assert graph.result == graph.find("a")
    graph = parse("f = x**2; x = 3")
    assert graph.result == graph.find("f"), "an input that is given a value is not what is computed"


def test_pi_and_e_are_themselves_unless_the_program_or_the_caller_says_otherwise() -> None:
    graph = parse("π + pi + e")
    assert [node.value for node in graph.nodes.values() if node.op.is_leaf] == [np.pi, np.e]
    assert value(parse("e = 3; e*x"), "e") == 3.0
    graph = parse("e*x", {"e": 4})
    assert graph.nodes[graph.find("e")].op.name == "variable"
    assert value(graph, "e") == 4.0


def test_a_bare_expression_is_named_f_or_what_is_free() -> None:
    assert parse("x*y").by_name.keys() >= {"f"}
    assert parse("f*x").nodes[parse("f*x").result or 0].name == "y"
    assert parse("f*y").nodes[parse("f*y").result or 0].name == "out"
    assert parse("f*y*out").nodes[parse("f*y*out").result or 0].name == "out1"


def test_values_of_inputs() -> None:
    graph = parse("f = x*w; w = parameter(1)", {"x": [[1, 2], [3, 4]], "w": np.float64(2)})
    assert value(graph, "x") == [[1.0, 2.0], [3.0, 4.0]]
    assert value(graph, "w") == 2.0
    assert value(parse("x = 1; x*2", {"x": 5}), "x") == 5.0


ERRORS = [
    # names
    ("sni(x)", 1, 1, "there is no operation sni; did you mean sin?"),
    ("a = sin(x)\nb = coz(a)", 2, 5, "there is no operation coz; did you mean cos?"),
    ("ReLU(x)", 1, 1, "did you mean relu?"),
    ("2x(x + 1)", 1, 2, "there is no operation x; for a product write x * (…)"),
    ("x*sin", 1, 3, "sin is an operation: write sin(…) to use it"),
    ("sin = 3", 1, 1, "“sin” is the name of an operation"),
    ("y = lambda", 1, 5, "“lambda” is a word of the language; choose another name, such as lambda_"),
    ("sin x", 1, 5, "write sin(x), with parentheses"),
    # brackets
    ("y = (x + 1", 1, 5, "this ( is never closed: add )"),
    ("x = [1, 2", 1, 5, "this [ is never closed: add ]"),
    ("x + 1)", 1, 6, "this ) closes nothing: remove it"),
    ("sin(x]", 1, 6, "] closes a bracket that was opened with (: put ) here"),
    # number of arguments
    ("pow(x)", 1, 1, "pow takes 2 inputs, got 1: write pow(x, y)"),
    ("sum(x, 0, True, 1)", 1, 1, "sum takes 1 input, got 4: write sum(x, axis=…, keepdims=…)"),
    ("sum(x, ax=0)", 1, 8, "sum has axis and keepdims: sum(x, axis=…, keepdims=…)"),
    ("sum(x, axis=y)", 1, 13, "this has to be a number or a list of numbers, as in axis=0"),
    ("sum(x, axis=0.5)", 1, 1, "sum needs"),
    ("stack()", 1, 1, "stack takes one input or more, got 0: write stack(x, y, …, axis=…)"),
    ("[1, 2] @ [1, 2, 3]", 1, 1, "matrix product cannot multiply shape 2 with shape 3"),
    ("1 + sin(x, y)", 1, 5, "sin takes 1 input, got 2: write sin(x)"),
    ("max(x=1, y=2)", 1, 5, "max takes its inputs in order, without names: max(x, y)"),
    # shapes
    ("x = [1, 2, 3]\ny = [1, 2]\nf = 2*(x + y)", 3, 8, "x with shape 3 and y with shape 2"),
    # assignments
    ("q = x\nq = y", 2, 1, "q is already assigned on line 1; each name stands for one node"),
    ("a = b; b = a", 1, 1, "circular: a needs b, b needs a; one of them has to be an input"),
    ("c = 1\na = b + 1\nb = c2 * 2\nc2 = a", 2, 1, "circular: a needs b, b needs c2, c2 needs a"),
    ("x = x + 1", 1, 1, "circular: x needs itself; choose another name on the left"),
    ("x + 1 = y", 1, 1, "the left of = is one name, as in q = x + y"),
    ("a, b = 1, 2", 1, 1, "the left of = is one name"),
    ("x += 1", 1, 1, "write the whole assignment with a new name"),
    ("x = y = 2", 1, 1, "the left of = is one name"),
    # something missing
    ("x +", 1, 3, "something is missing after +"),
    ("x ** * y", 1, 3, "something is missing after **"),
    ("= 3", 1, 1, "something is missing before ="),
    ("y =", 1, 3, "something is missing after ="),
    ("x y", 1, 3, "something is missing between x and y, perhaps *"),
    ("x = 1\n2 3", 2, 3, "something is missing between 2 and 3, perhaps *"),
    ("√", 1, 1, "put what is under the root in parentheses"),
    # numbers and lists
    ("x + 1e999", 1, 5, "the number is beyond float64"),
    ("12345678901234567890", 1, 1, "float64 cannot hold this integer exactly"),
    ("x = [1, 'a']", 1, 9, "“'” is not part of the language"),
    ("x = [[1, 2], [3]]", 1, 5, "rows of equal length"),
    ("x = []", 1, 5, "a list of numbers cannot be empty"),
    ("x = (1, 2)", 1, 5, "write lists with [ ]"),
    ("x[y]", 1, 3, "this has to be a number"),
    ("x: 2", 1, 2, "write assignments with =, and ranges in brackets, as in x[1:3]"),
    ("x + True", 1, 5, "“True” is not a number"),
    # what the language is not
    ("x < y", 1, 3, "“<” is not part of the language: to choose between numbers, use max, min or relu"),
    ("x == y", 1, 1, "comparisons and conditions are not part of the language"),
    ("x if y else z", 1, 1, "comparisons and conditions are not part of the language"),
    ("np.sin(x)", 1, 3, "write operations by their bare name: sin(x), not np.sin(x)"),
    ("'a'", 1, 1, "without quotation marks"),
    ("import os", 1, 1, "a statement is an expression or name = expression"),
    ("|x|", 1, 1, "write abs(x) for |x|"),
    ("2*sum", 1, 3, "sum is an operation: write sum(…) to use it"),
    ("x // y", 1, 1, "the language has + - * / **"),
    ("x\x00", 1, 2, "is not part of the language"),
    ("f = _", 1, 5, "_ is a place for something else; it cannot stand alone"),
    ("w = parameter(1, 2)", 1, 5, "parameter takes one value"),
    ("x * parameter(1)", 1, 5, "give the parameter a name in a line of its own"),
    ("3x² + sin(y) + coz(z)", 1, 16, "did you mean cos?"),  # the column counts what was typed
    ("α·β + γ(2)", 1, 7, "there is no operation γ"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), ERRORS, ids=[error[0] for error in ERRORS])
def test_errors_name_the_place_and_what_to_do(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(message)) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    where = f"line {line}, column {column}: " if "\n" in text else f"column {column}: "
    assert str(caught.value).startswith(where)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"masse": 1}, "there is no input masse; did you mean mass?"),
        ({"zebra": 1}, "there is no input zebra (inputs: mass, y)"),
        ({"f": 1}, "f is computed, so it cannot be given a value"),
        ({"c": 1}, "c is a constant, so it cannot be given a value"),
        ({"y": float("nan")}, "y = NaN: an input is a finite number"),
        ({"y": [1, float("inf")]}, "y = [1, ∞]: an input is a finite number"),
        ({"y": 10**400}, "y: the number is beyond float64"),
        ({"y": "2"}, "y: a value is a number or a list of numbers"),
        ({"y": True}, "y: a value is a number or a list of numbers"),
        ({"y": [[1], [2, 3]]}, "y: a value is a number or a list of numbers"),
        ({"y": None}, "y: a value is a number or a list of numbers"),
        ({"y": 1j}, "y: a value is a number or a list of numbers"),
        ({"mass": [1, 2], "y": [1, 2, 3]}, "column 17: multiply cannot combine mass with shape 2 and y with"),
    ],
)
def test_values_that_do_not_fit(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ExpressionError, match="^" + re.escape(message)):
        parse("c=constant(2);f=mass*y+c", values)


@pytest.mark.parametrize(
    "text",
    [
        *["", " \n\t\n", "# nothing", "(" * 9_000, "[" * 9_000, "-" * 9_000 + "x", "(" * 5_000 + "x" + ")" * 4_999],
        *["x" + "+x" * 5_000, "sin(" * 300 + "x" + ")" * 300, "x" * 20_001, "[" * 100_000, "x**" * 3_000 + "x"],
    ],
    ids=lambda text: f"{text[:6]!r}…{len(text)}",
)
def test_empty_long_and_deep_programs_are_refused_in_words(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", ["f = x\n" * 300_000, "f = [[]]\n" * 200_000])
def test_so_many_words_are_refused_before_they_are_read(text: str) -> None:
    """Python takes a kilobyte for each: a text of 20 MB took 8 GB."""
    with pytest.raises(ExpressionError, match="the program has more than 500,000 names and numbers"):
        parse(text)


def test_a_long_sum_is_no_problem() -> None:
    graph = parse("+".join(["x"] * 900), {"x": 1.0})
    assert len(graph) == 900


PIECES = st.sampled_from([*"xyfe_π√²⁻₁.,;=()[]+-*/^@ \n|<'#0123", "sin", "max(", "1e9", "**", "lambda", "π", "½", "=="])


@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=25).map("".join)))
@example("x = 1\r\r\n\x0c y")
@example("\ud800")
@example("__debug__ = 1")
@example("match x: y")
@example("x\u2028y")
def test_no_text_is_too_strange_to_be_answered(text: str) -> None:
    try:
        graph = parse(text)
    except GraphError:
        return
    assert len(parse(program(graph))) == len(graph)
