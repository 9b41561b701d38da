"""The camera of the window's own canvas, which goes along with what happens in a graph too large to be read whole."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ...stage.framing import Framing, Lens
from ...stage.timing import has_begun_another
from ..settings import FOLLOWING
from .asked import with_asked
from .camera import Camera
from .view import Canvas
from .way_back import WayBack

READABLE, NEAREST = 0.77, 1.0  # zooms: from farther away captions are below 10 pixels, from nearer one sees too little


class Accompanying(QObject):
    """Keeps what happens near and in view while steps are taken, played or scrubbed; never otherwise.

    What is opened or fitted is seen whole until the next step, and a graph that can be read whole stays so.  Whoever
    looks elsewhere keeps that view as long as what happens can be read in it: until the next event, at least.  An edit
    leaves the camera where it is.  Where it looks is said by the time alone; only on its way there, after a jump to
    another part of the graph, does it take a moment.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._story = canvas.session.story
        self._framing: Framing | None = None
        self._framed_are: tuple[object, ...] = ()  # what it holds, and on which screen
        self._ends: float | None = None  # when the event ends or began over which somebody looked elsewhere
        self._back = WayBack()
        canvas.viewed.connect(self._note)
        canvas.session.playback.moved.connect(self._follow)
        canvas.session.settings.changed.connect(self._settle)

    def _settle(self, key: str) -> None:
        """It was switched on or off: off, the whole graph is shown."""
        if key != FOLLOWING.key:
            return
        if self._canvas.session.settings.get(FOLLOWING):
            self._go(self._canvas.session.playback.time)
        elif self._canvas.is_followed:
            self._canvas.fit()

    def _note(self) -> None:
        """Somebody looks elsewhere; in the middle of an event that is played, for as long as it lasts."""
        playback = self._canvas.session.playback
        if not self._canvas.is_followed:
            self._back.end()
            self._ends = playback.time if playback.is_moving else None

    def _follow(self, time: float) -> None:
        canvas, session = self._canvas, self._canvas.session
        if session.story is not self._story:  # edited, not told further
            self._story = session.story
            canvas.let_go()
            return
        if not session.settings.get(FOLLOWING):
            return
        if canvas.gesture is not None:  # what is held does not run away
            canvas.let_go()
        elif self._ends is None or has_begun_another(self._ends, time):
            self._go(time)

    def _go(self, time: float) -> None:
        """Looks at what happens now, by a short way while time passes."""
        canvas, session, framing = self._canvas, self._canvas.session, self._framed()
        if canvas.is_fitted and framing.is_resting:
            return
        view = canvas.camera.view(canvas.width(), canvas.height())
        if not canvas.is_fitted and not canvas.is_followed and framing.is_shown(session.stage, view):
            return
        start, glides = canvas.camera, session.playback.is_moving and session.playback.is_animated
        if canvas.looking.is_gliding and glides:  # it goes on from where it is
            self._back.begin(start, time)
        elif not canvas.is_followed:
            is_begun = canvas.is_fitted and session.stage.now.step == 0  # the first event leaves from there by itself
            if glides and not is_begun:
                self._back.begin(canvas.camera, time)
            else:
                self._back.end()
        canvas.follow(self.camera)
        now = session.stage.now
        if not self._back.is_on and (framing.is_resting or (now.step == 0 and now.event is None)):
            canvas.fit()
        canvas.looking.ease(start)

    def camera(self) -> Camera:
        """Where to look now: said by the time alone, but for the short way there."""
        canvas = self._canvas
        view = self._framed().view(canvas.session.stage)
        there = with_asked(canvas, Camera(canvas.width() / view.width, view.x, view.y))
        return self._back.camera(there, canvas.session.playback.time, canvas.width(), canvas.height())

    def _framed(self) -> Framing:
        canvas, stage = self._canvas, self._canvas.session.stage
        lens = Lens(canvas.width(), canvas.height(), READABLE, NEAREST)
        framed = stage.scenery, lens, stage.diagram.frames, stage.diagram.notes
        if self._framing is None or framed != self._framed_are:
            self._framing = Framing(stage.scenery, lens, canvas.whole().view(lens.width, lens.height))
            self._framed_are = framed
        return self._framing
