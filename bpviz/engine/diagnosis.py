"""What may be wrong with a run, in words: where it broke, where gradients vanish, explode or get stuck, and which
inputs have none.

Everything is found in time proportional to the graph.  A healthy graph has no findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from math import log10

import numpy as np

from ..graph.graph import NodeId
from ..graph.program import local_derivative, node_formula
from ..ops import numerals
from .flow import UNDERFLOW, Flow, flow_of
from .gates import Shut, shut_rows
from .listing import first, inputs_told, it, joined, needed, output_name
from .notation import local_sign
from .trace import Failed, Trace

FAR = 1e4  # a gradient that falls or grows so far on its way has vanished or exploded …
FEWEST = 4  # … if it passed so many nodes at least
_SHARED = 1e2  # so far it has to fall or grow without the worst of them, …
_ALONE = 1e8  # … or so far with it


class Kind(Enum):
    """What a finding is about, the gravest first."""

    NOT_FINITE = "not finite"
    NOT_COMPUTED = "not computed"
    EXPLODES = "explodes"
    VANISHES = "vanishes"
    DEAD = "dead"
    SATURATED = "saturated"
    LOST = "lost"
    UNUSED = "unused"


@dataclass(frozen=True)
class Finding:
    """One thing that may be wrong, with the node that it is about.

    Of a gradient that explodes or vanishes on the way from the output back to `node`: `overall` is how far it grows
    or falls over `steps` nodes, `ratio` how far at each on average (the geometric mean), and `worst` the node that
    does most.  Of a node that is dead or saturated: `count` of its `size` parts are, and `ratio` is the slope that
    is left, relative to the largest one.  `others` are further inputs that suffer from the same.
    """

    kind: Kind
    node: NodeId
    sentence: str
    ratio: float | None = None
    overall: float | None = None
    steps: int | None = None
    start: NodeId | None = None
    worst: NodeId | None = None
    count: int | None = None
    size: int | None = None
    others: tuple[NodeId, ...] = ()


def diagnose(trace: Trace) -> list[Finding]:
    """What stands out in a run, the gravest first; a few findings of each kind at most."""
    if trace.output is None:
        return []
    found = list(_failures(trace))
    if not trace.has_backward:
        if not found:
            reason = trace.troubles[trace.output]
            found.append(Finding(Kind.NOT_COMPUTED, trace.output, f"There are no gradients: {reason}."))
        return found
    flow = flow_of(trace)
    shut = shut_rows(trace, flow)
    leaves = [trace.plan.row_of[leaf.id] for leaf in trace.graph.leaves() if leaf.id in trace.plan.row_of]
    reached = [row for row in leaves if flow.arrives(row)]
    found += _along_paths(trace, flow, reached)
    lost = _lost(flow, reached)
    found += _shut(trace, flow, shut, lost)
    found += _places(trace, flow, lost)
    found += _unreached(trace, [row for row in leaves if not flow.arrives(row) and row != trace.plan.output_row])
    return sorted(found, key=lambda finding: list(Kind).index(finding.kind))


# What broke


def _failures(trace: Trace) -> Iterator[Finding]:
    """Those on which the output depends come first."""
    relevant = needed(trace.graph) if trace.failures else set()
    failures = sorted(trace.failures, key=lambda failure: failure.node not in relevant)
    for failure, more in first(failures, "node"):
        yield Finding(*_failure(trace, failure, more))


def _failure(trace: Trace, failure: Failed, more: str) -> tuple[Kind, NodeId, str]:
    name = trace.graph.spoken(failure.node)
    if failure.node in trace.plan.misfits:
        return Kind.NOT_COMPUTED, failure.node, f"{name} cannot be computed: {failure.reason}{more}."
    way = "forward" if trace.is_at_fault(failure.node) else "back"
    return Kind.NOT_FINITE, failure.node, f"{name} breaks on the way {way}: {failure.reason}{more}."


# Gradients that grow or fall along a path


def _along_paths(trace: Trace, flow: Flow, reached: list[int]) -> Iterator[Finding]:
    output = trace.plan.output_row
    assert output is not None
    far: dict[Kind, list[tuple[float, int]]] = {Kind.EXPLODES: [], Kind.VANISHES: []}
    for row in reached:
        end = flow.last[row]
        overall = flow.size[end] / flow.size[output] if flow.size[end] > 0 else 1.0
        if end != row and overall > 1 and flow.size[row] == 0:
            continue  # it grew, but was lost after that
        if end != row and overall < 1 and not flow.size[end] < UNDERFLOW:
            continue  # it did not come to 0 by falling
        if flow.steps[end] >= FEWEST and max(overall, 1 / overall) > FAR:
            worst = flow.factor(flow.most[end] if overall > 1 else flow.least[end])
            rest = overall / worst
            if max(rest, 1 / rest) > _SHARED or max(overall, 1 / overall) > _ALONE:
                far[Kind.EXPLODES if overall > 1 else Kind.VANISHES].append((abs(log10(overall)), row))
    for kind, rows in far.items():
        if rows:
            worst_first = [row for _, row in sorted(rows, key=lambda pair: -pair[0])]
            yield _path(trace, flow, kind, worst_first[0], worst_first[1:])


def _path(trace: Trace, flow: Flow, kind: Kind, row: int, others: list[int]) -> Finding:
    plan, spoken = trace.plan, trace.graph.spoken
    assert plan.output_row is not None and trace.output is not None
    end, grows = flow.last[row], kind is Kind.EXPLODES
    steps, overall = flow.steps[end], flow.size[end] / flow.size[plan.output_row]
    ratio = overall ** (1 / steps)
    wire = flow.most[end] if grows else flow.least[end]
    worst = plan.rows[flow.source[wire]]
    also = f" (and to {joined([spoken(plan.rows[other]) for other in others], 2)})" if others else ""
    beyond = "" if end == row else ", and then leaves the range of float64" if grows else ", and then to 0"
    change = f"{'grows' if grows else 'falls'} to {numerals.short(overall, 2)} {'times' if grows else 'of'} what it was"
    advice = (
        "Smaller weights, or activations that bound their results, would tame it."
        if grows
        else "Fewer layers, larger weights, or activations with a slope near 1, such as relu, would keep it up."
    )
    sentence = (
        f"The gradient {kind.value} on the way back from {spoken(trace.output)} to {spoken(plan.rows[row])}{also}: "
        f"over {numerals.count(steps, 'node')} it {change}{beyond}, "
        f"× {numerals.short(ratio, 2)} at each on average and × {numerals.short(flow.factor(wire), 2)} at "
        f"{spoken(worst)} = {node_formula(trace.graph, worst)}. {advice}"
    )
    ids = tuple(plan.rows[other] for other in others)
    return Finding(kind, plan.rows[row], sentence, ratio, overall, steps, trace.output, worst, others=ids)


# Nodes that let nothing through


def _shut(trace: Trace, flow: Flow, shut: list[Shut], lost: dict[int, list[int]]) -> Iterator[Finding]:
    """Dead and saturated nodes, those with most to pass on first; takes what is lost at them out of `lost`."""
    for is_dead, put in ((True, _dead), (False, _saturated)):
        ranked = sorted(
            (found for found in shut if found.is_dead is is_dead and (found.row in lost or not found.is_usual)),
            key=lambda found: (found.row not in lost, -flow.size[found.row], found.row),
        )
        for found, more in first(ranked, "node"):
            suffering = lost.pop(found.row, [])
            names = [trace.graph.spoken(trace.plan.rows[row]) for row in suffering]
            so = f", so the gradient of {joined(names)} is exactly 0" if names else ""
            yield Finding(
                Kind.DEAD if is_dead else Kind.SATURATED,
                trace.plan.rows[found.row],
                put(trace, found) + so + more + ".",
                found.slope / found.top if found.top else 0.0,
                count=found.count,
                size=found.size,
                others=tuple(trace.plan.rows[row] for row in suffering),
            )


def _dead(trace: Trace, shut: Shut) -> str:
    id_ = trace.plan.rows[shut.row]
    told = f"{trace.graph.spoken(id_)} = {node_formula(trace.graph, id_)} passes no gradient on"
    if shut.is_flat_everywhere:
        return f"{told}: it is flat wherever it does not jump"
    if shut.unit == "columns":
        return f"{told} in {shut.count:,} of its {shut.size:,} columns, whatever the row: it is flat there"
    if shut.size > 1:
        return f"{told} in {_share(shut)}: it is flat there"
    return f"{told}: it is flat where {inputs_told(trace, id_)}"


def _saturated(trace: Trace, shut: Shut) -> str:
    id_ = trace.plan.rows[shut.row]
    told = f"{trace.graph.spoken(id_)} = {node_formula(trace.graph, id_)} is saturated"
    if shut.unit == "sums":
        where = "" if shut.size == 1 else f" in {_share(shut)}"
        return f"{told}{where}: one share is almost 1 and the others almost 0, so hardly any gradient gets through"
    top = numerals.short(shut.top, 3)
    if shut.size > 1:
        return f"{told} in {_share(shut)}: its slope there is less than a thousandth of what it can be, {top}"
    return f"{told}: its slope is {numerals.short(shut.slope, 2)} where {inputs_told(trace, id_)}; it can be {top}"


def _share(shut: Shut) -> str:
    """`12 of its 16 entries`."""
    return f"{'all' if shut.count == shut.size else f'{shut.count:,}'} of its {shut.size:,} {shut.unit}"


# Inputs and parameters without a gradient


def _lost(flow: Flow, reached: list[int]) -> dict[int, list[int]]:
    """The leaves with a gradient of 0, by the row at which it was lost."""
    found: dict[int, list[int]] = {}
    for row in reached:
        if flow.size[row] == 0 and flow.size[flow.last[row]] >= UNDERFLOW:
            place = flow.lost[row]
            wire = flow.wire[place]
            found.setdefault(flow.source[wire] if flow.sent[wire] == 0 else place, []).append(row)
    return found


def _places(trace: Trace, flow: Flow, lost: dict[int, list[int]]) -> Iterator[Finding]:
    """The leaves whose gradient is lost where nothing is dead, by the place."""
    plan, spoken = trace.plan, trace.graph.spoken
    for (row, leaves), more in first(sorted(lost.items(), key=lambda item: -len(item[1])), "place"):
        ids = [plan.rows[leaf] for leaf in leaves]
        names = joined([spoken(id_) for id_ in ids])
        why = _loss(trace, flow, row, flow.wire[flow.lost[leaves[0]]])
        sentence = f"The gradient of {names} is exactly 0 although {output_name(trace)} depends on it: {why}{more}."
        yield Finding(Kind.LOST, ids[0], sentence, worst=plan.rows[row], others=tuple(ids[1:]))


def _loss(trace: Trace, flow: Flow, row: int, wire: int) -> str:
    """How all of a gradient was lost at a row."""
    plan, graph, spoken = trace.plan, trace.graph, trace.graph.spoken
    id_ = plan.rows[row]
    if flow.size[row] == 0:
        return f"the contributions to the gradient of {spoken(id_)} cancel"
    op, target = graph.nodes[id_].op, spoken(plan.rows[flow.target[wire]])
    told = f"it is lost at {spoken(id_)} = {node_formula(graph, id_)}"
    if op.structured is not None:
        return f"{told}, which sends 0 back to {target}"
    slot = int(plan.wires.slot[wire])
    if op.kink is not None and np.any(
        op.kink.where(*[plan.value_view(i, trace.buffers) for i in plan.input_rows(row)])
    ):
        return f"{told}, where {op.kink.statement}"
    derivative = str(local_derivative(graph, id_, slot))
    where = f", where {told_inputs}" if (told_inputs := inputs_told(trace, id_)) else ""
    sign, is_zero = local_sign(graph, trace.sweep, id_, slot), "" if derivative == "0" else " is 0"
    return f"{told}: {sign} = {derivative}{is_zero}{where}"


def _unreached(trace: Trace, rows: list[int]) -> Iterator[Finding]:
    """Inputs that get nothing because there is no path, or none along which there are derivatives."""
    if not rows:
        return
    plan, relevant, output = trace.plan, needed(trace.graph), output_name(trace)
    unused = [plan.rows[row] for row in rows if plan.rows[row] not in relevant]
    if unused:
        names = joined([trace.graph.spoken(id_) for id_ in unused])
        sentence = f"{output} does not depend on {names}, so nothing is learnt about {it(unused)}."
        yield Finding(Kind.UNUSED, unused[0], sentence, others=tuple(unused[1:]))
    barred = [plan.rows[row] for row in rows if plan.rows[row] in relevant]
    if barred:
        names = joined([trace.graph.spoken(id_) for id_ in barred])
        sentence = (
            f"{output} depends on {names} only through choices that have no derivative, such as an index, so no "
            f"gradient gets to {it(barred)}."
        )
        yield Finding(Kind.LOST, barred[0], sentence, others=tuple(barred[1:]))
