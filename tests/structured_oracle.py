"""The structured operations written a second time, for HIPS autograd and for torch.

Each takes the inputs, and the attributes as keywords.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import autograd.numpy as anp
import numpy as np

Function = Callable[..., Any]


def sliced(index: Any) -> Any:
    return tuple(item if isinstance(item, int) else slice(*item) for item in index)


def pairs(ndim: int, widths: Any) -> list[tuple[int, int]]:
    return [(widths[0], widths[0])] * ndim if isinstance(widths[0], int) else list(widths)


def dropped(x: Any, axis: Any) -> Any:
    """The shape of x without axes of size 1."""
    gone = range(x.ndim) if axis is None else [i % x.ndim for i in axis]
    return [size for i, size in enumerate(x.shape) if i not in gone or (axis is None and size != 1)]


def exchanged(x: Any, axes: Any) -> Any:
    if axes is None:
        return anp.swapaxes(x, -1, -2) if x.ndim > 1 else x
    return anp.transpose(x, axes)


def sized(x: Any, axis: Any, keepdims: bool) -> Any:
    return anp.sqrt(anp.sum(x * x, axis=axis, keepdims=keepdims))


def eye(n: int) -> Any:
    return np.eye(n)


AUTOGRAD: Mapping[str, Function] = {
    "sum": lambda x, axis, keepdims: anp.sum(x, axis=axis, keepdims=keepdims),
    "mean": lambda x, axis, keepdims: anp.mean(x, axis=axis, keepdims=keepdims),
    "prod": lambda x, axis, keepdims: anp.prod(x, axis=axis, keepdims=keepdims),
    "amax": lambda x, axis, keepdims: anp.max(x, axis=axis, keepdims=keepdims),
    "amin": lambda x, axis, keepdims: anp.min(x, axis=axis, keepdims=keepdims),
    "variance": lambda x, axis, keepdims, ddof: anp.var(x, axis=axis, keepdims=keepdims, ddof=ddof),
    "std": lambda x, axis, keepdims, ddof: anp.std(x, axis=axis, keepdims=keepdims, ddof=ddof),
    "norm": sized,
    "logsumexp": lambda x, axis, keepdims: anp.log(anp.sum(anp.exp(x), axis=axis, keepdims=keepdims)),
    "cumsum": lambda x, axis: anp.cumsum(x, axis),
    "matmul": anp.matmul,
    "dot": lambda a, b: anp.einsum("...i,...i->...", a, b),
    "outer": lambda a, b: anp.einsum("...i,...j->...ij", a, b),
    "trace": lambda x: anp.sum(x * eye(x.shape[-1]), axis=(-1, -2)),
    "inverse": anp.linalg.inv,
    "det": anp.linalg.det,
    "logdet": lambda x: anp.linalg.slogdet(x)[1],
    "solve": lambda a, b: anp.matmul(anp.linalg.inv(a), b),
    "quadratic_form": lambda x, a: anp.einsum("...i,...ij,...j->...", x, a, x),
    "frobenius": lambda x: sized(x, (-1, -2), False),
    "diagonal": lambda x: anp.sum(x * eye(x.shape[-1]), axis=-1),
    "diag": lambda x: anp.expand_dims(x, -1) * eye(x.shape[-1]),
    "expand": lambda x, shape: x * np.ones(shape),
    "reshape": lambda x, shape: anp.reshape(x, shape),
    "transpose": exchanged,
    "flip": lambda x, axis: x[tuple(slice(None, None, -1 if axis is None or i in axis or i - x.ndim in axis else 1)
                                    for i in range(x.ndim))],
    "squeeze": lambda x, axis: anp.reshape(x, dropped(x, axis)),
    "unsqueeze": lambda x, axis: anp.expand_dims(x, axis),
    "concatenate": lambda *xs, axis: anp.concatenate(xs, axis),
    "stack": lambda *xs, axis: anp.stack(xs, axis),
    "pad": lambda x, widths, value: value + anp.pad(x - value, pairs(x.ndim, widths), "constant") if x.ndim else x,
    "slice": lambda x, index: x[sliced(index)],
    "take": lambda x, indices, axis: x[(slice(None),) * (axis % x.ndim) + (list(indices),)],
    "embedding": lambda table, tokens: table[np.asarray(tokens).astype(int)],
}  # fmt: skip


def _torch() -> Mapping[str, Function]:
    import torch

    def norm(x: Any, axis: Any, keepdims: bool) -> Any:
        return torch.linalg.vector_norm(x, dim=axis, keepdim=keepdims)

    def product(x: Any, axis: Any, keepdims: bool) -> Any:
        for i in sorted(range(x.ndim) if axis is None else (a % x.ndim for a in axis), reverse=True):
            x = torch.prod(x, i, keepdim=keepdims)
        return x

    def every(x: Any, axis: Any) -> Any:
        return tuple(range(x.ndim)) if axis is None else axis

    def padded(x: Any, widths: Any, value: float) -> Any:
        flat = [width for pair in reversed(pairs(x.ndim, widths)) for width in pair]
        return torch.nn.functional.pad(x, flat, value=value)

    def picked(x: Any, index: Any) -> Any:
        for at, item in reversed(list(enumerate(sliced(index)))):
            places = np.arange(x.shape[at])[item]
            chosen = torch.index_select(x, at, torch.tensor(np.atleast_1d(places).copy()))
            x = chosen.squeeze(at) if isinstance(item, int) else chosen
        return x

    def taken(x: Any, indices: Any, axis: int) -> Any:
        places = [i % x.shape[axis] for i in indices]
        return torch.index_select(x, axis, torch.tensor(places, dtype=torch.long))

    return {
        "sum": lambda x, axis, keepdims: torch.sum(x, dim=axis, keepdim=keepdims),
        "mean": lambda x, axis, keepdims: torch.mean(x, dim=axis, keepdim=keepdims),
        "prod": product,
        "amax": lambda x, axis, keepdims: torch.amax(x, dim=every(x, axis), keepdim=keepdims),
        "amin": lambda x, axis, keepdims: torch.amin(x, dim=every(x, axis), keepdim=keepdims),
        "variance": lambda x, axis, keepdims, ddof: torch.var(x, dim=axis, keepdim=keepdims, correction=ddof),
        "std": lambda x, axis, keepdims, ddof: torch.std(x, dim=axis, keepdim=keepdims, correction=ddof),
        "norm": norm,
        "logsumexp": lambda x, axis, keepdims: torch.logsumexp(x, dim=every(x, axis), keepdim=keepdims),
        "cumsum": lambda x, axis: torch.cumsum(x, axis),
        "matmul": torch.matmul,
        "dot": torch.linalg.vecdot,
        "outer": lambda a, b: torch.einsum("...i,...j->...ij", a, b),
        "trace": lambda x: torch.diagonal(x, dim1=-2, dim2=-1).sum(-1),
        "inverse": torch.linalg.inv,
        "det": torch.linalg.det,
        "logdet": lambda x: torch.linalg.slogdet(x)[1],
        "solve": lambda a, b: torch.linalg.solve(a, b.expand(a.shape[:-1]) if b.ndim == 1 else b),
        "quadratic_form": lambda x, a: torch.einsum("...i,...ij,...j->...", x, a, x),
        "frobenius": lambda x: torch.linalg.matrix_norm(x),
        "diagonal": lambda x: torch.diagonal(x, dim1=-2, dim2=-1),
        "diag": torch.diag_embed,
        "expand": lambda x, shape: x.expand(shape),
        "reshape": lambda x, shape: torch.reshape(x, shape),
        "transpose": lambda x, axes: (x.mT if x.ndim > 1 else x) if axes is None else x.permute(axes),
        "flip": lambda x, axis: torch.flip(x, every(x, axis)),
        "squeeze": lambda x, axis: torch.squeeze(x) if axis is None else torch.squeeze(x, axis),
        "unsqueeze": lambda x, axis: torch.unsqueeze(x, axis),
        "concatenate": lambda *xs, axis: torch.cat(xs, axis),
        "stack": lambda *xs, axis: torch.stack(xs, axis),
        "pad": padded,
        "slice": picked,
        "take": taken,
        "embedding": lambda table, tokens: table[tokens.long()],
    }


try:
    TORCH: Mapping[str, Function] = _torch()
except ImportError:
    TORCH = {}
