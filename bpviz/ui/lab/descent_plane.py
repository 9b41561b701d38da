"""Where one class ends and the other begins: the decision boundary, as it moves."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor

from ...engine.analysis.fields import level_line
from ...engine.training.prediction import Predictor
from ...engine.training.problem import evenly
from ...graph.graph import GraphError
from ..session import Session
from .descent_plots import RunPlot
from .descent_training import Training
from .plot_curves import pen_of

_GRID = 56  # points along each side of the plane
_MARGIN = 0.15  # of what the samples span, around them
_MARKS = ("o", "t1", "s", "d", "star", "p", "h", "+")
_MARK_SIZE = 9.0
_LOOKED_AT, _MARKED = 20_000, 1000  # samples of a long table; of a class
# Of the classes: eyes without red or green tell them apart (after Okabe and Ito, Color universal design, 2008).
_TINTS = ("#3a7be0", "#a58a1c", "#b55f97", "#1b9e77", "#7f7f7f", "#63b5e6", "#6a4fb3", "#8c5a3c")
_FINER = 3  # pixels in place of one point of the grid
_SURE = 0.55  # how strongly the plane is coloured


class PlanePlot(RunPlot):
    """What the graph says everywhere in the plane of two features, and the samples: each class has a mark of its own,
    filled where it is trained with, hollow where it is kept back."""

    def __init__(self, session: Session, training: Training) -> None:
        super().__init__(session, training, "Decision boundary")
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setZValue(-60.0)
        self.plotItem.addItem(self._image, ignoreBounds=True)
        self._boundary = pg.PlotCurveItem(connect="pairs", antialias=True)
        self._boundary.setZValue(10.0)
        self.plotItem.addItem(self._boundary, ignoreBounds=True)
        self._points: list[tuple[pg.ScatterPlotItem, bool]] = []  # and whether they are trained with
        self._predictor: Predictor | None = None
        self._x = self._y = np.zeros(0)
        self._plane = np.zeros((0, 0))  # as it was drawn last
        self.more_columns.append(self._columns)
        self.refusal = ""
        self.reset.connect(self._show_all)
        self.dress()

    @property
    def predictor(self) -> Predictor | None:
        """What makes the predictions; None where there is nothing to predict, and `refusal` says why."""
        return self._predictor

    def renew(self) -> None:
        for item, _ in self._points:
            self.plotItem.removeItem(item)
        self._points, self._predictor, self.refusal = [], None, ""
        problem, data = self._training.problem, self._training.data
        self._image.setVisible(False)
        if problem is None or data is None or not data.is_classified:
            self.refusal = "A boundary is drawn between classes: choose data that has some."
            return
        try:
            self._predictor = Predictor(problem)
        except GraphError as error:
            self.refusal = f"There is no prediction to draw: {error}."
            return
        if data.features.shape[1] != 2:
            self.refusal = f"A boundary is drawn over two features; these data have {data.features.shape[1]}."
            return
        self.set_labels(*data.feature_names)
        seen = data.features[:: max(1, len(data) // _LOOKED_AT)]
        low, high = seen.min(axis=0), seen.max(axis=0)
        air = _MARGIN * np.maximum(high - low, 1e-9)
        (left, bottom), (right, top) = low - air, high + air
        self._x, self._y = np.linspace(left, right, _GRID), np.linspace(bottom, top, _GRID)
        half = (self._x[1] - self._x[0]) / 2, (self._y[1] - self._y[0]) / 2
        self._image.setRect(
            QRectF(left - half[0], bottom - half[1], right - left + 2 * half[0], top - bottom + 2 * half[1])
        )
        self._image.setVisible(True)
        self._add_points()
        self._show_all()
        self.draw()

    def _show_all(self) -> None:
        if len(self._x):
            self.view_x(float(self._x[0]), float(self._x[-1]))
            self.view_y(float(self._y[0]), float(self._y[-1]))

    def _add_points(self) -> None:
        data = self._training.data
        assert data is not None
        for rows, is_train in ((evenly(data.train, _LOOKED_AT), True), (evenly(data.test, _LOOKED_AT), False)):
            for label in range(data.classes):
                chosen = rows[data.targets[rows] == label][:_MARKED]
                item = pg.ScatterPlotItem(symbol=_MARKS[label % len(_MARKS)], size=_MARK_SIZE, antialias=True)
                item.setData(data.features[chosen, 0], data.features[chosen, 1])
                item.setZValue(20.0)
                self._points.append((item, is_train))
                self.plotItem.addItem(item, ignoreBounds=True)
        self._dress_points()

    def draw(self) -> None:
        """The plane as the followed run sees it now."""
        run, predictor, data = self._training.run, self._predictor, self._training.data
        if run is None or predictor is None or data is None or self.refusal:
            return
        plane = predictor.plane(run.theta, self._x, self._y)
        self._plane = plane
        pixels = _coloured(plane, data.classes, self._shades(data.classes))
        self._image.setImage(_smoothed(pixels), autoLevels=False)
        pieces = level_line(self._x, self._y, plane, 0.5) if data.classes == 2 else np.zeros((0, 4))
        self._boundary.setData(pieces[:, [0, 2]].ravel(), pieces[:, [1, 3]].ravel())

    def _columns(self) -> list[tuple[str, NDArray[np.float64]]]:
        """The plane point by point, and then the samples with their classes, as a table."""
        data = self._training.data
        if data is None or not self._plane.size:
            return []
        x, y = np.meshgrid(self._x, self._y)
        says = "class and sureness" if data.classes > 2 else "sureness of class 1"
        samples = [(f"sample {name}", data.features[:, c]) for c, name in enumerate(data.feature_names)]
        return [
            (data.feature_names[0], x.ravel()),
            (data.feature_names[1], y.ravel()),
            (says, self._plane.ravel()),
            *samples,
            (f"sample {data.target_name}", data.targets),
        ]

    def _shades(self, classes: int) -> NDArray[np.float64]:
        """A colour for each class, over the paper."""
        tints = [QColor(_TINTS[label % len(_TINTS)]) for label in range(classes)]
        found = np.array([[tint.red(), tint.green(), tint.blue()] for tint in tints], dtype=np.float64)
        paper = QColor(self.theme["surface"])
        base = np.array([paper.red(), paper.green(), paper.blue()], dtype=np.float64)
        shades: NDArray[np.float64] = np.vstack([base, base + _SURE * (found - base)])
        return shades

    def _dress_points(self) -> None:
        theme = self.theme
        for item, is_train in self._points:
            item.setPen(pg.mkPen(theme["surface"] if is_train else theme["ink"], width=1.0 if is_train else 1.5))
            item.setBrush(QBrush(theme["ink"]) if is_train else QBrush(Qt.BrushStyle.NoBrush))

    def dress(self) -> None:
        super().dress()
        if hasattr(self, "_boundary"):
            self._boundary.setPen(pen_of(self.theme, "ink", 2.0 * self.fineness, Qt.PenStyle.SolidLine))
            self._dress_points()
            self.draw()


def _smoothed(pixels: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The same picture with pixels between its pixels."""
    for axis in (0, 1):
        size = pixels.shape[axis]
        at = np.clip((np.arange(size * _FINER) + 0.5) / _FINER - 0.5, 0.0, size - 1.0)
        low = np.minimum(at.astype(int), size - 2)
        part = (at - low).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        pixels = np.take(pixels, low, axis) * (1.0 - part) + np.take(pixels, low + 1, axis) * part
    smooth: NDArray[np.uint8] = np.clip(pixels, 0, 255).astype(np.uint8)
    return smooth


def _coloured(plane: NDArray[np.float64], classes: int, shades: NDArray[np.float64]) -> NDArray[np.float64]:
    """The plane as pixels, from 0 to 255: the paper where nothing is sure, the colour of a class where it is."""
    safe = np.where(np.isfinite(plane), plane, 0.5 if classes == 2 else 0.0)
    if classes == 2:
        side, sure = (safe > 0.5).astype(int), np.clip(2.0 * np.abs(safe - 0.5), 0.0, 1.0)
    else:
        side = np.clip(np.floor(safe).astype(int), 0, classes - 1)
        sure = np.clip((safe - side - 1.0 / classes) / (1.0 - 1.0 / classes), 0.0, 1.0)
    pixels: NDArray[np.float64] = shades[0] + sure[..., None] * (shades[1 + side] - shades[0])
    return pixels
