"""What must hold at any moment, whatever hands have done: the document is whole, and the scene shows that document.

Worked out anew from the document alone, with none of the code that shows it.
"""

from __future__ import annotations

import math

import networkx as nx

from bpviz.document.diagram import Diagram
from bpviz.document.file import dumps, loads
from bpviz.document.groups import Group, GroupId, Slot
from bpviz.graph.graph import NodeId
from bpviz.stage.geometry import Rect
from bpviz.ui.session import Session
from tests.user import User


def check_document(diagram: Diagram) -> None:
    """Everything that is spoken of is there, nothing depends on itself, and a file holds all of it."""
    nodes = diagram.graph.nodes
    assert all(id_ == node.id for id_, node in nodes.items())
    wires = [
        (source, target.id, slot)
        for target in nodes.values()
        for slot, source in enumerate(target.inputs)
        if source is not None
    ]
    assert all(source in nodes for source, _, _ in wires)
    assert nx.is_directed_acyclic_graph(nx.DiGraph((source, target) for source, target, _ in wires))
    assert diagram.graph.output is None or diagram.graph.output in nodes
    named = [node.name for node in nodes.values() if node.name]
    assert len(named) == len(set(named)), "names are told apart"
    assert diagram.positions.keys() == nodes.keys()
    assert all(math.isfinite(place) for at in diagram.positions.values() for place in at)
    assert diagram.pinned <= nodes.keys()
    assert {(route.source, *route.wire) for route in diagram.routes} <= set(wires)
    beside = [held.id for held in diagram.annotations]
    assert len(beside) == len(set(beside))
    _check_groups(diagram)
    assert loads(dumps(diagram).encode()) == diagram, "the file has all of it"


def _check_groups(diagram: Diagram) -> None:
    by_id = {group.id: group for group in diagram.groups}
    assert len(by_id) == len(diagram.groups)
    housed = [node for group in diagram.groups for node in group.members]
    assert len(housed) == len(set(housed)), "no node lies in two groups"
    assert set(housed) <= diagram.graph.nodes.keys()
    tree = nx.DiGraph([(group.parent, group.id) for group in diagram.groups if group.parent is not None])
    assert nx.is_directed_acyclic_graph(tree)
    assert {group.parent for group in diagram.groups} <= by_id.keys() | {None}
    assert all(_members(diagram, group.id) for group in diagram.groups), "no group is empty"
    for held in diagram.annotations:
        assert held.group is None or held.group in by_id, "what stands beside stands in a group that there is"


def _members(diagram: Diagram, group: GroupId) -> set[NodeId]:
    """All nodes of a group, however far in."""
    inner = (_members(diagram, other.id) for other in diagram.groups if other.parent == group)
    return set(next(held.members for held in diagram.groups if held.id == group)).union(*inner)


def _seen_as(diagram: Diagram, inside: GroupId | None) -> dict[NodeId, NodeId | Group]:
    """As what every node of a level is seen: itself, or the outermost closed group around it within the level."""
    by_id = {group.id: group for group in diagram.groups}
    home = {node: group for group in diagram.groups for node in group.members}
    seen: dict[NodeId, NodeId | Group] = {}
    for node in diagram.graph.nodes:
        way: list[Group] = []
        group = home.get(node)
        while group is not None and group.id != inside:
            way.append(group)
            group = None if group.parent is None else by_id[group.parent]
        if inside is not None and group is None:
            continue  # it lies elsewhere
        seen[node] = next((held for held in reversed(way) if not held.is_open), node)
    return seen


def _beside(diagram: Diagram, inside: GroupId | None) -> set[int]:
    """The frames and notes in view of a level: those of which no group around, up to the level, is closed."""
    by_id = {group.id: group for group in diagram.groups}

    def is_seen(group: GroupId | None) -> bool:
        return group == inside or (group is not None and by_id[group].is_open and is_seen(by_id[group].parent))

    return {held.id for held in diagram.annotations if is_seen(held.group)}


def check_scene(user: User) -> None:
    """The cards and wires in view are those of the document, where one stands; and only what is there is selected."""
    session, canvas = user.session, user.canvas
    diagram, inside = session.diagram, session.standing.inside
    assert session.trace.graph is session.graph
    assert session.stage.diagram is diagram
    assert session.playback.length == len(session.story)
    assert 0 <= session.playback.time <= session.playback.length
    assert inside is None or any(group.id == inside for group in diagram.groups)
    scenery = session.scenery
    assert canvas.spots.scenery is scenery
    assert scenery.serves(diagram, inside)

    seen = _seen_as(diagram, inside)
    inputs = {id_: node.inputs for id_, node in diagram.graph.nodes.items()}
    wires = {(t, s): source for t, of in inputs.items() for s, source in enumerate(of) if source is not None}
    crossing = {wire: source for wire, source in wires.items() if (wire[0] in seen) != (source in seen)}
    beside = {end for wire, source in crossing.items() for end in (wire[0], source)} - seen.keys()
    shut = {held.id: held for held in seen.values() if isinstance(held, Group)}
    own = {node for node, held in seen.items() if held == node}
    faces = {card.group: face for face, card in (scenery.view.cards if scenery.view is not None else {}).items()}
    assert faces.keys() == shut.keys()
    assert set(scenery.rects) == own | set(faces.values()) | beside, "the cards"
    assert canvas.spots.nodes == list(scenery.rects)
    for node, held in seen.items():
        assert scenery.card_of(node) == (faces[held.id] if isinstance(held, Group) else held)

    def is_seen(wire: Slot, source: NodeId) -> bool:
        if wire in crossing:
            return True
        ends = [seen.get(wire[0]), seen.get(source)]
        return None not in ends and ends[0] != ends[1]

    assert set(canvas.spots.wires) == {wire for wire, source in wires.items() if is_seen(wire, source)}, "the wires"
    for id_ in shut:
        _check_ports(session, faces[id_], {node for node, held in seen.items() if held == shut[id_]})
    bounds = session.stage.bounds()
    assert all(_holds(bounds, rect) for rect in scenery.rects.values())

    assert session.selection <= seen.keys() | beside
    for id_ in shut:
        within = {node for node, held in seen.items() if held == shut[id_]}
        assert not session.selection & within or within <= session.selection, "a card is selected as a whole"
    assert session.selected_wire is None or session.selected_wire in wires
    assert session.selected_annotations <= session.standing.beside.keys() == _beside(diagram, inside)
    assert canvas.hovered is None or canvas.hovered.node in diagram.graph.nodes


def _check_ports(session: Session, face: NodeId, members: set[NodeId]) -> None:
    """A group's card has a port for all that comes from outside, or is to, and for all that leaves."""
    graph, card = session.graph, session.scenery.group_of(face)
    assert card is not None
    assert card.members == members
    slots = [slot for port in card.ins for slot in port.slots]
    assert len(slots) == len(set(slots))
    assert set(slots) == {
        (node, slot)
        for node in members
        for slot, source in enumerate(graph.nodes[node].inputs)
        if source is None or source not in members
    }
    fed = {source for node in graph.nodes.values() if node.id not in members for source in node.inputs}
    assert {node for node in members if node in fed or node == graph.result} <= set(card.outs) <= members
    assert face in card.outs


def _holds(outer: Rect, inner: Rect) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.right <= outer.right + 1
        and inner.bottom <= outer.bottom + 1
    )
