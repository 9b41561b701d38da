"""The picture of a canvas is kept, and what has not changed is not painted again.

Everything that changes what is seen says so by `Canvas.update`, for all of it or for a part.  While the camera only
moves sideways, what was in view goes along, and the strips that come into view are painted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QPainter, QPixmap, QRegion

from .camera import Camera
from .gestures import Pan
from .layers import paint_canvas
from .middle_distance import TEXT_FROM_ZOOM

if TYPE_CHECKING:
    from .view import Canvas

_EXACT = 1e-4  # pixels: what lies that near to a whole one is on it


class Kept:
    """What was painted last, from where, and which parts of it no longer hold."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._picture = QPixmap()
        self._stale = QRegion()
        self._camera: Camera | None = None

    def spoil(self, part: QRegion | None = None) -> None:
        """A part, or all of it, is to be painted again."""
        self._stale += QRegion(self._canvas.rect()) if part is None else part

    def paint(self, painter: QPainter, region: QRegion) -> None:
        """Paints a region of the canvas, and first whatever has changed since the last time."""
        canvas = self._canvas
        ratio = canvas.devicePixelRatioF()
        size = QSize(round(canvas.width() * ratio), round(canvas.height() * ratio))
        if self._picture.size() != size or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap(size)
            self._picture.setDevicePixelRatio(ratio)
            self.spoil()
        if self._camera != canvas.camera:
            self.spoil()
            self._camera = canvas.camera
        stale, self._stale = self._stale & canvas.rect(), QRegion()
        if not stale.isEmpty():
            onto = QPainter(self._picture)
            try:
                onto.setClipRegion(stale)
                paint_canvas(onto, canvas, stale)
            finally:
                onto.end()
        painter.setClipRegion(region)
        painter.drawPixmap(QPoint(0, 0), self._picture)

    def follow(self, camera: Camera) -> bool:
        """Whether the picture goes along with the camera that is looked from next, so that little is to be painted."""
        canvas, before = self._canvas, self._camera
        if before is None or before.zoom != camera.zoom or camera.zoom < TEXT_FROM_ZOOM or not self._may_move():
            return False
        ratio = self._picture.devicePixelRatio()
        wish = (before.x - camera.x) * camera.zoom, (before.y - camera.y) * camera.zoom
        dx, dy = round(wish[0]), round(wish[1])
        if max(abs(wish[0] - dx), abs(wish[1] - dy)) > _EXACT or (dx * ratio) % 1.0 or (dy * ratio) % 1.0:
            return False
        whole = canvas.rect()
        if self._picture.size() != QSize(round(whole.width() * ratio), round(whole.height() * ratio)):
            return False
        self._picture.scroll(round(dx * ratio), round(dy * ratio), QRect(QPoint(0, 0), self._picture.size()))
        self._stale = (self._stale.translated(dx, dy) & whole) + (QRegion(whole) - QRegion(whole.translated(dx, dy)))
        self._camera = camera
        return True

    def _may_move(self) -> bool:
        """Whether everything that is seen lies in the scene, and nothing at a fixed place of the screen."""
        canvas = self._canvas
        return (canvas.gesture is None or isinstance(canvas.gesture, Pan)) and not canvas.heat.is_on
