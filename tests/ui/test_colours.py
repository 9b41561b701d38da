"""Forward, backward and fault look different to all eyes, and none of them is told by colour alone."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from bpviz.document.diagram import Diagram
from bpviz.engine.telling import Telling, told
from bpviz.engine.trace import run
from bpviz.export.picture import Format, Picture, frame_of
from bpviz.graph.parse import parse
from bpviz.stage.cards import State
from bpviz.stage.stage import Stage
from bpviz.stage.wires import THINNEST
from bpviz.ui.picture import image
from bpviz.ui.theme import THEMES, Theme
from tests.ui.colour_vision import VISIONS, delta_e, difference, picture_seen, seen

EYES = [name for name in VISIONS if name != "no colours"]
each_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
each_eye = pytest.mark.parametrize("vision", EYES)

# ΔE of CIE 2000.  From 10 on, two colours are seen to be different at a glance, also in thin lines far apart.
AT_A_GLANCE = 10.0
# Values and gradients are all that the program is about: as different as blue and orange can be.
OPPOSITE = 40.0
# A wire that carries something against one that does not yet, numbers against ink: in the corner of the eye.
CLEARLY = 19.0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_measure(one: tuple[float, ...], other: tuple[float, ...], expected: float) -> None:
    """Against the data of Sharma, Wu and Dalal."""
    assert delta_e(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)


def test_the_simulation() -> None:
    """Whoever cannot tell red from green sees greys and whites as they are, and red and green as shades of one hue."""
    for vision in EYES:
        assert seen(np.ones(3), vision) == pytest.approx(np.ones(3), abs=1e-4)
        assert difference(QColor("black"), QColor("white"), vision) == pytest.approx(100.0, abs=0.1)
    red, green = QColor("#b85c5c"), QColor("#6f7a3c")
    assert difference(red, green) > 2 * difference(red, green, "deuteranopia")


@each_theme
@each_eye
def test_values_and_gradients(theme: Theme, vision: str) -> None:
    assert difference(theme["forward"], theme["backward"], vision) >= OPPOSITE


@each_theme
@each_eye
@pytest.mark.parametrize("tone", ["forward", "backward"])
@pytest.mark.parametrize("other", ["wire", "ink"])
def test_what_is_alive_and_what_is_not(theme: Theme, vision: str, tone: str, other: str) -> None:
    assert difference(theme[tone], theme[other], vision) >= CLEARLY


@each_theme
@each_eye
@pytest.mark.parametrize("other", ["forward", "backward", "wire", "ink"])
def test_faults(theme: Theme, vision: str, other: str) -> None:
    assert difference(theme["fault"], theme[other], vision) >= AT_A_GLANCE


@each_theme
@pytest.mark.usefixtures("qapp")
def test_the_picture_itself(theme: Theme) -> None:
    """In the middle of the way back, every colour with a meaning is there, and stays apart when simulated."""
    stage = Stage(Diagram.of(parse("b = ln(x); q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}))).at(8.0)
    drawn = image(Picture(stage, frame_of(stage), Format.PNG, theme.name, 1.0, is_transparent=False))
    tones = ("forward", "backward", "fault")
    places = {tone: _place_of(drawn, theme[tone]) for tone in tones}
    for vision in EYES:
        looks = picture_seen(drawn, vision)
        shown = {tone: looks.pixelColor(*place) for tone, place in places.items()}
        assert all(difference(shown[one], shown[other]) >= AT_A_GLANCE for one, other in combinations(tones, 2))


def _place_of(picture: QImage, colour: QColor) -> tuple[int, int]:
    """Some place where a picture has just this colour."""
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(plain.constBits(), np.uint32).reshape(plain.height(), plain.width()) & 0xFFFFFF
    rows, columns = np.nonzero(pixels == colour.rgb() & 0xFFFFFF)
    assert rows.size, f"nothing is painted in {colour.name()}"
    return int(columns[0]), int(rows[0])


class TestNothingIsToldByColourAlone:
    def test_a_gradient_on_its_way_has_an_arrow_a_sign_and_a_thicker_wire(self) -> None:
        stage = Stage(Diagram.of(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}))).at(6.8)
        f = stage.graph.by_name["f"]
        (token,) = stage.tokens()
        assert token.text == "−4"
        assert token.is_gradient
        carrying, waiting = stage.wires(f)
        assert carrying.carries_gradient
        assert carrying.thickness > THINNEST == waiting.thickness

    def test_a_gradient_is_named_and_a_wrong_one_is_crossed_out_with_a_sign(self) -> None:
        diagram = Diagram.of(parse("a = x * y; f = a * x + a", {"x": 2, "y": 3}))
        wrong = Stage(diagram, told(run(diagram.graph), Telling.OVERWRITES), 1e9)
        card = wrong.card(diagram.graph.by_name["a"])
        assert card.strip == "∂f/∂a"
        assert card.gradient == "2 ≠ 3"
        assert card.is_wrong

    def test_a_fault_has_a_message(self) -> None:
        stage = Stage(Diagram.of(parse("f = ln(x)", {"x": -2}))).at(1e9)
        card = stage.card(stage.graph.by_name["f"])
        assert card.state is State.FAILED
        assert card.value == "NaN"
        assert card.trouble
