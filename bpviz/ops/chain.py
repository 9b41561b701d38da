"""The chain rule at one operation, backward and forward: the only place where broadcasting is undone.

Both are written in operations, so they compute with numbers and record with operands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .op import Op, Quantity, shape_of
from .shaping import expand, sum_to


def times(g: Quantity, local: Quantity) -> Quantity:
    """g · local, without work where local is the number 1."""
    return g if isinstance(local, float) and local == 1.0 else g * local


def vjp(
    op: Op, slot: int, g: Quantity, inputs: Sequence[Quantity], out: Quantity, *, as_shown: bool = False
) -> Quantity:
    """g · ∂out/∂input: what `op` sends back to its input in `slot`, in that input's shape.

    `g` has the shape of `out`.  The slot must have a derivative.  `as_shown` takes the rules that a person would
    write instead of the exact ones.
    """
    if op.structured is None:
        partial = op.partials[slot]
        product = times(g, (partial.shown if as_shown else partial.exact)(*inputs, out))
    else:
        rule = op.structured.vjps[slot]
        assert rule is not None
        product = rule(g, *inputs, out)
    return sum_to(product, shape_of(inputs[slot]))


def jvp(op: Op, tangents: Sequence[Quantity | None], inputs: Sequence[Quantity], out: Quantity) -> Quantity | None:
    """Σ ∂out/∂input · tangent: how `out` moves when the inputs move so, in the shape of `out`.

    None stands for a tangent of 0: an input that does not move.
    """
    total: Quantity | None = None
    for slot, tangent in enumerate(tangents):
        if tangent is None or not op.has_derivative(slot):
            continue
        if op.structured is None:
            term = times(tangent, op.partials[slot].exact(*inputs, out))
        else:
            rule = op.structured.jvps[slot]
            assert rule is not None
            term = rule(tangent, *inputs, out)
        total = term if total is None else total + term
    return None if total is None else expand(total, shape_of(out))


def jacobian(op: Op, slot: int, inputs: Sequence[Any], out: Any) -> NDArray[np.float64]:
    """∂out/∂input as a matrix: one row for each entry of `out`, one column for each of the input, both row by row."""
    rows, columns, shape = np.size(out), np.size(inputs[slot]), np.shape(inputs[slot])
    found = np.zeros((rows, columns))
    with np.errstate(all="ignore"):
        if rows <= columns:
            for i, unit in enumerate(np.eye(rows)):
                found[i] = np.ravel(vjp(op, slot, unit.reshape(np.shape(out)), inputs, out))
        else:
            for j, unit in enumerate(np.eye(columns)):
                tangents = [unit.reshape(shape) if i == slot else None for i in range(op.arity)]
                moved: Any = jvp(op, tangents, inputs, out)
                found[:, j] = np.ravel(moved)
    return found
