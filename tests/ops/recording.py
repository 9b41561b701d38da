"""A small operand with a shape that records what rules do, and evaluates and differentiates the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bpviz.ops.chain import vjp
from bpviz.ops.op import Op, Operand, Quantity, Shape, shape_of


class Recorded(Operand):
    """An operation on recorded quantities, or, without one, an input."""

    def __init__(self, shape: Shape, op: Op | None = None, args: Sequence[Quantity] = ()) -> None:
        self._shape, self.op, self.args = shape, op, list(args)

    @property
    def shape(self) -> Shape:
        return self._shape

    def apply(self, op: Op, args: Sequence[Quantity]) -> Recorded:
        shapes = [shape_of(arg) for arg in args]
        return Recorded(op.structured.shape(*shapes) if op.structured else np.broadcast_shapes(*shapes), op, args)


Known = Mapping[Recorded, Any]


def order_of(root: Recorded) -> list[Recorded]:
    """All that `root` is made of, inputs first."""
    done: dict[Recorded, None] = {}
    pending = [(root, False)]
    while pending:
        term, is_ready = pending.pop()
        if is_ready:
            done[term] = None
        elif term not in done:
            pending.append((term, True))
            pending.extend((arg, False) for arg in term.args if isinstance(arg, Recorded))
    return list(done)


def values(root: Recorded, known: Known) -> dict[Recorded, Any]:
    """The value of everything that `root` is made of; each has the shape that was recorded."""
    found = dict(known)
    for term in order_of(root):
        if term.op is not None:
            found[term] = term.op.forward(*(numbers(arg, found) for arg in term.args))
        assert np.shape(found[term]) == term.shape, f"{term.op}: {np.shape(found[term])}, recorded {term.shape}"
    return found


def numbers(quantity: Quantity, found: Known) -> Any:
    return found[quantity] if isinstance(quantity, Recorded) else quantity


def gradients(root: Recorded, known: Known, g: Any) -> dict[Recorded, Any]:
    """g · ∂root/∂term for everything that `root` is made of."""
    found = values(root, known)
    sent: dict[Recorded, Any] = {root: g}
    for term in reversed(order_of(root)):
        if term.op is None or term not in sent:
            continue
        inputs = [numbers(arg, found) for arg in term.args]
        for slot, arg in enumerate(term.args):
            if isinstance(arg, Recorded) and term.op.has_derivative(slot):
                sent[arg] = sent.get(arg, 0.0) + vjp(term.op, slot, sent[term], inputs, found[term])
    return sent
