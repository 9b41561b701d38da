"""The same numbers in another arrangement: reshape, expand, transpose, flip, and what undoes them on the way back."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from .attributes import axes, wholes
from .attributes import axis as one_axis
from .declare import define
from .numerals import sized
from .op import ATOM, CALL, Attribute, Op, OpError, Probe, Quantity, Shape, Spelling, Work, require_shape, shape_of

GROUP = "Shapes"


def counted_axes(ndim: int) -> str:
    """`1 axis`, `2 axes`."""
    return f"{ndim} {'axis' if ndim == 1 else 'axes'}"


def positive_axes(shape: Shape, axis: tuple[int, ...] | None) -> tuple[int, ...]:
    """The axes that are meant, counted from the left; all for None.  Raises OpError for one that is not there."""
    if axis is None:
        return tuple(range(len(shape)))
    ndim = len(shape)
    if missing := [i for i in axis if not -ndim <= i < ndim]:
        if not shape:
            raise OpError("needs an array with axes, not a number: make one of several numbers with [x, y]")
        told = f"axis {missing[0]}" if len(missing) == 1 else f"axes {', '.join(map(str, missing))}"
        raise OpError(f"cannot go over {told} of an array with shape {sized(shape)}")
    found = {i % ndim for i in axis}
    if len(found) < len(axis):
        raise OpError(f"names an axis twice in {list(axis)}")
    return tuple(sorted(found))


# expand and sum_to are each other's transposes: one copies entries, the other adds the copies up again.


def expand(x: Quantity, shape: Shape) -> Quantity:
    """`x` broadcast to `shape`."""
    return x if shape_of(x) == shape else EXPAND.with_(shape=shape)(x)


def sum_to(x: Quantity, shape: Shape) -> Quantity:
    """`x` summed over the axes along which a value of `shape` was broadcast to make it."""
    return x if shape_of(x) == shape else SUM_TO.with_(shape=shape)(x)


def _expanded_shape(x: Shape, shape: Shape) -> Shape:
    require_shape(shape)
    try:
        fits = np.broadcast_shapes(x, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise OpError(
            f"cannot make shape {sized(shape)} of shape {sized(x)}: "
            f"counted from the right, an axis can grow only from 1"
        )
    return shape


def _summed(x: Any, shape: Shape) -> Any:
    array = np.asarray(x)
    extra = array.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(
        axis for axis, size in enumerate(shape, extra) if size == 1 and array.shape[axis] != 1
    )
    return array.sum(axis=axes).reshape(shape) if axes else array


EXPAND: Op = define(
    "expand",
    symbol="⇱",
    title="Expand",
    group=GROUP,
    summary="Copies of x along new axes and along axes of size 1. On the way back the copies' gradients add up.",
    arity=1,
    forward=lambda x, shape: np.broadcast_to(x, shape),
    shape=_expanded_shape,
    vjps=[lambda g, x, out, shape: sum_to(g, shape_of(x))],
    linear=True,
    attributes=[wholes("shape", (1,), "the sizes of the result's axes", least=0)],
    aliases=["broadcast_to"],
    probes=[
        Probe(((3,),), {"shape": [2, 3]}),
        Probe(((),), {"shape": [2, 2]}),
        Probe(((2, 1, 3),), {"shape": [2, 4, 3]}),
        Probe(((1, 0),), {"shape": [2, 0]}),
    ],
)

SUM_TO: Op = define(
    "sum_to",
    symbol="Σ",
    title="Sum over copies",
    group="",
    summary="The sum over the axes along which a value of this shape would be copied.",
    arity=1,
    forward=_summed,
    shape=lambda x, shape: shape,
    vjps=[lambda g, x, out, shape: expand(g, shape_of(x))],
    linear=True,
    text=lambda shape: Spelling("Σ {0}", CALL, (CALL,)),
    latex=lambda shape: Spelling(r"\textstyle\sum {0}", CALL, (CALL,)),
    work=lambda x, shape: Work(0, max(prod(x) - prod(shape), 0)),
    attributes=[wholes("shape", (), "the sizes of the result's axes", least=0)],
    probes=[
        Probe(((2, 3),), {"shape": [3]}),
        Probe(((2, 4, 3),), {"shape": [2, 1, 3]}),
        Probe(((2, 2),), {"shape": []}),
    ],
)


def reshape(x: Quantity, shape: Shape) -> Quantity:
    """`x` with its entries, in row-major order, in another shape."""
    return x if shape_of(x) == shape else RESHAPE.with_(shape=shape)(x)


def _reshaped(x: Shape, shape: Shape) -> Shape:
    known = prod(size for size in shape if size != -1)
    if -1 in shape:
        if shape.count(-1) > 1 or not known or prod(x) % known:
            raise OpError(f"cannot arrange the {prod(x)} entries of shape {sized(x)} as {sized(shape)}")
        return require_shape(tuple(prod(x) // known if size == -1 else size for size in shape))
    if known != prod(x):
        raise OpError(f"cannot arrange the {prod(x)} entries of shape {sized(x)} as {sized(shape)}, which has {known}")
    return require_shape(shape)


RESHAPE: Op = define(
    "reshape",
    symbol="⇄",
    title="Reshape",
    group=GROUP,
    summary="The same entries, row by row, in another shape; −1 stands for the size that fits.",
    arity=1,
    forward=lambda x, shape: np.reshape(x, shape),
    shape=_reshaped,
    vjps=[lambda g, x, out, shape: reshape(g, shape_of(x))],
    linear=True,
    attributes=[wholes("shape", (-1,), "the sizes of the result's axes; −1 for the one that fits", least=-1)],
    probes=[
        Probe(((2, 3),), {"shape": [3, 2]}),
        Probe(((2, 3),)),
        Probe(((),), {"shape": [1, 1]}),
        Probe(((2, 0),), {"shape": [0, 3]}),
    ],
)


def _order(ndim: int, axes: tuple[int, ...] | None) -> tuple[int, ...]:
    """Which axis of x each axis of the transpose is."""
    if axes is None:
        return (*range(ndim - 2), ndim - 1, ndim - 2) if ndim > 1 else tuple(range(ndim))
    order = tuple(axis + ndim if axis < 0 else axis for axis in axes)
    if sorted(order) != list(range(ndim)):
        raise OpError(f"needs every axis once, but {list(axes)} are not those of an array with {counted_axes(ndim)}")
    return order


def _axes_attribute() -> Attribute:
    return wholes("axes", None, "the order of the axes; if nothing is said, the last two change places")


def transpose(x: Quantity, axes: tuple[int, ...] | None = None) -> Quantity:
    """`x` with its last two axes exchanged, or its axes in another order."""
    order = _order(len(shape_of(x)), axes)
    return x if order == tuple(range(len(order))) else TRANSPOSE.with_(axes=axes)(x)


def _transpose_spelling(template: str, call: str) -> Callable[..., Spelling]:
    def spelled(axes: tuple[int, ...] | None) -> Spelling:
        told = "" if axes is None else f", axes={list(axes)}"
        return (
            Spelling(template, ATOM - 1, (ATOM,)) if axes is None and template else Spelling(f"{call}{told})", ATOM - 1)
        )

    return spelled


TRANSPOSE: Op = define(
    "transpose",
    symbol="xᵀ",
    title="Transpose",
    group=GROUP,
    summary="Rows become columns. Only the last two axes change places, so a batch stays a batch of matrices.",
    arity=1,
    forward=lambda x, axes: np.transpose(x, _order(np.ndim(x), axes)),
    shape=lambda x, axes: tuple(x[axis] for axis in _order(len(x), axes)),
    vjps=[lambda g, x, out, axes: _transposed_back(g, axes)],
    linear=True,
    attributes=[_axes_attribute()],
    text=_transpose_spelling("{0}ᵀ", "transpose({0}"),
    latex=_transpose_spelling(r"{0}^{{\top}}", r"\operatorname{{transpose}}({0}"),
    probes=[Probe(((2, 3),)), Probe(((4, 2, 3),)), Probe(((3,),)), Probe(((2, 3, 4),), {"axes": [2, 0, 1]})],
)


def _transposed_back(g: Quantity, axes: tuple[int, ...] | None) -> Quantity:
    if axes is None:
        return transpose(g)
    order = _order(len(shape_of(g)), axes)
    return transpose(g, tuple(order.index(axis) for axis in range(len(order))))


def _squeezed_shape(x: Shape, axis: tuple[int, ...] | None) -> Shape:
    gone = {i for i, size in enumerate(x) if size == 1} if axis is None else set(positive_axes(x, axis))
    for i in gone:
        if x[i] != 1:
            raise OpError(f"cannot drop axis {i} of an array with shape {sized(x)}: its size is {x[i]}, not 1")
    return tuple(size for i, size in enumerate(x) if i not in gone)


SQUEEZE: Op = define(
    "squeeze",
    symbol="⊟",
    title="Squeeze",
    group=GROUP,
    summary="The same entries without axes of size 1.",
    arity=1,
    forward=lambda x, axis: np.squeeze(x, axis),
    shape=_squeezed_shape,
    vjps=[lambda g, x, out, axis: reshape(g, shape_of(x))],
    linear=True,
    attributes=[axes("the axis or axes of size 1 to drop; all of them if nothing is said")],
    probes=[
        Probe(((2, 1, 3, 1),)),
        Probe(((2, 1, 3, 1),), {"axis": 1}),
        Probe(((1, 0, 1),), {"axis": [0, -1]}),
        Probe(((),)),
    ],
)


def _unsqueezed_shape(x: Shape, axis: int) -> Shape:
    if not -len(x) - 1 <= axis <= len(x):
        raise OpError(f"cannot make a new axis {axis} in an array with shape {sized(x)}")
    at = axis % (len(x) + 1)
    return require_shape((*x[:at], 1, *x[at:]))


UNSQUEEZE: Op = define(
    "unsqueeze",
    symbol="⊞",
    title="Unsqueeze",
    group=GROUP,
    summary="The same entries with a new axis of size 1.",
    arity=1,
    forward=lambda x, axis: np.expand_dims(x, axis),
    shape=_unsqueezed_shape,
    vjps=[lambda g, x, out, axis: reshape(g, shape_of(x))],
    linear=True,
    attributes=[one_axis(0, "where the new axis stands in the result; −1 is the last")],
    aliases=["expand_dims"],
    probes=[Probe(((2, 3),)), Probe(((2, 3),), {"axis": -1}), Probe(((),)), Probe(((0, 2),), {"axis": 1})],
)


def flip(x: Quantity, axis: tuple[int, ...] | None = None) -> Quantity:
    """`x` with the entries along some axes, or all, in the opposite order."""
    return FLIP.with_(axis=axis)(x)


def _flipped_shape(x: Shape, axis: tuple[int, ...] | None) -> Shape:
    positive_axes(x, axis)
    return x


FLIP: Op = define(
    "flip",
    symbol="↔",
    title="Flip",
    group=GROUP,
    summary="The entries in the opposite order, along all axes or some. The gradient is turned round in the same way.",
    arity=1,
    forward=lambda x, axis: np.flip(x, axis),
    shape=_flipped_shape,
    vjps=[lambda g, x, out, axis: flip(g, axis)],
    linear=True,
    attributes=[axes("the axis or axes to turn round; all of them if nothing is said")],
    aliases=["reverse"],
    probes=[Probe(((2, 3),)), Probe(((2, 3),), {"axis": -1}), Probe(((2, 1, 3),), {"axis": [0, 2]}), Probe(((),))],
)
