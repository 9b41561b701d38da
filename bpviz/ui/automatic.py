"""Arranging automatically: at once, or in the background where it takes long, with a bar and a way out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton

from ..document import arranging
from ..document.diagram import Diagram
from ..document.groups import GroupId
from ..graph.graph import NodeId
from ..graph.layout import Direction
from ..ops import numerals
from .background import Background
from .canvas.view import Canvas
from .gliding import Gliding
from .session import Session

MOST_AT_ONCE = 1500  # nodes; more take longer than one waits without being told
LOOK = 40  # milliseconds from one look at the work to the next


class Work:
    """One arrangement of one diagram, in the background."""

    def __init__(
        self,
        before: Diagram,
        nodes: frozenset[NodeId] | None,
        level: GroupId | None,
        direction: Direction | None = None,
    ) -> None:
        self.before, self.nodes, self.direction = before, nodes, direction
        self.thread = Background(lambda tell: arranging.arrange(before, nodes, tell, level=level, direction=direction))


class Automatic(QObject):
    """Arranges the graph, or what is selected of it.

    Large graphs are arranged in the background while everything else goes on; what has been changed meanwhile is taken
    along.  Until then, a panel at the bottom of the canvas tells how far it is, and Cancel or Esc there gives it up.
    """

    def __init__(self, session: Session, canvas: Canvas, gliding: Gliding) -> None:
        super().__init__(canvas)
        self._session, self._canvas, self._gliding = session, canvas, gliding
        self.work: Work | None = None
        self._document = ""
        self.panel = WorkPanel(canvas)
        self.panel.cancel.clicked.connect(self.cancel)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self._look)
        canvas.installEventFilter(self)

    def arrange(self, nodes: frozenset[NodeId] | None = None, *, direction: Direction | None = None) -> None:
        """Everything, perhaps in another direction, which then is all in view; or only some nodes."""
        self._end()
        session = self._session
        level = session.standing.inside
        count = len(session.graph) if nodes is None else len(nodes)
        if count <= MOST_AT_ONCE:
            self._gliding.carry(
                lambda: session.edit(
                    _label(nodes, direction),
                    lambda diagram: arranging.arrange(diagram, nodes, level=level, direction=direction),
                ),
                fits=nodes is None,
            )
            return
        self._document = session.document.key
        self.work = Work(session.diagram, nodes, level, direction)
        self.panel.begin(count)
        self._timer.start()

    def cancel(self) -> None:
        """Gives it up; everything stays where it is."""
        if self.work is not None:
            self._end()
            self._session.said.emit("Everything stays where it is.", False)

    def _end(self) -> None:
        if self.work is None:
            return
        work, self.work = self.work, None
        self._timer.stop()
        work.thread.give_up()
        if self.panel.cancel.hasFocus():
            self._canvas.setFocus()
        self.panel.hide()

    def _look(self) -> None:
        work, session = self.work, self._session
        if work is None:
            return
        if session.document.key != self._document:
            self._end()
            session.said.emit("Arranging was given up, because another document is open now.", False)
            return
        self.panel.show_part(work.thread.part)
        if not work.thread.is_done or self._canvas.gesture is not None:  # what is held is not put elsewhere
            return
        self._end()
        after, before, is_whole = work.thread.result(), work.before, work.nodes is None
        has_changed = session.diagram.graph.structure is not before.graph.structure
        label = _label(work.nodes, work.direction)
        self._gliding.carry(
            lambda: session.edit(label, lambda now: arranging.caught_up(now, before, after)), fits=is_whole
        )
        if has_changed:
            session.said.emit("Arranged; what was changed meanwhile went along with what it is wired to.", False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.work is None:
            return False
        if event.type() == QEvent.Type.Hide and not event.spontaneous():  # the window closes
            self._end()
        elif event.type() == QEvent.Type.Resize:
            self.panel.place()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_meant = event.key() == Qt.Key.Key_Escape and self._canvas.gesture is None
            if is_meant:
                self.cancel()
            return is_meant
        return False


def _label(nodes: frozenset[NodeId] | None, direction: Direction | None) -> str:
    """What the history calls it."""
    if nodes is not None:
        return "Arrange the selection"
    return "Arrange" if direction is None else f"Arrange {direction.told}"


class WorkPanel(QFrame):
    """`Arranging 20,000 nodes … 40 %`, a bar, and Cancel; at the bottom of the canvas."""

    def __init__(self, over: Canvas) -> None:
        super().__init__(over)
        self._over, self._count = over, 0
        self.setObjectName("floating")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.words = QLabel()
        self.bar = QProgressBar()
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(150, 6)
        self.bar.setAccessibleName("Arranging")
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Everything stays where it is (Esc)")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 9, 9, 9)
        row.setSpacing(14)
        row.addWidget(self.words)
        row.addWidget(self.bar)
        row.addWidget(self.cancel)
        self.hide()

    def begin(self, count: int) -> None:
        """Nothing is done yet."""
        self._count = count
        self.words.setText(self._told(100))  # the longest sentence says how wide it is
        self.words.setFixedWidth(self.words.sizeHint().width())
        self.show_part(0.0)
        self.place()
        self.show()
        self.raise_()

    def show_part(self, part: float) -> None:
        """How much is done, from 0 to 1."""
        percent = min(int(part * 100), 100)
        self.bar.setValue(percent)
        self.words.setText(self._told(percent))

    def _told(self, percent: int) -> str:
        return f"Arranging {numerals.count(self._count, 'node')} … {percent} %"

    def place(self) -> None:
        """At the bottom of the canvas, in the middle."""
        self.adjustSize()
        self.move((self._over.width() - self.width()) // 2, self._over.height() - self.height() - 18)
