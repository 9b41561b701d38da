"""Every operation of the table, against its own samples: values, partials, and how it is written."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from bpviz.ops import OPS, Op
from bpviz.ops.formula import Applied, Formula, Name, Notation, partial, written

from .. import oracle

COMPUTED = [op for op in OPS.values() if op.structured is None and not op.is_leaf]
PROBES = [(op, sample) for op in COMPUTED for sample in op.samples]


def slopes(op: Op, inputs: tuple[float, ...]) -> list[float]:
    """The partials that the engine would compute."""
    out = op.forward(*inputs)
    return [float(rule.exact(*inputs, out)) for rule in op.partials]


def difference(function: Callable[..., Any], inputs: tuple[float, ...], slot: int) -> float:
    """∂function/∂(input `slot`) from four points, with an error of order h⁴."""
    h = 1e-3 * max(1.0, abs(inputs[slot]))

    def at(step: float) -> float:
        return float(function(*inputs[:slot], inputs[slot] + step, *inputs[slot + 1 :]))

    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)


def test_the_issue_s_operations_are_there() -> None:
    named = (
        "variable parameter constant add sub mul div pow neg exp ln log2 log10 sqrt abs sin cos tan sinh cosh tanh "
        "asin acos atan sigmoid relu leaky_relu softplus max min square reciprocal"
    )
    assert set(named.split()) <= {op.name for op in OPS.values() if op.is_listed}


@pytest.mark.parametrize("op", COMPUTED, ids=lambda op: op.name)
def test_an_operation_is_fully_declared(op: Op) -> None:
    assert len(op.partials) == op.arity
    assert len(op.samples) >= 2
    assert all(len(sample) == op.arity for sample in op.samples)
    assert op.summary.endswith(".")
    assert op.symbol
    assert op.title[0].isupper()


@pytest.mark.parametrize(("op", "inputs"), PROBES, ids=str)
def test_samples_lie_in_the_domain_and_away_from_kinks(op: Op, inputs: tuple[float, ...]) -> None:
    assert np.isfinite(op.forward(*inputs))
    assert op.domain is None or op.domain.holds(*inputs)
    assert op.kink is None or not op.kink.where(*inputs)


@pytest.mark.parametrize(("op", "inputs"), PROBES, ids=str)
def test_the_shown_rule_is_the_exact_rule(op: Op, inputs: tuple[float, ...]) -> None:
    out = op.forward(*inputs)
    for rule in op.partials:
        assert rule.shown(*inputs, out) == pytest.approx(rule.exact(*inputs, out), rel=1e-13, abs=0)


@pytest.mark.parametrize(("op", "inputs"), PROBES, ids=str)
def test_partials_agree_with_differences(op: Op, inputs: tuple[float, ...]) -> None:
    for slot, slope in enumerate(slopes(op, inputs)):
        assert slope == pytest.approx(difference(op.forward, inputs, slot), rel=1e-8, abs=1e-9)


@pytest.mark.parametrize(("op", "inputs"), [probe for probe in PROBES if probe[0].name in oracle.FUNCTIONS])
def test_values_and_partials_agree_with_autograd(op: Op, inputs: tuple[float, ...]) -> None:
    assert float(op.forward(*inputs)) == pytest.approx(float(oracle.FUNCTIONS[op.name](*inputs)), rel=1e-15, abs=0)
    for slot, slope in enumerate(slopes(op, inputs)):
        assert slope == pytest.approx(oracle.slope(op.name, inputs, slot), rel=1e-12, abs=0)


@pytest.mark.parametrize(("op", "inputs"), PROBES, ids=str)
def test_partials_can_be_differentiated_again(op: Op, inputs: tuple[float, ...]) -> None:
    """Rules are written in operations: following the rules of these gives second derivatives."""
    for slot, other in product(range(op.arity), repeat=2):
        expected = difference(lambda *given, slot=slot: slopes(op, given)[slot], inputs, other)
        assert second_partial(op, inputs, slot, other) == pytest.approx(expected, rel=1e-7, abs=1e-8)


def second_partial(op: Op, inputs: tuple[float, ...], slot: int, other: int) -> float:
    """∂²op/∂(input `slot`)∂(input `other`), by the chain rule through the formula of the exact first partial."""
    names = tuple(Name(letter) for letter in "xyz"[: op.arity])
    known: dict[Formula, float] = dict(zip(names, inputs, strict=True))
    root = op.partials[slot].exact(*names, Applied(op, names))
    return slope_of(root, names[other], known) if isinstance(root, Formula) else 0.0


def value_of(term: Formula, known: dict[Formula, float]) -> float:
    if isinstance(term, Applied):
        return float(term.op.forward(*(value_of(arg, known) for arg in term.args)))
    return known[term] if isinstance(term, Name) else float(term.value)  # type: ignore[attr-defined]


def slope_of(term: Formula, name: Name, known: dict[Formula, float]) -> float:
    if not isinstance(term, Applied):
        return 1.0 if term == name else 0.0
    inputs = tuple(value_of(arg, known) for arg in term.args)
    out, total = term.op.forward(*inputs), 0.0
    for rule, arg in zip(term.op.partials, term.args, strict=True):
        if inner := slope_of(arg, name, known):
            total += float(rule.exact(*inputs, out)) * inner
    return total


@pytest.mark.parametrize("op", COMPUTED, ids=lambda op: op.name)
def test_operations_work_on_arrays_entry_by_entry(op: Op) -> None:
    columns = [np.array(column) for column in zip(*op.samples, strict=True)]
    out = op.forward(*columns)
    assert out.tolist() == pytest.approx([float(op.forward(*sample)) for sample in op.samples], rel=1e-15, abs=0)
    for slot, rule in enumerate(op.partials):
        together = np.broadcast_to(rule.exact(*columns, out), out.shape).tolist()
        assert together == pytest.approx([slopes(op, sample)[slot] for sample in op.samples], rel=1e-15, abs=0)


# Values that a careless rule gets wrong


@pytest.mark.parametrize(
    ("name", "inputs", "expected"),
    [
        ("sigmoid", (-800.0,), [0.0]),
        ("sigmoid", (800.0,), [0.0]),
        ("sigmoid", (40.0,), [4.248354255291589e-18]),
        ("tanh", (30.0,), [3.5026043050786074e-26]),
        ("tanh", (400.0,), [0.0]),
        ("softplus", (-50.0,), [1.9287498479639178e-22]),
        ("softplus", (800.0,), [1.0]),
        ("asin", (1.0 - 2.0**-40,), [741455.2001895283]),
        ("acos", (1.0 - 2.0**-40,), [-741455.2001895283]),
        ("div", (1e-200, 1e-200), [1e200, -1e200]),
        ("reciprocal", (1e-100,), [-1e200]),
        ("pow", (0.0, 0.0), [0.0, -np.inf]),
        ("pow", (0.0, 1.0), [1.0, 0.0]),
        ("pow", (0.0, 2.0), [0.0, 0.0]),
        ("pow", (-2.0, 3.0), [12.0, np.nan]),
        ("relu", (0.0,), [0.0]),
        ("leaky_relu", (0.0,), [0.01]),
        ("abs", (0.0,), [0.0]),
        ("max", (2.0, 2.0), [0.5, 0.5]),
        ("min", (2.0, 2.0), [0.5, 0.5]),
        ("max", (np.inf, np.inf), [0.5, 0.5]),
        ("max", (3.0, 2.0), [1.0, 0.0]),
        ("min", (3.0, 2.0), [0.0, 1.0]),
        ("sqrt", (0.0,), [np.inf]),
        ("sign", (0.0,), [0.0]),
        ("floor", (2.0,), [0.0]),
        ("where", (0.0, 1.0, 2.0), [0.0, 0.0, 1.0]),
        ("where", (1e-300, 1.0, 2.0), [0.0, 1.0, 0.0]),
        ("clip", (1.0, 0.0, 1.0), [0.5, 0.0, 0.5]),
        ("clip", (0.0, 0.0, 1.0), [0.5, 0.5, 0.0]),
        ("clip", (5.0, 2.0, -2.0), [0.0, 0.0, 1.0]),
        ("hypot", (0.0, 0.0), [0.0, 0.0]),
        ("hypot", (3e200, 4e200), [0.6, 0.8]),
        ("atan2", (0.0, 0.0), [0.0, 0.0]),
        ("atan2", (3e200, 4e200), [1.6e-201, -1.2e-201]),
        ("logaddexp", (800.0, -800.0), [1.0, 0.0]),
        ("log_sigmoid", (-800.0,), [1.0]),
        ("log_sigmoid", (40.0,), [4.248354255291589e-18]),
        ("gelu", (-10.0,), [-7.6184000964648141e-22]),
        ("gelu", (40.0,), [1.0]),
        ("erfc", (10.0,), [-4.1976562313544169e-44]),
    ],
)
def test_partials_at_the_edges(name: str, inputs: tuple[float, ...], expected: list[float]) -> None:
    with np.errstate(all="ignore"):
        given = tuple(np.float64(number) for number in inputs)
        assert slopes(OPS[name], given) == pytest.approx(expected, rel=1e-12, abs=0, nan_ok=True)


KINKS: dict[str, list[tuple[float, ...]]] = {
    "hard_tanh": [(-1.0,), (1.0,)],
    "hard_sigmoid": [(-3.0,), (3.0,)],
    "floor": [(0.0,), (-2.0,)],
    "ceil": [(0.0,), (-2.0,)],
    "round": [(0.5,), (-1.5,)],
    "where": [(0.0, 1.0, 2.0)],
    "clip": [(1.0, 0.0, 1.0), (0.0, 0.0, 1.0), (0.5, 2.0, 2.0)],
    "hypot": [(0.0, 0.0)],
    "atan2": [(0.0, 0.0), (0.0, -1.0)],
}


@pytest.mark.parametrize("op", [op for op in COMPUTED if op.kink], ids=lambda op: op.name)
def test_a_kink_says_its_convention(op: Op) -> None:
    assert op.kink is not None
    corners = KINKS.get(op.name, [(0.0,)] if op.arity == 1 else [(1.5, 1.5)])
    for inputs in corners:
        assert op.kink.where(*inputs)
    assert "convention" in op.kink.statement


@pytest.mark.parametrize(
    ("name", "outside", "inside"),
    [
        ("ln", (0.0,), (1e-300,)),
        ("log2", (-1.0,), (0.5,)),
        ("log10", (-1.0,), (0.5,)),
        ("sqrt", (-1e-300,), (0.0,)),
        ("asin", (1.0000001,), (-1.0,)),
        ("acos", (-1.0000001,), (1.0,)),
        ("div", (1.0, 0.0), (0.0, 1.0)),
        ("reciprocal", (0.0,), (-1.0,)),
        ("pow", (0.0, -1.0), (0.0, 0.0)),
        ("pow", (-2.0, 0.5), (-2.0, -3.0)),
        ("erfinv", (1.0,), (-0.9999999,)),
        ("logit", (1.0,), (0.9999999,)),
    ],
)
def test_domains(name: str, outside: tuple[float, ...], inside: tuple[float, ...]) -> None:
    domain = OPS[name].domain
    assert domain is not None
    assert not domain.holds(*outside)
    assert domain.holds(*inside)
    with np.errstate(all="ignore"):
        assert not np.isfinite(OPS[name].forward(*map(np.float64, outside)))
        assert np.isfinite(OPS[name].forward(*map(np.float64, inside)))


@pytest.mark.parametrize(
    ("op", "inputs"), [(op, sample) for op in COMPUTED if op.analytic for sample in op.samples], ids=str
)
def test_a_step_in_the_complex_plane_gives_the_partials(op: Op, inputs: tuple[float, ...]) -> None:
    """An analytic operation computes with complex numbers: f(x + ih) is f(x) + ih·f′(x), without any cancelling."""
    h = 1e-20
    for slot, slope in enumerate(slopes(op, inputs)):
        moved = [np.array([x + 1j * h if i == slot else x]) for i, x in enumerate(inputs)]
        out = complex(op.forward(*moved)[0])
        assert out.real == pytest.approx(float(op.forward(*inputs)), rel=1e-13, abs=1e-15)
        assert out.imag / h == pytest.approx(slope, rel=1e-13, abs=1e-15)


def test_what_is_not_analytic_says_so() -> None:
    for name in ("abs", "sign", "floor", "relu", "leaky_relu", "elu", "max", "where", "clip", "step", "hypot", "atan2"):
        assert not OPS[name].analytic
    for name in ("add", "mul", "div", "pow", "square", "exp", "ln", "tanh", "sigmoid", "softplus", "silu", "logit"):
        assert OPS[name].analytic


def ends() -> list[float]:
    rng = np.random.default_rng(0)
    edges = [0.0, 0.46875, 0.4687500001, 4.0, 4.0000001, 1e-300, 26.0, 5.9, np.inf]
    return [*edges, *rng.uniform(0.0, 6.0, 300), *rng.uniform(6.0, 26.0, 100), *10.0 ** rng.uniform(-20, 0, 100)]


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_error_functions_keep_their_digits(sign: float) -> None:
    x = sign * np.array(ends())
    np.testing.assert_allclose(OPS["erf"].forward(x), [math.erf(number) for number in x], rtol=1e-15, atol=0)
    np.testing.assert_allclose(OPS["erfc"].forward(x), [math.erfc(number) for number in x], rtol=1.3e-15, atol=0)
    assert np.isnan(OPS["erf"].forward(np.nan))
    assert np.isnan(OPS["erfc"].forward(np.nan))


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_erfinv_undoes_erf(sign: float) -> None:
    x = sign * np.array([0.0, 1e-300, 1e-9, 0.3, 0.47, 0.4769362762044699, 0.5, 1.0, 1.5, 2.0])
    np.testing.assert_allclose(OPS["erfinv"].forward(OPS["erf"].forward(x)), x, rtol=2e-14, atol=0)
    # where erf(x) is almost 1: numbers from a computation with 40 digits
    tails = {1 - 2.0**-20: 3.465505025803330, 1 - 2.0**-53: 5.863584748755168}
    for y, expected in tails.items():
        assert float(OPS["erfinv"].forward(sign * y)) == pytest.approx(sign * expected, rel=1e-14, abs=0)
    assert OPS["erfinv"].forward(sign) == sign * np.inf
    assert np.isnan(OPS["erfinv"].forward(sign * 1.1))


# How they are written


X, Y = Name("x"), Name("y")


@pytest.mark.parametrize(
    ("name", "code", "text", "latex", "shown"),
    [
        ("add", "x + y", "x + y", "x + y", ["1", "1"]),
        ("sub", "x - y", "x − y", "x - y", ["1", "−1"]),
        ("mul", "x * y", "x · y", r"x \cdot y", ["y", "x"]),
        ("div", "x / y", "x / y", r"\frac{x}{y}", ["1 / y", "−x / y²"]),
        ("pow", "x**y", "x^y", "x^{y}", ["y · x^(y − 1)", "x^y · ln(x)"]),
        ("neg", "-x", "−x", "-x", ["−1"]),
        ("square", "square(x)", "x²", "x^{2}", ["2 · x"]),
        ("reciprocal", "reciprocal(x)", "1 / x", r"\frac{1}{x}", ["−1 / x²"]),
        ("identity", "identity(x)", "x", "x", ["1"]),
        ("exp", "exp(x)", "exp(x)", "e^{x}", ["exp(x)"]),
        ("ln", "ln(x)", "ln(x)", r"\ln\left(x\right)", ["1 / x"]),
        ("log2", "log2(x)", "log2(x)", r"\log_{2}\left(x\right)", ["1 / (x · ln(2))"]),
        ("log10", "log10(x)", "log10(x)", r"\log_{10}\left(x\right)", ["1 / (x · ln(10))"]),
        ("sqrt", "sqrt(x)", "√x", r"\sqrt{x}", ["1 / (2 · √x)"]),
        ("abs", "abs(x)", "|x|", r"\left|x\right|", ["sign(x)"]),
        ("sin", "sin(x)", "sin(x)", r"\sin\left(x\right)", ["cos(x)"]),
        ("cos", "cos(x)", "cos(x)", r"\cos\left(x\right)", ["−sin(x)"]),
        ("tan", "tan(x)", "tan(x)", r"\tan\left(x\right)", ["1 / cos(x)²"]),
        ("asin", "asin(x)", "asin(x)", r"\arcsin\left(x\right)", ["1 / √(1 − x²)"]),
        ("acos", "acos(x)", "acos(x)", r"\arccos\left(x\right)", ["−1 / √(1 − x²)"]),
        ("atan", "atan(x)", "atan(x)", r"\arctan\left(x\right)", ["1 / (1 + x²)"]),
        ("sinh", "sinh(x)", "sinh(x)", r"\sinh\left(x\right)", ["cosh(x)"]),
        ("cosh", "cosh(x)", "cosh(x)", r"\cosh\left(x\right)", ["sinh(x)"]),
        ("tanh", "tanh(x)", "tanh(x)", r"\tanh\left(x\right)", ["1 − tanh(x)²"]),
        ("sigmoid", "sigmoid(x)", "σ(x)", r"\sigma\left(x\right)", ["σ(x) · (1 − σ(x))"]),
        ("relu", "relu(x)", "relu(x)", r"\operatorname{relu}\left(x\right)", ["[x > 0]"]),
        ("max", "max(x, y)", "max(x, y)", r"\max\left(x, y\right)", ["[x > y]", "[y > x]"]),
        ("min", "min(x, y)", "min(x, y)", r"\min\left(x, y\right)", ["[y > x]", "[x > y]"]),
    ],
)
def test_spellings(name: str, code: str, text: str, latex: str, shown: list[str]) -> None:
    op = OPS[name]
    term = Applied(op, (X, Y)[: op.arity])
    assert (written(term, Notation.CODE), written(term, Notation.TEXT)) == (code, text)
    assert written(term, Notation.LATEX) == latex
    assert [str(partial(op, slot, term.args)) for slot in range(op.arity)] == shown


def test_a_call_with_a_formula_records_and_with_numbers_computes() -> None:
    assert OPS["sin"](np.pi / 2) == 1.0
    assert OPS["sin"](X) == Applied(OPS["sin"], (X,))
    assert str(2.0 * X - Y / 4.0) == "2 · x − y / 4"
    assert str(np.float64(2.0) * X) == "2 · x"
    assert str(np.array([1.0, 2.0]) + X) == "[1, 2] + x"


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("sgn", "sign"),
        ("clamp", "clip"),
        ("arctan2", "atan2"),
        ("inv", "inverse"),
        ("cat", "concatenate"),
        ("determinant", "det"),
        ("expand_dims", "unsqueeze"),
        ("var", "variance"),
        ("log", "ln"),
        ("lg", "log10"),
        ("lb", "log2"),
        ("σ", "sigmoid"),
        ("plus", "add"),
        ("arcsin", "asin"),
    ],
)
def test_aliases(word: str, name: str) -> None:
    assert OPS.find(word) is OPS[name]


def test_no_word_means_two_operations() -> None:
    assert OPS.keys().isdisjoint(OPS.by_alias)
    assert OPS.find("nothing") is None
