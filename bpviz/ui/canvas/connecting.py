"""A wire in the hand: it begins at a port, snaps to ports where it may end, and says why it may not end at others."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from ...document import edits, regrouping
from ...document.fitting import Fitting
from ...graph.graph import NodeId
from ...stage.geometry import Point
from ..capital import capital
from ..fonts import Face, font
from .gestures import Gesture
from .shapes import bezier
from .spots import PORT_REACH, Part, Spot, Wire

if TYPE_CHECKING:
    from .view import Canvas

SNAP = 36.0  # pixels around a port that it attracts a wire
SEARCHED_FROM = 24.0  # pixels from where it began that a wire dropped on the ground asks what to add
PORTS_FROM_ZOOM = 0.5  # from farther away ports are too small to be told apart


class WireInHand(Gesture):
    """What wires drawn forward and backward share: where they may end."""

    cursor = Qt.CursorShape.CrossCursor
    goes_beyond = True

    def __init__(self, canvas: Canvas, start: Point) -> None:
        super().__init__(canvas)
        self._start = self._point = start
        self.aim: Spot | None = None  # the port at which the wire would end
        self.refusal: str | None = None
        self._has_moved = False
        self._answers: dict[Spot, str | None] = {}

    @abstractmethod
    def _ask(self, port: Spot) -> str | None:
        """Why the wire may not end at a port."""

    @abstractmethod
    def _ports_near(self, point: Point, reach: float) -> list[tuple[float, Spot]]:
        """The ports of the kind at which the wire may end, the nearest first."""

    @abstractmethod
    def _port_of(self, card: NodeId) -> Spot | None:
        """The port of a card that is meant by a wire dropped anywhere on it."""

    @abstractmethod
    def _seen_ports(self) -> list[Spot]:
        """All ports in view at which such a wire could end."""

    def why_not(self, port: Spot) -> str | None:
        """Why the wire may not end at a port, asked once for each."""
        if port not in self._answers:
            self._answers[port] = self._ask(port)
        return self._answers[port]

    def move(self, point: Point, screen: Point) -> None:
        self._point, self._has_moved = point, True
        self.aim = self._aim_at(point)
        self.refusal = None if self.aim is None else self.why_not(self.aim)
        self.canvas.update()

    def _aim_at(self, point: Point) -> Spot | None:
        near = max(self.canvas.camera.zoom, 0.5)
        ports = self._ports_near(point, SNAP / near)
        if ports and ports[0][0] <= PORT_REACH / near:
            return ports[0][1]  # the hand is on it, even if it may not be
        fitting = next((port for _, port in ports if self.why_not(port) is None), None)
        if fitting is not None:
            return fitting
        card = self.canvas.spots.card_at(point)
        return None if card is None else self._port_of(card)

    def _is_far(self, point: Point) -> bool:
        """Whether the wire was drawn somewhere, and not just clicked at its port."""
        (x, y), (px, py), near = self._start, point, self.canvas.camera.zoom
        return self._has_moved and abs(px - x) + abs(py - y) > SEARCHED_FROM / near

    def place_of(self, port: Spot) -> Point:
        """Where a port is."""
        scenery = self.canvas.session.stage.scenery
        return scenery.out_port(port.node) if port.part is Part.OUT_PORT else scenery.in_port(port.node, port.slot)

    def _view_nodes(self) -> list[NodeId]:
        canvas = self.canvas
        return canvas.spots.cards_touching(canvas.camera.view(canvas.width(), canvas.height()))

    def _paint_ports(self, painter: QPainter) -> None:
        """Ports that may be are ringed, the others grey."""
        theme = self.canvas.theme
        if self.canvas.camera.zoom < PORTS_FROM_ZOOM:
            return
        for port in self._seen_ports():
            fits = self.why_not(port) is None
            painter.setPen(QPen(theme["forward" if fits else "line"], 2.0 if fits else 1.5))
            painter.setBrush(theme["surface" if fits else "sunken"])
            radius = 6.0 if fits else 4.5
            painter.drawEllipse(QPointF(*self.place_of(port)), radius, radius)

    def _paint_wire(self, painter: QPainter, start: Point, end: Point) -> None:
        """The wire from an out port to an in port, or to the hand; the refusal beside the hand."""
        theme = self.canvas.theme
        tone = "fault" if self.refusal else "forward"
        style = Qt.PenStyle.DashLine if self.refusal else Qt.PenStyle.SolidLine
        painter.setPen(QPen(theme[tone], 2.4, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(bezier(self.canvas.session.scenery.course.between(start, end)))
        painter.setBrush(theme["surface" if self.aim is None else tone])
        painter.drawEllipse(QPointF(*(self._point if self.aim is None else self.place_of(self.aim))), 6.0, 6.0)
        if self.refusal:
            names = self.canvas.session.graph.by_name
            _paint_refusal(painter, self._point, capital(f"{self.refusal}.", names), self.canvas)


class DrawWire(WireInHand):
    """A wire from a node's out port follows the hand.

    With `taken_from`, an existing wire is being rewired: dropped on nothing, it is taken off.  A new one dropped on
    nothing asks what to add there.
    """

    def __init__(self, canvas: Canvas, source: NodeId, point: Point, taken_from: Wire | None = None) -> None:
        super().__init__(canvas, point)
        self.source, self.taken_from = source, taken_from
        diagram = canvas.session.diagram
        without = diagram if taken_from is None else edits.disconnect(diagram, *taken_from)
        self._fitting = Fitting(without, source=source).prepared()
        if taken_from is not None:
            self.aim = Spot(Part.IN_PORT, *taken_from)

    @property
    def target(self) -> Wire | None:
        """The input at which the wire would end."""
        return None if self.aim is None else (self.aim.node, self.aim.slot)

    def _ask(self, port: Spot) -> str | None:
        if (port.node, port.slot) == self.taken_from:
            return None
        return self._fitting.why_not(self.source, port.node, port.slot)

    def _ports_near(self, point: Point, reach: float) -> list[tuple[float, Spot]]:
        return self.canvas.spots.in_ports_near(point, reach)

    def _port_of(self, card: NodeId) -> Spot | None:
        scenery = self.canvas.spots.scenery
        ports = [Spot(Part.IN_PORT, *slot) for slot, _ in scenery.in_ports(card)]
        ports.sort(key=lambda port: scenery.inputs[port.node][port.slot] is not None)
        return next((port for port in ports if self.why_not(port) is None), ports[0] if ports else None)

    def _seen_ports(self) -> list[Spot]:
        scenery = self.canvas.spots.scenery
        return [Spot(Part.IN_PORT, *slot) for card in self._view_nodes() for slot, _ in scenery.in_ports(card)]

    def finish(self, point: Point) -> None:
        session, goal, before = self.canvas.session, self.target, self.taken_from
        if not self._has_moved or (before is not None and goal == before):
            if before is not None and not self._has_moved:
                session.select((), before)
        elif goal is not None and self.refusal is not None:
            session.said.emit(self.refusal + ".", True)
        elif goal is None and before is not None:
            taken_off = session.scenery.behind(*before)
            session.edit("Take off a wire", lambda diagram: regrouping.disconnect(diagram, taken_off))
        elif goal is None:
            if self._is_far(point):
                self.canvas.adding.open(point, source=self.source)
        elif before is None:
            wired = session.scenery.behind(*goal)
            session.edit("Wire", lambda diagram: regrouping.connect(diagram, self.source, wired))
        else:
            taken_off, wired = session.scenery.behind(*before), session.scenery.behind(*goal)
            session.edit(
                "Rewire",
                lambda diagram: regrouping.connect(regrouping.disconnect(diagram, taken_off), self.source, wired),
            )

    def paint(self, painter: QPainter) -> None:
        if self.source not in self.canvas.session.graph.nodes:
            return
        self._paint_ports(painter)
        start = self.canvas.session.stage.scenery.out_port(self.source)
        self._paint_wire(painter, start, self._point if self.aim is None else self.place_of(self.aim))


class DrawWireBack(WireInHand):
    """A wire drawn from an input that waits back to what is to feed it; dropped on nothing, it asks what to add."""

    def __init__(self, canvas: Canvas, sink: Wire) -> None:
        super().__init__(canvas, canvas.session.stage.scenery.in_port(*sink))
        self.sink = sink
        self._fitting = Fitting(canvas.session.diagram, target=sink[0]).prepared()

    def _ask(self, port: Spot) -> str | None:
        return self._fitting.why_not(port.node, *self.sink)

    def _ports_near(self, point: Point, reach: float) -> list[tuple[float, Spot]]:
        return self.canvas.spots.out_ports_near(point, reach)

    def _port_of(self, card: NodeId) -> Spot | None:
        ports = [Spot(Part.OUT_PORT, node) for node, _ in self.canvas.spots.scenery.out_ports(card)]
        return next((port for port in ports if self.why_not(port) is None), ports[0] if ports else None)

    def _seen_ports(self) -> list[Spot]:
        scenery = self.canvas.spots.scenery
        return [Spot(Part.OUT_PORT, node) for card in self._view_nodes() for node, _ in scenery.out_ports(card)]

    def finish(self, point: Point) -> None:
        session, aim = self.canvas.session, self.aim
        if not self._is_far(point):
            session.select({self.sink[0]})
        elif aim is None:
            self.canvas.adding.open(point, sink=self.sink)
        elif self.refusal is not None:
            session.said.emit(self.refusal + ".", True)
        else:
            wired = session.scenery.behind(*self.sink)
            session.edit("Wire", lambda diagram: regrouping.connect(diagram, aim.node, wired))

    def paint(self, painter: QPainter) -> None:
        if self.sink[0] not in self.canvas.session.graph.nodes:
            return
        if self._has_moved:
            self._paint_ports(painter)
            self._paint_wire(painter, self._point if self.aim is None else self.place_of(self.aim), self._start)


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
    x, y = canvas.camera.to_screen(point)
    right, below = x + 24 + box.width() <= canvas.width(), y + 20 + box.height() <= canvas.height()
    box.moveTopLeft(QPointF(18 if right else -18 - box.width(), 14 if below else -14 - box.height()))
    painter.setPen(QPen(theme["fault"], 1.0))
    painter.setBrush(theme["fault_tint"])
    painter.drawRoundedRect(box, 7, 7)
    painter.setPen(theme["fault"])
    painter.drawText(box.adjusted(10, 7, -10, -7), wrap, text)
    painter.restore()
