"""The palette: every operation that is declared, to click or drag onto the canvas, with a search."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..document.my_operations import MyOperation
from ..ops import GROUPS, Op
from .canvas.operations import FORMATS, dragged
from .finding import matching
from .fonts import Face, font
from .mine import PREFIX
from .session import Session
from .tiles import SYMBOL, TILE, Tiles

_NAME = Qt.ItemDataRole.UserRole


class OperationTree(QTreeWidget):
    """The list of operations under their groups."""

    def mimeTypes(self) -> list[str]:
        return FORMATS

    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        names = [str(item.data(0, _NAME)) for item in items if item.data(0, _NAME)]
        return dragged(names[0]) if names else QMimeData()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        item, first = self.currentItem(), self.itemAt(4, 4)
        if first is not None and (item is None or item.isHidden()):
            self.setCurrentItem(first)  # so that it can be seen where the keyboard is

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self.itemClicked.emit(self.currentItem(), 0)
        else:
            super().keyPressEvent(event)


class Palette(QWidget):
    """Search field and list; `chosen(name)` when an operation is to be added."""

    chosen = Signal(str)
    left = Signal()  # the user is done here

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._folded: set[str] = set()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search operations (Ctrl+K)")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search operations")
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._choose_first)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self._leave)
        self.tree = OperationTree()
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(0)
        self.tree.setItemsExpandable(False)
        self.tree.setIconSize(TILE)
        self.tree.setItemDelegate(Tiles(session, self.tree))
        self.tree.setDragEnabled(True)
        self.tree.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setAccessibleName("Operations")
        self.tree.itemClicked.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._ask_about)
        session.themed.connect(self._recolour)
        session.mine.changed.connect(self._fill)
        self._fill()

    def _recolour(self) -> None:
        if self._session.theme is not self._filled_in:  # at the start the window sets the theme that is there
            self._fill()

    def _fill(self, _query: str = "") -> None:
        self.tree.clear()
        self._filled_in = self._session.theme
        query = self.search.text()
        found = matching(query)
        if query.strip():
            mine = self._session.mine.matching(query)
            for own in mine:
                self._add_own(own, None)
            for op in found:
                self._add(op, None)
            if not found and not mine:
                item = QTreeWidgetItem(["nothing by that name"])
                item.setFlags(Qt.ItemFlag.NoItemFlags)
                self.tree.addTopLevelItem(item)
            return
        if mine := self._session.mine.all:
            heading = self._heading("Mine")
            for own in mine:
                self._add_own(own, heading)
            heading.setExpanded(heading.text(0) not in self._folded)
        for group in GROUPS:
            heading = self._heading(group)
            for op in found:
                if op.group == group:
                    self._add(op, heading)
            heading.setExpanded(heading.text(0) not in self._folded)

    def _heading(self, group: str) -> QTreeWidgetItem:
        heading = QTreeWidgetItem([group.upper()])
        heading.setToolTip(0, "Click to fold the group up, or out again")
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
        heading.setFont(0, font(Face.TEXT, 11, is_bold=True))
        heading.setForeground(0, self._session.theme["muted"])
        self.tree.addTopLevelItem(heading)
        return heading

    def _add_own(self, own: MyOperation, heading: QTreeWidgetItem | None) -> None:
        item = QTreeWidgetItem([own.name])
        item.setData(0, _NAME, PREFIX + own.name)
        item.setData(0, SYMBOL, "▣")
        takes = f" of {', '.join(own.inputs)}" if own.inputs else ""
        how = "Click to add it, or drag it to its place; right-click to forget it."
        item.setToolTip(0, f"{own.name}{takes}:\n{own.program}\n{how}")
        if heading is None:
            self.tree.addTopLevelItem(item)
        else:
            heading.addChild(item)

    def _ask_about(self, at: QPoint) -> None:
        """A menu about one of the user's own operations."""
        item = self.tree.itemAt(at)
        name = str(item.data(0, _NAME) or "") if item is not None else ""
        if name.startswith(PREFIX):
            own = name.removeprefix(PREFIX)
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction(f"Forget {own}").triggered.connect(lambda: self._session.mine.forget(own))
            menu.popup(self.tree.viewport().mapToGlobal(at))

    def _add(self, op: Op, heading: QTreeWidgetItem | None) -> None:
        item = QTreeWidgetItem([op.title])
        item.setData(0, _NAME, op.name)
        item.setData(0, SYMBOL, op.symbol)
        item.setToolTip(0, f"{op.title}: {op.summary}\nClick to add it, or drag it to its place.")
        if heading is None:
            self.tree.addTopLevelItem(item)
        else:
            heading.addChild(item)

    def _leave(self) -> None:
        self.search.clear()
        self.left.emit()

    def _choose(self, item: QTreeWidgetItem) -> None:
        if name := item.data(0, _NAME):
            self.chosen.emit(str(name))
        elif item.childCount():
            item.setExpanded(not item.isExpanded())
            self._folded ^= {item.text(0)}

    def _choose_first(self) -> None:
        query = self.search.text()
        names = [PREFIX + own.name for own in self._session.mine.matching(query)] + [op.name for op in matching(query)]
        if names:
            self.search.clear()
            self.chosen.emit(names[0])
