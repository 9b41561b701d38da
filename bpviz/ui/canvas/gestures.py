"""One small class per thing a hand does on the canvas, from the press to the release."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ...document import edits
from ...graph.graph import NodeId
from ...stage.geometry import Curve, Point, Rect, in_port, out_port
from ..fonts import Face, font
from .painting import bezier
from .slider import Slider
from .spots import Part

if TYPE_CHECKING:
    from .view import Canvas

_numbers = count(1)
SNAP = 28.0


class Gesture:
    """Begins with the press.  Points are in the scene; `screen` ones in pixels of the canvas."""

    cursor: Qt.CursorShape | None = None

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.key = ("gesture", next(_numbers))  # all edits of one gesture are one step of the history

    def move(self, point: Point, screen: Point) -> None:
        """The mouse has moved."""

    def finish(self, point: Point) -> None:
        """The button was released."""

    def cancel(self) -> None:
        """Esc was pressed, or the window lost the mouse: as if nothing had happened."""
        self.canvas.session.document.abandon(self.key)

    def paint(self, painter: QPainter) -> None:
        """What is seen of the gesture, in scene units, above everything else."""


class Pan(Gesture):
    """The scene follows the hand."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, canvas: Canvas, screen: Point) -> None:
        super().__init__(canvas)
        self._last = screen

    def move(self, point: Point, screen: Point) -> None:
        self.canvas.look(self.canvas.camera.panned(screen[0] - self._last[0], screen[1] - self._last[1]))
        self._last = screen


class MoveCards(Gesture):
    """The selected cards follow the hand."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, canvas: Canvas, start: Point) -> None:
        super().__init__(canvas)
        self._start = start
        self._before = {node: canvas.session.diagram.positions[node] for node in canvas.session.selection}
        self._has_moved = False

    def move(self, point: Point, screen: Point) -> None:
        dx, dy = point[0] - self._start[0], point[1] - self._start[1]
        if not self._has_moved and abs(dx) + abs(dy) < 3.0 / self.canvas.camera.zoom:
            return
        self._has_moved = True
        here = {n: (x + dx, y + dy) for n, (x, y) in self._before.items() if n in self.canvas.session.graph.nodes}
        self.canvas.session.edit("Move", lambda diagram: edits.move(diagram, here), self.key)


class Slide(Gesture):
    """The thumb of an input's slider follows the hand."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, canvas: Canvas, node: NodeId, slider: Slider, start: Point) -> None:
        super().__init__(canvas)
        self.node, self.reach = node, slider.reach
        self._slider = slider
        # grabbed beside the thumb, the thumb comes; grabbed on it, it doesn't jump
        grip = start[0] - slider.thumb[0]
        self._grip = grip if abs(grip) <= 8.0 else 0.0
        if self._grip == 0.0:
            self._set(slider.value_at(start[0]))

    def _set(self, value: float) -> None:
        session = self.canvas.session
        if self.node in session.graph.nodes:
            label = f"Set {session.graph.spoken(self.node)}"
            session.edit(label, lambda diagram: edits.set_value(diagram, self.node, value), self.key)

    def move(self, point: Point, screen: Point) -> None:
        self._set(self._slider.value_at(point[0] - self._grip))


class RubberBand(Gesture):
    """Selects the cards that a rectangle touches."""

    def __init__(self, canvas: Canvas, start: Point, *, adds: bool) -> None:
        super().__init__(canvas)
        self._start = self._end = start
        self._kept = canvas.session.selection if adds else frozenset()
        self._before = canvas.session.selection
        canvas.session.select(self._kept)

    @property
    def rect(self) -> Rect:
        (x1, y1), (x2, y2) = self._start, self._end
        return Rect(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))

    def move(self, point: Point, screen: Point) -> None:
        self._end = point
        self.canvas.session.select(self._kept | set(self.canvas.spots.cards_touching(self.rect)))
        self.canvas.update()

    def cancel(self) -> None:
        self.canvas.session.select(self._before)

    def paint(self, painter: QPainter) -> None:
        theme = self.canvas.theme
        fill = QColor(theme["ink"])
        fill.setAlphaF(0.06)
        painter.setPen(QPen(theme["muted"], 1.0 / self.canvas.camera.zoom, Qt.PenStyle.DashLine))
        painter.setBrush(fill)
        rect = self.rect
        painter.drawRect(QRectF(rect.x, rect.y, rect.width, rect.height))


class DrawWire(Gesture):
    """A wire from a node's out port follows the hand, and snaps to in ports where it may end.

    With `taken_from`, an existing wire is being rewired: dropped on nothing, it is taken off.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self, canvas: Canvas, source: NodeId, point: Point, taken_from: tuple[NodeId, int] | None = None
    ) -> None:
        super().__init__(canvas)
        self.source, self.taken_from = source, taken_from
        self._point = point
        self.target: tuple[NodeId, int] | None = taken_from
        self.refusal: str | None = None
        self._has_moved = False

    def move(self, point: Point, screen: Point) -> None:
        self._point, self._has_moved = point, True
        before, self.target = self.target, self._target_at(point)
        if self.target != before:
            self.refusal = self._why_not()
        self.canvas.update()

    def _why_not(self) -> str | None:
        """Why the wire in the hand may not end where it is."""
        if self.target is None or self.target == self.taken_from:
            return None
        diagram, taken = self.canvas.session.diagram, self.taken_from
        without = diagram if taken is None else edits.disconnect(diagram, *taken)
        return edits.why_not_connect(without, self.source, *self.target)

    def _target_at(self, point: Point) -> tuple[NodeId, int] | None:
        spots, graph = self.canvas.spots, self.canvas.session.graph
        port = spots.nearest_in_port(point, SNAP / max(self.canvas.camera.zoom, 0.5))
        if port is not None:
            return port.node, port.slot
        spot = spots.at(point, self.canvas.camera.zoom)
        if spot is None or spot.part is not Part.CARD or not graph.nodes[spot.node].inputs:
            return None
        empty = [slot for slot, source in enumerate(graph.nodes[spot.node].inputs) if source is None]
        return spot.node, empty[0] if empty else 0

    def finish(self, point: Point) -> None:
        session, goal, before = self.canvas.session, self.target, self.taken_from
        if not self._has_moved or goal == before:
            if before is not None and not self._has_moved:
                session.select((), before)
            return
        if goal is not None and self.refusal is not None:
            session.said.emit(self.refusal + ".", True)
            return
        if goal is None:
            if before is not None:
                session.edit("Take off a wire", lambda diagram: edits.disconnect(diagram, *before))
            return
        if before is None:
            session.edit("Wire", lambda diagram: edits.connect(diagram, self.source, *goal))
        else:
            session.edit(
                "Rewire",
                lambda diagram: edits.connect(edits.disconnect(diagram, *before), self.source, *goal),
            )

    def paint(self, painter: QPainter) -> None:
        session, stage = self.canvas.session, self.canvas.session.stage
        if self.source not in session.graph.nodes:
            return
        theme, end = self.canvas.theme, self._point
        if self.target is not None and self.target[0] in session.graph.nodes:
            node, slot = self.target
            end = in_port(stage.rect(node), slot, session.graph.nodes[node].op.arity)
        tone = "fault" if self.refusal else "forward"
        style = Qt.PenStyle.DashLine if self.refusal else Qt.PenStyle.SolidLine
        painter.setPen(QPen(theme[tone], 2.4, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(bezier(Curve.between(out_port(stage.rect(self.source)), end)))
        painter.setBrush(theme["surface" if self.target is None else tone])
        painter.drawEllipse(QPointF(*end), 6.0, 6.0)
        if self.refusal:
            _paint_refusal(painter, self._point, self.refusal, self.canvas)


def _paint_refusal(painter: QPainter, point: Point, text: str, canvas: Canvas) -> None:
    theme = canvas.theme
    painter.save()
    painter.translate(*point)
    painter.scale(1.0 / canvas.camera.zoom, 1.0 / canvas.camera.zoom)
    size = max(12.0, canvas.least * canvas.camera.zoom)
    painter.setFont(font(Face.TEXT, size))
    metrics = QFontMetricsF(painter.font())
    wrap = int(Qt.TextFlag.TextWordWrap)
    box = metrics.boundingRect(QRectF(0, 0, 24.0 * size, 20.0 * size), wrap, text).adjusted(-10, -7, 10, 7)
    box.moveTopLeft(QPointF(18, 14))
    painter.setPen(QPen(theme["fault"], 1.0))
    painter.setBrush(theme["fault_tint"])
    painter.drawRoundedRect(box, 7, 7)
    painter.setPen(theme["fault"])
    painter.drawText(box.adjusted(10, 7, -10, -7), wrap, text)
    painter.restore()
