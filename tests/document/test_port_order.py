"""The ports of a group's card stand so that few wires cross, stay there, and come back; and the card has room."""

from __future__ import annotations

import json
from itertools import combinations

import pytest

from bpviz.document import arranging, clipboard, edits, regrouping
from bpviz.document.atomic import FileError
from bpviz.document.diagram import Diagram
from bpviz.document.document import Document
from bpviz.document.file import VERSION, dumps, loads
from bpviz.graph.graph import NodeId
from bpviz.graph.layout import Direction
from bpviz.graph.parse import parse
from bpviz.stage.geometry import Rect
from bpviz.stage.scenery import Scenery

LAYER = "a = tanh(w11*x1 + w12*x2 + b1); c = tanh(w21*x1 + w22*x2 + b2); f = sigmoid(v1*a + v2*c + d)"
WAYS = pytest.mark.parametrize("way", list(Direction))


def inner(diagram: Diagram, name: str) -> set[NodeId]:
    """All operations that lead to a node, with it."""
    graph = diagram.graph
    return {id_ for id_ in {graph.find(name)} | graph.structure.ancestors(graph.find(name)) if graph.nodes[id_].inputs}


def layer(way: Direction) -> Diagram:
    """Two neurons of the same two inputs, each a group."""
    diagram = Diagram.of(parse(LAYER), way)
    for number, name in enumerate("ac", 1):
        diagram = regrouping.group(diagram, inner(diagram, name), f"neuron {number}")
    return diagram


def card(diagram: Diagram, name: str) -> NodeId:
    face = Scenery(diagram).card_of(diagram.graph.find(name))
    assert face is not None
    return face


def listed(diagram: Diagram, name: str) -> list[str]:
    """What is wired to the ports of the card that hides a node, in their order."""
    group = Scenery(diagram).group_of(card(diagram, name))
    assert group is not None
    return [port.name for port in group.ins]


def across(diagram: Diagram, name: str) -> list[float]:
    """How far across the wires the sources of a card lie, in the order of its ports."""
    scenery = Scenery(diagram)
    group = scenery.group_of(card(diagram, name))
    assert group is not None
    return [scenery.course.turned(scenery.out_port(port.source))[1] for port in group.ins if port.source is not None]


Line = tuple[float, float, float, float]


def crossings(lines: list[Line]) -> int:
    """How many pairs of straight lines, each from (x, y) to (x, y), cross between their ends."""

    def side(line: Line, x: float, y: float) -> float:
        return (line[2] - line[0]) * (y - line[1]) - (line[3] - line[1]) * (x - line[0])

    def are_apart(one: Line, other: Line) -> bool:
        return side(one, *other[:2]) * side(one, *other[2:]) >= 0 or side(other, *one[:2]) * side(other, *one[2:]) >= 0

    return sum(not are_apart(*pair) for pair in combinations(lines, 2))


@WAYS
def test_ports_stand_as_what_is_wired_to_them_lies_when_it_is_grouped(way: Direction) -> None:
    made = layer(way)
    for name in "ac":
        places = across(made, name)
        assert len(places) == 5
        assert places == sorted(places)


@WAYS
def test_and_when_it_is_arranged(way: Direction) -> None:
    made = layer(way)
    shuffled = edits.move(made, {made.graph.find("x1"): (-900.0, -900.0), made.graph.find("w22"): (900.0, 900.0)})
    done = arranging.arrange(shuffled)
    for name in "ac":
        places = across(done, name)
        assert places == sorted(places)
    scenery = Scenery(done)
    lines = []
    for target, slot in scenery.wires:
        source = done.graph.nodes[target].inputs[slot]
        assert source is not None
        lines.append((*scenery.out_port(source), *scenery.in_port(target, slot)))
    assert crossings(lines) <= 1, "two neurons that share two inputs cannot do without"


def test_dragging_and_rewiring_leave_ports_where_they_are_and_undo_brings_them_back() -> None:
    document = Document(layer(Direction.RIGHT))
    first, x1 = listed(document.current, "a"), document.current.graph.find("x1")
    document.edit("Move", lambda diagram: edits.move(diagram, {x1: (0.0, 5000.0)}))
    assert listed(document.current, "a") == first
    graph = document.current.graph
    (slot,) = (wire for wire in graph.structure.consumers[x1] if wire[0] in inner(document.current, "a"))
    document.edit("Wire", lambda diagram: edits.connect(diagram, graph.find("d"), *slot))
    assert listed(document.current, "a") == ["d" if name == "x₁" else name for name in first]
    document.undo()
    document.edit("Arrange", arranging.arrange)
    document.undo()
    document.undo()
    assert listed(document.current, "a") == first


def test_the_order_is_in_the_file_and_in_copies_and_older_files_have_none() -> None:
    made = layer(Direction.RIGHT)
    assert loads(dumps(made).encode()) == made
    names = listed(made, "a")
    neuron = made.groups[0]
    copied = clipboard.snippet(made, neuron.members, origin="here")
    pasted = clipboard.paste(made, copied, (0.0, 400.0), origin="here")
    again = Scenery(pasted).group_of(card(pasted, max(pasted.graph.by_name, key=lambda n: pasted.graph.by_name[n])))
    assert again is not None
    assert [port.name for port in again.ins] == names
    told = json.loads(dumps(made))
    assert told["version"] == VERSION
    for held in told["groups"]:
        del held["ports"], held["outs"]
    older = loads(json.dumps(told | {"version": 5}).encode())
    assert sorted(listed(older, "a")) == sorted(names)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("ports", [[1, 7]], r"there is no input 7 of node 1 - at \$.groups\[0\].ports\[0\]"),
        ("outs", [77], r"there is no node 77 - at \$.groups\[0\].outs\[0\]"),
    ],
)
def test_a_damaged_order_is_refused_with_its_place(field: str, value: object, words: str) -> None:
    told = json.loads(dumps(layer(Direction.RIGHT)))
    told["groups"][0][field] = value
    with pytest.raises(FileError, match=words):
        loads(json.dumps(told).encode())


@WAYS
def test_the_card_of_a_group_lies_on_no_other(way: Direction) -> None:
    """b1 stands where the middle of what is grouped is; and d, in one row with a higher card, below another."""
    made = layer(way)
    for diagram in (made, arranging.arrange(made)):
        assert not any(touch(*pair) for pair in combinations(Scenery(diagram).rects.values(), 2))


def touch(one: Rect, other: Rect) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


@WAYS
def test_of_orders_that_cross_equally_little_the_one_is_taken_that_reads_as_it_is_written(way: Direction) -> None:
    done = arranging.arrange(layer(way))
    across = {name: way.turned(done.positions[done.graph.find(name)])[1] for name in ("w11", "x1", "x2", "w21", "w22")}
    assert list(across) == sorted(across, key=across.__getitem__)
