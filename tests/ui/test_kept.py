"""What is kept of the picture while the camera goes sideways, or while a hand moves a card, is the whole picture."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bpviz.ui.canvas import kept
from bpviz.ui.canvas.camera import Camera
from bpviz.ui.canvas.layers import paint_canvas
from bpviz.ui.theme import THEMES
from bpviz.ui.window import Window

from ..user import User
from .test_repainting import NETWORK, colours, on_screen, tell


def check(window: Window) -> None:
    """What stands on the screen is what is painted all at once; edges that are cut may differ by a shade or two."""
    shown = colours(on_screen(window.canvas))
    window.canvas.update()
    whole = colours(on_screen(window.canvas))
    assert len(np.unique(shown)) > 3, "something is to be seen"
    for shift in (0, 8, 16):
        one, other = (shown >> shift) & 255, (whole >> shift) & 255
        assert np.abs(one.astype(int) - other.astype(int)).max() <= 3


@pytest.fixture
def painted(window: Window, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Which share of the canvas was painted, each time."""
    shares: list[float] = []
    paint = paint_canvas

    def noted(painter: object, canvas: object, region: QRegion) -> None:
        whole = window.canvas.width() * window.canvas.height()
        shares.append(sum(part.width() * part.height() for part in region) / whole)  # type: ignore[attr-defined]
        paint(painter, canvas, region)  # type: ignore[arg-type]

    monkeypatch.setattr(kept, "paint_canvas", noted)
    return shares


def near(window: Window, zoom: float) -> None:
    tell(window, NETWORK)
    rect = window.session.stage.rect(window.session.graph.by_name["h2"])
    window.canvas.look(Camera(zoom, rect.x - 300.0 / zoom, rect.y - 220.0 / zoom))
    QApplication.processEvents()


def test_a_pan_paints_only_what_comes_into_view(window: Window, user: User, painted: list[float]) -> None:
    near(window, 1.0)
    check(window)
    canvas = window.canvas
    at = QPoint(canvas.width() - 60, 40)
    QTest.mousePress(canvas, Qt.MouseButton.MiddleButton, pos=at)
    QApplication.processEvents()
    for way in (QPoint(-9, 4), QPoint(-40, -30), QPoint(25, 61), QPoint(25, 61), QPoint(-130, 0)):
        painted.clear()
        at += way
        QTest.mouseMove(canvas, at)
        QApplication.processEvents()
        assert painted
        assert max(painted) < 0.4
        check(window)
    QTest.mouseRelease(canvas, Qt.MouseButton.MiddleButton, pos=at)
    check(window)


def test_what_changes_between_two_pans_is_painted(window: Window, user: User) -> None:
    near(window, 1.0)
    canvas, session = window.canvas, window.session
    for number, change in enumerate(
        [
            lambda: session.select({session.graph.by_name["h2"]}),
            lambda: session.playback.seek(9.0),
            lambda: window.set_theme(THEMES["dark"]),
            lambda: session.undo(),
            lambda: window.resize(1000, 700),
        ]
    ):
        change()  # type: ignore[no-untyped-call]
        canvas.look(canvas.camera.panned(13.0 + number, -7.0))  # before what changed has been painted
        check(window)
        canvas.look(canvas.camera.panned(-0.5, 0.25))  # no whole pixels
        check(window)
