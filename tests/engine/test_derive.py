"""Derivatives as graphs: simplified, evaluable, differentiable again; Jacobians and Hessians made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, note

from bpviz.engine.derive import derive
from bpviz.engine.growing import Grower
from bpviz.engine.jacobians import hessian, hessian_vector_product, jacobian
from bpviz.engine.trace import run
from bpviz.graph.graph import Graph, GraphError
from bpviz.graph.parse import parse
from bpviz.graph.program import full_formula, program
from bpviz.ops.formula import Notation, written

from .mixed_graphs import mixed_graphs
from .random_graphs import scalar_graphs

A = [[1.0, 2.0], [3.0, 4.0]]


def derivative(text: str, **values: Any) -> str:
    """The derivative by all inputs, as a program in one line."""
    return program(derive(parse(text, values)).graph, values=False, separator="; ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3*x**2 - 4*x", "df_dx = 6 * x - 4"),
        ("x", "df_dx = identity(1)"),
        ("x + x", "df_dx = identity(2)"),
        ("2*(3*x)", "df_dx = identity(6)"),
        ("x*y", "df_dx = y; df_dy = x"),
        ("x/y", "df_dx = 1 / y; f = x / y; df_dy = -f / y"),
        ("sin(x)", "df_dx = cos(x)"),
        ("x**3", "df_dx = 3 * x**2"),
        ("exp(-x)", "f = exp(-x); df_dx = -f"),
        ("x**2*y + y + 2", "df_dx = y * (2 * x); df_dy = x**2 + 1"),
        (
            "sigmoid(w*x + b)",
            "v2 = w * x + b; f = sigmoid(v2); df_db = f * sigmoid(-v2); df_dw = df_db * x; df_dx = df_db * w",
        ),
    ],
)
def test_derivatives_are_simplified(text: str, expected: str) -> None:
    if text == "x":
        graph = parse("f = x")
        assert program(derive(graph).graph, values=False, separator="; ") == expected
    else:
        assert derivative(text) == expected


def test_nothing_is_left_of_what_the_gradient_does_not_need() -> None:
    graph = parse("a = exp(x); b = ln(y); f = x * y + a", {"x": 1, "y": 2})
    derived = derive(graph, [graph.find("y")])
    assert [node.name for node in derived.graph.nodes.values()] == ["x", "df_dy"]


def test_equal_subexpressions_share_a_node() -> None:
    derived = derive(parse("tanh(x*y)*tanh(x*y)", {"x": 0.3, "y": 0.7}))
    products = [n for n in derived.graph.nodes.values() if n.op.name == "mul" and set(n.inputs) == {1, 2}]
    assert len(products) == 1
    assert sum(node.op.name == "cosh" for node in derived.graph.nodes.values()) == 1


def test_an_input_that_the_output_does_not_depend_on_has_the_gradient_0() -> None:
    graph = parse("f = 2*x; g = y*[1, 2]; f", {"x": 3, "y": 4})
    trace = run(derive(graph).graph)
    assert (trace.value("df_dx"), trace.value("df_dy")) == (2.0, 0.0)
    wide = derive(parse("f = 2*x; g = sum(v); f", {"x": 3, "v": [1, 2, 3]}))
    assert np.array_equal(run(wide.graph).value("df_dv"), np.zeros(3))  # type: ignore[arg-type]


def test_sin_three_times() -> None:
    graph = parse("f = sin(x)", {"x": 0.7})
    for name, expected in [("df_dx", np.cos(0.7)), ("ddf_dx_dx", -np.sin(0.7)), ("dddf_dx_dx_dx", -np.cos(0.7))]:
        graph = derive(graph).graph
        assert run(graph).value(name) == pytest.approx(expected, rel=1e-15)
    assert program(graph, values=False) == "dddf_dx_dx_dx = -cos(x)"


@given(scalar_graphs)
def test_a_derived_graph_is_written_and_read(graph: Graph) -> None:
    derived = derive(graph).graph
    assume(len(derived))
    note(program(derived))
    again = parse(program(derived))
    for name in derived.by_name:
        if name in again.by_name and not derived.nodes[derived.by_name[name]].op.is_leaf:
            assert run(again).value(name) == pytest.approx(run(derived).value(name), rel=1e-12, abs=1e-12)


# Jacobians and Hessians


def test_the_convention_for_the_gradient_of_a_linear_map() -> None:
    """One row for each entry of y = A·x, one column for each of x: ∂y/∂x = A; ∇ of its entries, as columns, is Aᵀ."""
    graph = parse("y = A @ x", {"A": A, "x": [1, 1]})
    found = jacobian(graph, graph.find("y"), [graph.find("x")])
    assert found.tolist() == A
    assert found.T.tolist() == [[1.0, 3.0], [2.0, 4.0]]


def test_matrix_identities() -> None:
    random = np.random.default_rng(2)
    M, x, X = random.normal(size=(4, 4)), random.normal(size=4), random.normal(size=(3, 5))
    for text in ("x @ (A @ x)", "quadratic_form(x, A)", "dot(x, A @ x)"):
        graph = parse(text, {"A": M, "x": x})
        assert np.allclose(run(graph).gradient("x"), (M + M.T) @ x, rtol=1e-13)  # type: ignore[arg-type]
        assert np.allclose(hessian(graph, [graph.find("x")]), M + M.T, rtol=1e-12)
    for text in ("sum(X**2)", "frobenius(X)**2", "trace(transpose(X) @ X)"):
        assert np.allclose(run(parse(text, {"X": X})).gradient("X"), 2 * X, rtol=1e-12)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("x**2*y + y + 2", {"x": 3, "y": 4}, [[8, 6], [6, 0]]),
        ("(1 - x)**2 + 100*(y - x**2)**2", {"x": -1.2, "y": 1}, [[1330, 480], [480, 200]]),
        ("(1 - x)**2 + 100*(y - x**2)**2", {"x": 1, "y": 1}, [[802, -400], [-400, 200]]),
        ("x + 2*y", {"x": 3, "y": 4}, [[0, 0], [0, 0]]),
        ("x*y", {"x": 3, "y": [1]}, None),
    ],
)
def test_hessians(text: str, values: dict[str, Any], expected: Any) -> None:
    graph = parse(text, values)
    wrt = [graph.find("x"), graph.find("y")]
    if expected is None:
        with pytest.raises(GraphError, match=r"f has the shape 1: a Hessian is of a scalar, such as sum\(f\)"):
            hessian(graph, wrt)
    else:
        assert np.allclose(hessian(graph, wrt), expected, rtol=1e-13, atol=1e-13)


@given(mixed_graphs(8))
def test_jacobians_are_what_the_backward_passes_say(graph: Graph) -> None:
    """By rows and by columns, and their sum over rows is the gradient."""
    note(program(graph))
    trace, output = run(graph), graph.result
    assert output is not None
    wrt = [node.id for node in graph.leaves()]
    if not wrt:
        return
    found = jacobian(graph, output, wrt)
    gradient = np.concatenate([np.ravel(trace.gradient(node)) for node in wrt])  # type: ignore[arg-type]
    assert np.allclose(found.sum(axis=0), gradient, rtol=1e-9, atol=1e-9 * (1 + np.abs(found).max()))
    one_by_one = np.concatenate([jacobian(graph, output, [node]) for node in wrt], axis=1)
    assert np.allclose(found, one_by_one, rtol=1e-9, atol=1e-9 * (1 + np.abs(found).max()))


@given(mixed_graphs(8))
def test_hessians_are_symmetric_and_multiply(graph: Graph) -> None:
    note(program(graph))
    output = graph.result
    assert output is not None
    wrt = [node.id for node in graph.leaves()]
    if not wrt or np.shape(run(graph).value(output)):  # type: ignore[arg-type]
        return
    found, random = hessian(graph, wrt), np.random.default_rng(4)
    size = 1 + np.abs(found).max(initial=0)
    assert np.allclose(found, found.T, rtol=1e-9, atol=1e-9 * size)
    moved = {node: random.normal(size=np.shape(graph.nodes[node].value)) for node in wrt}  # type: ignore[arg-type]
    product = hessian_vector_product(graph, moved)
    expected = found @ np.concatenate([np.ravel(moved[node]) for node in wrt])
    assert np.allclose(np.concatenate([np.ravel(product[node]) for node in wrt]), expected, rtol=1e-8, atol=1e-8 * size)


def test_a_jacobian_of_any_node_by_any_other() -> None:
    graph = parse("q = x*y; r = q**2; f = r + q", {"x": 3, "y": 4})
    q, r, x = (graph.find(name) for name in "qrx")
    assert jacobian(graph, r, [q]).tolist() == [[24.0]]
    assert jacobian(graph, graph.find("f"), [q, x, r]).tolist() == [[25.0, 100.0, 1.0]]
    assert jacobian(graph, q, [r]).tolist() == [[0.0]]
    assert jacobian(graph, q, [q]).tolist() == [[1.0]]


def test_what_has_no_derivative_says_why() -> None:
    graph = parse("f = sin(x) + c; c = constant(2); g = _*x", {"x": 1})
    with pytest.raises(GraphError, match="c is a constant: there is no derivative by it"):
        derive(graph, [graph.find("c")], graph.find("f"))
    with pytest.raises(GraphError, match="g waits for an input to be wired"):
        derive(graph, None, graph.find("g"))
    with pytest.raises(GraphError, match="g waits for its first input to be wired"):
        jacobian(graph, graph.find("g"), [graph.find("x")])
    with pytest.raises(GraphError, match="the graph is empty"):
        derive(Graph())
    wide = parse("f = x * 2", {"x": np.ones(4_000)})
    with pytest.raises(GraphError, match="4,000 × 4,000 entries; bpviz stops at 10,000,000"):
        jacobian(wide, wide.find("f"), [wide.find("x")])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("norm(x)", {"x": [0, 0]}),
        ("hypot(x, 0*x)", {"x": 0}),
        ("max(x, 2*x)**2", {"x": 0}),
        ("relu(x)*x", {"x": 0}),
    ],
)
def test_there_is_no_hessian_at_a_kink(text: str, values: dict[str, Any]) -> None:
    graph = parse(text, values)
    with pytest.raises(GraphError, match=r"has no second derivative here: .* by convention"):
        hessian(graph, [graph.find("x")])
    elsewhere = parse(text, {"x": np.add(values["x"], 1.0)})
    assert np.isfinite(hessian(elsewhere, [elsewhere.find("x")])).all()


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (lambda x, y: 0.0 - y, "-y"),
        (lambda x, y: x - 0.0, "x"),
        (lambda x, y: x - -y, "x + y"),
        (lambda x, y: x + -y, "x - y"),
        (lambda x, y: x + x, "2 * x"),
        (lambda x, y: x - x, "0"),
        (lambda x, y: -(0.0 - x), "x"),
        (lambda x, y: -1.0 * x, "-x"),
        (lambda x, y: x * -y, "-(y * x)"),
        (lambda x, y: y * 3.0 * 2.0, "6 * y"),
        (lambda x, y: x / -1.0, "-x"),
        (lambda x, y: 0.0 / x, "0"),
        (lambda x, y: x**1.0 + y**0.0, "x + 1"),
        (lambda x, y: (x + y) * (x + y), "(x + y) * (x + y)"),
        (lambda x, y: 2.0 / 3.0 * x, "0.6666666666666666 * x"),
    ],
)
def test_what_is_recorded_is_simplified(record: Any, expected: str) -> None:
    graph = parse("f = x*y", {"x": 1, "y": 2})
    grower = Grower(graph, lambda _: ())
    term = grower.term(record(grower.of(graph.find("x")), grower.of(graph.find("y"))))
    node = grower.placed(term)
    whole = full_formula(Graph(grower.nodes.values(), node), node)
    assert whole is not None
    assert written(whole, Notation.CODE) == expected
