"""What people put beside a graph so that it reads well: frames, notes, and points that wires go through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias, TypeVar

from ..graph.graph import NodeId
from ..graph.layout import Position
from ..graph.structure import Structure
from .groups import Group, GroupId

AnnotationId: TypeAlias = int  # frames and notes are numbered together
LONGEST_NOTE, LONGEST_TITLE = 5_000, 200  # characters


class Tint(Enum):
    """The colours of frames.  Blue and orange are not among them: they mean values and gradients."""

    GREY = "grey"
    GREEN = "green"
    TEAL = "teal"
    VIOLET = "violet"
    ROSE = "rose"


@dataclass(frozen=True, slots=True)
class Frame:
    """A titled rectangle behind the cards.  What lies in it is its content, and goes where it goes.

    It is seen where the cards of its `group` are seen, or outside of all groups.
    """

    id: AnnotationId
    title: str
    x: float
    y: float
    width: float
    height: float
    tint: Tint = Tint.GREY
    group: GroupId | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A text beside the cards, with mathematics between dollar signs.  `height` is what it needs in its width."""

    id: AnnotationId
    text: str
    x: float
    y: float
    width: float
    height: float
    group: GroupId | None = None


Marked = TypeVar("Marked", Frame, Note)


@dataclass(frozen=True, slots=True)
class Route:
    """The points that a wire goes through on its way from `source` into a slot of `target`."""

    source: NodeId
    target: NodeId
    slot: int
    points: tuple[Position, ...]

    @property
    def wire(self) -> tuple[NodeId, int]:
        """The wire, by the input that it enters."""
        return self.target, self.slot


def kept_routes(routes: tuple[Route, ...], structure: Structure) -> tuple[Route, ...]:
    """The routes of wires that are still there, and still come from where they came from."""
    kept = tuple(route for route in routes if _is_wired(route, structure))
    return routes if len(kept) == len(routes) else kept


def _is_wired(route: Route, structure: Structure) -> bool:
    inputs = structure.inputs.get(route.target, ())
    return route.slot < len(inputs) and inputs[route.slot] == route.source


def kept_in(held: tuple[Marked, ...], groups: tuple[Group, ...]) -> tuple[Marked, ...]:
    """The frames or notes without those whose group is gone."""
    if all(one.group is None for one in held):
        return held
    there = {group.id for group in groups}
    return tuple(one for one in held if one.group is None or one.group in there)


def carried_by(held: tuple[Marked, ...], old: tuple[Group, ...], new: tuple[Group, ...]) -> tuple[Marked, ...]:
    """Frames or notes, of which those in groups have moved as the cards of their groups have."""
    if all(one.group is None for one in held):
        return held
    before, after = ({group.id: group.at for group in groups} for groups in (old, new))
    return tuple(
        replace(one, x=one.x + after[id_][0] - before[id_][0], y=one.y + after[id_][1] - before[id_][1])
        if (id_ := one.group) is not None and after[id_] != before[id_]
        else one
        for one in held
    )


def next_annotation(annotations: Iterable[Frame | Note]) -> AnnotationId:
    """The id that the next frame or note will have."""
    return max((held.id for held in annotations), default=0) + 1
