"""What training does to a diagram: other numbers in many inputs at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..graph.graph import NodeId, Value, same_value
from .diagram import Diagram
from .edits import EditError


def put_values(diagram: Diagram, values: Mapping[NodeId, Value]) -> Diagram:
    """The diagram with these numbers in its inputs, which may have another shape than before.

    Raises EditError for a node that is not there or is computed, and for what is not finite: training that diverged
    leaves the last numbers that were any.
    """
    nodes, changed = diagram.graph.nodes, {}
    for node, value in values.items():
        if node not in nodes or not nodes[node].op.is_leaf:
            raise EditError("the graph has changed since training began: reset, and train again")
        if not np.isfinite(value).all():
            raise EditError(f"{diagram.graph.spoken(node)} is no finite number any more, so it is not kept")
        if not same_value(nodes[node].value, value):
            changed[node] = value
    return diagram.with_(diagram.graph.with_values(changed)) if changed else diagram
