"""Reduced motion: nothing glides, steps and the camera jump from one event to the next.

Qt 6.11 does not tell what the desktop prefers (QAccessibilityHints knows contrast only), so it is off until chosen.
"""

from __future__ import annotations

from .session import Session
from .settings import REDUCED_MOTION, SPEED


def toggle_motion(session: Session) -> None:
    """On or off, for this time and the next."""
    is_animated = not session.playback.is_animated
    session.settings.set(REDUCED_MOTION, not is_animated)
    session.said.emit(
        "Numbers travel along the wires again." if is_animated else "Reduced motion: every step happens at once.",
        False,
    )


def follow_settings(session: Session) -> None:
    """Moves as the settings say, now and whenever they change; another speed in the player is settled, too."""
    settings, playback = session.settings, session.playback

    def follow(key: str) -> None:
        if key == REDUCED_MOTION.key:
            playback.set_animated(not settings.get(REDUCED_MOTION))
        elif key == SPEED.key and playback.speed != settings.get(SPEED):
            playback.set_speed(settings.get(SPEED))

    for setting in (REDUCED_MOTION, SPEED):
        follow(setting.key)
    settings.changed.connect(follow)
    playback.changed.connect(lambda: settings.set(SPEED, playback.speed))
