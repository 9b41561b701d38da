"""The piece of a plan that computes one node with arrays about it."""

from __future__ import annotations

from dataclasses import dataclass

from ..ops import Op
from ..ops.chain import vjp
from .steps import Floats, compute, multiply


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where the contribution of a tensor step through one slot goes.

    Into `cell`, if the target is a scalar; else into the target's gradient, where the first to arrive is stored
    and later ones are added.
    """

    slot: int
    target: Floats
    cell: Floats | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class TensorStep:
    """One node with arrays about it, or of a structured operation, as views into the buffers of its plan."""

    op: Op
    out: Floats
    upstream: Floats
    inputs: tuple[Floats, ...]
    deliveries: tuple[Delivery, ...]

    def forward(self) -> None:
        compute(self.op, self.inputs, self.out)

    def backward(self) -> None:
        op, inputs, out = self.op, self.inputs, self.out
        for delivery in self.deliveries:
            target = delivery.target
            if delivery.cell is not None:
                delivery.cell[...] = vjp(op, delivery.slot, self.upstream, inputs, out)
            elif not delivery.is_first:
                target += vjp(op, delivery.slot, self.upstream, inputs, out)
            elif op.structured is None and target.shape == out.shape:
                multiply(self.upstream, op.partials[delivery.slot].exact(*inputs, out), target)
            else:
                target[...] = vjp(op, delivery.slot, self.upstream, inputs, out)
