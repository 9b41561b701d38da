"""How work that takes a while says how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Tell: TypeAlias = Callable[[float], None]
"""Is told how much is done, from 0 to 1; what it raises ends the work."""


def within(tell: Tell, begin: float, end: float) -> Tell:
    """Who is told of a part of the work, as of all of it."""
    return lambda part: tell(begin + (end - begin) * part)
