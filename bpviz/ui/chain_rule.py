"""A derivation in the inspector, set as mathematics: every term is a piece that can be pointed at."""

from __future__ import annotations

from itertools import zip_longest

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ..engine.terms import Derivation, Line
from ..stage.speech import spoken
from .formula import is_known, prepared
from .session import Session
from .slices import Pieces
from .term import Term
from .typesetting import PIXELS, Fitted, Layout, fitted

_HINTED = 200  # pixels: a width for whoever asks for one


class Lines(QWidget):
    """The lines of a derivation.  `is_inline` lets a line go on where the one before ends, if it has room there."""

    def __init__(self, session: Session, tone: str, *, is_inline: bool = False) -> None:
        super().__init__()
        self._session, self._tone, self._is_inline = session, tone, is_inline
        self._lines: tuple[Line, ...] = ()
        self._reserved: tuple[Line, ...] = ()
        self._layout = Layout()
        self.terms: list[list[Term]] = []  # by line
        self._spare: list[Term] = []  # which are not needed now: to make another takes longer than to show it
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        session.lit.connect(self._point)
        session.pointed.connect(self._point)

    def tell(self, derived: Derivation, end: Derivation | None = None) -> None:
        """Shows a derivation; there is room enough for how it will look in the `end`."""
        self._lines, self._reserved = derived.lines, _lines_of(end)
        self._arrange()
        self.updateGeometry()
        self.update()

    def _point(self) -> None:
        for term in self._terms():
            term.update()

    @property
    def is_pointing(self) -> bool:
        """Whether the mouse or the keyboard is on a term."""
        return any(term.is_pointing for term in self._terms())

    def _terms(self) -> list[Term]:
        return [term for line in self.terms for term in line]

    # Where everything stands

    def _made(self, width: float) -> Fitted:
        return fitted(self._lines, self._reserved, width, is_inline=self._is_inline)

    @staticmethod
    def is_set(derived: Derivation) -> bool:
        """Whether the mathematics of a derivation was set before."""
        return all(is_known(latex, PIXELS) for latex in derived.formulas)

    def prepared(self, derived: Derivation, end: Derivation | None) -> Pieces:
        """Sets a derivation that will be told soon, and finds the place of every term."""
        colours = self._session.theme[self._tone], self._session.theme["muted"]
        for latex in derived.formulas:
            yield from prepared(latex, PIXELS, colours)
        for width in {self.width(), _HINTED}:
            fitted(derived.lines, _lines_of(end), float(width), is_inline=self._is_inline)
            yield

    def _arrange(self) -> None:
        """A term for every piece, at its place; those that are there already stay, with mouse, keyboard and all."""
        made = self._made(float(self.width()))
        self._layout, scale = made.layout, made.scale
        terms: list[list[Term]] = []
        for number, line in enumerate(self._lines):
            old = self.terms[number] if number < len(self.terms) else []
            row: list[Term] = []
            for term, piece, placed in zip_longest(old, line.pieces, self._layout.terms[number]):
                if piece is None:
                    self._drop(term)
                    continue
                used = term or self._another()
                used.tell(piece, placed, scale)
                can_focus = number == 0 and bool(piece.wires)
                used.setFocusPolicy(Qt.FocusPolicy.TabFocus if can_focus else Qt.FocusPolicy.NoFocus)
                used.setAccessibleName(spoken(piece.words) if can_focus else "")
                used.show()
                row.append(used)
            terms.append(row)
        for line_ in self.terms[len(self._lines) :]:
            for term in line_:
                self._drop(term)
        self.terms = terms

    def _another(self) -> Term:
        return self._spare.pop() if self._spare else Term(self._session, self, self._tone, self._turn)

    def _drop(self, term: Term) -> None:
        if term.is_pointing:
            self._session.light(())
        term.hide()
        term.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._spare.append(term)

    def follow(self, widget: QWidget | None) -> None:
        """Tab goes from `widget` to the terms, in their order."""
        for term in self.terms[0] if self.terms else []:
            if widget is not None:
                QWidget.setTabOrder(widget, term)
            widget = term

    def _turn(self, term: Term, is_ahead: bool) -> None:
        """The keyboard goes to the next term of the first line, or to the one before."""
        row = [other for other in self.terms[0] if other.piece.wires or other is term]
        place = row.index(term) + (1 if is_ahead else -1) if term in row else 0
        if 0 <= place < len(row):
            row[place].setFocus(Qt.FocusReason.TabFocusReason)

    def heightForWidth(self, width: int) -> int:
        return round(self._made(float(width)).height)

    def sizeHint(self) -> QSize:
        return QSize(_HINTED, self.heightForWidth(max(self.width(), _HINTED)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 20)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = self._made(float(self.width())).scale
        for setting, x, baseline in self._layout.signs:
            setting.paint(painter, x * scale, baseline * scale, self._session.theme[self._tone], scale)
        painter.end()


class DerivationBox(QWidget):
    """A derivation in a tinted box with its remarks; under a heading, with a button: `copied` asks for it as LaTeX."""

    copied = Signal()

    def __init__(self, session: Session, tone: str, heading: str = "") -> None:
        super().__init__()
        self._session, self._tone = session, tone
        self.copy: QPushButton | None = None
        self.lines = Lines(session, tone, is_inline=not heading)
        self.remarks = QLabel()
        self.remarks.setWordWrap(True)
        self.remarks.setContentsMargins(0, 0, 0, 6)
        self._frame = QFrame()
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(11, 9, 9, 1)  # below a line is the room of its underline
        inside.setSpacing(4)
        inside.addWidget(self.lines)
        inside.addWidget(self.remarks)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        if heading:
            column.addSpacing(10)
            column.addLayout(self._heading(heading))
        column.addWidget(self._frame)
        session.themed.connect(self._tint)
        self._tint()

    def _heading(self, text: str) -> QHBoxLayout:
        heading = QLabel(text)
        heading.setObjectName("heading")
        self.copy = QPushButton("Copy LaTeX")
        self.copy.setAutoDefault(True)  # Enter presses it, because Space plays
        self.copy.setObjectName("link")
        self.copy.setToolTip("Copies this derivation as LaTeX (Ctrl+Shift+C)")
        self.copy.clicked.connect(self.copied)
        row = QHBoxLayout()
        row.addWidget(heading, 1)
        row.addWidget(self.copy)
        return row

    def tell(self, derived: Derivation, end: Derivation | None = None) -> None:
        """Shows a derivation; there is room enough for how it will look in the `end`."""
        self.lines.tell(derived, end)
        self.lines.follow(self.copy or _before(self._frame))
        told = "\n".join(derived.remarks)
        if told != self.remarks.text():
            self.remarks.setText(told)
        self.remarks.setVisible(bool(told))
        for within in (self._frame.layout(), self.layout()):  # from the inside out, or it is painted more than once
            if within is not None:
                within.activate()

    def _tint(self) -> None:
        theme = self._session.theme
        self._frame.setStyleSheet(
            f"QFrame {{ background: {theme[f'{self._tone}_tint'].name()}; border-radius: 8px; }}"
            f"QLabel {{ color: {theme['muted'].name()}; background: transparent; }}"
        )
        self.update()


def _lines_of(derived: Derivation | None) -> tuple[Line, ...]:
    return () if derived is None else derived.lines


def _before(widget: QWidget) -> QWidget:
    """What has the keyboard before one comes to something inside `widget`."""
    found = widget
    while (before := found.previousInFocusChain()) is not None and before is not widget:
        found = before
        if found.focusPolicy() & Qt.FocusPolicy.TabFocus:
            break
    return found
