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
from typing import Any, TypeVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter

from ...graph.graph import NodeId
from ...stage.geometry import Rect
from ...stage.scenery import Scenery


@dataclass(frozen=True, slots=True)
class Portion:
    """How much that is new goes into one picture, the rest going into the next ones."""

    cards: int  # never seen before
    wired: int  # nodes with wires into them that were not
    placed: int  # nodes whose pills have no places yet
    again: int  # cards and pills that are only looked at from nearer or farther, less the cards that are new
    changed: int = 20  # cards that say something else than when they were seen last
    is_kept: bool = True  # whether it is recorded


_ALL = sys.maxsize
LARGE, SMALL = Portion(cards=16, wired=120, placed=4, again=40), Portion(cards=10, wired=48, placed=3, again=16)
GLIDING = Portion(cards=6, wired=40, placed=2, again=8, changed=6)
"""While one is carried past all of it, and can read none."""
HURRIED = 0.75  # of the last picture: who sees less of it again is carried past
CROWDED = 120  # cards and wires in view; where there are more, all the rest takes long as well
FLEETING = Portion(_ALL, _ALL, _ALL, again=0, changed=_ALL, is_kept=False)
"""All of it: what is in a hand looks different at every move."""
MOST_BYTES = 48 * 2**20  # of one canvas; what was looked at least recently is given up
MOST_KNOWN = 20_000  # other things that were worked out

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class _Recording:
    """A picture of what looks like `look`, and depends on a zoom and a distance; its corner from the origin of the
    scene in pixels."""

    look: Hashable
    zoom: tuple[float, Hashable]
    image: QImage
    left: int
    top: int


class Recordings:
    """What one canvas has painted."""

    def __init__(self) -> None:
        self._held: OrderedDict[Hashable, _Recording] = OrderedDict()
        self._made: dict[Hashable, tuple[object, Any]] = {}
        self._scenery: Scenery | None = None
        self._view: Rect | None = None  # in the last picture
        self.seen: set[Hashable] = set()  # what was painted at least once, though it may have been given up
        self.unplaced: dict[NodeId, None] = {}  # nodes whose pills were left out, because they have no places yet
        self.size = 0  # in bytes

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
        while self.size > MOST_BYTES:
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

    def lie(self, scenery: Scenery) -> None:
        """Where everything lies that is painted from now on."""
        if self._scenery is not scenery:
            if self._scenery is None or not scenery.is_arranged_alike(self._scenery):
                self._made.clear()
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
        self._keeps = portion.is_kept
        self._new, self._wired, self._placed, self._again = portion.cards, portion.wired, portion.placed, portion.again
        self._changed = portion.changed
        self._cards_owed: list[NodeId] = []
        self._wired_owed: list[NodeId] = []
        self._scaled: list[Rect] = []
        self.placed: list[NodeId] = []  # nodes whose pills got their places in this picture

    @property
    def owed(self) -> Rect | None:
        """Where cards and wires were left for the next picture."""
        scenery = self._scenery
        boxes = [scenery.boxes[[scenery.place_of[card] for card in self._cards_owed]]]
        every = ((node, slot) for node in self._wired_owed for slot in range(len(scenery.inputs[node])))
        numbers = [number for wire in every if (number := scenery.wire_numbers.get(wire)) is not None]
        around = scenery.pills.reach
        boxes.append(scenery.wire_boxes[numbers] + np.array([-around, -around, around, around]))
        boxes += [np.array([[place.x, place.y, place.right, place.bottom]]) for place in self._scaled]
        found = np.concatenate(boxes)
        if not len(found):
            return None
        (left, top), (right, bottom) = found[:, :2].min(axis=0).tolist(), found[:, 2:].max(axis=0).tolist()
        return Rect(left, top, right - left, bottom - top)

    def admits(self, card: NodeId) -> bool:
        """Whether this picture shows a card that may never have been painted before, or leaves it for the next one:
        where somebody comes to a crowded place, it fills within a few frames, and none of them takes long."""
        seen = self._recordings.seen
        if card not in seen:
            if not self._new:
                self._cards_owed.append(card)
                return False
            self._new -= 1
            self._again = max(self._again - 1, 0)
            seen.add(card)
        return True

    def admits_look(self, card: NodeId, look: Hashable) -> bool:
        """The same of a card that was painted before, if it looked otherwise then."""
        held = self._recordings.recording(card)
        if held is None or held.look == look:
            return True
        if not self._changed:
            self._cards_owed.append(card)
            return False
        self._changed -= 1
        return True

    def admits_wires(self, node: NodeId) -> bool:
        """The same of the wires into a node."""
        seen, key = self._recordings.seen, ("wires", node)
        if key not in seen:
            if not self._wired:
                self._wired_owed.append(node)
                return False
            self._wired -= 1
            seen.add(key)
        return True

    def admits_pills(self, node: NodeId, *, are_placed: bool) -> bool:
        """The same of the pills on them, for which places may have to be found."""
        if not are_placed:
            if not self._placed:
                self._recordings.unplaced[node] = None
                return False
            self._placed -= 1
            self.placed.append(node)
        self._recordings.unplaced.pop(node, None)
        return True

    def paint(
        self,
        key: Hashable,
        look: Hashable,
        distance: Hashable,
        extent: Callable[[], QRectF],
        paint: Callable[[QPainter], object],
    ) -> None:
        """What `paint` paints within an `extent`, in scene units, which is the same whenever `key` has this `look` and
        is seen from this `distance`."""
        zoom = self._scale, distance
        held = self._recordings.recording(key)
        if not self._keeps and (held is None or held.look != look or held.zoom != zoom):
            paint(self._painter)
            return
        if held is None or held.look != look:
            held = self._record(key, look, zoom, extent(), paint)
        elif held.zoom != zoom:
            if not self._again:
                self._paint_scaled(held, extent())
                return
            self._again -= 1
            held = self._record(key, look, zoom, extent(), paint)
        self._copy(held.image, held.left, held.top)

    def paint_before(self, key: Hashable, extent: QRectF) -> bool:
        """What was recorded of `key`, however it looked, if it lay there and as far away; whether there is such."""
        held, scale = self._recordings.recording(key), self._scale
        corner = math.floor(extent.left() * scale), math.floor(extent.top() * scale)
        if held is None or held.zoom[0] != scale or (held.left, held.top) != corner:
            return False
        self._copy(held.image, held.left, held.top)
        return True

    def _record(
        self,
        key: Hashable,
        look: Hashable,
        zoom: tuple[float, Hashable],
        extent: QRectF,
        paint: Callable[[QPainter], object],
    ) -> _Recording:
        scale = self._scale
        left, top = math.floor(extent.left() * scale), math.floor(extent.top() * scale)
        right, bottom = math.ceil(extent.right() * scale), math.ceil(extent.bottom() * scale)
        image = QImage(right - left, bottom - top, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        inner = QPainter(image)
        inner.setRenderHints(self._painter.renderHints())
        inner.translate(-left, -top)
        inner.scale(scale, scale)
        paint(inner)
        inner.end()
        image.setDevicePixelRatio(self._ratio)
        made = _Recording(look, zoom, image, left, top)
        self._recordings.keep(key, made)
        return made

    def _copy(self, image: QImage, left: int, top: int) -> None:
        painter = self._painter
        painter.setWorldMatrixEnabled(False)
        at = QPointF((left + self._x - self._left) / self._ratio, (top + self._y - self._top) / self._ratio)
        painter.drawImage(at, image)
        painter.setWorldMatrixEnabled(True)

    def _paint_scaled(self, held: _Recording, extent: QRectF) -> None:
        """A recording from nearer or farther, until the next picture."""
        before, _ = held.zoom
        place = QRectF(
            held.left / before,
            held.top / before,
            held.image.width() / before,
            held.image.height() / before,
        )
        self._painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._painter.drawImage(place, held.image)
        self._painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        self._scaled.append(Rect(extent.x(), extent.y(), extent.width(), extent.height()))


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
