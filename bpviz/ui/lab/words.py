"""The pieces that pages are made of beside their plots: lines of mathematics, sentences, fields for numbers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ...engine.asking import read_answer
from ...graph.graph import GraphError
from ...ops import numerals
from ...stage.speech import spoken
from ..canvas import mathtext
from ..field import Field
from ..session import Session, sentence
from .pages import is_large, pixels, text_font


class MathLine(QWidget):
    """A line of mathematics, shrunk or cut where there is no room; parts of it in other colours of the theme."""

    def __init__(self, session: Session, size: float = 18.0) -> None:
        super().__init__()
        self._session, self._size = session, size
        self._parts: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(40)

    def text(self) -> str:
        return "".join(text for text, _ in self._parts)

    def set_text(self, *parts: tuple[str, str]) -> None:
        """Texts, each with the tone of the theme in which it is written."""
        if parts != self._parts:
            self._parts = parts
            text = self.text()
            self.setAccessibleName(spoken(text))
            self.setToolTip(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        size = pixels(self._session.theme, self._size)
        return QSize(round(mathtext.width(self.text(), size)) + 4, round(size * 1.5))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._session.theme
        size = pixels(theme, self._size)
        wide = mathtext.width(self.text(), size)
        if wide > self.width() - 4:
            size = max(pixels(theme, 12.0), size * (self.width() - 4) / wide)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = 2.0
        for part, tone in self._parts:
            text = mathtext.elided(part, size, max(self.width() - 2.0 - x, 0.0))
            mathtext.draw(painter, x, self.height() / 2 + size * 0.33, text, size, theme[tone])
            x += mathtext.width(part, size)
        painter.end()


class Remark(QLabel):
    """A sentence, with room for `lines` of it, so that nothing jumps when it comes and goes."""

    def __init__(self, session: Session, lines: int = 1) -> None:
        super().__init__()
        self._session, self._lines = session, lines
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def hasHeightForWidth(self) -> bool:
        return False  # it has its room, and with one such label Qt would give all of a scrolled page its full height

    def say(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(spoken(text))
        self.setToolTip(text)

    def dress(self) -> None:
        theme = self._session.theme
        self.setFont(text_font(theme, 12.5))
        self.setStyleSheet(f"color: {theme['muted'].name()};")
        self.setFixedHeight(round(pixels(theme, 12.5) * 1.45 * self._lines) + 4)


class Obstacle(QLabel):
    """Why a page has nothing to show, in its middle."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setContentsMargins(40, 20, 40, 60)

    def hasHeightForWidth(self) -> bool:
        return False  # as of a remark

    def dress(self) -> None:
        self.setFont(text_font(self._session.theme, 15))
        self.setStyleSheet(f"color: {self._session.theme['muted'].name()};")


class NumberField(Field):
    """A field for one number, read as the program reads all numbers; `take` says with a sentence what it refuses."""

    def __init__(self, session: Session, name: str, take: Callable[[float], None], width: int = 76) -> None:
        """`take` raises ValueError with a sentence for a number that cannot be."""
        super().__init__()
        self._session, self._take, self._width = session, take, width
        self._number, self._digits = 0.0, 6
        self.setAccessibleName(name)
        self.returnPressed.connect(self._on_return)
        self.textEdited.connect(lambda: self.mark(wrong=False))
        self.escaped.connect(self._forget)
        self.editingFinished.connect(self._on_left)

    @property
    def number(self) -> float:
        return self._number

    def show_number(self, number: float, digits: int = 6) -> None:
        """Shows a number, unless somebody is typing."""
        self._number, self._digits = number, digits
        if not (self.hasFocus() and self.isModified()):
            self.setText(numerals.short(number, digits))
            self.setModified(False)
            self.mark(wrong=False)

    def dress(self) -> None:
        theme = self._session.theme
        self.setFont(text_font(theme, 13))
        self.setFixedHeight(42 if is_large(theme) else 30)
        self.setFixedWidth(round(self._width * (1.45 if is_large(theme) else 1.0)))

    def _on_return(self) -> None:
        before = self._number
        try:
            self._number, _ = read_answer(self.text())
            self._take(self._number)
        except (GraphError, ValueError) as refusal:
            self._number = before
            self.mark(wrong=True)
            self._session.said.emit(sentence(refusal), True)
            return
        self.setModified(False)
        self.show_number(self._number, self._digits)  # which may have been put right

    def _on_left(self) -> None:
        """What was typed and not entered is entered when one goes on; what is wrong stays, marked."""
        if self.isModified() and not self.hasFocus():
            self._on_return()

    def _forget(self) -> None:
        self.setModified(False)
        self.show_number(self._number, self._digits)
        self.clearFocus()
