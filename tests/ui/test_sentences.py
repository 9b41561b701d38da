"""Sentences as they are shown: where their lines may end, and what is above and below the line."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument

from bpviz.engine.explain import Span, Tone
from bpviz.ui.sentences import kept_together, large, rich
from bpviz.ui.theme import LIGHT


@pytest.mark.parametrize(
    ("told", "pieces"),
    [
        ("f passes back 1 × (−4) = −4 to q.", ["f", "passes", "back", "1 × (−4) = −4", "to", "q."]),
        ("locally ∂f/∂q = z = −4.", ["locally", "∂f/∂q = z = −4."]),
        ("∂₂a = 3 (∂₂: by its second input).", ["∂₂a = 3", "(∂₂: by", "its", "second", "input)."]),
        ("f falls by about 4 · Δy.", ["f", "falls", "by", "about", "4 · Δy."]),
        (f"∂{'n' * 30}/∂x = {'m' * 30} = 2", [f"∂{'n' * 30}/∂x", f"= {'m' * 30}", "= 2"]),
        (f"{'n' * 44} · {'m' * 44}", ["n" * 44, "·", "m" * 44]),
    ],
)
def test_equations_stay_on_one_line_if_they_are_not_long(told: str, pieces: list[str]) -> None:
    found = kept_together(told)
    assert [piece.replace("\u00a0", " ").replace("\u2060", "") for piece in found.split(" ")] == pieces
    assert "/∂" not in found


def plain(html: str) -> str:
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText().replace("\u00a0", " ").replace("\u2060", "")


@pytest.mark.usefixtures("qapp")
def test_indices_are_lowered_and_nothing_else_is_changed() -> None:
    told = "w_in & learning_rate < x₁²"
    desk, wall = rich((Span(told, Tone.GRADIENT),), LIGHT), large(told, 20.0)
    assert (desk.count("sub"), wall.count("sub"), wall.count("super")) == (1, 2, 1)
    assert plain(desk) == "win & learning_rate < x₁²"
    assert plain(wall) == "win & learning_rate < x12"
    assert wall.count("font-size:30px") == 3, "of which Qt takes two thirds"
    assert LIGHT["backward"].name() in desk
