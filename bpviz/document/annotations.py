"""What people put beside a graph so that it reads well: frames, notes, and points that wires go through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from ..graph.graph import NodeId
from ..graph.layout import Position
from ..graph.structure import Structure

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
    """A titled rectangle behind the cards.  What lies in it is its content, and goes where it goes."""

    id: AnnotationId
    title: str
    x: float
    y: float
    width: float
    height: float
    tint: Tint = Tint.GREY


@dataclass(frozen=True, slots=True)
class Note:
    """A text beside the cards, with mathematics between dollar signs.  `height` is what it needs in its width."""

    id: AnnotationId
    text: str
    x: float
    y: float
    width: float
    height: float


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


def next_annotation(annotations: Iterable[Frame | Note]) -> AnnotationId:
    """The id that the next frame or note will have."""
    return max((held.id for held in annotations), default=0) + 1
