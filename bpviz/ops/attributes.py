"""The kinds of attributes: what may be written for them, and what becomes of it.

Every reader returns a hashable value (numbers, True, False, None, or tuples of them, whatever list it was written
as), and raises OpError in words that follow the name of the operation.
"""

from __future__ import annotations

import math
from typing import Any

from .op import Attribute, OpError


def _whole(value: Any, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 2**31:
        raise OpError(f"needs {what}")
    if value != int(value):
        raise OpError(f"needs {what}, not {value}")
    return int(value)


def axis(default: int = -1, summary: str = "the axis; −1 is the last") -> Attribute:
    """One axis."""
    return Attribute("axis", lambda value: _whole(value, "a whole number for axis, such as 0 or -1"), default, summary)


def axes(summary: str = "the axis or axes; all of them if nothing is said") -> Attribute:
    """Some axes, as a tuple, or None for all."""

    def read(value: Any) -> Any:
        if value is None:
            return None
        told = "a whole number, or a list of them, for axis, such as 0 or [0, 1]"
        return tuple(_whole(entry, told) for entry in (value if isinstance(value, list | tuple) else [value]))

    return Attribute("axis", read, None, summary)


def flag(name: str, summary: str, default: bool = False) -> Attribute:
    """Yes or no, also written 1 or 0."""

    def read(value: Any) -> bool:
        if value not in (0, 1):
            raise OpError(f"needs True or False for {name}")
        return bool(value)

    return Attribute(name, read, default, summary)


def number(name: str, default: float, summary: str, least: float = -math.inf, below: float = math.inf) -> Attribute:
    """A number from `least` up to `below`."""

    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise OpError(f"needs a number for {name}")
        if not least <= value < below:
            upper = f" and below {below:g}" if below < math.inf else ""
            raise OpError(f"needs a number from {least:g} up{upper} for {name}, not {value}")
        return float(value)

    return Attribute(name, read, default, summary)


def count(name: str, default: int, summary: str, least: int = 1) -> Attribute:
    """A whole number from `least` up."""

    def read(value: Any) -> int:
        told = f"a whole number from {least} up for {name}"
        if _whole(value, told) < least:
            raise OpError(f"needs {told}, not {value}")
        return int(value)

    return Attribute(name, read, default, summary)


def wholes(name: str, default: Any, summary: str, least: int | None = None, *, nested: bool = False) -> Attribute:
    """A list of whole numbers, or, if `nested`, lists of lists of them; None stays None if it is the default."""

    def entries(value: Any, deeper: bool) -> Any:
        if isinstance(value, list | tuple) and deeper:
            return tuple(entries(entry, nested) for entry in value)
        told = f"a list of whole numbers{'' if least is None else f' from {least} up'} for {name}, such as [0, 2]"
        whole = _whole(value, told)
        if least is not None and whole < least:
            raise OpError(f"needs {told}, not {value}")
        return whole

    def read(value: Any) -> Any:
        if value is None and default is None:
            return None
        found = entries(value, True)
        return found if isinstance(found, tuple) else (found,)

    return Attribute(name, read, default, summary)
