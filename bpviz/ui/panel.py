"""The pieces that the inspector's panel is made of: headings, numbers, rows, notices."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ..graph.graph import Value
from ..ops import numerals
from ..ops.numerals import Style
from ..stage.speech import spoken
from .canvas import mathtext
from .fonts import Face, font
from .matrix import MOST_COLUMNS, MatrixLabel
from .slices import Pieces
from .theme import Theme

BESIDE = 170.0  # pixels: what is wider does not stand beside its name, but below
LINE = 260.0  # pixels: what is wider does not fit into the panel


class Panel(QWidget):
    """A column of pieces, from top to bottom."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.theme = theme
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(18, 16, 18, 16)
        self.column.setSpacing(6)

    def add(self, piece: QWidget) -> None:
        self.column.addWidget(piece)

    def readied(self, width: int) -> Pieces:
        """Before it is seen, and little by little: looks up how every piece is painted, and finds the places of all in
        a width.  To be shown then takes a sixth of the time."""
        for number, piece in enumerate(self.findChildren(QWidget)):
            if not piece.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
                piece.show()  # as soon as the panel is
            if number % 4 == 3:
                yield
        self.ensurePolished()
        self.resize(width, max(self.heightForWidth(width), self.sizeHint().height()))
        self.column.activate()
        yield

    def heading(self, text: str) -> None:
        label = QLabel(text)
        label.setObjectName("heading")
        label.setAccessibleName(spoken(text))
        label.setWordWrap(True)
        self.column.addSpacing(10)
        self.add(label)

    def remark(self, text: str, tip: str = "") -> None:
        """A sentence that is less important."""
        label = QLabel(text)
        label.setObjectName("muted")
        label.setAccessibleName(spoken(text))
        label.setWordWrap(True)
        label.setToolTip(tip)
        self.add(label)

    def number(
        self, value: Value | None, otherwise: str, tone: str, digits: int = 0, style: Style = numerals.PLAIN
    ) -> None:
        """A value in full, or in so many digits, and as a fraction if that is wanted; a matrix as one; `otherwise`
        while there is none."""
        if value is None:
            self.remark(otherwise)
        elif not isinstance(value, float) and self._is_matrix(value):
            self.add(MatrixLabel(value, self.theme[tone]))
            if value.ndim > 2 or value.size > 24:
                self.remark(numerals.shape_text(value.shape))
        else:
            told = numerals.brief(value, digits or 8, most=24)
            if isinstance(value, float) and not digits:
                told = numerals.full(value)
                if (exact := style.fractions.get(value)) is not None and exact.denominator != 1:
                    told = f"{style.short(value)} {'=' if exact == Fraction(value) else '≈'} {told}"
            label = self.figure(told, tone, pixels=17)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.add(label)

    @staticmethod
    def _is_matrix(value: NDArray[np.float64]) -> bool:
        """Whether an array stands as a matrix: all do but the empty, and lists that are short or wrap."""
        if value.ndim > 1 or value.size > MOST_COLUMNS or not value.size:
            return bool(value.size) and value.ndim > 1
        told = numerals.brief(value, 8, most=24)
        return QFontMetricsF(font(Face.TEXT, 17, is_bold=True)).horizontalAdvance(told) > LINE

    def figure(self, text: str, tone: str, pixels: float = 14, *, is_bold: bool = True) -> QLabel:
        """A number in a colour, to be put somewhere."""
        label = QLabel(text)
        label.setAccessibleName(spoken(text))
        label.setFont(font(Face.TEXT, pixels, is_bold=is_bold))
        label.setStyleSheet(f"color: {self.theme[tone].name()}")
        return label

    def row(self, left: str, right: str, tone: str, *, is_bold: bool = False) -> None:
        """A name and what is said of it, beside it or below."""
        name = MathLabel(left, 15.0, self.theme["muted"])
        figure = self.figure(right, tone, 13, is_bold=is_bold)
        if QFontMetricsF(figure.font()).horizontalAdvance(right) > BESIDE:
            figure.setWordWrap(True)
            figure.setAlignment(Qt.AlignmentFlag.AlignRight)
            self.add(name)
            self.add(figure)
            return
        line = QHBoxLayout()
        line.addWidget(name, 1)
        line.addWidget(figure)
        self.column.addLayout(line)

    def share(self, left: str, value: Value, told: str, tone: str, *, is_bold: bool = False) -> None:
        """A row for what was sent: `told`, or a matrix below the name."""
        if isinstance(value, float) or value.ndim < 2 or not value.size:
            self.row(left, told, tone, is_bold=is_bold)
        else:
            self.row(left, numerals.shape_text(value.shape), "muted")
            self.add(MatrixLabel(value, self.theme[tone]))

    def notice(self, text: str, *, is_fault: bool) -> None:
        """What is wrong, or missing, in a box."""
        label = QLabel(f"{text.removesuffix('.')}.")
        label.setAccessibleName(spoken(label.text()))
        label.setWordWrap(True)
        ink, paper = ("fault", "fault_tint") if is_fault else ("muted", "sunken")
        label.setStyleSheet(
            f"color: {self.theme[ink].name()}; background: {self.theme[paper].name()};"
            " border-radius: 8px; padding: 8px 10px;"
        )
        self.add(label)

    def verdict(self, text: str, tone: str) -> None:
        """A short sentence in a colour."""
        label = self.figure(text, tone, 12)
        label.setWordWrap(True)
        self.add(label)

    def box(self) -> QVBoxLayout:
        """A box in the tint of gradients, to be filled."""
        frame = QFrame()
        frame.setStyleSheet(f"background: {self.theme['backward_tint'].name()}; border-radius: 8px;")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(12, 10, 12, 10)
        self.add(frame)
        return inside


class MathLabel(QWidget):
    """A line of mathematics in plain text, such as a difference quotient."""

    def __init__(self, text: str, pixels: float, colour: QColor) -> None:
        super().__init__()
        self._text, self._pixels, self._colour = text, pixels, colour
        self.setAccessibleName(spoken(text))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(mathtext.width(self._text, self._pixels)) + 2, round(self._pixels * 1.5))

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        text = mathtext.elided(self._text, self._pixels, self.width())
        mathtext.draw(painter, 0.0, self.height() * 0.72, text, self._pixels, self._colour)
        painter.end()
