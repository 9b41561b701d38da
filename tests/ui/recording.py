"""A paint device that keeps no picture, only what was written on it: every text with the size in which it is seen."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QColor, QPaintDevice, QPaintEngine, QPaintEngineState, QPainter, QTransform
from PySide6.QtWidgets import QWidget

SCRIPT = 0.6  # how large fonts draw characters such as ₁ and ², in sizes of the font


@dataclass(frozen=True)
class Written:
    """A piece of text, the size in pixels of the device in which the smallest of it is seen, its colour and place, how
    much it covers, and how wide it is."""

    text: str
    pixels: float
    colour: str
    place: tuple[float, float]
    opacity: float
    width: float


class _Engine(QPaintEngine):
    """Hears of everything that a painter does."""

    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.found: list[Written] = []
        self._transform = QTransform()
        self._colour, self._opacity = "", 1.0

    def begin(self, device: QPaintDevice) -> bool:
        return True

    def end(self) -> bool:
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, state: QPaintEngineState) -> None:
        flags = QPaintEngine.DirtyFlag
        if state.state() & flags.DirtyTransform:
            self._transform = state.transform()
        if state.state() & flags.DirtyPen:
            self._colour = QColor(state.pen().color()).name()
        if state.state() & flags.DirtyOpacity:
            self._opacity = state.opacity()

    def drawTextItem(self, place: Any, item: Any) -> None:
        if not item.text().strip():
            return
        across = self._transform.map(place)
        scale = math.hypot(self._transform.m11(), self._transform.m12())
        pixels = item.font().pixelSize() * scale * (SCRIPT if any(map(_is_script, item.text())) else 1.0)
        place, width = (across.x(), across.y()), item.width() * scale
        self.found.append(Written(item.text(), pixels, self._colour, place, self._opacity, width))

    def _nothing(self, *_: object) -> None:
        """All that is not text."""

    drawPixmap = drawImage = drawPath = drawPolygon = _nothing  # type: ignore[assignment]
    drawRects = drawLines = drawPoints = drawEllipse = _nothing


def _is_script(character: str) -> bool:
    return unicodedata.decomposition(character).startswith(("<super>", "<sub>"))


class _Paper(QPaintDevice):
    def __init__(self, size: QSize) -> None:
        super().__init__()
        self.engine, self._size = _Engine(), size

    def paintEngine(self) -> QPaintEngine:
        return self.engine

    def metric(self, wanted: QPaintDevice.PaintDeviceMetric) -> int:
        kind = QPaintDevice.PaintDeviceMetric
        known = {
            kind.PdmWidth: self._size.width(),
            kind.PdmHeight: self._size.height(),
            kind.PdmDepth: 32,
            kind.PdmDevicePixelRatio: 1,
            kind.PdmDevicePixelRatioScaled: 0x10000,
        }
        known |= dict.fromkeys((kind.PdmDpiX, kind.PdmDpiY, kind.PdmPhysicalDpiX, kind.PdmPhysicalDpiY), 96)
        return known.get(wanted, 0)


def written_on(widget: QWidget) -> list[Written]:
    """All texts that a widget and its children paint."""
    return written_by(lambda painter: widget.render(painter, QPoint()), widget.size())


def written_by(paint: Callable[[QPainter], None], size: QSize) -> list[Written]:
    """All texts that are painted on a paper of a size."""
    paper = _Paper(size)
    painter = QPainter(paper)
    paint(painter)
    painter.end()
    return paper.engine.found
