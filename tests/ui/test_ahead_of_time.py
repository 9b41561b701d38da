"""What will be shown is worked out before, in portions, and is the same as if it had been asked for on the spot."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.engine.events import Computed
from bpviz.graph.parse import parse
from bpviz.stage.stage import Stage
from bpviz.ui.canvas.camera import Camera
from bpviz.ui.canvas.foresight import Foresight, sizes
from bpviz.ui.formula import Setting, svg
from bpviz.ui.playback import Playback
from bpviz.ui.sentences import rich
from bpviz.ui.slices import Pace, Slices
from bpviz.ui.wording import Wording

from ..user import User

SUM = Diagram.of(parse("f = " + " + ".join(f"sin(x{i}) * w{i}" for i in range(5))))


def opened(user: User) -> Foresight:
    """A graph at its beginning, with its values set."""
    graph = SUM.graph
    values = {node: 0.5 + node for node in graph.nodes if not graph.nodes[node].inputs}
    diagram = SUM
    for node, value in values.items():
        diagram = edits.set_value(diagram, node, value)
    user.session.open(diagram, None)
    user.session.playback.seek(0.0)
    found = user.window.canvas.findChild(Foresight)
    assert isinstance(found, Foresight)
    return found


def test_places_of_pills_are_known_before_the_way_back_begins(user: User) -> None:
    foresight, session, canvas = opened(user), user.session, user.window.canvas
    node = session.graph.by_name["w0"]
    for zoom in (0.5, 1.0, 0.35):
        canvas.look(Camera(zoom, 0.0, 0.0))
        user.qtbot.waitUntil(lambda: not foresight.is_busy)
        assert session.stage.scenery.pills.holds(1, sizes(canvas)[1])
    session.edit("Set", lambda diagram: edits.set_value(diagram, node, -1234.5))
    assert foresight.is_busy, "another number may need another place"
    user.qtbot.waitUntil(lambda: not foresight.is_busy)
    size, anew = sizes(canvas)[1], Stage(session.diagram, session.story)
    assert size > 1.5
    ahead = session.stage.scenery.pills.into(session.story, 1, size)
    assert dict(ahead) == dict(anew.scenery.pills.into(session.story, 1, size))
    assert session.story.sweep is not None
    assert len(ahead) == len(session.story.sweep.wires)


def test_nothing_is_worked_out_for_a_canvas_that_is_too_far_away_or_has_no_way_back(user: User) -> None:
    foresight = opened(user)
    user.window.canvas.look(Camera(0.1, 0.0, 0.0))
    user.qtbot.waitUntil(lambda: not foresight.is_busy)
    assert not user.session.stage.scenery.pills.holds(1, sizes(user.window.canvas)[1] + 3.0)
    user.session.open(Diagram.of(parse("y = x + _")), None)
    user.window.canvas.look(Camera(1.0, 0.0, 0.0))
    user.qtbot.waitUntil(lambda: not foresight.is_busy)


def test_the_next_words_are_ready_when_the_story_comes_to_them(qtbot: QtBot) -> None:
    playback, asked, theme = Playback(), [], ["light"]
    playback.set_length(9)
    playback.seek(2.0)

    def word(step: int) -> str:
        asked.append(step)
        return f"{step} in {theme[0]}"

    wording = Wording(playback, playback, word, lambda: (theme[0],))
    assert wording.after(2) == "2 in light"
    assert asked == [2], "nothing moves: nobody knows what is next"
    playback.play()
    assert wording.after(3) == "3 in light"
    qtbot.waitUntil(lambda: asked == [2, 3, 4])
    assert wording.after(4) == "4 in light"
    assert wording.after(3) == "3 in light"
    assert asked == [2, 3, 4], "what was said is remembered"
    theme[0] = "dark"
    assert wording.after(4) == "4 in dark"
    playback.seek(9.0)
    assert wording.after(9) == "9 in dark"
    playback.pause()


def test_words_of_the_window_follow_an_edit_in_the_middle_of_the_story(user: User) -> None:
    opened(user)
    session, playback = user.session, user.session.playback
    event = session.story[2]
    assert isinstance(event, Computed)
    playback.seek(0.9)
    playback.play()
    user.qtbot.waitUntil(lambda: playback.time > 1.4)  # by now the words of the next step are there
    session.edit("Set", lambda diagram: edits.set_value(diagram, event.node, 77.25))
    playback.seek(2.5)
    told = user.window.player.caption.text()
    assert told == rich(session.stage.caption(), session.theme)
    assert "77.25" in told


def test_work_that_says_so_goes_on_in_another_frame(qtbot: QtBot) -> None:
    parent, turns = QObject(), []
    slices = Slices(parent)

    def work(*, rests: bool) -> Generator[None, None, None]:
        turns.append("prepared")
        if rests:
            slices.rest()
        yield
        turns.append("shown")

    slices._timer.timeout.connect(lambda: turns.append("a frame later"))
    for rests in (True, False):
        with qtbot.waitSignal(slices.done):
            slices.begin(work(rests=rests), Pace(10.0, 1))
        QApplication.processEvents()
    assert turns == ["prepared", "a frame later", "shown", "a frame later", "prepared", "shown", "a frame later"]


@pytest.mark.parametrize(("x", "y", "ratio"), [(3.0, 20.0, 1.0), (7.3, 21.8, 1.0), (2.6, 19.1, 2.0), (4.2, 20.7, 1.25)])
def test_a_formula_that_is_copied_looks_as_when_it_is_painted(
    qapp: QApplication, x: float, y: float, ratio: float
) -> None:
    def paper() -> tuple[QImage, QPainter]:
        image = QImage(round(160 * ratio), round(50 * ratio), QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return image, painter

    latex, colour = r"\frac{\partial f}{\partial q} = -4", QColor("#c2410c")
    formula, drawn = Setting(latex, 17.0), svg(latex, 17.0, colour.name())
    assert formula.is_set
    assert drawn is not None
    once, painter = paper()
    place = QRectF(x, y - 0.9 * formula.ascent, 0.9 * formula.width, 0.9 * (formula.ascent + formula.descent))
    QSvgRenderer(QByteArray(drawn)).render(painter, place)
    painter.end()
    for _ in range(2):  # painted, and copied
        copied, painter = paper()
        formula.paint(painter, x, y, colour, 0.9)
        painter.end()
        pixels = [np.frombuffer(image.constBits(), np.uint8).astype(int) for image in (once, copied)]
        assert pixels[0].min() < 160, "something is to be seen"
        assert abs(pixels[0] - pixels[1]).max() <= 2, "no more than rounding"
