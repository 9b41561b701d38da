"""The command line: `bpviz grad "q = x + y; f = q * z" x=-2 y=5 z=-4 --json`.

Exit status 0; 1 when a check fails; 2 for bad input, with one line `bpviz: …` on standard error.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from .arguments import HELP, InputError, Request, understood
from .commands import COMMANDS, refuse


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit status."""
    try:
        for stream in (sys.stdout, sys.stderr):
            _prepare(stream)
        status = _run(understood(sys.argv[1:] if argv is None else argv))
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, `head` perhaps, has seen enough
        _abandon_output()
        return 0
    except OSError as error:
        _abandon_output()
        return refuse(f"the output cannot be written: {(error.strerror or str(error)).lower()}")
    except MemoryError:
        return refuse("there is not enough memory for this")
    except ValueError as error:
        if not _is_for_the_user(error):
            raise
        return refuse(str(error))


def _prepare(stream: TextIO | None) -> None:
    """Files and pipes get UTF-8; a terminal that lacks a sign shows its number instead of failing."""
    if stream is not None and hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _is_for_the_user(error: ValueError) -> bool:
    from .document.atomic import FileError
    from .graph.graph import GraphError

    return isinstance(error, InputError | FileError | GraphError)


def _abandon_output() -> None:
    """Lets what is still buffered go nowhere, so that Python does not fail again when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(request: Request) -> int:
    if "--help" in request.options or "-h" in request.options:
        print(HELP[request.command])
        return 0
    if "--version" in request.options:
        from . import __version__

        print(f"bpviz {__version__}")
        return 0
    return COMMANDS[request.command](request)
