"""How a gradient becomes a step: one declaration for each optimizer.

All of them work on one flat vector θ of parameters, and are pure functions: state and gradient in, state and update
out, so that a step can be taken back by keeping what was there before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from ..steps import Floats

Memory: TypeAlias = tuple[Floats, ...]
"""What an optimizer remembers from step to step: vectors as long as θ, all 0 before the first step."""

_FLAT = 1e-8  # of the greatest curvature: an eigenvalue below counts as none


@dataclass(frozen=True)
class Slope:
    """What an optimizer is told at a point: the gradient g = ∇L(θ), and how to get the Hessian H, which costs more."""

    gradient: Floats
    hessian: Callable[[], Floats]


Rule: TypeAlias = Callable[[Slope, Memory, int, float, Mapping[str, float]], tuple[Floats, Memory]]
"""(slope, memory, t, rate, settings) → (Δθ, memory), where t = 1 at the first step."""


@dataclass(frozen=True)
class Optimizer:
    """One way to descend.  `rate` is a learning rate to begin with, `settings` its further numbers by name.

    `memory` names the vectors that it remembers; `latex` is its update as a formula, with g for the gradient and η
    for the learning rate; `source` is where it comes from.
    """

    name: str
    title: str
    summary: str
    latex: str
    source: str
    rule: Rule
    rate: float
    memory: tuple[str, ...] = ()
    settings: Mapping[str, float] = field(default_factory=dict)

    def start(self, size: int) -> Memory:
        """The memory before the first step, for `size` parameters."""
        return tuple(np.zeros(size) for _ in self.memory)

    def update(self, slope: Slope, memory: Memory, step: int, rate: float) -> tuple[Floats, Memory]:
        """What is added to θ at the step with the number `step`, from 1 on, and the memory after it."""
        with np.errstate(all="ignore"):  # what is not finite is noticed by the run
            return self.rule(slope, memory, step, rate, self.settings)


def _sgd(slope: Slope, memory: Memory, step: int, rate: float, _: Mapping[str, float]) -> tuple[Floats, Memory]:
    return -rate * slope.gradient, memory


def _momentum(slope: Slope, memory: Memory, step: int, rate: float, by: Mapping[str, float]) -> tuple[Floats, Memory]:
    velocity = by["μ"] * memory[0] + slope.gradient
    return -rate * velocity, (velocity,)


def _rmsprop(slope: Slope, memory: Memory, step: int, rate: float, by: Mapping[str, float]) -> tuple[Floats, Memory]:
    square = by["ρ"] * memory[0] + (1.0 - by["ρ"]) * slope.gradient**2
    return -rate * slope.gradient / (np.sqrt(square) + by["ε"]), (square,)


def _adam(slope: Slope, memory: Memory, step: int, rate: float, by: Mapping[str, float]) -> tuple[Floats, Memory]:
    mean = by["β₁"] * memory[0] + (1.0 - by["β₁"]) * slope.gradient
    square = by["β₂"] * memory[1] + (1.0 - by["β₂"]) * slope.gradient**2
    fair_mean, fair_square = mean / (1.0 - by["β₁"] ** step), square / (1.0 - by["β₂"] ** step)
    return -rate * fair_mean / (np.sqrt(fair_square) + by["ε"]), (mean, square)


def _newton(slope: Slope, memory: Memory, step: int, rate: float, _: Mapping[str, float]) -> tuple[Floats, Memory]:
    return -rate * newton_direction(slope.hessian(), slope.gradient), memory


def newton_direction(hessian: Floats, gradient: Floats) -> Floats:
    """|H|⁻¹ g: H⁻¹ g where H is positive definite, and downhill everywhere else too.

    |H| has the eigenvectors of H and the absolute values of its eigenvalues, so that a step leads away from a saddle
    instead of into it (Dauphin et al., *Identifying and attacking the saddle point problem*, 2014).  Along directions
    without curvature nothing is known of how far to go: there the gradient is followed as if the curvature were 1.
    NaN if the Hessian is not finite.
    """
    if not np.isfinite(hessian).all():
        return np.full_like(gradient, np.nan)
    curvatures, axes = np.linalg.eigh((hessian + hessian.T) / 2.0)
    bends = np.abs(curvatures)
    bends[bends <= _FLAT * bends.max(initial=0.0)] = 1.0
    direction: Floats = axes @ ((axes.T @ gradient) / bends)
    return direction


OPTIMIZERS: Mapping[str, Optimizer] = {
    made.name: made
    for made in (
        Optimizer(
            "sgd", "SGD", "Straight against the gradient: the steepest way down, and the plainest.",
            r"\theta \leftarrow \theta - \eta\,g",
            "Robbins and Monro, A stochastic approximation method, 1951",
            _sgd, 0.1,
        ),
        Optimizer(
            "momentum", "Momentum", "A heavy ball: what the earlier gradients gave it carries it on.",
            r"v \leftarrow \mu\,v + g,\quad \theta \leftarrow \theta - \eta\,v",
            "Polyak, Some methods of speeding up the convergence of iteration methods, 1964",
            _momentum, 0.03, ("v",), {"μ": 0.9},
        ),
        Optimizer(
            "rmsprop", "RMSProp", "Each parameter has a pace of its own: its gradient over its usual size.",
            r"s \leftarrow \rho\,s + (1-\rho)\,g^{2},\quad "
            r"\theta \leftarrow \theta - \frac{\eta\,g}{\sqrt{s}+\epsilon}",
            "Hinton, Neural networks for machine learning, lecture 6e, 2012",
            _rmsprop, 0.01, ("s",), {"ρ": 0.9, "ε": 1e-8},
        ),
        Optimizer(
            "adam", "Adam", "Momentum over the usual size, both corrected for having begun at 0.",
            r"m \leftarrow \beta_1 m + (1-\beta_1)\,g,\quad v \leftarrow \beta_2 v + (1-\beta_2)\,g^{2},\quad "
            r"\theta \leftarrow \theta - \eta\,\frac{m/(1-\beta_1^{t})}{\sqrt{v/(1-\beta_2^{t})}+\epsilon}",
            "Kingma and Ba, Adam: a method for stochastic optimization, 2015",
            _adam, 0.05, ("m", "v"), {"β₁": 0.9, "β₂": 0.999, "ε": 1e-8},
        ),
        Optimizer(
            "newton", "Newton", "To the bottom of the parabola that fits here. Where it bends down instead, away from "
            "the saddle: curvatures count by their size.",
            r"\theta \leftarrow \theta - \eta\,|H|^{-1} g",
            "Nocedal and Wright, Numerical optimization, 2006, chapter 3; Dauphin et al., 2014",
            _newton, 1.0,
        ),
    )
}  # fmt: skip
