"""One small class per thing a hand does on the canvas, from the press to the release."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ...document import edits
from ...graph.graph import NodeId
from ...stage.annotations import enclosed
from ...stage.geometry import Point, Rect
from .slider import Slider

if TYPE_CHECKING:
    from .view import Canvas

_numbers = count(1)


class Gesture:
    """Begins with the press.  Points are in the scene; `screen` ones in pixels of the canvas."""

    cursor: Qt.CursorShape | None = None
    goes_beyond = False  # whether it makes sense beyond what is in view, so that the view goes along

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.clock = 0  # when the mouse moved last, in milliseconds
        self.carries: Collection[NodeId] = ()  # cards that follow the hand, over all that rests
        self.is_editing = False  # while the gesture itself changes what is wired, and not somebody else under it
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
    """Selects the cards that a rectangle touches, and the frames and notes that lie wholly in it."""

    goes_beyond = True

    def __init__(self, canvas: Canvas, start: Point, *, adds: bool) -> None:
        super().__init__(canvas)
        self._start = self._end = start
        self._kept = canvas.session.selection if adds else frozenset()
        self._kept_beside = canvas.session.selected_annotations if adds else frozenset()
        self._before = canvas.session.selection, canvas.session.selected_annotations
        canvas.session.select(self._kept, annotations=self._kept_beside)

    @property
    def rect(self) -> Rect:
        (x1, y1), (x2, y2) = self._start, self._end
        return Rect(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))

    def move(self, point: Point, screen: Point) -> None:
        self._end = point
        session, touched = self.canvas.session, self.canvas.spots.cards_touching(self.rect)
        beside = enclosed(session.diagram, self.rect, session.standing.inside)
        session.select(self._kept | set(touched), annotations=self._kept_beside | beside)
        self.canvas.update()

    def cancel(self) -> None:
        nodes, beside = self._before
        self.canvas.session.select(nodes, annotations=beside)

    def paint(self, painter: QPainter) -> None:
        theme = self.canvas.theme
        fill = QColor(theme["ink"])
        fill.setAlphaF(0.06)
        painter.setPen(QPen(theme["muted"], 1.0 / self.canvas.camera.zoom, Qt.PenStyle.DashLine))
        painter.setBrush(fill)
        rect = self.rect
        painter.drawRect(QRectF(rect.x, rect.y, rect.width, rect.height))
