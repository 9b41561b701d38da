"""Search in the graph: by name, operation or value, from one place to the next."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from ..graph.graph import Node, NodeId
from ..ops import Op, numerals
from ..stage.stage import Stage
from .canvas.view import Canvas
from .field import Field
from .session import Session

WIDTH, MARGIN = 380, 12
_VALUE = 5  # the rank of what is found by its value
_NEAR = 0.6  # how far a number may be off that is written alike in a single digit, relative to it
READABLE = 0.66  # the zoom at which what was found is looked at, at least


def matches(stage: Stage, query: str) -> list[NodeId]:
    """The nodes that a query means: names first that are it, then those that begin with it or have it inside; then
    operations by name, title or symbol; then values, written as on the card or equal to the number."""
    words = query.strip().lower()
    if not words:
        return []
    graph, number = stage.graph, _number(words)
    names = graph.in_words("what is looked for", lambda: [graph.spoken(node).lower() for node in graph.nodes])
    by_operation = {op: _rank_of(op, words, number) for op in {node.op for node in graph.nodes.values()}}
    with_value = _of_value(stage, number) if number is not None else frozenset()
    ranked = []
    for place, (name, node) in enumerate(zip(names, graph.nodes.values(), strict=True)):
        rank = _rank_of_name(node, name, words) if words in name else None
        rank = by_operation[node.op] if rank is None else rank
        if rank is not None or node.id in with_value:
            ranked.append((_VALUE if rank is None else rank, place, node.id))
    return [node for _, _, node in sorted(ranked)]


def _rank_of_name(node: Node, name: str, words: str) -> int | None:
    if words == name:
        return 0
    return None if not node.name else 1 if name.startswith(words) else 2


def _rank_of(op: Op, words: str, number: float | None) -> int | None:
    operation = [text.lower() for text in (op.name, op.title, op.symbol, *op.aliases)]
    if words in operation:
        return 3
    return 4 if len(words) > 1 and number is None and any(words in text for text in operation) else None


def _of_value(stage: Stage, number: float) -> frozenset[NodeId]:
    """The nodes that show a number, or are equal to it."""
    trace, told = stage.trace, numerals.short(number)
    plan, frame = trace.plan, trace.frame(stage.now.step)
    scalars = [row for row, shape in enumerate(plan.shapes) if not shape]
    held = trace.buffers.values[plan.places(scalars)[0]]
    with np.errstate(invalid="ignore"):
        near = (np.abs(held - number) <= _NEAR * abs(number)) | (held == number)
    nodes = (plan.rows[scalars[place]] for place in np.flatnonzero(near).tolist())
    shown = ((node, frame.value(node)) for node in nodes)
    return frozenset(
        node
        for node, value in shown
        if isinstance(value, float) and (value == number or trace.style.short(value) == told)
    )


def _number(words: str) -> float | None:
    try:
        return float(words.replace("−", "-").replace(",", "."))
    except ValueError:
        return None


class FindBar(QFrame):
    """A bar at the top of the canvas.  Enter goes to the next, Shift+Enter to the one before, Esc closes it."""

    def __init__(self, session: Session, over: Canvas) -> None:
        super().__init__(over)
        self._session, self._over = session, over
        self.found: list[NodeId] = []
        self.place = -1
        self.setObjectName("floating")
        self.field = Field()
        self.field.setPlaceholderText("Find a name, an operation or a value")
        self.field.setAccessibleName("Find in the graph")
        self.count = QLabel()
        self.count.setObjectName("muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 7, 8, 7)
        row.setSpacing(6)
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        for sign, told, act in (
            ("‹", "The one before (Shift+Enter)", lambda: self.step(-1)),
            ("›", "The next one (Enter)", lambda: self.step(1)),
            ("✕", "Close (Esc)", self.close_bar),
        ):
            button = QPushButton(sign)
            button.setObjectName("link")
            button.setToolTip(told)
            button.setAccessibleName(told)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(act)
            row.addWidget(button)
        self.hide()
        self.field.textChanged.connect(self._search)
        self.field.escaped.connect(self.close_bar)
        self.field.installEventFilter(self)
        over.installEventFilter(self)
        session.changed.connect(self._refresh)

    def open(self) -> None:
        """Shows the bar, with what was looked for before."""
        self._put()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._search()

    def close_bar(self) -> None:
        """Away with it; the node that was found stays selected."""
        self.hide()
        self._light(frozenset())
        self._over.setFocus()

    def step(self, by: int) -> None:
        """To the next match, or the one before; after the last comes the first."""
        if self.found:
            self.place = (self.place + by) % len(self.found)
            self._go()
        self._tell()

    def _search(self) -> None:
        self.found = matches(self._session.stage, self.field.text()) if self.isVisible() else []
        self.place = 0 if self.found else -1
        self._light(frozenset(self.found))
        if self.found:
            self._go()
        self._tell()

    def _refresh(self) -> None:
        """The graph is another one: what is still there stays found."""
        if not self.isVisible():
            return
        held = self.found[self.place] if 0 <= self.place < len(self.found) else None
        self.found = matches(self._session.stage, self.field.text())
        self.place = self.found.index(held) if held in self.found else 0 if self.found else -1
        self._light(frozenset(self.found))
        self._tell()

    def _go(self) -> None:
        """Selects a match and looks at it: no nearer than before, unless it could not be read."""
        node, canvas = self.found[self.place], self._over
        self._session.select({node})
        rect, camera = self._session.stage.rect(node), canvas.camera
        view = camera.view(canvas.width(), canvas.height())
        is_seen = view.contains((rect.x, rect.y)) and view.contains((rect.right, rect.bottom))
        is_covered = camera.to_screen((rect.x, rect.y))[1] < self.height() + 2 * MARGIN
        if not is_seen or is_covered or camera.zoom < READABLE:
            canvas.looking.fit_nodes([node], nearest=max(camera.zoom, READABLE))

    def _light(self, nodes: frozenset[NodeId]) -> None:
        self._over.found = nodes
        self._over.update()

    def _tell(self) -> None:
        if not self.field.text().strip():
            self.count.setText("")
        else:
            self.count.setText(f"{self.place + 1} of {len(self.found)}" if self.found else "nothing")
        self.field.mark(wrong=bool(self.field.text().strip()) and not self.found)

    def _put(self) -> None:
        width = min(WIDTH, self._over.width() - 2 * MARGIN)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move(self._over.width() - width - MARGIN, MARGIN)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over:
            if event.type() == QEvent.Type.Resize and self.isVisible():
                self._put()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
        return False
