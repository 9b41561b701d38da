"""A large file is opened while the window goes on: it says how far it is, and can be left."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.document.file import load, save
from bpviz.engine.trace import run
from bpviz.graph.graph import Graph, GraphError, Node
from bpviz.ops import OPS
from bpviz.stage.progress import Tell
from bpviz.stage.readying import ready
from bpviz.stage.scenery import Scenery
from bpviz.ui import patience, reading
from bpviz.ui.patience import GivenUpError, Patience, waited_for
from tests.user import User

Key = Qt.Key


def tangle(nodes: int) -> Diagram:
    """Cards in a close grid, each wired to two before it."""
    chance, made = random.Random(2), [Node(0, OPS["variable"], (), 0.5, "x")]
    for i in range(1, nodes):
        made.append(Node(i, OPS["add" if i % 3 else "mul"], (chance.randrange(max(0, i - 90), i), max(0, i - 71))))
    return Diagram(Graph(made), {i: (i // 70 * 260.0, i % 70 * 112.0) for i in range(nodes)})


def when_told(user: User, act: Callable[[Patience], object]) -> list[str]:
    """Does something as soon as it is told how far the work is; the words that stood there, later."""
    told: list[str] = []

    def look() -> None:
        dialog = user.window.findChild(Patience)
        if dialog is None or not dialog.isVisible():
            timer.start(5)
            return
        told.append(dialog.words.text())
        act(dialog)

    timer = QTimer(user.window)
    timer.setSingleShot(True)
    timer.timeout.connect(look)
    timer.start(5)
    return told


def test_a_large_document_is_left_with_esc_and_opened_to_its_end(user: User, tmp_path: Path) -> None:
    path, before = tmp_path / "large.bpviz", user.session.diagram
    save(path, tangle(9_000))
    assert reading.is_large(path)
    told = when_told(user, lambda dialog: QTest.keyClick(dialog, Key.Key_Escape))
    assert not user.window.files.open_path(path)
    assert told[0].startswith("Opening large … ")
    assert user.session.diagram is before
    assert user.message == "large.bpviz was not opened."
    assert gc.isenabled()

    assert user.window.files.open_path(path)
    session, held = user.session, load(path)
    assert session.diagram == held
    assert session.path == path
    assert session.scenery.curves == Scenery(held).curves
    last = max(session.graph.nodes)
    assert session.trace.value(last) == run(held.graph).value(last)
    user.canvas.repaint()
    assert session.edit("Add", lambda diagram: edits.add(diagram, "exp", (-900.0, 0.0)))
    assert session.scenery.curves == Scenery(session.diagram).curves


def test_what_is_ready_is_what_would_be_found(tmp_path: Path) -> None:
    diagram, told = tangle(600), list[float]()
    found, fresh = ready(diagram, told.append), Scenery(diagram)
    assert found.scenery.curves == fresh.curves
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(found.trace) == len(run(diagram.graph))


class TestWaiting:
    def test_for_what_is_done_at_once(self, user: User) -> None:
        assert waited_for("Counting", lambda tell: 3, user.window) == 3
        assert user.window.findChild(Patience) is None

    def test_what_goes_wrong_is_raised_here(self, user: User) -> None:
        def fail(tell: Tell) -> int:
            raise GraphError("no")

        with pytest.raises(GraphError, match="no"):
            waited_for("Counting", fail, user.window)
        assert gc.isenabled()

    def test_cancel_gives_it_up(self, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(patience, "UNTOLD", 0)
        rounds = []

        def go_on(tell: Tell) -> None:
            while True:
                rounds.append(1)
                tell(0.4)

        told = when_told(user, lambda dialog: QTest.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton))
        with pytest.raises(GivenUpError):
            waited_for("Counting", go_on, user.window)
        assert told == ["Counting … 40 %"]
        assert rounds
