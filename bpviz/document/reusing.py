"""The user's own operations: made from a group, and used as a copy of it with free inputs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..graph.graph import Graph, GraphError, Node, NodeId
from ..graph.layout import CARD_ROOM, Direction, Position, layout
from ..graph.naming import fresh_name, name_fault
from ..graph.parse import parse
from ..graph.program import program
from ..ops import OPS
from .diagram import Diagram
from .edits import EditError, next_id
from .groups import FreeInput, Group, GroupId, GroupTree, free_name
from .my_operations import MyOperation
from .regrouping import next_group

MOST_NODES = 2_000  # of an operation: its program is kept in the settings


def operation_of(diagram: Diagram, id_: GroupId) -> MyOperation:
    """A group as an operation: what comes from outside becomes its inputs, and so do the inputs that it had."""
    tree, graph = GroupTree(diagram.groups), diagram.graph
    members = tree.within(id_)
    if len(members) > MOST_NODES:
        raise EditError(f"a group of more than {MOST_NODES} nodes is too large to be an operation")
    free = {slot: wish.name for group in tree.below(id_) for wish in group.inputs for slot in wish.slots}
    taken = {graph.nodes[node].name for node in members} | {graph.label(node) for node in members}
    inputs: dict[NodeId | str, Node] = {}
    kept: list[Node] = []
    numbers = iter(range(next_id(graph), next_id(graph) + sum(len(graph.nodes[node].inputs) for node in members)))
    for node in graph.nodes.values():
        if node.id not in members:
            continue
        sources: list[NodeId | None] = []
        for slot, source in enumerate(node.inputs):
            said = free.get((node.id, slot))
            key = source if source is not None else said
            if source in members or key is None:
                sources.append(source)
                continue
            if key not in inputs:
                name = _input_name(graph, source, said, taken)
                taken.add(name)
                inputs[key] = Node(next(numbers), OPS["variable"], (), None, name)
            sources.append(inputs[key].id)
        kept.append(node.with_(inputs=tuple(sources)))
    face = graph.result if graph.result in members else None
    text = program(Graph([*inputs.values(), *kept], face))
    parse(text)  # what cannot be read again is not kept
    return MyOperation(tree.by_id[id_].name, tuple(node.name for node in inputs.values()), text)


def _input_name(graph: Graph, source: NodeId | None, said: str | None, taken: set[str]) -> str:
    """What an input of an operation is called: as the group called it, or like what is wired to it."""
    wish = said or ("x" if source is None or graph.nodes[source].is_constant else graph.label(source))
    return fresh_name(taken, [wish if name_fault(wish) is None else "x"])


def keep(diagram: Diagram, operation: MyOperation) -> Diagram:
    """The diagram with an operation in it, in place of one of that name."""
    others = tuple(other for other in diagram.operations if other.name != operation.name)
    return replace(diagram, operations=(*others, operation))


def forget(diagram: Diagram, name: str) -> Diagram:
    """The diagram without one of its operations; groups made with it stay."""
    kept = tuple(operation for operation in diagram.operations if operation.name != name)
    return diagram if len(kept) == len(diagram.operations) else replace(diagram, operations=kept)


def use(diagram: Diagram, operation: MyOperation, at: Position) -> Diagram:
    """A copy of an operation as a group, its card at a place; the group has the id `next_group(diagram)`.

    Names that are taken get a number.
    """
    try:
        graph = parse(operation.program)
    except GraphError as error:
        raise EditError(f"the operation {operation.name} cannot be read: {error}") from None
    wires = {graph.by_name[name]: name for name in operation.inputs if name in graph.by_name}
    wires = {node: name for node, name in wires.items() if graph.nodes[node].op.is_leaf}
    inner = [node for node in graph.nodes.values() if node.id not in wires]
    if not inner:
        raise EditError(f"the operation {operation.name} is empty")
    first = next_id(diagram.graph)
    ids = {node.id: first + number for number, node in enumerate(inner)}
    taken = set(diagram.graph.by_name)
    slots: dict[str, set[tuple[NodeId, int]]] = {}
    made: list[Node] = []
    for node in inner:
        for slot, source in enumerate(node.inputs):
            if source in wires:
                slots.setdefault(wires[source], set()).add((ids[node.id], slot))
        name = node.name if node.name not in taken else "" if node.is_constant else _free(node.name, taken)
        taken |= {name} - {""}
        sources = tuple(ids.get(source) if source is not None else None for source in node.inputs)
        made.append(Node(ids[node.id], node.op, sources, 1.0 if _is_empty(node) else node.value, name))
    places = _places(made, at, diagram.direction)
    inputs = tuple(FreeInput(name, frozenset(slots[name])) for name in operation.inputs if name in slots)
    name = free_name((held.name for held in diagram.groups), operation.name)
    group = Group(next_group(diagram), name, frozenset(places), None, at, is_open=False, inputs=inputs)
    return replace(
        diagram,
        graph=diagram.graph.edited(made),
        positions=diagram.places_with(places),
        groups=(*diagram.groups, group),
    )


def _is_empty(node: Node) -> bool:
    return node.op.is_leaf and node.value is None


def _free(name: str, taken: Iterable[str]) -> str:
    """A name, with the next number that is free if it is taken: w1 becomes w2."""
    used = set(taken)
    if name not in used:
        return name
    stem = name.rstrip("0123456789") or name
    number = int(name[len(stem) :] or "1") + 1
    while f"{stem}{number}" in used:
        number += 1
    return f"{stem}{number}"


def _places(nodes: list[Node], at: Position, direction: Direction) -> dict[NodeId, Position]:
    """The nodes laid out around the middle of a card."""
    found = layout(Graph(nodes), direction=direction)
    dx = at[0] + CARD_ROOM[0] / 2 - (max(x for x, _ in found.values()) + CARD_ROOM[0]) / 2
    dy = at[1] + CARD_ROOM[1] / 2 - (max(y for _, y in found.values()) + CARD_ROOM[1]) / 2
    return {node: (x + dx, y + dy) for node, (x, y) in found.items()}
