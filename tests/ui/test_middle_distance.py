"""What stands on cards that are looked at from the middle distance, at every zoom between near and far."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ops import numerals
from bpviz.stage.geometry import CONSTANT_HEIGHT, CONSTANT_WIDTH, STRIP_HEIGHT, Rect
from bpviz.stage.stage import Stage
from bpviz.ui.application import application
from bpviz.ui.canvas import mathtext
from bpviz.ui.canvas.middle_distance import FULL_TEXT_FROM, NEAR_FROM_ZOOM, REMARKS_UNTIL, paint_middle_cards
from bpviz.ui.canvas.middle_faces import LEAST, VALUE
from bpviz.ui.canvas.named_constants import BETWEEN, Line, named_constant
from bpviz.ui.theme import LIGHT
from tests.ui.recording import Written, written_by

NAMES = "k", "G", "a_1", "c_max", "learning_rate", "the_weighted_average_of_everything"
NUMBERS = "0.5", "2", "−123.4", "1/1000", "6.674·10⁻¹¹", "299792458", "0.30000000000000004", "−∞"
ZOOMS = FULL_TEXT_FROM, 0.3, 0.36, 0.42, 0.5, 0.56, 0.6, 0.65
CARD = Rect(0.0, 0.0, CONSTANT_WIDTH, CONSTANT_HEIGHT)
LEGIBLE = 0.5  # how much of a text is there


@pytest.fixture(autouse=True)
def running() -> None:
    application(offscreen=True)


def stage(text: str, **values: float) -> Stage:
    """At the end of the story."""
    made = Stage(Diagram.of(parse(text, values)))
    return made.at(float(len(made.trace)))


def written(shown: Stage, zoom: float) -> list[Written]:
    """The texts on all cards, in pixels, and the places where they begin."""
    bounds = shown.bounds()

    def paint(painter: QPainter) -> None:
        painter.scale(zoom, zoom)
        painter.translate(-bounds.x, -bounds.y)
        paint_middle_cards(painter, shown, LIGHT, shown.scenery.rects, (), zoom)

    return [found for found in written_by(paint, QSize(2000, 2000)) if found.opacity >= LEGIBLE]


def on_card(shown: Stage, name: str, zoom: float) -> list[Written]:
    """Those on the face of one card."""
    bounds, card = shown.bounds(), shown.rect(shown.graph.by_name[name])
    strip = 0.0 if card.height == CONSTANT_HEIGHT else STRIP_HEIGHT
    face = QRectF(card.x - bounds.x, card.y - bounds.y, card.width, card.height - strip)
    return [found for found in written(shown, zoom) if face.contains(found.place[0] / zoom, found.place[1] / zoom)]


def look(name: str, number: str, zoom: float) -> tuple[Line, ...]:
    """As on the card of a constant at the origin."""
    shown = stage("k = constant(2); f = k * x", x=1)
    face = replace(shown.card(shown.graph.by_name["k"]), headline=name, value=number)
    box = QRectF(0.0, 0.0, CONSTANT_WIDTH, CONSTANT_HEIGHT)
    if zoom >= NEAR_FROM_ZOOM:
        return named_constant(face, box)
    return named_constant(face, box, max(1.0, VALUE / (21.0 * zoom)), LEAST / zoom, 9.0 / zoom)


def box_of(line: Line) -> Rect:
    """What digits and letters without tails take up."""
    return Rect(line.x, line.baseline - 0.72 * line.size, line.width, 0.72 * line.size)


@pytest.mark.parametrize("zoom", [*ZOOMS, 1.0])
@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("name", NAMES)
def test_a_named_constant_keeps_to_its_card_and_its_number_to_itself(name: str, number: str, zoom: float) -> None:
    lines = look(name, number, zoom)
    for line in lines:
        place = box_of(line)
        assert CARD.united(place) == CARD
        assert zoom >= NEAR_FROM_ZOOM or line.size * zoom >= LEAST - 1e-9
    if len(lines) == 2:
        assert not box_of(lines[0]).touches(box_of(lines[1]))
        assert lines[0].text == name or lines[0].text.endswith("…")
    if lines:
        assert lines[-1].text in numerals.shorter(number), "the number is what stays"
    elif mathtext.bold_width(min(numerals.shorter(number), key=len), LEAST / zoom, 0.0) < CONSTANT_WIDTH - BETWEEN:
        pytest.fail("there is room for the number")


@pytest.mark.parametrize("zoom", [*ZOOMS, NEAR_FROM_ZOOM, 1.0, 2.0])
@pytest.mark.parametrize("number", ["0.5", "2", "−3"])
def test_a_short_name_and_a_short_number_are_both_there_at_every_zoom(number: str, zoom: float) -> None:
    assert [line.text for line in look("k", number, zoom)] == ["k", number]


@pytest.mark.parametrize("zoom", ZOOMS)
def test_the_card_says_so_too(zoom: float) -> None:
    shown = stage("k = constant(0.5); f = k * x", x=3)
    assert [found.text for found in on_card(shown, "k", zoom)] == ["k", "0.5"]


@pytest.mark.parametrize("zoom", [0.3, 0.36, 0.42, 0.5, 0.55])
@pytest.mark.parametrize("value", [-2.357e-7, 1.161e-187, -0.9693])
def test_no_card_says_its_symbol_and_not_its_number(value: float, zoom: float) -> None:
    """Of a word as wide as tanh, little room is left for a number with an exponent."""
    shown = stage("y = tanh(x); f = y + x", x=value)
    for name in ("x", "y"):
        found = shown.trace.value(name)
        assert isinstance(found, float)
        number = numerals.short(found)
        texts = [found.text for found in on_card(shown, name, zoom)]
        assert any(text in numerals.shorter(number) for text in texts), texts


@pytest.mark.parametrize("zoom", [0.565, 0.58, 0.6, 0.61, 0.62, 0.64, 0.655])
def test_a_symbol_is_seen_once_on_its_way_into_the_badge(zoom: float) -> None:
    shown = stage("p = x * y; f = sin(p)", x=3, y=4)
    assert [found.text for found in on_card(shown, "p", zoom)].count("×") == 1
    assert [found.text for found in on_card(shown, "f", zoom)].count("sin") <= 2  # there, and in f = sin(p)
    bare = on_card(shown, "p", REMARKS_UNTIL)[0].place[0] / REMARKS_UNTIL
    near = on_card(shown, "p", NEAR_FROM_ZOOM)[0].place[0] / NEAR_FROM_ZOOM
    assert min(bare, near) <= on_card(shown, "p", zoom)[0].place[0] / zoom <= max(bare, near)


@pytest.mark.parametrize("zoom", [0.3, 0.4, 0.5])
def test_a_symbol_and_the_number_beside_it_share_a_middle(zoom: float) -> None:
    """Where nothing stands above the number, it is no lower than what stands beside it."""
    shown = stage("f = (x * y) + 1", x=3, y=4)
    product = next(node for node in shown.graph.nodes if shown.trace.value(node) == 12.0)
    bounds, card = shown.bounds(), shown.rect(product)
    face = QRectF(card.x - bounds.x, card.y - bounds.y, card.width, card.height - STRIP_HEIGHT)
    found = [one for one in written(shown, zoom) if face.contains(one.place[0] / zoom, one.place[1] / zoom)]
    symbol, number = found
    assert (symbol.text, number.text) == ("×", "12")
    assert abs(symbol.place[1] - number.place[1]) <= 0.12 * max(symbol.pixels, number.pixels)
