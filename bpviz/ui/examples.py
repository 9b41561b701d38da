"""The shipped examples, and the menu that shows them with a thumbnail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QIcon, QKeyEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ..document.diagram import Diagram
from ..graph.layout import Direction
from ..graph.parse import parse
from ..resources import resource
from ..stage.geometry import Rect
from ..stage.stage import Stage
from .session import Session
from .slices import AWAITED, Pieces, Slices

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
        return _diagram(self.text, direction)


@lru_cache(maxsize=64)  # who opens an example has just seen its thumbnail
def _diagram(text: str, direction: Direction) -> Diagram:
    return Diagram.of(parse(text), direction)


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
        self._examples, self.direction = examples(), session.preferred_direction
        self._size = TALL if self.direction.is_down else THUMBNAIL
        self.list = _Shelf(self._choose, self._size)
        self.list.setAccessibleName("Examples")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.list)
        self.setObjectName("popup")
        self._slices = Slices(self)
        self._shown = 0  # so many have their thumbnails
        rows = 3 if self.direction.is_down else 4
        self.resize(4 * (self._size.width() + 24) + 34, rows * (self._size.height() + 40) + 22)
        self._fill()

    @property
    def is_filled(self) -> bool:
        """Whether all thumbnails are there."""
        return self._shown == len(self._examples)

    def popup(self, below: QPoint) -> None:
        """Opens with its right edge at a global point."""
        self.move(below - QPoint(self.width(), 0))
        self.show()
        self.list.setFocus()
        self.list.setCurrentRow(0)

    def _fill(self) -> None:
        blank = self._blank()
        for example in self._examples:
            item = QListWidgetItem(_icon(blank), example.title)
            item.setToolTip(example.remark)
            item.setSizeHint(self._size + QSize(24, 40))
            self.list.addItem(item)

    def _blank(self) -> QPixmap:
        """What stands in the place of a thumbnail until there is one."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self._size * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(self._session.theme["paper"])
        return pixmap

    def showEvent(self, event: QShowEvent) -> None:
        """The thumbnails that are missing come one after the other: all of them together take seconds."""
        super().showEvent(event)
        self._slices.begin(self._thumbnails(), AWAITED)

    def hideEvent(self, event: QHideEvent) -> None:
        self._slices.drop()
        super().hideEvent(event)

    def _thumbnails(self) -> Pieces:
        from ..export.picture import Format, Picture, frame_of
        from .picture import image

        for row in range(self._shown, len(self._examples)):
            diagram = self._examples[row].diagram(self.direction)
            yield
            stage = Stage(diagram)
            stage = stage.at(float(len(stage.trace)))
            yield
            thumbnail = self._blank()
            room, scale = _around(frame_of(stage), thumbnail.size())
            picture = Picture(stage, room, Format.PNG, self._session.theme.name, scale, is_transparent=False)
            thumbnail.convertFromImage(image(picture))
            thumbnail.setDevicePixelRatio(self.devicePixelRatioF())
            self.list.item(row).setIcon(_icon(thumbnail))
            self._shown = row + 1
            yield

    def _choose(self, row: int) -> None:
        self.hide()
        if 0 <= row < len(self._examples):
            self.chosen.emit(self._examples[row])


def _icon(thumbnail: QPixmap) -> QIcon:
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # Qt would tint the chosen one
        icon.addPixmap(thumbnail, mode)
    return icon


def _around(bounds: Rect, size: QSize) -> tuple[Rect, float]:
    """A part of the scene that has the shape of a picture, with `bounds` in its middle; and how large it is shown."""
    scale = min(size.width() / bounds.width, size.height() / bounds.height)
    width, height = size.width() / scale, size.height() / scale
    return Rect(bounds.x - (width - bounds.width) / 2, bounds.y - (height - bounds.height) / 2, width, height), scale


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
