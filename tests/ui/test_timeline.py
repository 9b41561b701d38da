"""Pixels and times on the timeline."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.session import Session
from bpviz.ui.timeline import Timeline


def timeline_of(text: str, qtbot: QtBot, width: int = 600) -> Timeline:
    session = Session()
    session.open(Diagram.of(parse(text, {"x": 2} if "x" in text else {})), None)
    made = Timeline(session)
    session.setParent(made)
    qtbot.addWidget(made)
    made.resize(width, 48)
    made.show()
    return made


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    """Of x·x, in 7 events."""
    return timeline_of("f = x * x", qtbot)


def test_the_ends_are_near_the_edges(timeline: Timeline) -> None:
    assert 0 < timeline.x_of(0) < 20
    assert timeline.width() - 20 < timeline.x_of(7) < timeline.width()


def test_every_event_is_where_it_is_shown(timeline: Timeline) -> None:
    for time in range(8):
        for off in (-3, 0, 3):
            assert timeline.time_at(timeline.x_of(time) + off) == time, "near an event it snaps"


def test_between_events_there_is_time_too(timeline: Timeline) -> None:
    middle = (timeline.x_of(3) + timeline.x_of(4)) / 2
    assert timeline.time_at(middle) == pytest.approx(3.5)


@pytest.mark.parametrize(("x", "time"), [(-500, 0), (0, 0), (600, 7), (9999, 7)])
def test_beyond_the_ends_are_the_ends(timeline: Timeline, x: float, time: float) -> None:
    assert timeline.time_at(x) == time


def test_time_never_runs_backward_along_it(qtbot: QtBot) -> None:
    chain = "\n".join(["t0 = sin(x)"] + [f"t{i} = t{i - 1} + 1" for i in range(1, 120)])
    for timeline in (timeline_of("f = x * x", qtbot), timeline_of(chain, qtbot)):
        times = [timeline.time_at(x / 2) for x in range(1200)]
        assert times == sorted(times)


def test_clicking_and_dragging(timeline: Timeline, qtbot: QtBot) -> None:
    playback = timeline._session.playback
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=QPoint(round(timeline.x_of(2)), 20))
    assert playback.time == 2
    QTest.mouseMove(timeline, QPoint(round(timeline.x_of(5)), 20))
    qtbot.waitUntil(lambda: playback.time == 5)
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=QPoint(round(timeline.x_of(5)), 20))
    QTest.mouseMove(timeline, QPoint(round(timeline.x_of(1)), 20))
    qtbot.wait(1)
    assert playback.time == 5


def test_it_says_what_happens_at_a_place(timeline: Timeline) -> None:
    at = QPoint(round(timeline.x_of(2)), 20)
    QApplication.sendEvent(timeline, QHelpEvent(QEvent.Type.ToolTip, at, timeline.mapToGlobal(at)))
    assert QToolTip.text() == "2. Compute f = x · x = 2 × 2 = 4."
    QToolTip.hideText()


@pytest.mark.parametrize("text", ["x = 1", "f = ln(-2) + x", "f = x * 2"])
def test_it_can_be_painted_at_every_time(text: str, qtbot: QtBot) -> None:
    timeline = timeline_of(text, qtbot)
    playback = timeline._session.playback
    for time in range(playback.length + 1):
        playback.seek(float(time))
        assert not timeline.grab().isNull()


def test_an_empty_story(qtbot: QtBot) -> None:
    timeline = Timeline(Session())
    qtbot.addWidget(timeline)
    assert timeline.time_at(100.0) == 0.0
    assert not timeline.grab().isNull()


def test_no_room_at_all(timeline: Timeline) -> None:
    timeline.resize(1, 48)
    assert 0 <= timeline.time_at(0.5) <= 7
    assert not timeline.grab().isNull()
