"""Derivations as LaTeX to be pasted into a text: rows of `align*`, as amsmath sets them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..graph.graph import NodeId, Value
from .computation import computation
from .derivation import derivation
from .notation import fraction
from .shares import Share
from .terms import Derivation, in_line, in_parentheses
from .trace import Accumulated, Computed, Failed, Overwritten, Pushed, Seeded, Sent, Trace

MOST_ROWS = 2_000  # of a whole derivation
_NEEDS = r"% needs \usepackage{amsmath, amssymb}"


def latex(*derivations: Derivation) -> str:
    """Derivations as one `align*`, a row a line, aligned at the equals signs."""
    lines = [line for derived in derivations for line in derived.lines if line.latex]
    remarks = [f"% {remark}\n" for derived in derivations for remark in derived.remarks]
    return "".join(remarks) + _aligned([f"{line.left} &= {line.latex}".lstrip() for line in lines])


def node_latex(trace: Trace, node: NodeId, step: int) -> str:
    """What is known of a node after `step` events: how its value is computed, and below it its gradient."""
    parts = (computation(trace, node, step, longest_name=None), derivation(trace, node, step, longest_name=None))
    return latex(*(part for part in parts if part is not None))


def whole_latex(trace: Trace, until: int | None = None) -> str:
    """All that happens, or its first `until` events, as one `align*` with a row for every step."""
    end = len(trace) if until is None else min(until, len(trace))
    rows = [row for i in range(min(end, MOST_ROWS)) if (row := _row(trace, i))]
    more = [f"% … and {end - MOST_ROWS:,} more steps"] if end > MOST_ROWS else []
    return "\n".join([_aligned(rows), *more])


def _aligned(rows: list[str]) -> str:
    body = " \\\\\n".join(f"  {row}" for row in rows)
    return f"{_NEEDS}\n\\begin{{align*}}\n{body}\n\\end{{align*}}"


def _row(trace: Trace, i: int) -> str:
    """One event, its sides around `&`; nothing for a constant that is only a number."""
    event, graph = trace[i], trace.graph
    match event:
        case Computed(node=node, value=value):
            if graph.nodes[node].is_constant and not graph.nodes[node].name:
                return ""
            lines = computation(trace, node, i + 1, longest_name=None).lines
            return _equation(lines[0].left, [line.latex for line in lines], value)
        case Seeded(node=node):
            return f"{fraction(graph, node, node)} &= 1"
        case Sent() | Pushed():
            share = Share(trace, (i - trace.seed_position - 1) // 2, trace.frame(i + 1), i, None)
            sides = [
                " ".join(share.formula),
                " ".join(share.numbers or ()),
                in_line(event.contribution, trace.style) or "",
            ]
            where = rf" \quad ({share.upstream_name} = {share.symbols[0]})" if share.upstream_name else ""
            return _equation(" ".join(share.symbols), sides, event.contribution) + where
        case Accumulated(target=target):
            assert trace.seed is not None and trace.sweep is not None
            ends = (trace.seed, target) if trace.sweep.is_backward else (target, trace.seed)
            return _sum(trace, i, fraction(graph, *ends), event)
        case Failed(reason=reason):
            return rf"&\text{{{_escaped(reason)}}}"


def _equation(left: str, sides: Iterable[str], value: Value) -> str:
    """`left &= side = side`, every side once; what has no room in a line by the space in which it lies."""
    told = [side for side in dict.fromkeys(sides) if side and side != left]
    space = "" if in_line(value) is not None else rf" \in {_space(np.shape(value))}"
    return f"{left} &{'= ' if told else ''}{' = '.join(told)}{space}"


def _space(shape: tuple[int, ...]) -> str:
    sizes = r" \times ".join(map(str, shape))
    return rf"\mathbb{{R}}^{{{sizes}}}"


def _sum(trace: Trace, i: int, left: str, event: Accumulated) -> str:
    into = trace.wires_into(event.target)
    is_first, is_last = (trace.sent_position(into[end]) + 1 == i for end in (0, -1))
    before, added, after = (in_line(sum_, trace.style) for sum_ in (event.before, event.contribution, event.after))
    relation = "=" if is_last else r"\leftarrow"
    if before is None or added is None or after is None:
        return (
            rf"{left} &{relation} {left} + \cdots" if not is_first else rf"{left} &\in {_space(np.shape(event.after))}"
        )
    if is_first or isinstance(event, Overwritten):
        return f"{left} &{relation} {after}"
    return f"{left} &{relation} {before} + {in_parentheses(added) if added.startswith('-') else added} = {after}"


_SPECIAL = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "^": r"\^{}", "%": r"\%", "&": r"\&", "#": r"\#",
    "$": r"\$", "~": r"\~{}", "−": "$-$",
})  # fmt: skip


def _escaped(text: str) -> str:
    """A sentence for `\\text`."""
    return text.translate(_SPECIAL)
