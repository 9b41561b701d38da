"""The settings, to be changed: what is chosen applies at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..graph.layout import Direction
from ..ops import numerals
from .forms import add_row
from .session import Session
from .settings import (
    CUTTING,
    DESKTOP,
    DIGITS,
    DIRECTION,
    FOLLOWING,
    FRACTIONS,
    GRID,
    GRID_SNAPPING,
    MINIMAP,
    REDUCED_MOTION,
    SNAPPING,
    SPEED,
    THEME,
    WHEEL,
    Setting,
)

RESET, RESTORE = "Reset all", "Take back the reset"
T = TypeVar("T", bool, int, float, str)


class SettingsDialog(QDialog):
    """Every setting by what it is about.  There is nothing to accept: closing keeps what was chosen."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._settings = session, session.settings
        self._lost: dict[str, bool | int | float | str] = {}  # what a reset has changed, while it can be taken back
        self.setWindowTitle("Settings")
        self.fields: dict[str, QComboBox | QCheckBox] = {}
        self._shows: dict[str, Callable[[], None]] = {}
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(20)
        self._form.setVerticalSpacing(9)
        self._heading("Appearance")
        themes = (("light", "Light"), ("dark", "Dark"), (DESKTOP, "As the desktop"))
        self._choice("&Theme", THEME, list(themes))
        directions = [(direction.value, direction.told) for direction in Direction]
        self._choice("New gra&phs", DIRECTION, directions)
        self._switch("&Minimap", MINIMAP, "In the corner, when not all is in view")
        self._heading("Numbers")
        self._choice("Significant &digits", DIGITS, [(digits, str(digits)) for digits in DIGITS.choices])
        self._switch("&Fractions", FRACTIONS, "Exact, where there are some: 1/3 in place of 0.3333")
        self._heading("Motion")
        self._choice("&Speed", SPEED, [(speed, f"{speed:g}×") for speed in SPEED.choices])
        self._switch("F&ollow", FOLLOWING, "The canvas keeps what happens near and in view")
        self._switch("&Reduced motion", REDUCED_MOTION, "Nothing glides; every step happens at once")
        self._heading("Hands")
        self._choice(
            "The &wheel", WHEEL, [("zoom", "zooms; Ctrl and the wheel too"), ("pan", "moves; with Ctrl it zooms")]
        )
        right = "or Ctrl and a right drag"
        self._choice(
            "&Cutting wires",
            CUTTING,
            [("alt", f"Alt and a drag, {right}"), ("ctrl-shift", f"Ctrl, Shift and a drag, {right}")],
        )
        self._switch("S&napping", SNAPPING, "Cards that are moved line up with others")
        self._switch("&Grid", GRID_SNAPPING, "Cards that are moved stay on the grid")
        self._choice("Grid si&ze", GRID, [(size, f"{size} pixels") for size in GRID.choices])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.reset_button = QPushButton(RESET)
        self.reset_button.setToolTip("Everything as it was when the program was new; recent files stay")
        self.reset_button.setAutoDefault(False)
        buttons.addButton(self.reset_button, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.rejected.connect(self.reject)
        self.reset_button.clicked.connect(self._reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(18)
        column.addLayout(self._form)
        column.addWidget(buttons)
        self._settings.changed.connect(self._show)

    def _heading(self, text: str) -> None:
        label = QLabel(text.upper())
        label.setObjectName("heading")
        label.setContentsMargins(0, 8 if self._form.rowCount() else 0, 0, 0)
        self._form.addRow(label)

    def _choice(self, label: str, setting: Setting[T], options: list[tuple[T, str]]) -> None:
        box = QComboBox()
        for value, text in options:
            box.addItem(text, value)
        box.activated.connect(lambda place: self._settings.set(setting, box.itemData(place)))
        self._add(label, setting.key, box, lambda: box.setCurrentIndex(box.findData(self._settings.get(setting))))

    def _switch(self, label: str, setting: Setting[bool], told: str) -> None:
        box = QCheckBox(told)
        box.clicked.connect(lambda is_on: self._settings.set(setting, is_on))
        self._add(label, setting.key, box, lambda: box.setChecked(self._settings.get(setting)))

    def _add(self, label: str, key: str, field: QComboBox | QCheckBox, show: Callable[[], None]) -> None:
        field.setAccessibleName(label.replace("&", ""))
        self.fields[key], self._shows[key] = field, show
        add_row(self._form, label, field)
        show()

    def _reset(self) -> None:
        """All of it; or takes that back, if nothing has been changed since."""
        lost, self._lost = self._lost, {}
        if lost:
            self._settings.restore(lost)
            said = "The settings are as they were before."
        else:
            lost = self._settings.reset()
            self._lost = lost
            told = numerals.count(len(lost), "setting")
            said = f"Reset {told}; the same button takes that back." if lost else "Every setting is as it was at first."
        self.reset_button.setText(RESTORE if self._lost else RESET)
        self.reset_button.setFocus()  # which another theme has taken off it: QDialogButtonBox lays itself out anew
        self._session.said.emit(said, False)

    def _show(self, key: str) -> None:
        """What was changed elsewhere, or reset."""
        self._lost = {}
        self.reset_button.setText(RESET)
        if show := self._shows.get(key):
            show()
