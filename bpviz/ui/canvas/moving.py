"""Cards that follow the hand: dropped on a wire they go into it, and shaken they come off their wires."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from ...document import arranging, wiring
from ...document.fitting import Openings
from ...stage.geometry import Point
from .gestures import Gesture
from .guides import Guides, taken
from .making_room import put_into
from .marks import paint_aimed_wire
from .spots import Wire

if TYPE_CHECKING:
    from .view import Canvas

STROKE = 18.0  # pixels that a hand goes one way, at least, for a stroke of shaking
STROKES, WITHIN = 4, 1200  # so many, there and back, in so many milliseconds


class Shaking:
    """Tells shaking from moving: several quick strokes, there and back."""

    def __init__(self) -> None:
        self._turned: list[int] = []  # when
        self._from = self._farthest = 0.0
        self._side = 0.0
        self._has_begun = False

    def feed(self, x: float, clock: int) -> bool:
        """The hand is at `x`, in pixels, at a time in milliseconds; whether by now it has been shaken."""
        if not self._has_begun:
            self._from = self._farthest = x
            self._has_begun = True
        if self._side * (x - self._farthest) >= 0.0:
            self._farthest = x
            self._side = self._side or (x > self._from) - (x < self._from)
        elif abs(x - self._farthest) >= STROKE:
            if abs(self._farthest - self._from) >= STROKE:
                self._turned.append(clock)
            self._from, self._farthest, self._side = self._farthest, x, -self._side
        recent = self._turned[-STROKES:]
        return len(recent) == STROKES and recent[-1] - recent[0] <= WITHIN


class MoveCards(Gesture):
    """The selected cards follow the hand.

    A single card with an input that waits is put into the wire on which it is dropped.  Cards that are shaken come
    off their wires, and what they stood between is wired together.
    """

    cursor = Qt.CursorShape.SizeAllCursor
    goes_beyond = True

    def __init__(self, canvas: Canvas, start: Point, click: Callable[[], object] | None = None) -> None:
        """`click` is done if the hand lets go where it took hold."""
        super().__init__(canvas)
        self._start, self._click = start, click
        self._before = {node: canvas.session.diagram.positions[node] for node in canvas.session.selection}
        self._load = taken(canvas)
        self.carries = self._load.cards.keys()
        self.guides = Guides(canvas, self._load)
        self._has_moved = False
        self._shaking: Shaking | None = Shaking()
        self._spots = canvas.spots  # as it was: the wires of other cards stay where they are
        self._openings: Openings | None = None
        self.aimed: Wire | None = None  # the wire into which the card would go

    def move(self, point: Point, screen: Point) -> None:
        dx, dy = point[0] - self._start[0], point[1] - self._start[1]
        if not self._has_moved and abs(dx) + abs(dy) < 3.0 / self.canvas.camera.zoom:
            return
        self._has_moved = True
        dx, dy = self.guides.snapped(dx, dy)
        self.canvas.session.edit("Move", lambda diagram: arranging.carried(diagram, self._load, dx, dy), self.key)
        aimed, self.aimed = self.aimed, self._wire_below()
        if aimed != self.aimed:
            self.canvas.update()
        if self._shaking is not None and self._shaking.feed(screen[0], self.clock):
            self._shake_off(dx, dy)

    def _wire_below(self) -> Wire | None:
        """The wire under the middle of the card, if the card may go into it."""
        session = self.canvas.session
        if len(self._before) != 1 or self._shaking is None:
            return None
        node = next(iter(self._before))
        if None not in session.graph.nodes[node].inputs:
            return None
        if self._openings is None:
            self._openings = Openings(session.diagram, node)
        return self._spots.wire_under(session.stage.rect(node), self._openings.may_take)

    def _shake_off(self, dx: float, dy: float) -> None:
        session, self._shaking, self.aimed = self.canvas.session, None, None
        nodes = self._before.keys() & session.graph.nodes.keys()
        if wiring.detach(session.diagram, nodes) is session.diagram:
            return
        self.is_editing = True
        session.document.abandon(self.key)
        session.edit(
            "Shake off",
            lambda diagram: arranging.carried(wiring.detach(diagram, nodes), self._load, dx, dy),
            self.key,
        )
        self.is_editing = False
        names = session.graph.spoken(next(iter(nodes))) if len(nodes) == 1 else f"{len(nodes)} cards"
        verb = "is" if len(nodes) == 1 else "are"
        session.said.emit(f"{names} {verb} off the wires, because you shook; Ctrl+Z wires all as it was.", False)

    def finish(self, point: Point) -> None:
        if not self._has_moved and self._click is not None:
            self._click()
        if (wire := self.aimed) is not None:
            node = next(iter(self._before))
            put_into(self.canvas, "Put into a wire", lambda diagram: wiring.insert(diagram, node, *wire), node, wire)

    def paint(self, painter: QPainter) -> None:
        self.guides.paint(painter)
        if self.aimed is not None:
            node, scenery = next(iter(self._before)), self.canvas.session.stage.scenery
            free = self.canvas.session.graph.nodes[node].inputs.index(None)
            via = scenery.in_port(node, free), scenery.out_port(node)
            paint_aimed_wire(painter, self.canvas, self.aimed, via)
