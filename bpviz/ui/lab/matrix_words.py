"""The chain rule with a matrix: what arrives at a node goes on through its Jacobian."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...engine.analysis.coordinates import Coordinate
from ...engine.trace import Trace
from ...graph.graph import NodeId
from ...ops import numerals

_MOST = 5  # entries of a vector that are told


def chain_rule(trace: Trace, inputs: Sequence[Coordinate], node: NodeId, jacobian: NDArray[np.float64]) -> str:
    """`Jᵀ · (2, −1) = (3, 0.5)`: the gradient of the output at the node, and at the inputs.

    Empty where the node is the output itself, or where the inputs also reach the output past it, so that this product
    is not all that arrives at them.
    """
    arrives = trace.gradient(node)
    if node == trace.output or arrives is None:
        return ""
    upstream = np.ravel(np.asarray(arrives, dtype=np.float64))
    known = {held.node: trace.gradient(held.node) for held in inputs}
    if any(gradient is None for gradient in known.values()):
        return ""
    goes_on = np.array([np.asarray(known[held.node], dtype=np.float64)[held.entry] for held in inputs])
    product = jacobian.T @ upstream
    if not (np.isfinite(product).all() and upstream.any() and np.allclose(product, goes_on, rtol=1e-9, atol=1e-12)):
        return ""
    return f"Jᵀ · {_vector(upstream)} = {_vector(product)}"


def _vector(entries: NDArray[np.float64]) -> str:
    told = ", ".join(numerals.short(float(f"{entry:.12g}")) for entry in entries[:_MOST])
    return f"({told}{', …' if len(entries) > _MOST else ''})"
