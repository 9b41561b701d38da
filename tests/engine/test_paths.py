"""The path ledger: all paths counted, the largest found, and their sum is the gradient."""

from __future__ import annotations

from itertools import pairwise
from math import isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from bpviz.engine.paths import Ledger, amount, ledger
from bpviz.engine.trace import Trace, run
from bpviz.graph.graph import Graph, NodeId
from bpviz.graph.parse import parse
from bpviz.graph.program import program

from .mixed_graphs import mixed_graphs
from .random_graphs import array_graphs, graphs, scalar_graphs


def of(text: str, name: str, most: int = 50, **values: Any) -> Ledger:
    """The ledger of a named node."""
    trace = run(parse(text, values))
    return ledger(trace, trace.graph.find(name), most)


def every_path(trace: Trace, node: NodeId) -> list[tuple[int, ...]]:
    """All paths from a node to the output, wire by wire, found by walking."""
    if node == trace.output:
        return [()]
    wires = trace.wires_into(node)
    return [(wire, *rest) for wire in wires for rest in every_path(trace, trace.sent(wire).source)]


def product(trace: Trace, wires: tuple[int, ...]) -> float:
    local = [float(np.ravel(trace.local(wire))[0]) for wire in reversed(wires)]  # type: ignore[arg-type]
    return float(np.prod(local))


def diamonds(count: int, left: str, right: str) -> str:
    """`count` places in a row where the paths part and meet again."""
    each = [
        f"a{i} = {left.format(f't{i}')}; b{i} = {right.format(f't{i}')}; t{i + 1} = a{i} + b{i}" for i in range(count)
    ]
    return "\n".join(["t0 = x", *each])


@given(scalar_graphs)
def test_the_sum_over_all_paths_is_the_gradient(graph: Graph) -> None:
    note(program(graph))
    trace = run(graph)
    for node in graph.nodes:
        if trace.gradient(node) is None:
            continue
        found, expected = ledger(trace, node, 100_000), every_path(trace, node)
        assert found.count == len(expected)
        assert found.is_complete
        assert found.is_ranked
        assert found.agrees
        assert sorted(path.wires for path in found.paths) == sorted(expected)
        assert found.by_paths == sum(map(len, expected))
        assert found.by_backpropagation == len({wire for path in expected for wire in path})


@given(graphs(most=24), st.integers(1, 5))
def test_the_largest_come_first(graph: Graph, most: int) -> None:
    note(program(graph))
    trace = run(graph)
    for node in graph.nodes:
        if trace.gradient(node) is None:
            continue
        found = ledger(trace, node, most)
        expected = sorted((abs(product(trace, path)) for path in every_path(trace, node)), reverse=True)
        assert found.count == len(expected)
        assert [path.magnitude for path in found.paths] == pytest.approx(expected[:most], rel=1e-12, abs=0)
        assert len({path.wires for path in found.paths}) == len(found.paths)
        assert all(one.magnitude >= other.magnitude for one, other in pairwise(found.paths))
        assert found.agrees is None or found.is_complete


@given(st.one_of(mixed_graphs(), array_graphs))
def test_what_each_path_brings_back_adds_up_for_arrays_too(graph: Graph) -> None:
    note(program(graph))
    trace = run(graph)
    for node in graph.nodes:
        if trace.gradient(node) is None:
            continue
        found, expected = ledger(trace, node, 2_000), every_path(trace, node)
        assert found.count == len(expected)
        assert {path.wires for path in found.paths} == set(expected)
        assert found.agrees
        assert all(np.shape(path.product) == trace.plan.shapes[trace.plan.row_of[node]] for path in found.paths)


@given(scalar_graphs)
def test_a_path_is_the_wires_nodes_and_local_derivatives_along_it(graph: Graph) -> None:
    trace = run(graph)
    for leaf in graph.leaves():
        if trace.gradient(leaf.id) is None:
            continue
        for path in ledger(trace, leaf.id).paths:
            assert path.nodes[0] == leaf.id
            assert path.nodes[-1] == trace.output
            for wire, local, (target, source) in zip(path.wires, path.locals, pairwise(path.nodes), strict=True):
                sent = trace.sent(wire)
                assert (sent.source, sent.target) == (source, target)
                assert np.ravel(sent.local) == local  # type: ignore[arg-type]
            assert path.product == pytest.approx(product(trace, path.wires), rel=1e-12, abs=0)


def test_of_thirty_diamonds_only_the_largest_paths_are_walked() -> None:
    trace = run(parse(diamonds(30, "2*{0}", "3*{0}"), {"x": 1}))
    found = ledger(trace, trace.graph.find("x"))
    assert found.count == 2**30
    assert found.gradient == 5.0**30
    assert [path.product for path in found.paths] == [3.0**30] + [2 * 3.0**29] * 30 + [4 * 3.0**28] * 19
    assert len({path.wires for path in found.paths}) == 50
    assert (found.agrees, found.is_complete, found.is_ranked) == (None, False, True)
    assert found.by_paths == 61 * 2**30  # t0 = x is a wire
    assert found.by_backpropagation == 121
    assert found.summary == (
        "1,073,741,824 paths lead from x to t₃₀; the largest 50 are shown; enumerating them all would take "
        "65,498,251,264 multiplications, backpropagation took 121."
    )


def test_equal_paths_do_not_make_the_search_wander() -> None:
    found = of(diamonds(200, "0.3*{0}", "0.3*{0}"), "x", x=1)
    assert found.count == 2**200
    assert [path.product for path in found.paths] == pytest.approx([0.3**200] * 50, rel=1e-12)


def test_a_chain_of_ten_thousand() -> None:
    text = "t0 = x\n" + "\n".join(f"t{i + 1} = 1.00001 * t{i}" for i in range(10_000))
    found = of(text, "x", x=1)
    assert (found.count, found.by_paths, found.agrees) == (1, 10_001, True)


def test_counts_beyond_every_float() -> None:
    found = of(diamonds(2_000, "0.5*{0}", "0.5*{0}"), "x", x=1)
    assert found.count == 2**2000
    assert found.gradient == 1.0
    assert found.summary.startswith("about 1.15·10⁶⁰² paths lead from x to t₂₀₀₀; the largest 50 are shown; ")


def test_what_is_lost_to_underflow_on_the_way_is_ranked_by_its_real_size() -> None:
    found = of("a = 1e-200*x; b = 1e-200*a; c = 1e300*b; f = c + 1e-120*x", "x", most=1, x=1)
    (largest,) = found.paths
    assert largest.product == pytest.approx(1e-100, abs=0)  # although 1e-200 · 1e-200 is 0


@pytest.mark.parametrize(
    ("text", "values", "products", "agrees"),
    [
        ("sqrt(x) + 2*x", {"x": 0}, [np.inf, 2.0], None),
        ("sqrt(x)*x + 2*x", {"x": 0}, [np.nan, 2.0, 0.0], None),
        ("1e200*(1e200*x) + x", {"x": 1e-300}, [np.inf, 1.0], None),
        ("0*x + x", {"x": 1}, [1.0, 0.0], True),
        ("x − x", {"x": 1}, [1.0, -1.0], True),
    ],
)
def test_what_is_not_finite_comes_first(text: str, values: dict[str, Any], products: list[float], agrees: Any) -> None:
    for most in (1, 2, 50):
        found = of(text, "x", most, **values)
        assert [path.product for path in found.paths] == pytest.approx(products[:most], nan_ok=True)
    assert found.agrees is agrees
    assert isnan(products[0]) == isnan(float(np.sum(found.gradient or 0.0)))


def test_arrays_beyond_the_most_are_the_first_found_and_say_so() -> None:
    text = "\n".join(["t0 = sum(x)*x", *(f"t{i + 1} = t{i} * t{i}" for i in range(8)), "f = sum(t8)"])
    found = of(text, "x", most=5, x=[0.5, 0.25])
    assert (found.count, len(found.paths), found.is_ranked, found.agrees) == (512, 5, False, None)
    assert found.summary == (
        "512 paths lead from x to f; the first found, not the largest, 5 are shown; enumerating them all would take "
        "5,376 products, backpropagation took 20."
    )


@pytest.mark.parametrize(
    ("text", "name", "values", "summary"),
    [
        (
            "x*x + 3*x",
            "x",
            {"x": 5},
            "3 paths lead from x to f; the products of the local derivatives along them add up to 5 + 5 + 3 = 13, "
            "which is ∂f/∂x; enumerating them takes 6 multiplications, backpropagation 5.",
        ),
        (
            "q = x + y; f = q * z",
            "x",
            {"x": -2, "y": 5, "z": -4},
            "1 path leads from x to f; the product of the local derivatives along it is ∂f/∂x = −4.",
        ),
        (
            "f = 2*x − y*x",
            "x",
            {"x": 1, "y": 5},
            "2 paths lead from x to f; the products of the local derivatives along them add up to −5 + 2 = −3, which "
            "is ∂f/∂x.",
        ),
        ("2*x", "f", {"x": 1}, "f is the output itself: its one path has no wires, and ∂f/∂f = 1."),
        ("g = 3*y; f = 2*x*x", "y", {"x": 1, "y": 1}, "No path leads back from f to y, so ∂f/∂y = 0."),
        ("c = constant(3); f = c*x", "c", {"x": 1}, "c is a constant: it has no gradient."),
        ("ln(x)", "x", {"x": -1}, "There is no gradient: ln is defined for x > 0; x is −1."),
        ("x + _", "x", {"x": 1}, "There is no gradient: f waits for its second input to be wired."),
        (
            "sum(A@x)*sum(x)",
            "x",
            {"A": [[1, 2], [3, 4]], "x": [1, 2]},
            "2 paths lead from x to f; what each alone brings back adds up to [28, 34], which is ∂f/∂x.",
        ),
    ],
)
def test_summaries(text: str, name: str, values: dict[str, Any], summary: str) -> None:
    assert of(text, name, **values).summary == summary


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 paths"),
        (1, "1 path"),
        (10**18 - 1, "999,999,999,999,999,999 paths"),
        (10**18, "about 1.00·10¹⁸ paths"),
        (10**40 - 1, "about 1.00·10⁴⁰ paths"),
        (9_994 * 10**30, "about 9.99·10³³ paths"),
        (9_996 * 10**30, "about 1.00·10³⁴ paths"),
    ],
)
def test_amounts(number: int, text: str) -> None:
    assert amount(number, "path") == text


def test_an_amount_of_which_python_would_not_write_the_digits() -> None:
    assert amount(2**100_000, "path") == "about 9.99·10³⁰¹⁰² paths"
