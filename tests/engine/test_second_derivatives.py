"""Products with the Hessian against HIPS autograd, which knows nothing of bpviz."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from bpviz.engine.jacobians import hessian_vector_product
from bpviz.graph.graph import GraphError
from bpviz.graph.parse import parse


def rosenbrock(x: Any, y: Any) -> Any:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def neuron(w: Any, x: Any) -> Any:
    return anp.tanh(anp.sum(w * x)) ** 2 + anp.exp(-anp.sum(w * w))


def ratio(x: Any, y: Any) -> Any:
    return anp.sin(x * y) / (1 + anp.exp(x - y))


@pytest.mark.parametrize(
    ("text", "function", "at", "along"),
    [
        ("(1 - x)**2 + 100*(y - x**2)**2", rosenbrock, {"x": -1.2, "y": 1.5}, {"x": 0.3, "y": -2.0}),
        (
            "tanh(sum(w*x))**2 + exp(-sum(w*w))",
            neuron,
            {"w": [0.4, -0.3, 0.1], "x": [1.0, 2.0, -0.5]},
            {"w": [1.0, -0.5, 2.0], "x": [0.1, 0.2, 0.3]},
        ),
        ("sin(x*y) / (1 + exp(x - y))", ratio, {"x": 0.7, "y": -1.1}, {"x": 1.0, "y": 0.0}),
    ],
)
def test_products_with_the_hessian(
    text: str, function: Callable[..., Any], at: dict[str, Any], along: dict[str, Any]
) -> None:
    graph = parse(text, at)
    point, direction = ([np.asarray(held[name], dtype=float) for name in at] for held in (at, along))

    def slope(t: Any, k: int) -> Any:  # of the function by its k-th argument, t along the direction
        moved = [p + t * v for p, v in zip(point, direction, strict=True)]
        return autograd.grad(function, k)(*moved)

    found = hessian_vector_product(graph, {graph.find(name): held for name, held in zip(at, direction, strict=True)})
    for k, name in enumerate(at):
        expected = autograd.jacobian(slope, 0)(0.0, k)
        assert np.allclose(found[graph.find(name)], expected, rtol=1e-11, atol=1e-12), name


def test_an_input_along_which_nothing_bends() -> None:
    graph = parse("x**3 + 5*y", {"x": 2, "y": 1})
    x, y = graph.find("x"), graph.find("y")
    found = hessian_vector_product(graph, {x: 0.5, y: 7.0})
    assert (float(found[x]), float(found[y])) == (6.0, 0.0)  # 6x · ½, and nothing


def test_a_corner_has_none() -> None:
    graph = parse("x * relu(x)", {"x": 0})
    with pytest.raises(GraphError, match="no second derivative here"):
        hessian_vector_product(graph, {graph.find("x"): 1.0})
