"""What is in a file: a document, or a program as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..document.atomic import FileError
from ..document.diagram import Diagram
from ..document.file import LARGEST_FILE, SUFFIX, load
from ..graph.layout import Direction
from ..graph.parse import parse
from ..stage.progress import Tell, within
from ..stage.readying import Ready, ready

LARGE = 300_000  # bytes; a file of 10,000 nodes has 800,000


@dataclass(frozen=True)
class Found:
    """The diagram, whether it was a document, and what was got ready of it."""

    diagram: Diagram
    is_document: bool
    ready: Ready | None = None


def is_large(path: Path) -> bool:
    """Whether it takes long to open what is in a file."""
    try:
        return LARGE <= path.stat().st_size <= LARGEST_FILE
    except OSError:
        return False


def read(path: Path, values: Mapping[str, Any], direction: Direction = Direction.RIGHT) -> Found:
    """A document, or a program, laid out in a direction, with other values for some inputs.

    Raises FileError or GraphError.
    """
    text = _text(path)
    if text is not None:
        return Found(Diagram.of(parse(text, values), direction), False)
    diagram = load(path)
    return Found(replace(diagram, graph=diagram.graph.with_inputs(values)) if values else diagram, True)


def read_ready(path: Path, values: Mapping[str, Any], direction: Direction, tell: Tell) -> Found:
    """The same, and what is needed before it can be shown; `tell` is told how much is done, from 0 to 1."""
    found = read(path, values, direction)
    tell(0.1)
    return replace(found, ready=ready(found.diagram, within(tell, 0.1, 1.0)))


def _text(path: Path) -> str | None:
    """A program; None for a document, or for what is neither: `load` says why."""
    if path.suffix == SUFFIX or not path.is_file():
        return None
    try:
        text = path.read_text(encoding="utf-8-sig") if path.stat().st_size <= LARGEST_FILE else "{"
    except UnicodeDecodeError:
        raise FileError(f"cannot open {path}: it is neither a bpviz document nor text (in UTF-8)") from None
    except OSError:
        return None
    return None if text.lstrip().startswith("{") else text
