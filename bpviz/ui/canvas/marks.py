"""What the canvas shows beside the stage: the dotted ground, the selection, what is under the mouse."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ...graph.graph import NodeId
from ...stage.geometry import Point, Rect
from ..settings import GRID
from .batches import draw_points, draw_rects
from .card_painting import paint_mark_above
from .middle_distance import NEAR_FROM_ZOOM
from .recordings import on_whole_pixels
from .shapes import bezier
from .spots import Part

if TYPE_CHECKING:
    from .view import Canvas

DOTS_FROM_ZOOM, LEAST_BETWEEN = 0.42, 10.0  # farther away, and closer together in pixels, dots would be grey


def paint_dots(painter: QPainter, canvas: Canvas, part: QRect) -> None:
    """A part of the grid, in pixels; of a fine one, every second dot or fewer."""
    camera, step = canvas.camera, float(canvas.session.settings.get(GRID))
    if camera.zoom < DOTS_FROM_ZOOM:
        return
    while step * camera.zoom < LEAST_BETWEEN:
        step *= 2.0
    left, top = camera.to_scene(part.left(), part.top())
    right, bottom = camera.to_scene(part.right(), part.bottom())
    x = np.arange(left // step, right // step + 2.0) * step * camera.zoom
    y = np.arange(top // step, bottom // step + 2.0) * step * camera.zoom
    painter.save()
    on_whole_pixels(painter, -camera.x * camera.zoom, -camera.y * camera.zoom)
    painter.setPen(QPen(canvas.theme["dots"], 1.6))
    draw_points(painter, np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))
    painter.restore()


MOST_ROUNDED = 400  # frames; of more, nobody sees the corners


def paint_found(painter: QPainter, canvas: Canvas, view: Rect) -> None:
    """A dotted frame around what was looked for; the one that was gone to has the frame of what is selected, and a
    slider where the dots would be."""
    selection = canvas.session.selection
    found = canvas.found - selection if len(selection) == 1 else canvas.found
    pen = QPen(canvas.theme["ink"], 1.5 / min(canvas.camera.zoom, 1.0), Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _paint_frames(painter, canvas, found, view, 8.0)


def _paint_frames(painter: QPainter, canvas: Canvas, nodes: Iterable[NodeId], view: Rect, away: float) -> None:
    scenery, room = canvas.session.stage.scenery, away / min(canvas.camera.zoom, 1.0)
    cards = nodes if scenery.view is None else {scenery.card_of(node) for node in nodes}
    places = [place for card in cards if card is not None and (place := scenery.place_of.get(card)) is not None]
    left, top, right, bottom = scenery.boxes[places].T
    is_seen = (left <= view.right) & (right >= view.x) & (top <= view.bottom) & (bottom >= view.y)
    frames = (scenery.boxes[places] + np.array([-room, -room, room, room]))[is_seen]
    if len(frames) > MOST_ROUNDED:
        _paint_square(painter, frames)
        return
    for x, y, end, below in frames.tolist():
        painter.drawRoundedRect(QRectF(x, y, end - x, below - y), 9.0 + room, 9.0 + room)


def _paint_square(painter: QPainter, frames: NDArray[np.float64]) -> None:
    """Very many frames, (left, top, right, bottom), as four bars each: drawn as lines they take ten times as long."""
    half = painter.pen().widthF() / 2
    left, top, right, bottom = (frames + np.array([-half, -half, half, half])).T
    wide, tall, thick = right - left, bottom - top, np.full(len(frames), 2 * half)
    bars = [(left, top, wide, thick), (left, bottom - thick, wide, thick), (left, top, thick, tall)]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(painter.pen().color())
    painter.setPen(Qt.PenStyle.NoPen)
    for bar in (*bars, (right - thick, top, thick, tall)):
        draw_rects(painter, np.stack(bar, axis=1))
    painter.restore()


def paint_selection(painter: QPainter, canvas: Canvas, nodes: Collection[NodeId]) -> None:
    """A frame around some of the selected cards."""
    if nodes:
        painter.setPen(QPen(canvas.theme["ink"], 2.0 / min(canvas.camera.zoom, 1.0)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _paint_frames(painter, canvas, nodes, canvas.camera.view(canvas.width(), canvas.height()), 4.0)


def paint_output(painter: QPainter, canvas: Canvas) -> None:
    """The mark of the output over the frame around its card."""
    session, output = canvas.session, canvas.session.story.output
    card = None if output is None else session.scenery.card_of(output)
    is_near = canvas.camera.zoom >= NEAR_FROM_ZOOM or canvas.least
    if card is not None and is_near and {card, output} & (session.selection | canvas.found):
        paint_mark_above(painter, session.stage, card, canvas.theme, canvas.least)


def paint_selected_wire(painter: QPainter, canvas: Canvas) -> None:
    """A dark halo along the selected wire."""
    chosen = canvas.session.selected_wire
    curve = canvas.session.stage.curve(*chosen) if chosen is not None else None
    if curve is not None:
        painter.setPen(QPen(canvas.theme["ink"], 7.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(bezier(curve))


def paint_aimed_wire(
    painter: QPainter, canvas: Canvas, wire: tuple[NodeId, int], via: tuple[Point, Point] | None = None
) -> None:
    """The wire into which a card would go, if it were let go here; or the two that there would be, to the in port and
    from the out port of the card."""
    curve = canvas.session.stage.curve(*wire)
    if curve is None:
        return
    between = canvas.session.scenery.course.between
    curves = [curve] if via is None else [between(curve.start, via[0]), between(via[1], curve.end)]
    halo, near = QColor(canvas.theme["forward"]), min(canvas.camera.zoom, 1.0)
    halo.setAlpha(70)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((halo, 14.0), (canvas.theme["forward"], 3.0)):
        painter.setPen(QPen(colour, width / near, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for part in curves:
            painter.drawPath(bezier(part))


def paint_lit_path(painter: QPainter, canvas: Canvas) -> None:
    """A glow along wires that are pointed out, and around the cards that they join."""
    session, glow = canvas.session, QColor(canvas.theme["backward"])
    glow.setAlpha(90)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for target, slot in session.lit_wires:
        held = session.graph.nodes.get(target)
        curve = session.stage.curve(target, slot) if held is not None and slot < len(held.inputs) else None
        if held is None or curve is None:
            continue  # edited away under the mouse
        painter.setPen(QPen(glow, 16.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPath(bezier(curve))
        painter.setPen(QPen(canvas.theme["backward"], 3.0))
        for node in (target, held.inputs[slot]):
            if node is not None:
                grown = session.stage.rect(node).grown(5.0)
                painter.drawRoundedRect(QRectF(grown.x, grown.y, grown.width, grown.height), 14.0, 14.0)


def paint_hovered_port(painter: QPainter, canvas: Canvas) -> None:
    """The out port of the card under the mouse: here a wire can begin."""
    spot = canvas.hovered
    if spot is None or canvas.gesture is not None or spot.part is Part.WIRE:
        return
    theme = canvas.theme
    painter.setPen(QPen(theme["forward"], 2.0))
    painter.setBrush(theme["forward" if spot.part is Part.OUT_PORT else "surface"])
    painter.drawEllipse(QPointF(*canvas.session.stage.scenery.out_port(spot.node)), 6.0, 6.0)
