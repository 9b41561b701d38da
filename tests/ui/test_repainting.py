"""What is on the screen after parts were painted again is, pixel for pixel, the whole picture painted at once: but for
the last bits of edges, which are rounded where a picture was moved along."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from bpviz.document import regrouping
from bpviz.document.diagram import Diagram
from bpviz.engine.telling import Telling
from bpviz.graph.layout import Direction
from bpviz.graph.parse import parse
from bpviz.ui.canvas import backing, card_painting, carrying, far
from bpviz.ui.canvas.camera import Camera
from bpviz.ui.canvas.layers import paint_glass, paint_scene
from bpviz.ui.canvas.looking import GLIDE
from bpviz.ui.canvas.middle_distance import NEAR_FROM_ZOOM
from bpviz.ui.canvas.recordings import Recorder
from bpviz.ui.canvas.view import Canvas
from bpviz.ui.settings import FOLLOWING, MINIMAP
from bpviz.ui.theme import THEMES
from bpviz.ui.window import Window

from ..user import User

NETWORK = "\n".join(
    [f"x{i} = {0.3 * i - 0.7:.2f}" for i in range(5)]
    + [f"h{i} = tanh(x{i} * x{(i + 1) % 5} + x{i})" for i in range(5)]
    + [f"k{i} = tanh(h{i} + h{(i + 2) % 5} * x{i})" for i in range(5)]
    + ["f = " + " + ".join(f"k{i}" for i in range(5))]
)
ROUNDING = 4  # of 255 levels; where two chords of a wire meet, their edges are rounded one after the other
GRAPHS = {
    "classic": "q = x + y; f = q * z; x = -2; y = 5; z = -4",
    "network": NETWORK,
    "arrays": "A = [[1, 2], [3, 4]]; x = [1, -1]; y = A @ x; s = softmax(y); f = sum(s * y) + 2",
    "trouble": "x = -1; a = ln(x); b = x * 3; f = a + b",
}


def on_screen(canvas: Canvas) -> QImage:
    """The canvas as it stands on the screen, however it came to that."""
    QApplication.processEvents()
    window = canvas.window()
    at = canvas.mapTo(window, canvas.rect().topLeft())
    picture = window.screen().grabWindow(window.winId(), at.x(), at.y(), canvas.width(), canvas.height())
    return picture.toImage()


def check(window: Window) -> None:
    """Of the canvas in front."""
    canvas = window.projecting.front
    canvas.looking.advance(GLIDE)  # or it would look from elsewhere the second time
    fill(canvas)
    shown = colours(on_screen(canvas))
    canvas.update()
    whole = colours(on_screen(canvas))
    assert shown.shape == whole.shape
    assert len(np.unique(shown[::5, ::5])) > 3, "something is to be seen"
    assert difference(shown, whole) <= ROUNDING


def fill(canvas: Canvas) -> None:
    """Waits for a crowded place that nobody has looked at; on a slow machine it takes more pictures."""
    still = 0
    for _ in range(1000):
        QApplication.processEvents()
        still = 0 if canvas.recordings.waiting or canvas.recordings.unplaced else still + 1
        if still == 10:
            return
    raise AssertionError("it never fills")


def difference(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> int:
    """By how many of 255 levels two pictures differ at most, in any colour."""
    differ = one != other
    return int(np.abs(levels(one[differ][None]) - levels(other[differ][None])).max(initial=0))


def levels(colours: NDArray[np.uint32]) -> NDArray[np.int16]:
    """The same pixels, as rows × columns × colours."""
    return colours.view(np.uint8).astype(np.int16).reshape(*colours.shape, 4)


def colours(image: QImage) -> NDArray[np.uint32]:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(plain.constBits(), np.uint32).reshape(plain.height(), plain.width())
    return np.bitwise_and(pixels, np.uint32(0xFFFFFF))


def tell(window: Window, text: str, direction: Direction = Direction.RIGHT) -> None:
    window.session.open(Diagram.of(parse(text), direction), None)
    window.canvas.fit()
    QApplication.processEvents()


def wander(window: Window, random: Random, moments: int) -> None:
    """Goes from moment to moment, most of the time to a near one, and looks after each few."""
    playback = window.session.playback
    for i in range(moments):
        way = random.choice((0.016, 0.13, 0.5, 1.0, -0.04, -1.0, 3.7))
        playback.seek(random.uniform(0, playback.length) if random.random() < 0.15 else playback.time + way)
        QApplication.processEvents()
        if i % 3 == 0:
            check(window)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("zoom", [1.0, 0.613, 0.2])
def test_from_moment_to_moment(window: Window, name: str, zoom: float) -> None:
    tell(window, GRAPHS[name])
    canvas = window.canvas
    rect = window.session.stage.rect(max(window.session.graph.nodes))
    canvas.look(Camera(zoom, rect.x - 0.71 * canvas.width() / zoom, rect.y - 0.43 * canvas.height() / zoom))
    window.session.playback.seek(0.0)
    wander(window, Random(f"{name} {zoom}"), 18)


@pytest.mark.parametrize("name", ["classic", "network"])
@pytest.mark.parametrize("zoom", [1.0, 0.613])
def test_from_top_to_bottom(window: Window, name: str, zoom: float) -> None:
    tell(window, GRAPHS[name], Direction.DOWN)
    canvas = window.canvas
    rect = window.session.stage.rect(max(window.session.graph.nodes))
    canvas.look(Camera(zoom, rect.x - 0.4 * canvas.width() / zoom, rect.y - 0.7 * canvas.height() / zoom))
    wander(window, Random(f"{name} {zoom}"), 18)
    window.session.tell(Telling.FORWARD)
    wander(window, Random(name), 12)


@pytest.mark.parametrize("telling", [Telling.FORWARD, Telling.OVERWRITES, Telling.UNORDERED])
def test_whatever_is_told(window: Window, telling: Telling) -> None:
    tell(window, NETWORK)
    window.session.tell(telling)
    wander(window, Random(telling.name), 18)


@pytest.mark.parametrize("name", ["network", "arrays"])
def test_on_the_projector(window: Window, name: str) -> None:
    tell(window, GRAPHS[name])
    window.actions_["projector"].trigger()
    QApplication.processEvents()
    assert window.projecting.front is not window.canvas
    wander(window, Random(name), 21)


def changes() -> dict[str, Callable[[Window], object]]:
    """What else may change while the story goes on."""
    return {
        "theme": lambda window: window.set_theme(THEMES["dark"]),
        "selection": lambda window: window.session.select({2}),
        "size": lambda window: window.resize(window.width() - 57, window.height() + 33),
        "camera": lambda window: window.canvas.look(window.canvas.camera.zoomed(1.3, 300.0, 200.0)),
        "graph": lambda window: window.actions_["delete"].trigger(),
        "lit wires": lambda window: window.session.light([(max(window.session.graph.nodes), 0)]),
        "style": lambda window: window.session.set_style(digits=2),
        "page": lambda window: window.actions_["steps"].trigger(),
    }


@pytest.mark.parametrize("what", changes())
def test_with_something_else_changed_on_the_way(window: Window, what: str) -> None:
    tell(window, NETWORK)
    window.session.select({window.session.graph.by_name["h2"]})
    random = Random(what)
    wander(window, random, 2)
    changes()[what](window)
    window.session.playback.seek(window.session.playback.time + 0.02)  # in the same breath
    check(window)
    wander(window, random, 3)


def test_while_it_plays(user: User) -> None:
    window = user.window
    tell(window, NETWORK)
    playback = user.session.playback
    playback.seek(playback.length * 0.4)
    user.press(Qt.Key.Key_Space)
    for _ in range(4):
        with user.qtbot.waitSignal(playback.moved):
            pass
        playback._clock.stop()  # between two ticks
        check(window)
        playback._clock.start()
    assert playback.is_playing


@pytest.mark.parametrize("zoom", [1.0, 0.613, 0.4, 0.2])
def test_while_somebody_pans(window: Window, zoom: float) -> None:
    """In small and large steps, while the story goes on and things change."""
    tell(window, NETWORK)
    canvas, random = window.canvas, Random(zoom)
    window.session.settings.set(FOLLOWING, False)
    canvas.look(Camera(zoom, -20.3, 11.7))
    steps = [changes()[what] for what in ("selection", "theme", "lit wires", "size", "graph")]
    for i in range(30):
        canvas.look(canvas.camera.panned(random.choice((3, -41, 0.5, 17.3, 160)), random.choice((-29, 5, 0, -90))))
        if i % 3:
            continue  # several before it is painted
        if i % 6 == 3:
            window.session.playback.seek(random.uniform(0, window.session.playback.length))
        check(window)
        if i % 6 == 0:
            canvas.look(canvas.camera.panned(-1.0, 2.0))
            steps[i // 6](window)
            check(window)


def crowded(window: Window) -> None:
    """A crowd, at the end of its story."""
    lines = [f"a{i} = {0.3 + 0.1 * i}" for i in range(9)]
    for one, other in pairwise("abcdefg"):
        lines += [f"{other}{i} = tanh({one}{i} * {one}{(i + 1) % 9} + {one}{(i + 4) % 9})" for i in range(9)]
    session = window.session
    window.resize(1700, 1000)
    graph = parse("\n".join(lines) + "\nf = " + " + ".join(f"g{i}" for i in range(9)))
    places = {id_: ((place // 12) * 330.0, (place % 12) * 125.0) for place, id_ in enumerate(graph.nodes)}
    session.open(Diagram(graph, places), None)
    session.settings.set(FOLLOWING, False)
    session.playback.seek(session.playback.length)


def test_a_crowd_that_one_comes_to_fills_wherever_one_stops(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards, wires and pills that were left out of the first pictures come by themselves, whole."""
    monkeypatch.setattr("bpviz.stage.stage.MOST_WITH_PILLS", 10)  # as in a large graph, in which nobody has placed them
    canvas = window.canvas
    crowded(window)
    for way in (0, 3, 7):
        canvas.look(Camera(0.68, 500.0 * way, 20.0 * way))
        QApplication.processEvents()
        left_out = len(canvas.recordings.unplaced)
        for _ in range(way):
            QApplication.processEvents()
            canvas.look(canvas.camera.panned(-41.0, -29.0))
        fill(canvas)
        assert not canvas.recordings.unplaced
        assert left_out > 5
        check(window)


def test_after_a_leap_in_the_story_cards_show_what_they_said_until_it_is_their_turn(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas, playback = window.canvas, window.session.playback
    crowded(window)
    canvas.look(Camera(0.68, 0.0, 0.0))
    check(window)
    blank, waited, paint_before = list[object](), list[Hashable](), Recorder._paint_before

    def paint(recorder: Recorder, held: Any, place: QRectF) -> QRectF:
        waited.append(held.look)
        return paint_before(recorder, held, place)

    monkeypatch.setattr(card_painting, "_paint_blank", lambda *held: blank.append(held))
    monkeypatch.setattr(Recorder, "_paint_before", paint)
    for part in (0.3, 0.6, 0.45):
        playback.seek(part * playback.length)
        check(window)
    assert not blank
    assert len(waited) > 20


@pytest.mark.parametrize("zoom", [0.8, 0.2])
def test_what_was_painted_moves_along(window: Window, zoom: float) -> None:
    tell(window, NETWORK)
    canvas = window.canvas
    canvas.look(Camera(zoom, 0.0, 0.0))
    fill(canvas)
    with painted_by(backing, "paint_scene") as areas:
        for _ in range(5):
            canvas.look(canvas.camera.panned(-7.0, 4.0))
            QApplication.processEvents()
    assert len(areas) == 5
    assert max(areas) < 0.03


def test_a_crowd_from_afar_moves_along(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far, "MOST_SMOOTH", 300)  # pieces of wires in view, above which lines are not smooth
    crowded(window)
    window.session.settings.set(MINIMAP, False)  # which covers a part
    canvas, random = window.canvas, Random(4)
    canvas.look(Camera(0.2, 0.0, 0.0))
    manners = set[bool]()
    for _ in range(40):
        canvas.look(canvas.camera.panned(random.choice((3, -41, 0.5, 17.3, 160)), random.choice((-29, 5, 0, -90, 60))))
        manners.add(canvas.far.is_smooth(canvas.camera))
        shown, whole = (levels(colours(image)) for image in (on_screen(canvas), painted_at_once(canvas)))
        differ = np.abs(shown - whole).max(axis=2) > ROUNDING
        assert np.mean(differ) < 1e-4, "but where a line is cut off by the edge of what is new"
    assert manners == {True, False}


@contextmanager
def painted_by(module: ModuleType, name: str) -> Iterator[list[float]]:
    """How much of the canvas a function paints in a module, each time."""
    areas: list[float] = []
    paint = getattr(module, name)

    def watched(painter: QPainter, canvas: Canvas, region: QRegion, *rest: object) -> QRegion:
        area = sum(part.width() * part.height() for part in region)  # type: ignore[attr-defined]
        areas.append(area / (canvas.width() * canvas.height()))
        owed: QRegion = paint(painter, canvas, region, *rest)
        return owed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, watched)
        yield areas


@pytest.mark.parametrize(
    ("name", "zoom", "direction"),
    [
        ("h2", 1.0, Direction.RIGHT), ("x2", 1.0, Direction.DOWN), ("h2", 0.613, Direction.RIGHT),
        ("x2", 0.4, Direction.RIGHT), ("h2", 0.4, Direction.DOWN), ("h2", 0.2, Direction.RIGHT),
    ],
)  # fmt: skip
def test_while_a_card_is_dragged(user: User, name: str, zoom: float, direction: Direction) -> None:
    window = user.window
    tell(window, NETWORK, direction)
    canvas, session = window.canvas, window.session
    session.settings.set(FOLLOWING, False)
    session.settings.set(MINIMAP, False)  # which covers a part
    node = session.graph.by_name[name]
    rect = session.stage.rect(node)
    canvas.look(Camera(zoom, rect.x - 0.4 * canvas.width() / zoom, rect.y - 0.4 * canvas.height() / zoom))
    session.playback.seek(session.playback.length - 0.4)
    check(window)
    at = canvas.to_screen((rect.x + rect.width * 0.3, rect.y + rect.height * 0.4))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
    random = Random(zoom)
    with painted_by(carrying, "paint_below") as areas:
        for _ in range(9):
            at += QPoint(random.randint(-25, 40), random.randint(-30, 30))
            QTest.mouseMove(canvas, at)
            shown, whole = (levels(colours(image)) for image in (on_screen(canvas), painted_at_once(canvas)))
            differ = np.abs(shown - whole).max(axis=2) > 3
            assert np.mean(differ) < 0.001, "the corners of pills may differ by a part of a pixel"
    assert areas[0] == 1.0
    if zoom == 1.0:
        assert sum(areas[1:]) < 2.0, "but for what begins to move, what rests is not painted again"
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert session.stage.rect(node) != rect
    check(window)
    for act in (session.undo, session.redo):
        act()
        check(window)


@pytest.mark.parametrize(("zoom", "grouped"), [(0.15, ""), (0.45, ""), (0.8, ""), (0.5, "x3 x4"), (0.2, "x0 x1")])
def test_while_a_card_is_carried_across_everything(user: User, zoom: float, grouped: str) -> None:
    """Wires make way for it, and come back; what has begun to move is taken out of the picture of what rests."""
    window = user.window
    tell(window, NETWORK)
    canvas, session = window.canvas, window.session
    session.settings.set(MINIMAP, False)
    nodes = [session.graph.by_name[name] for name in grouped.split()]
    if nodes:
        assert session.edit("Group", lambda diagram: regrouping.group(diagram, nodes))
        QApplication.processEvents()
    rect = session.stage.rect(session.graph.by_name["x0"])
    canvas.look(Camera(zoom, rect.x - 30.0 / zoom, rect.y - 0.3 * canvas.height() / zoom))
    check(window)  # until all is there
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.to_screen((rect.x + 40.0, rect.y + 30.0)))
    moved = []
    for i in range(12):
        QTest.mouseMove(canvas, QPoint(60 + 65 * i, round(canvas.height() * (0.3 + 0.05 * i))))
        shown, whole = (levels(colours(image)) for image in (on_screen(canvas), painted_at_once(canvas)))
        assert np.mean(np.abs(shown - whole).max(axis=2) > 3) < 0.001
        assert canvas.backing.carrying.carried is not None
        moved.append(len(canvas.backing.carrying.carried.wires))
    assert moved[-1] > moved[0]
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60 + 65 * 11, 400))
    check(window)


def painted_at_once(canvas: Canvas) -> QImage:
    """The canvas while something is carried, without any picture of what rests."""
    image = QImage(canvas.size(), QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    paint_scene(painter, canvas, QRegion(canvas.rect()), canvas.backing.carrying.carried)
    painter.resetTransform()
    paint_glass(painter, canvas)
    painter.end()
    return image


class Watch(QObject):
    """How much of a widget is painted, each time."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.parts: list[float] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent) and isinstance(watched, QWidget):
            area = sum(part.width() * part.height() for part in event.region())  # type: ignore[attr-defined]
            self.parts.append(area / (watched.width() * watched.height()))
        return False


def test_from_moment_to_moment_little_is_painted(window: Window) -> None:
    tell(window, NETWORK)
    canvas, playback = window.canvas, window.session.playback
    playback.seek(60.3)
    acting = window.session.stage.rect(window.session.stage.acting()[-1])
    window.session.settings.set(FOLLOWING, False)
    canvas.look(Camera(NEAR_FROM_ZOOM, acting.x - 300.0, acting.y - 300.0))
    QApplication.processEvents()
    watch = Watch(canvas)
    for _ in range(20):
        playback.seek(playback.time + 0.05)
        QApplication.processEvents()
    assert len(watch.parts) == 20
    assert sum(watch.parts) < 0.2 * 20
