"""The derivative as a limit: the secant through x and x + h, the quotients on their march, and their errors."""

from __future__ import annotations

from math import isfinite

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ...engine.analysis.quotients import MARCH, Approach, Difference, agreeing, digits_of
from ...engine.analysis.sections import Section
from ...ops import numerals
from ..session import Session
from .choosing import CoordinateChoice
from .duo import Duo
from .limit_errors import ErrorPlot
from .limit_plot import SecantPlot
from .limit_table import MarchTable, Row
from .limit_words import quotient_text, remark
from .log_slider import LogSlider
from .moving import Moving, rounded
from .pages import Page, is_large, text_font
from .responses import ResponseChoice, obstacle
from .segments import Segments
from .words import MathLine, Obstacle, Remark

_LEAST, _MOST = -16, 0  # exponents of ten of |h|
_WIDE, _TALL = 840, 400  # pixels, from which on there is room for table and errors


class LimitPage(Page):
    """A secant whose second point can be dragged to the first, or sent there by a slider."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._moving = Moving(session)
        self._section: Section | None = None
        self._approach: Approach | None = None
        self._home: tuple[object, ...] | None = None
        self._is_busy = False
        self.kind, self.h = Difference.FORWARD, 1.0
        self.choice = CoordinateChoice(session, "Along")
        self.response = ResponseChoice(session, 1)
        self.slider = LogSlider(session, "Step h", _LEAST, _MOST, 1.0)
        self.sign = QPushButton("h > 0")
        self.kinds = Segments([kind.value for kind in Difference])
        self.views = Segments(["Quotients", "Errors"])
        self.plot = SecantPlot(session)
        self.table, self.errors = MarchTable(session), ErrorPlot(session)
        self.headline, self.remark = MathLine(session, 18.0), Remark(session, 2)
        self._obstacle = Obstacle(session)
        self._compose()
        self._connect()

    def _compose(self) -> None:
        def row(*pieces: QWidget | None) -> QHBoxLayout:
            made = QHBoxLayout()
            made.setSpacing(8)
            for piece in pieces:
                if piece is None:
                    made.addStretch(1)
                else:
                    made.addWidget(piece)
            return made

        self.sign.setToolTip("The other side: h from below, or from above")
        self.sign.setAutoDefault(True)  # Enter presses it, because Space plays
        plots = QWidget()
        column = QVBoxLayout(plots)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row(self.sign, self.slider))
        column.addLayout(row(self.headline, self.views))
        self._numbers = QWidget()
        self._beside = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._numbers)
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._beside.setSpacing(16)
        self._beside.addWidget(self.table, 1, Qt.AlignmentFlag.AlignTop)
        self._beside.addWidget(self.errors, 1)
        self._duo = Duo(self.plot, self._numbers, above=0.5, beside=0.46)
        column.addWidget(self._duo, 1)
        column.addWidget(self.remark)
        self._stack = self.put(row(self.choice, self.response, None, self.kinds), plots, self._obstacle)
        self.setFocusProxy(self.slider)

    def _connect(self) -> None:
        self.choice.changed.connect(self.follow)
        self.response.changed.connect(self.follow)
        self.plot.reset.connect(self.reset)
        self.plot.viewed.connect(self._on_viewed)
        self.slider.moved.connect(lambda size: self.set_h(size if self.h > 0 else -size))
        self.sign.clicked.connect(lambda: self.set_h(-self.h))
        self.kinds.turned.connect(lambda place: self.set_kind(list(Difference)[place]))
        self.views.turned.connect(lambda _place: self._arrange())
        self.plot.point.taken.connect(self._moving.begin)
        self.plot.point.dragged.connect(lambda x, _y: self._drag(x))
        self.plot.point.dropped.connect(self._moving.end)
        self.plot.other.dragged.connect(lambda x, _y: self._drag_other(x))

    # Following

    def dress(self) -> None:
        theme = self.session.theme
        for piece in (self.choice, self.response, self.remark, self._obstacle):
            piece.dress()
        for segments in (self.kinds, self.views):
            segments.dress(theme)
        self.sign.setFont(text_font(theme, 12.5))
        self.sign.setFixedHeight(42 if is_large(theme) else 30)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @property
    def _has_room(self) -> bool:
        """Whether table and errors are to be seen at once: side by side, or below each other beside the plot."""
        scale = 1.4 if is_large(self.session.theme) else 1.0
        if self._duo.is_beside:
            return self._duo.height() >= _TALL * scale
        return self.width() >= _WIDE * scale

    def _arrange(self) -> None:
        """Table and errors where there is room for both, and else the one that is asked for."""
        has_room, is_beside = self._has_room, self._duo.is_beside
        self.views.setVisible(not has_room)
        self.table.setVisible(has_room or self.views.chosen == 0)
        is_errors = has_room or self.views.chosen == 1
        self.errors.setVisible(is_errors)
        way = QBoxLayout.Direction.TopToBottom if is_beside else QBoxLayout.Direction.LeftToRight
        self._beside.setDirection(way)
        self._beside.setStretchFactor(self.table, 0 if is_beside else 1)
        tallest = QSizePolicy.Policy.Expanding if is_errors else QSizePolicy.Policy.Maximum
        self._numbers.setSizePolicy(QSizePolicy.Policy.Expanding, tallest)  # a table has its height
        self._duo.arrange()
        if self._section is not None and self.shows(self._section.trace):
            self._draw()

    def follow(self) -> None:
        before, self._section = self._section, None  # nothing is drawn of the old one while the page is laid out
        self.choice.follow()
        self.response.follow()
        coordinate, targets = self.choice.coordinate, self.response.targets
        reason = obstacle(self.session.trace, coordinate, targets)
        self._obstacle.setText(reason)
        self._stack.setCurrentIndex(1 if reason else 0)
        if reason or coordinate is None:
            return
        section = Section(self.session.trace, coordinate, targets)
        if before is None or not section.continues(before):
            self.plot.forget()
        self._section, self._approach = section, Approach(section)
        home = (self.session.document.key, coordinate, targets[0])
        if home != self._home:
            self._home = home
            self._go_home()
        self._draw()

    # Acting

    def set_h(self, h: float) -> None:
        """Another step, positive or negative."""
        self.h = h
        self.slider.show_value(abs(h))
        self.sign.setText("h > 0" if h > 0 else "h < 0")
        if self._section is not None:
            self._draw()

    def set_kind(self, kind: Difference) -> None:
        """Another kind of difference."""
        self.kind = kind
        self.kinds.choose(list(Difference).index(kind))
        if self._section is not None:
            self._draw()

    def reset(self) -> None:
        if self._section is not None:
            self._go_home()
            self._draw()

    def _drag(self, x: float) -> None:
        if self.choice.coordinate is not None:
            low, high = self.plot.x_range
            self._moving.move((self.choice.coordinate, rounded(min(max(x, low), high), self.plot.step)))

    def _drag_other(self, x: float) -> None:
        """The second point was dragged: h is how far it is from the first one, and on which side."""
        if self._section is None:
            return
        h, step = x - self._section.x, self.plot.step
        h = rounded(h, step) or (step if h >= 0 else -step)
        self.set_h(float(np.sign(h)) * min(max(abs(h), 10.0**_LEAST), 10.0**_MOST))

    # Drawing

    def _go_home(self) -> None:
        assert self._section is not None
        self._is_busy = True
        try:
            self.plot.go_home(self._section)
        finally:
            self._is_busy = False

    def _on_viewed(self) -> None:
        if not self._is_busy and self._section is not None and self.shows(self._section.trace):
            self._draw()

    def _draw(self) -> None:
        section, approach = self._section, self._approach
        assert section is not None and approach is not None and self.choice.coordinate is not None
        name, variable = self.response.name(section.targets[0]), self.choice.coordinate.label(self.session.graph)
        self.plot.curve.rename(name)
        self.plot.set_labels(variable, name)
        self._is_busy = True
        try:
            self.plot.sample(section)
        finally:
            self._is_busy = False
        h, kind, slope = self.h, self.kind, approach.slope
        secant = approach.secant(kind, h)
        quotient = secant.quotient
        self.plot.show_secant((section.x, approach.y), slope, kind, secant)
        said = digits_of(quotient.value, quotient.noise, 7)
        limit = numerals.short(slope, 7)
        is_short = is_large(self.session.theme) and self.width() < _WIDE
        written = quotient_text(kind, name, variable) if not is_short else "quotient"
        self.headline.set_text(
            (f"{written} = {said}", "ink"),
            ("   →   " if isfinite(slope) else "", "muted"),
            (f"∂{name}/∂{variable} = {limit}" if isfinite(slope) else "", "backward"),
        )
        if self.table.isVisible():
            self._show_table(approach, limit)
        if self.errors.isVisible():
            self.errors.show_errors(approach.errors, kind, h)
        self.remark.say(remark(section, approach.errors, kind, h, quotient, slope, name, variable))
        self.plot.describe(f"{self.headline.text()}, at h = {numerals.short(h)}")

    def _show_table(self, approach: Approach, limit: str) -> None:
        by_kind, slope = approach.march(self.h), approach.slope
        rows = []
        for place, h in enumerate(np.copysign(MARCH, self.h).tolist()):
            texts = [(digits_of(q.value, q.noise, 9), q.value) for q in (found[place] for found in by_kind.values())]
            rows.append(Row(h, tuple((text, agreeing(text, value, slope)) for text, value in texts)))
        self.table.show_rows(tuple(rows), limit if isfinite(slope) else "there is none", self.kind)
