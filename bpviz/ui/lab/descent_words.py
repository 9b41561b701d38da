"""What is said of a training: how far it is, what went wrong, whether it holds for what was never seen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...engine.training.descent import Run
from ...engine.training.optimizers import OPTIMIZERS
from ...ops import numerals
from .descent_training import Training

_ALIKE, _WORSE = 1.25, 1.5  # times the training loss: a test loss below and above
_LEARNED, _SMALL = 0.7, 0.1  # of the losses in the beginning: something has been learned; hardly anything is left
_RISEN = 1.1  # times its least: a test loss that has begun to rise
_LONG = 20  # steps, of which something can be said


def status(training: Training, accuracy: float | None, *, is_short: bool) -> str:
    """Steps, loss, and which part of the samples is put into the right class."""
    run = training.run
    if run is None:
        return ""
    parts = [numerals.count(run.steps, "step"), f"loss {numerals.short(run.train_loss, 3)}"]
    if accuracy is not None:
        parts.append(f"{100 * accuracy:.3g} %" if is_short else f"{100 * accuracy:.3g} % right")
    return " · ".join(parts)


def troubles(runs: Mapping[str, Run]) -> str:
    """Why runs do not go on: of one, in full; of several, who has left and who has arrived."""
    if len(runs) == 1:
        return next(iter(runs.values())).trouble
    lost = {OPTIMIZERS[name].title: run.rate for name, run in runs.items() if run.has_diverged}
    rest = [OPTIMIZERS[name].title for name, run in runs.items() if run.trouble and not run.has_diverged]
    said = []
    if lost:
        slower = " and ".join(f"{numerals.short(rate / 10)} for {title}" for title, rate in lost.items())
        said.append(f"{_listed(list(lost))} left the valley: reset, and try smaller rates, {slower}.")
    if rest:
        said.append(f"{_listed(rest)} came to rest.")
    return " ".join(said)


def generalization(run: Run | None) -> str:
    """Whether what is learned holds for the samples that training never sees; nothing while it is too early."""
    if run is None or run.steps < _LONG or not np.isfinite(run.test_loss):
        return ""
    past = run.history.past
    least = int(np.nanargmin(past.test))
    few = numerals.short
    train, test = few(run.train_loss, 2), few(run.test_loss, 2)
    if not run.train_loss < _LEARNED * past.train[0]:
        return ""  # nothing was learned that could hold
    since = past.steps[-1] - past.steps[least]
    if since >= _LONG and run.test_loss > _RISEN * past.test[least] and run.train_loss < past.train[least]:
        return (
            f"Since step {int(past.steps[least])} the test loss rises, to {test}, while the training loss falls, to "
            f"{train}: it learns its samples by heart, and no longer what holds for others."
        )
    is_small = run.test_loss < _SMALL * past.test[0]
    if run.test_loss > _WORSE * run.train_loss and not is_small:
        return f"The test loss, {test}, is well above the training loss, {train}: not all it learned holds for others."
    if run.test_loss < _ALIKE * run.train_loss or is_small:
        return f"Training loss {train}, test loss {test}: what it learned holds for samples that it never saw, too."
    return ""


def about(training: Training) -> str:
    """What is trained, by what."""
    problem, data = training.problem, training.data
    if problem is None:
        return ""
    told = [f"{numerals.count(len(problem), 'parameter')} in {problem.graph.spoken(problem.output)}"]
    if problem.binding is not None and data is not None:
        told.append(f"{len(data.train):,} samples to train with")
        if len(data.test):
            told[-1] += f", {len(data.test):,} to test with (thin line, hollow marks, % right)"
        told.append(f"of each, {problem.binding.told(problem.graph, data)}")
    if problem.unused:
        names = ", ".join(training.session.graph.spoken(node) for node in problem.unused[:4])
        told.append(f"the loss does not use {names}")
    return ". ".join(part[:1].upper() + part[1:] for part in told) + "."


def _listed(names: list[str]) -> str:
    """Names as a sentence has them: `SGD`, `SGD and Adam`, `SGD, Momentum and Adam`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
