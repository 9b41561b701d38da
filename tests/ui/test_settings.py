"""Settings: their types, their defaults, and that what is chosen applies at once and the next time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ops.numerals import FEW
from bpviz.ui import settings as module
from bpviz.ui.playback import SPEEDS
from bpviz.ui.settings import (
    DESKTOP,
    DIGITS,
    FRACTIONS,
    GRID,
    MINIMAP,
    MOST_RECENT,
    REDUCED_MOTION,
    SETTINGS,
    SPEED,
    THEME,
    WHEEL,
    Settings,
)
from bpviz.ui.settings_dialog import SettingsDialog
from bpviz.ui.theme import THEMES
from bpviz.ui.window import Window
from tests.user import Key, Modifier, User


class TestTheTable:
    def test_every_setting_is_in_it_once(self) -> None:
        declared = [held for held in vars(module).values() if isinstance(held, module.Setting)]
        assert sorted(held.key for held in declared) == sorted({held.key for held in SETTINGS})

    def test_defaults_are_allowed_and_choices_are_those_of_the_program(self) -> None:
        assert all(held.default in held.choices for held in SETTINGS if held.choices)
        assert DIGITS.default == FEW
        assert SPEED.choices == SPEEDS
        assert set(THEME.choices) == {*THEMES, DESKTOP}

    @pytest.mark.parametrize("stored", ["", "pink", "7.5", [], {"a": 1}, "9" * 30, "nan", None, b"\xff"])
    def test_what_is_damaged_counts_as_not_stored(self, settings: QSettings, stored: object) -> None:
        for held in SETTINGS:
            settings.setValue(held.key, stored)
        read = Settings(settings)
        for kept in SETTINGS:
            assert read.get(kept) == kept.default  # type: ignore[misc]  # whatever its type


class TestKeeping:
    def test_there_and_back_through_a_file(self, settings: QSettings) -> None:
        kept = Settings(settings)
        kept.set(DIGITS, 8)
        kept.set(FRACTIONS, True)
        kept.set(SPEED, 0.25)
        kept.set(WHEEL, "pan")
        settings.sync()
        again = Settings(QSettings(settings.fileName(), QSettings.Format.IniFormat))
        assert (again.get(DIGITS), again.get(FRACTIONS), again.get(SPEED), again.get(WHEEL)) == (8, True, 0.25, "pan")

    def test_every_change_is_told_once(self, settings: QSettings) -> None:
        kept = Settings(settings)
        told: list[str] = []
        kept.changed.connect(told.append)
        kept.set(GRID, 32)
        kept.set(GRID, 32)
        kept.set(MINIMAP, MINIMAP.default)
        assert told == ["grid"]

    def test_resetting_tells_what_changed_and_leaves_recent_files(self, settings: QSettings, tmp_path: Path) -> None:
        kept = Settings(settings)
        told: list[str] = []
        kept.remember_file(tmp_path)
        kept.set(GRID, 32)
        kept.set(THEME, "dark")
        kept.changed.connect(told.append)
        kept.reset()
        assert sorted(told) == ["grid", "theme"]
        assert not settings.contains("grid")
        assert Settings(settings).get(THEME) == "light"
        assert kept.recent_files() == [tmp_path]

    def test_commands_are_remembered_the_last_one_first(self, settings: QSettings) -> None:
        kept = Settings(settings)
        for number in range(MOST_RECENT + 2):
            kept.remember_command(f"c{number}")
        kept.remember_command("c4")
        assert kept.recent_commands()[:3] == ["c4", f"c{MOST_RECENT + 1}", f"c{MOST_RECENT}"]
        assert len(kept.recent_commands()) == MOST_RECENT


def test_what_cannot_be_kept_is_said_once_and_holds_for_now(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("where a folder should be")
    kept = Settings(QSettings(str(tmp_path / "file" / "settings.ini"), QSettings.Format.IniFormat))
    told: list[str] = []
    kept.failed.connect(told.append)
    kept.set(GRID, 32)
    kept.set(THEME, "dark")
    assert len(told) == 1
    assert "cannot be written" in told[0]
    assert (kept.get(GRID), kept.get(THEME)) == (32, "dark")


@pytest.fixture
def chooser(user: User) -> Iterator[User]:
    """Somebody who has opened the settings by key."""
    user.session.open(Diagram.of(parse("f = x / y", {"x": 1.0, "y": 3.0})), None)
    user.press(Key.Key_Semicolon, modifiers=Modifier.ControlModifier)
    yield user
    if isinstance(dialog := QApplication.activeModalWidget(), SettingsDialog):
        dialog.close()


def dialog() -> SettingsDialog:
    found = QApplication.activeModalWidget()
    assert isinstance(found, SettingsDialog)
    return found


def choose(user: User, key: str, text: str) -> None:
    """An entry of a list by the keyboard."""
    box = dialog().fields[key]
    assert isinstance(box, QComboBox)
    box.setFocus()
    place = box.findText(text)
    step = Key.Key_Down if place > box.currentIndex() else Key.Key_Up
    user.press(*[step] * abs(place - box.currentIndex()))


def tick(user: User, key: str) -> None:
    box = dialog().fields[key]
    assert isinstance(box, QCheckBox)
    box.setFocus()
    user.press(Key.Key_Space)


class TestTheDialog:
    def test_every_choice_applies_at_once(self, chooser: User) -> None:
        session = chooser.session
        choose(chooser, "theme", "Dark")
        assert session.theme.name == "dark"
        choose(chooser, "digits", "8")
        assert session.digits == 8
        assert session.stage.card(session.graph.by_name["f"]).value == "0.33333333"
        tick(chooser, "fractions")
        assert session.stage.card(session.graph.by_name["f"]).value == "1/3"
        choose(chooser, "speed", "2×")
        assert session.playback.speed == 2.0
        tick(chooser, "reduced-motion")
        assert not session.playback.is_animated

    def test_the_desktop_says_light_or_dark(self, chooser: User) -> None:
        choose(chooser, "theme", "As the desktop")
        scheme = QGuiApplication.styleHints().colorScheme()
        assert chooser.session.theme.name == ("dark" if scheme is Qt.ColorScheme.Dark else "light")
        assert chooser.session.settings.get(THEME) == DESKTOP

    def test_reset_takes_all_back_and_the_dialog_shows_it(self, chooser: User) -> None:
        choose(chooser, "theme", "Dark")
        choose(chooser, "digits", "8")
        tick(chooser, "minimap")
        dialog().reset_button.setFocus()
        chooser.press(Key.Key_Space)
        assert (chooser.session.theme.name, chooser.session.digits) == ("light", FEW)
        boxes = dialog().fields
        assert isinstance(boxes["digits"], QComboBox)
        assert boxes["digits"].currentText() == str(FEW)
        assert isinstance(boxes["minimap"], QCheckBox)
        assert boxes["minimap"].isChecked()
        assert chooser.message == "Reset 3 settings; the same button takes that back."

    def test_a_reset_is_taken_back_unless_something_was_changed_since(self, chooser: User) -> None:
        choose(chooser, "theme", "Dark")
        choose(chooser, "digits", "8")
        button = dialog().reset_button
        button.setFocus()
        chooser.press(Key.Key_Space)
        assert button.text() == "Take back the reset"
        chooser.press(Key.Key_Space)
        assert (chooser.session.theme.name, chooser.session.digits) == ("dark", 8)
        assert chooser.message == "The settings are as they were before."
        assert button.text() == "Reset all"
        chooser.press(Key.Key_Space)
        choose(chooser, "digits", "3")
        assert button.text() == "Reset all", "what is chosen now is meant"

    def test_a_choice_that_is_made_elsewhere_is_shown(self, chooser: User) -> None:
        boxes = dialog().fields
        chooser.window.actions_["calm"].trigger()
        chooser.session.playback.set_speed(4.0)
        assert isinstance(boxes["reduced-motion"], QCheckBox)
        assert boxes["reduced-motion"].isChecked()
        assert isinstance(boxes["speed"], QComboBox)
        assert boxes["speed"].currentText() == "4×"

    def test_escape_closes_it_and_the_next_window_has_what_was_chosen(self, chooser: User, settings: QSettings) -> None:
        choose(chooser, "theme", "Dark")
        choose(chooser, "speed", "0.5×")
        tick(chooser, "reduced-motion")
        chooser.press(Key.Key_Escape)
        assert QApplication.activeModalWidget() is None
        other = Window(settings)
        held = other.session
        assert (held.theme.name, held.playback.speed, held.playback.is_animated) == ("dark", 0.5, False)
        assert held.settings.get(REDUCED_MOTION)
        other.deleteLater()
