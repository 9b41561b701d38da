"""Where gradients do not get through: operations that are flat where they are evaluated, and those nearly so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..ops import Op
from .flow import UNDERFLOW, Flow
from .steps import Floats
from .trace import Trace

NARROW = 1e-3  # of the largest slope: below that an activation counts as saturated
_SMALL, _MOSTLY = 16, 0.75  # of so many entries some may be shut; in that share of them or more it is trouble
_NEARBY = 1e-3  # how far around a point an operation has to be flat
_GATES = ("tanh", "erf")  # activations that are found in another group
_WHERE_STEEP = np.linspace(-8.0, 8.0, 129)


@dataclass(frozen=True)
class Shut:
    """A row that lets no gradient through, or hardly any, in `count` of its `size` parts.

    The parts are its `unit`s: entries, columns, or what a softmax sums up.  `slope` is the largest that is left,
    `top` the largest that the operation can have.  Among many activations some are dead as a matter of course; so
    these are `is_usual`.
    """

    row: int
    is_dead: bool
    count: int
    size: int
    unit: str = "entries"
    slope: float = 0.0
    top: float = 0.0
    is_flat_everywhere: bool = False
    is_usual: bool = False


def shut_rows(trace: Trace, flow: Flow) -> list[Shut]:
    """All of them, in no order; only rows that have a gradient to pass on."""
    plan, nodes = trace.plan, trace.graph.nodes
    has_gradient = np.nan_to_num(np.array(flow.size), nan=0.0) > UNDERFLOW
    sends = np.bincount(plan.wires.source, minlength=len(plan.rows)) > 0
    passes = np.bincount(plan.wires.source[flow.sent > 0], minlength=len(plan.rows)) > 0
    of_op: dict[Op, list[int]] = {}
    for row in np.flatnonzero(has_gradient & sends).tolist():
        of_op.setdefault(nodes[plan.rows[row]].op, []).append(row)
    found: list[Shut] = []
    for op, rows in of_op.items():
        if op.name == "softmax":
            found += [shut for row in rows if (shut := _one_sided(trace, row, op))]
        elif op.structured is not None:
            continue
        elif op.arity == 1 and (op.group == "Activations" or op.name in _GATES):
            found += _gates(trace, op, rows)
        elif not op.analytic:
            found += [
                Shut(row, True, *_whole(trace, row, op)) for row in rows if not passes[row] and _is_flat(trace, row)
            ]
    return found


def _whole(trace: Trace, row: int, op: Op) -> tuple[int, int, str, float, float, bool]:
    size = prod(trace.plan.shapes[row])
    samples = [np.array(column) for column in zip(*op.samples, strict=True)]
    out = op.forward(*samples) if samples else 0.0
    is_flat = bool(samples) and not any(np.any(np.asarray(partial.exact(*samples, out))) for partial in op.partials)
    return size, size, "entries", 0.0, 0.0, is_flat


def _is_flat(trace: Trace, row: int) -> bool:
    """Whether an elementwise operation does not change around its inputs, corners left out of account."""
    plan, op = trace.plan, trace.graph.nodes[trace.plan.rows[row]].op
    inputs = [plan.value_view(i, trace.buffers) for i in plan.input_rows(row)]
    with np.errstate(all="ignore"):
        on_corner = np.broadcast_to(op.kink.where(*inputs), plan.shapes[row]) if op.kink is not None else False
        if np.all(on_corner):
            return False
        for slot, value in enumerate(inputs):
            if trace.wire(plan.rows[row], slot) is None:
                continue
            for move in (-_NEARBY, _NEARBY):
                moved: list[Any] = [*inputs]
                moved[slot] = value + move * np.maximum(1.0, np.abs(value))
                if np.any(np.where(on_corner, 0.0, op.partials[slot].exact(*moved, op.forward(*moved)))):
                    return False
    return True


def _gates(trace: Trace, op: Op, rows: list[int]) -> Iterator[Shut]:
    """Those nodes of one activation that are dead or saturated."""
    plan, buffers = trace.plan, trace.buffers
    with np.errstate(all="ignore"):
        steep = np.abs(op.partials[0].exact(_WHERE_STEEP, op.forward(_WHERE_STEEP)))
    top = float(np.max(np.broadcast_to(steep, _WHERE_STEEP.shape), where=np.isfinite(steep), initial=0.0))
    scalars = [row for row in rows if not plan.shapes[row]]
    # scalars together, because there may be very many
    x, out = (
        np.array([float(plan.value_view(row, buffers)) for row in of])
        for of in ([plan.input_rows(row)[0] for row in scalars], scalars)
    )
    slope, dead, shut = _slopes(op, x, out, top)
    is_usual = len(scalars) >= _SMALL and int(np.count_nonzero(dead)) < _MOSTLY * len(scalars)
    for i in np.flatnonzero(dead).tolist():
        yield Shut(scalars[i], True, 1, 1, top=top, is_flat_everywhere=not top, is_usual=is_usual)
    for i in np.flatnonzero(shut).tolist():
        yield Shut(scalars[i], False, 1, 1, slope=float(slope[i]), top=top)
    for row in rows:
        if plan.shapes[row]:
            x, out = plan.value_view(plan.input_rows(row)[0], buffers), plan.value_view(row, buffers)
            slope, dead, shut = _slopes(op, x, out, top)
            for is_dead, mask in ((True, dead), (False, shut)):
                if counted := _counted(mask):
                    left = float(np.max(slope, where=mask, initial=0.0))
                    yield Shut(row, is_dead, *counted, left, top, not top)


def _slopes(op: Op, x: Floats, out: Floats, top: float) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """The size of the slope at each entry, where it is 0 because the operation is flat, and where it is all but 0."""
    with np.errstate(all="ignore"):
        slope: Floats = np.broadcast_to(np.abs(op.partials[0].exact(x, out)), np.shape(out)).astype(np.float64)
        off_corner = ~op.kink.where(x) if op.kink is not None else np.ones(np.shape(out), dtype=bool)
        flat = (slope == 0) & off_corner
        if np.any(flat):
            step = _NEARBY * np.maximum(1.0, np.abs(x))
            for near in (x - step, x + step):
                flat &= np.equal(op.partials[0].exact(near, op.forward(near)), 0)
    dead = flat & (not op.analytic)
    # near a lowest point the slope is small too, but there it changes; saturation goes on
    shut = (slope < NARROW * top) & off_corner & ~dead
    if np.any(shut):
        with np.errstate(all="ignore"):
            for near in (x - 0.1, x + 0.1):
                shut &= np.abs(op.partials[0].exact(near, op.forward(near))) < 2 * NARROW * top
    return slope, dead, shut


def _counted(mask: NDArray[np.bool_]) -> tuple[int, int, str] | None:
    """How many entries, or else columns of a table of several rows, are shut, if that is more than usual."""
    count, size = int(np.count_nonzero(mask)), mask.size
    if count == size or (size >= _SMALL and count >= _MOSTLY * size):
        return count, size, "entries"
    if mask.ndim == 2 and len(mask) > 1 and (columns := int(np.count_nonzero(mask.all(axis=0)))):
        return columns, mask.shape[1], "columns"
    return None


def _one_sided(trace: Trace, row: int, op: Op) -> Shut | None:
    """A softmax of which one share takes all, in most of the sums that it makes."""
    shares = trace.plan.value_view(row, trace.buffers)
    axis: Any = op.attributes["axis"]
    slope = np.max(shares * (1.0 - shares), axis=axis, initial=0.0)
    mask = np.asarray(slope < NARROW / 4)
    counted = _counted(mask.ravel())
    if counted is None:
        return None
    return Shut(row, False, counted[0], counted[1], "sums", float(np.max(slope, where=mask, initial=0.0)), 0.25)
