"""Slopes by the complex step, Im f(x + ih) / h: without a difference that could cancel, so h may be so small that
nothing but rounding is left.

After Squire and Trapp, *Using complex variables to estimate derivatives of real functions*, SIAM Review 40 (1998).
It needs operations that compute with complex numbers as holomorphic functions, and says so where it cannot be
trusted: a slope counts if two steps of very different size give the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..ops import Op
from ..ops.shaping import sum_to
from .differences import in_front
from .steps import Floats
from .trace import Trace

# Exponents of two, below that of a quantity smaller than 1; with powers of two f(x + ih) scales without rounding anew.
_STEPS = np.array([-200, -240])
_SAME = 1e-10  # relative; slopes from both steps that are closer count as one
_BRANCH, _SQUARED = 1e-9, 1e-100  # how far a complex result may be from the real one, relatively, and where that is 0
_ROUNDING = 1024 * float(np.finfo(np.float64).eps)  # of one local derivative, relative to its terms
LEAST = 1e-150  # squares of what is smaller may have lost their digits to underflow
_SMALLEST = -600  # the exponent of a quantity from which on steps become no smaller: they would be 0

Complexes = NDArray[np.complex128]


def complex_slopes(
    trace: Trace, own: int, cone: list[int], entries: NDArray[np.intp], rest: Callable[[], object] = lambda: None
) -> list[float]:
    """How the sum of the output's entries changes with these entries of the row `own`; NaN where that is not known.

    `cone` has the rows on the way to the output; `rest` is called after each of them.  Real parts are set to what the
    run computed, so that slopes are taken exactly where the gradient was.
    """
    plan = trace.plan
    unknown = [float("nan")] * len(entries)
    if not all(trace.graph.nodes[plan.rows[row]].op.analytic for row in cone):
        return unknown
    value = plan.value_view(own, trace.buffers)
    x = value.ravel()[entries]
    size = np.maximum(np.frexp(np.where(x == 0, 1.0, np.minimum(1.0, np.abs(x))))[1], _SMALLEST)
    with np.errstate(all="ignore"):
        steps = np.ldexp(1.0, _STEPS[:, None] + size)  # step, entry
    count = steps.size
    imaginary = np.zeros((count, value.size))
    imaginary[np.arange(count), np.tile(entries, len(_STEPS))] = steps.ravel()
    try:
        # What becomes too small for float64 on the way is lost without a sign, unless underflow is an error.
        with np.errstate(all="ignore", under="raise"):
            moved, is_sound = _propagated(trace, own, cone, imaginary.reshape(count, *value.shape), rest)
    except (FloatingPointError, TypeError):  # TypeError: of a ufunc that has no complex form after all
        return unknown
    with np.errstate(all="ignore"):
        small, smaller = np.where(is_sound, moved, np.nan).reshape(steps.shape) / steps
        agree = np.abs(small - smaller) <= _SAME * np.maximum(np.abs(small), np.abs(smaller))
    known: list[float] = np.where(agree & np.isfinite(small), small, np.nan).tolist()
    return known


def _propagated(
    trace: Trace, own: int, cone: list[int], imaginary: Floats, rest: Callable[[], object]
) -> tuple[Floats, NDArray[np.bool_]]:
    """The imaginary part of the sum of the output's entries, point by point, and whether all real parts were right."""
    plan, buffers, count = trace.plan, trace.buffers, len(imaginary)
    stepped: dict[int, Complexes] = {own: plan.value_view(own, buffers) + 1j * imaginary}
    is_sound = np.ones(count, dtype=bool)
    for row in cone:
        op, inputs, real = trace.graph.nodes[plan.rows[row]].op, plan.input_rows(row), plan.value_view(row, buffers)
        base = [plan.value_view(i, buffers) for i in inputs]
        args: list[Any] = [stepped.get(i, value) for i, value in zip(inputs, base, strict=True)]
        out, is_moved = _computed(op, args, [i in stepped for i in inputs], real)
        if np.any(out.real != real):
            off = is_moved & ~(np.abs(out.real - real) <= np.where(real == 0, _SQUARED, _BRANCH * np.abs(real)))
            is_sound &= ~np.broadcast_to(off, (count, *real.shape)).reshape(count, -1).any(axis=1)
        stepped[row] = pinned = np.empty((count, *real.shape), dtype=np.complex128)
        pinned.real, pinned.imag = real, out.imag if is_moved is True else np.where(is_moved, out.imag, 0.0)
        rest()
    output = plan.output_row
    if output not in stepped:
        return np.zeros(count), is_sound
    return stepped[output].imag.reshape(count, -1).sum(axis=1), is_sound


def _computed(op: Op, args: list[Any], moves: list[bool], real: Floats) -> tuple[Complexes, Any]:
    """The operation at all points, elementwise ones in one numpy call, others point by point; and which of the
    entries may have moved, or True for all."""
    if op.structured is not None:
        count = next(len(arg) for arg, moved in zip(args, moves, strict=True) if moved)
        points = [[arg[k] if moved else arg for arg, moved in zip(args, moves, strict=True)] for k in range(count)]
        return np.stack([op.forward(*point) for point in points]), True
    if not real.ndim:
        return op.forward(*args), True
    args = [in_front(arg, real.ndim + 1) if moved else arg for arg, moved in zip(args, moves, strict=True)]
    is_moved: Any = False
    for arg, moved in zip(args, moves, strict=True):
        if moved:
            is_moved = is_moved | (arg.imag != 0)
    return op.forward(*args), is_moved


def noise_of(trace: Trace, own: int, cone: list[int], rest: Callable[[], object] = lambda: None) -> Floats:
    """How far rounding alone may part gradient and slope, for each entry of the row `own`, in its shape.

    Each local derivative is a little off, in proportion to its terms, and where contributions cancel their sizes
    count.  ∞ where these are not known.  `rest` is called wherever the work may be interrupted.
    """
    plan, buffers = trace.plan, trace.buffers
    rows = {own, *cone}
    sizes = {row: np.zeros(plan.shapes[row]) for row in rows}  # Σ |∂out/∂in · …| over all paths
    noise = {row: np.zeros(plan.shapes[row]) for row in rows}
    if plan.output_row is not None and plan.output_row in rows:
        sizes[plan.output_row] += 1.0
    for row in reversed(cone):
        rest()
        op, out = trace.graph.nodes[plan.rows[row]].op, plan.value_view(row, buffers)
        inputs = plan.input_rows(row)
        base = [plan.value_view(i, buffers) for i in inputs]
        for slot, source in enumerate(inputs):
            if source not in rows or not op.has_derivative(slot):
                continue
            if op.structured is not None:
                return np.full(plan.shapes[own], np.inf)
            local = np.abs(op.partials[slot].exact(*base, out))
            # a local derivative is 0 where its terms cancel, as silu's does at its lowest; they are as large as this
            terms = local + (np.abs(out) / np.maximum(1.0, np.abs(base[0])) if op.arity == 1 else 0.0)
            shape = plan.shapes[source]
            noise[source] = noise[source] + sum_to(noise[row] * local + _ROUNDING * sizes[row] * terms, shape)
            sizes[source] = sizes[source] + sum_to(sizes[row] * local, shape)
    found: Floats = np.where(np.isfinite(noise[own]), np.maximum(noise[own], LEAST), np.inf)
    return found
