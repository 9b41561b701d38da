"""A slice through a landscape along one input, with its tangent: the partial derivative as a slope."""

from __future__ import annotations

import numpy as np

from ...engine.analysis.sections import Section
from ..session import Session
from .plot import Plot

POINTS = 181


class Profile(Plot):
    """The curve over one input with all else held; its point can be dragged along it."""

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(session, name)
        self.curve = self.add_curve("", "forward", width=2.2)
        self.tangent = self.add_line("", "backward")
        self.point = self.add_handle("the point", "forward")
        self.plotItem.vb.setMouseEnabled(x=False, y=False)  # it shows what the map shows

    def show_section(self, section: Section, view: tuple[float, float], value: float, slope: float, name: str) -> None:
        """Draws the first target of a section over this part of the axis; at the point it has this value and slope."""
        numbers = np.linspace(*view, POINTS)
        heights = section.at(numbers, with_slopes=False)[0][0]
        self.curve.set(numbers, heights)
        self.view_x(*view)
        self.view_heights([self.curve], (value,))
        self.tangent.run_through(section.x, value, slope)
        self.point.put(section.x, value)
        self.set_labels(section.coordinate.label(section.trace.graph), name)
