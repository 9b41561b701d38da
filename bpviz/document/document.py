"""The document: the current diagram, and how to get back to every earlier one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import uuid4

from .diagram import Diagram

Edit: TypeAlias = Callable[[Diagram], Diagram]
Listener: TypeAlias = Callable[[Diagram, Diagram], None]


@dataclass(frozen=True)
class Moment:
    """One entry of the history: what was done, what came of it, and what may still join it.

    `selected` is what the user had selected when this moment was left, whatever that is to the user's side.
    """

    label: str
    diagram: Diagram
    merge: Hashable | None = None
    selected: Hashable | None = None


class Document:
    """A list of diagrams with a place in it.  Diagrams are immutable, so undo is going back in the list."""

    def __init__(self, diagram: Diagram | None = None) -> None:
        self._history = [Moment("", diagram or Diagram())]
        self._place = 0
        self._saved: Diagram | None = self._history[0].diagram
        self._listeners: list[Listener] = []
        self.key = uuid4().hex  # tells this document from all others, in whichever window

    @property
    def current(self) -> Diagram:
        return self._history[self._place].diagram

    def listen(self, listener: Listener) -> None:
        """`listener(old, new)` is called after every change."""
        self._listeners.append(listener)

    def edit(self, label: str, edit: Edit, merge: Hashable | None = None) -> Diagram:
        """Applies an edit and remembers the way back.

        Edits in a row with the same `merge` key (one drag, one sweep of a slider) become one step of the history.
        What the edit raises passes through, and nothing has changed.
        """
        old = self.current
        new = edit(old)
        if new is old:
            return old
        last = self._history[self._place]
        joins = merge is not None and merge == last.merge and self._place == len(self._history) - 1
        del self._history[self._place + (0 if joins else 1) :]
        self._history.append(Moment(last.label if joins else label, new, merge))
        self._place = len(self._history) - 1
        self._tell(old)
        return new

    def seal(self) -> None:
        """Ends a merge: the next edit is a step of its own, whatever its key."""
        self._history[self._place] = replace(self._history[self._place], merge=None)

    def leave(self, selected: Hashable) -> None:
        """Keeps what is selected with the present moment, before an edit, undo or redo leads away from it."""
        self._history[self._place] = replace(self._history[self._place], selected=selected)

    @property
    def selected(self) -> Hashable | None:
        """What was selected when the present moment was left; None if it never was."""
        return self._history[self._place].selected

    def abandon(self, merge: Hashable) -> None:
        """Takes back what was just edited with this `merge` key, as if it had never been."""
        if merge == self._history[self._place].merge:
            old = self.current
            del self._history[self._place :]
            self._place -= 1
            self._tell(old)

    @property
    def undo_label(self) -> str | None:
        """What `undo` would take back, or None."""
        return self._history[self._place].label if self._place else None

    @property
    def redo_label(self) -> str | None:
        """What `redo` would do again, or None."""
        return self._history[self._place + 1].label if self._place + 1 < len(self._history) else None

    @property
    def labels(self) -> list[str]:
        """What was done, step by step, the undone steps too; the first is empty: nothing had been done."""
        return [moment.label for moment in self._history]

    @property
    def place(self) -> int:
        """Which step of `labels` was the last to be done."""
        return self._place

    def go_to(self, place: int) -> None:
        """To just after a step, back or forward; nowhere if there is none."""
        self._go(place - self._place)

    def undo(self) -> None:
        """Back to the diagram before the last edit, if there is one."""
        self._go(-1)

    def redo(self) -> None:
        """Forward again, if something was undone."""
        self._go(1)

    def _go(self, by: int) -> None:
        if by and 0 <= self._place + by < len(self._history):
            self.seal()
            old = self.current
            self._place += by
            self._tell(old)

    def replace(self, diagram: Diagram, *, is_saved: bool = True) -> None:
        """Another document altogether (new, open): the history starts anew.  Nothing is unsaved, or all of it."""
        old = self.current
        self._history, self._place, self._saved = [Moment("", diagram)], 0, diagram if is_saved else None
        self.key = uuid4().hex
        self._tell(old)

    def mark_saved(self) -> None:
        """What is now current is what is in the file."""
        self._saved = self.current
        self.seal()

    @property
    def saved(self) -> Diagram | None:
        """What is in the file, as far as is known here."""
        return self._saved

    @property
    def is_dirty(self) -> bool:
        """Whether there is something that the file does not have."""
        return self.current is not self._saved

    def _tell(self, old: Diagram) -> None:
        for listener in list(self._listeners):
            listener(old, self.current)
