"""The piece of a plan that computes one node with arrays about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..ops import Op
from .steps import Floats, compute
from .tapes import Tape


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a tensor step sends through one slot, and where that goes: into `target`, the gradient of the input or, if
    that is a scalar, the place where its contribution is kept.  The first to arrive is stored, later ones are added.
    """

    vjp: Tape
    target: Floats
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
        given = (self.upstream, *self.inputs, self.out)
        for delivery in self.deliveries:
            if delivery.is_first:
                delivery.vjp.run(given, delivery.target)
            else:
                sent = np.empty_like(delivery.target)
                delivery.vjp.run(given, sent)
                np.add(delivery.target, sent, out=delivery.target)
