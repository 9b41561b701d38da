"""Training while it goes on: runs side by side, a clock that steps them, and the canvas that follows one of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from itertools import count

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ...document.training import put_values
from ...engine.training.binding import TARGETS, Wishes
from ...engine.training.datasets import DATASETS, Dataset
from ...engine.training.descent import Run, checked_rate, update_sentence
from ...engine.training.optimizers import OPTIMIZERS
from ...engine.training.problem import Problem
from ...engine.training.tables import Table
from ...graph.graph import Graph, GraphError, NodeId, Value, as_value
from ..session import Session, sentence

TICK = 16  # milliseconds between two slices of training
_SLICE = 0.009  # seconds of training in one of them: the rest is for the pictures, and for the mouse
_CANVAS = 0.125  # seconds between two looks of the canvas at the parameters, at least
_CANVAS_PART = 8.0  # times what such a look costs, so that it takes an eighth of the time at most
SPEEDS = {"1 step/s": 1.0, "10 steps/s": 10.0, "60 steps/s": 60.0, "fastest": 0.0}
FILE = "file"  # stands for data from a file where a data set is named
MOST_AT_ONCE, FEW = 20_000, 64  # samples in a step: with more, the window would wait for it

_numbers = count(1)


class Training(QObject):
    """What the page shows and its buttons do.

    All runs start from the parameters of the graph, and take the same steps at the same time.  The canvas follows the
    `followed` one live; the way from the old parameters to the new ones is one step of the history, so that one undo
    brings the old ones back.
    """

    renewed = Signal()  # there are other runs, or none, and all curves begin anew
    moved = Signal()  # some steps were taken or taken back
    switched = Signal()  # it runs, or no longer

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.data_name = ""
        self.data: Dataset | None = None
        self.table: Table | None = None  # from a file, and what it is called
        self.table_name = self.target = ""
        self._made: tuple[Table, str, Dataset] | None = None  # of the table, for a target: a long one takes a while
        self.wishes: Wishes | None = None  # which input takes which column; None: as fits
        self.batch = 0
        self.speed = 60.0
        self.chosen: list[str] = ["sgd"]
        self.followed = "sgd"
        self.rates = {name: optimizer.rate for name, optimizer in OPTIMIZERS.items()}
        self.problem: Problem | None = None
        self.runs: dict[str, Run] = {}
        self.refusal = ""  # why there is nothing to train
        self._key: tuple[str, int] = ("train", 0)
        self._graph: Graph | None = None  # that the runs began with, or that they made
        self._document = ""
        self._is_writing = False
        self._clock = QTimer(self)
        self._clock.setInterval(TICK)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._tick)
        self._owed = self._then = self._shown = 0.0
        self._look_cost = 0.0

    # What there is to train

    def follow(self) -> None:
        """After every change of the document: unless the change was its own, training begins anew from there."""
        if self._is_writing or self.session.graph is self._graph:
            return
        if self.session.document.key != self._document:
            self._document = self.session.document.key
            self.data_name = self.session.data if self.session.data in DATASETS else ""
            self.batch, self.wishes = 0, None
        self.renew()

    def renew(self) -> None:
        """New runs, from the parameters that the graph has."""
        self.pause()
        self._graph, self._key = self.session.graph, ("train", next(_numbers))
        self.problem, self.runs, self.refusal, self.data = None, {}, "", None
        if self.wishes is not None and not {*self.wishes.columns} <= set(self._graph.nodes):
            self.wishes = None  # they were about another graph
        try:
            self.data = self._data()
            self.problem = Problem(self.session.graph, self.data, wishes=self.wishes)
            self._make_runs()
        except GraphError as error:
            self.problem, self.refusal = None, sentence(error)
        self.renewed.emit()

    def _make_runs(self) -> None:
        assert self.problem is not None
        self.runs = {
            name: Run(self.problem, OPTIMIZERS[name], self.rates[name], self.batch)
            for name in OPTIMIZERS
            if name in self.chosen
        }

    def _data(self) -> Dataset | None:
        """Raises GraphError for a table from which nothing can be learned."""
        if self.data_name == FILE and self.table is not None:
            if self._made is None or self._made[:2] != (self.table, self.target):
                self._made = self.table, self.target, self.table.dataset(self.table_name, self.target)
            return self._made[2]
        return DATASETS[self.data_name].make() if self.data_name in DATASETS else None

    def set_data(self, name: str) -> None:
        """Another data set by its name, `FILE` for the table; none for the graph as it stands."""
        self.data_name, self.wishes, self.batch = name, None, 0
        self.restart()

    def set_table(self, name: str, table: Table) -> None:
        """Trains with a table from a file; its target is the column that is called as an input for targets is, or the
        last one.  A step of many samples would take long, so there it sees a few of them."""
        names = self.session.graph.by_name
        self.table, self.table_name = table, name
        self.target = next((each for each in TARGETS if each in names and each in table.names), "")
        self.data_name, self.wishes = FILE, None
        self.batch = FEW if len(table.values) > MOST_AT_ONCE else 0
        self.restart()

    def set_target(self, column: str) -> None:
        """Another column of the table is to be predicted; the others go where they fit."""
        self.target, self.wishes = column, None
        self.restart()

    def wish(self, wishes: Wishes | None) -> None:
        """Which input takes which column from now on; None for those that fit."""
        self.wishes = wishes
        self.restart()

    def set_batch(self, batch: int) -> None:
        """How many samples a step sees from now on, 0 for all."""
        if batch != self.batch:
            self.batch = batch
            self.restart()

    def choose(self, name: str, is_chosen: bool) -> None:
        """Adds an optimizer, or takes one away; the last one stays.  All begin anew, side by side."""
        names = [each for each in self.chosen if each != name]
        if is_chosen:
            names.append(name)
        if not names:
            return
        self.chosen = names
        self.followed = name if is_chosen else names[-1]
        self.restart()

    def set_rate(self, name: str, rate: float) -> None:
        """Another learning rate, from the next step on.  Raises TrainingError for one that is none."""
        self.rates[name] = checked_rate(rate)
        if name in self.runs:
            self.runs[name].set_rate(rate)

    def follow_run(self, name: str) -> None:
        """The canvas shows the parameters of another run."""
        if name != self.followed and name in self.chosen:
            self.followed = name
            if self.steps:
                self._show_parameters()
            self.moved.emit()

    def restart(self) -> None:
        """The old parameters come back, and runs begin anew from them."""
        self.pause()
        self._give_back()
        self.renew()

    # Running

    @property
    def run(self) -> Run | None:
        """The one that the canvas follows."""
        return self.runs.get(self.followed)

    @property
    def steps(self) -> int:
        """How many have been taken."""
        return max((run.steps for run in self.runs.values()), default=0)

    @property
    def is_running(self) -> bool:
        return self._clock.isActive()

    @property
    def can_step(self) -> bool:
        return any(not run.trouble for run in self.runs.values())

    def start(self) -> None:
        if self.can_step and not self.is_running:
            self._then = self._shown = time.perf_counter()
            self._owed = 1.0
            self._clock.start()
            self.switched.emit()

    def pause(self) -> None:
        """No step is taken after this."""
        if self.is_running:
            self._clock.stop()
            self._show_parameters()
            self.switched.emit()

    def step(self) -> None:
        """One step of every run that can go on."""
        self.pause()
        self._step_all()
        self._show_parameters()
        self.moved.emit()

    def back(self) -> None:
        """Takes the last step back, of all runs that took it."""
        self.pause()
        last = self.steps
        for run in self.runs.values():
            if run.steps == last:
                run.back()
        self._show_parameters()
        self.moved.emit()

    def _step_all(self) -> bool:
        done = [run.step() for run in self.runs.values()]
        return any(done)

    def _tick(self) -> None:
        now = time.perf_counter()
        self._owed += (now - self._then) * self.speed
        self._then = now
        end, is_alive = now + _SLICE, True
        while is_alive and (not self.speed or self._owed >= 1.0) and time.perf_counter() < end:
            is_alive = self._step_all()
            self._owed -= 1.0
        self._owed = min(self._owed, 1.0 + self.speed * TICK / 1000)  # what could not be kept up with is let go
        if not is_alive:
            self.pause()
        elif time.perf_counter() - self._shown > max(_CANVAS, _CANVAS_PART * self._look_cost):
            begin = time.perf_counter()
            self._show_parameters()
            self._shown = time.perf_counter()
            self._look_cost = self._shown - begin
        self.moved.emit()

    # The document

    def _show_parameters(self) -> None:
        """The canvas shows the parameters of the followed run, if they are any numbers."""
        run, problem = self.run, self.problem
        if run is None or problem is None or self.session.graph is not self._graph:
            return
        if not run.steps:
            self._give_back()
            return
        theta = run.theta
        if run.trouble and run.last is not None and not _is_finite(run):
            theta = run.last.before
        self._put(problem.values(theta))

    def _put(self, values: Mapping[NodeId, Value]) -> None:
        self._write(lambda: self.session.edit("Train", lambda old: put_values(old, values), merge=self._key))

    def _give_back(self) -> None:
        """The parameters as they were before the first step, as if none had been taken."""
        if self.problem is not None and self.session.graph is self._graph:
            start = self.problem.values(self.problem.start)
            self._write(lambda: self.session.document.abandon(self._key))
            self._put(start)

    def _write(self, write: Callable[[], object]) -> None:
        """Changes the document, and knows what comes of it as its own."""
        self._is_writing = True
        try:
            write()
        finally:
            self._is_writing = False
            self._graph = self.session.graph

    def show_step(self) -> str:
        """Puts what the next step will see into the graph, to be played; says what it will do to the parameters."""
        run, problem = self.run, self.problem
        if run is None or problem is None:
            return self.refusal
        self.pause()
        if not run.step() or run.last is None:
            return run.trouble
        said, rows = update_sentence(run), run.last.rows
        run.back()
        values, binding = dict(problem.values(run.theta)), problem.binding
        if binding is not None and problem.data is not None:
            for feed in binding.feeds:
                batch = feed.batch(problem.data, rows)
                values[feed.node] = as_value(batch if binding.is_batched else batch[0])
            if not binding.is_batched and len(rows) > 1:
                said += f" The gradient is the mean over {len(rows)} samples; the graph shows the first of them."
        self._put(values)
        self.moved.emit()
        return said


def _is_finite(run: Run) -> bool:
    return bool(np.isfinite(run.theta).all())
