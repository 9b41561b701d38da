"""Writing files so that there is always either the old one or the new one, never half of one."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path


class FileError(ValueError):
    """A file that cannot be read or written, in a sentence for the user."""


_REASONS = {
    errno.ENOENT: "the folder does not exist",
    errno.ENOTDIR: "the folder does not exist",
    errno.EACCES: "there is no permission to write there",
    errno.EPERM: "there is no permission to write there",
    errno.EROFS: "the disk can only be read",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EISDIR: "it is a folder",
}


def why(error: OSError) -> str:
    """What an error of the system means, in words."""
    return _REASONS.get(error.errno or 0) or (error.strerror or str(error)).lower()


def write_atomically(path: str | os.PathLike[str], write: Callable[[Path], None]) -> None:
    """Lets `write` fill a file beside `path`, then puts it in the place of `path` in one go.

    Raises FileError, and leaves nothing behind, when the folder is missing, closed or full, or when `write` fails.
    """
    goal = Path(os.path.realpath(path))
    if os.path.isdir(goal):
        raise FileError(f"cannot write {path}: it is a folder")
    scratch: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{goal.name[:20]}.", suffix=goal.suffix, dir=goal.parent)
        scratch = Path(name)
        os.close(handle)
        write(scratch)
        with open(scratch, "rb") as written:
            os.fsync(written.fileno())
        os.chmod(scratch, goal.stat().st_mode & 0o777 if goal.exists() else 0o666 & ~_umask())
        os.replace(scratch, goal)
        scratch = None
    except OSError as error:
        raise FileError(f"cannot write {path}: {why(error)}") from None
    finally:
        if scratch is not None:
            with contextlib.suppress(OSError):
                scratch.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
