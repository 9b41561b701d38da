"""What to do first, in the middle of a canvas on which there is nothing yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from .canvas.annotating import NoteField
from .canvas.chooser import Chooser
from .canvas.view import Canvas
from .fonts import Face, font
from .session import Session

SKETCH_WIDTH, SKETCH_HEIGHT = 236, 92
_CARD_WIDTH, _CARD_HEIGHT, _RADIUS = 62.0, 36.0, 7.0
_ROOM = 24  # pixels to the edges of the canvas, at the least

_HEARD = (
    QEvent.Type.Resize,
    QEvent.Type.ChildPolished,
    QEvent.Type.ChildRemoved,
)  # children: a search, a field

Door = tuple[str, str, Callable[[], object]]  # what to do, by which key or gesture as well, and doing it


class Invitation(QWidget):
    """A sketch of a graph, and below it the ways to begin one; gone with the first node, frame or note.

    Only its lines answer to the mouse: elsewhere a double click goes to the canvas behind it, and adds a node there.
    """

    def __init__(self, session: Session, over: Canvas, doors: Sequence[Door]) -> None:
        super().__init__(over)
        self._session, self._over = session, over
        self.doors = [_DoorButton(*door) for door in doors]
        self._sketch = _Sketch(session)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._sketch, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(20)
        for door in self.doors:
            column.addWidget(door)
        over.installEventFilter(self)
        session.changed.connect(self._follow)
        session.opened.connect(self._follow)
        session.themed.connect(self._follow)  # a style sheet came with the theme: the lines have their size
        self._follow()

    @property
    def is_wanted(self) -> bool:
        """Whether there is nothing on the canvas, nothing is being put there, and there is room to say so."""
        diagram, least = self._session.diagram, self.minimumSizeHint()
        return (
            not diagram.graph.nodes
            and not diagram.annotations
            and not any(isinstance(found, (Chooser, NoteField)) for found in self._over.children())
            and self._over.width() >= least.width() + 2 * _ROOM
            and self._over.height() >= least.height() + 2 * _ROOM
        )

    def _follow(self, *_: object) -> None:
        if is_wanted := self.is_wanted:
            self.adjustSize()
            self.move((self._over.width() - self.width()) // 2, (self._over.height() - self.height()) // 2)
        self.setVisible(is_wanted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _HEARD:
            self._follow()
        return False


class _DoorButton(QPushButton):
    """A line to click: what to do on the left, the key for it on the right."""

    def __init__(self, text: str, key: str, act: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("door")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # by keyboard, one presses the key
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(36)
        said, by = QLabel(text), QLabel(key)
        by.setObjectName("muted")
        for label, align in ((said, Qt.AlignmentFlag.AlignLeft), (by, Qt.AlignmentFlag.AlignRight)):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(label, 1, align)
        self.clicked.connect(lambda _checked=False: act())

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class _Sketch(QWidget):
    """Three cards and two wires, drawn as by pencil."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setFixedSize(SKETCH_WIDTH, SKETCH_HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        session.themed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._session.theme
        right, down = SKETCH_WIDTH - _CARD_WIDTH - 2, SKETCH_HEIGHT - _CARD_HEIGHT - 2
        cards = {
            "x": QRectF(2, 2, _CARD_WIDTH, _CARD_HEIGHT),
            "y": QRectF(2, down, _CARD_WIDTH, _CARD_HEIGHT),
            "+": QRectF(right, (2 + down) / 2, _CARD_WIDTH, _CARD_HEIGHT),
        }
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme["wire"], 1.5, Qt.PenStyle.DashLine, Qt.PenCapStyle.RoundCap))
        entry = cards["+"].center().y()
        for name, port in (("x", entry - 6), ("y", entry + 6)):
            start, end = QPointF(cards[name].right(), cards[name].center().y()), QPointF(cards["+"].left(), port)
            bend = (end.x() - start.x()) / 2
            wire = QPainterPath(start)
            wire.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
            painter.drawPath(wire)
        painter.setBrush(theme["paper"])
        for name, card in cards.items():
            painter.drawRoundedRect(card, _RADIUS, _RADIUS)
            painter.setFont(font(Face.MATH, 19, is_italic=name != "+"))
            pen = painter.pen()
            painter.setPen(theme["muted"])
            painter.drawText(card, Qt.AlignmentFlag.AlignCenter, name)
            painter.setPen(pen)
        painter.end()
