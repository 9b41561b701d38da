"""Cards on their way from one arrangement to another: a scenery between two.

Where something is on the way follows from the two arrangements and from how far it has come.  Cards go along straight
lines; a wire's ends stay on their ports, and its route turns into the other one point by point.  Where wires will lead
another way, the ports go along from one edge of a card to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..document.annotations import Frame
from ..document.diagram import Diagram
from ..engine.trace import Trace
from ..graph.graph import NodeId
from .geometry import Curve, Point, Rect
from .pill_places import PillPlaces, Placed, Slot
from .scenery import Scenery

MOST_INTERRUPTED = 3  # ways that begin where another one was broken off; the next begins at that one's goal


class Between(Scenery):
    """The scenery when a part `way`, from 0 to 1, of the way from `start` to `goal` is done.

    Both show the same nodes and wires from the same place; what only one of them shows is where the goal has it.
    """

    depth: int
    goal: Scenery

    def __init__(self, start: Scenery, goal: Scenery, way: float, frames: tuple[Frame, ...] = ()) -> None:
        """`frames` are those at the start."""
        vars(self).update(vars(goal))  # what is wired and grouped; all places follow below
        self._frames = {frame.id: frame for frame in frames}
        broken_off: int = start.depth if isinstance(start, Between) else 0
        self._start: Scenery = start.goal if isinstance(start, Between) and broken_off >= MOST_INTERRUPTED else start
        self.depth = min(broken_off, MOST_INTERRUPTED - 1) + 1
        self.goal, self.way = goal, way
        self.rects = {node: self._rect(start.rects.get(node, rect), rect) for node, rect in goal.rects.items()}
        if goal.view is not None:
            places = self.rects
            cards = {face: replace(held, at=(places[face].x, places[face].y)) for face, held in goal.view.cards.items()}
            self.view = replace(goal.view, cards=cards)
        self.boxes = np.array([(r.x, r.y, r.right, r.bottom) for r in self.rects.values()]).reshape(-1, 4)
        vars(self).pop("wire_boxes", None)
        vars(self).pop("wire_spans", None)
        self._curves = {}
        self.kept = None if goal.kept is None else goal.kept.elsewhere()
        self.pills = _PillsBetween(self, self._start.pills, goal.pills)
        self._posed: tuple[Diagram, Diagram] | None = None

    def posed(self, diagram: Diagram) -> Diagram:
        """The diagram with its frames where they are now; the places in it stay those of the goal."""
        if self._posed is None or self._posed[0] is not diagram:
            frames = []
            for frame in diagram.frames:
                old = self._frames.get(frame.id, frame)
                x, y = self.mixed((old.x, old.y), (frame.x, frame.y))
                width, height = self.mixed((old.width, old.height), (frame.width, frame.height))
                frames.append(replace(frame, x=x, y=y, width=width, height=height))
            self._posed = diagram, replace(diagram, frames=tuple(frames)) if frames else diagram
        return self._posed[1]

    @property
    def curves(self) -> list[Curve]:
        found = (self.curve(*wire) for wire in self.wires)
        return [curve for curve in found if curve is not None]

    def mixed(self, start: Point, goal: Point) -> Point:
        """A point on the way."""
        return start[0] + (goal[0] - start[0]) * self.way, start[1] + (goal[1] - start[1]) * self.way

    def _rect(self, start: Rect, goal: Rect) -> Rect:
        return Rect(*self.mixed((start.x, start.y), (goal.x, goal.y)), goal.width, goal.height)

    def in_port(self, node: NodeId, slot: int) -> Point:
        return self.mixed(self._start.in_port(node, slot), self.goal.in_port(node, slot))

    def out_port(self, node: NodeId) -> Point:
        return self.mixed(self._start.out_port(node), self.goal.out_port(node))

    def _route(self, source: NodeId, target: NodeId, slot: int) -> Curve:
        start, goal = self._start.curve(target, slot), self.goal.curve(target, slot)
        if start is None or goal is None:
            return self.course.between(self.out_port(source), self.in_port(target, slot))
        pieces = max(start.pieces, goal.pieces)
        pairs = zip(start.cut(pieces).points, goal.cut(pieces).points, strict=True)
        return Curve(tuple(self.mixed(one, other) for one, other in pairs))


class _PillsBetween(PillPlaces):
    """What each says is what it says at the goal; its middle is on the way from one place to the other."""

    def __init__(self, scenery: Between, start: PillPlaces, goal: PillPlaces) -> None:
        super().__init__(scenery)
        self._between, self._start, self._goal = scenery, start, goal
        self.reach = max(start.reach, goal.reach)

    def may_stand_in(self, target: NodeId, place: Rect) -> bool:
        return True  # they are on the way from anywhere

    def into(self, trace: Trace, target: NodeId, size: float = 1.0) -> Mapping[Slot, Placed]:
        before = self._start.into(trace, target, size)
        return {
            slot: replace(pill, rect=self._rect(before[slot].rect if slot in before else pill.rect, pill.rect))
            for slot, pill in self._goal.into(trace, target, size).items()
        }

    def _rect(self, start: Rect, goal: Rect) -> Rect:
        x, y = self._between.mixed(
            (start.x + start.width / 2, start.y + start.height / 2),
            (goal.x + goal.width / 2, goal.y + goal.height / 2),
        )
        return Rect(x - goal.width / 2, y - goal.height / 2, goal.width, goal.height)
