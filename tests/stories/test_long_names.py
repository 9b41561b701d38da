"""Names of 200 characters: shortened where they are shown, whole in the tip, and the window is no wider for them."""

from __future__ import annotations

from PySide6.QtCore import Qt

from bpviz.ui.canvas import mathtext
from bpviz.ui.sentences import LONGEST_NAME, with_short_names
from bpviz.ui.steps import StepModel
from tests.user import User

LONG = "the_weighted_average_of_everything_" * 6


def test_a_sentence_with_long_names_has_room_and_is_whole_in_its_tip(user: User) -> None:
    width, least = user.window.width(), user.window.minimumSizeHint().width()
    user.session.playback.is_animated = False
    user.paste_expression(f"y = 2; {LONG} = sin(y) * 3; f = {LONG} + y")
    user.click(user.nowhere())
    user.press(Qt.Key.Key_End)
    caption = user.window.player.caption
    user.session.playback.seek(user.session.story.seed_position + 1.5)
    assert "passes back" in caption.text()
    assert LONG not in caption.text()
    assert "the_weighted_a…f_everything_" in caption.text()
    assert caption.heightForWidth(caption.width()) <= caption.height()
    assert f"to {LONG}, " in caption.toolTip()
    assert user.window.width() == width
    assert user.window.minimumSizeHint().width() <= least
    rows = user.window.findChildren(StepModel)[0]
    assert not any(LONG in span.text for row in range(rows.rowCount()) for span in rows.spans(row))
    user.session.playback.seek(1.0)
    assert caption.toolTip() == "", "a sentence without long names says it all"


def test_only_long_names_are_cut() -> None:
    edge = "n" * LONGEST_NAME
    assert with_short_names(f"{edge} is {edge}") == f"{edge} is {edge}"
    assert with_short_names(f"∂{edge}n/∂x₁ = 2") == f"∂{'n' * 14}…{'n' * 13}/∂x₁ = 2"


def test_a_name_on_a_card_ends_within_it() -> None:
    for size in (12.0, 14.0, 26.0):
        short = mathtext.elided(LONG, size, 140.0)
        assert short.endswith("…")
        assert mathtext.width(short, size) <= 140.0 < mathtext.width(short[:-1] + "nnn…", size)
