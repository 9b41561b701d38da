"""Data to learn from, made by the program: small, seeded, and each hard in a way of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import pi
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..steps import Floats

TEST_PART = 0.25  # of the samples, which training never sees
SEED = 1


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples in rows: `features` has the shape (samples, features), `targets` the shape (samples,).

    `classes` is how many classes the targets number, from 0 on; 0 if they are measurements.  `test` are the rows that
    are kept back to see what was learned, perhaps none.
    """

    name: str
    features: Floats
    targets: Floats
    feature_names: tuple[str, ...]
    target_name: str
    classes: int
    train: NDArray[np.intp]
    test: NDArray[np.intp]
    remarks: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def is_classified(self) -> bool:
        return self.classes > 0


def split(count: int, seed: int = SEED, part: float = TEST_PART) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows to train with and rows to test with, chosen by lot; at least one to train with."""
    order = np.random.default_rng([seed, 7]).permutation(count)
    kept = min(round(count * part), count - 1)
    is_kept = np.zeros(count, dtype=np.bool_)
    is_kept[order[:kept]] = True
    return np.flatnonzero(~is_kept), np.flatnonzero(is_kept)


def batch_rows(rows: NDArray[np.intp], size: int, step: int, seed: int = SEED) -> NDArray[np.intp]:
    """The rows of the mini-batch of a step, from 0 on: each epoch goes once through all rows, in an order of its own.

    Follows from `step` and `seed` alone, so a step taken back and done again sees the same rows.  A `size` of 0 means
    all rows at once; the last batch of an epoch takes what is left.
    """
    if size <= 0 or size >= len(rows):
        return rows
    per_epoch = -(-len(rows) // size)
    epoch, place = divmod(step, per_epoch)
    return rows[_order(seed, epoch, len(rows))[place * size : (place + 1) * size]]


@lru_cache(maxsize=8)
def _order(seed: int, epoch: int, count: int) -> NDArray[np.intp]:
    """The order of an epoch."""
    return np.random.default_rng([seed, epoch]).permutation(count)


def line(count: int = 60, noise: float = 0.15, seed: int = SEED) -> Dataset:
    """y = 0.8 x − 0.3, measured with noise."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2.0, 2.0, count)
    return _made("line", x[:, None], 0.8 * x - 0.3 + rng.normal(0.0, noise, count), 0, ("x",), "t", seed)


def xor(seed: int = SEED) -> Dataset:
    """The four corners of a square; 1 where one coordinate is 1 and the other 0.  All are trained with."""
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    none = np.array([], dtype=np.intp)
    return Dataset("xor", corners, np.array([0.0, 1.0, 1.0, 0.0]), ("x1", "x2"), "t", 2, np.arange(4), none)


def moons(count: int = 268, noise: float = 0.1, seed: int = SEED) -> Dataset:
    """Two half circles, each reaching into the other: no straight line parts them."""
    rng = np.random.default_rng(seed)
    label, angle = np.arange(count) % 2, pi * rng.random(count)
    x = np.where(label == 0, np.cos(angle), 1.0 - np.cos(angle)) - 0.5
    y = np.where(label == 0, np.sin(angle), 0.5 - np.sin(angle)) - 0.25
    return _made("moons", np.stack([x, y], 1) + rng.normal(0.0, noise, (count, 2)), label, 2, _PLANE, "t", seed)


def spiral(count: int = 268, noise: float = 0.03, seed: int = SEED) -> Dataset:
    """Two arms around each other, a turn and a half: what only a network with depth takes apart."""
    rng = np.random.default_rng(seed)
    label, part = np.arange(count) % 2, np.sqrt(rng.random(count))
    angle = 3.0 * pi * part + pi * label
    arms = part[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return _made("spiral", 1.5 * arms + rng.normal(0.0, noise, (count, 2)), label, 2, _PLANE, "t", seed)


def circles(count: int = 268, noise: float = 0.08, seed: int = SEED) -> Dataset:
    """A ring around a disc's edge: parted by x₁² + x₂², and by no line."""
    rng = np.random.default_rng(seed)
    label, angle = np.arange(count) % 2, 2.0 * pi * rng.random(count)
    ring = np.where(label == 0, 1.2, 0.5)[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return _made("circles", ring + rng.normal(0.0, noise, (count, 2)), label, 2, _PLANE, "t", seed)


def blobs(count: int = 240, noise: float = 0.45, seed: int = SEED) -> Dataset:
    """Three clouds, at the corners of a triangle: three classes for a softmax."""
    rng = np.random.default_rng(seed)
    label = np.arange(count) % 3
    angle = pi / 2 + 2.0 * pi * label / 3.0
    middle = 1.2 * np.stack([np.cos(angle), np.sin(angle)], 1)
    return _made("blobs", middle + rng.normal(0.0, noise, (count, 2)), label, 3, _PLANE, "t", seed)


def _made(
    name: str,
    features: Floats,
    targets: NDArray[np.generic],
    classes: int,
    names: tuple[str, ...],
    target: str,
    seed: int,
) -> Dataset:
    train, test = split(len(features), seed)
    return Dataset(name, features, targets.astype(np.float64), names, target, classes, train, test)


_PLANE = ("x1", "x2")


@dataclass(frozen=True)
class Recipe:
    """A data set that the program makes, with a title and a sentence on what is hard about it."""

    title: str
    make: Callable[[], Dataset]
    summary: str


DATASETS: Mapping[str, Recipe] = MappingProxyType(
    {
        "line": Recipe("Line with noise", line, "60 points near a straight line: linear regression."),
        "xor": Recipe("XOR", xor, "Four points that no straight line parts: the smallest reason for a hidden layer."),
        "moons": Recipe("Two moons", moons, "Two half circles, each reaching into the other."),
        "spiral": Recipe("Spiral", spiral, "Two arms wound around each other, a turn and a half."),
        "circles": Recipe("Circles", circles, "A ring around another: a circle parts them, no line does."),
        "blobs": Recipe("Three blobs", blobs, "Three clouds: three classes for a softmax."),
    }
)
