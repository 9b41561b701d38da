"""Runs as text: JSON for programs, tables and lines for people."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.arrays import back_formula
from ..engine.check import COMPLEX_STEP, Check, Verdict
from ..engine.diagnosis import Finding
from ..engine.explain import event_kind, node_latex
from ..engine.symbolic import is_elementwise
from ..engine.trace import Event, Sent, Trace
from ..engine.work import Costs
from ..graph.graph import Graph, NodeId, Value
from ..graph.program import full_formula, program
from ..ops import numerals
from ..ops.formula import Applied, Notation, written

MOST_ENTRIES = 12  # of an array that is written out for people; of larger ones they read the shape


def plain(value: Value | list[Any] | None) -> Any:
    """A value as JSON has it: arrays as nested lists, what is not finite as "nan", "inf" or "-inf"."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value if value is None or math.isfinite(value) else str(value)


def _reported(trace: Trace) -> Iterator[tuple[NodeId, str]]:
    """The named nodes, and the output in any case, with their names."""
    for node in trace.graph.nodes.values():
        if node.name or node.id == trace.output:
            yield node.id, trace.graph.label(node.id)


def grad_object(trace: Trace) -> dict[str, Any]:
    """The output, and the values and gradients of all named nodes, as far as there are any; what `failed`, if
    it did."""
    nodes = list(_reported(trace))
    values = {name: trace.value(id_) for id_, name in nodes}
    gradients = {name: trace.gradient(id_) for id_, name in nodes if values[name] is not None}
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


def costs_object(costs: Costs) -> dict[str, Any]:
    """What both modes cost for the gradient by all inputs."""
    reverse, forward = costs.reverse, costs.forward
    return {
        "reverse": {"passes": 1, "multiplications": reverse.multiplications, "additions": reverse.additions},
        "forward": {"passes": costs.passes, "multiplications": forward.multiplications, "additions": forward.additions},
    }


def event_object(trace: Trace, i: int, event: Event) -> dict[str, Any]:
    """Event `i` with all its fields, nodes by their labels; steps count from 1."""
    told: dict[str, Any] = {"step": i + 1, "event": event_kind(event)}
    for name in event.__match_args__:
        content = getattr(event, name)
        if name in ("node", "source", "target"):
            told[name] = trace.graph.label(content)
        else:
            told[name] = content if name in ("slot", "reason") else plain(content)
    if isinstance(event, Sent) and trace.graph.nodes[event.source].op.structured is not None:
        upstream, sent = back_formula(trace, event.source, event.slot)
        told["rule"] = f"{sent}, where {upstream} is the upstream gradient"
    return told


def grad_table(trace: Trace) -> list[str]:
    """Name, value and gradient of all named nodes with all digits, in columns; or why there is no value."""
    assert trace.output is not None
    rows = [["name", "value", f"∂{trace.graph.spoken(trace.output)}/∂name"]]
    for id_, name in _reported(trace):
        if (value := trace.value(id_)) is None:
            rows.append([name, trace.troubles[id_]])
        else:
            rows.append([name, _written(value), _written(trace.gradient(id_))])
    names = max(len(row[0]) for row in rows)
    numbers = [max(len(row[column]) for row in rows if len(row) == 3) for column in (1, 2)]
    return [
        f"{name:<{names}}  " + "  ".join(cell.rjust(width) for cell, width in zip(cells, numbers, strict=True))
        if len(cells) == 2
        else f"{name:<{names}}  {cells[0]}"
        for name, *cells in rows
    ]


def check_lines(trace: Trace, checks: Sequence[Check]) -> list[str]:
    """One line for each check: name, gradient, the slope it is held against, relative error, and what that means."""
    rows = []
    for check in checks:
        method = "complex step" if check.method == COMPLEX_STEP else "difference"
        error = "" if check.relative_error is None else numerals.short(check.relative_error, 2)
        rows.append(
            [
                trace.graph.label(check.node),
                f"gradient {_written(check.gradient) or '—'}",
                f"{method} {_written(check.difference) or '—'}",
                f"relative error {error or '—'}",
                _conclusion(check),
            ]
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def findings_object(trace: Trace, findings: Sequence[Finding]) -> dict[str, Any]:
    """The findings of a diagnosis, the gravest first, with nodes by their labels and only what there is to say."""
    label = trace.graph.label
    told = []
    for finding in findings:
        numbers = {name: getattr(finding, name) for name in ("ratio", "overall", "steps", "count", "size")}
        nodes = {"start": finding.start, "worst": finding.worst}
        told.append(
            {"kind": finding.kind.value, "node": label(finding.node), "sentence": finding.sentence}
            | {name: number for name, number in numbers.items() if number is not None}
            | {name: label(node) for name, node in nodes.items() if node is not None}
            | ({"others": [label(node) for node in finding.others]} if finding.others else {})
        )
    return {"output": None if trace.output is None else label(trace.output), "findings": told}


def _conclusion(check: Check) -> str:
    match check.verdict:
        case Verdict.KINK:
            return check.note
        case Verdict.UNCHECKED:
            return f"not checked: {check.note}"
        case Verdict.AGREES:
            return f"ok ({check.note})" if check.note else "ok"
        case Verdict.DIFFERS:
            return f"WRONG ({check.note})" if check.note else "WRONG"


def _written(value: Value | None) -> str:
    """All digits of a number or a small array; of a large one its shape."""
    if value is None:
        return ""
    if np.size(value) > MOST_ENTRIES:
        return numerals.brief(value)
    if isinstance(value, np.ndarray):
        return "[" + ", ".join(map(_written, value if value.ndim > 1 else value.tolist())) + "]"
    return numerals.full(value)


def derivative_text(graph: Graph, *, as_latex: bool) -> str:
    """A derivative as its formula alone, if it is one: `6*x - 4`; else as a program."""
    assert graph.result is not None
    whole = full_formula(graph, graph.result)
    if whole is None or not is_elementwise(whole):
        return program(graph, values=False) if not as_latex else _equations(graph)
    while isinstance(whole, Applied) and whole.op.name == "identity":
        whole = whole.args[0]
    if as_latex:
        return written(whole, Notation.LATEX)
    return written(whole, Notation.CODE).replace(" * ", "*").replace(" / ", "/")


def _equations(graph: Graph) -> str:
    """A program as LaTeX, an equation a line."""
    order = [id_ for level in graph.structure.levels for id_ in level if not graph.nodes[id_].op.is_leaf]
    return "\n".join(node_latex(graph, id_) for id_ in order)


def matrix_object(trace: Trace, kind: str, wrt: Sequence[NodeId], matrix: NDArray[np.float64]) -> dict[str, Any]:
    """A Jacobian or a Hessian: rows are entries of the output or of the inputs, columns those of the inputs."""
    assert trace.output is not None
    names = [trace.graph.label(node) for node in wrt]
    return {"output": trace.graph.label(trace.output), "wrt": names, kind: plain(matrix.tolist())}


def matrix_lines(trace: Trace, kind: str, wrt: Sequence[NodeId], matrix: NDArray[np.float64]) -> list[str]:
    """The same as a table, rows and columns by the names of the entries: `x[0]`, `x[1]`."""
    assert trace.output is not None
    across = [entry for node in wrt for entry in _entries(trace, node)]
    down = across if kind == "hessian" else _entries(trace, trace.output)
    cells = [
        ["", *across],
        *([name, *map(numerals.full, row)] for name, row in zip(down, matrix.tolist(), strict=True)),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]


def _entries(trace: Trace, node: NodeId) -> list[str]:
    name, shape = trace.graph.label(node), np.shape(trace.value(node))  # type: ignore[arg-type]  # it was computed
    return [name + "".join(f"[{i}]" for i in at) for at in np.ndindex(shape)]
