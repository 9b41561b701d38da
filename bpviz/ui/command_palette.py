"""The command palette: everything that can be done, the examples, and every node, by typing a few letters."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QKeySequence, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from .actions import ACTIONS
from .examples import examples
from .field import Field
from .fonts import Face, font
from .fuzzy import score
from .slices import AWAITED, Pieces, Slices

if TYPE_CHECKING:
    from .window import Window

WIDTH, ROWS, ROW = 600, 10, 36
_AT_ONCE = 500  # commands that are looked at together
MOST_NODES = 200  # offered at a time; who types more letters finds the others
_COMMAND = Qt.ItemDataRole.UserRole
_NO_COMMANDS = frozenset({"commands"})


@dataclass(frozen=True)
class Command:
    """Something to choose.  `about` is where else it is found; `remark` its keys, or why it cannot be done now."""

    name: str
    text: str
    about: str
    remark: str
    is_on: bool
    run: Callable[[], object]


def keys_text(keys: tuple[str, ...]) -> str:
    """Shortcuts as they are printed on the keyboard."""
    return " or ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys)


def commands(window: Window) -> list[Command]:
    """Everything but `places`, in the order of the menus: what was chosen last comes first, then actions, examples."""
    found = []
    for entry in ACTIONS:
        if entry.name in _NO_COMMANDS:
            continue
        action = window.actions_[entry.name]
        remark = keys_text(entry.keys) if action.isEnabled() else entry.why_off
        text = f"{action.text()} ✓" if action.isChecked() else action.text()
        found.append(Command(entry.name, text, entry.menu, remark, action.isEnabled(), action.trigger))
    recent = {name: place for place, name in enumerate(window.session.settings.recent_commands())}
    found.sort(key=lambda command: recent.get(command.name, len(recent)))
    for example in examples():
        run = lambda chosen=example: window.open_example(chosen)  # noqa: E731  # bound to this one
        found.append(Command("", example.title, "Example", "", True, run))
    return found


def places(window: Window) -> Iterator[Command]:
    """Every node, to go to; there may be very many."""
    graph = window.session.graph
    for node, held in graph.nodes.items():
        about = held.op.title if held.op.is_leaf else f"Node, {held.op.title.lower()}"
        yield Command("", f"Go to {graph.spoken(node)}", about, "", True, partial(go_to_node, window, node))


def go_to_node(window: Window, node: int) -> None:
    """Selects a node and looks at it."""
    if node in window.session.graph.nodes:
        window.session.select({node})
        window.canvas.looking.fit_nodes([node], nearest=max(window.canvas.camera.zoom, 1.0))
        window.canvas.setFocus()


def ranked(every: list[Command], query: str) -> list[Command]:
    """What a query means, the best first; for an empty one everything but the nodes."""
    ranking = in_order(every, query)
    while True:
        try:
            next(ranking)
        except StopIteration as end:
            found: list[Command] = end.value
            return found


def in_order(every: list[Command], query: str) -> Generator[None, None, list[Command]]:
    """The same a little at a time."""
    if not query.strip():
        return [command for command in every if not command.text.startswith("Go to ") or command.name]
    scored = []
    for place, command in enumerate(every):
        if place % _AT_ONCE == _AT_ONCE - 1:
            yield
        rank = score(query, command.text)
        if rank is None and (wider := score(query, f"{command.about} {command.text}")) is not None:
            rank = wider + 40.0
        if rank is not None:
            scored.append((rank + (0.0 if command.is_on else 5.0), place, command))
    return [command for _, _, command in sorted(scored, key=lambda found: found[:2])]


class CommandPalette(QFrame):
    """A field and a list over the window.  Arrows and Enter choose, Esc or a click elsewhere closes it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self._window = window
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._every, self._coming = commands(window), places(window)
        self._slices = Slices(self)
        self.field = Field()
        self.field.setPlaceholderText("What do you want to do?")
        self.field.setAccessibleName("Find a command")
        self.list = QListWidget()
        self.list.setAccessibleName("Commands")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setItemDelegate(_Row(self.list))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 8)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.field.textChanged.connect(self._fill)
        self.field.escaped.connect(self.close)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._choose)
        self._fill("")

    def popup(self) -> None:
        """Opens at the top of the window, in the middle."""
        width = min(WIDTH, self._window.width() - 40)
        height = min(ROWS * ROW + 70, self._window.height() - 100)
        self.resize(width, height)
        self.move(self._window.mapToGlobal(QPoint((self._window.width() - width) // 2, 64)))
        self.show()
        self.field.setFocus()

    def _fill(self, query: str) -> None:
        """Lists what a query means: at once, or where there are very many nodes as soon as they are looked through."""
        self._slices.begin(self._filled(query), AWAITED)
        if len(self._window.session.graph) <= _AT_ONCE:
            self._slices.finish()

    def _filled(self, query: str) -> Pieces:
        while query.strip() and (some := list(islice(self._coming, _AT_ONCE))):
            self._every += some
            yield
        found = yield from in_order(self._every, query)
        self._list(found[:MOST_NODES])

    def _list(self, found: list[Command]) -> None:
        self.list.clear()
        for command in found:
            item = QListWidgetItem(command.text)
            item.setData(_COMMAND, command)
            state = "" if command.is_on else ", not now"
            told = f"{command.text}, {command.about}{state}" + (f", {command.remark}" if command.remark else "")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, told)
            self.list.addItem(item)
        if not self.list.count():
            item = QListWidgetItem("Nothing by that name.")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _choose(self, item: QListWidgetItem | None) -> None:
        command = item.data(_COMMAND) if item is not None else None
        if not isinstance(command, Command):
            return
        if not command.is_on:
            self._window.session.said.emit(command.remark or "That cannot be done now.", False)
            return
        self.close()
        if command.name:
            self._window.session.settings.remember_command(command.name)
        command.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS - 1, Qt.Key.Key_PageUp: 1 - ROWS}
        key = Qt.Key(event.key())
        if key in steps or key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._slices.finish()  # what was typed before counts
        if key in steps:
            last, row = self.list.count() - 1, self.list.currentRow() + steps[key]
            if abs(steps[key]) == 1:  # round and round
                row = 0 if row > last else last if row < 0 else row
            self.list.setCurrentRow(min(max(row, 0), last))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentItem())
            return True
        return False


class _Row(QStyledItemDelegate):
    """The text on the left, where else it is found in grey behind it, its keys on the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        command = index.data(_COMMAND)
        if not isinstance(command, Command):
            super().paint(painter, option, index)
            return
        rect: QRect = option.rect
        colours: QPalette = option.palette
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            tint = colours.color(QPalette.ColorRole.Highlight)
            painter.setPen(Qt.PenStyle.NoPen)
            tint.setAlphaF(0.13)
            painter.setBrush(tint)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 7, 7)
        muted = colours.color(QPalette.ColorRole.PlaceholderText)
        ink = colours.color(QPalette.ColorRole.Text) if command.is_on else muted
        inside, middle = rect.adjusted(12, 0, -12, 0), Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(Face.TEXT, 12))
        metrics = QFontMetricsF(painter.font())
        remark = metrics.elidedText(command.remark, Qt.TextElideMode.ElideRight, 0.5 * inside.width())
        painter.setPen(muted)
        painter.drawText(inside, middle | Qt.AlignmentFlag.AlignRight, remark)
        right = inside.right() - metrics.horizontalAdvance(remark) - 16.0
        about = metrics.horizontalAdvance(command.about)
        painter.setFont(font(Face.TEXT, 14))
        metrics = QFontMetricsF(painter.font())
        room = right - inside.left() - about - 10.0
        text = metrics.elidedText(command.text, Qt.TextElideMode.ElideRight, room)
        painter.setPen(ink)
        painter.drawText(inside, middle | Qt.AlignmentFlag.AlignLeft, text)
        inside.setLeft(round(inside.left() + metrics.horizontalAdvance(text) + 10.0))
        painter.setFont(font(Face.TEXT, 12))
        painter.setPen(muted)
        painter.drawText(inside, middle | Qt.AlignmentFlag.AlignLeft, command.about)
        painter.restore()
