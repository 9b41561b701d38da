"""The picture of a canvas from frame to frame: straight to the screen, but while somebody pans or carries cards.

While somebody pans, what was painted moves along, and only what comes into view is painted.  The scene lies on whole
pixels, so it looks as if all had been painted anew.  Whatever else wants to be painted ends this.
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
from .recordings import is_of_pixels, nearest_pixel

if TYPE_CHECKING:
    from .view import Canvas


class Backing:
    """Paints a canvas, by pictures that it holds while somebody pans or carries cards."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._picture: Held | None = None
        self.carrying = Carrying(canvas)

    def spoil(self, region: QRegion | None = None) -> None:
        """A region of the canvas, or all of it, looks different now."""
        self.carrying.spoil(region)
        if region is None:
            self._picture = None
        elif self._picture is not None:
            self._picture.spoil(region)

    def pan(self, before: Camera) -> bool:
        """Moves the picture along, now that one looks from elsewhere than `before`; whether it is of use."""
        canvas, now = self._canvas, self._canvas.camera
        is_of_use = now.zoom == before.zoom and isinstance(canvas.gesture, Pan | None)
        if is_of_use and now.zoom < TEXT_FROM_ZOOM:  # smooth only where there is not much
            is_of_use = canvas.far.is_smooth(now) == canvas.far.is_smooth(before)
        if not is_of_use:
            self._picture = None
        elif self._picture is None or not self._picture.fits:
            self._picture = Held(canvas)
        else:
            ratio = now.zoom * canvas.devicePixelRatioF()
            dx = nearest_pixel(-now.x * ratio) - nearest_pixel(-before.x * ratio)
            dy = nearest_pixel(-now.y * ratio) - nearest_pixel(-before.y * ratio)
            self._picture.scroll(dx, dy)
        return is_of_use

    def paint(self, painter: QPainter, region: QRegion) -> QRegion:
        """Paints a region of the canvas; where something is left for the next time."""
        canvas = self._canvas
        if self._picture is not None and not (self._picture.fits and is_of_pixels(painter)):
            self._picture = None
        painter.save()
        if not can_be_copied_to(painter, canvas):
            owed = paint_scene(painter, canvas, region, self.carrying.carried)
        elif self.carrying.carried is not None:
            owed = self.carrying.paint(painter)
        elif self._picture is not None:
            owed = self._picture.refresh(lambda painter, region: paint_scene(painter, canvas, region))
            self._picture.copy_to(painter)
        else:
            owed = paint_scene(painter, canvas, region)
        painter.restore()
        paint_glass(painter, canvas)
        return owed
