"""Several arrays to one, and an array with a border: concatenate, stack, pad."""

from __future__ import annotations

from typing import Any

import numpy as np

from .attributes import axis, number, wholes
from .declare import VARIADIC, define
from .indexing import pick
from .numerals import sized
from .op import Op, OpError, Probe, Quantity, Rule, Shape, require_shape, shape_of
from .shaping import GROUP, UNSQUEEZE, counted_axes

Widths = tuple[Any, ...]
_ALL = (None, None, None)


def _pairs(ndim: int, widths: Widths) -> tuple[tuple[int, int], ...]:
    """How many entries come before and after, along each axis."""
    if len(widths) == 1 and isinstance(widths[0], int):
        return ((widths[0], widths[0]),) * ndim
    if len(widths) != ndim or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in widths):
        raise OpError(
            f"needs one number for widths, or a pair [before, after] for each axis; the array has {counted_axes(ndim)}"
        )
    return tuple((before, after) for before, after in widths)


def _padded_shape(x: Shape, widths: Widths, value: float) -> Shape:
    pairs = zip(x, _pairs(len(x), widths), strict=True)
    return require_shape(tuple(before + size + after for size, (before, after) in pairs))


def _pad_back(g: Quantity, x: Quantity, out: Quantity, widths: Widths, value: float) -> Quantity:
    shape = shape_of(x)
    pairs = zip(shape, _pairs(len(shape), widths), strict=True)
    return pick(g, tuple((before, before + size, None) for size, (before, _) in pairs))


def _padded(x: Any, widths: Widths, value: float) -> Any:
    x = np.asarray(x)
    return np.pad(x, _pairs(x.ndim, widths), constant_values=value) if x.ndim else x


PAD: Op = define(
    "pad",
    symbol="▣",
    title="Pad",
    group=GROUP,
    summary="A border of a fixed number around x. The border's gradient is dropped.",
    arity=1,
    forward=_padded,
    shape=_padded_shape,
    vjps=[_pad_back],
    jvps=[lambda t, x, out, widths, value: PAD.with_(widths=widths)(t)],
    attributes=[
        wholes("widths", (1,), "entries [before, after] for each axis, or one number for all", least=0, nested=True),
        number("value", 0.0, "the number in the border"),
    ],
    probes=[
        Probe(((2, 3),)),
        Probe(((2, 3),), {"widths": [[1, 0], [0, 2]], "value": 1.5}),
        Probe(((3,),), {"widths": [[2, 1]]}),
        Probe(((0, 2),), {"widths": 1}),
        Probe(((),)),
    ],
)


def _along(ndim: int, axis: int) -> int:
    if not -ndim <= axis < ndim:
        raise OpError(f"cannot join along axis {axis} of arrays with {counted_axes(ndim)}")
    return axis % ndim


def _joined_shape(*shapes: Shape, axis: int) -> Shape:
    first = shapes[0]
    if not first:
        raise OpError("needs arrays, not numbers: make one of several numbers with [x, y]")
    at = _along(len(first), axis)
    for shape in shapes:
        if len(shape) != len(first) or any(i != at and shape[i] != size for i, size in enumerate(first)):
            raise OpError(
                f"cannot join shape {sized(first)} with shape {sized(shape)}: "
                f"along all axes but {axis} they must be equal"
            )
    return (*first[:at], sum(shape[at] for shape in shapes), *first[at + 1 :])


def _joined_back(slot: int) -> Rule:
    def rule(g: Quantity, *inputs_and_out: Quantity, axis: int) -> Quantity:
        at, before, size = _span(slot, inputs_and_out[:-1], axis)
        return pick(g, (*(_ALL,) * at, (before, before + size, None)))

    return rule


def _joined_ahead(slot: int) -> Rule:
    def rule(t: Quantity, *inputs_and_out: Quantity, axis: int) -> Quantity:
        out = shape_of(inputs_and_out[-1])
        at, before, size = _span(slot, inputs_and_out[:-1], axis)
        widths = ((0, 0),) * at + ((before, out[at] - before - size),) + ((0, 0),) * (len(out) - at - 1)
        return PAD.with_(widths=widths)(t)

    return rule


def _span(slot: int, inputs: tuple[Quantity, ...], axis: int) -> tuple[int, int, int]:
    """The axis from the left, and where along it the input in `slot` begins and how long it is."""
    shapes = [shape_of(x) for x in inputs]
    at = _along(len(shapes[0]), axis)
    return at, sum(shape[at] for shape in shapes[:slot]), shapes[slot][at]


CONCATENATE: Op = define(
    "concatenate",
    symbol="x⧺y",
    title="Concatenate",
    group=GROUP,
    summary="Arrays one after the other along an axis that they have. Each gets back its own part of the gradient.",
    arity=VARIADIC,
    forward=lambda *inputs, axis: np.concatenate(inputs, axis),
    shape=_joined_shape,
    vjps=_joined_back,
    jvps=_joined_ahead,
    attributes=[axis(0, "the axis along which they follow each other")],
    aliases=["cat", "concat"],
    probes=[
        Probe(((2, 3), (1, 3))),
        Probe(((2, 3), (2, 0), (2, 2)), {"axis": -1}),
        Probe(((3,),)),
        Probe(((2, 1, 2), (2, 3, 2)), {"axis": 1}),
    ],
)


def _stacked_shape(*shapes: Shape, axis: int) -> Shape:
    first = shapes[0]
    for shape in shapes:
        if shape != first:
            raise OpError(f"cannot stack shape {sized(first)} with shape {sized(shape)}: they must be equal")
    at = _along(len(first) + 1, axis)
    return require_shape((*first[:at], len(shapes), *first[at:]))


def _stacked_back(slot: int) -> Rule:
    def rule(g: Quantity, *inputs_and_out: Quantity, axis: int) -> Quantity:
        return pick(g, (*(_ALL,) * _along(len(shape_of(g)), axis), slot))

    return rule


def _stacked_ahead(slot: int) -> Rule:
    def rule(t: Quantity, *inputs_and_out: Quantity, axis: int) -> Quantity:
        out = shape_of(inputs_and_out[-1])
        at = _along(len(out), axis)
        widths = ((0, 0),) * at + ((slot, out[at] - slot - 1),) + ((0, 0),) * (len(out) - at - 1)
        return PAD.with_(widths=widths)(UNSQUEEZE.with_(axis=at)(t))

    return rule


STACK: Op = define(
    "stack",
    symbol="[x, y]",
    title="Stack",
    group=GROUP,
    summary="Arrays of one shape, or numbers, side by side along a new axis. Each gets back its own part of the "
    "gradient.",
    arity=VARIADIC,
    forward=lambda *inputs, axis: np.stack(inputs, axis),
    shape=_stacked_shape,
    vjps=_stacked_back,
    jvps=_stacked_ahead,
    attributes=[axis(0, "where the new axis stands in the result; −1 is the last")],
    probes=[
        Probe(((2, 3), (2, 3))),
        Probe(((3,), (3,), (3,)), {"axis": -1}),
        Probe(((), ())),
        Probe(((2, 1, 2), (2, 1, 2)), {"axis": 1}),
    ],
)
