"""Losses and parameters of the runs of the page Descent, against their steps."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QGraphicsItem

from ...engine.training.optimizers import OPTIMIZERS
from ..session import Session
from .descent_training import Training
from .plot import Plot
from .plot_curves import Curve

# Told apart by how they are drawn; colour only helps.
STYLES: dict[str, tuple[str, Qt.PenStyle, float]] = {
    "sgd": ("ink", Qt.PenStyle.SolidLine, 2.2),
    "momentum": ("muted", Qt.PenStyle.DashLine, 2.4),
    "rmsprop": ("agreement", Qt.PenStyle.DashDotLine, 2.4),
    "adam": ("agreement", Qt.PenStyle.SolidLine, 2.6),
    "newton": ("ink", Qt.PenStyle.DotLine, 2.8),
}
_MOST_PARAMETERS = 8
_CYCLE = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
_FIRST_REACH, _LEAP = 20.0, 1.4  # steps in view at first, and how much farther it reaches when that is too short
_LEAST_FILLED = 0.4  # of the height: with less, the view closes in
_AIR = 0.06  # of what is shown, above and below
_SHOOTING = 3.0  # times the loss in the beginning: what shoots higher leaves the picture


class RunPlot(Plot):
    """A plot that is drawn thirty times a second while training runs, which stops for its menu."""

    def __init__(self, session: Session, training: Training, name: str) -> None:
        super().__init__(session, name)
        self._training = training
        training.switched.connect(self._on_switched)

    def _on_switched(self) -> None:
        """While it runs, axes are kept as pixels until they change; else they stay what exports can enlarge."""
        mode = QGraphicsItem.CacheMode
        for side in ("bottom", "left"):
            axis = self.plotItem.getAxis(side)
            axis.setCacheMode(mode.DeviceCoordinateCache if self._training.is_running else mode.NoCache)

    def open_menu(self, at: QPoint) -> None:
        self._training.pause()  # a picture is of one moment
        super().open_menu(at)


class StepPlot(RunPlot):
    """Something against the steps.  The view grows in leaps, so that the axes stand still in between; where the reader
    has moved it, it stays."""

    def __init__(self, session: Session, training: Training, name: str) -> None:
        super().__init__(session, training, name)
        self._is_moved = False
        self._reach = _FIRST_REACH
        self._low, self._high = 0.0, 0.0
        self.reset.connect(self._show_all)
        self.plotItem.vb.sigRangeChangedManually.connect(self._on_moved)

    def _on_moved(self, *_: object) -> None:
        self._is_moved = True

    def _show_all(self) -> None:
        self.begin_anew()
        self.draw()

    def begin_anew(self) -> None:
        """Shows all there is, from the next drawing on."""
        self._is_moved, self._reach, self._low, self._high = False, _FIRST_REACH, 0.0, 0.0

    def draw(self) -> None:
        """The curves until now."""

    def view_until(self, last: float, low: float, high: float) -> None:
        """Shows the steps until the last, and these heights."""
        if self._is_moved:
            return
        while self._reach < last:
            self._reach = np.ceil(self._reach * _LEAP)
        self.view_x(0.0, self._reach)
        room = self._high - self._low
        if not (self._low <= low and high <= self._high and high - low >= _LEAST_FILLED * room and room):
            air = _AIR * (high - low) or 0.5
            self._low, self._high = low - air, high + air
            self.view_y(self._low, self._high)


class LossPlot(StepPlot):
    """The loss of every run against its steps: of the samples that are trained with, and thin, of the others."""

    def __init__(self, session: Session, training: Training) -> None:
        super().__init__(session, training, "Loss")
        self._train: dict[str, Curve] = {}
        self._test: dict[str, Curve] = {}
        self.is_log = False
        self.set_labels("step", "loss")
        self.entries.append(("Linear or logarithmic loss", self.toggle_log))

    def toggle_log(self) -> None:
        """A logarithmic loss shows how it goes on falling when it is small."""
        self.is_log = not self.is_log
        self.set_log(x=False, y=self.is_log)
        self._show_all()

    def renew(self) -> None:
        """Curves for the runs that there are now."""
        for curve in [*self._train.values(), *self._test.values()]:
            self.remove_curve(curve)
        self._train, self._test = {}, {}
        self.begin_anew()
        runs = self._training.runs
        for name, run in runs.items():
            tone, style, width = STYLES[name]
            title = OPTIMIZERS[name].title
            has_test, is_alone = not np.isnan(run.test_loss), len(runs) == 1
            self._train[name] = self.add_curve("train" if has_test and is_alone else title, tone, style, width)
            if has_test:
                test = self._test[name] = self.add_curve("test" if is_alone else f"{title}, test", tone, style, 1.0)
                test.is_in_key = is_alone  # else the thin line of each pair is told from the other by itself
        self.show_key()
        self.draw()

    def draw(self) -> None:
        """The curves until now."""
        last = 0.0
        for name, run in self._training.runs.items():
            past = run.history.past
            last = max(last, float(past.steps[-1]) if len(past.steps) else 0.0)
            self._train[name].set(past.steps, past.train)
            if name in self._test:
                self._test[name].set(past.steps, past.test)
        self.view_until(last, *self._heights())
        runs = self._training.runs.items()
        told = [f"{OPTIMIZERS[name].title}: loss {run.train_loss:.4g} after {run.steps} steps" for name, run in runs]
        self.describe("; ".join(told))

    def _heights(self) -> tuple[float, float]:
        """Of all losses, but for what shoots far above where the runs began."""
        pasts = [run.history.past for run in self._training.runs.values()]
        found = np.concatenate([np.zeros(0), *(part for past in pasts for part in (past.train, past.test))])
        found = found[np.isfinite(found) & (found > 0 if self.is_log else True)]
        if not len(found):
            return 0.0, 1.0
        first = max(float(np.nanmax(np.abs([past.train[0], past.test[0]]))) for past in pasts)
        low, high = float(found.min()), min(float(found.max()), _SHOOTING * first if first else np.inf)
        if self.is_log:  # whole powers of ten, because only they are written
            return float(np.floor(np.log10(low))), float(np.ceil(np.log10(max(high, 1.0001 * low))))
        return min(low, 0.0), high


class ParameterPlot(StepPlot):
    """The parameters of the run that the canvas follows: those that moved most, against its steps."""

    def __init__(self, session: Session, training: Training) -> None:
        super().__init__(session, training, "Parameters")
        self.set_labels("step", "value")
        self._entries: list[int] = []

    def renew(self) -> None:
        """Curves for the parameters that there are now."""
        for curve in list(self.curves):
            self.remove_curve(curve)
        self._entries = []
        self.begin_anew()
        self.draw()

    def draw(self) -> None:
        run, problem = self._training.run, self._training.problem
        if run is None or problem is None:
            return
        past = run.history.past
        moved = np.abs(past.thetas - past.thetas[0]).max(axis=0)
        entries = sorted(np.argsort(-moved, kind="stable")[:_MOST_PARAMETERS].tolist())
        if entries != self._entries and (len(past.thetas[0]) > _MOST_PARAMETERS or not self._entries):
            for curve in list(self.curves):
                self.remove_curve(curve)
            self._entries = entries
            for place, entry in enumerate(entries):
                width = 2.4 if place < len(_CYCLE) else 1.2
                self.add_curve(problem.label(entry), "forward", _CYCLE[place % len(_CYCLE)], width)
        for curve, entry in zip(self.curves, self._entries, strict=True):
            curve.set(past.steps, past.thetas[:, entry])
        shown = past.thetas[:, self._entries]
        shown = shown[np.isfinite(shown)]
        if len(shown):
            self.view_until(float(past.steps[-1]), float(shown.min()), float(shown.max()))
        self.describe(", ".join(f"{problem.label(e)} = {run.theta[e]:.4g}" for e in self._entries))
