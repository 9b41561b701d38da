"""How long the window stands still after an ordinary gesture on a large graph: the slowest turn of its event loop.

`bench_canvas.py` measures what is painted; here it is what comes besides: the inspector, checks, panels, edits, and
what is tidied up while somebody only looks.  After every gesture the event loop is turned, turn by turn, until nothing
more comes; each is done three times, and the median of the slowest turns counts, in milliseconds of processor time.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from bpviz.document import edits
from bpviz.graph.graph import NodeId
from bpviz.stage.geometry import Rect
from bpviz.ui.application import application
from bpviz.ui.theme import DARK, LIGHT
from bpviz.ui.window import Window

FRAME, WHOLE = 33.0, 100.0  # what a turn may take: after a gesture, and where the whole graph is run again
QUIET, LONGEST = 0.25, 4.0  # seconds without work, after which nothing more comes; and no longer than that
NOTHING = 0.4  # milliseconds: a turn in which nothing was done
TIMES = 3
Act = Callable[[], object]


class Turns:
    """The slowest turns of the gestures on one window."""

    def __init__(self, window: Window) -> None:
        self.window, self.canvas, self.session = window, window.canvas, window.session
        view = self.canvas.camera.view(self.canvas.width(), self.canvas.height())
        self.near = sorted(self.canvas.spots.cards_touching(view), key=lambda node: self._from_middle(view, node))
        self.slowest: dict[str, tuple[float, list[float]]] = {}  # by name: the promise, and what was measured

    def _from_middle(self, view: Rect, node: NodeId) -> float:
        rect = self.session.stage.rect(node)
        return abs(rect.x - view.x - view.width / 2) + abs(rect.y - view.y - view.height / 2)

    def do(self, name: str, *acts: Act, promise: float = FRAME, quiet: float = QUIET) -> None:
        """Does something, and measures the turns in which it is done and those that come of it."""
        found = [self._turn(act) for each in acts for act in (each, application().processEvents)]
        begun = last = time.perf_counter()
        while time.perf_counter() - last < quiet and time.perf_counter() - begun < LONGEST:
            found.append(self._turn(application().processEvents))
            if found[-1] > NOTHING:
                last = time.perf_counter()
            else:
                time.sleep(0.0005)
        self.slowest.setdefault(name, (promise, []))[1].append(max(found))

    @staticmethod
    def _turn(act: Act) -> float:
        start = time.process_time()
        act()
        return (time.process_time() - start) * 1000.0

    # Gestures

    def at(self, node: NodeId) -> QPoint:
        """A place on a card, above its strip."""
        rect = self.session.stage.rect(node)
        return self.canvas.to_screen((rect.x + rect.width / 2, rect.y + rect.height * 0.2))

    def press(self, at: QPoint) -> Act:
        return lambda: QTest.mousePress(self.canvas, Qt.MouseButton.LeftButton, pos=at)

    def let_go(self, at: QPoint) -> Act:
        return lambda: QTest.mouseRelease(self.canvas, Qt.MouseButton.LeftButton, pos=at)

    def type(self, text: str) -> Act:
        focus = application().focusWidget()
        return lambda: QTest.keyClicks(focus, text) if focus is not None else None

    def choose(self, name: str) -> Act:
        """What a key or a menu does."""
        return self.window.actions_[name].trigger

    def all(self, number: int) -> None:
        """Every gesture once."""
        card, other = self.near[number], self.near[number + 8]
        at, to = self.at(card), QPoint(34, 22)
        self.do("click a card", self.press(at), self.let_go(at))
        moves = [lambda step=step: QTest.mouseMove(self.canvas, at + to * (step / 8)) for step in range(1, 9)]
        self.do("drag a card, its first and last turn among them", self.press(at), *moves, self.let_go(at + to))
        self.do("undo a drag", self.choose("undo"))
        self.do("select forty cards", lambda: self.session.select(self.near[:40]))
        self.do("copy them", self.choose("copy"))
        self.do("paste them", self.choose("paste"), promise=WHOLE)
        self.do("delete them", self.choose("delete"), promise=WHOLE)
        self.do("undo the deletion", self.choose("undo"), promise=WHOLE)
        self.do("undo the pasting", self.choose("undo"), promise=WHOLE)
        self.do("add a node", lambda: self.canvas.adding.add("tanh"), promise=WHOLE)
        added = max(self.session.graph.nodes)
        wire = lambda: self.session.edit("Wire", lambda held: edits.connect(held, other, added, 0))  # noqa: E731
        self.do("wire it", wire, promise=WHOLE)
        self.do("undo the wire", self.choose("undo"), promise=WHOLE)
        self.do("redo the wire", self.choose("redo"), promise=WHOLE)
        self.session.undo()
        self.session.undo()
        self.session.select(self.near[:3])
        self.do("group three cards", self.choose("group"), promise=WHOLE)
        self.canvas.setFocus()
        self.do("undo the group", self.choose("undo"), promise=WHOLE)
        leaf = next(node.id for node in self.session.graph.leaves())
        change = lambda: self.session.edit("Change", lambda held: edits.set_value(held, leaf, 0.3 + number / 9))  # noqa: E731
        self.do("change an input", change)
        self.do("undo the change", self.choose("undo"))
        self.do("step back", self.choose("step-back"))
        self.do("to the middle of the story", lambda: self.session.playback.seek(len(self.session.story) * 0.6))
        self.do("to its end", lambda: self.session.playback.seek(float(len(self.session.story))))
        self.do("select everything", self.choose("select-all"))
        self.do("select nothing", lambda: self.session.select(()))
        self.do("open the search", self.window.find_bar.open)
        self.do("type into it", self.type("t"), self.type("a"))
        self.window.find_bar.close_bar()
        self.do("heat, on and off", self.choose("heat"), self.choose("heat"))
        self.do("the steps, and back", lambda: self.window.side.turn_to(1), lambda: self.window.side.turn_to(0))
        other_theme, theme = (DARK, LIGHT) if self.session.theme is LIGHT else (LIGHT, DARK)
        self.do("another theme", lambda: self.window.set_theme(other_theme), promise=WHOLE)
        self.do("the theme before", lambda: self.window.set_theme(theme), promise=WHOLE)
        with tempfile.TemporaryDirectory() as folder:
            self.session.mark_saved(Path(folder) / "saved.bpviz")
            self.do("save", self.window.files.save)
        self.do("rest for two seconds", lambda: None, quiet=2.0)


def slowest_turns(window: Window) -> Iterator[tuple[str, float, float]]:
    """Every gesture with the median of its slowest turns and its promise; at a zoom at which cards can be read."""
    window.activateWindow()
    window.canvas.setFocus()
    application().processEvents()
    turns = Turns(window)
    turns.do("", lambda: None)
    for number in range(TIMES):
        turns.all(number)
    for name, (promise, found) in turns.slowest.items():
        if name:
            yield name, statistics.median(found), promise


def longest_halt(act: Act) -> float:
    """How long the event loop stands still at most while something is done that turns it itself; by the clock, for
    other threads work meanwhile."""
    beats = [time.perf_counter()]
    timer = QTimer()
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start(5)
    act()
    application().processEvents()
    beats.append(time.perf_counter())
    timer.stop()
    return max(after - before for before, after in pairwise(beats)) * 1000.0
