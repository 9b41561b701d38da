"""Inverses, linear equations and determinants.  What a singular matrix does not have is NaN."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np

from .declare import define
from .matrices import GROUP, TRACE, column, matmul, over_matrices, row, square_shape
from .numerals import sized
from .op import ATOM, POWER, PRODUCT, Domain, Op, OpError, Probe, Quantity, Shape, Spelling, Work, shape_of
from .reductions import exclusive_products, product, total
from .shaping import reshape, transpose

_EPSILON = float(np.finfo(np.float64).eps)
_SMALL = 32  # rows, up to which a determinant is computed row by row
_SQUARE = [
    Probe(((3, 3),), draw="regular"),
    Probe(((2, 3, 3),), draw="regular"),
    Probe(((1, 1),), draw="regular"),
    Probe(((0, 0),), draw="regular"),
    Probe(((0, 2, 2),), draw="regular"),
]


# What is badly scaled need not be singular.  So a matrix is judged, and solved, with its rows and columns multiplied
# by powers of two that bring the largest entry of each near 1.


@dataclass(frozen=True)
class _Scaled:
    """Matrices with scaled rows and columns; of those that are `singular`, I is in their place.

    An entry is that of the original times 2^(rows + columns).  `inverse` is that of the scaled matrices.
    """

    matrices: Any
    rows: Any
    columns: Any
    inverse: Any
    singular: Any


def _half(largest: Any) -> Any:
    """Half of the exponents, rounded to 0; 0 for a row or column of zeros."""
    return np.trunc(np.frexp(largest)[1] / 2).astype(np.intc)


def _balanced(a: Any) -> tuple[Any, Any, Any]:
    """The scaled matrices and the exponents for rows and columns, each taking half of what it finds at a time."""
    rows, columns, scaled = np.zeros(a.shape[:-1], np.intc), np.zeros(a.shape[:-1], np.intc), a
    for _ in range(16 if a.shape[-1] else 0):  # 2¹¹ is the largest exponent, halved at each step
        sizes = np.abs(scaled)
        across, down = _half(sizes.max(axis=-1)), _half(sizes.max(axis=-2))
        if not across.any() and not down.any():
            break
        rows, columns = rows - across, columns - down
        scaled = np.ldexp(a, rows[..., :, None] + columns[..., None, :])
    return scaled, rows, columns


def _lengths(a: Any) -> Any:
    return np.sqrt(np.sum(np.square(a), axis=(-2, -1)))


def _scaled(a: Any) -> _Scaled:
    """Singular is what float64 cannot tell from a singular matrix: ‖A‖·‖A⁻¹‖ is beyond 1/ε."""
    a = np.asarray(a)
    one = np.eye(a.shape[-1])
    is_finite = np.isfinite(a).all(axis=(-2, -1))
    matrices, rows, columns = _balanced(a if is_finite.all() else np.where(is_finite[..., None, None], a, one))
    try:
        inverse = np.linalg.inv(matrices)
        with np.errstate(over="ignore", invalid="ignore"):
            regular = is_finite & (_lengths(matrices) * _lengths(inverse) * _EPSILON <= 1.0)
    except np.linalg.LinAlgError:  # a pivot is exactly 0
        regular = is_finite & (np.linalg.slogdet(matrices)[0] != 0)
        if regular.all():  # which pivot it is may depend on rounding
            regular = np.zeros_like(regular)
        kept = _scaled(np.where(regular[..., None, None], a, one))
        return replace(kept, singular=kept.singular | ~regular[..., None, None])
    if regular.all():
        return _Scaled(matrices, rows, columns, inverse, ~regular[..., None, None])
    singular = ~regular[..., None, None]
    return _Scaled(np.where(singular, one, matrices), rows, columns, inverse, singular)


def is_regular(a: Any) -> Any:
    """Which matrices have an inverse that float64 can tell from none."""
    return ~_scaled(a).singular[..., 0, 0]


def _regular(statement: str) -> Domain:
    return Domain(lambda a, *others: bool(np.all(is_regular(a))), f"the matrix is singular: {statement}")


def inverse(a: Quantity) -> Quantity:
    """A⁻¹."""
    return INVERSE(a)


def _inverse(a: Any) -> Any:
    found = _scaled(a)
    with np.errstate(over="ignore"):
        inverse = np.ldexp(found.inverse, found.columns[..., :, None] + found.rows[..., None, :])
    return np.where(found.singular, np.nan, inverse)


def _cubes(a: Shape, times: float) -> Work:
    """About n³ multiplications and additions for each matrix, or a part of them."""
    each = round(times * prod(a[:-2]) * a[-1] ** 3)
    return Work(each, each)


INVERSE: Op = define(
    "inverse",
    symbol="A⁻¹",
    title="Inverse matrix",
    group=GROUP,
    summary="The matrix B with A·B = 1, for a square matrix A that is not singular. Backward, A gets −Bᵀ·G·Bᵀ.",
    arity=1,
    forward=_inverse,
    shape=square_shape,
    vjps=[lambda g, a, out: -matmul(transpose(out), matmul(g, transpose(out)))],
    jvps=[lambda t, a, out: -matmul(out, matmul(t, out))],
    work=lambda a: _cubes(a, 1.0),
    text=Spelling("{0}⁻¹", POWER, (POWER + 1,)),
    latex=Spelling("{0}^{{-1}}", POWER, (POWER + 1,)),
    aliases=["inv"],
    domain=_regular("it has no inverse"),
    probes=_SQUARE,
)


def solve(a: Quantity, b: Quantity) -> Quantity:
    """The x with A·x = b."""
    return SOLVE(a, b)


def _is_vector(b: Quantity) -> bool:
    return len(shape_of(b)) == 1


def _solve(a: Any, b: Any) -> Any:
    found = _scaled(a)
    right = np.asarray(b)[..., None] if _is_vector(b) else b
    with np.errstate(over="ignore"):
        x = np.linalg.solve(found.matrices, np.ldexp(right, found.rows[..., None]))
        x = np.where(found.singular, np.nan, np.ldexp(x, found.columns[..., None]))
    return x[..., 0] if _is_vector(b) else x


def _solve_shape(a: Shape, b: Shape) -> Shape:
    square_shape(a)
    if not b:
        raise OpError(
            "needs a vector or a matrix on the right side, not a number: make one of several numbers with [x, y]"
        )
    if (b[0] if len(b) == 1 else b[-2]) != a[-1]:
        raise OpError(
            f"cannot solve with shape {sized(a)} for a right side with shape {sized(b)}: their numbers of rows differ"
        )
    if len(b) == 1:
        return a[:-1]
    try:
        return (*np.broadcast_shapes(a[:-2], b[:-2]), *b[-2:])
    except ValueError:
        raise OpError(
            f"cannot solve with shape {sized(a)} for shape {sized(b)}: their leading axes do not broadcast"
        ) from None


def _back_through(g: Quantity, a: Quantity, b: Quantity) -> Quantity:
    """A⁻ᵀ·g: what the right side gets."""
    if not _is_vector(b):
        return solve(transpose(a), g)
    solved = solve(transpose(a), column(g))
    return reshape(solved, shape_of(solved)[:-1])


def _solve_back_to_a(g: Quantity, a: Quantity, b: Quantity, out: Quantity) -> Quantity:
    w = _back_through(g, a, b)
    return -column(w) * row(out) if _is_vector(b) else -matmul(w, transpose(out))


def _solve_ahead_in_a(t: Quantity, a: Quantity, b: Quantity, out: Quantity) -> Quantity:
    if not _is_vector(b):
        return -solve(a, matmul(t, out))
    solved = solve(a, matmul(t, column(out)))
    return -reshape(solved, shape_of(solved)[:-1])


def _solve_work(a: Shape, b: Shape) -> Work:
    each = prod(_solve_shape(a, b)) * a[-1]
    return _cubes(a, 1 / 3) + Work(each, each)


SOLVE: Op = define(
    "solve",
    symbol="A⁻¹b",
    title="Solve linear equations",
    group=GROUP,
    summary="The x with A·x = b, for a vector or a matrix b. Backward, b gets w = A⁻ᵀ·g, and A gets −w·xᵀ.",
    arity=2,
    forward=_solve,
    shape=_solve_shape,
    vjps=[_solve_back_to_a, lambda g, a, b, out: _back_through(g, a, b)],
    jvps=[_solve_ahead_in_a, lambda t, a, b, out: solve(a, t)],
    work=_solve_work,
    text=Spelling("{0}⁻¹ · {1}", PRODUCT, (POWER + 1, PRODUCT + 1)),
    latex=Spelling(r"{0}^{{-1}}\,{1}", PRODUCT, (POWER + 1, PRODUCT + 1)),
    domain=_regular("the equations have no solution, or many"),
    probes=[
        Probe(((3, 3), (3,)), draw=("regular", "any")),
        Probe(((3, 3), (3, 2)), draw=("regular", "any")),
        Probe(((2, 3, 3), (3,)), draw=("regular", "any")),
        Probe(((2, 3, 3), (3, 1)), draw=("regular", "any")),
        Probe(((3, 3), (2, 3, 2)), draw=("regular", "any")),
        Probe(((1, 1), (1,)), draw=("regular", "any")),
        Probe(((0, 0), (0, 2)), draw=("regular", "any")),
    ],
)


# The gradient of det is the matrix of cofactors, which a singular matrix has too.  From A = U·S·Vᵀ it is
# det(U)·det(V) · U·S'·Vᵀ, where S' has on its diagonal the products of all other stretches.


def _parts(a: Any) -> tuple[Any, Any, Any, Any]:
    """U, the stretches, Vᵀ and det(U)·det(V); of 0 for matrices that are not finite."""
    is_finite = np.isfinite(a).all(axis=(-2, -1))[..., None, None]
    u, stretches, vt = np.linalg.svd(np.where(is_finite, a, 0.0))
    turned = np.linalg.det(u) * np.linalg.det(vt)
    return u, np.where(is_finite[..., 0], stretches, np.nan), vt, np.round(turned)[..., None, None]


def _cofactors(a: Any) -> Any:
    u, stretches, vt, turned = _parts(np.asarray(a))
    return turned * np.matmul(u * exclusive_products(stretches)[..., None, :], vt)


def _cofactors_moved(a: Any, t: Any) -> Any:
    u, stretches, vt, turned = _parts(np.asarray(a))
    n = stretches.shape[-1]
    one = np.eye(n)
    pairs = exclusive_products(stretches[..., None, :] * (1.0 - one) + one) * (1.0 - one)
    inner = np.matmul(np.swapaxes(u, -2, -1), np.matmul(t, np.swapaxes(vt, -2, -1)))
    diagonal = np.matmul(pairs, np.diagonal(inner, axis1=-2, axis2=-1)[..., None])
    moved = diagonal * one - pairs * np.swapaxes(inner, -2, -1)
    return turned * np.matmul(u, np.matmul(moved, vt))


def _moved_again(t: Quantity, a: Quantity, g: Quantity) -> Quantity:
    """How the cofactors moved by t move once more, when A moves by g: the third derivative of det, symmetric in all."""
    b = inverse(a)
    x, y = matmul(b, t), matmul(b, g)
    trace_x, trace_y = over_matrices(TRACE(x)), over_matrices(TRACE(y))
    ahead, back = matmul(x, y), matmul(y, x)
    one = np.eye(shape_of(a)[-1])
    both = (trace_x * trace_y - over_matrices(TRACE(ahead))) * one - trace_x * y - trace_y * x + ahead + back
    return over_matrices(DET(a)) * transpose(matmul(both, b))


def _one_shape(a: Shape, t: Shape) -> Shape:
    square_shape(a)
    if a != t:
        raise OpError(f"needs two matrices of one shape, not {sized(a)} and {sized(t)}")
    return a


COFACTORS: Op = define(
    "cofactors",
    symbol="∂det/∂A",
    title="Cofactors",
    group="",
    summary="The slopes of the determinant in the entries of A, also where A is singular.",
    arity=1,
    forward=_cofactors,
    shape=square_shape,
    # det's second derivatives are symmetric: backward is forward
    vjps=[lambda g, a, out: COFACTORS_MOVED(a, g)],
    jvps=[lambda t, a, out: COFACTORS_MOVED(a, t)],
    work=lambda a: _cubes(a, 4.0),
    text=Spelling("cof({0})", ATOM),
    latex_name=r"\operatorname{{cof}}",
    probes=[*_SQUARE, Probe(((2, 4, 4),))],
)

COFACTORS_MOVED: Op = define(
    "cofactors_moved",
    symbol="∂²det",
    title="Change of the cofactors",
    group="",
    summary="How the cofactors of A change when A moves by T. What follows from it needs an A that is not singular.",
    arity=2,
    forward=_cofactors_moved,
    shape=_one_shape,
    vjps=[lambda g, a, t, out: _moved_again(t, a, g), lambda g, a, t, out: COFACTORS_MOVED(a, g)],
    jvps=[lambda s, a, t, out: _moved_again(t, a, s), lambda s, a, t, out: COFACTORS_MOVED(a, s)],
    work=lambda a, t: _cubes(a, 8.0),
    probes=[
        Probe(((3, 3), (3, 3)), draw=("regular", "any")),
        Probe(((2, 2, 2), (2, 2, 2)), draw=("regular", "any")),
        Probe(((1, 1), (1, 1)), draw=("regular", "any")),
    ],
)


def _pivots(a: Any) -> Any:
    """Numbers whose product is the determinant: numpy's own det loses digits in an exponential."""
    n = a.shape[-1]
    if n > _SMALL:  # numpy does not hand out the pivots, but R in A = Q·R has others
        diagonal = np.abs(np.diagonal(np.linalg.qr(a, "r"), axis1=-2, axis2=-1))
        return np.concatenate([np.linalg.slogdet(a)[0][..., None], diagonal], -1)
    left, batch = np.array(a).reshape(prod(a.shape[:-2]), n, n), np.arange(prod(a.shape[:-2]))
    pivots = np.ones((len(left), n))
    for k in range(n):
        row = np.argmax(np.abs(left[:, :, 0]), axis=1)
        first = left[batch, row]
        pivots[:, k] = np.where(row == 0, 1.0, -1.0) * first[:, 0]
        left[batch, row] = left[:, 0]
        factors = left[:, 1:, 0] / np.where(first[:, :1] == 0, 1.0, first[:, :1])
        left = left[:, 1:, 1:] - factors[..., None] * first[:, None, 1:]
    return pivots.reshape(*a.shape[:-2], n)


def _det(a: Any) -> Any:
    is_finite = np.isfinite(a).all(axis=(-2, -1))
    with np.errstate(over="ignore", invalid="ignore"):
        pivots = _pivots(np.where(is_finite[..., None, None], a, 0.0))
    return np.where(is_finite, product(pivots, (-1,)) + 0.0, np.nan)  # no −0


DET: Op = define(
    "det",
    symbol="det",
    title="Determinant",
    group=GROUP,
    summary="How a square matrix stretches volumes. Each entry gets its cofactor, also where the matrix is singular.",
    arity=1,
    forward=_det,
    shape=lambda a: square_shape(a)[:-2],
    vjps=[lambda g, a, out: over_matrices(g) * COFACTORS(a)],
    jvps=[lambda t, a, out: total(t * COFACTORS(a), (-2, -1))],
    work=lambda a: _cubes(a, 1 / 3),
    latex_name=r"\det",
    aliases=["determinant"],
    probes=[*_SQUARE, Probe(((4, 4),))],
)


def _logdet(a: Any) -> Any:
    found = _scaled(a)
    sign, log = np.linalg.slogdet(np.where(found.singular, np.eye(np.shape(a)[-1]), a))
    if not np.all(sign):  # pivots that are out of range
        moved = np.sum(found.rows + found.columns, axis=-1, dtype=np.int64) * np.log(2.0)
        log = np.where(sign == 0, np.linalg.slogdet(found.matrices)[1] - moved, log)
    return np.where(found.singular[..., 0, 0], np.nan, log)


LOGDET: Op = define(
    "logdet",
    symbol="ln|det|",
    title="Log-determinant",
    group=GROUP,
    summary="ln |det(A)|, in range where the determinant itself is not. The gradient is A⁻ᵀ.",
    arity=1,
    forward=_logdet,
    shape=lambda a: square_shape(a)[:-2],
    vjps=[lambda g, a, out: over_matrices(g) * transpose(inverse(a))],
    jvps=[lambda t, a, out: TRACE(matmul(inverse(a), t))],
    work=lambda a: _cubes(a, 1 / 3),
    text=Spelling("ln |det({0})|", ATOM),
    latex=Spelling(r"\ln\left|\det\left({0}\right)\right|", ATOM - 1),
    aliases=["log_det", "logabsdet"],
    domain=_regular("the logarithm of 0 is not defined"),
    probes=_SQUARE,
)
