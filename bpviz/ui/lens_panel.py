"""The nudge lens in words and as a chart, below the inspector."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ..engine.asking import read_answer
from ..graph.graph import GraphError, NodeId
from ..ops import numerals
from ..stage.geometry import Rect
from ..stage.speech import spoken
from .buttons import push_button
from .canvas.lens import WORDS, NudgeBar, told_numbers
from .curve import CurveChart
from .field import Field
from .fonts import Face, font
from .lens import STEPS, Lens
from .session import Session, sentence
from .theme import put_on

_STEP, _LEAP = 1 / STEPS, 5 / STEPS  # of the way from the middle of the bar to its end
_ARROWS = {
    Qt.Key.Key_Left: -_STEP,
    Qt.Key.Key_Right: _STEP,
    Qt.Key.Key_Down: -_STEP,
    Qt.Key.Key_Up: _STEP,
    Qt.Key.Key_PageDown: -_LEAP,
    Qt.Key.Key_PageUp: _LEAP,
}
_SENTENCE_HEIGHT = 92  # room for six lines: nothing jumps while h is dragged


class LensButton(QPushButton):
    """Takes the lens out over a node; away while it is out."""

    def __init__(self, session: Session, node: NodeId) -> None:
        super().__init__("Nudge it yourself")
        self._lens = session.lens
        self.setToolTip("Drag its value, and see what the gradient predicts beside what happens (N)")
        self.setAutoDefault(True)  # Enter presses it, because Space plays
        self.clicked.connect(lambda _=False: session.lens.open(node))
        self._lens.changed.connect(self._show)
        if self._lens.is_on:
            self.hide()  # to be shown without a parent would make it a window

    def _show(self) -> None:
        self.setHidden(self._lens.is_on)


class StepBar(QWidget):
    """The bar for h, for mouse and arrow keys; a double click or 0 goes back to the middle."""

    def __init__(self, session: Session, lens: Lens) -> None:
        super().__init__()
        self._session, self._lens = session, lens
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Step h")
        self.setToolTip("Drag, or use the arrow keys; double-click goes back to 0")
        lens.changed.connect(self.update)
        session.themed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(160, 28)

    @property
    def in_words(self) -> str:
        """The step, and how far it may go."""
        return spoken(f"{numerals.short(self._lens.h, 6)}, between −{self._lens.reach:g} and {self._lens.reach:g}")

    @property
    def bar(self) -> NudgeBar:
        return NudgeBar(Rect(-WORDS, 0.0, self.width() + WORDS + 8.0, float(self.height())))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.bar.paint_track(painter, self._lens.part, self._session.theme)
        if self.hasFocus():
            painter.setPen(QPen(self._session.theme["forward"], 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.0, 1.0, -1.0, -1.0), 7.0, 7.0)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._lens.move(0.0)

    def _drag(self, event: QMouseEvent) -> None:
        self._lens.move(self._lens.h_at(self.bar.part_at(event.position().x())))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            is_for_bar = event.key() in _ARROWS and not event.modifiers()
            if is_for_bar:
                event.accept()  # with the bar in hand, the arrows are not the player's
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (way := _ARROWS.get(Qt.Key(event.key()))) is not None:
            part = self._lens.part + way
            self._lens.move(0.0 if abs(part) < _STEP / 2 else self._lens.h_at(part))
        elif event.key() == Qt.Key.Key_0:
            self._lens.move(0.0)
        else:
            super().keyPressEvent(event)


class LensPanel(QFrame):
    """There while the lens is out.  Its parts stay, whatever the inspector above shows: a hand on them is not lost."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("lens")
        self.setAccessibleName("Nudge lens")
        self._session, self._lens = session, session.lens
        lens = session.lens
        self.title = QLabel()
        self.title.setFont(font(Face.TEXT, 13, is_bold=True))
        self.entry = self._field("Entry", lambda text: lens.set_entry(text), 70)
        self.step = self._field("Step h", self._typed, 96)
        self.bar = StepBar(session, lens)
        self.chart = CurveChart(session, lens)
        self.narrower = self._button("−", "Looks at smaller steps", lambda: lens.widen(is_wider=False))
        self.wider = self._button("+", "Looks at larger steps", lambda: lens.widen(is_wider=True))
        self.close_ = self._button("×", "Puts the lens away (N)", lens.put_away)
        self.numbers = [QLabel() for _ in range(3)]
        self._letter = QLabel("h")
        self._letter.setFont(font(Face.MATH, 17, is_italic=True))
        self._words = [QLabel(word) for word in ("predicted", "actual", "gap")]
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._compose()
        lens.changed.connect(self._show)
        session.themed.connect(self._show)
        self._show()

    # Composition

    def _field(self, name: str, apply: object, width: int) -> Field:
        field = Field()
        field.setAccessibleName(name)
        field.setFixedSize(width, 30)
        field.setFont(font(Face.TEXT, 13))
        field.returnPressed.connect(lambda: field.mark(wrong=not apply(field.text())))  # type: ignore[operator]
        field.textEdited.connect(lambda: field.mark(wrong=False))
        field.escaped.connect(self._leave)
        field.editingFinished.connect(self._show)
        return field

    def _button(self, text: str, tip: str, act: Callable[[], object]) -> QPushButton:
        button = push_button(text, tip, act)
        button.setFixedSize(28, 28)
        button.setStyleSheet("padding: 0;")
        button.setAccessibleName(tip)
        return button

    def _compose(self) -> None:
        head, hand, table = QHBoxLayout(), QHBoxLayout(), QGridLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.entry)
        head.addWidget(self.close_)
        hand.setSpacing(6)
        hand.addWidget(self._letter)
        hand.addWidget(self.step)
        hand.addWidget(self.bar, 1)
        hand.addWidget(self.narrower)
        hand.addWidget(self.wider)
        table.setVerticalSpacing(0)
        for column, (word, number) in enumerate(zip(self._words, self.numbers, strict=True)):
            word.setFont(font(Face.TEXT, 11.5))
            number.setFont(font(Face.TEXT, 14, is_bold=True))
            table.addWidget(word, 0, column)
            table.addWidget(number, 1, column)
            table.setColumnStretch(column, 1)
        self.sentence.setFont(font(Face.TEXT, 12.5))
        self.sentence.setMinimumHeight(_SENTENCE_HEIGHT - 30)
        self.sentence.setMaximumHeight(_SENTENCE_HEIGHT)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 8, 18, 8)
        whole.setSpacing(6)
        whole.addLayout(head)
        whole.addLayout(hand)
        whole.addWidget(self.chart, 1)
        whole.addLayout(table)
        whole.addWidget(self.sentence)

    # Showing

    def _show(self) -> None:
        lens, theme = self._lens, self._session.theme
        if self.parent() is not None or not lens.is_on:  # without a parent, it would be a window
            self.setVisible(lens.is_on)
        put_on(
            self,
            f"QFrame#lens {{ background: {theme['surface'].name()}; border: none;"
            f" border-left: 1px solid {theme['line'].name()}; border-top: 1px solid {theme['line'].name()}; }}",
        )
        if not lens.is_on:
            return
        metrics = self.title.fontMetrics()
        room = 140 if lens.entry else 220
        self.title.setText(metrics.elidedText(f"Nudge {lens.name}", Qt.TextElideMode.ElideRight, room))
        self.title.setToolTip(lens.name)
        self.entry.setVisible(bool(lens.entry))
        if not self.entry.hasFocus():
            self.entry.setText(", ".join(map(str, lens.entry)))
        if not self.step.hasFocus():
            self.step.setText(numerals.short(lens.h, 6))
            self.step.mark(wrong=False)
        is_usable, nudge = lens.is_usable, lens.nudge
        for piece in (self.step, self.bar, self.narrower, self.wider):
            piece.setEnabled(is_usable)
        self.chart.setVisible(is_usable)
        told = told_numbers(nudge) if is_usable and nudge is not None else ("", "", "")
        for word, number, text, tone in zip(
            self._words, self.numbers, told, ("backward", "forward", "ink"), strict=True
        ):
            word.setVisible(is_usable)
            number.setVisible(is_usable)
            number.setText(text)
            for label in (word, number):
                put_on(label, f"color: {theme[tone].name()}")
        text = nudge.sentence if is_usable and nudge is not None else lens.obstacle
        self.sentence.setText(text)
        self.sentence.setToolTip(text)

    # Acting

    def _typed(self, text: str) -> bool:
        try:
            h, _ = read_answer(text)
        except GraphError as error:
            self._session.said.emit(sentence(error), True)
            return False
        self._lens.move(h)
        return True

    def _leave(self) -> None:
        """Esc: what was typed is forgotten."""
        for field in (self.step, self.entry):
            field.clearFocus()
        self._show()
