"""Moving an input from a plot: every movement is an edit, one gesture is one step of the history."""

from __future__ import annotations

from itertools import count
from math import floor, isfinite, log10

from ...document import edits
from ...document.diagram import Diagram
from ...engine.analysis.coordinates import Coordinate
from ..session import Session

_gestures = count()


class Moving:
    """Moves coordinates of the document.  `begin` and `end` enclose a gesture; a movement outside of one is a gesture
    by itself."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._gesture: int | None = None

    def begin(self) -> None:
        self._gesture = next(_gestures)

    def end(self) -> None:
        self._gesture = None
        self._session.document.seal()

    def move(self, *places: tuple[Coordinate, float]) -> bool:
        """Puts coordinates somewhere, several of them in one edit; whether they are there.

        What does not stand in the graph any more (it was replaced meanwhile) is left alone.
        """
        session = self._session
        graph = session.graph
        known = [(held, number) for held, number in places if held.stands_in(graph) and isfinite(number)]
        if not known:
            return False

        def edit(diagram: Diagram) -> Diagram:
            for held, number in known:
                diagram = edits.set_value(diagram, held.node, held.with_number(diagram.graph, number))
            return diagram

        label = f"Move {' and '.join(held.label(graph) for held, _ in known)}"
        merge = None if self._gesture is None else ("lab", self._gesture, tuple(held for held, _ in known))
        return session.edit(label, edit, merge)


def rounded(number: float, step: float) -> float:
    """The roundest number that differs from `number` by less than a `step`: what is dragged has no more digits than
    the screen has pixels."""
    if not (isfinite(number) and isfinite(step) and step > 0):
        return number
    places = -floor(log10(step))
    return round(number, places) + 0.0 if places < 300 else number
