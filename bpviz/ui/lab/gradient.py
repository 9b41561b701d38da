"""The gradient as a direction: the landscape over two inputs, the level line through the point, and any direction."""

from __future__ import annotations

from math import atan2, cos, degrees, isfinite, pi, radians, sin

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...engine.analysis.fields import Arrow as Gradient
from ...engine.analysis.fields import Plane
from ...engine.analysis.sections import Section
from ...ops import numerals
from ..session import Session
from .choosing import CoordinateChoice
from .contours import Arrow, Landscape
from .moving import Moving, rounded
from .pages import Page, is_large, text_font
from .plot import Plot
from .profile import Profile
from .responses import ResponseChoice, obstacle
from .surface import Surface
from .words import MathLine, Obstacle, Remark

_REACH = 3.0  # to all sides of the point, at first
_GRID, _COARSE = 141, 61  # points along each axis; while something is dragged over a graph of many operations
_LONG, _SHORT = 0.24, 0.09  # of the view: the longest arrow, and one of a gradient that is hardly any
_FARTHEST = 1e10  # from the origin: a plot goes hardly farther
_SLOW = 150  # nodes on the way, from which on the grid is coarse during a drag


class GradientPage(Page):
    """Two inputs move; the point is dragged on the map, the direction by the end of its arrow or the slider."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._moving = Moving(session)
        self._plane: Plane | None = None
        self._shown: tuple[object, ...] | None = None  # for what the map was drawn
        self._home: tuple[object, ...] | None = None
        self._is_busy = self._is_held = False
        self._angle = radians(30.0)
        self.first = CoordinateChoice(session, "Over")
        self.second = CoordinateChoice(session, "and", place=1)
        self.response = ResponseChoice(session, 1)
        self.map = Plot(session, "The landscape")
        self.map.plotItem.vb.setAspectLocked(True)  # a right angle is one only where both axes have one scale
        self.landscape = Landscape(self.map)
        self.gradient_arrow = Arrow(self.map, "backward")
        self.direction_arrow = Arrow(self.map, "ink", 2.2, has_head=False)  # its end is the handle
        self.corner = self.map.add_curve("", "ink", width=1.4)  # the right angle at the level line
        self.tangent = self.map.add_line("", "ink", Qt.PenStyle.DotLine, 1.4)
        self.point = self.map.add_handle("the point", "forward")
        self.tip = self.map.add_handle("the direction", "ink", "d")
        self.profiles = (Profile(session, "Along the first input"), Profile(session, "Along the second input"))
        self.surface = Surface(session)
        self.views = (QPushButton(), QPushButton())
        self._switch = QButtonGroup(self)
        self.told = MathLine(session, 17.0)
        self.told_direction = MathLine(session, 15.0)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-180, 180)
        self.slider.setAccessibleName("Direction, in degrees from the first axis")
        self.slider.setValue(30)
        self.remark = Remark(session, 2)
        self.obstacle = Obstacle(session)
        self._compose()
        self._connect()

    def _compose(self) -> None:
        hand = QHBoxLayout()
        hand.setSpacing(10)
        for piece in (self.response, self.first, self.second):
            hand.addWidget(piece)
        hand.addStretch(1)
        sides = QWidget()
        row = QHBoxLayout(sides)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for profile in self.profiles:
            row.addWidget(profile, 1)
        self.below = QStackedWidget()
        self.below.addWidget(sides)
        self.below.addWidget(self.surface)
        switch = QHBoxLayout()
        switch.setSpacing(0)
        for number, (name, button) in enumerate(zip(("Slices", "Surface"), self.views, strict=True)):
            button.setText(name)
            button.setObjectName("segment")
            button.setProperty("place", "last" if number else "first")
            button.setCheckable(True)
            self._switch.addButton(button, number)
            switch.addWidget(button)
        self.views[0].setChecked(True)
        turning = QHBoxLayout()
        turning.setSpacing(10)
        turning.addWidget(self.slider, 2)
        turning.addWidget(self.told_direction, 3)
        turning.addLayout(switch)
        plots = QWidget()
        column = self._column = QVBoxLayout(plots)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.told)
        column.addWidget(self.map, 5)
        column.addLayout(turning)
        column.addWidget(self.below, 3)
        column.addWidget(self.remark)
        self._stack = self.put(hand, plots, self.obstacle)
        self.setFocusProxy(self.map)

    def _connect(self) -> None:
        for choice in (self.first, self.second, self.response):
            choice.changed.connect(self.follow)
        self.map.viewed.connect(self._on_viewed)
        self.map.reset.connect(self._reset)
        self.point.taken.connect(self._begin)
        self.point.dragged.connect(self._drag)
        self.point.dropped.connect(self._end)
        self.point.nudged.connect(self._nudge)
        self.tip.dragged.connect(self._turn_to)
        self.tip.nudged.connect(lambda right, up: self.slider.setValue(self.slider.value() + right + up))
        self._switch.idClicked.connect(self._look_at)
        self.slider.valueChanged.connect(lambda value: self._turn(radians(value)))
        for number, profile in enumerate(self.profiles):
            profile.point.taken.connect(self._begin)
            profile.point.dragged.connect(lambda x, _y, number=number: self._drag_along(number, x))
            profile.point.dropped.connect(self._end)

    # Following the session

    def dress(self) -> None:
        for piece in (self.first, self.second, self.response, self.remark, self.obstacle):
            piece.dress()
        for button in self.views:
            button.setFont(text_font(self.session.theme, 12.5))
            button.setFixedHeight(40 if is_large(self.session.theme) else 26)
        self.landscape.dress()
        self.gradient_arrow.dress()
        self.direction_arrow.dress()

    def follow(self) -> None:
        session = self.session
        for choice in (self.first, self.second, self.response):
            choice.follow()
        reason = self._reason()
        self.obstacle.setText(reason)
        self._stack.setCurrentIndex(1 if reason else 0)
        self._plane = None
        if reason or self.first.coordinate is None or self.second.coordinate is None:
            return
        target = self.response.targets[0]
        self._plane = Plane(session.trace, self.first.coordinate, self.second.coordinate, target)
        home = (session.document.key, self.first.coordinate, self.second.coordinate, target)
        if self._home != home:
            self._home = home
            self._go_home()
        self._draw()

    def _reason(self) -> str:
        """Why there is no landscape, or an empty string."""
        if reason := obstacle(self.session.trace, self.first.coordinate, self.response.targets):
            return reason
        if self.second.coordinate is None or self.second.coordinate == self.first.coordinate:
            return "A landscape needs two different inputs: choose another one above, or add one to the graph."
        return ""

    # The view

    def _reset(self) -> None:
        if self._plane is not None:
            self._go_home()
            self._draw()

    def _go_home(self) -> None:
        assert self._plane is not None
        x, y = (min(max(v, -_FARTHEST), _FARTHEST) if isfinite(v) else 0.0 for v in self._plane.place)
        size = max(abs(x), abs(y))
        reach = _REACH * (10.0 ** np.floor(np.log10(size)) if size >= 10 else 1.0)
        self._is_busy = True
        self.map.plotItem.vb.setRange(xRange=(x - reach, x + reach), yRange=(y - reach, y + reach), padding=0.0)
        self._is_busy = False

    def _on_viewed(self) -> None:
        if not self._is_busy and self._plane is not None and self.is_front:
            self._draw()

    # Drawing

    def _draw(self) -> None:
        plane = self._plane
        assert plane is not None
        self._is_busy = True
        try:
            self._draw_map(plane)
            self._place(plane)
        finally:
            self._is_busy = False

    def _draw_map(self, plane: Plane) -> None:
        (left, right), (low, high) = self.map.x_range, self.map.y_range
        fine = _COARSE if self._is_held and len(plane.trace.graph) > _SLOW else _GRID
        shown = (plane.coordinate, plane.second, plane.targets, left, right, low, high, fine, self._elsewhere(plane))
        if shown == self._shown:
            return
        self._shown = shown
        x, y = np.linspace(left, right, fine), np.linspace(low, high, fine)
        values = plane.values(x, y)
        self.landscape.show(x, y, values)
        middle = (left + right) / 2
        square = np.abs(x - middle) <= (high - low) / 2 * (1 + 1e-9)  # the map is wider than it is high
        self.surface.show_field(x[square], y, values[:, square])
        graph = plane.trace.graph
        names = plane.coordinate.label(graph), plane.second.label(graph)
        self.map.set_labels(*names)

    def _elsewhere(self, plane: Plane) -> tuple[object, ...]:
        """Everything that the map depends on besides the two coordinates: all other numbers of the graph."""
        found: list[object] = [id(plane.trace.plan)]
        for node in plane.trace.graph.nodes.values():
            if not node.op.is_leaf or node.value is None:
                continue
            value = np.array(node.value, dtype=np.float64)
            for held in (plane.coordinate, plane.second):
                if held.node == node.id:
                    value[held.entry] = 0.0
            found.append(value.tobytes())
        return tuple(found)

    def _place(self, plane: Plane) -> None:
        """The point, its gradient, the direction, the slices, and what is said of them."""
        x, y = plane.place
        (value,), rows = plane.gradients([(x, y)])
        gradient = Gradient(float(rows[0, 0]), float(rows[0, 1]))
        self.point.put(x, y)
        self.landscape.show_level(float(value))
        self._place_arrows(x, y, gradient)
        ranges, slopes = (self.map.x_range, self.map.y_range), (gradient.x, gradient.y)
        for profile, coordinate, view, slope in zip(
            self.profiles, (plane.coordinate, plane.second), ranges, slopes, strict=True
        ):
            section = Section(plane.trace, coordinate, plane.targets)
            profile.show_section(section, view, float(value), slope, self.response.name(plane.targets[0]))
        self._tell(plane, x, y, float(value), gradient)

    def _place_arrows(self, x: float, y: float, gradient: Gradient) -> None:
        (left, right), (low, high) = self.map.x_range, self.map.y_range
        across, up = right - left, high - low
        reach = min(across, up)
        length = gradient.length
        if gradient.is_there and length > 0:
            # as long as it says, as far as that can be seen: longer ones only point
            size = min(max(length, _SHORT * reach), _LONG * reach)
            self.gradient_arrow.put(x, y, size * gradient.x / length, size * gradient.y / length)
            self.tangent.run_through(x, y, -gradient.x / gradient.y if gradient.y else float("inf"))
            self._mark_right_angle(x, y, gradient.angle, 0.028 * reach)
        else:
            self.gradient_arrow.put(x, y, float("nan"), float("nan"))
            self.tangent.run_through(float("nan"), y, 0.0)
            self.corner.set([], [])
        turned = _LONG * 0.8 * reach
        self.direction_arrow.put(x, y, turned * cos(self._angle), turned * sin(self._angle))
        self.tip.put(*self.direction_arrow.tip)

    def _mark_right_angle(self, x: float, y: float, angle: float, size: float) -> None:
        along = np.array([cos(angle), sin(angle)]) * size
        across = np.array([-along[1], along[0]])
        corner = np.array([across, along + across, along]) + np.array([x, y])
        self.corner.set(corner[:, 0], corner[:, 1])

    def _tell(self, plane: Plane, x: float, y: float, value: float, gradient: Gradient) -> None:
        graph = plane.trace.graph
        name = self.response.name(plane.targets[0])
        first, second = plane.coordinate.label(graph), plane.second.label(graph)
        short = numerals.short
        here = f"({short(x)}, {short(y)})"
        if not gradient.is_there:
            self.told.set_text((f"{name} has no gradient at ({first}, {second}) = {here}", "backward"))
            self.told_direction.set_text()
            self.remark.say(f"{name} is not defined here, or breaks: drag the point to where the map has a shade.")
            return
        self.told.set_text(
            (f"∇{name}({short(x)}, {short(y)}) = ({short(gradient.x)}, {short(gradient.y)})", "backward")
        )
        rate = gradient.along(self._angle)
        angle = short(round(degrees(self._angle)))
        self.told_direction.set_text((f"direction {angle}°:  ∇{name} · u = {short(rate, 4)}", "ink"))
        self.remark.say(self._said(name, first, second, gradient, rate))
        self.surface.show_point(x, y, value, (first, second, name))
        self.map.describe(f"{name} over {first} and {second}; at {here} {self.told.text()}")

    def _said(self, name: str, first: str, second: str, gradient: Gradient, rate: float) -> str:
        still = [axis for axis, part in ((first, gradient.x), (second, gradient.y)) if part == 0]
        if len(still) == 2:
            return f"The gradient is zero: at this point {name} is level in every direction."
        steepest = f"{name} grows fastest along the gradient, by {numerals.short(gradient.length, 4)} for each unit"
        where = f"at {numerals.short(round(degrees(gradient.angle), 1))}°; along the level line it does not change."
        if abs(rate) < 1e-9 * gradient.length:
            return f"{steepest}, {where} The arrow you turn lies on it."
        if still:
            return f"{steepest}, {where} {still[0]} alone does not change it here."
        return f"{steepest}, {where}"

    # Acting

    def _begin(self) -> None:
        self._is_held = True
        self._moving.begin()

    def _end(self) -> None:
        self._is_held = False
        self._moving.end()
        if self._plane is not None:
            self._draw()

    def _drag(self, x: float, y: float) -> None:
        if self._plane is None:
            return
        (left, right), (low, high) = self.map.x_range, self.map.y_range
        room = self.map.room
        x = rounded(min(max(x, left), right), (right - left) / max(room.width(), 50.0))
        y = rounded(min(max(y, low), high), (high - low) / max(room.height(), 50.0))
        self._moving.move((self._plane.coordinate, x), (self._plane.second, y))

    def _drag_along(self, number: int, x: float) -> None:
        plane = self._plane
        if plane is not None:
            low, high = self.map.x_range if number == 0 else self.map.y_range
            held = plane.coordinate if number == 0 else plane.second
            step = (high - low) / max(self.profiles[number].room.width(), 50.0)
            self._moving.move((held, rounded(min(max(x, low), high), step)))

    def _nudge(self, right: int, up: int) -> None:
        """Shift and an arrow: one hundredth of what is in view."""
        if self._plane is None:
            return
        (left, end), (low, high) = self.map.x_range, self.map.y_range
        x, y = self._plane.place
        across, above = (end - left) / 100, (high - low) / 100
        self._drag(x + right * across, y + up * above)

    def _look_at(self, number: int) -> None:
        """Slices or the surface below the map; the surface has more room."""
        self.below.setCurrentIndex(number)
        self._column.setStretchFactor(self.below, 6 if number else 3)

    def _turn_to(self, x: float, y: float) -> None:
        """The end of the arrow was dragged there."""
        if self._plane is not None:
            at = self._plane.place
            self.slider.setValue(round(degrees(atan2(y - at[1], x - at[0]))))

    def _turn(self, angle: float) -> None:
        self._angle = (angle + pi) % (2 * pi) - pi
        if self._plane is not None:
            self._is_busy = True
            self._place(self._plane)
            self._is_busy = False
