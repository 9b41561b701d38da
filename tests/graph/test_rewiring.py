"""What is taken over after a change of wires is what is found from nothing."""

from __future__ import annotations

import random

import pytest

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.graph.graph import Graph, GraphError, Node
from bpviz.graph.structure import Structure
from bpviz.ops import OPS


def layered(chance: random.Random, nodes: int = 160) -> Diagram:
    """Sums of two of the last twenty nodes, some of the same one twice."""
    made = [Node(0, OPS["variable"], (), 1.0, "x")]
    for i in range(1, nodes):
        one = chance.randrange(max(0, i - 20), i)
        made.append(Node(i, OPS["add"], (one, one if i % 9 == 0 else chance.randrange(max(0, i - 20), i))))
    return Diagram(Graph(made), {i: (260.0 * i, 0.0) for i in range(nodes)})


def edited(diagram: Diagram, chance: random.Random, kind: int) -> Diagram:
    """One random edit; raises EditError where it may not be."""
    ids = list(diagram.graph.nodes)
    last = ids[-30:]
    if kind == 0:
        return edits.delete(diagram, chance.sample(last, 2))
    if kind == 1:
        return edits.add(diagram, "mul", (0.0, 500.0 * len(ids)))
    target = chance.choice([node for node in last if diagram.graph.nodes[node].inputs])
    if kind == 2:
        return edits.disconnect(diagram, target, 0)
    return edits.connect(diagram, chance.choice(ids), target, chance.randrange(2))


def agrees(held: Structure) -> bool:
    """Whether it is as if it was made from nothing; and whether anything was taken over."""
    fresh, is_taken_over = Structure(held.inputs), "levels" in vars(held)
    assert list(held.consumers.items()) == list(fresh.consumers.items())
    assert held.levels == fresh.levels
    assert held.settled == fresh.settled
    ends = [node for node in held.inputs if not held.consumers[node]]
    assert held.dependences(ends) == [len(fresh.ancestors(end)) for end in ends]
    assert fresh.dependences(ends) == held.dependences(ends)
    return is_taken_over


@pytest.mark.parametrize("seed", range(6))
def test_consumers_and_levels_are_those_from_nothing(seed: int) -> None:
    chance = random.Random(seed)
    diagram, taken_over = layered(chance), 0
    for number in range(40):
        before = diagram.graph.structure.inputs
        try:
            diagram = edited(diagram, chance, number % 4)
        except edits.EditError:
            continue
        structure = Graph(diagram.graph.nodes.values()).structure
        rewired = Structure(before)
        assert rewired.levels
        assert rewired.consumers
        assert rewired.settled
        rewired.dependences([node for node in before if not rewired.consumers[node]])
        taken_over += agrees(rewired.rewired(structure.inputs))
    assert taken_over > 25


def test_whatever_the_order() -> None:
    graph = layered(random.Random(1), 60).graph
    nodes = list(graph.nodes.values())
    agrees(Graph(nodes[::-1], before=graph).structure)
    agrees(Graph([*nodes[:30], Node(99, OPS["variable"], (), 1.0, "y"), *nodes[30:]], before=graph).structure)


@pytest.mark.parametrize("source", [59, 99])
def test_what_may_not_be_is_refused_as_ever(source: int) -> None:
    graph = layered(random.Random(1), 60).graph
    nodes = [node.with_(inputs=(source, source)) if node.id == 59 else node for node in graph.nodes.values()]
    with pytest.raises(GraphError) as fresh:
        Graph(nodes)
    with pytest.raises(GraphError) as after:
        Graph(nodes, before=graph)
    assert str(after.value) == str(fresh.value)


def test_a_wire_from_what_is_gone_is_refused() -> None:
    graph = layered(random.Random(1), 60).graph
    with pytest.raises(GraphError, match="wired to node 0, which does not exist"):
        Graph(list(graph.nodes.values())[1:], before=graph)
