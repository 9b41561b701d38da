"""Copies of what is not saved yet, for the case that the program ends without having been asked to.

A copy is an ordinary document, which can be opened by hand too.  A small file beside it says where it belongs.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from .atomic import write_atomically
from .diagram import Diagram
from .file import SUFFIX, save
from .on_disk import Stamp

_STEM, _BESIDE = "unsaved-", ".origin"


class Origin(msgspec.Struct):
    """The file of the document that was not saved, if it had one, and its stamp; the data set it came with; and what
    stood in the expression bar without a meaning yet."""

    path: str | None = None
    stamp: Stamp | None = None
    data: str = ""
    draft: str = ""


def place_of(folder: Path, key: str) -> Path:
    """Where the copy of a session goes."""
    return folder / f"{_STEM}{key}{SUFFIX}"


def keep(copy: Path, diagram: Diagram, origin: Origin) -> None:
    """Writes a copy.  Raises FileError, and the copy before that is still there."""
    told = msgspec.json.encode(origin)
    write_atomically(copy.with_suffix(_BESIDE), lambda scratch: _fill(scratch, told))
    save(copy, diagram)


def _fill(path: Path, told: bytes) -> None:
    path.write_bytes(told)


def origin_of(copy: Path) -> Origin:
    """Where a copy belongs; nowhere if that cannot be read."""
    try:
        return msgspec.json.decode(copy.with_suffix(_BESIDE).read_bytes(), type=Origin)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Origin()


def forget(copy: Path) -> None:
    """Takes a copy away, if there is one."""
    for path in (copy, copy.with_suffix(_BESIDE)):
        with contextlib.suppress(OSError):
            path.unlink()


def copies(folder: Path) -> list[Path]:
    """All copies in a folder, the latest first."""
    found = []
    with contextlib.suppress(OSError):
        for path in folder.glob(f"{_STEM}*{SUFFIX}"):
            found.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)]
