"""What follows the playhead is painted again in part, and is, pixel for pixel, as if it had been painted as a whole."""

from __future__ import annotations

from random import Random

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.playback import Playback
from bpviz.ui.window import Window

from ..user import User


def on_screen(widget: QWidget) -> QImage:
    """A widget as it stands on the screen, however it came to that."""
    QApplication.processEvents()
    window = widget.window()
    at = widget.mapTo(window, widget.rect().topLeft())
    picture = window.screen().grabWindow(window.winId(), at.x(), at.y(), widget.width(), widget.height())
    return picture.toImage().convertToFormat(QImage.Format.Format_RGB32)


def check(*widgets: QWidget) -> None:
    shown = [on_screen(widget) for widget in widgets]
    for widget in widgets:
        widget.update()
    assert shown == [on_screen(widget) for widget in widgets]
    assert all(image.convertToFormat(QImage.Format.Format_Indexed8).colorCount() > 9 for image in shown)


@pytest.fixture
def window(user: User) -> Window:
    """A story of some sixty events, with the list of its steps."""
    user.session.open(Diagram.of(parse("f = " + " + ".join(f"sin(x * {k})" for k in range(1, 8)), {"x": 0.5})), None)
    user.window.side.turn_to(1)
    QApplication.processEvents()
    return user.window


def move(playback: Playback, by: float) -> None:
    """Plays, or takes back, so many events' worth of time: a jump would have all painted."""
    playback.go_to(playback.time + (40.0 if by > 0 else -40.0))
    QApplication.processEvents()
    playback._clock.stop()  # the ticks come from here
    begin = playback.time
    while playback.is_moving and abs(playback.time - begin) < abs(by):
        playback.advance(0.02)
    QApplication.processEvents()


def test_the_timeline_and_the_list_of_steps(window: Window) -> None:
    playback, timeline, steps = window.session.playback, window.player.timeline, window.steps.viewport()
    random, turn = Random(5), float(window.session.story.seed_position)
    playback.seek(turn - 1.5)
    for _ in range(12):
        move(playback, random.choice((-8.0, -1.0, -0.4, 0.3, 0.7, 1.0, 2.5, 20.0)))
        check(timeline, steps)
    for time in (8.0, 5.0, 10.5, 8.5, turn, turn - 0.5):
        playback.seek(time)
        check(steps)


def test_a_timeline_that_became_longer_while_the_playhead_moved(window: Window) -> None:
    playback, timeline = window.session.playback, window.player.timeline
    for size in (260, -130, -60):
        playback.seek(20.25)
        move(playback, 0.5)
        window.resize(window.width() + size, window.height())
        playback.advance(0.02)
        check(timeline)
        playback.advance(0.4)
        check(timeline)


def test_the_timeline_of_a_lecture(window: Window) -> None:
    window.actions_["projector"].trigger()
    QApplication.processEvents()
    projector, playback = window.projecting.projector, window.session.playback
    assert projector is not None
    for by in (-2.5, -0.3, 0.2, 4.0):
        move(playback, by)
        check(projector.timeline)
    window.actions_["projector"].trigger()
