"""Where one stands: outside of all groups, or in one of them; and what that means for what is selected and edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ..document.annotations import AnnotationId, Frame, Note
from ..document.diagram import Diagram
from ..document.groups import Group, GroupId, GroupTree
from ..document.housing import housed
from ..document.regrouping import house
from ..graph.graph import NodeId
from ..stage.annotations import annotations_of
from ..stage.grouping import GroupCard

if TYPE_CHECKING:
    from .session import Session


class Standing(QObject):
    """The group that is looked into.  Not a part of the document: stepping in or out is nothing to be undone."""

    changed = Signal()  # one stands elsewhere

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.inside: GroupId | None = None

    @property
    def way(self) -> list[Group]:
        """The groups in which one stands, the outermost first."""
        return GroupTree(self._session.diagram.groups).chain(self.inside) if self.inside is not None else []

    @property
    def group(self) -> GroupCard | None:
        """The group whose card is selected, alone."""
        cards = self.cards
        return self._session.scenery.group_of(next(iter(cards))) if len(cards) == 1 else None

    @property
    def cards(self) -> frozenset[NodeId]:
        """The selected cards; that of a group by its face."""
        selection = self._session.selection
        if not self._session.diagram.groups:
            return selection
        scenery = self._session.scenery
        return frozenset(card for node in selection if (card := scenery.card_of(node)) is not None)

    @property
    def beside(self) -> Mapping[AnnotationId, Frame | Note]:
        """The frames and notes in view."""
        return annotations_of(self._session.diagram, self.inside)

    # Stepping in and out

    def enter(self, group: GroupId) -> None:
        """Steps into a group; what was selected elsewhere no longer is."""
        self._go(group)

    def leave(self) -> None:
        """Steps out of the innermost group, and selects its card."""
        if self.inside is not None:
            self.leave_to(self.way[-1].parent)

    def leave_to(self, outer: GroupId | None) -> None:
        """Steps out to one of the groups around, or out of all; the group that one comes out of is selected."""
        left = next((group.id for group in self.way if group.parent == outer), None)
        self._go(outer)
        if left is not None:
            self._session.select(GroupTree(self._session.diagram.groups).within(left))

    def _go(self, group: GroupId | None) -> None:
        if group != self.inside:
            self.inside = group
            self._session.select(())
            self._session.forget_stage()
            self.changed.emit()

    def begin_anew(self) -> None:
        """Another document."""
        self.inside = None

    def settle(self) -> bool:
        """Steps out of groups that are gone; whether there were any."""
        if self.inside is None:
            return False
        groups = {group.id for group in self._session.diagram.groups}
        if self.inside in groups:
            return False
        self.inside = None
        self._session.forget_stage()
        return True

    # What it means

    def housed(self, old: Diagram, new: Diagram) -> Diagram:
        """An edited diagram as one who stands in a group means it: what is new belongs to that group, and cards that
        stand beside it, for what is outside, do not move anything there."""
        if self.inside is None or all(group.id != self.inside for group in new.groups):
            return new
        seen = self._session.scenery.view
        beside = seen.outside & old.positions.keys() & new.positions.keys() if seen is not None else frozenset()
        moved = {node: old.positions[node] for node in beside if new.positions[node] != old.positions[node]}
        if moved:
            new = replace(new, positions={**new.positions, **moved})
        made = new.graph.nodes.keys() - old.graph.nodes.keys()
        known = {group.id for group in old.groups}
        if any(group.id not in known and group.parent is None for group in new.groups):
            inward = (
                group if group.id in known or group.parent is not None else replace(group, parent=self.inside)
                for group in new.groups
            )
            new = replace(new, groups=tuple(inward))
        numbered = {held.id for held in old.annotations}
        written = {held.id for held in new.annotations if held.group is None} - numbered
        new = housed(new, written, self.inside)
        return house(new, made, self.inside) if made else new

    def chosen(self, nodes: frozenset[NodeId], before: frozenset[NodeId]) -> frozenset[NodeId]:
        """What is selected when some nodes are to be, and others were before: see `whole`.

        Steps out as far as it takes to see any of them.
        """
        if not self._session.diagram.groups or not nodes:
            return nodes
        while self.inside is not None and all(self._session.scenery.card_of(node) is None for node in nodes):
            self.inside = self.way[-1].parent
            self._session.forget_stage()
            self.changed.emit()
        return self.whole(nodes, before)

    def whole(self, nodes: frozenset[NodeId], before: frozenset[NodeId] = frozenset()) -> frozenset[NodeId]:
        """Those of some nodes that are in view; of groups that are shown as a card, all or nothing.

        Of a group that was selected, leaving out the face means that it no longer is.
        """
        scenery = self._session.scenery
        if scenery.view is None:
            return nodes
        found = {node for node in nodes if scenery.card_of(node) == node and scenery.group_of(node) is None}
        for group in scenery.view.cards.values():
            is_taken_off = group.members <= before and group.face not in nodes
            if nodes & group.members and not is_taken_off:
                found |= group.members
        return frozenset(found)

    @property
    def selectable(self) -> frozenset[NodeId]:
        """All that is in view and not only beside it."""
        seen = self._session.scenery.view
        nodes = frozenset(self._session.graph.nodes)
        return nodes if seen is None else (frozenset(seen.shown) | seen.hidden.keys()) - seen.outside

    def own(self, nodes: frozenset[NodeId]) -> frozenset[NodeId]:
        """Those of some nodes that do not only stand beside the group that one is in."""
        seen = self._session.scenery.view
        return nodes if seen is None else nodes - seen.outside
