"""The picture of a canvas from frame to frame, of which only what is out of date is painted.

While somebody pans, what was painted moves along, and only what comes into view is painted.  The scene lies on whole
pixels, so it looks as if all had been painted anew.  On the canvas itself, other widgets lie; around them Qt paints
lines and pictures half as fast as on a picture without any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter, QRegion

from .camera import Camera
from .carrying import Carrying
from .gestures import Pan
from .held import Held, can_be_copied_to
from .layers import paint_glass, paint_scene
from .middle_distance import TEXT_FROM_ZOOM
from .recordings import nearest_pixel

if TYPE_CHECKING:
    from .view import Canvas


class Backing:
    """Paints a canvas, by the pictures that it holds."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._picture: Held | None = None
        self.carrying = Carrying(canvas)

    def spoil(self, region: QRegion | None = None) -> None:
        """A region of the canvas, or all of it, looks different now."""
        self.carrying.spoil(region)
        if self._picture is not None:
            self._picture.spoil(QRegion(self._canvas.rect()) if region is None else region)

    def pan(self, before: Camera) -> bool:
        """Moves the picture along, now that one looks from elsewhere than `before`; whether it is of use."""
        canvas, now = self._canvas, self._canvas.camera
        is_of_use = now.zoom == before.zoom and isinstance(canvas.gesture, Pan | None)
        if is_of_use and now.zoom < TEXT_FROM_ZOOM:  # smooth only where there is not much
            is_of_use = canvas.far.is_smooth(now) == canvas.far.is_smooth(before)
        if is_of_use and self._picture is not None and self._picture.fits:
            ratio = now.zoom * canvas.devicePixelRatioF()
            dx = nearest_pixel(-now.x * ratio) - nearest_pixel(-before.x * ratio)
            dy = nearest_pixel(-now.y * ratio) - nearest_pixel(-before.y * ratio)
            self._picture.scroll(dx, dy)
        return is_of_use

    def paint(self, painter: QPainter, region: QRegion) -> QRegion:
        """Paints a region of the canvas; where something is left for the next time."""
        canvas = self._canvas
        painter.save()
        if not can_be_copied_to(painter, canvas):
            owed = paint_scene(painter, canvas, region, self.carrying.carried)
        elif self.carrying.carried is not None:
            self._picture = None
            owed = self.carrying.paint(painter)
        else:
            if self._picture is None or not self._picture.fits:
                self._picture = Held(canvas)
            owed = self._picture.refresh(lambda painter, region: paint_scene(painter, canvas, region))
            self._picture.copy_to(painter)
        painter.restore()
        paint_glass(painter, canvas)
        return owed
