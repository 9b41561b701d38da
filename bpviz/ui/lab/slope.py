"""The derivative as a slope: the output along one input, its tangent, and below it the derivative's own curve."""

from __future__ import annotations

from math import isfinite

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ...engine.analysis.curves import Curve as Sampled
from ...engine.analysis.curves import RangeError, checked_range, curves, tangent_text
from ...engine.analysis.sections import Section
from ...ops import numerals
from ..session import Session
from .choosing import CoordinateChoice
from .moving import Moving, rounded
from .pages import Page, is_large, text_font
from .plot import Plot
from .plot_curves import Curve
from .responses import ResponseChoice, obstacle
from .slope_words import remark
from .words import MathLine, NumberField, Obstacle, Remark

_STYLES = (
    ("forward", "backward", Qt.PenStyle.SolidLine),
    ("ink", "ink", Qt.PenStyle.DashLine),
    ("muted", "muted", Qt.PenStyle.DashDotLine),
    ("agreement", "agreement", Qt.PenStyle.DotLine),
    ("fault", "fault", Qt.PenStyle.DashDotDotLine),
    ("wire", "wire", Qt.PenStyle.SolidLine),
)
"""Tones of a curve and of its derivative, and how both are dashed: no two are told apart by colour alone."""
MOST = len(_STYLES)
_REACH = 3.0  # to both sides of the input, at first


class SlopePage(Page):
    """The curves of some nodes along an input, with the tangent of the first of them."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._moving = Moving(session)
        self._section: Section | None = None
        self._sampled: tuple[float, float] | None = None  # the range for which the curves stand
        self._found: list[Sampled] = []
        self._home: tuple[object, ...] | None = None  # for which choice the view was put where it is
        self._is_high = False  # whether the reader has chosen the heights
        self._is_busy = False
        self.choice = CoordinateChoice(session, "Along")
        self.responses = ResponseChoice(session, MOST)
        self.low = NumberField(session, "From", lambda number: self._typed(number, self.high.number))
        self.high = NumberField(session, "To", lambda number: self._typed(self.low.number, number))
        self._to = QLabel("to")
        self.plot, self.below = Plot(session, "The curve"), Plot(session, "Its derivative")
        self.curves: list[Curve] = []
        self.slopes: list[Curve] = []
        self.tangent = self.plot.add_line("tangent", "backward")
        self.asymptotes = self.plot.add_curve("", "muted", Qt.PenStyle.DotLine, 1.4)
        self.point = self.plot.add_handle("the point", "forward")
        self.slope_point = self.below.add_handle("the slope", "backward", "s")
        self.equation = MathLine(session, 19.0)
        self.remark = Remark(session, 2)
        self._obstacle = Obstacle(session)
        self._compose()
        self._connect()

    def _compose(self) -> None:
        hand = QHBoxLayout()
        hand.setSpacing(10)
        hand.addWidget(self.choice)
        hand.addWidget(self.responses)
        hand.addStretch(1)
        for piece in (self.low, self._to, self.high):
            hand.addWidget(piece)
        plots = QWidget()
        column = QVBoxLayout(plots)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.equation)
        column.addWidget(self.plot, 3)
        column.addWidget(self.below, 2)
        column.addWidget(self.remark)
        self._column = column
        self._stack = self.put(hand, plots, self._obstacle)
        self.setFocusProxy(self.plot)

    def _connect(self) -> None:
        self.choice.changed.connect(self.follow)
        self.responses.changed.connect(self.follow)
        self.plot.leave_numbers_to(self.below)
        for plot in (self.plot, self.below):
            plot.plotItem.vb.setMouseEnabled(x=True, y=False)
            plot.reset.connect(self.reset)
        self.plot.viewed.connect(self._on_viewed)
        for handle in (self.point, self.slope_point):
            handle.taken.connect(self._moving.begin)
            handle.dragged.connect(lambda x, _y: self._drag(x))
            handle.dropped.connect(self._moving.end)
            handle.nudged.connect(self._nudge)

    # Following the session

    def dress(self) -> None:
        theme = self.session.theme
        self._to.setFont(text_font(theme, 13))
        self._column.setStretchFactor(self.below, 3 if is_large(theme) else 2)  # its numbers take more of it
        for piece in (self.choice, self.responses, self.low, self.high, self.remark, self._obstacle):
            piece.dress()

    def follow(self) -> None:
        session = self.session
        self.choice.follow()
        self.responses.follow()
        coordinate, targets = self.choice.coordinate, self.responses.targets
        reason = obstacle(session.trace, coordinate, targets)
        self._obstacle.setText(reason)
        self._stack.setCurrentIndex(1 if reason else 0)
        for piece in (self.low, self._to, self.high):
            piece.setVisible(not reason)
        if reason or coordinate is None:
            self._section = None
            return
        before, self._section = self._section, Section(session.trace, coordinate, targets)
        if before is None or not self._section.continues(before):
            self._sampled = None
        home = (self.session.document.key, coordinate, tuple(targets))
        if self._home != home:
            self._home, self._is_high = home, False
            self._go_home()
        self._keep_in_view()
        self._draw()

    @property
    def here(self) -> float:
        """Where the input is now."""
        assert self.choice.coordinate is not None
        return self.choice.coordinate.number(self.session.graph)

    # The view

    def reset(self) -> None:
        """The view of the beginning, around the present point."""
        if self._section is not None:
            self._is_high = False
            self._go_home()
            self._draw()

    def _go_home(self) -> None:
        x = self.here if isfinite(self.here) else 0.0
        reach = _REACH * max(1.0, 10.0 ** np.floor(np.log10(max(abs(x), 1e-300))) if abs(x) >= 10 else 1.0)
        self._show(x - reach, x + reach)

    def _keep_in_view(self) -> None:
        """Moved from elsewhere, the point takes the view with it."""
        low, high = self.plot.x_range
        x, width = self.here, high - low
        if not isfinite(x) or low <= x <= high or abs(x) > 1e12:
            return
        middle = x + (0.4 if x < low else -0.4) * width
        self._show(middle - width / 2, middle + width / 2)

    def _show(self, low: float, high: float) -> None:
        self._is_busy = True
        try:
            self.plot.view_x(low, high)
        finally:
            self._is_busy = False

    def _typed(self, low: float, high: float) -> None:
        """Raises ValueError for a range that cannot be drawn."""
        try:
            low, high = checked_range(low, high)
        except RangeError as refusal:
            raise ValueError(str(refusal)) from None
        self._show(low, high)
        self._draw()

    def _on_viewed(self) -> None:
        if self._is_busy or self._section is None or not self.shows(self._section.trace):
            return
        if self._sampled == self.plot.x_range:  # only the heights are others: the reader wants it so
            self._is_high = True
        self._draw()

    # Drawing

    def _draw(self) -> None:
        section = self._section
        assert section is not None
        self._is_busy = True
        try:
            if self._sampled != self.plot.x_range:
                self._sampled = self.plot.x_range
                self._found = curves(section, *self._sampled)
                self._hand_over()
            self._place()
        finally:
            self._is_busy = False

    def _hand_over(self) -> None:
        """The sampled curves, to the two plots."""
        graph, section = self.session.graph, self._section
        assert section is not None and self.choice.coordinate is not None
        variable = self.choice.coordinate.label(graph)
        names = [self.responses.name(target) for target in section.targets]
        while len(self.curves) > len(names):
            self.plot.remove_curve(self.curves.pop())
            self.below.remove_curve(self.slopes.pop())
        while len(self.curves) < len(names):
            tone, slope_tone, style = _STYLES[len(self.curves)]
            self.curves.append(self.plot.add_curve("", tone, style, 2.4))
            self.slopes.append(self.below.add_curve("", slope_tone, style, 2.2))
        for name, curve, slope, found in zip(names, self.curves, self.slopes, self._found, strict=True):
            curve.rename(name)
            slope.rename(f"∂{name}/∂{variable}")
            curve.set(found.x, found.y)
            slope.set(found.x, found.slope)
        poles = [pole for found in self._found for pole in found.asymptotes]
        self.asymptotes.set(np.repeat(poles, 3), np.tile([-1e200, 1e200, np.nan], len(poles)) if poles else np.zeros(0))
        self.plot.set_labels("", names[0] if len(names) == 1 else "")
        self.below.set_labels(variable, self.slopes[0].name if len(names) == 1 else "")
        low, high = self.plot.x_range
        digits = max(4, min(12, 3 + int(np.ceil(np.log10(max(abs(low), abs(high), 1e-300) / (high - low))))))
        self.low.show_number(low, digits)
        self.high.show_number(high, digits)

    def _place(self) -> None:
        """The point, the tangent, the slope, and what is said of them."""
        section, trace = self._section, self.session.trace
        assert section is not None and self.choice.coordinate is not None
        x = self.here
        ys, slopes = section.at(np.array([x]))
        y, slope = float(ys[0][0]), float(slopes[0][0])
        self.point.put(x, y)
        self.slope_point.put(x, slope)
        self.tangent.run_through(x, y, slope)
        if not self._is_high:
            self.plot.view_heights(self.curves, (y,))
        self.below.view_heights(self.slopes, (slope, 0.0))
        variable = self.choice.coordinate.label(trace.graph)
        name = self.responses.name(section.targets[0])
        equation = tangent_text(name, variable, x, y, slope)
        told = ((f"tangent at {variable} = {numerals.short(x)}:  ", "muted"), (equation, "backward"))
        self.equation.set_text(*(told if equation else ()))
        self.remark.say(remark(trace, section, name, variable, x, y, slope, self._found[0].rough))
        self.plot.describe(f"{name} against {variable}; {self.equation.text()}")
        self.below.describe(f"the slope of {name} at {variable} = {numerals.short(x)} is {numerals.short(slope)}")

    # Acting

    def _drag(self, x: float) -> None:
        low, high = self.plot.x_range
        if self.choice.coordinate is not None:
            x = min(max(x, low), high)
            self._moving.move((self.choice.coordinate, rounded(x, (high - low) / max(self.plot.room.width(), 50.0))))

    def _nudge(self, right: int, _up: int) -> None:
        """Shift and an arrow: one hundredth of what is in view."""
        low, high = self.plot.x_range
        if self.choice.coordinate is not None and right:
            step = (high - low) / 100
            self._moving.move((self.choice.coordinate, rounded(self.here + right * step, step / 2)))
