"""Linear algebra: products, traces, diagonals, lengths.  Leading axes are batches, as in numpy."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .declare import define
from .numerals import sized
from .op import ATOM, PRODUCT, Kink, Op, OpError, Probe, Quantity, Shape, Spelling, Work, shape_of
from .reductions import reduced_shape, total
from .shaping import reshape, transpose
from .statistics import NORM, norm_work, toward

GROUP = "Matrices"


def matmul(a: Quantity, b: Quantity) -> Quantity:
    """The matrix product."""
    return MATMUL(a, b)


def outer(a: Quantity, b: Quantity) -> Quantity:
    """All products of an entry of one vector with an entry of another."""
    return OUTER(a, b)


def column(v: Quantity) -> Quantity:
    """Vectors along the last axis as matrices of one column."""
    return reshape(v, (*shape_of(v), 1))


def row(v: Quantity) -> Quantity:
    """Vectors along the last axis as matrices of one row."""
    shape = shape_of(v)
    return reshape(v, (*shape[:-1], 1, shape[-1]))


def times_vector(a: Quantity, v: Quantity) -> Quantity:
    """Matrices times vectors along the last axis, each batch with its own."""
    product = matmul(a, column(v))
    return reshape(product, shape_of(product)[:-1])


def over_matrices(g: Quantity) -> Quantity:
    """One number for each matrix of a batch, to be multiplied with all its entries."""
    return reshape(g, (*shape_of(g), 1, 1))


def square_shape(x: Shape) -> Shape:
    """The shape of x.  Raises OpError if these are no square matrices."""
    if len(x) < 2 or x[-1] != x[-2]:
        raise OpError(f"needs a square matrix, not shape {sized(x)}")
    return x


def _vector_batches(a: Shape, b: Shape) -> Shape:
    """The leading axes of vectors along the last axes of both."""
    if not a or not b:
        raise OpError("needs vectors on both sides, not numbers: make one of several numbers with [x, y]")
    try:
        return np.broadcast_shapes(a[:-1], b[:-1])
    except ValueError:
        raise OpError(
            f"cannot combine shape {sized(a)} with shape {sized(b)}: their leading axes do not broadcast"
        ) from None


def _matmul_shape(a: Shape, b: Shape) -> Shape:
    if not a or not b:
        raise OpError("needs vectors or matrices on both sides; for a number times an array write *")
    inner = b[-2] if len(b) > 1 else b[0]
    if a[-1] != inner:
        raise OpError(
            f"cannot multiply shape {sized(a)} with shape {sized(b)}: the last size of the first, {a[-1]}, and the "
            f"{'second last' if len(b) > 1 else 'only'} size of the second, {inner}, must be equal"
        )
    try:
        batch = np.broadcast_shapes(a[:-2], b[:-2])
    except ValueError:
        raise OpError(
            f"cannot multiply shape {sized(a)} with shape {sized(b)}: their leading axes do not broadcast"
        ) from None
    return (*batch, *a[-2:-1], *(b[-1:] if len(b) > 1 else ()))


def _matmul_back_to_a(g: Quantity, a: Quantity, b: Quantity, out: Quantity) -> Quantity:
    ndim_a, ndim_b = len(shape_of(a)), len(shape_of(b))
    if ndim_b == 1:  # each row of a met the vector b
        return outer(g, b) if ndim_a == 2 else column(g) * b if ndim_a > 2 else g * b
    if ndim_a == 1 and ndim_b == 2:
        return matmul(b, g)
    if ndim_a == 1:
        product = matmul(b, column(g))
        return reshape(product, shape_of(product)[:-1])
    return matmul(g, transpose(b))


def _matmul_back_to_b(g: Quantity, a: Quantity, b: Quantity, out: Quantity) -> Quantity:
    ndim_a, ndim_b = len(shape_of(a)), len(shape_of(b))
    if ndim_a == 1:
        return outer(a, g) if ndim_b == 2 else column(a) * row(g) if ndim_b > 2 else g * a
    if ndim_b == 1 and ndim_a == 2:
        return matmul(transpose(a), g)
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


def dot(a: Quantity, b: Quantity) -> Quantity:
    """The inner product along the last axis."""
    return DOT(a, b)


def _dot_shape(a: Shape, b: Shape) -> Shape:
    batches = _vector_batches(a, b)
    if a[-1] != b[-1]:
        raise OpError(
            f"cannot multiply shape {sized(a)} with shape {sized(b)}: "
            f"their last sizes, {a[-1]} and {b[-1]}, must be equal"
        )
    return batches


def _dot_work(a: Shape, b: Shape) -> Work:
    out = prod(_dot_shape(a, b))
    return Work(out * a[-1], out * max(a[-1] - 1, 0))


DOT: Op = define(
    "dot",
    symbol="x·y",
    title="Inner product",
    group=GROUP,
    summary="The sum of the products of two vectors' entries. Each vector gets the other one times the gradient.",
    arity=2,
    forward=lambda a, b: np.sum(np.multiply(a, b), axis=-1),
    shape=_dot_shape,
    vjps=[lambda g, a, b, out: column(g) * b, lambda g, a, b, out: column(g) * a],
    linear=True,
    work=_dot_work,
    text=Spelling("⟨{0}, {1}⟩", ATOM),
    latex=Spelling(r"\left\langle {0}, {1}\right\rangle", ATOM),
    aliases=["inner"],
    probes=[
        Probe(((3,), (3,))),
        Probe(((4, 3), (3,))),
        Probe(((2, 1, 3), (4, 3))),
        Probe(((2, 1), (2, 1))),
        Probe(((0,), (0,))),
    ],
)

OUTER: Op = define(
    "outer",
    symbol="x⊗y",
    title="Outer product",
    group=GROUP,
    summary="The matrix of all products of an entry of x with an entry of y. Backward, x gets G·y, and y gets Gᵀ·x.",
    arity=2,
    forward=lambda a, b: np.multiply(np.asarray(a)[..., :, None], np.asarray(b)[..., None, :]),
    shape=lambda a, b: (*_vector_batches(a, b), a[-1], b[-1]),
    vjps=[lambda g, a, b, out: times_vector(g, b), lambda g, a, b, out: times_vector(transpose(g), a)],
    linear=True,
    work=lambda a, b: Work(prod(_vector_batches(a, b)) * a[-1] * b[-1], 0),
    text=Spelling("{0} ⊗ {1}", PRODUCT, (PRODUCT + 1, PRODUCT + 1)),
    latex=Spelling(r"{0} \otimes {1}", PRODUCT, (PRODUCT + 1, PRODUCT + 1)),
    probes=[
        Probe(((2,), (3,))),
        Probe(((4, 2), (3,))),
        Probe(((5, 1, 2), (4, 1))),
        Probe(((0,), (3,))),
    ],
)

TRACE: Op = define(
    "trace",
    symbol="tr",
    title="Trace",
    group=GROUP,
    summary="The sum of the entries on the diagonal of a square matrix. They all get the gradient, the others get 0.",
    arity=1,
    forward=lambda x: np.trace(x, axis1=-2, axis2=-1),
    shape=lambda x: square_shape(x)[:-2],
    vjps=[lambda g, x, out: over_matrices(g) * np.eye(shape_of(x)[-1])],
    linear=True,
    work=lambda x: Work(0, prod(x[:-2]) * max(x[-1] - 1, 0)),
    text=Spelling("tr({0})", ATOM),
    latex_name=r"\operatorname{{tr}}",
    probes=[Probe(((3, 3),)), Probe(((2, 3, 3),)), Probe(((1, 1),)), Probe(((0, 0),)), Probe(((0, 2, 2),))],
)


def _quadratic_shape(x: Shape, a: Shape) -> Shape:
    square_shape(a)
    if not x or x[-1] != a[-1]:
        raise OpError(
            f"cannot put shape {sized(x)} on both sides of a matrix with shape {sized(a)}: the last sizes differ"
        )
    return _vector_batches(x, a[:-1])


def _on_both_sides(x: Quantity, a: Quantity) -> Quantity:
    """(A + Aᵀ)·x."""
    return times_vector(a + transpose(a), x)


QUADRATIC_FORM: Op = define(
    "quadratic_form",
    symbol="xᵀA\u2009x",
    title="Quadratic form",
    group=GROUP,
    summary="xᵀ·A·x for a vector x and a square matrix A. Backward, x gets (A + Aᵀ)·x, and A gets x·xᵀ.",
    arity=2,
    forward=lambda x, a: np.einsum("...i,...ij,...j->...", x, a, x),
    shape=_quadratic_shape,
    vjps=[
        lambda g, x, a, out: column(g) * _on_both_sides(x, a),
        lambda g, x, a, out: over_matrices(g) * column(x) * row(x),
    ],
    jvps=[lambda t, x, a, out: dot(t, _on_both_sides(x, a)), lambda t, x, a, out: QUADRATIC_FORM(x, t)],
    work=lambda x, a: Work(
        prod(_quadratic_shape(x, a)) * (a[-1] ** 2 + a[-1]), prod(_quadratic_shape(x, a)) * max(a[-1] ** 2 - 1, 0)
    ),
    text=Spelling("{0}ᵀ · {1} · {0}", PRODUCT, (ATOM, PRODUCT + 1)),
    latex=Spelling(r"{0}^{{\top}}\,{1}\,{0}", PRODUCT, (ATOM, PRODUCT + 1)),
    aliases=["quad_form"],
    probes=[
        Probe(((3,), (3, 3))),
        Probe(((4, 3), (3, 3))),
        Probe(((3,), (2, 3, 3))),
        Probe(((1,), (1, 1))),
        Probe(((0,), (0, 0))),
    ],
)

_BOTH = (-2, -1)


def _matrix_shape(x: Shape) -> Shape:
    if len(x) < 2:
        raise OpError(f"needs a matrix, not shape {sized(x)}")
    return reduced_shape(x, _BOTH, False)


def _length(x: Any) -> Any:
    return NORM.with_(axis=_BOTH)(x)


FROBENIUS: Op = define(
    "frobenius",
    symbol="‖X‖",
    title="Frobenius norm",
    group=GROUP,
    summary="The root of the sum of all squares in a matrix. The gradient points along X, with length 1.",
    arity=1,
    forward=_length,
    shape=_matrix_shape,
    vjps=[lambda g, x, out: over_matrices(g) * toward(x, out, _BOTH)],
    jvps=[lambda t, x, out: total(t * toward(x, out, _BOTH), _BOTH)],
    work=lambda x: norm_work(x, _BOTH, False),
    text=Spelling("‖{0}‖", ATOM),
    latex=Spelling(r"\left\lVert {0}\right\rVert_{{F}}", ATOM - 1),
    aliases=["frobenius_norm"],
    kink=Kink(
        lambda x: np.equal(_length(x), 0),
        "a length has a tip at 0; its derivatives there are taken as 0, by convention",
    ),
    probes=[Probe(((2, 3),)), Probe(((4, 2, 1),)), Probe(((2, 0, 3),))],
)


def _vector_shape(x: Shape) -> Shape:
    if not x:
        raise OpError("needs a vector, not a number: make one of several numbers with [x, y]")
    return (*x, x[-1])


DIAGONAL: Op = define(
    "diagonal",
    symbol="⋱",
    title="Diagonal of a matrix",
    group=GROUP,
    summary="The entries on the diagonal of a square matrix, as a vector. The gradient goes back to the diagonal.",
    arity=1,
    forward=lambda x: np.diagonal(x, axis1=-2, axis2=-1),
    shape=lambda x: square_shape(x)[:-1],
    vjps=[lambda g, x, out: DIAG(g)],
    linear=True,
    probes=[Probe(((3, 3),)), Probe(((2, 3, 3),)), Probe(((1, 1),)), Probe(((0, 0),))],
)

DIAG: Op = define(
    "diag",
    symbol="diag",
    title="Diagonal matrix",
    group=GROUP,
    summary="A square matrix with the vector x on its diagonal, and 0 elsewhere. Backward, only the diagonal counts.",
    arity=1,
    forward=lambda x: np.asarray(x)[..., None] * np.eye(np.shape(x)[-1]),
    shape=_vector_shape,
    vjps=[lambda g, x, out: DIAGONAL(g)],
    linear=True,
    probes=[Probe(((3,),)), Probe(((2, 3),)), Probe(((1,),)), Probe(((0,),))],
)
