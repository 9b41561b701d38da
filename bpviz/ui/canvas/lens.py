"""The nudge lens on the canvas: a bar beside the card that is moved, and what that does beside the output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ...engine.nudge import Nudge
from ...ops import numerals
from ...stage.geometry import CARD_WIDTH, Point, Rect
from ..fonts import Face, font
from ..lens import Lens
from ..theme import Theme
from . import mathtext
from .faces import fitting
from .gestures import Gesture

if TYPE_CHECKING:
    from .view import Canvas

HEIGHT, THUMB = 28.0, 7.0
WORDS = 62.0  # of the bar's width, for what h is
SMALLEST = 12.0  # the size of the smallest text, before anything is enlarged for the back row
_AWAY, _ASIDE = 5.0, 14.0
_PADDING, _ROW = 10.0, 18.0
BUBBLE_HEIGHT = 3 * _ROW + 10.0


@dataclass(frozen=True)
class NudgeBar:
    """A bar for h, from −reach to reach: on the left the number, then a track that is finer near its middle, 0.

    Everything is `scale` times as large as written here.
    """

    rect: Rect
    scale: float = 1.0

    @property
    def track(self) -> tuple[float, float]:
        """Where the thumb's middle can be."""
        return self.rect.x + (WORDS + THUMB) * self.scale, self.rect.right - (_PADDING + THUMB) * self.scale

    def thumb(self, part: float) -> Point:
        """The middle of the thumb for a part from −1 to 1."""
        left, right = self.track
        return left + (part + 1.0) / 2.0 * (right - left), self.rect.y + self.rect.height / 2

    def part_at(self, x: float) -> float:
        left, right = self.track
        return min(max((x - left) / (right - left), 0.0), 1.0) * 2.0 - 1.0

    def paint(self, painter: QPainter, lens: Lens, theme: Theme) -> None:
        painter.save()
        box = _enlarged(painter, self.rect, self.scale)
        painter.setPen(QPen(theme["forward"], 1.4))
        painter.setBrush(theme["surface"])
        painter.drawRoundedRect(box, 9.0, 9.0)
        told, room, least = f"h = {numerals.short(lens.h, 3)}", WORDS - 4.0, _least(self.scale)
        size = fitting(told, (14.0, 13.0, SMALLEST), room)
        if mathtext.width(told, size, least) > room:
            told = numerals.short(lens.h, 3)
        mathtext.draw(painter, box.left() + 8.0, box.center().y() + 4.5, told, size, theme["ink"], least)
        painter.restore()
        self.paint_track(painter, lens.part, theme)

    def paint_track(self, painter: QPainter, part: float, theme: Theme) -> None:
        """The track with its middle and the thumb."""
        (left, right), (x, middle), scale = self.track, self.thumb(part), self.scale
        zero, half = (left + right) / 2, 2.0 * scale
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme["wire"])
        painter.drawRoundedRect(QRectF(left, middle - half, right - left, 2 * half), half, half)
        painter.drawRect(QRectF(zero - 0.4 * half, middle - 3 * half, 0.8 * half, 6 * half))
        painter.setBrush(theme["forward"])
        painter.drawRoundedRect(QRectF(min(zero, x), middle - half, abs(x - zero), 2 * half), half, half)
        painter.drawEllipse(QPointF(x, middle), THUMB * scale, THUMB * scale)
        painter.setBrush(theme["surface"])
        painter.drawEllipse(QPointF(x, middle), THUMB * scale / 2, THUMB * scale / 2)


def _enlarged(painter: QPainter, place: Rect, scale: float) -> QRectF:
    """Makes everything larger, and returns where the place then is."""
    painter.scale(scale, scale)
    return QRectF(place.x / scale, place.y / scale, place.width / scale, place.height / scale)


def _scale(canvas: Canvas) -> float:
    return max(1.0, canvas.least / SMALLEST)


def _least(scale: float) -> float:
    """The size of the smallest index, before it is enlarged so many times: on the desk none is given."""
    return SMALLEST if scale > 1.0 else 0.0


def bar_of(canvas: Canvas) -> NudgeBar | None:
    """The bar at the card that the lens looks at, if there is anything to be moved: below it.

    Where wires run down, they leave an input there, which has its bar above, and the output has its mark there, whose
    bar is right of it.
    """
    session = canvas.session
    if session.lens.node is None or not session.lens.is_usable:
        return None
    if any(session.scenery.card_of(node) is None for node in (session.lens.node, session.trace.output) if node):
        return None  # one stands in a group, and they outside
    card, scale = session.stage.rect(session.lens.node), _scale(canvas)
    width, height = CARD_WIDTH * scale, HEIGHT * scale
    x, y = card.x + (card.width - width) / 2, card.bottom + _AWAY
    if session.scenery.course.is_down and session.lens.node == session.trace.output:
        x, y = card.right + _ASIDE, card.bottom - height
    elif session.scenery.course.is_down and session.graph.nodes[session.lens.node].op.is_leaf:
        y = card.y - _AWAY - height
    return NudgeBar(Rect(x, y, width, height), scale)


def bubble_of(canvas: Canvas) -> Rect | None:
    """Where the output's change is told: below its card, or above if the bar is there; right of it, and above the bar,
    where wires run down: there the output is at the lower edge of all."""
    session, bar = canvas.session, bar_of(canvas)
    output = session.trace.output
    if bar is None or output is None:
        return None
    card, scale = session.stage.rect(output), _scale(canvas)
    width, height = CARD_WIDTH * scale, BUBBLE_HEIGHT * scale
    is_there = session.lens.node is not None and card == session.stage.rect(session.lens.node)  # a group may hide both
    if session.scenery.course.is_down:
        return Rect(card.right + _ASIDE, bar.rect.y - _AWAY - height if is_there else card.y, width, height)
    y = card.y - height - 18.0 if is_there else card.bottom + _AWAY
    return Rect(card.right - width, y, width, height)


def paint_lens(painter: QPainter, canvas: Canvas) -> None:
    """The bar and the bubble."""
    bar, bubble, lens = bar_of(canvas), bubble_of(canvas), canvas.session.lens
    if bar is None or bubble is None or lens.nudge is None:
        return
    painter.save()
    _paint_bubble(painter, _enlarged(painter, bubble, bar.scale), lens.nudge, canvas.theme, _least(bar.scale))
    painter.restore()
    bar.paint(painter, lens, canvas.theme)


def told_numbers(nudge: Nudge) -> tuple[str, str, str]:
    """What was predicted, what happened, and the gap, in few digits."""
    predicted = "—" if nudge.predicted is None else numerals.short(nudge.predicted, nudge.digits)
    actual = "breaks" if nudge.actual is None else numerals.short(nudge.actual, nudge.digits)
    gap = "—" if nudge.gap is None else "0" if nudge.is_straight else numerals.short(nudge.gap)
    return predicted, actual, gap


def _paint_bubble(painter: QPainter, box: QRectF, nudge: Nudge, theme: Theme, least: float) -> None:
    painter.setPen(QPen(theme["muted"], 1.2))
    painter.setBrush(theme["surface"])
    painter.drawRoundedRect(box, 9.0, 9.0)
    tones = ("predicted", "backward"), ("actual", "forward"), ("gap", "ink")
    for row, ((word, tone), number) in enumerate(zip(tones, told_numbers(nudge), strict=True)):
        baseline = box.top() + 5.0 + _ROW * (row + 0.75)
        painter.setFont(font(Face.TEXT, SMALLEST))
        painter.setPen(theme[tone])
        painter.drawText(QPointF(box.left() + _PADDING, baseline), word)
        x = box.right() - _PADDING - mathtext.bold_width(number, 13.5, least)
        mathtext.draw_bold(painter, x, baseline, number, 13.5, theme[tone], least)


class DragNudge(Gesture):
    """The thumb of the lens follows the hand; Esc puts it back."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, canvas: Canvas, bar: NudgeBar, start: Point) -> None:
        super().__init__(canvas)
        self._bar, self._before = bar, canvas.session.lens.h
        grip = start[0] - bar.thumb(canvas.session.lens.part)[0]
        self._grip = grip if abs(grip) <= (THUMB + 1.0) * bar.scale else 0.0
        if not self._grip and grip:
            self.move(start, start)

    @staticmethod
    def begun(canvas: Canvas, point: Point) -> DragNudge | None:
        """The gesture, if the bar is at that point."""
        bar = bar_of(canvas)
        return DragNudge(canvas, bar, point) if bar is not None and bar.rect.contains(point) else None

    def move(self, point: Point, screen: Point) -> None:
        lens = self.canvas.session.lens
        if lens.is_usable:
            lens.move(lens.h_at(self._bar.part_at(point[0] - self._grip)))

    def cancel(self) -> None:
        self.canvas.session.lens.move(self._before)


def is_on_bar(canvas: Canvas, point: Point) -> bool:
    """Whether a point is on the bar."""
    bar = bar_of(canvas)
    return bar is not None and bar.rect.contains(point)
