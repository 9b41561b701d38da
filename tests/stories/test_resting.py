"""Story: the window behind a projector on the only screen costs nothing, and is up to date when it is seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from bpviz.ui.projector import Projector
from tests.user import Key, User


class Watch(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, watched: QObject) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def desk(user: User) -> User:
    """At the start of f = (x + y) · z, with the inspector at rest, and then behind a projector."""
    user.paste_expression("q = x + y; f = q * z")
    user.click(user.nowhere())
    user.press(Key.Key_Home)
    user.qtbot.waitUntil(lambda: not user.window.inspector.is_awaiting)
    user.press(Key.Key_F11)
    with user.qtbot.waitActive(projector(user)):
        pass
    return user


def projector(user: User) -> Projector:
    found = user.window.projecting.projector
    assert found is not None
    return found


def test_nothing_is_painted_or_filled_until_the_lecture_is_over(desk: User) -> None:
    window, counter = desk.window, desk.window.player.counter
    QApplication.processEvents()
    behind, front = [Watch(window.canvas), Watch(window.player.timeline)], Watch(projector(desk).canvas)
    for _ in range(14):
        desk.press(Key.Key_PageDown, Key.Key_PageDown)
        QApplication.processEvents()
        assert not window.inspector.is_awaiting
    assert [watch.count for watch in behind] == [0, 0]
    assert front.count >= 14
    assert (counter.text(), projector(desk).counter.text()) == ("Step 0 of 14", "14 / 14")
    desk.press(Key.Key_Escape)
    with desk.qtbot.waitActive(window):
        pass
    desk.qtbot.waitUntil(lambda: all(watch.count for watch in behind))
    desk.qtbot.waitUntil(lambda: not window.inspector.is_awaiting)
    assert window.inspector.node == window.inspector.chosen
    assert counter.text() == "Step 14 of 14"


def test_who_comes_back_to_the_window_finds_it_awake(desk: User) -> None:
    window = desk.window
    desk.press(Key.Key_End)
    assert not window.updatesEnabled()
    window.activateWindow()
    with desk.qtbot.waitActive(window):
        pass
    desk.qtbot.waitUntil(window.updatesEnabled)
    assert window.projecting.is_on
    projector(desk).activateWindow()
    desk.qtbot.waitUntil(lambda: not window.updatesEnabled())
    projector(desk).showNormal()
    desk.qtbot.waitUntil(window.updatesEnabled)
    canvas = Watch(window.canvas)
    desk.press(Key.Key_PageUp)
    desk.qtbot.waitUntil(lambda: canvas.count > 0)


def test_the_window_is_closed_from_behind(desk: User) -> None:
    desk.session.document.mark_saved()
    desk.window.close()
    assert not desk.window.projecting.is_on
    desk.window.show()
    assert desk.window.updatesEnabled()
