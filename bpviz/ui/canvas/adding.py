"""Adding nodes on the canvas: by the search that opens at the hand, or dropped from the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
    QPainter,
    QPen,
)

from ...document import edits, regrouping, wiring
from ...document.diagram import Diagram
from ...document.fitting import Fitting
from ...graph.graph import Node, NodeId
from ...ops import OPS, Op
from ...stage.geometry import Point, Rect, card_rect
from ..quick_add import Offer, offers, why_nothing
from .chooser import HEIGHT, WIDTH, Chooser, place_beside
from .making_room import put_into
from .marks import paint_aimed_wire
from .operations import operation_in, place_for
from .rows import Row
from .shapes import bezier
from .spots import Wire
from .wanted import Answers, Wanted

if TYPE_CHECKING:
    from .view import Canvas

_FOOTER = "Enter adds   ·   Esc leaves"
_FOOTER_WIRED = "Enter adds   ·   Shift+Enter also wires {} into it"


class Adding(QObject):
    """Opens the search, and puts what is chosen where it is wanted; takes what is dropped from the palette."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas, self._session = canvas, canvas.session
        self.chooser: Chooser | None = None
        self.aimed: Wire | None = None  # the wire into which what is dragged over the canvas would go
        self._wanted = Wanted()
        self._hand: Point | None = None  # where the mouse is, in pixels, if it has moved since the last node
        canvas.installEventFilter(self)

    # The search

    def open(self, at: Point, *, source: NodeId | None = None, sink: Wire | None = None) -> None:
        """Opens the search at a scene point; with a wire that hangs there, it offers what the wire fits."""
        self._open(Wanted(at, source, sink), self._canvas.to_screen(at))

    def open_by_key(self) -> None:
        """Opens the search at the mouse, or, if that has not moved since, beside what is selected."""
        canvas, session = self._canvas, self._session
        wire = session.selected_wire
        if wire is not None:
            curve = session.stage.curve(*wire)
            self._open(Wanted(wire=wire), canvas.to_screen(canvas.middle if curve is None else curve.at(0.5)))
        elif self._hand is not None:
            point = canvas.camera.to_scene(*self._hand)
            place = edits.free_place(point, session.diagram.positions, session.diagram.direction)
            self._open(Wanted(place), QPoint(round(self._hand[0]), round(self._hand[1])))
        elif len(session.selection) == 1:
            self._open(Wanted(), place_beside(canvas, next(iter(session.selection))))
        else:
            self._open(Wanted(), canvas.rect().center() - QPoint(WIDTH // 2, HEIGHT // 2))

    def _open(self, wanted: Wanted, place: QPoint) -> None:
        if not self._canvas.can_be_added_to:
            return
        self.close()
        self._wanted = wanted
        fits = Answers(self._session.diagram, wanted)
        graph = self._session.graph

        def rows(query: str) -> list[Row]:
            found = offers(query, graph, fits)
            refusal = self._why_not(found[0].node, wanted) if found and found[0].node is not None else None
            if refusal is not None:  # who types that name means no other
                found = found[:1]
            if not found and (fault := why_nothing(query)):
                return [Row(query.strip(), "", "", None, fault)]
            return [Row(offer.title, offer.remark, offer.symbol, offer, refusal or "") for offer in found]

        self.chooser = Chooser(self._canvas, place, rows, self._hint(wanted), self._footer(), "Nothing fits that")
        self.chooser.chosen.connect(self._take)
        self.chooser.closed.connect(self._forget)
        self._canvas.update()

    def close(self) -> None:
        """Closes the search, if it is open."""
        if self.chooser is not None:
            self.chooser.close_()

    def _forget(self) -> None:
        self.chooser = None
        self._canvas.update()

    def _hint(self, wanted: Wanted) -> str:
        spoken = self._session.graph.spoken
        if wanted.source is not None:
            return f"What does {spoken(wanted.source)} go into?"
        if wanted.sink is not None:
            return f"What feeds {spoken(wanted.sink[0])}?"
        return "What goes into the wire?" if wanted.wire is not None else "Operation, number or name"

    def _footer(self) -> str:
        if not self._chosen_sources():
            return _FOOTER
        names = [self._session.graph.spoken(node) for node in self._chosen_sources()]
        return _FOOTER_WIRED.format(" and ".join(names) if len(names) < 3 else f"{len(names)} nodes")

    def _chosen_sources(self) -> list[NodeId]:
        """The selected nodes, which Shift+Enter wires into the new one, from the top or from the left."""
        wanted, positions = self._wanted, self._session.diagram.positions
        if wanted.source is not None or wanted.sink is not None or wanted.wire is not None:
            return []
        turned = self._session.diagram.direction.turned
        return sorted(self._session.selection, key=lambda node: turned(positions[node])[::-1])

    def _why_not(self, node: NodeId, wanted: Wanted) -> str | None:
        """Why a node that is there is no answer to the search."""
        diagram, source = self._session.diagram, wanted.source
        if wanted.sink is not None:
            return Fitting(diagram, target=wanted.sink[0]).why_not(node, *wanted.sink)
        if source is not None:
            fitting = Fitting(diagram, source=source)
            return None if fitting.slot_for(source, node) is not None else fitting.why_not(source, node, 0)
        return "is on the canvas already" if wanted.wire is not None else None

    # What was chosen

    def _take(self, offer: Offer, is_shifted: bool) -> None:
        wanted, session = self._wanted, self._session
        if offer.node is not None:
            self._take_present(offer.node, wanted)
            return
        kind = OPS[offer.op]
        sources = self._chosen_sources() if is_shifted and not kind.is_leaf else []
        corner = self._corner(kind, wanted)
        self._put(offer, kind, corner, wanted, sources, f"Add {kind.title.lower()}")
        if session.selection:
            self._hand = None  # until the mouse moves, the next node goes beside this one

    def _take_present(self, node: NodeId, wanted: Wanted) -> None:
        """A node that is on the canvas was chosen by its name: the wire goes there, or else the eyes do."""
        session, sink, source = self._session, wanted.sink, wanted.source
        if sink is not None:
            wired = session.scenery.behind(*sink)
            session.edit("Wire", lambda diagram: regrouping.connect(diagram, node, wired))
        elif source is not None:
            slot = Fitting(session.diagram, source=source).slot_for(source, node) or 0
            session.edit("Wire", lambda diagram: edits.connect(diagram, source, node, slot))
        self._show(node)

    def _put(
        self, offer: Offer, kind: Op, corner: Point | None, wanted: Wanted, sources: list[NodeId], label: str
    ) -> None:
        """Adds a node at a corner, or where there is room for it, and wires it."""
        session, new, wire = self._session, edits.next_id(self._session.graph), wanted.wire
        sinks = () if wanted.sink is None else session.scenery.behind(*wanted.sink)
        place = place_for(kind.name, session, self._canvas.middle) if corner is None else corner
        if corner is not None and wire is None:
            self._canvas.hold_still()

        def edit(diagram: Diagram) -> Diagram:
            diagram = edits.add(diagram, kind.name, place, name=offer.name, value=offer.value)
            for source in sources[: kind.arity] if wanted.source is None else [wanted.source]:
                diagram = wiring.attach(diagram, source, new)
            diagram = regrouping.connect(diagram, new, sinks)
            return diagram if wire is None else wiring.insert(diagram, new, *wire)

        if session.edit(label, edit) if wire is None else put_into(self._canvas, label, edit, new, wire):
            self._show(new)

    def _show(self, node: NodeId) -> None:
        self._session.select({node})
        self._canvas.reveal(node)

    def _corner(self, kind: Op, wanted: Wanted) -> Point | None:
        """The corner of the new card: a wire that hangs at the hand enters it, or leaves it, right there."""
        size = card_rect(Node(0, kind, (None,) * kind.arity), (0.0, 0.0))
        if wanted.wire is not None:
            curve = self._session.stage.curve(*wanted.wire)
            return None if curve is None else _centred(size, curve.at(0.5))
        if wanted.at is None:
            return None
        (x, y), course = wanted.at, self._session.scenery.course
        if wanted.source is not None:
            port = course.in_port(size, 0, kind.arity)
            return x - port[0], y - port[1]
        if wanted.sink is not None:
            port = course.out_port(size)
            return x - port[0], y - port[1]
        return x, y

    # From the palette

    def add(self, name: str) -> None:
        """Adds a node of an operation where there is room for it."""
        if self._canvas.grouping.use(name, None):
            return
        self._put(Offer("", "", "", name), OPS[name], None, Wanted(), [], f"Add {OPS[name].title.lower()}")

    def _drop(self, name: str, point: Point) -> None:
        if self._canvas.grouping.use(name, point):
            return
        kind = OPS[name]
        size = card_rect(Node(0, kind, (None,) * kind.arity), (0.0, 0.0))
        wire = None if kind.is_leaf else self._wire_below(kind, point)
        wanted = Wanted(wire=wire)
        self._put(Offer("", "", "", name), kind, _centred(size, point), wanted, [], f"Add {kind.title.lower()}")

    def _wire_below(self, kind: Op, point: Point) -> Wire | None:
        """The wire into which a card would go that is let go at a point."""
        size = card_rect(Node(0, kind, (None,) * kind.arity), (0.0, 0.0))
        card = Rect(*_centred(size, point), size.width, size.height)
        fits = Answers(self._session.diagram, Wanted())
        return self._canvas.spots.wire_under(card, lambda target, slot: fits.goes_into(kind, (target, slot)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        canvas = self._canvas
        if watched is not canvas:
            return False
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._hand = event.position().x(), event.position().y()
        elif event.type() == QEvent.Type.Leave:
            self._hand = None
        elif isinstance(event, QDragEnterEvent | QDragMoveEvent | QDropEvent | QDragLeaveEvent):
            self._dragged_over(event)
            return True
        return False

    def _dragged_over(self, event: QDragEnterEvent | QDragMoveEvent | QDropEvent | QDragLeaveEvent) -> None:
        self.aimed = None
        self._canvas.update()
        if isinstance(event, QDragLeaveEvent):
            return
        name = operation_in(event.mimeData()) if self._canvas.can_be_added_to else None
        if name is None:
            event.ignore()
            return
        point = self._canvas.camera.to_scene(event.position().x(), event.position().y())
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self._drop(name, point)
            self._canvas.setFocus()
        elif name in OPS and not OPS[name].is_leaf:
            self.aimed = self._wire_below(OPS[name], point)

    # What is painted

    def paint(self, painter: QPainter) -> None:
        """The wire that waits for what is chosen, and the one into which something would go."""
        session, wanted = self._session, self._wanted
        aimed = wanted.wire if self.chooser is not None else self.aimed
        if aimed is not None:
            paint_aimed_wire(painter, self._canvas, aimed)
        if self.chooser is None or wanted.at is None:
            return
        scenery = session.stage.scenery
        if wanted.source is not None:
            curve = scenery.course.between(scenery.out_port(wanted.source), wanted.at)
        elif wanted.sink is not None:
            curve = scenery.course.between(wanted.at, scenery.in_port(*wanted.sink))
        else:
            return
        painter.setPen(QPen(self._canvas.theme["forward"], 2.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(bezier(curve))


def _centred(size: Rect, point: Point) -> Point:
    return point[0] - size.width / 2, point[1] - size.height / 2
