"""Picking entries: slices, places along an axis, rows of a table, and what puts gradients back into their places."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from .attributes import Item, axis, index_attribute, index_text, wholes
from .declare import define
from .numerals import sized
from .op import ATOM, CALL, Domain, Op, OpError, Probe, Quantity, Shape, Spelling, Work, shape_of
from .shaping import GROUP, counted_axes

Index = tuple[Item, ...]


def slices(index: Index) -> tuple[int | slice, ...]:
    """An index as numpy wants it."""
    return tuple(item if isinstance(item, int) else slice(*item) for item in index)


def _sliced_shape(x: Shape, index: Index) -> Shape:
    if len(index) > len(x):
        raise OpError(
            f"cannot pick along {counted_axes(len(index))} of an array with shape {sized(x)}, which has {len(x)}"
        )
    sizes: list[int] = []
    for at, (item, size) in enumerate(zip(slices(index), x, strict=False)):
        if isinstance(item, slice):
            sizes.append(len(range(*item.indices(size))))
        elif not -size <= item < size:
            raise OpError(
                f"cannot pick place {item} along axis {at} of an array with shape {sized(x)}: "
                f"counted from 0, it has {size}"
            )
    return (*sizes, *x[len(index) :])


def pick(x: Quantity, index: Index) -> Quantity:
    """`x[index]`."""
    return SLICE.with_(index=index)(x)


def _slice_spelling(opening: str, closing: str, call: str) -> Callable[..., Spelling]:
    def spelled(index: Index) -> Spelling:
        if not index:
            return Spelling(call, CALL)
        return Spelling(f"{{0}}{opening}{index_text(index)}{closing}", ATOM, (ATOM,))

    return spelled


def _placed(g: Any, shape: Shape, index: Index) -> Any:
    out = np.zeros(shape, dtype=np.result_type(g, np.float64))
    out[slices(index)] = g
    return out


def _unsliced_shape(g: Shape, shape: Shape, index: Index) -> Shape:
    if (needed := _sliced_shape(shape, index)) != g:
        raise OpError(f"needs shape {sized(needed)}, not {g}")
    return shape


SLICE: Op = define(
    "slice",
    symbol="x[ ]",
    title="Slice",
    group=GROUP,
    summary="Some of the entries, as in x[1:3, 0]. Their gradient goes back to their places; the others get 0.",
    arity=1,
    forward=lambda x, index: np.asarray(x)[slices(index)],
    shape=_sliced_shape,
    vjps=[lambda g, x, out, index: UNSLICE.with_(shape=shape_of(x), index=index)(g)],
    linear=True,
    attributes=[index_attribute()],
    code=_slice_spelling("[", "]", "slice({0})"),
    text=_slice_spelling("[", "]", "slice({0})"),
    latex=_slice_spelling(r"\left[", r"\right]", r"\operatorname{{slice}}\left({0}\right)"),
    aliases=["getitem"],
    probes=[
        Probe(((4, 3),), {"index": [[1, 3, None]]}),
        Probe(((4, 3),), {"index": [[None, None, -2], -1]}),
        Probe(((4,),), {"index": [2]}),
        Probe(((4, 3, 2),), {"index": [[None, None, None], 0]}),
        Probe(((2, 3),)),
        Probe(((4, 1),), {"index": [[3, 1, None]]}),
    ],
)

UNSLICE: Op = define(
    "unslice",
    symbol="[ ]ᵀ",
    title="Back into their places",
    group="",
    summary="x at the places of a slice, and 0 everywhere else.",
    arity=1,
    forward=_placed,
    shape=_unsliced_shape,
    vjps=[lambda g, x, out, shape, index: pick(g, index)],
    linear=True,
    attributes=[wholes("shape", (), "the sizes of the result's axes", least=0), index_attribute()],
    probes=[
        Probe(((2, 3),), {"shape": [4, 3], "index": [[1, 3, None]]}),
        Probe(((2,),), {"shape": [4, 3], "index": [[None, None, -2], -1]}),
    ],
)


def _line(x: Shape, axis: int) -> int:
    """The axis, counted from the left."""
    if not -len(x) <= axis < len(x):
        raise OpError(f"cannot go along axis {axis} of an array with shape {sized(x)}")
    return axis % len(x)


def _taken_shape(x: Shape, indices: tuple[int, ...], axis: int) -> Shape:
    along = _line(x, axis)
    for place in indices:
        if not -x[along] <= place < x[along]:
            raise OpError(f"cannot take place {place} along axis {axis} of an array with shape {sized(x)}")
    return (*x[:along], len(indices), *x[along + 1 :])


def _scattered(g: Any, shape: Shape, indices: tuple[int, ...], axis: int) -> Any:
    out = np.zeros(shape, dtype=np.result_type(g, np.float64))
    np.add.at(np.moveaxis(out, axis, 0), np.array(indices, dtype=np.intp), np.moveaxis(np.asarray(g), axis, 0))
    return out


def _scattered_shape(g: Shape, shape: Shape, indices: tuple[int, ...], axis: int) -> Shape:
    if (needed := _taken_shape(shape, indices, axis)) != g:
        raise OpError(f"needs shape {sized(needed)}, not {g}")
    return shape


_PLACES = wholes("indices", (0,), "the places to take, counted from 0; a place may come more than once")

TAKE: Op = define(
    "take",
    symbol="x[i]",
    title="Take places",
    group=GROUP,
    summary="The entries at some places along an axis, in any order. A place that was taken twice gets both gradients.",
    arity=1,
    forward=lambda x, indices, axis: np.take(x, np.array(indices, dtype=np.intp), axis=axis),
    shape=_taken_shape,
    vjps=[lambda g, x, out, indices, axis: SCATTER.with_(shape=shape_of(x), indices=indices, axis=axis)(g)],
    linear=True,
    attributes=[_PLACES, axis(0, "the axis along which the places are counted")],
    aliases=["index_select"],
    probes=[
        Probe(((4, 3),), {"indices": [2, 0, 2]}),
        Probe(((4, 3),), {"indices": [-1, 1, 1, 0], "axis": 1}),
        Probe(((2, 3, 2),), {"indices": [], "axis": -2}),
        Probe(((1,),), {"indices": [0, 0]}),
    ],
)

SCATTER: Op = define(
    "scatter",
    symbol="[i]ᵀ",
    title="Add up at places",
    group="",
    summary="x added up at places along an axis, and 0 at the others.",
    arity=1,
    forward=_scattered,
    shape=_scattered_shape,
    vjps=[lambda g, x, out, shape, indices, axis: TAKE.with_(indices=indices, axis=axis)(g)],
    linear=True,
    work=lambda x, shape, indices, axis: Work(0, prod(x)),
    attributes=[wholes("shape", (1,), "the sizes of the result's axes", least=0), _PLACES, axis(0)],
    probes=[
        Probe(((3, 3),), {"shape": [4, 3], "indices": [2, 0, 2]}),
        Probe(((4, 2),), {"shape": [4, 3], "indices": [-1, 1], "axis": 1}),
    ],
)


def _is_row(tokens: Any, rows: int) -> Any:
    """Which tokens are whole numbers that a table with so many rows has."""
    return np.equal(tokens, np.floor(tokens)) & np.greater_equal(tokens, 0) & np.less(tokens, rows)


def _rows(tokens: Any, rows: int) -> Any:
    return np.where(_is_row(tokens, rows), tokens, 0).astype(np.intp)


def _embedded(table: Any, tokens: Any) -> Any:
    table = np.asarray(table)
    if not len(table):
        return np.full((*np.shape(tokens), *table.shape[1:]), np.nan)
    found = table[_rows(tokens, len(table))]
    known = np.reshape(_is_row(tokens, len(table)), (*np.shape(tokens), *(1,) * (table.ndim - 1)))
    return np.where(known, found, np.nan)


def _embedded_shape(table: Shape, tokens: Shape) -> Shape:
    if not table:
        raise OpError("needs a table with a row for each token, not a number")
    return (*tokens, *table[1:])


def _added_to_rows(g: Any, tokens: Any, shape: Shape) -> Any:
    out = np.zeros(shape, dtype=np.result_type(g, np.float64))
    if shape[0]:
        known = _is_row(tokens, shape[0])
        np.add.at(out, _rows(tokens, shape[0])[known], np.asarray(g)[known])
    return out


EMBEDDING: Op = define(
    "embedding",
    symbol="E[t]",
    title="Embedding",
    group=GROUP,
    summary="For each token, a whole number from 0 up, its row of the table. A row gets the gradients of all its "
    "tokens; the tokens get none.",
    arity=2,
    forward=_embedded,
    shape=_embedded_shape,
    vjps=[lambda g, table, tokens, out: ADD_TO_ROWS.with_(shape=shape_of(table))(g, tokens), None],
    linear=True,
    aliases=["lookup"],
    domain=Domain(
        lambda table, tokens: bool(np.all(_is_row(tokens, len(table)))),
        "tokens are whole numbers from 0 up, below the number of rows of the table",
    ),
    probes=[
        Probe(((4, 3), (2, 5)), draw=("any", "tokens")),
        Probe(((3,), (4,)), draw=("any", "tokens")),
        Probe(((3, 2), ()), draw=("any", "tokens")),
        Probe(((3, 2), (0,)), draw=("any", "tokens")),
    ],
)

ADD_TO_ROWS: Op = define(
    "add_to_rows",
    symbol="E[t]ᵀ",
    title="Add to rows",
    group="",
    summary="A table of 0s with each token's numbers added to its row.",
    arity=2,
    forward=_added_to_rows,
    shape=lambda g, tokens, shape: shape,
    vjps=[lambda g, x, tokens, out, shape: EMBEDDING(g, tokens), None],
    linear=True,
    work=lambda g, tokens, shape: Work(0, prod(g)),
    attributes=[wholes("shape", (3,), "the sizes of the table's axes", least=0)],
    probes=[Probe(((2, 5, 3), (2, 5)), {"shape": [4, 3]}, draw=("any", "tokens"))],
)
