"""A run of gradient descent: step, back, reset; and what went wrong, in a sentence."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from ...graph.graph import GraphError
from ...ops import numerals
from ..steps import Floats
from .binding import TrainingError
from .datasets import SEED, batch_rows
from .history import History
from .optimizers import Memory, Optimizer, Slope
from .problem import Problem, Rows, evenly

MOST_REMEMBERED = 2_000_000  # numbers, in the steps that can be taken back
MOST_STEPS_BACK = 10_000
MOST_JUDGED = 1000  # samples over which the loss is told after each step
_GROWTH = 1e6  # of the loss, that is no descent any more
_MOST_TOLD = 4


@dataclass(frozen=True, eq=False)
class Step:
    """One step as it was done: from θ, by the gradient over a batch of samples, to θ + Δ."""

    number: int
    before: Floats
    gradient: Floats
    update: Floats
    rows: Rows
    rate: float


@dataclass(frozen=True, eq=False)
class _Kept:
    theta: Floats
    memory: Memory
    step: Step | None


class Run:
    """One optimizer on its way down a problem, from the parameters that the graph has.

    `trouble` is a sentence once it cannot go on, and empty before.  A step depends on where it starts, on its number
    and on the seed alone: one that is taken back and done again comes out the same.
    """

    def __init__(
        self, problem: Problem, optimizer: Optimizer, rate: float | None = None, batch: int = 0, seed: int = SEED
    ) -> None:
        """`batch` is how many samples a step sees, 0 for all.  Raises TrainingError for a rate that is none."""
        self.problem, self.optimizer, self.batch, self.seed = problem, optimizer, batch, seed
        self.rate = optimizer.rate if rate is None else checked_rate(rate)
        self._judged = evenly(problem.rows, MOST_JUDGED)
        self._tested = evenly(problem.data.test, MOST_JUDGED) if problem.data is not None else problem.rows[:0]
        self.reset()

    def reset(self) -> None:
        """Back to the start."""
        size = len(self.problem)
        self.steps, self.theta, self.memory = 0, self.problem.start.copy(), self.optimizer.start(size)
        self.last: Step | None = None
        self.trouble = ""
        each = size * (2 + len(self.memory))
        self._before: deque[_Kept] = deque(maxlen=max(1, min(MOST_STEPS_BACK, MOST_REMEMBERED // each)))
        self.history = History(size)
        self._look()
        self._first = self.train_loss

    def _look(self) -> None:
        """The losses where the run is now."""
        self.train_loss = self.problem.loss(self.theta, self._judged)
        self.test_loss = self.problem.loss(self.theta, self._tested) if len(self._tested) else np.nan
        self.history.record(self.steps, self.train_loss, self.test_loss, self.theta)

    def step(self) -> bool:
        """One update of the parameters; whether it was done."""
        if self.trouble:
            return False
        rows = batch_rows(self.problem.rows, self.batch, self.steps, self.seed)
        try:
            _, gradient = self.problem.slope(self.theta, rows)
            slope = Slope(gradient, lambda: self.problem.hessian(self.theta, rows))
            update, memory = self.optimizer.update(slope, self.memory, self.steps + 1, self.rate)
        except GraphError as error:
            self.trouble = f"{self.optimizer.title} stops: {error}."
            return False
        if not gradient.any() and not update.any():
            self.trouble = "The gradient is 0: here is a lowest point or a saddle, and no way down to follow."
            return False
        if np.array_equal(self.theta + update, self.theta):
            self.trouble = "Float64 has no smaller steps: this is the lowest point, as closely as it can be told."
            return False
        self._before.append(_Kept(self.theta, self.memory, self.last))
        self.last = Step(self.steps, self.theta, gradient, update, rows, self.rate)
        self.theta, self.memory, self.steps = self.theta + update, memory, self.steps + 1
        self._look()
        self.trouble = self._divergence()
        return True

    def back(self) -> bool:
        """Takes the last step back; whether there was one that is still remembered."""
        if not self._before:
            return False
        kept = self._before.pop()
        self.theta, self.memory, self.last = kept.theta, kept.memory, kept.step
        self.steps -= 1
        self.trouble = ""
        self.history.cut(self.steps)
        self._look()
        return True

    @property
    def can_go_back(self) -> bool:
        return bool(self._before)

    def set_rate(self, rate: float) -> None:
        """Another learning rate from the next step on.  Raises TrainingError for one that is none."""
        self.rate = checked_rate(rate)

    @property
    def has_diverged(self) -> bool:
        """Whether the last step led out of all bounds."""
        return bool(self._divergence())

    def _divergence(self) -> str:
        loss, few = self.train_loss, numerals.short
        advice = f"a learning rate of {few(self.rate)} is too large here. Reset, and try {few(self.rate / 10)}."
        after = numerals.count(self.steps, "step")
        if not np.isfinite(self.theta).all():
            return f"The parameters left all bounds after {after}: {advice}"
        if not np.isfinite(loss):
            return f"The loss is {numerals.brief(loss)} after {after}: {advice}"
        if loss > _GROWTH * (abs(self._first) + 1.0):
            return f"The loss grew from {few(self._first)} to {few(loss)} in {after}: {advice}"
        if loss < -_GROWTH * (abs(self._first) + 1.0):
            return f"The loss falls without end, to {few(loss)} after {after}: it has no lowest point to be found."
        return ""


def checked_rate(rate: float) -> float:
    """A learning rate.  Raises TrainingError for zero, what is negative, and what is no number."""
    if not np.isfinite(rate):
        raise TrainingError("a learning rate is a finite number above 0")
    if rate == 0:
        raise TrainingError("with a learning rate of 0 nothing would move: take a number above 0")
    if rate < 0:
        raise TrainingError("with a negative learning rate the loss would be climbed: take a number above 0")
    return float(rate)


def update_sentence(run: Run) -> str:
    """What the last step did, numbers plugged in, for the parameters that moved most."""
    step, problem, few = run.last, run.problem, numerals.short
    if step is None:
        return "No step has been taken yet."
    most = np.argsort(-np.abs(step.update), kind="stable")[:_MOST_TOLD]
    parts = []
    for entry in sorted(int(i) for i in most):
        name, old, slope, moved = problem.label(entry), step.before[entry], step.gradient[entry], step.update[entry]
        by = f"{few(step.rate)} · {numerals.in_parentheses(few(slope))}"
        now = few(float(f"{old + moved:.12g}"))
        if run.optimizer.name == "sgd":
            parts.append(f"{name} ← {few(old)} − {by} = {now}")
        else:
            sign = "−" if moved < 0 else "+"
            parts.append(f"{name} ← {few(old)} {sign} {few(abs(moved))} = {now} (gradient {few(slope)})")
    rest = len(problem) - len(parts)
    more = f"; and {numerals.count(rest, 'other parameter')} alike" if rest > 0 else ""
    return f"Step {step.number + 1} by {run.optimizer.title}: {'; '.join(parts)}{more}."
