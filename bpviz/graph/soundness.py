"""What makes a graph one that may be: wires from nodes that there are, as many as operations take, names, no cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..ops import numerals
from .naming import NAMED_CONSTANTS, name_fault, quoted
from .structure import CycleError, GraphError, NodeId

if TYPE_CHECKING:
    from .change import Change
    from .graph import Graph, Node

_LONGEST_ROUND = 8  # nodes of a cycle that a message names


def require_sound(graph: Graph) -> None:
    """Raises GraphError for a wire to nowhere, a wrong number of inputs, a bad or double name, cycles."""
    named: dict[str, NodeId] = {}
    for node in graph.nodes.values():
        if fault := _fault(graph, node):
            raise GraphError(fault)
        if node.name:
            if node.name in named:
                raise GraphError(f"two nodes have the name {quoted(node.name)}")
            named[node.name] = node.id
    if graph.output is not None and graph.output not in graph.nodes:
        raise GraphError(f"the output is node {graph.output}, which does not exist")
    try:
        _ = graph.structure.levels
    except CycleError as error:
        raise GraphError(f"{error}: {_round(graph.nodes, error.nodes)}") from None


def is_still_sound(graph: Graph, before: Graph, change: Change[NodeId]) -> bool:
    """Whether a graph that follows from a sound one is sound as far as one can tell from what has changed; if not, all
    of it is to be looked at."""
    changed = {*change.others, *change.gone}
    consumers, names = before.structure.consumers, graph.by_name
    return (
        "levels" in vars(graph.structure)
        and (graph.output is None or graph.output in graph.nodes)
        and not any(target not in changed for node in change.gone for target, _ in consumers[node])
        and len(names) == len(before.by_name) + _named(graph, change.others) - _named(before, changed)
        and not any(_fault(graph, graph.nodes[node]) for node in change.others)
    )


def _named(graph: Graph, nodes: Sequence[NodeId] | set[NodeId]) -> int:
    """How many of some nodes, as far as they are in a graph, have names."""
    return sum(1 for node in nodes if node in graph.nodes and graph.nodes[node].name)


def _fault(graph: Graph, node: Node) -> str | None:
    """What is wrong with one node, cycles and double names apart."""
    who = f"node {node.name or node.id} ({node.op.name})"
    if len(node.inputs) != node.op.arity:
        takes = "one input or more" if node.op.is_variadic else numerals.count(node.op.arity, "input")
        return f"{who} takes {takes}, got {len(node.inputs)}"
    for source in node.inputs:
        if source is not None and source not in graph.nodes:
            return f"{who} is wired to node {source}, which does not exist"
    if node.name:
        return None if node.is_constant and node.name in NAMED_CONSTANTS else name_fault(node.name)
    return f"a {node.op.name} needs a name" if node.op.is_leaf and not node.is_constant else None


def _round(nodes: Mapping[NodeId, Node], cycle: Sequence[NodeId]) -> str:
    """`a → b → a`; of a long way round, both ends."""
    told = [nodes[node].name or f"node {node}" for node in cycle]
    if len(told) > _LONGEST_ROUND:
        told = [*told[: _LONGEST_ROUND - 2], "…", *told[-2:]]
    way = " → ".join(told)
    return f"{way} ({len(cycle) - 1:,} nodes)" if len(cycle) > _LONGEST_ROUND else way
