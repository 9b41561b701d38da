"""Gradients against differences: right ones pass, wrong ones are caught, and corners are explained."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from bpviz.engine.check import Check, Verdict, check, check_node
from bpviz.engine.plan import Plan
from bpviz.engine.trace import Trace, run
from bpviz.graph.graph import Graph, Node, as_value
from bpviz.graph.parse import parse
from bpviz.graph.program import program
from bpviz.ops import OPS
from bpviz.ops.op import Op, Partial
from bpviz.ops.shaping import reshape, transpose

from .random_graphs import array_graphs, scalar_graphs


def checked(text: str, **values: Any) -> Check:
    """The check of x."""
    trace = run(parse(text, values))
    return check_node(trace, trace.graph.find("x"))


@given(st.one_of(scalar_graphs, array_graphs))
def test_the_gradients_of_random_graphs_agree(graph: Graph) -> None:
    note(program(graph))
    trace = run(graph)
    for id_, node in graph.nodes.items():
        found = check_node(trace, id_)
        if node.is_constant and id_ != graph.result:
            assert found.note.endswith("is a constant: it has no gradient")
            continue
        note(f"{graph.label(id_)}: {found}")
        assert found.verdict in (Verdict.AGREES, Verdict.UNCHECKED)
        assert found.verdict is Verdict.AGREES or "float64" in found.note
        assert same_shape(found.difference, found.gradient)


def test_a_gradient_too_small_to_be_seen_beside_larger_steps() -> None:
    """erf is 1 to the last digit here, but a wide step of x leaves its flat part, so differences don't settle."""
    found = checked("n = x * (-1.1 - x*x); f = erf(n*n - x / -1.1)", x=-1.195)
    assert abs(found.gradient) < 1e-26  # type: ignore[arg-type,operator]
    assert (found.verdict, found.note) == (Verdict.UNCHECKED, "the output moves too little for float64 to tell")


def same_shape(one: Any, other: Any) -> bool:
    return bool(np.shape(one) == np.shape(other))


@pytest.mark.parametrize("op", [op for op in OPS.values() if op.partials], ids=lambda op: op.name)
@pytest.mark.parametrize("factor", [1.001, -1.0, 0.0])
def test_a_wrong_rule_is_caught(op: Any, factor: float) -> None:
    """Each partial in turn is replaced by a multiple of itself, and a gradient of 0 by one that isn't."""
    for slot, sample in [(slot, sample) for slot in range(op.arity) for sample in op.samples]:

        def wrong(*args: Any, slot: int = slot) -> Any:
            right = op.partials[slot].exact(*args)
            return np.where(np.equal(right, 0), 0.1, factor * np.asarray(right))

        partials = list(op.partials)
        partials[slot] = Partial(wrong, wrong)
        broken = replace(op, partials=tuple(partials))
        leaves = [Node(i, OPS["variable"], (), number, f"x{i}") for i, number in enumerate(sample)]
        trace = run(Graph([*leaves, Node(9, broken, tuple(range(op.arity)))]))
        assert [found.verdict for found in check(trace)] == [
            Verdict.DIFFERS if i == slot else Verdict.AGREES for i in range(op.arity)
        ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("sin(2x²)", {"x": 1.3}),
        ("sin(x)", {"x": np.pi / 2}),  # the gradient is 6·10⁻¹⁷
        ("x³ − 3x", {"x": 1}),
        ("x²", {"x": 0}),
        ("x²", {"x": 1e9}),
        ("x²", {"x": 1e-9}),
        ("sin(x)", {"x": 1e6}),
        ("sin(1e6*x)", {"x": 1}),
        ("sin(251.32741228718345*x)", {"x": 0.1}),  # periods fit the steps of 0.1
        ("exp(50x)", {"x": 3}),
        ("exp(1e6*x)", {"x": 0}),
        ("(1e8 + x) − 1e8", {"x": 1}),
        ("ln(x)", {"x": 1e-9}),
        ("ln(x)", {"x": 1e-300}),
        ("sqrt(x)", {"x": 1e-12}),
        ("asin(x)", {"x": 0.999999}),
        ("x**1.5", {"x": 0}),  # no step to the left
        ("x**x", {"x": 0.01}),
        ("softplus(x)", {"x": -50}),
        ("1/x", {"x": 1e-100}),
        ("x*0", {"x": 5}),
        ("relu(x)²", {"x": 0}),  # a corner that is smoothed
        ("0*abs(x)", {"x": 0}),
        ("max(x, x)", {"x": 1}),
        ("abs(x)", {"x": 1e-12}),
    ],
)
def test_hard_but_right(text: str, values: dict[str, float]) -> None:
    found = checked(text, **values)
    assert found.verdict is Verdict.AGREES
    assert found.relative_error is not None
    assert found.relative_error < 1e-6
    assert found.note == ""


FUNCTIONS = [
    *["sin(x)", "cos(3x)*x", "tan(x)", "sin(1/x)", "sin(x)*exp(−x/10)", "max(sin(x), cos(x))", "tanh(x)", "atan(x)"],
    *["exp(x)", "exp(−x²)", "ln(x)", "ln(1 + exp(x))", "sqrt(x)", "sqrt(x² + 1e-12)", "x**0.3", "x**x", "asin(x)"],
    *["1/x", "1/(1 + x²)", "x³ − 4x", "(x − 1)³", "x − x³/6 + x⁵/120", "1e8 + x", "1 + 1e-12*x", "sigmoid(5x)"],
    *["softplus(10x)", "relu(x − 0.5)", "abs(x − 1)*x + 3", "max(x, 1)"],
]


@pytest.mark.parametrize("text", FUNCTIONS)
def test_no_right_gradient_is_called_wrong(text: str) -> None:
    """At any size of x, in and out of the domain, on and beside corners."""
    plan = Plan(parse(text, {"x": 1}))
    verdicts = []
    for size in (0.0, 1e-8, 3e-5, 0.01, 0.1, 0.5, 0.7, 1.0, 1.0 + 1e-15, 2.0, 3.1, 20.0, 1e3, 3e5, 1e7):
        for x in (size, -size):
            graph = plan.graph.with_inputs({"x": x})
            verdicts.append(check_node(Trace(plan.run_with(graph), graph), graph.find("x")).verdict)
    assert Verdict.DIFFERS not in verdicts
    assert Verdict.AGREES in verdicts


@pytest.mark.parametrize("text", ["x*y", "x*y + x", "sin(x)*y", "x/z*y", "exp(x)*y", "relu(x + z)*y"])
@pytest.mark.parametrize("x", [5e-324, 1e-320, -1e-310, 1e-300, 1e-280])
@pytest.mark.parametrize("y", [3.0, 1e-5, -1e-40, 1e10])
def test_steps_of_the_smallest_numbers_are_not_taken_for_faults(text: str, x: float, y: float) -> None:
    found = checked(text, x=x, y=y, **({"z": 0.7} if "z" in text else {}))
    assert found.verdict is Verdict.AGREES, found


def test_numbers_of_a_check() -> None:
    found = checked("x²", x=3.0)
    assert found.gradient == 6.0
    assert found.difference == pytest.approx(6.0, rel=1e-12)
    assert found.step == 3e-6
    h = 3e-6
    central = ((3.0 + h) ** 2 - (3.0 - h) ** 2) / (2 * h)
    assert found.central == pytest.approx(central, rel=1e-12)
    assert found.central_error == pytest.approx(abs(6.0 - central) / 6.0, rel=1e-3)
    assert checked("x²", x=0.5).step == 1e-6


def test_an_intermediate_node_is_stepped_as_if_it_were_free() -> None:
    trace = run(parse("q = x + y; r = sin(q) * q; f = r*x", {"x": 2, "y": 0.5}))
    found = check_node(trace, trace.graph.find("q"))
    assert found.gradient == pytest.approx(2 * (np.cos(2.5) * 2.5 + np.sin(2.5)), rel=1e-14)
    assert found.verdict is Verdict.AGREES
    output = check_node(trace, trace.graph.find("f"))
    assert (output.verdict, output.gradient) == (Verdict.AGREES, 1.0)


def test_an_input_without_influence() -> None:
    trace = run(parse("a = x*y; f = 2*x", {"x": 1, "y": 3}))
    found = check_node(trace, trace.graph.find("y"))
    assert (found.verdict, found.gradient, found.difference, found.relative_error) == (Verdict.AGREES, 0.0, 0.0, 0.0)
    assert found.note == "f does not depend on it"


@pytest.mark.parametrize(
    ("text", "values", "difference", "note"),
    [
        (
            "abs(x)",
            {"x": 0},
            0.0,
            "kink at f: |x| has a corner at 0; its derivative there is taken as 0, by convention; "
            "the slope is −1 to the left and 1 to the right",
        ),
        (
            "3*relu(x) + 2",
            {"x": 0},
            1.5,
            "kink at v₁: relu has a corner at 0; its derivative there is taken as 0, by convention; "
            "the slope is 0 to the left and 3 to the right",
        ),
        (
            "leaky_relu(x)",
            {"x": 0},
            0.505,
            "kink at f: leaky relu has a corner at 0; its derivative there is taken as 0.01, by convention; "
            "the slope is 0.01 to the left and 1 to the right",
        ),
        (
            "max(x, y)",
            {"x": 1, "y": 1},
            0.5,
            "kink at f: at a tie each input gets half of the gradient, by convention; "
            "the slope is 0 to the left and 1 to the right",
        ),
        (
            "min(x, 2)",
            {"x": 2},
            0.5,
            "kink at f: at a tie each input gets half of the gradient, by convention; "
            "the slope is 1 to the left and 0 to the right",
        ),
        # the two corners cancel: the slope exists, and the convention misses it
        (
            "relu(x) - relu(-x)",
            {"x": 0},
            1.0,
            "kink at v₁: relu has a corner at 0; its derivative there is taken as 0, by convention; "
            "the slope is 1 to the left and 1 to the right",
        ),
        # 0.1 + 0.2 is not 0.3, but no difference can tell
        (
            "max(x + 0.2, 0.3) + 5",
            {"x": 0.1},
            0.5,
            "a kink lies closer than differences can tell: the slope is 0 to the left and 1 to the right",
        ),
    ],
)
def test_corners_are_no_failures(text: str, values: dict[str, float], difference: float, note: str) -> None:
    found = checked(text, **values)
    assert (found.verdict, found.note) == (Verdict.KINK, note)
    assert found.difference == pytest.approx(difference, rel=1e-9)
    assert found.relative_error is None


@pytest.mark.parametrize(
    ("text", "values", "note"),
    [
        ("sqrt(x)", {"x": 0}, "the gradient of x is ∞, which no difference can confirm"),
        ("asin(x)", {"x": 1}, "the gradient of x is ∞, which no difference can confirm"),
        ("abs(asin(x))", {"x": 1 - 1e-13}, "differences do not settle on a slope here"),
        ("abs(tanh(x))", {"x": 30}, "the output moves too little for float64 to tell"),
        ("abs(1e8 + 1e-12*x)", {"x": 1}, "the output moves too little for float64 to tell"),
        ("y*x", {"x": 3, "y": 1e-320}, "the output moves too little for float64 to tell"),
        ("y/x", {"x": 0.7, "y": 1e-320}, "the output moves too little for float64 to tell"),
        ("sigmoid(x) + 1", {"x": -720}, "the output moves too little for float64 to tell"),
        (
            "x/asinh(x)",
            {"x": 7.434265701018387e-06},  # the gradient is 2·10⁻⁶, what 134513 − 134513 leaves
            "the terms of the gradient cancel, and what is left of them is lost in rounding",
        ),
        ("ln(x)", {"x": -1}, "ln is defined for x > 0; x is −1"),
        ("x + y", {"x": 1}, "f waits for y"),
        ("x + _", {"x": 1}, "f waits for its second input to be wired"),
        ("x*y", {"y": 1}, "x waits for a value"),
    ],
)
def test_what_cannot_be_checked_says_why(text: str, values: dict[str, float], note: str) -> None:
    found = checked(text, **values)
    assert (found.verdict, found.note, found.relative_error) == (Verdict.UNCHECKED, note, None)


def test_array_entries_are_checked_one_by_one() -> None:
    found = checked("abs(x)*y", x=[-1, 0, 2], y=[[1], [2]])
    assert found.gradient.tolist() == [-3.0, 0.0, 3.0]  # type: ignore[union-attr]
    assert found.difference == pytest.approx(np.array([-3.0, 0.0, 3.0]), rel=1e-9)
    assert found.verdict is Verdict.KINK
    assert found.note.endswith("the slope is −3 to the left and 3 to the right; entry [1]")
    assert found.relative_error is not None
    assert found.relative_error < 1e-9


def test_one_wrong_entry_is_found() -> None:
    def wrong(x: Any, out: Any) -> Any:
        return OPS["cos"](x) + 0.1 * np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]])

    sine = replace(OPS["sin"], partials=(Partial(wrong, wrong),))
    value = np.arange(6.0).reshape(2, 3)
    trace = run(Graph([Node(1, OPS["variable"], (), value, "x"), Node(2, sine, (1,))]))
    found = check_node(trace, 1)
    assert (found.verdict, found.note) == (Verdict.DIFFERS, "entry [1, 0]")
    assert found.relative_error == pytest.approx(0.1 / abs(np.cos(3.0)), rel=1e-6)


def test_of_a_large_array_some_entries_are_checked() -> None:
    found = checked("sin(x)*y", x=np.linspace(0, 1, 1_000), y=2)
    assert found.verdict is Verdict.AGREES
    compared = np.isfinite(found.difference)  # type: ignore[arg-type]
    assert 1 <= compared.sum() < 1_000
    assert compared[0]
    assert found.note == f"{compared.sum()} of 1,000 entries compared"
    trace = run(parse("sin(x)*y", {"x": np.linspace(0, 1, 100), "y": 2}))
    assert np.isfinite(check_node(trace, trace.graph.find("x"), most=10**9).difference).all()  # type: ignore[arg-type]


def test_check_takes_all_inputs_in_order() -> None:
    trace = run(parse("c = constant(2); w = parameter(3); f = c*x*w", {"x": 1}))
    assert [trace.graph.label(found.node) for found in check(trace)] == ["w", "x"]
    assert {found.verdict for found in check(trace)} == {Verdict.AGREES}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sin(2x²)", 1.3),
        ("sin(x)", np.pi / 2),
        ("sin(x)", 1e100),
        ("sin(1e6*x)*exp(−x)", 3.0),
        ("asin(x)", 1 - 1e-13),  # differences do not settle on a slope
        ("tanh(x)", 30),  # nor do they see that it moves
        ("1e8 + 1e-12*x", 1),
        ("1/(1 + exp(−50x))", -0.3),
        ("(1e8*x − x*100000000.00001)", 1),  # terms cancel
        ("x³/(x − 1) + x**(−2.5)", 0.7),
        ("x**x + 2**x", 1.7),
        ("ln(x)", 1e-100),
        ("x²", 0),
        ("sigmoid(x)*y", [-30.0, 0.0, 2.0]),
        ("mish(x) + silu(x) − softplus(y)*x", [[-3.0], [4.0]]),
        ("x", 2),
    ],
)
def test_the_complex_step_leaves_nothing_but_rounding(text: str, value: Any) -> None:
    found = checked(text, x=value, **({"y": [1.5, 0.5, -2.0]} if "y" in text else {}))
    assert (found.verdict, found.method, found.note) == (Verdict.AGREES, "complex step", "")
    assert found.relative_error is not None
    assert found.relative_error < 1e-14
    assert same_shape(found.difference, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("abs(x)", 2),  # not analytic
        ("sin(x) + relu(x)", 2),
        ("sum(sin(x))", [1, 2]),  # structured
        ("x**1.5", 0),  # the edge of the domain
        ("x**101", -2),  # numpy takes logarithms, and what the small step did is lost among their digits
        ("ln(x)", 1e-300),
        ("x²", 1e-200),
    ],
)
def test_where_there_is_no_complex_step_differences_tell(text: str, value: Any) -> None:
    found = checked(text, x=value)
    assert (found.verdict, found.method) == (Verdict.AGREES, "differences")


def test_of_an_array_each_entry_is_told_as_well_as_it_can_be() -> None:
    found = checked("x**101", x=[-2.0, 1.5])
    assert (found.verdict, found.method) == (Verdict.AGREES, "complex step and differences")


def test_what_was_not_compared_has_no_method() -> None:
    assert checked("sqrt(x)", x=0).method == ""
    assert checked("x + y", x=1).method == ""


def test_where_only_the_complex_step_tells_the_plain_difference_is_no_measure() -> None:
    found = checked("tanh(x)", x=30)
    assert (found.verdict, found.central, found.central_error) == (Verdict.AGREES, 0.0, None)
    assert checked("tanh(x)", x=1).central_error is not None


def with_wrong_partial(name: str, factor: float) -> Op:
    """An elementwise operation whose first partial is off by a factor."""
    op = OPS[name]
    right = op.partials[0].exact

    def wrong(*args: Any) -> Any:
        return factor * np.asarray(right(*args))

    return replace(op, partials=(Partial(wrong, wrong), *op.partials[1:]))


def net(op: Op, layers: int = 1, value: Any = 0.3) -> Graph:
    """op(op(… x)), and all of it plus y."""
    leaves = [Node(0, OPS["variable"], (), as_value(value), "x"), Node(1, OPS["parameter"], (), 0.5, "y")]
    chain = [Node(2 + i, op, (1 + i if i else 0,) * op.arity) for i in range(layers)]
    return Graph([*leaves, *chain, Node(99, OPS["add"], (1 + layers, 1))])


@pytest.mark.parametrize(
    ("op", "method"),
    [
        (with_wrong_partial("sigmoid", 1 + 1e-7), "complex step"),  # no difference would see it
        (with_wrong_partial("sigmoid", -1.0), "complex step"),
        (with_wrong_partial("tanh", 1 + 1e-8), "complex step"),
        (with_wrong_partial("mul", 1.01), "complex step"),
        (with_wrong_partial("abs", 1.0001), "differences"),
        (with_wrong_partial("softsign", 1.0001), "differences"),
    ],
    ids=lambda given: given if isinstance(given, str) else given.name,
)
def test_a_wrong_partial_is_found_by_either_method(op: Op, method: str) -> None:
    for value in (0.3, [0.3, -1.2]):
        x, y = check(run(net(op, value=value)))
        assert (x.verdict, x.method) == (Verdict.DIFFERS, method)
        assert (y.verdict, y.method) == (Verdict.AGREES, "complex step")


def test_a_wrong_partial_is_found_where_almost_nothing_arrives() -> None:
    """The gradient of x is about 10⁻⁴⁴ of that of y, so the output does not move at all."""
    (x, y) = check(run(net(with_wrong_partial("sigmoid", 1.001), layers=70)))
    assert abs(float(x.gradient)) < 1e-40  # type: ignore[arg-type]
    assert (x.verdict, x.method, y.verdict) == (Verdict.DIFFERS, "complex step", Verdict.AGREES)
    (right, _) = check(run(net(OPS["sigmoid"], layers=70)))
    assert (right.verdict, right.method) == (Verdict.AGREES, "complex step")


@pytest.mark.parametrize(
    ("name", "shapes", "wrong"),
    [
        ("sum", [(2, 3)], lambda g, x, out, **_: 1.001 * g * np.ones((2, 3))),
        ("matmul", [(2, 3), (3, 2)], lambda g, a, b, out: g @ transpose(b) * np.array([1.0, 1.0, 1.001])),
        ("matmul", [(2, 2), (2, 2)], lambda g, a, b, out: g @ b),  # the transpose is forgotten
        ("transpose", [(2, 3)], lambda g, x, out, **_: reshape(g, (2, 3)) * np.eye(2, 3)),
        ("softmax", [(3,)], lambda g, x, out, **_: g * out),
    ],
)
def test_a_wrong_rule_of_a_structured_operation_is_found(name: str, shapes: list[Any], wrong: Any) -> None:
    op = OPS[name]
    assert op.structured is not None
    broken = replace(op, structured=replace(op.structured, vjps=(wrong, *op.structured.vjps[1:])))
    random = np.random.default_rng(1)
    for tried, verdict in ((op, Verdict.AGREES), (broken, Verdict.DIFFERS)):
        leaves = [Node(i, OPS["variable"], (), random.normal(size=s), f"x{i}") for i, s in enumerate(shapes)]
        trace = run(Graph([*leaves, Node(8, tried, tuple(range(len(shapes)))), Node(9, OPS["sin"], (8,))]))
        first, *others = check(trace)
        assert (first.verdict, first.method) == (verdict, "differences")
        assert {found.verdict for found in others} <= {Verdict.AGREES}


@pytest.mark.parametrize(
    ("text", "x"),
    [("mean(sin(x))", [1e20]), ("sum(sin(x[0:1]))", [1e200]), ("h = mish(x); sum(tanh(h)*cos(h))", [1, 1e308])],
)
def test_right_gradients_are_not_called_wrong_where_nothing_can_be_seen(text: str, x: list[float]) -> None:
    found = checked(text, x=x)
    assert found.verdict is Verdict.UNCHECKED
    assert "to tell" in found.note


def test_checking_changes_nothing() -> None:
    trace = run(parse("q = x*y; f = sin(q)", {"x": [1, 2], "y": 3}))
    before = trace.buffers.copy()
    check(trace)
    assert np.array_equal(before.values, trace.buffers.values)
    assert np.array_equal(before.gradients, trace.buffers.gradients)
