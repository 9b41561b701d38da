"""What is copied from recordings looks as if it had been painted, on screens of every kind."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtGui import QImage, QPainter, QRegion

from bpviz.document.arranging import arrange
from bpviz.document.diagram import Diagram
from bpviz.document.regrouping import group
from bpviz.graph.graph import Graph, Node
from bpviz.graph.layout import Direction
from bpviz.graph.parse import parse
from bpviz.ops import OPS
from bpviz.stage.stage import Stage
from bpviz.ui.application import application
from bpviz.ui.canvas import recordings
from bpviz.ui.canvas.camera import Camera
from bpviz.ui.canvas.layers import paint_scene
from bpviz.ui.canvas.looking import GLIDE
from bpviz.ui.canvas.middle_distance import paint_middle_cards, paint_middle_tokens
from bpviz.ui.canvas.painting import paint_stage
from bpviz.ui.canvas.recordings import GLIDING, SMALL, Portion, Recorder, Recordings, on_whole_pixels
from bpviz.ui.canvas.view import Canvas
from bpviz.ui.canvas.wire_painting import paint_wires
from bpviz.ui.theme import THEMES
from bpviz.ui.window import Window
from tests.ui.pixels import apart

EVERYTHING = Portion(1000, 1000, 1000, 1000, 1000, seconds=math.inf)
GRAPH = "a = x * y + sin(x); W = [[1, -2], [3, 4]]; v = W @ [1, x]; f = a * sum(v); x = 0.7; y = -2"


def stage() -> Stage:
    made = Stage(Diagram.of(parse(GRAPH)))
    return made.at(len(made.trace) - 0.4)


def painted(shown: Stage, zoom: float, ratio: float, held: Recordings | None, theme: str = "light") -> QImage:
    """The middle of a stage; `held` has the recordings, None paints everything itself."""
    image = QImage(round(900 * ratio), round(500 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(THEMES[theme]["paper"])
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(zoom, zoom)
    bounds = shown.bounds()
    on_whole_pixels(painter, -bounds.x + 13.37, -bounds.y + 7.77)
    recorder = None if held is None else Recorder(painter, held, shown.scenery, EVERYTHING)
    scenery = shown.scenery
    if zoom < 0.66:
        paint_wires(painter, shown, scenery.wired, THEMES[theme], recorder=recorder)
        paint_middle_cards(painter, shown, THEMES[theme], scenery.rects, scenery.wired, zoom, recorder=recorder)
        paint_middle_tokens(painter, shown, THEMES[theme], zoom)
    else:
        paint_stage(painter, shown, THEMES[theme], scenery.rects, scenery.wired, recorder=recorder)
    painter.end()
    return image


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("zoom", [0.47, 0.83, 1.0, 1.61])
def test_copied_as_if_painted(zoom: float, ratio: float) -> None:
    application(offscreen=True)
    shown, held = stage(), Recordings()
    first, again = painted(shown, zoom, ratio, held), painted(shown, zoom, ratio, held)
    assert len(held) > 5
    assert first == again, "one sees no difference between making a recording and having it"
    assert apart(first, painted(shown, zoom, ratio, None)) <= 3, "only rounding on edges that are half over the paper"


@pytest.mark.parametrize("zoom", [0.47, 1.0])
def test_a_group_and_the_output_from_top_to_bottom_are_copied_whole(zoom: float) -> None:
    application(offscreen=True)
    graph = parse("q = x + y; f = q * z; g = tanh(f)", {"x": 1, "y": 2, "z": 3})
    for inner in ("qf", "fg"):
        chosen = {graph.by_name[name] for name in inner}
        shown = Stage(arrange(group(Diagram.of(graph, Direction.DOWN), chosen, "cell")))
        assert apart(painted(shown, zoom, 1.0, Recordings()), painted(shown, zoom, 1.0, None)) <= 3


def test_cards_that_stay_where_they_are_while_wires_lead_another_way_are_painted_anew() -> None:
    application(offscreen=True)
    shown, held = stage(), Recordings()
    down = Stage(replace(shown.diagram, direction=Direction.DOWN), shown.trace).at(float(len(shown.trace)))
    painted(shown, 1.0, 1.0, held)
    assert painted(down, 1.0, 1.0, held) == painted(down, 1.0, 1.0, Recordings())


def test_another_theme_zoom_or_number_is_painted_anew() -> None:
    application(offscreen=True)
    shown, held = stage(), Recordings()
    seen = [painted(shown, 1.0, 1.0, held), painted(shown, 1.0, 1.0, held, "dark"), painted(shown, 1.2, 1.0, held)]
    other = Stage(Diagram.of(parse(GRAPH.replace("x = 0.7", "x = 0.8"))), time=shown.now.step + 0.6)
    seen.append(painted(other, 1.0, 1.0, held))
    fresh = [
        painted(shown, 1.0, 1.0, Recordings()),
        painted(shown, 1.0, 1.0, Recordings(), "dark"),
        painted(shown, 1.2, 1.0, Recordings()),
        painted(other, 1.0, 1.0, Recordings()),
    ]
    assert seen == fresh
    assert all(one != two for i, one in enumerate(seen) for two in seen[:i])


def test_no_more_is_held_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    application(offscreen=True)
    shown, held = stage(), Recordings()
    painted(shown, 1.0, 1.0, held)
    everything = held.size
    monkeypatch.setattr(recordings, "MOST_BYTES", everything // 2)
    monkeypatch.setattr(recordings, "MOST_VIEWS", 0)
    less = Recordings()
    assert painted(shown, 1.0, 1.0, less) == painted(shown, 1.0, 1.0, held)
    assert 0 < less.size <= everything // 2


def test_on_a_wide_screen_there_is_room_for_all_that_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or it would be given up and painted anew without end."""
    application(offscreen=True)
    shown, held = stage(), Recordings()
    monkeypatch.setattr(recordings, "MOST_BYTES", 0)
    first, count = painted(shown, 1.0, 1.0, held), len(held)
    kept = {key: held.recording(key) for key in list(held._held)}
    assert painted(shown, 1.0, 1.0, held) == first
    assert count > 5
    assert all(held.recording(key) is made for key, made in kept.items())


def crowd(window: Window) -> Canvas:
    """Eighty cards, told to the end, from where a part of them is seen."""
    nodes = [Node(i, OPS["variable"], (), 0.1 * i, f"x{i}") for i in range(40)]
    nodes += [Node(i, OPS["mul"], (i - 40, (7 * i) % 40)) for i in range(40, 80)]
    places = {i: ((i // 8) * 190.0, (i % 8) * 100.0) for i in range(80)}
    window.session.open(Diagram(Graph(nodes), places), None)
    window.session.playback.seek(window.session.playback.length)
    window.canvas.look(Camera(0.7, -20.0, -20.0))
    window.canvas.recordings = Recordings()
    return window.canvas


def picture(canvas: Canvas) -> tuple[QImage, bool]:
    """The next picture, and whether it leaves something for the one after it."""
    image = QImage(canvas.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    is_owing = not paint_scene(painter, canvas, QRegion(canvas.rect())).isEmpty()
    painter.end()
    return image, is_owing


def test_a_crowded_place_fills_within_a_few_pictures(window: Window) -> None:
    canvas = crowd(window)
    pictures, owing = map(list, zip(*(picture(canvas) for _ in range(16)), strict=True))
    assert owing[0], "more is new than one picture shows"
    assert not owing[-1]
    assert pictures[0] != pictures[-1]
    assert pictures[owing.index(False)] == pictures[-1]


def test_on_a_slow_machine_it_takes_more_pictures_and_becomes_the_same(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every picture takes in a little, however long that lasts."""
    canvas = crowd(window)
    while picture(canvas)[1]:
        pass
    filled, _ = picture(canvas)
    count = len(canvas.recordings)
    seconds = itertools.count()
    monkeypatch.setattr(recordings, "perf_counter", lambda: float(next(seconds)))
    canvas.recordings = Recordings()
    held = []
    while picture(canvas)[1]:
        held.append(len(canvas.recordings))
    assert picture(canvas)[0] == filled
    assert len(canvas.recordings) == count
    assert 0 < max(after - before for before, after in pairwise(held)) < SMALL.new
    assert held[0] > 0


def test_who_is_carried_past_a_crowd_gets_a_little_of_it_in_each_picture(window: Window) -> None:
    canvas = crowd(window)
    while picture(canvas)[1]:
        pass
    for number in range(80):  # what has been seen said something else then
        held = canvas.recordings.recording(number)
        if held is not None:
            canvas.recordings.keep(number, replace(held, look="otherwise"))
    before = {number: canvas.recordings.recording(number) for number in range(80)}
    canvas.looking.glide_to(Camera(0.7, 900.0, 0.0))
    canvas.looking.advance(GLIDE / 3)  # most of the way
    assert picture(canvas)[1], "something is left for the next picture"
    made = sum(canvas.recordings.recording(number) is not held for number, held in before.items())
    assert 0 < made <= GLIDING.new + GLIDING.again
    canvas.looking.advance(GLIDE)
    while picture(canvas)[1]:
        pass
    filled = picture(canvas)[0]
    canvas.recordings = Recordings()
    while picture(canvas)[1]:
        pass
    assert filled == picture(canvas)[0]
