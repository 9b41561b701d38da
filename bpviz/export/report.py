"""Runs as text: JSON for programs, tables and lines for people."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..engine.explain import event_kind
from ..engine.trace import Event, Trace
from ..graph.graph import NodeId, Value

MOST_ENTRIES = 12  # of an array that is written out for people; of larger ones they read the shape


def plain(value: Value | list[Any]) -> Any:
    """A value as JSON has it: arrays as nested lists, what is not finite as "nan", "inf" or "-inf"."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value if math.isfinite(value) else str(value)


def _reported(trace: Trace) -> Iterator[tuple[NodeId, str]]:
    """The named nodes, and the output in any case, with their names."""
    for node in trace.graph.nodes.values():
        if node.name or node.id == trace.output:
            yield node.id, trace.graph.label(node.id)


def grad_object(trace: Trace) -> dict[str, Any]:
    """The output, and the values and gradients of all named nodes, as far as there are any; what `failed`, if it did."""
    nodes = list(_reported(trace))
    values = {name: trace.value(id_) for id_, name in nodes}
    gradients = {name: trace.gradient(id_) for id_, name in nodes}
    output = None if trace.output is None else trace.graph.label(trace.output)
    value = values.get(output) if output is not None else None
    told = {
        "output": output,
        "value": None if value is None else plain(value),
        "values": {name: plain(value) for name, value in values.items() if value is not None},
        "gradients": {name: plain(value) for name, value in gradients.items() if value is not None},
    }
    if trace.failures:
        told["failed"] = [{"node": trace.graph.label(f.node), "reason": f.reason} for f in trace.failures]
    return told


def event_object(trace: Trace, i: int, event: Event) -> dict[str, Any]:
    """Event `i` with all its fields, nodes by their labels; steps count from 1."""
    told: dict[str, Any] = {"step": i + 1, "event": event_kind(event)}
    for name in event.__match_args__:
        content = getattr(event, name)
        if name in ("node", "source", "target"):
            told[name] = trace.graph.label(content)
        else:
            told[name] = content if name in ("slot", "reason") else plain(content)
    return told


def grad_table(trace: Trace) -> list[str]:
    """Name, value and gradient of all named nodes, in columns, with all digits; or why there is no value."""
    assert trace.output is not None
    heading = ("name", "value", f"gradient ∂{trace.graph.spoken(trace.output)}/∂name")
    rows = [(name, _written(trace.value(id_)), _written(trace.gradient(id_)), id_) for id_, name in _reported(trace)]
    full = [(*heading, None), *[row for row in rows if row[1]]]
    widths = [max(len(row[column]) for row in full) for column in (0, 1, 2)]
    widths[0] = max(widths[0], *(len(row[0]) for row in rows))
    lines = []
    for name, value, gradient, id_ in [full[0], *rows]:
        if value:
            lines.append(f"{name:<{widths[0]}}  {value:>{widths[1]}}  {gradient:>{widths[2]}}".rstrip())
        else:
            lines.append(f"{name:<{widths[0]}}  {trace.troubles.get(id_, '')}")
    return lines
