"""Mathematics set as mathematics: LaTeX → SVG by ziamath, painted at any scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget


@lru_cache(maxsize=512)
def svg(latex: str, pixels: float, colour: str) -> bytes | None:
    """A formula as SVG, or None where ziamath cannot set it.  10–20 ms the first time."""
    from ziamath.config import config
    from ziamath.zmath import Latex

    config.svg2 = False  # QSvgRenderer draws nothing of SVG 2's symbols
    try:
        drawn = Latex(latex, size=pixels, color=colour, inline=False)
        return str(drawn.svg()).encode()
    except Exception:  # bad TeX raises whatever the parser stumbled over; the plain text is shown instead
        return None


class FormulaLabel(QWidget):
    """A formula, left-aligned; shrinks to the width that it is given."""

    def __init__(self, latex: str, colour: QColor, *, pixels: float = 18.0, plain: str = "") -> None:
        super().__init__()
        self.latex, self._plain = latex, plain or latex
        self._colour, self._pixels = colour, pixels
        data = svg(latex, pixels, colour.name())
        self._renderer = None if data is None else QSvgRenderer(QByteArray(data))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self._plain)

    def sizeHint(self) -> QSize:
        if self._renderer is None:
            return QSize(120, round(self._pixels * 1.6))
        size = self._renderer.defaultSize()
        return QSize(size.width(), max(size.height(), round(self._pixels * 1.4)))

    def minimumSizeHint(self) -> QSize:
        return QSize(20, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._renderer is None:
            painter.setPen(self._colour)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._plain)
        else:
            size = self._renderer.defaultSize()
            factor = min(1.0, self.width() / max(size.width(), 1))
            width, height = size.width() * factor, size.height() * factor
            self._renderer.render(painter, QRectF(0, (self.height() - height) / 2, width, height))
        painter.end()
