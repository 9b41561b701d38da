"""Which nodes of a newly written program are those that were there before."""

from __future__ import annotations

from ..graph.graph import Graph, Node, NodeId, Value


def match(new: Graph, old: Graph, starting_value: Value) -> Graph:
    """`new` with the ids of the nodes of `old` that it kept, and with the values and kinds of inputs it doesn't state.

    Nodes are matched by name or label (v1 is what the text calls a result that nobody named), unnamed ones by where
    they stand: same operation, same slot of the same consumer.
    """
    same = _same(new, old)
    free = iter(range(max(old.nodes, default=0) + 1, max(old.nodes, default=0) + len(new.nodes) + 1))
    ids = {id_: same[id_] if id_ in same else next(free) for id_ in new.nodes}
    nodes = [_carried(node, old, ids, starting_value) for node in new.nodes.values()]
    output = None if new.output is None else ids[new.output]
    # the text calls unnamed results v1 …; that alone is no change
    result = None if new.result is None else ids[new.result]
    is_unchanged = result == old.result and {node.id: _unnamed(node, old) for node in nodes} == dict(old.nodes)
    return old if is_unchanged else Graph(nodes, output)


def _same(new: Graph, old: Graph) -> dict[NodeId, NodeId]:
    called = {old.label(id_): id_ for id_, node in old.nodes.items() if not node.op.is_leaf} | dict(old.by_name)
    same = {id_: called[name] for name, id_ in new.by_name.items() if name in called}
    taken = set(same.values())
    _match_ends(new, old, same, taken)
    # from the ends backwards, so that a consumer is matched before what it consumes
    for level in reversed(new.structure.levels):
        for id_ in level:
            if id_ not in same:
                continue
            before = old.nodes[same[id_]].inputs
            for source, earlier in zip(new.nodes[id_].inputs, before, strict=False):
                if source is None or earlier is None or source in same or earlier in taken:
                    continue
                if _alike(new.nodes[source], old.nodes[earlier]):
                    same[source] = earlier
                    taken.add(earlier)
    return same


def _match_ends(new: Graph, old: Graph, same: dict[NodeId, NodeId], taken: set[NodeId]) -> None:
    """Outputs are the same thing under another name, if the operation is the same; lone constants by their order."""
    pairs = list(zip(_lone_constants(new), _lone_constants(old), strict=False))
    one, other = new.result, old.result
    if one is not None and other is not None and not new.nodes[one].op.is_leaf:
        pairs.append((one, other))
    for one, other in pairs:
        if one not in same and other not in taken and new.nodes[one].op is old.nodes[other].op:
            same[one] = other
            taken.add(other)


def _lone_constants(graph: Graph) -> list[NodeId]:
    consumers = graph.structure.consumers
    return [id_ for id_, node in graph.nodes.items() if node.is_constant and not node.name and not consumers[id_]]


def _alike(one: Node, other: Node) -> bool:
    """Whether nodes in the same place are the same; a constant may have got the name the text needs."""
    return one.op is other.op and not other.name and (not one.name or one.is_constant)


def _carried(node: Node, old: Graph, ids: dict[NodeId, NodeId], starting_value: Value) -> Node:
    """`node` under its new id; what the text cannot say or didn't say stays as it was."""
    id_, op, value = ids[node.id], node.op, node.value
    before = old.nodes.get(id_)
    if op.is_leaf and not node.is_constant:
        held = before if before is not None and before.op.is_leaf and not before.is_constant else None
        if value is None:
            value = held.value if held is not None else starting_value
        if held is not None and op.name == "variable":
            op = held.op
    inputs = tuple(None if source is None else ids[source] for source in node.inputs)
    return Node(id_, op, inputs, value, node.name)


def _unnamed(node: Node, old: Graph) -> Node:
    """`node` without a name that is only the label that it had."""
    before = old.nodes.get(node.id)
    return node.with_(name="") if before is not None and not before.name and node.name == old.label(node.id) else node
