"""Activations: the functions that make a network more than one big matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from .op import Kink, Op, Partial, Rule, Spelling, define

GROUP = "Activations"
LEAK = 0.01
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
) -> Op:
    return define(
        name, symbol=symbol, title=title, group=group, summary=summary, arity=1, forward=forward,
        partials=[partial],
        text=text, latex=latex, latex_name=latex_name, aliases=aliases, kink=kink, samples=_SAMPLES,
    )  # fmt: skip


def _sigmoid(x: Any) -> Any:
    # exp only of what is not positive: never overflows, and loses no digits at either end
    small = np.exp(-np.abs(x))
    return np.where(np.greater_equal(x, 0), 1.0, small) / (1.0 + small)


def _step(x: Any) -> Any:
    return np.heaviside(x, 0.0)


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
)  # fmt: skip
relu = _activation(
    "relu", "relu", "ReLU", "x where x > 0, otherwise 0. The derivative is 1 or 0, and 0 at 0.",
    lambda x: np.maximum(x, 0.0),
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
    lambda x: np.logaddexp(0.0, x),
    lambda x, out: sigmoid(x),
)  # fmt: skip
