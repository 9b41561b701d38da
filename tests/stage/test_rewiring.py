"""What a scenery takes over after changes, with groups and without, is what is worked out from nothing."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from bpviz.document import edits, regrouping
from bpviz.document.annotations import Route
from bpviz.document.diagram import Diagram
from bpviz.document.edits import EditError
from bpviz.document.groups import GroupId, GroupTree
from bpviz.stage.scenery import Scenery
from tests.stage.test_routing import crowd


def agrees(held: Scenery, diagram: Diagram) -> None:
    fresh = Scenery(diagram, held.inside)
    assert list(held.rects.items()) == list(fresh.rects.items())
    assert held.wires == fresh.wires
    assert [held.curve(*wire) for wire in held.wires] == [fresh.curve(*wire) for wire in fresh.wires]
    assert held.wire_numbers == fresh.wire_numbers
    assert np.array_equal(held.boxes, fresh.boxes)
    assert np.array_equal(held.wire_boxes, fresh.wire_boxes)
    assert np.array_equal(held.wire_spans, fresh.wire_spans)


def changed(diagram: Diagram, chance: random.Random) -> Diagram:
    """One of many edits; raises EditError where it may not be."""
    nodes, groups = list(diagram.graph.nodes), [group.id for group in diagram.groups]
    node = chance.choice(nodes)
    x, y = diagram.positions[node]
    kinds = ["move", "delete", "add", "connect", "group", "bend"] + ["ungroup", "open", "carry"] * bool(groups)
    match chance.choice(kinds):
        case "move":
            return edits.move(diagram, {node: (x + 90.0, y - 140.0)})
        case "delete":
            return edits.delete(diagram, [node])
        case "add":
            return edits.add(diagram, "mul", (x + 40.0, y + 600.0))
        case "connect":
            return edits.connect(diagram, node, chance.choice(nodes), 0)
        case "group":
            return regrouping.group(diagram, nodes[nodes.index(node) :][: chance.randint(2, 5)])
        case "bend":
            sources = diagram.graph.nodes[node].inputs
            if not sources or sources[0] is None:
                raise EditError("no wire")
            return replace(diagram, routes=(Route(sources[0], node, 0, ((x - 60.0, y - 60.0),)),))
        case "ungroup":
            return regrouping.ungroup(diagram, chance.choice(groups))
        case "open":
            return regrouping.set_open(diagram, chance.choice(groups), is_open=chance.random() < 0.5)
        case _:
            members = GroupTree(diagram.groups).within(chance.choice(groups))
            return edits.move(
                diagram, {each: (diagram.positions[each][0] + 50.0, diagram.positions[each][1]) for each in members}
            )


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done(seed: int) -> None:
    chance, diagram = random.Random(seed), crowd(seed, 54)
    scenery, inside, seen = Scenery(diagram), None, set[GroupId | None]()
    agrees(scenery, diagram)
    for _ in range(40):
        try:
            diagram = changed(diagram, chance)
        except EditError:
            continue
        groups = [group.id for group in diagram.groups]
        if inside not in groups or chance.random() < 0.1:
            inside = chance.choice([None, None, *groups])
        seen.add(inside)
        scenery = Scenery(diagram, inside, scenery)
        agrees(scenery, diagram)
    assert len(seen) > 1
