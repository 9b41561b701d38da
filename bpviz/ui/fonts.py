"""The same text on every machine: the program brings its fonts."""

from __future__ import annotations

from enum import Enum
from functools import cache, lru_cache

from PySide6.QtGui import QFont, QFontDatabase

from ..resources import resource


class Face(Enum):
    """What a piece of text is, and so which font it has; the second is for signs that the first lacks."""

    TEXT = ("Inter",)
    MATH = ("STIX Two Text", "STIX Two Math")
    CODE = ("JetBrains Mono", "Inter")


@cache
def load() -> None:
    """Registers the fonts in `resources/fonts`, once; the application must have been made."""
    for path in sorted(resource("fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))


@lru_cache(maxsize=256)
def font(face: Face, pixels: float, *, is_bold: bool = False, is_italic: bool = False) -> QFont:
    """A font by role and size in pixels.  Digits of the text face all have one width, so numbers don't jitter."""
    made = QFont()
    made.setFamilies(list(face.value))
    made.setPixelSize(max(1, round(pixels)))
    made.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
    made.setItalic(is_italic)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)  # coloured edges would come and go with recordings
    if face is Face.TEXT:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made
