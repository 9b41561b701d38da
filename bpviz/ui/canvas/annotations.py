"""Frames and notes on the canvas: how they look, and what a hand does to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ...document import annotating
from ...document.annotations import Frame, Note
from ...stage.annotations import (
    FRAME_ROOM,
    NO_SIDE,
    TITLE_HEIGHT,
    Side,
    annotations_of,
    grip_at,
    rect_of,
    resized,
)
from ...stage.geometry import Point, Rect
from ...stage.stage import Stage
from ..fonts import Face, font
from ..theme import TINTS, Theme
from .faces import mixed
from .gestures import Gesture
from .middle_distance import TEXT_FROM_ZOOM
from .moving import MoveCards
from .notes import SIZE, note_layout, paint_note

if TYPE_CHECKING:
    from .view import Canvas

REACH = 7.0  # pixels from which an edge can be taken hold of
RADIUS = 12.0
PIN = 10.0  # how far from its point a pin reaches
TITLE_SIZE, LARGEST_TITLE = 14.0, 38.0  # there is no more room above what a frame holds
LARGE_PRINT = 18.0  # what is as large is read from far away, and is all ink
READABLE, LEGIBLE = 12.0, 6.5  # pixels of a letter: to be read, to be made out


def paint_annotations(painter: QPainter, stage: Stage, theme: Theme, *, least: float = 0.0, zoom: float = 1.0) -> None:
    """Frames and notes, behind everything else.

    `least` is the size of the smallest text.  At a small `zoom`, titles grow so that they can still be read, and notes
    are blocks where they can't.
    """
    for held in annotations_of(stage.diagram, stage.scenery.inside).values():
        size = max(SIZE, least)
        if isinstance(held, Frame):
            _paint_frame(painter, held, theme, max(least, TITLE_SIZE, min(READABLE / zoom, LARGEST_TITLE)), zoom)
        elif size * zoom < LEGIBLE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme["dots"])
            painter.drawRoundedRect(QRectF(held.x, held.y, held.width, held.height), RADIUS, RADIUS)
        else:
            paint_note(painter, held.x, held.y, note_layout(held.text, held.width, size), theme["ink"])


def _paint_frame(painter: QPainter, frame: Frame, theme: Theme, size: float, zoom: float) -> None:
    hue = QColor(TINTS[frame.tint.value])
    box = QRectF(frame.x, frame.y, frame.width, frame.height)
    painter.setBrush(mixed(theme["paper"], hue, 0.1))
    painter.setPen(QPen(mixed(theme["paper"], hue, 0.55), 1.4))
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    if not frame.title or size * zoom < LEGIBLE:
        return
    painter.setFont(font(Face.TEXT, size, is_bold=True))
    metrics = QFontMetricsF(painter.font())
    title = metrics.elidedText(frame.title, Qt.TextElideMode.ElideRight, frame.width - 28.0)
    room = min(max(TITLE_HEIGHT, 1.9 * size), TITLE_HEIGHT + FRAME_ROOM)
    painter.setPen(mixed(theme["ink"], hue, 0.25 if size < LARGE_PRINT else 0.0))
    painter.drawText(QPointF(frame.x + 14.0, frame.y + room / 2 + 0.36 * size), title)


def paint_selected_annotations(painter: QPainter, canvas: Canvas) -> None:
    """An outline around selected frames and notes."""
    session, theme = canvas.session, canvas.theme
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme["ink"], 2.0 / min(canvas.camera.zoom, 1.0)))
    beside = session.standing.beside
    for id_ in session.selected_annotations:
        held = beside[id_]
        radius = RADIUS if isinstance(held, Frame) else 6.0
        painter.drawRoundedRect(QRectF(held.x, held.y, held.width, held.height), radius, radius)


def paint_pins(painter: QPainter, canvas: Canvas) -> None:
    """A pin in the corner of every pinned card in view."""
    pinned = canvas.session.diagram.pinned
    if not pinned or canvas.camera.zoom < TEXT_FROM_ZOOM:
        return
    theme, rects = canvas.theme, canvas.session.scenery.rects
    view = canvas.camera.view(canvas.width(), canvas.height()).grown(PIN)
    for node in pinned & rects.keys():
        x, y = rects[node].x + 9.0, rects[node].y + 4.0
        if not view.contains((x, y)):
            continue
        painter.setPen(QPen(theme["ink"], 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(x, y), QPointF(x - 4.5, y + 7.5))
        painter.setPen(QPen(theme["surface"], 1.4))
        painter.setBrush(theme["ink"])
        painter.drawEllipse(QPointF(x + 1.2, y - 2.0), 5.2, 5.2)


class Resize(Gesture):
    """The edges or a corner of a frame, or the right edge of a note, follow the hand."""

    goes_beyond = True

    def __init__(self, canvas: Canvas, held: Frame | Note, side: Side, start: Point) -> None:
        super().__init__(canvas)
        self.cursor = _cursor(side)
        self._held, self._side, self._start = held, side, start

    def move(self, point: Point, screen: Point) -> None:
        held, session = self._held, self.canvas.session
        dx, dy = point[0] - self._start[0], point[1] - self._start[1]
        if isinstance(held, Frame):
            box = resized(rect_of(held), self._side, dx, dy, annotating.LEAST_FRAME)
            at, size = (box.x, box.y), (box.width, box.height)
            session.edit("Resize a frame", lambda d: annotating.resize_frame(d, held.id, at, size), self.key)
        else:
            width = max(held.width + dx, annotating.LEAST_NOTE_WIDTH)
            height = note_layout(held.text, width).height
            session.edit("Resize a note", lambda d: annotating.resize_note(d, held.id, width, height), self.key)


def grip(canvas: Canvas, point: Point) -> tuple[Frame | Note, Side] | None:
    """The frame or note that can be taken hold of at a point, and by which side."""
    session = canvas.session
    return grip_at(session.diagram, point, REACH / canvas.camera.zoom, session.standing.inside)


def take_annotation(canvas: Canvas, point: Point, *, adds: bool) -> Gesture | None:
    """Selects the frame or note that is here, and takes hold of it."""
    found = grip(canvas, point)
    if found is None:
        return None
    held, side = found
    session = canvas.session
    chosen = session.selected_annotations
    if adds:
        session.select(session.selection, annotations=chosen ^ {held.id})
    elif held.id not in chosen:
        session.select((), annotations={held.id})
    return Resize(canvas, held, side, point) if side else MoveCards(canvas, point)


def select_annotation(canvas: Canvas, point: Point) -> bool:
    """Selects the frame or note that is here, for its menu; whether there is one."""
    found = grip(canvas, point)
    if found is None:
        return False
    if found[0].id not in canvas.session.selected_annotations:
        canvas.session.select((), annotations={found[0].id})
    return True


def cursor_over(canvas: Canvas, point: Point) -> Qt.CursorShape | None:
    """What the mouse looks like over a frame or note."""
    found = grip(canvas, point)
    return None if found is None else _cursor(found[1])


def _cursor(side: Side) -> Qt.CursorShape:
    if side is NO_SIDE:
        return Qt.CursorShape.SizeAllCursor
    if side in (Side.LEFT, Side.RIGHT):
        return Qt.CursorShape.SizeHorCursor
    if side in (Side.TOP, Side.BOTTOM):
        return Qt.CursorShape.SizeVerCursor
    falls = side in (Side.LEFT | Side.TOP, Side.RIGHT | Side.BOTTOM)
    return Qt.CursorShape.SizeFDiagCursor if falls else Qt.CursorShape.SizeBDiagCursor


def place_on_screen(canvas: Canvas, rect: Rect) -> QRectF:
    """A rectangle of the scene in pixels of the canvas."""
    x, y = canvas.camera.to_screen((rect.x, rect.y))
    return QRectF(x, y, rect.width * canvas.camera.zoom, rect.height * canvas.camera.zoom)
