"""The lecture view: formula, graph, one sentence and the timeline, large enough for the back row."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QBrush,
    QCloseEvent,
    QFont,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QTextDocument,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ..engine.explain import Span, node_latex
from ..engine.notation import label_latex
from ..graph.graph import Graph, NodeId
from ..graph.program import full_formula
from ..ops.formula import Notation, written
from .canvas.lecture import SMALLEST, LectureCanvas
from .fonts import Face, font
from .formula import FormulaLabel
from .question import SMALLEST as SMALLEST_PART
from .question import QuestionPanel
from .sentences import rich
from .session import Session
from .still import Still
from .theme import PROJECTOR, PROJECTOR_LIGHT, Theme, palette, style_sheet
from .timeline import Timeline
from .toast import Toast
from .wording import Wording

# All sizes are pixels on a screen of 1280 × 720; on a larger one everything is larger.
WIDTH, HEIGHT = 1280, 720
HEADER, FOOTER, MARGIN = 88.0, 134.0, 40.0
FORMULA, COUNTER, COUNTER_WIDTH = 34.0, 24.0, 190.0
TALL, LOWEST = 26.0, HEADER - 24.0  # of a formula with fractions: its letters, and how high it may be in full ones
CAPTIONS = (30.0, 27.0, 24.0, 21.0, SMALLEST)
CAPTION_HEIGHT = 78.0
QUESTION = SMALLEST / SMALLEST_PART  # of the panel of predict first: of most of its text
THUMB, THUMB_EDGE = 12.0, 3.0  # the radius of the playhead on the timeline, and the width of its edge
MOST_OPERATIONS = 16  # in the formula of the whole graph

_NESTED = re.compile(r"[_^]\{[^{}]*[_^]")
_SHEET = """
QWidget#projector, QWidget#blank {{ background: {paper}; }}
QWidget#footer {{ background: {surface}; border-top: 1px solid {line}; }}
QLabel {{ color: {ink}; background: transparent; }}
QLabel#counter {{ color: {muted}; }}
QLineEdit {{ font-size: {size}px; padding: 1px 10px; }}
QToolTip {{ font-size: {size}px; padding: 8px 12px; }}
"""


class Projector(QWidget):
    """A window without chrome.  It is steered by the actions that it is given, and emits `left` when it is done.

    `theme` is one of the two for walls; the session's own is for the desk.
    """

    left = Signal()
    blanked = Signal()  # blank, or no longer

    def __init__(self, session: Session, actions: list[QAction], theme: Theme = PROJECTOR) -> None:
        super().__init__()
        self._session = session
        self.theme = theme
        self.scale = 1.0
        self.setObjectName("projector")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("bpviz, projected")
        self.setMinimumSize(640, 400)
        self.addActions(actions)
        self.formula: FormulaLabel | None = None
        self.counter = QLabel()
        self.counter.setObjectName("counter")
        self.counter.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        self.canvas = LectureCanvas(session, theme)
        self.question: QuestionPanel | None = None  # made as large as the screen
        self.caption = QLabel()
        self.caption.setTextFormat(Qt.TextFormat.RichText)
        self.caption.setWordWrap(True)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self.timeline = LectureTimeline(session, self)
        self.toast = Toast(session, self.canvas)
        session.said.disconnect(self.toast.say)
        session.said.connect(self._say)
        self._compose()
        self._blank = QWidget(self)
        self._blank.setObjectName("blank")
        self._blank.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._blank.hide()
        self._latex: tuple[object, ...] = ()
        self._shown: tuple[object, ...] = ()
        self._wording = Wording(self, session.playback, self._worded, self._context)
        self.canvas.left.connect(self.left)
        for signal in (session.traced, session.changed, session.predicting.changed):
            signal.connect(self._show)
        session.playback.moved.connect(self._on_step)
        session.playback.changed.connect(self._on_step)
        session.playback.stopped.connect(self._answer)
        self.set_theme(theme)

    def _compose(self) -> None:
        self._header, self._footer = QWidget(), QWidget()
        self._footer.setObjectName("footer")
        self._footer.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._top = QHBoxLayout(self._header)
        self._top.addStretch(1)
        self._top.addWidget(self.counter)
        self._bottom = QVBoxLayout(self._footer)
        self._bottom.setSpacing(0)
        self._words = QHBoxLayout()
        self._sentence = Still(self.caption)
        self._words.addWidget(self._sentence)
        self._bottom.addLayout(self._words)
        self._bottom.addWidget(self.timeline)
        self._whole = whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._header)
        whole.addWidget(self.canvas, 1)
        whole.addWidget(self._footer)

    # Acting

    def set_theme(self, theme: Theme) -> None:
        """Dark or light."""
        self.theme = theme
        self.setPalette(palette(theme))
        colours = {name: getattr(theme, name) for name in ("paper", "surface", "line", "ink", "muted")}
        self.setStyleSheet(style_sheet(theme) + _SHEET.format(size=round(1.1 * SMALLEST * self.scale), **colours))
        self.canvas.set_theme(theme)
        self.timeline.update()
        if self.question is not None:
            self.question.set_theme(theme)
        self._show()

    def set_other_theme(self) -> None:
        self.set_theme(PROJECTOR_LIGHT if self.theme is PROJECTOR else PROJECTOR)

    def set_blank(self, is_blank: bool) -> None:
        """Nothing to look at but the lecturer, until the next step."""
        if is_blank != self.is_blank:
            self._blank.setGeometry(self.rect())
            self._blank.setVisible(is_blank)
            self._blank.raise_()
            self.blanked.emit()

    @property
    def is_blank(self) -> bool:
        return not self._blank.isHidden()

    def _on_step(self, *_: object) -> None:
        self.set_blank(False)
        self._show()

    def _say(self, text: str, is_fault: bool) -> None:
        """What the session says, but for the lecturer's notes."""
        if text not in {line for _, note in self._session.bookmarks for line in note.splitlines()}:
            self.toast.say(text, is_fault)

    def _answer(self) -> None:
        """The class has predicted: whoever goes on wants to see the answer, but not all of them while scrubbing."""
        if self.isActiveWindow() and not QGuiApplication.mouseButtons():
            self._session.predicting.show()

    # What is shown

    def _show(self) -> None:
        self._show_formula()
        session = self._session
        now = session.stage.now
        step = now.step + (now.event is not None)
        key = session.story, step, session.playback.length, self.theme, self.scale, self.width()
        if key == self._shown:
            return  # sixty times a second the same words
        self._shown = key
        self.counter.setText(f"{step:,} / {session.playback.length:,}" if session.playback.length else "")
        chosen, text, beside = self._wording.after(step)
        self.caption.setFont(chosen)
        self.caption.setText(text)
        self.caption.setContentsMargins(0, 0, beside, 0)

    def _context(self) -> tuple[object, ...]:
        session = self._session
        return session.story, session.diagram, session.standing.inside, self.theme, self.scale, self.width()

    def _worded(self, step: int) -> tuple[QFont, str, int]:
        """A sentence in the largest letters for which there is room; and how much of that is left free, so that its
        lines are about equally long."""
        told = self._session.stage.at(float(step)).caption()
        if not self._session.graph.nodes:
            told = (Span("The canvas is empty. Esc leads back to where a graph is built."),)
        room, least = self.width() - 2 * MARGIN * self.scale, SMALLEST * self.scale
        for pixels in CAPTIONS:
            chosen = font(Face.TEXT, pixels * self.scale)
            text = rich(told, self.theme, pixels=pixels * self.scale, least=least)
            measured = QTextDocument()
            measured.setDocumentMargin(0.0)
            measured.setDefaultFont(chosen)
            measured.setHtml(text)
            measured.setTextWidth(room)
            if measured.size().height() <= CAPTION_HEIGHT * self.scale:
                break
        return chosen, text, math.floor(room - _balanced(measured, room))

    def _show_formula(self) -> None:
        """The formula of the graph: all of it, or as much of it as has room."""
        graph = self._session.graph
        latex = graph.in_words(("projected", graph.result), lambda: tuple(latex_of(graph)))
        key = latex, self.theme, self.scale, self.width()
        if key == self._latex:
            return
        self._latex = key
        if self.formula is not None:
            self._top.removeWidget(self.formula)
            self.formula.deleteLater()
            self.formula = None
        width = self.width() - (2 * MARGIN + COUNTER_WIDTH + 10.0) * self.scale
        for part in latex:
            made = FormulaLabel(part, self.theme["ink"], pixels=FORMULA * self.scale)
            size = made.sizeHint()
            if size.height() > LOWEST * self.scale and not _NESTED.search(part):  # an index of an index stays legible
                made.deleteLater()
                made = FormulaLabel(part, self.theme["ink"], pixels=TALL * self.scale)
                size = made.sizeHint()
            if size.width() <= width and size.height() <= (HEADER - 8.0) * self.scale:
                made.setFixedSize(size)
                self._top.insertWidget(0, made)
                self.formula = made
                return
            made.deleteLater()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scale = scale = max(1.0, min(self.width() / WIDTH, self.height() / HEIGHT))
        margin = round(MARGIN * scale)
        self._header.setFixedHeight(round(HEADER * scale))
        self._top.setContentsMargins(margin, 0, margin, 0)
        self._footer.setFixedHeight(round(FOOTER * scale))
        self.timeline.room_at_ends = room = math.ceil((THUMB + THUMB_EDGE) * scale)
        side = margin - room  # so that the track and the text have the same ends
        self._words.setContentsMargins(room, 0, room, 0)
        self._bottom.setContentsMargins(side, round(4 * scale), side, round(2 * scale))
        self._sentence.setFixedHeight(round(CAPTION_HEIGHT * scale))
        self.counter.setFont(font(Face.TEXT, COUNTER * scale))
        self.counter.setFixedSize(round(COUNTER_WIDTH * scale), round(HEADER * scale))
        self.toast.set_size(SMALLEST * scale)
        self._ask_as_large(QUESTION * scale)
        self._blank.setGeometry(self.rect())
        self.canvas.set_scale(scale)
        self.set_theme(self.theme)
        self.canvas.fit()

    def _ask_as_large(self, pixels: float) -> None:
        """The question of predict first in letters of a size; what is asked and answered is the session's."""
        if self.question is not None:
            if self.question.pixels == pixels:
                return
            self._whole.removeWidget(self.question)
            self.question.hide()
            self.question.deleteLater()
        self.question = QuestionPanel(self._session, pixels, self.theme)
        self.question.set_margin(round(MARGIN * self.scale))
        self._whole.insertWidget(self._whole.count() - 1, self.question)
        self.question.setVisible(self._session.predicting.is_on)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.left.emit()


def _balanced(text: QTextDocument, room: float) -> float:
    """The least width up to `room` in which a text takes no more height: no word is left alone on the last line."""
    height, narrow, wide = text.size().height(), 0.5 * room, room
    while wide - narrow > 8.0:
        middle = (narrow + wide) / 2
        text.setTextWidth(middle)
        fits = text.size().height() <= height and text.idealWidth() <= middle
        narrow, wide = (narrow, middle) if fits else (middle, wide)
    return wide


def latex_of(graph: Graph) -> Iterator[str]:
    """The output of a graph as a formula: of its inputs, of what it is made from, or just its name."""
    node: NodeId | None = graph.result
    if node is None:
        return
    if not graph.nodes[node].op.is_leaf:
        whole = full_formula(graph, node, MOST_OPERATIONS)
        if whole is not None:
            yield f"{label_latex(graph, node)} = {written(whole, Notation.LATEX)}"
        yield node_latex(graph, node)
    yield label_latex(graph, node)


class LectureTimeline(Timeline):
    """The same timeline, thick enough for the back row; it has no words."""

    def __init__(self, session: Session, projector: Projector) -> None:
        super().__init__(session)
        self._projector = projector

    def sizeHint(self) -> QSize:
        return QSize(400, 40)

    @property
    def reach(self) -> float:
        return 15.0 * self._projector.scale

    def paintEvent(self, event: QPaintEvent) -> None:
        session, theme, scale = self._session, self._projector.theme, self._projector.scale
        playback, story = session.playback, session.story
        if not playback.length:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y, turn, back = (
            self.height() / 2,
            float(story.forward_length),
            float(story.forward_length + story.backward_length),
        )
        time = playback.time
        parts = [(0.0, float(playback.length), "line"), (0.0, min(time, turn), "forward")]
        parts += [(turn, min(time, back), "backward"), (back, time, "fault")]
        for start, end, tone in parts:
            if end > start or tone == "line":
                painter.setPen(QPen(theme[tone], 7.0 * scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawLine(QPointF(self.x_of(start), y), QPointF(self.x_of(end), y))
        painter.setPen(QPen(theme["surface"], 2.0 * scale))
        painter.drawLine(QPointF(self.x_of(turn), y - 8.0 * scale), QPointF(self.x_of(turn), y + 8.0 * scale))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(theme["ink"]))
        for marked, _ in session.bookmarks:
            x, side = self.x_of(marked), 6.0 * scale
            tip = y - 6.0 * scale
            painter.drawPolygon(
                QPolygonF([QPointF(x, tip), QPointF(x - side, tip - side), QPointF(x + side, tip - side)])
            )
        painter.setPen(QPen(theme["ink"], THUMB_EDGE * scale))
        painter.setBrush(QBrush(theme["forward" if time <= turn else "backward" if time <= back else "fault"]))
        painter.drawEllipse(QPointF(self.x_of(time), y), THUMB * scale, THUMB * scale)
        painter.end()
