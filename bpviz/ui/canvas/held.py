"""A picture of the canvas that is held from frame to frame, and what of it is out of date."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap, QRegion, QTransform

from .recordings import is_of_pixels, nearest_pixel

if TYPE_CHECKING:
    from .view import Canvas

Paint = Callable[[QPainter, QRegion], QRegion]


class Held:
    """As large as the canvas, and as fine as its screen; all of it out of date at first."""

    def __init__(self, canvas: Canvas, *, is_clear: bool = False) -> None:
        """A picture that `is_clear` covers nothing but by what is painted in it."""
        self._canvas, self._is_clear = canvas, is_clear
        self._picture = QPixmap(_size(canvas))
        self._picture.setDevicePixelRatio(canvas.devicePixelRatioF())
        if is_clear:
            self._picture.fill(Qt.GlobalColor.transparent)
        self._stale = QRegion(self._picture.rect())  # in its own pixels

    @property
    def fits(self) -> bool:
        """Whether the canvas is still of its size."""
        ratio = self._canvas.devicePixelRatioF()
        return self._picture.size() == _size(self._canvas) and self._picture.devicePixelRatio() == ratio

    def spoil(self, region: QRegion) -> None:
        """A region of the canvas looks different now."""
        self._stale += _scaled(region, self._canvas.devicePixelRatioF())

    def scroll(self, dx: int, dy: int) -> None:
        """Moves what was painted by so many of its pixels; what comes into view is out of date."""
        whole = self._picture.rect()
        if abs(dx) < whole.width() and abs(dy) < whole.height():
            self._picture.scroll(dx, dy, whole)
            self._stale = self._stale.translated(dx, dy) + (QRegion(whole) - QRegion(whole.translated(dx, dy)))
            self._stale &= whole
        else:
            self._stale = QRegion(whole)

    def refresh(self, paint: Paint) -> QRegion:
        """Has what is out of date painted, for a region of the canvas; where something was left for the next time."""
        if self._stale.isEmpty():
            return QRegion()
        region = _scaled(self._stale, 1.0 / self._canvas.devicePixelRatioF())
        painter = QPainter(self._picture)
        painter.setClipRegion(region)
        if self._is_clear:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.fillRect(region.boundingRect(), Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        owed = paint(painter, region)
        painter.end()
        self._stale = _scaled(owed, self._canvas.devicePixelRatioF())
        return owed

    def copy_to(self, painter: QPainter) -> None:
        """Paints it on the canvas, pixel on pixel."""
        screen, ratio = _screen(painter), self._canvas.devicePixelRatioF()
        painter.drawPixmap(QPointF(_to_whole(screen.dx(), ratio), _to_whole(screen.dy(), ratio)), self._picture)


def can_be_copied_to(painter: QPainter, canvas: Canvas) -> bool:
    """Whether a painter paints the canvas in the pixels of its screen."""
    screen, ratio = _screen(painter), canvas.devicePixelRatioF()
    return is_of_pixels(painter) and (screen.m11(), screen.m22()) == (ratio, ratio)


def _screen(painter: QPainter) -> QTransform:
    painter.setWorldMatrixEnabled(False)
    screen = painter.deviceTransform()
    painter.setWorldMatrixEnabled(True)
    return screen


def _size(canvas: Canvas) -> QSize:
    ratio = canvas.devicePixelRatioF()
    return QSize(math.ceil(canvas.width() * ratio), math.ceil(canvas.height() * ratio))


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
