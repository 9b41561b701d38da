"""Layers: larger pieces of networks as single operations."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .arithmetic import square
from .attributes import count, number
from .declare import define
from .elementary import sqrt
from .matrices import matmul
from .numerals import sized
from .op import PRODUCT, SUM, Domain, Op, OpError, Probe, Quantity, Shape, Spelling, Work, shape_of, writes_out
from .reductions import mean
from .shaping import reshape, transpose

GROUP = "Layers"


def _linear_shape(x: Shape, W: Shape, b: Shape) -> Shape:
    if len(W) != 2:
        raise OpError(f"needs weights with axes (in, out), not of shape {sized(W)}")
    if not x or x[-1] != W[0]:
        raise OpError(
            f"cannot multiply shape {sized(x)} with weights of shape {sized(W)}: "
            f"along the last axis, {W[0]} entries are needed"
        )
    if b != W[1:]:
        raise OpError(f"needs a bias of shape {sized(W[1:])}, one number for each output, not of shape {sized(b)}")
    return (*x[:-1], W[1])


def _rows(x: Quantity) -> Quantity:
    """All vectors along the last axis, whatever batch they are in, as the rows of one matrix."""
    shape = shape_of(x)
    return reshape(x, (prod(shape[:-1]), shape[-1]))


def _linear_work(x: Shape, W: Shape, b: Shape) -> Work:
    products = prod(x[:-1]) * prod(W)
    return Work(products, products)


@writes_out
def _linear(x: Any, W: Any, b: Any, out: Any = None) -> Any:
    products = np.matmul(x, W, out=out)
    return np.add(products, b, out=out)


linear = define(
    "linear",
    symbol="x·W+b",
    title="Linear layer",
    group=GROUP,
    summary="x · W + b, for weights W with axes (in, out): each output is a weighted sum of the inputs and a bias. "
    "Backward, ∂L/∂x = G·Wᵀ, ∂L/∂W = xᵀ·G, and the bias gets G added up over the batch.",
    arity=3,
    forward=_linear,
    shape=_linear_shape,
    vjps=[
        lambda g, x, W, b, out: matmul(g, transpose(W)),
        lambda g, x, W, b, out: matmul(transpose(_rows(x)), _rows(g)),
        lambda g, x, W, b, out: g,
    ],
    jvps=[
        lambda t, x, W, b, out: matmul(t, W),
        lambda t, x, W, b, out: matmul(x, t),
        lambda t, x, W, b, out: t,
    ],
    work=_linear_work,
    text=Spelling("{0} · {1} + {2}", SUM, (PRODUCT, PRODUCT + 1, SUM + 1)),
    latex=Spelling(r"{0}\,{1} + {2}", SUM, (PRODUCT, PRODUCT + 1, SUM + 1)),
    aliases=["dense", "affine"],
    probes=[
        Probe(((2, 3), (3, 4), (4,))),
        Probe(((3,), (3, 2), (2,))),
        Probe(((2, 2, 3), (3, 1), (1,))),
        Probe(((0, 3), (3, 2), (2,))),
    ],
)


def _norm_shape(x: Shape, gain: Shape, bias: Shape, epsilon: float) -> Shape:
    for name, shape in (("gain", gain), ("bias", bias)):
        if not x or len(shape) > 1 or shape not in ((), (1,), x[-1:]):
            raise OpError(f"needs a {name} with one number for each entry along the last axis, but {name} has shape "
                          f"{sized(shape)}, for an array with shape {sized(x)}")  # fmt: skip
    return x


def _mean(x: Quantity) -> Quantity:
    return mean(x, (-1,), True)


def _normalized(x: Quantity, epsilon: float) -> tuple[Quantity, Quantity]:
    """x with mean 0 and variance 1 along the last axis, and the factor that made it so."""
    off = x - _mean(x)
    factor = 1.0 / sqrt(_mean(square(off)) + epsilon)
    return off * factor, factor


def _norm_forward(x: Any, gain: Any, bias: Any, epsilon: float) -> Any:
    return _normalized(x, epsilon)[0] * gain + bias


def _norm_of_change(change: Quantity, x: Quantity, epsilon: float) -> Quantity:
    """The Jacobian of the normalization, which is symmetric, times `change`."""
    normal, factor = _normalized(x, epsilon)
    return factor * (change - _mean(change) - normal * _mean(normal * change))


def _norm_work(x: Shape, gain: Shape, bias: Shape, epsilon: float) -> Work:
    # mean, differences, their squares and the mean of these, factor, gain and bias
    n, rows = prod(x), prod(x[:-1])
    return Work(3 * n + 3 * rows, max(4 * n - rows, 0))


def _can_be_stretched(x: Any, gain: Any, bias: Any, epsilon: float) -> Any:
    return epsilon > 0 or np.size(x) == 0 or np.ptp(x, axis=-1) > 0


layer_norm = define(
    "layer_norm",
    symbol="norm",
    title="Layer normalization",
    group=GROUP,
    summary="x shifted and stretched to mean 0 and, but for epsilon, variance 1 along the last axis, times a gain, "
    "plus a bias. As shifting all of x changes nothing, what goes back to it adds up to 0.",
    arity=3,
    forward=_norm_forward,
    shape=_norm_shape,
    vjps=[
        lambda g, x, gain, bias, out, epsilon: _norm_of_change(g * gain, x, epsilon),
        lambda g, x, gain, bias, out, epsilon: g * _normalized(x, epsilon)[0],
        lambda g, x, gain, bias, out, epsilon: g,
    ],
    jvps=[
        lambda t, x, gain, bias, out, epsilon: gain * _norm_of_change(t, x, epsilon),
        lambda t, x, gain, bias, out, epsilon: t * _normalized(x, epsilon)[0],
        lambda t, x, gain, bias, out, epsilon: t,
    ],
    work=_norm_work,
    attributes=[number("epsilon", 1e-5, "added to the variance, so that it is never 0", least=0.0)],
    aliases=["layernorm"],
    domain=Domain(_can_be_stretched, "without an epsilon, entries that are all equal have no variance to divide by"),
    probes=[
        Probe(((4,), (4,), (4,))),
        Probe(((2, 3), (3,), (3,))),
        Probe(((2, 2, 3), (3,), (3,)), {"epsilon": 0.1}),
        Probe(((2, 1), (1,), (1,))),
        Probe(((2, 3), (), ())),
        Probe(((0, 3), (3,), (3,))),
    ],
)


def dropout_mask(shape: Shape, rate: float, seed: int) -> Any:
    """0 for the entries that are dropped and 1/(1 − rate) for those that stay, always the same for a seed."""
    return (np.random.default_rng(seed).random(shape) >= rate) / (1.0 - rate)


dropout: Op = define(
    "dropout",
    symbol="dropout",
    title="Dropout",
    group=GROUP,
    summary="Some entries, chosen at random with a probability of rate, become 0; the others are divided by 1 − rate, "
    "which on average keeps the sum. The same seed always chooses the same ones. Back goes the gradient, with the same "
    "holes.",
    arity=1,
    forward=lambda x, rate, seed: x * dropout_mask(np.shape(x), rate, seed),
    shape=lambda x, rate, seed: x,
    # it is its own transpose: the gradient has the shape of x, so the same holes
    vjps=[lambda g, x, out, rate, seed: dropout.with_(rate=rate, seed=seed)(g)],
    linear=True,
    work=lambda x, rate, seed: Work(prod(x), 0),
    attributes=[
        number("rate", 0.5, "the share of entries that become 0", least=0.0, below=1.0),
        count("seed", 0, "which entries become 0: another seed chooses others", least=0),
    ],
    probes=[
        Probe(((4, 3),)),
        Probe(((),), {"rate": 0.1}),
        Probe(((2, 1, 5),), {"rate": 0.3, "seed": 7}),
        Probe(((3,),), {"rate": 0.0}),
        Probe(((0, 2),)),
    ],
)
