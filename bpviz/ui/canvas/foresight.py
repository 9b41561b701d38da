"""What a canvas will show soon is worked out while nobody waits for it: where the pills of a story will stand.

In a small graph they are all kept apart, so that the first one that is seen takes as long as all of them: more than a
frame, at the very moment in which the way back begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from ...stage.stage import Stage
from ..slices import HURRIED, UNHURRIED, Pieces, Slices
from . import largeprint
from .middle_distance import NEAR_FROM_ZOOM, TEXT_FROM_ZOOM, acting_pill_size, token_size

if TYPE_CHECKING:
    from .view import Canvas

_REST = 120  # milliseconds without another story or another look, after which it begins


class Foresight(QObject):
    """Begins after every change; what was begun for what is past is left."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._slices = Slices(self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST)
        self._soon.timeout.connect(self._begin)
        for signal in (canvas.session.traced, canvas.session.opened, canvas.session.changed):
            signal.connect(self._soon.start)
        canvas.viewed.connect(self._later)

    @property
    def is_busy(self) -> bool:
        """Whether there is something left to be worked out, or may be."""
        return self._soon.isActive() or self._slices.is_busy

    def _later(self) -> None:
        if not self._soon.isActive():  # while the story is followed, the camera moves with every frame
            self._soon.start()

    def _begin(self) -> None:
        canvas, stage = self._canvas, self._canvas.session.stage
        if canvas.isHidden() or not canvas.updatesEnabled() or stage.trace.sweep is None:
            return
        if canvas.looking.is_gliding or canvas.gesture is not None:
            self._soon.start()
        elif canvas.camera.zoom >= TEXT_FROM_ZOOM or canvas.least:
            pace = UNHURRIED if canvas.session.playback.is_moving else HURRIED
            self._slices.begin(_prepared(stage, sizes(canvas)[1]), pace)


def _prepared(stage: Stage, size: float) -> Pieces:
    """With the stage in hand, which keeps its scenery."""
    yield from stage.scenery.pills.prepared(stage.trace, size)


def sizes(canvas: Canvas) -> tuple[float, float]:
    """How many times as large as from near a canvas paints numbers in flight, and pills: where they are follows from
    it."""
    zoom, least = canvas.camera.zoom, canvas.least
    if least or not TEXT_FROM_ZOOM <= zoom < NEAR_FROM_ZOOM:
        return largeprint.token_size(least), largeprint.pill_size(least)
    return token_size(zoom), acting_pill_size(zoom)
