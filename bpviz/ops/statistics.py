"""Many numbers to one, over all axes or some: the largest and smallest, how far they spread, how long they are."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .arithmetic import share
from .attributes import count
from .declare import define
from .elementary import exp
from .op import ATOM, Domain, Kink, Op, Probe, Quantity, Shape, Spelling, Work, shape_of
from .reductions import (
    EMPTY,
    GROUP,
    OVER_AXES,
    REDUCED,
    Axes,
    entries,
    mean,
    needs_entries,
    nothing,
    reduced_shape,
    reduction_work,
    spread,
    total,
)

equals = define(
    "equals",
    symbol="[x = y]",
    title="Is equal",
    group="",
    summary="1 where x = y, otherwise 0. Its derivative is 0.",
    arity=2,
    forward=lambda x, y: np.where(np.equal(x, y), 1.0, 0.0),
    partials=[lambda x, y, out: 0.0, lambda x, y, out: 0.0],
    text=Spelling("[{0} = {1}]", ATOM, (10, 10)),
    latex=Spelling(r"\left[{0} = {1}\right]", ATOM, (10, 10)),
    samples=((2.0, 3.0), (-1.5, 0.25)),
)


# The largest and the smallest


def _shares(x: Quantity, out: Quantity, axis: Axes) -> Quantity:
    """1 for the entry that won, 0 for the others; a tie makes equal parts of the 1."""
    won = equals(x, spread(out, x, axis))
    return won / spread(total(won, axis), x, axis)


def _extreme(name: str, title: str, which: str, reduce: Any, aliases: list[str]) -> Op:
    def forward(x: Any, axis: Axes, keepdims: bool) -> Any:
        if not entries(np.shape(x), axis):
            return nothing(x, axis, keepdims)
        return reduce(x, axis=axis, keepdims=keepdims)

    def is_tie(x: Any, axis: Axes, keepdims: bool) -> Any:
        if not np.size(x):
            return np.zeros(reduced_shape(np.shape(x), axis, keepdims), bool)
        return np.sum(np.equal(x, reduce(x, axis=axis, keepdims=True)), axis=axis, keepdims=keepdims) > 1

    return define(
        name,
        symbol=f"{which} of",
        title=title,
        group=GROUP,
        summary=f"The {title.split()[0].lower()} of all entries, or of those along some axes. It takes the whole "
        "gradient; a tie splits it evenly.",
        arity=1,
        forward=forward,
        shape=reduced_shape,
        vjps=[lambda g, x, out, axis, keepdims: spread(g, x, axis) * _shares(x, out, axis)],
        jvps=[lambda t, x, out, axis, keepdims: total(t * _shares(x, out, axis), axis, keepdims)],
        attributes=OVER_AXES,
        latex_name=rf"\{which}",
        aliases=aliases,
        domain=needs_entries(f"the {title.split()[0].lower()} of no numbers is not defined"),
        kink=Kink(is_tie, "at a tie all that are equal share the gradient evenly, by convention"),
        probes=[*REDUCED, *EMPTY],
    )


AMAX = _extreme("amax", "Largest entry", "max", np.max, ["reduce_max", "largest"])
AMIN = _extreme("amin", "Smallest entry", "min", np.min, ["reduce_min", "smallest"])


# How far they spread

_SPREAD_OVER = (*OVER_AXES, count("ddof", 0, "what is taken from n before dividing by it, such as 1", least=0))
_SPREAD = [
    *(Probe(probe.shapes, probe.attributes) for probe in REDUCED if probe.shapes != ((),)),
    Probe(((2, 3),), {"ddof": 1}),
    Probe(((4, 2),), {"axis": 0, "ddof": 2, "keepdims": True}),
    *EMPTY,
]


def _varying(probes: list[Probe]) -> list[Probe]:
    """Without those of single numbers, whose spread is 0, where the root has its tip."""
    return [probe for probe in probes if probe.attributes.get("axis") != 1 or probe.shapes == ((0, 3),)]


def _freedom(shape: Shape, axis: Axes, ddof: int) -> float:
    """What the sum of squares is divided by."""
    return float(max(entries(shape, axis) - ddof, 0))


def _variance(x: Any, axis: Axes, keepdims: bool, ddof: int, *, root: bool = False) -> Any:
    """The variance or its root, of numbers brought near 1 if their squares would be out of range."""
    shape, freedom = np.shape(x), _freedom(np.shape(x), axis, ddof)
    if not freedom:
        return nothing(x, axis, keepdims)
    exponents = np.frexp(np.max(np.abs(x), axis=axis, keepdims=True))[1]
    exponents = np.where(np.abs(exponents) > 300, exponents, 0)
    near = np.ldexp(x, -exponents) if exponents.any() else x
    off = near - mean(near, axis, True)
    found = np.sum(off * off, axis=axis, keepdims=True) / freedom
    with np.errstate(over="ignore", under="ignore"):
        back = np.ldexp(np.sqrt(found), exponents) if root else np.ldexp(found, 2 * exponents)
    return back.reshape(reduced_shape(shape, axis, keepdims))


def _std(x: Any, axis: Axes, keepdims: bool, ddof: int) -> Any:
    return _variance(x, axis, keepdims, ddof, root=True)


def _off(x: Quantity, axis: Axes) -> Quantity:
    """How far each entry is from the mean."""
    return x - mean(x, axis, True)


def _variance_slope(x: Quantity, axis: Axes, ddof: int) -> Quantity:
    freedom = _freedom(shape_of(x), axis, ddof)
    return _off(x, axis) * (2.0 / freedom if freedom else np.nan)


def _std_slope(x: Quantity, out: Quantity, axis: Axes, ddof: int) -> Quantity:
    freedom = _freedom(shape_of(x), axis, ddof)
    return share(_off(x, axis), spread(out, x, axis)) / (freedom or np.nan)


def _spread_shape(x: Shape, axis: Axes, keepdims: bool, ddof: int) -> Shape:
    return reduced_shape(x, axis, keepdims)


def _spread_work(x: Shape, axis: Axes, keepdims: bool, ddof: int) -> Work:
    outs, adding = prod(reduced_shape(x, axis, keepdims)), reduction_work(x, axis, keepdims)
    return Work(prod(x) + 2 * outs, prod(x)) + adding + adding


def _enough(what: str) -> Domain:
    return Domain(
        lambda x, axis, keepdims, ddof: _freedom(np.shape(x), axis, ddof) > 0,
        f"{what} needs more numbers than ddof, at least 1",
    )


VARIANCE: Op = define(
    "variance",
    symbol="σ²",
    title="Variance",
    group=GROUP,
    summary="The mean of the squares of how far the entries are from their mean. Each gets 2/n of its own distance.",
    arity=1,
    forward=_variance,
    shape=_spread_shape,
    vjps=[lambda g, x, out, axis, keepdims, ddof: spread(g, x, axis) * _variance_slope(x, axis, ddof)],
    jvps=[lambda t, x, out, axis, keepdims, ddof: total(t * _variance_slope(x, axis, ddof), axis, keepdims)],
    work=_spread_work,
    attributes=_SPREAD_OVER,
    latex_name=r"\operatorname{{Var}}",
    aliases=["var"],
    domain=_enough("a variance"),
    probes=_SPREAD,
)

STD: Op = define(
    "std",
    symbol="√σ²",
    title="Standard deviation",
    group=GROUP,
    summary="The root of the variance. Each entry gets its distance from the mean, divided by n times the result.",
    arity=1,
    forward=_std,
    shape=_spread_shape,
    vjps=[lambda g, x, out, axis, keepdims, ddof: spread(g, x, axis) * _std_slope(x, out, axis, ddof)],
    jvps=[lambda t, x, out, axis, keepdims, ddof: total(t * _std_slope(x, out, axis, ddof), axis, keepdims)],
    work=_spread_work,
    attributes=_SPREAD_OVER,
    aliases=["standard_deviation", "stddev"],
    domain=_enough("a standard deviation"),
    kink=Kink(
        lambda x, axis, keepdims, ddof: np.equal(_std(x, axis, keepdims, ddof), 0),
        "a standard deviation has a tip where all numbers are equal; its derivatives there are taken as 0, by "
        "convention",
    ),
    probes=_varying(_SPREAD),
)


# How long they are


def _norm(x: Any, axis: Axes, keepdims: bool) -> Any:
    """The root of the sum of squares, by way of the largest, whose square may be out of range."""
    largest = np.max(np.abs(x), axis=axis, keepdims=True, initial=0.0)
    unit = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    length = np.sqrt(np.sum(np.square(x / unit), axis=axis, keepdims=True)) * unit
    return length if keepdims else np.squeeze(length, axis=tuple(range(np.ndim(x))) if axis is None else axis)


def toward(x: Quantity, out: Quantity, axis: Axes) -> Quantity:
    """x divided by its length: the slope of the length.  0 where the length is 0."""
    return share(x, spread(out, x, axis))


def norm_work(x: Shape, axis: Axes, keepdims: bool) -> Work:
    return Work(prod(x), 0) + reduction_work(x, axis, keepdims)


NORM: Op = define(
    "norm",
    symbol="‖x‖",
    title="Euclidean norm",
    group=GROUP,
    summary="The root of the sum of all squares, or of those along some axes. The gradient is x made as long as 1.",
    arity=1,
    forward=_norm,
    shape=reduced_shape,
    vjps=[lambda g, x, out, axis, keepdims: spread(g, x, axis) * toward(x, out, axis)],
    jvps=[lambda t, x, out, axis, keepdims: total(t * toward(x, out, axis), axis, keepdims)],
    work=norm_work,
    attributes=OVER_AXES,
    text=Spelling("‖{0}‖", ATOM),
    latex=Spelling(r"\left\lVert {0}\right\rVert", ATOM),
    aliases=["l2_norm", "euclidean_norm"],
    kink=Kink(
        lambda x, axis, keepdims: np.equal(_norm(x, axis, keepdims), 0),
        "a length has a tip at 0; its derivatives there are taken as 0, by convention",
    ),
    probes=[*REDUCED, *EMPTY],
)


def _logsumexp(x: Any, axis: Axes, keepdims: bool) -> Any:
    if not entries(np.shape(x), axis):
        return nothing(x, axis, keepdims)
    if not np.size(x):
        return np.zeros(reduced_shape(np.shape(x), axis, keepdims))
    largest = np.max(x, axis=axis, keepdims=True)
    largest = np.where(np.isfinite(largest), largest, 0.0)
    summed = np.sum(np.exp(x - largest), axis=axis, keepdims=True)
    out = np.log(summed) + largest
    return out if keepdims else out.reshape(reduced_shape(np.shape(x), axis, False))


def _softmax(x: Quantity, out: Quantity, axis: Axes) -> Quantity:
    return exp(x - spread(out, x, axis))


LOGSUMEXP: Op = define(
    "logsumexp",
    symbol="ln Σeˣ",
    title="Log-sum-exp",
    group=GROUP,
    summary="ln Σ eˣ, a smooth maximum that never overflows. The gradient is shared out by the softmax of x.",
    arity=1,
    forward=_logsumexp,
    shape=reduced_shape,
    vjps=[lambda g, x, out, axis, keepdims: spread(g, x, axis) * _softmax(x, out, axis)],
    jvps=[lambda t, x, out, axis, keepdims: total(t * _softmax(x, out, axis), axis, keepdims)],
    work=lambda x, axis, keepdims: (
        Work(0, prod(x) + prod(reduced_shape(x, axis, keepdims))) + reduction_work(x, axis, keepdims)
    ),
    attributes=OVER_AXES,
    aliases=["lse"],
    domain=needs_entries("the logarithm of a sum of nothing is not defined"),
    probes=[*REDUCED, *EMPTY],
)
