"""The pieces of a plan that compute scalars: one numpy call forward, and one per slot backward, over flat buffers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..ops import Op
from ..ops.chain import times
from ..ops.op import can_write_out
from .spacing import Index

Floats: TypeAlias = NDArray[np.float64]


class Buffers:
    """Everything a run writes.

    `values` and `gradients` hold the entries of every node.  `sent` holds what was sent to scalar nodes that receive
    several contributions, in order of arrival; a single contribution is the gradient itself.  Both are parts of
    `back`, so that a step writes to either by one index.  `cells` and `back_cells` are the same memory, read and
    written as Python's own floats: for one number at a time that is several times faster.
    """

    __slots__ = ("back", "back_cells", "cells", "gradients", "sent", "values")

    def __init__(self, values: Floats, back: Floats) -> None:
        self.values, self.back = values, back
        self.gradients, self.sent = back[: len(values)], back[len(values) :]
        self.cells: memoryview[float] = memoryview(values)  # type: ignore[arg-type]
        self.back_cells: memoryview[float] = memoryview(back)  # type: ignore[arg-type]

    def copy(self) -> Buffers:
        return Buffers(self.values.copy(), self.back.copy())

    @property
    def nbytes(self) -> int:
        return self.values.nbytes + self.back.nbytes


class Step(Protocol):
    """Nodes that are computed together, bound to the buffers of their plan."""

    @property
    def forward(self) -> Callable[[], object]: ...

    @property
    def backward(self) -> Callable[[], object]: ...


# What Python's own floats do exactly as numpy's, without an exception for any numbers.
_PLAIN: Mapping[Any, Callable[..., float]] = {
    np.add: operator.add,
    np.subtract: operator.sub,
    np.multiply: operator.mul,
    np.negative: operator.neg,
}


class LoneStep:
    """One scalar node: most steps of a deep graph.

    `sends` has, for each slot through which a gradient is sent, the rule of its partial and the place in `back` where
    it arrives.
    """

    __slots__ = ("back", "compute", "inputs", "out", "sends", "values")

    def __init__(
        self, op: Op, out: int, inputs: tuple[int, ...], sends: Sequence[tuple[int, int]], buffers: Buffers
    ) -> None:
        """`sends`: slots and places."""
        self.out, self.inputs = out, inputs
        self.compute: Callable[..., Any] = _PLAIN.get(op.forward, op.forward)
        self.values: Any = buffers.cells if op.forward in _PLAIN else buffers.values
        self.back = buffers.back_cells
        self.sends = tuple([(op.partials[slot].exact, place) for slot, place in sends])

    @property
    def sends_back(self) -> bool:
        """Whether anything is sent back at all."""
        return bool(self.sends)

    def forward(self) -> None:
        values = self.values
        values[self.out] = self.compute(*[values[i] for i in self.inputs])

    def backward(self) -> None:
        values, back = self.values, self.back
        inputs, out, upstream = [values[i] for i in self.inputs], values[self.out], back[self.out]
        for rule, place in self.sends:
            back[place] = upstream * float(rule(*inputs, out))


@dataclass(frozen=True, slots=True)
class Send:
    """Contributions of a group through one slot: to `places` in `back`, from all nodes or from `senders`.

    `view` is there when the places are evenly spaced and all send.
    """

    slot: int
    senders: NDArray[np.intp] | None
    places: Index
    view: Floats | None


class GroupStep:
    """Several scalar nodes of one elementwise operation in one level, side by side from `begin` on.

    `inputs` are the places of each slot's inputs; where they are evenly spaced, `views` has them as part of the values.
    What needs nothing but views is prepared as one call of numpy.
    """

    __slots__ = ("_back", "_others", "_ready", "_take", "begin", "forward", "inputs", "op", "out", "upstream", "views")

    def __init__(
        self, op: Op, begin: int, count: int, inputs: tuple[Index, ...], sends: Sequence[Send], buffers: Buffers
    ) -> None:
        self.op, self.begin, self.inputs = op, begin, inputs
        self.out = buffers.values[begin : begin + count]
        self.upstream = buffers.gradients[begin : begin + count]
        self.views = [buffers.values[places] if isinstance(places, slice) else None for places in inputs]
        self._take: Callable[[Index], Floats] = buffers.values.take  # type: ignore[assignment]  # never of slices
        self._back = buffers.back
        views = [view for view in self.views if view is not None]
        is_ready = can_write_out(op.forward) and len(views) == len(inputs)
        self.forward: Callable[[], object] = (  # no method of its own: a step that holds itself outlives its plan
            partial(op.forward, *views, out=self.out)
            if is_ready
            else partial(_compute_from, op, self._take, inputs, self.views, self.out)
        )
        prepared = [(send, self._prepared(send)) for send in sends]
        self._ready = [call for _, call in prepared if call is not None]
        self._others = [send for send, call in prepared if call is None]

    @property
    def sends_back(self) -> bool:
        """Whether anything is sent back at all."""
        return bool(self._ready or self._others)

    def _prepared(self, send: Send) -> Callable[[], object] | None:
        """A send as one call: where the local derivative is a number, or an input that has a view."""
        if send.view is None:
            return None
        if (number := constant_partial(self.op, send.slot)) is not None:
            if number == 1.0:
                return partial(np.copyto, send.view, self.upstream)
            return partial(np.multiply, self.upstream, number, out=send.view)
        given = given_partial(self.op, send.slot)
        view = None if given is None else self.views[given]
        return None if view is None else partial(np.multiply, self.upstream, view, out=send.view)

    def backward(self) -> None:
        for call in self._ready:
            call()
        if self._others:
            inputs, upstream = _taken(self._take, self.inputs, self.views), self.upstream
            for send in self._others:
                local = self.op.partials[send.slot].exact(*inputs, self.out)
                if send.view is not None:
                    multiply(upstream, local, send.view)
                else:
                    product = times(upstream, local)
                    self._back[send.places] = product if send.senders is None else product[send.senders]

    def local(self, slot: int, buffers: Buffers) -> Floats:
        """∂out/∂input of all nodes of the step, exactly as `backward` computes it, from other buffers."""
        values = buffers.values
        out = values[self.begin : self.begin + len(self.out)]
        local = self.op.partials[slot].exact(*[values[places] for places in self.inputs], out)
        return np.broadcast_to(np.asarray(local, dtype=np.float64), out.shape)


def _taken(take: Callable[[Index], Floats], inputs: Sequence[Index], views: Sequence[Floats | None]) -> list[Floats]:
    """The values of all slots, copied where they have no view."""
    return [take(at) if view is None else view for at, view in zip(inputs, views, strict=True)]


def _compute_from(
    op: Op, take: Callable[[Index], Floats], inputs: Sequence[Index], views: Sequence[Floats | None], out: Floats
) -> None:
    compute(op, _taken(take, inputs, views), out)


class Gather:
    """The contributions to the scalar nodes of one level, added up in the order in which they arrived.

    The contributions lie at `sent[begin:end]`; the k-th of them goes to the `receivers[k]`-th of `count` targets.
    """

    __slots__ = ("_cells", "_gradients", "_is_small", "_sent", "_total", "count", "receivers", "targets")

    def __init__(
        self, targets: Index, receivers: NDArray[np.intp], begin: int, end: int, count: int, buffers: Buffers
    ) -> None:
        self.targets, self.receivers, self.count = targets, receivers, count
        self._sent, self._gradients = buffers.sent[begin:end], buffers.gradients
        first = len(buffers.values) + begin
        self._cells, self._total = buffers.back_cells[first : first + end - begin], buffers.back_cells
        self._is_small = count == 1 and end - begin < _FEW

    def forward(self) -> None:
        pass

    def backward(self) -> None:
        """One contribution after the other, as the trace tells it: bincount does so, while sum and reduceat pair terms
        up."""
        if self._is_small:
            total = 0.0
            for contribution in self._cells:
                total += contribution
            self._total[self.targets] = total  # type: ignore[index]  # one target: a number
            return
        sums = np.bincount(self.receivers, self._sent, self.count)
        self._gradients[self.targets] = sums if self.count > 1 else sums[0]


_FEW = 12


def constant_partial(op: Op, slot: int) -> float | None:
    """∂out/∂input, if that is a number whatever the inputs are; None for a structured operation."""
    local = None if op.structured is not None else _plain_partial(op, slot)
    return local if isinstance(local, float) else None


def given_partial(op: Op, slot: int) -> int | None:
    """Which of its inputs ∂out/∂input of an elementwise operation is, if it is one."""
    local = _plain_partial(op, slot)
    return local if isinstance(local, int) else None


@lru_cache(maxsize=4096)
def _plain_partial(op: Op, slot: int) -> float | int | None:
    """A local derivative that needs no computing: a number, or the slot of an input."""
    units = [np.ones(1) for _ in range(op.arity)]
    with np.errstate(all="ignore"):
        local = op.partials[slot].exact(*units, np.ones(1))
    return local if isinstance(local, float) else next((k for k, unit in enumerate(units) if local is unit), None)


def compute(op: Op, inputs: Sequence[Floats], out: Floats) -> None:
    """`op(*inputs)` into `out`, without a copy where numpy can write there itself."""
    if can_write_out(op.forward):
        op.forward(*inputs, out=out)
    else:
        out[...] = op.forward(*inputs)


def multiply(upstream: Floats, local: Any, out: Floats) -> None:
    """`chain.times` into `out`, without a copy."""
    if isinstance(local, float) and local == 1.0:
        out[...] = upstream
    else:
        np.multiply(upstream, local, out=out)
