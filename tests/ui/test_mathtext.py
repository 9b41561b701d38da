"""A line of mathematics on the canvas: what is slanted, what is lowered."""

from __future__ import annotations

import pytest

from bpviz.ui.canvas import mathtext

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize(
    ("text", "indices"),
    [
        ("w_in", ["in"]),
        ("∂f/∂θ_1,2 = γ_in · x", ["1,2", "in"]),
        ("Δθ_max", ["max"]),
        ("learning_rate", []),
        ("speed_of_x", []),
        ("x_", []),
        ("_", []),
        ("max(x_i, y_j)", ["i", "j"]),
        ("v₁ + v₂", []),
    ],
)
def test_indices_are_smaller_and_lower(text: str, indices: list[str]) -> None:
    runs, width = mathtext.runs(text, 20.0)
    lowered = "".join(piece if below else "|" for piece, _, _, below in runs)
    assert [piece for piece in lowered.split("|") if piece] == indices
    assert all(used.pixelSize() < 20 for _, used, _, below in runs if below)
    assert width == pytest.approx(mathtext.width(text, 20.0))
    assert [x for _, _, x, _ in runs] == sorted(x for _, _, x, _ in runs)
    if not indices:
        assert "".join(piece for piece, *_ in runs) == text


@pytest.mark.parametrize(
    ("text", "plain", "scripts"),
    [
        ("∂v₁/∂w_in = x²", "∂v/∂w = x", ["1", "in", "2"]),
        ("1.5·10⁻¹²", "1.5·10", ["−12"]),
        ("Xᵀ · log₂(x)", "X · log(x)", ["T", "2"]),
        ("x = −4", "x = −4", []),
    ],
)
@pytest.mark.parametrize("hand", mathtext.Hand)
def test_no_character_is_smaller_than_the_least(text: str, plain: str, scripts: list[str], hand: mathtext.Hand) -> None:
    runs, _ = mathtext.runs(text, 20.0, 18.0, hand)
    assert "".join(piece for piece, _, _, below in runs if not below) == plain
    assert [piece for piece, _, _, below in runs if below] == scripts
    assert all(used.pixelSize() == (18 if below else 20) for _, used, _, below in runs)
    assert all(below < 0 for piece, _, _, below in runs if piece in ("T", "−12")), "exponents stand above the line"


def test_without_one_a_font_draws_its_own_small_characters() -> None:
    runs, _ = mathtext.runs("v₁ + x²", 20.0)
    assert "".join(piece for piece, *_ in runs) == "v₁ + x²"
