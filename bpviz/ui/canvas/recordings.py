"""Cards and pills at rest, painted once for as long as they look the same, and copied from then on.

A card takes a tenth of a millisecond to paint and a tenth of that to copy.  A recording is made of whole pixels, so
what is copied is what would have been painted; whether there is one already is never seen, but where so much is new
that it takes more than one picture.  Then the first one shows empty cards, or cards as they looked from a little
nearer or farther, and the next ones what is missing.
"""

from __future__ import annotations

import math
import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeVar

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter
from PySide6.QtWidgets import QWidget

from ...graph.graph import NodeId
from ...stage.geometry import Rect
from ...stage.scenery import Scenery
from ...stage.stage import Stage


@dataclass(frozen=True, slots=True)
class Portion:
    """How much goes into one picture that was not in the one before, the rest going into the next ones."""

    new: int  # cards and pills that are not recorded
    again: int  # those that look otherwise now, or are looked at from nearer or farther
    wired: int  # nodes with wires into them that were never painted
    placed: int  # nodes whose pills have no places yet
    next: int  # cards and pills left out of which the places are painted again in the next picture
    seconds: float  # from the first wire on, after which no more of it begins, but for the `_LEAST` of each
    is_kept: bool = True  # whether it is recorded


_ALL, _LEAST = sys.maxsize, 1
_ON_PIXELS = 0.005  # of a pixel: nobody sees by how little it is off
LARGE = Portion(new=60, again=60, wired=120, placed=4, next=24, seconds=0.0065)
SMALL = Portion(new=30, again=30, wired=48, placed=3, next=12, seconds=0.005)
STILL = Portion(new=60, again=60, wired=120, placed=4, next=40, seconds=0.016)
"""In a picture of what was in the one before, at the same moment: nobody waits for it."""
GLIDING = Portion(new=12, again=12, wired=40, placed=2, next=12, seconds=0.005)
"""While one is carried past all of it, and can read none."""
FLEETING = Portion(_ALL, _ALL, _ALL, _ALL, _ALL, seconds=math.inf, is_kept=False)
"""All of it: what is in a hand looks different at every move."""
HURRIED = 0.75  # of the last picture: who sees less of it again is carried past
CROWDED = 120  # cards and wires in view; where there are more, all the rest takes long as well
MOST_BYTES = 48 * 2**20  # of one canvas; what was looked at least recently is given up
MOST_VIEWS = 3  # as many bytes as the picture has so many times, if that is more: or a wide screen would never fill
MOST_KNOWN = 20_000  # other things that were worked out

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class _Recording:
    """A picture of what looks like `look` and is in a `place`, and depends on a zoom and a distance; its corner from
    the origin of the scene in pixels."""

    look: Hashable
    place: Rect
    zoom: tuple[float, Hashable]
    image: QImage
    left: int
    top: int

    def in_(self, place: Rect) -> tuple[int, int] | None:
        """Where its corner is when what it shows is in another place, if it looks the same there: so many whole pixels
        away."""
        here, scale = self.place, self.zoom[0]
        if place == here:
            return self.left, self.top
        across, down = (place.x - here.x) * scale, (place.y - here.y) * scale
        right, below = round(across), round(down)
        is_alike = (place.width, place.height) == (here.width, here.height)
        if not is_alike or max(abs(across - right), abs(down - below)) > _ON_PIXELS:
            return None
        return self.left + right, self.top + below


class Recordings:
    """What one canvas has painted."""

    def __init__(self) -> None:
        self._held: OrderedDict[Hashable, _Recording] = OrderedDict()
        self._made: dict[Hashable, tuple[object, Any]] = {}
        self._scenery: Scenery | None = None
        self._view: Rect | None = None  # in the last picture
        self._stage: Stage | None = None
        self.wired: set[NodeId] = set()  # nodes of which the wires into them were painted at least once
        self.waiting: dict[Hashable, Rect] = {}  # cards and pills that were left out, or not painted anew, and where
        self.unplaced: dict[NodeId, None] = {}  # nodes whose pills were left out, because they have no places yet
        self.size, self.room = 0, MOST_BYTES  # in bytes

    def __len__(self) -> int:
        return len(self._held)

    def recording(self, key: Hashable) -> _Recording | None:
        """What was recorded of `key`, however it looked."""
        found = self._held.get(key)
        if found is not None:
            self._held.move_to_end(key)
        return found

    def keep(self, key: Hashable, made: _Recording) -> None:
        """Holds a recording in place of the one before."""
        if (before := self._held.pop(key, None)) is not None:
            self.size -= before.image.sizeInBytes()
        self._held[key] = made
        self.size += made.image.sizeInBytes()
        while self.size > self.room:
            _, oldest = self._held.popitem(last=False)
            self.size -= oldest.image.sizeInBytes()

    def once(self, key: Hashable, of: object, make: Callable[[], _Made]) -> _Made:
        """What `make` makes `of` something, for as long as that is the same and all is wired alike."""
        held = self._made.get(key)
        if held is not None and held[0] == of:
            found: _Made = held[1]
            return found
        if len(self._made) >= MOST_KNOWN:
            self._made.clear()
        made = make()
        self._made[key] = of, made
        return made

    def seen_before(self, view: Rect) -> float:
        """How much of what is looked at now was in the last picture, as a part from 0 to 1."""
        before, self._view = self._view, view
        if before is None:
            return 1.0
        width = min(before.right, view.right) - max(before.x, view.x)
        height = min(before.bottom, view.bottom) - max(before.y, view.y)
        largest = max(before.width * before.height, view.width * view.height)
        return max(width, 0.0) * max(height, 0.0) / largest

    def is_still(self, stage: Stage) -> bool:
        """Whether the last picture was of the same moment."""
        before, self._stage = self._stage, stage
        return before is stage

    def lie(self, scenery: Scenery) -> None:
        """Where everything lies that is painted from now on."""
        if self._scenery is not scenery:
            if self._scenery is None or not scenery.is_arranged_alike(self._scenery):
                self._made.clear()
                self.waiting.clear()
                self.unplaced.clear()
            self._scenery = scenery


class Recorder:
    """Paints by recordings, with one painter whose scene lies on whole pixels (`on_whole_pixels`)."""

    def __init__(self, painter: QPainter, recordings: Recordings, scenery: Scenery, portion: Portion = LARGE) -> None:
        recordings.lie(scenery)
        self._painter, self._recordings, self._scenery = painter, recordings, scenery
        self.once = recordings.once
        scene = painter.deviceTransform()
        self._scale, self._x, self._y = scene.m11(), round(scene.dx()), round(scene.dy())
        painter.setWorldMatrixEnabled(False)
        screen = painter.deviceTransform()
        painter.setWorldMatrixEnabled(True)
        self._ratio, self._left, self._top = screen.m11(), screen.dx(), screen.dy()
        recordings.room = max(MOST_BYTES, round(MOST_VIEWS * 4 * _pixels(painter, self._ratio)))
        self.portion, self._end = portion, perf_counter() + portion.seconds
        self.owes_wires = False  # whether some were left for the next picture
        self._new, self._again = _Share(portion.new, self.has_time), _Share(portion.again, self.has_time)
        self._wired, self._placed = _Share(portion.wired, self.has_time), _Share(portion.placed, self.has_time)
        self.placed: list[NodeId] = []  # nodes whose pills got their places in this picture
        self.caught_up: list[Rect] = []  # where what had waited was painted, before it was its turn

    def has_time(self) -> bool:
        """Whether more that is new may be begun in this picture: wires first, of which all that is owed is painted at
        once, and cards when there are no more."""
        return not self.owes_wires and perf_counter() < self._end

    @property
    def next(self) -> int:
        """How many that were left out are to be painted in the next picture: as many as came into this one."""
        most = self.portion.next
        return most if self.has_time() else min(most, max(self._new.taken + self._again.taken, _LEAST))

    def admits_wires(self, node: NodeId) -> bool:
        """Whether this picture shows the wires into a node that may never have been painted before, or leaves them for
        the next one: where somebody comes to a crowded place, it fills within some frames, and none of them takes
        long."""
        if node not in self._recordings.wired:
            if not self._wired.take():
                self.owes_wires = True
                return False
            self._recordings.wired.add(node)
        return True

    def admits_pills(self, stage: Stage, node: NodeId, size: float) -> bool:
        """The same of the pills on them, of a `size`, for which places may have to be found."""
        if not stage.knows_pills(node, size) and (self._placed.is_used_up or not stage.has_no_pills(node)):
            if not self._placed.take():
                self._recordings.unplaced[node] = None
                return False
            self.placed.append(node)
        self._recordings.unplaced.pop(node, None)
        return True

    def admits(self, card: NodeId, extent: Rect) -> bool:
        """The same of a card, which is seen nowhere but within an `extent`."""
        if self._recordings.recording(card) is None and self._new.is_used_up:
            self._recordings.waiting[card] = extent
            return False
        return True

    def paint(
        self,
        key: Hashable,
        look: Hashable,
        place: Rect,
        distance: Hashable,
        extent: Callable[[], QRectF],
        paint: Callable[[QPainter], object],
    ) -> bool:
        """What `paint` paints within an `extent`, in scene units, which is the same whenever `key` has this `look` and
        is seen from this `distance`, and moves with its `place`.

        Where the next picture has to do it, as it looked before; False if that is not known, and nothing painted.
        """
        zoom, recordings = (self._scale, distance), self._recordings
        held = recordings.recording(key)
        at = None if held is None or held.look != look or held.zoom != zoom else held.in_(place)
        if held is None or at is None:
            if not self.portion.is_kept:
                paint(self._painter)
                return True
            share = self._new if held is None else self._again
            if not share.take():
                whole = extent()
                there = whole if held is None else whole.united(self._paint_before(held, whole))
                recordings.waiting[key] = Rect(there.x(), there.y(), there.width(), there.height())
                return held is not None
            held = self._record(key, look, place, zoom, extent(), paint)
            at = held.left, held.top
        if key in recordings.waiting:
            self.caught_up.append(recordings.waiting.pop(key))
        self._copy(held.image, *at)
        return True

    def stamp(self, kind: Hashable, place: Rect, paint: Callable[[QPainter], object]) -> None:
        """What of a `kind` looks the same in every place of a size, as `paint` paints it from the origin on: on the
        nearest whole pixels."""
        width, height = math.ceil(place.width * self._scale), math.ceil(place.height * self._scale)
        image = self._recordings.once(
            (kind, width, height), self._scale, lambda: self._painted(QRect(0, 0, width, height), paint)
        )
        self._copy(image, round(place.x * self._scale), round(place.y * self._scale))

    def _record(
        self,
        key: Hashable,
        look: Hashable,
        place: Rect,
        zoom: tuple[float, Hashable],
        extent: QRectF,
        paint: Callable[[QPainter], object],
    ) -> _Recording:
        scale = self._scale
        left, top = math.floor(extent.left() * scale), math.floor(extent.top() * scale)
        right, bottom = math.ceil(extent.right() * scale), math.ceil(extent.bottom() * scale)
        image = self._painted(QRect(left, top, right - left, bottom - top), paint)
        made = _Recording(look, place, zoom, image, left, top)
        self._recordings.keep(key, made)
        return made

    def _painted(self, pixels: QRect, paint: Callable[[QPainter], object]) -> QImage:
        """Some pixels of the scene, on nothing."""
        image = QImage(pixels.size(), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHints(self._painter.renderHints())
        painter.translate(-pixels.topLeft())
        painter.scale(self._scale, self._scale)
        paint(painter)
        painter.end()
        image.setDevicePixelRatio(self._ratio)
        return image

    def _copy(self, image: QImage, left: int, top: int) -> None:
        painter = self._painter
        painter.setWorldMatrixEnabled(False)
        at = QPointF((left + self._x - self._left) / self._ratio, (top + self._y - self._top) / self._ratio)
        painter.drawImage(at, image)
        painter.setWorldMatrixEnabled(True)

    def _paint_before(self, held: _Recording, place: QRectF) -> QRectF:
        """What was recorded, where it is now, until the next picture; and what it takes up."""
        before, _ = held.zoom
        there = QRectF(place.x(), place.y(), held.image.width() / before, held.image.height() / before)
        if before == self._scale:
            self._copy(held.image, math.floor(place.left() * before), math.floor(place.top() * before))
        else:
            self._painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            self._painter.drawImage(there, held.image)
            self._painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        return there


class _Share:
    """So many of something that go into one picture; while there is no time for more, only the `_LEAST`."""

    def __init__(self, most: int, has_time: Callable[[], bool]) -> None:
        self._left, self._has_time, self.taken = most, has_time, 0

    @property
    def is_used_up(self) -> bool:
        return not self._left or (self.taken >= _LEAST and not self._has_time())

    def take(self) -> bool:
        """Whether there is one more."""
        if self.is_used_up:
            return False
        self._left, self.taken = self._left - 1, self.taken + 1
        return True


def _pixels(painter: QPainter, ratio: float) -> float:
    """Of what is painted on: a widget has so many times as many along each side as it says."""
    device = painter.device()
    return device.width() * device.height() * (ratio**2 if isinstance(device, QWidget) else 1.0)


def is_of_pixels(painter: QPainter) -> bool:
    """Whether what is painted becomes pixels, and does not stay text and shapes."""
    return painter.paintEngine().type() == QPaintEngine.Type.Raster


def on_whole_pixels(painter: QPainter, x: float, y: float) -> None:
    """Moves a painter to a point that lies on whole pixels of the screen, at most half a pixel from (x, y)."""
    painter.translate(x, y)
    exact = painter.deviceTransform()
    painter.translate(
        (nearest_pixel(exact.dx()) - exact.dx()) / exact.m11(),
        (nearest_pixel(exact.dy()) - exact.dy()) / exact.m22(),
    )


def nearest_pixel(at: float) -> int:
    """The whole pixel nearest to a place; halfway, where a place worked out in another way may be a hair less, always
    the next one."""
    return math.floor(at + 0.5 + 1e-6)
