"""The nudge lens: one node is moved by h as if it were free, and nothing of the document changes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from ..engine.nudge import Nudge, nudge
from ..engine.response import Response, cost, response
from ..engine.trace import Trace
from ..graph.graph import NodeId
from ..ops import numerals

if TYPE_CHECKING:
    from .session import Session

_TINY = 1e-9  # values below that tell nothing of how far a step should go
STEPS = 50  # of the thumb, from the middle to an end
_MOST = 200_000_000  # numbers that a curve may take; more take longer than anybody waits
_DIGITS = 3  # of a step that is set by hand


def round_reach(size: float) -> float:
    """The next of 1, 2, 5, 10 … that is not below `size`; 1 where there is nothing to measure by."""
    if not _TINY <= size < math.inf:
        return 1.0
    power = 10.0 ** math.floor(math.log10(size))
    wanted = next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= size * (1 - 1e-12))
    return float(f"{wanted:.1g}")


class Lens(QObject):
    """What the lens looks at, and how far that is moved: `h`, from −`reach` to `reach`.

    Its node is the last one that was selected alone; `entry` is where in an array.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.node: NodeId | None = None  # None: the lens is put away
        self.entry: tuple[int, ...] = ()
        self.h = 0.0
        self.reach = 1.0
        self._nudge: Nudge | None = None
        self._response: tuple[float, Response | None] | None = None
        self._cost: int | None = None  # of a response, in numbers
        self._looked_at = session.trace  # of which nudge and response are
        session.selected.connect(self._follow)
        session.changed.connect(self._keep)
        session.traced.connect(self._renew)
        session.predicting.changed.connect(self.changed)

    # Reading

    @property
    def is_on(self) -> bool:
        return self.node is not None

    @property
    def is_usable(self) -> bool:
        """Whether there is anything to be moved and seen now."""
        return self.node is not None and not self.obstacle

    @property
    def obstacle(self) -> str:
        """Why there is nothing to be seen, as a sentence; nothing if there is."""
        if self.node is None:
            return "Select a node to look at."
        predicting = self._session.predicting
        if not predicting.tells(self.node):
            asked = predicting.asked_for(self.node)
            return f"{asked} is still a question: the lens would give the answer away."
        if 0 in self.shape:
            return f"{self._session.graph.spoken(self.node)} is empty: there is nothing to move."
        if self._is_too_large:
            name = self._session.graph.spoken(self.node)
            return f"Too many numbers move with {name} for a curve to be drawn: {self._cost:,} would be computed anew."
        found = self.nudge
        return "" if found is None or found.predicted is not None else found.sentence

    @property
    def nudge(self) -> Nudge | None:
        """What comes of the present step."""
        trace = self._trace
        if self.node is not None and self._nudge is None and 0 not in self.shape and not self._is_too_large:
            self._nudge = nudge(trace, self.node, self.h, self.entry)
        return self._nudge

    @property
    def response(self) -> Response | None:
        """The curve over all steps within reach."""
        trace = self._trace
        if self.node is None or 0 in self.shape or self._is_too_large:
            return None
        if self._response is None or self._response[0] != self.reach:
            self._response = self.reach, response(trace, self.node, self.reach, self.entry)
        return self._response[1]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of what is looked at."""
        return np.shape(self._trace.value(self.node)) if self.node is not None else ()  # type: ignore[arg-type]

    @property
    def name(self) -> str:
        """`q`, or `x[0, 1]`."""
        if self.node is None:
            return ""
        spoken = self._session.graph.spoken(self.node)
        return f"{spoken}{list(self.entry)}" if self.entry else spoken

    @property
    def value(self) -> float | None:
        """The number that is moved."""
        value = self._trace.value(self.node) if self.node is not None and 0 not in self.shape else None
        return None if value is None else float(np.asarray(value)[self.entry])

    @property
    def _is_too_large(self) -> bool:
        """Whether what moves with the node takes too long."""
        trace = self._trace
        if self._cost is None and self.node is not None:
            self._cost = cost(trace, self.node)
        return self._cost is not None and self._cost > _MOST

    @property
    def _trace(self) -> Trace:
        """The run that there is now; what was seen of another one is forgotten."""
        if self._looked_at is not self._session.trace:
            self._looked_at = self._session.trace
            self._nudge = self._response = self._cost = None
        return self._looked_at

    # Acting

    def toggle(self) -> None:
        """Takes the lens out, over the selected node or else the first input, or puts it away."""
        if self.is_on:
            self.put_away()
            return
        session = self._session
        if len(session.selection) == 1:
            self.look_at(next(iter(session.selection)))
            return
        leaves = [node.id for node in session.graph.leaves()]
        first = next((node for node in leaves if self._trace.gradient(node) is not None), session.graph.result)
        if first is None:
            session.said.emit("There is nothing to nudge yet: first build a graph.", True)
        else:
            self.open(first)

    def open(self, node: NodeId) -> None:
        """Takes the lens out over a node."""
        self._session.select([node])
        self.look_at(node)

    def put_away(self) -> None:
        self.node = None
        self._show_anew()

    def look_at(self, node: NodeId, entry: tuple[int, ...] = ()) -> None:
        """Looks at a node, or an entry of it, that is not moved yet."""
        self.node, self.entry, self.h = node, entry, 0.0
        if len(self.shape) != len(entry):
            self.entry = (0,) * len(self.shape)
        value = self.value
        self.reach = round_reach(abs(value) / 2) if value is not None else 1.0
        self._show_anew()

    def set_entry(self, text: str) -> bool:
        """Looks at the entry that somebody typed, such as `0, 1`; whether there is one."""
        words = text.strip().strip("[]()").replace(",", " ").split()
        numbers = [int(word) for word in words if word.isascii() and word.isdecimal()]
        if len(numbers) != len(words) or len(numbers) != len(self.shape):
            wanted = " and ".join(["one number"] + ["another"] * (len(self.shape) - 1))
            self._session.said.emit(f"The entries of {numerals.shape_text(self.shape)} are named by {wanted}.", True)
            return False
        if any(number >= size for number, size in zip(numbers, self.shape, strict=True)):
            last = ", ".join(str(size - 1) for size in self.shape)
            first = ", ".join("0" * len(words))
            self._session.said.emit(f"There is no such entry: they go from {first} to {last}.", True)
            return False
        if self.node is not None:
            self.look_at(self.node, tuple(numbers))
        return True

    def move(self, h: float) -> None:
        """Moves the node by `h`; the reach grows if it must."""
        if math.isfinite(h) and h + 0.0 != self.h:
            self.h = h + 0.0
            if abs(self.h) > self.reach:
                self.reach = round_reach(abs(self.h)) if abs(self.h) >= _TINY else self.reach
            self._nudge = None
            self.changed.emit()

    def widen(self, *, is_wider: bool) -> None:
        """The next larger or smaller reach: 1, 2, 5, 10 …  The step stays within."""
        reach = round_reach(self.reach * (1.5 if is_wider else 0.4))
        if _TINY <= reach <= 1e300 and reach != self.reach:
            self.reach = reach
            self.h = float(f"{min(max(self.h, -reach), reach):.{_DIGITS}g}")
            self._nudge = None
            self.changed.emit()

    def h_at(self, part: float) -> float:
        """The step for a thumb from −1 to 1; fine near 0, and never crooked."""
        part = round(min(max(part, -1.0), 1.0) * STEPS) / STEPS
        return float(f"{self.reach * part * abs(part):.{_DIGITS}g}") + 0.0

    @property
    def part(self) -> float:
        """Where the thumb stands, from −1 to 1."""
        return math.copysign(math.sqrt(min(abs(self.h) / self.reach, 1.0)), self.h)

    # Following the session

    def _follow(self) -> None:
        if self.is_on and len(self._session.selection) == 1:
            (node,) = self._session.selection
            if node != self.node:
                self.look_at(node)

    def _keep(self) -> None:
        """What was deleted cannot be looked at."""
        if self.node is not None and self.node not in self._session.graph.nodes:
            self.put_away()

    def _renew(self) -> None:
        """Other numbers, moved by the same step; perhaps an array of another shape."""
        shape = self.shape
        if len(shape) != len(self.entry) or any(i >= n for i, n in zip(self.entry, shape, strict=True)):
            self.entry = (0,) * len(shape)
        self._show_anew()

    def _show_anew(self) -> None:
        self._nudge = self._response = self._cost = None
        self.changed.emit()
