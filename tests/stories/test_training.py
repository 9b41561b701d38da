"""Story: parameters walk down a loss, before the eyes of whoever trains them, and can always be called back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox, QFileDialog, QMessageBox, QWidget

from bpviz.graph.graph import Value
from bpviz.ui.examples import examples
from bpviz.ui.lab.descent import DescentPage
from tests.user import Key, Modifier, User

LINE = "x = 3; t = 1; w = parameter(0.5); y = w*x; loss = (y - t)**2"


class Trainer:
    """Somebody at the page Descent."""

    def __init__(self, user: User) -> None:
        self.user, self.window = user, user.window
        user.session.playback.is_animated = False

    @property
    def page(self) -> DescentPage:
        laboratory = self.window.studying.laboratory
        assert laboratory is not None
        page = laboratory.page
        assert isinstance(page, DescentPage)
        return page

    def open_lab(self) -> None:
        self.user.press(Key.Key_D, modifiers=Modifier.ControlModifier | Modifier.ShiftModifier)
        laboratory = self.window.studying.laboratory
        assert laboratory is not None
        tab = next(button for button in laboratory.tabs.buttons() if button.text() == "Descent")
        self.click(tab)

    def open_example(self, title: str) -> None:
        self.window.open_example(next(found for found in examples() if found.title == title))

    def write(self, text: str) -> None:
        self.user.paste_expression(text)
        self.user.click(self.user.nowhere())

    def click(self, widget: QWidget) -> None:
        self.user.click(self.user.middle_of(widget))

    def choose(self, box: QComboBox, text: str) -> None:
        """By the arrow keys, as in any list."""
        box.setFocus()
        way = box.findText(text) - box.currentIndex()
        self.user.press(*[Key.Key_Down if way > 0 else Key.Key_Up] * abs(way))
        assert box.currentText() == text or way

    def type_rate(self, text: str) -> None:
        self.click(self.page.controls.rate)
        self.user.press(Key.Key_A, modifiers=Modifier.ControlModifier)
        self.user.type(f"{text}\n")

    def train_until(self, is_done: Callable[[], bool]) -> None:
        self.click(self.page.run_button)
        self.user.qtbot.waitUntil(is_done, timeout=20_000)
        if self.page.training.is_running:
            self.click(self.page.run_button)
        assert not self.page.training.is_running

    def value(self, name: str) -> Value | None:
        graph = self.window.session.graph
        return graph.nodes[graph.by_name[name]].value

    @property
    def loss(self) -> float:
        run = self.page.training.run
        assert run is not None
        return run.train_loss


@pytest.fixture
def trainer(user: User) -> Trainer:
    return Trainer(user)


def test_a_step_moves_the_canvas_and_comes_back(trainer: Trainer) -> None:
    trainer.write(LINE)
    trainer.open_lab()
    page = trainer.page
    before = trainer.window.session.diagram
    trainer.click(page.step_button)
    # ∂loss/∂w = 2 (0.5 · 3 − 1) · 3 = 3
    assert trainer.value("w") == 0.5 - 0.1 * 3.0
    assert page.status.text().startswith("1 step · loss 0.16")
    trainer.click(page.step_button)
    assert trainer.value("w") == pytest.approx(0.2 - 0.1 * 2 * (0.6 - 1) * 3)
    trainer.click(page.back_button)
    assert trainer.value("w") == 0.5 - 0.1 * 3.0
    trainer.click(page.step_button)
    assert trainer.window.session.document.labels[-1] == "Train"
    trainer.user.undo()
    assert trainer.window.session.diagram is before, "all steps are one step of the history"
    assert page.training.steps == 0
    trainer.click(page.step_button)
    trainer.click(page.reset_button)
    assert trainer.value("w") == 0.5
    assert trainer.window.session.diagram is before, "as if no step had been taken"
    assert trainer.window.session.document.redo_label is None
    assert page.status.text().startswith("0 steps")
    assert not page.back_button.isEnabled()


def test_xor_is_learned_before_ones_eyes(trainer: Trainer) -> None:
    trainer.open_example("XOR with a 2-2-1 net")
    before = trainer.window.session.diagram
    trainer.open_lab()
    page = trainer.page
    assert page.controls.data.currentText() == "XOR", "the example brings its data along"
    trainer.click(page.controls.optimizers["adam"])
    trainer.click(page.controls.optimizers["sgd"])
    assert list(page.training.runs) == ["adam"]
    trainer.choose(page.controls.speed, "fastest")
    trainer.train_until(lambda: trainer.loss < 0.01)
    assert page.status.text().endswith("100 % right")
    run = page.training.run
    assert run is not None
    graph = trainer.window.session.graph
    shown = [graph.nodes[node].value for node in run.problem.nodes]
    assert shown == run.theta.tolist(), "the canvas has the parameters that were learned"
    assert page.views.checkedId() == 2, "data of two classes are shown with their boundary"
    plane = page.plane
    assert plane.predictor is not None
    assert plane.predictor.classes(run.theta, run.problem.data.features).tolist() == [0, 1, 1, 0]  # type: ignore[union-attr]
    trainer.user.undo()
    assert trainer.window.session.diagram is before


def test_several_optimizers_start_side_by_side(trainer: Trainer) -> None:
    trainer.open_example("Rosenbrock's banana")
    trainer.open_lab()
    page = trainer.page
    for name in ("newton", "adam"):
        trainer.click(page.controls.optimizers[name])
    trainer.click(page.controls.optimizers["sgd"])
    assert sorted(page.training.runs) == ["adam", "newton"]
    trainer.click(page.views.button(0))
    for _ in range(5):
        trainer.click(page.step_button)
    starts = {tuple(run.history.past.thetas[0]) for run in page.training.runs.values()}
    assert starts == {(-1.0, 1.5)}
    shown = {curve.name: curve for curve in page.path.plot.curves}
    np.testing.assert_array_equal(shown["Newton"].x, page.training.runs["newton"].history.past.thetas[:, 0])
    assert {curve.name for curve in page.loss.curves} == {"Adam", "Newton"}
    losses = [run.history.past.train for run in page.training.runs.values()]
    trainer.click(page.log_button)
    low, high = page.loss.y_range
    assert 10**low <= min(map(min, losses))
    assert 29 <= 10**high <= 10 * 3 * 29, "all but what shoots far above"
    trainer.click(page.log_button)
    assert page.loss.y_range[0] <= 0.0
    trainer.user.qtbot.waitUntil(lambda: page.path.landscape.values.size > 0)
    left, low = page.path.landscape.x[0], page.path.landscape.y[0]
    assert page.path.landscape.values[0, 0] == pytest.approx((1 - left) ** 2 + 100 * (low - left**2) ** 2)
    # the canvas follows the one whose rate is shown
    trainer.choose(page.controls.rated, "Newton")
    assert trainer.value("x") == page.training.runs["newton"].theta[0]
    trainer.choose(page.controls.rated, "Adam")
    assert trainer.value("x") == page.training.runs["adam"].theta[0]
    trainer.click(page.controls.optimizers["adam"])
    trainer.click(page.controls.optimizers["newton"])
    assert list(page.training.runs) == ["newton"], "the last one stays"


def test_rates_that_lead_nowhere_are_told(trainer: Trainer) -> None:
    trainer.write("w = parameter(1); f = w**2")
    trainer.open_lab()
    page = trainer.page
    for text, said in (("-1", "climbed"), ("0", "nothing would move"), ("fast", "a number above 0")):
        trainer.type_rate(text)
        assert said in trainer.user.message
        assert page.controls.rate.property("wrong")
    assert page.training.rates["sgd"] == 0.1
    trainer.type_rate("3")
    assert not page.controls.rate.property("wrong")
    trainer.choose(page.controls.speed, "fastest")
    trainer.click(page.run_button)
    trainer.user.qtbot.waitUntil(lambda: not page.training.is_running)
    assert page.note.text() == (
        "The loss grew from 1 to 9.766·10⁶ in 5 steps: a learning rate of 3 is too large here. Reset, and try 0.3."
    )
    assert not page.run_button.isEnabled()
    trainer.click(page.reset_button)
    assert trainer.value("w") == 1.0
    assert page.run_button.isEnabled()
    trainer.type_rate("2·10⁻³")
    assert page.training.rates["sgd"] == 0.002
    page.controls.slider.setFocus()
    trainer.user.press(Key.Key_PageDown)
    assert page.training.rates["sgd"] == 0.001
    assert page.controls.rate.text() == "0.001"
    assert page.training.runs["sgd"].rate == 0.001


def test_one_step_is_opened_in_the_player(trainer: Trainer) -> None:
    trainer.open_example("Linear regression")
    trainer.open_lab()
    page = trainer.page
    trainer.choose(page.controls.batch, "1")
    run = page.training.run
    assert run is not None
    trainer.click(page.open_button)
    data = page.training.data
    assert data is not None
    x, t = trainer.value("x"), trainer.value("t")
    assert any(x == data.features[row, 0] and t == data.targets[row] for row in data.train)
    assert page.note.text().startswith("Step 1 by SGD: w ← −0.5 ")
    assert run.steps == 0, "it is shown, not yet taken"
    gradient = trainer.window.session.trace.gradient(trainer.window.session.graph.by_name["w"])
    trainer.click(page.step_button)
    assert trainer.value("w") == pytest.approx(-0.5 - 0.1 * float(gradient))  # type: ignore[arg-type]


def test_whatever_happens_meanwhile_training_stops(trainer: Trainer) -> None:
    trainer.open_example("XOR with a 2-2-1 net")
    trainer.open_lab()
    page, before = trainer.page, trainer.window.session.diagram

    def run_a_little() -> None:
        steps = page.training.steps
        trainer.click(page.run_button)
        trainer.user.qtbot.waitUntil(lambda: page.training.steps > steps)
        assert page.training.is_running

    run_a_little()
    trainer.user.press(Key.Key_Escape)
    assert not page.training.is_running, "Esc pauses first"
    trainer.user.undo()
    assert trainer.window.session.diagram is before
    run_a_little()
    trainer.user.qtbot.waitUntil(lambda: trainer.window.session.document.undo_label == "Train")
    trainer.user.undo()
    assert not page.training.is_running
    assert trainer.window.session.diagram is before
    run_a_little()
    trainer.window.set_theme(trainer.window.session.theme)
    trainer.write("u = parameter(2); g = u**2")
    assert not page.training.is_running
    assert "name one t, and let the loss compare with it" in page.note.text()
    trainer.choose(page.controls.data, "No data: the graph as it is")
    assert page.run_button.isEnabled()
    run_a_little()
    trainer.user.answer(QMessageBox.StandardButton.Discard)
    trainer.open_example("A saddle")
    assert not page.training.is_running
    assert trainer.value("x") == 1.5
    run_a_little()
    laboratory = trainer.window.studying.laboratory
    assert laboratory is not None
    trainer.click(laboratory.close_button)
    assert not page.training.is_running
    left = trainer.value("x")
    trainer.user.qtbot.wait(50)
    assert trainer.value("x") == left


def test_what_cannot_be_trained_is_said(trainer: Trainer) -> None:
    trainer.open_lab()
    page = trainer.page
    assert "nothing to minimise yet" in page.note.text()
    assert not page.run_button.isEnabled()
    trainer.write("w = parameter([1, 2]); y = w*w")
    assert "a loss is one number, such as mean(y) or sum(y)" in page.note.text()
    trainer.write("w = parameter(0.3); y = w**2")
    assert page.run_button.isEnabled()
    assert page.views.checkedId() == 1, "a map needs two parameters"


def test_data_from_a_file(trainer: Trainer, tmp_path: Path) -> None:
    rows = [(x / 4, 2.0 * x / 4 + 1.0) for x in range(-8, 9)]
    good, bad = tmp_path / "line.csv", tmp_path / "bad.csv"
    good.write_text("t;x\n" + "\n".join(f"{t};{x}".replace(".", ",") for x, t in rows) + "\n5;\n")
    bad.write_text("x,t\n1,2\n3,much\n")
    trainer.open_example("Linear regression")
    trainer.open_lab()
    page = trainer.page
    for path, said in ((bad, "line 3 of bad.csv, column t"), (good, "")):
        trainer.user.name_file(path)
        trainer.choose(page.controls.data, "From a file…")
        trainer.user.qtbot.waitUntil(lambda: not trainer.user.is_asked(QFileDialog))
        assert said in trainer.user.message
    assert page.controls.data.currentText() == "From a file…"
    assert "1 row with a blank is left out, the first in line 19, column x" in page.note.text()
    data = page.training.data
    assert data is not None
    assert len(data) == 17
    trainer.choose(page.controls.speed, "fastest")
    trainer.train_until(lambda: trainer.loss < 1e-8)
    assert trainer.value("w") == pytest.approx(2.0, abs=1e-3)
    assert trainer.value("b") == pytest.approx(1.0, abs=1e-3)
