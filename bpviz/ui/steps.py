"""The list of steps: a sentence for everything that happens, the present one pointed out and kept in view."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ..engine.explain import Span, Tone, explain, sentence
from ..engine.notation import ASIDE
from ..engine.trace import Accumulated, Computed, Failed, Pushed, Sent, Trace
from ..stage.speech import said
from .copying import told_steps
from .fonts import Face, font
from .sentences import TONES, kept_together, with_short_names
from .session import Session
from .theme import Theme

_ROW, _SIDE, _LINE = 47, 14.0, 18.0  # pixels
_LINES = 2  # of a sentence, at most
_LONGEST_PIECE = 20  # characters that may have to go to the next line together
_MOST_KEPT = 300  # sentences that were broken into lines
_SIGNS = {"forward": "→", "backward": "←", "fault": "!"}


class StepModel(QAbstractListModel):
    """One row an event, worded when it is looked at: a trace may have a million."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._story, self._count = session.story, told_steps(session)
        self.spans = lru_cache(maxsize=512)(self._spans)

    def refresh(self) -> None:
        """Another story, or more or less of it may be told."""
        story, count = self._session.story, told_steps(self._session)
        if story is not self._story:
            self.spans.cache_clear()
        if count == self._count:
            self._story = story
            if count:
                self.dataChanged.emit(self.index(0), self.index(count - 1))
            return
        self.beginResetModel()
        self._story, self._count = story, count
        self.endResetModel()

    @property
    def story(self) -> Trace:
        return self._story

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._count

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return sentence(self._story, index.row())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"Step {index.row() + 1}: {said(explain(self._story, index.row()))}"
        return None

    def _spans(self, row: int) -> tuple[Span, ...]:
        """What a row says: the sentence, a little shorter."""
        return tuple(Span(with_short_names(_shortened(span.text)), span.tone) for span in explain(self._story, row))

    def tone(self, row: int) -> str:
        """Values go forward, what is derived goes back, unless the story is of forward mode; the rest went wrong."""
        story = self._story
        if row < story.forward_length:
            return "forward"
        return "backward" if row < story.forward_length + story.backward_length else "fault"

    def sign(self, row: int) -> str:
        """The direction, so that it is not told by colour alone."""
        story, tone = self._story, self.tone(row)
        is_pushed = tone == "backward" and story.sweep is not None and not story.sweep.is_backward
        return "→" if is_pushed else _SIGNS[tone]

    def wires(self, row: int) -> list[tuple[int, int]]:
        """The wires that an event is about, each by the input that it enters."""
        match self._story[row]:
            case Computed(node=node):
                inputs = self._story.graph.nodes[node].inputs
                return [(node, slot) for slot, source in enumerate(inputs) if source is not None]
            case Sent() | Pushed() as sent:
                return [(sent.consumer, sent.slot)]
            case Accumulated():
                return self.wires(row - 1)
            case Failed():
                return []
        return []

    def rows_of(self, wire: tuple[int, int]) -> set[int]:
        """The rows in which something is sent along a wire, and added; forward, in which its value is used."""
        node, slot = wire
        if node not in self._story.graph.nodes:
            return set()
        number, computed = self._story.wire(node, slot), self._story.computed_position(node)
        sent = None if number is None else self._story.sent_position(number)
        return {row for row in (computed, sent, None if sent is None else sent + 1) if row is not None}


class Steps(QTableView):
    """Click a step, or press Enter on it, to go there; under the mouse it lights its wires.

    A table, because Qt's lists ask for the place of every row beforehand: two seconds for a million.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.steps = StepModel(session, self)
        self.setObjectName("steps")
        self.setAccessibleName("Steps")
        self.setModel(self.steps)
        self.setItemDelegate(_StepPainter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.clicked.connect(self._go)
        self.entered.connect(self._light)
        self._shown: tuple[int | None, int, Trace] | None = None
        self.pointed: set[int] = set()  # the rows about the wires that are pointed out
        for signal in (session.traced, session.predicting.changed):
            signal.connect(self._renew)
        session.playback.moved.connect(self._follow)
        for signal in (session.lit, session.pointed):
            signal.connect(self._point)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # so that it is moved as it scrolls
        self._follow()

    @property
    def session(self) -> Session:
        return self._session

    @property
    def present(self) -> int | None:
        """The row of what is happening, or has just happened."""
        now = self._session.stage.now
        row = now.index if now.index is not None else now.step - 1
        return row if 0 <= row < self.steps.rowCount() else None

    # Following the session

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._renew()
        self._point()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._session.theme["surface"])
        painter.end()
        super().paintEvent(event)

    def _renew(self) -> None:
        if self.isVisible():
            self.steps.refresh()
            self._follow()

    def _follow(self) -> None:
        """The present step comes into view, and the one after it, if there is one."""
        if not self.isVisible():
            return
        row, now = self.present, self._session.stage.now
        if (row, now.step, self.steps.story) == self._shown:
            return  # sixty times a second the same rows
        shown, self._shown = self._shown, (row, now.step, self.steps.story)
        if row is None:
            self.setCurrentIndex(QModelIndex())
            self.scrollToTop()
        elif row != self.currentIndex().row() or not self.hasFocus():
            self.setCurrentIndex(self.steps.index(row))
            after = min(row + 1, self.steps.rowCount() - 1)
            self.scrollTo(self.steps.index(after), QAbstractItemView.ScrollHint.EnsureVisible)
            self.scrollTo(self.steps.index(row), QAbstractItemView.ScrollHint.EnsureVisible)
        if shown is None or shown[2] is not self.steps.story:
            self.viewport().update()
        else:
            self._repaint([number for number in (row, now.step, *shown[:2]) if number is not None])

    def _repaint(self, rows: Iterable[int]) -> None:
        """The rows from the first to the last of some: in time, those that look different now."""
        first, last = max(min(rows), 0), min(max(rows), self.steps.rowCount() - 1)
        if first <= last:
            top, bottom = self.rowViewportPosition(first), self.rowViewportPosition(last) + self.rowHeight(last)
            self.viewport().update(QRect(0, top, self.viewport().width(), bottom - top))

    def _point(self) -> None:
        if self.isVisible():
            session = self._session
            wires = [*session.lit_wires[:200], *([session.pointed_wire] if session.pointed_wire is not None else [])]
            self.pointed = set().union(*(self.steps.rows_of(wire) for wire in wires))
            self.viewport().update()

    # Acting

    def _go(self, index: QModelIndex) -> None:
        self._session.playback.seek(index.row() + 1.0)

    def _light(self, index: QModelIndex | QPersistentModelIndex) -> None:
        self._session.light(self.steps.wires(index.row()) if index.isValid() else ())

    def leaveEvent(self, event: QEvent) -> None:
        self._session.light(())
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._session.light(())

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        if self.hasFocus():
            self._light(current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._go(self.currentIndex())
        else:
            super().keyPressEvent(event)


class _StepPainter(QStyledItemDelegate):
    """A row: its number, its direction, its sentence."""

    def __init__(self, steps: Steps) -> None:
        super().__init__(steps)
        self._steps = steps
        self._broken: dict[object, tuple[QTextLayout, str]] = {}

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        steps, row, box = self._steps, index.row(), QRectF(option.rect)
        theme, model = steps.session.theme, steps.steps
        tone = model.tone(row)
        is_present, is_pointed = row == steps.present, row in steps.pointed
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = box.adjusted(6.0, 1.0, -6.0, -1.0)
        if is_present or is_pointed:
            painter.setPen(QPen(theme[tone], 1.5) if is_pointed else Qt.PenStyle.NoPen)
            painter.setBrush(theme[f"{tone}_tint" if is_present else "surface"])
            painter.drawRoundedRect(inner, 6.0, 6.0)
        if is_present:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme[tone])
            painter.drawRoundedRect(QRectF(inner.left(), inner.top() + 6.0, 3.5, inner.height() - 12.0), 1.75, 1.75)
        if steps.hasFocus() and index == steps.currentIndex():
            painter.setPen(QPen(theme["ink"], 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inner, 6.0, 6.0)
        is_past = row < steps.session.stage.now.step or is_present
        self._number(painter, box, f"{row + 1:,}", theme[tone if is_past else "muted"], model.sign(row))
        left = _SIDE + self._number_width(model.rowCount()) + 10.0
        room = QRectF(box.left() + left, box.top() + 5.0, box.width() - left - _SIDE, box.height())
        self._sentence(painter, room, row, is_past=is_past)
        painter.restore()

    @staticmethod
    def _number_width(count: int) -> float:
        return QFontMetricsF(font(Face.TEXT, 12, is_bold=True)).horizontalAdvance(f"{max(count, 10):,}")

    def _number(self, painter: QPainter, box: QRectF, number: str, colour: QColor, sign: str) -> None:
        painter.setPen(colour)
        painter.setFont(font(Face.TEXT, 12, is_bold=True))
        width = self._number_width(self._steps.steps.rowCount())
        top = QRectF(box.left() + _SIDE, box.top() + 5.0, width, _LINE)
        painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number)
        painter.setFont(font(Face.TEXT, 12))
        painter.drawText(top.translated(0.0, _LINE), Qt.AlignmentFlag.AlignRight, sign)

    def _sentence(self, painter: QPainter, room: QRectF, row: int, *, is_past: bool) -> None:
        """The first lines of a sentence, as they were broken before if that was for the same width and colours."""
        theme, spans = self._steps.session.theme, self._steps.steps.spans(row)
        key = (spans, room.width(), theme.name, is_past)
        if key not in self._broken:
            if len(self._broken) > _MOST_KEPT:
                self._broken.clear()
            self._broken[key] = _broken(spans, room.width(), theme, is_past=is_past)
        painter.setPen(theme["ink" if is_past else "muted"])
        text, rest = self._broken[key]
        for number in range(min(text.lineCount(), _LINES)):
            if rest and number == _LINES - 1:
                painter.setFont(text.font())
                last = QRectF(room.left(), room.top() + number * _LINE, room.width(), _LINE)
                painter.drawText(last, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, rest)
            else:
                text.lineAt(number).draw(painter, room.topLeft())


def _shortened(text: str) -> str:
    """A sentence for a narrow row."""
    return kept_together(ASIDE.sub("", text.replace(", because locally ", ": ")), _LONGEST_PIECE)


def _broken(spans: tuple[Span, ...], width: float, theme: Theme, *, is_past: bool) -> tuple[QTextLayout, str]:
    """A sentence in lines; and its last one with dots, if there is more than that."""
    text = QTextLayout("".join(span.text for span in spans), font(Face.TEXT, 13))
    text.setCacheEnabled(True)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    text.setTextOption(option)
    text.setFormats(_formats(spans, {tone: theme[name] for tone, name in TONES.items()} if is_past else {}))
    text.beginLayout()
    while text.lineCount() <= _LINES and (line := text.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0.0, (text.lineCount() - 1) * _LINE))
    text.endLayout()
    if text.lineCount() <= _LINES:
        return text, ""
    rest = text.text()[text.lineAt(_LINES - 1).textStart() :]
    return text, QFontMetricsF(text.font()).elidedText(rest, Qt.TextElideMode.ElideRight, width)


def _formats(spans: tuple[Span, ...], colours: dict[Tone, QColor]) -> list[QTextLayout.FormatRange]:
    """The colours of a sentence's spans."""
    found = []
    start = 0
    for span in spans:
        if span.tone in colours:
            look, piece = QTextCharFormat(), QTextLayout.FormatRange()
            look.setForeground(colours[span.tone])
            look.setFontWeight(600)
            piece.start, piece.length, piece.format = start, len(span.text), look
            found.append(piece)
        start += len(span.text)
    return found
