"""Frames, notes, points of wires and pins as a file has them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from .annotating import LEAST_FRAME, LEAST_NOTE_WIDTH
from .annotations import LONGEST_NOTE, LONGEST_TITLE, Frame, Note, Route, Tint
from .atomic import FileError
from .diagram import Diagram

FARTHEST = 1e9  # scene units; a chain of 100,000 cards is 3·10⁷ long

_Id: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
_Far: TypeAlias = Annotated[float, msgspec.Meta(ge=-FARTHEST, le=FARTHEST)]
_Extent: TypeAlias = Annotated[float, msgspec.Meta(gt=0, le=FARTHEST)]
_Box: TypeAlias = tuple[_Far, _Far, _Extent, _Extent]


class FrameRecord(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A frame; `box` is its left, top, width and height."""

    id: _Id
    box: _Box
    title: Annotated[str, msgspec.Meta(max_length=LONGEST_TITLE)] = ""
    tint: Literal["grey", "green", "teal", "violet", "rose"] = "grey"
    group: _Id | None = None


class NoteRecord(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A note; `box` is its left, top, width and height."""

    id: _Id
    box: _Box
    text: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE)]
    group: _Id | None = None


class RouteRecord(msgspec.Struct, forbid_unknown_fields=True):
    """The points that the wire from node `source` into a slot of node `target` goes through."""

    source: _Id
    target: _Id
    slot: Annotated[int, msgspec.Meta(ge=0)]
    points: Annotated[list[tuple[_Far, _Far]], msgspec.Meta(min_length=1)]


def records(diagram: Diagram) -> list[tuple[str, list[Any]]]:
    """What a file says of a diagram's annotations, by field; nothing of those that there are none of."""
    frames = [FrameRecord(f.id, (f.x, f.y, f.width, f.height), f.title, f.tint.value, f.group) for f in diagram.frames]
    notes = [NoteRecord(n.id, (n.x, n.y, n.width, n.height), n.text, n.group) for n in diagram.notes]
    routes = [RouteRecord(r.source, r.target, r.slot, list(r.points)) for r in diagram.routes]
    fields: list[tuple[str, list[Any]]] = [
        ("frames", frames), ("notes", notes), ("routes", routes), ("pinned", sorted(diagram.pinned)),
    ]  # fmt: skip
    return [(name, held) for name, held in fields if held]


def frames_of(stored: list[FrameRecord]) -> tuple[Frame, ...]:
    """Frames as a diagram has them, none smaller than a hand can hold."""
    wide, high = LEAST_FRAME
    return tuple(
        Frame(f.id, f.title, *f.box[:2], max(f.box[2], wide), max(f.box[3], high), Tint(f.tint), f.group)
        for f in stored
    )


def notes_of(stored: list[NoteRecord]) -> tuple[Note, ...]:
    """Notes as a diagram has them."""
    return tuple(Note(n.id, n.text, *n.box[:2], max(n.box[2], LEAST_NOTE_WIDTH), n.box[3], n.group) for n in stored)


def routes_of(stored: list[RouteRecord]) -> tuple[Route, ...]:
    """Routes as a diagram has them."""
    return tuple(Route(r.source, r.target, r.slot, tuple(r.points)) for r in stored)


def check(frames: list[FrameRecord], notes: list[NoteRecord], routes: list[RouteRecord], diagram: Diagram) -> None:
    """Raises FileError for two annotations of one id or in a group that there is not, and for routes of what is not
    there."""
    seen: set[int] = set()
    groups = {None, *(group.id for group in diagram.groups)}
    both = ("frames", [(held.id, held.group) for held in frames]), ("notes", [(held.id, held.group) for held in notes])
    for name, held in both:
        for number, (id_, group) in enumerate(held):
            if id_ in seen:
                raise FileError(f"two annotations have the id {id_} - at $.{name}[{number}].id")
            if group not in groups:
                raise FileError(f"there is no group {group} - at $.{name}[{number}].group")
            seen.add(id_)
    there = {(route.source, *route.wire) for route in diagram.routes}
    wires: set[tuple[int, int]] = set()
    for number, route in enumerate(routes):
        if (route.source, route.target, route.slot) not in there:
            raise FileError(f"there is no such wire - at $.routes[{number}]")
        if (route.target, route.slot) in wires:
            raise FileError(f"a wire has two routes - at $.routes[{number}]")
        wires.add((route.target, route.slot))
