"""The canvas: shows the stage, and turns mouse and keys into gestures and edits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from ...document import edits
from ...document.diagram import Diagram
from ...graph.graph import NodeId
from ...ops import OPS
from ...stage.acting import Spotlight
from ...stage.cards import full_text
from ...stage.geometry import CARD_HEIGHT, CARD_WIDTH, Point, face_middle
from ..session import Session
from ..theme import Theme
from .asked import reveal_asked
from .camera import Camera
from .editor import CardEditor, name_editor, value_editor
from .gestures import DrawWire, Gesture, MoveCards, Pan, RubberBand, Slide
from .layers import paint_canvas, shown_sliders
from .lens import DragNudge, is_on_bar
from .operations import operation_in, place_for
from .pointing import pointed_wire
from .repainting import Repainting
from .slider import Slider
from .spots import Part, Spot, Spots
from .walking import Walking, calls_search


class Canvas(QWidget):
    """Shows the session's stage.  The view's own state is the camera, the gesture under way and what is hovered."""

    menu_wanted = Signal(QPoint)  # the user asked for a menu here, in global coordinates
    search_wanted = Signal()  # the user wants to add an operation
    looked = Signal()  # the user moved the camera

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.camera = Camera()
        self.gesture: Gesture | None = None
        self.editor: CardEditor | None = None
        self.hovered: Spot | None = None
        self._is_fitted = True  # until the user pans or zooms, the graph is kept in view
        self.aim: Callable[[], Camera] = self.whole  # how
        self._spots: Spots | None = None
        self.walking = Walking(self)
        self.repainting = Repainting(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAccessibleName("Computation graph")
        self.setMinimumSize(240, 160)
        session.changed.connect(self._on_changed)
        session.traced.connect(self.update)
        session.selected.connect(self.update)
        session.lit.connect(self.update)
        session.themed.connect(self.update)
        session.playback.moved.connect(self.repainting.follow)
        session.predicting.changed.connect(self.update)
        session.predicting.asked.connect(self._reveal_asked)
        session.lens.changed.connect(self.update)

    # What lies where

    @property
    def spots(self) -> Spots:
        if self._spots is None:
            self._spots = Spots(self.session.stage.scenery)
        return self._spots

    def to_screen(self, point: Point) -> QPoint:
        """A scene point in pixels of the canvas."""
        x, y = self.camera.to_screen(point)
        return QPoint(round(x), round(y))

    def slider_of(self, node: NodeId) -> Slider | None:
        """The slider below a card, if it is shown now."""
        return shown_sliders(self).get(node)

    # How it is painted; another canvas may say otherwise

    @property
    def theme(self) -> Theme:
        return self.session.theme

    @property
    def least(self) -> float:
        """The size of the smallest text, in scene units; 0 where there is no limit."""
        return 0.0

    @property
    def light(self) -> Spotlight | None:
        """What is in the light; None where all is."""
        return None

    # Looking

    def look(self, camera: Camera) -> None:
        """Moves the camera, by the user's hand."""
        if self.focusWidget() is not None and self.focusWidget() is not self:
            self.setFocus()  # a field on a card would stay behind: it keeps what was typed, and closes
        self.camera, self._is_fitted = camera, False
        self.looked.emit()
        self.update()

    def fit(self) -> None:
        """Brings the whole graph into view, and keeps it there while the graph or the window changes."""
        camera, self._is_fitted = self.aim(), True
        if camera != self.camera:
            self.camera = camera
            self.update()

    def whole(self) -> Camera:
        """The camera that has the whole graph in view."""
        return Camera.fitting(self.session.stage.bounds(), self.width(), self.height())

    def _reveal_asked(self) -> None:
        if not self._is_fitted:
            reveal_asked(self)

    @property
    def _middle(self) -> Point:
        return self.camera.to_scene(self.width() / 2, self.height() / 2)

    def zoom_by(self, factor: float) -> None:
        """Nearer or farther around the middle."""
        self.look(self.camera.zoomed(factor, self.width() / 2, self.height() / 2))

    def _on_changed(self, old: Diagram, new: Diagram) -> None:
        if self._spots is not None and self._spots.scenery is not self.session.stage.scenery:
            self._spots = None
        if self.hovered is not None and self.hovered.node not in new.graph.nodes:
            self.hovered = None
        if old.graph.structure is not new.graph.structure:
            if self.gesture is not None:  # undone or deleted under the hand: what it holds may be gone
                self.gesture = None
                self.unsetCursor()
            elif self._is_fitted:
                self.fit()
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            paint_canvas(painter, self, event.region())
        finally:
            painter.end()

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.gesture is not None:
            return
        screen = event.position().x(), event.position().y()
        point = self.camera.to_scene(*screen)
        if event.button() == Qt.MouseButton.MiddleButton:
            self._begin(Pan(self, screen))
        elif event.button() == Qt.MouseButton.LeftButton:
            self._press(point, event.modifiers())
        elif event.button() == Qt.MouseButton.RightButton:
            self._select_at(point)

    def _press(self, point: Point, modifiers: Qt.KeyboardModifier) -> None:
        if nudge := DragNudge.begun(self, point):
            self._begin(nudge)
            return
        for node, slider in shown_sliders(self).items():
            if slider.rect.contains(point):
                self._begin(Slide(self, node, slider, point))
                return
        spot = self.spots.at(point, self.camera.zoom)
        adds = bool(modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier))
        match spot:
            case None:
                self._begin(RubberBand(self, point, adds=adds))
            case Spot(part=Part.OUT_PORT, node=node):
                self._begin(DrawWire(self, node, point))
            case Spot(part=Part.IN_PORT, node=node, slot=slot):
                source = self.session.graph.nodes[node].inputs[slot]
                if source is not None:
                    self._begin(DrawWire(self, source, point, (node, slot)))
                else:
                    self._press_card(node, point, adds=adds)
            case Spot(part=Part.CARD, node=node):
                self._press_card(node, point, adds=adds)
            case Spot(part=Part.WIRE, node=node, slot=slot):
                self.session.select((), (node, slot))

    def _press_card(self, node: NodeId, point: Point, *, adds: bool) -> None:
        selection = self.session.selection
        if adds:
            self.session.select(selection ^ {node})
        elif node not in selection:
            self.session.select({node})
        self._begin(MoveCards(self, point))

    def _select_at(self, point: Point) -> None:
        spot = self.spots.at(point, self.camera.zoom)
        if spot is None:
            self.session.select(())
        elif spot.part is Part.WIRE:
            self.session.select((), (spot.node, spot.slot))
        elif spot.node not in self.session.selection:
            self.session.select({spot.node})

    def _begin(self, gesture: Gesture) -> None:
        self.gesture = gesture
        if gesture.cursor is not None:
            self.setCursor(gesture.cursor)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        screen = event.position().x(), event.position().y()
        point = self.camera.to_scene(*screen)
        if self.gesture is not None:
            self.gesture.move(point, screen)
            return
        self._hover(point)

    def _hover(self, point: Point) -> None:
        spot = self.spots.at(point, self.camera.zoom)
        is_on_slider = any(slider.rect.contains(point) for slider in shown_sliders(self).values())
        if is_on_slider or is_on_bar(self, point):
            self.setCursor(Qt.CursorShape.SizeHorCursor)
            return  # the slider stays while the mouse is on it, though it has left the card
        self.session.point(pointed_wire(self, spot, point))
        if spot != self.hovered:
            self.hovered = spot
            self.update()
        shapes = {Part.OUT_PORT: Qt.CursorShape.CrossCursor, Part.IN_PORT: Qt.CursorShape.CrossCursor}
        if spot is not None:
            self.setCursor(shapes.get(spot.part, Qt.CursorShape.PointingHandCursor))
        else:
            self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.gesture is None or event.buttons() != Qt.MouseButton.NoButton:
            return
        gesture, self.gesture = self.gesture, None
        gesture.finish(self.camera.to_scene(event.position().x(), event.position().y()))
        self.session.document.seal()
        self.unsetCursor()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = self.camera.to_scene(event.position().x(), event.position().y())
        spot = self.spots.at(point, self.camera.zoom)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if is_on_bar(self, point):
            self.session.lens.move(0.0)
        elif spot is None:
            self.fit()
        elif spot.part is Part.CARD:
            held = self.session.graph.nodes[spot.node]
            on_name = point[0] < self.session.stage.rect(spot.node).x + CARD_WIDTH * 0.3
            if held.op.is_leaf and not (on_name and held.name and not held.is_constant):
                self.edit_value(spot.node)
            else:
                self.edit_name(spot.node)

    def leaveEvent(self, event: Any) -> None:
        self.session.point(None)
        if self.gesture is None and self.hovered is not None:
            self.hovered = None
            self.update()

    def cancel_gesture(self) -> bool:
        """Takes back the gesture under way; whether there was one."""
        if self.gesture is None:
            return False
        gesture, self.gesture = self.gesture, None
        gesture.cancel()
        self.session.document.seal()
        self.unsetCursor()
        self.update()
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() == Qt.FocusReason.ActiveWindowFocusReason:
            self.cancel_gesture()
        super().focusOutEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.gesture is None:
            self.menu_wanted.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        position, pixels, turned = event.position(), event.pixelDelta(), event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier or pixels.isNull():  # no touch pad
            self.look(self.camera.zoomed(1.0015 ** turned.y(), position.x(), position.y()))
        else:
            self.look(self.camera.panned(pixels.x(), pixels.y()))
        event.accept()

    # Keys

    def event(self, event: QEvent) -> bool:
        # Tab opens the search, as in other node editors; Shift+Tab still walks to the next widget
        if calls_search(event):
            self.search_wanted.emit()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        return super().event(event)

    def _show_tip(self, event: QHelpEvent) -> None:
        """All digits of what is under the mouse, and what is wrong with it."""
        spot = self.spots.at(self.camera.to_scene(event.pos().x(), event.pos().y()), self.camera.zoom)
        if spot is not None and spot.part is not Part.WIRE:
            QToolTip.showText(event.globalPos(), full_text(self.session.stage, spot.node), self)
        else:
            QToolTip.hideText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if not self.cancel_gesture():
                self.session.select(())
        else:
            super().keyPressEvent(event)

    # Editing in place

    def edit_value(self, node: NodeId) -> None:
        """Opens a field on a leaf's card for its number or list."""
        self.editor = value_editor(self, self.session, node, self._place_of(node))

    def edit_name(self, node: NodeId) -> None:
        """Opens a field on a card for its name."""
        self.editor = name_editor(self, self.session, node, self._place_of(node))

    def _place_of(self, node: NodeId) -> QRect:
        """Where a card's face is on the screen."""
        rect, zoom = self.session.stage.rect(node), self.camera.zoom
        corner = self.to_screen((rect.x, rect.y))
        return QRect(corner.x(), corner.y(), round(rect.width * zoom), round(2 * (face_middle(rect) - rect.y) * zoom))

    # Operations dropped from the palette

    def add_operation(self, name: str, corner: Point | None = None) -> NodeId:
        """Adds a node of an operation at a corner or at a free place, brings it into view, and selects it."""
        place = place_for(name, self.session, self._middle) if corner is None else corner
        node = edits.next_id(self.session.graph)
        self._is_fitted &= corner is None  # where the user puts something, the ground does not move
        self.session.edit(f"Add {OPS[name].title.lower()}", lambda diagram: edits.add(diagram, name, place))
        self.session.select({node})
        seen = self.camera.revealing(self.session.stage.rect(node).grown(24.0), self.width(), self.height())
        if seen != self.camera and not self._is_fitted:
            self.look(seen)
        return node

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if operation_in(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if name := operation_in(event.mimeData()):
            x, y = self.camera.to_scene(event.position().x(), event.position().y())
            self.add_operation(name, (x - CARD_WIDTH / 2, y - CARD_HEIGHT / 2))
            event.acceptProposedAction()
            self.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_fitted:
            self.fit()
        elif event.oldSize().isValid():
            grown_x = event.size().width() - event.oldSize().width()
            grown_y = event.size().height() - event.oldSize().height()
            self.camera = self.camera.panned(grown_x / 2, grown_y / 2)
