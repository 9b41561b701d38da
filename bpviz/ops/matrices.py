"""Linear algebra: products, inverses, determinants.  Leading axes are batches, as in numpy."""

from __future__ import annotations

from math import prod

import numpy as np

from .op import PRODUCT, Op, OpError, Probe, Quantity, Shape, Spelling, Work, define, shape_of
from .shaping import reshape, transpose

GROUP = "Matrices"


def matmul(a: Quantity, b: Quantity) -> Quantity:
    """The matrix product."""
    return MATMUL(a, b)


def column(v: Quantity) -> Quantity:
    """Vectors along the last axis as matrices of one column."""
    return reshape(v, (*shape_of(v), 1))


def row(v: Quantity) -> Quantity:
    """Vectors along the last axis as matrices of one row."""
    shape = shape_of(v)
    return reshape(v, (*shape[:-1], 1, shape[-1]))


def _matmul_shape(a: Shape, b: Shape) -> Shape:
    if not a or not b:
        raise OpError("needs vectors or matrices on both sides; for a number times an array write *")
    inner = b[-2] if len(b) > 1 else b[0]
    if a[-1] != inner:
        raise OpError(
            f"cannot multiply shape {a} with shape {b}: the last size of the first, {a[-1]}, and the "
            f"{'second last' if len(b) > 1 else 'only'} size of the second, {inner}, must be equal"
        )
    try:
        batch = np.broadcast_shapes(a[:-2], b[:-2])
    except ValueError:
        raise OpError(f"cannot multiply shape {a} with shape {b}: their leading axes do not broadcast") from None
    return (*batch, *a[-2:-1], *(b[-1:] if len(b) > 1 else ()))


def _matmul_back_to_a(g: Quantity, a: Quantity, b: Quantity, out: Quantity) -> Quantity:
    ndim_a, ndim_b = len(shape_of(a)), len(shape_of(b))
    if ndim_b == 1:  # each row of a met the vector b
        return column(g) * b if ndim_a > 1 else g * b
    if ndim_a == 1:
        product = matmul(b, column(g))
        return reshape(product, shape_of(product)[:-1])
    return matmul(g, transpose(b))


def _matmul_back_to_b(g: Quantity, a: Quantity, b: Quantity, out: Quantity) -> Quantity:
    ndim_a, ndim_b = len(shape_of(a)), len(shape_of(b))
    if ndim_a == 1:
        return column(a) * row(g) if ndim_b > 1 else g * a
    if ndim_b == 1:
        product = matmul(row(g), a)
        return reshape(product, (*shape_of(product)[:-2], shape_of(product)[-1]))
    return matmul(transpose(a), g)


def _matmul_work(a: Shape, b: Shape) -> Work:
    out = prod(_matmul_shape(a, b))
    return Work(out * a[-1], out * max(a[-1] - 1, 0))


MATMUL: Op = define(
    "matmul",
    symbol="@",
    title="Matrix product",
    group=GROUP,
    summary="Rows times columns. Backward, ∂L/∂A = G·Bᵀ and ∂L/∂B = Aᵀ·G, where G is the product's gradient.",
    arity=2,
    forward=np.matmul,
    shape=_matmul_shape,
    vjps=[_matmul_back_to_a, _matmul_back_to_b],
    linear=True,
    work=_matmul_work,
    code=Spelling("{0} @ {1}", PRODUCT, (PRODUCT, PRODUCT + 1)),
    text=Spelling("{0} · {1}", PRODUCT, (PRODUCT, PRODUCT + 1)),
    latex=Spelling(r"{0}\,{1}", PRODUCT, (PRODUCT, PRODUCT + 1)),
    probes=[
        Probe(((2, 3), (3, 4))),
        Probe(((3,), (3,))),
        Probe(((3,), (3, 2))),
        Probe(((2, 3), (3,))),
        Probe(((5, 2, 3), (3, 4))),
        Probe(((5, 2, 3), (5, 3, 1))),
        Probe(((2, 1, 2, 3), (4, 3, 2))),
        Probe(((3,), (4, 3, 2))),
        Probe(((4, 2, 3), (3,))),
        Probe(((2, 0), (0, 3))),
        Probe(((0, 2), (2, 3))),
    ],
)
