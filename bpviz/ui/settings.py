"""What the user has settled, kept from one time to the next: every key, its type, what is allowed, and the default.

A stored value that is damaged, or of another version, counts as not stored.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QSettings, Signal

T = TypeVar("T", bool, int, float, str)
MOST_RECENT = 8


@dataclass(frozen=True)
class Setting(Generic[T]):
    """Something to settle.  With `choices`, one of these."""

    key: str
    default: T
    choices: tuple[T, ...] = ()

    def read(self, stored: object) -> T:
        """The value that was stored, in the right type (files hold text); the default for what is none."""
        kind = type(self.default)
        if isinstance(self.default, bool):
            value: object = {"true": True, "false": False}.get(str(stored).lower())
        else:
            try:
                value = kind(str(stored))
            except ValueError:
                value = None
        is_good = isinstance(value, kind) and (not self.choices or value in self.choices)
        return value if is_good else self.default  # type: ignore[return-value]  # `isinstance` has just told


DESKTOP = "desktop"  # a theme: light or dark, as the desktop is
THEME = Setting("theme", "light", ("light", "dark", "projector", "projector-light", DESKTOP))
WALL_THEME = Setting("projector", "projector", ("projector", "projector-light", "light", "dark"))
DIGITS = Setting("digits", 4, (2, 3, 4, 5, 6, 8, 10, 12, 15))  # significant ones
FRACTIONS = Setting("fractions", False)
REDUCED_MOTION = Setting("reduced-motion", False)
SPEED = Setting("speed", 1.0, (0.25, 0.5, 1.0, 2.0, 4.0, 8.0))
WHEEL = Setting("wheel", "zoom", ("zoom", "pan"))
CUTTING = Setting("cutting", "alt", ("alt", "ctrl-shift"))  # held down, a drag cuts wires; some desktops take Alt
SNAPPING = Setting("snapping", True)
GRID_SNAPPING = Setting("grid-snapping", False)
GRID = Setting("grid", 24, (8, 12, 16, 24, 32, 48))  # scene units from one dot to the next
DIRECTION = Setting("direction", "right", ("right", "down"))  # in which wires of new graphs lead
MINIMAP = Setting("minimap", True)
FOLLOWING = Setting("following", True)
SETTINGS: tuple[Setting[bool] | Setting[int] | Setting[float] | Setting[str], ...] = (
    THEME, WALL_THEME, DIGITS, FRACTIONS, REDUCED_MOTION, SPEED, WHEEL, CUTTING, SNAPPING, GRID_SNAPPING, GRID, MINIMAP,
    FOLLOWING, DIRECTION,
)  # fmt: skip
_RECENT = "recent"
_COMMANDS = "commands"


class Settings(QObject):
    """Reads and writes what is settled.  `changed(key)` tells of every change, so that it applies at once."""

    changed = Signal(str)
    failed = Signal(str)  # a sentence, once: what is settled lasts no longer than the program

    def __init__(self, store: QSettings | None = None, parent: QObject | None = None) -> None:
        """Without a store, the defaults are kept for as long as the program runs."""
        super().__init__(parent)
        self._store = store
        self._values: dict[str, bool | int | float | str] = {}
        self._has_failed = False

    def get(self, setting: Setting[T]) -> T:
        """What is settled."""
        if setting.key not in self._values:
            stored = None if self._store is None else self._store.value(setting.key)
            self._values[setting.key] = setting.default if stored is None else setting.read(stored)
        return self._values[setting.key]  # type: ignore[return-value]  # by its own `read`

    def set(self, setting: Setting[T], value: T) -> None:
        """Settles it, from now on and for the next time."""
        if value == self.get(setting):
            return
        self._values[setting.key] = value
        if self._store is not None:
            self._store.setValue(setting.key, value)
        self.changed.emit(setting.key)
        self._look_whether_it_is_kept()

    def reset(self) -> dict[str, bool | int | float | str]:
        """Everything as it was when the program was new; returns what was otherwise, for `restore`.

        Recent files are no settings, and stay.
        """
        before = {setting.key: self.get(setting) for setting in SETTINGS}  # type: ignore[misc]  # whatever its type
        lost = {setting.key: before[setting.key] for setting in SETTINGS if before[setting.key] != setting.default}
        for setting in SETTINGS:
            if self._store is not None:
                self._store.remove(setting.key)
            self._values.pop(setting.key, None)
        for key in lost:
            self.changed.emit(key)
        self._look_whether_it_is_kept()
        return lost

    def _look_whether_it_is_kept(self) -> None:
        """QSettings itself says nothing of a disk that is full or can only be read."""
        if self._store is None:
            return
        self._store.sync()
        if self._store.status() is QSettings.Status.AccessError:
            if not self._has_failed:
                self._has_failed = True
                told = "The settings hold until the program ends, because their file cannot be written"
                self.failed.emit(f"{told}: {self._store.fileName()}.")
        else:
            self._has_failed = False

    def restore(self, lost: Mapping[str, bool | int | float | str]) -> None:
        """Settles again what a reset has changed."""
        for setting in SETTINGS:
            if setting.key in lost:
                self.set(setting, lost[setting.key])  # type: ignore[misc]  # of its own type

    # What is remembered, but not settled

    def recent_files(self) -> list[Path]:
        """The documents last opened or saved that are still there, the latest first."""
        return [Path(name) for name in self._names(_RECENT) if os.path.exists(name)]

    def remember_file(self, path: Path) -> None:
        """Puts a document before the others."""
        self._put_first(_RECENT, str(path.resolve()), [str(held) for held in self.recent_files()])

    def recent_commands(self) -> list[str]:
        """The names of the actions last chosen in the command palette, the latest first."""
        return self._names(_COMMANDS)

    def remember_command(self, name: str) -> None:
        """Puts an action before the others."""
        self._put_first(_COMMANDS, name, self.recent_commands())

    def _names(self, key: str) -> list[str]:
        stored = self._store.value(key, []) if self._store is not None else []
        found = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
        return [name for name in found if isinstance(name, str)]

    def _put_first(self, key: str, name: str, others: list[str]) -> None:
        if self._store is not None:
            self._store.setValue(key, [name, *(other for other in others if other != name)][:MOST_RECENT])
