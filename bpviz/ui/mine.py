"""The user's own operations: those of the document, and those kept from one document to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal

from ..document import regrouping, reusing
from ..document.groups import Group, GroupTree
from ..document.my_operations import MyOperation
from ..graph.graph import GraphError
from ..graph.layout import Position
from .settings import Setting

if TYPE_CHECKING:
    from .session import Session

OPERATIONS = Setting("operations", "[]")
MOST = 200  # operations kept
PREFIX = "mine:"  # of an operation's name, where those of the program have theirs


class Mine(QObject):
    """What the palette shows as the user's own."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._told: tuple[MyOperation, ...] = ()
        session.changed.connect(self._tell)

    @property
    def kept(self) -> list[MyOperation]:
        """Those that are in no document; what is damaged counts as not there."""
        try:
            return msgspec.json.decode(self._session.settings.get(OPERATIONS).encode(), type=list[MyOperation])
        except (msgspec.MsgspecError, RecursionError):
            return []

    @property
    def all(self) -> list[MyOperation]:
        """All of them by name; the document's before those that are only kept."""
        found = {held.name: held for held in self.kept} | {held.name: held for held in self._session.diagram.operations}
        return sorted(found.values(), key=lambda held: held.name.lower())

    def matching(self, query: str) -> list[MyOperation]:
        """Those whose name has the words of a query in it; none for an empty one."""
        words = query.lower().split()
        return [held for held in self.all if words and all(word in held.name.lower() for word in words)]

    def _tell(self) -> None:
        if self._session.diagram.operations != self._told:
            self._told = self._session.diagram.operations
            self.changed.emit()

    def save(self, group: Group | None) -> None:
        """Makes an operation of a group: for this document, and for others."""
        session = self._session
        if group is None:
            return
        try:
            made = reusing.operation_of(session.diagram, group.id)
        except GraphError as refusal:
            session.said.emit(f"{refusal}.", True)
            return
        is_other = any(held.name == made.name and held != made for held in self.all)
        self._keep([*(held for held in self.kept if held.name != made.name), made][-MOST:])
        session.edit(f"Save {made.name} as an operation", lambda diagram: reusing.keep(diagram, made))
        told = "in place of the earlier one of that name" if is_other else "the palette has it at the top, under Mine"
        session.said.emit(f"{made.name} is an operation now: {told}.", False)
        self.changed.emit()

    def forget(self, name: str) -> None:
        """Takes an operation away, here and from what is kept; groups made with it stay."""
        self._keep([held for held in self.kept if held.name != name])
        self._session.edit(f"Forget the operation {name}", lambda diagram: reusing.forget(diagram, name))
        self.changed.emit()

    def _keep(self, operations: list[MyOperation]) -> None:
        self._session.settings.set(OPERATIONS, msgspec.json.encode(operations).decode())

    def use(self, name: str, at: Position) -> bool:
        """Adds a copy of an operation at a place, as a group, and selects it; whether it was done."""
        session = self._session
        held = next((held for held in self.all if held.name == name), None)
        if held is None:
            session.said.emit(f"There is no operation {name} any more.", True)
            return False
        made = regrouping.next_group(session.diagram)
        if not session.edit(f"Add {name}", lambda diagram: reusing.use(diagram, held, at)):
            return False
        session.select(GroupTree(session.diagram.groups).within(made))
        return True
