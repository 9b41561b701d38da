"""Windows that slide along the last axes, which convolution and pooling look through.

`unfold` copies out what each window sees, and `fold`, its transpose, adds it all up where it came from.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .attributes import wholes
from .declare import define
from .numerals import sized
from .op import Attribute, Op, OpError, Probe, Quantity, Shape, Work, require_room, shape_of


def each(value: Any, count: int) -> tuple[int, ...]:
    """A size for each of `count` axes, from one for all or one for each."""
    return (value,) * count if isinstance(value, int) else tuple(value)


def per_axis(name: str, default: int | None, summary: str, least: int) -> Attribute:
    """A whole number for both axes of an image, or one for each; None if that is the default."""
    numbers = wholes(name, None if default is None else (default,), summary, least)

    def read(value: Any) -> Any:
        found = numbers.read(value)
        if found is None:
            return None
        if len(found) > 2:
            raise OpError(f"needs one whole number for {name}, or one for each of two axes, not {list(found)}")
        return found[0] if len(set(found)) == 1 else found

    return Attribute(name, read, default, summary)


def window_counts(x: Shape, size: Shape, stride: Shape, padding: Shape) -> Shape:
    """How many windows of `size` fit along each of the last axes of `x`.  Raises OpError for none, and for too many."""
    dims = len(size)
    if len(x) < dims or any(n + 2 * p < k for n, k, p in zip(x[-dims:], size, padding, strict=True)):
        padded = f" with padding {sized(padding)}" if any(padding) else ""
        raise OpError(f"cannot fit a window of {sized(size)} into shape {sized(x)}{padded}")
    require_room(prod(n + 2 * p for n, p in zip(x[-dims:], padding, strict=True)))
    counts = tuple((n + 2 * p - k) // s + 1 for n, k, s, p in zip(x[-dims:], size, stride, padding, strict=True))
    require_room(prod(x[:-dims]) * prod(size) * prod(counts))
    return counts


def unfold(x: Quantity, size: Shape, stride: Shape, padding: Shape) -> Quantity:
    """What each window sees: (…, *size, *windows) from (…, *axes)."""
    return UNFOLD.with_(size=size, stride=stride, padding=padding)(x)


def fold(windows: Quantity, shape: Shape, stride: Shape, padding: Shape) -> Quantity:
    """The transpose of `unfold`: each number is added up where its window saw it."""
    return FOLD.with_(shape=shape, stride=stride, padding=padding)(windows)


def _spaced(stride: Shape) -> tuple[Any, ...]:
    return (..., *(slice(None, None, s) for s in stride))


def _padded(lead: Shape, shape: Shape, padding: Shape) -> Any:
    return np.zeros((*lead, *(n + 2 * p for n, p in zip(shape, padding, strict=True))))


def _inside(shape: Shape, padding: Shape) -> tuple[Any, ...]:
    return (..., *(slice(p, p + n) for n, p in zip(shape, padding, strict=True)))


def _unfold(x: Any, size: Shape, stride: Shape, padding: Shape) -> Any:
    dims, x = len(size), np.asarray(x)
    if any(padding):
        inner = x.shape[-dims:]
        wide = _padded(x.shape[:-dims], inner, padding)
        wide[_inside(inner, padding)] = x
        x = wide
    seen = sliding_window_view(x, size, tuple(range(-dims, 0)))  # (…, *windows at every place, *size)
    last = range(x.ndim, x.ndim + dims)
    in_order = np.moveaxis(seen, tuple(last), tuple(range(x.ndim - dims, x.ndim)))
    return in_order[_spaced(stride)]


def _unfolded_shape(x: Shape, size: Shape, stride: Shape, padding: Shape) -> Shape:
    return (*x[: len(x) - len(size)], *size, *window_counts(x, size, stride, padding))


def _fold(windows: Any, shape: Shape, stride: Shape, padding: Shape) -> Any:
    dims = len(shape)
    lead, (size, counts) = _parts(np.shape(windows), dims)
    wide = _padded(lead, shape, padding)
    for place in product(*map(range, size)):
        reach = tuple(slice(o, o + s * n, s) for o, s, n in zip(place, stride, counts, strict=True))
        wide[(..., *reach)] += windows[(..., *place, *(slice(None) for _ in range(dims)))]
    return wide[_inside(shape, padding)]


def _parts(windows: Shape, dims: int) -> tuple[Shape, tuple[Shape, Shape]]:
    """Of a shape (…, *size, *windows): what is in front, and these two."""
    at = len(windows) - 2 * dims
    return windows[:at], (windows[at : at + dims], windows[at + dims :])


_STRIDE = wholes("stride", (1,), "how far each window is from the one before, along each axis", least=1)
_PADDING = wholes("padding", (0,), "how many zeros are put in front of and after each axis", least=0)

UNFOLD: Op = define(
    "unfold",
    symbol="windows",
    title="Windows",
    group="",
    summary="What a window sees while it slides along the last axes.",
    arity=1,
    forward=_unfold,
    shape=_unfolded_shape,
    vjps=[
        lambda g, x, out, size, stride, padding: fold(g, shape_of(x)[len(shape_of(x)) - len(size) :], stride, padding)
    ],
    linear=True,
    attributes=[wholes("size", (1,), "the size of the window along each axis", least=1), _STRIDE, _PADDING],
    probes=[
        Probe(((5,),), {"size": [2]}),
        Probe(((2, 6),), {"size": [3], "stride": [2], "padding": [1]}),
        Probe(((2, 3, 4),), {"size": [2, 2], "stride": [1, 2], "padding": [0, 1]}),
    ],
)

FOLD: Op = define(
    "fold",
    symbol="Σ windows",
    title="Sum over windows",
    group="",
    summary="The sum, at each place, of what the windows that see it say.",
    arity=1,
    forward=_fold,
    shape=lambda windows, shape, stride, padding: (*_parts(windows, len(shape))[0], *shape),
    vjps=[lambda g, x, out, shape, stride, padding: unfold(g, _parts(shape_of(x), len(shape))[1][0], stride, padding)],
    linear=True,
    work=lambda windows, shape, stride, padding: Work(0, prod(windows)),
    attributes=[wholes("shape", (1,), "the sizes of the axes that the windows look at", least=0), _STRIDE, _PADDING],
    probes=[
        Probe(((2, 4),), {"shape": [5]}),
        Probe(((2, 3, 3),), {"shape": [6], "stride": [2], "padding": [1]}),
        Probe(((2, 2, 2, 2, 3),), {"shape": [3, 4], "stride": [1, 2], "padding": [0, 1]}),
    ],
)


def over_windows(x: Quantity, dims: int) -> Shape:
    """The shape (…, 1, *windows) in which one number for each window broadcasts over what the windows see."""
    shape = shape_of(x)
    at = len(shape) - dims
    return (*shape[:at], *(1,) * dims, *shape[at:])


def seen_axes(dims: int) -> tuple[int, ...]:
    """The axes of an unfolded quantity that run over the inside of a window."""
    return tuple(range(-2 * dims, -dims))


def flat_windows(windows: Quantity, dims: int) -> Shape:
    """The shape of an unfolded (…, channels, *size, *windows) as matrices: a column for each window."""
    lead, (size, counts) = _parts(shape_of(windows), dims)
    return (*lead[:-1], lead[-1] * prod(size), prod(counts))
