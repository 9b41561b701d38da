"""Colours: what is written can be read, in the lecture hall from the last row."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtGui import QColor

from bpviz.ui.canvas.faces import mixed
from bpviz.ui.theme import DARK, LIGHT, PROJECTOR, PROJECTOR_LIGHT, THEMES, Theme, palette, style_sheet

WALL, DESK = (PROJECTOR, PROJECTOR_LIGHT), (LIGHT, DARK)
TEXTS = ("ink", "muted", "forward", "backward", "fault")
GROUNDS = ("paper", "surface", "sunken")
TINTED = (
    ("forward", "forward_tint"),
    ("backward", "backward_tint"),
    ("fault", "fault_tint"),
    ("muted", "backward_tint"),
    ("ink", "forward_tint"),
    ("on_forward", "forward"),
    ("on_backward", "backward"),
    ("surface", "ink"),
)


def luminance(colour: QColor) -> float:
    """Relative luminance as in the Web Content Accessibility Guidelines 2.2."""
    parts = [colour.redF(), colour.greenF(), colour.blueF()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_the_measure() -> None:
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21.0)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", WALL, ids=lambda theme: theme.name)
@pytest.mark.parametrize(("ink", "paper"), [*product(TEXTS, GROUNDS), *TINTED])
def test_on_the_wall_every_text_stands_out_by_seven_to_one(theme: Theme, ink: str, paper: str) -> None:
    assert contrast(theme[ink], theme[paper]) >= 7.0


@pytest.mark.parametrize("theme", WALL, ids=lambda theme: theme.name)
def test_so_do_pills_that_begin_to_glow_and_numbers_on_cells(theme: Theme) -> None:
    for tenth in range(11):
        glowing = mixed(theme["muted"], theme["backward"], tenth / 10)
        assert contrast(glowing, theme["surface"]) >= 7.0
        for tone in ("forward", "fault"):
            cell = mixed(theme["surface"], theme[tone], 0.3 * tenth / 10)
            assert contrast(theme["ink"], cell) >= 7.0


@pytest.mark.parametrize("theme", WALL, ids=lambda theme: theme.name)
def test_wires_and_the_timeline_are_seen_from_afar(theme: Theme) -> None:
    assert contrast(theme["wire"], theme["paper"]) >= 3.0
    for tone in ("forward", "backward", "fault"):
        assert contrast(theme[tone], theme["line"]) >= 3.0


@pytest.mark.parametrize("theme", DESK, ids=lambda theme: theme.name)
@pytest.mark.parametrize(("ink", "paper"), [*product(TEXTS, GROUNDS), *TINTED])
def test_on_the_desk_every_text_can_be_read(theme: Theme, ink: str, paper: str) -> None:
    assert contrast(theme[ink], theme[paper]) >= 4.4


def test_every_theme_is_found_by_its_name_and_makes_a_palette_and_a_sheet() -> None:
    assert list(THEMES) == ["light", "dark", "projector", "projector-light"]
    for name, theme in THEMES.items():
        assert theme.name == name
        assert palette(theme).window().color() == theme["surface"]
        assert theme.ink in style_sheet(theme)
