"""What another program may have done to a document's file since it was read or written here."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from .atomic import FileError
from .diagram import Diagram
from .file import load

Stamp: TypeAlias = tuple[int, int]  # when a file was changed, in nanoseconds, and how many bytes it has


def stamp_of(path: Path | None) -> Stamp | None:
    """The stamp of a file; None if there is none."""
    try:
        held = path.stat() if path is not None else None
    except OSError:
        held = None
    return None if held is None else (held.st_mtime_ns, held.st_size)


class OnDisk:
    """Remembers what a file looked like when it was last read or written here."""

    def __init__(self) -> None:
        self.stamp: Stamp | None = None

    def note(self, path: Path | None, stamp: Stamp | None = None) -> None:
        """The file is now what is known of it here; or was, when it had this `stamp`."""
        self.stamp = stamp if stamp is not None else stamp_of(path)

    def is_other(self, path: Path, known: Diagram | None) -> bool:
        """Whether another program has written something else to the file than the diagram that is `known` to be in it.

        A file that is gone holds nothing that could be lost.
        """
        now = stamp_of(path)
        if now is None or self.stamp is None or now == self.stamp:
            return False
        try:
            is_same = known is not None and load(path) == known
        except FileError:
            is_same = False
        if is_same:
            self.stamp = now  # it was only touched, or copied back
        return not is_same
