"""Sentences about steps as they are shown: coloured, indices lowered, long names cut, no equation torn apart."""

from __future__ import annotations

import re
import unicodedata
from html import escape
from itertools import groupby

from ..engine.explain import Span, Tone
from ..engine.notation import cut
from .canvas.mathtext import INDEX, SMALLER, script_level
from .theme import Theme

TONES = {Tone.VALUE: "forward", Tone.GRADIENT: "backward", Tone.FAULT: "fault"}
LONGEST_NAME = 28  # characters of a name in a sentence
_LONG_NAME = re.compile(rf"\w{{{LONGEST_NAME + 1},}}")
_MEANING, _SIGN = re.compile(r"(\(∂\S+:) "), re.compile(" ?([=×·≠]) ")
_NO_BREAK, _NO_SPLIT = "\u00a0", "\u2060"
LONGEST_PIECE = 44  # characters that may have to go to the next line together
_OF_QT = 2 / 3  # the size that Qt gives to what is lowered or raised, in sizes of its font


def with_short_names(text: str) -> str:
    """A sentence in which long names lack their middle: it would have no room, and no place to break a line."""
    return _LONG_NAME.sub(lambda name: cut(name[0], LONGEST_NAME), text)


def kept_together(text: str, longest: int = LONGEST_PIECE) -> str:
    """A sentence in which no line ends at the bar of a derivative, or within an equation of no more than so many
    characters."""
    text = _MEANING.sub(rf"\1{_NO_BREAK}", text).replace("/∂", f"/{_NO_SPLIT}∂")
    together = _SIGN.sub(lambda sign: sign[0].replace(" ", _NO_BREAK), text)
    return " ".join(_broken(piece, longest) for piece in together.split(" "))


def _broken(piece: str, longest: int) -> str:
    """What may go to the next line together: of a long equation, each side; of what is longer, each word."""
    for pattern in (f"{_NO_BREAK}(?==)", _NO_BREAK):
        if max(map(len, piece.split(" "))) > longest:
            piece = re.sub(pattern, " ", piece)
    return piece


def rich(spans: tuple[Span, ...], theme: Theme, *, pixels: float = 0.0, least: float = 0.0) -> str:
    """A sentence as rich text in the theme's colours.

    For letters of so many `pixels` on a wall, indices and exponents are set from plain characters, and none is smaller
    than `least`; else those that are characters of their own stay as their font draws them.
    """
    parts = []
    for span in spans:
        text = large(span.text, max(SMALLER * pixels, least))
        tone = TONES.get(span.tone)
        parts.append(
            text if tone is None else f'<span style="color:{theme[tone].name()}; font-weight:600">{text}</span>'
        )
    return "".join(parts)


def large(text: str, size: float) -> str:
    """Plain text as rich text, with indices and exponents of so many pixels; 0 leaves them to the font."""
    return _scripts(escape(kept_together(with_short_names(text))), size)


def _scripts(text: str, size: float) -> str:
    """Rich text with the indices of names lowered; where they have a size, all that is above or below the line."""
    if size:
        found = ((level, "".join(characters)) for level, characters in groupby(text, script_level))
        text = "".join(_moved(piece, level, size) for level, piece in found)
    return INDEX.sub(lambda name: name[1] + _moved(name[2], -1, size), text)


def _moved(text: str, level: int, size: float) -> str:
    """An index, an exponent, or (at level 0) what stands on the line, as it is."""
    if not level:
        return text
    how = f"vertical-align:{'super' if level > 0 else 'sub'}"
    if size:
        how, text = f"{how}; font-size:{round(size / _OF_QT)}px", unicodedata.normalize("NFKC", text)
    return f'<span style="{how}">{text}</span>'
