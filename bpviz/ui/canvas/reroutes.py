"""The points that wires go through: added by Ctrl+click or double-click, dragged, and taken off again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from ...document import annotating
from ...graph.graph import NodeId
from ...stage.geometry import Point
from .gestures import Gesture
from .spots import Spot

if TYPE_CHECKING:
    from .view import Canvas

REACH = 9.0  # pixels from which a point can be taken hold of
RADIUS = 4.0


class MoveBend(Gesture):
    """A point of a wire follows the hand."""

    cursor = Qt.CursorShape.SizeAllCursor
    goes_beyond = True

    def __init__(self, canvas: Canvas, target: NodeId, slot: int, place: int, before: Point, start: Point) -> None:
        """The point lies at `before`, the hand is at `start`."""
        super().__init__(canvas)
        self._wire, self._place = (target, slot), place
        self._before, self._start = before, start
        self._has_moved = False

    def move(self, point: Point, screen: Point) -> None:
        dx, dy = point[0] - self._start[0], point[1] - self._start[1]
        if not self._has_moved and abs(dx) + abs(dy) < 3.0 / self.canvas.camera.zoom:
            return
        self._has_moved = True
        session, at = self.canvas.session, (self._before[0] + dx, self._before[1] + dy)
        if self._wire in session.stage.scenery.bends:  # undone under the hand otherwise
            session.edit(
                "Bend a wire", lambda diagram: annotating.move_bend(diagram, *self._wire, self._place, at), self.key
            )


def bend_at(canvas: Canvas, point: Point) -> tuple[NodeId, int, int] | None:
    """The point of a wire that is near: the input that the wire enters, and which of its points."""
    reach = REACH / canvas.camera.zoom
    near = (
        (math.dist(bend, point), *wire, place)
        for wire, bends in canvas.session.stage.scenery.bends.items()
        for place, bend in enumerate(bends)
    )
    distance, *found = min(near, default=(math.inf, 0, 0, 0))
    return (found[0], found[1], found[2]) if distance <= reach else None


def take_bend(canvas: Canvas, point: Point) -> Gesture | None:
    """Selects the point of a wire that is here, and takes hold of it."""
    found = bend_at(canvas, point)
    if found is None:
        return None
    canvas.session.select((), found[:2], bend=found[2])
    target, slot, place = found
    return MoveBend(canvas, target, slot, place, canvas.session.stage.scenery.bends[target, slot][place], point)


def add_bend(canvas: Canvas, target: NodeId, slot: int, point: Point) -> Gesture | None:
    """Gives a wire one more point here, and takes hold of it: the same drag pulls the wire where it should go."""
    session = canvas.session
    curve, source = session.stage.curve(target, slot), session.graph.nodes[target].inputs[slot]
    if curve is None or source is None:
        return None
    if not session.scenery.has_own_cards(source, target):
        session.select((), (target, slot))
        told = "That wire enters or leaves a group, and finds its own way"
        session.said.emit(f"{told}: to lead it, show what is in the group in its place (G).", True)
        return None
    _, piece, at = curve.nearest(point)
    place = piece if (target, slot) in session.stage.scenery.bends else 0  # other routes have pieces of their own
    gesture = MoveBend(canvas, target, slot, place, at, point)
    session.edit("Bend a wire", lambda diagram: annotating.add_bend(diagram, target, slot, place, at), gesture.key)
    session.select((), (target, slot), bend=place)
    return gesture


def toggle_bend(canvas: Canvas, point: Point, wire: Spot | None) -> bool:
    """Takes off the point of a wire that is here, or adds one to the wire that is; whether there was anything."""
    session = canvas.session
    if (found := bend_at(canvas, point)) is not None:
        session.edit("Take a point off a wire", lambda diagram: annotating.remove_bend(diagram, *found))
        return True
    if wire is not None:
        if add_bend(canvas, wire.node, wire.slot, point) is not None:
            session.document.seal()
        return True
    return False


def paint_bends(painter: QPainter, canvas: Canvas) -> None:
    """The points of the selected wire and of the one under the mouse: nobody else needs to see them."""
    session, theme, zoom = canvas.session, canvas.theme, canvas.camera.zoom
    chosen = session.selected_wire, session.selected_bend
    for wire in {session.selected_wire, session.pointed_wire} - {None}:
        for place, at in enumerate(session.stage.scenery.bends.get(wire, ()) if wire is not None else ()):
            is_chosen = chosen == (wire, place)
            radius = (RADIUS + 1.5 if is_chosen else RADIUS) / min(max(zoom, 0.5), 1.0)
            painter.setPen(QPen(theme["ink" if is_chosen else "muted"], 2.0 if is_chosen else 1.4))
            painter.setBrush(theme["surface"])
            painter.drawEllipse(QPointF(*at), radius, radius)
