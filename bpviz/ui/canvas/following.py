"""The camera that follows what happens, until somebody takes it into their own hands."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ...stage.framing import Framing, Lens
from ...stage.timing import has_begun_another
from .asked import with_asked
from .camera import Camera
from .view import Canvas
from .way_back import WayBack


class Following(QObject):
    """Keeps a canvas's camera on the action.

    While it follows, the time alone says where to look.  Whoever moves the camera by hand is not disturbed before the
    next event begins, or until the canvas is fitted.
    """

    def __init__(self, canvas: Canvas, farthest: float, nearest: float) -> None:
        """`farthest` is the zoom from which cards can just be read, `nearest` that at which they are large enough."""
        super().__init__(canvas)
        self._canvas = canvas
        self._zooms = farthest, nearest
        self._framing: Framing | None = None
        self._by_hand: tuple[Camera, float] | None = None  # where somebody looked, and when
        self._back = WayBack()
        canvas.aim = self.camera
        canvas.looked.connect(self._pause)
        canvas.session.playback.moved.connect(self._follow)

    def set_zooms(self, farthest: float, nearest: float) -> None:
        """Another screen, on which other zooms are right."""
        self._zooms, self._framing = (farthest, nearest), None

    def camera(self) -> Camera:
        """Where to look now."""
        canvas, (farthest, nearest) = self._canvas, self._zooms
        stage, lens = canvas.session.stage, Lens(canvas.width(), canvas.height(), farthest, nearest)
        if self._framing is None or self._framing.scenery is not stage.scenery or self._framing.lens != lens:
            self._framing = Framing(stage.scenery, lens)
        self._by_hand = None
        view = self._framing.view(stage)
        there = with_asked(canvas, Camera(lens.width / view.width, view.x, view.y))
        return self._back.camera(there, canvas.session.playback.time, lens.width, lens.height)

    def _pause(self) -> None:
        self._by_hand = self._canvas.camera, self._canvas.session.playback.time
        self._back.end()

    def _follow(self, time: float) -> None:
        canvas = self._canvas
        if canvas.gesture is not None:  # what is held does not run away
            self._back.begin(canvas.camera, time)
            return
        if self._by_hand is not None:
            if not has_begun_another(self._by_hand[1], time):
                return
            playback = canvas.session.playback
            if playback.is_moving and playback.is_animated:
                self._back.begin(canvas.camera, time)
        start = canvas.camera
        canvas.fit()
        canvas.looking.ease(start)
