"""Attention: each position of a sequence looks at others, and takes a mean of what they say."""

from __future__ import annotations

from math import prod, sqrt

import numpy as np

from .attributes import flag
from .declare import define
from .matrices import matmul
from .numerals import sized
from .op import OpError, Probe, Quantity, Shape, Work, require_room, shape_of
from .shaping import transpose
from .softmaxes import softmax, softmax_of_change, softmax_work

GROUP = "Layers"
# Added to the score of what may not be looked at.  It swallows every other score, and is finite.
_HIDDEN = -1e300


def _scores(queries: Quantity, keys: Quantity) -> Quantity:
    return matmul(queries, transpose(keys)) / sqrt(max(shape_of(queries)[-1], 1))


def _weights(queries: Quantity, keys: Quantity, causal: bool) -> Quantity:
    scores = _scores(queries, keys)
    if causal:
        scores = scores + np.triu(np.full(shape_of(scores)[-2:], _HIDDEN), 1)
    return softmax(scores)


def _attention_shape(Q: Shape, K: Shape, V: Shape, causal: bool) -> Shape:
    if min(len(Q), len(K), len(V)) < 2:
        raise OpError(f"needs matrices with a row for each position, not shapes {sized(Q)}, {sized(K)} and {sized(V)}")
    if Q[-1] != K[-1]:
        raise OpError(f"needs queries and keys of the same size, but those with shape {sized(Q)} have {Q[-1]} and "
                      f"those with shape {sized(K)} {K[-1]}")  # fmt: skip
    if K[-2] != V[-2] or not K[-2]:
        raise OpError(
            f"needs a value for each key, and one key at least, but keys have shape {sized(K)} and values {sized(V)}"
        )
    try:
        batch = np.broadcast_shapes(Q[:-2], K[:-2], V[:-2])
    except ValueError:
        raise OpError(
            f"cannot go over shapes {sized(Q)}, {sized(K)} and {sized(V)}: their leading axes do not broadcast"
        ) from None
    require_room(prod(batch) * Q[-2] * K[-2])
    return (*batch, Q[-2], V[-1])


def _sent_to_scores(g: Quantity, Q: Quantity, K: Quantity, V: Quantity, causal: bool) -> Quantity:
    """What the attention sends to Q·Kᵀ."""
    sent = softmax_of_change(_weights(Q, K, causal), matmul(g, transpose(V)))
    return sent / sqrt(max(shape_of(Q)[-1], 1))


def _moved(change: Quantity, Q: Quantity, K: Quantity, V: Quantity, causal: bool) -> Quantity:
    """How the attention moves when its scores do by `change`."""
    return matmul(softmax_of_change(_weights(Q, K, causal), change), V)


def _attention_work(Q: Shape, K: Shape, V: Shape, causal: bool) -> Work:
    scores = prod(np.broadcast_shapes(Q[:-2], K[:-2])) * Q[-2] * K[-2]
    results = prod(_attention_shape(Q, K, V, causal))
    products = Work(scores * Q[-1], scores * max(Q[-1] - 1, 0)) + Work(results * K[-2], results * (K[-2] - 1))
    return products + Work(scores, 0) + softmax_work((scores // K[-2], K[-2]))


attention = define(
    "attention",
    symbol="attention",
    title="Attention",
    group=GROUP,
    summary="softmax(Q·Kᵀ / √d) · V: each query gets a mean of the values, weighted by how well their keys of size d "
    "match it. Backward, V gets the weights times G, and Q and K get what goes back through the softmax.",
    arity=3,
    forward=lambda Q, K, V, causal: np.matmul(_weights(Q, K, causal), V),
    shape=_attention_shape,
    vjps=[
        lambda g, Q, K, V, out, causal: matmul(_sent_to_scores(g, Q, K, V, causal), K),
        lambda g, Q, K, V, out, causal: matmul(transpose(_sent_to_scores(g, Q, K, V, causal)), Q),
        lambda g, Q, K, V, out, causal: matmul(transpose(_weights(Q, K, causal)), g),
    ],
    jvps=[
        lambda t, Q, K, V, out, causal: _moved(_scores(t, K), Q, K, V, causal),
        lambda t, Q, K, V, out, causal: _moved(_scores(Q, t), Q, K, V, causal),
        lambda t, Q, K, V, out, causal: matmul(_weights(Q, K, causal), t),
    ],
    work=_attention_work,
    attributes=[flag("causal", "whether each query sees only the keys up to its own position")],
    aliases=["scaled_dot_product_attention"],
    probes=[
        Probe(((3, 2), (4, 2), (4, 3))),
        Probe(((3, 2), (3, 2), (3, 1)), {"causal": True}),
        Probe(((2, 3, 2), (2, 3, 2), (2, 3, 2)), {"causal": True}),
        Probe(((2, 1, 3, 1), (3, 2, 1), (2, 2))),
        Probe(((1, 2), (1, 2), (1, 2))),
        Probe(((2, 2), (3, 2), (3, 2)), {"causal": True}),
    ],
)
