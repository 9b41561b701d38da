"""The same text on every machine: the program brings its fonts."""

from __future__ import annotations

from enum import Enum
from functools import cache, lru_cache

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from ..resources import resource

_MEASURED = 100  # pixels: the size at which texts are measured


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
    made.setPixelSize(_whole(pixels))
    made.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
    made.setItalic(is_italic)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)  # coloured edges would come and go with recordings
    if face is Face.TEXT:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def advance(text: str, face: Face, pixels: float, *, is_bold: bool = False, is_italic: bool = False) -> float:
    """How wide a text is in a font, in pixels.  As it is not hinted, the width grows with the size, and to find the
    size that fits it is measured once."""
    return _advance(text, face, is_bold=is_bold, is_italic=is_italic) * _whole(pixels) / _MEASURED


@lru_cache(maxsize=16_384)
def _advance(text: str, face: Face, *, is_bold: bool, is_italic: bool) -> float:
    return QFontMetricsF(font(face, _MEASURED, is_bold=is_bold, is_italic=is_italic)).horizontalAdvance(text)


def _whole(pixels: float) -> int:
    return max(1, round(pixels))
