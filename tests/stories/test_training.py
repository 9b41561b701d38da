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
from bpviz.ui.theme import THEMES
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

    @property
    def said(self) -> str:
        """What the page says, in place of its plots and below them."""
        return f"{self.page.obstacle.text()} {self.page.note.text()}".strip()

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
    assert page.views.chosen == 2, "data of two classes are shown with their boundary"
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
    assert trainer.said == (
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
    assert trainer.said.startswith("Step 1 by SGD: w ← −0.5 ")
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
    assert "name one t, and let the loss compare with it" in trainer.said
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
    assert "nothing to minimise yet" in trainer.said
    assert not page.run_button.isEnabled()
    trainer.write("w = parameter([1, 2]); y = w*w")
    assert "a loss is one number, such as mean(y) or sum(y)" in trainer.said
    trainer.write("w = parameter(0.3); y = w**2")
    assert page.run_button.isEnabled()
    assert page.views.chosen == 1, "a map needs two parameters"


def test_data_from_a_file(trainer: Trainer, tmp_path: Path) -> None:
    rows = [(x / 4, 2.0 * x / 4 + 1.0) for x in range(-8, 9)]
    good, bad = tmp_path / "line.csv", tmp_path / "bad.csv"
    good.write_text("t;x\n" + "\n".join(f"{t};{x}".replace(".", ",") for x, t in rows) + "\n5;\n")
    bad.write_text("x,t\n1,2\n3,much\n")
    trainer.open_example("Linear regression")
    trainer.open_lab()
    page = trainer.page
    for path, said in ((bad, "Line 3 of bad.csv, column t"), (good, "")):
        trainer.user.name_file(path)
        trainer.choose(page.controls.data, "From a file…")
        trainer.user.qtbot.waitUntil(lambda: not trainer.user.is_asked(QFileDialog))
        trainer.user.qtbot.waitUntil(lambda: not page.controls.reader.is_busy)
        assert said in trainer.user.message
    assert page.controls.data.currentText() == "From a file…"
    assert "1 row with a blank is left out, the first in line 19, column x" in trainer.said
    data = page.training.data
    assert data is not None
    assert len(data) == 17
    trainer.choose(page.controls.speed, "fastest")
    trainer.train_until(lambda: trainer.loss < 1e-8)
    assert trainer.value("w") == pytest.approx(2.0, abs=1e-3)
    assert trainer.value("b") == pytest.approx(1.0, abs=1e-3)


def test_columns_go_where_the_reader_wants_them(trainer: Trainer, tmp_path: Path) -> None:
    """The names of this table fit nothing, and its target is not the last column."""
    rows = [(size / 4, 100.0, 3.0 * size / 4 - 1.0) for size in range(-8, 9)]
    path = tmp_path / "houses.csv"
    path.write_text("size,price,noise\n" + "\n".join(f"{size},{price},{noise}" for size, noise, price in rows) + "\n")
    trainer.open_example("Linear regression")
    trainer.open_lab()
    page = trainer.page
    trainer.user.name_file(path)
    trainer.choose(page.controls.data, "From a file…")
    trainer.user.qtbot.waitUntil(lambda: page.training.table is not None)
    assert "a sample has 2 features, size, price" in trainer.said, "it cannot be known which of them is x"
    trainer.click(page.controls.columns_button)
    dialog = page.controls.columns
    assert dialog is not None
    assert dialog.isVisible()
    assert "a sample has 2 features" in dialog.said.text()
    trainer.choose(dialog.column, "price")
    trainer.choose(dialog.target, "t")
    graph = trainer.window.session.graph
    assert "nothing to predict it from" in dialog.said.text()
    taker = dialog.takers[graph.by_name["x"]]
    assert isinstance(taker, QComboBox)
    trainer.choose(taker, "size")
    assert dialog.said.text() == "x takes size; t takes price; nothing takes noise."
    assert page.training.refusal == ""
    dialog.close()
    trainer.choose(page.controls.speed, "fastest")
    trainer.train_until(lambda: trainer.loss < 1e-8)
    assert trainer.value("w") == pytest.approx(3.0, abs=1e-3)
    assert trainer.value("b") == pytest.approx(-1.0, abs=1e-3)
    trainer.click(page.controls.columns_button)
    dialog = page.controls.columns
    assert dialog is not None
    assert dialog.column.currentText() == "price"
    trainer.user.click_in(dialog.automatic, dialog.automatic.rect().center())
    assert page.training.wishes is None
    assert "a sample has 2 features, size, noise" in dialog.said.text()
    trainer.write("u = parameter(2); g = u**2")
    assert page.training.wishes is None


def test_a_matrix_takes_named_columns_and_says_what_does_not_fit(trainer: Trainer, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b,c,t\n" + "\n".join(f"{k % 3},{k % 5},{k % 7},{k % 3 - 2 * (k % 7)}" for k in range(40)) + "\n")
    trainer.write("X = [[1, 2], [3, 4]]; w = parameter([0, 0]); t = [1, 2]; loss = mean((X @ w - t)**2)")
    trainer.open_lab()
    page = trainer.page
    trainer.user.name_file(path)
    trainer.choose(page.controls.data, "From a file…")
    trainer.user.qtbot.waitUntil(lambda: page.training.table is not None)
    assert "X has rows of 2 numbers, and a sample has 3 features: a, b, c" in trainer.said
    trainer.click(page.controls.columns_button)
    dialog = page.controls.columns
    assert dialog is not None
    trainer.choose(dialog.target, "t")
    for text, said in (
        ("a, x", "there is no column x for X; there are a, b, c"),
        ("a", "X takes 2 columns, and 1 is chosen: a"),
        ("c, a", "X takes c, a; t takes t; nothing takes b"),
    ):
        field = dialog.takers[trainer.window.session.graph.by_name["X"]]
        field.setFocus()
        trainer.user.press(Key.Key_A, modifiers=Modifier.ControlModifier)
        trainer.user.type(f"{text}\n")
        assert said.lower() in dialog.said.text().lower()
    dialog.close()
    trainer.click(page.controls.optimizers["newton"])
    trainer.click(page.controls.optimizers["sgd"])
    trainer.click(page.step_button)
    assert trainer.value("w") == pytest.approx([-2.0, 1.0])


def test_a_long_table_is_read_while_the_window_goes_on(trainer: Trainer, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("x,t\n" + "\n".join(f"{k % 97 / 97},{k % 97 / 48.5}" for k in range(30_000)) + "\n")
    trainer.open_example("Linear regression")
    trainer.open_lab()
    page = trainer.page
    trainer.user.name_file(path)
    told: list[str] = []
    page.controls.reader.went_on.connect(told.append)
    trainer.choose(page.controls.data, "From a file…")
    trainer.user.qtbot.waitUntil(lambda: len(told) > 2)
    assert page.note.text() == told[-1]
    page.setFocus()
    trainer.user.press(Key.Key_Escape)
    assert not page.controls.reader.is_busy
    assert page.training.table is None, "it was left"
    trainer.user.name_file(path)
    page.controls.data.setCurrentIndex(0)
    trainer.choose(page.controls.data, "From a file…")
    trainer.user.qtbot.waitUntil(lambda: page.training.table is not None)
    assert "Each step sees 64 samples" in trainer.said
    assert page.controls.batch.currentText() == "64"
    assert len(page.training.data or ()) == 30_000
    trainer.click(page.step_button)
    run = page.training.run
    assert run is not None
    assert run.last is not None
    assert len(run.last.rows) == 64


def test_whether_it_holds_for_others_is_said(trainer: Trainer) -> None:
    trainer.open_example("Linear regression")
    trainer.open_lab()
    page = trainer.page
    trainer.choose(page.controls.speed, "fastest")
    trainer.train_until(lambda: page.training.steps > 200)
    run = page.training.run
    assert run is not None
    train, test = (f"{loss:.2g}" for loss in (run.train_loss, run.test_loss))
    assert train in trainer.said
    assert test in trainer.said
    assert "holds for samples that it never saw" in trainer.said or "not all it learned holds" in trainer.said


def test_in_large_print_on_a_low_page_setup_and_plots_take_turns(trainer: Trainer) -> None:
    trainer.window.resize(1280, 720)
    trainer.window.set_theme(THEMES["projector"])
    trainer.open_example("Linear regression")
    trainer.open_lab()
    page = trainer.page
    assert [page.loss.isVisible(), page.controls.isVisible()] == [True, False]
    trainer.click(page.setup_button)
    assert [page.loss.isVisible(), page.controls.isVisible()] == [False, True]
    trainer.click(page.controls.optimizers["adam"])
    assert list(page.training.runs) == ["sgd", "adam"]
    trainer.click(page.step_button)
    assert page.loss.isVisible(), "whoever trains wants to see it"
    assert page.height() <= page.visibleRegion().boundingRect().height(), "nothing is scrolled"
    trainer.window.set_theme(THEMES["light"])
    assert [page.loss.isVisible(), page.controls.isVisible(), page.setup_button.isVisible()] == [True, True, False]
