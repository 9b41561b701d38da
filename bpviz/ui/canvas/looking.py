"""Hands and eyes: the wheel, two fingers, pinching, dragging with Space held down, and how the camera glides."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent

from ...document.diagram import Diagram
from ...document.groups import GroupId
from ...graph.graph import NodeId
from ..clock import Clock
from ..settings import WHEEL
from .camera import Camera
from .gestures import Pan

if TYPE_CHECKING:
    from .view import Canvas

KINSHIP_KEY = Qt.Key.Key_H
GLIDE = 0.18  # seconds
NEARER, PER_DEGREE = 1.25, 1.0015  # factors of the zoom: of a key, and of an eighth of a degree of the wheel
HELD = 350  # milliseconds; a key that is down for longer is held, and not tapped


class Looking(QObject):
    """Moves a canvas's camera for the user.

    A glide takes 0.18 s, slows down towards its end, and gives way to whatever else moves the camera.  In reduced
    motion it is a jump.  Where it leads is said by the time alone, or by the hand.

    Space pressed and released alone plays or pauses; held down, the left button pans.
    H held down keeps the light on what is related to the selection for as long.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._path: Callable[[float], Camera] | None = None
        self._arrive: Callable[[], None] = canvas.update
        self._zoom = 0.0  # where a zoom under way leads
        self._passed = 0.0
        self.is_space_held = False
        self._has_panned = False
        self.kinship_since: int | None = None  # when its key went down
        self._clock = Clock(self)
        self._clock.ticked.connect(self.advance)
        canvas.installEventFilter(self)

    # Gliding

    @property
    def is_gliding(self) -> bool:
        return self._path is not None

    def rest(self) -> None:
        """Ends a glide where it is."""
        self._clock.stop()
        self._path, self._zoom = None, 0.0

    def advance(self, seconds: float) -> None:
        """Lets that much time pass."""
        if self._path is None:
            return
        self._passed += seconds
        way = min(self._passed / GLIDE, 1.0)
        if way < 1.0:
            self._canvas.show_from(self._path(1.0 - (1.0 - way) ** 3))
            return
        path, arrive = self._path, self._arrive
        self.rest()
        self._canvas.show_from(path(1.0))
        arrive()

    def _glide(self, path: Callable[[float], Camera], arrive: Callable[[], None] | None = None) -> None:
        """Along `path`, which says for every part of the way where to look from."""
        self._path, self._arrive, self._passed = path, arrive or self._canvas.update, 0.0
        if not self._canvas.session.playback.is_animated or not self._canvas.isVisible():
            self.advance(GLIDE)
            return
        self._clock.start()

    def glide_to(self, goal: Camera) -> None:
        """To another camera."""
        canvas = self._canvas
        canvas.look(canvas.camera)  # by the user's hand: what follows the action or the graph lets go
        start = canvas.camera
        self._glide(lambda way: start.towards(goal, way, canvas.width(), canvas.height()))

    def fit(self) -> None:
        """Until the whole graph is in view; from then on it is kept there."""
        canvas, start = self._canvas, self._canvas.camera
        canvas.let_go()
        self._glide(lambda way: start.towards(canvas.aim(), way, canvas.width(), canvas.height()), canvas.fit)

    def keep_in_view(self, before: Diagram, now: Diagram) -> None:
        """After a change: the whole graph, if it was, also when it needs more room because a group is not shown as one
        card any more; some of it, if nothing is."""
        canvas = self._canvas
        if before.graph.structure is not now.graph.structure:
            if canvas.is_fitted or self._is_lost():
                canvas.fit()
        elif canvas.is_fitted and _shut(before) != _shut(now) and not self._has_all_in_view():
            self.fit()

    def _is_lost(self) -> bool:
        """Whether nothing of the graph is in view."""
        canvas, scenery = self._canvas, self._canvas.session.stage.scenery
        return bool(scenery.rects) and not scenery.covered(canvas.camera.view(canvas.width(), canvas.height()))

    def _has_all_in_view(self) -> bool:
        canvas, whole = self._canvas, self._canvas.session.stage.bounds()
        view = canvas.camera.view(canvas.width(), canvas.height())
        return view.contains((whole.x, whole.y)) and view.contains((whole.right, whole.bottom))

    def ease(self, start: Camera) -> None:
        """The camera has leapt from `start` to where something far away happens: it is shown on its way there."""
        canvas = self._canvas
        if canvas.session.playback.is_moving or not start.is_far_from(canvas.camera, canvas.width(), canvas.height()):
            return
        self._glide(lambda way: start.towards(canvas.goal(), way, canvas.width(), canvas.height()))
        if self.is_gliding:
            canvas.show_from(start)

    def fit_nodes(self, nodes: Iterable[NodeId], *, nearest: float = 1.3) -> None:
        """Until these cards fill the view."""
        rects = [self._canvas.session.stage.rect(node) for node in nodes]
        if rects:
            place = rects[0]
            for rect in rects[1:]:
                place = place.united(rect)
            self.glide_to(Camera.fitting(place, self._canvas.width(), self._canvas.height(), nearest=nearest))

    def nearer(self, factor: float = NEARER) -> None:
        """Zooms in on the middle."""
        self.zoom_at(factor, self._canvas.width() / 2, self._canvas.height() / 2)

    def farther(self) -> None:
        """Zooms out from the middle."""
        self.nearer(1.0 / NEARER)

    def zoom_at(self, factor: float, x: float, y: float) -> None:
        """Nearer or farther, with what is at (x, y) on the screen staying there.  Zooms in a row add up."""
        goal = (self._zoom or self._canvas.camera.zoom) * factor
        self._canvas.look(self._canvas.camera)
        start = self._canvas.camera
        goal = start.zoomed(goal / start.zoom, x, y).zoom
        if goal == start.zoom:
            return
        self._glide(lambda way: start.zoomed((goal / start.zoom) ** way, x, y))
        self._zoom = goal if self.is_gliding else 0.0

    # What hands do

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event:
            case QWheelEvent():
                return self._turn(event)
            case QNativeGestureEvent():
                return self._pinch(event)
            case QKeyEvent() if event.key() == Qt.Key.Key_Space and not event.modifiers():
                return self._hold(event)
            case QKeyEvent() if event.key() == KINSHIP_KEY and not event.isAutoRepeat():
                self._hold_kinship(event)
            case QMouseEvent() if self.is_space_held and event.type() == QEvent.Type.MouseButtonPress:
                if self._canvas.gesture is None and event.button() == Qt.MouseButton.LeftButton:
                    self._has_panned = True
                    self._canvas.begin(Pan(self._canvas, (event.position().x(), event.position().y())))
                    return True
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self._let_go()
        if event.type() == QEvent.Type.Hide:
            self.rest()
        return False

    def _turn(self, event: QWheelEvent) -> bool:
        canvas, position = self._canvas, event.position()
        pixels, turned = event.pixelDelta(), event.angleDelta()
        is_zoom = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if pixels.isNull() and not is_zoom and canvas.session.settings.get(WHEEL) == "pan":
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not turned.x():
                turned = turned.transposed()
            canvas.look(canvas.camera.panned(turned.x() / 2, turned.y() / 2))
        elif pixels.isNull():
            self.zoom_at(PER_DEGREE ** turned.y(), position.x(), position.y())
        elif is_zoom:  # on a touch pad the fingers say how fast
            canvas.look(canvas.camera.zoomed(PER_DEGREE ** turned.y(), position.x(), position.y()))
        else:
            canvas.look(canvas.camera.panned(pixels.x(), pixels.y()))
        event.accept()
        return True

    def _pinch(self, event: QNativeGestureEvent) -> bool:
        canvas, at = self._canvas, event.position()
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            canvas.look(canvas.camera.zoomed(math.exp(event.value()), at.x(), at.y()))
        elif event.gestureType() == Qt.NativeGestureType.SmartZoomNativeGesture:
            self.fit()
        else:
            return False
        return True

    def _hold(self, event: QKeyEvent) -> bool:
        """Space, which is a key for playing only when it is released and nothing was dragged meanwhile."""
        canvas = self._canvas
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.isAutoRepeat():
            pass
        elif event.type() == QEvent.Type.KeyPress:
            self.is_space_held, self._has_panned = True, False
            if canvas.gesture is None:
                canvas.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self.is_space_held:
            has_panned = self._has_panned
            self._let_go()
            if not has_panned:
                canvas.tapped.emit()
        return True

    def _hold_kinship(self, event: QKeyEvent) -> None:
        """The key turns the light on what is related on or off; held down, it does so only until it is released."""
        if event.type() == QEvent.Type.ShortcutOverride and not event.modifiers():
            self.kinship_since = None if self._canvas.kinship.is_on else event.timestamp()
        elif event.type() == QEvent.Type.KeyRelease:
            since, self.kinship_since = self.kinship_since, None
            if since is not None and event.timestamp() - since >= HELD and self._canvas.kinship.is_on:
                self._canvas.kinship_held.emit()

    def _let_go(self) -> None:
        if self.is_space_held:
            self.is_space_held = False
            if self._canvas.gesture is None:
                self._canvas.unsetCursor()


def _shut(diagram: Diagram) -> set[GroupId]:
    """The groups that are shown as one card."""
    return {group.id for group in diagram.groups if not group.is_open}
