"""Jacobians, Hessians and Hessian–vector products, put together from passes forward and backward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import prod

import numpy as np

from ..graph.graph import Graph, GraphError, NodeId, Value
from ..graph.shapes import infer_shapes
from ..ops import numerals
from .derive import derive
from .explain import has_kink
from .plan import Plan
from .steps import Floats
from .tangents import directions, pushed, tangents
from .trace import run

MOST_ENTRIES = 10_000_000  # of a Jacobian or a Hessian
_AT_ONCE = 2_000_000  # numbers of tangents that are held at once


def jacobian(graph: Graph, of: NodeId, wrt: Sequence[NodeId]) -> Floats:
    """∂of/∂wrt: one row for each entry of `of`, one column for each entry of the nodes in `wrt`, in row-major order.

    Nodes in `wrt` may be intermediate: they then move by themselves.  Row by row from backward passes, or column by
    column from forward ones, whichever are fewer.  Raises GraphError when something has no value, or when there are
    more than `MOST_ENTRIES` entries.
    """
    for node in wrt:
        if graph.nodes[node].is_constant:
            raise GraphError(f"{graph.spoken(node)} is a constant: there is no derivative by it")
    plan = Plan(graph.with_output(of)).run()
    rows = [_row(plan, node) for node in (of, *wrt)]
    height, *widths = (prod(plan.shapes[row]) for row in rows)
    width = sum(widths)
    if height * width > MOST_ENTRIES:
        raise GraphError(f"the matrix would have {height:,} × {width:,} entries; bpviz stops at {MOST_ENTRIES:,}")
    begins = [0, *np.cumsum(widths).tolist()]
    found = np.zeros((height, width))
    if height <= width:
        for i, unit in enumerate(directions(plan.shapes[rows[0]])):
            with np.errstate(all="ignore"):
                plan.accumulate(unit)
            for row, (begin, end) in zip(rows[1:], pairwise(begins), strict=True):
                found[i, begin:end] = plan.gradient_view(row).ravel()
        return found
    for row, (begin, end) in zip(rows[1:], pairwise(begins), strict=True):
        units = directions(plan.shapes[row])
        at_once = max(1, _AT_ONCE // max(1, sum(map(prod, plan.shapes))))
        for first in range(0, end - begin, at_once):
            part = units[first : first + at_once]
            moved = pushed(plan, plan.buffers, {row: part}).get(rows[0])
            if moved is not None:
                found[:, begin + first : begin + first + len(part)] = moved.reshape(len(part), height).T
    return found


def hessian(graph: Graph, wrt: Sequence[NodeId], of: NodeId | None = None) -> Floats:
    """∂²of/∂wrt², of a scalar node (None: the output): one row and one column for each entry of the inputs in `wrt`.

    The gradient as a graph, and its Jacobian.  Raises GraphError when `of` is no scalar, or when something has no
    value.
    """
    _require_smooth_scalar(graph, of)
    derived = derive(graph, wrt, of)
    shapes, spans, end = infer_shapes(graph).known, {}, 0
    for node in wrt:
        spans[node] = slice(end, end + prod(shapes[node]))
        end = spans[node].stop
    if end * end > MOST_ENTRIES:
        raise GraphError(f"the matrix would have {end:,} × {end:,} entries; bpviz stops at {MOST_ENTRIES:,}")
    found = np.zeros((end, end))
    needed = [node for node in wrt if node in derived.graph.nodes]  # no gradient depends on the others
    for node in wrt:
        at = 0
        part = jacobian(derived.graph, derived.gradients[node], needed)
        for other in needed:
            width = spans[other].stop - spans[other].start
            found[spans[node], spans[other]] = part[:, at : at + width]
            at += width
    return found


def hessian_vector_product(
    graph: Graph, directions: Mapping[NodeId, Value], of: NodeId | None = None
) -> Mapping[NodeId, Value]:
    """H · v for a scalar node (None: the output), where v moves these inputs; by one forward pass over the gradient.

    Costs a few evaluations whatever the number of inputs (Pearlmutter, *Fast exact multiplication by the Hessian*,
    Neural Computation 6, 1994).
    """
    _require_smooth_scalar(graph, of)
    derived = derive(graph, list(directions), of)
    trace = run(derived.graph)
    found = tangents(trace, {node: v for node, v in directions.items() if node in derived.graph.nodes})
    zero = {node: 0.0 * np.asarray(v) for node, v in directions.items()}
    return {node: found.get(derived.gradients[node], zero[node]) for node in directions}


def _require_smooth_scalar(graph: Graph, of: NodeId | None) -> None:
    """Refuses what has no second derivatives: an array, and a scalar at a kink."""
    node = graph.result if of is None else of
    if node is None:
        raise GraphError("the graph is empty")
    trace = run(graph, node)
    shape = trace.plan.shapes[_row(trace.plan, node)]
    if shape:
        name = graph.spoken(node)
        has = f"{name} has the shape {numerals.sized(shape)}"
        raise GraphError(f"{has}: a Hessian is of a scalar, such as sum({name})")
    for id_ in graph.structure.ancestors(node):
        if (kink := graph.nodes[id_].op.kink) is not None and has_kink(trace, id_):
            raise GraphError(f"{graph.spoken(id_)} has no second derivative here: {kink.statement}")


def _row(plan: Plan, node: NodeId) -> int:
    if node in plan.row_of:
        return plan.row_of[node]
    raise GraphError(plan.waiting.get(node) or plan.misfits[node])
