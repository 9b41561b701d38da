"""A moment of a diagram as PNG, SVG or PDF, cropped to the graph."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ..document.atomic import FileError, write_atomically
from ..stage.geometry import Rect
from ..stage.stage import Stage

MARGIN = 28.0
LARGEST_SIDE = 20_000  # pixels; a larger picture takes more than 1.6 GB while it is painted


class Format(Enum):
    """What a picture can be written as, by the ending of its name."""

    PNG = ".png"
    SVG = ".svg"
    PDF = ".pdf"


@dataclass(frozen=True)
class Picture:
    """What to paint: the stage at its moment, the part of the scene (`frame`), and how.

    `scale` is pixels per scene unit in a PNG, and the size on the page in SVG and PDF.
    """

    stage: Stage
    frame: Rect
    format: Format
    theme: str
    scale: float
    is_transparent: bool

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return max(1, round(self.frame.width * self.scale)), max(1, round(self.frame.height * self.scale))


def frame_of(stage: Stage) -> Rect:
    """The part of the scene that a picture shows: the whole graph and a margin."""
    return stage.bounds().grown(MARGIN)


PaintFile = Callable[[Picture, Path], None]


def export_picture(
    stage: Stage,
    path: str | os.PathLike[str],
    paint: PaintFile,
    *,
    theme: str = "light",
    scale: float = 1.0,
    is_transparent: bool = False,
) -> None:
    """Writes the stage's moment to `path`, in the format that its ending names.

    `paint(picture, file)` fills a file.  Raises FileError, and leaves no file behind, when that fails.
    """
    try:
        kind = Format(Path(path).suffix.lower())
    except ValueError:
        raise FileError(f"cannot write {path}: a picture ends in .png, .svg or .pdf") from None
    if not 0.05 <= scale <= 50:
        raise FileError(f"cannot write {path}: the scale is a factor from 0.05 to 50")
    picture = Picture(stage, frame_of(stage), kind, theme, scale, is_transparent)
    if kind is Format.PNG and max(picture.size) > LARGEST_SIDE:
        width, height = picture.size
        raise FileError(
            f"cannot write {path}: {width} × {height} pixels are too many (at most {LARGEST_SIDE} a side); "
            "choose a smaller scale, or SVG or PDF"
        )
    write_atomically(path, lambda scratch: paint(picture, scratch))
