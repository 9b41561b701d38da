"""A term of a derivation: a piece of mathematics that points out its wires, and is pointed out when they are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ..engine.terms import Piece, State
from .session import Session
from .typesetting import BESIDE, BETWEEN, Placed

_UNDERLINE = 2.5  # pixels


class Term(QWidget):
    """Under the mouse, or with the keyboard, it lights its wires on the canvas.  `turn` is asked for by ↓ and ↑."""

    def __init__(self, session: Session, parent: QWidget, tone: str, turn: Callable[[Term, bool], None]) -> None:
        super().__init__(parent)
        self._session, self._tone, self._turn = session, tone, turn
        self._placed: Placed | None = None
        self._scale = 1.0
        self.piece = Piece((), "")

    def tell(self, piece: Piece, placed: Placed, scale: float) -> None:
        """Shows a piece at its place, instead of the one before; all is scaled."""
        if self._placed is None or piece.atoms != self.piece.atoms or placed.part.scale != self._placed.part.scale:
            self._placed = placed  # the mathematics of the one before has its pictures already
        part, self._scale = placed.part, scale
        left, top = round(placed.x * scale), round((placed.baseline - part.ascent) * scale)
        height = (part.ascent + part.descent) * scale
        self.setGeometry(left, top, round(part.width * scale + 0.5), round(height + 0.5))
        if piece == self.piece:
            return
        has_moved, self.piece = piece.wires != self.piece.wires, piece
        self.setToolTip(piece.words if "…" in piece.latex else "")  # names that are cut stand there whole
        if has_moved and self.is_pointing:
            self._session.light(piece.wires)
        self.update()

    @property
    def is_pointing(self) -> bool:
        """Whether it lights its wires: the mouse or the keyboard is here."""
        return self.underMouse() or self.hasFocus()

    @property
    def is_set(self) -> bool:
        """Whether all of it is set as mathematics."""
        return self._placed is not None and all(setting.is_set for setting in self._placed.part.settings)

    @property
    def is_lit(self) -> bool:
        """Whether one of its wires is pointed out."""
        pointed = {*self._session.lit_wires, self._session.pointed_wire}
        return any(wire in pointed for wire in self.piece.wires)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._placed is None:
            return
        theme, piece, part = self._session.theme, self.piece, self._placed.part
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        if piece.is_acting or self.is_lit:
            tint = QColor(theme[self._tone])
            tint.setAlpha(44 if piece.is_acting else 26)
            painter.setBrush(tint)
            painter.setPen(QPen(theme[self._tone], 1.5) if self.is_lit else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, 5.0, 5.0)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme["ink"], 1.5))
            painter.drawRoundedRect(box, 5.0, 5.0)
        x, colour = BESIDE * self._scale, theme["muted" if piece.state in (State.COMING, State.READY) else self._tone]
        scale, baseline = part.scale * self._scale, part.ascent * self._scale
        for setting in part.settings:
            setting.paint(painter, x, baseline, colour, scale)
            x += (setting.width + BETWEEN) * scale
        if piece.is_acting:
            line = QRectF(BESIDE, self.height() - _UNDERLINE - 1.5, self.width() - 2 * BESIDE, _UNDERLINE)
            painter.fillRect(line, theme[self._tone])
        painter.end()

    # Pointing

    def enterEvent(self, event: QEnterEvent) -> None:
        self._session.light(self.piece.wires)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._session.light(())
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._session.light(self.piece.wires)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._session.light(())
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._turn(self, event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)
