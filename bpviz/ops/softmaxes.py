"""Scores to probabilities along an axis, and their logarithms."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .attributes import axis
from .declare import define
from .op import Op, Probe, Quantity, Shape, Work
from .reductions import kept_shape, total
from .shaping import positive_axes

GROUP = "Activations"
_PROBES = [
    Probe(((4,),)),
    Probe(((2, 3),)),
    Probe(((2, 3),), {"axis": 0}),
    Probe(((2, 3, 2),), {"axis": -2}),
    Probe(((3, 1),)),
    Probe(((0, 3),)),
]


def softmax(x: Quantity, axis: int = -1) -> Quantity:
    """The shares of eˣ in its sum along an axis."""
    return SOFTMAX.with_(axis=axis)(x)


def log_softmax(x: Quantity, axis: int = -1) -> Quantity:
    """ln softmax(x)."""
    return LOG_SOFTMAX.with_(axis=axis)(x)


def _shape(x: Shape, axis: int) -> Shape:
    positive_axes(x, (axis,))
    return x


def _below_largest(x: Any, axis: int) -> Any:
    # The largest becomes 0, so exp never overflows and a sum of exp is at least 1.
    return x - np.max(x, axis=axis, keepdims=True, initial=-np.inf)


def _softmax(x: Any, axis: int) -> Any:
    powers = np.exp(_below_largest(x, axis))
    return powers / np.sum(powers, axis=axis, keepdims=True)


def _log_softmax(x: Any, axis: int) -> Any:
    scores = _below_largest(x, axis)
    if not np.size(scores):
        return scores
    return scores - np.log(np.sum(np.exp(scores), axis=axis, keepdims=True))


def softmax_of_change(weights: Quantity, change: Quantity, axis: int = -1) -> Quantity:
    """The Jacobian of softmax, which is symmetric, times `change`; `weights` are its results."""
    return weights * (change - total(weights * change, (axis,), True))


def softmax_work(x: Shape, axis: int = -1) -> Work:
    """The largest is taken off every score, the powers are added up, and each is divided by the sum."""
    return Work(prod(x), max(2 * prod(x) - prod(kept_shape(x, (axis,))), 0))


def log_softmax_work(x: Shape, axis: int = -1) -> Work:
    """The largest is taken off every score, the powers are added up, and the logarithm of the sum is taken off."""
    return Work(0, max(3 * prod(x) - prod(kept_shape(x, (axis,))), 0))


SOFTMAX: Op = define(
    "softmax",
    symbol="softmax",
    title="Softmax",
    group=GROUP,
    summary="Probabilities from scores: eˣ over the sum of all eˣ along an axis. More for one entry is less for the "
    "others, so each gets s · (g − Σ s·g) back, where s is the result and g its gradient.",
    arity=1,
    forward=_softmax,
    shape=_shape,
    vjps=[lambda g, x, out, axis: softmax_of_change(out, g, axis)],
    jvps=[lambda t, x, out, axis: softmax_of_change(out, t, axis)],
    work=softmax_work,
    attributes=[axis(-1, "the axis along which the results add up to 1; −1 is the last")],
    probes=_PROBES,
)

LOG_SOFTMAX: Op = define(
    "log_softmax",
    symbol="ln softmax",
    title="Log-softmax",
    group=GROUP,
    summary="The logarithms of softmax, x − ln Σ eˣ along an axis, with all digits even where a probability is almost "
    "0. Back goes g − softmax(x) · Σ g.",
    arity=1,
    forward=_log_softmax,
    latex_name=r"\ln\operatorname{{softmax}}",
    shape=_shape,
    vjps=[lambda g, x, out, axis: g - softmax(x, axis) * total(g, (axis,), True)],
    jvps=[lambda t, x, out, axis: t - total(softmax(x, axis) * t, (axis,), True)],
    work=log_softmax_work,
    attributes=[axis(-1, "the axis along which the probabilities add up to 1; −1 is the last")],
    aliases=["logsoftmax"],
    probes=_PROBES,
)
