"""Cards and pills at rest, painted once for as long as they look the same, and copied from then on.

A card takes a tenth of a millisecond to paint and a fiftieth of that to copy.  A recording is made of whole pixels, so
what is copied is what would have been painted; whether there is one already is never seen, but where so much is new
that it takes more than one picture.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter

MOST_NEW, MOST_PLACED = 32, 16  # cards never seen before, and nodes whose pills have no places yet, in one picture
MOST_BYTES = 48 * 2**20  # of one canvas; what was looked at least recently is given up


class Recordings:
    """What one canvas has painted."""

    def __init__(self) -> None:
        self._held: OrderedDict[Hashable, tuple[object, QImage]] = OrderedDict()
        self.seen: set[Hashable] = set()  # what was painted at least once, though it may have been given up
        self.size = 0  # in bytes

    def __len__(self) -> int:
        return len(self._held)

    def image(self, key: Hashable, state: object) -> QImage | None:
        """The recording of `key`, if it was made in the same state."""
        found = self._held.get(key)
        if found is None or found[0] != state:
            return None
        self._held.move_to_end(key)
        return found[1]

    def keep(self, key: Hashable, state: object, image: QImage) -> None:
        """Holds a recording in place of the one before."""
        if (before := self._held.pop(key, None)) is not None:
            self.size -= before[1].sizeInBytes()
        self._held[key] = state, image
        self.size += image.sizeInBytes()
        while self.size > MOST_BYTES:
            _, (_, oldest) = self._held.popitem(last=False)
            self.size -= oldest.sizeInBytes()


class Recorder:
    """Paints by recordings, with one painter whose scene lies on whole pixels (`on_whole_pixels`)."""

    def __init__(self, painter: QPainter, recordings: Recordings) -> None:
        self._painter, self._recordings = painter, recordings
        scene = painter.deviceTransform()
        self._scale, self._x, self._y = scene.m11(), round(scene.dx()), round(scene.dy())
        painter.setWorldMatrixEnabled(False)
        screen = painter.deviceTransform()
        painter.setWorldMatrixEnabled(True)
        self._ratio, self._left, self._top = screen.m11(), screen.dx(), screen.dy()
        self._new, self._placed = MOST_NEW, MOST_PLACED
        self.owes = False  # whether something was left for the next picture

    def admits(self, key: Hashable) -> bool:
        """Whether this picture shows what may never have been painted before, or leaves it for the next one: where
        somebody comes to a crowded place, it fills within a few frames, and none of them takes long."""
        seen = self._recordings.seen
        if key not in seen:
            if not self._new:
                self.owes = True
                return False
            self._new -= 1
            seen.add(key)
        return True

    def admits_pills(self, *, are_placed: bool) -> bool:
        """The same of the pills on the wires into a node, for which places may have to be found."""
        if not are_placed:
            if not self._placed:
                self.owes = True
                return False
            self._placed -= 1
        return True

    def paint(self, key: Hashable, state: object, extent: QRectF, paint: Callable[[QPainter], object]) -> None:
        """What `paint` paints within `extent`, in scene units, which is the same whenever `key` is in this `state`."""
        painter, scale = self._painter, self._scale
        left, top = math.floor(extent.left() * scale), math.floor(extent.top() * scale)
        state = state, scale
        image = self._recordings.image(key, state)
        if image is None:
            right, bottom = math.ceil(extent.right() * scale), math.ceil(extent.bottom() * scale)
            image = QImage(right - left, bottom - top, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(Qt.GlobalColor.transparent)
            inner = QPainter(image)
            inner.setRenderHints(painter.renderHints())
            inner.translate(-left, -top)
            inner.scale(scale, scale)
            paint(inner)
            inner.end()
            image.setDevicePixelRatio(self._ratio)
            self._recordings.keep(key, state, image)
        at = QPointF((left + self._x - self._left) / self._ratio, (top + self._y - self._top) / self._ratio)
        painter.setWorldMatrixEnabled(False)
        painter.drawImage(at, image)
        painter.setWorldMatrixEnabled(True)


def is_of_pixels(painter: QPainter) -> bool:
    """Whether what is painted becomes pixels, and does not stay text and shapes."""
    return painter.paintEngine().type() == QPaintEngine.Type.Raster


def on_whole_pixels(painter: QPainter, x: float, y: float) -> None:
    """Moves a painter to a point that lies on whole pixels of the screen, at most half a pixel from (x, y)."""
    painter.translate(x, y)
    exact = painter.deviceTransform()
    painter.translate(
        (round(exact.dx()) - exact.dx()) / exact.m11(),
        (round(exact.dy()) - exact.dy()) / exact.m22(),
    )
