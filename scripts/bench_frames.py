"""Frames of the player, as somebody sees them: one tick of the clock and all that follows until the window is painted.

The real window with all its panels, at 1280 × 720 in the software rasteriser, is given 60 ticks a second.  What timers
do in between, such as the inspector's, counts for the frame in which it happens, and so does the garbage collector.
It is the processor time of all threads, so that other programs on the machine count for little.  `bench_ui.py` runs
this and prints it.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtTest import QTest

from bpviz.document.diagram import Diagram
from bpviz.engine.telling import Telling
from bpviz.graph.parse import parse
from bpviz.ops.numerals import Shown
from bpviz.stage.stepping import Stride
from bpviz.ui.application import application
from bpviz.ui.canvas.camera import Camera
from bpviz.ui.window import Window

TICK = 1 / 60
NOTHING = 5e-5  # seconds; shorter, an event loop has looked for events and found none
READABLE = 0.5  # the zoom of somebody who reads the cards
AT_MOST = {"median": 10.0, "p99": 16.0}  # milliseconds, while a 60-node graph plays, in whatever manner
WORST = 33.0  # milliseconds, of any frame while somebody steps or scrubs through 2,000 nodes
STEPS = 15  # key presses of each kind


@dataclass
class Frames:
    """How long frames took, in milliseconds, and what each of them showed."""

    name: str
    times: list[float] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def worst(self, most: int = 3) -> list[str]:
        """The slowest, and what they showed."""
        order = sorted(range(len(self.times)), key=lambda i: -self.times[i])[:most]
        return [f"{self.times[i]:.1f} ms at {self.shown[i]}" for i in order]

    @property
    def summary(self) -> dict[str, float]:
        parts = statistics.quantiles(self.times, n=100)
        return {
            "frames": len(self.times),
            "median": statistics.median(self.times),
            "p95": parts[94],
            "p99": parts[98],
            "max": max(self.times),
        }


def opened(program: str) -> Window:
    """A window that has come to rest with a program in it."""
    window = Window(QSettings(os.devnull, QSettings.Format.IniFormat))
    window.resize(1280, 720)
    window.show()
    window.activateWindow()
    window.session.open(Diagram.of(parse(program)), None)
    window.canvas.fit()
    settle(window, 0.6)
    return window


def closed(window: Window) -> None:
    window.session.playback.pause()
    window.session.document.mark_saved()
    window.close()
    window.deleteLater()
    events()


def settle(window: Window, seconds: float = 0.15) -> None:
    """Lets that much time pass, and then whatever still goes on."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or window.inspector.is_awaiting:
        events()
        time.sleep(0.001)


def events() -> None:
    """Handles those there are.  What is done with goes as well, such as the projector of the lecture before: outside of
    an event loop, Qt would keep it for ever."""
    application().processEvents()
    application().sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def turn() -> float:
    """Handles the events there are; how long that took."""
    before = time.process_time()
    events()
    spent = time.process_time() - before
    return spent if spent > NOTHING else 0.0


def one_frame(window: Window, frames: Frames, tick: Callable[[], object], pace: float = TICK) -> None:
    """Measures a tick and what is done until the next one is due."""
    begin, start = time.perf_counter(), time.process_time()
    tick()
    events()
    busy = time.process_time() - start
    while time.perf_counter() - begin < pace:
        time.sleep(0.0005)
        busy += turn()
    frames.times.append(1000.0 * busy)
    now = window.session.stage.now
    event = now.event or now.last
    frames.shown.append(f"time {window.session.playback.time:.2f}, {type(event).__name__ if event else 'the start'}")


def moving(window: Window, frames: Frames) -> None:
    """Frame by frame, until the playhead rests and the inspector is done."""
    playback = window.session.playback
    playback._clock.stop()  # the ticks come from here
    while playback.is_moving or window.inspector.is_awaiting:
        one_frame(window, frames, lambda: playback.advance(TICK))


# A graph of 60 nodes


@dataclass(frozen=True)
class Manner:
    """A way in which somebody may watch a story play: `times` from the turn on, at a speed, when all is as `begin`
    made it; `end` puts it back."""

    name: str
    speed: float
    times: tuple[float, float]
    begin: Callable[[Window], object]
    end: Callable[[Window], object] = lambda window: None


def playing(program: str, *, is_whole: bool = False) -> Iterator[Frames]:
    """A story around its turn, in many manners; all of it if `is_whole`, which takes minutes."""
    window = opened(program)
    playback, turn = window.session.playback, window.session.story.seed_position
    for manner in MANNERS:
        manner.begin(window)
        playback.set_speed(manner.speed)
        begin, end = (0.0, float(playback.length)) if is_whole else (turn + time for time in manner.times)
        playback.seek(begin)
        settle(window, 0.5)
        frames = Frames(manner.name)
        playback.play()
        playback._clock.stop()  # the ticks come from here
        while playback.is_playing and playback.time < end:
            one_frame(window, frames, lambda: playback.advance(TICK))
        playback.pause()
        manner.end(window)
        yield frames
    playback.set_speed(4.0)
    select(window)
    playback.seek(turn - 10.0)
    settle(window)
    yield by_its_own_clock(window, Frames("played by the real clock, near, a node selected"), 4.0)
    closed(window)


def select(window: Window) -> None:
    """Cards large enough to be read, and one of them selected."""
    look_near(window)
    window.session.select({window.session.graph.by_name["h1"]})


def look_near(window: Window) -> None:
    rect = window.session.stage.rect(window.session.graph.result or 0)
    window.canvas.look(Camera(READABLE, rect.x - 500.0 / READABLE, rect.y - 260.0 / READABLE))


def rest(window: Window) -> None:
    """The window as it is opened, again."""
    if window.projecting.is_on:
        window.actions_["projector"].trigger()
    if window.projecting.is_following:
        window.actions_["follow"].trigger()
    if window.canvas.heat.is_on:
        window.actions_["heat"].trigger()
    window.session.select(())
    window.session.tell(Telling.BACKWARD)
    window.session.set_style(is_exact=False, shown=Shown.NUMBERS)
    window.side.turn_to(0)
    window.canvas.fit()


def ahead(window: Window) -> None:
    """Forward mode."""
    look_near(window)
    window.session.tell(Telling.FORWARD, window.session.graph.by_name["x0"])


def project(window: Window) -> None:
    """The lecture view, as large as the window: the screen without a display is smaller."""
    window.actions_["projector"].trigger()
    assert window.projecting.projector is not None
    settle(window, 0.1)  # until it has the size of the screen
    window.projecting.projector.resize(1280, 720)


def project_with_light(window: Window) -> None:
    project(window)
    window.actions_["spotlight"].trigger()


def turn_all_on(window: Window) -> None:
    """All that can be shown at the same time: formulas beside numbers, heat, the list of steps, a following camera."""
    window.session.set_style(is_exact=True, shown=Shown.BOTH)
    window.session.select({window.session.graph.by_name["h1"]})
    window.actions_["heat"].trigger()
    window.actions_["follow"].trigger()
    window.side.turn_to(1)


SLOWLY, QUICKLY = (-5.0, 8.0), (-30.0, 40.0)
MANNERS = (
    Manner("played at speed 1, whole graph", 1.0, SLOWLY, rest),
    Manner("played at speed 8, whole graph", 8.0, QUICKLY, rest),
    Manner("played at speed 1, near", 1.0, SLOWLY, look_near),
    Manner("played at speed 8, near", 8.0, QUICKLY, look_near),
    Manner("played at speed 1, a node selected", 1.0, SLOWLY, select),
    Manner("played at speed 8, a node selected", 8.0, QUICKLY, select, rest),
    Manner("played at speed 8, forward mode", 8.0, QUICKLY, ahead, rest),
    Manner("played at speed 2, following", 2.0, SLOWLY, lambda window: window.actions_["follow"].trigger()),
    Manner("played at speed 8, following", 8.0, QUICKLY, lambda window: None, rest),
    Manner("played at speed 1, on the projector", 1.0, SLOWLY, project),
    Manner("played at speed 8, on the projector", 8.0, QUICKLY, lambda window: None, rest),
    Manner("played at speed 2, on the projector in a spotlight", 2.0, SLOWLY, project_with_light, rest),
    Manner("played at speed 1, all on", 1.0, SLOWLY, turn_all_on),
    Manner("played at speed 8, all on", 8.0, QUICKLY, lambda window: None, rest),
)


def by_its_own_clock(window: Window, frames: Frames, seconds: float) -> Frames:
    """The window's own ticks, as they come; a frame is what is done between two of them."""
    playback = window.session.playback
    ticks = [0]
    playback.moved.connect(lambda _time: ticks.__setitem__(0, ticks[0] + 1))
    playback.play()
    end = time.perf_counter() + seconds
    while playback.is_playing and time.perf_counter() < end:
        busy, seen = 0.0, ticks[0]
        while ticks[0] == seen and playback.is_playing:
            busy += turn()
            time.sleep(0.0003)
        frames.times.append(1000.0 * busy)
        frames.shown.append(f"time {playback.time:.2f}")
    return frames


# A graph of 2,000 nodes


def stepping(program: str) -> Iterator[Frames]:
    """By keyboard and mouse through a large graph, in all the ways in which one may look at it."""
    window = opened(program)
    session, playback = window.session, window.session.playback
    hidden = session.graph.by_name["h40"]
    rect = session.stage.rect(hidden)
    near = Camera(READABLE, rect.x - 500.0 / READABLE, rect.y - 260.0 / READABLE)
    turn = float(session.story.seed_position)
    yield pressed(window, "stepping, whole graph", turn - 8.0)
    yield scrubbed(window, "scrubbing, whole graph")
    window.canvas.look(near)
    at = float(session.story.computed_position(hidden) or 0)
    yield pressed(window, "stepping, near", at - 6.0)
    yield scrubbed(window, "scrubbing, near")
    session.select({hidden})
    arrives = session.story.sent_position(session.story.wires_into(hidden)[0])
    yield pressed(window, "stepping, a node selected", arrives - 8.0)
    playback.set_stride(Stride.NODE)
    yield pressed(window, "stepping by nodes", turn + 9.0)
    playback.set_stride(Stride.EVENT)
    window.actions_["follow"].trigger()
    yield pressed(window, "stepping, following the action", turn + 40.0)
    window.actions_["follow"].trigger()
    session.select(())
    window.side.turn_to(1)
    yield pressed(window, "stepping, the list of steps open", turn + 90.0)
    yield scrubbed(window, "scrubbing, the list of steps open")
    window.side.turn_to(0)
    session.tell(Telling.FORWARD, session.graph.by_name["x0"])
    yield pressed(window, "stepping in forward mode", turn + 20.0)
    yield scrubbed(window, "scrubbing in forward mode")
    session.tell(Telling.BACKWARD)
    project(window)
    settle(window, 0.5)
    yield pressed(window, "stepping on the projector", turn + 120.0)
    yield scrubbed(window, "scrubbing on the projector")
    rest(window)
    closed(window)


def pressed(window: Window, name: str, begin: float) -> Frames:
    """PgDown, and again when the step is done; now and then before it is."""
    playback = window.session.playback
    playback.seek(begin)
    settle(window)
    frames = Frames(name)
    for number in range(STEPS):
        one_frame(window, frames, lambda: QTest.keyClick(window.projecting.projector or window, Qt.Key.Key_PageDown))
        if number % 3:
            moving(window, frames)
    moving(window, frames)
    return frames


def scrubbed(window: Window, name: str) -> Frames:
    """The mouse held down on the timeline, here and there."""
    projector = window.projecting.projector
    timeline = window.player.timeline if projector is None else projector.timeline
    chance, frames = random.Random(7), Frames(name)
    settle(window)
    for _ in range(4 * STEPS):
        time_ = chance.uniform(0.0, window.session.playback.length)
        place = timeline.rect().center()
        place.setX(round(timeline.x_of(time_)))
        one_frame(window, frames, lambda at=place: QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=at))  # type: ignore[misc]
    return frames
