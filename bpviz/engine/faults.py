"""What went wrong in a run, found afterwards: values and local derivatives that are not finite, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..graph.graph import Graph, NodeId
from ..graph.program import local_derivative, node_formula
from ..ops import numerals
from .notation import local_sign
from .plan import Plan
from .steps import Buffers

if TYPE_CHECKING:
    from .sweeps import Sweep

NOT_NAMED = "here it is"  # how the inputs of a node are told that has only numbers for inputs


@dataclass(frozen=True)
class Fault:
    """A node at fault, and the reason in words."""

    node: NodeId
    reason: str


def culprits(graph: Graph, at_fault: Set[NodeId]) -> Mapping[NodeId, NodeId]:
    """For each node that is at fault or depends on one that is, the one at fault."""
    blamed: dict[NodeId, NodeId] = {}
    for level in graph.structure.levels if at_fault else ():
        for id_ in level:
            if id_ in at_fault:
                blamed[id_] = id_
                continue
            for source in graph.structure.inputs[id_]:
                if source in blamed:
                    blamed[id_] = blamed[source]
                    break
    return blamed


def forward_faults(plan: Plan, buffers: Buffers, graph: Graph) -> list[Fault]:
    """Nodes whose inputs don't fit, and nodes that made a NaN or an infinity out of finite inputs."""
    faults = [Fault(node, reason) for node, reason in plan.misfits.items()]
    if np.isfinite(buffers.values).all():
        return faults
    broken: set[int] = set()
    for row, id_ in enumerate(plan.rows):
        inputs = [plan.row_of[source] for source in graph.nodes[id_].inputs if source is not None]
        if any(i in broken for i in inputs):
            broken.add(row)
        elif not np.isfinite(plan.value_view(row, buffers)).all():
            broken.add(row)
            faults.append(Fault(id_, _forward_reason(plan, buffers, graph, row, inputs)))
    return faults


def _forward_reason(plan: Plan, buffers: Buffers, graph: Graph, row: int, inputs: list[int]) -> str:
    id_ = plan.rows[row]
    node, value = graph.nodes[id_], plan.value_view(row, buffers)
    if node.op.is_leaf:
        return f"{graph.spoken(id_)} is {numerals.brief(value)}: an input has to be a finite number"
    if node.op.structured is not None:
        return _structured_reason(plan, buffers, graph, id_, inputs)
    entry = _first(~np.isfinite(value))
    given = np.broadcast_arrays(*(plan.value_view(i, buffers) for i in inputs), value)[:-1]
    numbers = [np.float64(array[entry]) for array in given]
    where = _where(graph, id_, numbers)
    place = f" (entry {list(entry)})" if entry else ""
    domain = node.op.domain
    if domain is not None and not np.all(domain.holds(*numbers)):
        return f"{domain.complaint(*numbers)}; {where}{place}"
    told = f"; {where}" if not where.startswith(NOT_NAMED) else ""
    return f"{node_formula(graph, id_)} is too large for float64, whose largest number is about 1.8·10³⁰⁸{told}{place}"


def _structured_reason(plan: Plan, buffers: Buffers, graph: Graph, id_: NodeId, inputs: list[int]) -> str:
    """Why an operation on whole arrays gave something that is not finite."""
    domain = graph.nodes[id_].op.domain
    with np.errstate(all="ignore"):
        values = [plan.value_view(i, buffers) for i in inputs]
        if domain is not None and not np.all(domain.holds(*values)):
            return f"{domain.complaint(*values)}; {'; '.join(_input_values(plan, buffers, graph, id_))}"
    return f"{node_formula(graph, id_)} is too large for float64, whose largest number is about 1.8·10³⁰⁸"


def _where(graph: Graph, id_: NodeId, numbers: list[Any]) -> str:
    """`x is −2`, for the inputs of a node; or `here it is 1 / 0`, when they are all numbers."""
    labels = [graph.spoken(source) for source in graph.nodes[id_].inputs if source is not None]
    told = dict(zip(labels, map(numerals.short, numbers), strict=True))
    given = " and ".join(f"{label} is {number}" for label, number in told.items() if label != number)
    return given or f"{NOT_NAMED} {graph.nodes[id_].op.text.template.format(*labels)}"


def _first(mask: Any) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(mask)[0])


def sweep_faults(sweep: Sweep) -> list[Fault]:
    """The first wire of a sweep whose contribution is not finite, if there is one."""
    plan, graph, buffers = sweep.plan, sweep.graph, sweep.buffers
    if sweep.is_finite:
        return []
    noun = "gradient" if sweep.is_backward else "tangent"
    wire = next((w for w in range(len(sweep.wires)) if not np.isfinite(sweep.contribution(w)).all()), None)
    if wire is None:
        row = next(row for row in range(len(plan.rows)) if not np.isfinite(sweep.result(row)).all())
        name = graph.spoken(plan.rows[row])
        return [Fault(plan.rows[row], f"the contributions to the {noun} of {name} add up to more than float64 holds")]
    id_, slot = plan.rows[sweep.consumer(wire)], int(sweep.wires.slot[wire])
    source = graph.nodes[id_].inputs[slot]
    assert source is not None
    name, of = graph.spoken(id_), graph.spoken(source)
    sender, receiver = (name, of) if sweep.is_backward else (of, name)
    local = sweep.local(wire)
    if local is not None and np.isfinite(local).all():
        return [Fault(id_, f"the {noun} that {sender} sends to {receiver} is too large for float64")]
    what = "does not exist" if np.isnan(sweep.contribution(wire)).any() else "is infinite, or too large for float64"
    where = "; ".join(_input_values(plan, buffers, graph, id_))
    if graph.nodes[id_].op.structured is not None:
        way = "back " if sweep.is_backward else ""
        return [Fault(id_, f"what {sender} sends {way}to {receiver} {what}, where {where}")]
    sign, derivative = local_sign(graph, sweep, id_, slot), local_derivative(graph, id_, slot)
    return [Fault(id_, f"the local derivative {sign} = {derivative} {what}, where {where}")]


def _input_values(plan: Plan, buffers: Buffers, graph: Graph, id_: NodeId) -> Iterator[str]:
    for source in dict.fromkeys(graph.nodes[id_].inputs):
        if source is not None and not graph.nodes[source].is_constant:
            yield f"{graph.spoken(source)} is {numerals.brief(plan.value_view(plan.row_of[source], buffers))}"
