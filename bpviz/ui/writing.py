"""How numbers are written in the window: digits, exact fractions, and formulas in their place."""

from __future__ import annotations

from ..ops.numerals import Shown
from .session import Session
from .settings import DIGITS, FRACTIONS

_SAID = {
    Shown.NUMBERS: "Numbers stand on the cards.",
    Shown.FORMULAS: "Formulas stand in place of numbers, where they can be read.",
    Shown.BOTH: "Numbers and formulas stand side by side.",
}


def other_digits(session: Session, by: int) -> None:
    """More digits, or fewer."""
    most = len(DIGITS.choices) - 1
    place = min(range(most + 1), key=lambda i: abs(DIGITS.choices[i] - session.digits)) + by
    session.settings.set(DIGITS, DIGITS.choices[min(max(place, 0), most)])
    session.said.emit(f"Numbers have up to {session.digits} significant digits now.", False)


def toggle_fractions(session: Session) -> None:
    """Exact fractions where there are some, or decimals."""
    session.settings.set(FRACTIONS, not session.is_exact)
    if not session.is_exact:
        session.said.emit("Numbers are decimals again.", False)
    elif session.story.style.fractions:
        session.said.emit("Fractions are exact now: 1/3 in place of 0.3333.", False)
    else:
        session.said.emit("Fractions are exact now, but nothing here is one.", False)


def next_shown(session: Session) -> None:
    """Numbers, then formulas, then both, and round again."""
    every = list(Shown)
    session.set_style(shown=every[(every.index(session.shown) + 1) % len(every)])
    session.said.emit(_SAID[session.shown], False)


def follow_settings(session: Session) -> None:
    """Writes numbers as the settings say, now and whenever they change.  What is shown in place of numbers is a matter
    of the moment, and not kept."""

    def follow(key: str = DIGITS.key) -> None:
        if key in (DIGITS.key, FRACTIONS.key):
            digits, is_exact = session.settings.get(DIGITS), session.settings.get(FRACTIONS)
            if (digits, is_exact) != (session.digits, session.is_exact):
                session.set_style(digits=digits, is_exact=is_exact)

    follow()
    session.settings.changed.connect(follow)
