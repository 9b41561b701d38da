"""Activations: the functions that make a network more than one big matrix."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from .arithmetic import max_, min_
from .declare import define
from .elementary import abs_, cosh, exp, sqrt, tanh
from .op import Kink, Op, Partial, Quantity, Rule, Spelling, lifted
from .special import erfc

GROUP = "Activations"
LEAK = 0.01
# Klambauer and others, Self-Normalizing Neural Networks (2017)
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
# Hendrycks and Gimpel, Gaussian Error Linear Units (2016)
GELU_RATE, GELU_CUBIC = float(np.sqrt(2.0 / np.pi)), 0.044715
GELU_END = 30.0  # from here on its tanh is 1 in float64, and the cube of x could leave the range
HALF_ROOT, BELL_TOP = float(np.sqrt(0.5)), float(1.0 / np.sqrt(2.0 * np.pi))
_SAMPLES = ((0.6,), (-1.3,), (2.1,))


def _activation(
    name: str,
    symbol: str,
    title: str,
    summary: str,
    forward: Any,
    partial: Rule | Partial,
    *,
    group: str = GROUP,
    text: Spelling | None = None,
    latex: Spelling | None = None,
    latex_name: str = "",
    aliases: tuple[str, ...] = (),
    kink: Kink | None = None,
    analytic: bool = False,
) -> Op:
    return define(
        name, symbol=symbol, title=title, group=group, summary=summary, arity=1, forward=forward,
        partials=[partial],
        text=text, latex=latex, latex_name=latex_name, aliases=aliases, kink=kink, samples=_SAMPLES,
        analytic=analytic,
    )  # fmt: skip


def _small(x: Any) -> Any:
    # exp only of what is not positive: never overflows, and loses no digits at either end
    return np.exp(np.where(np.greater_equal(np.real(x), 0), np.negative(x), x))


def _sigmoid(x: Any) -> Any:
    small = _small(x)
    return np.where(np.greater_equal(np.real(x), 0), 1.0, small) / (1.0 + small)


def _softplus(x: Any) -> Any:
    return np.where(np.greater_equal(np.real(x), 0), x, 0.0) + np.log1p(_small(x))


def _step(x: Any) -> Any:
    return np.greater(x, 0.0)  # as good a factor as 0 and 1, and an eighth of their size


def _gelu_inner(x: Any) -> Any:
    return GELU_RATE * (x + GELU_CUBIC * x**3.0)


def _gelu_tanh(x: Any) -> Any:
    # ½(1 + tanh u) is σ(2u), and cancels for negative u
    inside = np.where(np.abs(np.real(x)) < GELU_END, x, np.copysign(GELU_END, np.real(x)))
    return x * _sigmoid(2.0 * _gelu_inner(inside))


def _gelu_tanh_slope(x: Quantity) -> Quantity:
    inside = min_(max_(x, -GELU_END), GELU_END)
    inner = 2.0 * _gelu_inner(inside)
    rate = 2.0 * GELU_RATE * (1.0 + 3.0 * GELU_CUBIC * inside**2.0)
    return sigmoid(inner) * (1.0 + inside * rate * sigmoid(-inner))


def _corner(statement: str) -> Kink:
    return Kink(lambda x: np.equal(x, 0), statement)


step = _activation(
    "step", "[x > 0]", "Step", "1 where x > 0, otherwise 0. Its derivative is 0.", _step,
    lambda x, out: 0.0,
    group="", text=Spelling("[{0} > 0]", 50, (10,)), latex=Spelling(r"\left[{0} > 0\right]", 50, (10,)),
)  # fmt: skip
leaky_step = _activation(
    "leaky_step", "leaky′", "Leaky step", f"1 where x > 0, otherwise {LEAK}. Its derivative is 0.",
    lambda x: LEAK + (1.0 - LEAK) * _step(x),
    lambda x, out: 0.0,
    group="",
)  # fmt: skip
sigmoid: Op = _activation(
    "sigmoid", "σ", "Sigmoid", "1/(1 + e⁻ˣ), between 0 and 1. The derivative is σ(x)·(1 − σ(x)), at most ¼.",
    _sigmoid,
    # 1 − σ(x) cancels for large x; σ(−x) is the same number with all its digits
    Partial(lambda x, out: out * sigmoid(-x), lambda x, out: sigmoid(x) * (1.0 - sigmoid(x))),
    text=Spelling("σ({0})", 40), latex_name=r"\sigma", aliases=("logistic", "σ"),
    analytic=True,
)  # fmt: skip
relu = _activation(
    "relu", "relu", "ReLU", "x where x > 0, otherwise 0. The derivative is 1 or 0, and 0 at 0.",
    partial(np.maximum, 0.0),
    lambda x, out: step(x),
    aliases=("rectifier",),
    kink=_corner("relu has a corner at 0; its derivative there is taken as 0, by convention"),
)  # fmt: skip
leaky_relu = _activation(
    "leaky_relu", "leaky", "Leaky ReLU",
    f"x where x > 0, otherwise {LEAK}·x. The derivative at 0 is taken as {LEAK}.",
    lambda x: np.where(np.greater(x, 0), x, LEAK * np.asarray(x)),
    lambda x, out: leaky_step(x),
    aliases=("leakyrelu", "lrelu"),
    kink=_corner(f"leaky relu has a corner at 0; its derivative there is taken as {LEAK}, by convention"),
)  # fmt: skip
softplus = _activation(
    "softplus", "softplus", "Softplus", "ln(1 + eˣ), a smooth relu. The derivative is σ(x).",
    _softplus,
    lambda x, out: sigmoid(x),
    analytic=True,
)  # fmt: skip
elu = _activation(
    "elu", "elu", "ELU", "x where x > 0, otherwise eˣ − 1. The derivative is 1 or eˣ.",
    lambda x: np.where(np.greater(x, 0), x, np.expm1(np.minimum(x, 0.0))),
    lambda x, out: exp(min_(x, 0.0)),
)  # fmt: skip
selu = _activation(
    "selu", "selu", "SELU", f"An ELU scaled so that layers keep mean 0 and variance 1: {SELU_SCALE:.4f} · elu(x), "
    f"its negative side times {SELU_ALPHA:.4f}.",
    lambda x: SELU_SCALE * np.where(np.greater(x, 0), x, SELU_ALPHA * np.expm1(np.minimum(x, 0.0))),
    lambda x, out: SELU_SCALE * (step(x) + (1.0 - step(x)) * SELU_ALPHA * exp(min_(x, 0.0))),
    kink=_corner("selu has a corner at 0; the slope of its negative side is taken there, by convention"),
)  # fmt: skip
silu = _activation(
    "silu", "silu", "SiLU (swish)", "x · σ(x), a smooth relu that dips below 0.",
    lambda x: x * _sigmoid(x),
    Partial(
        lambda x, out: sigmoid(x) * (1.0 + x * sigmoid(-x)),
        lambda x, out: sigmoid(x) * (1.0 + x * (1.0 - sigmoid(x))),
    ),
    aliases=("swish",),
    analytic=True,
)  # fmt: skip
gelu_tanh = _activation(
    "gelu_tanh", "gelu ≈", "GELU, tanh form", "½x · (1 + tanh(√(2/π)·(x + 0.044715·x³))), as in many transformers.",
    _gelu_tanh,
    Partial(
        lambda x, out: _gelu_tanh_slope(x),
        lambda x, out: 0.5 * (1.0 + tanh(_gelu_inner(x)))
        + 0.5 * x * GELU_RATE * (1.0 + 3.0 * GELU_CUBIC * x**2.0) / cosh(_gelu_inner(x)) ** 2.0,
    ),
    analytic=True,
)  # fmt: skip
gelu = _activation(
    "gelu", "gelu", "GELU", "x · Φ(x), where Φ(x) is the chance that a normal number is below x. The derivative is "
    "Φ(x) + x·φ(x), where φ is the bell curve.",
    lambda x: 0.5 * x * erfc.forward(np.multiply(x, -HALF_ROOT)),  # 1 + erf would cancel for x far below 0
    Partial(
        lambda x, out: 0.5 * erfc(-HALF_ROOT * x) + BELL_TOP * x * exp(-0.5 * x**2.0),
        lambda x, out: erfc(-x / lifted(sqrt, 2.0, x)) / 2.0 + BELL_TOP * x * exp(-(x**2.0) / 2.0),
    ),
)  # fmt: skip
log_sigmoid = _activation(
    "log_sigmoid", "ln σ", "Log-sigmoid", "ln σ(x), with all its digits at both ends. The derivative is "
    "σ(−x) = 1 − σ(x).",
    lambda x: -_softplus(np.negative(x)),
    Partial(lambda x, out: sigmoid(-x), lambda x, out: 1.0 - sigmoid(x)),
    aliases=("logsigmoid",), analytic=True, text=Spelling("ln σ({0})", 40), latex_name=r"\ln\sigma",
)  # fmt: skip
mish = _activation(
    "mish", "mish", "Mish", "x · tanh(softplus(x)), a smooth relu that dips below 0.",
    lambda x: x * np.tanh(_softplus(x)),
    lambda x, out: tanh(softplus(x)) + x * sigmoid(x) / cosh(softplus(x)) ** 2.0,
    analytic=True,
)  # fmt: skip
softsign = _activation(
    "softsign", "softsign", "Softsign", "x / (1 + |x|), between −1 and 1. The derivative is 1/(1 + |x|)².",
    lambda x: x / (1.0 + np.abs(x)),
    lambda x, out: 1.0 / (1.0 + abs_(x)) ** 2.0,
)  # fmt: skip
hard_tanh = _activation(
    "hard_tanh", "hard tanh", "Hard tanh", "x, cut off at −1 and 1. The derivative is 1 in between, else 0.",
    lambda x: np.clip(x, -1.0, 1.0),
    lambda x, out: step(1.0 - abs_(x)),
    aliases=("hardtanh",),
    kink=Kink(
        lambda x: np.equal(np.abs(x), 1),
        "hard tanh has corners at −1 and 1; the derivative taken there is 0, by convention",
    ),
)  # fmt: skip
hard_sigmoid = _activation(
    "hard_sigmoid", "hard σ", "Hard sigmoid", "x/6 + ½, cut off at 0 and 1. The derivative is ⅙ or 0.",
    lambda x: np.clip(np.asarray(x) / 6.0 + 0.5, 0.0, 1.0),
    lambda x, out: step(3.0 - abs_(x)) / 6.0,
    aliases=("hardsigmoid",),
    kink=Kink(
        lambda x: np.equal(np.abs(x), 3),
        "hard sigmoid has corners at −3 and 3; the derivative taken there is 0, by convention",
    ),
)  # fmt: skip
