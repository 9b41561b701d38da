"""The canvas: shows the stage, and turns mouse and keys into gestures and edits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from ...document.diagram import Diagram
from ...graph.graph import NodeId
from ...stage.acting import Spotlight
from ...stage.cards import full_text
from ...stage.geometry import Point
from ..session import Session
from ..theme import Theme
from .adding import Adding
from .annotating import Annotating
from .annotations import cursor_over
from .asked import reveal_asked
from .backing import Backing
from .beyond import Beyond
from .camera import Camera
from .editor import CardEditor, name_editor, value_editor
from .far import Far
from .gestures import Gesture
from .groups import Grouping
from .heat import Heat
from .kinship import Kinship
from .layers import shown_sliders
from .lens import is_on_bar
from .linking import Linking
from .looking import Looking
from .making_room import Carry, at_once
from .pointing import pointed_wire
from .pressing import double_clicked, gesture_at
from .recordings import Recordings
from .repainting import Repainting
from .slider import Slider
from .spots import Part, Spot, Spots
from .touching import Touching
from .walking import Walking


class Canvas(QWidget):
    """Shows the session's stage.  The view's own state is the camera, the gesture under way and what is hovered."""

    menu_wanted = Signal(QPoint)  # the user asked for a menu here, in global coordinates
    looked = Signal()  # the user moved the camera
    viewed = Signal()  # the camera is another one, whoever moved it
    kinship_held = Signal()  # the key for what is related was held, and has been released
    tapped = Signal()  # Space was pressed and released
    can_be_added_to = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._camera = Camera()
        self.backing = Backing(self)
        self.gesture: Gesture | None = None
        self.editor: CardEditor | None = None
        self.hovered: Spot | None = None
        self._is_fitted = True  # until the user pans or zooms, the graph is kept in view
        self.aim: Callable[[], Camera] = self.whole  # how
        self._followed: Callable[[], Camera] | None = None  # what is kept in view instead
        self._spots: Spots | None = None
        self.walking = Walking(self)
        self.looking, self.touching, self.beyond = Looking(self), Touching(self), Beyond(self)
        self.far, self.heat, self.kinship = Far(self), Heat(self), Kinship(self)
        self.found: frozenset[NodeId] = frozenset()  # what was looked for
        self.adding = Adding(self)
        self.linking = Linking(self)
        self.annotating = Annotating(self)
        self.hand: Point | None = None  # where the mouse is, in pixels, while it is over the canvas
        self.grouping = Grouping(self)
        self.carry: Carry = at_once
        self.repainting = Repainting(self)
        self.recordings = Recordings()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing is seen of what lies below it
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAccessibleName("Computation graph")
        self.setMinimumSize(240, 160)
        session.changed.connect(self._on_changed)
        session.opened.connect(self._on_opened)
        shown = session.traced, session.selected, session.posed, session.lit, session.themed
        for signal in (*shown, session.predicting.changed, session.lens.changed):
            signal.connect(self._renew)
        session.playback.moved.connect(self.repainting.follow)
        session.predicting.asked.connect(self._reveal_asked)

    # What lies where

    @property
    def spots(self) -> Spots:
        if self._spots is None or self._spots.scenery is not self.session.scenery:
            self._spots = Spots(self.session.scenery)
        return self._spots

    def to_screen(self, point: Point) -> QPoint:
        """A scene point in pixels of the canvas."""
        x, y = self.camera.to_screen(point)
        return QPoint(round(x), round(y))

    def slider_of(self, node: NodeId) -> Slider | None:
        """The slider beside a card, if it is shown now."""
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

    @property
    def is_lit_unevenly(self) -> bool:
        """Whether light or heat falls on everything, and not all is as bright or as warm."""
        return self.light is not None or self.kinship.light is not None or self.heat.is_on

    # Looking

    @property
    def camera(self) -> Camera:
        """Where it is looked at from."""
        return self._camera

    def show_from(self, camera: Camera) -> None:
        """Another camera, on the way to where the user wants to look."""
        before, self._camera = self._camera, camera
        self.viewed.emit()
        if self.backing.pan(before):
            super().update()
        else:
            self.update()

    def look(self, camera: Camera) -> None:
        """Moves the camera, by the user's hand."""
        self.looking.rest()
        if self.focusWidget() is not None and self.focusWidget().parent() is self:
            self.setFocus()  # a field on a card would stay behind: it keeps what was typed, and closes
        self.hold_still()
        self.looked.emit()
        self.show_from(camera)

    def fit(self) -> None:
        """Brings the whole graph into view, and keeps it there while the graph or the window changes."""
        self.looking.rest()
        self._is_fitted, self._followed = True, None
        self.show_from(self.aim())

    def follow(self, camera: Callable[[], Camera]) -> None:
        """Looks at what `camera` says, and does so again when the window changes; the graph is not kept in view."""
        self.looking.rest()
        self._is_fitted, self._followed = False, camera
        if (seen := camera()) != self._camera:
            self.show_from(seen)
        else:  # only what happens is painted anew
            self.viewed.emit()

    @property
    def is_followed(self) -> bool:
        """Whether the camera was moved by what happens, and by nobody since."""
        return self._followed is not None

    def let_go(self) -> None:
        """What happens is not followed any more; the camera stays where it is."""
        self._followed = None

    def goal(self) -> Camera:
        """Where the camera belongs: on what is followed, on the whole graph while it is kept in view, or as it is."""
        return self._followed() if self._followed is not None else self.aim() if self._is_fitted else self._camera

    def whole(self) -> Camera:
        """The camera that has the whole graph in view."""
        return Camera.fitting(self.session.stage.bounds(), self.width(), self.height())

    def _reveal_asked(self) -> None:
        if not self._is_fitted:
            reveal_asked(self)

    @property
    def middle(self) -> Point:
        """The scene point in the middle of the screen."""
        return self.camera.to_scene(self.width() / 2, self.height() / 2)

    def _on_changed(self, old: Diagram, new: Diagram) -> None:
        if self._spots is not None and self._spots.scenery is not self.session.stage.scenery:
            self._spots = None
        if self.hovered is not None and self.hovered.node not in new.graph.nodes:
            self.hovered = None
        if self.gesture is None:
            self.looking.keep_in_view(old, new)
        elif old.graph.structure is not new.graph.structure and not self.gesture.is_editing:
            self.gesture = None  # undone under the hand: what it holds is gone
            self.unsetCursor()
        self.repainting.edited()

    def _on_opened(self) -> None:
        self.recordings = Recordings()
        self.fit()

    def reveal(self, node: NodeId) -> None:
        """Brings a card into view, if the graph is not kept in view as a whole."""
        seen = self.camera.revealing(self.session.stage.rect(node).grown(24.0), self.width(), self.height())
        if seen != self.camera and not self._is_fitted:
            self.look(seen)

    @property
    def is_fitted(self) -> bool:
        """Whether the graph is kept in view, because nobody has looked elsewhere."""
        return self._is_fitted

    def hold_still(self) -> None:
        """Where the user puts something, the ground does not move, though the graph changes."""
        self._is_fitted, self._followed = False, None

    # Painting

    def update(self, *region: Any) -> None:
        """A region, in pixels, looks different now, or all of it."""
        self.backing.spoil(*region)
        super().update(*region)

    def put_together(self, *region: Any) -> None:
        """What is held of the picture is to be shown again, with what is over it."""
        super().update(*region)

    def _renew(self) -> None:
        """All of it; `update` has the name of a slot of Qt's, and would be called also after the canvas is gone."""
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            owed = self.backing.paint(painter, event.region())
        finally:
            painter.end()
        if not owed.isEmpty():
            QTimer.singleShot(0, self, lambda: self.put_together(owed))  # after what the hand has done meanwhile

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.gesture is not None:
            return
        screen = event.position().x(), event.position().y()
        point = self.camera.to_scene(*screen)
        if gesture := gesture_at(self, event, point):
            self.begin(gesture)

    def begin(self, gesture: Gesture) -> None:
        """Takes a gesture into the hand."""
        self.gesture = gesture
        self.backing.carrying.begin(gesture)
        if gesture.cursor is not None:
            self.setCursor(gesture.cursor)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hand = screen = event.position().x(), event.position().y()
        point = self.camera.to_scene(*screen)
        if self.gesture is not None:
            self.gesture.clock = event.timestamp()
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
        elif (over := cursor_over(self, point)) is not None:
            self.setCursor(over)
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
        if event.button() == Qt.MouseButton.LeftButton:
            double_clicked(self, self.camera.to_scene(event.position().x(), event.position().y()))

    def leaveEvent(self, event: Any) -> None:
        self.session.point(None)
        if QApplication.activePopupWidget() is None:  # what is chosen in a menu is done where the menu was asked for
            self.hand = None
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
        if self.gesture is None and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:  # which cuts
            self.menu_wanted.emit(event.globalPos())

    # Keys

    def event(self, event: QEvent) -> bool:
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
        self.editor = value_editor(self, node)

    def edit_name(self, node: NodeId) -> None:
        """Opens a field on a card for its name."""
        self.editor = name_editor(self, node)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_fitted:
            self.fit()
        elif self._followed is not None:
            self.show_from(self._followed())
        elif event.oldSize().isValid():
            grown_x = event.size().width() - event.oldSize().width()
            grown_y = event.size().height() - event.oldSize().height()
            self.show_from(self.camera.panned(grown_x / 2, grown_y / 2))
