"""Choosing among numbers: where, clip, and the smooth maximum."""

from __future__ import annotations

import numpy as np

from .activations import sigmoid, step
from .arithmetic import beats, max_
from .declare import define
from .op import CALL, Kink, Spelling

GROUP = "Selection"

where = define(
    "where",
    symbol="c ? x : y",
    title="Where",
    group=GROUP,
    summary="x where c > 0, otherwise y. The gradient goes to the one that was chosen; the condition c gets 0.",
    arity=3,
    forward=lambda c, x, y: np.where(np.greater(c, 0), x, y),
    partials=[lambda c, x, y, out: 0.0, lambda c, x, y, out: step(c), lambda c, x, y, out: 1.0 - step(c)],
    aliases=["if_else", "select"],
    kink=Kink(
        lambda c, x, y: np.equal(c, 0) & np.not_equal(x, y),
        "the choice changes where c passes 0; the derivative in c is taken as 0, by convention",
    ),
    samples=((0.5, 2.0, 3.0), (-1.5, 0.25, -0.7), (2.0, -1.0, 0.0)),
)

clip = define(
    "clip",
    symbol="clip",
    title="Clip",
    group=GROUP,
    summary="x, but not below low and not above high. The gradient goes to the one of the three that is the result.",
    arity=3,
    forward=lambda x, low, high: np.minimum(np.maximum(x, low), high),
    partials=[
        lambda x, low, high, out: beats(high, max_(x, low)) * beats(x, low),
        lambda x, low, high, out: beats(high, max_(x, low)) * beats(low, x),
        lambda x, low, high, out: beats(max_(x, low), high),
    ],
    aliases=["clamp"],
    kink=Kink(
        lambda x, low, high: np.equal(x, low) | np.equal(x, high) | np.equal(low, high),
        "clip has corners where x is low or high; each of the two gets half of the gradient there, by convention",
    ),
    samples=((0.5, -1.0, 1.0), (-1.5, -1.0, 1.0), (2.5, -1.0, 1.0)),
)

logaddexp = define(
    "logaddexp",
    symbol="ln (eˣ+eʸ)",
    title="Smooth maximum",
    group=GROUP,
    summary="ln(eˣ + eʸ), a smooth maximum that never overflows. The gradient is shared out by σ(x − y) and σ(y − x).",
    arity=2,
    forward=np.logaddexp,
    partials=[lambda x, y, out: sigmoid(x - y), lambda x, y, out: sigmoid(y - x)],
    text=Spelling("logaddexp({0}, {1})", CALL),
    samples=((2.0, 3.0), (-1.5, 0.25), (0.7, -2.2)),
)
