"""How numbers are written in the window: digits, exact fractions, and formulas in their place."""

from __future__ import annotations

from PySide6.QtCore import QSettings

from ..ops.numerals import FEW, Shown
from .session import Session

DIGITS = (2, 3, 4, 5, 6, 8, 10, 12, 15)  # significant ones, to choose from
_SAID = {
    Shown.NUMBERS: "Numbers stand on the cards.",
    Shown.FORMULAS: "Formulas stand in place of numbers, where they can be read.",
    Shown.BOTH: "Numbers and formulas stand side by side.",
}


def other_digits(session: Session, by: int) -> None:
    """More digits, or fewer."""
    place = min(range(len(DIGITS)), key=lambda i: abs(DIGITS[i] - session.digits)) + by
    session.set_style(digits=DIGITS[min(max(place, 0), len(DIGITS) - 1)])
    session.said.emit(f"Numbers have up to {session.digits} significant digits now.", False)


def toggle_fractions(session: Session) -> None:
    """Exact fractions where there are some, or decimals."""
    session.set_style(is_exact=not session.is_exact)
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


def restore(session: Session, settings: QSettings) -> None:
    """The style of the last time.  What was shown in place of numbers is a matter of the moment, and not kept."""
    kept = str(settings.value("digits", FEW))
    session.set_style(
        digits=int(kept) if kept.isdigit() and int(kept) in DIGITS else FEW,
        is_exact=settings.value("fractions", "false") in (True, "true"),
    )


def keep(session: Session, settings: QSettings) -> None:
    """For the next time."""
    settings.setValue("digits", session.digits)
    settings.setValue("fractions", session.is_exact)
