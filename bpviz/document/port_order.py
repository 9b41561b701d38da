"""In which order the ports of a group's card stand: so that few wires cross before it and after it.

The order is settled when a group is made and when it is arranged automatically, by where its sources and goals lie
then, and is kept in the document: dragging a card past another does not swap ports under the wires.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import inf
from typing import TypeAlias

from ..graph.graph import Graph, NodeId
from ..graph.layout import ROOMS
from .diagram import Diagram
from .groups import Group, GroupId, GroupTree, Slot
from .housing import seen_at

Order: TypeAlias = Mapping[NodeId, int]


def entering(graph: Graph, tree: GroupTree, id_: GroupId, order: Order) -> list[Slot]:
    """The slots of a group's nodes that are wired from outside or wait, in the order of the ports that feed them.

    First those to which the group's maker gave names, in the maker's order, as the arguments of an operation; then
    in the settled order, and then as one reads: by the `order` of nodes, and by slot.
    """
    members = tree.within(id_)
    named = [slot for held in tree.below(id_) for free in held.inputs for slot in sorted(free.slots)]
    rank = {slot: place for place, slot in reversed(list(enumerate((*named, *tree.by_id[id_].ports))))}
    found = [
        (node, slot)
        for node in sorted(members, key=order.__getitem__)
        for slot, source in enumerate(graph.nodes[node].inputs)
        if source is None or source not in members
    ]
    return sorted(found, key=lambda slot: rank.get(slot, len(rank) + len(named)))  # stable


def leaving(graph: Graph, tree: GroupTree, id_: GroupId, order: Order) -> list[NodeId]:
    """The nodes of a group that have a port on the other side of its card, in the order of these.

    A node has one if it feeds something outside, is the result, or goes nowhere yet.
    """
    members, consumers = tree.within(id_), graph.structure.consumers
    rank = {node: place for place, node in enumerate(tree.by_id[id_].outs)}

    def leaves(node: NodeId) -> bool:
        goals = consumers[node]
        is_end = not goals and not graph.nodes[node].op.is_leaf
        return is_end or node == graph.result or any(goal not in members for goal, _ in goals)

    found = [node for node in sorted(members, key=order.__getitem__) if leaves(node)]
    return sorted(found, key=lambda node: rank.get(node, len(rank)))


def order_of(graph: Graph) -> Order:
    """Numbers by which nodes are sorted as they come in a graph."""
    return graph.structure.order


def settled(diagram: Diagram, id_: GroupId) -> Diagram:
    """The diagram with the ports of a group in the order in which what is wired to them lies, side by side."""
    tree = GroupTree(diagram.groups)
    group, seen = tree.by_id[id_], seen_at(diagram, tree.by_id[id_].parent)
    turned, room, nodes = diagram.direction.turned, ROOMS[diagram.direction], diagram.graph.nodes
    near = neighbours(diagram.graph, tree.within(id_))
    heights = {node: turned(seen[node])[1] + room.face_of(nodes[node]) for node in near if node in seen}
    new = with_ports(diagram.graph, tree, group, heights, order_of(diagram.graph))
    return replace(diagram, groups=tuple(new if held.id == id_ else held for held in diagram.groups))


def neighbours(graph: Graph, nodes: Iterable[NodeId]) -> set[NodeId]:
    """What feeds some nodes, and what they feed."""
    inputs, consumers = graph.structure.inputs, graph.structure.consumers
    found = {source for node in nodes for source in inputs[node] if source is not None}
    return found.union(goal for node in nodes for goal, _ in consumers[node])


def with_ports(graph: Graph, tree: GroupTree, group: Group, heights: Mapping[NodeId, float], order: Order) -> Group:
    """A group with its ports in the order of the `heights` of what is wired to them; what has none comes last."""

    def source_of(slot: Slot) -> float:
        source = graph.nodes[slot[0]].inputs[slot[1]]
        return inf if source is None else heights.get(source, inf)

    def goals_of(node: NodeId) -> float:
        goals = [heights[goal] for goal, _ in graph.structure.consumers[node] if goal in heights and goal not in within]
        return sum(goals) / len(goals) if goals else inf

    within = tree.within(group.id)
    ports = sorted(entering(graph, tree, group.id, order), key=source_of)
    outs = sorted(leaving(graph, tree, group.id, order), key=goals_of)
    return replace(group, ports=tuple(ports), outs=tuple(outs))
