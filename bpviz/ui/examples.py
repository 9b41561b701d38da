"""The shipped examples, and the menu that shows them with a thumbnail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ..document.diagram import Diagram
from ..graph.layout import Direction
from ..graph.parse import parse
from ..resources import resource
from ..stage.geometry import Rect
from ..stage.stage import Stage
from .session import Session

THUMBNAIL, TALL = QSize(216, 108), QSize(216, 150)  # where wires lead to the right, and where they lead down
_DATA = "# data: "


@dataclass(frozen=True)
class Example:
    """A program with a title and a sentence on what it is good for."""

    title: str
    remark: str
    text: str
    data: str = ""  # the data set that it is to learn, by name

    def diagram(self, direction: Direction = Direction.RIGHT) -> Diagram:
        return Diagram.of(parse(self.text), direction)


def examples() -> list[Example]:
    """The examples in `resources/examples`, in the order of their file names.

    The first line of a file is its title, the second a remark, both as comments of the language.  A third one may name
    the data set that the program is to learn, as in `# data: moons`.
    """
    found = []
    for path in sorted(resource("examples").glob("*.txt")):
        title, remark, *rest = path.read_text(encoding="utf-8").splitlines()
        data = rest.pop(0).removeprefix(_DATA) if rest[0].startswith(_DATA) else ""
        found.append(Example(title.removeprefix("# "), remark.removeprefix("# "), "\n".join(rest), data))
    return found


class ExamplesMenu(QFrame):
    """A popup with all examples.  `chosen(example)` when one is wanted."""

    chosen = Signal(object)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._session = session
        self._examples, self._direction = examples(), session.preferred_direction
        self._size = TALL if self._direction.is_down else THUMBNAIL
        self.list = _Shelf(self._choose, self._size)
        self.list.setAccessibleName("Examples")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.list)
        self.setObjectName("popup")
        rows = 3 if self._direction.is_down else 4
        self.resize(4 * (self._size.width() + 24) + 34, rows * (self._size.height() + 40) + 22)
        self._fill()

    def popup(self, below: QPoint) -> None:
        """Opens with its right edge at a global point."""
        self.move(below - QPoint(self.width(), 0))
        self.show()
        self.list.setFocus()
        self.list.setCurrentRow(0)

    def _fill(self) -> None:
        for example in self._examples:
            thumbnail, icon = self._thumbnail(example), QIcon()
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # Qt would tint the chosen one
                icon.addPixmap(thumbnail, mode)
            item = QListWidgetItem(icon, example.title)
            item.setToolTip(example.remark)
            item.setSizeHint(self._size + QSize(24, 40))
            self.list.addItem(item)

    def _thumbnail(self, example: Example) -> QPixmap:
        from ..export.picture import Format, Picture, frame_of
        from .picture import image

        stage = Stage(example.diagram(self._direction))
        stage = stage.at(float(len(stage.trace)))
        bounds = frame_of(stage)
        ratio = self.devicePixelRatioF()
        width, height = self._size.width() * ratio, self._size.height() * ratio
        scale = min(width / bounds.width, height / bounds.height)
        room = Rect(
            bounds.x - (width / scale - bounds.width) / 2,
            bounds.y - (height / scale - bounds.height) / 2,
            width / scale,
            height / scale,
        )
        pixmap = QPixmap.fromImage(
            image(Picture(stage, room, Format.PNG, self._session.theme.name, scale, is_transparent=False))
        )
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _choose(self, row: int) -> None:
        self.hide()
        if 0 <= row < len(self._examples):
            self.chosen.emit(self._examples[row])


class _Shelf(QListWidget):
    """Thumbnails in rows; a click or Enter chooses."""

    def __init__(self, choose: Callable[[int], None], size: QSize) -> None:
        super().__init__()
        self._choose = choose
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setIconSize(size)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMovement(QListWidget.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(True)
        self.itemClicked.connect(lambda item: self._choose(self.row(item)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.currentRow())
        else:
            super().keyPressEvent(event)
