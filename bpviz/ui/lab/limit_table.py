"""Difference quotients in a table, marching to the derivative: the digits that agree with it stand out."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...engine.analysis.quotients import Difference
from ...ops import numerals
from ...stage.speech import spoken
from ..canvas import mathtext
from ..fonts import Face, font
from ..session import Session
from .pages import pixels

_SIZE = 13.5  # pixels of the numbers


@dataclass(frozen=True)
class Row:
    """A step, and for every kind of difference what the quotient says and how many of its signs agree."""

    h: float
    cells: tuple[tuple[str, int], ...]


class MarchTable(QWidget):
    """A row for every h, a column for every kind of difference, and the derivative below."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.rows: tuple[Row, ...] = ()
        self._limit = ""
        self._kind = Difference.FORWARD
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Difference quotients")
        session.themed.connect(self.updateGeometry)

    def show_rows(self, rows: tuple[Row, ...], limit: str, kind: Difference) -> None:
        """The table anew; the column of `kind` is the one that the plot shows."""
        self.rows, self._limit, self._kind = rows, limit, kind
        told = [
            f"h = {numerals.short(row.h)}: "
            + ", ".join(f"{each.value} {text}" for each, (text, _) in zip(Difference, row.cells, strict=True))
            for row in rows
        ]
        self.setAccessibleDescription(spoken("; ".join([*told, f"the derivative is {limit}"])))
        self.updateGeometry()
        self.update()

    @property
    def _line(self) -> float:
        return pixels(self._session.theme, _SIZE) * 1.55

    def sizeHint(self) -> QSize:
        return QSize(300, round(self._line * (len(self.rows) + 2)) + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._session.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size, line = pixels(theme, _SIZE), self._line
        first = size * 6.0
        width = (self.width() - first) / len(Difference)
        for place, kind in enumerate(Difference):
            left = first + place * width
            if kind is self._kind:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme["sunken"])
                painter.drawRoundedRect(
                    QRectF(left - 2.0, 0.0, width - 4.0, line * (len(self.rows) + 1) + 2.0), 6.0, 6.0
                )
            painter.setFont(font(Face.TEXT, pixels(theme, 12.0), is_bold=kind is self._kind))
            painter.setPen(theme["ink"] if kind is self._kind else theme["muted"])
            painter.drawText(QPointF(left + 6.0, line * 0.72), kind.value)
        mathtext.draw(painter, 6.0, line * 0.72, "h", size * 1.15, theme["muted"])
        painter.setPen(QPen(theme["line"], 1.0))
        painter.drawLine(QPointF(0.0, line), QPointF(self.width(), line))
        for number, row in enumerate(self.rows, 1):
            baseline = line * (number + 0.72)
            painter.setPen(theme["muted"])
            painter.setFont(font(Face.TEXT, size))
            painter.drawText(QPointF(6.0, baseline), _step_text(row.h))
            for place, (text, agreeing) in enumerate(row.cells):
                self._number(painter, first + place * width + 6.0, baseline, width - 14.0, text, agreeing)
        below = line * (len(self.rows) + 1)
        painter.setPen(QPen(theme["line"], 1.0))
        painter.drawLine(QPointF(0.0, below + 3.0), QPointF(self.width(), below + 3.0))
        mathtext.draw(painter, 6.0, below + line * 0.76 + 3.0, "h → 0", size * 1.15, theme["muted"])
        painter.setPen(theme["backward"])
        painter.setFont(font(Face.TEXT, size, is_bold=True))
        painter.drawText(QPointF(first + 6.0, below + line * 0.76 + 3.0), self._limit)
        painter.end()

    def _number(self, painter: QPainter, x: float, baseline: float, room: float, text: str, agreeing: int) -> None:
        """The digits that agree bold, in ink and underlined; the rest light."""
        theme, size = self._session.theme, pixels(self._session.theme, _SIZE)
        bold, light = font(Face.TEXT, size, is_bold=True), font(Face.TEXT, size)
        sure, rest = text[:agreeing], text[agreeing:]
        wide = QFontMetricsF(bold).horizontalAdvance(sure)
        painter.setFont(bold)
        painter.setPen(theme["ink"])
        painter.drawText(QPointF(x, baseline), sure)
        if sure:
            painter.setPen(QPen(theme["backward"], 1.4))
            painter.drawLine(QPointF(x, baseline + 3.0), QPointF(x + wide, baseline + 3.0))
        painter.setFont(light)
        painter.setPen(theme["muted"])
        metrics = QFontMetricsF(light)
        painter.drawText(
            QPointF(x + wide, baseline), metrics.elidedText(rest, Qt.TextElideMode.ElideRight, room - wide)
        )


def _step_text(h: float) -> str:
    """`0.00001`, not a power of ten: the zeros march, too."""
    text = f"{abs(h):.5f}".rstrip("0").rstrip(".")
    return numerals.MINUS + text if h < 0 else text
