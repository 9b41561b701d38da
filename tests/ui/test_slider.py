"""The slider below an input's card: its reach, and what the places along it mean."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpviz.graph.graph import Node, as_value
from bpviz.ops import OPS
from bpviz.stage.geometry import Rect
from bpviz.ui.canvas.slider import STEPS, Slider, reach_of

CARD = Rect(100.0, 50.0, 168.0, 84.0)
SIZES = st.floats(1e-100, 1e100) | st.just(0.0)
NUMBERS = SIZES | SIZES.map(lambda size: -size)


def slider(value: float) -> Slider:
    made = Slider.beside(CARD, Node(1, OPS["variable"], (), value, "x"))
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("value", "reach"),
    [
        (0, 5), (1, 5), (-5, 5), (5.1, 10), (10, 10), (-11, 50), (51, 100),
        (0.1, 0.1), (0.03, 0.05), (0.06, 0.1), (-0.004, 0.005),
    ],
)  # fmt: skip
def test_its_reach_is_a_round_number_beyond_the_value(value: float, reach: float) -> None:
    assert reach_of(value) == pytest.approx(reach)


@given(NUMBERS)
def test_its_reach_reaches_every_value(value: float) -> None:
    assert abs(value) <= reach_of(value) * (1 + 1e-12)
    assert reach_of(value) > 0


@given(NUMBERS, st.integers(0, STEPS))
def test_the_place_of_a_value_on_a_step_means_that_value(held: float, step: int) -> None:
    shown = slider(held)
    value = float(f"{(2 * step / STEPS - 1) * shown.reach:.12g}")
    assert shown.value_at(replace(shown, value=value).thumb[0]) == value


@given(NUMBERS, st.floats(0, 400))
def test_every_place_means_a_value_within_reach_on_a_round_step(held: float, x: float) -> None:
    shown = slider(held)
    value = shown.value_at(x)
    assert abs(value) <= shown.reach * (1 + 1e-12)
    steps = value / shown.reach * STEPS / 2
    assert steps == pytest.approx(round(steps), abs=1e-6)
    assert str(value) != "-0.0"


@given(NUMBERS)
def test_farther_right_is_never_less(held: float) -> None:
    shown = slider(held)
    values = [shown.value_at(CARD.x + x) for x in range(170)]
    assert values == sorted(values)
    assert (values[0], values[-1]) == pytest.approx((-shown.reach, shown.reach), rel=1e-12)


def test_the_thumb_stays_on_the_slider() -> None:
    shown = replace(slider(1.0), value=1e9)
    assert shown.rect.contains(shown.thumb)


def test_a_drag_keeps_the_reach_that_it_began_with() -> None:
    node = Node(1, OPS["variable"], (), 4.0, "x")
    kept = Slider.beside(CARD, node, reach=50.0)
    assert kept is not None
    assert kept.reach == 50.0


@pytest.mark.parametrize(
    "node",
    [
        Node(1, OPS["constant"], (), 2.0),
        Node(1, OPS["variable"], (), None, "x"),
        Node(1, OPS["variable"], (), as_value([1, 2]), "x"),
        Node(1, OPS["sin"], (None,)),
    ],
)
def test_only_inputs_that_hold_a_number_have_one(node: Node) -> None:
    assert Slider.beside(CARD, node) is None
