"""Drawing many points, lines or rectangles from the rows of an array, which Qt reads in place."""

from __future__ import annotations

from typing import cast

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter

Rows = NDArray[np.float64]


def draw_points(painter: QPainter, rows: Rows) -> None:
    """Points (x, y)."""
    if len(rows := np.ascontiguousarray(rows, dtype=np.float64)):
        painter.drawPoints(cast(QPointF, shiboken6.wrapInstance(rows.ctypes.data, QPointF)), len(rows))


def draw_lines(painter: QPainter, rows: Rows) -> None:
    """Lines (x1, y1, x2, y2)."""
    if len(rows := np.ascontiguousarray(rows, dtype=np.float64)):
        painter.drawLines(cast(QLineF, shiboken6.wrapInstance(rows.ctypes.data, QLineF)), len(rows))


def draw_rects(painter: QPainter, rows: Rows) -> None:
    """Rectangles (x, y, width, height)."""
    if len(rows := np.ascontiguousarray(rows, dtype=np.float64)):
        painter.drawRects(cast(QRectF, shiboken6.wrapInstance(rows.ctypes.data, QRectF)), len(rows))
