"""Structured operations where care is needed: zeros, ties, nothing at all, singular matrices, wrong shapes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bpviz.ops import OPS, Op, OpError
from bpviz.ops.chain import vjp
from bpviz.ops.formula import Applied, Name, Notation, written

SINGULAR = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
FLOATS = st.floats(-2.0, 2.0).map(lambda number: round(number, 2))
ARRAYS = hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4), elements=FLOATS)


def made(name: str, *inputs: Any, **attributes: Any) -> tuple[Op, list[Any], Any]:
    op, arrays = OPS[name].with_(len(inputs), **attributes), [np.asarray(x, dtype=float) for x in inputs]
    return op, arrays, op.forward(*arrays)


def value(name: str, *inputs: Any, **attributes: Any) -> Any:
    out = made(name, *inputs, **attributes)[2]
    return out.tolist() if isinstance(out, np.ndarray) else out


def gradient(name: str, *inputs: Any, slot: int = 0, **attributes: Any) -> Any:
    op, arrays, out = made(name, *inputs, **attributes)
    return np.asarray(vjp(op, slot, np.ones(np.shape(out)), arrays, out)).tolist()


def complaint(name: str, *shapes: tuple[int, ...], **attributes: Any) -> str:
    with pytest.raises(OpError) as error:
        OPS[name].with_(len(shapes), **attributes).result_shape(*shapes)
    return str(error.value)


# Reductions


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([2.0, 3.0, 4.0], [12.0, 8.0, 6.0]),
        ([2.0, 0.0, 4.0], [0.0, 8.0, 0.0]),
        ([0.0, 0.0, 4.0], [0.0, 0.0, 0.0]),
        ([[0.0, 5.0], [2.0, 3.0]], [[30.0, 0.0], [0.0, 0.0]]),
        ([7.0], [1.0]),
        (7.0, 1.0),
        ([], []),
    ],
)
def test_a_product_with_zeros(x: Any, expected: Any) -> None:
    assert gradient("prod", x) == expected


def test_a_product_over_some_axes() -> None:
    x = [[0.0, 5.0], [2.0, 3.0]]
    assert value("prod", x, axis=1) == [0.0, 6.0]
    assert gradient("prod", x, axis=1) == [[5.0, 0.0], [3.0, 2.0]]
    assert gradient("prod", x, axis=0, keepdims=True) == [[2.0, 3.0], [0.0, 5.0]]


@pytest.mark.parametrize("name", ["amax", "amin"])
def test_a_tie_is_shared_evenly_in_each_batch(name: str) -> None:
    x = [[1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0]]
    assert gradient(name, x, axis=1) == [[0.25] * 4] * 2
    assert gradient(name, x) == ([[0.0] * 4, [0.25] * 4] if name == "amax" else [[0.25] * 4, [0.0] * 4])
    kink = OPS[name].with_(axis=1).kink
    assert kink is not None
    assert "convention" in kink.statement
    assert kink.where(np.array([[1.0, 1.0], [1.0, 2.0]])).tolist() == [True, False]
    assert not kink.where(np.zeros((0, 3))).size


def test_lengths_have_no_slope_at_0_by_convention() -> None:
    assert gradient("norm", [0.0, 0.0]) == [0.0, 0.0]
    assert gradient("norm", [[3.0, 4.0], [0.0, 0.0]], axis=1) == [[0.6, 0.8], [0.0, 0.0]]
    assert gradient("frobenius", [[0.0]]) == [[0.0]]
    assert gradient("std", [2.0, 2.0]) == [0.0, 0.0]
    for name, x in (("norm", [0.0]), ("std", [1.0, 1.0]), ("frobenius", [[0.0]])):
        kink = OPS[name].with_().kink
        assert kink is not None
        assert np.any(kink.where(np.array(x)))


def test_large_numbers_stay_in_range() -> None:
    assert value("norm", [3e200, 4e200]) == pytest.approx(5e200)
    assert gradient("norm", [3e200, 4e200]) == pytest.approx([0.6, 0.8])
    assert value("logsumexp", [1000.0, 1000.0]) == pytest.approx(1000 + math.log(2))
    assert value("logsumexp", [-1000.0, -1000.0]) == pytest.approx(-1000 + math.log(2))
    assert gradient("logsumexp", [1000.0, 0.0]) == [1.0, 0.0]


@pytest.mark.parametrize("name", ["mean", "amax", "amin", "variance", "std", "logsumexp"])
def test_nothing_has_no_mean(name: str) -> None:
    for x, attributes in ((np.zeros((0, 3)), {"axis": 0}), (np.zeros((2, 0)), {}), (np.zeros(0), {"keepdims": True})):
        op, inputs, out = made(name, x, **attributes)
        assert np.isnan(out).all()
        assert op.domain is not None
        assert not op.domain.holds(*inputs)
        assert vjp(op, 0, np.ones(np.shape(out)), inputs, out).shape == x.shape
    assert value(name, np.zeros((0, 3)), axis=1) == []
    assert (value("sum", []), value("prod", []), value("norm", [])) == (0.0, 1.0, 0.0)


def test_variance_needs_more_numbers_than_ddof() -> None:
    op, inputs, out = made("variance", [1.0, 2.0], ddof=2)
    assert np.isnan(out)
    assert op.domain is not None
    assert not op.domain.holds(*inputs)
    assert value("variance", [1.0, 2.0], ddof=1) == 0.5
    assert value("variance", [1.0, 2.0]) == 0.25


AXES: dict[str, Any] = {
    "sum": np.sum, "mean": np.mean, "prod": np.prod, "variance": np.var, "std": np.std, "amax": np.max,
    "norm": lambda x, axis, keepdims: np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims)),
}  # fmt: skip


@given(ARRAYS, st.data())
def test_reductions_over_any_axes(x: Any, data: st.DataObject) -> None:
    ndim = x.ndim
    axis = data.draw(st.none() | st.lists(st.integers(0, max(ndim - 1, 0)), unique=True, max_size=ndim))
    keepdims, name = data.draw(st.booleans()), data.draw(st.sampled_from(list(AXES)))
    op = OPS[name].with_(axis=[a - ndim if data.draw(st.booleans()) else a for a in axis] if axis else axis,
                         keepdims=keepdims)  # fmt: skip
    assert op.structured is not None
    out = op.forward(x)
    assert np.shape(out) == op.structured.shape(x.shape)
    if x.size:
        expected = AXES[name](x, axis=None if axis is None else tuple(axis), keepdims=keepdims)
        np.testing.assert_allclose(out, expected, rtol=1e-10, atol=1e-12)
    assert vjp(op, 0, np.ones(np.shape(out)), [x], out).shape == x.shape


def test_axes_that_are_not_there() -> None:
    assert complaint("mean", (2, 3), axis=2) == "cannot go over axis 2 of an array with shape 2 × 3"
    assert complaint("std", (2, 3), axis=[0, -2]) == "names an axis twice in [0, -2]"
    assert complaint("cumsum", ()) == "needs an array with axes, not a number: make one of several numbers with [x, y]"
    assert complaint("variance", (2,), ddof=-1) == "needs a whole number from 0 up for ddof, not -1"


# Matrices


@pytest.mark.parametrize("bad", [SINGULAR, np.zeros((3, 3)), np.full((3, 3), np.nan), np.diag([1.0, 1.0, np.inf])])
def test_a_singular_matrix_gives_nan_and_spares_its_neighbours(bad: Any) -> None:
    good = 2.0 * np.eye(3)
    batch = np.stack([good, bad, good])
    for name, others, expected in (
        ("inverse", (), 0.5 * np.eye(3)),
        ("logdet", (), math.log(8.0)),
        ("solve", (np.ones(3),), np.full(3, 0.5)),
        ("solve", (np.ones((3, 1)),), np.full((3, 1), 0.5)),
    ):
        op, inputs, out = made(name, batch, *others)
        assert op.domain is not None
        assert "singular" in op.domain.statement
        assert not op.domain.holds(*inputs)
        assert op.domain.holds(good, *others)
        assert np.isnan(out[1]).all()
        np.testing.assert_allclose(out[0], expected, rtol=1e-14)
        np.testing.assert_allclose(out[2], expected, rtol=1e-14)
        assert np.isnan(op.forward(bad, *others)).all()


def test_a_scaled_matrix_is_not_singular() -> None:
    for scale in (1e-200, 1e200):
        assert value("inverse", scale * np.eye(2))[0] == pytest.approx([1 / scale, 0.0])
    assert np.isfinite(value("inverse", np.diag([1.0, 1e-15]))).all()
    assert value("inverse", np.diag([1.0, 1e-17])) == [[1.0, 0.0], [0.0, 1e17]]


def test_the_determinant_of_a_singular_matrix_has_a_gradient() -> None:
    cofactors = [[-3.0, 6.0, -3.0], [6.0, -12.0, 6.0], [-3.0, 6.0, -3.0]]
    np.testing.assert_allclose(gradient("det", SINGULAR), cofactors, atol=1e-13)
    assert gradient("det", np.zeros((3, 3))) == np.zeros((3, 3)).tolist()
    np.testing.assert_allclose(gradient("det", np.zeros((1, 1))), [[1.0]])
    np.testing.assert_allclose(gradient("det", np.diag([0.0, 2.0, 3.0])), np.diag([6.0, 0.0, 0.0]), atol=1e-14)
    assert np.isnan(value("det", [[math.nan, 1.0], [1.0, 1.0]]))


def test_second_derivatives_of_a_singular_determinant() -> None:
    """The cofactors' change agrees with differences at a matrix that has no inverse."""
    rng = np.random.default_rng(0)
    for a in (SINGULAR, np.diag([0.0, 0.0, 1.0]), rng.uniform(-1, 1, (5, 2)) @ rng.uniform(-1, 1, (2, 5))):
        t, h = rng.uniform(-1, 1, a.shape), 1e-4
        cofactors, moved = OPS["cofactors"].forward, OPS["cofactors_moved"].forward
        expected = (cofactors(a + h * t) - cofactors(a - h * t)) / (2 * h)
        np.testing.assert_allclose(moved(a, t), expected, atol=1e-6)


@pytest.mark.parametrize("name", ["trace", "inverse", "det", "logdet", "diagonal"])
def test_matrices_that_are_not_square(name: str) -> None:
    assert complaint(name, (2, 3)) == "needs a square matrix, not shape 2 × 3"
    assert complaint(name, (3,)) == "needs a square matrix, not shape 3"


def test_products_that_do_not_fit() -> None:
    assert "their last sizes, 3 and 2, must be equal" in complaint("dot", (3,), (2,))
    assert "leading axes do not broadcast" in complaint("outer", (2, 3), (4, 3))
    assert "not numbers: make one of several numbers with [x, y]" in complaint("outer", (), (3,))
    assert complaint("solve", (2, 3), (2,)) == "needs a square matrix, not shape 2 × 3"
    assert "numbers of rows differ" in complaint("solve", (3, 3), (2, 3))
    assert "last sizes differ" in complaint("quadratic_form", (2,), (3, 3))
    assert complaint("frobenius", (3,)) == "needs a matrix, not shape 3"
    assert complaint("diag", ()) == "needs a vector, not a number: make one of several numbers with [x, y]"


# Shapes


@given(ARRAYS, st.data())
def test_slices_are_numpy_s(x: Any, data: st.DataObject) -> None:
    items = data.draw(hnp.basic_indices(x.shape, allow_newaxis=False, allow_ellipsis=False))
    index = items if isinstance(items, tuple) else (items,)
    op = OPS["slice"].with_(index=index)
    out = op.forward(x)
    assert np.array_equal(out, x[index])
    assert op.structured is not None
    assert op.structured.shape(x.shape) == x[index].shape
    expected = np.zeros(x.shape)
    expected[index] = 1.0
    assert np.array_equal(vjp(op, 0, np.ones(np.shape(out)), [x], out), expected)


@pytest.mark.parametrize(
    ("index", "read", "code"),
    [
        (2, (2,), "x[2]"),
        ([[1, 3, None], 0], ((1, 3, None), 0), "x[1:3, 0]"),
        ([[None, None, -1]], ((None, None, -1),), "x[::-1]"),
        ([slice(1, None)], ((1, None, None),), "x[1:]"),
        ([[None, 4, 1], -1], ((None, 4, None), -1), "x[:4, -1]"),
        ([], (), "slice(x)"),
    ],
)
def test_how_a_slice_is_read_and_written(index: Any, read: Any, code: str) -> None:
    op = OPS["slice"].with_(index=index)
    assert op.attributes["index"] == read
    assert op is OPS["slice"].with_(index=read)
    assert written(Applied(op, (Name("x"),)), Notation.CODE) == code
    assert written(Applied(op, (Name("x") + Name("y"),)), Notation.TEXT) == code.replace("x[", "(x + y)[").replace(
        "(x)", "(x + y)"
    )


def test_slices_that_do_not_fit() -> None:
    assert "cannot pick place 4 along axis 0 of an array with shape 4 × 3" in complaint("slice", (4, 3), index=[4])
    assert "cannot pick place -4 along axis 1" in complaint("slice", (4, 3), index=[0, -4])
    assert "cannot pick along 2 axes" in complaint("slice", (4,), index=[0, 0])
    assert "steps of 0" in complaint("slice", (4,), index=[[0, 1, 0]])
    assert "needs places or [start, stop, step]" in complaint("slice", (4,), index=[[0, 1]])
    assert "needs places or [start, stop, step]" in complaint("slice", (4,), index=["a"])


def test_places_that_were_taken_twice_get_both_gradients() -> None:
    assert value("take", [1.0, 2.0, 3.0], indices=[2, 0, 2]) == [3.0, 1.0, 3.0]
    assert gradient("take", [1.0, 2.0, 3.0], indices=[2, 0, 2, -1]) == [1.0, 0.0, 3.0]
    assert "cannot take place 3 along axis 0" in complaint("take", (3,), indices=[3])
    assert "cannot go along axis 1" in complaint("take", (3,), axis=1)


@pytest.mark.parametrize("token", [0.5, -1.0, 3.0, math.nan, math.inf])
def test_tokens_are_rows_of_the_table(token: float) -> None:
    table = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    assert value("embedding", table, [2.0, 0.0]) == [[5.0, 6.0], [1.0, 2.0]]
    assert gradient("embedding", table, [2.0, 0.0, 2.0]) == [[1.0, 1.0], [0.0, 0.0], [2.0, 2.0]]
    op, inputs, out = made("embedding", table, [1.0, token])
    assert out[0].tolist() == [3.0, 4.0]
    assert np.isnan(out[1]).all()
    assert op.domain is not None
    assert not op.domain.holds(*inputs)
    assert not op.has_derivative(1)
    assert np.isnan(value("embedding", np.zeros((0, 2)), [0.0])).all()


def test_what_does_not_join() -> None:
    assert "along all axes but 0 they must be equal" in complaint("concatenate", (2, 3), (2, 2))
    assert "make one of several numbers with [x, y]" in complaint("concatenate", (), ())
    assert "cannot join along axis 2" in complaint("concatenate", (2, 3), (2, 3), axis=2)
    assert "they must be equal" in complaint("stack", (2,), (3,))
    assert "a pair [before, after] for each axis; the array has 2 axes" in complaint("pad", (2, 3), widths=[[1, 2]])
    assert "from 0 up" in complaint("pad", (2, 3), widths=-1)
    assert "its size is 2, not 1" in complaint("squeeze", (2, 1), axis=0)
    assert "cannot make a new axis 3" in complaint("unsqueeze", (2, 1), axis=3)
    assert "cannot go over axis 2 of" in complaint("flip", (2, 1), axis=2)


# What can fail does


@pytest.mark.parametrize("name", ["prod", "det", "slice", "concatenate"])
def test_a_broken_rule_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from . import test_structured

    op, probe = next(pair for pair in test_structured.PROBES if pair[0].name == name)
    assert op.structured is not None
    rule = op.structured.vjps[0]
    assert rule is not None
    monkeypatch.setitem(vars(op.structured), "vjps", (lambda *args: 1.001 * rule(*args), *op.structured.vjps[1:]))
    with pytest.raises(AssertionError):
        test_structured.test_back_agrees_with_differences(op, probe)
    with pytest.raises(AssertionError):
        test_structured.test_forward_is_the_transpose_of_back(op, probe)
