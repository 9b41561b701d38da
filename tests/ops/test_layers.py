"""Softmaxes, losses and layers: exact numbers, numbers at the ends of the range, and what is said of wrong shapes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpviz.ops import OPS, OpError
from bpviz.ops.chain import vjp
from bpviz.ops.layers import dropout_mask

LOSSES = [op for op in OPS.values() if op.group == "Losses"]
OF_DISTRIBUTIONS = {"cross_entropy", "ce_logits", "kl_divergence"}


def value(name: str, *inputs: Any, **attributes: Any) -> Any:
    arrays = [np.asarray(x, dtype=np.float64) for x in inputs]
    op = OPS[name].with_(len(inputs), **attributes)
    assert op.structured is not None
    out = op.forward(*arrays)
    assert np.shape(out) == op.structured.shape(*map(np.shape, arrays))
    return out


def gradients(name: str, *inputs: Any, g: Any = 1.0, **attributes: Any) -> list[Any]:
    """What goes back to each input when the result's gradient is `g` everywhere, or the array `g`."""
    arrays = [np.asarray(x, dtype=np.float64) for x in inputs]
    op = OPS[name].with_(len(inputs), **attributes)
    out = op.forward(*arrays)
    return [vjp(op, slot, np.broadcast_to(g, np.shape(out)), arrays, out) for slot in range(op.arity)]


def complaint(name: str, *shapes: tuple[int, ...], **attributes: Any) -> str:
    op = OPS[name].with_(len(shapes), **attributes)
    assert op.structured is not None
    with pytest.raises(OpError) as error:
        op.structured.shape(*shapes)
    return str(error.value)


# Softmax


def test_softmax_is_exact_for_large_scores() -> None:
    assert value("softmax", [1000.0, 0.0]).tolist() == [1.0, 0.0]
    assert value("softmax", [-1000.0, -1000.0]).tolist() == [0.5, 0.5]
    assert value("log_softmax", [1000.0, 0.0]).tolist() == [0.0, -1000.0]
    assert value("log_softmax", [0.0, 40.0]).tolist() == pytest.approx([-40.0, -4.248354255291589e-18], rel=1e-12)
    assert np.isfinite(gradients("log_softmax", [1000.0, -1000.0], g=[1.0, 2.0])[0]).all()


def test_softmax_goes_along_its_axis() -> None:
    x = np.log([[1.0, 2.0], [3.0, 2.0]])
    assert value("softmax", x).tolist() == [pytest.approx([1 / 3, 2 / 3]), pytest.approx([0.6, 0.4])]
    assert value("softmax", x, axis=0).tolist() == [pytest.approx([0.25, 0.5]), pytest.approx([0.75, 0.5])]
    assert complaint("softmax", (2, 3), axis=2) == "cannot go over axis 2 of an array with shape 2 × 3"


def test_what_goes_back_through_softmax_adds_up_to_0() -> None:
    [sent] = gradients("softmax", [0.3, -1.0, 2.0], g=[1.0, 5.0, -2.0])
    assert float(sent.sum()) == pytest.approx(0.0, abs=1e-15)


# Losses


@pytest.mark.parametrize(
    ("name", "inputs", "expected", "sent"),
    [
        ("mse", ([1.0, 4.0], [0.0, 2.0]), 2.5, ([1.0, 2.0], [-1.0, -2.0])),
        ("mse", (3.0, [1.0, 2.0]), 2.5, (3.0, [-2.0, -1.0])),
        ("mae", ([1.0, 4.0], [0.0, 4.0]), 0.5, ([0.5, 0.0], [-0.5, 0.0])),
        ("huber", ([0.5, 4.0], [0.0, 1.0]), 1.3125, ([0.25, 0.5], [-0.25, -0.5])),
        ("hinge", ([0.5, 2.0], [1.0, 1.0]), 0.25, ([-0.5, 0.0], [-0.25, 0.0])),
        ("hinge", ([0.5, 2.0], [-1.0, 1.0]), 0.75, ([0.5, 0.0], [-0.25, 0.0])),
        ("cross_entropy", ([[0.5, 0.5], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]]), np.log(2) / 2, ([[-1, 0], [0, -0.5]],)),
        ("kl_divergence", ([0.0, 1.0], [0.5, 0.5]), np.log(2), (None, [0.0, -2.0])),
    ],
)  # fmt: skip
def test_losses(name: str, inputs: tuple[Any, ...], expected: float, sent: tuple[Any, ...]) -> None:
    assert float(value(name, *inputs)) == pytest.approx(expected, rel=1e-15)
    with np.errstate(divide="ignore"):  # the slope of p · ln p is infinite at p = 0
        found = gradients(name, *inputs)
    for one, right in zip(found, sent, strict=False):
        assert right is None or one.tolist() == right


def test_huber_turns_from_a_parabola_into_a_line_at_delta() -> None:
    assert float(value("huber", [3.0], [0.0], delta=2.0)) == 4.0
    assert gradients("huber", [3.0, -1.0], [0.0, 0.0], delta=2.0)[0].tolist() == [1.0, -0.5]
    assert float(value("huber", [1e200], [0.0])) == 1e200


@pytest.mark.parametrize(("z", "y", "loss", "slope"), [
    (1000.0, 1.0, 0.0, 0.0), (1000.0, 0.0, 1000.0, 1.0), (-1000.0, 1.0, 1000.0, -1.0), (-1000.0, 0.0, 0.0, 0.0),
    (40.0, 1.0, 4.248354255291589e-18, 0.0), (0.0, 0.5, np.log(2), 0.0),
])  # fmt: skip
def test_bce_logits_is_exact_for_large_scores(z: float, y: float, loss: float, slope: float) -> None:
    assert float(value("bce_logits", z, y)) == pytest.approx(loss, rel=1e-12, abs=0)
    to_score, to_label = gradients("bce_logits", z, y)
    assert (float(to_score), float(to_label)) == (slope, -z)


def test_ce_logits_is_exact_for_large_scores() -> None:
    scores, right = [[1000.0, -1000.0], [1000.0, -1000.0]], [[1.0, 0.0], [0.0, 1.0]]
    assert float(value("ce_logits", scores, right)) == 1000.0
    to_scores, to_labels = gradients("ce_logits", scores, right)
    assert to_scores.tolist() == [[0.0, 0.0], [0.5, -0.5]]
    assert to_labels.tolist() == [[0.0, 1000.0], [0.0, 1000.0]]


def test_ce_logits_sends_softmax_less_the_labels_back() -> None:
    scores, right = np.array([[0.2, -1.0, 0.7], [1.5, 0.0, -0.3]]), np.array([[0.0, 1.0, 0.0], [0.5, 0.25, 0.25]])
    expected = (value("softmax", scores) - right) / 2
    assert gradients("ce_logits", scores, right)[0].tolist() == [pytest.approx(row, rel=1e-14) for row in expected]


def test_losses_of_scores_are_those_of_their_probabilities() -> None:
    z, y = np.array([[0.2, -1.0], [1.5, 0.3]]), np.array([[0.1, 0.9], [1.0, 0.0]])
    assert value("bce_logits", z, y) == pytest.approx(value("binary_cross_entropy", OPS["sigmoid"](z), y), rel=1e-14)
    assert value("ce_logits", z, y) == pytest.approx(value("cross_entropy", value("softmax", z), y), rel=1e-14)
    entropy = value("cross_entropy", y, y)
    p = value("softmax", z)
    assert value("kl_divergence", y, p) == pytest.approx(value("cross_entropy", p, y) - entropy, rel=1e-14)


def test_binary_cross_entropy_at_the_ends() -> None:
    certain = np.array([0.0, 1.0])
    assert float(value("binary_cross_entropy", certain, certain)) == 0.0
    with np.errstate(divide="ignore"):
        assert gradients("binary_cross_entropy", certain, certain)[0].tolist() == [0.5, -0.5]
        assert float(value("binary_cross_entropy", certain, 1.0 - certain)) == np.inf


@pytest.mark.parametrize(
    ("name", "outside", "inside"),
    [
        ("binary_cross_entropy", (0.0, 0.5), (0.0, 0.0)),
        ("binary_cross_entropy", (1.0, 0.0), (1.0, 1.0)),
        ("binary_cross_entropy", (-0.1, 0.0), (0.1, 0.0)),
        ("cross_entropy", ([0.0, 1.0], [1.0, 0.0]), ([0.0, 1.0], [0.0, 1.0])),
        ("kl_divergence", ([0.5, 0.5], [0.0, 1.0]), ([0.0, 1.0], [0.0, 1.0])),
        ("kl_divergence", ([-0.5, 1.5], [-0.5, 1.5]), ([0.5, 0.5], [0.1, 0.9])),
    ],
)
def test_domains(name: str, outside: tuple[Any, Any], inside: tuple[Any, Any]) -> None:
    domain = OPS[name].domain
    assert domain is not None
    assert not np.all(domain.holds(*map(np.asarray, outside)))
    assert np.all(domain.holds(*map(np.asarray, inside)))
    with np.errstate(all="ignore"):
        assert not np.isfinite(value(name, *outside))
    assert np.isfinite(value(name, *inside))


@pytest.mark.parametrize("op", LOSSES, ids=lambda op: op.name)
def test_a_loss_of_nothing_is_not_a_number_and_says_why(op: Any) -> None:
    nothing = np.zeros((0, 2))
    assert np.isnan(op.forward(nothing, nothing))
    assert not op.domain.holds(nothing, nothing)
    what = "an empty batch" if op.name in OF_DISTRIBUTIONS else "no entries"
    assert f"the mean of {what}" in op.domain.statement or f"the mean over {what}" in op.domain.statement
    assert [sent.shape for sent in gradients(op.name, nothing, nothing)] == [(0, 2), (0, 2)]


@pytest.mark.parametrize(("name", "word"), [("mae", "p = y"), ("hinge", "y·s = 1")])
def test_kinks(name: str, word: str) -> None:
    kink = OPS[name].kink
    assert kink is not None
    assert word in kink.statement
    assert "convention" in kink.statement
    assert np.any(kink.where(np.array([1.0, 2.0]), 1.0))
    assert not np.any(kink.where(np.array([3.0, 2.0]), 1.0))
    assert gradients(name, [1.0], [1.0])[0].tolist() == [0.0]


def test_a_loss_says_which_shapes_do_not_fit() -> None:
    assert complaint("mse", (2, 3), (4,)) == "cannot compare shape 2 × 3 with shape 4: they do not broadcast"
    told = "cannot compare shape 2 × 3 with shape 2: both need a last axis of the same size"
    assert complaint("ce_logits", (2, 3), (2,)).startswith(told)
    assert "they do not broadcast" in complaint("kl_divergence", (2, 3), (4, 3))


# Layers


def test_linear() -> None:
    x, W, b = [[1.0, 2.0]], [[1.0, 0.0, 2.0], [3.0, 1.0, 0.0]], [0.5, 0.0, -1.0]
    assert value("linear", x, W, b).tolist() == [[7.5, 2.0, 1.0]]
    to_x, to_w, to_b = gradients("linear", x, W, b, g=[[1.0, 10.0, 100.0]])
    assert to_x.tolist() == [[201.0, 13.0]]
    assert to_w.tolist() == [[1.0, 10.0, 100.0], [2.0, 20.0, 200.0]]
    assert to_b.tolist() == [1.0, 10.0, 100.0]
    assert "along the last axis, 4 entries are needed" in complaint("linear", (2, 3), (4, 5), (5,))
    assert "a bias of shape 5" in complaint("linear", (2, 4), (4, 5), (4,))
    assert "weights with axes (in, out)" in complaint("linear", (4,), (4,), ())


def test_layer_norm() -> None:
    out = value("layer_norm", [[1.0, 3.0], [1e8, 1e8 + 2.0]], [1.0, 10.0], [0.0, 5.0], epsilon=0)
    assert out.tolist() == [[-1.0, 15.0], [-1.0, 15.0]]
    x = [0.3, -1.0, 2.0]
    to_x = gradients("layer_norm", x, 1.0, 0.0, g=[1.0, 5.0, -2.0], epsilon=0)[0]
    assert float(to_x.sum()) == pytest.approx(0.0, abs=1e-14)
    assert float(to_x @ x) == pytest.approx(0.0, abs=1e-14)
    domain = OPS["layer_norm"].with_(epsilon=0).domain
    assert domain is not None
    assert not np.all(domain.holds(np.ones((2, 3)), 1.0, 0.0))
    assert "gain has shape 2, for an array with shape 2 × 3" in complaint("layer_norm", (2, 3), (2,), (3,))


def test_convolution_by_hand() -> None:
    signal, weights = [[1.0, 2.0, 4.0, 8.0]], [[[1.0, -1.0]]]
    assert value("conv1d", signal, weights).tolist() == [[-1.0, -2.0, -4.0]]
    assert value("conv1d", signal, weights, [10.0]).tolist() == [[9.0, 8.0, 6.0]]
    assert value("conv1d", signal, weights, stride=2, padding=1).tolist() == [[-1.0, -2.0, 8.0]]
    to_x, to_w, to_b = gradients("conv1d", signal, weights, [0.0], g=[[1.0, 10.0, 100.0]])
    assert to_x.tolist() == [[1.0, 9.0, 90.0, -100.0]]
    assert to_w.tolist() == [[[421.0, 842.0]]]
    assert to_b.tolist() == [111.0]


def test_convolution_of_images_by_hand() -> None:
    image = [np.arange(9.0).reshape(3, 3)]
    corner = [[[[1.0, 0.0], [0.0, 10.0]]]]
    assert value("conv2d", image, corner).tolist() == [[[40.0, 51.0], [73.0, 84.0]]]
    assert value("conv2d", image, corner, padding=1, stride=2).tolist() == [[[0.0, 20.0], [60.0, 84.0]]]
    assert value("conv2d", image, corner, stride=[1, 2]).tolist() == [[[40.0], [73.0]]]
    two = value("conv2d", [*image, *image], [[*corner[0], *corner[0]], [*corner[0], *corner[0]]], [0.0, 1.0])
    assert two.tolist() == [[[80.0, 102.0], [146.0, 168.0]], [[81.0, 103.0], [147.0, 169.0]]]


def test_a_convolution_counts_its_products() -> None:
    op = OPS["conv2d"].with_(3)
    assert op.structured is not None
    cost = op.structured.work((8, 3, 10, 10), (16, 3, 3, 3), (16,))
    assert (cost.multiplications, cost.additions) == (8 * 16 * 64 * 27, 8 * 16 * 64 * 27)


def test_a_convolution_says_what_does_not_fit() -> None:
    assert complaint("conv1d", (2, 3), (1, 2, 5)) == "cannot fit a window of 5 into shape 2 × 3"
    assert complaint("conv1d", (2, 3), (1, 2, 6), padding=1).endswith("a window of 6 into shape 2 × 3 with padding 1")
    assert "cannot fit a window of 3 × 5 into shape 2 × 4 × 4" in complaint("conv2d", (2, 4, 4), (1, 2, 3, 5))
    told = complaint("conv2d", (4, 4), (1, 2, 3, 3))
    assert "needs 2 channels" in told
    assert "1 × 2 × 3 × 3" in told
    assert "4 × 4" in told
    assert "needs a bias of shape 3" in complaint("conv1d", (2, 5), (3, 2, 2), (2,))
    assert "needs weights with axes (out, in, length)" in complaint("conv1d", (2, 5), (3, 2))
    assert "needs two or three inputs" in complaint("conv1d", (2, 5))
    assert "needs two or three inputs" in complaint("conv1d", (2, 5), (3, 2, 2), (3,), ())
    with pytest.raises(OpError, match="one for each of two axes"):
        OPS["conv2d"].with_(stride=[1, 2, 3])
    with pytest.raises(OpError, match="from 1 up"):
        OPS["conv2d"].with_(stride=0)


def test_one_number_for_both_axes_is_the_same_operation() -> None:
    assert OPS["conv2d"].with_(stride=[2, 2]) is OPS["conv2d"].with_(stride=2)
    assert OPS["max_pool2d"].with_(size=[2, 2]) is OPS["max_pool2d"]


def test_max_pooling() -> None:
    x = [1.0, 3.0, 2.0, 2.0, 5.0]
    assert value("max_pool1d", x).tolist() == [3.0, 2.0]
    assert value("max_pool1d", x, size=3, stride=1).tolist() == [3.0, 3.0, 5.0]
    [sent] = gradients("max_pool1d", x, g=[1.0, 10.0])
    assert sent.tolist() == [0.0, 1.0, 5.0, 5.0, 0.0]  # a tie splits evenly
    [sent] = gradients("max_pool1d", x, g=[1.0, 10.0, 100.0], size=3, stride=1)
    assert sent.tolist() == [0.0, 11.0, 0.0, 0.0, 100.0]
    kink = OPS["max_pool1d"].kink
    assert kink is not None
    assert kink.where(np.array(x)).tolist() == [False, True]
    assert gradients("max_pool2d", np.zeros((2, 2)))[0].tolist() == [[0.25, 0.25], [0.25, 0.25]]
    assert "cannot fit a window of 2 × 2 into shape 3 × 1" in complaint("max_pool2d", (3, 1))


def test_average_pooling() -> None:
    assert value("avg_pool1d", [1.0, 3.0, 2.0, 2.0, 5.0]).tolist() == [2.0, 2.0]
    assert gradients("avg_pool1d", [1.0, 3.0, 2.0], size=2, stride=1)[0].tolist() == [0.5, 1.0, 0.5]
    assert value("avg_pool2d", np.arange(16.0).reshape(4, 4)).tolist() == [[2.5, 4.5], [10.5, 12.5]]


def test_attention_weights_are_the_result_when_the_values_are_units() -> None:
    Q = K = np.array([[0.0, 0.0], [1.0, 2.0], [500.0, 1000.0]])
    weights = value("attention", Q, K, np.eye(3), causal=True)
    assert weights[0].tolist() == [1.0, 0.0, 0.0]
    second = 1 / (1 + np.exp(-5 / np.sqrt(2)))
    assert weights[1].tolist() == pytest.approx([1 - second, second, 0])
    assert weights[2].tolist() == [0.0, 0.0, 1.0]
    to_queries, to_keys, to_values = gradients("attention", Q, K, np.eye(3), g=np.diag([1.0, 2.0, 3.0]), causal=True)
    assert to_queries[0].tolist() == [0.0, 0.0]  # it can only look at itself
    assert np.isfinite(to_keys).all()
    assert to_values.tolist() == (weights.T @ np.diag([1.0, 2.0, 3.0])).tolist()
    everywhere = value("attention", Q, K, np.eye(3))
    assert everywhere[0].tolist() == pytest.approx([1 / 3] * 3)


def test_attention_says_what_does_not_fit() -> None:
    assert "those with shape 3 × 2 have 2 and those with shape 4 × 3 3" in complaint(
        "attention", (3, 2), (4, 3), (4, 2)
    )
    assert "a value for each key" in complaint("attention", (3, 2), (4, 2), (3, 2))
    assert "one key at least" in complaint("attention", (3, 2), (0, 2), (0, 2))
    assert "a row for each position" in complaint("attention", (2,), (4, 2), (4, 2))
    assert "leading axes do not broadcast" in complaint("attention", (2, 3, 2), (3, 4, 2), (4, 2))


def test_dropout_always_makes_the_same_holes() -> None:
    x = np.arange(1.0, 1001.0).reshape(10, 100)
    mask = dropout_mask((10, 100), 0.25, 3)
    assert set(np.unique(mask)) == {0.0, 1 / 0.75}
    assert mask.mean() == pytest.approx(1.0, abs=0.1)
    out = value("dropout", x, rate=0.25, seed=3)
    assert out.tolist() == (x * mask).tolist() == value("dropout", x, rate=0.25, seed=3).tolist()
    assert out.tolist() != value("dropout", x, rate=0.25, seed=4).tolist()
    [sent] = gradients("dropout", x, rate=0.25, seed=3)
    assert sent.tolist() == mask.tolist()
    assert value("dropout", x, rate=0).tolist() == x.tolist()
    with pytest.raises(OpError, match="below 1"):
        OPS["dropout"].with_(rate=1)


@pytest.mark.parametrize(("word", "name"), [("mse_loss", "mse"), ("bce", "binary_cross_entropy"), ("dense", "linear")])
def test_aliases(word: str, name: str) -> None:
    assert OPS.find(word) is OPS[name]
