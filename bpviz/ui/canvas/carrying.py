"""The picture of a canvas while cards are carried by a hand: what rests is painted once, and copied at every move.

It is held in two parts, one below and one above the wires that are carried.  What begins to move, because a wire makes
way or a pill stands elsewhere, is taken out of them, and stays out until the hand lets go.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter, QRegion

from ...graph.graph import NodeId
from ...stage.geometry import Rect
from ...stage.scenery import MOST_MOVED
from ...stage.stage import Stage
from .extents import CARD, WIRE, pills, region_of, with_pills_near
from .foresight import sizes
from .gestures import Gesture
from .held import Held
from .hulls import hull_rects
from .layers import paint_below, paint_between, paint_carried
from .middle_distance import TEXT_FROM_ZOOM, with_pills
from .strata import Carried

if TYPE_CHECKING:
    from .view import Canvas


class Carrying:
    """What is carried over a canvas, and the picture of what rests."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._gesture: Gesture | None = None  # by which it is carried
        self._carried: Carried | None = None
        self._held: tuple[Held, Held] | None = None  # below, and between

    @property
    def carried(self) -> Carried | None:
        """What is carried now; None most of the time."""
        if self._gesture is None or self._gesture is not self._canvas.gesture or not self._is_plain():
            self._gesture = self._carried = self._held = None
        return self._carried

    def begin(self, gesture: Gesture) -> None:
        """A hand takes hold of cards: what will rest is painted before the first move."""
        scenery = self._canvas.session.scenery
        if not gesture.carries or len(gesture.carries) > MOST_MOVED or not self._is_plain():
            return
        cards = frozenset(card for node in gesture.carries if (card := scenery.card_of(node)) is not None)
        wires = frozenset(wire for card in cards for wire in (*scenery.wires_into(card), *scenery.wires_from(card)))
        self._gesture, self._held = gesture, None
        self._carried = Carried(scenery, cards, wires, frozenset(node for node, _ in wires))

    def follow(self, one: Stage, other: Stage) -> bool:
        """The diagram has been edited, from one stage to the other; whether nothing but what is carried has changed."""
        canvas, led, gesture = self._canvas, other.scenery.led, self._canvas.gesture
        is_led = led is not None and led.before() is one.scenery and _differ_in_places_alone(one, other)
        if led is None or not is_led or gesture is None or not gesture.carries or not self._is_plain():
            self._gesture = self._carried = self._held = None
            return False
        if gesture is not self._gesture:
            self._gesture, self._carried, self._held = gesture, None, None
        pills = self._pills_elsewhere(one, other).union(node for node, _ in led.wires)
        found = Carried(one.scenery, led.cards, led.wires, pills)
        if self._carried is None:
            self._carried = found
            return True
        if self._held is not None:
            (below, between), begins_to_move = self._held, found.but(self._carried)
            below.spoil(region_of(canvas, self._wire_extents(one, begins_to_move)))
            between.spoil(region_of(canvas, self._card_extents(one, begins_to_move)))
        self._carried = self._carried.and_(found)
        return True

    def _pills_elsewhere(self, one: Stage, other: Stage) -> frozenset[NodeId]:
        """The nodes on the wires into which pills are seen elsewhere."""
        canvas = self._canvas
        if canvas.camera.zoom < TEXT_FROM_ZOOM:
            return frozenset()
        _, size = sizes(canvas)
        view = canvas.camera.view(canvas.width(), canvas.height())
        found: Collection[NodeId] = other.scenery.pills.replaced(size)
        if not canvas.least:
            found = with_pills(other, found, canvas.camera.zoom)
        found = with_pills_near(canvas.spots, found, view, is_large=canvas.least > 0.0)
        return frozenset(node for node in found if one.pills_by_slot(node, size) != other.pills_by_slot(node, size))

    def spoil(self, region: QRegion | None) -> None:
        """A region of the canvas, or all of it, looks different now."""
        if region is None:
            self._held = None
        elif self._held is not None:
            for held in self._held:
                held.spoil(region)

    def paint(self, painter: QPainter) -> QRegion:
        """Paints the canvas; where something is left for the next time."""
        canvas, carried = self._canvas, self._carried
        assert carried is not None
        if self._held is None or not self._held[0].fits:
            self._held = Held(canvas), Held(canvas, is_clear=True)
        below, between = self._held
        owed = below.refresh(lambda painter, region: paint_below(painter, canvas, region, carried))
        owed += between.refresh(lambda painter, region: paint_between(painter, canvas, region, carried))
        return owed + paint_carried(painter, canvas, carried, below.copy_to, between.copy_to)

    def _is_plain(self) -> bool:
        """Whether nothing lies on all of it, or along wires."""
        canvas, session, view = self._canvas, self._canvas.session, self._canvas.session.scenery.view
        is_marked = session.selected_wire is not None or session.lit_wires or session.lens.is_usable
        has_frames = view is not None and view.frames  # around what may be carried
        return not (is_marked or has_frames or canvas.is_lit_unevenly)

    def _wire_extents(self, stage: Stage, found: Carried) -> Iterator[Rect]:
        """Where wires were seen at rest: below what is carried."""
        around = WIRE / min(self._canvas.camera.zoom, 1.0)
        for wire in found.wires:
            if (curve := stage.curve(*wire)) is not None:
                yield from (hull.grown(around) for hull in hull_rects(curve))

    def _card_extents(self, stage: Stage, found: Carried) -> Iterator[Rect]:
        """Where cards and pills were: between."""
        least, zoom = self._canvas.least, self._canvas.camera.zoom
        for node in found.cards:
            yield stage.rect(node).grown(max(CARD, 1.7 * least) / min(zoom, 1.0))
        for node in found.pills if zoom >= TEXT_FROM_ZOOM else ():
            yield from pills(self._canvas, stage, node)


def _differ_in_places_alone(one: Stage, other: Stage) -> bool:
    if one.trace is not other.trace or one.time != other.time or one.trace.troubles:
        return False
    return other.diagram.differs_in_places_alone(one.diagram)
