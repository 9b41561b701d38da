"""Paints groups: the card that stands for one, and the frame around one that is open."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from ...document.groups import FOOT, HEAD, NAMES, Group, pitch
from ...graph.graph import NodeId
from ...graph.layout import Direction
from ...stage.cards import Card, GroupFace
from ...stage.course import Course
from ...stage.geometry import STRIP_HEIGHT, Rect
from ...stage.stage import Stage
from ..fonts import Face, font
from ..theme import Theme
from . import mathtext
from .faces import PADDING, VALUE_SIZES, bold_width, fitting, paint_cells, paint_heat

RADIUS = 10.0
_SHEETS = (8.0, 4.0)  # how far the sheets behind the card of a group look out
STACK = _SHEETS[0]
_ICON = 12.0
AROUND, TAB, TITLE = 26.0, 24.0, 13.0  # the frame of an open group: away from its cards; its title and its letters
_SMALLEST_LABEL_PITCH = 13.0


def paint_stack(painter: QPainter, box: QRectF, theme: Theme, course: Course) -> None:
    """Sheets behind a card: there is more in it.  They look out where no wires are."""
    painter.setPen(QPen(theme["wire"], 1.2))
    painter.setBrush(QBrush(theme["surface"]))
    for away in _SHEETS:
        sheet = box.adjusted(away, away, away, -away) if course.is_down else box.adjusted(away, -away, -away, -away)
        painter.drawRoundedRect(sheet, RADIUS, RADIUS)


def paint_group_face(
    painter: QPainter, box: QRectF, face: Card, group: GroupFace, theme: Theme, least: float, course: Course
) -> None:
    """The name, what happens inside, the names of the ports, and the value."""
    if course.is_down:
        _paint_names(painter, QRectF(box.left(), box.top(), box.width(), NAMES), group, theme, least)
        box = box.adjusted(0.0, NAMES, 0.0, 0.0)
    left, right = box.left() + PADDING, box.right() - PADDING
    _paint_icon(painter, QPointF(left, box.top() + 9.0), theme)
    size = max(13.5, least)
    painter.setFont(font(Face.TEXT, size, is_bold=True))
    metrics = QFontMetricsF(painter.font())
    painter.setPen(theme["ink"])
    name = metrics.elidedText(group.name, Qt.TextElideMode.ElideRight, right - left - _ICON - 8.0)
    painter.drawText(QPointF(left + _ICON + 8.0, box.top() + 19.5), name)
    tone = "muted" if group.progress is None else "backward" if face.backward_glow else "forward"
    small = fitting(group.remark, (11.0, 10.0), right - left)
    if not least:
        remark = mathtext.elided(group.remark, small, right - left)
        mathtext.draw(painter, left, box.top() + 34.0, remark, small, theme[tone])
    if group.progress is not None:
        track = QRectF(box.left(), box.top() + HEAD - 2.0, box.width(), 2.0)
        _paint_progress(painter, track, group.progress, theme[tone], theme)
    body = QRectF(box.left(), box.top() + HEAD, box.width(), box.height() - HEAD - FOOT - STRIP_HEIGHT)
    taken = 0.0 if course.is_down else _paint_labels(painter, body, group.ins, theme, least)
    if group.outs and course.is_down:
        _paint_outs_abreast(painter, body, group, theme, least)
    elif group.outs:
        _paint_outs(painter, body, group.outs, theme, right - left - taken, least)
    else:
        _paint_value(painter, body, face, theme, right - left - taken, least)


def paint_group_afar(
    painter: QPainter, box: QRectF, face: Card, group: GroupFace, theme: Theme, zoom: float, opacity: float
) -> None:
    """Only the name and the value, in larger letters."""
    left, right = box.left() + PADDING, box.right() - PADDING
    painter.setOpacity(opacity)
    painter.setFont(font(Face.TEXT, round(min(max(11.0 / zoom, 13.5), 24.0)), is_bold=True))
    metrics = QFontMetricsF(painter.font())
    painter.setPen(theme["ink"])
    name = metrics.elidedText(group.name, Qt.TextElideMode.ElideRight, right - left)
    painter.drawText(QPointF(left, box.top() + 8.0 + metrics.ascent()), name)
    if face.value and not face.is_symbolic:
        sizes = (min(max(12.0 / zoom, 18.0), 28.0), *VALUE_SIZES)
        size = next((size for size in sizes if bold_width(face.value, size) <= right - left), sizes[-1])
        painter.setFont(font(Face.TEXT, size, is_bold=True))
        painter.setOpacity(opacity * face.value_opacity)
        baseline = box.bottom() - STRIP_HEIGHT - 8.0
        painter.drawText(QPointF(right - bold_width(face.value, size), baseline), face.value)


def _paint_icon(painter: QPainter, at: QPointF, theme: Theme) -> None:
    """Two sheets, one behind the other."""
    painter.setPen(QPen(theme["muted"], 1.3))
    painter.setBrush(QBrush(theme["surface"]))
    painter.drawRoundedRect(QRectF(at.x() + 3.0, at.y(), 9.0, 8.0), 2.0, 2.0)
    painter.drawRoundedRect(QRectF(at.x(), at.y() + 3.0, 9.0, 8.0), 2.0, 2.0)


def _paint_progress(painter: QPainter, track: QRectF, part: float, colour: QColor, theme: Theme) -> None:
    painter.fillRect(track, theme["line"])
    painter.fillRect(QRectF(track.left(), track.top(), track.width() * part, track.height()), colour)


def _paint_labels(painter: QPainter, body: QRectF, labels: tuple[str, ...], theme: Theme, least: float) -> float:
    """The names of the inputs, each at its port; returns how wide they are."""
    pitch = body.height() / max(len(labels), 1)
    if not labels or min(pitch, 20.0) < max(_SMALLEST_LABEL_PITCH, least):
        return 0.0
    pitch, widest, most = min(pitch, 20.0), 0.0, 0.45 * body.width()
    top = body.center().y() - pitch * len(labels) / 2
    size = max(12.5, least)
    for number, label in enumerate(labels):
        text = mathtext.elided(label, size, most, least)
        baseline = top + (number + 0.5) * pitch + 4.0
        mathtext.draw(painter, body.left() + 11.0, baseline, text, size, theme["muted"], least)
        widest = max(widest, mathtext.width(text, size, least))
    return widest + 6.0


def _paint_outs(
    painter: QPainter, body: QRectF, outs: tuple[tuple[str, str], ...], theme: Theme, room: float, least: float
) -> None:
    """The names and values of several outputs, each at its port."""
    pitch = min(body.height() / len(outs), 20.0)
    if pitch < max(_SMALLEST_LABEL_PITCH, least):
        return
    top, right, size = body.center().y() - pitch * len(outs) / 2, body.right() - 11.0, max(12.5, least)
    for number, (name, value) in enumerate(outs):
        baseline = top + (number + 0.5) * pitch + 4.0
        used = mathtext.bold_width(value, size, least)
        mathtext.draw_bold(painter, right - used, baseline, value, size, theme["ink"], least)
        text = mathtext.elided(name, size, max(room - used - 6.0, 0.0), least)
        x = right - used - (8.0 if value else 0.0) - mathtext.width(text, size, least)
        mathtext.draw(painter, x, baseline, text, size, theme["muted"], least)


def _abreast(row: QRectF, group: GroupFace, count: int) -> tuple[float, list[float]]:
    """How wide the place of each of `count` ports side by side is, and where their middles are."""
    wide = pitch(max(len(group.ins), len(group.outs), 1), count, Direction.DOWN)
    return wide - 5.0, [row.center().x() + (number - (count - 1) / 2) * wide for number in range(count)]


def _paint_names(painter: QPainter, row: QRectF, group: GroupFace, theme: Theme, least: float) -> None:
    """The names of the inputs, each below its port."""
    room, middles = _abreast(row, group, len(group.ins))
    size = max(12.5, least)
    if min(room, row.height()) < size:
        return
    for label, middle in zip(group.ins, middles, strict=True):
        text = mathtext.elided(label, size, room, least)
        at = middle - mathtext.width(text, size, least) / 2
        mathtext.draw(painter, at, row.bottom() - 3.0, text, size, theme["muted"], least)


def _paint_outs_abreast(painter: QPainter, row: QRectF, group: GroupFace, theme: Theme, least: float) -> None:
    """The names and values of several outputs, each above its port; the value alone where there is no room for both."""
    room, middles = _abreast(row, group, len(group.outs))
    size = max(12.5, least)
    for (name, value), middle in zip(group.outs, middles, strict=True):
        told = mathtext.bold_width(value, size, least)
        if told > room:
            continue
        text = mathtext.elided(name, size, max(room - told - 4.0, 0.0), least)
        named = mathtext.width(text, size, least) + (4.0 if text and value else 0.0)
        at, baseline = middle - (named + told) / 2, row.center().y() + 0.36 * size
        mathtext.draw(painter, at, baseline, text, size, theme["muted"], least)
        mathtext.draw_bold(painter, at + named, baseline, value, size, theme["ink"], least)


def _paint_value(painter: QPainter, body: QRectF, face: Card, theme: Theme, room: float, least: float) -> None:
    painter.setOpacity(face.value_opacity)
    right, middle = body.right() - PADDING, body.center().y()
    if face.heat is not None:
        wide = min(room, 90.0)
        cells = QRectF(right - wide, body.top() + 1.0, wide, body.height() - 2.0)
        if least:  # numbers in the cells would be too small
            paint_cells(painter, cells, face.heat, theme, is_gradient=False, size=None)
        else:
            paint_heat(painter, cells, face.heat, theme)
    elif face.is_symbolic:
        size = max(fitting(face.value, (17.0, 15.0, 13.0, 12.0), room), least)
        text = mathtext.elided(face.value, size, room, least)
        x = right - mathtext.width(text, size, least)
        mathtext.draw(painter, x, middle + 0.33 * size, text, size, theme["ink"], least)
    elif face.value:
        sizes = tuple(size for size in VALUE_SIZES[1:] if size >= least) or (least,)
        size = next((size for size in sizes if mathtext.bold_width(face.value, size, least) <= room), sizes[-1])
        x = right - mathtext.bold_width(face.value, size, least)
        mathtext.draw_bold(painter, x, middle + 0.36 * size, face.value, size, theme["ink"], least)
    painter.setOpacity(1.0)


# Groups that are open


def frame_rect(stage: Stage, cards: tuple[NodeId, ...], depth: int, tab: float) -> Rect:
    """The frame around the cards of an open group; `depth` is how many open groups lie in it, one in the other."""
    rects = [stage.scenery.rects[node] for node in cards]
    whole = rects[0]
    for rect in rects[1:]:
        whole = whole.united(rect)
    grown = whole.grown(AROUND + depth * 12.0)
    above = tab * (depth + 1.0) - 0.5 * AROUND
    return Rect(grown.x, grown.y - above, grown.width, grown.height + above)


def _title_scale(zoom: float) -> float:
    """How much larger than on paper titles are, so that they can be read from afar."""
    return min(max(1.0, 0.85 / zoom), 4.0)


def group_frames(stage: Stage, zoom: float = 1.0) -> list[tuple[Group, Rect, Rect]]:
    """The open groups in view with their frames and titles, outer ones first."""
    seen, scale = stage.scenery.view, _title_scale(zoom)
    if seen is None:
        return []
    found = []
    for group, cards in seen.frames:
        inner = [set(other) < set(cards) for _, other in seen.frames]
        frame = frame_rect(stage, cards, sum(inner), TAB * scale)
        width = QFontMetricsF(font(Face.TEXT, TITLE, is_bold=True)).horizontalAdvance(group.name) + 44.0
        found.append((group, frame, Rect(frame.x, frame.y, min(scale * width, frame.width), TAB * scale)))
    return found


def paint_group_frames(painter: QPainter, stage: Stage, theme: Theme, least: float = 0.0, zoom: float = 1.0) -> None:
    """Around the cards of every open group: a frame, with a title by which it can be moved and closed."""
    for group, frame, title in group_frames(stage, zoom):
        fill = QColor(theme["ink"])
        fill.setAlphaF(0.035)
        painter.setPen(QPen(theme["wire"], 1.2 / min(zoom, 1.0)))
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(frame.x, frame.y, frame.width, frame.height), 14.0, 14.0)
        painter.save()
        painter.translate(title.x, title.y)
        scale = title.height / TAB
        painter.scale(scale, scale)
        _paint_icon(painter, QPointF(14.0, 8.0), theme)
        painter.setFont(font(Face.TEXT, max(TITLE, least / scale), is_bold=True))
        painter.setPen(theme["ink"])
        metrics, room = QFontMetricsF(painter.font()), frame.width / scale - 44.0
        painter.drawText(QPointF(34.0, 18.5), metrics.elidedText(group.name, Qt.TextElideMode.ElideRight, room))
        painter.restore()
