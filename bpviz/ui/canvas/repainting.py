"""What of the canvas is painted again as time passes: only what changes, pixel for pixel as in the whole picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QRegion

from ...stage.changes import change
from ...stage.stage import Stage
from ..session import Session
from .camera import Camera
from .extents import CARD, WIRE, pills, region_of, tokens
from .hulls import hull_rects
from .middle_distance import NEAR_FROM_ZOOM, TEXT_FROM_ZOOM

if TYPE_CHECKING:
    from .view import Canvas


class Repainting(QObject):
    """Knows which moment a canvas shows.  What changes in other ways than by time is painted by `update`, all of it."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._session: Session = canvas.session
        self._shown: Stage | None = None
        self._camera: Camera | None = None  # at the moment before

    def edited(self) -> None:
        """The diagram has changed."""
        canvas, before, self._shown = self._canvas, self._shown, self._session.stage
        if before is not None and canvas.backing.carrying.follow(before, self._shown):
            canvas.put_together()
        else:
            canvas.update()

    def follow(self) -> None:
        """The time has come to another moment."""
        if not self._canvas.updatesEnabled():
            self._shown = None  # it is covered; uncovered, all of it will be painted
            return
        before, self._shown = self._shown, self._session.stage
        camera, self._camera = self._camera, self._canvas.camera
        is_turning = camera != self._camera  # as it follows what happens: it will go on, and all of it changes
        region = None if before is None or is_turning else self._between(before, self._shown)
        if region is None:
            self._canvas.update()
        else:
            self._canvas.update(region)

    def _between(self, one: Stage, other: Stage) -> QRegion | None:
        """Where two moments differ, in pixels; None if that may be anywhere."""
        canvas = self._canvas
        if one.trace is not other.trace or one.diagram is not other.diagram or one.trace.troubles:
            return None
        if canvas.camera.zoom < (TEXT_FROM_ZOOM if canvas.least else NEAR_FROM_ZOOM) or other.scenery.view is not None:
            return None  # thin lines that are cut off look different; what happens in a group is seen on its card
        if canvas.is_lit_unevenly:
            return None
        found = change(one.trace, one.now, other.now)
        if found is None:
            return None
        least = canvas.least
        rects = [one.rect(node).grown(max(CARD, 1.7 * least)) for node in found.cards]
        for wire in found.wires:
            curve = one.curve(*wire)
            rects += [] if curve is None else [hull.grown(WIRE) for hull in hull_rects(curve)]
        for stage in (one, other):
            rects += [place for node in found.pills for place in pills(canvas, stage, node)]
            rects += tokens(stage, least)
        return region_of(canvas, rects)
