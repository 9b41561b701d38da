"""Many numbers to one: sums and what is built on them, over all axes or some."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.exceptions import AxisError

from .attributes import axes, flag
from .op import Op, OpError, Probe, Quantity, Shape, Work, define, shape_of
from .shaping import expand, reshape

GROUP = "Reductions"
Axes = tuple[int, ...] | None
OVER_AXES = (axes(), flag("keepdims", "whether the reduced axes stay, with size 1"))


def positive_axes(shape: Shape, axis: Axes) -> tuple[int, ...]:
    """The axes to reduce, counted from the left.  Raises OpError for one that x does not have."""
    if axis is None:
        return tuple(range(len(shape)))
    try:
        return tuple(sorted(np.lib.array_utils.normalize_axis_tuple(axis, len(shape))))
    except AxisError:
        raise OpError(f"cannot go over axis {list(axis)} of x with shape {shape}") from None
    except ValueError:
        raise OpError(f"names an axis twice in {list(axis)}") from None


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


def total(x: Quantity, axis: Axes = None, keepdims: bool = False) -> Quantity:
    """The sum of `x` over some axes, or over all."""
    return SUM.with_(axis=axis, keepdims=keepdims)(x)


def _sum(x: Any, axis: Axes, keepdims: bool) -> Any:
    return np.sum(x, axis=axis, keepdims=keepdims)


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
