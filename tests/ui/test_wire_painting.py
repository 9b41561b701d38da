"""Wires that are painted by chords look like curves that Qt strokes, wherever one looks."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.stage.geometry import Rect
from bpviz.stage.stage import Stage
from bpviz.ui.application import application
from bpviz.ui.canvas.shapes import bezier
from bpviz.ui.canvas.wire_painting import paint_wires
from bpviz.ui.theme import THEMES
from tests.ui.pixels import apart, levels

GRAPH = "a = x * y + sin(x); b = a * y + x * z; f = tanh(a * b) + z * a"
WIDTH, HEIGHT = 1400, 800


def stage() -> Stage:
    return Stage(Diagram.of(parse(GRAPH, {"x": 0.7, "y": -2.0, "z": 0.3})))  # before anything has happened: one colour


def begun(shown: Stage, zoom: float) -> tuple[QImage, QPainter]:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(THEMES["light"]["paper"])
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    bounds = shown.bounds()
    painter.translate(WIDTH / 2 - zoom * bounds.x - zoom * bounds.width / 2, HEIGHT / 2 - zoom * bounds.y)
    painter.scale(zoom, zoom)
    return image, painter


@pytest.mark.parametrize("zoom", [0.3, 0.55, 0.8, 1.0, 1.7, 3.0])
def test_as_curves_look(zoom: float) -> None:
    application(offscreen=True)
    shown, theme = stage(), THEMES["light"]
    by_chords, painter = begun(shown, zoom)
    paint_wires(painter, shown, shown.scenery.wired, theme)
    painter.end()
    by_curves, painter = begun(shown, zoom)
    for node in shown.scenery.wired:
        for wire in shown.wires(node):
            painter.setPen(QPen(theme["wire"], wire.thickness, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawPath(bezier(wire.curve))
    painter.end()
    drawn = np.ptp(np.stack([levels(by_curves), levels(begun(shown, zoom)[0])]), axis=0).max(axis=2) > 12
    difference = np.abs(levels(by_chords) - levels(by_curves)).max(axis=2)
    assert drawn.sum() > 1000
    assert np.percentile(difference[drawn], 95) <= 12, "of 255 levels"
    assert difference.max() <= 60, "at a sharp turn"
    assert not (difference[~drawn] > 40).any()


def test_in_a_part_all_that_is_seen_of_them_there() -> None:
    application(offscreen=True)
    shown, theme, zoom = stage(), THEMES["light"], 1.0
    whole, painter = begun(shown, zoom)
    paint_wires(painter, shown, shown.scenery.wired, theme)
    painter.end()
    strip = QRect(600, 0, 60, HEIGHT)
    partly, painter = begun(shown, zoom)
    there = painter.transform().inverted()[0].mapRect(strip)
    part = Rect(there.x(), there.y(), there.width(), there.height()).grown(6.0)
    paint_wires(painter, shown, shown.scenery.wired, theme, parts=[part])
    painter.end()
    assert apart(whole.copy(strip), partly.copy(strip)) <= 2
    assert partly != whole, "far from there nothing is painted"
