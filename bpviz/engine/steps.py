"""The pieces of a plan: one numpy call forward, and one per slot backward, over flat buffers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..ops import Op

Floats: TypeAlias = NDArray[np.float64]
# A place in a flat buffer: one index for one scalar, an array of indices for several.
Index: TypeAlias = "int | NDArray[np.intp]"


@dataclass(frozen=True, slots=True)
class Buffers:
    """Everything a run writes.

    `values` and `gradients` hold the entries of every node, `locals` and `sent` those of every wire:
    ∂source/∂target, in the shape of the source, and the contribution upstream · local, in the shape of the
    target.
    """

    values: Floats
    gradients: Floats
    locals: Floats
    sent: Floats

    def copy(self) -> Buffers:
        return Buffers(self.values.copy(), self.gradients.copy(), self.locals.copy(), self.sent.copy())


class Step(Protocol):
    """Nodes that are computed together."""

    def forward(self, buffers: Buffers) -> None: ...

    def backward(self, buffers: Buffers) -> None: ...


@dataclass(frozen=True, slots=True)
class ScalarStep:
    """All scalar nodes of one operation in one level.

    `wires` has, for each slot through which a gradient is sent: the slot, which of the nodes send (None:
    all), and the places of their wires in `locals` and in `sent`.
    """

    op: Op
    out: Index
    inputs: tuple[Index, ...]
    wires: tuple[tuple[int, NDArray[np.intp] | None, Index, Index], ...]

    def forward(self, buffers: Buffers) -> None:
        values = buffers.values
        values[self.out] = self.op.forward(*[values[i] for i in self.inputs])

    def backward(self, buffers: Buffers) -> None:
        values = buffers.values
        inputs = [values[i] for i in self.inputs]
        out, upstream = values[self.out], buffers.gradients[self.out]
        for slot, senders, local_places, sent_places in self.wires:
            local = self.op.partials[slot].exact(*inputs, out)
            if senders is None:
                buffers.locals[local_places] = local
                buffers.sent[sent_places] = upstream * local
            else:
                local = np.broadcast_to(local, np.shape(out))[senders]
                buffers.locals[local_places] = local
                buffers.sent[sent_places] = upstream[senders] * local


@dataclass(frozen=True, slots=True)
class TensorStep:
    """One node with arrays about it, as views into the buffers."""

    op: Op
    out: Floats
    upstream: Floats
    inputs: tuple[Floats, ...]
    wires: tuple[tuple[int, Floats, Floats], ...]

    def forward(self, buffers: Buffers) -> None:
        self.out[...] = self.op.forward(*self.inputs)

    def backward(self, buffers: Buffers) -> None:
        for slot, local, sent in self.wires:
            local[...] = self.op.partials[slot].exact(*self.inputs, self.out)
            sent[...] = summed_to(self.upstream * local, sent.shape)


@dataclass(frozen=True, slots=True)
class Gather:
    """The contributions of one level, added to the gradients of their targets in the order of the trace."""

    targets: Index
    sent: slice
    repeats: bool

    def add(self, buffers: Buffers) -> None:
        if self.repeats:
            np.add.at(buffers.gradients, self.targets, buffers.sent[self.sent])
        else:
            buffers.gradients[self.targets] += buffers.sent[self.sent]


def gather(targets: Sequence[NDArray[np.intp]], start: int, stop: int) -> Gather:
    """A `Gather` of wires whose entries lie at `sent[start:stop]` and go to these places."""
    places = np.concatenate(targets) if targets else np.empty(0, dtype=np.intp)
    return Gather(places, slice(start, stop), len(places) != len(np.unique(places)) if len(places) > 1 else False)


def summed_to(array: Any, shape: tuple[int, ...]) -> Any:
    """`array` summed over the axes along which a value of `shape` was broadcast to make it."""
    array = np.asarray(array)
    extra = array.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(
        axis for axis, size in enumerate(shape, extra) if size == 1 and array.shape[axis] != 1
    )
    return array.sum(axis=axes).reshape(shape) if axes else array


def index(places: Sequence[int]) -> Index:
    """A single place as an int: numpy is several times faster with those."""
    return places[0] if len(places) == 1 else np.array(places, dtype=np.intp)
