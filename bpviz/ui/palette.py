"""The palette: every operation that is declared, to click or drag onto the canvas, with a search."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import normalize

from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QIcon, QKeyEvent, QKeySequence, QPainter, QPixmap, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from ..ops import GROUPS, OPS, Op
from .canvas.faces import paint_symbol
from .canvas.operations import FORMATS, dragged
from .fonts import Face, font
from .session import Session

_NAME = Qt.ItemDataRole.UserRole
TILE = QSize(42, 26)


def matching(query: str) -> list[Op]:
    """The listed operations that a query means, the best first; all of them, in their order, for an empty one."""
    listed = [op for op in OPS.values() if op.is_listed]
    words = query.strip().lower()
    if not words:
        return listed
    ranked = [(rank, op) for op in listed if (rank := _rank(op, words)) is not None]
    return [op for _, op in sorted(ranked, key=lambda pair: pair[0])]


_SIGNS = {
    "*": "mul",
    "×": "mul",
    "/": "div",
    "÷": "div",
    "+": "add",
    "-": "sub",
    "−": "sub",
    "^": "pow",
    "**": "pow",
}


_GAPS = re.compile(r"[\s_-]+")


def _rank(op: Op, words: str) -> int | None:
    """0 for the very name or sign, then beginnings, then anything inside; None for no match."""
    if words in _SIGNS:
        return 0 if _SIGNS[words] == op.name else None
    names, sought = [_flat(name) for name in (op.name, op.title, op.symbol, *op.aliases)], _flat(words)
    if sought in names:
        return 0
    if any(name.startswith(sought) for name in names):
        return 1
    if any(sought in name for name in names):
        return 2
    return 3 if words in op.summary.lower() else None


def _flat(text: str) -> str:
    """In small letters and without exponents or gaps, so that `e^x` finds eˣ, and `crossentropy` Cross-entropy."""
    plain = normalize("NFKC", text).lower().replace("^", "")
    return _GAPS.sub("", plain) or plain


class OperationTree(QTreeWidget):
    """The list of operations under their groups."""

    def mimeTypes(self) -> list[str]:
        return FORMATS

    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        names = [str(item.data(0, _NAME)) for item in items if item.data(0, _NAME)]
        return dragged(names[0]) if names else QMimeData()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        first = self.itemAt(4, 4)
        if self.currentItem() is None and first is not None:
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
        self.search.setPlaceholderText("Search operations (Tab)")
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
        session.themed.connect(self._recolour)
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
            for op in found:
                self._add(op, None)
            if not found:
                item = QTreeWidgetItem(["nothing by that name"])
                item.setFlags(Qt.ItemFlag.NoItemFlags)
                self.tree.addTopLevelItem(item)
            return
        for group in GROUPS:
            heading = QTreeWidgetItem([group.upper()])
            heading.setToolTip(0, "Click to fold the group up, or out again")
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            heading.setFont(0, font(Face.TEXT, 11, is_bold=True))
            heading.setForeground(0, self._session.theme["muted"])
            self.tree.addTopLevelItem(heading)
            for op in found:
                if op.group == group:
                    self._add(op, heading)
            heading.setExpanded(heading.text(0) not in self._folded)

    def _add(self, op: Op, heading: QTreeWidgetItem | None) -> None:
        item = QTreeWidgetItem([op.title])
        item.setData(0, _NAME, op.name)
        item.setIcon(0, self._badge(op))
        item.setToolTip(0, f"{op.title}: {op.summary}\nClick to add it, or drag it to its place.")
        if heading is None:
            self.tree.addTopLevelItem(item)
        else:
            heading.addChild(item)

    def _badge(self, op: Op) -> QIcon:
        theme, scale = self._session.theme, 3
        pixmap = QPixmap(TILE * scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme["forward_tint"])
        tile = QRectF(0, 1, TILE.width(), TILE.height() - 2)
        painter.drawRoundedRect(tile, 6, 6)
        paint_symbol(painter, tile.adjusted(2, 0, -2, 0), op.symbol, (17, 14, 13, 12, 11, 10, 9, 8), theme["forward"])
        painter.end()
        return QIcon(pixmap)

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
        if found := matching(self.search.text()):
            self.search.clear()
            self.chosen.emit(found[0].name)
