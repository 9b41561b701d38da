"""Optimizers against their papers' formulas, written out again parameter by parameter."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np
import pytest

from bpviz.engine.training.descent import Run
from bpviz.engine.training.optimizers import OPTIMIZERS, Slope, newton_direction
from bpviz.engine.training.problem import Problem
from bpviz.graph.parse import parse

GRADIENTS = np.random.default_rng(5).normal(size=(40, 3)) * [1.0, 100.0, 1e-4]


def _sgd(gradients: list[float]) -> float:
    return -sum(0.1 * g for g in gradients)


def _momentum(gradients: list[float]) -> float:
    x = velocity = 0.0
    for g in gradients:
        velocity = 0.9 * velocity + g
        x -= 0.1 * velocity
    return x


def _rmsprop(gradients: list[float]) -> float:
    x = square = 0.0
    for g in gradients:
        square = 0.9 * square + 0.1 * g * g
        x -= 0.1 * g / (sqrt(square) + 1e-8)
    return x


def _adam(gradients: list[float]) -> float:
    x = m = v = 0.0
    for t, g in enumerate(gradients, 1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        x -= 0.1 * (m / (1 - 0.9**t)) / (sqrt(v / (1 - 0.999**t)) + 1e-8)
    return x


@pytest.mark.parametrize(
    ("name", "formula"), [("sgd", _sgd), ("momentum", _momentum), ("rmsprop", _rmsprop), ("adam", _adam)]
)
def test_forty_steps_are_those_of_the_paper(name: str, formula: Callable[[list[float]], float]) -> None:
    optimizer, theta = OPTIMIZERS[name], np.zeros(3)
    memory = optimizer.start(3)
    for step, gradient in enumerate(GRADIENTS, 1):
        update, memory = optimizer.update(Slope(gradient, lambda: np.eye(3)), memory, step, 0.1)
        theta = theta + update
    expected = [formula(GRADIENTS[:, i].tolist()) for i in range(3)]
    np.testing.assert_allclose(theta, expected, rtol=1e-12)


def test_an_update_leaves_the_memory_before_it_alone() -> None:
    for optimizer in OPTIMIZERS.values():
        memory = tuple(np.ones(3) for _ in optimizer.memory)
        optimizer.update(Slope(GRADIENTS[0], lambda: np.eye(3)), memory, 1, 0.1)
        assert all((part == 1.0).all() for part in memory), optimizer.name


def test_newton_takes_a_quadratic_in_one_step() -> None:
    # 2x + y = 2, x + 6y = −6: the only point where the gradient of f is 0
    problem = Problem(parse("x = 3; y = -2; f = (x - 1)**2 + 3*(y + 1)**2 + x*y"))
    run = Run(problem, OPTIMIZERS["newton"])
    assert run.step()
    np.testing.assert_allclose(run.theta, [18 / 11, -14 / 11], rtol=1e-14)
    run.step()
    run.step()
    assert "Float64 has no smaller steps" in run.trouble or "gradient is 0" in run.trouble


def test_newton_walks_rosenbrocks_valley_in_under_ten_steps() -> None:
    """From the example's start, where the Hessian is not positive definite."""
    problem = Problem(parse("x = -1; y = 1.5; a = (1 - x)**2; b = 100*(y - x**2)**2; f = a + b"))
    run = Run(problem, OPTIMIZERS["newton"])
    while run.train_loss > 1e-12 and run.step():
        pass
    assert run.steps < 10
    np.testing.assert_allclose(run.theta, [1.0, 1.0], atol=1e-6)


def test_newton_leaves_a_saddle_instead_of_walking_into_it() -> None:
    hessian, gradient = np.diag([2.0, -2.0]), np.array([2.0, -0.2])
    np.testing.assert_allclose(newton_direction(hessian, gradient), [1.0, -0.1])  # H⁻¹ g would be [1, 0.1]: into it
    assert newton_direction(np.zeros((2, 2)), gradient).tolist() == gradient.tolist()
    assert np.isnan(newton_direction(np.full((2, 2), np.nan), gradient)).all()


def test_everything_about_an_optimizer_is_said() -> None:
    for name, optimizer in OPTIMIZERS.items():
        assert name == optimizer.name
        assert optimizer.rate > 0
        assert optimizer.summary.endswith(".")
        assert optimizer.latex
        assert any(letter.isdigit() for letter in optimizer.source), "a source has a year"
