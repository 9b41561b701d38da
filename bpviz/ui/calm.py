"""Reduced motion: nothing glides, steps and the camera jump from one event to the next.

Qt 6.11 does not tell what the desktop prefers (QAccessibilityHints knows contrast only), so it is off until chosen.
"""

from __future__ import annotations

from PySide6.QtCore import QSettings

from .session import Session

_KEY = "reduced-motion"


def toggle_motion(session: Session, settings: QSettings) -> None:
    """On or off, for this time and the next."""
    is_animated = not session.playback.is_animated
    session.playback.set_animated(is_animated)
    settings.setValue(_KEY, not is_animated)
    session.said.emit(
        "Numbers travel along the wires again." if is_animated else "Reduced motion: every step happens at once.",
        False,
    )


def restore_motion(session: Session, settings: QSettings) -> None:
    """As it was the last time."""
    session.playback.set_animated(settings.value(_KEY, "false") not in (True, "true"))
