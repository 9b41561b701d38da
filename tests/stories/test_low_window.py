"""Story: a small screen, and everything open at once."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtCore import QPoint

from bpviz.ui.side import Scrolled
from bpviz.ui.window import Window
from tests.user import User


@pytest.fixture
def user(window: Window, qtbot: object) -> User:
    made = User(window, qtbot)  # type: ignore[arg-type]
    made.paste_expression("q = x + y; f = q * z")
    made.click(made.nowhere())
    return made


def test_whatever_is_open_the_window_fits_on_1024_by_640(user: User) -> None:
    window = user.window
    window.session.select({window.session.graph.by_name["q"]})
    named = {"nudge": window.lens_panel, "predict": window.question, "notes": window.presenter}
    for page, *wanted in product(range(3), *[(False, True)] * len(named)):
        window.side.turn_to(page)
        for (name, panel), is_open in zip(named.items(), wanted, strict=True):
            if panel.isVisible() is not is_open:
                window.actions_[name].trigger()
            assert panel.isVisible() is is_open, (name, is_open)
        least = window.minimumSizeHint()
        assert least.width() <= 1024, (page, wanted)
        assert least.height() <= 640, (page, wanted)
    window.resize(1024, 640)
    user.qtbot.waitUntil(lambda: window.player.mapTo(window, QPoint()).y() + window.player.height() == 640)
    scrolled = window.findChild(Scrolled)
    assert scrolled is not None
    assert scrolled.isAncestorOf(window.lens_panel)
    shown = [window.canvas, window.side, scrolled, window.presenter, window.question, window.player]
    places = [panel.rect().translated(panel.mapTo(window, QPoint())) for panel in shown]
    assert all(window.rect().contains(place) for place in places)
    assert not any(one.intersects(other) for i, one in enumerate(places) for other in places[:i])
    window.actions_["predict"].trigger()
