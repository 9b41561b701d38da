"""The pieces of a plan: one numpy call forward, and one per slot backward, over flat buffers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..ops import Op
from ..ops.chain import times, vjp

Floats: TypeAlias = NDArray[np.float64]
# Places in a flat buffer: one of them, evenly spaced ones, or any.
Index: TypeAlias = "int | slice | NDArray[np.intp]"


class Buffers:
    """Everything a run writes.

    `values` and `gradients` hold the entries of every node.  `sent` holds what was sent to scalar nodes that receive
    several contributions, those of one node side by side, in order of arrival; a single contribution is the
    gradient itself.  Both are parts of `back`, so that a step writes to either by one index.
    """

    __slots__ = ("back", "gradients", "sent", "values")

    def __init__(self, values: Floats, back: Floats) -> None:
        self.values, self.back = values, back
        self.gradients, self.sent = back[: len(values)], back[len(values) :]

    def copy(self) -> Buffers:
        return Buffers(self.values.copy(), self.back.copy())

    @property
    def nbytes(self) -> int:
        return self.values.nbytes + self.back.nbytes


class Step(Protocol):
    """Nodes that are computed together."""

    def forward(self, buffers: Buffers) -> None: ...

    def backward(self, buffers: Buffers) -> None: ...


@dataclass(frozen=True, slots=True)
class ScalarStep:
    """All scalar nodes of one elementwise operation in one level.

    `sends` has, for each slot through which a gradient is sent: the slot, which of the nodes send (None: all), and
    the places in `back` where it arrives.
    """

    op: Op
    out: Index
    inputs: tuple[Index, ...]
    sends: tuple[tuple[int, NDArray[np.intp] | None, Index], ...]

    def forward(self, buffers: Buffers) -> None:
        values = buffers.values
        values[self.out] = self.op.forward(*[values[i] for i in self.inputs])

    def backward(self, buffers: Buffers) -> None:
        upstream, back = buffers.gradients[self.out], buffers.back
        values = buffers.values
        inputs, out = [values[i] for i in self.inputs], values[self.out]
        for slot, senders, places in self.sends:
            product = times(upstream, self.op.partials[slot].exact(*inputs, out))
            back[places] = product if senders is None else product[senders]

    def local(self, slot: int, buffers: Buffers) -> Floats:
        """∂out/∂input of all nodes of the step, exactly as `backward` computes it."""
        values = buffers.values
        out = values[self.out]
        local = self.op.partials[slot].exact(*[values[i] for i in self.inputs], out)
        return np.broadcast_to(np.asarray(local, dtype=np.float64), np.shape(out))


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where the contribution of a tensor step through one slot goes.

    Into `back` at `place`, if the target is a scalar; else into the target's gradient, where the first to arrive
    is stored and later ones are added.
    """

    slot: int
    target: Floats
    place: int | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class TensorStep:
    """One node with arrays about it, or of a structured operation, as views into the buffers of its plan."""

    op: Op
    out: Floats
    upstream: Floats
    inputs: tuple[Floats, ...]
    deliveries: tuple[Delivery, ...]

    def forward(self, buffers: Buffers) -> None:
        compute = self.op.forward
        if isinstance(compute, np.ufunc):
            compute(*self.inputs, out=self.out)
        else:
            self.out[...] = compute(*self.inputs)

    def backward(self, buffers: Buffers) -> None:
        for delivery in self.deliveries:
            sent = vjp(self.op, delivery.slot, self.upstream, self.inputs, self.out)
            if delivery.place is not None:
                buffers.back[delivery.place] = sent
            elif delivery.is_first:
                delivery.target[...] = sent
            else:
                np.add(delivery.target, sent, out=delivery.target)


@dataclass(frozen=True, slots=True)
class Gather:
    """The contributions to the scalar nodes of one level, added up in the order in which they arrived.

    The contributions lie at `sent[begin:end]`; the k-th of them goes to `targets[receivers[k]]`.
    """

    targets: Index
    receivers: NDArray[np.intp]
    begin: int
    end: int
    count: int

    def forward(self, buffers: Buffers) -> None:
        pass

    def backward(self, buffers: Buffers) -> None:
        # bincount adds one after the other, as the trace tells it; sum and reduceat would pair terms up
        sums = np.bincount(self.receivers, buffers.sent[self.begin : self.end], self.count)
        buffers.gradients[self.targets] = sums if self.count > 1 else sums[0]


def index(places: NDArray[np.intp]) -> Index:
    """Places as numpy reads them fastest: a number, a slice if they are evenly spaced, else as they are."""
    if len(places) == 1:
        return int(places[0])
    step = int(places[1] - places[0])
    if step > 0 and bool((np.diff(places) == step).all()):
        return slice(int(places[0]), int(places[-1]) + 1, step)
    return places
