"""The kinds of attributes: what may be written for them, and what becomes of it.

Every reader returns a hashable value (numbers, True, False, None, or tuples of them, whatever list it was written
as), and raises OpError in words that follow the name of the operation.
"""

from __future__ import annotations

import math
import sys
from typing import Any

from .op import Attribute, OpError

_LARGEST = 2**31 - 1  # of what numpy takes for an axis


def _whole(value: Any, what: str, largest: int = _LARGEST) -> int:
    """A whole number up to `largest`, and from its negative up."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value - value != 0:  # as of NaN and ∞
        raise OpError(f"needs {what}")
    if value != int(value):
        raise OpError(f"needs {what}, not {value}")
    if abs(value) > largest:
        raise OpError(f"needs {what}, of at most {largest:,}")
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
        if isinstance(value, bool) or not isinstance(value, int | float) or value - value != 0:
            raise OpError(f"needs a number for {name}")
        if abs(value) > sys.float_info.max:
            raise OpError(f"needs a number that float64 can hold for {name}, whose largest is about 1.8·10³⁰⁸")
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


_FAR = 2**62
Item = int | tuple[int | None, int | None, int | None]


def index_attribute(name: str = "index") -> Attribute:
    """What is picked along each axis: a place, or (start, stop, step), as in numpy's x[1:3, 0].

    None stands for the start, the end, or every one.  Python's own `slice(1, 3)` is read too.
    """
    told = f"places or [start, stop, step] for {name}, such as [0, [1, 3, None]]"

    def item(value: Any) -> Item:
        if isinstance(value, slice):
            value = (value.start, value.stop, value.step)
        if not isinstance(value, list | tuple):
            return _whole(value, told)
        if len(value) != 3:
            raise OpError(f"needs {told}")
        # beyond the end is the end, however far
        start, stop, step = (None if p is None else max(-_FAR, min(_whole(p, told, abs(p)), _FAR)) for p in value)
        if step == 0:
            raise OpError(f"cannot take steps of 0 in {name}")
        return start, stop, None if step == 1 else step

    def read(value: Any) -> tuple[Item, ...]:
        return tuple(map(item, value)) if isinstance(value, list | tuple) else (item(value),)

    return Attribute(name, read, (), "for each axis a place, or a range as in x[1:3]")


def index_text(index: tuple[Item, ...]) -> str:
    """An index as it is written in brackets: `1:3, 0`."""
    return ", ".join(str(item) if isinstance(item, int) else _range_text(*item) for item in index)


def _range_text(start: int | None, stop: int | None, step: int | None) -> str:
    ends = f"{'' if start is None else start}:{'' if stop is None else stop}"
    return ends if step is None else f"{ends}:{step}"
