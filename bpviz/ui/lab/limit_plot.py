"""The curve with its tangent, and the secant through x and x + h, whose ends can be dragged."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from ...engine.analysis.curves import curves
from ...engine.analysis.quotients import Difference, Secant
from ...engine.analysis.sections import Section
from ..session import Session
from .plot import Plot

_REACH = 2.0  # to both sides of x, at first


class SecantPlot(Plot):
    """The curve is sampled anew when another part of the axis is shown, or when it is another one (`forget`)."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Secant and tangent")
        self.curve = self.add_curve("", "forward", width=2.4)
        self.secant = self.add_line("secant", "ink", Qt.PenStyle.SolidLine, 1.8)
        self.tangent = self.add_line("tangent", "backward")
        self.point = self.add_handle("x", "forward")
        self.other = self.add_handle("x + h", "ink")
        self._far_end = self.add_curve("", "muted", symbol="o", width=2.5)
        self._sampled: tuple[float, float] | None = None
        self.plotItem.vb.setMouseEnabled(x=True, y=True)

    @property
    def step(self) -> float:
        """What a pixel is worth on the axis."""
        low, high = self.x_range
        return (high - low) / max(self.room.width(), 50.0)

    def forget(self) -> None:
        """There is another curve."""
        self._sampled = None

    def go_home(self, section: Section) -> None:
        """Some ground to both sides of the point, and all of the curve over it."""
        x = section.x if np.isfinite(section.x) else 0.0
        reach = _REACH * (1.0 if abs(x) < 10 else 10.0 ** np.floor(np.log10(abs(x))))
        self.view_x(x - reach, x + reach)
        self.sample(section)
        self.view_heights([self.curve])

    def sample(self, section: Section) -> None:
        """Computes the curve, if it is not there yet."""
        if self._sampled != self.x_range:
            self._sampled = self.x_range
            (found,) = curves(section, *self._sampled)
            self.curve.set(found.x, found.y)

    def show_secant(self, at: tuple[float, float], slope: float, kind: Difference, secant: Secant) -> None:
        """The point and its tangent, the other end, and the line through both."""
        self.point.put(*at)
        is_back, is_central = kind is Difference.BACKWARD, kind is Difference.CENTRAL
        self.other.put(*(secant.before if is_back else secant.after))
        self._far_end.set([secant.before[0]], [secant.before[1] if is_central else np.nan])
        self.secant.run_through(*secant.before, secant.quotient.value)
        self.tangent.run_through(*at, slope)
