"""Many numbers to one, over all axes or some: sums, means and products, and the running sum."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .attributes import axes, flag
from .attributes import axis as one_axis
from .declare import define
from .op import Domain, Op, OpError, Probe, Quantity, Shape, Work, shape_of
from .shaping import expand, flip, reshape, transpose
from .shaping import positive_axes as positive_axes

GROUP = "Reductions"
Axes = tuple[int, ...] | None
OVER_AXES = (axes(), flag("keepdims", "whether the reduced axes stay, with size 1"))


def kept_shape(shape: Shape, axis: Axes) -> Shape:
    """The shape of a reduction that keeps the reduced axes, with size 1."""
    gone = positive_axes(shape, axis)
    return tuple(1 if i in gone else size for i, size in enumerate(shape))


def reduced_shape(x: Shape, axis: Axes, keepdims: bool) -> Shape:
    """The shape of a reduction."""
    gone = positive_axes(x, axis)
    return kept_shape(x, axis) if keepdims else tuple(size for i, size in enumerate(x) if i not in gone)


def spread(g: Quantity, x: Quantity, axis: Axes) -> Quantity:
    """A reduction's result, or its gradient, copied along the reduced axes: to the shape of `x`."""
    return expand(reshape(g, kept_shape(shape_of(x), axis)), shape_of(x))


def reduction_work(x: Shape, axis: Axes, keepdims: bool) -> Work:
    """n numbers become one by n − 1 additions."""
    return Work(0, max(prod(x) - prod(reduced_shape(x, axis, keepdims)), 0))


REDUCED = [
    Probe(((2, 3),)),
    Probe(((4,),)),
    Probe(((),)),
    Probe(((2, 3),), {"axis": 0}),
    Probe(((2, 3, 2),), {"axis": [0, -1]}),
    Probe(((2, 1, 3),), {"axis": 1, "keepdims": True}),
]
EMPTY = [Probe(((0, 3),), {"axis": 1}), Probe(((0, 3),), {"axis": 0})]


def entries(shape: Shape, axis: Axes) -> int:
    """How many numbers become one."""
    return prod(shape[i] for i in positive_axes(shape, axis))


def needs_entries(statement: str) -> Domain:
    """Where there is something to reduce, for what has no value for nothing."""
    return Domain(lambda x, axis, keepdims: entries(np.shape(x), axis) > 0, statement)


def nothing(x: Any, axis: Axes, keepdims: bool) -> Any:
    """NaN in the shape of a reduction: what comes of no numbers."""
    return np.full(reduced_shape(np.shape(x), axis, keepdims), np.nan)


def total(x: Quantity, axis: Axes = None, keepdims: bool = False) -> Quantity:
    """The sum of `x` over some axes, or over all."""
    return SUM.with_(axis=axis, keepdims=keepdims)(x)


def _sum(x: Any, axis: Axes, keepdims: bool, parts: int = 1) -> Any:
    """The sum, or one of equal `parts` of it: where only a sum on the way is out of range, by way of small numbers."""
    with np.errstate(over="ignore", invalid="ignore"):
        out = np.sum(x, axis=axis, keepdims=keepdims) / parts
        if np.isfinite(out).all():
            return out
        bits = np.size(x).bit_length()
        small = np.sum(np.ldexp(x, -bits), axis=axis, keepdims=keepdims) / parts
        return np.where(np.isfinite(out), out, np.ldexp(small, bits))


SUM: Op = define(
    "sum",
    symbol="Σ",
    title="Sum",
    group=GROUP,
    summary="The sum of all entries, or of those along some axes. Every entry gets the sum's gradient.",
    arity=1,
    forward=_sum,
    shape=reduced_shape,
    vjps=[lambda g, x, out, axis, keepdims: spread(g, x, axis)],
    linear=True,
    work=reduction_work,
    attributes=OVER_AXES,
    latex_name=r"\operatorname{{sum}}",
    probes=[*REDUCED, *EMPTY],
)


def mean(x: Quantity, axis: Axes = None, keepdims: bool = False) -> Quantity:
    """The mean of `x` over some axes, or over all."""
    return MEAN.with_(axis=axis, keepdims=keepdims)(x)


def _mean(x: Any, axis: Axes, keepdims: bool) -> Any:
    n = entries(np.shape(x), axis)
    if not n:
        return nothing(x, axis, keepdims)
    # never outside of the numbers, so that nothing is off from the mean of equal ones
    ends = (reach(x, axis=axis, keepdims=keepdims) for reach in (np.min, np.max))
    return np.clip(_sum(x, axis, keepdims, n), *ends)


MEAN: Op = define(
    "mean",
    symbol="x̄",
    title="Mean",
    group=GROUP,
    summary="The sum of all entries, or of those along some axes, divided by their number n. Every entry gets 1/n of "
    "the gradient.",
    arity=1,
    forward=_mean,
    shape=reduced_shape,
    vjps=[lambda g, x, out, axis, keepdims: spread(g / float(max(entries(shape_of(x), axis), 1)), x, axis)],
    linear=True,
    work=lambda x, axis, keepdims: reduction_work(x, axis, keepdims) + Work(prod(reduced_shape(x, axis, keepdims)), 0),
    attributes=OVER_AXES,
    latex_name=r"\operatorname{{mean}}",
    aliases=["average", "avg"],
    domain=needs_entries("the mean of no numbers is not defined"),
    probes=[*REDUCED, *EMPTY],
)


# The gradient of a product is the product of all other entries, which a division by the entry would not give where
# it is 0.  `others` works along the last axis; the reduced axes are brought there first.


def _order(ndim: int, gone: tuple[int, ...]) -> tuple[int, ...]:
    return (*(i for i in range(ndim) if i not in gone), *gone)


def in_line(x: Quantity, axis: Axes) -> Quantity:
    """`x` with its reduced axes as one, the last."""
    shape = shape_of(x)
    gone = positive_axes(shape, axis)
    order = _order(len(shape), gone)
    return reshape(transpose(x, order), (*reduced_shape(shape, axis, False), entries(shape, axis)))


def from_line(line: Quantity, shape: Shape, axis: Axes) -> Quantity:
    """What `in_line` makes of an array with this shape, put back."""
    order = _order(len(shape), positive_axes(shape, axis))
    apart = reshape(line, tuple(shape[i] for i in order))
    return transpose(apart, tuple(order.index(i) for i in range(len(shape))))


# Products that leave the range of a float64 on the way are made of mantissas and exponents.

Parts = tuple[Any, Any]
_TINY = float(np.finfo(np.float64).tiny)


def _normal(mantissas: Any, exponents: Any) -> Parts:
    mantissas, more = np.frexp(mantissas)
    return mantissas, exponents + more


def _whole(mantissas: Any, exponents: Any) -> Any:
    return np.ldexp(mantissas, np.clip(exponents, -5000, 5000).astype(np.intc))


def _together(x: Any) -> Any:
    """The product along the last axis, by halves."""
    mantissas, exponents = _normal(x, np.zeros(np.shape(x), np.int64))
    while (size := mantissas.shape[-1]) > 1:
        half = size // 2
        ends, more = mantissas[..., 2 * half :], exponents[..., 2 * half :]
        paired = mantissas[..., :half] * mantissas[..., half : 2 * half]
        sums = exponents[..., :half] + exponents[..., half : 2 * half]
        mantissas, exponents = _normal(np.concatenate([paired, ends], -1), np.concatenate([sums, more], -1))
    return _whole(mantissas[..., 0], exponents[..., 0])


def _running(x: Any) -> Parts:
    """The running products along the last axis, in parts."""
    mantissas, exponents = _normal(x, np.zeros(np.shape(x), np.int64))
    reach = 1
    while reach < np.shape(x)[-1]:
        longer, sums = mantissas.copy(), exponents.copy()
        longer[..., reach:] *= mantissas[..., :-reach]
        sums[..., reach:] += exponents[..., :-reach]
        mantissas, exponents = _normal(longer, sums)
        reach *= 2
    return mantissas, exponents


def _is_doubtful(products: Any, zeros: Any) -> Any:
    """Where a product on the way, with so many zeros in it, may have been out of range."""
    return ~np.isfinite(products) | ((np.abs(products) < _TINY) & (zeros == 0))


def product(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """The product over some axes, or over all, in range wherever it is itself."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        out = np.prod(x, axis=axis, keepdims=keepdims)
        if not _is_doubtful(out, 0).any():
            return out
        lines, found = in_line(np.asarray(x), axis), np.array(out)
        zeros = np.sum(lines == 0, axis=-1).reshape(np.shape(out))
        doubtful = _is_doubtful(out, zeros) & np.isfinite(lines).all(axis=-1).reshape(np.shape(out))
        found[doubtful] = _together(lines[doubtful.reshape(lines.shape[:-1])])
        return found


def exclusive_products(x: Any) -> Any:
    """For each entry the product of all others along the last axis, without a division."""
    x = np.asarray(x)
    ones = np.ones_like(x[..., :1])
    forward, backward = (np.concatenate([ones, line], -1) for line in (x[..., :-1], x[..., :0:-1]))
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        before, after = np.cumprod(forward, -1), np.cumprod(backward, -1)[..., ::-1]
        out = (before * after)[..., : x.shape[-1]]
        zeros = (x == 0) * 1
        others = np.sum(zeros, axis=-1, keepdims=True) - zeros
        doubtful = _is_doubtful(out, others).any(axis=-1) & np.isfinite(x).all(axis=-1)
        if np.any(doubtful):
            (left, up), (right, more) = _running(forward[doubtful]), _running(backward[doubtful])
            out[doubtful] = _whole(left * right[..., ::-1], up + more[..., ::-1])
        return out


def _others(x: Quantity) -> Quantity:
    return OTHERS(x)


def _pairs(x: Quantity) -> Quantity:
    """In row i and column k the product of all entries but those two, and 0 where i = k."""
    shape = shape_of(x)
    one = np.eye(shape[-1])
    left_out = reshape(x, (*shape[:-1], 1, shape[-1])) * (1.0 - one) + one  # row i has 1 in place of entry i
    return _others(left_out) * (1.0 - one)


def _across(t: Quantity) -> Quantity:
    return reshape(t, (*shape_of(t)[:-1], 1, shape_of(t)[-1]))


def _others_ahead(t: Quantity, x: Quantity, out: Quantity) -> Quantity:
    return total(_across(t) * _pairs(x), (-1,))  # as good backward: entry k matters to entry i as i does to k


def _others_shape(x: Shape) -> Shape:
    if not x:
        raise OpError("needs an axis")
    return x


OTHERS: Op = define(
    "others",
    symbol="∏≠",
    title="Product of the others",
    group="",
    summary="For each entry the product of all other entries along the last axis.",
    arity=1,
    forward=exclusive_products,
    shape=_others_shape,
    vjps=[_others_ahead],
    jvps=[_others_ahead],
    work=lambda x: Work(3 * prod(x), 0),
    probes=[Probe(((3,),)), Probe(((2, 4),)), Probe(((2, 1),)), Probe(((2, 0),))],
)


def _prod_back(g: Quantity, x: Quantity, out: Quantity, axis: Axes, keepdims: bool) -> Quantity:
    shape = shape_of(x)
    column = reshape(g, (*reduced_shape(shape, axis, False), 1))
    return from_line(column * _others(in_line(x, axis)), shape, axis)


def _prod_ahead(t: Quantity, x: Quantity, out: Quantity, axis: Axes, keepdims: bool) -> Quantity:
    return reshape(total(in_line(t, axis) * _others(in_line(x, axis)), (-1,)), shape_of(out))


PROD: Op = define(
    "prod",
    symbol="∏",
    title="Product of entries",
    group=GROUP,
    summary="The product of all entries, or of those along some axes. Each entry's local derivative is the product of "
    "all others.",
    arity=1,
    forward=product,
    shape=reduced_shape,
    vjps=[_prod_back],
    jvps=[_prod_ahead],
    work=lambda x, axis, keepdims: Work(reduction_work(x, axis, keepdims).additions, 0),
    attributes=OVER_AXES,
    latex_name=r"\operatorname{{prod}}",
    aliases=["product"],
    probes=[*REDUCED, *EMPTY],
)


def _same_shape(x: Shape, axis: int) -> Shape:
    positive_axes(x, (axis,))
    return x


def cumsum(x: Quantity, axis: int) -> Quantity:
    """The running sum of `x` along an axis."""
    return CUMSUM.with_(axis=axis)(x)


CUMSUM: Op = define(
    "cumsum",
    symbol="Σ…",
    title="Running sum",
    group=GROUP,
    summary="Each entry plus all that come before it along an axis. The gradient is summed from the other end.",
    arity=1,
    forward=lambda x, axis: np.cumsum(x, axis=axis),
    shape=_same_shape,
    vjps=[lambda g, x, out, axis: flip(cumsum(flip(g, (axis,)), axis), (axis,))],
    linear=True,
    work=lambda x, axis: Work(0, max(prod(x) - prod(kept_shape(x, (axis,))), 0)),
    attributes=[one_axis()],
    aliases=["cumulative_sum"],
    probes=[Probe(((4,),)), Probe(((2, 3),), {"axis": 0}), Probe(((2, 1, 3),), {"axis": 1}), Probe(((0, 3),))],
)
