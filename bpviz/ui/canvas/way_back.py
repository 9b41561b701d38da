"""The way back: from where somebody looked to what happens, while the story goes on."""

from __future__ import annotations

from ...stage.timing import eased
from .camera import Camera

TAKES = 0.3  # events' worth of time


class WayBack:
    """Where a camera that has been elsewhere is on its way to where it belongs: the time says how far."""

    def __init__(self) -> None:
        self._left: tuple[Camera, float] | None = None  # where it began, and when

    @property
    def is_on(self) -> bool:
        return self._left is not None

    def begin(self, camera: Camera, time: float) -> None:
        self._left = camera, time

    def end(self) -> None:
        self._left = None

    def camera(self, there: Camera, time: float, width: float, height: float) -> Camera:
        """Where to look at a time, if without it one would look from `there`; it ends when it has led there."""
        if self._left is None:
            return there
        camera, since = self._left
        way = eased(abs(time - since), 0.0, TAKES)
        if way >= 1.0:
            self._left = None
        return camera.towards(there, way, width, height)
