"""What is seen of a diagram with groups: which nodes have cards, which are hidden in the card of their group, and what
stands beside for what lies outside of the group that one is in.

The card of a group is known by its *face*, the one of its nodes whose value and gradient it shows: so everything that
speaks of a card by a node can speak of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..document.diagram import Diagram
from ..document.groups import HEAD, Group, GroupId, GroupTree, Slot, card_size, pitch
from ..document.port_order import entering, leaving
from ..graph.graph import Graph, NodeId
from ..graph.layout import Direction
from . import geometry
from .course import Course
from .geometry import CARD_HEIGHT, CARD_WIDTH, Point, Rect, card_rect

BESIDE, APART = 130.0, 20.0  # from a group to what stands beside it, and between these


@dataclass(frozen=True, slots=True)
class Port:
    """An input of a group: what it is called, what is wired to it, and the slots of nodes in it that it feeds."""

    name: str
    source: NodeId | None
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A group that is shown as one card.  `outs` are its nodes that have a port; `members` all that it hides."""

    group: GroupId
    name: str
    face: NodeId
    members: frozenset[NodeId]
    ins: tuple[Port, ...]
    outs: tuple[NodeId, ...]
    at: Point
    direction: Direction = Direction.RIGHT

    @property
    def most(self) -> int:
        """How many ports there are on the side that has more."""
        return max(len(self.ins), len(self.outs), 1)

    @property
    def rect(self) -> Rect:
        return Rect(*self.at, *card_size(self.most, self.direction))

    def in_place(self, number: int) -> Point:
        """Where an input's port is."""
        return self._port(number, len(self.ins), is_in=True)

    def out_place(self, node: NodeId) -> Point:
        """Where a node's port is; that of the face for nodes that have none."""
        number = self.outs.index(node) if node in self.outs else self.outs.index(self.face)
        return self._port(number, len(self.outs), is_in=False)

    def _port(self, number: int, count: int, *, is_in: bool) -> Point:
        """On a side, below the head of the card; or on an edge, the ports in its middle."""
        rect, step = self.rect, pitch(self.most, count, self.direction)
        if self.direction.is_down:
            x = rect.x + rect.width / 2 + (number - (count - 1) / 2) * step
            return x, rect.y if is_in else rect.bottom
        return rect.x if is_in else rect.right, rect.y + HEAD + (number + 0.5 + (self.most - count) / 2) * step


@dataclass(frozen=True, slots=True)
class View:
    """What is seen of a diagram from within one of its groups, or from outside of all.

    `shown` are the nodes that have cards, a group's face standing for all of it; `hidden` leads from every other node
    in view to the face of its group.  `sources` and `goals` lie outside: what feeds the group, and what it feeds.
    `frames` are the open groups in view, outer ones first, with the nodes whose cards they hold.
    """

    inside: GroupId | None
    shown: tuple[NodeId, ...]
    cards: Mapping[NodeId, GroupCard]
    hidden: Mapping[NodeId, NodeId]
    sources: tuple[NodeId, ...] = ()
    goals: tuple[NodeId, ...] = ()
    frames: tuple[tuple[Group, tuple[NodeId, ...]], ...] = ()

    @property
    def outside(self) -> frozenset[NodeId]:
        return frozenset(self.sources) | frozenset(self.goals)


def view(diagram: Diagram, inside: GroupId | None = None) -> View | None:
    """What is seen of a diagram; None where every node has a card and there is nothing else, because no groups are."""
    if not diagram.groups:
        return None
    tree, graph = GroupTree(diagram.groups), diagram.graph
    if inside not in tree.by_id:
        inside = None
    members = frozenset(graph.nodes) if inside is None else tree.within(inside)
    closed, opened = _in_view(tree, inside)
    cards: dict[NodeId, GroupCard] = {}
    hidden: dict[NodeId, NodeId] = {}
    order = graph.structure.order
    for group in closed:
        card = _card(diagram, group, tree, order)
        cards[card.face] = card
        hidden.update((node, card.face) for node in card.members if node != card.face)
    shown = tuple([node for node in graph.nodes if node in members and node not in hidden])
    frames = tuple(
        (group, tuple(node for node in shown if node in within))
        for group in opened
        for within in [tree.within(group.id)]
    )
    if inside is None:
        return View(None, shown, cards, hidden, frames=frames)
    sources, goals = _beside(graph, members)
    return View(inside, (*shown, *sources, *goals), cards, hidden, sources, goals, frames)


def view_after(before: View | None, diagram: Diagram) -> View | None:
    """The same, of a diagram that differs from that `before` in places alone."""
    if before is None:
        return None
    groups = {group.id: group for group in diagram.groups}
    cards = {
        face: card if card.at == (at := groups[card.group].at) else replace(card, at=at)
        for face, card in before.cards.items()
    }
    frames = tuple((groups[group.id], nodes) for group, nodes in before.frames)
    return replace(before, cards=cards, frames=frames)


def _in_view(tree: GroupTree, inside: GroupId | None) -> tuple[list[Group], list[Group]]:
    """The groups that are shown as cards, and those that are open, outer ones first."""
    closed: list[Group] = []
    opened: list[Group] = []
    pending = list(tree.inner(inside))
    for group in pending:  # grows as it goes
        if group.is_open:
            opened.append(group)
            pending.extend(tree.inner(group.id))
        else:
            closed.append(group)
    return closed, opened


def _beside(graph: Graph, members: frozenset[NodeId]) -> tuple[tuple[NodeId, ...], tuple[NodeId, ...]]:
    """What feeds some nodes from outside, and what they feed."""
    sources: dict[NodeId, None] = {}
    goals: dict[NodeId, None] = {}
    for node in graph.nodes:
        if node not in members:
            continue
        outside = (source for source in graph.nodes[node].inputs if source is not None and source not in members)
        sources.update((source, None) for source in outside)
        goals.update((goal, None) for goal, _ in graph.structure.consumers[node] if goal not in members)
    return tuple(sources), tuple(goal for goal in goals if goal not in sources)


def _card(diagram: Diagram, group: Group, tree: GroupTree, order: Mapping[NodeId, int]) -> GroupCard:
    graph, members = diagram.graph, tree.within(group.id)
    outs = leaving(graph, tree, group.id, order)
    face = _face(graph, outs or sorted(members, key=order.__getitem__))
    named = {slot: free.name for held in tree.below(group.id) for free in held.inputs for slot in free.slots}
    ins = _ins(graph, entering(graph, tree, group.id, order), named)
    return GroupCard(
        group.id, group.name, face, members, tuple(ins), tuple(outs or [face]), group.at, diagram.direction
    )


def _face(graph: Graph, outs: list[NodeId]) -> NodeId:
    """The result, if it is there; else what is computed last."""
    if graph.result in outs:
        return graph.result
    wanted = set(outs)
    return [node for level in graph.structure.levels for node in level if node in wanted][-1]


def _ins(graph: Graph, entering: list[Slot], named: Mapping[Slot, str]) -> list[Port]:
    """One port for each source outside, and one for each input that waits, or for all that go by one name."""
    slots: dict[tuple[NodeId | None, str], list[Slot]] = {}
    for node, slot in entering:
        source = graph.nodes[node].inputs[slot]
        name = "" if source is not None else named.get((node, slot), "") or f"{node}.{slot}"
        slots.setdefault((source, name), []).append((node, slot))
    ports = []
    for (source, _), found in slots.items():
        names = {named.get(slot, "") for slot in found}
        name = names.pop() if len(names) == 1 else ""
        ports.append(Port(name or ("" if source is None else graph.spoken(source)), source, tuple(found)))
    return ports


def rects(diagram: Diagram, seen: View) -> dict[NodeId, Rect]:
    """Where the cards in view lie, in the order in which they are painted."""
    nodes, outside = diagram.graph.nodes, seen.outside
    found = {
        node: seen.cards[node].rect if node in seen.cards else card_rect(nodes[node], diagram.positions[node])
        for node in seen.shown
        if node not in outside
    }
    if not found or not outside:
        return found
    course = Course(diagram.direction)
    held = [course.turned_rect(rect) for rect in found.values()]
    heights = {node: rect.y + rect.height / 2 for node, rect in zip(found, held, strict=True)}
    heights |= {node: heights[face] for node, face in seen.hidden.items()}
    middle = (min(rect.y for rect in held) + max(rect.bottom for rect in held)) / 2
    left, right = min(rect.x for rect in held) - BESIDE, max(rect.right for rect in held) + BESIDE
    step = course.turned((CARD_WIDTH, CARD_HEIGHT))[1] + APART
    consumers, inputs = diagram.graph.structure.consumers, diagram.graph.structure.inputs
    goals = {node: [heights[goal] for goal, _ in consumers[node] if goal in heights] for node in seen.sources}
    sources = {node: [heights[i] for i in inputs[node] if i is not None and i in heights] for node in seen.goals}
    for beside, near, is_left in ((seen.sources, goals, True), (seen.goals, sources, False)):
        ordered = sorted((sum(near[node]) / len(near[node]), node) for node in beside)
        for place, (_, node) in enumerate(ordered):
            width, height = course.turned(geometry.card_size(nodes[node]))
            y = middle + (place - (len(ordered) - 1) / 2) * step - height / 2
            found[node] = course.turned_rect(Rect(left - width if is_left else right, y, width, height))
    return found
