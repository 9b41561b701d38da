"""Axes and the key of a plot, in the program's signs: − for minus, 10⁻³ for powers, letters slanted."""

from __future__ import annotations

import html
import math
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsWidget, QStyleOptionGraphicsItem, QWidget

from ...ops import numerals
from ..canvas import mathtext
from ..fonts import Face, font
from ..theme import Theme
from .pages import pixels

TICKS, NAMES = 11.5, 16.0  # pixels on a desk
_SAMPLE, _GAP, _NEXT = 24.0, 5.0, 14.0  # of the key: line sample, then its name, then the next one
_BUTTON = 34.0  # pixels at the end of the key
_CROWDED = 1.1  # heights of its numbers: ticks of an upright axis are not nearer to each other


def math_html(text: str, size: float, colour: str) -> str:
    """A line of mathematics for what Qt sets as rich text: the same slants as `mathtext.draw`."""
    pieces = []
    for piece, used, _, below in mathtext.runs(text, size)[0]:
        slanted = f"<i>{html.escape(piece)}</i>" if used.italic() else html.escape(piece)
        pieces.append(f"<sub>{slanted}</sub>" if below else slanted)
    family = ", ".join(f"'{name}'" for name in Face.MATH.value)
    return f'<span style="font-family:{family}; font-size:{round(size)}px; color:{colour}">{"".join(pieces)}</span>'


class Axis(pg.AxisItem):  # type: ignore[misc]
    """An axis whose ticks are written as all numbers in the program are."""

    def __init__(self, orientation: str) -> None:
        self.picture: bool | None
        self._drawn: tuple[Any, Any, Any] | None = None
        self._ground = QColor("white")
        self._inset = NAMES * 0.75  # of the middle of its label from the edge; pyqtgraph lays it out while making it
        super().__init__(orientation, maxTickLength=-4)
        self.enableAutoSIPrefix(False)
        self._said = ""

    def name(self, text: str, theme: Theme) -> None:
        """Labels the axis, and dresses it."""
        self._said = text
        self._inset, self._ground = pixels(theme, NAMES) * 0.75, theme["surface"]
        line = QPen(theme["wire"], 1.0)
        line.setCosmetic(True)  # others are stroked as shapes, fifty times more slowly
        self.setPen(line)
        self.setTickPen(line)
        self.setTextPen(QPen(theme["muted"]))
        used = font(Face.TEXT, pixels(theme, TICKS))
        self.setTickFont(used)
        self.setStyle(tickTextOffset=6, hideOverlappingLabels=True, maxTickLevel=1)
        self.setLabel(math_html(text, pixels(theme, NAMES), theme.ink) if text else "")
        self.showLabel(bool(text))

    def resizeEvent(self, event: object = None) -> None:
        """The label keeps its distance from the edge, however tall Qt makes its line."""
        self.picture = None
        box, whole = self.label.boundingRect(), self.size()
        if self.orientation == "left":
            self.label.setPos(self._inset - box.height() / 2, whole.height() / 2 + box.width() / 2)
        else:
            self.label.setPos(whole.width() / 2 - box.width() / 2, whole.height() - self._inset - box.height() / 2)

    @property
    def said(self) -> str:
        """Its label as plain text."""
        return self._said

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """What is drawn is kept as lines and texts: pyqtgraph keeps a QPicture, which takes 2 ms to replay."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        if self.picture is None:
            painter.setFont(self.style["tickFont"])
            self._drawn = self.generateDrawSpecs(painter)
            for pen, _, _ in self._drawn[1] if self._drawn is not None else ():
                pen.setColor(self._on_paper(pen.color()))
            self.picture = True  # pyqtgraph puts None here where the axis has to be drawn anew
        if self._drawn is not None:
            self.drawPicture(painter, *self._drawn)

    def _on_paper(self, colour: QColor) -> QColor:
        """A translucent colour as it looks on the plot's ground: Qt draws opaque lines fifteen times faster."""
        part = colour.alphaF()
        mixed = (part * a + (1.0 - part) * b for a, b in zip(_rgb(colour), _rgb(self._ground), strict=True))
        return QColor.fromRgbF(*mixed)

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """Without the ticks whose numbers would overlap on an upright axis."""
        found = list(super().tickSpacing(minVal, maxVal, size))
        least = _CROWDED * self.style["tickFont"].pixelSize() if self.style["tickFont"] is not None else 0.0
        if self.orientation != "left" or maxVal <= minVal:
            return found
        fitting = [each for each in found if each[0] / (maxVal - minVal) * size >= least]
        wide = ((found[0][0] * times, found[0][1]) for times in (2.0, 5.0, 10.0, 20.0, 50.0))
        return fitting or [next((each for each in wide if each[0] / (maxVal - minVal) * size >= least), found[0])]

    def tickStrings(self, values: list[float], scale: float, spacing: float | None) -> list[str]:
        if self.logMode:
            return [self._power(value) for value in values]
        if not spacing:
            return [numerals.short(value) for value in values]
        largest = max((abs(value) for value in values), default=0.0)
        digits = 1 + max(0, math.floor(math.log10(max(largest, spacing) / spacing) + 1e-9))
        if (spacing < 1e-3 or largest >= 1e5) and digits <= numerals.FEW:
            return [numerals.short(0.0 if abs(v) < spacing / 2 else v, digits) for v in values]
        places = max(0, math.ceil(-math.log10(spacing) - 1e-9))
        return [f"{abs(v):.{places}f}" if v >= -spacing / 2 else f"−{abs(v):.{places}f}" for v in values]

    @staticmethod
    def _power(exponent: float) -> str:
        """Only whole powers are written; between them there are ticks enough."""
        near = round(exponent)
        if abs(exponent - near) > 1e-9:
            return ""
        return {0: "1", 1: "10"}.get(near) or f"10{numerals.superscript(near)}"

    def logTickValues(
        self, minVal: float, maxVal: float, size: float, stdTicks: list[tuple[float, list[float]]]
    ) -> list[tuple[float | None, list[float]]]:
        """Whole powers with labels, so many that they can be read; the powers between as smaller ticks."""
        low, high = math.ceil(minVal - 1e-9), math.floor(maxVal + 1e-9)
        room = max(2, int(size / 56))
        every = max(1, math.ceil((high - low + 1) / room))
        named = [float(k) for k in range(low, high + 1) if k % every == 0]
        between = [float(k) for k in range(low, high + 1) if k % every]
        return [(float(every), named), (None, between)]


def _rgb(colour: QColor) -> tuple[float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF()


class Key(QGraphicsWidget):
    """Which line is what: samples of the pens and their names, above the plot.  Where one row has no room for
    all, the names are set smaller, and then go on in further rows."""

    def __init__(self) -> None:
        self.height = 0.0  # asked for while Qt makes the item
        super().__init__()
        self._rows: list[tuple[str, QPen, str]] = []  # name, pen, symbol
        self._theme: Theme | None = None

    def show_rows(self, rows: list[tuple[str, QPen, str]], theme: Theme, width: float, *, keeps_head: bool) -> None:
        """Other lines, with so many pixels for them.  With `keeps_head` there is a row also for none."""
        self._rows, self._theme = rows, theme
        size, lines = self._laid(width)
        height = size * 1.6 * max(len(lines), 1) if rows or keeps_head else 0.0
        if height != self.height:
            self.height = height
            self.updateGeometry()
        self.update()

    def _laid(self, width: float) -> tuple[float, list[list[tuple[str, QPen, str]]]]:
        """The size of the names, and what stands in each line; the menu button stands at the end of the first."""
        if self._theme is None:
            return NAMES, []
        full, least = pixels(self._theme, NAMES), pixels(self._theme, TICKS)
        room = width - 4.0 - _BUTTON
        wide = sum(mathtext.width(name, full) for name, _, _ in self._rows)
        fixed = len(self._rows) * (_SAMPLE + _GAP + _NEXT)
        size = min(max(least, full * (room - fixed) / max(wide, 1.0)), full)
        lines: list[list[tuple[str, QPen, str]]] = [[]]
        x = 0.0
        for row in self._rows:
            needed = _SAMPLE + _GAP + mathtext.width(row[0], size)
            if lines[-1] and x + needed > room:
                lines.append([])
                x, room = 0.0, width - 4.0
            lines[-1].append(row)
            x += needed + _NEXT
        return size, lines

    def sizeHint(self, which: Qt.SizeHint, constraint: QSizeF | QSize = QSizeF()) -> QSizeF:  # noqa: B008
        return QSizeF(1e6 if which is Qt.SizeHint.MaximumSize else 40.0, self.height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._theme is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.size().width()
        size, lines = self._laid(width)
        for number, line in enumerate(lines):
            x, middle = 4.0, self.size().height() * (number + 0.5) / len(lines)
            for name, pen, symbol in line:
                said = mathtext.elided(name, size, max(width - x - _SAMPLE - _GAP, 0.0))
                self._sample(painter, x, middle, pen, symbol)
                mathtext.draw(painter, x + _SAMPLE + _GAP, middle + size * 0.32, said, size, self._theme["ink"])
                x += _SAMPLE + _GAP + mathtext.width(said, size) + _NEXT

    @staticmethod
    def _sample(painter: QPainter, x: float, y: float, pen: QPen, symbol: str) -> None:
        if not symbol:
            painter.setPen(pen)
            painter.drawLine(QPointF(x, y), QPointF(x + _SAMPLE, y))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(pen.color()))
        box = QRectF(x + _SAMPLE / 2 - 5.0, y - 5.0, 10.0, 10.0)
        if symbol == "s":
            painter.drawRect(box)
        elif symbol == "d":
            middle = box.center()
            left, right = QPointF(box.left(), middle.y()), QPointF(box.right(), middle.y())
            painter.drawPolygon([QPointF(middle.x(), box.top()), right, QPointF(middle.x(), box.bottom()), left])
        else:
            painter.drawEllipse(box)


def behind(item: QGraphicsItem) -> QGraphicsItem:
    """Puts something behind all curves."""
    item.setZValue(-50.0)
    return item
