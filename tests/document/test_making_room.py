"""Room for a card that was put into a wire."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from random import Random

import pytest

from bpviz.document.annotations import Frame, Route
from bpviz.document.arranging import Box
from bpviz.document.diagram import Diagram
from bpviz.document.making_room import Room, made, room_for
from bpviz.graph.graph import NodeId
from bpviz.graph.layout import ROOMS, Direction
from bpviz.graph.parse import parse
from bpviz.stage.scenery import Scenery

GAP = {direction: ROOMS[direction].column_gap for direction in Direction}
NEW, SOURCE, TARGET = 1, 2, 3


def box(x: float, y: float, direction: Direction = Direction.RIGHT) -> Box:
    """A card at a place along the wires and across them."""
    return (y, x, 168.0, 84.0) if direction.is_down else (x, y, 168.0, 84.0)


def nothing(_card: NodeId) -> Collection[NodeId]:
    return ()


def meet(one: Box, other: Box) -> bool:
    return all(one[i] < other[i] + other[i + 2] and other[i] < one[i] + one[i + 2] for i in (0, 1))


def put(cards: dict[NodeId, Box], room: Room) -> dict[NodeId, Box]:
    ways = dict.fromkeys(room.others, room.way) | {NEW: room.card}
    return {
        card: (at[0] + dx, at[1] + dy, *at[2:]) for card, at in cards.items() for dx, dy in [ways.get(card, (0.0, 0.0))]
    }


@pytest.mark.parametrize("direction", Direction)
def test_a_column_opens_where_there_is_none(direction: Direction) -> None:
    length = 84.0 if direction.is_down else 168.0
    cards = {
        NEW: box(length / 2, 0.0, direction), SOURCE: box(0.0, 0.0, direction),
        TARGET: box(length + GAP[direction], 0.0, direction),
    }  # fmt: skip
    room = room_for(NEW, SOURCE, TARGET, cards, nothing, (), direction)
    axis = 1 if direction.is_down else 0
    there = put(cards, room)
    assert there[NEW][axis] == length + GAP[direction]
    assert there[TARGET][axis] == 2 * (length + GAP[direction])
    assert room.others == {TARGET}


def test_where_there_is_room_nothing_moves() -> None:
    cards = {NEW: box(240.0, 0.0), SOURCE: box(0.0, 0.0), TARGET: box(480.0, 0.0)}
    assert not room_for(NEW, SOURCE, TARGET, cards, nothing, (), Direction.RIGHT).is_needed
    aside = {NEW: box(210.0, 0.0), SOURCE: box(100.0, -120.0), TARGET: box(240.0, 120.0)}
    assert not room_for(NEW, SOURCE, TARGET, aside, nothing, (), Direction.RIGHT).is_needed


def test_where_the_wire_leads_back_nothing_moves() -> None:
    cards = {NEW: box(0.0, 0.0), SOURCE: box(100.0, 0.0), TARGET: box(-100.0, 0.0)}
    assert not room_for(NEW, SOURCE, TARGET, cards, nothing, (), Direction.RIGHT).is_needed


def test_where_too_many_would_move_none_does() -> None:
    crowd = {card: box(312.0 * (card - 2), 0.0) for card in range(4, 600)}
    cards = {NEW: box(150.0, 0.0), SOURCE: box(0.0, 0.0), TARGET: box(312.0, 0.0), **crowd}
    assert not room_for(NEW, SOURCE, TARGET, cards, nothing, (), Direction.RIGHT).is_needed


@pytest.mark.parametrize("seed", range(30))
def test_nothing_comes_to_lie_on_another(seed: int) -> None:
    chance = Random(seed)
    cards = {SOURCE: box(0.0, 0.0), TARGET: box(312.0, 0.0), NEW: box(chance.uniform(10.0, 300.0), 10.0)}
    for card in range(4, 40):  # in columns, as a layout has them, or anywhere
        x = 312.0 * chance.randint(-1, 6) + chance.choice((0.0, chance.uniform(-30.0, 30.0)))
        at = box(x, 124.0 * chance.randint(-4, 4))
        if not any(meet(at, held) for held in cards.values()):
            cards[card] = at
    followers = {card: frozenset(chance.sample(sorted(cards), 3)) - {NEW, SOURCE} for card in cards}
    stays = {card for card in cards if chance.random() < 0.05 and card not in (NEW, TARGET)} | {SOURCE}
    room = room_for(NEW, SOURCE, TARGET, cards, followers.__getitem__, stays, Direction.RIGHT)
    there = put(cards, room)
    assert not room.others & stays
    assert NEW not in room.others
    assert not meet(there[NEW], there[SOURCE])
    assert not meet(there[NEW], there[TARGET])
    for one in room.others:
        for other in cards.keys() - stays - {NEW}:
            assert one == other or not meet(there[one], there[other])


def test_points_of_wires_and_frames_go_along() -> None:
    diagram = Diagram.of(parse("a = tanh(x); b = exp(a); c = b * b; x = 1"))
    node = diagram.graph.by_name
    rects = Scenery(diagram).rects
    right = rects[node["c"]]
    left = rects[node["b"]].x - 20.0
    frame = Frame(1, "Both", left, right.y - 40.0, right.right + 20.0 - left, 200.0)
    bend = ((right.x - 40.0, right.y + 90.0),)
    diagram = replace(diagram, frames=(frame,), routes=(Route(node["b"], node["c"], 0, bend),))
    after = made(diagram, [node["a"]], [node["b"], node["c"]], Room((10.0, 0.0), frozenset(), (300.0, 0.0)))
    x, y = diagram.positions[node["a"]]
    assert after.positions[node["a"]] == (x + 10.0, y)
    assert after.positions[node["x"]] == diagram.positions[node["x"]]
    assert (after.frames[0].x, after.frames[0].width) == (frame.x + 300.0, frame.width)
    assert after.routes[0].points == ((bend[0][0] + 300.0, bend[0][1]),)
