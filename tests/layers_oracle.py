"""Softmaxes, losses and layers written a second time: for HIPS autograd, and as what PyTorch calls them.

Both take the inputs of the operation and its attributes as keywords.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import autograd.numpy as anp
import numpy as np


def _softmax(x: Any, axis: int = -1) -> Any:
    powers = anp.exp(x)
    return powers / anp.sum(powers, axis=axis, keepdims=True)


def _log_softmax(x: Any, axis: int = -1) -> Any:
    return x - anp.log(anp.sum(anp.exp(x), axis=axis, keepdims=True))


def _huber(p: Any, y: Any, delta: float = 1.0) -> Any:
    off = anp.abs(p - y)
    return anp.mean(anp.where(off < delta, off * off / 2.0, delta * off - delta * delta / 2.0))


def _per_row(terms: Any) -> Any:
    return anp.mean(anp.sum(terms, axis=-1))


def _layer_norm(x: Any, gain: Any, bias: Any, epsilon: float = 1e-5) -> Any:
    mean = anp.mean(x, axis=-1, keepdims=True)
    variance = anp.mean((x - mean) ** 2, axis=-1, keepdims=True)
    return (x - mean) / anp.sqrt(variance + epsilon) * gain + bias


def _pair(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (tuple(value) * 2)[:2]


def _conv2d(x: Any, w: Any, b: Any = None, stride: Any = 1, padding: Any = 0) -> Any:
    (down, right), (tall, wide) = _pair(stride), _pair(padding)
    rows, columns = x.shape[-2:]
    x = np.eye(rows + 2 * tall, rows, -tall) @ x @ np.eye(columns + 2 * wide, columns, -wide).T
    height, width = w.shape[2:]
    lines = []
    for i in range(0, x.shape[-2] - height + 1, down):
        places = range(0, x.shape[-1] - width + 1, right)
        lines.append([anp.einsum("...chw,ochw->...o", x[..., i : i + height, j : j + width], w) for j in places])
    result = anp.stack([anp.stack(line, axis=-1) for line in lines], axis=-2)
    return result if b is None else result + b[:, None, None]


def _conv1d(x: Any, w: Any, b: Any = None, stride: int = 1, padding: int = 0) -> Any:
    return _conv2d(x[..., None, :], w[:, :, None, :], b, (1, stride), (0, padding))[..., 0, :]


def _pool2d(x: Any, of: Callable[..., Any], size: Any, stride: Any) -> Any:
    (height, width), (down, right) = _pair(size), _pair(size if stride is None else stride)
    rows = [
        [of(x[..., i : i + height, j : j + width], axis=(-2, -1)) for j in range(0, x.shape[-1] - width + 1, right)]
        for i in range(0, x.shape[-2] - height + 1, down)
    ]
    return anp.stack([anp.stack(row, axis=-1) for row in rows], axis=-2)


def _pool1d(x: Any, of: Callable[..., Any], size: int, stride: int | None) -> Any:
    return _pool2d(x[..., None, :], of, (1, size), (1, size if stride is None else stride))[..., 0, :]


def _attention(Q: Any, K: Any, V: Any, causal: bool = False) -> Any:
    powers = anp.exp(anp.einsum("...id,...jd->...ij", Q, K) / anp.sqrt(Q.shape[-1]))
    if causal:
        powers = powers * np.tri(Q.shape[-2], K.shape[-2])
    return anp.einsum("...ij,...jv->...iv", powers / anp.sum(powers, axis=-1, keepdims=True), V)


def _dropout(x: Any, rate: float = 0.5, seed: int = 0) -> Any:
    stays = np.random.default_rng(seed).random(anp.shape(x)) >= rate
    return anp.where(stays, x / (1.0 - rate), 0.0)


AUTOGRAD: Mapping[str, Callable[..., Any]] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "mse": lambda p, y: anp.mean((p - y) ** 2),
    "mae": lambda p, y: anp.mean(anp.abs(p - y)),
    "huber": _huber,
    "hinge": lambda s, y: anp.mean(anp.maximum(0.0, 1.0 - y * s)),
    "binary_cross_entropy": lambda p, y: -anp.mean(y * anp.log(p) + (1.0 - y) * anp.log(1.0 - p)),
    "bce_logits": lambda z, y: anp.mean(anp.log(1.0 + anp.exp(z)) - z * y),
    "cross_entropy": lambda p, y: _per_row(-y * anp.log(p)),
    "ce_logits": lambda z, y: _per_row(-y * _log_softmax(z)),
    "kl_divergence": lambda p, q: _per_row(p * anp.log(p / q)),
    "linear": lambda x, W, b: anp.einsum("...i,io->...o", x, W) + b,
    "layer_norm": _layer_norm,
    "conv1d": _conv1d,
    "conv2d": _conv2d,
    "max_pool1d": lambda x, size=2, stride=None: _pool1d(x, anp.max, size, stride),
    "max_pool2d": lambda x, size=2, stride=None: _pool2d(x, anp.max, size, stride),
    "avg_pool1d": lambda x, size=2, stride=None: _pool1d(x, anp.mean, size, stride),
    "avg_pool2d": lambda x, size=2, stride=None: _pool2d(x, anp.mean, size, stride),
    "attention": _attention,
    "dropout": _dropout,
}


# PyTorch is asked when the tests have it; this module is there without it.


def _functional(name: str, *args: Any, **keywords: Any) -> Any:
    import torch

    return getattr(torch.nn.functional, name)(*args, **keywords)


def _paired(p: Any, y: Any) -> Any:
    shape = np.broadcast_shapes(p.shape, y.shape)
    return p.expand(shape), y.expand(shape)


def _torch_ce_logits(z: Any, y: Any) -> Any:
    z, y = _paired(z, y)
    classes = z.shape[-1]
    return _functional("cross_entropy", z.reshape(-1, classes), y.reshape(-1, classes))


def _torch_kl(p: Any, q: Any) -> Any:
    p, q = _paired(p, q)
    classes = p.shape[-1]
    return _functional("kl_div", q.log().reshape(-1, classes), p.reshape(-1, classes), reduction="batchmean")


def _torch_layer_norm(x: Any, gain: Any, bias: Any, epsilon: float = 1e-5) -> Any:
    size = x.shape[-1:]
    return _functional("layer_norm", x, size, gain.expand(size), bias.expand(size), epsilon)


# PyTorch's convolutions and pools know one axis for batches, which here stands for all leading ones.


def _torch_conv(dims: int) -> Callable[..., Any]:
    def convolution(x: Any, w: Any, b: Any = None, stride: Any = 1, padding: Any = 0) -> Any:
        lead, image = x.shape[: -dims - 1], x.shape[-dims - 1 :]
        result = _functional(f"conv{dims}d", x.reshape(prod(lead), *image), w, b, stride, padding)
        return result.reshape(*lead, *result.shape[1:])

    return convolution


def _torch_pool(kind: str, dims: int) -> Callable[..., Any]:
    def pool(x: Any, size: Any = 2, stride: Any = None) -> Any:
        lead, image = x.shape[:-dims], x.shape[-dims:]
        result = _functional(f"{kind}_pool{dims}d", x.reshape(prod(lead), 1, *image), size, stride)
        return result.reshape(*lead, *result.shape[2:])

    return pool


def _torch_attention(Q: Any, K: Any, V: Any, causal: bool = False) -> Any:
    return _functional("scaled_dot_product_attention", Q, K, V, is_causal=causal)


TORCH: Mapping[str, Callable[..., Any]] = {
    "softmax": lambda x, axis=-1: _functional("softmax", x, axis),
    "log_softmax": lambda x, axis=-1: _functional("log_softmax", x, axis),
    "mse": lambda p, y: _functional("mse_loss", *_paired(p, y)),
    "mae": lambda p, y: _functional("l1_loss", *_paired(p, y)),
    "huber": lambda p, y, delta=1.0: _functional("huber_loss", *_paired(p, y), delta=delta),
    "hinge": lambda s, y: _functional("relu", 1.0 - y * s).mean(),
    "binary_cross_entropy": lambda p, y: _functional("binary_cross_entropy", *_paired(p, y)),
    "bce_logits": lambda z, y: _functional("binary_cross_entropy_with_logits", *_paired(z, y)),
    "cross_entropy": lambda p, y: -(y * p.log()).sum(-1).mean(),
    "ce_logits": _torch_ce_logits,
    "kl_divergence": _torch_kl,
    "linear": lambda x, W, b: _functional("linear", x, W.T, b),
    "layer_norm": _torch_layer_norm,
    "conv1d": _torch_conv(1),
    "conv2d": _torch_conv(2),
    "max_pool1d": _torch_pool("max", 1),
    "max_pool2d": _torch_pool("max", 2),
    "avg_pool1d": _torch_pool("avg", 1),
    "avg_pool2d": _torch_pool("avg", 2),
    "attention": _torch_attention,
}
