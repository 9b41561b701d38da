"""The question of predict first: what is asked, where to answer, what is said to the answer, and the score."""

from __future__ import annotations

from functools import partial

import shiboken6
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ..engine.asking import MOST_CHOICES
from ..engine.mistakes import Score, Verdict
from ..ops import numerals
from ..stage.speech import spoken
from .buttons import push_button
from .canvas import mathtext
from .field import Field
from .fonts import Face, font
from .sentences import large
from .session import Session
from .theme import Theme, put_on

PIXELS, SMALLEST = 14.0, 0.93  # of the text, and how much smaller the smallest of it is
_SIGNS = {Verdict.RIGHT: ("✓ ", "agreement"), Verdict.WRONG: ("✗ ", "fault"), Verdict.ROUGH: ("≈ ", "ink")}
_GOES_ON = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space)


def score_text(score: Score) -> str:
    """`At first try: 7 right, 2 wrong`, for a question counts once, and on another line what went wrong most often."""
    if not score.right + score.wrong:
        return ""
    text = f"At first try: {score.right} right, {score.wrong} wrong"
    if score.by_kind:
        text += f"\nmost often: {max(score.by_kind, key=lambda kind: score.by_kind[kind]).value}"
    return text


def put_away_tips() -> None:
    """A tip that still stands may tell what is asked for; `QToolTip.hideText` would let it stand for a while."""
    for found in QApplication.topLevelWidgets():
        if found.inherits("QTipLabel"):
            found.hide()


class AnswerField(Field):
    """Where the answer is typed.  While it is empty, the keys of the player are the player's."""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            is_for_player = event.key() in _GOES_ON and not event.modifiers()
            if is_for_player and not self.text():
                event.ignore()
                return False
        return super().event(event)


class QuestionLine(QWidget):
    """A sentence with a derivative in it, set as mathematics: What will ∂f/∂q be?"""

    def __init__(self, pixels: float) -> None:
        super().__init__()
        self._pixels = pixels
        self._parts: tuple[str, str, str] = ("", "", "")
        self._theme: Theme | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """The sentence in plain text."""
        return "".join(self._parts)

    def show_parts(self, before: str, formula: str, after: str, theme: Theme) -> None:
        """Shows another sentence."""
        self._parts, self._theme = (before, formula, after), theme
        self.setAccessibleName(spoken(self.text))
        self.setToolTip(self.text if formula else "")
        self.updateGeometry()
        self.update()

    @property
    def _face(self) -> tuple[float, QFontMetricsF]:
        """The size of the mathematics, and the metrics of the words."""
        return self._pixels * 1.5, QFontMetricsF(font(Face.TEXT, self._pixels * 1.2))

    @property
    def _least(self) -> float:
        """The size of the smallest index."""
        return self._pixels * SMALLEST

    @property
    def _gap(self) -> float:
        """Slanted letters lean against what stands beside them."""
        return self._pixels * 0.15 if self._parts[1] else 0.0

    def sizeHint(self) -> QSize:
        size, metrics = self._face
        before, formula, after = self._parts
        words = metrics.horizontalAdvance(before) + metrics.horizontalAdvance(after)
        return QSize(
            round(words + mathtext.width(formula, size, self._least) + 2 * self._gap) + 4, round(self._pixels * 2.2)
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._pixels * 10), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter, (size, metrics) = QPainter(self), self._face
        before, formula, after = self._parts
        baseline = self.height() / 2 + self._pixels * 0.42
        words = metrics.horizontalAdvance(before) + metrics.horizontalAdvance(after)
        formula = (
            mathtext.elided(formula, size, max(0.0, self.width() - words - 2 * self._gap), self._least)
            if formula
            else ""
        )
        painter.setFont(font(Face.TEXT, self._pixels * 1.2))
        painter.setPen(self._theme["ink"])
        painter.drawText(0, round(baseline), before)
        x = metrics.horizontalAdvance(before) + self._gap
        mathtext.draw(painter, x, baseline, formula, size, self._theme["backward"], self._least)
        x += mathtext.width(formula, size, self._least) + self._gap
        painter.setFont(font(Face.TEXT, self._pixels * 1.2))
        painter.setPen(self._theme["ink"])
        painter.drawText(round(x), round(baseline), after)
        painter.end()


class QuestionPanel(QFrame):
    """A strip that is there while predict first is on.  Its height does not change: nothing jumps.

    `pixels` is the size of its text; no text is smaller than SMALLEST times that.  It has the theme of the session,
    until `set_theme` gives it another.
    """

    def __init__(self, session: Session, pixels: float = PIXELS, theme: Theme | None = None) -> None:
        super().__init__()
        self.setObjectName("question")
        self.setAccessibleName("Predict first")
        self._session, self._asking, self._pixels = session, session.predicting, pixels
        self._theme = theme
        self._came_from: QWidget | None = None
        self.line = QuestionLine(pixels)
        self.field = AnswerField()
        self.field.setPlaceholderText("a number")
        self.field.setAccessibleName("Your prediction")
        self.field.returnPressed.connect(self._answer)
        self.field.escaped.connect(self._give_back)
        self.field.textEdited.connect(lambda: self.field.mark(wrong=False))
        self.submit = push_button("Answer", "Judges what you typed (Enter)", self._answer)
        self.choices = [
            push_button("", f"Chooses this answer ({place + 1})", partial(self._asking.choose, place))
            for place in range(MOST_CHOICES)
        ]
        self.switch = push_button("", "", lambda: self._asking.set_choosing(not self._asking.is_choosing))
        self.reveal = push_button("Show me", "Tells the answer; it counts as wrong", self._asking.show)
        self.again = push_button("Ask again", "Asks for all gradients once more", self._asking.start_over)
        self.feedback = QLabel()
        self.feedback.setWordWrap(True)
        self.feedback.setTextFormat(Qt.TextFormat.PlainText if pixels == PIXELS else Qt.TextFormat.RichText)
        self.feedback.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.score = QLabel()
        self.score.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self.reset = push_button("Reset", "Counts right and wrong answers from 0 again", self._asking.forget_score)
        self._compose()
        for place in range(MOST_CHOICES):
            key = QShortcut(QKeySequence(str(place + 1)), self)
            key.activated.connect(lambda place=place: self._press(place))
        self._asking.changed.connect(self._show)
        self._asking.asked.connect(self._take)
        session.themed.connect(self._show)
        self._show()

    @property
    def pixels(self) -> float:
        """The size of its text."""
        return self._pixels

    def set_margin(self, pixels: int) -> None:
        """How far its text stays from the left and right."""
        margins = self._whole.contentsMargins()
        self._whole.setContentsMargins(pixels, margins.top(), pixels, margins.bottom())

    def set_theme(self, theme: Theme) -> None:
        """Another theme than that of the session."""
        self._theme = theme
        self._show()

    # Composition

    def _compose(self) -> None:
        p = self._pixels
        typing, choosing = QWidget(), QWidget()
        for place, pieces in ((typing, [self.field, self.submit]), (choosing, self.choices)):
            row = QHBoxLayout(place)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(round(p * 0.55))
            for piece in pieces:
                row.addWidget(piece)
            row.addStretch(1)
        self._ways = QStackedWidget()
        self._ways.addWidget(typing)
        self._ways.addWidget(choosing)
        self._ways.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.field.setFixedWidth(round(p * 10))
        ask, say = QHBoxLayout(), QHBoxLayout()
        ask.setSpacing(round(p * 1.1))
        ask.addWidget(self.line)
        ask.addWidget(self._ways, 1)
        for button in (self.switch, self.reveal, self.again):
            ask.addWidget(button)
        say.setSpacing(round(p * 0.8))
        say.addWidget(self.feedback, 1)
        say.addWidget(self.score)
        say.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignTop)
        for piece in (self.field, self.submit, *self.choices, self.switch, self.reveal, self.again, self.reset):
            piece.setFixedHeight(round(p * (2.4 if piece is not self.reset else 1.9)))
        self.feedback.setFixedHeight(round(p * 2.9))
        self.score.setObjectName("muted")
        self.reset.setObjectName("reset")
        self._whole = whole = QVBoxLayout(self)
        whole.setContentsMargins(20, round(p * 0.6), 20, round(p * 0.3))
        whole.setSpacing(round(p * 0.45))
        self.setFixedHeight(round(p * 6.7))
        whole.addLayout(ask)
        whole.addLayout(say)

    # Showing

    def _show(self) -> None:
        asking, theme = self._asking, self._theme or self._session.theme
        node, coming, p = asking.node, asking.coming, self._pixels
        if is_asked := node is not None:
            put_away_tips()
        else:
            self._give_back()
        if self.parent() is not None or not asking.is_on:  # without a parent, it would be a window
            self.setVisible(asking.is_on)
        if node is not None:
            self.line.show_parts("What will ", asking.asked_for(node), " be?", theme)
        elif coming is not None:
            self.line.show_parts("Step on with →. You will be asked for ", asking.asked_for(coming), ".", theme)
        elif asking.has_questions:
            self.line.show_parts("Every gradient has been asked for.", "", "", theme)
        else:
            self.line.show_parts(asking.obstacle, "", "", theme)
        for piece in (self._ways, self.switch, self.reveal):
            piece.setVisible(is_asked)
        self.again.setVisible(coming is None and asking.has_questions)
        self.switch.setText("Type it" if asking.is_choosing else "Choose")
        self.switch.setToolTip("Type a number instead" if asking.is_choosing else "Choose among four answers instead")
        self._ways.setCurrentIndex(int(asking.is_choosing))
        self._show_choices()
        self._show_said(theme)
        self.score.setText(score_text(asking.score))
        self.reset.setVisible(bool(self.score.text()))
        side, inset = max(14, round(p * 0.75)), max(10, round(p * 0.5))  # beside a text that is larger on the wall
        put_on(
            self,
            f"QFrame#question {{ background: {theme['backward_tint' if is_asked else 'surface'].name()};"
            f" border: none; border-top: 1px solid {theme['line'].name()}; }}"
            f" QLabel {{ color: {theme['ink'].name()}; background: transparent; font-size: {round(p * 1.07)}px; }}"
            f" QPushButton, QLineEdit {{ font-size: {round(p)}px; }}"
            f" QPushButton {{ padding: 0 {side}px; }} QPushButton:focus {{ padding: 0 {side - 1}px; }}"
            f" QLineEdit {{ padding: 0 {inset}px; }} QLineEdit:focus {{ padding: 0 {inset - 1}px; }}"
            f" QLabel#muted, QPushButton#reset {{ font-size: {round(p * SMALLEST)}px; }}",
        )

    def _show_choices(self) -> None:
        found = self._asking.choices if self._asking.is_choosing else []
        for place, button in enumerate(self.choices):
            button.setVisible(place < len(found))
            if place < len(found):
                told = numerals.short(found[place])
                button.setText(f"{place + 1})  {told if self._pixels == PIXELS else numerals.level(told)}")
                button.setAccessibleName(spoken(told))
                button.setEnabled(place not in self._asking.tried)

    def _show_said(self, theme: Theme) -> None:
        said = self._asking.said
        sign, tone = _SIGNS.get(said.verdict, ("", "ink")) if said is not None else ("", "ink")
        text = sign + said.sentence if said is not None else ""
        self.feedback.setText(text if self._pixels == PIXELS else large(text, self._pixels * SMALLEST))
        put_on(self.feedback, f"color: {theme[tone].name()}; background: transparent;")
        self.field.mark(wrong=said is not None and said.verdict is Verdict.WRONG and self._asking.node is not None)

    # Answering

    def _answer(self) -> None:
        text = self.field.text()
        self.field.mark(wrong=False)
        if self._asking.answer(text):
            self.field.clear()
        else:
            self.field.selectAll()

    def _press(self, place: int) -> None:
        if self._asking.is_choosing and self._asking.node is not None:
            self._asking.choose(place)

    # The keyboard comes and goes

    def _take(self) -> None:
        """A question stands: who was not just writing elsewhere can write here at once."""
        focused = QApplication.focusWidget()
        if self._asking.is_choosing or not self.isVisible() or isinstance(focused, QLineEdit):
            return
        self._came_from = focused if focused is not None and focused.window() is self.window() else None
        self.field.clear()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give_back(self) -> None:
        """The keyboard goes back to where it was."""
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            came_from = self._came_from if self._came_from is not None and shiboken6.isValid(self._came_from) else None
            if came_from is not None and came_from.isVisible():
                came_from.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                focused.clearFocus()
        self.field.clear()
