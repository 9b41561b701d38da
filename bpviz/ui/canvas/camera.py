"""Scene ⇄ screen: how far away the canvas is looked at, and from where."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...document.annotation_records import FARTHEST as FARTHEST_PLACE
from ...stage.geometry import Point, Rect

NEAREST, FARTHEST = 4.0, 0.02  # zooms that a hand comes to
EDGE = 0.9 * FARTHEST_PLACE  # how far from the middle of the scene a hand comes
SMALLEST = 0.0005  # the zoom at which the largest graphs are seen whole


@dataclass(frozen=True)
class Camera:
    """`zoom` in pixels per scene unit; `x`, `y` is the scene point at the top left corner of the screen."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def to_scene(self, x: float, y: float) -> Point:
        return self.x + x / self.zoom, self.y + y / self.zoom

    def to_screen(self, point: Point) -> Point:
        return (point[0] - self.x) * self.zoom, (point[1] - self.y) * self.zoom

    def zoomed(self, factor: float, x: float, y: float) -> Camera:
        """Nearer or farther, with the scene point under the screen point (x, y) staying there; a factor that is none
        changes nothing."""
        zoom = min(max(self.zoom * factor, min(FARTHEST, self.zoom)), NEAREST) if 0.0 < factor < math.inf else self.zoom
        scene_x, scene_y = self.to_scene(x, y)
        return Camera(zoom, scene_x - x / zoom, scene_y - y / zoom)

    def panned(self, dx: float, dy: float) -> Camera:
        """Moved so that the scene follows the hand by (dx, dy) pixels, but not to where no file could have a card."""
        x, y = self.x - dx / self.zoom, self.y - dy / self.zoom
        return Camera(self.zoom, min(max(x, -EDGE), EDGE), min(max(y, -EDGE), EDGE))

    def revealing(self, place: Rect, width: float, height: float) -> Camera:
        """Moved just as far as it takes to see a place."""
        view = self.view(width, height)
        dx = min(view.right - place.right, 0.0) or max(view.x - place.x, 0.0)
        dy = min(view.bottom - place.bottom, 0.0) or max(view.y - place.y, 0.0)
        return Camera(self.zoom, self.x - dx, self.y - dy)

    def view(self, width: float, height: float) -> Rect:
        """The part of the scene that a screen of this size shows."""
        return Rect(self.x, self.y, width / self.zoom, height / self.zoom)

    def towards(self, other: Camera, way: float, width: float, height: float) -> Camera:
        """A part of the way, from 0 to 1, to another camera: the zoom by equal factors, so that it looks even, and all
        that is in view along straight lines."""
        if way >= 1.0:
            return other
        ratio = math.log(other.zoom / self.zoom)
        zoom = self.zoom * math.exp(ratio * way)
        (x, y), (to_x, to_y) = self.to_scene(width / 2, height / 2), other.to_scene(width / 2, height / 2)
        part = way if abs(ratio) < 1e-6 else math.expm1(-ratio * way) / math.expm1(-ratio)
        x, y = x + (to_x - x) * part, y + (to_y - y) * part
        return Camera(zoom, x - width / 2 / zoom, y - height / 2 / zoom)

    def is_far_from(self, other: Camera, width: float, height: float) -> bool:
        """Whether somebody who looks from one to the other would lose the thread: less than half of what the nearer
        of the two shows is in view from both."""
        one, two = self.view(width, height), other.view(width, height)
        across = min(one.right, two.right) - max(one.x, two.x)
        down = min(one.bottom, two.bottom) - max(one.y, two.y)
        least = min(one.width * one.height, two.width * two.height)
        return max(across, 0.0) * max(down, 0.0) < least / 2 or max(self.zoom, other.zoom) > 1.5 * min(
            self.zoom, other.zoom
        )

    @staticmethod
    def fitting(rect: Rect, width: float, height: float, *, margin: float = 48.0, nearest: float = 1.3) -> Camera:
        """All of `rect` in the middle of a screen."""
        zoom = min(
            (width - 2 * margin) / max(rect.width, 1.0),
            (height - 2 * margin) / max(rect.height, 1.0),
            nearest,
        )
        zoom = min(max(zoom, SMALLEST), NEAREST) if zoom > 0.0 else FARTHEST
        return Camera(
            zoom,
            rect.x + rect.width / 2 - width / 2 / zoom,
            rect.y + rect.height / 2 - height / 2 / zoom,
        )
