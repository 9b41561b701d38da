"""Lays out a diagram with groups: every level on its own, with a card for each group that is not open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import TypeAlias

from ..graph.graph import Graph, GraphError, Node, NodeId
from ..graph.layout import CARD_ROOM, ROOMS, Direction, Position, layout
from ..ops import OPS
from .diagram import Diagram
from .groups import Group, GroupId, GroupTree, box_of, card_in, card_size
from .port_order import Order, entering, order_of, with_ports

Progress: TypeAlias = Callable[[float], None]

GAP = 32.0  # between cards, where one is higher than usual


def arranged(diagram: Diagram, progress: Progress | None = None) -> Diagram:
    """Lays everything out anew: every card that stands for a group as one, and what is in it around its place."""
    tree = GroupTree(diagram.groups)
    flat = None if progress is None else lambda done: progress(done / 2)
    level = None if progress is None else lambda done: progress(0.5)
    places: dict[NodeId, Position] = dict(layout(diagram.graph, direction=diagram.direction, progress=flat))
    cards: dict[GroupId, Position] = {}
    groups = diagram.groups
    try:
        groups = _arrange(diagram, None, places, cards, level).groups
    except GraphError:  # groups that depend on each other cannot stand in columns
        cards = {group.id: card_in(box_of(places, tree.within(group.id)))
                 for group in diagram.groups}  # fmt: skip
    groups = tuple(replace(group, at=cards.get(group.id, group.at)) for group in groups)
    return replace(diagram, positions=places, groups=groups)


def _arrange(
    diagram: Diagram,
    level: GroupId | None,
    places: dict[NodeId, Position],
    cards: dict[GroupId, Position],
    progress: Progress | None,
) -> Diagram:
    """Lays out what is seen of a level, and then the insides of its cards; writes places of nodes and of cards.

    Returns the diagram with the ports of these cards in order.
    """
    seen = _laid_out(diagram, level, progress)
    diagram = _with_ports(diagram, level, seen) if seen.faces else diagram
    found = seen.places if level is None else _around(seen.places, cards[level])
    back = {face: id_ for id_, face in seen.faces.items()}
    for face, place in found.items():
        if face in back:
            cards[back[face]] = place
            diagram = _arrange(diagram, back[face], places, cards, progress)
        else:
            places[face] = place
    return diagram


@dataclass(frozen=True)
class _Seen:
    """A level laid out: what is seen of it, the face of each group's card, and where everything lies."""

    graph: Graph
    faces: Mapping[GroupId, NodeId]
    places: Mapping[NodeId, Position]


def _laid_out(diagram: Diagram, level: GroupId | None, progress: Progress | None) -> _Seen:
    """A level laid out; the cards of groups take their wires as they come."""
    direction = diagram.direction
    graph, faces = _seen_from(diagram, GroupTree(diagram.groups), level)
    places = layout(graph, direction=direction, free=faces.values(), progress=progress)
    return _Seen(graph, faces, _apart(places, graph, set(faces.values()), direction))


def _with_ports(diagram: Diagram, level: GroupId | None, seen: _Seen) -> Diagram:
    """The diagram with the ports of a level's cards in the order of what is wired to them."""
    tree, turned, room = GroupTree(diagram.groups), diagram.direction.turned, ROOMS[diagram.direction]
    shown = {card: turned(at)[1] + room.face_of(seen.graph.nodes[card]) for card, at in seen.places.items()}
    heights = {}
    for node in diagram.graph.nodes if level is None else tree.within(level):
        shut = _shut(tree, node, level)
        heights[node] = shown[node if shut is None else seen.faces[shut.id]]
    order = order_of(diagram.graph)
    groups = tuple(
        with_ports(diagram.graph, tree, group, heights, order) if group.id in seen.faces else group
        for group in diagram.groups
    )
    return replace(diagram, groups=groups)


def _seen_from(diagram: Diagram, tree: GroupTree, level: GroupId | None) -> tuple[Graph, dict[GroupId, NodeId]]:
    """What is seen of a level as a graph, and by which node each group's card is known in it."""
    nodes = diagram.graph.nodes if level is None else tree.within(level)
    closed = {node: shut.id for node in nodes if (shut := _shut(tree, node, level)) is not None}
    faces = {id_: min(node for node, shut in closed.items() if shut == id_) for id_ in set(closed.values())}
    order = order_of(diagram.graph)
    shown = [
        _as_shown(diagram, node, nodes, closed, faces, tree, order) for node in diagram.graph.nodes if node in nodes
    ]
    return Graph([node for node in shown if node is not None]), faces


def arranged_in_part(diagram: Diagram, nodes: Collection[NodeId], level: GroupId | None) -> dict[NodeId, Position]:
    """By which way nodes go, so that those cards of a level that stand for some nodes are laid out where they are.

    A group goes as a whole, and stays if anything in it is pinned.
    """
    tree = GroupTree(diagram.groups)
    try:
        seen, faces = _seen_from(diagram, tree, level)
    except GraphError:
        return {}  # groups that depend on each other cannot stand in columns
    groups = {face: id_ for id_, face in faces.items()}
    held = {card: tree.within(groups[card]) if card in groups else frozenset({card}) for card in seen.nodes}
    chosen = [card for card in seen.nodes if held[card] & set(nodes) and not held[card] & diagram.pinned]
    if not chosen:
        return {}
    before = {card: tree.by_id[groups[card]].at if card in groups else diagram.positions[card] for card in seen.nodes}
    direction = diagram.direction
    fresh = layout(seen, direction=direction, only=chosen, before=before)
    fresh = _apart({card: fresh[card] for card in chosen}, seen, groups, direction)
    return {
        node: (fresh[card][0] - before[card][0], fresh[card][1] - before[card][1])
        for card in chosen
        for node in held[card]
    }


def _apart(
    places: Mapping[NodeId, Position], seen: Graph, faces: Collection[NodeId], direction: Direction
) -> dict[NodeId, Position]:
    """The same columns, in which what is below a card of more than the usual height makes room for it; and rows, in
    which that is so of widths."""
    turned, nodes = direction.turned, seen.nodes
    places = {node: turned(place) for node, place in places.items()}
    columns: dict[float, list[NodeId]] = {}
    for node, (x, _) in sorted(places.items(), key=lambda item: item[1][1]):
        columns.setdefault(x, []).append(node)
    found: dict[NodeId, Position] = {}
    for column in columns.values():
        bottom = -inf
        for node in column:
            x, y = places[node]
            y = max(y, bottom)
            found[node] = turned((x, y))
            ports = max(len(nodes[node].inputs), 1)
            size = turned(card_size(ports, direction)) if node in faces else ROOMS[direction].size_of(nodes[node])
            bottom = y + size[1] + GAP
    more = _longer(places, seen, faces, direction)
    return {node: _along(found[node], sum(by for x, by in more.items() if x < places[node][0]), direction)
            for node in places}  # fmt: skip


def _longer(
    places: Mapping[NodeId, Position], seen: Graph, faces: Collection[NodeId], direction: Direction
) -> dict[float, float]:
    """By how much the cards of groups reach beyond where others of their column or row end."""
    more: dict[float, float] = {}
    for face in faces:
        if face in places:
            size = direction.turned(card_size(max(len(seen.nodes[face].inputs), 1), direction))
            x, by = places[face][0], size[0] - ROOMS[direction].card[0]
            if by > more.get(x, 0.0):
                more[x] = by
    return more


def _along(place: Position, by: float, direction: Direction) -> Position:
    x, y = direction.turned(place)
    return direction.turned((x + by, y))


def _shut(tree: GroupTree, node: NodeId, level: GroupId | None) -> Group | None:
    """The outermost group within a level that hides a node."""
    chain = tree.chain_of(node)[len(tree.chain(level)) :]
    return next((group for group in chain if not group.is_open), None)


def _as_shown(
    diagram: Diagram,
    node: NodeId,
    nodes: Collection[NodeId],
    closed: Mapping[NodeId, GroupId],
    faces: Mapping[GroupId, NodeId],
    tree: GroupTree,
    order: Order,
) -> Node | None:
    """A node as a level's layout sees it: the first node of a group stands for all of them, with all their inputs."""
    home = closed.get(node)
    if home is None:
        held = diagram.graph.nodes[node]
        return held.with_(inputs=tuple(_seen(source, nodes, closed, faces) for source in held.inputs), name=held.name)
    if faces[home] != node:
        return None
    sources: dict[NodeId, None] = {}
    for member, slot in entering(diagram.graph, tree, home, order):
        seen = _seen(diagram.graph.nodes[member].inputs[slot], nodes, closed, faces)
        if seen is not None and seen != node:
            sources[seen] = None
    return Node(node, OPS["stack"].with_(max(len(sources), 1)), tuple(sources) or (None,))


def _seen(
    source: NodeId | None,
    nodes: Collection[NodeId],
    closed: Mapping[NodeId, GroupId],
    faces: Mapping[GroupId, NodeId],
) -> NodeId | None:
    if source is None or source not in nodes:
        return None
    return faces[closed[source]] if source in closed else source


def _around(places: Mapping[NodeId, Position], card: Position) -> dict[NodeId, Position]:
    """The same places, with a card in the middle."""
    xs, ys = [x for x, _ in places.values()], [y for _, y in places.values()]
    dx = card[0] + CARD_ROOM[0] / 2 - (min(xs) + max(xs) + CARD_ROOM[0]) / 2
    dy = card[1] + CARD_ROOM[1] / 2 - (min(ys) + max(ys) + CARD_ROOM[1]) / 2
    return {node: (x + dx, y + dy) for node, (x, y) in places.items()}
