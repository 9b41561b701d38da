"""The keyboard on the canvas: walking from card to card along the wires, and from wire to wire."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QPainter, QPen

from ...graph.graph import NodeId
from ...stage.geometry import Point, Rect
from .shapes import bezier

if TYPE_CHECKING:
    from .view import Canvas

_BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_MARGIN = 36.0  # scene units around what is to be seen
_SIDEWAYS = 3.0  # how much farther away is what does not lie straight beside


class Arrow(Enum):
    """An arrow key, by the step that it makes on the screen."""

    LEFT = (-1.0, 0.0)
    RIGHT = (1.0, 0.0)
    UP = (0.0, -1.0)
    DOWN = (0.0, 1.0)


class Walking(QObject):
    """Moves the selection with the keyboard, and shows where it is, for as long as the keyboard is used and not the
    mouse."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._around: NodeId | None = None  # whose wires are gone through
        self.is_shown = False
        canvas.installEventFilter(self)

    # Walking

    def walk(self, arrow: Arrow) -> None:
        """To the next card, along a wire or beside; to begin with, to where the playhead is, or to the output."""
        session = self._canvas.session
        wire, (along, aside) = session.selected_wire, session.scenery.course.turned(arrow.value)
        if wire is not None and along:
            self._go(wire[0] if along > 0.0 else session.graph.nodes[wire[0]].inputs[wire[1]])
        elif wire is not None:
            self.go_along_wires(is_ahead=aside > 0.0)
        elif len(session.standing.cards) != 1:
            self._begin()
        else:
            self._go(self._next(next(iter(session.standing.cards)), along, aside))

    def _begin(self) -> None:
        """Where the playhead is, or at the output."""
        acting = self._canvas.session.stage.acting()
        self._go(acting[-1] if acting else self._canvas.session.graph.result)

    def _next(self, node: NodeId, along: float, aside: float) -> NodeId:
        """Where one comes from `node`: against its wires or with them, or aside; `node` itself where nothing is."""
        here = self._middle(node)
        if along < 0.0:
            return next(iter(self._canvas.session.scenery.cards_into(node)), node)
        if along > 0.0:
            goals = self._canvas.session.scenery.cards_from(node)
            return min(goals, key=lambda goal: abs(self._middle(goal)[1] - here[1]), default=node)
        near = [other for other in self._siblings(node) if aside * (self._middle(other)[1] - here[1]) > 0.0]
        if near:
            return min(near, key=lambda other: (abs(self._middle(other)[1] - here[1]), other))
        away = {}
        for other in self._canvas.session.scenery.rects:
            x, y = self._middle(other)
            if (farther := aside * (y - here[1])) > 1.0:
                away[other] = farther + _SIDEWAYS * abs(x - here[0])
        return min(away, key=lambda other: away[other], default=node)

    def _siblings(self, node: NodeId) -> set[NodeId]:
        """The other inputs of what a node goes into; for what goes nowhere, the others made of its inputs."""
        scenery = self._canvas.session.scenery
        if goals := scenery.cards_from(node):
            found = {source for goal in goals for source in scenery.cards_into(goal)}
        else:
            found = {goal for source in scenery.cards_into(node) for goal in scenery.cards_from(source)}
        return found - {node}

    def _middle(self, node: NodeId) -> Point:
        """How far along the wires and how far aside the middle of a card is."""
        session = self._canvas.session
        rect = session.scenery.course.turned_rect(session.stage.rect(node))
        return rect.x + rect.width / 2, rect.y + rect.height / 2

    def _go(self, node: NodeId | None) -> None:
        if node is None:
            self._canvas.session.said.emit("There is nothing to walk to yet: first build a graph.", True)
            return
        self._around, self.is_shown = None, True
        self._canvas.session.select({node})
        self._reveal(self._canvas.session.stage.rect(node))

    # The wires of a node

    def go_along_wires(self, *, is_ahead: bool = True) -> None:
        """Selects the next wire of the selected node, or of the node that the selected wire enters."""
        session = self._canvas.session
        wire = session.selected_wire
        if wire is None:
            if len(session.standing.cards) != 1:
                self._begin()
                return
            self._around = next(iter(session.standing.cards))
        elif self._around is None or wire not in self._wires(self._around):
            self._around = wire[0]
        wires = self._wires(self._around)
        if not wires:
            session.said.emit(f"{session.graph.spoken(self._around)} has no wires yet.", False)
            return
        step = 1 if is_ahead else -1
        place = (wires.index(wire) + step) % len(wires) if wire in wires else 0 if is_ahead else -1
        self.is_shown = True
        session.select((), wires[place])
        curve = session.stage.curve(*wires[place])
        if curve is not None:
            self._reveal(Rect(*curve.at(0.5), 0.0, 0.0))

    def _wires(self, node: NodeId) -> list[tuple[NodeId, int]]:
        """The wires into a node, then those that leave it, each by the input that it enters."""
        scenery = self._canvas.session.scenery
        return [*scenery.wires_into(node), *scenery.wires_from(node)] if node in scenery.rects else []

    # Seeing where one is

    def _reveal(self, place: Rect) -> None:
        canvas = self._canvas
        view = canvas.camera.view(canvas.width(), canvas.height())
        if not (view.contains((place.x, place.y)) and view.contains((place.right, place.bottom))):
            canvas.look(canvas.camera.revealing(place.grown(_MARGIN), canvas.width(), canvas.height()))
        canvas.update()

    def _ask_for_menu(self) -> None:
        """A menu about what is selected, beside it."""
        canvas, session = self._canvas, self._canvas.session
        at = (canvas.width() / 2, canvas.height() / 2)
        if session.selected_wire is not None:
            curve = session.stage.curve(*session.selected_wire)
            at = at if curve is None else canvas.camera.to_screen(curve.at(0.5))
        elif session.selection:
            rect = session.stage.rect(min(session.selection))
            at = canvas.camera.to_screen((rect.x + rect.width / 2, rect.y + rect.height / 2))
        x, y = (min(max(round(part), 0), most - 1) for part, most in zip(at, canvas.size().toTuple(), strict=True))
        canvas.menu_wanted.emit(canvas.mapToGlobal(QPoint(x, y)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QContextMenuEvent) and event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._ask_for_menu()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and _calls_menu(event):
            self._ask_for_menu()
            return True
        was_shown = self.is_shown
        if isinstance(event, QFocusEvent) and event.gotFocus():
            self.is_shown |= event.reason() in _BY_KEYBOARD
        elif event.type() == QEvent.Type.MouseButtonPress:
            self.is_shown = False
        if self.is_shown != was_shown or (self.is_shown and isinstance(event, QFocusEvent)):
            self._canvas.update()
        return False

    # What is painted

    @property
    def _is_seen(self) -> bool:
        return self.is_shown and self._canvas.hasFocus()

    def paint_below(self, painter: QPainter) -> None:
        """An outline beside the halo of the wire that has the keyboard."""
        session, theme = self._canvas.session, self._canvas.theme
        curve = session.stage.curve(*session.selected_wire) if session.selected_wire is not None else None
        if curve is None or not self._is_seen:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for tone, width in (("ink", 17.0), ("paper", 12.0)):
            painter.setPen(QPen(theme[tone], width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPath(bezier(curve))

    def paint_mark(self, painter: QPainter) -> None:
        """A second frame around the card that has the keyboard."""
        canvas, cards = self._canvas, self._canvas.session.standing.cards
        if self._is_marking and len(cards) == 1:
            near = min(canvas.camera.zoom, 1.0)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(canvas.theme["ink"], 2.5 / near))
            grown = canvas.session.stage.rect(next(iter(cards))).grown(6.5 + 1.0 / near)
            painter.drawRoundedRect(QRectF(grown.x, grown.y, grown.width, grown.height), 15.0, 15.0)

    def paint_frame(self, painter: QPainter) -> None:
        """A frame around the whole canvas, if that has the keyboard and no part of it."""
        canvas = self._canvas
        if self._is_marking and len(canvas.session.standing.cards) != 1:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(canvas.theme["ink"], 2.5))
            painter.drawRect(QRectF(canvas.rect()).adjusted(1.5, 1.5, -1.5, -1.5))

    @property
    def _is_marking(self) -> bool:
        return self._is_seen and self._canvas.session.selected_wire is None


def _calls_menu(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Menu or (event.key() == Qt.Key.Key_F10 and _is_shifted(event))


def _is_shifted(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
