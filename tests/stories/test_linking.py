"""C and Shift+C where there are groups: what can be seen is listed, and of what cannot it is said where it is."""

from __future__ import annotations

import pytest

from bpviz.document.diagram import Diagram
from bpviz.document.regrouping import group
from bpviz.graph.graph import NodeId
from bpviz.graph.parse import parse
from tests.agreement import check_document, check_scene
from tests.user import Key, Modifier, User

SHIFT = Modifier.ShiftModifier


@pytest.fixture
def reader(user: User) -> User:
    """Somebody who looks at a group, cell, of p = x * _; a = tanh(p), which f = a + y takes; and at z, all alone."""
    graph = parse("z = 3; p = x * _; a = tanh(p); f = a + y", {"x": 2, "y": 1})
    diagram = group(Diagram.of(graph), {graph.by_name["p"], graph.by_name["a"]}, "cell")
    user.session.open(diagram, None)
    user.session.playback.is_animated = False
    user.canvas.fit()
    user.canvas.setFocus()
    return user


def node(user: User, name: str) -> NodeId:
    return user.session.graph.by_name[name]


def refusals(user: User) -> dict[str, str]:
    """What cannot be chosen of what is listed, and why."""
    items = (user.chooser.list.item(row) for row in range(user.chooser.list.count()))
    rows = [item.data(256) for item in items]
    return {row.title: row.refusal for row in rows if row.refusal}


def test_the_ports_of_a_card_are_listed_and_what_is_behind_them_is_not(reader: User) -> None:
    reader.click(reader.face(node(reader, "z")))
    reader.press(Key.Key_C)
    assert set(reader.offered) == {"p", "f"}, "no a: nothing of it can be seen"
    assert reader.offered.count("p") == 2, "the port that waits, and that of x"
    assert reader.chosen[1].startswith("of cell, second input")
    reader.press(Key.Key_Return)
    assert reader.session.graph.nodes[node(reader, "p")].inputs == (node(reader, "x"), node(reader, "z"))
    check_document(reader.session.diagram)
    check_scene(reader)


def test_who_asks_for_what_is_hidden_is_told_where_it_is(reader: User) -> None:
    reader.click(reader.face(node(reader, "z")))
    reader.press(Key.Key_C)
    reader.type("a")
    assert refusals(reader)["a"] == "lies in cell: step inside to wire it"
    reader.press(Key.Key_Escape)
    reader.click(reader.face(node(reader, "f")))
    reader.press(Key.Key_C, modifiers=SHIFT)
    reader.type("p")
    assert refusals(reader)["p"] == "lies in cell: step inside to wire it"


def test_the_value_that_leaves_a_card_is_offered_with_the_name_of_its_group(reader: User) -> None:
    reader.click(reader.face(node(reader, "f")))
    reader.press(Key.Key_C, modifiers=SHIFT)
    reader.type("cell")
    assert reader.offered == ["a"]
    assert reader.chosen[1].startswith("of cell, ")


def test_inside_of_a_group_the_outside_is_elsewhere(reader: User) -> None:
    reader.double_click(reader.face(node(reader, "a")))
    reader.click(reader.face(node(reader, "p")))
    reader.press(Key.Key_C, modifiers=SHIFT)
    assert set(reader.offered) <= {"x", "a", "f"}
    reader.type("z")
    assert refusals(reader)["z"] == "lies outside of this group: step outside first"
