"""A lecture on two screens, run by test_projector.py in a process of its own."""

from __future__ import annotations

import sys

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.application import application
from bpviz.ui.window import Window


def settle(window: Window) -> None:
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)


def main() -> None:
    running = application()
    desk, wall = QGuiApplication.screens()
    window = Window(QSettings(sys.argv[1], QSettings.Format.IniFormat))
    window.show()
    settle(window)
    window.session.open(Diagram.of(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})), None)
    QTest.keyClick(window, Qt.Key.Key_F11)
    projector = window.projecting.projector
    assert projector is not None
    assert projector.isFullScreen()
    assert (projector.screen(), projector.geometry()) == (wall, wall.geometry())
    assert window.screen() is desk
    assert window.presenter.isVisible(), "the notes stay with the lecturer"
    print("opened")
    projector.activateWindow()
    assert QTest.qWaitForWindowActive(projector)
    QTest.keyClick(projector, Qt.Key.Key_Home)
    assert window.session.playback.time == 0.0
    assert window.presenter.count.text() == "Step 0 of 14"
    settle(window)
    window.canvas.setFocus()
    QTest.keyClick(window, Qt.Key.Key_End)
    assert projector.counter.text() == "14 / 14", "the keys of either window do"
    print("stepped")
    running.screenRemoved.emit(wall)
    assert window.projecting.projector is None
    assert not window.presenter.isVisible()
    assert "screen was taken away" in window.toast.text()
    print("removed")
    QTest.keyClick(window, Qt.Key.Key_F11)
    assert window.projecting.is_on
    window.close()
    assert not window.projecting.is_on
    assert not [shown for shown in running.topLevelWidgets() if shown.isVisible()]
    print("closed")


main()
