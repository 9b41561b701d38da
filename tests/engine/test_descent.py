"""Runs: exact steps, taken back exactly; data meeting graphs; what goes wrong, in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bpviz.engine.training.binding import TrainingError
from bpviz.engine.training.datasets import DATASETS, Dataset, line, moons, xor
from bpviz.engine.training.descent import Run, update_sentence
from bpviz.engine.training.history import MOST_POINTS, History
from bpviz.engine.training.optimizers import OPTIMIZERS
from bpviz.engine.training.prediction import Predictor
from bpviz.engine.training.problem import Problem
from bpviz.graph.parse import parse
from bpviz.resources import resource

NET = (
    "x1 = 0; x2 = 1; t = 1; a = parameter(0.8); b = parameter(-0.5); c = parameter(-0.6); d = parameter(0.9);"
    "v = parameter(0.7); w = parameter(0.6); p = tanh(a*x1 + b*x2); q = tanh(c*x1 + d*x2);"
    "y = sigmoid(v*p + w*q); loss = (y - t)**2"
)


def example(name: str) -> str:
    (path,) = resource("examples").glob(f"*-{name}.txt")
    return path.read_text(encoding="utf-8")


def run_of(text: str, data: Dataset | None = None, optimizer: str = "sgd", rate: float = 0.1, batch: int = 0) -> Run:
    return Run(Problem(parse(text), data), OPTIMIZERS[optimizer], rate, batch)


def test_one_step_is_theta_minus_rate_times_gradient() -> None:
    run = run_of("x = 3; t = 1; w = parameter(0.5); y = w*x; loss = (y - t)**2")
    assert run.step()
    # ∂loss/∂w = 2 (wx − t) x = 2 · 0.5 · 3 = 3
    assert run.theta.tolist() == [0.5 - 0.1 * 3.0]
    assert update_sentence(run) == "Step 1 by SGD: w ← 0.5 − 0.1 · 3 = 0.2."


def test_the_loss_over_data_is_the_mean_over_its_samples() -> None:
    data = line()
    problem = Problem(parse("x = 0; t = 0; w = parameter(2); b = parameter(1); loss = (w*x + b - t)**2"), data)
    x, t = data.features[data.train, 0], data.targets[data.train]
    loss, gradient = problem.slope(problem.start, data.train)
    off = 2 * x + 1 - t
    assert loss == pytest.approx(np.mean(off**2), rel=1e-14)
    np.testing.assert_allclose(gradient, [np.mean(2 * off * x), np.mean(2 * off)], rtol=1e-13)
    np.testing.assert_allclose(
        problem.hessian(problem.start, data.train), 2 * np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1.0]])
    )


@pytest.mark.parametrize(
    "text",
    [
        "x = 0; t = 0; w = parameter(2); b = parameter(1); loss = mse(w*x + b, t)",
        "x = [0, 1, 2]; t = [0, 1, 2]; w = parameter(2); b = parameter(1); loss = mse(w*x + b, t)",
        "X = [[0], [1]]; t = [[0], [1]]; w = parameter([[2]]); b = parameter([1]); loss = mse(linear(X, w, b), t)",
    ],
)
def test_however_the_graph_is_written_the_loss_is_the_same(text: str) -> None:
    data = line()
    problem = Problem(parse(text), data)
    off = 2 * data.features[data.train, 0] + 1 - data.targets[data.train]
    loss, gradient = problem.slope(problem.start, data.train)
    assert loss == pytest.approx(np.mean(off**2), rel=1e-13)
    assert gradient[1] == pytest.approx(np.mean(2 * off), rel=1e-12)


def test_what_cannot_be_batched_goes_through_one_by_one() -> None:
    """W @ x wants a column; rows of samples do not fit there."""
    text = "x = [1, 2]; t = 1; W = parameter([[0.5, -1], [0.2, 0.3]]); v = parameter([1, -1]); h = tanh(W @ x);"
    text += "y = dot(v, h); loss = (y - t)**2"
    problem = Problem(parse(text), moons())
    assert problem.is_looped
    rows = problem.rows[:5]
    loss, gradient = problem.slope(problem.start, rows)
    W, v = np.array([[0.5, -1], [0.2, 0.3]]), np.array([1.0, -1.0])
    data = problem.data
    assert data is not None
    X, t = data.features[rows], data.targets[rows]
    assert loss == pytest.approx(np.mean((np.tanh(X @ W.T) @ v - t) ** 2), rel=1e-13)
    h = np.tanh(X @ W.T)
    off = 2 * (h @ v - t)
    np.testing.assert_allclose(gradient[4:], (off[:, None] * h).mean(axis=0), rtol=1e-12)
    predictor = Predictor(problem)
    np.testing.assert_allclose(predictor.outputs(problem.start, X)[:, 0], h @ v, rtol=1e-13)


def test_steps_taken_back_and_done_again_are_the_same() -> None:
    run = run_of(NET, xor(), "adam", 0.05, batch=2)
    way = [run.theta]
    for _ in range(30):
        run.step()
        way.append(run.theta)
    after = run.theta.copy()
    for step in reversed(range(10, 30)):
        assert run.back()
        assert (run.theta == way[step]).all()
    assert run.history.past.steps[-1] == 10
    for _ in range(20):
        run.step()
    assert (run.theta == after).all()
    run.reset()
    assert (run.theta == run.problem.start).all()
    assert not run.back()


def test_xor_is_learned_by_the_example() -> None:
    run = run_of(example("xor"), xor(), "adam", 0.05)
    for _ in range(600):
        run.step()
    assert run.train_loss < 0.01
    assert Predictor(run.problem).accuracy(run.theta, run.problem.rows) == 1.0


def test_moons_are_learned_by_the_example() -> None:
    run = run_of(example("moons"), moons(), "adam", 0.02, batch=32)
    assert len(run.problem) == 2 * 16 + 16 + 16 * 16 + 16 + 16 + 1
    for _ in range(400):
        run.step()
    assert run.problem.data is not None
    assert Predictor(run.problem).accuracy(run.theta, run.problem.data.test) >= 0.97
    assert np.isfinite(run.test_loss)


def test_three_classes_with_softmax() -> None:
    run = run_of(example("softmax-classifier"), DATASETS["blobs"].make(), "sgd", 0.5)
    for _ in range(100):
        run.step()
    assert run.problem.data is not None
    predictor = Predictor(run.problem)
    assert predictor.accuracy(run.theta, run.problem.data.test) > 0.9
    plane = predictor.plane(run.theta, np.array([0.0]), np.array([1.5]))
    assert 0.5 < plane[0, 0] < 1.0, "the first class is on top, and surely so"


def test_the_prediction_is_what_the_loss_compares() -> None:
    problem = Problem(parse(NET), xor())
    predictor = Predictor(problem)
    assert problem.graph.label(predictor.node) == "y"
    assert predictor.level == 0.5
    scored = Problem(parse("X = [[0, 1]]; t = [[1]]; w = parameter([[1], [2]]); loss = bce_logits(X @ w, t)"), xor())
    assert Predictor(scored).level == 0.0
    np.testing.assert_allclose(
        Predictor(scored).plane(scored.start, np.array([0.0, 1.0]), np.array([-1.0])),
        [1 / (1 + np.exp([2.0, 1.0]))],
    )


def test_a_hinge_sees_classes_of_minus_one_and_one() -> None:
    problem = Problem(parse("x1 = 0; x2 = 0; t = 1; w = parameter(1); loss = hinge(w*x1 + x2, t)"), xor())
    # scores 0, 1, 1, 2 with the labels −1, 1, 1, −1: 1, 0, 0 and 3
    assert problem.loss(problem.start, problem.rows) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "there is nothing to minimise yet"),
        ("w = parameter([1, 2]); y = w*w", r"y has the shape 2: a loss is one number, such as mean\(y\)"),
        ("w = parameter(2); y = 3*4", "there is no parameter that the loss depends on"),
        ("w = parameter(0); y = 1/w", "the loss is ∞ at the start"),
        ("w = parameter(2); x; y = w*x", "the loss y has no value"),
    ],
)
def test_what_cannot_be_trained_is_said(text: str, said: str) -> None:
    with pytest.raises(TrainingError, match=said):
        Problem(parse(text))


def test_columns_that_no_input_takes_are_named() -> None:
    rows = np.arange(4)
    features = np.array([[9.0, 1.0], [8.0, 2.0], [7.0, 3.0], [6.0, 4.0]])
    data = Dataset("table", features, 2 * features[:, 1], ("id", "size"), "price", 0, rows, rows[:0])
    problem = Problem(parse("size = 0; price = 0; w = parameter(1); loss = (w*size - price)**2"), data)
    assert problem.binding is not None
    assert problem.binding.told(problem.graph, data) == "size takes size; price takes price; nothing takes id"
    assert problem.loss(problem.start, rows) == np.mean(features[:, 1] ** 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x1 = 1; x2 = 2; w = parameter(1); y = w*x1 + x2", "no input of the loss is there for the target: name one t"),
        ("x = 1; t = 2; w = parameter(1); y = (w*x - t)**2", "a sample has 2 features, x1, x2"),
        ("X = [[1, 2, 3]]; t = [[1]]; w = parameter([[1], [1], [1]]); y = mse(X @ w, t)", "X has rows of 3 numbers"),
        ("X = [[1, 2]]; t = [[1, 0, 0]]; W = parameter([[1, 0, 0], [1, 0, 0]]); y = mse(X @ W, t)", "2 classes"),
    ],
)
def test_data_that_do_not_meet_the_graph_are_said(text: str, said: str) -> None:
    with pytest.raises(TrainingError, match=said):
        Problem(parse(text), moons())


def test_rates_that_are_none() -> None:
    for rate, said in (
        (0.0, "nothing would move"),
        (-1.0, "climbed"),
        (float("nan"), "finite"),
        (float("inf"), "finite"),
    ):
        with pytest.raises(TrainingError, match=said):
            run_of(NET, xor(), rate=rate)
    run = run_of(NET, xor())
    with pytest.raises(TrainingError):
        run.set_rate(-0.5)
    assert run.rate == 0.1


def test_divergence_is_noticed_and_said() -> None:
    run = run_of("w = parameter(1); y = w**2", rate=3.0)
    while run.step():
        pass
    # w is multiplied by 1 − 2·3 = −5 at every step
    assert run.steps == 5
    assert run.trouble == (
        "The loss grew from 1 to 9.766·10⁶ in 5 steps: a learning rate of 3 is too large here. Reset, and try 0.3."
    )
    assert run.back()
    assert run.trouble == ""
    bottomless = run_of("w = parameter(1); y = -w**2", rate=3.0)
    while bottomless.step():
        pass
    assert "falls without end" in bottomless.trouble
    cliff = run_of("w = parameter(0.1); y = w - ln(w)", rate=1.0)
    while cliff.step():
        pass
    assert cliff.trouble


def test_a_parameter_that_the_loss_does_not_use_is_left_alone() -> None:
    problem = Problem(parse("w = parameter(2); u = parameter(5); z = u*3; y = w**2"))
    assert [problem.graph.label(node) for node in problem.nodes] == ["w"] or problem.unused
    graph = parse("w = parameter(2); u = parameter(5); z = u*3; y = w**2")
    chosen = Problem(graph.with_output(graph.by_name["y"]))
    assert [graph.label(node) for node in chosen.nodes] == ["w"]
    assert [graph.label(node) for node in chosen.unused] == ["u"]


def test_inputs_are_trained_where_there_are_no_parameters() -> None:
    problem = Problem(parse("x = 1; y = 2; f = x*y"))
    assert [problem.label(i) for i in range(len(problem))] == ["x", "y"]
    matrix = Problem(parse("A = [[1, 2], [3, 4]]; f = sum(A*A)"))
    assert matrix.label(2) == "A[1, 0]"


def test_newton_says_how_many_parameters_it_can_take() -> None:
    run = run_of(example("moons"), moons(), "newton")
    assert not run.step()
    assert "120 parameters at most" in run.trouble


def test_the_history_keeps_its_ends_and_its_size() -> None:
    history = History(2)
    for step in range(10 * MOST_POINTS + 3):
        history.record(step, float(step), np.nan, np.array([step, -step]))
    past = history.past
    assert len(past.steps) <= MOST_POINTS + 1
    assert (past.steps[0], past.steps[-1]) == (0, 10 * MOST_POINTS + 2)
    assert (past.train == past.steps).all()
    assert (past.thetas[:, 1] == -past.steps).all()
    gaps = np.diff(past.steps[:-1])
    assert len(set(gaps)) == 1, "the points that are kept are spread evenly"
    history.cut(5 * MOST_POINTS)
    assert history.past.steps[-1] <= 5 * MOST_POINTS


def test_examples_name_data_that_fit_them() -> None:
    found = 0
    for path in sorted(Path(resource("examples")).glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        for named in (row.removeprefix("# data: ") for row in text.splitlines() if row.startswith("# data: ")):
            found += 1
            assert Run(Problem(parse(text), DATASETS[named].make()), OPTIMIZERS["sgd"], 0.01).step(), path.name
    assert found >= 5
