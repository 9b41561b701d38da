"""Pictures: the painting of the screen into PNG, SVG and PDF."""

from __future__ import annotations

import os
import re
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPageSize, QPaintDevice, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from ..document.arranging import arrange
from ..document.atomic import FileError
from ..document.diagram import Diagram
from ..engine.trace import Trace
from ..export.picture import Format, Picture, export_picture
from ..graph.graph import Graph
from ..graph.layout import Direction
from ..graph.naming import quoted
from ..stage.stage import Stage
from .application import application
from .canvas.annotations import paint_annotations
from .canvas.group_painting import paint_group_frames
from .canvas.painting import paint_stage
from .theme import THEMES

POINTS_PER_PIXEL = 0.75  # 96 pixels, 72 points to the inch


def export_graph(
    source: Diagram | Graph,
    path: str | os.PathLike[str],
    *,
    step: int | None = None,
    theme: str = "light",
    scale: float = 1.0,
    transparent: bool = False,
    direction: str | None = None,
    trace: Trace | None = None,
) -> None:
    """Writes the picture of a diagram after `step` events (None: at the end) to a .png, .svg or .pdf file.

    With a `direction`, "right" or "down", in which wires do not lead yet, everything is arranged anew.  Needs no
    display.  Raises FileError for a path that cannot be written, a step outside the trace, and an unknown theme or
    direction.
    """
    application(offscreen=True)
    ways = [way.value for way in Direction]
    if direction is not None and direction not in ways:
        raise FileError(f"there is no direction {direction!r}: choose {' or '.join(ways)}")
    diagram = source if isinstance(source, Diagram) else Diagram.of(source, Direction(direction or ways[0]))
    if direction is not None and diagram.direction.value != direction:
        diagram = arrange(diagram, direction=Direction(direction))
    stage = Stage(diagram, trace)
    last = len(stage.trace)
    if step is not None and not 0 <= step <= last:
        raise FileError(f"there is no step {step}: the steps of this graph go from 0 to {last}")
    if theme not in THEMES:
        raise FileError(f"there is no theme {quoted(theme)}: choose {', '.join(THEMES)}")
    moment = stage.at(float(last if step is None else step))
    export_picture(moment, path, paint_file, theme=theme, scale=scale, is_transparent=transparent)


def paint_file(picture: Picture, path: Path) -> None:
    """Fills a file with a picture.  Raises OSError when it cannot."""
    match picture.format:
        case Format.PNG:
            _png(picture, path)
        case Format.SVG:
            _svg(picture, path)
        case Format.PDF:
            _pdf(picture, path)


def image(picture: Picture) -> QImage:
    """The picture as pixels."""
    width, height = picture.size
    made = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    if made.isNull():
        raise OSError(f"there is not enough memory for {width} × {height} pixels")
    made.fill(0)
    _paint(picture, made, picture.scale)
    return made


def _paint(picture: Picture, device: QPaintDevice, scale: float) -> None:
    painter = QPainter()
    if not painter.begin(device):
        raise OSError("the file cannot be opened for painting")
    try:
        theme = THEMES[picture.theme]
        painter.scale(scale, scale)
        painter.translate(-picture.frame.x, -picture.frame.y)
        if not picture.is_transparent:
            frame = picture.frame
            painter.fillRect(QRectF(frame.x, frame.y, frame.width, frame.height), theme["paper"])
        scenery = picture.stage.scenery
        paint_annotations(painter, picture.stage, theme)
        paint_group_frames(painter, picture.stage, theme)
        paint_stage(painter, picture.stage, theme, scenery.rects, scenery.wired)
    finally:
        painter.end()


def _memory() -> QBuffer:
    """Where Qt writes to: of a full disk it says nothing, or only on standard error."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    return buffer


def _png(picture: Picture, path: Path) -> None:
    encoded = _memory()
    writer = QImageWriter(encoded, QByteArray(b"png"))
    writer.setText("Software", "bpviz")
    if not writer.write(image(picture)):
        raise OSError(writer.errorString().lower())
    path.write_bytes(encoded.data().data())


def _svg(picture: Picture, path: Path) -> None:
    width, height = picture.size
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    drawn = _memory()
    generator.setOutputDevice(drawn)
    generator.setSize(QSize(width, height))
    generator.setViewBox(QRectF(0, 0, width, height))
    generator.setResolution(96)
    generator.setTitle("A computation graph, drawn by bpviz")
    _paint(picture, generator, picture.scale)
    # On machines without these fonts, viewers should choose the nearest kind and not their default.
    text = bytes(drawn.data().data()).decode()
    path.write_text(re.sub(r'font-family="([^"]*)"', _with_fallback, text), encoding="utf-8")


def _with_fallback(match: re.Match[str]) -> str:
    family = match[1].split(",")[0].strip("' ")
    kind = "STIX Two Math, Times New Roman, serif" if family.startswith("STIX") else "Helvetica, Arial, sans-serif"
    return f'font-family="{family}, {kind}"'


def _pdf(picture: Picture, path: Path) -> None:
    drawn = _memory()
    writer = QPdfWriter(drawn)
    writer.setResolution(96)
    writer.setCreator("bpviz")
    writer.setTitle("A computation graph")
    width, height = picture.size
    size = QSizeF(width * POINTS_PER_PIXEL, height * POINTS_PER_PIXEL)
    page = QPageSize(size, QPageSize.Unit.Point, "graph", QPageSize.SizeMatchPolicy.ExactMatch)
    layout = QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    layout.setMode(QPageLayout.Mode.FullPageMode)
    writer.setPageLayout(layout)
    _paint(picture, writer, picture.scale)
    path.write_bytes(drawn.data().data())
