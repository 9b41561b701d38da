"""The way of the runs over the landscape of the loss, along two of the parameters."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ...engine.training.history import MOST_FOLLOWED
from ...engine.training.optimizers import OPTIMIZERS
from ...engine.training.planes import map_losses
from ...ops import numerals
from ..session import Session
from ..slices import Slices
from .contours import Landscape
from .descent_plots import STYLES, RunPlot
from .descent_training import Training
from .pages import is_large, text_font
from .plot_curves import Curve

Floats = NDArray[np.float64]
_POINTS = 45  # of the map, along each side
_REACH = 0.6  # of a parameter, to both sides of where it starts; at least 1
_AIR = 0.3  # of what the ways span, around them
_FARTHEST = 3.0  # times the first reach: who goes beyond has left the map
_MOST_OFFERED = min(300, MOST_FOLLOWED)
_PAUSE = 0.5  # seconds between two maps while training runs
_CHANGED = 0.02  # of the reach: how far the other parameters may move before the map is drawn again


class PathView(QWidget):
    """Two choices of a parameter, and below them the map with the ways on it.

    The map is of the loss with all other parameters where the followed run has them; it is drawn again, a little at a
    time, when they have moved or when the ways leave it.
    """

    def __init__(self, session: Session, training: Training) -> None:
        super().__init__()
        self._session, self._training = session, training
        self.refusal = ""
        self.choices = (QComboBox(), QComboBox())
        self._captions = (QLabel("Loss over"), QLabel("and"))
        self.plot = RunPlot(session, training, "Way down")
        self.landscape = Landscape(self.plot)
        self._ways: dict[str, Curve] = {}
        self._heads: dict[str, Curve] = {}
        self._slices = Slices(self)
        self._slices.done.connect(self._on_mapped)
        self._found: Floats = np.zeros((0, 0))
        self._box = self._asked = (0.0, 1.0, 0.0, 1.0)
        self._theta: Floats = np.zeros(0)  # of which the map is
        self._mapped = 0.0  # when
        self._is_free = True  # the reader has not chosen another part of the map
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for caption, choice, place in zip(self._captions, self.choices, ("across", "up"), strict=True):
            choice.setAccessibleName(f"Parameter {place}")
            choice.activated.connect(self._on_chosen)
            choice.setStyleSheet("QComboBox { min-width: 60px; }")
            row.addWidget(caption)
            row.addWidget(choice)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.plot, 1)
        self.plot.reset.connect(self._on_reset)
        self.plot.plotItem.vb.sigRangeChangedManually.connect(self._on_moved)

    def dress(self) -> None:
        theme = self._session.theme
        for piece in (*self._captions, *self.choices):
            piece.setFont(text_font(theme, 12.5))
            piece.setFixedHeight(40 if is_large(theme) else 26)

    @property
    def entries(self) -> tuple[int, int]:
        """Which of θ lie across and up."""
        return self.choices[0].currentIndex(), self.choices[1].currentIndex()

    def renew(self) -> None:
        """Other runs: the choices stay where they can."""
        self._slices.drop()
        problem, kept = self._training.problem, [choice.currentText() for choice in self.choices]
        for curve in [*self._ways.values(), *self._heads.values()]:
            self.plot.remove_curve(curve)
        self._ways, self._heads, self.refusal = {}, {}, ""
        if problem is None or len(problem) < 2:
            self.landscape.clear()
            self.refusal = "A map needs two parameters, and the loss has one." if problem is not None else ""
            return
        labels = [problem.label(entry) for entry in range(min(len(problem), _MOST_OFFERED))]
        for place, choice in enumerate(self.choices):
            choice.clear()
            choice.addItems(labels)
            choice.setCurrentIndex(labels.index(kept[place]) if kept[place] in labels else place)
        if self.entries[0] == self.entries[1]:
            self.choices[1].setCurrentIndex((self.entries[0] + 1) % len(labels))
        for name in self._training.runs:
            tone, style, width = STYLES[name]
            title = OPTIMIZERS[name].title
            self._ways[name] = self.plot.add_curve(title, tone, style, width)
            self._heads[name] = self.plot.add_curve(f"{title}, now", tone, width=3.4, symbol="o")
            self._heads[name].is_in_key = False
        self.plot.show_key()
        self._begin_anew()

    def _begin_anew(self) -> None:
        problem = self._training.problem
        if problem is None or self.refusal:
            return
        self.plot.set_labels(*(problem.label(entry) for entry in self.entries))
        self._is_free = True
        self._theta = np.zeros(0)
        self.landscape.clear()
        self.draw()

    def _on_chosen(self) -> None:
        if self.entries[0] == self.entries[1]:
            other = self.choices[1] if self.sender() is self.choices[0] else self.choices[0]
            other.setCurrentIndex((other.currentIndex() + 1) % other.count())
        self._begin_anew()

    def _on_moved(self, *_: object) -> None:
        self._is_free = False
        self._map_if_needed()

    def _on_reset(self) -> None:
        self._is_free = True
        self.draw()

    def rest(self) -> None:
        """Leaves a map that is not done, until it is drawn again."""
        if self._slices.is_busy:
            self._slices.drop()
            self._theta = np.zeros(0)

    # What is drawn

    def draw(self) -> None:
        """The ways until now, on a map that holds them."""
        problem, run = self._training.problem, self._training.run
        if problem is None or run is None or self.refusal:
            return
        i, j = self.entries
        box = self._first_box(problem.start[[i, j]])
        for name, each in self._training.runs.items():
            thetas = each.history.past.thetas[:, [i, j]]
            self._ways[name].set(thetas[:, 0], thetas[:, 1])
            self._heads[name].set(thetas[-1:, 0], thetas[-1:, 1])
            if not each.has_diverged:
                box = _around(box, thetas)
        if self._is_free:
            low = self._box
            if low != self._grown(box) or self._theta.size == 0:
                self._box = self._grown(box)
                self.plot.view_x(*self._box[:2])
                self.plot.view_y(*self._box[2:])
        self._map_if_needed()
        names = [problem.label(entry) for entry in (i, j)]
        here = ", ".join(f"{n} = {numerals.short(float(run.theta[e]))}" for n, e in zip(names, (i, j), strict=True))
        self.plot.describe(f"The loss over {names[0]} and {names[1]}; now at {here}")

    @staticmethod
    def _first_box(start: Floats) -> tuple[float, float, float, float]:
        reach = np.maximum(_REACH * np.abs(start), 1.0)
        return start[0] - reach[0], start[0] + reach[0], start[1] - reach[1], start[1] + reach[1]

    def _grown(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """With air around it; the present one, while that is large enough and not much too large."""
        left, right, low, high = box
        now = self._box
        holds = now[0] <= left and right <= now[1] and now[2] <= low and high <= now[3]
        if (
            holds
            and self._theta.size
            and (now[1] - now[0]) < 3 * (right - left)
            and (now[3] - now[2]) < 3 * (high - low)
        ):
            return now
        across, up = _AIR * (right - left), _AIR * (high - low)
        return float(left - across), float(right + across), float(low - up), float(high + up)

    def _map_if_needed(self) -> None:
        problem, run = self._training.problem, self._training.run
        if problem is None or run is None or self.refusal or self._slices.is_busy or not self.isVisible():
            return
        if self._training.is_running and time.perf_counter() - self._mapped < _PAUSE:
            return
        box = (*self.plot.x_range, *self.plot.y_range)
        others = np.delete(run.theta, list(self.entries))
        if not np.isfinite(others).all():
            return
        is_old = not self._theta.size
        if not is_old and len(others):
            known = np.delete(self._theta, list(self.entries))
            is_old = bool((np.abs(others - known) > _CHANGED * np.maximum(np.abs(known), 1.0)).any())
        if is_old or not np.allclose(box, self._asked, rtol=1e-9, atol=0.0):
            self._asked, self._theta = box, run.theta.copy()
            self._found = np.full((_POINTS, _POINTS), np.nan)
            self._slices.begin(map_losses(problem, self._theta, self.entries, *_axes(box), self._found))

    def _on_mapped(self) -> None:
        self.landscape.show(*_axes(self._asked), self._found)
        self._mapped = time.perf_counter()
        self._map_if_needed()


def _axes(box: tuple[float, float, float, float]) -> tuple[Floats, Floats]:
    """Where the points of a map lie, across and up."""
    left, right, low, high = box
    return np.linspace(left, right, _POINTS), np.linspace(low, high, _POINTS)


def _around(box: tuple[float, float, float, float], points: Floats) -> tuple[float, float, float, float]:
    """The box, and these points; but not those that have left for good."""
    left, right, low, high = box
    far = _FARTHEST * np.array([right - left, high - low])
    middle = np.array([left + right, low + high]) / 2
    near = points[np.isfinite(points).all(axis=1)]
    near = near[(np.abs(near - middle) <= far).all(axis=1)]
    if not len(near):
        return box
    (least_x, least_y), (most_x, most_y) = near.min(axis=0), near.max(axis=0)
    return min(left, least_x), max(right, most_x), min(low, least_y), max(high, most_y)
