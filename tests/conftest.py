"""What all tests that touch Qt share: the one application, a window with settings of its own, and no leftovers."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Before anything of Qt is imported, so that also `pytest` alone needs no display.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import hypothesis
import pytest
import shiboken6
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QSettings,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from bpviz.graph.layered import drawing
from bpviz.graph.layered.crossings import Ints
from bpviz.graph.layered.grid import Grid
from bpviz.graph.layered.untangling import untangled
from bpviz.ui import tidying
from bpviz.ui.application import application
from bpviz.ui.canvas import recordings
from bpviz.ui.canvas.beyond import Beyond
from bpviz.ui.canvas.looking import Looking
from bpviz.ui.clock import Clock
from bpviz.ui.gliding import Gliding
from bpviz.ui.window import Window
from tests.user import User

# How long an example takes says something about the machine, not about the program.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.register_profile("long", deadline=None, max_examples=1_000_000)  # until somebody ends it
hypothesis.settings.load_profile("unhurried")

_orders: dict[tuple[bytes, ...], Ints] = {}  # of columns, by what they hold

HARMLESS = "This plugin does not support "  # offscreen cannot raise a window or grab the keyboard


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The program's own application, with its fonts and style, in place of pytest-qt's bare one."""
    made = application(offscreen=True)
    gc.freeze()  # what is there now stays: the search for leftovers need not look at it after every test
    return made


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """How much of a crowd goes into one picture depends on how fast the machine is; here on counts alone."""
    monkeypatch.setattr(recordings, "perf_counter", lambda: 0.0)


@pytest.fixture(autouse=True)
def no_tidying(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tidied up in passing: a test that rests for a moment would end with a look through everything."""
    monkeypatch.setattr(tidying, "_REST", 3_600_000)


@pytest.fixture(autouse=True)
def glides_by_hand(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards and the camera glide as far as a test lets them, however long it takes to get there; see `in_real_time`."""
    start = Clock.start

    def start_if_others_watch(clock: Clock) -> None:
        if not isinstance(clock.parent(), Gliding | Looking | Beyond):
            start(clock)

    if "in_real_time" not in request.fixturenames:
        monkeypatch.setattr(Clock, "start", start_if_others_watch)


@pytest.fixture(autouse=True)
def same_graphs_are_untangled_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests begin with the same few graphs, and few are about their layout: the order of columns is found once."""
    if request.path.parent.name != "graph":
        monkeypatch.setattr(drawing, "untangled", untangled_once)


@pytest.fixture
def in_real_time() -> None:
    """Cards and the camera glide by the clock, as they do for users."""


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Settings in a file of the test's own."""
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def window(qtbot: QtBot, settings: QSettings) -> Iterator[Window]:
    """An open window with an empty document.  After the test it closes, and must leave nothing behind."""
    made = Window(settings)
    made.show()
    made.activateWindow()
    with qtbot.waitActive(made):
        pass
    yield made
    with no_qt_warnings():
        close(made)
    assert not leftover_timers(), "timers that still run after the window is gone"
    assert not QApplication.topLevelWidgets(), "widgets without a window"
    gc.freeze()


@pytest.fixture
def user(window: Window, qtbot: QtBot) -> User:
    """Somebody at the window, with a mouse and a keyboard."""
    return User(window, qtbot)


def untangled_once(grid: Grid, place: None, progress: Callable[[float], None]) -> Ints:
    """What `untangled` finds; of small graphs, what it has found before."""
    if len(grid) > 400:
        return untangled(grid, place, progress)
    parts = grid.column, grid.piece, grid.left, grid.right, grid.port, grid.free
    key = tuple(part.tobytes() for part in parts)
    if key not in _orders:
        _orders[key] = untangled(grid, place, progress)
    return _orders[key].copy()


def close(window: Window) -> None:
    """Closes a window, unsaved changes and all, and lets Qt delete it."""
    if shiboken6.isValid(window):
        let_go(window)
        assert window.close()
        playing = [timer for timer in window.findChildren(QTimer) if timer.isActive() and not timer.isSingleShot()]
        assert not playing, "a clock that ticks in a closed window"
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    gc.collect()


def let_go(window: Window) -> None:
    """Nothing in it is to be asked about when it closes."""
    window.session.document.mark_saved()
    window.session.draft = ""


def leftover_timers() -> list[QTimer]:
    """The timers that run, whoever made them."""
    # by type: to be asked for their class, objects of other libraries may warn
    timers = [found for found in gc.get_objects() if issubclass(type(found), QTimer)]
    return [timer for timer in timers if shiboken6.isValid(timer) and timer.isActive()]


@contextmanager
def no_qt_warnings() -> Iterator[None]:
    """pytest-qt watches Qt's messages while a test runs, but not while its fixtures are taken down."""
    said: list[str] = []

    def hear(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not text.startswith(HARMLESS):
            said.append(text)

    before = qInstallMessageHandler(hear)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
    assert not said


def of_kind(kind: type[QWidget]) -> list[QWidget]:
    """The open windows of a kind, such as message boxes."""
    return [found for found in QApplication.topLevelWidgets() if isinstance(found, kind) and found.isVisible()]
