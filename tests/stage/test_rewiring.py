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


def changed(diagram: Diagram, chance: random.Random, *, has_groups: bool) -> Diagram:
    """One of many edits; raises EditError where it may not be."""
    nodes, groups = list(diagram.graph.nodes), [group.id for group in diagram.groups]
    node = chance.choice(nodes)
    x, y = diagram.positions[node]
    kinds = ["move", "delete", "add", "connect", "disconnect", "bend", "kind"]
    kinds += ["group", "group"] * has_groups + ["ungroup", "open", "carry"] * bool(groups)
    match chance.choice(kinds):
        case "move":
            return edits.move(diagram, {node: (x + 90.0, y - 140.0)})
        case "delete":
            return edits.delete(diagram, [node])
        case "add":
            return edits.add(diagram, "mul", (x + 40.0, y + 600.0))
        case "connect":
            return edits.connect(diagram, node, chance.choice(nodes), 0)
        case "disconnect":
            return edits.disconnect(diagram, *chance.choice(wired(diagram)))
        case "kind":
            leaf = chance.choice(diagram.graph.leaves())
            return edits.set_kind(diagram, leaf.id, chance.choice(["constant", "parameter"]))
        case "group":
            return regrouping.group(diagram, nodes[nodes.index(node) :][: chance.randint(2, 5)])
        case "bend":
            node, slot = chance.choice(wired(diagram))
            source = diagram.graph.nodes[node].inputs[slot]
            assert source is not None
            return replace(diagram, routes=(Route(source, node, slot, ((x - 60.0, y - 60.0),)),))
        case "ungroup":
            return regrouping.ungroup(diagram, chance.choice(groups))
        case "open":
            return regrouping.set_open(diagram, chance.choice(groups), is_open=chance.random() < 0.5)
        case _:
            members = GroupTree(diagram.groups).within(chance.choice(groups))
            return edits.move(
                diagram, {each: (diagram.positions[each][0] + 50.0, diagram.positions[each][1]) for each in members}
            )


def wired(diagram: Diagram) -> list[tuple[int, int]]:
    """All wires, by the inputs that they enter."""
    return [(target, slot) for pairs in diagram.graph.structure.consumers.values() for target, slot in pairs]


@pytest.mark.parametrize(("seed", "has_groups"), [(0, True), (1, True), (2, False), (3, False)])
def test_whatever_is_done(seed: int, *, has_groups: bool) -> None:
    chance, diagram = random.Random(seed), crowd(seed, 54)
    scenery, inside, seen = Scenery(diagram), None, set[GroupId | None]()
    agrees(scenery, diagram)
    for _ in range(90):
        try:
            diagram = changed(diagram, chance, has_groups=has_groups)
        except (EditError, IndexError):
            continue  # it may not be, or there is nothing left of what was to be changed
        groups = [group.id for group in diagram.groups]
        if inside not in groups or chance.random() < 0.1:
            inside = chance.choice([None, None, *groups])
        seen.add(inside)
        scenery = Scenery(diagram, inside, scenery)
        agrees(scenery, diagram)
    assert len(seen) > has_groups
