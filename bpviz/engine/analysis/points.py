"""One operation at many points at once: values and tangents of all of them from a few numpy calls.

Elementwise operations broadcast.  An operation on whole arrays is put into a form that takes a leading axis for the
points, where it has one: its axes counted from the right, its vectors as matrices, its shapes with the points in
front.  What has no such form (a convolution, a table of embeddings) takes one point at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from ...ops import Op
from ...ops.chain import jvp, times, vjp
from ...ops.op import Shape
from ..differences import in_front

Moves = tuple[bool, ...]


def at_points(op: Op, args: Sequence[Any], moves: Moves, tangents: Sequence[Any], count: int) -> tuple[Any, Any]:
    """Values and tangents of an operation at `count` points.

    An argument that moves has a leading axis for the points, another one has none.  `tangents` are as the arguments,
    or None where one stands still; the tangent of the result is None where all of them are.
    """
    if op.structured is None:
        rank = max(np.ndim(arg) if moved else np.ndim(arg) + 1 for arg, moved in zip(args, moves, strict=True))
        return _elementwise(op, args, moves, tangents, rank)
    shapes = tuple(np.shape(arg)[1:] if moved else np.shape(arg) for arg, moved in zip(args, moves, strict=True))
    form = _form_of(op, shapes, moves)
    if form is None:
        return _one_by_one(op, args, moves, tangents, count)
    return form.run(args, tangents, count)


def takes_many(op: Op, shapes: tuple[Shape, ...], moves: Moves) -> bool:
    """Whether many points cost hardly more than one."""
    return op.structured is None or _form_of(op, shapes, moves) is not None


def _elementwise(op: Op, args: Sequence[Any], moves: Moves, tangents: Sequence[Any], rank: int) -> tuple[Any, Any]:
    aligned = [in_front(arg, rank) if moved else arg for arg, moved in zip(args, moves, strict=True)]
    out = op.forward(*aligned)
    total: Any = None
    for slot, tangent in enumerate(tangents):
        if tangent is not None:
            term = times(in_front(tangent, rank), op.partials[slot].exact(*aligned, out))
            total = term if total is None else total + term
    return out, total


def _one_by_one(op: Op, args: Sequence[Any], moves: Moves, tangents: Sequence[Any], count: int) -> tuple[Any, Any]:
    outs, slopes = [], []
    has_slopes = any(tangent is not None for tangent in tangents)
    for k in range(count):
        point = [arg[k] if moved else arg for arg, moved in zip(args, moves, strict=True)]
        out = op.forward(*point)
        outs.append(np.asarray(out))
        if has_slopes:
            slopes.append(jvp(op, [None if t is None else t[k] for t in tangents], point, out))
    moved_out = None if not slopes or slopes[0] is None else np.stack([np.asarray(each) for each in slopes])
    return np.stack(outs), moved_out


@dataclass(frozen=True)
class _Form:
    """An operation with a leading axis for the points.

    `shapes` are those of one point's arguments as `op` wants them, `out` that of one result.  With `is_spread` all
    arguments have the leading axis, also those that stand still.
    """

    op: Op
    shapes: tuple[Shape, ...]
    out: Shape
    moves: Moves
    is_spread: bool = False

    def run(self, args: Sequence[Any], tangents: Sequence[Any], count: int) -> tuple[Any, Any]:
        """Values and tangents at all points."""
        held = [self._placed(slot, arg, count, self.moves[slot]) for slot, arg in enumerate(args)]
        out = self._value(held, count)
        moved_out = self._tangent(
            [None if t is None else self._placed(slot, t, count, True) for slot, t in enumerate(tangents)], held, out
        )
        shape = (count, *self.out)
        return np.reshape(out, shape), None if moved_out is None else np.reshape(np.asarray(moved_out), shape)

    def _placed(self, slot: int, array: Any, count: int, is_moved: bool) -> Any:
        shape = self.shapes[slot]
        if is_moved:
            rank = max(map(len, self.shapes))
            return np.reshape(array, (count, *(1,) * (0 if self.is_spread else rank - len(shape)), *shape))
        return np.broadcast_to(array, (count, *shape)) if self.is_spread else np.reshape(array, shape)

    def _value(self, args: list[Any], count: int) -> Any:
        return self.op.forward(*args)

    def _tangent(self, tangents: list[Any], args: list[Any], out: Any) -> Any:
        return jvp(self.op, tangents, args, out)


@dataclass(frozen=True)
class _Loss(_Form):
    """A loss, the mean over the entries of a case: `cases` has it for each.  All cases together are a batch whose loss
    sends each entry what its own loss would, over their number; from that follow the tangents."""

    def _value(self, args: list[Any], count: int) -> Any:
        assert self.op.structured is not None and self.op.structured.cases is not None
        return self.op.structured.cases(*args)

    def _tangent(self, tangents: list[Any], args: list[Any], out: Any) -> Any:
        total: Any = None
        count = len(out)
        for slot, tangent in enumerate(tangents):
            if tangent is not None:
                back = vjp(self.op, slot, np.float64(count), args, out)
                term = np.sum(np.reshape(back * tangent, (count, -1)), axis=1)
                total = term if total is None else total + term
        return total


@dataclass(frozen=True)
class _Copied(_Form):
    """Entries that are copied along axes, every point's by themselves."""

    def _value(self, args: list[Any], count: int) -> Any:
        return np.broadcast_to(args[0], (count, *self.out))

    def _tangent(self, tangents: list[Any], args: list[Any], out: Any) -> Any:
        return None if tangents[0] is None else np.broadcast_to(tangents[0], out.shape)


@lru_cache(maxsize=512)
def _form_of(op: Op, shapes: tuple[Shape, ...], moves: Moves) -> _Form | None:
    """How an operation on arrays of these shapes takes many points, or None where it does not."""
    assert op.structured is not None
    out = op.result_shape(*shapes)
    if op.structured.cases is not None:
        rank = max(map(len, shapes))
        filled = tuple((*(1,) * (rank - len(shape)), *shape) for shape in shapes)
        return _Loss(op, filled, (), moves, is_spread=True)
    if (rewrite := _REWRITTEN.get(op.name)) is not None:
        return _Form(op.with_(**rewrite(op.attributes, shapes[0], out)), shapes, out, moves) if prod(out) else None
    if op.name == "expand":
        return _Copied(op, ((*(1,) * (len(out) - len(shapes[0])), *shapes[0]),), out, moves)
    if op.name in _JOINING:
        at = op.attributes["axis"]
        rank = len(out)
        return _Form(op.with_(len(shapes), axis=at - rank if at >= 0 else at), shapes, out, moves, is_spread=True)
    if op.name in _WITH_VECTORS:
        return _Form(op, _WITH_VECTORS[op.name](*shapes), out, moves)
    if op.name == "quadratic_form" and len(shapes[0]) + 1 == len(shapes[1]):
        return _Form(op, shapes, out, moves, is_spread=True)
    if op.name in _LEADING or (op.name in _LEADING_FIRST and moves == (True, *(False,) * (len(moves) - 1))):
        return _Form(op, shapes, out, moves)
    return None

    # Operations that treat leading axes as batches whatever moves, and those that do for their first argument alone.


_LEADING = frozenset(
    {"others", "dot", "outer", "trace", "frobenius", "diagonal", "diag", "inverse", "cofactors", "cofactors_moved"}
    | {"det", "logdet", "layer_norm", "attention", "max_pool1d", "max_pool2d", "avg_pool1d", "avg_pool2d"}
)
_LEADING_FIRST = frozenset({"linear"})
_JOINING = frozenset({"concatenate", "stack"})

Rewrite = Callable[[Mapping[str, Any], Shape, Shape], dict[str, Any]]
"""(attributes, shape of the argument, shape of the result), all of one point → the attributes that change."""


def _over_axes(attributes: Mapping[str, Any], x: Shape, out: Shape) -> dict[str, Any]:
    """Axes counted from the right, where the points are not."""
    axis = attributes["axis"]
    rank = len(x)
    return {"axis": tuple(range(-rank, 0)) if axis is None else tuple(a - rank if a >= 0 else a for a in axis)}


def _over_axis(attributes: Mapping[str, Any], x: Shape, out: Shape) -> dict[str, Any]:
    axis = attributes["axis"]
    return {"axis": axis - len(x) if axis >= 0 else axis}


def _dropped(attributes: Mapping[str, Any], x: Shape, out: Shape) -> dict[str, Any]:
    if attributes["axis"] is None:
        return {"axis": tuple(i - len(x) for i, size in enumerate(x) if size == 1)}
    return _over_axes(attributes, x, out)


def _new_axis(attributes: Mapping[str, Any], x: Shape, out: Shape) -> dict[str, Any]:
    axis = attributes["axis"]
    return {"axis": axis - len(out) if axis >= 0 else axis}


def _arranged(attributes: Mapping[str, Any], x: Shape, out: Shape) -> dict[str, Any]:
    return {"shape": (-1, *out)}


def _turned(attributes: Mapping[str, Any], x: Shape, out: Shape) -> dict[str, Any]:
    axes, rank = attributes["axes"], len(x)
    if axes is None:
        axes = (*range(rank - 2), rank - 1, rank - 2) if rank > 1 else range(rank)
    return {"axes": (0, *(1 + axis % rank for axis in axes))}


def _picked(attributes: Mapping[str, Any], x: Shape, out: Shape) -> dict[str, Any]:
    return {"index": ((None, None, None), *attributes["index"])}


def _bordered(attributes: Mapping[str, Any], x: Shape, out: Shape) -> dict[str, Any]:
    widths = attributes["widths"]
    if len(widths) == 1 and isinstance(widths[0], int):
        widths = ((widths[0], widths[0]),) * len(x)
    return {"widths": ((0, 0), *widths)}


_REWRITTEN: dict[str, Rewrite] = {
    **dict.fromkeys(("sum", "mean", "prod", "amax", "amin", "variance", "std", "norm"), _over_axes),
    **dict.fromkeys(("logsumexp", "flip"), _over_axes),
    **dict.fromkeys(("softmax", "log_softmax", "cumsum", "take"), _over_axis),
    "squeeze": _dropped,
    "unsqueeze": _new_axis,
    "reshape": _arranged,
    "transpose": _turned,
    "slice": _picked,
    "pad": _bordered,
}


def _as_matrices(a: Shape, b: Shape) -> tuple[Shape, ...]:
    """A vector on the left as a row, one on the right as a column."""
    return (1, *a) if len(a) == 1 else a, (*b, 1) if len(b) == 1 else b


def _right_side(a: Shape, b: Shape) -> tuple[Shape, ...]:
    """What is solved for, a vector or matrices, as a matrix."""
    return a, (*b, 1) if len(b) == 1 else b


_WITH_VECTORS: dict[str, Callable[..., tuple[Shape, ...]]] = {
    "matmul": _as_matrices,
    "solve": _right_side,
}
