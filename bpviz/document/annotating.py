"""Edits of what stands beside a graph, as pure functions Diagram → Diagram: frames, notes, points of wires, pins."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from ..graph.graph import NodeId
from ..graph.layout import Position
from ..ops import numerals
from .annotations import LONGEST_NOTE, LONGEST_TITLE, AnnotationId, Frame, Note, Route, Tint, next_annotation
from .diagram import Diagram
from .edits import EditError

LEAST_FRAME = (120.0, 72.0)
LEAST_NOTE_WIDTH = 80.0


def next_id(diagram: Diagram) -> AnnotationId:
    """The id that the next added frame or note will have."""
    return next_annotation((*diagram.frames, *diagram.notes))


def add_frame(diagram: Diagram, title: str, at: Position, size: tuple[float, float]) -> Diagram:
    """Adds a frame in front of the other frames; it will have the id `next_id(diagram)`."""
    frame = Frame(next_id(diagram), _title(title), *at, *_at_least(size))
    return replace(diagram, frames=(*diagram.frames, frame))


def add_note(diagram: Diagram, text: str, at: Position, size: tuple[float, float]) -> Diagram:
    """Adds a note; it will have the id `next_id(diagram)`."""
    note = Note(next_id(diagram), _text(text), *at, *size)
    return replace(diagram, notes=(*diagram.notes, note))


def retitle(diagram: Diagram, frame: AnnotationId, title: str) -> Diagram:
    """Another title for a frame, or none."""
    return _with_frame(diagram, frame, title=_title(title))


def set_tint(diagram: Diagram, annotations: Collection[AnnotationId], tint: Tint) -> Diagram:
    """Another colour for some frames."""
    frames = tuple(replace(held, tint=tint) if held.id in annotations else held for held in diagram.frames)
    return diagram if frames == diagram.frames else replace(diagram, frames=frames)


def resize_frame(diagram: Diagram, frame: AnnotationId, at: Position, size: tuple[float, float]) -> Diagram:
    """Another place and size for a frame; its content stays where it is."""
    width, height = _at_least(size)
    return _with_frame(diagram, frame, x=at[0], y=at[1], width=width, height=height)


def rewrite_note(diagram: Diagram, note: AnnotationId, text: str, height: float) -> Diagram:
    """Another text in a note, which needs another height.  A note without a text is no note, and goes."""
    if not text.strip():
        return remove(diagram, {note})
    return _with_note(diagram, note, text=_text(text), height=height)


def resize_note(diagram: Diagram, note: AnnotationId, width: float, height: float) -> Diagram:
    """Another width for a note, in which its text needs another height."""
    return _with_note(diagram, note, width=max(width, LEAST_NOTE_WIDTH), height=height)


def remove(diagram: Diagram, annotations: Collection[AnnotationId]) -> Diagram:
    """Without some frames and notes; the content of the frames stays."""
    frames = tuple(held for held in diagram.frames if held.id not in annotations)
    notes = tuple(held for held in diagram.notes if held.id not in annotations)
    if len(frames) + len(notes) == len(diagram.frames) + len(diagram.notes):
        return diagram
    return replace(diagram, frames=frames, notes=notes)


def _with_frame(diagram: Diagram, frame: AnnotationId, **changes: object) -> Diagram:
    frames = tuple(replace(held, **changes) if held.id == frame else held for held in diagram.frames)  # type: ignore[arg-type]
    return diagram if frames == diagram.frames else replace(diagram, frames=frames)


def _with_note(diagram: Diagram, note: AnnotationId, **changes: object) -> Diagram:
    notes = tuple(replace(held, **changes) if held.id == note else held for held in diagram.notes)  # type: ignore[arg-type]
    return diagram if notes == diagram.notes else replace(diagram, notes=notes)


def _at_least(size: tuple[float, float]) -> tuple[float, float]:
    return max(size[0], LEAST_FRAME[0]), max(size[1], LEAST_FRAME[1])


def _title(title: str) -> str:
    told = " ".join(title.split())
    if len(told) > LONGEST_TITLE:
        raise EditError(f"a title has at most {LONGEST_TITLE} characters; this one has {len(told):,}")
    return told


def _text(text: str) -> str:
    if len(text) > LONGEST_NOTE:
        raise EditError(f"a note has at most {LONGEST_NOTE:,} characters; this one has {len(text):,}")
    return text.strip("\n").rstrip()


# The points that wires go through


def points_of(diagram: Diagram, target: NodeId, slot: int) -> tuple[Position, ...]:
    """The points that the wire into a slot goes through."""
    return next((route.points for route in diagram.routes if route.wire == (target, slot)), ())


def add_bend(diagram: Diagram, target: NodeId, slot: int, place: int, at: Position) -> Diagram:
    """One more point on the way of a wire, before the one that has the number `place`."""
    points = points_of(diagram, target, slot)
    return _with_points(diagram, target, slot, (*points[:place], at, *points[place:]))


def move_bend(diagram: Diagram, target: NodeId, slot: int, place: int, at: Position) -> Diagram:
    """Puts a point of a wire elsewhere."""
    points = points_of(diagram, target, slot)
    if place >= len(points) or points[place] == at:
        return diagram
    return _with_points(diagram, target, slot, (*points[:place], at, *points[place + 1 :]))


def remove_bend(diagram: Diagram, target: NodeId, slot: int, place: int) -> Diagram:
    """Takes a point off a wire."""
    points = points_of(diagram, target, slot)
    if place >= len(points):
        return diagram
    return _with_points(diagram, target, slot, (*points[:place], *points[place + 1 :]))


def _with_points(diagram: Diagram, target: NodeId, slot: int, points: tuple[Position, ...]) -> Diagram:
    source = diagram.graph.nodes[target].inputs[slot]
    if source is None:
        raise EditError("there is no wire to bend")
    others = tuple(route for route in diagram.routes if route.wire != (target, slot))
    return replace(diagram, routes=(*others, Route(source, target, slot, points)) if points else others)


# Pins


def pin(diagram: Diagram, nodes: Iterable[NodeId]) -> Diagram:
    """Pins some cards: arranging automatically leaves them where they are."""
    return replace(diagram, pinned=diagram.pinned | frozenset(nodes))


def unpin(diagram: Diagram, nodes: Iterable[NodeId]) -> Diagram:
    """Lets some cards be arranged again."""
    return replace(diagram, pinned=diagram.pinned - frozenset(nodes))


def told(diagram: Diagram, annotations: Collection[AnnotationId]) -> str:
    """Some frames and notes in words: 'a frame', '2 frames and a note'."""
    frames = sum(held.id in annotations for held in diagram.frames)
    notes = sum(held.id in annotations for held in diagram.notes)
    parts = [numerals.count(number, kind) for number, kind in ((frames, "frame"), (notes, "note")) if number]
    return " and ".join(parts)
