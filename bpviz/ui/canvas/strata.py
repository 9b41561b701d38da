"""The stage in strata, as it looks from where one is: wires below, cards and what stands beside them above.

What rests can be painted without what is carried by a hand, and the other way about: so what rests need not be painted
again at every move.  Nothing is carried most of the time; then nothing rests.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter, QRegion

from ...document.groups import Slot
from ...graph.graph import NodeId
from ...stage.geometry import Rect
from ...stage.scenery import Scenery
from ...stage.wires import Wire
from .extents import (
    AROUND,
    PILL,
    WIRE,
    cards_in,
    count_in,
    parts_of,
    pill_reach,
    pills,
    wired_in,
    wired_near,
    with_pills_in,
    with_pills_near,
)
from .foresight import sizes
from .middle_distance import (
    NEAR_FROM_ZOOM,
    TEXT_FROM_ZOOM,
    paint_middle_cards,
    paint_middle_tokens,
    with_pills,
)
from .painting import paint_cards, paint_tokens
from .recordings import CROWDED, FLEETING, GLIDING, HURRIED, LARGE, SMALL, STILL, Portion, Recorder, is_of_pixels
from .wire_painting import paint_wires

if TYPE_CHECKING:
    from .view import Canvas


_ALL_OF_IT = 0.9999  # of what was in view before


@dataclass(frozen=True)
class Carried:
    """What is seen to move while cards are carried: cards, wires that are led elsewhere, and the nodes on the wires
    into which pills stand elsewhere.  All else lies where it did `before`."""

    before: Scenery
    cards: frozenset[NodeId] = frozenset()
    wires: frozenset[Slot] = frozenset()
    pills: frozenset[NodeId] = frozenset()

    def and_(self, other: Carried) -> Carried:
        """All of both."""
        return Carried(self.before, self.cards | other.cards, self.wires | other.wires, self.pills | other.pills)

    def but(self, other: Carried) -> Carried:
        """What is not in the other."""
        return Carried(self.before, self.cards - other.cards, self.wires - other.wires, self.pills - other.pills)


def strata(painter: QPainter, canvas: Canvas, region: QRegion, carried: Carried | None) -> Strata:
    """What lies in a region of the canvas, for a painter whose units are those of the scene."""
    kind = _FromAfar if canvas.camera.zoom < TEXT_FROM_ZOOM else _Legible
    return kind(painter, canvas, region, carried)


class Strata(ABC):
    """What is to be painted with one painter."""

    def __init__(self, painter: QPainter, canvas: Canvas, region: QRegion, carried: Carried | None) -> None:
        self._painter, self._canvas, self._carried = painter, canvas, carried
        self._stage, self._view = canvas.session.stage, canvas.camera.view(canvas.width(), canvas.height())
        self._parts = parts_of(canvas, region)  # of many, what is around all of them
        self._is_whole = (QRegion(canvas.rect()) - region).isEmpty()  # all that is in view is to be painted
        self._light = canvas.light or canvas.kinship.light

    @abstractmethod
    def paint_resting_wires(self) -> None:
        """The wires that nobody carries."""

    @abstractmethod
    def paint_wires(self) -> None:
        """The others."""

    @abstractmethod
    def paint_resting_cards(self) -> None:
        """The cards that nobody carries, and the pills that stay."""

    @abstractmethod
    def paint_cards(self) -> None:
        """The others, and what happens now."""

    def owed(self) -> list[Rect]:
        """Where something was left for the next picture, because so much is new."""
        return []

    def _cards_carried(self) -> list[NodeId]:
        """Those in view, in the order in which they are painted."""
        scenery = self._stage.scenery
        cards = self._carried.cards if self._carried is not None else ()
        view = self._view.grown(AROUND)
        return self._in_order(card for card in cards if card in scenery.rects and view.touches(scenery.rects[card]))

    def _in_order(self, nodes: Iterable[NodeId]) -> list[NodeId]:
        scenery, last = self._stage.scenery, len(self._stage.scenery.rects)
        return sorted(nodes, key=lambda node: (scenery.place_of.get(node, last), node))  # those in groups come last


class _Legible(Strata):
    """From near, and from the middle distance."""

    def __init__(self, painter: QPainter, canvas: Canvas, region: QRegion, carried: Carried | None) -> None:
        super().__init__(painter, canvas, region, carried)
        self._is_near = bool(canvas.camera.zoom >= NEAR_FROM_ZOOM or canvas.least)
        self._has_painted_cards = False

    def owed(self) -> list[Rect]:
        recorder: Recorder | None = vars(self).get("_by_recordings")
        if recorder is None:
            return []
        if recorder.owes_wires:
            return [self._view]
        rects = list[Rect]()
        if not self._is_whole:  # of these a part may not have been painted
            rects += recorder.caught_up
            for node in recorder.placed:
                rects += pills(self._canvas, self._stage, node)
        if self._has_painted_cards:
            rects += self._next_waiting(recorder.next) + self._next_pills(recorder)
        return rects

    def _next_waiting(self, most: int) -> list[Rect]:
        """Where some of the cards and pills are that were left out, which are the next to be painted."""
        waiting, found = self._canvas.recordings.waiting, list[Rect]()
        while waiting and len(found) < most:
            place = waiting.pop(next(iter(waiting)))
            if self._view.touches(place):
                found.append(place)
        return found

    def _next_pills(self, recorder: Recorder) -> list[Rect]:
        """A few of the pills that were left out get their places, and are the next to be painted."""
        waiting, scenery, found = self._canvas.recordings.unplaced, self._stage.scenery, list[Rect]()
        for node in list(islice(waiting, SMALL.placed if recorder.has_time() else 1)):
            del waiting[node]
            if node in scenery.inputs and self._with_pills_near([node]):
                found += pills(self._canvas, self._stage, node)
        if waiting:  # the next picture goes on, though none of these may be in view
            found.append(Rect(self._view.x, self._view.y, 1.0, 1.0))
        return found

    def paint_resting_wires(self) -> None:
        if (carried := self._carried) is not None:
            self._paint_wires(self._wired, self._by_recordings, lambda wire: wire.enters not in carried.wires)

    def paint_wires(self) -> None:
        if self._canvas.heat.is_on:
            self._canvas.heat.paint(self._painter, self._cards_but(()))
        if self._carried is None:
            self._paint_wires(self._wired, self._by_recordings)
        else:
            wires = self._carried.wires
            wired = self._seen_of({node for node, _ in wires})
            self._paint_wires(wired, self._in_passing, lambda wire: wire.enters in wires)

    def paint_resting_cards(self) -> None:
        if (carried := self._carried) is not None:
            self._paint_cards(self._cards_but(carried.cards), self._wired_but(carried.pills), self._by_recordings)

    def paint_cards(self) -> None:
        if self._carried is None:
            self._paint_cards(self._cards_but(()), self._wired_but(()), self._by_recordings)
        else:
            self._paint_cards(self._cards_carried(), self._seen_of(self._carried.pills), self._in_passing)
        if self._is_near:
            paint_tokens(self._painter, self._stage, self._canvas.theme, self._canvas.least)
        else:
            paint_middle_tokens(self._painter, self._stage, self._canvas.theme, self._canvas.camera.zoom)

    # Which

    def _cards_but(self, others: Collection[NodeId]) -> list[NodeId]:
        return [node for node in cards_in(self._canvas.spots, self._view, self._parts) if node not in others]

    def _wired_but(self, others: Collection[NodeId]) -> list[NodeId]:
        return [node for node in self._wired if node not in others]

    @cached_property
    def _wired(self) -> list[NodeId]:
        return wired_in(self._canvas.spots, self._view, self._parts, is_large=self._canvas.least > 0.0)

    def _seen_of(self, wired: Iterable[NodeId]) -> list[NodeId]:
        """Those of some nodes into which wires run that are in view, at least partly."""
        near = self._view.grown(pill_reach(self._canvas.spots, is_large=self._canvas.least > 0.0))
        return self._in_order(wired_near(self._stage.scenery, near, wired))

    def _with_pills_near(self, wired: Iterable[NodeId]) -> list[NodeId]:
        return with_pills_near(self._canvas.spots, wired, self._view, is_large=self._canvas.least > 0.0)

    # How

    @cached_property
    def _by_recordings(self) -> Recorder | None:
        canvas = self._canvas
        looks_on, is_still = canvas.recordings.seen_before(self._view), canvas.recordings.is_still(self._stage)
        is_carried = canvas.looking.is_gliding or canvas.session.playback.is_moving
        if is_carried and looks_on < HURRIED:
            return self._recorder(GLIDING)
        if is_still and looks_on > _ALL_OF_IT and canvas.gesture is None:
            return self._recorder(STILL)
        return self._recorder(LARGE if count_in(canvas.spots, self._view) <= CROWDED else SMALL)

    @cached_property
    def _in_passing(self) -> Recorder | None:
        return self._recorder(FLEETING)

    def _recorder(self, portion: Portion) -> Recorder | None:
        if not is_of_pixels(self._painter):
            return None
        return Recorder(self._painter, self._canvas.recordings, self._stage.scenery, portion)

    def _paint_wires(
        self,
        wired: Iterable[NodeId],
        recorder: Recorder | None,
        is_wanted: Callable[[Wire], bool] = lambda wire: True,
    ) -> None:
        painter, stage, theme, parts = self._painter, self._stage, self._canvas.theme, self._parts_of_wires
        paint_wires(painter, stage, wired, theme, self._light, recorder, parts, is_wanted)

    @cached_property
    def _parts_of_wires(self) -> list[Rect]:
        """Where a wire is seen, though it be only its edge or its arrow."""
        around = WIRE / min(self._canvas.camera.zoom, 1.0)
        return [part.grown(around) for part in self._parts]

    def _paint_cards(self, nodes: Iterable[NodeId], wired: Collection[NodeId], recorder: Recorder | None) -> None:
        painter, stage, theme, least = self._painter, self._stage, self._canvas.theme, self._canvas.least
        self._has_painted_cards = True
        if recorder is not None and recorder.owes_wires:  # no pills on wires that are not there yet
            wired = [node for node in wired if node in self._canvas.recordings.wired]
        if least:
            wired = self._with_pills_near(wired)
        else:
            seen, parts = with_pills(stage, wired, self._canvas.camera.zoom), [part.grown(PILL) for part in self._parts]
            wired = with_pills_in(stage, self._canvas.spots, seen, self._view, parts, sizes(self._canvas)[1])
        if self._is_near:
            paint_cards(painter, stage, theme, nodes, wired, least=least, light=self._light, recorder=recorder)
        else:
            zoom = self._canvas.camera.zoom
            paint_middle_cards(painter, stage, theme, nodes, wired, zoom, self._light, recorder)


class _FromAfar(Strata):
    """Blocks of colour, and thin lines."""

    def paint_resting_wires(self) -> None:
        if self._carried is not None:
            self._canvas.far.paint_wires(self._painter, self._light, self._parts, self._carried)

    def paint_wires(self) -> None:
        if self._carried is None:
            self._canvas.far.paint_wires(self._painter, self._light, self._parts)
        else:
            self._canvas.far.paint_these_wires(self._painter, self._carried.wires)

    def paint_resting_cards(self) -> None:
        if self._carried is not None:
            self._canvas.far.paint_cards(self._painter, self._light, self._parts, self._carried)

    def paint_cards(self) -> None:
        if self._carried is None:
            self._canvas.far.paint_cards(self._painter, self._light, self._parts)
        else:
            self._canvas.far.paint_these_cards(self._painter, self._cards_carried())
        self._canvas.far.paint_action(self._painter)
