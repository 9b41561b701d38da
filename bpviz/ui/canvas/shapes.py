"""Shapes that are painted sixty times a second, made once.  Nobody may change one."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from ...stage.geometry import STRIP_HEIGHT, Curve

RADIUS = 10.0  # of a card's corners


def outline(box: QRectF) -> QPainterPath:
    """A card's."""
    return _outline(box.x(), box.y(), box.width(), box.height())


def lower_part(box: QRectF) -> QPainterPath:
    """The part of a card where its gradient stands."""
    return _lower_part(box.x(), box.y(), box.width(), box.height())


@lru_cache(maxsize=4096)
def bezier(curve: Curve) -> QPainterPath:
    """A route as a path."""
    path = QPainterPath(QPointF(*curve.start))
    for i in range(1, len(curve.points), 3):
        path.cubicTo(*(QPointF(*point) for point in curve.points[i : i + 3]))
    return path


@lru_cache(maxsize=4096)
def _outline(x: float, y: float, width: float, height: float) -> QPainterPath:
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(x, y, width, height), RADIUS, RADIUS)
    return shape


@lru_cache(maxsize=4096)
def _lower_part(x: float, y: float, width: float, height: float) -> QPainterPath:
    strip = QPainterPath()
    strip.addRect(QRectF(x, y + height - STRIP_HEIGHT, width, STRIP_HEIGHT))
    return _outline(x, y, width, height).intersected(strip)
