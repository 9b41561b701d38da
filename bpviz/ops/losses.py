"""Losses: one number for how far predictions are from what they should be.

Those that compare entry with entry are means over all entries; those that compare distributions add up along the last
axis and are means over the rest, the batch.  Both inputs have derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from .activations import sigmoid, step
from .arithmetic import max_, min_
from .attributes import number
from .declare import define
from .elementary import ln, log1p, sign
from .numerals import sized
from .op import CALL, Attribute, Domain, Kink, Op, OpError, Probe, Quantity, Rule, Shape, Spelling, Work, shape_of
from .reductions import total
from .shaping import expand
from .softmaxes import log_softmax, log_softmax_work, softmax

GROUP = "Losses"

ratio: Op = define(
    "ratio",
    symbol="x/y",
    title="Ratio",
    group="",
    summary="x / y, and 0 where both are 0: the slope of x · ln y, with 0 · ln 0 = 0.",
    arity=2,
    forward=lambda x, y: np.divide(x, np.where(np.equal(x, 0) & np.equal(y, 0), 1.0, y)),
    partials=[lambda x, y, out: 1.0 / y, lambda x, y, out: -ratio(out, y)],
    domain=Domain(lambda x, y: np.not_equal(y, 0) | np.equal(x, 0), "a ratio needs a divisor other than 0"),
    samples=((2.0, 3.0), (-1.5, 0.25), (0.0, 2.0)),
)


def _paired(p: Shape, y: Shape) -> Shape:
    """The shape of all pairs of entries."""
    try:
        return np.broadcast_shapes(p, y)
    except ValueError:
        raise OpError(f"cannot compare shape {sized(p)} with shape {sized(y)}: they do not broadcast") from None


def _paired_along_last(p: Shape, y: Shape) -> Shape:
    """The shape of all pairs of entries of distributions, which must be equally long."""
    if not p or not y or p[-1] != y[-1]:
        raise OpError(
            f"cannot compare shape {sized(p)} with shape {sized(y)}: "
            f"both need a last axis of the same size, one entry for each class"
        )
    return _paired(p, y)


def _loss(
    name: str,
    symbol: str,
    title: str,
    summary: str,
    entries: Callable[..., Any],
    slopes: Sequence[Rule],
    *,
    along_last: bool = False,
    cost: tuple[int, int] = (0, 0),
    softmax_first: bool = False,
    holds: Callable[..., Any] | None = None,
    statement: str = "",
    kink: Kink | None = None,
    attributes: Sequence[Attribute] = (),
    aliases: Sequence[str] = (),
    draw: str | tuple[str, ...] = "any",
    probes: Sequence[Probe] = (),
) -> Op:
    """A loss of pairs: `entries(p, y)` are what is added up, `slopes[slot](p, y)` their derivatives, in operations.

    `cost` is what an entry takes in multiplications and additions, before it is added to the others.
    """
    pairs = _paired_along_last if along_last else _paired

    def counted(p: Shape, y: Shape) -> int:
        """How many losses the result is the mean of."""
        return prod(pairs(p, y)[:-1] if along_last else pairs(p, y))

    def batch(p: Quantity, y: Quantity) -> float:
        return float(max(counted(shape_of(p), shape_of(y)), 1))

    def forward(p: Any, y: Any, **attributes: Any) -> Any:
        count = counted(np.shape(p), np.shape(y))
        return np.sum(entries(p, y, **attributes)) / count if count else np.float64(np.nan)

    def cases(p: Any, y: Any, **attributes: Any) -> Any:
        each = entries(p, y, **attributes)
        size = counted(np.shape(p)[1:], np.shape(y)[1:])
        return np.sum(each, axis=tuple(range(1, np.ndim(each)))) / size if size else np.full(len(each), np.nan)

    def back(slope: Rule) -> Rule:
        def vjp(g: Quantity, p: Quantity, y: Quantity, out: Quantity, **attributes: Any) -> Quantity:
            sent = g * (slope(p, y, **attributes) / batch(p, y))
            return expand(sent, pairs(shape_of(p), shape_of(y)))

        return vjp

    def ahead(slope: Rule) -> Rule:
        def jvp(t: Quantity, p: Quantity, y: Quantity, out: Quantity, **attributes: Any) -> Quantity:
            moved = expand(slope(p, y, **attributes) * t, pairs(shape_of(p), shape_of(y)))
            return total(moved) / batch(p, y)

        return jvp

    def shape(p: Shape, y: Shape, **attributes: Any) -> Shape:
        pairs(p, y)
        return ()

    def work(p: Shape, y: Shape, **attributes: Any) -> Work:
        size, (multiplications, additions) = prod(pairs(p, y)), cost
        own = Work(size * multiplications + 1, size * additions + max(size - 1, 0))
        return own + log_softmax_work(p) if softmax_first else own

    def has_entries(p: Any, y: Any, **attributes: Any) -> bool:
        return counted(np.shape(p), np.shape(y)) > 0

    def allowed(p: Any, y: Any, **attributes: Any) -> Any:
        return holds is None or holds(p, y)

    def defined(p: Any, y: Any, **attributes: Any) -> Any:
        return has_entries(p, y) and allowed(p, y)

    nothing = "the mean over an empty batch is not defined" if along_last else "the mean of no entries is not defined"
    shapes: list[tuple[Shape, Shape]] = [
        ((3,), (3,)),
        ((2, 3), (2, 3)),
        ((2, 1), (2, 1)),
        ((2, 3), (3,)),
        ((0, 2), (0, 2)),
    ]
    shapes += [((3,), (2, 2, 3))] if along_last else [((), ()), ((), (3,)), ((3, 1), (4,))]
    return define(
        name, symbol=symbol, title=title, group=GROUP, summary=summary, arity=2, forward=forward,
        shape=shape, vjps=[back(slope) for slope in slopes], jvps=[ahead(slope) for slope in slopes], work=work,
        cases=cases, attributes=attributes, aliases=aliases, kink=kink, **_spoken(symbol),
        domain=Domain(
            defined,
            f"{statement}, and {nothing}" if statement else nothing,
            (Domain(has_entries, nothing), Domain(allowed, statement)) if statement else (),
        ),
        probes=[*(Probe(pair, draw=draw) for pair in shapes), *probes],
    )  # fmt: skip


def _spoken(symbol: str) -> dict[str, Any]:
    """How a loss is written where people read: `MSE(p, y)`, and `CE(softmax(z), y)` for the one of scores."""
    outer, _, inner = symbol.replace("∘", " ").partition(" ")
    upright = rf"\operatorname{{{{{outer}}}}}"
    if not inner:
        return {
            "text": Spelling(f"{outer}({{0}}, {{1}})", CALL),
            "latex": Spelling(rf"{upright}\left({{0}}, {{1}}\right)", CALL),
        }
    first = r"\sigma" if inner == "σ" else rf"\operatorname{{{{{inner}}}}}"
    return {
        "text": Spelling(f"{outer}({inner}({{0}}), {{1}})", CALL),
        "latex": Spelling(rf"{upright}\left({first}\left({{0}}\right), {{1}}\right)", CALL),
    }


def _huber(p: Any, y: Any, delta: float) -> Any:
    off = np.subtract(p, y)
    far = np.abs(off)
    return np.where(far <= delta, 0.5 * np.square(np.minimum(far, delta)), delta * (far - 0.5 * delta))


mse = _loss(
    "mse", "MSE", "Mean squared error",
    "The mean of (p − y)² over all entries. Each of the n predictions gets 2 · (p − y) / n back.",
    lambda p, y: np.square(np.subtract(p, y)),
    [lambda p, y: 2.0 * (p - y), lambda p, y: 2.0 * (y - p)],
    cost=(1, 1), aliases=["mean_squared_error", "mse_loss"],
)  # fmt: skip
mae = _loss(
    "mae", "MAE", "Mean absolute error",
    "The mean of |p − y| over all entries. Each of the n predictions gets 1/n or −1/n back, however far off it is.",
    lambda p, y: np.abs(np.subtract(p, y)),
    [lambda p, y: sign(p - y), lambda p, y: sign(y - p)],
    cost=(0, 1), aliases=["mean_absolute_error", "l1_loss"],
    kink=Kink(np.equal, "|p − y| has a corner where p = y; its derivative there is taken as 0, by convention"),
)  # fmt: skip
huber = _loss(
    "huber", "Huber", "Huber loss",
    "The mean over all entries of ½ · (p − y)² up to a distance of delta, and of a straight line from there on. What "
    "goes back is the distance, but never more than delta, over the number of entries.",
    _huber,
    [
        lambda p, y, delta: min_(max_(p - y, -delta), delta),
        lambda p, y, delta: min_(max_(y - p, -delta), delta),
    ],
    cost=(2, 1), aliases=["huber_loss"],
    attributes=[number("delta", 1.0, "the distance from which on the loss grows along a straight line", least=0.0)],
    probes=[Probe(((2, 3), (2, 3)), {"delta": 0.4})],
)  # fmt: skip
hinge = _loss(
    "hinge", "hinge", "Hinge loss",
    "The mean over all entries of max(0, 1 − y·s), for scores s and labels y of 1 or −1. A score on the right side by "
    "1 or more gets nothing back, any other −y/n.",
    lambda s, y: np.maximum(0.0, 1.0 - np.multiply(y, s)),
    [lambda s, y: -y * step(1.0 - y * s), lambda s, y: -s * step(1.0 - y * s)],
    cost=(1, 1), aliases=["hinge_loss"],
    kink=Kink(
        lambda s, y: np.equal(np.multiply(y, s), 1.0),
        "the hinge has a corner where y·s = 1; its derivative there is taken as 0, by convention",
    ),
)  # fmt: skip


def _times_log(x: Any, y: Any) -> Any:
    """x · ln y, and 0 where both are 0."""
    return x * np.log(np.where(np.equal(x, 0) & np.equal(y, 0), 1.0, y))


def _is_positive_or_unused(p: Any, y: Any) -> Any:
    return np.greater(p, 0) | (np.equal(p, 0) & np.equal(y, 0))


binary_cross_entropy = _loss(
    "binary_cross_entropy", "BCE", "Binary cross-entropy",
    "The mean over all entries of −y · ln p − (1 − y) · ln(1 − p), for probabilities p and labels y from 0 to 1. Each "
    "of the n probabilities gets (p − y) / (p · (1 − p)) / n back.",
    lambda p, y: -_times_log(y, p) - _times_log(np.subtract(1.0, y), np.subtract(1.0, p)),
    # (p − y) / (p · (1 − p)) in two parts, so that it is also right at the ends, where p and y are both 0 or both 1
    [
        lambda p, y: ratio(1.0 - y, 1.0 - p) - ratio(y, p),
        lambda p, y: log1p(-p) - ln(p),
    ],
    cost=(2, 3), aliases=["bce", "bce_loss"], draw="inside",
    holds=lambda p, y: _is_positive_or_unused(p, y) & _is_positive_or_unused(np.subtract(1, p), np.subtract(1, y)),
    statement="binary cross-entropy is defined for 0 < p < 1, for p = 0 where y = 0 and for p = 1 where y = 1",
)  # fmt: skip
bce_logits = _loss(
    "bce_logits", "BCE∘σ", "Binary cross-entropy of scores",
    "Binary cross-entropy of p = σ(z), from the scores z themselves, so that nothing overflows: the mean over all "
    "entries. Each of the n scores gets (σ(z) − y) / n back.",
    # max(z, 0) − z·y comes first: it is 0 for a score on the right side, and the small rest keeps its digits
    lambda z, y: (np.maximum(z, 0.0) - np.multiply(z, y)) + np.log1p(np.exp(-np.abs(z))),
    [lambda z, y: sigmoid(z) - y, lambda z, y: -z],
    cost=(1, 3), aliases=["bce_with_logits", "binary_cross_entropy_with_logits"], draw=("any", "inside"),
)  # fmt: skip
cross_entropy = _loss(
    "cross_entropy", "CE", "Cross-entropy",
    "−Σ y · ln p along the last axis, for probabilities p and the right ones, y, often 1 for one class and 0 for the "
    "others; then the mean over the batch. Each probability gets −y / p back, over the size of the batch.",
    lambda p, y: -_times_log(y, p),
    [lambda p, y: -ratio(y, p), lambda p, y: -ln(p)],
    along_last=True, cost=(1, 0), aliases=["categorical_cross_entropy"], draw="probabilities",
    holds=_is_positive_or_unused, statement="cross-entropy is defined for p > 0, and for p = 0 where y = 0",
)  # fmt: skip
ce_logits = _loss(
    "ce_logits", "CE softmax", "Cross-entropy of scores",
    "Cross-entropy of p = softmax(z) along the last axis, from the scores z themselves, so that nothing overflows; "
    "then the mean over the batch of n. If y adds up to 1, each score gets (softmax(z) − y) / n back.",
    lambda z, y: -y * log_softmax(z),
    [
        lambda z, y: softmax(z) * total(y, (-1,), True) - y,
        lambda z, y: -log_softmax(z),
    ],
    along_last=True, cost=(1, 0), softmax_first=True, draw=("any", "probabilities"),
    aliases=["softmax_cross_entropy", "cross_entropy_with_logits"],
)  # fmt: skip
kl_divergence = _loss(
    "kl_divergence", "KL", "KL divergence",
    "Σ p · ln(p / q) along the last axis, how far the distribution q is from p; then the mean over the batch. Each q "
    "gets −p / q back, each p ln(p / q) + 1, over the size of the batch.",
    lambda p, q: _times_log(p, p) - _times_log(p, q),
    [lambda p, q: ln(p) - ln(q) + 1.0, lambda p, q: -ratio(p, q)],
    along_last=True, cost=(1, 1), aliases=["kl"], draw="probabilities",
    holds=lambda p, q: np.greater_equal(p, 0) & _is_positive_or_unused(q, p),
    statement="KL divergence is defined for p ≥ 0 and q > 0, and for q = 0 where p = 0",
)  # fmt: skip
