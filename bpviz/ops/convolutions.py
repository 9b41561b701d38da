"""Convolutions: one small set of weights, seen through windows that slide along a signal or over an image."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .attributes import count
from .declare import VARIADIC, define
from .matrices import matmul
from .numerals import sized
from .op import Attribute, Op, OpError, Probe, Quantity, Shape, Work, shape_of
from .reductions import total
from .shaping import expand, reshape, transpose
from .windows import each, flat_windows, fold, per_axis, unfold, window_counts

GROUP = "Layers"
_OTHERWISE = "As everywhere in deep learning, the weights are not mirrored, which strictly is a cross-correlation."


def _convolution(
    name: str, symbol: str, title: str, dims: int, axes: str, summary: str, attributes: list[Attribute], **told: Any
) -> Op:
    """A convolution over the last `dims` axes, which `axes` names, of x (…, channels, *axes) with weights
    (out, channels, *size); a third input is a bias for each of the results' channels."""

    def steps(stride: Any, padding: Any) -> tuple[Shape, Shape]:
        return each(stride, dims), each(padding, dims)

    def seen(x: Quantity, w: Quantity, stride: Any, padding: Any) -> Quantity:
        """A column for each window: (…, channels · size, windows)."""
        windows = unfold(x, shape_of(w)[2:], *steps(stride, padding))
        return reshape(windows, flat_windows(windows, dims))

    def convolved(x: Quantity, w: Quantity, stride: Any, padding: Any) -> Quantity:
        x_shape, w_shape = shape_of(x), shape_of(w)
        product = matmul(reshape(w, (w_shape[0], prod(w_shape[1:]))), seen(x, w, stride, padding))
        return reshape(product, shape(x_shape, w_shape, stride=stride, padding=padding))

    def along_windows(b: Quantity) -> Quantity:
        return reshape(b, (*shape_of(b), *(1,) * dims))

    def forward(x: Any, w: Any, *bias: Any, stride: Any, padding: Any) -> Any:
        result = convolved(np.asarray(x), np.asarray(w), stride, padding)
        return result + along_windows(bias[0]) if bias else result

    def shape(*shapes: Shape, stride: Any, padding: Any) -> Shape:
        if len(shapes) not in (2, 3):
            raise OpError("needs two or three inputs: x, weights and, if you like, a bias")
        x, w, *bias = shapes
        if len(w) != dims + 2 or not all(w[2:]):
            raise OpError(f"needs weights with axes (out, in, {axes}), not of shape {sized(w)}")
        if len(x) < dims + 1 or x[-dims - 1] != w[1]:
            raise OpError(
                f"needs {w[1]} channels, as the weights of shape {sized(w)} say, in an array with axes "
                f"(channels, {axes}), perhaps after those of a batch, not of shape {sized(x)}"
            )
        if bias and bias[0] != w[:1]:
            raise OpError(
                f"needs a bias of shape {sized(w[:1])}, one number for each output, not of shape {sized(bias[0])}"
            )
        return (*x[: -dims - 1], w[0], *window_counts(x, w[2:], *steps(stride, padding)))

    def flat(g: Quantity) -> Quantity:
        """(…, out, windows), with all windows along one axis."""
        sizes = shape_of(g)
        return reshape(g, (*sizes[:-dims], prod(sizes[-dims:])))

    def back_to_x(g: Quantity, x: Quantity, w: Quantity, *rest: Quantity, stride: Any, padding: Any) -> Quantity:
        x_shape, w_shape, g_shape = shape_of(x), shape_of(w), shape_of(g)
        columns = matmul(transpose(reshape(w, (w_shape[0], prod(w_shape[1:])))), flat(g))
        windows = reshape(columns, (*x_shape[:-dims], *w_shape[2:], *g_shape[-dims:]))
        return fold(windows, x_shape[-dims:], *steps(stride, padding))

    def back_to_w(g: Quantity, x: Quantity, w: Quantity, *rest: Quantity, stride: Any, padding: Any) -> Quantity:
        product = matmul(flat(g), transpose(seen(x, w, stride, padding)))
        return reshape(product, (*shape_of(product)[:-2], *shape_of(w)))

    def back_to_b(g: Quantity, *rest: Quantity, stride: Any, padding: Any) -> Quantity:
        return total(g, tuple(range(-dims, 0)))

    def ahead_of_x(t: Quantity, x: Quantity, w: Quantity, *rest: Quantity, stride: Any, padding: Any) -> Quantity:
        return op.with_(2, stride=stride, padding=padding)(t, w)

    def ahead_of_w(t: Quantity, x: Quantity, w: Quantity, *rest: Quantity, stride: Any, padding: Any) -> Quantity:
        return op.with_(2, stride=stride, padding=padding)(x, t)

    def ahead_of_b(t: Quantity, *rest: Quantity, stride: Any, padding: Any) -> Quantity:
        return expand(along_windows(t), shape_of(rest[-1]))

    back, ahead = (back_to_x, back_to_w, back_to_b), (ahead_of_x, ahead_of_w, ahead_of_b)

    def work(x: Shape, w: Shape, *bias: Shape, stride: Any, padding: Any) -> Work:
        results, terms = prod(shape(x, w, *bias, stride=stride, padding=padding)), prod(w[1:])
        return Work(results * terms, results * (max(terms - 1, 0) + len(bias)))

    def rule(rules: tuple[Any, ...]) -> Any:
        # `shape` refuses a fourth input
        return lambda slot: rules[min(slot, 2)]

    op = define(
        name, symbol=symbol, title=title, group=GROUP, summary=f"{summary} {_OTHERWISE}", arity=VARIADIC,
        forward=forward, shape=shape, vjps=rule(back), jvps=rule(ahead), work=work, attributes=attributes, **told,
    )  # fmt: skip
    return op


conv1d = _convolution(
    "conv1d", "conv", "Convolution", 1, "length",
    "Weights (out, in, width) slide along x (…, in, length); each result is the sum of weights times what they lie on, "
    "plus a bias (out) if there is a third input. Back go the same products the other way round: to each entry through "
    "every window that saw it, to each weight from every place where it lay.",
    [
        count("stride", 1, "how far the weights move from one result to the next"),
        count("padding", 0, "how many zeros are put in front of x and after it", least=0),
    ],
    probes=[
        Probe(((2, 5), (3, 2, 3))),
        Probe(((2, 2, 5), (3, 2, 2), (3,))),
        Probe(((2, 1, 6), (1, 1, 3), (1,)), {"stride": 2, "padding": 1}),
        Probe(((1, 6), (2, 1, 1)), {"stride": 3}),
        Probe(((1, 2), (1, 1, 4)), {"padding": 2}),
        Probe(((0, 1, 4), (2, 1, 2))),
    ],
)  # fmt: skip
conv2d = _convolution(
    "conv2d", "conv 2d", "Convolution of images", 2, "height, width",
    "Weights (out, in, height, width) slide over x (…, in, height, width); each result is the sum of weights times "
    "what they lie on, plus a bias (out) if there is a third input. Back go the same products the other way round: to "
    "each entry through every window that saw it, to each weight from every place where it lay.",
    [
        per_axis("stride", 1, "how far the weights move from one result to the next: down and to the right", 1),
        per_axis("padding", 0, "how many zeros are put on each side of x: above and below, left and right", 0),
    ],
    probes=[
        Probe(((2, 3, 4), (2, 2, 2, 3))),
        Probe(((2, 1, 4, 4), (2, 1, 3, 3), (2,)), {"padding": 1, "stride": 2}),
        Probe(((2, 2, 3, 4), (1, 2, 2, 1), (1,)), {"stride": [1, 2], "padding": [1, 0]}),
        Probe(((1, 1, 1, 3, 3), (1, 1, 2, 2))),
    ],
)  # fmt: skip
