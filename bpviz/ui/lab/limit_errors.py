"""The error of difference quotients against h, on logarithmic axes: the V of truncation and rounding."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from ...engine.analysis.quotients import Difference, Errors
from ...engine.steps import Floats
from ...ops import numerals
from ..session import Session
from .plot import Plot

_LOWEST = 1e-17  # an error of 0 has no place on a logarithmic axis; it is drawn here, at the foot
_LOOKS = {
    Difference.FORWARD: ("forward", Qt.PenStyle.SolidLine),
    Difference.BACKWARD: ("muted", Qt.PenStyle.DashLine),
    Difference.CENTRAL: ("backward", Qt.PenStyle.SolidLine),
}


class ErrorPlot(Plot):
    """The V of every kind, its best h, the two lines that make it, and the complex step, which has none."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, "The error against h")
        self.set_log(x=True, y=True)
        self.set_labels("h", "error")
        self.curves_of = {
            kind: self.add_curve(kind.value, tone, style, 2.4 if kind is Difference.CENTRAL else 2.0)
            for kind, (tone, style) in _LOOKS.items()
        }
        self.complex_step = self.add_curve("complex step", "agreement", Qt.PenStyle.DashDotDotLine, 2.2)
        self.best = self.add_curve("best h", "ink", symbol="d", width=4.0)
        self.rounding = self.add_curve("ε|f|/h", "wire", Qt.PenStyle.DotLine, 1.8)
        self.truncation = self.add_curve("~ h", "wire", Qt.PenStyle.DashDotLine, 1.8)
        self.present = self.add_curve("", "ink", Qt.PenStyle.DotLine, 1.2)
        self.reset.connect(self._go_home)
        self._go_home()

    def _go_home(self) -> None:
        self.view_x(-16.3, 0.3)
        self.view_y(-17.4, 1.5)

    def show_errors(self, found: Errors, kind: Difference, h: float) -> None:
        """Another point, kind or h; the two straight lines and the best h are those of `kind`."""
        for each, curve in self.curves_of.items():
            curve.set(found.h, _lifted(found.errors[each]))
        self.rounding.set(found.h, found.rounding)
        line = found.truncation[kind]
        self.truncation.rename("~ h²" if kind.order == 2 else "~ h")
        self.truncation.show(line is not None)
        self.truncation.set(found.h, np.full_like(found.h, np.nan) if line is None else line)
        complex_step = found.complex_step
        is_known = complex_step is not None and bool(np.isfinite(complex_step).any())
        self.complex_step.show(is_known)
        if is_known and complex_step is not None:
            self.complex_step.set(found.h, _lifted(complex_step))
        best, error = found.best[kind]
        self.best.set([best], [max(error, _LOWEST)])
        self.present.set([abs(h), abs(h)], [1e-30, 1e30])
        self.describe(
            f"error of the {kind.value} difference against h, smallest at h = {numerals.short(best, 2)}: "
            f"to the right truncation, to the left rounding"
        )


def _lifted(errors: Floats) -> Floats:
    """Errors of 0 at the foot of the plot."""
    return np.where(errors < _LOWEST, _LOWEST, errors)
