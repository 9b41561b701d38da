"""The picture of a canvas while somebody pans: what was painted moves along, and only what comes into view is painted.

The scene lies on whole pixels, so it looks as if all had been painted anew.  Whatever else wants to be painted ends
this; then the picture goes straight to the screen, as it always does when nobody pans.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QPainter, QPixmap, QRegion

from .camera import Camera
from .gestures import Pan
from .layers import paint_glass, paint_scene
from .middle_distance import TEXT_FROM_ZOOM
from .recordings import is_of_pixels, nearest_pixel

if TYPE_CHECKING:
    from .view import Canvas


class Backing:
    """Paints a canvas, by the picture that it holds while somebody pans."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._picture: QPixmap | None = None
        self._stale = QRegion()  # of the picture, in its pixels

    def spoil(self, region: QRegion | None = None) -> None:
        """A region of the canvas, or all of it, looks different now."""
        if region is None:
            self._picture = None
        elif self._picture is not None:
            self._stale += self._in_pixels(region)

    def pan(self, before: Camera) -> bool:
        """Moves the picture along, now that one looks from elsewhere than `before`; whether it is of use."""
        canvas, now = self._canvas, self._canvas.camera
        is_of_use = now.zoom == before.zoom >= TEXT_FROM_ZOOM and isinstance(canvas.gesture, Pan | None)
        if not is_of_use:  # from far away all is painted in a moment, and smooth only where there is not much
            self._picture = None
        elif self._picture is None or self._picture.size() != self._size():
            self._picture = QPixmap(self._size())
            self._picture.setDevicePixelRatio(canvas.devicePixelRatioF())
            self._stale = QRegion(self._picture.rect())
        else:
            whole, ratio = self._picture.rect(), now.zoom * canvas.devicePixelRatioF()
            dx = nearest_pixel(-now.x * ratio) - nearest_pixel(-before.x * ratio)
            dy = nearest_pixel(-now.y * ratio) - nearest_pixel(-before.y * ratio)
            if abs(dx) < whole.width() and abs(dy) < whole.height():
                self._picture.scroll(dx, dy, whole)
                self._stale = self._stale.translated(dx, dy) + (QRegion(whole) - QRegion(whole.translated(dx, dy)))
                self._stale &= whole
            else:
                self._stale = QRegion(whole)
        return is_of_use

    def paint(self, painter: QPainter, region: QRegion) -> QRegion:
        """Paints a region of the canvas; where something is left for the next time."""
        canvas = self._canvas
        painter.setWorldMatrixEnabled(False)
        screen = painter.deviceTransform()
        painter.setWorldMatrixEnabled(True)
        ratio = canvas.devicePixelRatioF()
        if self._picture is None or self._picture.size() != self._size() or not is_of_pixels(painter):
            self._picture = None
        elif (screen.m11(), screen.m22()) == (ratio, ratio):
            owed = self._refresh(self._picture)
            painter.drawPixmap(QPointF(_to_whole(screen.dx(), ratio), _to_whole(screen.dy(), ratio)), self._picture)
            paint_glass(painter, canvas)
            return owed
        painter.save()
        owed = paint_scene(painter, canvas, region)
        painter.restore()
        paint_glass(painter, canvas)
        return owed

    def _refresh(self, picture: QPixmap) -> QRegion:
        if self._stale.isEmpty():
            return QRegion()
        region = self._on_canvas(self._stale)
        painter = QPainter(picture)
        painter.setClipRegion(region)
        owed = paint_scene(painter, self._canvas, region)
        painter.end()
        self._stale = self._in_pixels(owed)
        return owed

    def _size(self) -> QSize:
        ratio = self._canvas.devicePixelRatioF()
        return QSize(math.ceil(self._canvas.width() * ratio), math.ceil(self._canvas.height() * ratio))

    def _in_pixels(self, region: QRegion) -> QRegion:
        """All pixels of the picture that a region of the canvas touches."""
        return _scaled(region, self._canvas.devicePixelRatioF())

    def _on_canvas(self, region: QRegion) -> QRegion:
        """What of the canvas pixels of the picture touch."""
        return _scaled(region, 1.0 / self._canvas.devicePixelRatioF())


def _scaled(region: QRegion, by: float) -> QRegion:
    """A region on a grid of which a step is so many times as fine: all that it touches, and 1 more where it is cut."""
    if by == 1.0:
        return region
    found = QRegion()
    for rect in region:  # type: ignore[attr-defined]
        left, top = math.floor(rect.left() * by) - 1, math.floor(rect.top() * by) - 1
        right, below = math.ceil((rect.right() + 1) * by) + 1, math.ceil((rect.bottom() + 1) * by) + 1
        found += QRect(left, top, right - left, below - top)
    return found


def _to_whole(offset: float, ratio: float) -> float:
    """How far it is to the next whole pixel, in steps of which a pixel is `ratio`."""
    return (nearest_pixel(offset) - offset) / ratio
