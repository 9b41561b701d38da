"""What is taken over after a change of wires is what is found from nothing."""

from __future__ import annotations

import random

import pytest

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.graph.change import difference
from bpviz.graph.graph import Graph, GraphError, Node, as_value
from bpviz.graph.shapes import infer_shapes
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


def settled(structure: Structure) -> set[int]:
    """The nodes for which everything that they depend on is wired, each after its inputs."""
    found: set[int | None] = set()
    for level in structure.levels:
        found.update(node for node in level if found.issuperset(structure.inputs[node]))
    return {node for node in found if node is not None}


def agrees(held: Structure) -> bool:
    """Whether it is as if it was made from nothing; and whether anything was taken over."""
    fresh, is_taken_over = Structure(held.inputs), "levels" in vars(held)
    assert list(held.consumers.items()) == list(fresh.consumers.items())
    assert held.levels == fresh.levels
    assert held.unsettled == fresh.unsettled == held.inputs.keys() - settled(fresh)
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
        agrees(diagram.graph.structure)
        rewired = Structure(before)
        assert rewired.levels
        assert rewired.consumers
        rewired.dependences([node for node in before if not rewired.consumers[node]])
        taken_over += agrees(rewired.rewired(structure.inputs, difference(before, structure.inputs)))
    assert taken_over > 25


def test_whatever_the_order() -> None:
    graph = layered(random.Random(1), 60).graph
    nodes = list(graph.nodes.values())
    agrees(Graph(nodes[::-1], before=graph).structure)
    agrees(Graph([*nodes[:30], Node(99, OPS["variable"], (), 1.0, "y"), *nodes[30:]], before=graph).structure)


def as_from_nothing(graph: Graph) -> int:
    """Whether names, shapes and the default output are as if it was made from nothing; how many inputs misfit."""
    fresh = Graph(graph.nodes.values(), graph.output)
    assert graph.structure.levels == fresh.structure.levels
    assert list(graph.structure.consumers.items()) == list(fresh.structure.consumers.items())
    assert list(graph.by_name.items()) == list(fresh.by_name.items())
    assert graph.default_output == fresh.default_output
    assert [graph.label(node) for node in graph.nodes] == [fresh.label(node) for node in fresh.nodes]
    assert infer_shapes(graph) == infer_shapes(fresh)
    return len(infer_shapes(fresh).misfits)


def mixed(chance: random.Random) -> Graph:
    """Sums and products of scalars, and of vectors of two lengths, some of which do not fit."""
    shapes = [1.0, as_value([1.0, 2.0]), as_value([1.0, 2.0, 3.0])]
    made = [Node(i, OPS["variable"], (), shapes[i], "xyz"[i]) for i in range(3)]
    for i in range(3, 90):
        fed = [0 if chance.random() < 0.6 else chance.randrange(max(0, i - 12), i) for _ in range(2)]
        made.append(Node(i, OPS[chance.choice(["add", "mul"])], tuple(fed)))
    return Graph(made)


def other(graph: Graph, chance: random.Random, kind: int) -> Graph:
    """One random change of a graph."""
    node, new = chance.choice(list(graph.nodes.values())[3:]), max(graph.nodes) + 1
    if kind == 0:
        leaf = Node(new, OPS["variable"], (), as_value([1.0, 2.0]), f"a{new}")
        return graph.edited([leaf, Node(new + 1, OPS["mul"], (new, node.id), None, f"p{new}")])
    if kind == 1:
        fed = [held for held in graph.nodes.values() if node.id in held.inputs]
        return graph.edited([held.with_(inputs=(0, chance.choice([0, 1, 2]))) for held in fed], {node.id})
    if kind == 2:
        leaf = chance.choice(graph.leaves())
        return graph.with_values({leaf.id: chance.choice([2.0, as_value([3.0, 4.0]), as_value([3.0, 4.0, 5.0])])})
    if not node.op.arity:
        return graph
    if kind == 3:
        before = [held for held in graph.nodes if held < node.id]
        return graph.edited([node.with_(inputs=(chance.choice(before), chance.choice([0, 1, 2, *before, None])))])
    return graph.edited([node.with_(name="" if node.name else f"q{new}")])


@pytest.mark.parametrize("seed", range(3))
def test_names_shapes_and_the_output_are_those_from_nothing(seed: int) -> None:
    chance = random.Random(seed)
    graph, misfits, followed = mixed(chance), 0, 0
    for number in range(60):
        before = graph
        infer_shapes(before)
        try:
            graph = other(before, chance, number % 5)
        except GraphError:
            continue  # a cycle
        followed += graph.follows is not None
        misfits += as_from_nothing(graph)
    assert misfits > 60
    assert followed > 30


def test_two_of_one_name_are_refused_as_ever() -> None:
    graph = layered(random.Random(1), 60).graph
    twice = Node(99, OPS["variable"], (), 1.0, "x")
    with pytest.raises(GraphError, match="two nodes have the name"):
        graph.edited([twice])
    with pytest.raises(GraphError, match="two nodes have the name"):
        graph.edited([graph.nodes[7].with_(name="x")])
    assert graph.edited([twice], {0, *(node for node in graph.nodes if node)}).find("x") == 99


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
