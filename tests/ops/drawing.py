"""Numbers for the probes of structured operations."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpviz.ops import OPS, Op
from bpviz.ops.op import Probe, Shape


def probes() -> list[tuple[Op, Probe]]:
    """All structured operations with their probes, each with the attributes and the number of inputs of its probe."""
    return [
        (op.with_(len(probe.shapes) if op.is_variadic else None, **probe.attributes), probe)
        for op in OPS.values()
        if op.structured is not None
        for probe in op.probes
    ]


def name_of(value: Any) -> str:
    """How pytest calls a parameter."""
    if isinstance(value, Op):
        return value.name
    return f"{value.shapes} {dict(value.attributes)}" if isinstance(value, Probe) else str(value)


def drawn(probe: Probe, seed: int = 0) -> list[Any]:
    """An array for each of the probe's shapes."""
    rng = np.random.default_rng(seed)
    words = (probe.draw,) * len(probe.shapes) if isinstance(probe.draw, str) else probe.draw
    return [array(word, shape, rng, slot) for slot, (word, shape) in enumerate(zip(words, probe.shapes, strict=True))]


def array(word: str, shape: Shape, rng: np.random.Generator, slot: int = 0) -> Any:
    """Numbers of one kind, see `Probe`; those of neighbouring slots differ if their shapes are equal."""
    match word:
        case "any":
            return _apart(-2.0, 2.0, shape, rng, slot % 2)
        case "positive":
            return _apart(0.1, 3.0, shape, rng, slot % 2)
        case "inside":
            return _apart(0.1, 0.9, shape, rng, slot % 2)
        case "probabilities":
            numbers = rng.uniform(0.2, 1.0, shape)
            return numbers / numbers.sum(axis=-1, keepdims=True)
        case "regular":
            return rng.uniform(-0.5, 0.5, shape) + shape[-1] * np.eye(shape[-1]) * rng.choice([-1.0, 1.0])
        case "tokens":
            return rng.integers(0, 3, shape).astype(float)
    raise ValueError(f"no kind of numbers is called {word}")


def _apart(low: float, high: float, shape: Shape, rng: np.random.Generator, side: int) -> Any:
    """Numbers at some distance from each other, so that a small step leaves their order as it is."""
    size = int(np.prod(shape))
    width = (high - low) / max(size, 1)
    places = rng.permutation(size) + rng.uniform(0.2, 0.4, size) + 0.4 * side
    return np.reshape(low + width * places, shape)
