"""Groups as a part of the document: made, nested, opened, dissolved, kept in files, and used again."""

from __future__ import annotations

import json

import pytest

from bpviz.document import arranging, clipboard, edits, reusing
from bpviz.document.atomic import FileError
from bpviz.document.diagram import Diagram
from bpviz.document.edits import EditError
from bpviz.document.file import dumps, loads
from bpviz.document.groups import Group, GroupTree, free_name
from bpviz.document.my_operations import MyOperation
from bpviz.document.regrouping import (
    connect,
    group,
    house,
    rename_group,
    set_open,
    ungroup,
)
from bpviz.engine.trace import run
from bpviz.graph.graph import NodeId
from bpviz.graph.layout import CARD_ROOM
from bpviz.graph.parse import parse

NEURONS = "h = tanh(w*x + b); k = tanh(u*x + c); f = h * k"
VALUES = {"x": 0.5, "w": 1, "b": 2, "u": -1, "c": 0.25}


@pytest.fixture
def neurons() -> Diagram:
    """Two neurons of one input, multiplied."""
    return Diagram.of(parse(NEURONS, VALUES))


def behind(diagram: Diagram, name: str, *but: str) -> set[NodeId]:
    """A node and all that it depends on, but for some."""
    graph = diagram.graph
    return graph.structure.ancestors(graph.find(name)) - {graph.find(other) for other in but}


def held(diagram: Diagram, name: str) -> Group:
    return next(found for found in diagram.groups if found.name == name)


def boxes(diagram: Diagram) -> list[tuple[float, float]]:
    """The corners of what is seen: cards of nodes, and of groups that are not open."""
    tree = GroupTree(diagram.groups)
    shut = {node: next((g.at for g in tree.chain_of(node) if not g.is_open), None) for node in diagram.graph.nodes}
    return list({at if at is not None else diagram.positions[node] for node, at in shut.items()})


def are_apart(diagram: Diagram) -> bool:
    seen = boxes(diagram)
    return not any(
        abs(a[0] - b[0]) < CARD_ROOM[0] - 2 and abs(a[1] - b[1]) < CARD_ROOM[1] - 16
        for i, a in enumerate(seen)
        for b in seen[:i]
    )


# Making


def test_a_group_leaves_the_graph_as_it_is(neurons: Diagram) -> None:
    made = group(neurons, behind(neurons, "h", "x"))
    assert made.graph is neurons.graph
    assert made.positions == neurons.positions
    (only,) = made.groups
    assert (only.name, only.parent, only.is_open) == ("group 1", None, False)
    assert only.members == behind(neurons, "h", "x")
    assert free_name(["group 1"]) == "group 2"
    assert free_name(["group 1"], "neuron") == "neuron"
    assert free_name(["neuron 9"], "neuron 9") == "neuron 10"


def test_what_a_path_leaves_and_comes_back_to_is_refused_and_the_path_is_named() -> None:
    diagram = Diagram.of(parse("a = x * x; b = a + 1; c = sin(b); f = a * c", {"x": 1}))
    ids = diagram.graph.by_name
    with pytest.raises(EditError, match=r"the path a → b → c leaves the group and comes back.*: select b too"):
        group(diagram, {ids["a"], ids["c"]})
    assert len(group(diagram, {ids["a"], ids["b"], ids["c"]}).groups) == 1


def test_a_path_through_another_group_counts_even_if_it_is_only_one_by_the_cards() -> None:
    diagram = Diagram.of(parse("a = x * 2; b = a + 1; c = y * 3; d = c + 1; f = b + d", {"x": 1, "y": 2}))
    ids = diagram.graph.by_name
    crossed = group(diagram, {ids["b"], ids["c"]}, "middle")
    with pytest.raises(EditError, match="the path a → middle → d leaves the group and comes back"):
        group(crossed, {ids["a"], ids["d"]})


@pytest.mark.parametrize("names", [(), ("h",)])
def test_a_group_takes_two_cards(neurons: Diagram, names: tuple[str, ...]) -> None:
    with pytest.raises(EditError, match="select"):
        group(neurons, {neurons.graph.find(name) for name in names})


def test_a_part_of_a_group_does_not_go_into_another_with_what_is_outside(neurons: Diagram) -> None:
    made = group(neurons, behind(neurons, "h", "x"), "neuron")
    ids = made.graph.by_name
    with pytest.raises(EditError, match="h lies in neuron, which is not selected as a whole"):
        group(made, {ids["h"], ids["f"]})


def test_groups_lie_in_groups(neurons: Diagram) -> None:
    one = group(neurons, behind(neurons, "h", "x"), "one")
    both = group(one, behind(neurons, "k", "x"), "two")
    layer = group(both, behind(neurons, "h", "x") | behind(neurons, "k", "x"), "layer")
    assert {held(layer, name).parent for name in ("one", "two")} == {held(layer, "layer").id}
    assert held(layer, "layer").members == frozenset()
    tree = GroupTree(layer.groups)
    assert [outer.name for outer in tree.chain_of(layer.graph.find("h"))] == ["layer", "one"]
    assert tree.within(held(layer, "layer").id) == behind(neurons, "h", "x") | behind(neurons, "k", "x")
    with pytest.raises(EditError, match="two cards"):
        group(layer, tree.within(held(layer, "layer").id))


def test_within_a_group_its_cards_become_a_group_in_it(neurons: Diagram) -> None:
    outer = group(neurons, behind(neurons, "h", "x"), "neuron")
    graph = outer.graph
    inner = group(outer, {graph.find("h"), graph.nodes[graph.find("h")].inputs[0] or 0}, "tail")
    assert held(inner, "tail").parent == held(inner, "neuron").id
    assert not held(inner, "tail").members & held(inner, "neuron").members


@pytest.mark.parametrize("name", ["   ", "a" * 41, "bell\x07"])
def test_names_that_cannot_be_read_are_refused(neurons: Diagram, name: str) -> None:
    made = group(neurons, behind(neurons, "h", "x"))
    with pytest.raises(EditError, match="name"):
        rename_group(made, 1, name)
    assert rename_group(made, 1, "  a  neuron ").groups[0].name == "a neuron"


# Opening, dissolving, moving, deleting


def test_an_open_group_has_its_nodes_where_they_were_to_each_other_and_others_make_room(neurons: Diagram) -> None:
    made = arranging.arrange(group(neurons, behind(neurons, "h", "x"), "neuron"))
    assert are_apart(made)
    opened = set_open(made, 1, is_open=True)
    assert opened.groups[0].is_open
    assert are_apart(opened)
    members = sorted(made.groups[0].members)

    def shape(diagram: Diagram) -> list[tuple[float, float]]:
        x, y = diagram.positions[members[0]]
        return [(round(diagram.positions[n][0] - x, 6), round(diagram.positions[n][1] - y, 6)) for n in members]

    assert shape(opened) == shape(made)
    again = set_open(set_open(opened, 1, is_open=False), 1, is_open=True)
    assert again.positions == opened.positions, "there is room already"


def test_ungrouping_gives_the_nodes_back_to_the_group_around(neurons: Diagram) -> None:
    outer = group(neurons, behind(neurons, "f", "x"), "all")
    inner = group(outer, behind(neurons, "h", "x"), "neuron")
    assert not held(inner, "all").members & held(inner, "neuron").members
    back = ungroup(inner, held(inner, "neuron").id)
    assert [found.name for found in back.groups] == ["all"]
    assert held(back, "all").members == behind(neurons, "f", "x")
    without = ungroup(inner, held(inner, "all").id)
    assert [(found.name, found.parent) for found in without.groups] == [("neuron", None)]


def test_the_card_goes_where_all_its_nodes_go(neurons: Diagram) -> None:
    made = group(neurons, behind(neurons, "h", "x"))
    x, y = made.groups[0].at
    members = made.groups[0].members
    moved = edits.move(made, {node: (a + 10.0, b - 20.0) for node in members for a, b in [made.positions[node]]})
    assert moved.groups[0].at == (x + 10.0, y - 20.0)
    one = min(members)
    assert edits.move(made, {one: (0.0, 999.0)}).groups[0].at == (x, y)


def test_a_group_goes_with_the_last_of_its_nodes_and_so_do_those_around_it(neurons: Diagram) -> None:
    inner = group(group(neurons, behind(neurons, "f", "x"), "all"), behind(neurons, "h", "x"), "neuron")
    left = edits.delete(inner, behind(neurons, "h", "x"))
    assert [found.name for found in left.groups] == ["all"]
    assert edits.delete(left, behind(neurons, "f", "x") & left.graph.nodes.keys()).groups == ()


def test_what_is_new_can_be_put_into_a_group_once(neurons: Diagram) -> None:
    made = group(neurons, behind(neurons, "h", "x"), "neuron")
    added = edits.add(made, "sin", (0.0, 0.0))
    new = max(added.graph.nodes)
    housed = house(added, {new, added.graph.find("h")}, 1)
    assert new in housed.groups[0].members
    assert house(housed, {new}, 1) is housed


def test_arranged_the_cards_of_groups_stand_apart_and_so_does_what_is_in_them(neurons: Diagram) -> None:
    one = group(neurons, behind(neurons, "h", "x"), "one")
    both = arranging.arrange(group(one, behind(neurons, "k", "x"), "two"))
    assert are_apart(both)
    columns = [at[0] for at in (both.positions[both.graph.find("x")], held(both, "one").at)]
    assert columns[0] < columns[1] == held(both, "two").at[0] < both.positions[both.graph.find("f")][0]
    inside = [both.positions[node] for node in held(both, "one").members]
    assert len(set(inside)) == len(inside)
    assert are_apart(set_open(set_open(both, 1, is_open=True), 2, is_open=True))


def test_groups_that_depend_on_each_other_by_a_later_wire_can_still_be_arranged() -> None:
    diagram = Diagram.of(parse("a = sin(x); b = cos(a); e = sin(b); d = y + y; f = e + d", {"x": 1, "y": 2}))
    ids = diagram.graph.by_name
    two = group(group(diagram, {ids["a"], ids["d"]}, "one"), {ids["b"], ids["e"]}, "two")
    crossed = edits.connect(two, ids["b"], ids["d"], 1)  # one → two → one
    assert {found.name for found in arranging.arrange(crossed).groups} == {"one", "two"}


def test_copies_of_groups_are_groups_of_the_copies(neurons: Diagram) -> None:
    one = group(neurons, behind(neurons, "h", "x"), "neuron")
    both = group(one, behind(neurons, "f", "x"), "all")
    chosen = GroupTree(both.groups).within(1)
    pasted = clipboard.paste(both, clipboard.snippet(both, chosen, origin="here"), (0.0, 400.0), origin="here")
    copy = pasted.groups[-1]
    assert (copy.id, copy.name, copy.parent, copy.at) == (
        3,
        "neuron 2",
        None,
        (one.groups[0].at[0], one.groups[0].at[1] + 400.0),
    )
    assert copy.members == pasted.graph.nodes.keys() - both.graph.nodes.keys()
    part = clipboard.snippet(both, {min(chosen), both.graph.find("f")})
    assert part.diagram.groups == (), "of a part of a group, only the nodes"
    assert clipboard.unpacked(clipboard.packed(clipboard.snippet(both, both.graph.nodes))).diagram.groups == both.groups


def test_all_of_a_group_one_stands_in_becomes_a_group_within_it(neurons: Diagram) -> None:
    made = group(neurons, behind(neurons, "h", "x"), "neuron")
    with pytest.raises(EditError, match="two cards"):
        group(made, made.groups[0].members)
    inner = group(made, made.groups[0].members, "inner", inside=1)
    assert (held(inner, "inner").parent, held(inner, "neuron").members) == (1, frozenset())


# Files


def test_groups_and_operations_are_saved_with_the_document(neurons: Diagram) -> None:
    one = group(neurons, behind(neurons, "h", "x"), "one")
    whole = set_open(group(one, behind(neurons, "f", "x"), "all"), 2, is_open=True)
    kept = reusing.keep(whole, reusing.operation_of(whole, 1))
    used = reusing.use(kept, kept.operations[0], (900.0, 0.0))
    assert loads(dumps(used).encode()) == used
    assert '"groups"' not in dumps(neurons)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"members": [1, 99]}, "there is no node 99 - at $.groups[0].members"),
        ({"members": [1, 1]}, "node 1 lies in two groups - at $.groups[0].members"),
        ({"parent": 1}, "the group 1 lies in itself - at $.groups[0].parent"),
        ({"parent": 7}, "there is no group 7 - at $.groups[0].parent"),
        ({"name": ""}, "a group needs a name, such as neuron or layer 1 - at $.groups[0].name"),
        ({"at": [1e12, 0]}, "from the middle - at $.groups[0].at"),
        ({"inputs": {"x": [[1, 9]]}}, "there is no input 9 of node 1 - at $.groups[0].inputs.x"),
        ({"colour": "red"}, "unknown field"),
    ],
)
def test_a_damaged_group_is_refused_with_its_place(neurons: Diagram, change: dict[str, object], told: str) -> None:
    stored = json.loads(dumps(group(neurons, behind(neurons, "h", "x"))))
    stored["groups"][0] |= change
    with pytest.raises(FileError) as refusal:
        loads(json.dumps(stored).encode())
    assert told in str(refusal.value)


def test_two_groups_with_one_id_are_refused(neurons: Diagram) -> None:
    stored = json.loads(dumps(group(neurons, behind(neurons, "h", "x"))))
    stored["groups"].append(stored["groups"][0] | {"members": []})
    with pytest.raises(FileError, match="two groups have the id 1"):
        loads(json.dumps(stored).encode())


# Using again


def test_an_operation_is_the_program_of_a_group_with_what_comes_from_outside_as_inputs(neurons: Diagram) -> None:
    made = group(neurons, behind(neurons, "h", "x"), "neuron")
    assert reusing.operation_of(made, 1) == MyOperation("neuron", ("x",), "w = 1\nb = 2\nh = tanh(w * x + b)")


def test_used_and_wired_it_computes_what_the_group_computed(neurons: Diagram) -> None:
    made = group(neurons, behind(neurons, "h", "x"), "neuron")
    used = reusing.use(made, reusing.operation_of(made, 1), (900.0, 500.0))
    copy = used.groups[1]
    assert (copy.name, copy.at, copy.is_open) == ("neuron 2", (900.0, 500.0), False)
    assert {used.graph.nodes[node].name for node in copy.members} >= {"w2", "b2", "h2"}
    (free,) = copy.inputs
    assert free.name == "x"
    wired = connect(used, used.graph.find("x"), free.slots)
    trace = run(wired.graph)
    assert trace.value("h2") == trace.value("h")


def test_an_input_that_feeds_several_slots_is_one_input() -> None:
    diagram = Diagram.of(parse("y = x + 1; s = y * y; f = s + y", {"x": 1}))
    ids = diagram.graph.by_name
    made = group(diagram, {ids["s"], ids["f"]}, "s and y")
    operation = reusing.operation_of(made, 1)
    assert operation == MyOperation("s and y", ("y",), "s = y * y\nf = s + y")
    (free,) = reusing.use(made, operation, (0.0, 900.0)).groups[1].inputs
    assert (free.name, len(free.slots)) == ("y", 3)
    copied = reusing.use(made, operation, (0.0, 900.0))
    assert reusing.operation_of(copied, 2).inputs == ("y",), "an input that waits keeps its name"


def test_a_constant_from_outside_becomes_an_input_with_a_name() -> None:
    diagram = Diagram.of(parse("a = x * 2; f = sin(a) + a", {"x": 1}))
    ids = diagram.graph.by_name
    two = next(node.id for node in diagram.graph.nodes.values() if node.is_constant)
    made = group(diagram, behind(diagram, "f") - {two, ids["x"]}, "g")
    assert reusing.operation_of(made, 1).inputs == ("x", "x1")


@pytest.mark.parametrize("program", ["f = = 2", "", "import os"])
def test_an_operation_that_cannot_be_read_is_refused(neurons: Diagram, program: str) -> None:
    with pytest.raises(EditError, match="the operation bad"):
        reusing.use(neurons, MyOperation("bad", (), program), (0.0, 0.0))


def test_forgetting_an_operation_leaves_the_groups(neurons: Diagram) -> None:
    made = group(neurons, behind(neurons, "h", "x"), "neuron")
    kept = reusing.keep(reusing.keep(made, reusing.operation_of(made, 1)), reusing.operation_of(made, 1))
    assert [operation.name for operation in kept.operations] == ["neuron"]
    forgot = reusing.forget(kept, "neuron")
    assert (forgot.operations, forgot.groups) == ((), made.groups)
