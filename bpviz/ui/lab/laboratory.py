"""The calculus lab: pages under a row of tabs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ..session import Session
from .pages import PAGES, Page, is_large, text_font
from .words import Obstacle

NARROWEST = 430
_DESK, _WALL = 28, 40  # pixels: height of the tabs


class Laboratory(QWidget):
    """One page at a time, each made when it is first shown.  It asks to be put elsewhere, and does not know where it
    is: `parted` when it shall have a window of its own or return from there, `left` when it shall go.

    While gradients are asked for, the pages are covered: every one of them would give the answers away.
    """

    parted = Signal()
    left = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setObjectName("panel")
        self.setAccessibleName("Calculus lab")
        self.setWindowTitle("Calculus lab")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(NARROWEST)
        self.pages: dict[str, Page] = {}  # those that were made, by title
        self._areas: dict[str, QScrollArea] = {}
        self._stack = QStackedWidget()
        self._cover = Obstacle(session)
        self._room = QStackedWidget()  # the page, or the cover
        self._room.addWidget(self._stack)
        self._room.addWidget(self._cover)
        self.tabs = QButtonGroup(self)
        self.part_button = self._small_button("⇱", self.parted.emit)
        self.close_button = self._small_button("×", self.left.emit)
        self.close_button.setToolTip("Close the lab (Esc)")
        self.close_button.setAccessibleName("Close the lab")
        self._compose()
        self.set_apart(False)
        session.themed.connect(self._dress)
        self._dress()
        self._is_open = False
        session.predicting.changed.connect(self._guard)
        self._guard()

    def _small_button(self, text: str, act: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(True)  # Enter presses it, because Space plays
        button.clicked.connect(lambda _=False: act())  # type: ignore[operator]
        return button

    def _compose(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(14, 10, 12, 6)
        head.setSpacing(0)
        for number, entry in enumerate(PAGES):
            button = QPushButton(entry.title)
            button.setObjectName("segment")
            button.setCheckable(True)
            button.setToolTip(entry.about)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setMinimumWidth(20)
            place = "first" if number == 0 else "last" if number == len(PAGES) - 1 else "middle"
            button.setProperty("place", place)
            self.tabs.addButton(button, number)
            head.addWidget(button, 1)
        self.tabs.idClicked.connect(self.turn_to)
        head.addSpacing(10)
        head.addWidget(self.part_button)
        head.addSpacing(4)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)  # the line on the left
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._room, 1)

    # Pages

    @property
    def page(self) -> Page | None:
        """The page in front."""
        area = self._stack.currentWidget()
        found = area.widget() if isinstance(area, QScrollArea) else None
        return found if isinstance(found, Page) else None

    def turn_to(self, which: int | str) -> Page:
        """Shows a page, by its place or its title."""
        number = which if isinstance(which, int) else [entry.title for entry in PAGES].index(which)
        entry = PAGES[number]
        before = self.page
        if entry.title not in self.pages:
            made = self.pages[entry.title] = entry.make(self._session)
            self._areas[entry.title] = _scrolled(made)
            self._stack.addWidget(self._areas[entry.title])
        page = self.pages[entry.title]
        self._stack.setCurrentWidget(self._areas[entry.title])
        self.tabs.button(number).setChecked(True)
        if before is not None and before is not page:
            before.set_front(False)
        page.set_front(self._is_open and not self.is_covered)
        return page

    @property
    def is_covered(self) -> bool:
        """Whether a gradient is asked for that a page would tell."""
        return self._session.predicting.coming is not None

    def _guard(self) -> None:
        predicting = self._session.predicting
        if predicting.coming is not None:
            asked = predicting.asked_for(predicting.coming)
            self._cover.setText(f"{asked} is still a question: the lab would give the answer away.")
        self._room.setCurrentWidget(self._cover if self.is_covered else self._stack)
        if self.page is not None:
            self.page.set_front(self._is_open and not self.is_covered)

    def open(self) -> None:
        """It is to be seen from now on: the page that was shown last wakes up."""
        self._is_open = True
        if self.page is None:
            self.turn_to(0)
        else:
            self.page.set_front(not self.is_covered)

    def close_up(self) -> None:
        """It is seen no more: its page sleeps."""
        self._is_open = False
        if self.page is not None:
            self.page.set_front(False)

    def set_apart(self, is_apart: bool) -> None:
        """Told by the window: it stands in a window of its own, or beside the canvas."""
        told = "Put the lab back beside the graph" if is_apart else "Put the lab into a window of its own"
        self.part_button.setText("⇲" if is_apart else "⇱")
        self.part_button.setToolTip(told)
        self.part_button.setAccessibleName(told)

    # Looks and keys

    def _dress(self) -> None:
        theme = self._session.theme
        self._cover.dress()
        height = _WALL if is_large(theme) else _DESK
        for button in (*self.tabs.buttons(), self.part_button, self.close_button):
            button.setFixedHeight(height)
            button.setFont(text_font(theme, 12.5))
        for button in (self.part_button, self.close_button):
            button.setFixedWidth(height)
            button.setStyleSheet("padding: 0;")
        self.setStyleSheet(f"QWidget#panel {{ border-left: 1px solid {theme['line'].name()}; }}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The frame of its own window was closed: the window decides what becomes of it."""
        event.ignore()
        self.left.emit()


def _scrolled(page: Page) -> QScrollArea:
    """A page as large as there is room, which scrolls where there is less than it needs: in a low window, or in large
    print."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    page.setObjectName("page")
    page.setAutoFillBackground(False)
    area.viewport().setAutoFillBackground(False)
    area.setWidget(page)
    return area
