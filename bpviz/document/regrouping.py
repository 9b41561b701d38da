"""Everything a user can do with groups, as pure functions Diagram → Diagram."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeAlias

from ..graph.graph import NodeId
from ..graph.layout import CARD_ROOM, Position
from . import edits
from .annotations import AnnotationId
from .card_places import with_room
from .diagram import Diagram
from .edits import EditError
from .groups import Box, Group, GroupId, GroupTree, Slot, box_of, card_in, free_name
from .housing import followed, going_along, housed, of_group
from .port_order import settled

LONGEST_NAME = 40
ROOM = 72.0  # scene units around the cards of an open group: for its frame and title, and ground to see between

Unit: TypeAlias = tuple[str, int]  # what is seen of a level as one thing: a node or a group


def _unit(tree: GroupTree, node: NodeId, level: GroupId | None) -> Unit:
    """What a node belongs to on a level: the group directly within `level`, or itself."""
    if node not in tree.home:
        return "node", node
    chain = tree.chain_of(node)
    depth = len(tree.chain(level))
    if [group.id for group in chain[:depth]] != [group.id for group in tree.chain(level)] or len(chain) == depth:
        return "node", node
    return "group", chain[depth].id


def group(
    diagram: Diagram,
    nodes: Collection[NodeId],
    name: str = "",
    *,
    inside: GroupId | None = None,
    annotations: Collection[AnnotationId] = (),
) -> Diagram:
    """Collapses some nodes to one card; it will have the id `next_group(diagram)`, and a free name if none is given.

    Whoever stands `inside` a group, all of whose nodes are chosen, means a group within that one.
    Groups that are chosen as a whole come to lie in the new one, and so do `annotations` that are chosen, and frames
    that hold nothing else.  Refused are parts of a group together with what lies
    outside of it, and selections that a path leaves and comes back to: their card would depend on itself.
    """
    tree = GroupTree(diagram.groups)
    chosen = frozenset(nodes) & diagram.graph.nodes.keys()
    if not chosen:
        raise EditError("select the cards that are to become a group")
    level = _level(tree, chosen, inside)
    units = list(dict.fromkeys(_unit(tree, node, level) for node in diagram.graph.nodes if node in chosen))
    for kind, id_ in units:
        if kind == "group" and not tree.within(id_) <= chosen:
            one = diagram.graph.spoken(next(node for node in chosen if node in tree.within(id_)))
            raise EditError(
                f"{one} lies in {tree.by_id[id_].name}, which is not selected as a whole: step inside first"
            )
    if len(units) < 2:
        raise EditError("a group takes two cards or more: select them first")
    if path := _way_back(diagram, tree, level, units):
        raise EditError(_told(diagram, tree, path))
    made = Group(
        next_group(diagram),
        clean_name(name) if name else free_name(held.name for held in diagram.groups),
        frozenset(id_ for kind, id_ in units if kind == "node"),
        level,
        card_in(box_of(diagram.positions, chosen)),
    )
    moved = {id_ for kind, id_ in units if kind == "group"}
    others = tuple(
        replace(other, parent=made.id) if other.id in moved
        else replace(other, members=other.members - chosen) if other.id == level
        else other
        for other in diagram.groups
    )  # fmt: skip
    along = going_along(diagram, chosen, level, annotations)
    return with_room(settled(housed(replace(diagram, groups=(*others, made)), along, made.id), made.id), made.id)


def next_group(diagram: Diagram) -> GroupId:
    """The id that the next group will have."""
    return max((group.id for group in diagram.groups), default=0) + 1


def clean_name(name: str) -> str:
    """A name of a group without blanks around it.  Raises EditError for one that will not do."""
    clean = " ".join(name.split())
    if not clean or not clean.isprintable():
        raise EditError("a group needs a name, such as neuron or layer 1")
    if len(clean) > LONGEST_NAME:
        raise EditError(f"the name of a group has at most {LONGEST_NAME} letters")
    return clean


def _level(tree: GroupTree, chosen: frozenset[NodeId], inside: GroupId | None) -> GroupId | None:
    """The innermost group in which all of some nodes lie, and more than them; never one around where one stands."""
    around = {group.id for group in tree.chain(inside)}
    chains = [tree.chain_of(node) for node in chosen]
    level = None
    for groups in zip(*chains, strict=False):
        same = len({group.id for group in groups}) == 1
        if not same or (tree.within(groups[0].id) == chosen and groups[0].id not in around):
            break
        level = groups[0].id
    return level


def _way_back(diagram: Diagram, tree: GroupTree, level: GroupId | None, chosen: Collection[Unit]) -> list[Unit] | None:
    """A path that leaves the chosen units and comes back: its units, the first and the last of them chosen."""
    structure, inside = diagram.graph.structure, set(chosen)
    depths = structure.depths
    deepest = max((depths[id_] for kind, id_ in chosen if kind == "node"), default=0) if not tree.by_id else len(depths)

    def ahead(unit: Unit) -> list[Unit]:
        """What a unit feeds, in the order of the graph; but for what lies so far ahead that nothing comes back."""
        kind, id_ = unit
        nodes = (id_,) if kind == "node" else tree.within(id_)
        fed = {pair for node in nodes for pair in structure.consumers[node] if depths[pair[0]] <= deepest}
        goals = [target for target, _ in sorted(fed, key=lambda pair: (structure.order[pair[0]], pair[1]))]
        return [goal for goal in (_unit(tree, target, level) for target in goals) if goal != unit]

    came_from: dict[Unit, Unit] = {}
    pending = [(unit, goal) for unit in chosen for goal in ahead(unit) if goal not in inside]
    for before, unit in pending:  # grows as it goes
        if unit in inside:
            path = [unit, before]
            while path[-1] not in inside:
                path.append(came_from[path[-1]])
            return path[::-1]
        if unit not in came_from:
            came_from[unit] = before
            pending.extend((unit, goal) for goal in ahead(unit))
    return None


def _told(diagram: Diagram, tree: GroupTree, path: list[Unit]) -> str:
    names = [tree.by_id[id_].name if kind == "group" else diagram.graph.spoken(id_) for kind, id_ in path]
    between = " and ".join(names[1:-1]) if len(names) <= 4 else f"{names[1]} … {names[-2]}"
    shown = names if len(names) <= 6 else [*names[:3], "…", *names[-2:]]
    return (
        f"the path {' → '.join(shown)} leaves the group and comes back, so the group would depend on itself: "
        f"select {between} too"
    )


def ungroup(diagram: Diagram, id_: GroupId) -> Diagram:
    """Dissolves a group: what lies in it lies where the group lay."""
    held = _held(diagram, id_)
    opened = diagram if held.is_open else set_open(diagram, id_, is_open=True)
    kept = []
    for other in opened.groups:
        if other.id == held.parent:
            kept.append(replace(other, members=other.members | held.members))
        elif other.id != id_:
            kept.append(replace(other, parent=held.parent) if other.parent == id_ else other)
    return replace(housed(opened, of_group(opened, id_), held.parent), groups=tuple(kept))


def set_open(diagram: Diagram, id_: GroupId, *, is_open: bool) -> Diagram:
    """Shows the nodes of a group in place of its card, or the card again.

    The nodes keep their places relative to each other; what lies in their way makes room.
    """
    held, tree = _held(diagram, id_), GroupTree(diagram.groups)
    if held.is_open == is_open:
        return diagram
    box = box_of(diagram.positions, tree.within(id_))
    if not is_open:
        along = going_along(diagram, tree.within(id_), held.parent)
        closed = _with_group(diagram, replace(held, is_open=False, at=card_in(box)))
        return housed(_around_the_same(diagram, with_room(closed, id_), held.parent), along, id_)
    middle = held.at[0] + CARD_ROOM[0] / 2, held.at[1] + CARD_ROOM[1] / 2
    dx, dy = middle[0] - (box[0] + box[2]) / 2, middle[1] - (box[1] + box[3]) / 2
    places = {node: (x + dx, y + dy) for node in tree.within(id_) for x, y in [diagram.positions[node]]}
    places |= _making_room(diagram, tree, held, (box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy))
    moved = edits.move(diagram, places)
    opened = _with_group(moved, replace(_held(moved, id_), is_open=True))
    return _around_the_same(diagram, opened, held.parent)


def _around_the_same(before: Diagram, after: Diagram, level: GroupId | None) -> Diagram:
    """With the frames of a level around what they held before something opened or closed in it."""
    if all(frame.group != level for frame in before.frames):
        return after
    pairs = zip(after.frames, followed(before, after), strict=True)
    return replace(after, frames=tuple(new if new.group == level else held for held, new in pairs))


def _making_room(diagram: Diagram, tree: GroupTree, opened: Group, box: Box) -> dict[NodeId, Position]:
    """Where the cards around a group go as it opens to a box: away from its card, if anything is in the way.

    What lies before or after it goes along the wires, all else to the side.
    """
    turned = diagram.direction.turned
    (left, top), card, extent = turned(opened.at), turned(CARD_ROOM), turned((box[2] - box[0], box[3] - box[1]))
    right, bottom = left + card[0], top + card[1]
    wide, high = (max((size - least) / 2 + ROOM, 0.0) for size, least in zip(extent, card, strict=True))
    beside = tree.within(opened.parent) if opened.parent is not None else diagram.graph.nodes.keys()
    units: dict[Unit, list[NodeId]] = {}
    for node in beside - tree.within(opened.id):
        units.setdefault(_unit(tree, node, opened.parent), []).append(node)
    boxes = {unit: _shown_box(diagram, tree, unit, nodes) for unit, nodes in units.items()}
    if not any(_touch(other, box) for other in boxes.values()):
        return {}
    places: dict[NodeId, Position] = {}
    for unit, nodes in units.items():
        other = boxes[unit]
        x, y = turned(((other[0] + other[2]) / 2, (other[1] + other[3]) / 2))
        ahead = wide if x > right else -wide if x < left else 0.0
        dx, dy = turned((ahead, 0.0 if ahead else high if y > (top + bottom) / 2 else -high))
        places |= {node: (diagram.positions[node][0] + dx, diagram.positions[node][1] + dy) for node in nodes}
    return places


def _touch(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2] + ROOM and other[0] < one[2] + ROOM and one[1] < other[3] + ROOM and other[1] < one[3] + ROOM
    )


def _shown_box(diagram: Diagram, tree: GroupTree, unit: Unit, nodes: Iterable[NodeId]) -> Box:
    """What a unit takes up as it is shown."""
    if unit[0] == "group" and not tree.by_id[unit[1]].is_open:
        x, y = tree.by_id[unit[1]].at
        return x, y, x + CARD_ROOM[0], y + CARD_ROOM[1]
    return box_of(diagram.positions, nodes)


def rename_group(diagram: Diagram, id_: GroupId, name: str) -> Diagram:
    """Another name for a group."""
    held = _held(diagram, id_)
    clean = clean_name(name)
    others = [other.name for other in diagram.groups if other.id != id_]
    if clean in others:
        raise EditError(f"{clean} is the name of another group; choose another, such as {free_name(others, clean)}")
    return diagram if clean == held.name else _with_group(diagram, replace(held, name=clean))


def house(diagram: Diagram, nodes: Collection[NodeId], id_: GroupId) -> Diagram:
    """Puts nodes that lie in no group into one."""
    held, homes = _held(diagram, id_), GroupTree(diagram.groups).home
    new = frozenset(nodes) - homes.keys()
    return _with_group(diagram, replace(held, members=held.members | new)) if new else diagram


def connect(diagram: Diagram, source: NodeId, slots: Iterable[Slot]) -> Diagram:
    """Wires `source` to all slots behind a port of a group's card."""
    for node, slot in slots:
        diagram = edits.connect(diagram, source, node, slot)
    return diagram


def disconnect(diagram: Diagram, slots: Iterable[Slot]) -> Diagram:
    """Takes the wires off all slots behind a port of a group's card."""
    for node, slot in slots:
        diagram = edits.disconnect(diagram, node, slot)
    return diagram


def _held(diagram: Diagram, id_: GroupId) -> Group:
    for group in diagram.groups:
        if group.id == id_:
            return group
    raise EditError("that group is gone")


def _with_group(diagram: Diagram, changed: Group) -> Diagram:
    groups = tuple(changed if group.id == changed.id else group for group in diagram.groups)
    return replace(diagram, groups=groups)
