"""The right column: one page at a time, with a switch above."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

LEAST = 8  # pixels of a page: where the lens and the notes need the height, only the switch is left

LEAST_SCROLLED = 148  # of a panel that scrolls


class Scrolled(QScrollArea):
    """A panel as high as it wants to be, which scrolls where there is less; it is there while the panel is."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self._panel = panel
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedWidth(panel.minimumWidth())
        self.setVisible(not panel.isHidden())
        self.setWidget(panel)

    def sizeHint(self) -> QSize:
        return self._panel.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(LEAST_SCROLLED, self._panel.minimumSizeHint().height()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget():
            if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
                self.setVisible(not self._panel.isHidden())
            if event.type() == QEvent.Type.LayoutRequest:
                self.updateGeometry()
        return super().eventFilter(watched, event)


class Side(QWidget):
    """Pages under a segmented switch."""

    turned = Signal()  # another page is shown

    def __init__(self, pages: list[tuple[str, str, QWidget]]) -> None:
        """Of every page its name, what it is for, and itself."""
        super().__init__()
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._stack = QStackedWidget()
        self._stack.setMinimumHeight(LEAST)
        self._buttons = QButtonGroup(self)
        switch = QHBoxLayout()
        switch.setContentsMargins(12, 10, 12, 4)
        switch.setSpacing(0)
        for number, (name, about, page) in enumerate(pages):
            button = QPushButton(name)
            button.setObjectName("segment")
            button.setCheckable(True)
            button.setToolTip(about)
            button.setProperty("place", "first" if number == 0 else "last" if number == len(pages) - 1 else "middle")
            self._buttons.addButton(button, number)
            switch.addWidget(button, 1)
            self._stack.addWidget(page)
        self._buttons.idClicked.connect(self.turn_to)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)  # the line on the left
        column.setSpacing(0)
        column.addLayout(switch)
        column.addWidget(self._stack, 1)
        self.turn_to(0)

    @property
    def page(self) -> QWidget | None:
        return self._stack.currentWidget()

    def button(self, number: int) -> QPushButton:
        """The segment of a page."""
        found = self._buttons.button(number)
        assert isinstance(found, QPushButton)
        return found

    def turn_to(self, number: int) -> None:
        """Shows a page."""
        self._stack.setCurrentIndex(number)
        self.button(number).setChecked(True)
        self.turned.emit()
