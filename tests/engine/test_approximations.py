"""Approximations near a point against numpy and finite differences, and what eigenvalues say."""

from __future__ import annotations

import numpy as np
import pytest

from bpviz.engine.analysis.approximations import Ray, Shape, approximation, curvature
from bpviz.engine.analysis.coordinates import Coordinate
from bpviz.engine.analysis.sections import Target
from bpviz.engine.jacobians import hessian, jacobian
from bpviz.engine.trace import run
from bpviz.graph.parse import parse


def test_along_a_ray_the_function_is_the_function() -> None:
    graph = parse("f = sin(x)*y + sum(w**2)", {"x": 0.5, "y": 2.0, "w": np.array([1.0, 3.0])})
    x, y, w = (graph.find(name) for name in "xyw")
    assert graph.result is not None
    coordinates = [Coordinate(x), Coordinate(y), Coordinate(w, (1,))]
    direction = np.array([1.0, -2.0, 0.5])
    ray = Ray(run(graph), coordinates, direction, Target(graph.result))
    t = np.linspace(-1.0, 1.0, 9)
    (values,), (slopes,) = ray.at(t)
    np.testing.assert_allclose(values, np.sin(0.5 + t) * (2 - 2 * t) + 1 + (3 + 0.5 * t) ** 2, rtol=1e-14)
    np.testing.assert_allclose(slopes, np.gradient(values, t), rtol=0.2)
    expected = np.cos(0.5 + t) * (2 - 2 * t) - 2 * np.sin(0.5 + t) + (3 + 0.5 * t)
    np.testing.assert_allclose(slopes, expected, rtol=1e-13)


def test_line_and_parabola_touch_as_closely_as_taylor_says() -> None:
    graph = parse("f = exp(x*y) + x**3", {"x": 0.4, "y": -0.7})
    assert graph.result is not None
    nodes = [graph.find("x"), graph.find("y")]
    trace = run(graph)
    gradient = jacobian(graph, graph.result, nodes)[0]
    direction = np.array([0.6, 0.8])
    value = float(trace.value(graph.result))  # type: ignore[arg-type]
    near = approximation(value, gradient, hessian(graph, nodes), direction)
    ray = Ray(trace, [Coordinate(node) for node in nodes], direction, Target(graph.result))
    h = np.array([1e-1, 1e-2])
    (values,), _ = ray.at(h)
    off_line, off_parabola = abs(values - near.linear(h)), abs(values - near.quadratic(h))
    assert off_line[0] / off_line[1] == pytest.approx(100, rel=0.2), "of second order"
    assert off_parabola[0] / off_parabola[1] == pytest.approx(1000, rel=0.2), "of third order"


@pytest.mark.parametrize(
    ("matrix", "shape", "said"),
    [
        ([[2.0, 0.0], [0.0, 6.0]], Shape.BOWL, "curves up in every direction, like a bowl. Condition number 3."),
        ([[-2.0, 0.0], [0.0, -6.0]], Shape.DOME, "curves down in every direction"),
        ([[0.0, 1.0], [1.0, 0.0]], Shape.SADDLE, "f curves up in 1 direction and down in 1."),
        ([[1.0, 1.0], [1.0, 1.0]], Shape.VALLEY, "but 1 is zero: f curves up like a valley"),
        ([[-1.0, 0.0], [0.0, 0.0]], Shape.RIDGE, "curves down like a ridge"),
        ([[0.0, 0.0], [0.0, 0.0]], Shape.FLAT, "as straight as its tangent plane"),
    ],
)
def test_what_eigenvalues_say(matrix: list[list[float]], shape: Shape, said: str) -> None:
    found = curvature(np.array(matrix))
    assert found is not None
    assert found.shape is shape
    assert said in found.sentence("f")


def test_eigenvectors_belong_to_eigenvalues() -> None:
    random = np.random.default_rng(3)
    root = random.normal(size=(5, 5))
    matrix = root + root.T
    found = curvature(matrix)
    assert found is not None
    assert (np.diff(found.values) <= 0).all()
    np.testing.assert_allclose(matrix @ found.directions, found.directions * found.values, atol=1e-12)
    np.testing.assert_allclose(found.directions.T @ found.directions, np.eye(5), atol=1e-12)


def test_no_eigenvalues_of_what_is_no_number() -> None:
    assert curvature(np.array([[np.nan, 1.0], [1.0, 0.0]])) is None
