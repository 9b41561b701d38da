"""The derivative as a limit: the secant through x and x + h, the quotients on their march, and their errors."""

from __future__ import annotations

import math
from math import isfinite

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...engine.analysis.curves import curves
from ...engine.analysis.quotients import (
    MARCH,
    Difference,
    Errors,
    Quotient,
    agreeing,
    digits_of,
    errors_of,
    marches,
    quotients,
)
from ...engine.analysis.sections import Section
from ...ops import numerals
from ..session import Session
from .choosing import CoordinateChoice
from .limit_errors import ErrorPlot
from .limit_table import MarchTable, Row
from .limit_words import remark
from .log_slider import LogSlider
from .moving import Moving, rounded
from .pages import Page, is_large, text_font
from .plot import Plot
from .responses import ResponseChoice, obstacle
from .words import MathLine, Obstacle, Remark

_LEAST, _MOST = -16, 0  # exponents of ten of |h|
_REACH = 2.0  # to both sides of x, at first
_WIDE = 840  # pixels: from here on, table and errors stand side by side


class LimitPage(Page):
    """A secant whose second point can be dragged to the first, or sent there by a slider."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._moving = Moving(session)
        self._section: Section | None = None
        self._errors: Errors | None = None
        self._march: tuple[float, dict[Difference, list[Quotient]]] | None = None  # of the table, for a sign of h
        self._home: tuple[object, ...] | None = None
        self._sampled: tuple[float, float] | None = None
        self._is_busy = False
        self.kind, self.h = Difference.FORWARD, 1.0
        self.choice = CoordinateChoice(session, "Along")
        self.response = ResponseChoice(session, 1)
        self.slider = LogSlider(session, "Step h", _LEAST, _MOST, 1.0)
        self.sign = QPushButton("h > 0")
        self.kinds = self._segments([kind.value for kind in Difference])
        self.views = self._segments(["Quotients", "Errors"])
        self.plot = Plot(session, "Secant and tangent")
        self.curve = self.plot.add_curve("", "forward", width=2.4)
        self.secant = self.plot.add_line("secant", "ink", Qt.PenStyle.SolidLine, 1.8)
        self.tangent = self.plot.add_line("tangent", "backward")
        self.point = self.plot.add_handle("x", "forward")
        self.other = self.plot.add_handle("x + h", "ink")
        self.ends = self.plot.add_curve("", "muted", symbol="o", width=2.5)
        self.table, self.errors = MarchTable(session), ErrorPlot(session)
        self.headline, self.remark = MathLine(session, 18.0), Remark(session, 2)
        self._obstacle = Obstacle(session)
        self._compose()
        self._connect()

    def _segments(self, names: list[str]) -> QButtonGroup:
        group = QButtonGroup(self)
        for number, name in enumerate(names):
            button = QPushButton(name)
            button.setObjectName("segment")
            button.setCheckable(True)
            button.setProperty("place", "first" if number == 0 else "last" if number == len(names) - 1 else "middle")
            group.addButton(button, number)
        group.button(0).setChecked(True)
        return group

    def _compose(self) -> None:
        def row(*pieces: QWidget | QButtonGroup | None) -> QHBoxLayout:
            made = QHBoxLayout()
            made.setSpacing(8)
            for piece in pieces:
                if piece is None:
                    made.addStretch(1)
                elif isinstance(piece, QButtonGroup):
                    joined = QHBoxLayout()
                    joined.setSpacing(0)
                    for button in piece.buttons():
                        joined.addWidget(button)
                    made.addLayout(joined)
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
        column.addWidget(self.plot, 5)
        beside = QHBoxLayout()
        beside.setSpacing(16)
        self._table_side = QWidget()
        side = QVBoxLayout(self._table_side)
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(self.table)
        side.addStretch(1)
        beside.addWidget(self._table_side, 1)
        beside.addWidget(self.errors, 1)
        column.addLayout(beside)
        self._column = column
        column.addWidget(self.remark)
        self._stack = self.put(row(self.choice, self.response, None, self.kinds), plots, self._obstacle)
        self.setFocusProxy(self.slider)

    def _connect(self) -> None:
        self.choice.changed.connect(self.follow)
        self.response.changed.connect(self.follow)
        self.plot.plotItem.vb.setMouseEnabled(x=True, y=True)
        self.plot.reset.connect(self.reset)
        self.plot.viewed.connect(self._on_viewed)
        self.slider.moved.connect(lambda size: self.set_h(size if self.h > 0 else -size))
        self.sign.clicked.connect(lambda: self.set_h(-self.h))
        self.kinds.idClicked.connect(lambda place: self.set_kind(list(Difference)[place]))
        self.views.idClicked.connect(lambda _place: self._arrange())
        self.point.taken.connect(self._moving.begin)
        self.point.dragged.connect(lambda x, _y: self._drag(x))
        self.point.dropped.connect(self._moving.end)
        self.other.dragged.connect(lambda x, _y: self._drag_other(x))

    # Following

    def dress(self) -> None:
        theme = self.session.theme
        for piece in (self.choice, self.response, self.remark, self._obstacle):
            piece.dress()
        height = 42 if is_large(theme) else 30
        for button in (self.sign, *self.kinds.buttons(), *self.views.buttons()):
            button.setFont(text_font(theme, 12.5))
            button.setFixedHeight(height)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Table and errors side by side where there is room, and else the one that is asked for."""
        is_wide = self.width() >= _WIDE * (1.4 if is_large(self.session.theme) else 1.0)
        for button in self.views.buttons():
            button.setVisible(not is_wide)
        self._table_side.setVisible(is_wide or self.views.checkedId() == 0)
        is_errors = is_wide or self.views.checkedId() == 1
        self.errors.setVisible(is_errors)
        self._column.setStretch(3, 5 if is_errors else 0)  # a table has its height, the plot above gets the rest

    def follow(self) -> None:
        self.choice.follow()
        self.response.follow()
        coordinate, targets = self.choice.coordinate, self.response.targets
        reason = obstacle(self.session.trace, coordinate, targets)
        self._obstacle.setText(reason)
        self._stack.setCurrentIndex(1 if reason else 0)
        before, self._section = self._section, None
        if reason or coordinate is None:
            return
        self._section = Section(self.session.trace, coordinate, targets)
        if before is None or not self._section.continues(before):
            self._sampled = None
        self._errors, self._march = errors_of(self._section), None
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
        self.kinds.button(list(Difference).index(kind)).setChecked(True)
        if self._section is not None:
            self._draw()

    def reset(self) -> None:
        if self._section is not None:
            self._go_home()
            self._draw()

    def _drag(self, x: float) -> None:
        if self.choice.coordinate is not None:
            low, high = self.plot.x_range
            step = (high - low) / max(self.plot.room.width(), 50.0)
            self._moving.move((self.choice.coordinate, rounded(min(max(x, low), high), step)))

    def _drag_other(self, x: float) -> None:
        """The second point was dragged: h is how far it is from the first one, and on which side."""
        if self._section is None:
            return
        h = x - self._section.x
        low, high = self.plot.x_range
        step = (high - low) / max(self.plot.room.width(), 50.0)
        h = rounded(h, step) or (step if h >= 0 else -step)
        self.set_h(float(np.sign(h)) * min(max(abs(h), 10.0**_LEAST), 10.0**_MOST))

    # Drawing

    def _go_home(self) -> None:
        section = self._section
        assert section is not None
        x = section.x if isfinite(section.x) else 0.0
        reach = _REACH * (1.0 if abs(x) < 10 else 10.0 ** np.floor(np.log10(abs(x))))
        self._is_busy = True
        try:
            self.plot.view_x(x - reach, x + reach)
            self._sample()
            self.plot.view_heights([self.curve])
        finally:
            self._is_busy = False

    def _on_viewed(self) -> None:
        if not self._is_busy and self._section is not None and self.is_front:
            self._draw()

    def _sample(self) -> None:
        section = self._section
        assert section is not None
        if self._sampled != self.plot.x_range:
            self._sampled = self.plot.x_range
            (found,) = curves(section, *self._sampled)
            self.curve.set(found.x, found.y)

    def _draw(self) -> None:
        section, errors = self._section, self._errors
        assert section is not None and errors is not None and self.choice.coordinate is not None
        graph = self.session.graph
        name, variable = self.response.name(section.targets[0]), self.choice.coordinate.label(graph)
        self.curve.rename(name)
        self.plot.set_labels(variable, name)
        self._is_busy = True
        try:
            self._sample()
        finally:
            self._is_busy = False
        x, h, kind = section.x, self.h, self.kind
        (before,), (after,) = kind.ends(x, h)
        (ys, (slope, *_)) = (found[0] for found in section.at(np.array([x, before, after])))
        y, y_before, y_after = (float(value) for value in ys)
        self.point.put(x, y)
        moved = before if kind is Difference.BACKWARD else after
        self.other.put(moved, y_before if kind is Difference.BACKWARD else y_after)
        self.ends.set([before], [y_before if kind is Difference.CENTRAL else float("nan")])
        (quotient,) = quotients(section, kind, np.array([h]))
        self.secant.run_through(before, y_before, quotient.value)
        self.tangent.run_through(x, y, float(slope))
        said = digits_of(quotient.value, quotient.noise, 7)
        limit = numerals.short(float(slope), 7)
        has_room = self.width() >= _WIDE or not is_large(self.session.theme)
        written = _written(kind, name, variable) if has_room else "quotient"
        self.headline.set_text(
            (f"{written} = {said}", "ink"),
            ("   →   " if isfinite(slope) else "", "muted"),
            (f"∂{name}/∂{variable} = {limit}" if isfinite(slope) else "", "backward"),
        )
        self._show_table(section, float(slope), limit)
        self.errors.show_errors(errors, kind, h)
        self.remark.say(remark(section, errors, kind, h, quotient, float(slope), name, variable))
        self.plot.describe(f"{self.headline.text()}, at h = {numerals.short(h)}")

    def _show_table(self, section: Section, slope: float, limit: str) -> None:
        steps = np.copysign(np.array(MARCH), self.h)
        if self._march is None or self._march[0] != math.copysign(1.0, self.h):
            self._march = math.copysign(1.0, self.h), marches(section, steps)
        by_kind = self._march[1]
        rows = []
        for place, h in enumerate(steps.tolist()):
            texts = [(digits_of(q.value, q.noise, 9), q.value) for q in (found[place] for found in by_kind.values())]
            rows.append(Row(h, tuple((text, agreeing(text, value, slope)) for text, value in texts)))
        self.table.show_rows(tuple(rows), limit if isfinite(slope) else "there is none", self.kind)


def _written(kind: Difference, name: str, variable: str) -> str:
    """The quotient in symbols."""
    before = f"{name}({variable})" if kind is Difference.FORWARD else f"{name}({variable} − h)"
    after = f"{name}({variable})" if kind is Difference.BACKWARD else f"{name}({variable} + h)"
    return f"({after} − {before}) / {'2h' if kind is Difference.CENTRAL else 'h'}"
