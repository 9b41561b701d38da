"""Groups: parts of a graph that are shown as one card, or within a frame; and how they lie in one another.

The graph itself stays flat: nothing that computes knows of groups.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from operator import is_
from typing import TypeAlias

from ..graph.graph import Graph, NodeId
from ..graph.layout import CARD_ROOM, ROOMS, Direction, Position

GroupId: TypeAlias = int
Slot: TypeAlias = tuple[NodeId, int]
Box: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom

_HARDLY = 1e-6  # scene units
HEAD, FOOT, STRIP = 40.0, 6.0, 28.0  # of a group's card: its name and what happens in it; below the ports; the gradient
ROW, MOST_ROWS = 20.0, 14  # from port to port, unless there are too many
NAMES, COLUMN, WIDEST_COLUMN = 20.0, 44.0, 64.0  # the names of ports side by side; from port to port, and at the most


def pitch(ports: int, count: int, direction: Direction) -> float:
    """From one port to the next of `count` on a side of a card whose other side has no more than `ports`.

    Rows are equally high on both sides; what stands side by side makes use of all the width.
    """
    if not direction.is_down:
        return ROW * min(1.0, MOST_ROWS / ports)
    return min(card_size(ports, direction)[0] / max(count, 1), WIDEST_COLUMN)


def card_size(ports: int, direction: Direction) -> Position:
    """The width and height of a group's card with at most so many ports on a side."""
    width = ROOMS[Direction.RIGHT].card[0]
    if direction.is_down:
        return max(width, COLUMN * min(ports, MOST_ROWS)), NAMES + HEAD + 1.5 * ROW + FOOT + STRIP
    return width, HEAD + ports * pitch(ports, ports, direction) + FOOT + STRIP


@dataclass(frozen=True, slots=True)
class FreeInput:
    """What a group's maker calls one of its inputs, and the slots of members that it feeds."""

    name: str
    slots: frozenset[Slot]


@dataclass(frozen=True, slots=True)
class Group:
    """Some nodes under a name.

    `members` are those that lie in no group within this one; `parent` is the group that this one lies in; `at` is the
    top left corner of the card that stands for the group while it is not open.  `ports` has slots of nodes in it that
    are wired from outside or wait, in the order of their ports on the card, and `outs` the nodes that have ports on the
    other side; what is in neither comes after these (`port_order.py`).
    """

    id: GroupId
    name: str
    members: frozenset[NodeId]
    parent: GroupId | None = None
    at: Position = (0.0, 0.0)
    is_open: bool = False
    inputs: tuple[FreeInput, ...] = ()
    ports: tuple[Slot, ...] = ()
    outs: tuple[NodeId, ...] = ()


class GroupTree:
    """Some groups, and what lies in what."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self.by_id: Mapping[GroupId, Group] = {group.id: group for group in groups}

    @cached_property
    def children(self) -> Mapping[GroupId | None, list[Group]]:
        """The groups that lie directly in a group, or in none."""
        found: dict[GroupId | None, list[Group]] = {}
        for group in self.by_id.values():
            found.setdefault(group.parent, []).append(group)
        return found

    @cached_property
    def home(self) -> Mapping[NodeId, GroupId]:
        """The innermost group of every node that lies in one."""
        return {node: group.id for group in self.by_id.values() for node in group.members}

    def inner(self, group: GroupId | None) -> list[Group]:
        """The groups directly within one."""
        return self.children.get(group, [])

    def below(self, group: GroupId) -> list[Group]:
        """A group and all that lie in it, near or far, outer ones first."""
        found, pending = [], [self.by_id[group]]
        while pending:
            found.append(pending.pop())
            pending.extend(self.inner(found[-1].id))
        return found

    def within(self, group: GroupId) -> frozenset[NodeId]:
        """All nodes of a group, however far in."""
        return frozenset[NodeId]().union(*(below.members for below in self.below(group)))

    def chain(self, group: GroupId | None) -> list[Group]:
        """The way in: from the outermost group to this one; none for None."""
        found: list[Group] = []
        while group is not None:
            found.append(self.by_id[group])
            group = found[-1].parent
        return found[::-1]

    def chain_of(self, node: NodeId) -> list[Group]:
        """The groups in which a node lies, the outermost first."""
        return self.chain(self.home.get(node))


def levels_in_view(groups: Iterable[Group], inside: GroupId | None) -> frozenset[GroupId | None]:
    """A level, and the open groups that are seen in it."""
    tree, levels = GroupTree(groups), [inside]
    for level in levels:  # grows as it goes
        levels.extend(group.id for group in tree.inner(level) if group.is_open)
    return frozenset(levels)


def pruned(groups: tuple[Group, ...], graph: Graph) -> tuple[Group, ...]:
    """The groups without the nodes that are gone, and without groups in which nothing is left."""
    nodes = graph.nodes
    if all(group.members <= nodes.keys() and _has_slots(group, graph) for group in groups):
        left = groups
    else:
        left = tuple(
            replace(
                group, members=group.members & nodes.keys(), inputs=_kept_inputs(group, graph),
                ports=tuple(slot for slot in group.ports if _is_there(slot, graph)),
                outs=tuple(node for node in group.outs if node in nodes),
            )
            for group in groups
        )  # fmt: skip
    tree = GroupTree(left)
    alive = {outer.id for group in left if group.members for outer in tree.chain(group.id)}
    return left if len(alive) == len(left) else tuple(group for group in left if group.id in alive)


def _has_slots(group: Group, graph: Graph) -> bool:
    named = (slot for free in group.inputs for slot in free.slots)
    has_outs = all(node in graph.nodes for node in group.outs)
    return has_outs and all(_is_there(slot, graph) for slot in (*named, *group.ports))


def _is_there(slot: Slot, graph: Graph) -> bool:
    return slot[0] in graph.nodes and slot[1] < len(graph.nodes[slot[0]].inputs)


def _kept_inputs(group: Group, graph: Graph) -> tuple[FreeInput, ...]:
    kept = (
        FreeInput(free.name, frozenset(slot for slot in free.slots if _is_there(slot, graph))) for free in group.inputs
    )
    return tuple(free for free in kept if free.slots)


def within_selection(
    groups: tuple[Group, ...], nodes: Collection[NodeId], inside: GroupId | None = None
) -> tuple[Group, ...]:
    """The groups of which all nodes are among some, as they are without the groups around them that are not; those
    `inside` which one stands are not meant."""
    tree = GroupTree(groups)
    around = {group.id for group in tree.chain(inside)}
    whole = {group.id for group in groups if group.id not in around and tree.within(group.id) <= frozenset(nodes)}
    return tuple(
        replace(group, parent=group.parent if group.parent in whole else None) for group in groups if group.id in whole
    )


def free_name(names: Iterable[str], wish: str = "") -> str:
    """`group 1`, or the next one that is not among some names; or `wish`, with the next number if it is taken."""
    taken = set(names)
    if wish and wish not in taken:
        return wish
    stem, _, last = wish.rpartition(" ")
    stem, number = (stem, int(last)) if stem and last.isdecimal() else (wish or "group", 1 if wish else 0)
    number += 1
    while (name := f"{stem} {number}") in taken:
        number += 1
    return name


def numbered(groups: Iterable[Group], there: Iterable[Group]) -> dict[GroupId | None, GroupId]:
    """Ids for copies of some groups, beside those that are `there` already."""
    first = max((group.id for group in there), default=0) + 1
    return {group.id: first + place for place, group in enumerate(groups)}


def copied(
    groups: tuple[Group, ...],
    ids: Mapping[NodeId, NodeId],
    numbers: Mapping[GroupId | None, GroupId],
    there: tuple[Group, ...],
    way: Position,
) -> tuple[Group, ...]:
    """Groups with other nodes, which `ids` tells, and other ids, which `numbers` tells; their cards lie by a `way` from
    where they lay, and names of groups that are `there` already give way."""
    names = {group.name for group in there}
    new = {}
    for group in groups:
        new[group.id] = free_name(names, group.name)
        names.add(new[group.id])
    return tuple(
        Group(
            numbers[group.id],
            new[group.id],
            frozenset(ids[node] for node in group.members),
            numbers.get(group.parent),
            (group.at[0] + way[0], group.at[1] + way[1]),
            group.is_open,
            tuple(
                FreeInput(free.name, frozenset((ids[node], slot) for node, slot in free.slots)) for free in group.inputs
            ),
            tuple((ids[node], slot) for node, slot in group.ports if node in ids),
            tuple(ids[node] for node in group.outs if node in ids),
        )
        for group in groups
    )


def carried(
    groups: tuple[Group, ...], old: Mapping[NodeId, Position], new: Mapping[NodeId, Position]
) -> tuple[Group, ...]:
    """The groups, of which those whose nodes have all moved by the same way have moved with them."""
    tree = GroupTree(groups)
    moved = []
    for group in groups:
        way = _common_way(tree.within(group.id), old, new)
        at = group.at if way is None else (group.at[0] + way[0], group.at[1] + way[1])
        moved.append(group if way is None else replace(group, at=at))
    return groups if all(map(is_, moved, groups)) else tuple(moved)


def differ_in_places_alone(groups: tuple[Group, ...], others: tuple[Group, ...]) -> bool:
    """Whether they are the same, though at most elsewhere."""
    if len(groups) != len(others):
        return False
    return all(one is other or replace(one, at=other.at) == other for one, other in zip(groups, others, strict=True))


def _common_way(
    nodes: Iterable[NodeId], old: Mapping[NodeId, Position], new: Mapping[NodeId, Position]
) -> Position | None:
    """By how much all of some nodes have moved; None if not all have, or not together."""
    way: Position | None = None
    for node in nodes:
        if node not in old or node not in new:
            return None
        dx, dy = new[node][0] - old[node][0], new[node][1] - old[node][1]
        if way is None:
            way = dx, dy
            if not dx and not dy:
                return None
        elif abs(dx - way[0]) > _HARDLY or abs(dy - way[1]) > _HARDLY:
            return None
    return way


def box_of(positions: Mapping[NodeId, Position], nodes: Iterable[NodeId]) -> Box:
    """What the cards of some nodes take up."""
    places = [positions[node] for node in nodes]
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return min(xs), min(ys), max(xs) + CARD_ROOM[0], max(ys) + CARD_ROOM[1]


def card_in(box: Box) -> Position:
    """Where a card lies in the middle of a box."""
    return (box[0] + box[2] - CARD_ROOM[0]) / 2, (box[1] + box[3] - CARD_ROOM[1]) / 2
