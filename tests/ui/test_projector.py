"""The lecture view: what the last row can read, on which screen, in which colours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from random import Random

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.graph.graph import Graph, Node
from bpviz.graph.parse import parse
from bpviz.ops import OPS, numerals
from bpviz.stage.anchors import anchor_at
from bpviz.ui.canvas.view import Canvas
from bpviz.ui.examples import examples
from bpviz.ui.presenter import Presenter
from bpviz.ui.projecting import wall_of
from bpviz.ui.projector import FORMULA, Projector, latex_of
from bpviz.ui.session import Session
from bpviz.ui.theme import DARK, LIGHT, PROJECTOR, PROJECTOR_LIGHT, Theme
from tests.ui.recording import Written, written_on
from tests.ui.test_theme import TEXTS

PRODUCT = Diagram.of(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}))


@pytest.fixture
def session() -> Session:
    made = Session()
    made.playback.is_animated = False
    return made


@pytest.fixture
def projector(session: Session, qtbot: QtBot) -> Projector:
    """At 1280 × 720, of the first example."""
    made = Projector(session, [])
    session.setParent(made)
    qtbot.addWidget(made)
    session.open(PRODUCT, None)
    made.resize(1280, 720)
    made.show()
    return made


def random_graph(size: int) -> Graph:
    random = Random(size)
    nodes: list[Node] = []
    for id_ in range(1, size + 1):
        if id_ < 3 or random.random() < 0.15:
            kind = random.choice(["variable", "parameter", "constant"])
            value = random.choice(
                [round(random.uniform(-2, 2), 3), random.uniform(1, 9) * 10.0 ** random.randint(-9, 9)]
            )
            nodes.append(Node(id_, OPS[kind], (), value, "" if kind == "constant" else f"x{id_}"))
            continue
        op = OPS[random.choice(["add", "mul", "sub", "tanh", "softplus", "where"])]
        nodes.append(Node(id_, op, tuple(random.choice(nodes[-6:]).id for _ in range(op.arity)), None, ""))
    return Graph(nodes)


SHOWN = {
    **{example.title: parse(example.text) for example in examples()[::3]},
    "long names": parse(
        "learning_rate_decay = w_input_hidden * measured_temperature; "
        "loss = log(learning_rate_decay) / softplus(0.00001234 * measured_temperature)",
        {"w_input_hidden": 1.23456e-12, "measured_temperature": 1.23456e19},
    ),
    "indices": parse(
        "v_out = w_in * x_1 / b_0; f = exp(v_out)**2 + log2(x_1)", {"w_in": 1.5e-7, "x_1": 3.25, "b_0": 2e8}
    ),
    "trouble": parse("a = x / y; f = log(a) + x", {"x": -1, "y": 2}),
    "waiting": parse("a = x / y; f = log(a) + _"),
    "wide": parse("f = " + " + ".join(f"x{i} * {i}.5" for i in range(1, 16)), {f"x{i}": i for i in range(1, 16)}),
    "60 nodes": random_graph(60),
    "empty": Graph([]),
}


class TestSizes:
    """Nothing under 18 pixels at 1280 × 720."""

    def small(self, projector: Projector, limit: float) -> list[Written]:
        return [found for found in written_on(projector) if found.pixels < limit - 1e-6]

    @pytest.mark.parametrize("name", SHOWN)
    def test_at_all_times(self, projector: Projector, session: Session, name: str) -> None:
        session.open(Diagram.of(SHOWN[name]), None)
        length, random = session.playback.length, Random(1)
        times = {0.0, 0.4, 1.0, length / 2 + 0.5, length - 0.6, float(length)}
        times |= {random.uniform(0, length) for _ in range(2)}
        seen = 0
        for time in sorted(time for time in times if 0 <= time <= length):
            session.playback.seek(time)
            written = written_on(projector)
            assert not [found for found in written if found.pixels < 18.0]
            seen += len(written)
        assert seen > 0

    def test_with_slider_and_selection_and_a_message(self, projector: Projector, session: Session) -> None:
        x = session.graph.by_name["x"]
        session.select({x})
        session.said.emit("That cannot be done, because of this and that.", True)
        assert projector.canvas.slider_of(x) is not None
        written = written_on(projector)
        assert {"−5", "5"} <= {found.text for found in written}, "the ends of the slider"
        assert any(found.text.startswith("That cannot") for found in written)
        assert not self.small(projector, 18.0)

    @pytest.mark.parametrize("zoom", [0.4, 0.6, 0.8, 1.6, 3.0])
    def test_however_near_or_far_somebody_looks(self, projector: Projector, session: Session, zoom: float) -> None:
        session.playback.seek(8.5)
        projector.canvas.looking.nearer(zoom / projector.canvas.camera.zoom)
        projector.canvas.looking.advance(1.0)
        assert not self.small(projector, 18.0)

    def test_indices_and_exponents_in_the_lens_and_in_a_question(self, projector: Projector, session: Session) -> None:
        session.open(Diagram.of(SHOWN["indices"]), None)
        session.select({session.graph.by_name["w_in"]})
        session.lens.toggle()
        session.lens.move(1e-7)
        found = written_on(projector)
        assert any(one.text == "actual" for one in found)
        assert not self.small(projector, 18.0)
        session.lens.put_away()
        session.predicting.toggle()
        session.playback.seek(session.playback.length)
        while session.predicting.node != session.graph.by_name["v_out"]:
            session.predicting.show()
            session.playback.seek(session.playback.length)
        texts = [one.text for one in written_on(projector)]
        assert texts.count("out") >= 3, "on its card, in the caption, in the question"
        assert not self.small(projector, 18.0)
        session.predicting.toggle()

    def test_a_larger_screen_has_larger_text(self, projector: Projector, session: Session) -> None:
        session.playback.seek(8.0)
        counter = {found.text: found.pixels for found in written_on(projector)}["8 / 14"]
        projector.resize(1920, 1080)
        assert projector.scale == 1.5
        assert not self.small(projector, 27.0)
        assert {found.text: found.pixels for found in written_on(projector)}["8 / 14"] == 1.5 * counter

    def test_in_a_field_on_a_card(self, projector: Projector, session: Session) -> None:
        projector.canvas.edit_value(session.graph.by_name["x"])
        assert any(found.text == "-2" for found in written_on(projector)), "what is typed"
        assert not self.small(projector, 18.0)
        QTest.keyClick(projector.canvas.focusWidget(), Qt.Key.Key_Escape)

    def test_what_is_asked_and_how_far_it_has_come(self, projector: Projector, session: Session) -> None:
        session.predicting.toggle()
        session.playback.seek(14.0)
        assert any("?" in found.text for found in written_on(projector))
        assert not self.small(projector, 18.0)
        session.predicting.toggle()

    def test_the_window_keeps_its_own_sizes(self, qtbot: QtBot, session: Session) -> None:
        canvas = Canvas(session)
        session.setParent(canvas)
        qtbot.addWidget(canvas)
        session.open(PRODUCT, None)
        canvas.resize(1000, 600)
        session.playback.seek(4.0)
        canvas.fit()
        texts = {found.text for found in written_on(canvas)}
        assert {"input", "gradient not reached yet"} <= texts

    def test_numbers_are_written_whole(self, projector: Projector, session: Session) -> None:
        session.playback.seek(14.0)
        texts = [found.text for found in written_on(projector.canvas)]
        for number in ("−2", "5", "−4", "3", "−12"):
            assert number in texts

    def test_every_text_is_in_a_colour_that_was_measured(self, projector: Projector, session: Session) -> None:
        session.playback.seek(8.0)
        for theme in (PROJECTOR, PROJECTOR_LIGHT):
            projector.set_theme(theme)
            known = {theme[name].name() for name in (*TEXTS, "surface", "on_forward", "on_backward")}
            strange = {found.colour for found in written_on(projector)} - known
            glowing = {
                found.colour for found in written_on(projector) if found.text in ("∂", "/", " = ", " = 3", " = −4")
            }
            assert strange <= glowing, "but for pills that glow, which are measured too"


@pytest.mark.parametrize(
    ("number", "fewer"),
    [
        ("−12", ["−12"]),
        ("3.142", ["3.142", "3.14", "3.1"]),
        ("−1.235·10⁻¹²", ["−1.235·10⁻¹²", "−1.24·10⁻¹²", "−1.2·10⁻¹²"]),
        ("NaN", ["NaN"]),
        ("−∞", ["−∞"]),
        ("1/3", ["1/3"]),
    ],
)
def test_a_number_with_fewer_digits(number: str, fewer: list[str]) -> None:
    assert list(numerals.shorter(number)) == fewer


class TestWords:
    """Formula, counter and caption."""

    def test_the_formula_of_the_whole_graph(self, projector: Projector) -> None:
        assert projector.formula is not None
        assert projector.formula.latex == next(latex_of(PRODUCT.graph))
        assert r"\left(x + y\right)" in projector.formula.latex or "(x + y)" in projector.formula.latex
        assert projector.formula.sizeHint().height() > FORMULA

    def test_one_that_is_too_long_tells_the_last_step_or_the_name(self, projector: Projector, session: Session) -> None:
        long = "; ".join(["a1 = x1 + x2", *(f"a{i} = a{i - 1} * x{i + 1} + x{i}" for i in range(2, 7)), "f = a6 - x1"])
        session.open(Diagram.of(parse(long, {f"x{i}": 1.0 for i in range(1, 8)})), None)
        assert projector.formula is not None
        *_, last_step, _name = latex_of(session.graph)
        assert projector.formula.latex == last_step
        session.open(Diagram.of(parse("f = sin(x)", {"x": 1})), None)
        edit = lambda diagram: edits.rename(diagram, session.graph.by_name["f"], "a_" + "very_long_name_" * 12)  # noqa: E731
        session.edit("Rename", edit)
        assert projector.formula is None, "not even its name has room"

    def test_without_an_output_there_is_none(self, projector: Projector, session: Session) -> None:
        session.open(Diagram.of(Graph([])), None)
        assert projector.formula is None
        assert projector.counter.text() == ""
        assert "Esc" in projector.caption.text()

    def test_counter_and_sentence_follow(self, projector: Projector, session: Session) -> None:
        session.playback.seek(7.5)
        assert projector.counter.text() == "8 / 14"
        assert "q receives its only share" in projector.caption.text()
        assert PROJECTOR.backward in projector.caption.text()
        projector.set_other_theme()
        assert PROJECTOR_LIGHT.backward in projector.caption.text()

    def test_a_long_sentence_is_smaller_and_has_room(self, projector: Projector, session: Session) -> None:
        session.playback.seek(7.5)
        assert projector.caption.font().pixelSize() == 30
        long = next(example for example in examples() if example.title == "Attention with three tokens")
        session.open(long.diagram(), None)
        session.playback.seek(12.0)
        assert 18 <= projector.caption.font().pixelSize() <= 30
        room = projector.caption.size()
        assert projector.caption.heightForWidth(room.width()) <= room.height()


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3840, 2160)])
def test_the_playhead_is_round_at_both_ends(projector: Projector, session: Session, size: tuple[int, int]) -> None:
    projector.resize(*size)
    QApplication.processEvents()  # lays everything out
    timeline, radius = projector.timeline, 13.5 * projector.scale
    for time in (0.0, float(session.playback.length)):
        assert radius <= timeline.x_of(time) <= timeline.width() - radius
        at = timeline.mapTo(projector, QPoint(round(timeline.x_of(time)), 0)).x()
        assert min(at, projector.width() - at) == pytest.approx(40.0 * projector.scale, abs=1.0), (
            "in line with the text"
        )


def test_the_card_in_question_is_in_view(projector: Projector, session: Session) -> None:
    session.open(Diagram.of(parse("a = x * y; b = x * z; c = 3 * x; f = a + b + c", {"x": 1, "y": 6, "z": -4})), None)
    session.predicting.toggle()
    session.playback.seek(session.playback.length)
    asked = []
    while (node := session.predicting.node) is not None:
        asked.append(node)
        rect, canvas = session.stage.rect(node), projector.canvas
        left, top = canvas.to_screen((rect.x, rect.y)).toTuple()
        right, bottom = canvas.to_screen((rect.right, rect.bottom)).toTuple()
        assert min(left, top) >= 0, node
        assert (right <= canvas.width(), bottom <= canvas.height()) == (True, True), node
        session.predicting.show()
        session.playback.seek(session.playback.length)
    assert len(asked) == 4
    assert projector.canvas.height() < 400, "the question takes room, so not all of the graph is in view"


class TestColours:
    """The wall has two themes of its own."""

    def test_the_desk_keeps_its_theme(self, projector: Projector, session: Session) -> None:
        session.set_theme(DARK)
        projector.set_other_theme()
        assert (session.theme, projector.theme, projector.canvas.theme) == (DARK, PROJECTOR_LIGHT, PROJECTOR_LIGHT)
        session.set_theme(LIGHT)
        assert projector.canvas.theme is PROJECTOR_LIGHT

    @pytest.mark.parametrize("theme", [PROJECTOR, PROJECTOR_LIGHT], ids=lambda theme: theme.name)
    def test_corners_are_paper_and_the_footer_is_surface(self, projector: Projector, theme: Theme) -> None:
        projector.set_theme(theme)
        picture = projector.grab().toImage()
        assert picture.pixelColor(4, 4) == theme["paper"]
        assert picture.pixelColor(4, 300) == theme["paper"]
        assert picture.pixelColor(4, 715) == theme["surface"]

    def test_the_spotlight_dims_what_does_not_act(self, projector: Projector, session: Session) -> None:
        session.playback.seek(4.0)  # q has just been computed, from x and y
        canvas, graph = projector.canvas, session.graph

        def face(name: str) -> str:
            rect = session.stage.rect(graph.by_name[name])
            corner = canvas.to_screen((rect.x + rect.width / 2, rect.y + 12.0))
            return canvas.grab().toImage().pixelColor(corner).name()

        before = {name: face(name) for name in ("x", "q", "z")}
        canvas.set_spotlit(True)
        after = {name: face(name) for name in ("x", "q", "z")}
        assert (after["x"], after["q"]) == (before["x"], before["q"])
        assert after["z"] != before["z"]

    def test_the_mark_of_the_output_is_dimmed_with_its_card(self, projector: Projector, session: Session) -> None:
        session.playback.seek(4.0)
        canvas, rect = projector.canvas, session.stage.rect(session.graph.by_name["f"])

        def above() -> set[str]:
            picture, (x, y) = canvas.grab().toImage(), canvas.to_screen((rect.right - 60.0, rect.y - 10.0)).toTuple()
            return {picture.pixelColor(x, y + dy).name() for dy in range(-3, 4)}

        ink = projector.theme["ink"].name()
        assert ink in above()
        canvas.set_spotlit(True)
        assert ink not in above()


class TestScreens:
    """Where it opens."""

    def test_on_the_other_screen_if_there_is_one(self) -> None:
        one, other = object(), object()
        for screens, own, wall in (([one, other], one, other), ([one, other], other, one), ([one], one, one)):
            assert wall_of(screens, own) is wall  # type: ignore[arg-type]

    def test_a_lecture_on_two_screens(self, tmp_path: Path) -> None:
        """In a process of its own, because the screens are given to Qt when it starts."""
        screen = {"y": 0, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        desk = {"name": "desk", "x": 0, "width": 1440, "height": 900} | screen
        wall = {"name": "wall", "x": 1440, "width": 1280, "height": 720} | screen
        (tmp_path / "screens.json").write_text(json.dumps({"screens": [desk, wall]}))
        story = Path(__file__).with_name("two_screens.py")
        platform = f"offscreen:configfile={tmp_path / 'screens.json'}"
        done = subprocess.run(
            [sys.executable, story, tmp_path / "settings.ini"],
            env={**os.environ, "QT_QPA_PLATFORM": platform, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout.split()) == (0, ["opened", "stepped", "removed", "closed"]), done.stderr


class TestNotes:
    """What the lecturer reads."""

    @pytest.fixture
    def clock(self) -> list[float]:
        return [0.0]

    @pytest.fixture
    def notes(self, session: Session, qtbot: QtBot, clock: list[float]) -> Presenter:
        def start() -> object:
            clock[0] = 0.0
            return lambda: clock[0]

        made = Presenter(session, start)  # type: ignore[arg-type]
        session.setParent(made)
        qtbot.addWidget(made)
        session.open(PRODUCT, None)
        return made

    def test_the_note_of_the_last_bookmark_that_was_passed(self, notes: Presenter, session: Session) -> None:
        notes.show()
        for step, note in ((3, "Ask what q will be.\n<b>Wait!</b>"), (8, "")):
            anchor = anchor_at(session.story, step)
            session.edit("Bookmark", partial(edits.bookmark, anchor=anchor, note=note))
        session.playback.seek(2.0)
        assert notes.note.text().startswith("There is no note")
        assert notes.mark.text() == "Bookmark 0 of 2"
        session.playback.seek(3.0)
        assert notes.note.text() == "Ask what q will be.\n<b>Wait!</b>"
        assert notes.note.textFormat() is Qt.TextFormat.PlainText
        session.playback.seek(7.5)
        assert notes.note.text().startswith("Ask"), "it holds until the next one"
        session.playback.seek(9.0)
        assert notes.note.text().startswith("There is no note")
        assert notes.mark.text() == "Bookmark 2 of 2"

    def test_what_happens_now_and_next(self, notes: Presenter, session: Session) -> None:
        notes.show()
        session.playback.seek(6.0)
        assert "starts at the output" in notes.now.text()
        assert "f passes back" in notes.next.text()
        assert notes.count.text() == "Step 6 of 14"
        session.playback.seek(6.5)
        assert "f passes back" in notes.now.text()
        assert "q receives" in notes.next.text()
        session.playback.seek(14.0)
        assert notes.next.text() == "Nothing: this is the end."

    def test_what_is_to_be_predicted_is_not_told(self, notes: Presenter, session: Session) -> None:
        notes.show()
        session.predicting.toggle()
        session.playback.seek(14.0)
        assert session.playback.time == session.told_until
        assert notes.next.text().startswith("The class predicts")
        session.predicting.toggle()

    def test_the_clock_starts_when_they_are_shown(self, notes: Presenter, clock: list[float]) -> None:
        notes.show()
        assert notes.clock.text() == "0:00"
        clock[0] = 65.9
        notes.show_time()
        assert notes.clock.text() == "1:05"
        clock[0] = 3723.0
        notes.show_time()
        assert notes.clock.text() == "1:02:03"
        notes.hide()
        notes.show()
        assert notes.clock.text() == "1:02:03", "it goes on while they are hidden"
        notes.reset.click()
        assert notes.clock.text() == "0:00"
        notes.hide()


def test_the_timeline_goes_from_margin_to_margin_and_can_be_clicked(projector: Projector, session: Session) -> None:
    timeline = projector.timeline
    ends = [timeline.mapTo(projector, QPoint(round(timeline.x_of(time)), 0)).x() for time in (0, 14)]
    assert ends == [40, 1240]
    QTest.mouseClick(
        timeline,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(round(timeline.x_of(9)), timeline.height() // 2),
    )
    assert session.playback.time == 9.0
