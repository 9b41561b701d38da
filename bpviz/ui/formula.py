"""Mathematics set as mathematics: LaTeX → SVG by ziamath, painted at any scale."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..stage.speech import spoken
from .canvas import mathtext
from .canvas.recordings import is_of_pixels
from .interruptible import in_pieces
from .slices import Pieces
from .spacing import spaced

_INK = "#010203"  # what a formula is drawn in, until it is known in what colour
_SPILL = 2  # pixels
_VIEW = re.compile(r'viewBox="(\S+) (\S+) (\S+) (\S+)"')


_set: set[tuple[str, float]] = set()


@lru_cache(maxsize=4096)
def _drawn(latex: str, pixels: float) -> str | None:
    from ziamath.config import config
    from ziamath.zmath import Latex

    from . import quick_ziamath

    quick_ziamath.install()
    config.svg2 = False  # QSvgRenderer draws nothing of SVG 2's symbols
    try:
        drawn = str(Latex(spaced(latex), size=pixels, color=_INK, inline=False).svg())
    except Exception:  # bad TeX raises whatever the parser stumbled over; the plain text is shown instead
        drawn = None
    _set.add((latex, pixels))
    return drawn


def svg(latex: str, pixels: float, colour: str) -> bytes | None:
    """A formula as SVG, or None where ziamath cannot set it.  1–10 ms the first time, in whatever colour."""
    drawn = _drawn(latex, pixels)
    return None if drawn is None else drawn.replace(_INK, colour).encode()


@lru_cache(maxsize=384)  # 0.2 MB each
def _renderer(latex: str, pixels: float, colour: str) -> QSvgRenderer | None:
    """What paints a formula, wherever it stands."""
    data = svg(latex, pixels, colour)
    return None if data is None else QSvgRenderer(QByteArray(data))


@lru_cache(maxsize=4096)
def _extent(latex: str, pixels: float) -> tuple[float, float, float] | None:
    """Width, ascent and descent of a formula, or None where ziamath cannot set it."""
    drawn = _drawn(latex, pixels)
    view = None if drawn is None else _VIEW.search(drawn)
    if view is None:
        return None
    _, top, width, height = map(float, view.groups())
    return width, -top, height + top


def prepared(latex: str, pixels: float, colours: Sequence[QColor] = ()) -> Pieces:
    """Sets a formula that will be wanted soon, perhaps in these colours, little by little; one that is known takes no
    time."""
    if not is_known(latex, pixels):
        yield from in_pieces(lambda: _drawn(latex, pixels))
        for colour in colours:
            yield
            _renderer(latex, pixels, colour.name())


def is_known(latex: str, pixels: float) -> bool:
    """Whether a formula was set before, so that it takes no time."""
    return (latex, pixels) in _set


def _paint(painter: QPainter, latex: str, pixels: float, colour: QColor, place: QRectF) -> None:
    """Paints a formula in a rectangle.  On a screen it is copied where it was painted before, as far from whole pixels:
    a sixth of the work."""
    way = painter.deviceTransform()
    left, top, ratio = way.m11() * place.x() + way.dx(), way.m22() * place.y() + way.dy(), way.m11()
    if is_of_pixels(painter) and not way.isRotating() and way.m22() == ratio > 0.0:
        x, y = math.floor(left), math.floor(top)
        size = place.width() * ratio, place.height() * ratio
        picture = _picture(latex, pixels, colour.name(), (left - x, top - y), size, ratio)
        painter.drawImage(QPointF((x - _SPILL - way.dx()) / ratio, (y - _SPILL - way.dy()) / ratio), picture)
    elif (renderer := _renderer(latex, pixels, colour.name())) is not None:
        renderer.render(painter, place)


@lru_cache(maxsize=2048)  # a few kB each
def _picture(
    latex: str, pixels: float, colour: str, shift: tuple[float, float], size: tuple[float, float], ratio: float
) -> QImage:
    """A formula of a size in pixels of the screen, so far from whole ones, with room for edges that spill over."""
    (x, y), (width, height) = shift, size
    made = QImage(
        math.ceil(x + width) + 2 * _SPILL, math.ceil(y + height) + 2 * _SPILL, QImage.Format.Format_ARGB32_Premultiplied
    )
    made.fill(Qt.GlobalColor.transparent)
    if (renderer := _renderer(latex, pixels, colour)) is not None:
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter, QRectF(x + _SPILL, y + _SPILL, width, height))
        painter.end()
    made.setDevicePixelRatio(ratio)
    return made


class Setting:
    """A formula to be put into a line: how far it reaches above and below the baseline, and how wide it is."""

    def __init__(self, latex: str, pixels: float, plain: str = "") -> None:
        self._latex, self._pixels, self._plain = latex, pixels, plain or latex
        extent = _extent(latex, pixels)
        self.is_set = extent is not None
        if extent is None:
            extent = mathtext.width(self._plain, pixels), 0.8 * pixels, 0.3 * pixels
        self.width, self.ascent, self.descent = extent

    def paint(self, painter: QPainter, x: float, baseline: float, colour: QColor, scale: float = 1.0) -> None:
        """Paints it from `x` on."""
        if not self.is_set:
            mathtext.draw(painter, x, baseline, self._plain, self._pixels * scale, colour)
            return
        height = (self.ascent + self.descent) * scale
        place = QRectF(x, baseline - self.ascent * scale, self.width * scale, height)
        _paint(painter, self._latex, self._pixels, colour, place)


class FormulaLabel(QWidget):
    """A formula, left-aligned; shrinks to the width that it is given."""

    def __init__(self, latex: str, colour: QColor, *, pixels: float = 18.0, plain: str = "") -> None:
        super().__init__()
        self.latex, self._plain = latex, plain or latex
        self._colour, self._pixels = colour, pixels
        self._renderer = _renderer(latex, pixels, colour.name())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(spoken(self._plain))

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
            place = QRectF(0, (self.height() - height) / 2, width, height)
            _paint(painter, self.latex, self._pixels, self._colour, place)
        painter.end()
