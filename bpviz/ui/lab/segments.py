"""Buttons joined in a row, one of which is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ..theme import Theme
from .pages import is_large, text_font


class Segments(QWidget):
    """`turned` says which one the reader has chosen, by its place."""

    turned = Signal(int)

    def __init__(self, titles: Sequence[str], tips: Sequence[str] = (), *, height: int = 30) -> None:
        """The first one is chosen; `height` is in pixels on a desk."""
        super().__init__()
        self._height = height
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for number, title in enumerate(titles):
            button = QPushButton(title)
            button.setObjectName("segment")
            button.setCheckable(True)
            button.setProperty("place", "first" if number == 0 else "last" if number == len(titles) - 1 else "middle")
            if tips:
                button.setToolTip(tips[number])
            self._group.addButton(button, number)
            row.addWidget(button)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self.turned)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def buttons(self) -> list[QPushButton]:
        return [button for button in self._group.buttons() if isinstance(button, QPushButton)]

    def button(self, place: int) -> QPushButton:
        return self.buttons()[place]

    @property
    def chosen(self) -> int:
        """The place of the one that is chosen."""
        return self._group.checkedId()

    def choose(self, place: int) -> None:
        """Shows another one as chosen, without saying so."""
        self.button(place).setChecked(True)

    def dress(self, theme: Theme) -> None:
        for button in self.buttons():
            button.setFont(text_font(theme, 12.5))
            button.setFixedHeight(round(self._height * 1.4) if is_large(theme) else self._height)
