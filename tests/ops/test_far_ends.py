"""Numbers at the ends of the range, equal numbers, badly scaled matrices, and what is said of attributes far too large.

Where a result fits into a float64, what happens on the way must not matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from bpviz.ops import OPS, Op, OpError
from bpviz.ops.chain import jvp
from bpviz.ops.op import MOST_AXES, require_shape
from bpviz.ops.solving import is_regular

from .test_structured_edges import SINGULAR, complaint, gradient, made, value

SEVERAL = [op for op in OPS.values() if any(p.shown is not p.exact for p in op.partials)]
# where textbooks have 0/0 or 0 · ∞, and we a convention or a limit
UNDEFINED_AS_SHOWN: dict[str, Callable[..., bool]] = {
    "pow": lambda x, y: x == 0,
    "hypot": lambda x, y: x == 0 and y == 0,
    "atan2": lambda y, x: x == 0 and y == 0,
}
NUMBERS = [-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 7.0]


# Derivatives as they are shown


@pytest.mark.parametrize("op", SEVERAL, ids=lambda op: op.name)
def test_what_is_shown_is_what_is_computed_everywhere(op: Op) -> None:
    rng = np.random.default_rng(0)
    points = [*product(NUMBERS, repeat=op.arity), *rng.uniform(-4.0, 4.0, (60, op.arity)).tolist()]
    points += [(x,) * op.arity for x in rng.uniform(-4.0, 4.0, 5).tolist()]
    tried = 0
    for point in points:
        inputs = [np.float64(x) for x in point]
        with np.errstate(all="ignore"):
            if op.domain is not None and not np.all(op.domain.holds(*inputs)):
                continue
            if op.name in UNDEFINED_AS_SHOWN and UNDEFINED_AS_SHOWN[op.name](*point):
                continue
            out = op.forward(*inputs)
            for rule in op.partials:
                exact, shown = float(rule.exact(*inputs, out)), float(rule.shown(*inputs, out))
                assert shown == pytest.approx(exact, rel=1e-9, abs=1e-12, nan_ok=True), (op.name, point)
        tried += 1
    assert tried >= 15


@pytest.mark.parametrize("point", list(product([-3.0, -1.0, 0.0, 1.0, 2.0], repeat=3)))
def test_clip_gives_its_gradient_away_once(point: tuple[float, float, float]) -> None:
    op = OPS["clip"]
    for rules in ([p.shown for p in op.partials], [p.exact for p in op.partials]):
        slopes = [float(rule(*point, op.forward(*point))) for rule in rules]
        assert sum(slopes) == 1.0
        assert all(not slope or x == op.forward(*point) for slope, x in zip(slopes, point, strict=True))


@pytest.mark.parametrize(("x", "slope"), [(1e200, 1.0), (-1e200, 0.0), (1e308, 1.0), (30.0, 1.0), (-40.0, 0.0)])
def test_gelu_tanh_far_out(x: float, slope: float) -> None:
    op = OPS["gelu_tanh"]
    assert float(op.forward(x)) == slope * x
    assert float(op.forward(np.complex128(x)).real) == slope * x
    assert float(op.partials[0].exact(x, op.forward(x))) == slope


# Equal numbers


@pytest.mark.parametrize("x", [[0.1] * 3, [0.1] * 7, [1e16 / 3] * 6, [[0.7, 0.1], [0.7, 0.1], [0.7, 0.1]]])
def test_equal_numbers_are_not_off_from_their_mean(x: Any) -> None:
    axis = 0 if np.ndim(x) > 1 else None
    assert np.subtract(x, value("mean", x, axis=axis)).tolist() == np.zeros(np.shape(x)).tolist()
    for name in ("std", "variance"):
        assert np.all(np.equal(value(name, x, axis=axis), 0.0))
        assert gradient(name, x, axis=axis) == np.zeros(np.shape(x)).tolist()
    kink = OPS["std"].with_(axis=axis).kink
    assert kink is not None
    assert np.all(kink.where(np.array(x)))


def test_layer_norm_of_equal_numbers() -> None:
    x = [0.1, 0.1, 0.1]
    assert value("layer_norm", x, 1.0, 2.0) == [2.0, 2.0, 2.0]
    with np.errstate(all="ignore"):
        op, inputs, out = made("layer_norm", x, 1.0, 2.0, epsilon=0)
    assert np.isnan(out).all()
    assert op.domain is not None
    assert not np.all(op.domain.holds(*inputs))


# What leaves the range only on the way


@pytest.mark.parametrize(
    ("name", "x", "expected", "sent"),
    [
        ("sum", [1e308, 1e308, -1.5e308], 5e307, [1.0, 1.0, 1.0]),
        ("mean", [1e308, 1e308], 1e308, [0.5, 0.5]),
        ("mean", [1e308, 1.5e308, -1e308, -1.5e308], 0.0, [0.25] * 4),
        ("std", [1e200, -1e200], 1e200, [0.5, -0.5]),
        ("std", [1e308, -1e308], 1e308, [0.5, -0.5]),
        ("std", [1e-200, -1e-200], 1e-200, [0.5, -0.5]),
        ("variance", [1e150, -1e150], 1e300, [1e150, -1e150]),
        ("prod", [1e200, 1e200, 0.0], 0.0, None),
        ("prod", [1e200, 1e200, 1e-200], 1e200, None),
        ("prod", [1e200, 1e200, 5.0, 1e-200, 1e-200], 5.0, [5e-200, 5e-200, 1.0, 5e200, 5e200]),
        ("prod", [1e-200, 1e-200, 1e200], 1e-200, [1.0, 1.0, 0.0]),
        ("prod", [-1e-200, 3.0, 0.0, 1e-200, 1e250], 0.0, [0.0, 0.0, -3e-150, 0.0, 0.0]),
    ],
)
def test_a_result_that_fits_is_found(name: str, x: list[float], expected: float, sent: Any) -> None:
    assert float(value(name, x)) == pytest.approx(expected, rel=1e-15, abs=0)
    rows = value(name, [x, [2.0] * len(x)], axis=1)
    assert rows[0] == pytest.approx(expected, rel=1e-15, abs=0)
    assert rows[1] == value(name, [2.0] * len(x))
    if sent is not None:
        assert gradient(name, x) == pytest.approx(sent, rel=1e-14, abs=0)


def test_what_does_not_fit_is_infinite() -> None:
    with np.errstate(over="ignore"):
        assert value("sum", [1e308, 1e308]) == math.inf
        assert value("prod", [-1e200, 1e200]) == -math.inf
        assert value("variance", [1e200, -1e200]) == math.inf
    assert value("prod", [1e-200, 1e-200]) == 0.0
    assert value("mean", [math.inf, 1.0]) == math.inf
    assert math.isnan(value("prod", [math.nan, 1e200, 1e200]))


@pytest.mark.parametrize("size", [3, 5000, 5001])
def test_a_long_product_is_exact_in_powers_of_two(size: int) -> None:
    x = np.where(np.arange(size) % 2, 4.0, 0.25)
    assert value("prod", np.sort(x)) == (0.25 if size % 2 else 1.0)
    assert gradient("prod", np.sort(x)) == ((0.25 if size % 2 else 1.0) / np.sort(x)).tolist()


@pytest.mark.parametrize(
    ("name", "theirs"), [("sum", np.sum), ("mean", np.mean), ("prod", np.prod), ("variance", np.var), ("std", np.std)]
)
def test_ordinary_numbers_come_out_as_from_numpy(name: str, theirs: Any) -> None:
    x = np.random.default_rng(0).normal(size=(7, 30))
    for axis in (None, 0, 1):
        assert np.array_equal(value(name, x, axis=axis), theirs(x, axis=axis))


# Matrices


@pytest.mark.parametrize(
    "a",
    [
        [[1.0, 0.0], [0.0, 1e-16]],
        [[1e-200, 0.0], [0.0, 1e200]],
        [[1.0, 1e200], [0.0, 1.0]],
        [[1.0, 1.0], [0.0, 1e-200]],
        [[1e-300, 1.0], [1.0, 0.0]],
        [[1e200, 2e200, 3e200], [4.0, 5.0, 6.0], [7e-200, 8e-200, 1e-199]],
    ],
)
def test_badly_scaled_matrices_are_regular(a: list[list[float]]) -> None:
    b = np.array(value("inverse", a))
    assert is_regular(a)
    assert is_regular(np.transpose(a))
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        sizes = (np.abs(a)[:, :, None] * np.abs(b)[None]).sum(axis=1)
        off = np.abs(a @ b - np.eye(len(a)))
    assert (off[np.isfinite(sizes)] <= 1e-14 * (sizes[np.isfinite(sizes)] + 1.0)).all()
    right = np.ones(len(a))
    np.testing.assert_allclose(value("solve", a, right), b @ right, rtol=1e-13)
    assert np.isfinite(value("logdet", a))


def test_singular_matrices_stay_singular() -> None:
    rng = np.random.default_rng(0)
    for n in (2, 3, 5, 20, 60):
        low = rng.normal(size=(n, n - 1)) @ rng.normal(size=(n - 1, n))
        whole = rng.integers(-9, 10, (n, n)).astype(float)
        whole[-1] = whole[:-1].sum(axis=0)
        for a in (low, whole, np.ones((n, n)), low * 10.0 ** rng.integers(-9, 9, (n, 1)), np.zeros((n, n))):
            assert np.isnan(value("inverse", a)).all()
            assert np.isnan(value("solve", a, np.ones(n))).all()
            assert not is_regular(a)
            assert not is_regular(a.T)
    assert not is_regular(SINGULAR)
    assert np.isnan(value("logdet", SINGULAR))


def test_a_determinant_keeps_its_digits() -> None:
    for number in (1e100, 1e-20, -3e300, 0.1):
        assert value("det", [[number]]) == number
    assert value("det", np.diag([1e200, 1e200, 1e-300])) == pytest.approx(1e100, rel=1e-15, abs=0)
    assert value("det", [[1.0, 2.0], [3.0, 4.0]]) == pytest.approx(-2.0, rel=3e-16)
    assert math.copysign(1.0, value("det", [[1.0, 2.0], [2.0, 4.0]])) == 1.0
    assert value("logdet", np.diag([1e-200, 1e200])) == pytest.approx(0.0, abs=1e-13)
    assert value("logdet", [[1e200, 1e-200], [1e-200, 0.0]]) == pytest.approx(-400 * math.log(10), rel=1e-15)


@pytest.mark.parametrize("n", [1, 2, 7, 32, 33, 50])
def test_determinants_by_rows_and_by_reflections(n: int) -> None:
    a = np.random.default_rng(n).normal(size=(3, 2, n, n))
    a[1, 0] = 0.0
    np.testing.assert_allclose(value("det", a), np.linalg.det(a), rtol=1e-11, atol=1e-300)


def test_an_inverse_needs_no_singular_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """These cost many times what the inverse itself does."""
    monkeypatch.setattr(np.linalg, "svd", None)
    assert value("inverse", [[2.0]]) == [[0.5]]
    assert value("solve", [[2.0]], [3.0]) == [1.5]
    assert np.isnan(value("inverse", SINGULAR)).all()


# Attributes


@pytest.mark.parametrize("name", ["sum", "softmax", "cumsum", "flip", "squeeze", "concatenate", "unsqueeze", "take"])
@pytest.mark.parametrize("axis", [2**31, -(2**31), 10**400, 1e300], ids=["first", "last", "whole", "float"])
def test_an_axis_far_out(name: str, axis: float) -> None:
    with pytest.raises(OpError, match="of at most 2,147,483,647"):
        OPS[name].with_(axis=axis)
    with pytest.raises(OpError, match="axis 2147483647 "):
        OPS[name].with_(axis=2**31 - 1).result_shape((2, 1), *[(2, 1)] * OPS[name].is_variadic)


def test_numbers_far_out() -> None:
    assert "float64 can hold for delta" in complaint("huber", (), (), delta=10**400)
    assert "needs a number for delta" in complaint("huber", (), (), delta=math.inf)
    assert "at most 2,147,483,647" in complaint("dropout", (), seed=10**12)


def test_slices_beyond_the_end() -> None:
    x = [1.0, 2.0, 3.0]
    assert value("slice", x, index=[[0, 99999999999, None]]) == x
    assert value("slice", x, index=[[-(10**400), 10**400, None]]) == x
    assert value("slice", x, index=[[None, None, -(10**30)]]) == [3.0]
    assert gradient("slice", x, index=[[1, 10**30, None]]) == [0.0, 1.0, 1.0]
    assert "at most 2,147,483,647" in complaint("slice", (3,), index=[99999999999])


# Shapes that numpy cannot have


def test_shapes_that_no_array_has() -> None:
    long = 2**31 - 1
    for name, shape, attributes in (
        ("reshape", (0,), {"shape": [long, 0, long]}),
        ("reshape", (1,), {"shape": [1] * (MOST_AXES + 1)}),
        ("expand", (0, 1), {"shape": [long, long, 0, 1]}),
        ("unsqueeze", (1,) * MOST_AXES, {}),
        ("stack", (1,) * MOST_AXES, {}),
        ("pad", (0, 0, 0), {"widths": [[long, 0], [0, long], [0, 0]]}),
    ):
        assert "cannot make an array with" in complaint(name, shape, **attributes)


@pytest.mark.parametrize("shape", [(0, 2**60 - 1), (2**30, 0, 2**30 - 1), (1,) * MOST_AXES])
def test_the_largest_shapes_are_numpy_s(shape: tuple[int, ...]) -> None:
    assert require_shape(shape) == np.zeros(shape).shape
    larger = (*shape, 2)
    with pytest.raises(ValueError, match="maximum"):
        np.zeros(larger)
    with pytest.raises(OpError):
        require_shape(larger)


# Words


def test_what_is_said_of_axes() -> None:
    assert complaint("mean", (2,), axis=99) == "cannot go over axis 99 of an array with shape 2"
    assert complaint("mean", (2, 3), axis=[0, 5, -7]) == "cannot go over axes 5, -7 of an array with shape 2 × 3"
    for name, shapes in (("softmax", [()]), ("cumsum", [()]), ("outer", [(), ()]), ("concatenate", [(), ()])):
        assert complaint(name, *shapes).endswith("make one of several numbers with [x, y]")
    assert complaint("concatenate", (2,), (2,), axis=2) == "cannot join along axis 2 of arrays with 1 axis"


@pytest.mark.parametrize(
    ("name", "inputs", "told", "not_told"),
    [
        ("binary_cross_entropy", ([2.0], [1.0]), "defined for 0 < p < 1", "no entries"),
        ("binary_cross_entropy", ([], []), "the mean of no entries is not defined", "p < 1"),
        ("cross_entropy", ([-1.0], [1.0]), "defined for p > 0", "empty"),
        ("kl_divergence", (np.zeros((0, 2)), np.zeros((0, 2))), "empty batch", "q > 0"),
        ("mse", ([], []), "the mean of no entries is not defined", "and"),
        ("pow", (0.0, -1.0), "a power of 0 needs an exponent of 0 or more", "negative"),
        ("pow", (-2.0, 0.5), "a power of a negative number needs a whole exponent", "of 0"),
        ("ln", (-1.0,), "ln is defined for x > 0", "and"),
    ],
)
def test_only_what_is_violated_is_told(name: str, inputs: Any, told: str, not_told: str) -> None:
    domain, arrays = OPS[name].domain, [np.asarray(x, dtype=float) for x in inputs]
    assert domain is not None
    assert not np.all(domain.holds(*arrays))
    assert told in domain.complaint(*arrays)
    assert not_told not in domain.complaint(*arrays)


def test_ahead_at_the_ends() -> None:
    op, [x], out = made("std", [1e308, -1e308])
    assert float(np.asarray(jvp(op, [np.array([1.0, 0.0])], [x], out))) == 0.5
    op, [x], out = made("prod", [1e200, 1e200, 5.0, 1e-200, 1e-200])
    t = np.array([0.0, 0.0, 1.0, 0.0, 0.0])
    assert float(np.asarray(jvp(op, [t], [x], out))) == pytest.approx(1.0)
