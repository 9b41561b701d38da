"""The gradient as a direction: the landscape over two inputs, the level line through the point, and any direction."""

from __future__ import annotations

from math import atan2, degrees, pi, radians

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QStackedWidget, QVBoxLayout, QWidget

from ...engine.analysis.fields import Arrow, Plane
from ...engine.analysis.sections import Section
from ...ops import numerals
from ..session import Session
from .choosing import CoordinateChoice
from .duo import Duo
from .gradient_map import GradientMap
from .gradient_words import remark
from .moving import Moving, rounded
from .pages import Page, is_large
from .profile import Profile
from .responses import ResponseChoice, obstacle
from .segments import Segments
from .surface import Surface
from .words import MathLine, Obstacle, Remark

_MAP_OVER_SLICES, _MAP_OVER_SURFACE = 0.62, 0.46  # of the height

_MAIN, _CATCHING = 45, 2  # degrees: an arrow that is dragged this near to a main direction lies in it


class GradientPage(Page):
    """Two inputs move; the point is dragged on the map, the direction by the end of its arrow or the slider."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._moving = Moving(session)
        self._plane: Plane | None = None
        self._home: tuple[object, ...] | None = None
        self._is_busy = self._is_held = False
        self.first = CoordinateChoice(session, "Over")
        self.second = CoordinateChoice(session, "and", place=1)
        self.response = ResponseChoice(session, 1)
        self.map = GradientMap(session)
        self.profiles = (Profile(session, "Along the first input"), Profile(session, "Along the second input"))
        self.surface = Surface(session)
        self.views = Segments(("Slices", "Surface"), height=26)
        self.told = MathLine(session, 17.0)
        self.told_direction = MathLine(session, 15.0)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-180, 180)
        self.slider.setAccessibleName("Direction, in degrees from the first axis")
        self.slider.setToolTip("Turns the arrow, whose slope is told beside")
        self.slider.setValue(round(degrees(self.map.angle)))
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
        self.below = QStackedWidget()
        self.below.addWidget(Duo(*self.profiles, above=0.5, flat=1.8))
        self.below.addWidget(self.surface)
        self._duo = Duo(self.map, self.below, above=_MAP_OVER_SLICES)
        turning = QHBoxLayout()
        turning.setSpacing(10)
        turning.addWidget(self.slider, 2)
        turning.addWidget(self.told_direction, 3)
        turning.addWidget(self.views)
        plots = QWidget()
        column = QVBoxLayout(plots)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.told)
        column.addLayout(turning)
        column.addWidget(self._duo, 1)
        column.addWidget(self.remark)
        self._stack = self.put(hand, plots, self.obstacle)
        self.setFocusProxy(self.map)

    def _connect(self) -> None:
        for choice in (self.first, self.second, self.response):
            choice.changed.connect(self.follow)
        self.map.viewed.connect(self._on_viewed)
        self.map.reset.connect(self._reset)
        self.map.point.taken.connect(self._begin)
        self.map.point.dragged.connect(self._drag)
        self.map.point.dropped.connect(self._end)
        self.map.point.nudged.connect(self._nudge)
        self.map.tip.dragged.connect(self._turn_to)
        self.map.tip.nudged.connect(lambda right, up: self.slider.setValue(self.slider.value() + right + up))
        self.views.turned.connect(self._look_at)
        self.slider.valueChanged.connect(lambda value: self._turn(radians(value)))
        for number, profile in enumerate(self.profiles):
            profile.point.taken.connect(self._begin)
            profile.point.dragged.connect(lambda x, _y, number=number: self._drag_along(number, x))
            profile.point.dropped.connect(self._end)

    # Following the session

    def dress(self) -> None:
        for piece in (self.first, self.second, self.response, self.remark, self.obstacle):
            piece.dress()
        self.views.dress(self.session.theme)
        self.slider.setMinimumHeight(34 if is_large(self.session.theme) else 22)

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
        self._is_busy = True
        self.map.go_home(self._plane)
        self._is_busy = False

    def _on_viewed(self) -> None:
        if not self._is_busy and self._plane is not None and self.shows(self._plane.trace):
            self._draw()

    # Drawing

    def _draw(self) -> None:
        plane = self._plane
        assert plane is not None
        self._is_busy = True
        try:
            if (field := self.map.draw_field(plane, is_held=self._is_held)) is not None:
                self.surface.show_field(*field)
            self._place(plane)
        finally:
            self._is_busy = False

    def _place(self, plane: Plane) -> None:
        """The point, its gradient, the direction, the slices, and what is said of them."""
        x, y = plane.place
        (value,), rows = plane.gradients([(x, y)])
        gradient = Arrow(float(rows[0, 0]), float(rows[0, 1]))
        self.map.place(x, y, float(value), gradient)
        name = self.response.name(plane.targets[0])
        ranges, slopes = (self.map.x_range, self.map.y_range), (gradient.x, gradient.y)
        for profile, coordinate, view, slope in zip(
            self.profiles, (plane.coordinate, plane.second), ranges, slopes, strict=True
        ):
            section = Section(plane.trace, coordinate, plane.targets)
            profile.show_section(section, view, float(value), slope, name)
        self._tell(plane, x, y, float(value), gradient)

    def _tell(self, plane: Plane, x: float, y: float, value: float, gradient: Arrow) -> None:
        graph, short = plane.trace.graph, numerals.short
        name = self.response.name(plane.targets[0])
        first, second = plane.coordinate.label(graph), plane.second.label(graph)
        here = f"({short(x)}, {short(y)})"
        rate = gradient.along(self.map.angle)
        self.remark.say(remark(name, first, second, gradient, rate))
        if not gradient.is_there:
            self.told.set_text((f"{name} has no gradient at ({first}, {second}) = {here}", "backward"))
            self.told_direction.set_text()
            return
        self.told.set_text((f"∇{name}{here} = ({short(gradient.x)}, {short(gradient.y)})", "backward"))
        angle = short(round(degrees(self.map.angle)))
        self.told_direction.set_text((f"direction {angle}°:  ∇{name} · u = {short(rate, 4)}", "ink"))
        self.surface.show_point(x, y, value, (first, second, name))
        self.map.describe(f"{name} over {first} and {second}; at {here} {self.told.text()}")

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
        """Slices or the surface; the surface has more room."""
        self.below.setCurrentIndex(number)
        self._duo.share(_MAP_OVER_SURFACE if number else _MAP_OVER_SLICES)

    def _turn_to(self, x: float, y: float) -> None:
        """The end of the arrow was dragged there."""
        if self._plane is not None:
            at = self._plane.place
            angle = round(degrees(atan2(y - at[1], x - at[0])))
            main = _MAIN * round(angle / _MAIN)
            self.slider.setValue(main if abs(angle - main) <= _CATCHING else angle)

    def _turn(self, angle: float) -> None:
        self.map.angle = (angle + pi) % (2 * pi) - pi
        if self._plane is not None:
            self._is_busy = True
            self._place(self._plane)
            self._is_busy = False
