"""Plots as files: PNG, SVG and PDF by Qt's own writers, and their numbers as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from ...document.atomic import FileError, write_atomically
from ...ops.numerals import code
from ..choosing import PICTURES, new_file
from ..picture import POINTS_PER_PIXEL
from ..session import Session, sentence

Floats = NDArray[np.float64]


class Drawn(Protocol):
    """A widget with a drawing that can leave the program: a plot, or the surface."""

    @property
    def name(self) -> str:
        """What it is called where it cannot be seen, and in file names."""

    @property
    def session(self) -> Session: ...

    def width(self) -> int: ...

    def height(self) -> int: ...

    def window(self) -> QWidget: ...

    def columns(self) -> Sequence[tuple[str, Floats | list[str]]]:
        """The numbers of all that is shown, as named columns; words name the rows of a matrix."""

    def paint_whole(self, painter: QPainter, fineness: float) -> None:
        """Paints what the widget shows, without the mouse and the keyboard's frame, for so many pixels to one."""


_FINER = 2  # pixels of a PNG to one of the screen
_FAMILY = re.compile(r'font-family="([^"]*)"')


@dataclass(frozen=True)
class Kind:
    """What a plot can be saved as."""

    ending: str
    told: str


KINDS = (Kind(".png", "PNG"), Kind(".svg", "SVG"), Kind(".pdf", "PDF"), Kind(".csv", "CSV, the numbers"))


def image(plot: Drawn) -> QImage:
    """The plot as pixels, twice as fine as on the screen."""
    made = QImage(QSize(plot.width(), plot.height()) * _FINER, QImage.Format.Format_ARGB32_Premultiplied)
    made.setDevicePixelRatio(_FINER)
    painter = QPainter(made)
    _paint(plot, painter, _FINER)
    painter.end()
    return made


def copy(plot: Drawn) -> None:
    """Puts the picture on the clipboard."""
    QGuiApplication.clipboard().setImage(image(plot))
    plot.session.said.emit("The plot is on the clipboard.", False)


def save(plot: Drawn, path: Path) -> None:
    """Writes the plot as what the ending of the path names.  Raises FileError with a sentence."""
    writers = {".png": _png, ".svg": _svg, ".pdf": _pdf, ".csv": _csv}
    if (write := writers.get(path.suffix.lower())) is None:
        raise FileError(f"cannot write {path}: a plot ends in .png, .svg, .pdf or .csv")
    content = write(plot)

    def fill(scratch: Path) -> None:
        scratch.write_bytes(content)

    write_atomically(path, fill)


def ask(plot: Drawn, kind: Kind) -> bool:
    """Asks where to put the plot, and writes it; whether it is there."""
    session = plot.session
    folder = session.path.parent if session.path is not None else Path.home()
    start = str(folder / f"{_file_name(plot.name)}{kind.ending}")
    kinds, endings = f"{kind.told} (*{kind.ending})", (*(known.ending for known in KINDS), *PICTURES)
    path = new_file(plot.window(), "Save the plot", start, kinds, kind.ending, endings)
    if path is None:
        return False
    try:
        save(plot, path)
    except FileError as error:
        session.said.emit(sentence(error), True)
        return False
    session.said.emit(f"Saved to {path.name}.", False)
    return True


def table(plot: Drawn) -> str:
    """The numbers of all curves that are shown: a head, then a row for every point; where there is a gap, nothing."""
    told = plot.columns()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([name for name, _ in told])
    for row in range(max((len(values) for _, values in told), default=0)):
        writer.writerow([_cell(values[row]) if row < len(values) else "" for _, values in told])
    return out.getvalue()


def _cell(entry: float | str) -> str:
    if isinstance(entry, str):
        return entry
    number = float(entry)
    return "" if number != number else code(number)


def _file_name(text: str) -> str:
    return re.sub(r"[^\w-]+", "-", text.lower()).strip("-") or "plot"


def _paint(plot: Drawn, painter: QPainter, fineness: float = 1.0) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)  # PDF would blur the colours of a small matrix
    painter.fillRect(QRectF(0.0, 0.0, plot.width(), plot.height()), plot.session.theme["surface"])
    plot.paint_whole(painter, fineness)


def _buffer() -> QBuffer:
    made = QBuffer()
    made.open(QBuffer.OpenModeFlag.WriteOnly)
    return made


def _png(plot: Drawn) -> bytes:
    encoded = _buffer()
    writer = QImageWriter(encoded, QByteArray(b"png"))
    writer.setText("Software", "bpviz")
    if not writer.write(image(plot)):
        raise FileError(f"cannot write the picture: {writer.errorString().lower()}")
    return bytes(encoded.data().data())


def _svg(plot: Drawn) -> bytes:
    drawn = _buffer()
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(drawn)
    generator.setSize(QSize(plot.width(), plot.height()))
    generator.setViewBox(QRectF(0, 0, plot.width(), plot.height()))
    generator.setResolution(96)
    generator.setTitle(f"{plot.name}, drawn by bpviz")
    painter = QPainter(generator)
    _paint(plot, painter)
    painter.end()
    text = bytes(drawn.data().data()).decode()
    return _FAMILY.sub(_with_fallback, text).encode()


def _with_fallback(match: re.Match[str]) -> str:
    """On machines without these fonts, viewers should choose the nearest kind and not their default."""
    family = match[1].split(",")[0].strip("' ")
    kind = "STIX Two Math, Times New Roman, serif" if family.startswith("STIX") else "Helvetica, Arial, sans-serif"
    return f'font-family="{family}, {kind}"'


def _pdf(plot: Drawn) -> bytes:
    drawn = _buffer()
    writer = QPdfWriter(drawn)
    writer.setResolution(96)
    writer.setCreator("bpviz")
    writer.setTitle(plot.name)
    size = QSizeF(plot.width() * POINTS_PER_PIXEL, plot.height() * POINTS_PER_PIXEL)
    page = QPageSize(size, QPageSize.Unit.Point, "plot", QPageSize.SizeMatchPolicy.ExactMatch)
    layout = QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    layout.setMode(QPageLayout.Mode.FullPageMode)
    writer.setPageLayout(layout)
    painter = QPainter(writer)
    _paint(plot, painter)
    painter.end()
    return bytes(drawn.data().data())


def _csv(plot: Drawn) -> bytes:
    return table(plot).encode()
