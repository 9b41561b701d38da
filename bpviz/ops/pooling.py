"""Pooling: a signal or an image made smaller, one number for what each window sees."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .arithmetic import beats
from .attributes import count
from .declare import define
from .numerals import sized
from .op import Attribute, Kink, Op, OpError, Probe, Quantity, Shape, Work, shape_of
from .reductions import total
from .shaping import counted_axes, expand, reshape
from .windows import each, fold, over_windows, per_axis, seen_axes, unfold, window_counts

GROUP = "Layers"


class _Windows:
    """The windows of a pooling over the last `dims` axes; without a stride they lie side by side."""

    def __init__(self, dims: int) -> None:
        self.dims, self.axes = dims, seen_axes(dims)
        self.unpadded = (0,) * dims

    def steps(self, size: Any, stride: Any) -> tuple[Shape, Shape]:
        return each(size, self.dims), each(size if stride is None else stride, self.dims)

    def seen(self, x: Quantity, size: Any, stride: Any) -> Quantity:
        return unfold(x, *self.steps(size, stride), self.unpadded)

    def added(self, windows: Quantity, x: Quantity, size: Any, stride: Any) -> Quantity:
        return fold(windows, shape_of(x)[-self.dims :], self.steps(size, stride)[1], self.unpadded)

    def over(self, g: Quantity) -> Quantity:
        """One number for each window, ready to be spread over what the window sees."""
        return reshape(g, over_windows(g, self.dims))

    def shape(self, x: Shape, size: Any, stride: Any) -> Shape:
        if len(x) < self.dims:
            raise OpError(f"needs an array with {counted_axes(self.dims)} or more, not of shape {sized(x)}")
        return (*x[: -self.dims], *window_counts(x, *self.steps(size, stride), self.unpadded))


def _pools(dims: int) -> list[Attribute]:
    if dims == 1:
        stride = count("stride", 1, "")
        told = "how far each window is from the one before; the size of a window if nothing is said"
        return [
            count("size", 2, "how many entries a window sees"),
            Attribute("stride", lambda value: None if value is None else stride.read(value), None, told),
        ]
    return [
        per_axis("size", 2, "the height and width of a window, one number if they are the same", 1),
        per_axis("stride", None, "how far each window is from the one before; its size if nothing is said", 1),
    ]


_PROBES = {
    1: [
        Probe(((6,),)),
        Probe(((2, 2, 5),), {"size": 3, "stride": 1}),
        Probe(((2, 7),), {"size": 2, "stride": 3}),
        Probe(((3, 1),), {"size": 1}),
        Probe(((0, 4),)),
    ],
    2: [
        Probe(((4, 4),)),
        Probe(((2, 2, 3, 5),), {"size": [2, 3], "stride": 1}),
        Probe(((1, 4, 5),), {"size": 2, "stride": [1, 2]}),
        Probe(((2, 1, 3),), {"size": [1, 2]}),
    ],
}  # fmt: skip


def _max_pool(name: str, symbol: str, title: str, dims: int, axes: str) -> Op:
    windows = _Windows(dims)

    def shares(x: Quantity, out: Quantity, size: Any, stride: Any) -> Quantity:
        """What each entry that a window sees has of the window's maximum: 1, or a part of it at a tie, or 0."""
        seen = windows.seen(x, size, stride)
        are_largest = beats(seen, expand(windows.over(out), shape_of(seen)))  # ½ for each that is
        return are_largest / total(are_largest, windows.axes, True)

    def forward(x: Any, size: Any, stride: Any) -> Any:
        return np.max(windows.seen(np.asarray(x), size, stride), axis=windows.axes)

    def back(g: Quantity, x: Quantity, out: Quantity, size: Any, stride: Any) -> Quantity:
        return windows.added(shares(x, out, size, stride) * windows.over(g), x, size, stride)

    def ahead(t: Quantity, x: Quantity, out: Quantity, size: Any, stride: Any) -> Quantity:
        return total(shares(x, out, size, stride) * windows.seen(t, size, stride), windows.axes)

    def has_tie(x: Any, size: Any, stride: Any) -> Any:
        seen = windows.seen(np.asarray(x), size, stride)
        return np.sum(seen == np.max(seen, axis=windows.axes, keepdims=True), axis=windows.axes) > 1

    return define(
        name, symbol=symbol, title=title, group=GROUP,
        summary=f"The largest of what each window sees, while it slides along {axes}. That entry takes the window's "
        "whole gradient; those that tie for it share it evenly.",
        arity=1, forward=forward, shape=windows.shape, vjps=[back], jvps=[ahead], attributes=_pools(dims),
        kink=Kink(has_tie, "the largest entries of a window share its gradient evenly at a tie, by convention"),
        aliases=[name.replace("_", "")], probes=_PROBES[dims],
    )  # fmt: skip


def _avg_pool(name: str, symbol: str, title: str, dims: int, axes: str) -> Op:
    windows = _Windows(dims)

    def forward(x: Any, size: Any, stride: Any) -> Any:
        return np.mean(windows.seen(np.asarray(x), size, stride), axis=windows.axes)

    def back(g: Quantity, x: Quantity, out: Quantity, size: Any, stride: Any) -> Quantity:
        sides = each(size, dims)
        shape = (*shape_of(g)[:-dims], *sides, *shape_of(g)[-dims:])
        return windows.added(expand(windows.over(g / float(prod(sides))), shape), x, size, stride)

    def work(x: Shape, size: Any, stride: Any) -> Work:
        results = prod(windows.shape(x, size, stride))
        return Work(results, results * (prod(each(size, dims)) - 1))

    return define(
        name, symbol=symbol, title=title, group=GROUP,
        summary=f"The mean of what each window sees, while it slides along {axes}. The window's gradient goes to all "
        "that it sees, in equal parts.",
        arity=1, forward=forward, shape=windows.shape, vjps=[back], linear=True, work=work, attributes=_pools(dims),
        aliases=[name.replace("_", "")], probes=_PROBES[dims],
    )  # fmt: skip


max_pool1d = _max_pool("max_pool1d", "max pool", "Max pooling", 1, "the last axis")
max_pool2d = _max_pool("max_pool2d", "max pool 2d", "Max pooling of images", 2, "the last two axes")
avg_pool1d = _avg_pool("avg_pool1d", "avg pool", "Average pooling", 1, "the last axis")
avg_pool2d = _avg_pool("avg_pool2d", "avg pool 2d", "Average pooling of images", 2, "the last two axes")
