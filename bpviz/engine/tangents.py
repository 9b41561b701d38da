"""Forward mode: tangents that flow with the values, from inputs that move.

Forward accumulation as in Griewank and Walther, *Evaluating Derivatives* (2nd ed., 2008), chapter 3: the tangent of a
node is the sum, over its inputs, of local derivative × tangent of the input.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from ..graph.graph import GraphError, NodeId, Value
from ..ops import Op, numerals
from ..ops.chain import jvp, times
from .plan import Plan, plain
from .steps import Buffers, Floats
from .trace import Trace


def tangents(trace: Trace, directions: Mapping[NodeId, Value]) -> Mapping[NodeId, Value]:
    """How every node moves when some nodes move in these directions, each of its node's shape.

    Nodes that do not move are left out.  An intermediate node that moves by itself does not follow its inputs.
    Raises GraphError for a direction of another shape, or of a node that has no value.
    """
    plan = trace.plan
    moved = {}
    for node, direction in directions.items():
        value = trace.value(node)
        if value is None:
            raise GraphError(f"{trace.graph.spoken(node)} has no value, so it cannot move")
        if np.shape(direction) != (shape := np.shape(value)):
            raise GraphError(
                f"a direction of {trace.graph.spoken(node)} has the shape {numerals.sized(shape)}, "
                f"not {numerals.sized(np.shape(direction))}"
            )
        moved[plan.row_of[node]] = np.asarray(direction, dtype=np.float64)[None]
    found = pushed(plan, trace.buffers, moved)
    computed = {row: tangent for row, tangent in found.items() if trace.value(plan.rows[row]) is not None}
    return {plan.rows[row]: plain(np.asarray(tangent[0])) for row, tangent in computed.items()}


def pushed(plan: Plan, buffers: Buffers, moved: Mapping[int, Floats]) -> dict[int, Floats]:
    """The tangents of all rows that move, for several directions at once.

    `moved` has, for each row that moves by itself, its directions along an axis in front of its own; so has the
    result.
    """
    found: dict[int, Floats] = {row: np.asarray(tangent) for row, tangent in moved.items()}
    with np.errstate(all="ignore"):
        for row in range(min(found, default=len(plan.rows)), len(plan.rows)):
            sources = plan.input_rows(row)
            if row in moved or not any(source in found for source in sources):
                continue
            op = plan.graph.nodes[plan.rows[row]].op
            inputs = [plan.value_view(source, buffers) for source in sources]
            out = plan.value_view(row, buffers)
            tangent = _pushed_through(op, [found.get(source) for source in sources], inputs, out)
            if tangent is not None:
                found[row] = tangent
    return found


def _pushed_through(op: Op, tangents: list[Floats | None], inputs: list[Floats], out: Floats) -> Floats | None:
    """`chain.jvp` for several directions at once."""
    if op.structured is None:
        total: Any = None
        for slot, tangent in enumerate(tangents):
            if tangent is not None:
                aligned = tangent.reshape(tangent.shape[0], *(1,) * (out.ndim + 1 - tangent.ndim), *tangent.shape[1:])
                term = times(aligned, op.partials[slot].exact(*inputs, out))
                total = term if total is None else total + term
        return np.broadcast_to(total, (total.shape[0], *out.shape))
    count = next(len(tangent) for tangent in tangents if tangent is not None)
    each = [
        jvp(op, [None if t is None else t[k] for t in tangents], inputs, out)  # a rule takes one direction at a time
        for k in range(count)
    ]
    return None if not each or each[0] is None else np.stack(each)  # type: ignore[arg-type]


def directions(shape: tuple[int, ...]) -> Floats:
    """Every entry of a value of `shape` moving by itself: the unit directions, along an axis in front."""
    return np.eye(prod(shape)).reshape(prod(shape), *shape)
