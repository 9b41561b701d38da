"""Routes that are found again after a move are those that are found from scratch, and what goes with them."""

from __future__ import annotations

import random

import numpy as np
import pytest

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.document.edits import EditError
from bpviz.engine.trace import run
from bpviz.graph.graph import Graph, Node
from bpviz.graph.layout import Direction
from bpviz.graph.parse import parse
from bpviz.ops import OPS
from bpviz.stage.geometry import Curve
from bpviz.stage.pill_places import MOST_TOGETHER
from bpviz.stage.sampling import sampled
from bpviz.stage.scenery import Scenery
from bpviz.stage.stage import Stage


def crowd(seed: int, nodes: int = 90, direction: Direction = Direction.RIGHT) -> Diagram:
    """Cards close together, wired across several columns, so that most wires have cards in their way."""
    chance, made = random.Random(seed), []
    places = {}
    for i in range(nodes):
        along, across = (148.0, 188.0) if direction.is_down else (230.0, 104.0)
        place = (i // 9) * along + chance.uniform(-30.0, 30.0), (i % 9) * across + chance.uniform(-20.0, 20.0)
        places[i] = direction.turned(place)
        if i < 9:
            made.append(Node(i, OPS["variable"], (), 0.1 * i, f"x{i}"))
        else:
            sources = chance.randrange(max(0, i - 40), i - i % 9), chance.randrange(i - i % 9)
            made.append(Node(i, OPS["add" if i % 2 else "mul"], sources))
    return Diagram(Graph(made), places, direction=direction)


def agrees(held: Scenery, diagram: Diagram) -> None:
    """Whether a scenery is the same as one from scratch."""
    fresh = Scenery(diagram)
    assert held.wires == fresh.wires
    assert [held.curve(*wire) for wire in held.wires] == [fresh.curve(*wire) for wire in fresh.wires]
    assert list(held.rects.items()) == list(fresh.rects.items())
    assert held.place_of == fresh.place_of
    assert held.wire_numbers == fresh.wire_numbers
    assert np.array_equal(held.boxes, fresh.boxes)
    assert np.array_equal(held.wire_boxes, fresh.wire_boxes)
    assert np.array_equal(held.wire_spans, fresh.wire_spans)


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("seed", range(3))
def test_routes_after_moves_are_those_from_scratch(seed: int, direction: Direction) -> None:
    chance, diagram = random.Random(seed), crowd(seed, 90, direction)
    scenery, rerouted = Scenery(diagram), 0
    assert sum(curve.pieces > 1 for curve in scenery.curves) > 20, "there is something to go around"
    for _ in range(10):
        chosen = chance.sample(list(diagram.graph.nodes), chance.choice((1, 1, 1, 4)))
        to = {node: tuple(c + chance.uniform(-260.0, 260.0) for c in diagram.positions[node]) for node in chosen}
        diagram = edits.move(diagram, to)  # type: ignore[arg-type]
        before, scenery = scenery, Scenery(diagram, None, scenery)
        assert scenery.wire_boxes.shape == (len(scenery.wires), 4)
        own = {wire for wire in scenery.wires if {wire[0], scenery.inputs[wire[0]][wire[1]]} & set(chosen)}
        rerouted += sum(before.curve(*wire) != scenery.curve(*wire) for wire in scenery.wires if wire not in own)
        agrees(scenery, diagram)
    assert rerouted > 8, "wires of cards at rest make room"


def test_routes_after_deleting_and_wiring_are_those_from_scratch() -> None:
    chance, diagram = random.Random(9), crowd(9)
    scenery = Scenery(diagram)
    agrees(scenery, diagram)
    kinds = set[str]()
    for number in range(16):
        nodes = list(diagram.graph.nodes)
        try:
            if number % 4 == 0:
                diagram = edits.delete(diagram, [chance.choice(nodes)])
            elif number % 4 == 1:
                leaf = chance.choice([node for node in diagram.graph.nodes.values() if node.op.is_leaf])
                diagram = edits.set_kind(diagram, leaf.id, "variable" if leaf.is_constant else "constant")
                kinds.add(diagram.graph.nodes[leaf.id].op.name)
            elif number % 4 == 2:
                diagram = edits.add(diagram, "mul", (chance.uniform(0.0, 2000.0), chance.uniform(0.0, 900.0)))
            else:
                target = next(n for n in reversed(nodes) if None in diagram.graph.nodes[n].inputs)
                slot = diagram.graph.nodes[target].inputs.index(None)
                diagram = edits.connect(diagram, chance.choice(nodes), target, slot)
        except EditError:
            continue
        scenery = Scenery(diagram, None, scenery)
        agrees(scenery, diagram)
    assert "constant" in kinds, "a card has become smaller"


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("nodes", [180, 380])  # all pills kept apart from each other, and those of one node
def test_pills_after_moves_stand_where_they_do_from_scratch(nodes: int, direction: Direction) -> None:
    diagram = crowd(3, nodes, direction)
    trace, scenery = run(diagram.graph), Scenery(diagram)
    assert trace.sweep is not None
    assert (len(trace.sweep.wires) <= MOST_TOGETHER) is (nodes == 180)
    chance, later, elsewhere = random.Random(3), float(len(trace)), 0
    for _ in range(4):
        was = Stage(diagram, trace, later, scenery)
        for _ in range(chance.choice((1, 2))):  # nobody looks between two of them
            node = chance.choice(list(diagram.graph.nodes))
            x, y = diagram.positions[node]
            diagram = edits.move(diagram, {node: (x + chance.uniform(-90.0, 90.0), y + chance.uniform(-90.0, 90.0))})
            scenery = Scenery(diagram, None, scenery)
        held, anew = Stage(diagram, trace, later, scenery), Stage(diagram, trace, later, Scenery(diagram))
        for target in chance.sample(
            [node for node in scenery.wired if trace.receives(node)], 25
        ):  # not all are in view
            size = chance.choice((1.0, 1.0, 2.0))
            assert held.pills_by_slot(target, size) == anew.pills_by_slot(target, size)
            assert held.wires(target) == anew.wires(target)
            assert held.card(target) == anew.card(target)
            elsewhere += held.pills_by_slot(target, size) != was.pills_by_slot(target, size)
    assert elsewhere > 2, "pills make room"


def test_pills_after_deleting_and_adding_stand_where_they_do_from_scratch() -> None:
    diagram, chance = crowd(5, 60), random.Random(5)
    scenery = Scenery(diagram)
    for number in range(10):
        nodes = list(diagram.graph.nodes)
        if number % 2:
            diagram = edits.delete(diagram, [chance.choice(nodes[9:])])
        else:
            diagram = edits.move(diagram, {chance.choice(nodes): (chance.uniform(0.0, 1500.0), 300.0)})
        trace, scenery = run(diagram.graph), Scenery(diagram, None, scenery)
        if trace.sweep is None:
            continue
        fresh = Scenery(diagram)
        for target in fresh.wired:
            assert scenery.pills.into(trace, target) == fresh.pills.into(trace, target)


def test_points_along_many_routes_are_those_along_each() -> None:
    scenery = Scenery(crowd(1))
    curves = [*scenery.curves, Curve.between((0.0, 0.0), (0.0, 0.0)), Curve.between((300.0, 0.0), (0.0, 50.0))]
    points = sampled(curves, 7)
    for curve, row in zip(curves, points, strict=True):
        assert np.allclose(row, [curve.at(i / 6) for i in range(7)], atol=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_the_default_output_depends_on_most(seed: int) -> None:
    chance, made = random.Random(seed), []
    for i in range(400):
        if i < 6:
            made.append(Node(i, OPS["variable"], (), 1.0, f"x{i}"))
        else:
            sources = [chance.randrange(max(0, i - 60), i) for _ in range(2)]
            made.append(Node(i, OPS["add"], tuple(None if chance.random() < 0.01 * seed else s for s in sources)))
    graph = Graph(made)
    structure, best = graph.structure, (False, 0, -1)
    for place, node in enumerate(graph.nodes):
        if not graph.nodes[node].op.is_leaf and not structure.consumers[node]:
            needed = structure.ancestors(node)
            is_whole = not any(None in structure.inputs[id_] for id_ in needed)
            best = max(best, (is_whole, len(needed), place))
    assert graph.default_output == list(graph.nodes)[best[2]]


def test_every_wire_is_found_by_what_sends_along_it() -> None:
    sweep = run(crowd(2).graph).sweep
    assert sweep is not None
    wires = sweep.wires
    found = {(int(wires.source[i]), int(wires.slot[i])): i for i in range(len(wires))}
    assert {key: wires.out_of(*key) for key in found} == found
    assert wires.out_of(int(wires.source.max()) + 1, 0) is None
    assert wires.out_of(0, 0) is None, "an input has nothing to send to"


def test_wires_of_enormous_length_run_plainly_and_others_around_what_is_in_their_way() -> None:
    """A thousand wires, each of them past a thousand cards, would take minutes."""
    steps = 400
    nodes = [Node(0, OPS["variable"], (), 1.0, "x"), Node(1, OPS["mul"], (0, 0))]
    nodes += [Node(i, OPS["mul"], (i - 1, 0)) for i in range(2, steps)]
    places = {i: (312.0 * i, 0.0) for i in range(steps)}
    scenery = Scenery(Diagram(Graph(nodes), places))
    near, far = scenery.curve(10, 1), scenery.curve(steps - 1, 1)
    assert near is not None
    assert far is not None
    assert near.pieces > 1
    assert far == Curve.between(scenery.out_port(0), scenery.in_port(steps - 1, 1))


@pytest.mark.parametrize("direction", list(Direction))
def test_a_level_wire_grazes_no_card_beside_it(direction: Direction) -> None:
    """The wire x → c ran level 2 units below the constant 3."""
    diagram = Diagram.of(parse("a = x * y; b = x * z; c = 3 * x; f = a + b + c"), direction)
    for shift in (0.0, 1.0, -3.0, 6.0):  # by hand as well
        by = direction.turned((0.0, shift))
        moved = edits.move(diagram, {6: tuple(map(sum, zip(diagram.positions[6], by, strict=True)))})  # type: ignore[dict-item]
        scenery = Scenery(moved)
        assert moved.graph.nodes[6].is_constant
        near = scenery.rects[6].grown(5.0)
        curve = scenery.curve(moved.graph.by_name["c"], 1)
        assert curve is not None
        assert not any(near.contains(curve.at(i / 400)) for i in range(401))
