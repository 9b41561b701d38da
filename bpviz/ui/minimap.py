"""The whole graph, small, in the corner of the canvas: cards as blocks, the view as a frame that can be dragged."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from ..stage.geometry import Point, Rect
from ..stage.scenery import Scenery
from .canvas.batches import draw_rects
from .canvas.camera import Camera
from .canvas.foresight import sizes
from .canvas.view import Canvas
from .session import Session
from .settings import MINIMAP
from .theme import Theme

WIDTH, HEIGHT, MARGIN, PADDING = 150, 92, 16, 9  # pixels
ROOM = 60  # pixels around a number in flight that the map leaves free
MOST_WHILE_DRAGGED = 1000  # cards; of more, the picture waits until the hand lets go


class Minimap(QWidget):
    """Shown while a part of the graph is out of view, unless it is turned off.

    The cards are drawn once for every arrangement; moving the camera draws only the frame.
    """

    def __init__(self, session: Session, over: Canvas) -> None:
        super().__init__(over)
        self._session, self._over = session, over
        self._picture: tuple[Scenery, Theme, float, Rect, QPixmap] | None = None
        self._bounds: tuple[Scenery, Rect] | None = None
        self._grip: Point | None = None  # where in the view the hand holds it, in scene units from its middle
        self.setFixedSize(WIDTH, HEIGHT)
        self.setAccessibleName("Minimap")
        self.setToolTip("The whole graph; drag the frame to look elsewhere")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.hide()
        over.installEventFilter(self)
        over.viewed.connect(self._follow)
        session.changed.connect(self._follow)
        session.themed.connect(self.update)
        session.playback.moved.connect(self._make_way)
        session.playback.changed.connect(self._make_way)
        session.settings.changed.connect(self._follow)

    @property
    def is_wanted(self) -> bool:
        """Whether there is something to see that the canvas does not show."""
        if not self._session.settings.get(MINIMAP) or not self._session.stage.scenery.rects:
            return False
        if self._over.width() < 3 * WIDTH or self._over.height() < 3 * HEIGHT:
            return False
        view, whole = self._view.grown(1.0), self._extent()
        is_all_in_view = view.contains((whole.x, whole.y)) and view.contains((whole.right, whole.bottom))
        return not is_all_in_view and not (self._has_action and self._is_in_the_way())

    @property
    def _has_action(self) -> bool:
        """Whether something happens that is watched."""
        return self._over.is_followed or self._session.playback.is_moving or self._session.stage.now.event is not None

    def _is_in_the_way(self) -> bool:
        """Whether it would hide a part of what happens."""
        stage, camera = self._session.stage, self._over.camera
        x, y = camera.to_scene(self.x(), self.y())
        own = Rect(x, y, WIDTH / camera.zoom, HEIGHT / camera.zoom)
        near = own.grown(ROOM / camera.zoom)
        cards = (stage.scenery.card_of(node) for node in stage.acting())
        return any(own.touches(stage.rect(card)) for card in cards if card is not None) or any(
            near.contains(token.at) for token in stage.tokens(*sizes(self._over))
        )

    def _extent(self) -> Rect:
        """What everything takes up, worked out once for every arrangement: the camera moves more often."""
        stage = self._session.stage
        if self._bounds is None or (self._bounds[0] is not stage.scenery and not self._waits):
            self._bounds = stage.scenery, stage.bounds(with_pills=False)
        return self._bounds[1]

    @property
    def _waits(self) -> bool:
        """Whether what is dragged in a large graph may be elsewhere on the map, until the hand lets go."""
        return self._over.gesture is not None and len(self._session.stage.scenery.rects) > MOST_WHILE_DRAGGED

    @property
    def _view(self) -> Rect:
        return self._over.camera.view(self._over.width(), self._over.height())

    def _follow(self, *_: object) -> None:
        self.setVisible(self._grip is not None or self.is_wanted)
        self._over.put_together(self.geometry())  # which is painted anyway: `update` would have it painted twice

    def _make_way(self, *_: object) -> None:
        """Something happens; where the camera follows it, that has told already."""
        if not self._over.is_followed:
            self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.move(MARGIN, self._over.height() - HEIGHT - MARGIN)
            self._follow()
        elif event.type() == QEvent.Type.MouseButtonRelease:
            QTimer.singleShot(0, self, self._follow)  # when the hand has let go
        return False

    # Small ⇄ scene

    @property
    def _whole(self) -> Rect:
        """What the map shows, which grows with nothing but the graph."""
        return self._cards()[3]

    def _scale(self, whole: Rect) -> float:
        return min((WIDTH - 2 * PADDING) / max(whole.width, 1.0), (HEIGHT - 2 * PADDING) / max(whole.height, 1.0))

    def to_map(self, point: Point) -> Point:
        """A scene point in pixels of the map."""
        whole = self._whole
        scale = self._scale(whole)
        x, y = whole.x + whole.width / 2, whole.y + whole.height / 2
        return WIDTH / 2 + (point[0] - x) * scale, HEIGHT / 2 + (point[1] - y) * scale

    def to_scene(self, x: float, y: float) -> Point:
        """The scene point at a pixel of the map."""
        whole = self._whole
        scale = self._scale(whole)
        return whole.x + whole.width / 2 + (x - WIDTH / 2) / scale, whole.y + whole.height / 2 + (
            y - HEIGHT / 2
        ) / scale

    @property
    def frame(self) -> QRectF:
        """The view on the map; what lies outside of the map is cut off."""
        view = self._view
        (left, top), (right, bottom) = self.to_map((view.x, view.y)), self.to_map((view.right, view.bottom))
        inside = QRectF(3.0, 3.0, WIDTH - 6.0, HEIGHT - 6.0)
        frame = QRectF(left, top, right - left, bottom - top).intersected(inside)
        if frame.width() >= 6.0 and frame.height() >= 6.0:
            return frame
        x, y = (left + right) / 2, (top + bottom) / 2  # never too small to be grabbed, nor out of reach
        width, height = max(frame.width(), 6.0), max(frame.height(), 6.0)
        x = min(max(x - width / 2, inside.left()), inside.right() - width)
        y = min(max(y - height / 2, inside.top()), inside.bottom() - height)
        return QRectF(x, y, width, height)

    # Painting

    def _cards(self) -> tuple[Scenery, Theme, float, Rect, QPixmap]:
        stage, theme, ratio = self._session.stage, self._over.theme, self.devicePixelRatioF()
        made = self._picture
        if made is not None and made[1:3] == (theme, ratio) and (made[0] is stage.scenery or self._waits):
            return made
        whole = self._extent()
        pixmap = QPixmap(round(WIDTH * ratio), round(HEIGHT * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        scale = self._scale(whole)
        painter.translate(WIDTH / 2, HEIGHT / 2)
        painter.scale(scale, scale)
        painter.translate(-(whole.x + whole.width / 2), -(whole.y + whole.height / 2))
        least = 1.0 / scale
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme["wire"])
        blocks = stage.scenery.boxes.copy()
        blocks[:, 2:] = np.maximum(blocks[:, 2:] - blocks[:, :2], least)
        draw_rects(painter, blocks)
        painter.end()
        self._picture = stage.scenery, theme, ratio, whole, pixmap
        return self._picture

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._over.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme["line"], 1.0))
        painter.setBrush(theme["surface"])
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8.0, 8.0)
        painter.drawPixmap(QPoint(0, 0), self._cards()[4])
        tint = QColor(theme["forward"])
        tint.setAlphaF(0.08)
        painter.setPen(QPen(theme["forward"], 1.6))
        painter.setBrush(tint)
        painter.drawRoundedRect(self.frame, 3.0, 3.0)
        painter.end()

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x, y = event.position().x(), event.position().y()
        middle = self._view.x + self._view.width / 2, self._view.y + self._view.height / 2
        point = self.to_scene(x, y)
        is_on_frame = self.frame.contains(event.position())
        self._grip = (point[0] - middle[0], point[1] - middle[1]) if is_on_frame else (0.0, 0.0)
        self._look(x, y)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._look(event.position().x(), event.position().y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = None
            self._follow()

    def _look(self, x: float, y: float) -> None:
        assert self._grip is not None
        point, camera = self.to_scene(x, y), self._over.camera
        left = point[0] - self._grip[0] - self._over.width() / 2 / camera.zoom
        top = point[1] - self._grip[1] - self._over.height() / 2 / camera.zoom
        self._over.look(Camera(camera.zoom, left, top))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """As on the canvas, around the middle of the view."""
        self._over.looking.nearer(1.0015 ** event.angleDelta().y())
        event.accept()

    def contextMenuEvent(self, event: QEvent) -> None:
        event.accept()  # the map is no place for a menu about cards

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._over.looking.fit()
