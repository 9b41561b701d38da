"""The slider beside an input's card: below it, or above, where no wire leaves it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter

from ...graph.graph import Node
from ...ops import numerals
from ...stage.course import RIGHTWARD, Course
from ...stage.geometry import Point, Rect
from ..fonts import Face, font
from ..theme import Theme

STEPS = 200
_AWAY, _HEIGHT, _THUMB, _END = 6.0, 20.0, 7.0, 26.0


def reach_of(value: float) -> float:
    """How far a slider goes to both sides of 0: 5, 10, 50, 100 … or 1, 0.5, 0.1 … for small numbers."""
    size = abs(value)
    if 0 < size <= 0.1:
        power = 10.0 ** math.ceil(math.log10(size))
        return power if size > power / 2 else power / 2
    reach, factors = 5.0, (2.0, 5.0)
    while reach < size and reach < 1e300:
        reach *= factors[0]
        factors = factors[1], factors[0]
    return reach


@dataclass(frozen=True)
class Slider:
    """A slider for the value of a leaf, from −reach to reach."""

    rect: Rect
    value: float
    reach: float

    @staticmethod
    def beside(card: Rect, node: Node, reach: float | None = None, course: Course = RIGHTWARD) -> Slider | None:
        """The slider of a variable or parameter that holds a number; `reach` keeps its scale during a drag."""
        if not node.op.is_leaf or node.is_constant or not isinstance(node.value, float):
            return None
        rect = Slider.place(card, course)
        return Slider(rect, node.value, reach_of(node.value) if reach is None else reach)

    @staticmethod
    def place(card: Rect, course: Course) -> Rect:
        """Where a slider is, beside a card."""
        y = card.y - _AWAY - _HEIGHT if course.is_down else card.bottom + _AWAY
        return Rect(card.x + 4.0, y, card.width - 8.0, _HEIGHT)

    @property
    def thumb(self) -> Point:
        """The middle of the thumb."""
        part = min(max((self.value / self.reach + 1.0) / 2.0, 0.0), 1.0)
        left, right = self._track
        return left + part * (right - left), self.rect.y + self.rect.height / 2

    @property
    def _track(self) -> tuple[float, float]:
        """Where the thumb's middle can be, from −reach to reach; beside it there is room for the two numbers."""
        return self.rect.x + _END + _THUMB, self.rect.right - _END - _THUMB

    def value_at(self, x: float) -> float:
        """The value for a thumb at scene x, on a round step."""
        left, right = self._track
        part = (x - left) / (right - left)
        step = 2.0 * self.reach / STEPS
        steps = round((min(max(part, 0.0), 1.0) * 2.0 - 1.0) * self.reach / step)
        return float(f"{steps * step:.12g}") + 0.0

    def paint(self, painter: QPainter, theme: Theme, least: float = 0.0) -> None:
        """The track, the thumb, and the two ends where they have room in text no smaller than `least`."""
        middle = self.rect.y + self.rect.height / 2
        left, right = self._track
        zero, thumb = (left + right) / 2, self.thumb[0]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(theme["wire"]))
        painter.drawRoundedRect(QRectF(left, middle - 2.0, right - left, 4.0), 2.0, 2.0)
        painter.setBrush(QBrush(theme["forward"]))
        painter.drawRoundedRect(QRectF(min(zero, thumb), middle - 2.0, abs(thumb - zero), 4.0), 2.0, 2.0)
        painter.drawEllipse(QPointF(thumb, middle), _THUMB, _THUMB)
        painter.setBrush(QBrush(theme["surface"]))
        painter.drawEllipse(QPointF(thumb, middle), _THUMB - 3.5, _THUMB - 3.5)
        painter.setPen(theme["muted"])
        painter.setFont(font(Face.TEXT, max(10.0, least)))
        ends = [numerals.short(number) for number in (-self.reach, self.reach)]
        if least:
            ends = [numerals.level(text) for text in ends]
            if QFontMetricsF(painter.font()).horizontalAdvance(ends[0]) > _END:
                return
        whole = QRectF(self.rect.x, self.rect.y, self.rect.width, self.rect.height)
        for side, text in zip((Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), ends, strict=True):
            painter.drawText(whole, side | Qt.AlignmentFlag.AlignVCenter, text)
