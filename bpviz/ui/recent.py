"""What was worked out for large diagrams that were there a moment ago: undo and redo bring them back."""

from __future__ import annotations

from ..document.diagram import Diagram
from ..stage.readying import Ready

LARGE = 2_000  # nodes; what follows from fewer is found again as quickly
MOST_NODES, MOST_BYTES = 60_000, 50_000_000  # of all diagrams that are kept, and of the numbers of one of them


class Recent:
    """The last of them, as long as they are not too large together."""

    def __init__(self) -> None:
        self._held: list[Ready] = []

    def keep(self, ready: Ready) -> None:
        """Remembers what follows from a diagram that gives way to another."""
        if len(ready.diagram.graph) < LARGE or ready.trace.buffers.nbytes > MOST_BYTES:
            return
        self._held = [held for held in self._held if held.diagram is not ready.diagram] + [ready]
        while sum(len(held.diagram.graph) for held in self._held) > MOST_NODES:
            del self._held[0]

    def of(self, diagram: Diagram) -> Ready | None:
        """What is still known of a diagram."""
        return next((held for held in self._held if held.diagram is diagram), None)

    def forget(self) -> None:
        """Another document."""
        self._held.clear()
