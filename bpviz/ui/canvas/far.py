"""The canvas from far away: cards as blocks of colour, wires as thin lines, each kind drawn in one call.

Near, a card takes a tenth of a millisecond to paint; thousands in view leave no time for text nobody can read.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ...stage.geometry import Curve, Rect
from ...stage.overview import Look, Overview, Strand
from ...stage.stage import Stage
from ..theme import Theme
from .spots import Spots

TEXT_FROM_ZOOM = 0.32  # from farther away, cards are blocks of colour
_BENDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # a curve that is a few pixels tall needs no more
_MOST_SMOOTH = 120  # wires in view; the lines of more are not smoothed
_BLOCKS = {  # fill and edge
    Look.EMPTY: ("sunken", "line"),
    Look.CONSTANT: ("surface", "muted"),
    Look.COMPUTED: ("surface", "forward"),
    Look.REACHED: ("backward_tint", "backward"),
    Look.FAILED: ("fault_tint", "fault"),
    Look.FORWARD: ("forward", "forward"),
    Look.BACKWARD: ("backward", "backward"),
}


class FarView:
    """Paints what lies where `spots` say.  Parts are painted exactly as they look in the whole."""

    def __init__(self, spots: Spots) -> None:
        self.spots = spots
        rects = spots.scenery.rects.values()
        self._boxes = [QRectF(rect.x, rect.y, rect.width, rect.height) for rect in rects]
        self._pieces: dict[int, list[QLineF]] = {}
        self._overview: Overview | None = None

    def paint(self, painter: QPainter, stage: Stage, theme: Theme, view: Rect, parts: list[Rect]) -> None:
        """The `parts` of what is in `view` that are to be painted."""
        if self._overview is None or self._overview.trace is not stage.trace:
            self._overview = Overview(stage.trace, self.spots.nodes, self.spots.wires)
        wires = _all_of([self.spots.wire_places(part) for part in parts])
        is_smooth = len(self.spots.wire_places(view)) <= _MOST_SMOOTH
        self._paint_wires(painter, self._overview.strands(stage.now), theme, wires, is_smooth=is_smooth)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        cards = _all_of([self.spots.card_places(part) for part in parts])
        looks = self._overview.looks(stage.now)[cards]
        for look, (fill, edge) in _BLOCKS.items():
            chosen = cards[looks == look]
            if not len(chosen):
                continue
            pen = QPen(theme[edge], 2.0)
            pen.setCosmetic(edge not in ("line", "muted"))
            painter.setPen(pen)
            painter.setBrush(theme[fill])
            painter.drawRects([self._boxes[place] for place in chosen.tolist()])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _paint_wires(
        self, painter: QPainter, strands: NDArray[np.int8], theme: Theme, wires: NDArray[np.intp], *, is_smooth: bool
    ) -> None:
        for strand in np.unique(strands[wires]).tolist():
            colour, size = _line(strand)
            pen = QPen(theme[colour], size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            pen.setCosmetic(size == 1.0)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, size > 1.0 and is_smooth)
            painter.setPen(pen)
            chosen = wires[strands[wires] == strand].tolist()
            painter.drawLines([line for wire in chosen for line in self._lines(wire)])

    def _lines(self, place: int) -> list[QLineF]:
        if place not in self._pieces:
            curve = self.spots.scenery.curve(*self.spots.wires[place])
            self._pieces[place] = [] if curve is None else _bent(curve)
        return self._pieces[place]


def _line(strand: int) -> tuple[str, float]:
    """Colour and width."""
    if strand in (Strand.FORWARD, Strand.BACKWARD):
        return ("forward" if strand == Strand.FORWARD else "backward"), 4.0
    return ("backward", float(strand)) if strand != Strand.QUIET else ("wire", 1.0)


def _bent(curve: Curve) -> list[QLineF]:
    points = [curve.at(t) for t in _BENDS]
    return [QLineF(*one, *other) for one, other in pairwise(points)]


def _all_of(places: list[NDArray[np.intp]]) -> NDArray[np.intp]:
    """Every place once, in order."""
    return places[0] if len(places) == 1 else np.unique(np.concatenate(places)) if places else np.zeros(0, np.intp)
