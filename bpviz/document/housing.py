"""Frames and notes go into groups with the cards that they hold, come out with them, and follow them.

How large a card is painted is no part of a document: a frame holds a card if the middle of its room lies in it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from ..graph.graph import NodeId
from ..graph.layout import CARD_ROOM, Position
from .annotations import AnnotationId, Frame, Marked, Note
from .diagram import Diagram
from .groups import GroupId, GroupTree


def seen_at(diagram: Diagram, level: GroupId | None) -> Mapping[NodeId, Position]:
    """For every node of a level, the top left corner of the card on which it is seen there: its own, or its group's."""
    if not diagram.groups:
        return diagram.positions
    tree = GroupTree(diagram.groups)
    depth = len(tree.chain(level))
    places = {**diagram.positions} if level is None else {node: diagram.positions[node] for node in tree.within(level)}
    for node in places.keys() & tree.home.keys():
        shut = next((group for group in tree.chain_of(node)[depth:] if not group.is_open), None)
        if shut is not None:
            places[node] = shut.at
    return places


def _holds(frame: Frame, at: Position) -> bool:
    return (
        frame.x <= at[0] <= frame.x + frame.width - CARD_ROOM[0] / 2
        and frame.y <= at[1] <= frame.y + frame.height - CARD_ROOM[1] / 2
    )


def _lies_in(held: Frame | Note, frame: Frame) -> bool:
    return (
        frame.x <= held.x
        and frame.y <= held.y
        and held.x + held.width <= frame.x + frame.width
        and held.y + held.height <= frame.y + frame.height
    )


# In and out


def going_along(
    diagram: Diagram, nodes: Collection[NodeId], level: GroupId | None, also: Collection[AnnotationId] = ()
) -> frozenset[AnnotationId]:
    """The frames and notes of a level that go where some nodes go: frames that hold these and no others, what lies in
    such frames, and those that are `also` meant."""
    there = [held for held in diagram.annotations if held.group == level]
    if not there:
        return frozenset()
    places = seen_at(diagram, level)
    going = {held.id for held in there if held.id in also}
    for frame in there:
        if isinstance(frame, Frame):
            content = [node for node, at in places.items() if _holds(frame, at)]
            if content and all(node in nodes for node in content):
                going.add(frame.id)
    frames = [frame for frame in there if isinstance(frame, Frame) and frame.id in going]
    return frozenset(going.union(held.id for held in there if any(_lies_in(held, frame) for frame in frames)))


def housed(diagram: Diagram, annotations: Collection[AnnotationId], group: GroupId | None) -> Diagram:
    """Puts some frames and notes into a group, or outside of all."""
    if not annotations:
        return diagram

    def put(held: Marked) -> Marked:
        return replace(held, group=group) if held.id in annotations else held

    return replace(diagram, frames=tuple(map(put, diagram.frames)), notes=tuple(map(put, diagram.notes)))


def of_group(diagram: Diagram, group: GroupId) -> frozenset[AnnotationId]:
    """The frames and notes that lie in a group, and in none within it."""
    return frozenset(held.id for held in diagram.annotations if held.group == group)


# Following


def followed(before: Diagram, after: Diagram) -> tuple[Frame, ...]:
    """The frames around the same cards as before, with the same margins, wherever these have gone."""
    levels = {frame.group for frame in before.frames}
    places = {level: (seen_at(before, level), seen_at(after, level)) for level in levels}
    return tuple(_following(frame, *places[frame.group]) for frame in before.frames)


def _following(frame: Frame, old: Mapping[NodeId, Position], new: Mapping[NodeId, Position]) -> Frame:
    held = [node for node, at in old.items() if node in new and _holds(frame, at)]
    if not held:
        return frame
    (left, top, right, bottom), there = _extent(held, old), _extent(held, new)
    return replace(
        frame,
        x=frame.x + there[0] - left,
        y=frame.y + there[1] - top,
        width=frame.width + (there[2] - there[0]) - (right - left),
        height=frame.height + (there[3] - there[1]) - (bottom - top),
    )


def _extent(nodes: Collection[NodeId], at: Mapping[NodeId, Position]) -> tuple[float, float, float, float]:
    """The least and the greatest x and y of corners: left, top, right, bottom."""
    xs, ys = [at[node][0] for node in nodes], [at[node][1] for node in nodes]
    return min(xs), min(ys), max(xs), max(ys)
