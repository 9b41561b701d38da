"""Where frames and notes lie, what is in a frame, and what a hand can take hold of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Flag, auto

from ..document.annotations import AnnotationId, Frame, Note
from ..document.diagram import Diagram
from ..document.groups import GroupId, levels_in_view
from ..graph.graph import NodeId
from .geometry import Point, Rect

TITLE_HEIGHT = 30.0
FRAME_ROOM = 22.0  # between the edge of a frame and what was selected when it was drawn
NOTE_PADDING = 8.0
HARDLY = 0.5  # what sticks out of a frame by less still lies in it


class Side(Flag):
    """The edges of a rectangle; two of them are a corner."""

    LEFT = auto()
    TOP = auto()
    RIGHT = auto()
    BOTTOM = auto()


NO_SIDE = Side(0)


def rect_of(held: Frame | Note) -> Rect:
    """Where a frame or note lies."""
    return Rect(held.x, held.y, held.width, held.height)


def annotations_of(diagram: Diagram, inside: GroupId | None = None) -> Mapping[AnnotationId, Frame | Note]:
    """The frames and notes seen from within a group, or from outside of all, from the hindmost to the foremost."""
    if not diagram.frames and not diagram.notes:
        return {}
    levels = levels_in_view(diagram.groups, inside)
    return {held.id: held for held in diagram.annotations if held.group in levels}


def annotations_in_words(diagram: Diagram, inside: GroupId | None = None) -> str:
    """The titles of frames and the texts of notes, for those who cannot see them; empty if there are none."""
    beside = annotations_of(diagram, inside).values()
    titles = ", ".join(held.title for held in beside if isinstance(held, Frame) and held.title)
    parts = [f"Frames: {titles}."] if titles else []
    return " ".join([*parts, *(f"Note: {held.text}" for held in beside if isinstance(held, Note))])


def title_bar(frame: Frame) -> Rect:
    """Where the title of a frame stands, and where it can be taken hold of."""
    return Rect(frame.x, frame.y, frame.width, TITLE_HEIGHT)


def frame_around(places: Iterable[Rect]) -> Rect | None:
    """The frame for some things: around them, with room for its title; None around nothing."""
    whole: Rect | None = None
    for place in places:
        whole = place if whole is None else whole.united(place)
    if whole is None:
        return None
    grown = whole.grown(FRAME_ROOM)
    return Rect(grown.x, grown.y - TITLE_HEIGHT, grown.width, grown.height + TITLE_HEIGHT)


def content(
    diagram: Diagram, rects: Mapping[NodeId, Rect], frame: Frame, inside: GroupId | None = None
) -> tuple[frozenset[NodeId], frozenset[AnnotationId]]:
    """The cards, and the frames and notes, that lie wholly in a frame."""
    box = rect_of(frame).grown(HARDLY)
    cards = frozenset(node for node, rect in rects.items() if _encloses(box, rect))
    beside = frozenset(
        id_
        for id_, held in annotations_of(diagram, inside).items()
        if id_ != frame.id and _encloses(box, rect_of(held))
    )
    return cards, beside


def enclosed(diagram: Diagram, area: Rect, inside: GroupId | None = None) -> frozenset[AnnotationId]:
    """The frames and notes that lie wholly in an area: a frame is not selected by selecting in it."""
    return frozenset(id_ for id_, held in annotations_of(diagram, inside).items() if _encloses(area, rect_of(held)))


def _encloses(outer: Rect, inner: Rect) -> bool:
    return outer.x <= inner.x and outer.y <= inner.y and inner.right <= outer.right and inner.bottom <= outer.bottom


def grip_at(
    diagram: Diagram, point: Point, reach: float, inside: GroupId | None = None
) -> tuple[Frame | Note, Side] | None:
    """The foremost frame or note that can be taken hold of at a point, and by which of its sides; by none where it is
    moved: anywhere on a note, on the title of a frame.  `reach` is how near to an edge is at the edge.
    """
    for held in reversed([*annotations_of(diagram, inside).values()]):  # notes first: they lie in front of frames
        rect = rect_of(held)
        if isinstance(held, Note):
            if rect.grown(reach / 2).contains(point):
                return held, Side.RIGHT if point[0] > rect.right - reach else NO_SIDE
        elif side := _side_at(rect, point, reach):
            return held, side
        elif title_bar(held).contains(point):
            return held, NO_SIDE
    return None


def _side_at(rect: Rect, point: Point, reach: float) -> Side:
    if not rect.grown(reach).contains(point):
        return NO_SIDE
    found = NO_SIDE
    for side, distance in (
        (Side.LEFT, point[0] - rect.x),
        (Side.TOP, point[1] - rect.y),
        (Side.RIGHT, rect.right - point[0]),
        (Side.BOTTOM, rect.bottom - point[1]),
    ):
        if abs(distance) <= reach:
            found |= side
    return found


def resized(rect: Rect, side: Side, dx: float, dy: float, least: tuple[float, float]) -> Rect:
    """A rectangle of which some sides are pulled; the others stay, and it never gets smaller than `least`."""
    left, top, right, bottom = rect.x, rect.y, rect.right, rect.bottom
    if Side.LEFT in side:
        left = min(left + dx, right - least[0])
    if Side.RIGHT in side:
        right = max(right + dx, left + least[0])
    if Side.TOP in side:
        top = min(top + dy, bottom - least[1])
    if Side.BOTTOM in side:
        bottom = max(bottom + dy, top + least[1])
    return Rect(left, top, right - left, bottom - top)
