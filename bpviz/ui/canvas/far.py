"""The look from far away: cards as blocks of colour, wires as thin lines, each kind drawn in one call.

Near, a card takes a tenth of a millisecond to paint; thousands in view leave no time for text nobody can read.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ...graph.graph import NodeId
from ...stage.cards import Outline, State
from ...stage.geometry import Curve
from ...stage.stage import Stage
from ..theme import Theme

_BENDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # a curve that is a few pixels tall needs no more


def paint_far(painter: QPainter, stage: Stage, theme: Theme, nodes: Iterable[NodeId], wired: Iterable[NodeId]) -> None:
    """The cards of `nodes` and the wires into `wired`."""
    _paint_wires(painter, stage, theme, wired)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    blocks: dict[tuple[str, str], list[QRectF]] = {}
    for node in nodes:
        rect = stage.rect(node)
        colours = _colours(stage.outline(node), is_constant=stage.graph.nodes[node].is_constant)
        blocks.setdefault(colours, []).append(QRectF(rect.x, rect.y, rect.width, rect.height))
    for (fill, edge), rects in blocks.items():
        pen = QPen(theme[edge], 2.0)
        pen.setCosmetic(edge not in ("line", "muted"))
        painter.setPen(pen)
        painter.setBrush(theme[fill])
        painter.drawRects(rects)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _colours(seen: Outline, *, is_constant: bool) -> tuple[str, str]:
    """Fill and edge of a block."""
    if seen.state is State.FAILED:
        return "fault_tint", "fault"
    if seen.backward_glow > 0.5:
        return "backward", "backward"
    if seen.forward_glow > 0.5:
        return "forward", "forward"
    if seen.has_gradient:
        return "backward_tint", "backward"
    if seen.state is State.COMPUTED:
        return "surface", "muted" if is_constant else "forward"
    return "sunken", "line"


def _paint_wires(painter: QPainter, stage: Stage, theme: Theme, wired: Iterable[NodeId]) -> None:
    lines: dict[tuple[str, float], list[QLineF]] = {}
    for node in wired:
        for wire in stage.wires(node):
            if wire.flow:
                style = ("forward" if wire.flow > 0 else "backward"), 4.0
            elif wire.carries_gradient:
                style = "backward", float(round(wire.thickness * 0.5))
            else:
                style = "wire", 1.0
            lines.setdefault(style, []).extend(_pieces(wire.curve))
    for (colour, size), pieces in lines.items():
        pen = QPen(theme[colour], size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        pen.setCosmetic(size == 1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, size > 1.0 and len(pieces) < 600)
        painter.setPen(pen)
        painter.drawLines(pieces)


@lru_cache(maxsize=100_000)
def _pieces(curve: Curve) -> list[QLineF]:
    points = [curve.at(t) for t in _BENDS]
    return [QLineF(*one, *other) for one, other in pairwise(points)]
